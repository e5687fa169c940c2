//! What steps are called: the part of cucumber expressions that is needed here.

use regex::Regex;
use thiserror::Error;

/// The name of a step with places for arguments: `{string}` (in quotes), `{int}` and `{word}`. `a(n)` is `a` or `an`;
/// `\{` is a brace.
#[derive(Debug)]
pub(super) struct Pattern(Regex);

/// A name that cannot be compiled: a mistake in one of the tables.
#[derive(Debug, Error)]
#[error("the step `{pattern}` cannot be compiled: {source}")]
pub(crate) struct PatternError {
    pattern: &'static str,
    source: regex::Error,
}

impl Pattern {
    pub(super) fn new(pattern: &'static str) -> Result<Self, PatternError> {
        let mut expression = String::from("^");
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            let places = [
                ("{string}", r#"(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')"#),
                ("{int}", r"(\d+)"),
                ("{word}", r"(\S+)"),
                (r"\{", r"\{"),
                ("(", "(?:"),
                (")", ")?"),
            ];
            if let Some((place, stands_for)) = places.iter().find(|(place, _)| rest.starts_with(place)) {
                expression.push_str(stands_for);
                rest = &rest[place.len()..];
            } else {
                expression.push_str(&regex::escape(first.encode_utf8(&mut [0; 4])));
                rest = &rest[first.len_utf8()..];
            }
        }
        expression.push('$');
        Regex::new(&expression).map(Self).map_err(|source| PatternError { pattern, source })
    }

    /// The arguments, when the step is called so.
    pub(super) fn arguments(&self, text: &str) -> Option<Vec<String>> {
        let captures = self.0.captures(text)?;
        Some(captures.iter().skip(1).flatten().map(|argument| unescaped(argument.as_str())).collect())
    }
}

/// Only quotes are escaped; a backslash before anything else is one.
fn unescaped(text: &str) -> String {
    text.replace("\\\"", "\"").replace("\\'", "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(pattern: &'static str, text: &str) -> Option<Vec<String>> {
        Pattern::new(pattern).unwrap().arguments(text)
    }

    #[test]
    fn arguments_are_taken_out() {
        let pattern = "a(n) {string} header of {string}";
        assert_eq!(arguments(pattern, r#"an "x" header of "\d \"y\"""#).unwrap(), ["x", r#"\d "y""#]);
        assert_eq!(arguments(pattern, r#"a "x" header of ''"#).unwrap(), ["x", ""]);
        assert_eq!(arguments("request {int}, {word}", "request 12, first").unwrap(), ["12", "first"]);
        assert_eq!(arguments(r"interaction \{{int}}", "interaction {3}").unwrap(), ["3"]);
    }

    #[test]
    fn the_whole_text_must_be_as_the_pattern() {
        assert!(arguments("it is OK", "it is OK, too").is_none());
        assert!(arguments("it is OK.", "it is OKo").is_none());
        assert!(arguments("{string}", r#""a" -> "b""#).is_none());
    }
}
