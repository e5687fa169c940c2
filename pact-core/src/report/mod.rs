//! What was wrong, as data; sentences are made from it where people read them.
//!
//! There are two voices, each with one purpose:
//!
//! - [`text`] is for people, everywhere: terminals, failed tests, the answers of a mock server, brokers. A
//!   [`Mismatch`] displays one sentence of it; [`text::Report`] shows all of them, with what differs in the bodies.
//! - [`suite`] has the sentences that the compatibility suite of Pact implementations asserts word by word. It is for
//!   nothing else.
//!
//! [`markup`] lets any of it stand in XML and HTML.

mod location;
pub mod markup;
pub mod suite;
pub mod text;
mod value;

pub(crate) use location::Location;
pub(crate) use value::{described, quoted, shortened};

use crate::extension::ExtensionError;
use crate::json::{JsonBuf, JsonError};
use crate::model::{ContentType, detect};
use crate::multipart::MultipartError;
use crate::rules::{ContentTypeRule, Rule, Subject};
use crate::xml::XmlError;

/// The part of a request, response or message that a mismatch is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The method of a request.
    Method,
    /// The path of a request.
    Path,
    /// The query of a request.
    Query,
    /// A header.
    Header,
    /// The status of a response.
    Status,
    /// The body, or the contents of a message.
    Body,
    /// The metadata of a message.
    Metadata,
}

impl Part {
    /// As brokers and reports name it: `method`, `path`, `query`, `header`, `status`, `body`, `metadata`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Status => "status",
            Self::Body => "body",
            Self::Metadata => "metadata",
        }
    }
}

/// One thing in which an actual request, response or message differs from what a contract expects.
///
/// [`std::fmt::Display`] gives the sentence for people, with the place.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// Which part it is about.
    pub part: Part,
    /// Where in that part: a path expression in a body, a name in headers, query and metadata, empty elsewhere.
    pub location: String,
    /// What is wrong there.
    pub detail: Detail,
}

/// What is wrong at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// It should be equal, and is not.
    NotEqual {
        /// What the contract has.
        expected: JsonBuf,
        /// What came.
        actual: JsonBuf,
    },
    /// A matching rule refused it.
    Refused {
        /// The rule.
        rule: Box<Rule>,
        /// The example of the contract.
        expected: Option<JsonBuf>,
        /// What came.
        actual: JsonBuf,
        /// The path that the rule is given for, where that is not the very place.
        given_for: Option<String>,
        /// The sentence of the rule, as the compatibility suite has it ([`suite`]). For people there is
        /// [`std::fmt::Display`].
        explanation: String,
    },
    /// Whether a matching rule holds could not be found out within bounds, so it does not count as holding.
    Undecided {
        /// What came.
        actual: JsonBuf,
        /// What took too long.
        reason: Undecided,
    },
    /// A matching rule has no meaning for what it is given for, so it cannot hold.
    Meaningless {
        /// The rule.
        rule: Box<Rule>,
        /// What it is given for, such as `an attribute`.
        what: &'static str,
    },
    /// Bytes that are not text should be equal, and are not.
    OtherBytes {
        /// How many the contract has.
        expected: usize,
        /// How many came.
        actual: usize,
        /// The first position, from 0, at which they differ.
        first: usize,
    },
    /// It should be there, and is not.
    Missing {
        /// What the contract has.
        expected: JsonBuf,
    },
    /// It should not be there, and is.
    Unexpected {
        /// What came.
        actual: JsonBuf,
    },
    /// A list has too few or too many items.
    Length {
        /// How many the contract has.
        expected: usize,
        /// How many came.
        actual: usize,
    },
    /// No item of a list is like this one of the contract.
    NoVariant {
        /// Which item of the contract.
        index: usize,
        /// The item.
        expected: JsonBuf,
        /// The item that came closest, and what is wrong with it: nothing when other items of the contract need it.
        closest: Option<(usize, Vec<Mismatch>)>,
    },
    /// A variant of `arrayContains` stands for an item that the example does not have, so nothing can be like it.
    NoExample {
        /// Which item of the contract it stands for.
        index: usize,
        /// How many items the example has.
        items: usize,
    },
    /// The body is of another type.
    ContentType {
        /// The type that the contract has.
        expected: ContentType,
        /// The type that came.
        actual: ContentType,
    },
    /// An XML element lacks a child.
    MissingChild {
        /// The child that the contract has, as an empty tag.
        expected: String,
    },
    /// An XML element has a child that it should not have.
    UnexpectedChild {
        /// The child that came, as an empty tag.
        actual: String,
    },
    /// The body should be JSON, and is not.
    NotJson(JsonError),
    /// The body should be XML, and is not.
    NotXml(XmlError),
    /// The body should be made of parts, and is not.
    NotMultipart(MultipartError),
    /// An extension that compares bodies of this type found it.
    ByExtension {
        /// The name of the extension.
        extension: String,
        /// What the contract has, where it can be shown.
        expected: Option<JsonBuf>,
        /// What came, where it can be shown.
        actual: Option<JsonBuf>,
        /// The sentence of the extension.
        explanation: String,
    },
    /// The extension that compares bodies of this type could not do so.
    ExtensionFailed {
        /// The name of the extension.
        extension: String,
        /// What went wrong.
        error: ExtensionError,
    },
}

