//! `MockServerURL`: a URL of the example, at the mock server.

use super::{GenerateError, GeneratorError, Kind, Mode, Run, named, text_attribute};
use crate::json::{Json, JsonBuf, Object, ObjectBuf};
use crate::rules::compile_regex;

/// The URL of the mock server, followed by what the group of an expression finds in an example URL. It makes
/// links in responses lead back to the mock server, so it applies on the consumer's side only.
#[derive(Debug, Clone)]
pub struct MockServerUrl {
    example: String,
    pattern: String,
    compiled: fancy_regex::Regex,
}

impl MockServerUrl {
    /// A generator for URLs like `example`, whose part that the first group of `regex` finds stays:
    /// `http://localhost:9876/orders/7` and `.*(/orders/\d+)$`.
    ///
    /// # Errors
    /// When the expression is broken or has no group.
    pub fn new(example: impl Into<String>, regex: impl Into<String>) -> Result<Self, GeneratorError> {
        let pattern = regex.into();
        match compile_regex(&pattern) {
            Err(reason) => Err(GeneratorError::Regex { pattern, reason }),
            Ok(compiled) if compiled.captures_len() < 2 => Err(GeneratorError::NoGroup { pattern }),
            Ok(compiled) => Ok(Self { example: example.into(), pattern, compiled }),
        }
    }

    /// The URL that stands in the example.
    pub fn example(&self) -> &str {
        &self.example
    }

    /// The expression whose first group finds what stays.
    pub fn regex(&self) -> &str {
        &self.pattern
    }

    /// What the first group finds in the example.
    fn kept(&self) -> Option<&str> {
        let found = self.compiled.captures(&self.example).ok().flatten()?;
        found.get(1).map(|group| group.as_str())
    }
}

impl PartialEq for MockServerUrl {
    fn eq(&self, other: &Self) -> bool {
        self.example == other.example && self.pattern == other.pattern
    }
}

impl Kind for MockServerUrl {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, GeneratorError> {
        let text = |attribute| text_attribute(definition, "MockServerURL", attribute);
        Self::new(text("example")?, text("regex")?)
    }

    fn definition(&self) -> ObjectBuf {
        let mut definition = named("MockServerURL");
        definition.insert("regex", self.pattern.clone());
        definition.insert("example", self.example.clone());
        definition
    }

    fn applies(&self, mode: Mode) -> bool {
        mode == Mode::Consumer
    }

    fn generate(&self, _: &Json<'_>, run: &mut Run<'_>) -> Result<JsonBuf, GenerateError> {
        let url = run.context.mock_server_url.as_deref().ok_or(GenerateError::NoMockServerUrl)?;
        let kept = self.kept().ok_or_else(|| GenerateError::ExampleUrl {
            regex: self.pattern.clone(),
            example: self.example.clone(),
        })?;
        let separator = if kept.is_empty() || kept.starts_with(['/', '?', '#']) { "" } else { "/" };
        Ok(format!("{}{separator}{kept}", url.trim_end_matches('/')).into())
    }
}
