//! What plugins bring: matchers for the fields and the contents that this crate does not know.
//!
//! A plugin crate implements [`Extension`], and whoever matches puts its extensions into [`Extensions`] and compiles with
//! [`CompiledRequest::compile_with`](crate::matching::CompiledRequest::compile_with) and its like. Everything is asked for
//! while a contract is compiled: an unknown rule gets its [`FieldMatcher`], a body whose media type an extension knows gets
//! its [`ContentMatcher`]. What no extension brings stays as it is: an unknown rule is a mismatch that says so, a body is
//! compared as its media type has it.
//!
//! This crate stays synchronous and without I/O. An extension that asks another process does so in its own crate, and
//! **blocks** until it has the answer, or its own time limit is over: [`FieldMatcher::check`] is called for each value, so it
//! should be quick, and may be called from several threads at once. An [`ExtensionError`] becomes a
//! [`CompileError`](crate::matching::CompileError) or a mismatch. Extensions must not panic; a panic is not caught.
//!
//! # A rule for fields
//!
//! ```
//! use std::sync::Arc;
//! use pactwright_core::extension::{Configuration, Extension, ExtensionError, Extensions, FieldMatcher, Refusal};
//! use pactwright_core::matching::{ActualResponse, CompiledResponse};
//! use pactwright_core::{format, json::Json, model::SpecVersion, rules::{Subject, Unknown}};
//!
//! /// `{"match": "credit-card"}`: digits with the check digit of Luhn.
//! struct CreditCards;
//!
//! impl Extension for CreditCards {
//!     fn name(&self) -> &'static str {
//!         "credit-cards"
//!     }
//!
//!     fn field_matcher(&self, rule: &Unknown, _: Configuration<'_>) -> Result<Option<Arc<dyn FieldMatcher>>, ExtensionError> {
//!         Ok((rule.name == "credit-card").then(|| Arc::new(CreditCard) as Arc<dyn FieldMatcher>))
//!     }
//! }
//!
//! struct CreditCard;
//!
//! impl FieldMatcher for CreditCard {
//!     fn check(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> Result<(), Refusal> {
//!         let text = actual.as_text().unwrap_or_default();
//!         let digits: Option<Vec<u32>> = text.chars().rev().map(|digit| digit.to_digit(10)).collect();
//!         let doubled = |(at, digit): (usize, u32)| if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 };
//!         let sum: u32 = digits.unwrap_or_default().into_iter().enumerate().map(doubled).sum();
//!         if sum > 0 && sum % 10 == 0 { Ok(()) } else { Err(Refusal::mismatch(format!("'{text}' is no card number"))) }
//!     }
//! }
//!
//! let response = Json::parse(br#"{"status": 200, "body": {"card": "4111111111111111"},
//!     "matchingRules": {"body": {"$.card": {"matchers": [{"match": "credit-card"}]}}}}"#)?;
//! let response = format::read_response(response.into_owned(), SpecVersion::V4)?;
//! let actual = ActualResponse { status: 200, body: br#"{"card": "4111111111111112"}"#.to_vec(), ..Default::default() };
//!
//! let extensions = Extensions::new().with(CreditCards);
//! let compiled = CompiledResponse::compile_with(response.clone(), &extensions.scope())?;
//! assert_eq!(compiled.mismatches(&actual)[0].to_string(), "body $.card: '4111111111111112' is no card number");
//!
//! let without = CompiledResponse::new(response)?;
//! assert!(without.mismatches(&actual)[0].to_string().contains("a plugin may supply it"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Contents of a media type
//!
//! ```
//! use std::sync::Arc;
//! use pactwright_core::extension::{ContentMatcher, Contents, Difference, Extension, ExtensionError, Extensions, Judgement, PlacedRules};
//! use pactwright_core::matching::{ActualResponse, CompiledResponse};
//! use pactwright_core::model::{ContentType, SpecVersion};
//! use pactwright_core::{format, json::Json, path::{DocPath, Step}, rules::Subject};
//!
//! /// Compares `text/csv` line by line, with rules for columns: `$[*]['price']`.
//! struct Csv;
//!
//! impl Extension for Csv {
//!     fn name(&self) -> &'static str {
//!         "csv"
//!     }
//!
//!     fn content_matcher(&self, contents: &Contents<'_>) -> Result<Option<Arc<dyn ContentMatcher>>, ExtensionError> {
//!         if contents.content_type.essence() != "text/csv" {
//!             return Ok(None);
//!         }
//!         Ok(Some(Arc::new(Expected { rows: rows(contents.expected)?, rules: contents.rules.clone() })))
//!     }
//! }
//!
//! struct Expected {
//!     rows: Vec<Vec<String>>,
//!     rules: PlacedRules,
//! }
//!
//! fn rows(bytes: &[u8]) -> Result<Vec<Vec<String>>, ExtensionError> {
//!     let text = std::str::from_utf8(bytes).map_err(|error| ExtensionError::new(format!("this is not UTF-8: {error}")))?;
//!     Ok(text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect())
//! }
//!
//! impl ContentMatcher for Expected {
//!     fn compare(&self, actual: &[u8], _: Option<&ContentType>) -> Result<Vec<Difference>, ExtensionError> {
//!         let actual = rows(actual)?;
//!         let mut found = Vec::new();
//!         let names = self.rows.first().cloned().unwrap_or_default();
//!         for (line, row) in actual.iter().enumerate().skip(1) {
//!             for ((name, value), column) in names.iter().zip(row).zip(0..) {
//!                 let example = self.rows.get(line).or(self.rows.get(1)).and_then(|row| row.get(column));
//!                 let example = example.map(String::as_str).unwrap_or_default();
//!                 let place = DocPath::from_steps(vec![Step::Index(line), Step::Field(name.clone())]);
//!                 let sentences = match self.rules.judge(&place, Some(Subject::Text(example)), Subject::Text(value)) {
//!                     Judgement::NoRules if example != value => vec![format!("expected '{example}' but was '{value}'")],
//!                     Judgement::Refused(sentences) => sentences,
//!                     Judgement::NoRules | Judgement::Holds => Vec::new(),
//!                 };
//!                 found.extend(sentences.into_iter().map(|sentence| Difference::new(place.to_string(), sentence)));
//!             }
//!         }
//!         Ok(found)
//!     }
//! }
//!
//! let response = Json::parse(br#"{"status": 200, "headers": {"Content-Type": ["text/csv"]},
//!     "body": {"content": "id,price\n7,1.50", "contentType": "text/csv", "encoded": false},
//!     "matchingRules": {"body": {"$[*].price": {"matchers": [{"match": "decimal"}]}}}}"#)?;
//! let response = format::read_response(response.into_owned(), SpecVersion::V4)?;
//! let extensions = Extensions::new().with(Csv);
//! let compiled = CompiledResponse::compile_with(response, &extensions.scope())?;
//!
//! let headers = vec![("Content-Type".to_owned(), "text/csv".to_owned())];
//! let mut actual = ActualResponse { status: 200, headers, body: b"id,price\n7,9.75".to_vec() };
//! assert!(compiled.mismatches(&actual).is_empty());
//! actual.body = b"id,price\n8,much".to_vec();
//! let sentences: Vec<_> = compiled.mismatches(&actual).iter().map(ToString::to_string).collect();
//! assert_eq!(sentences, [
//!     "body $[1].id: expected '7' but was '8'",
//!     "body $[1].price: expected a decimal number but was 'much' (String)",
//! ]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Limits
//!
//! The parts of a multipart body are compared as this crate does it; field rules hold in them. A rule of an extension does not
//! cascade: it is for the very places that its path leads to. Rules inside `eachKey`, `eachValue` and `arrayContains` may be
//! those of an extension, too.

