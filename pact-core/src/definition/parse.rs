//! From text to a definition, by recursive descent.

use std::borrow::Cow;
use std::str::FromStr;

use super::{Definition, DefinitionError, DefinitionProblem, Example, MAX_DEPTH, MAX_LENGTH, Term, unknown};
use crate::generators::{self, GeneratorError};
use crate::json::{Json, JsonBuf, Number};
use crate::rules::{
    Boolean, ContentTypeRule, Date, Equality, Include, Like, Moment, NumberKind, Regex, Rule, RuleError,
    Semver,
};

impl FromStr for Definition {
    type Err = DefinitionError;

    fn from_str(text: &str) -> Result<Self, DefinitionError> {
        let mut parser = Parser { whole: text, rest: text, depth: 0 };
        if text.len() > MAX_LENGTH {
            let end = (0..=MAX_LENGTH).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
            parser.rest = &text[end..];
            return Err(parser.problem(DefinitionProblem::TooLong));
        }
        let definition = parser.definition()?;
        parser.skip_space();
        if parser.rest.is_empty() { Ok(definition) } else { Err(parser.expected("`,` or the end was")) }
    }
}

/// The generator that goes with a rule for moments.
pub(super) fn moment(date: &Date) -> Result<generators::Date, GeneratorError> {
    generators::Date::new(date.moment(), Some(date.format().to_owned()), None)
}

