//! Bodies and message contents.

use super::json::Comparison;
use super::trie::{Holding, Place};
use super::{check, multipart, query, xml};
use crate::json::Json;
use crate::model::{Body, Content, ContentType, Data, detect, parse_pairs};
use crate::multipart as parts;
use crate::report::{Detail, Location, Mismatch, Part};
use crate::rules::{Rule, Subject};
use crate::xml::Element;

/// What is known of a body that a contract expects, worked out once.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    /// The media type that is stated, or that the body shows.
    content_type: ContentType,
    /// The body, where it is an XML document.
    xml: Option<Element>,
}

impl Prepared {
    /// `stated` is the media type that headers or metadata give.
    pub(super) fn new(body: &Body, stated: Option<ContentType>) -> Self {
        let content_type = stated.or_else(|| body.own_content_type()).unwrap_or_else(ContentType::json);
        let content = body.content().filter(|_| content_type.is_xml());
        let xml = content.and_then(|content| Element::parse(&content.bytes()).ok());
        Self { content_type, xml }
    }
}

/// What a body must be like.
pub(super) struct Expectation<'e> {
    pub(super) body: &'e Body,
    pub(super) prepared: &'e Prepared,
    pub(super) rules: Place<'e>,
    /// Whether a rule already says which media types will do.
    pub(super) type_is_free: bool,
    /// Whether what is not expected must not be there.
    pub(super) strict: bool,
    /// Where it is in the whole body.
    pub(super) at: Location<'e>,
    /// How many bodies made of parts may still be inside.
    pub(super) nesting: usize,
}

/// How many bodies made of parts may be inside one another; deeper ones are compared as a whole.
pub(super) const NESTING: usize = 4;

