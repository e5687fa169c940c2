//! `regex`: the whole text matches a regular expression.

mod dialect;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use self::dialect::{Brackets, Respelt, respell};
use super::{Kind, RuleError, Subject, same_container, text_attribute};
use crate::json::{JsonBuf, Object, ObjectBuf};

/// The whole text matches. Numbers and Booleans are held against it as they are written.
///
/// The syntax is that of the `fancy-regex` crate: look-around, back-references, atomic groups and possessive quantifiers
/// (`a++`) work, and so do `\A`, `\Z`, `\z`, `\G`, `\K`, `\R`, `(?<name>...)`, `\p{Alpha}`, `[[:alpha:]]` and escapes of
/// punctuation such as `\/`. Expressions that need none of what is beyond regular ones run in linear time, the others within a
/// bound on backtracking.
///
/// Contracts come from many languages. What they spell otherwise is understood as it is meant there:
///
/// | spelt | understood as | for |
/// |---|---|---|
/// | `\Qa.b\E` | the text `a.b` | Java |
/// | `\h`, `\H` | a hexadecimal digit, anything else | Ruby; Java means a space or tab, which has no other spelling here |
/// | `\<`, `\>` | the characters | everybody |
/// | `[\w-.]`, `[\w-\.]`, `[+--]`, `[a~~b]` | `-` and `~` in classes as characters | everybody |
/// | `[[]`, `[a[b]`, `[^]` | `[` in classes as a character where a class inside a class makes no sense | JavaScript |
/// | `\cA`, `\0`, `\012`, `\ud83e\udd80` | the characters | JavaScript, Java |
/// | `\p{Punct}`, `\p{XDigit}`, `\p{javaLowerCase}`, ... | the classes | Java |
/// | `(?d)`, `(?U)` | nothing: they hold anyway | Java |
/// | `a{,5}` | at most five | Ruby; the text itself in JavaScript |
/// | `(?x)a # note` | `a`, to the end of the text | everybody |
///
/// `\d`, `\w`, `\s` and `\b` know all of Unicode. `(?m)` is about `^` and `$`, as everywhere but in Ruby. `\X`, blocks such as
/// `\p{InGreek}`, and letters that nobody escapes (`\y`) are errors.
#[derive(Debug, Clone)]
pub struct Regex {
    pattern: String,
    /// Compiled when it is first needed, for all clones: it is large, and has working memory of its own.
    compiled: Arc<OnceLock<Result<fancy_regex::Regex, RuleError>>>,
}

impl Regex {
    /// A rule for this expression.
    pub fn new(pattern: impl Into<String>) -> Self {
        Self { pattern: pattern.into(), compiled: Arc::default() }
    }

    /// The expression as it was written.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether the whole text matches. An expression that cannot be used matches nothing.
    pub fn is_match(&self, text: &str) -> bool {
        self.compiled().is_ok_and(|regex| regex.is_match(text).unwrap_or(false))
    }

    /// Whether it cannot be found out within bounds whether the text matches.
    pub(crate) fn is_undecided(&self, text: &str) -> bool {
        self.compiled().is_ok_and(|regex| regex.is_match(text).is_err())
    }

    /// The expression, for those who need to know why it cannot be used.
    pub(crate) fn compiled(&self) -> Result<&fancy_regex::Regex, &RuleError> {
        let compile = || {
            let read = |brackets| {
                let respelt = respell(&self.pattern, brackets);
                // Also alone: `x)|(?:y` must not come to mean something within the anchors.
                fancy_regex::Expr::parse_tree(&respelt.pattern)?;
                let end = if respelt.ends_in_comment { "\n" } else { "" };
                fancy_regex::Regex::new(&format!(r"\A(?:{}{end})\z", respelt.pattern))
            };
            let compiled = read(Brackets::Nested).or_else(|error| read(Brackets::Literal).map_err(|_| error));
            // What is wrong is said of the expression as it was written.
            let reason =
                |error: fancy_regex::Error| compile(&self.pattern).err().unwrap_or_else(|| error.to_string());
            let refused = |error| RuleError::Regex { pattern: self.pattern.clone(), reason: reason(error) };
            compiled.map_err(refused)
        };
        self.compiled.get_or_init(compile).as_ref()
    }

    /// Whether it can be seen without compiling it that it can be used, unless it is too large when compiled.
    pub(crate) fn is_sound(&self) -> bool {
        let respelt = respell(&self.pattern, Brackets::Nested);
        regex_syntax::parse(&respelt.pattern).is_ok()
            && fancy_regex::Expr::parse_tree(&respelt.pattern).is_ok()
    }

    /// Takes over what another has compiled from the same expression.
    pub(crate) fn share(&mut self, other: &Self) {
        if self == other {
            self.compiled = Arc::clone(&other.compiled);
        }
    }
}

/// An expression that may match anywhere in a text, or why it cannot be used.
pub(crate) fn compile(pattern: &str) -> Result<fancy_regex::Regex, String> {
    choose(pattern).map(|(_, regex)| regex)
}

/// The expression in the spelling of `fancy-regex`; as it is when it cannot be used.
pub(crate) fn respelt(pattern: &str) -> Cow<'_, str> {
    choose(pattern).map_or(Cow::Borrowed(pattern), |(respelt, _)| respelt.pattern)
}

