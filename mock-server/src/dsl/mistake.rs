//! What can be wrong with a contract as it was written.

use std::fmt;

use pactwright_core::integration;
use pactwright_core::matching::CompileError;
use pactwright_core::path::DocPath;
use pactwright_core::report::Mismatch;
use pactwright_core::rules::{RuleError, StatusClass};
use thiserror::Error;

/// Something in a contract that cannot be meant, with the line that it was written in.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{}in \"{interaction}\", {place}: {problem}", prefix(source_line.as_deref()))]
pub struct Mistake {
    /// The description of the interaction.
    pub interaction: String,
    /// Which part of it.
    pub place: Place,
    /// What is wrong there, and how to mend it.
    pub problem: Problem,
    /// Where it was written, as `file:line:column`, where that is known.
    pub source_line: Option<String>,
}

fn prefix(line: Option<&str>) -> String {
    line.map(|line| format!("{line}: ")).unwrap_or_default()
}

/// A part of an interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Description, provider states and the like.
    Interaction,
    /// A part of the request.
    Request(Part),
    /// A part of the response.
    Response(Part),
}

/// A part of a request or a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The method.
    Method,
    /// The path.
    Path,
    /// The status.
    Status,
    /// A query parameter, by name.
    Query(String),
    /// A header, by name.
    Header(String),
    /// A place in the body.
    Body(DocPath),
    /// All of it.
    Whole,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interaction => formatter.write_str("interaction"),
            Self::Request(part) => write!(formatter, "request{part}"),
            Self::Response(part) => write!(formatter, "response{part}"),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => formatter.write_str(" method"),
            Self::Path => formatter.write_str(" path"),
            Self::Status => formatter.write_str(" status"),
            Self::Query(name) => write!(formatter, " query parameter '{name}'"),
            Self::Header(name) => write!(formatter, " header '{name}'"),
            Self::Body(path) => write!(formatter, " body {path}"),
            Self::Whole => Ok(()),
        }
    }
}

/// What can be wrong with a part of a contract. The sentence says how to mend it.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Problem {
    /// An example is not what its own matcher accepts.
    #[error("the example is refused by its own matcher: {explanation}; change the example or the matcher")]
    ExampleRefused {
        /// What the matcher says.
        explanation: String,
    },
    /// A matcher cannot be used.
    #[error("{0}")]
    Rule(#[source] RuleError),
    /// No list can be long enough and short enough.
    #[error(
        "a list cannot have at least {min} and at most {max} items; make `min` the smaller one, or leave one out"
    )]
    Bounds {
        /// The lower bound.
        min: usize,
        /// The upper bound.
        max: usize,
    },
    /// A value is not JSON.
    #[error("the value cannot be serialised to JSON: {0}; names of members must be text")]
    NotSerialisable(String),
    /// A place that takes text has something else.
    #[error(
        "a value of type {found} cannot travel here; give text, a number, a Boolean, or a matcher with such an example"
    )]
    NotText {
        /// The type of what it has.
        found: &'static str,
    },
    /// A matcher for one of the values of a query parameter or header.
    #[error(
        "all values here share one matcher; give that alone, once per example value, in place of a list of matchers"
    )]
    MatcherInList,
    /// A matcher does not say which it is.
    #[error("this is no matcher; use those of `pactwright::matchers`")]
    NoKind,
    /// A matcher that other tools wrote cannot be used.
    #[error("{0}")]
    Matcher(#[source] integration::Problem),
    /// A matcher of another kind than the known ones.
    #[error("there is no matcher `{0}`; use those of `pactwright::matchers`")]
    UnknownMatcher(String),
    /// A combination of no matchers.
    #[error("`any_of` and `all_of` need at least one matcher")]
    NothingToCombine,
    /// A combination inside another one.
    #[error("a combination cannot stand inside another; name the matchers in one `any_of` or one `all_of`")]
    NestedCombination,
    /// Two matchers for one place that do not go together.
    #[error(
        "several matchers say different things about this place; a contract can hold one of them, or `any_of` them"
    )]
    RulesCollide,
    /// A list that must contain nothing.
    #[error("`array_containing` needs a list of at least one item")]
    NoVariants,
    /// A name that no header has.
    #[error("`{0}` cannot be the name of a header; use letters, digits and hyphens")]
    HeaderName(String),
    /// A value that no header has.
    #[error("{0:?} cannot be the value of a header; line breaks and control characters cannot travel there")]
    HeaderValue(String),
    /// A path that no request has.
    #[error("`{0}` cannot be the path of a request: {1}")]
    RequestPath(String, PathProblem),
    /// A method that no request has.
    #[error("`{0}` cannot be the method of a request; use one such as `GET`")]
    Method(String),
    /// A status that no response has.
    #[error("{0} cannot be the status of a response; use one from 200 to 599")]
    Status(u16),
    /// A status that is not of the class that is asked for.
    #[error("{code} is not among {class:?}; answer with a status of that class")]
    StatusOutsideClass {
        /// The status.
        code: u16,
        /// The class.
        class: StatusClass,
    },
    /// A matcher for a whole body whose example is null.
    #[error(
        "a body that is null as a whole has no matchers; write `json!(null)`, or give another example first"
    )]
    NullBody,
    /// A media type that is none.
    #[error("`{0}` is no media type; write one such as `text/csv`")]
    MediaType(String),
    /// The rules cannot be compiled.
    #[error("{0}")]
    Compile(#[source] CompileError),
    /// The whole does not match itself.
    #[error("the example does not satisfy its own contract: {0}")]
    Contradiction(Box<Mismatch>),
    /// Two interactions with one name.
    #[error(
        "another interaction has the same description and the same provider states; give this one a description of its own"
    )]
    SameName,
    /// Values of a provider state that have no names.
    #[error(
        "the values of the provider state `{state}` must be an object such as {{\"id\": 7}}, but this is of type {found}"
    )]
    StateParams {
        /// The name of the state.
        state: String,
        /// The type of what it has.
        found: &'static str,
    },
    /// A name that is blank.
    #[error("the {0} is blank; give it a name")]
    Blank(&'static str),
}