struct Parser<'t> {
    whole: &'t str,
    rest: &'t str,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn definition(&mut self) -> Result<Definition, DefinitionError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.problem(DefinitionProblem::TooDeep));
        }
        let mut terms = vec![self.term()?];
        while self.take(',') {
            terms.push(self.term()?);
        }
        self.depth -= 1;
        Ok(Definition { terms })
    }

    fn term(&mut self) -> Result<Term, DefinitionError> {
        let start = self.at_token();
        let name = self.name();
        if !TERMS.contains(&name) {
            self.rest = start;
            return Err(self.expected("one of `matching`, `notEmpty`, `eachKey`, `eachValue`, `atLeast`, `atMost` and `arrayContains` was"));
        }
        self.require('(', "`(` was")?;
        let term = match name {
            "notEmpty" => Term::NotEmpty(self.example(any, "an example was")?),
            "eachKey" => Term::EachKey(self.definition()?),
            "eachValue" => Term::EachValue(self.definition()?),
            "atLeast" => Term::AtLeast(self.size()?),
            "atMost" => Term::AtMost(self.size()?),
            "arrayContains" => self.items()?,
            _ => self.matching()?,
        };
        self.require(')', "`)` was")?;
        Ok(term)
    }

    /// The definitions of items: each is one term, as commas separate the items.
    fn items(&mut self) -> Result<Term, DefinitionError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.problem(DefinitionProblem::TooDeep));
        }
        let mut items = Vec::new();
        loop {
            items.push(Definition { terms: vec![self.term()?] });
            if !self.take(',') {
                break;
            }
        }
        self.depth -= 1;
        Ok(Term::ArrayContains(items))
    }

    fn matching(&mut self) -> Result<Term, DefinitionError> {
        if self.take('$') {
            return Ok(Term::Reference(self.text("the name of a definition in single quotes was")?));
        }
        let start = self.at_token();
        let name = self.name();
        if name.is_empty() {
            return Err(self.expected("the name of a rule, or `$` and the name of a definition, was"));
        }
        self.require(',', "`,` and a value were")?;
        let rule = match name {
            "type" => Rule::Like(Like::default()),
            "equalTo" | "equality" => Rule::Equality(Equality),
            "number" | "integer" | "decimal" | "real" => return self.number(name),
            "boolean" => {
                let truth = |value: &JsonBuf| {
                    value.as_bool().is_some() || matches!(value.as_str(), Some("true" | "false"))
                };
                let example = self.example(truth, "`true` or `false` was")?;
                return Ok(Term::Matching(Rule::Boolean(Boolean), example));
            }
            "semver" => {
                let example = self.example(text, "a version in single quotes was")?;
                return Ok(Term::Matching(Rule::Semver(Semver), example));
            }
            "regex" => return self.regex(),
            "include" => return self.include(),
            "datetime" | "timestamp" => return self.moment(Moment::DateTime),
            "date" => return self.moment(Moment::Date),
            "time" => return self.moment(Moment::Time),
            "contentType" => {
                let value = self.text("a media type in single quotes was")?;
                self.require(',', "`,` and an example were")?;
                let example = self.example(any, "an example was")?;
                return Ok(Term::Matching(Rule::ContentType(ContentTypeRule { value }), example));
            }
            other => match unknown(other) {
                Ok(rule @ Rule::Unknown(_)) => rule,
                // Rules that have a form of their own are not for `matching`.
                _ => {
                    self.rest = start;
                    return Err(self.expected("the name of a rule for one value was"));
                }
            },
        };
        Ok(Term::Matching(rule, self.example(any, "an example was")?))
    }

    fn number(&mut self, name: &str) -> Result<Term, DefinitionError> {
        let (kind, expected) = match name {
            "integer" => (NumberKind::Integer, "an integer was"),
            "number" => (NumberKind::Any, "a number was"),
            _ => (NumberKind::Decimal, "a number with a fraction was"),
        };
        let accepts = |value: &JsonBuf| match value {
            Json::Number(number) => kind.holds(number),
            Json::String(text) => Number::parse(text).is_some_and(|number| kind.holds(&number)),
            _ => false,
        };
        let example = self.example(accepts, expected)?;
        Ok(Term::Matching(Rule::Number(crate::rules::Number { kind }), example))
    }

    fn regex(&mut self) -> Result<Term, DefinitionError> {
        let start = self.at_token();
        let rule = Rule::Regex(Regex::new(self.text("a regular expression in single quotes was")?));
        self.prepare(&rule, start)?;
        self.require(',', "`,` and an example were")?;
        let example = self.example(any, "an example was")?;
        Ok(Term::Matching(rule, example))
    }

    fn include(&mut self) -> Result<Term, DefinitionError> {
        let value = self.text("text in single quotes was")?;
        let example = if self.at_token().starts_with(',') {
            self.require(',', "`,` was")?;
            self.example(any, "an example was")?
        } else {
            Example::new(value.as_str().into())
        };
        Ok(Term::Matching(Rule::Include(Include { value }), example))
    }

    fn moment(&mut self, kind: Moment) -> Result<Term, DefinitionError> {
        let start = self.at_token();
        let date = Date::new(kind, Some(self.text("a format in single quotes was")?));
        let made = moment(&date);
        let rule = Rule::Date(date);
        self.prepare(&rule, start)?;
        made.map_err(|error| self.problem_from(start, DefinitionProblem::Generator(error)))?;
        self.require(',', "`,` and an example were")?;
        let example = self.example(text, "an example in single quotes was")?;
        Ok(Term::Matching(rule, example))
    }

    fn prepare(&self, rule: &Rule, start: &'t str) -> Result<(), DefinitionError> {
        let broken = |error: RuleError| self.problem_from(start, DefinitionProblem::Rule(error));
        rule.prepare().map_err(broken)
    }

    fn size(&mut self) -> Result<usize, DefinitionError> {
        let start = self.at_token();
        let digits = start.find(|character: char| !character.is_ascii_digit()).unwrap_or(start.len());
        let (number, rest) = start.split_at(digits);
        // What a file writes as a size must be one that it can be read as.
        match number.parse::<u64>().ok().and_then(|size| usize::try_from(size).ok()) {
            Some(size) => {
                self.rest = rest;
                Ok(size)
            }
            None => Err(self.expected("a whole number from 0 was")),
        }
    }

    /// An example, perhaps one that the provider replaces.
    fn example(
        &mut self,
        accepts: impl Fn(&JsonBuf) -> bool,
        expected: &'static str,
    ) -> Result<Example, DefinitionError> {
        let start = self.at_token();
        if self.name() != "fromProviderState" {
            self.rest = start;
            return self.value(accepts, expected).map(Example::new);
        }
        self.require('(', "`(` was")?;
        let start = self.at_token();
        let expression = self.text("an expression such as '${id}' was")?;
        self.require(',', "`,` and an example were")?;
        let value = self.value(accepts, expected)?;
        let example = Example::from_state(expression, value)
            .map_err(|error| self.problem_from(start, DefinitionProblem::Generator(error)))?;
        self.require(')', "`)` was")?;
        Ok(example)
    }

    fn value(
        &mut self,
        accepts: impl Fn(&JsonBuf) -> bool,
        expected: &'static str,
    ) -> Result<JsonBuf, DefinitionError> {
        let start = self.at_token();
        let value = if start.starts_with('\'') {
            self.text(expected)?.into()
        } else {
            let end = start
                .find(|character: char| !character.is_ascii_alphanumeric() && !"+-.".contains(character))
                .unwrap_or(start.len());
            let (word, rest) = start.split_at(end);
            self.rest = rest;
            match word {
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                "null" => Json::Null,
                word => match number(word) {
                    Some(number) => Json::Number(number),
                    None => {
                        self.rest = start;
                        return Err(self.expected(expected));
                    }
                },
            }
        };
        if accepts(&value) {
            Ok(value)
        } else {
            self.rest = start;
            Err(self.expected(expected))
        }
    }

    /// Text in single quotes, with escapes resolved.
    fn text(&mut self, expected: &'static str) -> Result<String, DefinitionError> {
        let start = self.at_token();
        let Some(mut rest) = start.strip_prefix('\'') else { return Err(self.expected(expected)) };
        let mut text = String::new();
        loop {
            let plain = rest.find(['\'', '\\']).unwrap_or(rest.len());
            text.push_str(&rest[..plain]);
            rest = &rest[plain..];
            if let Some(after) = rest.strip_prefix('\'') {
                self.rest = after;
                return Ok(text);
            }
            self.rest = rest;
            let Some(escape) = rest.strip_prefix('\\') else {
                return Err(self.expected("a closing quote was"));
            };
            rest = match escape.chars().next() {
                Some('u') => self.unicode(&escape[1..], &mut text)?,
                Some(letter) => {
                    match ESCAPES.iter().find(|(known, _)| *known == letter) {
                        Some((_, character)) => text.push(*character),
                        None => text.extend(['\\', letter]),
                    }
                    &escape[letter.len_utf8()..]
                }
                None => return Err(self.expected("a closing quote was")),
            };
        }
    }

    /// The character of `\u00e4`, `\ud83e\udd80` or `\u{1f980}`, and what comes after.
    fn unicode(&self, escape: &'t str, text: &mut String) -> Result<&'t str, DefinitionError> {
        let broken = || self.expected("a character such as `\\u00e4` or `\\u{1f980}` was");
        let (code, rest) = match escape.strip_prefix('{') {
            Some(braced) => {
                let (digits, rest) = braced.split_once('}').ok_or_else(broken)?;
                (hexadecimal(digits).ok_or_else(broken)?, rest)
            }
            None => {
                let (high, rest) = four_digits(escape).ok_or_else(broken)?;
                // Characters beyond 16 bits are written as two halves, as in JSON.
                match rest.strip_prefix("\\u").and_then(four_digits) {
                    Some((low, rest))
                        if (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(&low) =>
                    {
                        (0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), rest)
                    }
                    _ => (high, rest),
                }
            }
        };
        text.push(char::from_u32(code).ok_or_else(broken)?);
        Ok(rest)
    }

    /// A run of letters, digits, `-` and `_` that starts with a letter.
    fn name(&mut self) -> &'t str {
        let start = self.at_token();
        if !start.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return "";
        }
        let end = start
            .find(|character: char| !character.is_ascii_alphanumeric() && !"-_".contains(character))
            .unwrap_or(start.len());
        let (name, rest) = start.split_at(end);
        self.rest = rest;
        name
    }

    fn take(&mut self, token: char) -> bool {
        let rest = self.at_token().strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn require(&mut self, token: char, expected: &'static str) -> Result<(), DefinitionError> {
        if self.take(token) { Ok(()) } else { Err(self.expected(expected)) }
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// What is left, from the next token on.
    fn at_token(&mut self) -> &'t str {
        self.skip_space();
        self.rest
    }

    fn expected(&self, expected: &'static str) -> DefinitionError {
        let token = self.rest.find(|character: char| !character.is_ascii_alphanumeric());
        let found = match (self.rest.chars().next(), token) {
            (None, _) => Cow::Borrowed("the end"),
            (Some(first), Some(0)) => Cow::Owned(format!("`{first}`")),
            (Some(_), end) => {
                let word = &self.rest[..end.unwrap_or(self.rest.len())];
                Cow::Owned(format!("`{}`", crate::report::shortened(word)))
            }
        };
        self.problem(DefinitionProblem::Expected { expected, found: found.into_owned() })
    }

    fn problem(&self, problem: DefinitionProblem) -> DefinitionError {
        self.problem_from(self.rest, problem)
    }

    fn problem_from(&self, rest: &str, problem: DefinitionProblem) -> DefinitionError {
        let consumed = &self.whole[..self.whole.len() - rest.len()];
        DefinitionError { at: consumed.chars().count() + 1, problem }
    }
}

const TERMS: [&str; 7] =
    ["matching", "notEmpty", "eachKey", "eachValue", "atLeast", "atMost", "arrayContains"];

/// Letters after a backslash, and what they stand for.
pub(super) const ESCAPES: [(char, char); 7] =
    [('b', '\u{8}'), ('f', '\u{c}'), ('n', '\n'), ('r', '\r'), ('t', '\t'), ('\'', '\''), ('\\', '\\')];

fn any(_: &JsonBuf) -> bool {
    true
}

fn text(value: &JsonBuf) -> bool {
    value.as_str().is_some()
}

/// A number as JSON has it: contracts are written in it.
fn number(word: &str) -> Option<Number<'static>> {
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let leading_zero =
        unsigned.len() > 1 && unsigned.starts_with('0') && unsigned.as_bytes()[1].is_ascii_digit();
    if leading_zero { None } else { Number::parse(word).map(Number::into_owned) }
}

fn hexadecimal(digits: &str) -> Option<u32> {
    let well_formed = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if well_formed { u32::from_str_radix(digits, 16).ok() } else { None }
}

fn four_digits(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    Some((hexadecimal(digits)?, rest))
}