mod contents;
mod scope;

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

pub use contents::{Contents, Difference, Generation, Judgement, PlacedRules};
pub use scope::{Configuration, Scope};
pub(crate) use scope::{SuppliedContent, SuppliedField};

use crate::model::ContentType;
use crate::rules::{Subject, Unknown};

/// What a plugin can do. Each method is asked once per rule, body or set of generators, and answers nothing for what is not
/// its business.
pub trait Extension: Send + Sync {
    /// The name of the plugin, as `metadata.plugins` and `pluginConfiguration` of pact files have it.
    fn name(&self) -> &str;

    /// What checks values against a rule that this crate does not know.
    ///
    /// # Errors
    /// When the rule is one of this extension, but is broken: the contract cannot be compiled.
    fn field_matcher(
        &self,
        rule: &Unknown,
        configuration: Configuration<'_>,
    ) -> Result<Option<Arc<dyn FieldMatcher>>, ExtensionError> {
        let _ = (rule, configuration);
        Ok(None)
    }

    /// What compares bodies, or contents of messages, with these of a contract. It takes the place of what this crate does for
    /// the media type, also where this crate knows it.
    ///
    /// # Errors
    /// When the contents are the business of this extension, but are broken: the contract cannot be compiled.
    fn content_matcher(
        &self,
        contents: &Contents<'_>,
    ) -> Result<Option<Arc<dyn ContentMatcher>>, ExtensionError> {
        let _ = contents;
        Ok(None)
    }

