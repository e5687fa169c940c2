use std::collections::BTreeSet;

use super::{Ignore, OtherSide, Selector};
use crate::domain::{
    model::{ParticipantId, VersionId, VersionRange, semantic_version},
    state::State,
};

/// A selector with the versions it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The participant.
    pub participant: ParticipantId,
    /// What was asked.
    pub how: How,
    /// What it means.
    pub versions: Versions,
    /// Whether somebody named it, or it follows from a contract.
    pub specified: bool,
}

/// What was asked of a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// Any version.
    Any,
    /// A version by its number.
    Version(String),
    /// The latest version.
    Latest,
    /// Versions with a tag.
    Tag {
        /// The tag.
        tag: String,
        /// Only the latest.
        latest: bool,
    },
    /// Versions in a range of semantic versions.
    Range {
        /// The range.
        range: VersionRange,
        /// Only the greatest.
        latest: bool,
    },
    /// Versions of a branch.
    Branch {
        /// The branch.
        branch: String,
        /// Only the latest.
        latest: bool,
    },
    /// Versions of the main branch; its name where there is one.
    MainBranch {
        /// The branch.
        branch: Option<String>,
        /// Only the latest.
        latest: bool,
    },
    /// Versions that are live in an environment.
    Environment(String),
}

/// Versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Versions {
    /// All there are.
    All,
    /// These; perhaps none.
    These(BTreeSet<VersionId>),
}

impl Versions {
    /// Whether one is among them.
    pub fn has(&self, version: VersionId) -> bool {
        match self {
            Self::All => true,
            Self::These(versions) => versions.contains(&version),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::These(versions) if versions.is_empty())
    }
}

/// What is left out: the participant and the version, or all; or why nothing is.
#[derive(Debug, Clone, Default)]
pub(super) struct Ignored {
    pub(super) known: Vec<(ParticipantId, Versions)>,
    pub(super) unknown: Vec<(Ignore, bool)>,
}

impl Ignored {
    pub(super) fn has(&self, participant: ParticipantId, version: Option<VersionId>) -> bool {
        self.known.iter().any(|(known, versions)| {
            *known == participant
                && match (versions, version) {
                    (Versions::All, _) => true,
                    (Versions::These(versions), Some(version)) => versions.contains(&version),
                    (Versions::These(_), None) => false,
                }
        })
    }
}

pub(super) fn ignored(state: &State, ignore: &[Ignore]) -> Ignored {
    let mut ignored = Ignored::default();
    for entry in ignore {
        let participant = state.participant(&entry.participant);
        match (participant, &entry.version) {
            (None, _) => ignored.unknown.push((entry.clone(), false)),
            (Some(participant), None) => ignored.known.push((participant.id, Versions::All)),
            (Some(participant), Some(number)) => match state.version(participant.id, number) {
                Some(version) => ignored.known.push((participant.id, Versions::These([version.id].into()))),
                None => ignored.unknown.push((entry.clone(), true)),
            },
        }
    }
    ignored
}

/// The selectors of a query. One that names nobody is left out.
pub(super) fn specified(state: &State, selectors: &[Selector]) -> Vec<Resolved> {
    selectors
        .iter()
        .filter_map(|selector| {
            let participant = state.participant(&selector.participant)?.id;
            let how = how(selector);
            Some(resolved(state, participant, how, true))
        })
        .collect()
}

fn how(selector: &Selector) -> How {
    let latest = selector.latest;
    if let Some(version) = &selector.version {
        How::Version(version.clone())
    } else if let Some(range) = &selector.range {
        How::Range { range: range.clone(), latest }
    } else if let Some(tag) = &selector.tag {
        How::Tag { tag: tag.clone(), latest }
    } else if let Some(branch) = &selector.branch {
        How::Branch { branch: branch.clone(), latest }
    } else if selector.main_branch {
        How::MainBranch { branch: None, latest: true }
    } else if let Some(environment) = &selector.environment {
        How::Environment(environment.clone())
    } else if latest {
        How::Latest
    } else {
        How::Any
    }
}

/// What is meant of a participant that nobody named.
pub(super) fn other(state: &State, participant: ParticipantId, other_side: &OtherSide) -> Resolved {
    let latest = other_side.latest;
    let how = if let Some(tag) = &other_side.tag {
        How::Tag { tag: tag.clone(), latest }
    } else if let Some(environment) = &other_side.environment {
        How::Environment(environment.clone())
    } else if other_side.main_branch {
        How::MainBranch { branch: None, latest }
    } else if latest {
        How::Latest
    } else {
        How::Any
    };
    resolved(state, participant, how, false)
}

fn resolved(state: &State, participant: ParticipantId, how: How, specified: bool) -> Resolved {
    let these = |versions: &mut dyn Iterator<Item = VersionId>| Versions::These(versions.collect());
    let mut how = how;
    let versions = match &mut how {
        How::Any => Versions::All,
        How::Version(number) => {
            these(&mut state.version(participant, number).into_iter().map(|version| version.id))
        }
        How::Range { range, latest } => {
            let versions = state.versions_of(participant);
            let found = versions.filter_map(|version| {
                let number = version.number.as_str();
                range.has(number).then(|| Some((semantic_version(number)?, version.id)))?
            });
            if *latest {
                // Of equal numbers (1.2, 1.2.0) the later one: they come in their order.
                let greatest = found.max_by(|one, other| one.0.cmp(&other.0));
                these(&mut greatest.into_iter().map(|(_, version)| version))
            } else {
                these(&mut found.map(|(_, version)| version))
            }
        }
        How::Latest => these(&mut state.version_ids(participant).next_back().into_iter()),
        How::Tag { tag, latest: true } => these(&mut state.tag_head(participant, tag).into_iter()),
        How::Tag { tag, latest: false } => these(&mut state.tagged_version_ids(participant, tag)),
        How::Branch { branch, latest } => {
            Versions::These(branch_versions(state, participant, branch, *latest))
        }
        How::MainBranch { branch, latest } => {
            let known = state.participant_by_id(participant);
            let main = known.and_then(|known| known.profile.main_branch.as_ref());
            *branch = main.map(ToString::to_string);
            match branch {
                None => Versions::These(BTreeSet::new()),
                Some(name) if state.branch(participant, name).is_some() => {
                    Versions::These(branch_versions(state, participant, name, *latest))
                }
                Some(name) if *latest => these(&mut state.tag_head(participant, name).into_iter()),
                Some(name) => these(&mut state.tagged_version_ids(participant, name)),
            }
        }
        How::Environment(name) => {
            let environment = state.environment_by_name(name).map(|environment| environment.id);
            let live = environment.map(|id| state.live_versions(id, participant)).unwrap_or_default();
            these(&mut live.into_iter())
        }
    };
    Resolved { participant, how, versions, specified }
}

fn branch_versions(
    state: &State,
    participant: ParticipantId,
    name: &str,
    latest: bool,
) -> BTreeSet<VersionId> {
    let Some(branch) = state.branch(participant, name) else { return BTreeSet::new() };
    if latest {
        state.branch_head(branch.id).into_iter().collect()
    } else {
        state.branch_version_ids(branch.id).collect()
    }
}
