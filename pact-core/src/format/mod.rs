//! Pact files: reading and writing every version of the format.
//!
//! Reading is generous (unknown attributes and interaction types are kept, legacy spellings understood) and thorough:
//! a broken file is reported with everything that is wrong in it, each with a JSON pointer. Writing gives back what
//! was read: an interaction that was spelt differently from how this crate would spell it keeps its spelling for as
//! long as it says the same.
//!
//! Two things have no place in the model and are kept by that spelling only, so that they are gone once the interaction is
//! changed: rules and generators for parts that nobody knows, and content types that cannot be read.
//! [`crate::validate`] warns of both.

mod attributes;
mod convert;
mod read;
mod read_body;
mod read_generators;
mod read_rules;
mod write;
mod write_rules;

use std::fmt;

use thiserror::Error;

use crate::generators::GeneratorError;
use crate::json::JsonError;
use crate::path::PathError;
use crate::rules::RuleError;

pub(crate) use attributes::{Placed, RuleOrGenerator};
pub use convert::convert;
pub(crate) use read::read_with_places;
pub use read::{read, read_message, read_request, read_response};
pub use write::{Inexpressible, WriteError, to_json, write, write_message};

/// Why bytes are not a pact file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// They are not JSON.
    #[error("this is not a JSON document: {0}")]
    NotJson(#[from] JsonError),
    /// They are JSON, but not a pact.
    #[error("{0}")]
    NotAPact(Problems),
}

/// What is wrong with a pact file; at least one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// All of them, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&lines.join("\n"))
    }
}

/// One thing that is wrong with a pact file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("at {}: {kind}", if pointer.is_empty() { "the top of the document" } else { pointer })]
pub struct Problem {
    /// Where, as a JSON pointer (RFC 6901); empty for the whole document.
    pub pointer: String,
    /// What.
    pub kind: ProblemKind,
}

/// What can be wrong at a place in a pact file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProblemKind {
    /// An attribute that must be there is not.
    #[error("the attribute `{0}` is missing")]
    Missing(&'static str),
    /// A value is of the wrong type or makes no sense.
    #[error("{expected} was expected, but this is {found}")]
    Unexpected {
        /// What would be right.
        expected: &'static str,
        /// What is there, shortened.
        found: String,
    },
    /// There is more of something than is accepted.
    #[error("there are more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The limit that was in force.
        limit: usize,
    },
    /// A name is blank.
    #[error("a name must not be blank")]
    BlankName,
    /// A specification version that this crate does not know.
    #[error("`{0}` is no version of the Pact specification that is known here; 1.0.0 to 4.0 are")]
    UnknownVersion(String),
    /// A matching rule is broken.
    #[error("{0}")]
    Rule(#[source] RuleError),
    /// The path of a matching rule is broken.
    #[error("the path of a matching rule cannot be used: {0}")]
    Path(#[source] PathError),
    /// A generator is broken.
    #[error("{0}")]
    Generator(#[source] GeneratorError),
    /// The path of a generator is broken.
    #[error("the path of a generator cannot be used: {0}")]
    GeneratorPath(#[source] PathError),
    /// Text that should be base64 is not.
    #[error("the content should be base64, but it is not")]
    NotBase64,
    /// A body states that it is JSON, but it is not.
    #[error("the content should be JSON, but it is not: {0}")]
    NotJson(#[source] JsonError),
}

#[cfg(test)]
mod tests;
