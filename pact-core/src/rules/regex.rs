//! `regex`: the whole text matches a regular expression.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::{Kind, RuleError, Subject, same_container, text_attribute};
use crate::json::{JsonBuf, Object, ObjectBuf};

/// The whole text matches. Numbers and Booleans are held against it as they are written.
///
/// The syntax is that of the `fancy-regex` crate: look-around, back-references and possessive quantifiers work;
/// expressions without them run in linear time, the others within a bound on backtracking. `\Q` and `\E` quote what
/// is between them, as in Java and Ruby.
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

    /// The expression, for those who need to know why it cannot be used.
    pub(crate) fn compiled(&self) -> Result<&fancy_regex::Regex, &RuleError> {
        let compile = || {
            // Alone first: `x)|(?:y` must not come to mean something within the anchors.
            compile(&self.pattern)
                .map_err(|reason| RuleError::Regex { pattern: self.pattern.clone(), reason })?;
            compile(&format!(r"\A(?:{})\z", unquoted(&self.pattern)))
                .map_err(|reason| RuleError::Regex { pattern: self.pattern.clone(), reason })
        };
        self.compiled.get_or_init(compile).as_ref()
    }
}

/// An expression that may match anywhere in a text, or why it cannot be used.
pub(crate) fn compile(pattern: &str) -> Result<fancy_regex::Regex, String> {
    fancy_regex::Regex::new(&unquoted(pattern)).map_err(|error| error.to_string())
}

/// The expression with what stands between `\Q` and `\E` escaped character by character: other implementations write
/// that, and `fancy-regex` does not know it.
pub(crate) fn unquoted(pattern: &str) -> Cow<'_, str> {
    if !pattern.contains(r"\Q") {
        return Cow::Borrowed(pattern);
    }
    let mut written = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        written.push_str(before);
        if let Some(quote) = escape.strip_prefix(r"\Q") {
            let (quoted, after) = quote.split_once(r"\E").unwrap_or((quote, ""));
            written.push_str(&regex_syntax::escape(quoted));
            rest = after;
        } else {
            // An escape and what it escapes belong together: `\\Q` is a backslash and a letter.
            let end = escape.char_indices().nth(2).map_or(escape.len(), |(end, _)| end);
            let (escape, after) = escape.split_at(end);
            written.push_str(escape);
            rest = after;
        }
    }
    Cow::Owned(written + rest)
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
        let undecided = |text: &str| self.compiled().is_ok_and(|regex| regex.is_match(text).is_err());
        if actual.as_text().is_some_and(undecided) {
            return format!(
                "It could not be decided whether {} matches '{}', which goes back too often; write it without nested repetitions",
                actual.quoted(),
                self.pattern
            );
        }
        format!("Expected {} to match '{}'", actual.quoted(), self.pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_decided_is_refused_and_called_so() {
        let rule = Regex::new(r"(a*)(a*)(a*)(a*)(a*)(a*)(a*)(a*)\1\2\3\4b");
        let text = "a".repeat(40);
        let actual = Subject::Text(&text);
        assert!(!rule.check(None, actual, true));
        assert!(rule.explain(None, actual).starts_with("It could not be decided whether 'aaaa"));
        assert!(rule.explain(None, Subject::Text("x")).starts_with("Expected 'x' to match"));
    }

    #[test]
    fn quoted_text_stands_for_itself() {
        for (pattern, text) in [
            (r"\Q{a.b}\E\d", "{a.b}7"),
            (r"/\Qpacts\E/\Q-#&~\E", "/pacts/-#&~"),
            (r"\\Q", r"\Q"),
            (r"\Qopen+", "open+"),
            (r"\Q\E\.\Qä\E", ".ä"),
        ] {
            assert!(Regex::new(pattern).is_match(text), "{pattern}");
        }
        assert!(!Regex::new(r"\Qa.b\E").is_match("axb"));
    }
}
