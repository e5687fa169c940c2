//! `regex`: the whole text matches a regular expression.

use std::sync::OnceLock;

use super::{Kind, RuleError, Subject, same_container, text_attribute};
use crate::json::{JsonBuf, Object, ObjectBuf};

/// The whole text matches. Numbers and Booleans are held against it as they are written.
///
/// The syntax is that of the `fancy-regex` crate: look-around, back-references and possessive quantifiers work;
/// expressions without them run in linear time, the others within a bound on backtracking.
#[derive(Debug, Clone)]
pub struct Regex {
    pattern: String,
    compiled: OnceLock<Result<fancy_regex::Regex, RuleError>>,
}

impl Regex {
    /// A rule for this expression.
    pub fn new(pattern: impl Into<String>) -> Self {
        Self { pattern: pattern.into(), compiled: OnceLock::new() }
    }

    /// The expression as it was written.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether the whole text matches. An expression that cannot be used matches nothing.
    pub fn is_match(&self, text: &str) -> bool {
        self.compiled().is_ok_and(|regex| regex.is_match(text).unwrap_or(false))
    }

    fn compiled(&self) -> Result<&fancy_regex::Regex, &RuleError> {
        let compile = || {
            fancy_regex::Regex::new(&format!(r"\A(?:{})\z", self.pattern)).map_err(|error| RuleError::Regex {
                pattern: self.pattern.clone(),
                reason: error.to_string(),
            })
        };
        self.compiled.get_or_init(compile).as_ref()
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.pattern == other.pattern
    }
}

impl Kind for Regex {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
        text_attribute(definition, "regex", "regex").map(Self::new)
    }

    fn definition(&self) -> ObjectBuf {
        [("match", "regex"), ("regex", &self.pattern)]
            .map(|(name, value)| (name, JsonBuf::from(value)))
            .into_iter()
            .collect()
    }

    fn prepare(&self) -> Result<(), RuleError> {
        self.compiled().map(drop).map_err(Clone::clone)
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        same_container(expected, actual) || actual.as_text().is_some_and(|text| self.is_match(text))
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        format!("Expected {} to match '{}'", actual.quoted(), self.pattern)
    }
}
