//! The order of versions.

use std::cmp::Reverse;

use super::State;
use crate::domain::{
    model::{VersionId, semantic_version},
    rules::VersionOrder,
};

/// The place of a version among those of its participant: the greatest is the latest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(Option<(semver::Version, Reverse<VersionId>)>, VersionId);

impl State {
    /// A state of nothing, whose versions will have that order.
    pub fn ordered(order: VersionOrder) -> Self {
        Self { order, ..Self::default() }
    }

    /// The place of a version.
    pub fn place(&self, version: VersionId) -> Place {
        let semantic = match self.order {
            VersionOrder::FirstSeen => None,
            VersionOrder::Semantic => {
                let number = self.version_by_id(version).map(|version| version.number.as_str());
                number.and_then(semantic_version).map(|semantic| (semantic, Reverse(version)))
            }
        };
        Place(semantic, version)
    }

    /// Things of versions, given as the versions were first seen, in their order.
    pub(super) fn in_order<T>(
        &self,
        first_seen: impl DoubleEndedIterator<Item = T>,
        version: impl Fn(&T) -> VersionId,
    ) -> impl DoubleEndedIterator<Item = T> {
        match self.order {
            VersionOrder::FirstSeen => InOrder::Kept(first_seen),
            VersionOrder::Semantic => {
                let mut sorted: Vec<T> = first_seen.collect();
                sorted.sort_by_cached_key(|item| self.place(version(item)));
                InOrder::Sorted(sorted.into_iter())
            }
        }
    }
}

enum InOrder<I: Iterator> {
    Kept(I),
    Sorted(std::vec::IntoIter<I::Item>),
}

impl<I: Iterator> Iterator for InOrder<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        match self {
            Self::Kept(items) => items.next(),
            Self::Sorted(items) => items.next(),
        }
    }
}

impl<I: DoubleEndedIterator> DoubleEndedIterator for InOrder<I> {
    fn next_back(&mut self) -> Option<I::Item> {
        match self {
            Self::Kept(items) => items.next_back(),
            Self::Sorted(items) => items.next_back(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::{
        queries::pacts::{Among, latest, previous_distinct},
        rules::VersionOrder,
        state::{State, tests::Story},
    };

    /// The versions of `web`, in their order, and the version of its latest contract.
    fn told(order: VersionOrder) -> (Vec<String>, String, Option<String>) {
        let mut story = Story::default();
        story.state = State::ordered(order);
        for number in ["1.10", "1.9.1", "abc", "2.0.0-beta.1", "1.2", "1.2.0"] {
            story.publish("web", number, "api", number);
        }
        let state = &story.state;
        let (web, api) = (story.participant("web"), story.participant("api").id);
        let number = |version| state.version_by_id(version).unwrap().number.to_string();
        let newest = latest(state, &web, api, &Among::All).unwrap();
        let before = previous_distinct(state, newest).map(|pact| number(pact.version));
        (state.version_ids(web.id).map(number).collect(), number(newest.version), before)
    }

    #[test]
    fn versions_are_ordered_as_they_were_first_seen() {
        let (versions, latest, before) = told(VersionOrder::FirstSeen);
        assert_eq!(versions, ["1.10", "1.9.1", "abc", "2.0.0-beta.1", "1.2", "1.2.0"]);
        assert_eq!((latest.as_str(), before.as_deref()), ("1.2.0", Some("1.2")));
    }

    #[test]
    fn versions_are_ordered_by_their_numbers_where_that_is_set() {
        let (versions, latest, before) = told(VersionOrder::Semantic);
        assert_eq!(versions, ["abc", "1.2.0", "1.2", "1.9.1", "1.10", "2.0.0-beta.1"]);
        assert_eq!((latest.as_str(), before.as_deref()), ("2.0.0-beta.1", Some("1.10")));
    }
}
