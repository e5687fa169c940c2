//! Consumer version selectors, and what they find.

use std::cmp::Ordering;

use pactwright_core::names::{BranchName, EnvironmentName, ParticipantName, TagName};

use crate::domain::{
    model::{EnvironmentId, Pact, Participant, ParticipantId, VersionId, VersionRange, semantic_version},
    state::State,
};

/// A consumer version selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// Which versions.
    pub choice: Choice,
    /// Of which consumers.
    pub consumer: ConsumerFilter,
}

/// The consumer that a selector is limited to, if it is.
pub type ConsumerFilter = Option<ParticipantName>;

/// Which versions of a consumer a selector means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    /// The latest with a contract.
    Latest,
    /// The latest with a tag, or with another one where no consumer has it.
    LatestTagged {
        /// The tag.
        tag: TagName,
        /// The other one.
        fallback: Option<TagName>,
    },
    /// All with a tag.
    Tagged(TagName),
    /// All whose numbers are in a range of semantic versions, or the greatest of them.
    Range {
        /// The range.
        range: VersionRange,
        /// Only the greatest.
        latest: bool,
    },
    /// The head of a branch, or of another one where there is no contract on it.
    Branch {
        /// The branch.
        branch: BranchName,
        /// The other one.
        fallback: Option<BranchName>,
        /// Whether it is meant because the provider's branch has that name.
        matching: bool,
    },
    /// The head of every branch.
    EveryBranch,
    /// Deployed now, in that environment or anywhere.
    Deployed(Option<EnvironmentName>),
    /// Released and supported now, in that environment or anywhere.
    Released(Option<EnvironmentName>),
    /// The head of the main branch.
    MainBranch,
}

/// A contract that a selector found.
#[derive(Debug, Clone)]
pub struct Match {
    /// The contract.
    pub pact: Pact,
    /// What found it.
    pub reason: Reason,
    /// Whether the selector was limited to one consumer, or is told of one.
    pub of_consumer: bool,
}

/// What found a contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is the consumer's latest.
    Latest,
    /// It is the head of a branch.
    Branch {
        /// The branch.
        branch: BranchName,
        /// The branch that was wanted, where this one is the fallback.
        instead_of: Option<BranchName>,
        /// Whether it is meant because the provider's branch has that name.
        matching: bool,
    },
    /// It is the latest with a tag.
    LatestTagged {
        /// The tag.
        tag: TagName,
        /// The tag that was wanted, where this one is the fallback.
        instead_of: Option<TagName>,
    },
    /// It has a tag.
    Tagged(TagName),
    /// Its number is in a range of semantic versions.
    Range {
        /// The range.
        range: VersionRange,
        /// Whether it is the greatest in it.
        latest: bool,
    },
    /// It is deployed.
    Deployed(EnvironmentName),
    /// It is released.
    Released(EnvironmentName),
    /// It is the head of the main branch.
    MainBranch(BranchName),
}

impl PartialEq for Match {
    fn eq(&self, other: &Self) -> bool {
        self.pact.id == other.pact.id && self.reason == other.reason && self.of_consumer == other.of_consumer
    }
}

impl Match {
    /// The order in which the reasons of one contract are told.
    pub fn by_weight(one: &Self, other: &Self) -> Ordering {
        one.reason.cmp(&other.reason).then_with(|| other.pact.version.cmp(&one.pact.version))
    }
}

fn consumers<'a>(state: &'a State, provider: ParticipantId, filter: &ConsumerFilter) -> Vec<&'a Participant> {
    let consumers = state.consumers_of_provider(provider).filter_map(|id| state.participant_by_id(id));
    let wanted = |known: &&Participant| filter.as_ref().is_none_or(|name| known.name == *name);
    consumers.map(AsRef::as_ref).filter(wanted).collect()
}

/// What a selector finds.
pub(super) fn resolve(state: &State, provider: ParticipantId, selector: &Selector) -> Vec<Match> {
    let of_consumer = selector.consumer.is_some();
    let find = |choice: &Choice| -> Vec<(Pact, Reason)> {
        let consumers = consumers(state, provider, &selector.consumer).into_iter();
        consumers.flat_map(|consumer| of_one(state, consumer, provider, choice)).collect()
    };
    let mut found = find(&selector.choice);
    if let Choice::LatestTagged { tag, fallback: Some(fallback) } = &selector.choice
        && found.is_empty()
    {
        // Another tag counts only where nobody has the wanted one.
        found = find(&Choice::LatestTagged { tag: fallback.clone(), fallback: None });
        for (_, reason) in &mut found {
            *reason = Reason::LatestTagged { tag: fallback.clone(), instead_of: Some(tag.clone()) };
        }
    }
    found.into_iter().map(|(pact, reason)| Match { pact, reason, of_consumer }).collect()
}

/// What is found without selectors: of each consumer the latest of the main branch (or the latest at all, where there
/// is no main branch), and everything that is live.
pub(super) fn usual(state: &State, provider: ParticipantId) -> Vec<Match> {
    let mut matches = Vec::new();
    for consumer in consumers(state, provider, &None) {
        let mut found = of_one(state, consumer, provider, &Choice::MainBranch);
        if found.is_empty() {
            found = of_one(state, consumer, provider, &Choice::Latest);
        }
        matches.extend(found.into_iter().map(|(pact, reason)| Match { pact, reason, of_consumer: true }));
        for live in [Choice::Deployed(None), Choice::Released(None)] {
            let found = of_one(state, consumer, provider, &live);
            matches.extend(found.into_iter().map(|(pact, reason)| Match {
                pact,
                reason,
                of_consumer: false,
            }));
        }
    }
    matches
}

