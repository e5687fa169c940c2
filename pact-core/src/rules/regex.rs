//! `regex`: the whole text matches a regular expression.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

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
    /// Shared by all clones: a compiled expression is large, and has working memory of its own.
    compiled: OnceLock<Arc<Result<fancy_regex::Regex, RuleError>>>,
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
            let unquoted = unquoted(&self.pattern);
            // Also alone: `x)|(?:y` must not come to mean something within the anchors.
            let alone = fancy_regex::Expr::parse_tree(&unquoted).map_err(|error| error.to_string());
            let anchored = || compile(&format!(r"\A(?:{unquoted})\z"));
            // What is wrong is said of the expression as it was written.
            let compiled = alone
                .and_then(|_| anchored())
                .map_err(|reason| compile(&self.pattern).err().unwrap_or(reason));
            let refused = |reason| RuleError::Regex { pattern: self.pattern.clone(), reason };
            Arc::new(compiled.map_err(refused))
        };
        self.compiled.get_or_init(compile).as_ref().as_ref()
    }

    /// Takes over what another has compiled from the same expression.
    pub(crate) fn share(&mut self, other: &Self) {
        if self == other {
            self.compiled.clone_from(&other.compiled);
        }
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
        format!("Expected {} to match '{}'", actual.quoted(), self.pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn an_expression_must_stand_alone() {
        for pattern in ["x)|(?:y", "x)", "(x", "*x", "[x"] {
            let regex = Regex::new(pattern);
            assert!(regex.compiled().is_err() && !regex.is_match("x"), "{pattern}");
        }
    }

    #[test]
    fn the_same_expression_is_compiled_once() {
        let (first, mut second, mut other) = (Regex::new("a+"), Regex::new("a+"), Regex::new("b+"));
        let compiled = first.compiled().unwrap();
        second.share(&first);
        other.share(&first);
        assert!(std::ptr::eq(compiled, second.compiled().unwrap()));
        assert!(std::ptr::eq(compiled, first.clone().compiled().unwrap()));
        assert!(other.is_match("b"));
    }
}