/// Why it could not be found out whether a rule holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undecided {
    /// A regular expression goes back too often on this text.
    Expression {
        /// The expression as it was written.
        pattern: String,
    },
    /// Alternatives inside alternatives would need more comparisons than this.
    Alternatives {
        /// How many there may be.
        limit: usize,
    },
    /// Lists in any order would need more comparisons than this.
    AnyOrder {
        /// How many there may be.
        limit: usize,
    },
}

impl Mismatch {
    /// A mismatch at a place.
    pub fn new(part: Part, location: impl Into<String>, detail: Detail) -> Self {
        Self { part, location: location.into(), detail }
    }

    /// With the path of the rule that refused it, unless that is the place itself.
    pub(crate) fn given_for(mut self, path: &str) -> Self {
        if let Detail::Refused { given_for, .. } = &mut self.detail {
            *given_for = (path != self.location).then(|| path.to_owned());
        }
        self
    }
}

impl Detail {
    /// What the contract has, and what came, as far as there are values to show.
    pub fn sides(&self) -> (Option<JsonBuf>, Option<JsonBuf>) {
        let count = |count: &usize| Some(JsonBuf::from(*count as u64));
        let text = |text: &dyn std::fmt::Display| Some(JsonBuf::from(text.to_string()));
        match self {
            Self::NotEqual { expected, actual } => (Some(expected.clone()), Some(actual.clone())),
            Self::Refused { expected, actual, .. } => (expected.clone(), Some(actual.clone())),
            Self::Missing { expected } | Self::NoVariant { expected, .. } => (Some(expected.clone()), None),
            Self::Unexpected { actual } | Self::Undecided { actual, .. } => (None, Some(actual.clone())),
            Self::Length { expected, actual } | Self::OtherBytes { expected, actual, .. } => {
                (count(expected), count(actual))
            }
            Self::ContentType { expected, actual } => (text(expected), text(actual)),
            Self::MissingChild { expected } => (text(expected), None),
            Self::UnexpectedChild { actual } => (None, text(actual)),
            Self::ByExtension { expected, actual, .. } => (expected.clone(), actual.clone()),
            // The sentence says it.
            Self::Meaningless { .. }
            | Self::NoExample { .. }
            | Self::NotJson(_)
            | Self::NotXml(_)
            | Self::NotMultipart(_)
            | Self::ExtensionFailed { .. } => (None, None),
        }
    }

    pub(crate) fn refused(rule: &Rule, expected: Option<Subject<'_>>, actual: Subject<'_>) -> Self {
        if let Rule::Regex(regex) = rule
            && actual.as_text().is_some_and(|text| regex.is_undecided(text))
        {
            let reason = Undecided::Expression { pattern: regex.pattern().to_owned() };
            let actual = actual.to_json();
            return Self::Undecided { actual, reason };
        }
        // Of bytes that are judged by what they look like, what they look like is worth knowing.
        let (shown_expected, shown_actual) = match rule {
            Rule::ContentType(wanted) => {
                let looks_like = detect(&ContentTypeRule::bytes(actual)).to_string();
                (Some(wanted.value.as_str().into()), JsonBuf::from(looks_like))
            }
            _ => (expected.map(Subject::to_json), actual.to_json()),
        };
        Self::Refused {
            explanation: suite::refusal(rule, expected, actual),
            rule: Box::new(rule.clone()),
            expected: shown_expected,
            actual: shown_actual,
            given_for: None,
        }
    }

    pub(crate) fn other_bytes(expected: &[u8], actual: &[u8]) -> Self {
        let same = expected.iter().zip(actual).take_while(|(expected, actual)| expected == actual);
        Self::OtherBytes { first: same.count(), expected: expected.len(), actual: actual.len() }
    }
}