/// The first way to read an expression in which it can be used.
fn choose(pattern: &str) -> Result<(Respelt<'_>, fancy_regex::Regex), String> {
    let read = |brackets| {
        let respelt = respell(pattern, brackets);
        fancy_regex::Regex::new(&respelt.pattern).map(|regex| (respelt, regex))
    };
    // Where classes inside classes make no sense, they may be the brackets of those who have none.
    read(Brackets::Nested).or_else(|error| read(Brackets::Literal).map_err(|_| error.to_string()))
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
    fn what_cannot_be_decided_is_refused() {
        let rule = Regex::new(r"(a*)(a*)(a*)(a*)(a*)(a*)(a*)(a*)\1\2\3\4b");
        let text = "a".repeat(40);
        let actual = Subject::Text(&text);
        assert!(!rule.check(None, actual, true));
        assert!(rule.is_undecided(&text) && !rule.is_undecided("x"));
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

    #[test]
    fn what_others_spell_otherwise() {
        for (pattern, matches, refused) in [
            (r"[\w-.]+@([\w-]+\.)+[\w-]{2,4}", "a-b.c@d-e.org", "a b@c.de"),
            (r"[\w-\.]+", "a-b.c", "a/b"),
            (r"[\d-x]+", "1-x", "a"),
            (r"[a-\d]+", "a-1", "b"),
            (r"[+--]+", "+,-", "."),
            (r"[\w--]+", "a-", "+"),
            (r"[a-c-e]+", "abc-e", "d"),
            (r"[--a]", "A", "b"),
            (r"[^-a]", "b", "-"),
            (r"[a~~b]+", "a~b", "c"),
            (r"[]a]+", "]a", "b"),
            (r"[^]a]", "b", "]"),
            (r"[a[b]", "[", "c"),
            (r"[[]", "[", "]"),
            (r"a[^]b", "a\nb", "ab"),
            (r"[[a-z]&&[^b]]", "a", "b"),
            (r"[a-z&&[^b]]", "a", "b"),
            (r"[[:alpha:]_-]+", "a_-", "1"),
            (r"\<b\>", "<b>", "b"),
            (r"[\<\>]", "<", "b"),
            (r"\h{2}", "0f", "0g"),
            (r"[\h-]+", "0-f", "g"),
            (r"\H", "g", "f"),
            (r"\cA", "\u{1}", "A"),
            (r"a\0", "a\0", "a0"),
            (r"[\011\012]+", "\t\n", "1"),
            (r"\u00e4", "ä", "a"),
            (r"[\x41-\x5A]", "M", "m"),
            (r"[\u0041-\u005a]", "M", "m"),
            (r"\ud83e\udd80", "🦀", "x"),
            (r"\p{Punct}+", "!?$", "a"),
            (r"[\p{Punct}a]+", "$a", "b"),
            (r"\P{Punct}", "a", "$"),
            (r"\p{^XDigit}", "g", "f"),
            (r"\p{javaLetterOrDigit}+", "aä1", "_"),
            (r"\p{Alpha}+", "aä", "1"),
            (r"(?d)a.c", "abc", "a\nc"),
            (r"(?iU)abc", "ABC", "x"),
            (r"(?d:a)b", "ab", "a"),
            (r"(?-mix:\d+)", "12", "x"),
            (r"(?x) a b # both", "ab", "a b"),
            (
                r"(?x: a # one
                   b )\#",
                "ab#",
                "a",
            ),
            (r"(?x)[a#] # [", "#", "b"),
            (
                r"((?x)a #)
                )b",
                "ab",
                "a",
            ),
            (r"(?#note)a#b", "a#b", "a"),
            (r"a++b", "aab", "b"),
            (r"(?<year>\d{4})-\k<year>", "2024-2024", "2024-2025"),
            (r"\Aabc\Z", "abc", "abcd"),
            (r"a{,2}", "aa", "aaa"),
            (r"a\/b\-c\_d\@", "a/b-c_d@", "a"),
        ] {
            let regex = Regex::new(pattern);
            assert_eq!(regex.compiled().err(), None, "{pattern}");
            assert!(regex.is_match(matches), "{pattern} with {matches}");
            assert!(!regex.is_match(refused), "{pattern} with {refused}");
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

    #[test]
    fn what_is_broken_stays_broken() {
        for pattern in [
            r"[",
            r"[a",
            r"(",
            r"a)",
            r"x)|(?:y",
            r"x)",
            r"*x",
            r"\y",
            r"\",
            r"[\",
            r"(?x) a ) # (",
            r"[z-a]",
            r"\p{InGreek}",
        ] {
            assert!(!Regex::new(pattern).is_sound(), "{pattern}");
            assert!(Regex::new(pattern).compiled().is_err(), "{pattern}");
        }
    }

    #[test]
    fn hostile_expressions_are_read_without_recursion() {
        for token in ["[", "(", "(?x", "(?x:", r"\", "[^", "[[:", "#", "-", r"\p{", r"\Q", "[a-"] {
            assert!(Regex::new(token.repeat(10_000)).pattern().len() >= 10_000);
            let _ = respell(&token.repeat(10_000), Brackets::Nested);
            let _ = respell(&token.repeat(10_000), Brackets::Literal);
        }
    }
}