/// Names and sentences of the DSL for what the core finds.
impl From<integration::Problem> for Problem {
    fn from(problem: integration::Problem) -> Self {
        match problem {
            integration::Problem::ExampleRefused { explanation } => Self::ExampleRefused { explanation },
            integration::Problem::Rule(error) => Self::Rule(error),
            integration::Problem::Bounds { min, max } => Self::Bounds { min, max },
            integration::Problem::NotSerialisable(reason) => Self::NotSerialisable(reason),
            integration::Problem::NotText { found } => Self::NotText { found },
            integration::Problem::MatcherInList => Self::MatcherInList,
            integration::Problem::NoKind => Self::NoKind,
            integration::Problem::UnknownMatcher(name) => Self::UnknownMatcher(name),
            integration::Problem::NothingToCombine => Self::NothingToCombine,
            integration::Problem::NestedCombination => Self::NestedCombination,
            integration::Problem::RulesCollide => Self::RulesCollide,
            integration::Problem::NoVariants => Self::NoVariants,
            other @ (integration::Problem::Generator(_)
            | integration::Problem::Definition { .. }
            | integration::Problem::Reference(_)) => Self::Matcher(other),
        }
    }
}

/// Why text is no path of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PathProblem {
    /// It does not start with a slash.
    #[error("start it with `/`")]
    NoSlash,
    /// It has a query.
    #[error("give the query with `.query(name, value)`")]
    Query,
    /// It has characters that do not travel.
    #[error("write spaces and other special characters percent-encoded, such as `%20`")]
    Characters,
}

/// Everything that is wrong with a contract as it was written; at least one thing.
#[derive(Clone, PartialEq)]
pub struct Mistakes(pub(crate) Vec<Mistake>);

impl Mistakes {
    /// All of them, in the order of the interactions.
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.0.iter()
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the contract cannot be meant as it is written")?;
        self.0.iter().try_for_each(|mistake| write!(formatter, "\n  {mistake}"))
    }
}

/// Tests print errors with `Debug`: it says the same as `Display`.
impl fmt::Debug for Mistakes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for Mistakes {}
