//! Bodies made of parts: `multipart/form-data`, `multipart/mixed` and their kin (RFC 2046, RFC 7578).

mod encoding;
mod label;

use std::borrow::Cow;
use std::ops::Range;

use thiserror::Error;

use encoding::Encoding;
pub(crate) use label::{Labelled, labelled};

use crate::model::{Content, ContentType, Data};

/// The most parts that a body may have.
const PARTS: usize = 1_000;
/// The most headers that a part may have.
const HEADERS: usize = 64;

/// One part of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part<'b> {
    pub(crate) headers: Vec<(String, String)>,
    content: &'b [u8],
    /// Where that starts in the body.
    start: usize,
}

/// Why bytes are not made of parts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MultipartError {
    /// No line starts a part.
    #[error("no line starts a part with the boundary")]
    NoParts,
    /// The body ends before the line that closes the last part.
    #[error("the last part is not closed by a line with the boundary")]
    NotClosed,
    /// A part has a header line without a colon.
    #[error("part {part} has a header line without a colon")]
    Header {
        /// Which part, from 0.
        part: usize,
    },
    /// There is more of something than is accepted.
    #[error("more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The limit that was in force.
        limit: usize,
    },
}

/// A line between parts.
enum Delimiter {
    /// A part follows.
    Next,
    /// None follows.
    Close,
}

/// Takes a body apart. The boundary is the one that the content type states; where that is not in the body, or there is
/// none, it is the one that the body begins with.
pub(crate) fn parse<'b>(bytes: &'b [u8], stated: Option<&str>) -> Result<Vec<Part<'b>>, MultipartError> {
    take_apart(bytes, stated, true)
}

/// Takes a body apart whose last part may go on to the end: the line that closes it may be missing.
pub(crate) fn parse_open<'b>(bytes: &'b [u8], stated: Option<&str>) -> Result<Vec<Part<'b>>, MultipartError> {
    take_apart(bytes, stated, false)
}

/// How a body is taken apart, given the boundary that is stated.
pub(crate) type Parse = for<'b> fn(&'b [u8], Option<&str>) -> Result<Vec<Part<'b>>, MultipartError>;

fn take_apart<'b>(
    bytes: &'b [u8],
    stated: Option<&str>,
    closed: bool,
) -> Result<Vec<Part<'b>>, MultipartError> {
    match stated.map(|boundary| split(bytes, boundary.as_bytes(), closed)) {
        None | Some(Err(MultipartError::NoParts)) => {
            split(bytes, leading_boundary(bytes).ok_or(MultipartError::NoParts)?, closed)
        }
        Some(parts) => parts,
    }
}

/// The boundary in the first line that is not empty.
fn leading_boundary(bytes: &[u8]) -> Option<&[u8]> {
    let line = lines(bytes).map(|(_, line)| line).find(|line| !line.is_empty())?;
    line.strip_prefix(b"--").filter(|boundary| !boundary.is_empty())
}

fn split<'b>(bytes: &'b [u8], boundary: &[u8], closed: bool) -> Result<Vec<Part<'b>>, MultipartError> {
    let mut parts = Vec::new();
    let mut open = None;
    for (start, line) in lines(bytes) {
        let Some(delimiter) = delimiter(line, boundary) else { continue };
        if let Some(from) = open {
            if parts.len() == PARTS {
                return Err(MultipartError::TooMany { what: "parts", limit: PARTS });
            }
            // The line break before a delimiter belongs to it.
            let part: &[u8] = bytes.get(from..start).unwrap_or_default();
            let part = part.strip_suffix(b"\n").unwrap_or(part);
            parts.push(Part::read(part.strip_suffix(b"\r").unwrap_or(part), from, parts.len())?);
        }
        match delimiter {
            Delimiter::Next => open = Some(after_line(bytes, start)),
            Delimiter::Close => return Ok(parts),
        }
    }
    match open {
        None => Err(MultipartError::NoParts),
        Some(_) if closed => Err(MultipartError::NotClosed),
        Some(from) => {
            let part = bytes.get(from..).unwrap_or_default();
            let part = part.strip_suffix(b"\n").unwrap_or(part);
            parts.push(Part::read(part.strip_suffix(b"\r").unwrap_or(part), from, parts.len())?);
            Ok(parts)
        }
    }
}

