//! Path expressions: where in a body (or in metadata) a matching rule applies.
//!
//! The grammar is that of the Pact specification: `$`, then `.name`, `['any text']` (with `\'` and `\\` inside),
//! `[0]`, `[*]` and `.*`.

use std::cmp::Ordering;
use std::fmt;

use thiserror::Error;

/// One step of a [`DocPath`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A member of an object, or a part of an XML element: `.name` or `['name']`.
    Field(String),
    /// An item of an array: `[0]`.
    Index(usize),
    /// Any member, or any item: `.*`.
    AnyField,
    /// Any item: `[*]`.
    AnyIndex,
}

/// A parsed path expression. The root `$` is not among its steps.
///
/// ```
/// use pactwright_core::path::{DocPath, Step};
/// let path: DocPath = "$.lines[*]['unit price']".parse()?;
/// assert_eq!(path.steps()[1], Step::AnyIndex);
/// assert_eq!(path.to_string(), "$.lines[*]['unit price']");
/// # Ok::<(), pactwright_core::path::PathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct DocPath {
    steps: Vec<Step>,
}

/// The most steps that a path may have: bodies are not nested that deep.
pub const MAX_STEPS: usize = 1024;

/// Why text is not a path expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PathError {
    /// The first character is not `$`.
    #[error("a path starts with `$`")]
    NoRoot,
    /// There are too many steps.
    #[error("a path has at most {MAX_STEPS} steps")]
    TooLong,
    /// Something else was expected at this place.
    #[error("{expected} was expected at character {at}")]
    Expected {
        /// What would have been right.
        expected: &'static str,
        /// Where, counted in characters from 1.
        at: usize,
    },
}

impl DocPath {
    /// From steps below the root.
    pub fn from_steps(steps: Vec<Step>) -> Self {
        Self { steps }
    }

    /// The steps below the root.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Which of two rule paths wins where both apply.
    ///
    /// The specification gives an exact step (and the root) 2, a wildcard 1, and multiplies; existing
    /// implementations multiply that by the number of steps, so that the longer path wins among equals. Where this
    /// leaves a tie (`$.*.b` and `$.a.*`) they pick at random; here the path with more steps wins, then the one
    /// whose exact steps are nearer to the end, then the one that comes later in order of text.
    pub fn specificity(&self, other: &Self) -> Ordering {
        self.specificity_but_text(other).then_with(|| self.to_string().cmp(&other.to_string()))
    }

    /// As [`Self::specificity`], for those who have the text at hand to compare last.
    pub(crate) fn specificity_but_text(&self, other: &Self) -> Ordering {
        self.weight()
            .cmp(&other.weight())
            .then_with(|| self.steps.len().cmp(&other.steps.len()))
            .then_with(|| self.exact_from_end().cmp(other.exact_from_end()))
    }

    fn exact_from_end(&self) -> impl Iterator<Item = bool> {
        self.steps.iter().rev().map(Step::is_exact)
    }

    /// Two to the power of exact steps, times the number of steps, both with the root.
    fn weight(&self) -> Weight {
        let exact = 1 + self.steps.iter().filter(|step| step.is_exact()).count();
        let count = 1 + self.steps.len();
        let twos = count.trailing_zeros();
        Weight { power: exact + twos as usize, odd: count >> twos }
    }
}

/// The product `2^power * odd`, which would not fit into an integer for deep paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Weight {
    power: usize,
    odd: usize,
}

impl Weight {
    fn cmp(&self, other: &Self) -> Ordering {
        // Bring both to the smaller power; a difference of more powers than an odd factor has bits decides alone.
        let shift = self.power.abs_diff(other.power);
        if shift >= 64 {
            return self.power.cmp(&other.power);
        }
        let widen = |odd: usize, lifted: bool| (odd as u128) << if lifted { shift } else { 0 };
        widen(self.odd, self.power > other.power).cmp(&widen(other.odd, other.power > self.power))
    }
}

impl Step {
    fn is_exact(&self) -> bool {
        matches!(self, Self::Field(_) | Self::Index(_))
    }
}

impl std::str::FromStr for DocPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut parser = Parser { rest: text.strip_prefix('$').ok_or(PathError::NoRoot)?, whole: text };
        let mut steps = Vec::new();
        while !parser.rest.is_empty() {
            if steps.len() == MAX_STEPS {
                return Err(PathError::TooLong);
            }
            steps.push(parser.step()?);
        }
        Ok(Self { steps })
    }
}

struct Parser<'t> {
    whole: &'t str,
    rest: &'t str,
}

