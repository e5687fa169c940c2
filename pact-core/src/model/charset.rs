//! Encodings of text: UTF-8, UTF-16 and the three one-byte encodings that Western systems still send.

use std::borrow::Cow;

/// An encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// ISO-8859-1: every byte is the character of that number.
    Latin1,
    /// ISO-8859-15: ISO-8859-1 with the Euro sign and seven letters more.
    Latin9,
    /// Windows-1252: ISO-8859-1 with printable characters in place of control characters.
    Windows1252,
}

/// Text, with the encoding and the byte order mark that it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded<'b> {
    pub(crate) text: Cow<'b, str>,
    pub(crate) charset: Charset,
    /// The byte order mark before the text.
    pub(crate) mark: &'b [u8],
}

/// Where ISO-8859-15 differs from ISO-8859-1.
const LATIN9: [(u8, char); 8] =
    [(0xA4, '€'), (0xA6, 'Š'), (0xA8, 'š'), (0xB4, 'Ž'), (0xB8, 'ž'), (0xBC, 'Œ'), (0xBD, 'œ'), (0xBE, 'Ÿ')];

/// What Windows-1252 has from 0x80 to 0x9F. The five bytes that it leaves undefined are control characters, as
/// browsers have it.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl Charset {
    /// By the name that content types and XML declarations give it. `utf-16` does not say which comes first: that
    /// is the big end, unless a byte order mark or the bytes themselves say otherwise.
    fn named(label: &str, bytes: &[u8]) -> Option<Self> {
        match label.trim().to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" | "us-ascii" | "ascii" => Some(Self::Utf8),
            "utf-16" | "utf16" => Some(match bytes {
                [first, 0, ..] if *first != 0 => Self::Utf16Le,
                _ => Self::Utf16Be,
            }),
            "utf-16le" => Some(Self::Utf16Le),
            "utf-16be" => Some(Self::Utf16Be),
            "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "l1" => Some(Self::Latin1),
            "iso-8859-15" | "iso8859-15" | "iso_8859-15" | "latin-9" | "latin9" => Some(Self::Latin9),
            "windows-1252" | "cp1252" | "x-cp1252" => Some(Self::Windows1252),
            _ => None,
        }
    }

    /// Whether there is a decoder for an encoding of that name.
    pub(crate) fn is_known(label: &str) -> bool {
        Self::named(label, b"").is_some()
    }

    fn text(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        let each =
            |character: fn(u8) -> char| Some(Cow::Owned(bytes.iter().copied().map(character).collect()));
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Self::Utf16Le => utf16(bytes, u16::from_le_bytes),
            Self::Utf16Be => utf16(bytes, u16::from_be_bytes),
            Self::Latin1 => each(char::from),
            Self::Latin9 => each(latin9),
            Self::Windows1252 => each(windows1252),
        }
    }

    /// Adds a character to bytes; whether the encoding has it.
    pub(crate) fn encode(self, character: char, bytes: &mut Vec<u8>) -> bool {
        let one = |of: fn(u8) -> char| {
            // What is not moved is where ISO-8859-1 has it.
            let same = u8::try_from(character).ok().filter(|byte| of(*byte) == character);
            same.or_else(|| (0x80..=0xFF).find(|byte| of(*byte) == character))
        };
        let mut units = [0; 2];
        match self {
            Self::Utf8 => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            Self::Utf16Le => {
                bytes.extend(character.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_le_bytes()));
            }
            Self::Utf16Be => {
                bytes.extend(character.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
            }
            Self::Latin1 | Self::Latin9 | Self::Windows1252 => {
                let byte = match self {
                    Self::Latin9 => one(latin9),
                    Self::Windows1252 => one(windows1252),
                    _ => one(char::from),
                };
                bytes.extend(byte);
                return byte.is_some();
            }
        }
        true
    }
}

fn latin9(byte: u8) -> char {
    LATIN9.iter().find(|(moved, _)| *moved == byte).map_or(char::from(byte), |(_, character)| *character)
}

fn windows1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'_, str>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
    String::from_utf16(&units).ok().filter(|_| rest.is_empty()).map(Cow::Owned)
}

