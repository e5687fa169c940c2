//! The model: plain lists of what there is. `happen.rs` is what becomes of them.
//!
//! There is no index here, and no identifier: things are known by their names, and found by looking through the lists.

mod happen;

use std::collections::BTreeSet;

use crate::{
    history::{Happening, History, What, WithKnown},
    names::{Name, semantic},
};

/// What a contract asks: a set of interactions.
pub(crate) type Content = BTreeSet<Name>;
/// A moment, in seconds.
pub(crate) type Moment = i64;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Participant {
    pub(crate) name: Name,
    pub(crate) main_branch: Option<Name>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) owner: Name,
    pub(crate) number: Name,
    pub(crate) since: Moment,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branch {
    pub(crate) owner: Name,
    pub(crate) name: Name,
    pub(crate) since: Moment,
}

/// A version is on a branch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OnBranch {
    pub(crate) owner: Name,
    pub(crate) branch: Name,
    pub(crate) number: Name,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tagged {
    pub(crate) owner: Name,
    pub(crate) number: Name,
    pub(crate) tag: Name,
}

/// A contract that a consumer version has with a provider.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pact {
    pub(crate) consumer: Name,
    pub(crate) number: Name,
    pub(crate) provider: Name,
    pub(crate) content: Content,
    pub(crate) at: Moment,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VerificationResult {
    pub(crate) number: u32,
    pub(crate) consumer: Name,
    pub(crate) provider: Name,
    pub(crate) content: Content,
    /// Of the provider.
    pub(crate) version: Name,
    pub(crate) success: bool,
    pub(crate) wip: bool,
    pub(crate) at: Moment,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Deployed {
    pub(crate) environment: Name,
    pub(crate) owner: Name,
    pub(crate) instance: Option<Name>,
    pub(crate) number: Name,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Supported {
    pub(crate) environment: Name,
    pub(crate) owner: Name,
    pub(crate) number: Name,
}

/// All there is.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    may_modify: bool,
    ordered_by_number: bool,
    pub(crate) now: Moment,
    /// In the order they were first seen.
    pub(crate) participants: Vec<Participant>,
    /// In the order they were first seen.
    pub(crate) versions: Vec<Version>,
    pub(crate) branches: Vec<Branch>,
    /// In the order the versions were put there.
    pub(crate) on_branches: Vec<OnBranch>,
    pub(crate) tags: Vec<Tagged>,
    /// Who ever used which tag, and when first.
    pub(crate) tags_ever: Vec<(Name, Name, Moment)>,
    pub(crate) pacts: Vec<Pact>,
    /// What was ever asked by whom of whom: it stays known when it is asked no more, with its results.
    pub(crate) contents: Vec<(Name, Name, Content)>,
    pub(crate) results: Vec<VerificationResult>,
    /// How many results there ever were: their numbers are never used again.
    results_ever: u32,
    pub(crate) environments: Vec<Name>,
    /// What is deployed now.
    pub(crate) deployed: Vec<Deployed>,
    /// What is supported now.
    pub(crate) supported: Vec<Supported>,
}

/// Somebody asked for something that cannot be; nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused;

impl World {
    pub(crate) fn new(history: &History) -> Self {
        Self {
            may_modify: history.may_modify,
            ordered_by_number: history.ordered_by_number,
            ..Self::default()
        }
    }

    pub(crate) fn participant(&self, name: Name) -> Option<&Participant> {
        self.participants.iter().find(|known| known.name == name)
    }

    pub(crate) fn version(&self, owner: Name, number: Name) -> Option<&Version> {
        self.versions.iter().find(|known| (known.owner, known.number) == (owner, number))
    }

    pub(crate) fn pact(&self, consumer: Name, number: Name, provider: Name) -> Option<&Pact> {
        let wanted = (consumer, number, provider);
        self.pacts.iter().find(|pact| (pact.consumer, pact.number, pact.provider) == wanted)
    }

    /// How late a version comes among those of its owner: as it was first seen. Where versions are ordered by their
    /// numbers, those that are no semantic versions come first; of equal ones, the one first seen comes last.
    pub(crate) fn place(&self, owner: Name, number: Name) -> (Option<u32>, i64) {
        let seen = self.seen(owner, number);
        match semantic(number) {
            Some(place) if self.ordered_by_number => (Some(place), -seen),
            _ => (None, seen),
        }
    }

    /// The place in the list of all versions, as they were first seen.
    pub(crate) fn seen(&self, owner: Name, number: Name) -> i64 {
        let found = self.versions.iter().position(|known| (known.owner, known.number) == (owner, number));
        i64::try_from(found.unwrap()).unwrap()
    }

    /// The versions of a participant, in their order.
    pub(crate) fn versions_of(&self, owner: Name) -> Vec<Name> {
        let mut numbers: Vec<Name> =
            self.versions.iter().filter(|known| known.owner == owner).map(|known| known.number).collect();
        numbers.sort_by_key(|number| self.place(owner, number));
        numbers
    }

    pub(crate) fn branch(&self, owner: Name, name: Name) -> Option<&Branch> {
        self.branches.iter().find(|known| (known.owner, known.name) == (owner, name))
    }

    /// The versions of a branch, in the order they were put there.
    pub(crate) fn versions_on(&self, owner: Name, branch: Name) -> Vec<Name> {
        let on = self.on_branches.iter().filter(|on| (on.owner, on.branch) == (owner, branch));
        on.map(|on| on.number).collect()
    }

    pub(crate) fn is_on_any_branch(&self, owner: Name, number: Name) -> bool {
        self.on_branches.iter().any(|on| (on.owner, on.number) == (owner, number))
    }

    /// The versions with a tag, in the order of versions.
    pub(crate) fn versions_tagged(&self, owner: Name, tag: Name) -> Vec<Name> {
        self.versions_of(owner).into_iter().filter(|number| self.has_tag(owner, number, tag)).collect()
    }

    pub(crate) fn has_tag(&self, owner: Name, number: Name, tag: Name) -> bool {
        self.tags.iter().any(|used| (used.owner, used.number, used.tag) == (owner, number, tag))
    }

    pub(crate) fn has_any_tag(&self, owner: Name, number: Name) -> bool {
        self.tags.iter().any(|used| (used.owner, used.number) == (owner, number))
    }

    /// The versions of a participant that are deployed to an environment or supported there, each once, as they were
    /// first seen.
    pub(crate) fn live(&self, environment: Name, owner: Name) -> Vec<Name> {
        let is_deployed = |number| {
            let wanted = (environment, owner, number);
            self.deployed.iter().any(|known| (known.environment, known.owner, known.number) == wanted)
        };
        let is_supported = |number| self.supported.contains(&Supported { environment, owner, number });
        let versions = self.versions.iter().filter(|known| known.owner == owner);
        let live = versions.filter(|known| is_deployed(known.number) || is_supported(known.number));
        live.map(|known| known.number).collect()
    }

    /// What is meant by something that happens with what is there; nothing, where nothing is there.
    pub(crate) fn concrete(&self, happening: &Happening) -> Option<Happening> {
        let What::With { place, what } = &happening.what else { return Some(happening.clone()) };
        let pact = || self.pacts.get(place % self.pacts.len().max(1));
        let version = || self.versions.get(place % self.versions.len().max(1)).copied();
        let what = match *what {
            WithKnown::Verify { number, success, wip } => {
                let Pact { consumer, provider, content, .. } = pact()?.clone();
                let content = content.into_iter().collect();
                What::Verify { consumer, provider, content, number, success, wip }
            }
            WithKnown::RemoveContract => {
                let Pact { consumer, number, provider, .. } = *pact()?;
                What::RemoveContract { consumer, number, provider }
            }
            WithKnown::Tag(tag) => {
                let Version { owner, number, .. } = version()?;
                What::Tag { owner, number, tag }
            }
            WithKnown::PutOnBranch(branch) => {
                let Version { owner, number, .. } = version()?;
                What::PutOnBranch { owner, number, branch }
            }
            WithKnown::Deploy { environment, instance } => {
                let Version { owner, number, .. } = version()?;
                What::Deploy { owner, number, environment, instance }
            }
            WithKnown::Release(environment) => {
                let Version { owner, number, .. } = version()?;
                What::Release { owner, number, environment }
            }
            WithKnown::RemoveVersion => {
                let Version { owner, number, .. } = version()?;
                What::RemoveVersion { owner, number }
            }
        };
        Some(Happening { after: happening.after, what })
    }
}
