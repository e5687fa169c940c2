//! The order of versions.

use std::{cmp::Reverse, sync::Arc};

use super::State;
use crate::domain::{
    model::{Version, VersionId, semantic_version},
    rules::VersionOrder,
};

/// The place of a version among those of its participant: the greatest is the latest.
///
/// Indexes have places in them, not identifiers, so that the latest of something is at the end, whatever the order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(Option<Arc<Semantic>>, VersionId);

/// Of equal numbers (1.2, 1.2.0) the one first seen comes last.
type Semantic = (semver::Version, Reverse<VersionId>);

impl Place {
    /// Below every other.
    pub(super) const FIRST: Self = Self(None, VersionId::FIRST);

    /// The version.
    pub fn version(&self) -> VersionId {
        self.1
    }
}

impl State {
    /// A state of nothing, whose versions will have that order.
    pub fn ordered(order: VersionOrder) -> Self {
        Self { order, ..Self::default() }
    }

    /// The place of a version.
    pub fn place(&self, version: VersionId) -> Place {
        match self.order {
            VersionOrder::FirstSeen => Place(None, version),
            VersionOrder::Semantic => match self.versions.get(&version) {
                Some(known) => self.place_of(known),
                None => Place(None, version),
            },
        }
    }

    /// The place of a version that may not be in the state yet.
    pub(super) fn place_of(&self, version: &Version) -> Place {
        let semantic = match self.order {
            VersionOrder::FirstSeen => None,
            VersionOrder::Semantic => semantic_version(version.number.as_str()),
        };
        Place(semantic.map(|semantic| Arc::new((semantic, Reverse(version.id)))), version.id)
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
