//! The few names that everything is called by: so few that things meet.

use proptest::{prelude::*, sample::select};

/// A name of anything.
pub(crate) type Name = &'static str;

/// Every one of them may be a consumer, a provider, or both. Their order is not the order of the alphabet.
pub(crate) const PARTICIPANTS: [Name; 4] = ["web", "shop", "bank", "mail"];
pub(crate) const BRANCHES: [Name; 3] = ["main", "feat", "master"];
/// One is called as an environment, one as a branch.
pub(crate) const TAGS: [Name; 3] = ["dev", "prod", "main"];
pub(crate) const ENVIRONMENTS: [Name; 2] = ["prod", "test"];
pub(crate) const INSTANCES: [Option<Name>; 2] = [None, Some("blue")];
/// What interactions are called; a contract is a set of them.
pub(crate) const INTERACTIONS: [Name; 3] = ["a", "b", "c"];
/// Branches whose names make them the main branch.
pub(crate) const MAIN_BRANCHES: [Name; 3] = ["develop", "main", "master"];

/// The numbers of versions, each with its place among semantic versions: 1 and 1.0.0 are the same, abc is none.
pub(crate) const NUMBERS: [(Name, Option<u32>); 6] = [
    ("1", Some(1)),
    ("2.1.0-rc.1", Some(4)),
    ("abc", None),
    ("1.0.0", Some(1)),
    ("2", Some(3)),
    ("1.5", Some(2)),
];

/// Ranges of semantic versions, each with the numbers that are in it.
pub(crate) const RANGES: [(Name, &[Name]); 5] = [
    (">=1, <2", &["1", "1.0.0", "1.5"]),
    ("^2", &["2"]),
    (">=2.1.0-beta, <3", &["2.1.0-rc.1"]),
    ("*", &["1", "1.0.0", "1.5", "2"]),
    ("^9", &[]),
];

/// The place of a number among semantic versions, if it is one.
pub(crate) fn semantic(number: Name) -> Option<u32> {
    NUMBERS.iter().find(|(known, _)| *known == number).and_then(|(_, place)| *place)
}

/// Whether a number is in a range.
pub(crate) fn is_in_range(range: Name, number: Name) -> bool {
    RANGES.iter().any(|(known, numbers)| *known == range && numbers.contains(&number))
}

/// Anybody, but some more often than others: where everything happens equally often, little of it has to do with each
/// other.
pub(crate) fn participant() -> impl Strategy<Value = Name> {
    select(&["web", "web", "web", "shop", "shop", "shop", "bank", "mail"][..])
}

pub(crate) fn consumer() -> impl Strategy<Value = Name> {
    select(&["web", "web", "web", "web", "web", "bank", "bank", "shop", "mail"][..])
}

pub(crate) fn provider() -> impl Strategy<Value = Name> {
    select(&["shop", "shop", "shop", "shop", "shop", "bank", "bank", "web", "mail"][..])
}

pub(crate) fn number() -> impl Strategy<Value = Name> {
    select(&["1", "1", "1", "1", "2", "2", "2", "1.0.0", "1.0.0", "1.5", "2.1.0-rc.1", "abc"][..])
}

pub(crate) fn branch() -> impl Strategy<Value = Name> {
    select(&BRANCHES[..])
}

pub(crate) fn tag() -> impl Strategy<Value = Name> {
    select(&TAGS[..])
}

pub(crate) fn environment() -> impl Strategy<Value = Name> {
    select(&ENVIRONMENTS[..])
}

pub(crate) fn range() -> impl Strategy<Value = Name> {
    select(&RANGES[..]).prop_map(|(range, _)| range)
}
