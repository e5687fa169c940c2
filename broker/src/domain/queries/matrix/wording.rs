//! The sentences of a verdict. People know them, and scripts look for them: they are those of the Pact Broker.

use super::{How, Ignore, Resolved, Versions, name_of};
use crate::domain::{
    model::{FailedInteraction, VersionId},
    state::State,
};

pub(super) const ALL_SUCCESSFUL: &str = "All required verification results are published and successful";
pub(super) const NOTHING_NEEDED: &str = "There are no missing dependencies";
pub(super) const NO_ENVIRONMENT: &str = "WARN: It is recommended to specify the environment into which you are \
                                         deploying. Without the environment, this result will not be reliable.";
pub(super) const NO_VERSION: &str = "WARN: It is recommended to specify the version number (rather than the tag or \
                                     branch) of the pacticipant you wish to deploy to avoid race conditions. Without a \
                                     version number, this result will not be reliable.";

pub(super) fn unverified(consumer: &str, provider: &str) -> String {
    format!("There is no verified pact between {consumer} and {provider}")
}

/// That something failed, and which interactions, as far as that is known.
pub(super) fn failed(consumer: &str, provider: &str, interactions: &[FailedInteraction]) -> String {
    /// How many are named; the row has them all.
    const NAMED: usize = 5;
    let mut text = format!("The verification for the pact between {consumer} and {provider} failed");
    if !interactions.is_empty() {
        let names: Vec<_> =
            interactions.iter().take(NAMED).map(|failed| format!("\"{}\"", failed.description)).collect();
        text.push_str(&format!(" in {}", names.join(", ")));
        if interactions.len() > NAMED {
            text.push_str(&format!(" and {} more", interactions.len() - NAMED));
        }
    }
    text
}

pub(super) fn cannot_ignore(ignore: &Ignore, participant_known: bool) -> String {
    let Ignore { participant, version } = ignore;
    let what =
        version.as_ref().map_or_else(|| "any version".to_owned(), |number| format!("version {number}"));
    let why = if participant_known { "no such version exists" } else { "no such pacticipant exists" };
    format!("WARN: Cannot ignore {what} of {participant} ({why})")
}

/// That what was asked for does not exist.
pub(super) fn absent(state: &State, selector: &Resolved) -> String {
    let name = name_of(state, selector.participant).map_or("", |name| name.as_str());
    match &selector.how {
        How::Version(number) => {
            format!("No pacts or verifications have been published for version {number} of {name}")
        }
        How::Tag { tag, .. } => format!("No version with tag {tag} exists for {name}"),
        How::Range { range, .. } => format!("No version of {name} is in the range {range}"),
        How::Branch { branch, .. } => format!("No version of {name} from branch {branch} exists"),
        How::MainBranch { .. } => format!("No version of {name} from the main branch exists"),
        How::Environment(environment) => {
            format!(
                "No version of {name} is currently recorded as deployed or released in environment {environment}"
            )
        }
        How::Any | How::Latest => format!("No pacts or verifications have been published for {name}"),
    }
}

/// What a selector means, and the version that is spoken of.
pub(super) fn meant(state: &State, selector: &Resolved, version: Option<VersionId>) -> String {
    let name = name_of(state, selector.participant).map_or("", |name| name.as_str());
    let version = version.and_then(|version| state.version_by_id(version)).map(|version| &version.number);
    let known = |otherwise: &str| match version {
        Some(number) => format!("({number})"),
        None => format!("({otherwise})"),
    };
    let absent = "no such version exists";
    match &selector.how {
        How::Any => format!("any version of {name}"),
        How::Version(number) if version.is_some() => format!("version {number} of {name}"),
        How::Version(number) => format!("version {number} of {name} ({absent})"),
        How::Latest => format!("the latest version of {name} {}", known(absent)),
        How::Tag { tag, latest: true } => {
            format!("the latest version of {name} with tag {tag} {}", known(absent))
        }
        How::Tag { tag, latest: false } => format!("a version of {name} with tag {tag} {}", known(absent)),
        How::Range { range, latest: true } => {
            format!("the greatest version of {name} in the range {range} {}", known(absent))
        }
        How::Range { range, latest: false } => {
            format!("a version of {name} in the range {range} {}", known(absent))
        }
        How::Branch { branch, latest } | How::MainBranch { branch: Some(branch), latest }
            if version.is_some() =>
        {
            let which = if *latest { "the latest version" } else { "one of the versions" };
            format!("{which} of {name} from branch {branch} {}", known(absent))
        }
        How::Branch { branch, .. } => {
            format!("any version of {name} from branch {branch} (no versions exist for this branch)")
        }
        How::MainBranch { .. } => {
            format!("any version of {name} from the main branch (no versions exist for this branch)")
        }
        How::Environment(environment) => {
            let live = match &selector.versions {
                Versions::These(versions) => versions.len(),
                Versions::All => 0,
            };
            let which = match live {
                0 => "a version",
                1 => "the version",
                _ => "one of the versions",
            };
            let known = known("no version is currently recorded as deployed/released in this environment");
            format!("{which} of {name} currently in {environment} {known}")
        }
    }
}
