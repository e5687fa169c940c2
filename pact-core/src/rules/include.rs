//! `include`: the text contains another.

use super::{Kind, RuleError, Subject, same_container, text_attribute};
use crate::json::{JsonBuf, Object, ObjectBuf};

/// The text contains `value`. Numbers and Booleans are looked at as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// What must be part of the text.
    pub value: String,
}

impl Kind for Include {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
        text_attribute(definition, "include", "value").map(|value| Self { value })
    }

    fn definition(&self) -> ObjectBuf {
        [("match", "include"), ("value", &self.value)]
            .map(|(name, value)| (name, JsonBuf::from(value)))
            .into_iter()
            .collect()
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        same_container(expected, actual) || actual.as_text().is_some_and(|text| text.contains(&self.value))
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        format!("Expected {} to include '{}'", actual.quoted(), self.value)
    }
}
