//! Mismatches in words.

use std::fmt;

use super::{Detail, Mismatch, Part};
use crate::json::Json;

/// The longest value that is shown in a sentence, in characters.
const LONGEST: usize = 200;

/// Text that fits into a sentence.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A value as it reads in a sentence: strings in quotes, everything else as JSON.
pub(crate) fn quoted(value: &Json<'_>) -> String {
    match value {
        Json::String(text) => format!("'{}'", shortened(text)),
        other => shortened(&other.to_compact()),
    }
}

/// A value with its type: `'100' (String)`.
pub(crate) fn described(value: &Json<'_>) -> String {
    format!("{} ({})", quoted(value), value.type_name())
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.part, self.location.as_str()) {
            (part @ (Part::Method | Part::Path | Part::Status), _) | (part, "") => {
                write!(formatter, "{}: ", part.as_str())?;
            }
            (Part::Body, path) => write!(formatter, "body {path}: ")?,
            (Part::Query, name) => write!(formatter, "query parameter '{name}': ")?,
            (part, name) => write!(formatter, "{} '{name}': ", part.as_str())?,
        }
        self.detail.fmt(formatter)
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotEqual { expected, actual } if same_kind(expected, actual) => {
                write!(formatter, "expected {} but was {}", quoted(expected), quoted(actual))
            }
            Self::NotEqual { expected, actual } => {
                write!(formatter, "expected {} but was {}", described(expected), described(actual))
            }
            Self::Refused { explanation, .. } | Self::ByExtension { explanation, .. } => {
                formatter.write_str(explanation)
            }
            Self::Missing { expected } => {
                write!(formatter, "expected {} but it is missing", quoted(expected))
            }
            Self::Unexpected { actual } => write!(formatter, "{} was not expected", quoted(actual)),
            Self::Length { expected, actual } => {
                write!(formatter, "expected a list with {expected} items but received {actual} items")
            }
            Self::NoVariant { index, expected, closest } => {
                write!(formatter, "no item is like item {index} of the contract, {}", quoted(expected))?;
                match closest {
                    None => formatter.write_str("; the list is empty"),
                    Some((at, mismatches)) if mismatches.is_empty() => {
                        write!(formatter, "; item {at} is, but it is needed for another item of the contract")
                    }
                    Some((at, mismatches)) => {
                        write!(formatter, "; the closest is item {at}, but ")?;
                        let reasons: Vec<_> = mismatches.iter().map(ToString::to_string).collect();
                        formatter.write_str(&reasons.join("; "))
                    }
                }
            }
            Self::TooManyComparisons { limit } => write!(
                formatter,
                "the lists are too long to be compared in any order (more than {limit} comparisons); make the example shorter"
            ),
            Self::ContentType { expected, actual } => {
                write!(formatter, "expected content of type '{expected}' but it is '{actual}'")
            }
            Self::MissingChild { expected } => {
                write!(formatter, "expected child {expected} but it is missing")
            }
            Self::UnexpectedChild { actual } => write!(formatter, "child {actual} was not expected"),
            Self::NotJson(error) => write!(formatter, "expected a JSON document, but {error}"),
            Self::NotXml(error) => write!(formatter, "expected an XML document, but {error}"),
            Self::NotMultipart(error) => write!(formatter, "expected a body made of parts, but {error}"),
            Self::ExtensionFailed { extension, error } => {
                write!(formatter, "the plugin '{extension}' could not compare the body: {error}")
            }
        }
    }
}

fn same_kind(left: &Json<'_>, right: &Json<'_>) -> bool {
    left.type_name() == right.type_name()
}
