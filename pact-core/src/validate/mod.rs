//! Everything that is wrong with a pact file, and what looks like a mistake.
//!
//! [`format::read`] refuses what cannot be used. This goes further: structure (with the feature
//! `schema`, against a JSON Schema per version), rules that lead nowhere, examples that break their own rules, and
//! more. Every problem has a JSON pointer, and a sentence that says what to do.
//!
//! ```
//! use pactwright_core::validate::{Severity, validate};
//! let problems = validate(br#"{"consumer": {"name": "web"}, "provider": {"name": " "}, "interactions": []}"#);
//! assert_eq!(problems.len(), 1);
//! assert_eq!((problems[0].severity(), problems[0].pointer.as_str()), (Severity::Error, "/provider/name"));
//! assert_eq!(problems[0].position.unwrap().line, 1);
//! ```
//!
//! # Limits
//!
//! Attributes that nobody knows are fine. Warnings are given for interactions without errors only: what follows from
//! an error would hide it. Whether a rule leads somewhere is checked in everything but bodies of other types than JSON, XML,
//! forms and parts; where a path can be understood in two ways, either will do.

mod leads;
mod position;
#[cfg(feature = "schema")]
mod structure;
mod warnings;

use std::collections::BTreeSet;
use std::fmt;

use crate::format::{self, ProblemKind};
use crate::json::{Json, JsonError};
use crate::model::Category;
use crate::report::Mismatch;

pub use leads::leads_somewhere;
pub use position::Position;
#[cfg(feature = "schema")]
pub use structure::schema;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It may be meant, but is more likely a mistake.
    Warning,
    /// It does not say what the specification asks for.
    Error,
}

impl Severity {
    /// `warning` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something that is wrong with a pact file, or looks so. [`fmt::Display`] gives the sentence, without the place.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Where, as a JSON pointer (RFC 6901); empty for the whole document.
    pub pointer: String,
    /// Where in the text; nothing when the place is not there, as for an attribute in an early spelling.
    pub position: Option<Position>,
    /// What.
    pub kind: Kind,
}

/// What can be wrong, or look so.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// The bytes are no JSON document.
    NotJson(JsonError),
    /// It cannot be read.
    Broken(ProblemKind),
    /// An attribute that the specification asks for is missing.
    MissingAttribute(String),
    /// A value has another form than the specification has.
    Structure(String),
    /// A matching rule is for something that the example does not have.
    RuleLeadsNowhere {
        /// The part that it is for.
        category: Category,
        /// The name or path that it is for.
        place: String,
    },
    /// A generator is for something that the example does not have.
    GeneratorLeadsNowhere {
        /// The part that it is for.
        category: Category,
        /// The name or path that it is for.
        place: String,
    },
    /// An example does not match what is said about it.
    ExampleRefused(Box<Mismatch>),
    /// A matching rule that is not known here.
    UnknownRule(String),
    /// A generator that is not known here.
    UnknownGenerator(String),
    /// Rules or generators are for a part that is not known here.
    UnknownCategory(String),
    /// A type of interaction that is not known here.
    UnknownType(String),
    /// Another interaction has the same description, provider states and type.
    Duplicate {
        /// The JSON pointer of the other one.
        first: String,
    },
    /// Another interaction has the same key.
    DuplicateKey {
        /// The JSON pointer of the other one.
        first: String,
    },
    /// A regular expression has something that only some implementations understand.
    RegexNotPortable {
        /// What it has.
        feature: &'static str,
    },
    /// A content type that cannot be read, so that it counts for nothing.
    UnreadableContentType(String),
    /// The description is empty.
    NoDescription,
}

impl Kind {
    fn severity(&self) -> Severity {
        match self {
            Self::NotJson(_) | Self::Broken(_) | Self::MissingAttribute(_) | Self::Structure(_) => {
                Severity::Error
            }
            Self::RuleLeadsNowhere { .. }
            | Self::GeneratorLeadsNowhere { .. }
            | Self::ExampleRefused(_)
            | Self::UnknownRule(_)
            | Self::UnknownGenerator(_)
            | Self::UnknownCategory(_)
            | Self::UnknownType(_)
            | Self::Duplicate { .. }
            | Self::DuplicateKey { .. }
            | Self::RegexNotPortable { .. }
            | Self::UnreadableContentType(_)
            | Self::NoDescription => Severity::Warning,
        }
    }

