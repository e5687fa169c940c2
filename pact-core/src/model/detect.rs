//! What bytes look like.

use super::ContentType;
use crate::json::Json;
use crate::xml::Element;

/// What text may begin with that makes it more than text.
const MARKS: [(&str, &str); 5] = [
    ("%PDF-", "application/pdf"),
    ("{\\rtf", "application/rtf"),
    ("%!PS", "application/postscript"),
    ("GIF87a", "image/gif"),
    ("GIF89a", "image/gif"),
];

/// What bytes are, when nobody says: JSON and XML where they can be read as such, other text, or binary content by
/// its first bytes. Numbers and words that would be JSON are text: a field with `42` is no document.
pub(crate) fn detect(bytes: &[u8]) -> ContentType {
    let name = match text(bytes) {
        Some(text) => detect_text(text),
        None => infer::get(bytes)
            .filter(|kind| kind.matcher_type() != infer::MatcherType::Text)
            .map_or("application/octet-stream", |kind| kind.mime_type()),
    };
    ContentType::parse(name).unwrap_or_else(ContentType::json)
}

fn detect_text(text: &str) -> &'static str {
    let start = text.trim_ascii_start();
    if let Some((_, name)) = MARKS.iter().find(|(mark, _)| start.starts_with(mark)) {
        name
    } else if start.starts_with(['{', '[', '"']) && Json::parse(text.as_bytes()).is_ok() {
        "application/json"
    } else if is_html(start) {
        "text/html"
    } else if start.starts_with("<?xml")
        || (start.starts_with('<') && Element::parse(text.as_bytes()).is_ok())
    {
        "application/xml"
    } else {
        "text/plain"
    }
}

/// Whether bytes can be content of a type, as far as they show it.
pub(crate) fn looks_like(bytes: &[u8], wanted: &ContentType) -> bool {
    if wanted.is_json() {
        return Json::parse(bytes).is_ok();
    }
    if wanted.is_xml() {
        let root = Element::parse(bytes).ok();
        let is_svg = wanted.essence() == "image/svg+xml";
        return root.is_some_and(|root| !is_svg || root.name.local() == "svg");
    }
    match (wanted.essence(), text(bytes)) {
        ("application/octet-stream", _) => true,
        ("text/html", Some(text)) => is_html(text.trim_ascii_start()),
        (essence, Some(_)) if essence.starts_with("text/") => true,
        (essence, _) => {
            same(essence, detect(bytes).essence()) || (same(essence, "application/zip") && is_zip(bytes))
        }
    }
}

/// The text that bytes are, if they are. A character that is cut off at the end does no harm.
fn text(bytes: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let binary =
        |character: char| character.is_ascii_control() && !matches!(character, '\t'..='\r' | '\u{1b}');
    (!text.contains(binary)).then_some(text)
}

fn is_html(text: &str) -> bool {
    ["<!doctype html", "<html"].iter().any(|mark| {
        let start = text.as_bytes().get(..mark.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(mark.as_bytes()))
    })
}

/// Documents of office programs are archives, too.
fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Whether names mean the same type: `x-` came and went, and some names are misspelt widely.
fn same(left: &str, right: &str) -> bool {
    let plain = |name: &str| {
        let name = name.replacen("/x-", "/", 1);
        match name.as_str() {
            "image/jpg" => "image/jpeg".to_owned(),
            "audio/mp3" => "audio/mpeg".to_owned(),
            "application/zip-compressed" => "application/zip".to_owned(),
            _ => name,
        }
    };
    plain(left) == plain(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(bytes: impl AsRef<[u8]>) -> String {
        detect(bytes.as_ref()).to_string()
    }

    fn looks(bytes: impl AsRef<[u8]>, wanted: &str) -> bool {
        looks_like(bytes.as_ref(), &ContentType::parse(wanted).unwrap())
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR";
    const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\0\x10JFIF\0";
    const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0";

    #[test]
    fn documents_are_known_by_reading_them() {
        assert_eq!(detected(r#" {"a": 1}"#), "application/json");
        assert_eq!(detected("[]"), "application/json");
        assert_eq!(detected("<?xml version='1.0'?><a>"), "application/xml");
        assert_eq!(detected("\n<a><b/></a>"), "application/xml");
        assert_eq!(detected("<!DOCTYPE HTML><p>"), "text/html");
        assert_eq!(detected("<html>\u{e4}"), "text/html");
    }

    #[test]
    fn what_only_begins_like_a_document_is_text() {
        for text in [
            "[hello] world",
            "42 apples",
            "42",
            "true story",
            "{",
            "<a>",
            "<3",
            "",
            "\"a\" or b",
            "BMW",
            "MZ",
        ] {
            assert_eq!(detected(text), "text/plain", "{text}");
        }
    }

    #[test]
    fn a_character_that_is_cut_off_does_not_make_text_binary() {
        let text = "grüße".as_bytes();
        assert_eq!(detected(&text[..3]), "text/plain");
        assert_eq!(detected(&text[..4]), "text/plain");
        assert_eq!(detected(b"\xC3"), "application/octet-stream");
        assert_eq!(detected(b"gr\xFC\xDFe"), "application/octet-stream");
    }

    #[test]
    fn binary_content_is_known_by_its_first_bytes() {
        for (bytes, name) in [
            (PNG, "image/png"),
            (JPEG, "image/jpeg"),
            (b"GIF89a\x01\0\x01\0", "image/gif"),
            (b"GIF89a", "image/gif"),
            (b"%PDF-1.7\n%\xE2\xE3", "application/pdf"),
            (b"%PDF-1.7\n", "application/pdf"),
            (ZIP, "application/zip"),
            (b"\x1F\x8B\x08\0\0", "application/gzip"),
            (b"\0\x01\x02\x03", "application/octet-stream"),
        ] {
            assert_eq!(detected(bytes), name);
        }
    }

    #[test]
    fn types_that_bytes_cannot_show_are_believed_as_far_as_they_can() {
        assert!(looks("a,b\n1,2", "text/csv"));
        assert!(!looks(PNG, "text/csv"));
        assert!(looks("42", "application/json"));
        assert!(!looks("42 apples", "application/json"));
        assert!(looks("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"));
        assert!(!looks("<a/>", "image/svg+xml"));
        assert!(!looks("plain", "text/html"));
        assert!(looks(JPEG, "image/jpg"));
        assert!(!looks(JPEG, "image/png"));
        assert!(looks(b"\x1F\x8B\x08\0\0", "application/x-gzip"));
        assert!(looks(PNG, "application/octet-stream"));
        assert!(looks(ZIP, "application/x-zip-compressed"));
    }
}