impl Parser<'_> {
    fn step(&mut self) -> Result<Step, PathError> {
        if self.take(".*") {
            Ok(Step::AnyField)
        } else if self.take(".") {
            let end = self.rest.find(['.', '[']).unwrap_or(self.rest.len());
            let (name, rest) = self.rest.split_at(end);
            if name.is_empty() {
                return Err(self.expected("a name or `*`"));
            }
            self.rest = rest;
            Ok(Step::Field(name.to_owned()))
        } else if self.take("[*]") {
            Ok(Step::AnyIndex)
        } else if self.take("['") {
            self.quoted('\'')
        } else if self.take("[\"") {
            self.quoted('"')
        } else if self.take("[") {
            let end =
                self.rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(self.rest.len());
            let index =
                self.rest[..end].parse().map_err(|_| self.expected("a quoted name, a number or `*`"))?;
            self.rest = &self.rest[end..];
            if self.take("]") { Ok(Step::Index(index)) } else { Err(self.expected("`]`")) }
        } else {
            Err(self.expected("`.` or `[`"))
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Step, PathError> {
        let mut name = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            if character == quote {
                self.rest = &self.rest[at + 1..];
                return if self.take("]") { Ok(Step::Field(name)) } else { Err(self.expected("`]`")) };
            }
            match character {
                '\\' => match characters.next() {
                    Some((_, escaped)) if escaped == quote || escaped == '\\' => name.push(escaped),
                    Some((_, other)) => name.extend(['\\', other]),
                    None => break,
                },
                plain => name.push(plain),
            }
        }
        self.rest = "";
        Err(self.expected("a closing quote"))
    }

    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expected(&self, expected: &'static str) -> PathError {
        let consumed = self.whole.len() - self.rest.len();
        PathError::Expected { expected, at: self.whole[..consumed].chars().count() + 1 }
    }
}

impl fmt::Display for DocPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("$")?;
        self.steps.iter().try_for_each(|step| step.fmt(formatter))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write_field(name, formatter),
            Self::Index(index) => write!(formatter, "[{index}]"),
            Self::AnyField => formatter.write_str(".*"),
            Self::AnyIndex => formatter.write_str("[*]"),
        }
    }
}

/// Writes a field the way it can be read back.
pub(crate) fn write_field(name: &str, out: &mut impl fmt::Write) -> fmt::Result {
    let plain =
        |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | ':' | '#' | '@');
    if !name.is_empty() && name.chars().all(plain) {
        write!(out, ".{name}")
    } else {
        write!(out, "['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> DocPath {
        text.parse().unwrap()
    }

    #[test]
    fn reads_what_it_writes() {
        for text in ["$", "$.a", "$.a[0].b[*].*", "$['a b']", "$['it\\'s']", "$.ns1:ledger['@id x']", "$['']"]
        {
            assert_eq!(path(text).to_string(), text);
        }
        assert_eq!(path("$['a']"), path("$.a"));
        assert_eq!(path("$.ns:a['@id']").to_string(), "$.ns:a.@id");
    }

    #[test]
    fn says_where_it_fails() {
        for (text, at) in
            [("$a", 2), ("$.", 3), ("$.a[", 5), ("$[²]", 3), ("$['a", 5), ("$['a'", 6), ("$[1", 4)]
        {
            assert!(
                matches!(text.parse::<DocPath>(), Err(PathError::Expected { at: found, .. }) if found == at),
                "{text}"
            );
        }
        assert_eq!("a.b".parse::<DocPath>(), Err(PathError::NoRoot));
    }

    #[test]
    fn the_more_specific_path_wins() {
        for (winner, loser) in [
            ("$.a", "$"),
            ("$.a", "$.*"),
            ("$.a.b", "$.a"),
            ("$.a[*].b", "$.a"),
            ("$.*.b", "$.a.*"),
            ("$.*.*.*.x", "$.a"),
            ("$.a[0]", "$.a[*]"),
        ] {
            assert_eq!(path(winner).specificity(&path(loser)), Ordering::Greater, "{winner} over {loser}");
            assert_eq!(path(loser).specificity(&path(winner)), Ordering::Less, "{winner} over {loser}");
        }
    }

    #[test]
    fn paths_have_a_limit() {
        let deep = |steps: usize| format!("${}", ".a".repeat(steps)).parse::<DocPath>();
        assert_eq!(deep(MAX_STEPS).map(|path| path.steps().len()), Ok(MAX_STEPS));
        assert_eq!(deep(MAX_STEPS + 1), Err(PathError::TooLong));
    }

    #[test]
    fn deep_paths_do_not_overflow() {
        let deep = path(&format!("${}", ".a".repeat(500)));
        assert_eq!(deep.specificity(&path("$.a")), Ordering::Greater);
    }
}
