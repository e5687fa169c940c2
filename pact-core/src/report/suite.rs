//! Mismatches in the words of the compatibility suite.
//!
//! The suite of stories that Pact implementations are held to asserts what a mismatch is called, where it is, and its
//! sentence, word by word. People are better served by the sentences that [`Mismatch`] displays.
//!
//! Some sentences tell more than one mismatch holds (the names in both objects, how both bodies begin), so they are made
//! beside what was compared: [`request`] and [`response`].

use std::borrow::Cow;
use std::fmt;

use super::{Detail, Mismatch, Part, described};
use crate::json::{Json, JsonBuf};
use crate::matching::{ActualRequest, ActualResponse};
use crate::model::{Body, ContentType, Request, Response, detect};
use crate::path::{DocPath, Step, write_field};
use crate::rules::{Rule, Subject};

/// How many bytes of a body are shown.
const SHOWN: usize = 32;

/// One mismatch as the suite tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// What it is called: as [`Part::as_str`], and `body-content-type`.
    pub kind: &'static str,
    /// Where it is: a path expression in a body, a name elsewhere, or nothing.
    pub place: String,
    /// What is wrong there.
    pub text: String,
}

impl fmt::Display for Sentence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} \"{}\" -> \"{}\"", self.kind, self.place, self.text)
    }
}

/// The sentences for what is wrong with a request.
pub fn request(expected: &Request, actual: &ActualRequest, mismatches: &[Mismatch]) -> Vec<Sentence> {
    Bodies::new(&expected.body, expected.headers.content_type(), &actual.body).sentences(mismatches)
}

/// The sentences for what is wrong with a response.
pub fn response(expected: &Response, actual: &ActualResponse, mismatches: &[Mismatch]) -> Vec<Sentence> {
    Bodies::new(&expected.body, expected.headers.content_type(), &actual.body).sentences(mismatches)
}

/// What the suite calls a provider state that could not be set up.
pub const STATE_CHANGE_FAILED: &str = "State change request failed";

/// What the suite calls a verification that failed because of a part of the response or the message. Parts of a request
/// are not verified.
pub fn difference(part: Part) -> Option<&'static str> {
    match part {
        Part::Status => Some("Response status did not match"),
        Part::Header => Some("Headers had differences"),
        Part::Body => Some("Body had differences"),
        Part::Metadata => Some("Metadata had differences"),
        Part::Method | Part::Path | Part::Query => None,
    }
}

/// Why a rule refused what came. It is told when that is found out: what came is there, not only what is shown of it.
pub(crate) fn refusal(rule: &Rule, expected: Option<Subject<'_>>, actual: Subject<'_>) -> String {
    match rule.lost_container(expected, actual) {
        Some(expected) => {
            format!("Expected {} to be the same type as {}", actual.described(), expected.described())
        }
        None => rule.explain(expected, actual),
    }
}

/// The bodies that were compared.
struct Bodies<'b> {
    content_type: ContentType,
    expected: Cow<'b, [u8]>,
    actual: &'b [u8],
}

impl<'b> Bodies<'b> {
    /// `stated` is the media type that headers give.
    fn new(expected: &'b Body, stated: Option<ContentType>, actual: &'b [u8]) -> Self {
        let content_type = stated.or_else(|| expected.own_content_type()).unwrap_or_else(ContentType::json);
        Self { content_type, expected: expected.bytes(), actual }
    }

    fn sentences(&self, mismatches: &[Mismatch]) -> Vec<Sentence> {
        let mut sentences: Vec<Sentence> = Vec::new();
        for mismatch in mismatches {
            let sentence = self.names(mismatch).unwrap_or_else(|| self.sentence(mismatch));
            // However many names differ, there is one sentence for the object that they are in.
            if !sentences.contains(&sentence) {
                sentences.push(sentence);
            }
        }
        sentences
    }