fn delimiter(line: &[u8], boundary: &[u8]) -> Option<Delimiter> {
    match line.strip_prefix(b"--")?.strip_prefix(boundary)? {
        b"" => Some(Delimiter::Next),
        b"--" => Some(Delimiter::Close),
        _ => None,
    }
}

/// Where the line after the one that starts here begins.
fn after_line(bytes: &[u8], start: usize) -> usize {
    bytes[start..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| start + end + 1)
}

/// Lines with where they start, without the space that may end them.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    bytes.split(|byte| *byte == b'\n').map(move |line| {
        let at = start;
        start += line.len() + 1;
        (at, line.trim_ascii_end())
    })
}

impl<'b> Part<'b> {
    fn read(bytes: &'b [u8], from: usize, index: usize) -> Result<Self, MultipartError> {
        let mut headers: Vec<(String, String)> = Vec::new();
        for (start, line) in lines(bytes) {
            if line.is_empty() {
                let start = after_line(bytes, start);
                let content = bytes.get(start..).unwrap_or_default();
                return Ok(Self { headers, content, start: from + start });
            }
            let line = String::from_utf8_lossy(line);
            match headers.last_mut() {
                // A line that starts with space goes on with the one before.
                Some((_, value)) if line.starts_with([' ', '\t']) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                _ => {
                    let (name, value) = line.split_once(':').ok_or(MultipartError::Header { part: index })?;
                    headers.push((name.trim().to_owned(), value.trim().to_owned()));
                }
            }
            if headers.len() > HEADERS {
                return Err(MultipartError::TooMany { what: "headers of one part", limit: HEADERS });
            }
        }
        Ok(Self { headers, content: b"", start: from + bytes.len() })
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The name that the form field has.
    pub(crate) fn name(&self) -> Option<String> {
        parameter(self.header("content-disposition")?, "name")
    }

    /// The media type that the part states.
    pub(crate) fn content_type(&self) -> Option<ContentType> {
        self.header("content-type").and_then(ContentType::parse)
    }

    fn encoding(&self) -> Encoding {
        self.header("content-transfer-encoding").map_or(Encoding::None, Encoding::named)
    }

    /// What the part carries, decoded where it says that it is base64 or quoted-printable.
    pub(crate) fn content(&self) -> Cow<'b, [u8]> {
        match self.encoding().decode(self.content) {
            Some(decoded) => Cow::Owned(decoded),
            None => Cow::Borrowed(self.content),
        }
    }

    /// What the part carries, as a body of its own.
    pub(crate) fn body(&self) -> Content {
        let bytes = self.content().into_owned();
        let data = String::from_utf8(bytes).map_or_else(|error| Data::Binary(error.into_bytes()), Data::Text);
        Content { data, content_type: self.content_type(), hint: None }
    }

    /// Where the content is in the body that the part was read from.
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.start + self.content.len()
    }

    /// Other content in the form that the part says it has.
    pub(crate) fn encoded(&self, content: &[u8]) -> Vec<u8> {
        self.encoding().encode(content, self.content.contains(&b'\n'))
    }
}

/// The value of a parameter such as `name` in `form-data; name="a \"b\""; filename="c;d"`.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header;
    while let Some(next) = after_semicolon(rest) {
        let (name, after) = next.split_once('=')?;
        let after = after.trim_start();
        let value = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => after.split(';').next().unwrap_or_default().trim().to_owned(),
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
    None
}

/// What comes after the first semicolon that is not in quotes.
fn after_semicolon(text: &str) -> Option<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let at = text.find(|character| {
        let ends = character == ';' && !quoted;
        quoted ^= character == '"' && !escaped;
        escaped = quoted && character == '\\' && !escaped;
        ends
    })?;
    Some(&text[at + 1..])
}

/// What stands before the closing quote. Only quotes are escaped: browsers of old wrote backslashes of file names as
/// they are.
fn unquoted(text: &str) -> String {
    let mut value = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' if characters.peek() == Some(&'"') => value.extend(characters.next()),
            plain => value.push(plain),
        }
    }
    value
}

#[cfg(test)]
mod tests;
