//! Requests and responses over HTTP.

use std::borrow::Cow;
use std::collections::HashMap;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::{Body, ContentType, Generators, MatchingRules};
use crate::json::ObjectBuf;

/// A request over HTTP, as a contract expects it.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The method, such as `GET`.
    pub method: String,
    /// The path, as it travels: not decoded.
    pub path: String,
    /// The query.
    pub query: Option<Query>,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: Body,
    /// Which parts need not be equal, and what holds for them instead.
    pub rules: MatchingRules,
    /// Which parts are to be made anew each time.
    pub generators: Generators,
    /// Attributes that this crate does not know.
    pub extra: ObjectBuf,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: None,
            headers: Headers::default(),
            body: Body::Missing,
            rules: MatchingRules::default(),
            generators: Generators::default(),
            extra: ObjectBuf::new(),
        }
    }
}

/// A response over HTTP, as a contract expects it.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: Body,
    /// Which parts need not be equal, and what holds for them instead.
    pub rules: MatchingRules,
    /// Which parts are to be made anew each time.
    pub generators: Generators,
    /// Attributes that this crate does not know.
    pub extra: ObjectBuf,
}

impl Default for Response {
    fn default() -> Self {
        Self {
            status: 200,
            headers: Headers::default(),
            body: Body::Missing,
            rules: MatchingRules::default(),
            generators: Generators::default(),
            extra: ObjectBuf::new(),
        }
    }
}

/// Headers in their order, each with one or more values. Names are compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers {
    entries: Vec<(String, Vec<String>)>,
}

impl Headers {
    /// The values of a header; none when it is not there.
    pub fn get(&self, name: &str) -> &[String] {
        self.entries
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map_or(&[], |(_, values)| values)
    }

    /// The values of a header, to be changed; none when it is not there.
    pub fn get_mut(&mut self, name: &str) -> &mut [String] {
        self.entries
            .iter_mut()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map_or(&mut [], |(_, values)| values)
    }

    /// Adds a value behind those that the header has already.
    pub fn append(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        match self.entries.iter_mut().find(|(other, _)| other.eq_ignore_ascii_case(&name)) {
            Some((_, values)) => values.push(value.into()),
            None => self.entries.push((name, vec![value.into()])),
        }
    }

    /// Names and values in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.entries.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The media type that the headers state.
    pub fn content_type(&self) -> Option<ContentType> {
        self.get("content-type").first().and_then(|value| ContentType::parse(value))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<T: IntoIterator<Item = (N, V)>>(entries: T) -> Self {
        let mut headers = Self::default();
        for (name, value) in entries {
            headers.append(name, value);
        }
        headers
    }
}

/// The query of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// As it travels, without `?`, and compared as such: V1 files know no other way.
    Text(String),
    /// Decoded names with their values, in their order. A name without `=` has no value.
    Pairs(Vec<(String, Vec<Option<String>>)>),
}

/// What is encoded in a query: all but what RFC 3986 leaves alone there.
const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'[')
    .add(b']')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

impl Query {
    /// Decoded names with their values. Names that are written several times are gathered under their first place.
    pub fn pairs(&self) -> Cow<'_, [(String, Vec<Option<String>>)]> {
        match self {
            Self::Text(text) => Cow::Owned(parse_pairs(text)),
            Self::Pairs(pairs) => Cow::Borrowed(pairs),
        }
    }

    /// The query as it travels, without `?`.
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Pairs(pairs) => {
                let encode = |text: &str| utf8_percent_encode(text, QUERY).to_string();
                let parts = pairs.iter().flat_map(|(name, values)| {
                    values.iter().map(move |value| match value {
                        Some(value) => format!("{}={}", encode(name), encode(value)),
                        None => encode(name),
                    })
                });
                Cow::Owned(parts.collect::<Vec<_>>().join("&"))
            }
        }
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Pairs(pairs) => pairs.is_empty(),
        }
    }
}

/// Reads `name=value` pairs, as queries write them.
pub(crate) fn parse_pairs(text: &str) -> Vec<(String, Vec<Option<String>>)> {
    parse_pairs_in(text, None)
}

/// Decodes a name or a value, in UTF-8 or an encoding that is stated. What is no text stays as it is written: what
/// differs must go on to differ.
pub(crate) fn decode_component(text: &str, charset: Option<&str>) -> String {
    let spaced = text.replace('+', " ");
    let bytes: Vec<u8> = percent_decode_str(&spaced).collect();
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let decoded =
                super::decode_text(error.as_bytes(), charset).map(|decoded| decoded.text.into_owned());
            decoded.unwrap_or(spaced)
        }
    }
}

/// Encodes a value for a form, in an encoding that is stated as far as that has the characters.
pub(crate) fn encode_component(text: &str, charset: Option<&str>) -> String {
    let encoded = charset.and_then(|label| super::encode_text(text, label));
    percent_encoding::percent_encode(encoded.as_deref().unwrap_or(text.as_bytes()), QUERY).to_string()
}

/// Reads `name=value` pairs, as forms write them whose content type may state an encoding.
pub(crate) fn parse_pairs_in(text: &str, charset: Option<&str>) -> Vec<(String, Vec<Option<String>>)> {
    let decode = |text: &str| decode_component(text, charset);
    let mut pairs: Vec<(String, Vec<Option<String>>)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for part in text.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = match part.split_once('=') {
            Some((name, value)) => (decode(name), Some(decode(value))),
            None => (decode(part), None),
        };
        if let Some(at) = known.get(&name) {
            pairs[*at].1.push(value);
        } else {
            known.insert(name.clone(), pairs.len());
            pairs.push((name, vec![value]));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded_and_encoded() {
        let query = Query::Text("a=1&b=x%20y&a=2&c&d=%C4%81+z".to_owned());
        let pairs = query.pairs().into_owned();
        assert_eq!(pairs[0], ("a".to_owned(), vec![Some("1".to_owned()), Some("2".to_owned())]));
        assert_eq!(pairs[2], ("c".to_owned(), vec![None]));
        assert_eq!(pairs[3].1, vec![Some("ā z".to_owned())]);
        let text = Query::Pairs(pairs.clone()).to_text().into_owned();
        assert_eq!(text, "a=1&a=2&b=x%20y&c&d=%C4%81%20z");
        assert_eq!(Query::Text(text).pairs().into_owned(), pairs);
    }

    #[test]
    fn what_is_no_text_stays_as_it_is_written() {
        assert_ne!(parse_pairs("a=%FE"), parse_pairs("a=%FF"));
        assert_eq!(parse_pairs("a=%FE+b")[0].1, [Some("%FE b".to_owned())]);
        assert_eq!(parse_pairs_in("%FC=%A4", Some("iso-8859-15")), parse_pairs("%C3%BC=%E2%82%AC"));
        assert_eq!(encode_component("ü €", Some("iso-8859-15")), "%FC%20%A4");
        assert_eq!(encode_component("ü €", Some("iso-8859-1")), "%C3%BC%20%E2%82%AC");
    }

    #[test]
    fn header_names_have_no_case() {
        let headers: Headers = [("Accept", "a"), ("accept", "b"), ("X-Y", "c")].into_iter().collect();
        assert_eq!(headers.get("ACCEPT"), ["a".to_owned(), "b".to_owned()]);
        assert!(headers.get("other").is_empty());
    }
}