    fn sentence(&self, mismatch: &Mismatch) -> Sentence {
        let kind = match mismatch.detail {
            Detail::ContentType { .. } => "body-content-type",
            _ => mismatch.part.as_str(),
        };
        let place = match (mismatch.part, mismatch.location.parse::<DocPath>()) {
            (Part::Body, Ok(path)) => written(path.steps()),
            _ => mismatch.location.clone(),
        };
        let text = match (mismatch.part, &mismatch.detail) {
            (_, Detail::Refused { rule, expected: Some(expected), actual, .. })
                if matches!(**rule, Rule::Like(_) | Rule::NotEmpty(_))
                    && other_container(expected, actual) =>
            {
                other_type(expected, actual)
            }
            // Lists are written as they are everywhere but in the sentences about their size.
            (_, Detail::Refused { rule, actual: actual @ Json::Array(items), explanation, .. })
                if matches!(**rule, Rule::Like(_)) =>
            {
                let items: Vec<_> = items.iter().map(Json::to_compact).collect();
                explanation.replacen(&actual.to_compact(), &format!("[{}]", items.join(", ")), 1)
            }
            (_, Detail::Refused { explanation, .. }) => explanation.clone(),
            (part @ (Part::Header | Part::Query | Part::Metadata), detail) => {
                named(part, &mismatch.location, detail)
            }
            (Part::Body, detail) if self.content_type.is_form() => self.form(&mismatch.location, detail),
            (Part::Body, detail) => self.body(detail),
            (part, Detail::NotEqual { expected, actual }) => {
                format!("Expected {} {} but received {}", part.as_str(), plain(expected), plain(actual))
            }
            (_, detail) => detail.to_string(),
        };
        Sentence { kind, place, text }
    }

    /// The sentence for names that are missing, or should not be there, in an object.
    fn names(&self, mismatch: &Mismatch) -> Option<Sentence> {
        if !matches!(mismatch.detail, Detail::Missing { .. } | Detail::Unexpected { .. }) {
            return None;
        }
        if mismatch.part != Part::Body || self.content_type.is_form() {
            return None;
        }
        let path: DocPath = mismatch.location.parse().ok()?;
        let (_, parent) = path.steps().split_last()?;
        let names = |bytes: &[u8]| -> Option<String> {
            let document = Json::parse(bytes).ok()?;
            let mut names: Vec<_> = at(&document, parent)?.as_object()?.names().collect();
            names.sort_unstable();
            Some(names.join(", "))
        };
        let (expected, actual) = (names(&self.expected)?, names(self.actual)?);
        Some(Sentence {
            kind: mismatch.part.as_str(),
            place: written(parent),
            text: format!("Expected a Map with keys [{expected}] but received one with keys [{actual}]"),
        })
    }

    fn body(&self, detail: &Detail) -> String {
        match detail {
            Detail::ContentType { expected, actual } => {
                format!("Expected a body of '{expected}' but the actual content type was '{actual}'")
            }
            Detail::NotEqual { expected, actual } if self.content_type.is_json() => {
                if other_container(expected, actual) {
                    other_type(expected, actual)
                } else {
                    format!("Expected {} to be equal to {}", described(actual), described(expected))
                }
            }
            Detail::NotEqual { expected, actual } if self.content_type.is_xml() => {
                format!("Expected {} to be equal to {}", described(actual), described(expected))
            }
            Detail::NotEqual { .. } | Detail::OtherBytes { .. } => self.whole(),
            Detail::Length { expected, actual } => {
                format!("Expected a List with {expected} elements but received {actual} elements")
            }
            Detail::NoVariant { index, expected, .. } => {
                let expected = expected.clone().sorted().to_compact();
                format!("Variant at index {index} ({expected}) was not found in the actual list")
            }
            Detail::NoExample { index, .. } => {
                format!("Variant at index {index} (null) was not found in the actual list")
            }
            Detail::MissingChild { expected } => format!("Expected child {expected} but was missing"),
            Detail::UnexpectedChild { actual } => format!("Unexpected child {actual}"),
            other => other.to_string(),
        }
    }

