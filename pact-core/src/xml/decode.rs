//! From bytes to text.

use std::borrow::Cow;

use super::XmlError;

/// The text of a document, by its byte order mark or the encoding that it states.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return utf16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        // White space around a document is not XML, but files have it.
        Ok(text) => Ok(Cow::Borrowed(text.trim())),
        Err(_) if is_latin1(bytes) => {
            let text: String = bytes.iter().copied().map(char::from).collect();
            Ok(Cow::Owned(text.trim().to_owned()))
        }
        Err(_) => Err(XmlError::Encoding("UTF-8".to_owned())),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'static, str>, XmlError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = String::from_utf16(&pairs.iter().copied().map(unit).collect::<Vec<_>>());
    match text {
        Ok(text) if rest.is_empty() => Ok(Cow::Owned(text.trim().to_owned())),
        _ => Err(XmlError::Encoding("UTF-16".to_owned())),
    }
}

/// Whether the XML declaration states an encoding in which every byte is a character of the same number.
fn is_latin1(bytes: &[u8]) -> bool {
    let end = bytes.windows(2).take(200).position(|pair| pair == b"?>").unwrap_or(0);
    let declaration = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    ["iso-8859-1", "latin1"].iter().any(|name| declaration.contains(name))
}