/// The text that bytes are: as their byte order mark says, or in UTF-8, or in the encoding that is stated.
///
/// UTF-8 goes before what is stated, because text in a one-byte encoding is hardly ever valid UTF-8, while text that
/// was UTF-8 all along is often sent with a stale label. Control characters are no text in UTF-8, but may be half of it
/// in UTF-16.
pub(crate) fn decode<'b>(bytes: &'b [u8], stated: Option<&str>) -> Option<Decoded<'b>> {
    for (mark, charset) in [
        (&b"\xEF\xBB\xBF"[..], Charset::Utf8),
        (b"\xFF\xFE", Charset::Utf16Le),
        (b"\xFE\xFF", Charset::Utf16Be),
    ] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            let mark = &bytes[..mark.len()];
            // Where it is no text, the mark was none: images and archives may begin with anything.
            return charset.text(rest).map(|text| Decoded { text, charset, mark });
        }
    }
    let as_utf8 = std::str::from_utf8(bytes).ok();
    let stated = stated.and_then(|label| Charset::named(label, bytes));
    let charset = match (as_utf8, stated) {
        (Some(text), Some(Charset::Utf16Le | Charset::Utf16Be)) if !is_plain(text) => stated?,
        (Some(_), _) => Charset::Utf8,
        (None, stated) => stated?,
    };
    charset.text(bytes).map(|text| Decoded { text, charset, mark: b"" })
}

/// Text in an encoding of one byte per character; none where that is another, or lacks a character.
pub(crate) fn encode(text: &str, label: &str) -> Option<Vec<u8>> {
    let charset = Charset::named(label, b"")?;
    let one_byte = matches!(charset, Charset::Latin1 | Charset::Latin9 | Charset::Windows1252);
    let mut bytes = Vec::with_capacity(text.len());
    (one_byte && text.chars().all(|character| charset.encode(character, &mut bytes))).then_some(bytes)
}

fn is_plain(text: &str) -> bool {
    !text.contains(|character: char| character.is_ascii_control() && !matches!(character, '\t' | '\n' | '\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], stated: &str) -> Option<String> {
        decode(bytes, Some(stated)).map(|decoded| decoded.text.into_owned())
    }

    #[test]
    fn stated_encodings_are_read() {
        for (bytes, stated) in [
            (&b"\xC3\xBC\xE2\x82\xAC"[..], "utf-8"),
            (b"\xFC\x00\xAC\x20", "UTF-16LE"),
            (b"\x00\xFC\x20\xAC", "utf-16be"),
            (b"\x00\xFC\x20\xAC", "utf-16"),
            (b"\xFC\xA4", "ISO-8859-15"),
            (b"\xFC\x80", "windows-1252"),
        ] {
            assert_eq!(text(bytes, stated).as_deref(), Some("ü€"), "{stated}");
        }
        assert_eq!(text(b"\xFC", "latin1").as_deref(), Some("ü"));
        assert_eq!(text(b"a\0", "utf-16").as_deref(), Some("a"));
        assert_eq!(text(b"\xFC", "koi8-r"), None);
        assert_eq!(text(b"\xFC", "utf-8"), None);
    }

    #[test]
    fn marks_and_valid_utf8_go_before_what_is_stated() {
        assert_eq!(text(b"\xFF\xFEa\0", "utf-8").as_deref(), Some("a"));
        assert_eq!(text(b"\xEF\xBB\xBFa", "utf-16").as_deref(), Some("a"));
        assert_eq!(text("ü".as_bytes(), "iso-8859-1").as_deref(), Some("ü"));
        assert_eq!(text(b"\xFF\xFEabc", "utf-8"), None);
        assert_eq!(decode(b"\xFC", None), None);
    }

    #[test]
    fn what_is_encoded_is_decoded_again() {
        for (charset, label) in [
            (Charset::Utf8, "utf-8"),
            (Charset::Utf16Le, "utf-16le"),
            (Charset::Utf16Be, "utf-16be"),
            (Charset::Latin1, "latin1"),
            (Charset::Latin9, "latin9"),
            (Charset::Windows1252, "cp1252"),
        ] {
            for character in ['a', 'ü', '€', 'Š', '¤', '\u{81}', '😀'] {
                let mut bytes = Vec::new();
                if charset.encode(character, &mut bytes) {
                    assert_eq!(text(&bytes, label), Some(character.to_string()), "{charset:?}");
                } else {
                    assert_eq!(bytes, b"", "{charset:?} {character}");
                }
            }
        }
        assert!(!Charset::Latin1.encode('€', &mut Vec::new()));
        assert!(!Charset::Latin9.encode('¤', &mut Vec::new()));
    }
}