    /// New contents in place of those of a contract, by its generators. See [`Scope::generate`].
    ///
    /// # Errors
    /// When the contents are the business of this extension, but cannot be made.
    fn generate(&self, generation: &Generation<'_>) -> Result<Option<Vec<u8>>, ExtensionError> {
        let _ = generation;
        Ok(None)
    }
}

/// Checks values against one rule of a contract.
pub trait FieldMatcher: Send + Sync {
    /// Whether `actual` satisfies the rule, given the example of the contract where there is one. A value in a JSON document
    /// comes as such, others as text. For an object or a list, what is inside is the matcher's business: it is compared no
    /// further, but for rules that are given for places in it.
    ///
    /// # Errors
    /// [`Refusal::Mismatch`] when it does not, [`Refusal::Failed`] when that cannot be found out. Both are mismatches.
    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>) -> Result<(), Refusal>;
}

/// Compares bodies with one body of a contract.
pub trait ContentMatcher: Send + Sync {
    /// Everything in which a body differs from the one of the contract; nothing when it matches. `content_type` is the media
    /// type that came with it, which has been found to be the one of the contract, or free.
    ///
    /// # Errors
    /// When that cannot be found out. It becomes a mismatch.
    fn compare(
        &self,
        actual: &[u8],
        content_type: Option<&ContentType>,
    ) -> Result<Vec<Difference>, ExtensionError>;
}

/// Why a [`FieldMatcher`] did not say yes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The value does not satisfy the rule; the sentence says why.
    #[error("{0}")]
    Mismatch(String),
    /// It could not be found out.
    #[error("{0}")]
    Failed(#[from] ExtensionError),
}

impl Refusal {
    /// A value that does not satisfy the rule, and the sentence that says why.
    pub fn mismatch(sentence: impl Into<String>) -> Self {
        Self::Mismatch(sentence.into())
    }
}

/// What went wrong inside an extension, in words: what they came from may be in another process.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct ExtensionError(String);

impl ExtensionError {
    /// An error with this sentence, such as `the plugin did not answer within 5 s`.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// An error with the sentences of another one and its sources.
    pub fn from_source(error: &dyn std::error::Error) -> Self {
        let sentences = std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string);
        Self(sentences.collect::<Vec<_>>().join(": "))
    }
}

/// The extensions that contracts are compiled with. Cheap to clone. Of several that could supply the same, the one that was
/// added first does.
#[derive(Clone, Default)]
pub struct Extensions(Vec<Arc<dyn Extension>>);

impl Extensions {
    /// No extensions.
    pub fn new() -> Self {
        Self::default()
    }

    /// These, and another one.
    #[must_use]
    pub fn with(mut self, extension: impl Extension + 'static) -> Self {
        self.0.push(Arc::new(extension));
        self
    }

    /// The extensions, for a contract without configuration for them.
    pub fn scope(&self) -> Scope<'_> {
        Scope::new(&self.0, None)
    }

    /// The extensions, with what a pact and one of its interactions have configured for them.
    pub fn scope_of<'e>(
        &'e self,
        pact: &'e crate::model::Pact,
        interaction: &'e crate::model::Interaction,
    ) -> Scope<'e> {
        Scope::new(&self.0, Some((pact, interaction)))
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|extension| extension.name())).finish()
    }
}
