//! From bytes to text, and back.

use super::XmlError;
use crate::model::{Charset, Decoded, decode_text};

/// The text of a document: by its byte order mark, by the encoding that `stated` gives (a content type goes before
/// what the document says) or that its declaration states. White space around it is still there.
pub(super) fn decode<'b>(bytes: &'b [u8], stated: Option<&str>) -> Result<Decoded<'b>, XmlError> {
    let declared = declared(bytes);
    let stated = stated.filter(|label| Charset::is_known(label)).or(declared.as_deref());
    decode_text(bytes, stated).ok_or_else(|| XmlError::Encoding(stated.unwrap_or("UTF-8").to_owned()))
}

/// The encoding that an XML declaration states. Bytes that begin with a `<` of two bytes are UTF-16.
fn declared(bytes: &[u8]) -> Option<String> {
    match bytes {
        [b'<', 0, ..] => return Some("utf-16le".to_owned()),
        [0, b'<', ..] => return Some("utf-16be".to_owned()),
        _ => {}
    }
    let bytes = bytes.trim_ascii_start();
    let end =
        bytes.starts_with(b"<?xml").then(|| bytes.windows(2).take(200).position(|pair| pair == b"?>"))??;
    let declaration = String::from_utf8_lossy(&bytes[..end]);
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

/// The bytes of a document. Characters that its encoding lacks become character references.
pub(super) fn encode(text: &str, charset: Charset, mark: &[u8]) -> Vec<u8> {
    let mut bytes = mark.to_vec();
    for character in text.chars() {
        if !charset.encode(character, &mut bytes) {
            for character in format!("&#x{:X};", u32::from(character)).chars() {
                charset.encode(character, &mut bytes);
            }
        }
    }
    bytes
}