impl Expectation<'_> {
    pub(super) fn compare(&self, actual: &[u8], stated: Option<ContentType>, found: &mut Vec<Mismatch>) {
        match self.body {
            Body::Missing => {}
            Body::Empty if actual.is_empty() => {}
            Body::Null if actual.is_empty() || actual.trim_ascii() == b"null" => {}
            Body::Empty | Body::Null => {
                let actual = Subject::Bytes(actual).to_json();
                found.push(self.mismatch(Detail::Unexpected { actual }));
            }
            Body::Present(content)
                if actual.is_empty() && !content.bytes().is_empty() && !self.is_ruled_whole() =>
            {
                let expected = content.as_json().map_or_else(
                    || Subject::Bytes(&content.bytes()).to_json(),
                    |json| json.into_owned().into_owned(),
                );
                found.push(self.mismatch(Detail::Missing { expected }));
            }
            Body::Present(content) => self.content(content, actual, stated, found),
        }
    }

    fn content(
        &self,
        content: &Content,
        actual: &[u8],
        stated: Option<ContentType>,
        found: &mut Vec<Mismatch>,
    ) {
        let wanted = &self.prepared.content_type;
        let got = stated.unwrap_or_else(|| detect_as(wanted, actual));
        if !self.type_is_free && !self.has_type_rule() && !wanted.accepts(&got) {
            found.push(self.mismatch(Detail::ContentType { expected: wanted.clone(), actual: got }));
            return;
        }
        if self.is_json() {
            self.json(content, actual, found);
        } else if wanted.is_xml() {
            self.xml(content, actual, found);
        } else if wanted.is_form() {
            self.form(content, actual, found);
        } else if wanted.is_multipart() && self.nesting > 0 {
            let boundaries = [wanted.parameter("boundary"), got.parameter("boundary")];
            self.multipart(content, actual, boundaries, found);
        } else {
            self.whole(content, actual, found);
        }
    }

    fn is_json(&self) -> bool {
        let holds_json = |content: &Content| matches!(content.data, Data::Json(_));
        self.prepared.content_type.is_json() || self.body.content().is_some_and(holds_json)
    }

    /// Whether the content has no inner structure, and rules say what it must be: also when it is empty.
    fn is_ruled_whole(&self) -> bool {
        let wanted = &self.prepared.content_type;
        let structured = self.is_json() || wanted.is_xml() || wanted.is_form() || wanted.is_multipart();
        !structured && self.rules.holding().any(|holding| holding.direct && !holding.list.rules.is_empty())
    }

    /// Whether the bytes are judged by what they look like.
    fn has_type_rule(&self) -> bool {
        let mut rules = self.rules.holding().flat_map(|holding| &holding.list.rules);
        rules.any(|rule| matches!(rule, Rule::ContentType(_)))
    }

    fn mismatch(&self, detail: Detail) -> Mismatch {
        Mismatch::new(Part::Body, self.at.to_string(), detail)
    }

    fn json(&self, content: &Content, actual: &[u8], found: &mut Vec<Mismatch>) {
        let Some(expected) = content.as_json() else {
            // The contract states JSON for something that is not; all that is left is to compare it as it is.
            self.whole(content, actual, found);
            return;
        };
        match Json::parse(actual) {
            Ok(actual) => {
                let comparison = Comparison { strict: self.strict };
                comparison.value(Some(&expected), &actual, &self.rules, &self.at, found);
            }
            Err(error) => found.push(self.mismatch(Detail::NotJson(error))),
        }
    }

    fn xml(&self, content: &Content, actual: &[u8], found: &mut Vec<Mismatch>) {
        let Some(expected) = &self.prepared.xml else {
            // The contract states XML for something that is not; all that is left is to compare it as it is.
            self.whole(content, actual, found);
            return;
        };
        match Element::parse(actual) {
            Ok(actual) => {
                let comparison = xml::Comparison { strict: self.strict };
                comparison.document(expected, &actual, &self.rules, &self.at, found);
            }
            Err(error) => found.push(self.mismatch(Detail::NotXml(error))),
        }
    }

    fn form(&self, content: &Content, actual: &[u8], found: &mut Vec<Mismatch>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (expected, actual) = (parse_pairs(&text(&content.bytes())), parse_pairs(&text(actual)));
        let rules = |name: &str| self.rules.field(name).holding().next().map(|holding| holding.list);
        let before = found.len();
        query::pairs(&expected, &actual, rules, Part::Body, self.strict, found);
        for mismatch in &mut found[before..] {
            mismatch.location = self.at.field(&mismatch.location).to_string();
        }
    }

    fn multipart(
        &self,
        content: &Content,
        actual: &[u8],
        [wanted, got]: [Option<&str>; 2],
        found: &mut Vec<Mismatch>,
    ) {
        let bytes = content.bytes();
        let Ok(expected) = parts::parse(&bytes, wanted) else {
            // The contract states parts for something that has none; all that is left is to compare it as it is.
            self.whole(content, actual, found);
            return;
        };
        match parts::parse(actual, got) {
            Ok(actual) => multipart::compare(self, &expected, &actual, found),
            Err(error) => found.push(self.mismatch(Detail::NotMultipart(error))),
        }
    }

    /// Compares content that has no inner structure: by the rules for the whole, or byte by byte.
    fn whole(&self, content: &Content, actual: &[u8], found: &mut Vec<Mismatch>) {
        let expected = content.bytes();
        let wanted = subject(&expected);
        let got = match (wanted, actual) {
            // Nothing at all is as much bytes as it is text.
            (Subject::Bytes(_), []) => Subject::Bytes(actual),
            _ => subject(actual),
        };
        let mut ruled = false;
        for Holding { list, direct, path } in self.rules.holding() {
            if direct || list.rules.iter().any(Rule::cascades) {
                ruled = true;
                let (at, before) = (self.at.to_string(), found.len());
                check(list, Some(wanted), got, Part::Body, &at, found);
                let refused: Vec<_> =
                    found.drain(before..).map(|mismatch| mismatch.given_for(path)).collect();
                found.extend(refused);
            }
        }
        if !ruled && *expected != *actual {
            found.push(self.mismatch(match (wanted, got) {
                (Subject::Text(_), Subject::Text(_)) => {
                    Detail::NotEqual { expected: wanted.to_json(), actual: got.to_json() }
                }
                _ => Detail::other_bytes(&expected, actual),
            }));
        }
    }
}

fn subject(bytes: &[u8]) -> Subject<'_> {
    std::str::from_utf8(bytes).map_or(Subject::Bytes(bytes), Subject::Text)
}

/// What bytes are when nobody says: what is wanted where they can be read as that, otherwise what they look like.
fn detect_as(wanted: &ContentType, actual: &[u8]) -> ContentType {
    let plausible = if wanted.is_json() {
        Json::parse(actual).is_ok()
    } else {
        !wanted.is_xml() || Element::parse(actual).is_ok()
    };
    if plausible { wanted.clone() } else { detect(actual) }
}