    /// A name for machines, such as `rule-leads-nowhere`. It stays the same when the sentence changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotJson(_) => "not-json",
            Self::Broken(_) => "broken",
            Self::MissingAttribute(_) => "missing-attribute",
            Self::Structure(_) => "structure",
            Self::RuleLeadsNowhere { .. } => "rule-leads-nowhere",
            Self::GeneratorLeadsNowhere { .. } => "generator-leads-nowhere",
            Self::ExampleRefused(_) => "example-refused",
            Self::UnknownRule(_) => "unknown-rule",
            Self::UnknownGenerator(_) => "unknown-generator",
            Self::UnknownCategory(_) => "unknown-category",
            Self::UnknownType(_) => "unknown-type",
            Self::Duplicate { .. } => "duplicate",
            Self::DuplicateKey { .. } => "duplicate-key",
            Self::RegexNotPortable { .. } => "regex-not-portable",
            Self::UnreadableContentType(_) => "unreadable-content-type",
            Self::NoDescription => "no-description",
        }
    }
}

impl Problem {
    fn at(pointer: impl Into<String>, kind: Kind) -> Self {
        Self { pointer: pointer.into(), position: None, kind }
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |category: &Category, place: &str| match place {
            "" => category.as_str().to_owned(),
            place => format!("{} `{place}`", category.as_str()),
        };
        match &self.kind {
            Kind::NotJson(error) => write!(formatter, "this is not a JSON document: {error}"),
            Kind::Broken(kind) => write!(formatter, "{kind}"),
            Kind::MissingAttribute(name) => write!(formatter, "the attribute `{name}` is missing; add it"),
            Kind::Structure(sentence) => formatter.write_str(sentence),
            Kind::RuleLeadsNowhere { category, place: name } => write!(
                formatter,
                "this matching rule is for the {}, which the example does not have; correct the path, or remove the rule",
                place(category, name)
            ),
            Kind::GeneratorLeadsNowhere { category, place: name } => write!(
                formatter,
                "this generator is for the {}, which the example does not have; correct the path, or remove the generator",
                place(category, name)
            ),
            Kind::ExampleRefused(mismatch) => {
                write!(formatter, "the example does not match its own rules: {mismatch}; change one of them")
            }
            Kind::UnknownRule(name) => write!(
                formatter,
                "the matching rule `{name}` is not known here, so nothing will match it; correct the name, or use a rule of the specification"
            ),
            Kind::UnknownGenerator(name) => write!(
                formatter,
                "the generator `{name}` is not known here, so the example stays as it is; correct the name, or use a generator of the specification"
            ),
            Kind::UnknownCategory(name) => write!(
                formatter,
                "`{name}` is no part of a message or of an exchange, so what is said about it counts for nothing; the parts are method, path, header, query, body, status and metadata"
            ),
            Kind::UnknownType(name) => write!(
                formatter,
                "the interaction type `{name}` is not known here, so it will not be verified; correct it, or use a tool that knows it"
            ),
            Kind::Duplicate { first } => write!(
                formatter,
                "the interaction at {first} has the same description, provider states and type; give one of them another description"
            ),
            Kind::DuplicateKey { first } => write!(
                formatter,
                "the interaction at {first} has the same key, so one would take the place of the other; give one of them another key"
            ),
            Kind::RegexNotPortable { feature } => write!(
                formatter,
                "this regular expression has {feature}, which only some Pact implementations understand; write it without"
            ),
            Kind::UnreadableContentType(text) => write!(
                formatter,
                "the content type `{}` cannot be read, so it counts for nothing, and is left out when the interaction is changed and written; correct it, as in `application/json`",
                crate::report::shortened(text)
            ),
            Kind::NoDescription => {
                formatter.write_str("the description is empty; say what happens, so that people can find it")
            }
        }
    }
}

/// Everything that is wrong with a pact file, in the order of the file; nothing when it is fine.
pub fn validate(bytes: &[u8]) -> Vec<Problem> {
    let document = match Json::parse(bytes) {
        Ok(document) => document,
        Err(error) => {
            let position = Position::of_error(&error);
            return vec![Problem { position, ..Problem::at("", Kind::NotJson(error)) }];
        }
    };
    let (pact, broken, placed) = format::read_with_places(document.clone().into_owned());
    let mut problems = Vec::new();
    #[cfg(feature = "schema")]
    problems.extend(structure::problems(&document, pact.version, &broken));
    problems
        .extend(broken.into_iter().map(|problem| Problem::at(problem.pointer, Kind::Broken(problem.kind))));
    let broken: BTreeSet<String> = problems.iter().map(|problem| problem.pointer.clone()).collect();
    problems.extend(warnings::warnings(&document, &pact, &placed, &broken));
    position::locate(bytes, &mut problems);
    // Stable: several problems of one place stay in the order they were found in.
    problems.sort_by_key(|problem| problem.position.unwrap_or_default());
    problems
}

#[cfg(test)]
mod tests;
