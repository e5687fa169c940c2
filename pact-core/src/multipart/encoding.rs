//! `Content-Transfer-Encoding` (RFC 2045): how the content of a part is written.

use crate::model::{decode_base64, encode_base64};

/// How long a line may be.
const LINE: usize = 76;

/// How the content of a part is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As it is.
    None,
    Base64,
    QuotedPrintable,
}

impl Encoding {
    /// By the value of the header; an encoding that nobody knows leaves the content as it is.
    pub(super) fn named(name: &str) -> Self {
        match name.trim().to_ascii_lowercase().as_str() {
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            _ => Self::None,
        }
    }

    /// The content; none where it is what is written.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::None => None,
            Self::Base64 => std::str::from_utf8(bytes).ok().and_then(decode_base64),
            Self::QuotedPrintable => unquoted(bytes),
        }
    }

    /// What is written for some content; base64 in lines where `lines` is set.
    pub(super) fn encode(self, content: &[u8], lines: bool) -> Vec<u8> {
        match self {
            Self::None => content.to_vec(),
            Self::Base64 if lines => {
                let text = encode_base64(content);
                text.as_bytes().chunks(LINE).collect::<Vec<_>>().join(&b"\r\n"[..])
            }
            Self::Base64 => encode_base64(content).into_bytes(),
            Self::QuotedPrintable => quoted(content),
        }
    }
}

/// None where an escape is broken: then it was not quoted.
fn unquoted(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        rest = match (byte, after) {
            (b'=', [b'\r', b'\n', after @ ..] | [b'\n', after @ ..]) => after,
            (b'=', [high, low, after @ ..]) => {
                let digit =
                    |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                content.push(digit(high)? * 16 + digit(low)?);
                after
            }
            (b'=', _) => return None,
            _ => {
                content.push(*byte);
                after
            }
        };
    }
    Some(content)
}

fn quoted(content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(content.len());
    let mut length = 0;
    for (at, byte) in content.iter().enumerate() {
        if content[at..].starts_with(b"\r\n") || (*byte == b'\n' && at > 0 && content[at - 1] == b'\r') {
            bytes.push(*byte);
            length = 0;
            continue;
        }
        let ends_line = content[at + 1..].is_empty() || content[at + 1..].starts_with(b"\r\n");
        let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (matches!(byte, b' ' | b'\t') && !ends_line);
        let text = if plain { vec![*byte] } else { format!("={byte:02X}").into_bytes() };
        if length + text.len() >= LINE {
            bytes.extend_from_slice(b"=\r\n");
            length = 0;
        }
        length += text.len();
        bytes.extend(text);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_reads_as_it_was() {
        for text in ["", "plain", "a=b\r\nc \r\nd \t", "ü€\n\r", &"long ".repeat(40)] {
            let written = Encoding::QuotedPrintable.encode(text.as_bytes(), false);
            assert!(written.split(|byte| *byte == b'\n').all(|line| line.len() <= LINE + 1), "{text}");
            assert_eq!(Encoding::QuotedPrintable.decode(&written).as_deref(), Some(text.as_bytes()));
        }
        assert_eq!(Encoding::QuotedPrintable.decode(b"a=\r\nb=\nc=3D").as_deref(), Some(&b"abc="[..]));
        assert_eq!(Encoding::QuotedPrintable.decode(b"a=b"), None);
        assert_eq!(Encoding::QuotedPrintable.decode(b"a=+1"), None);
    }

    #[test]
    fn base64_is_written_in_lines_where_it_was() {
        let content = [7; 100];
        let written = Encoding::Base64.encode(&content, true);
        assert_eq!(written.split(|byte| *byte == b'\n').count(), 2);
        assert_eq!(Encoding::Base64.decode(&written).as_deref(), Some(&content[..]));
        assert!(!Encoding::Base64.encode(&content, false).contains(&b'\n'));
    }

    #[test]
    fn other_names_leave_the_content_alone() {
        assert_eq!(Encoding::named("BASE64 "), Encoding::Base64);
        assert_eq!(Encoding::named("8bit").decode(b"=3D"), None);
        assert_eq!(Encoding::named("x-own").encode(b"a=", false), b"a=");
    }
}
