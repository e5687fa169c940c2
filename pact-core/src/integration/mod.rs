//! The integration JSON: examples with matchers in them, as the libraries of other languages hand them over.
//!
//! ```json
//! {"id": {"pact:matcher:type": "integer", "value": 7}, "note": "plain"}
//! ```
//!
//! An object with `pact:matcher:type` is a matcher: its `value` is the example, the other attributes are those of the rule.
//! With `pact:generator:type`, alone or beside it, the example is made anew each time; the attributes of the generator
//! stand in the same object. [`read`] takes such a tree apart, [`read_single`] and [`read_text`] do so for a path, a header or
//! a query parameter, and [`write()`] puts one together.
//!
//! | attribute | meaning |
//! |---|---|
//! | `pact:matcher:type` | the name of a rule (`eachKey` or `each-key`), text in the [definition language](crate::definition), or a list of names and matchers that are combined |
//! | `value` | the example; without one, that of the definition, or one that the generator makes (always the same) |
//! | `combine` | whether one of the combined (`OR`) or all (`AND`, if nothing is said) must hold |
//! | `min`, `max`, `regex`, `format`, `status`, ... | as in the definition of the rule |
//! | `include`, `contentType` | what the rules of these names look for, where it is not the example; their definition calls it `value` |
//! | `rules` | the rules of `eachKey` and `eachValue`: matchers, definitions of rules, or definition-language text |
//! | `variants` | the items of `arrayContains`, with matchers in them |
//! | `pact:generator:type` | the name of a generator |
//! | `pactwright:source` | where the matcher was written, for messages |
//!
//! The items of a list with `min` or `max`, and of a list of one item under `type` or `eachValue`, are all alike: rules for
//! them are those of the first. So are the members of an object under `values` or `eachValue`.
//!
//! ```
//! use pactwright_core::integration;
//! use pactwright_core::json::Json;
//!
//! let tree = br#"{"sizes": {"pact:matcher:type": "type", "min": 1, "value": [
//!   {"pact:matcher:type": "integer", "pact:generator:type": "RandomInt", "min": 30, "max": 50, "value": 42}
//! ]}}"#;
//! let read = integration::read(Json::parse(tree)?.into_owned());
//! assert_eq!(read.example.to_compact(), r#"{"sizes":[42]}"#);
//! assert_eq!(read.rules[1].0.to_string(), "$.sizes[*]");
//! assert_eq!(read.generators.len(), 1);
//! assert!(read.findings.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod marker;
mod read;
mod single;
mod write;

use thiserror::Error;

pub use read::read;
pub use single::{Single, read_single, read_text};
pub use write::{Inexpressible, write};

use crate::definition::DefinitionError;
use crate::generators::{Generator, GeneratorError};
use crate::json::JsonBuf;
use crate::model::RuleList;
use crate::path::DocPath;
use crate::rules::RuleError;

/// The member that makes an object a matcher.
pub const MATCHER: &str = "pact:matcher:type";
/// The member that makes an object an example that is made anew.
pub const GENERATOR: &str = "pact:generator:type";
/// The member that holds an example.
pub const VALUE: &str = "value";
/// The member that says whether all of several matchers must hold, or one.
pub const COMBINE: &str = "combine";
/// The member that says where a matcher was written.
pub const SOURCE: &str = "pactwright:source";
/// The member of an object that stands where a value could not be serialised, and says why.
pub const BROKEN: &str = "pactwright:broken";

/// What a tree with matchers says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// The tree with every matcher replaced by its example.
    pub example: JsonBuf,
    /// The rules that the matchers are, by place.
    pub rules: Vec<(DocPath, RuleList)>,
    /// What is made anew, by place.
    pub generators: Vec<(DocPath, Generator)>,
    /// What cannot be meant.
    pub findings: Vec<Finding>,
}

/// Something that cannot be meant, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The place in the example.
    pub path: DocPath,
    /// What is wrong there.
    pub problem: Problem,
    /// Where the innermost matcher around was written, if it says so.
    pub source: Option<String>,
}

/// What can be wrong with a tree with matchers.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Problem {
    /// An example is not what its own matcher accepts.
    #[error("the example is refused by its own matcher: {explanation}; change the example or the matcher")]
    ExampleRefused {
        /// What the matcher says.
        explanation: String,
    },
    /// A rule cannot be used.
    #[error("{0}")]
    Rule(#[source] RuleError),
    /// A generator cannot be used.
    #[error("{0}")]
    Generator(#[source] GeneratorError),
    /// Text in the definition language is broken.
    #[error("`{text}` is no definition: {source}")]
    Definition {
        /// The text, shortened.
        text: String,
        /// What is wrong with it.
        source: DefinitionError,
    },
    /// A definition refers to another, but there are none.
    #[error("nothing is defined here under the name `{0}`; write out what it stands for")]
    Reference(String),
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
    /// A value was no JSON before it came here.
    #[error("the value cannot be serialised to JSON: {0}; names of members must be text")]
    NotSerialisable(String),
    /// A matcher does not say which it is.
    #[error("`{MATCHER}` must be the name of a matcher, or a list of names and matchers")]
    NoKind,
    /// A matcher of another kind than the known ones. Its rule is kept; nothing satisfies it.
    #[error("there is no matcher `{0}`")]
    UnknownMatcher(String),
    /// A combination of no matchers.
    #[error("a combination needs at least one matcher")]
    NothingToCombine,
    /// A combination inside another one.
    #[error("a combination cannot stand inside another; name the matchers in one")]
    NestedCombination,
    /// Two matchers for one place that do not go together.
    #[error(
        "several matchers say different things about this place; a contract can hold one of them, or combine them with OR"
    )]
    RulesCollide,
    /// A list that must contain nothing.
    #[error("`arrayContains` needs a list of at least one item as `variants`")]
    NoVariants,
    /// A place that takes text has something else.
    #[error(
        "a value of type {found} cannot travel here; give text, a number, a Boolean, or a matcher with such an example"
    )]
    NotText {
        /// The type of what it has.
        found: &'static str,
    },
    /// A matcher for one of the values of a query parameter or header.
    #[error("all values here share what holds for them; give one matcher whose example is a list")]
    MatcherInList,
}

#[cfg(test)]
mod tests;
