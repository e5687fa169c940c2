//! What extensions get to see of a body, and what they say of it.

use super::Configuration;
use crate::generators::{Context, Generator};
use crate::json::JsonBuf;
use crate::matching::RuleTrie;
use crate::model::{Combine, ContentType, RuleList};
use crate::path::{DocPath, Step};
use crate::report::Detail;
use crate::rules::Subject;

/// The body of a contract, for an extension that compares others with it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Contents<'c> {
    /// The media type that headers, metadata or the body itself state, or that it shows.
    pub content_type: &'c ContentType,
    /// The bytes that travel.
    pub expected: &'c [u8],
    /// The rules for places in it.
    pub rules: &'c PlacedRules,
    /// Whether there may be nothing that is not expected, as in requests.
    pub strict: bool,
    /// What the contract has configured for the extension.
    pub configuration: Configuration<'c>,
}

/// The body of a contract, for an extension that makes it anew.
#[derive(Debug)]
#[non_exhaustive]
pub struct Generation<'c> {
    /// The media type that headers, metadata or the body itself state, or that it shows.
    pub content_type: &'c ContentType,
    /// The bytes of the contract.
    pub example: &'c [u8],
    /// The generators for it, by path, that have something to do.
    pub generators: &'c [(&'c str, &'c Generator)],
    /// Which side is tested, and what provider states gave.
    pub context: &'c Context,
    /// What the contract has configured for the extension.
    pub configuration: Configuration<'c>,
}

/// Something in which a body differs from the one of the contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where, as a path expression from `$`.
    pub location: String,
    /// What the contract has there, where it can be shown.
    pub expected: Option<JsonBuf>,
    /// What came, where it can be shown.
    pub actual: Option<JsonBuf>,
    /// The sentence that says what is wrong.
    pub explanation: String,
}

impl Difference {
    /// A difference without values to show.
    pub fn new(location: impl Into<String>, explanation: impl Into<String>) -> Self {
        Self { location: location.into(), expected: None, actual: None, explanation: explanation.into() }
    }
}

/// The rules for places in a body, those of extensions among them.
#[derive(Debug, Clone, Default)]
pub struct PlacedRules {
    lists: Vec<(DocPath, RuleList)>,
    trie: RuleTrie,
}

/// What rules say of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// There are no rules for its place: it must be equal to its example.
    NoRules,
    /// They hold.
    Holds,
    /// They do not; the sentences say why.
    Refused(Vec<String>),
}

impl PlacedRules {
    pub(crate) fn new(lists: Vec<(DocPath, RuleList)>) -> Self {
        Self { trie: RuleTrie::new(&lists), lists }
    }

    /// All of them, for an extension that applies them itself.
    pub fn iter(&self) -> impl Iterator<Item = (&DocPath, &RuleList)> {
        self.lists.iter().map(|(path, list)| (path, list))
    }

    /// Holds the rules for a place against a value, as this crate does in JSON documents: the most specific path decides,
    /// rules for places above hold unless they are about those only. A place is one without wildcards.
    pub fn judge(&self, place: &DocPath, expected: Option<Subject<'_>>, actual: Subject<'_>) -> Judgement {
        let place = place.steps().iter().fold(self.trie.root(), |place, step| match step {
            Step::Field(name) => place.field(name),
            Step::Index(index) => place.index(*index),
            Step::AnyField => place.field("*"),
            Step::AnyIndex => place.index(usize::MAX),
        });
        let (mut any, mut refused) = (false, Vec::new());
        for holding in place.holding() {
            let rules: Vec<_> =
                holding.list.rules.iter().filter(|rule| holding.direct || rule.cascades()).collect();
            let said: Vec<_> = rules
                .iter()
                .filter(|rule| !rule.check(expected, actual, holding.direct))
                .map(|rule| Detail::refused(rule, expected, actual).to_string())
                .collect();
            any |= !rules.is_empty();
            if holding.list.combine == Combine::And || said.len() == rules.len() {
                refused.extend(said);
            }
        }
        match (any, refused.is_empty()) {
            (false, _) => Judgement::NoRules,
            (true, true) => Judgement::Holds,
            (true, false) => Judgement::Refused(refused),
        }
    }
}
