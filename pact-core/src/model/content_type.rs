//! Media types, as far as contracts care.

use std::fmt;

/// A media type such as `application/json; charset=utf-8`. Type, names of parameters and `charset` are compared
/// without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentType {
    /// Type and subtype in lower case: `application/json`.
    essence: String,
    /// Parameters in their order, names in lower case, values without quotes.
    parameters: Vec<(String, String)>,
}

impl ContentType {
    /// Reads a header value. Text without a `/` is no media type.
    pub fn parse(text: &str) -> Option<Self> {
        // Semicolons in quotes do not separate.
        let mut quoted = false;
        let separates = |character: char| {
            quoted ^= character == '"';
            character == ';' && !quoted
        };
        let mut parts = text.split(separates).map(str::trim);
        let essence = parts.next()?.to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        if kind.is_empty() || subtype.is_empty() || essence.contains(char::is_whitespace) {
            return None;
        }
        let parameters = parts
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| {
                (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned())
            })
            .collect();
        Some(Self { essence, parameters })
    }

    /// `application/json`
    pub fn json() -> Self {
        Self { essence: "application/json".to_owned(), parameters: Vec::new() }
    }

    /// `application/octet-stream`: bytes of which nothing is known.
    pub(crate) fn unknown() -> Self {
        Self { essence: "application/octet-stream".to_owned(), parameters: Vec::new() }
    }

    /// The type that content itself shows.
    pub(crate) fn shown_by(content: &super::Content) -> Option<Self> {
        super::Body::Present(content.clone()).own_content_type()
    }

    /// Type and subtype in lower case, without parameters.
    pub fn essence(&self) -> &str {
        &self.essence
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Whether bodies of this type are JSON documents.
    pub fn is_json(&self) -> bool {
        let (_, subtype) = self.split();
        subtype == "json"
            || subtype.ends_with("+json")
            || subtype.starts_with("json-")
            || subtype == "graphql"
    }

    /// Whether bodies of this type are XML documents.
    pub fn is_xml(&self) -> bool {
        let (_, subtype) = self.split();
        subtype == "xml" || subtype.ends_with("+xml")
    }

    /// Whether bodies of this type are `name=value` pairs.
    pub fn is_form(&self) -> bool {
        self.essence == "application/x-www-form-urlencoded"
    }

    /// Whether bodies of this type are made of parts.
    pub fn is_multipart(&self) -> bool {
        self.essence.starts_with("multipart/")
    }

    /// Whether bodies of this type are best kept as bytes.
    pub fn is_binary(&self) -> bool {
        let (kind, subtype) = self.split();
        matches!(kind, "audio" | "font" | "image" | "video")
            || (kind == "application"
                && !self.is_json()
                && !self.is_xml()
                && !self.is_form()
                && !matches!(
                    subtype,
                    "javascript" | "ecmascript" | "yaml" | "x-yaml" | "toml" | "sql" | "hjson"
                ))
    }

    /// Whether a body of type `actual` can be compared with one of this type: the same type, with the parameters
    /// that this one has. The boundary of a type that is made of parts does not count.
    pub fn accepts(&self, actual: &Self) -> bool {
        let alike = (self.is_json() && actual.is_json()) || (self.is_xml() && actual.is_xml());
        let same = self.essence == actual.essence || (alike && self.family() == actual.family());
        // What separates parts is chosen anew every time.
        let counts = |name: &str| !(self.is_multipart() && name == "boundary");
        same && self.parameters.iter().filter(|(name, _)| counts(name)).all(|(name, value)| {
            actual.parameter(name).is_some_and(|other| other.eq_ignore_ascii_case(value))
        })
    }

    /// The type without its specialisation: `application/hal+json` belongs to `application/json`.
    fn family(&self) -> String {
        let (kind, subtype) = self.split();
        subtype
            .rsplit_once('+')
            .map_or_else(|| self.essence.clone(), |(_, suffix)| format!("{kind}/{suffix}"))
    }

    fn split(&self) -> (&str, &str) {
        self.essence.split_once('/').unwrap_or((&self.essence, ""))
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.essence)?;
        self.parameters.iter().try_for_each(|(name, value)| write!(formatter, ";{name}={value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> ContentType {
        ContentType::parse(text).unwrap()
    }

    #[test]
    fn reads_types_and_parameters() {
        let parsed = parse("Application/JSON; Charset=\"UTF-8\"");
        assert_eq!(parsed.essence(), "application/json");
        assert_eq!(parsed.parameter("charset"), Some("UTF-8"));
        let quoted = parse("multipart/mixed; boundary=\"a;b=c\"; x=y");
        assert_eq!(quoted.parameter("boundary"), Some("a;b=c"));
        assert_eq!(quoted.parameter("x"), Some("y"));
        for bad in ["", "json", "/json", "a/", "not a/type"] {
            assert_eq!(ContentType::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn knows_the_families() {
        assert!(parse("application/vnd.x.v1+json").is_json());
        assert!(parse("application/problem+xml").is_xml());
        assert!(parse("image/png").is_binary());
        assert!(parse("application/octet-stream").is_binary());
        assert!(!parse("application/x-www-form-urlencoded").is_binary());
        assert!(!parse("text/csv").is_binary());
    }

    #[test]
    fn what_can_be_compared() {
        assert!(parse("application/json").accepts(&parse("application/json;charset=utf-8")));
        assert!(parse("application/json;charset=UTF-8").accepts(&parse("application/json; charset=utf-8")));
        assert!(!parse("application/json;charset=utf-16").accepts(&parse("application/json")));
        assert!(parse("application/json").accepts(&parse("application/hal+json")));
        assert!(!parse("application/x+json").accepts(&parse("application/x+xml")));
        assert!(parse("application/xml").accepts(&parse("application/soap+xml")));
        assert!(parse("multipart/mixed; boundary=a").accepts(&parse("multipart/mixed; boundary=b")));
    }
}