fn of_one(
    state: &State,
    consumer: &Participant,
    provider: ParticipantId,
    choice: &Choice,
) -> Vec<(Pact, Reason)> {
    let pact = |version: VersionId| state.pact(version, provider).copied();
    let tag_head = |tag: &TagName| state.tag_head(consumer.id, tag.as_str()).and_then(pact);
    let branch_head = |branch: &BranchName| {
        let branch = state.branch(consumer.id, branch.as_str())?;
        state.branch_head(branch.id).and_then(pact)
    };
    match choice {
        Choice::Latest => {
            let latest = state.pacts_between(consumer.id, provider).next_back();
            latest.map(|pact| (*pact, Reason::Latest)).into_iter().collect()
        }
        Choice::LatestTagged { tag, .. } => {
            let found =
                tag_head(tag).map(|pact| (pact, Reason::LatestTagged { tag: tag.clone(), instead_of: None }));
            found.into_iter().collect()
        }
        Choice::Tagged(tag) => {
            let known = state.tag_id(consumer.id, tag).into_iter();
            let pacts = known.flat_map(|known| state.pacts_with_tag(known, provider));
            pacts.map(|pact| (*pact, Reason::Tagged(tag.clone()))).collect()
        }
        Choice::Range { range, latest } => {
            let in_range = |pact: &Pact| {
                let number = state.version_by_id(pact.version)?.number.as_str();
                range.has(number).then(|| Some((semantic_version(number)?, *pact)))?
            };
            let mut found: Vec<_> = state.pacts_between(consumer.id, provider).filter_map(in_range).collect();
            if *latest {
                found = found.into_iter().max_by(|one, other| one.0.cmp(&other.0)).into_iter().collect();
            }
            let reason = Reason::Range { range: range.clone(), latest: *latest };
            found.into_iter().map(|(_, pact)| (pact, reason.clone())).collect()
        }
        Choice::Branch { branch, fallback, matching } => {
            let reason = |branch: &BranchName, instead_of| Reason::Branch {
                branch: branch.clone(),
                instead_of,
                matching: *matching,
            };
            let wanted = branch_head(branch).map(|pact| (pact, reason(branch, None)));
            let other = || {
                let fallback = fallback.as_ref()?;
                branch_head(fallback).map(|pact| (pact, reason(fallback, Some(branch.clone()))))
            };
            wanted.or_else(other).into_iter().collect()
        }
        Choice::EveryBranch => every_branch(state, consumer, provider),
        Choice::Deployed(environment) => environments(state, environment.as_ref())
            .into_iter()
            .flat_map(|(id, name)| {
                let versions = state.deployed_versions(id, consumer.id).filter_map(pact);
                versions.map(|pact| (pact, Reason::Deployed(name.clone()))).collect::<Vec<_>>()
            })
            .collect(),
        Choice::Released(environment) => environments(state, environment.as_ref())
            .into_iter()
            .flat_map(|(id, name)| {
                let versions = state.supported_versions(id, consumer.id).filter_map(pact);
                versions.map(|pact| (pact, Reason::Released(name.clone()))).collect::<Vec<_>>()
            })
            .collect(),
        Choice::MainBranch => {
            let main = consumer.profile.main_branch.clone();
            let head = state.main_branch_head(consumer).and_then(pact);
            head.zip(main).map(|(pact, main)| (pact, Reason::MainBranch(main))).into_iter().collect()
        }
    }
}

/// The contracts at the heads of all branches of a consumer.
fn every_branch(state: &State, consumer: &Participant, provider: ParticipantId) -> Vec<(Pact, Reason)> {
    state
        .branches_of(consumer.id)
        .filter_map(|branch| {
            let pact = state.pact(state.branch_head(branch.id)?, provider)?;
            let reason = Reason::Branch { branch: branch.name.clone(), instead_of: None, matching: false };
            Some((*pact, reason))
        })
        .collect()
}

fn environments(state: &State, wanted: Option<&EnvironmentName>) -> Vec<(EnvironmentId, EnvironmentName)> {
    let environments = state.environments().filter(|known| wanted.is_none_or(|name| known.name == *name));
    environments.map(|known| (known.id, known.name.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::{Choice, Selector, resolve};
    use crate::domain::state::tests::Story;

    #[test]
    fn a_range_selects_semantic_versions() {
        let mut story = Story::default();
        for number in ["1.3", "1.10.0", "1.9", "2.0.0", "abc"] {
            story.publish("web", number, "api", number);
        }
        story.branch("web", "main", "1.99");
        let found = |range: &str, latest| {
            let choice = Choice::Range { range: range.parse().unwrap(), latest };
            let selector = Selector { choice, consumer: None };
            let found = resolve(&story.state, story.participant("api").id, &selector);
            let number = |id| story.state.version_by_id(id).unwrap().number.to_string();
            found.into_iter().map(|found| number(found.pact.version)).collect::<Vec<_>>()
        };
        assert_eq!(found(">=1.4, <2", false), ["1.10.0", "1.9"]);
        assert_eq!(found(">=1.4, <2", true), ["1.10.0"], "1.99 has no contract");
        assert_eq!(found(">=3", true), Vec::<String>::new());
    }
}