    /// Bodies that have no inside differ as a whole.
    fn whole(&self) -> String {
        match (std::str::from_utf8(&self.expected), std::str::from_utf8(self.actual)) {
            (Ok(expected), Ok(actual)) => {
                format!("Expected body '{expected}' to match '{actual}' using equality but did not match")
            }
            _ => {
                let (expected, actual) = (beginning(&self.expected), beginning(self.actual));
                format!("Actual body {actual} is not equal to the expected body {expected}")
            }
        }
    }

    fn form(&self, location: &str, detail: &Detail) -> String {
        let path = location.parse::<DocPath>();
        let Ok([Step::Field(name)]) = path.as_ref().map(DocPath::steps) else { return self.body(detail) };
        match detail {
            Detail::NotEqual { expected, actual } => {
                let (expected, actual) = (plain(expected), plain(actual));
                format!("Expected form post parameter '{name}' with value '{expected}' but was '{actual}'")
            }
            Detail::Missing { .. } => format!("Expected form post parameter '{name}' but was missing"),
            Detail::Unexpected { .. } => format!("Unexpected form post parameter '{name}' received"),
            other => other.to_string(),
        }
    }
}

fn named(part: Part, name: &str, detail: &Detail) -> String {
    match (part, detail) {
        (Part::Header, Detail::Missing { .. }) => format!("Expected a header '{name}' but was missing"),
        (Part::Header, Detail::NotEqual { expected, actual }) => {
            let (expected, actual) = (plain(expected), plain(actual));
            format!("Expected header '{name}' to have value '{expected}' but was '{actual}'")
        }
        (Part::Query, Detail::Missing { .. }) => format!("Expected query parameter '{name}' but was missing"),
        (Part::Query, Detail::Unexpected { .. }) => format!("Unexpected query parameter '{name}' received"),
        (Part::Query, Detail::NotEqual { expected, actual }) => {
            let (expected, actual) = (plain(expected), plain(actual));
            format!("Expected query parameter '{name}' with value '{expected}' but was '{actual}'")
        }
        (_, Detail::NotEqual { expected, actual }) => {
            let (expected, actual) = (described(expected), described(actual));
            format!("Expected {} '{name}' to have value {expected} but was {actual}", part.as_str())
        }
        (_, Detail::Missing { .. }) => format!("Expected {} '{name}' but was missing", part.as_str()),
        (_, other) => other.to_string(),
    }
}

/// Whether an object or a list was expected, and something else came.
fn other_container(expected: &Json<'_>, actual: &Json<'_>) -> bool {
    matches!(expected, Json::Object(_) | Json::Array(_)) && expected.type_name() != actual.type_name()
}

fn other_type(expected: &Json<'_>, actual: &Json<'_>) -> String {
    format!("Type mismatch: Expected {} to be the same type as {}", described(actual), described(expected))
}

/// The values of a header or parameter, without quotes.
fn plain(value: &JsonBuf) -> String {
    match value {
        Json::String(text) => text.clone().into_owned(),
        Json::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_compact(),
    }
}

/// A body by its type, its size and its first bytes.
fn beginning(bytes: &[u8]) -> String {
    let start: String = bytes.iter().take(SHOWN).map(|byte| format!("{byte:02x}")).collect();
    format!("[{}, {} bytes, starting with {start}]", detect(bytes), bytes.len())
}

/// The value at a place without wildcards.
fn at<'j>(document: &'j Json<'j>, steps: &[Step]) -> Option<&'j Json<'j>> {
    steps.iter().try_fold(document, |value, step| match step {
        Step::Field(name) => value.get(name),
        Step::Index(index) => value.as_array()?.get(*index),
        _ => None,
    })
}

/// A path as the suite writes it: names that are numbers look like indices.
fn written(steps: &[Step]) -> String {
    let mut path = String::from("$");
    for step in steps {
        match step {
            Step::Field(name) if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) => {
                path.push_str(&format!("[{name}]"));
            }
            Step::Field(name) => {
                // Writing to text cannot fail.
                let _ = write_field(name, &mut path);
            }
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            other => path.push_str(&DocPath::from_steps(vec![other.clone()]).to_string()[1..]),
        }
    }
    path
}

#[cfg(test)]
mod sentences;
#[cfg(test)]
mod tests;
