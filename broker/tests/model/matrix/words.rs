//! The reasons of a verdict, and their words.

use super::{Meaning, Selector, Which};
use crate::names::Name;

/// What a reason speaks of: a selector, and the version that it means here.
type Meant = (Meaning, Option<Name>);

/// Why the verdict is what it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reason {
    CannotIgnore { participant: Name, version: Option<Name>, participant_exists: bool },
    NoEnvironment,
    NoVersion,
    Absent(Selector),
    Failed { consumer: Meant, provider: Meant },
    Unverified { consumer: Meant, provider: Meant },
    AllSuccessful,
    NothingNeeded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Warning,
    Error,
    Success,
}

impl Reason {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::CannotIgnore { .. } | Self::NoEnvironment | Self::NoVersion => Kind::Warning,
            Self::Absent(_) | Self::Failed { .. } | Self::Unverified { .. } => Kind::Error,
            Self::AllSuccessful | Self::NothingNeeded => Kind::Success,
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Self::CannotIgnore { participant, version, participant_exists } => {
                let what = version.map_or("any version".to_owned(), |number| format!("version {number}"));
                let why = if *participant_exists { "version" } else { "pacticipant" };
                format!("WARN: Cannot ignore {what} of {participant} (no such {why} exists)")
            }
            Self::NoEnvironment => "WARN: It is recommended to specify the environment into which you are deploying. \
                                    Without the environment, this result will not be reliable."
                .to_owned(),
            Self::NoVersion => "WARN: It is recommended to specify the version number (rather than the tag or branch) of \
                                the pacticipant you wish to deploy to avoid race conditions. Without a version number, \
                                this result will not be reliable."
                .to_owned(),
            Self::Absent(Selector { participant, which }) => match which {
                Which::Number(number) => {
                    format!("No pacts or verifications have been published for version {number} of {participant}")
                }
                Which::Any | Which::Known(_) | Which::Latest => {
                    format!("No pacts or verifications have been published for {participant}")
                }
                Which::Tag { tag, .. } => format!("No version with tag {tag} exists for {participant}"),
                Which::Range { range, .. } => format!("No version of {participant} is in the range {range}"),
                Which::Branch { branch, .. } => format!("No version of {participant} from branch {branch} exists"),
                Which::MainBranch { .. } => format!("No version of {participant} from the main branch exists"),
                Which::Environment(environment) => format!(
                    "No version of {participant} is currently recorded as deployed or released in environment \
                     {environment}"
                ),
            },
            Self::Failed { consumer, provider } => {
                let (consumer, provider) = (description(consumer), description(provider));
                format!("The verification for the pact between {consumer} and {provider} failed")
            }
            Self::Unverified { consumer, provider } => {
                let (consumer, provider) = (description(consumer), description(provider));
                format!("There is no verified pact between {consumer} and {provider}")
            }
            Self::AllSuccessful => {
                "All required verification results are published and successful".to_owned()
            }
            Self::NothingNeeded => "There are no missing dependencies".to_owned(),
        }
    }
}

fn description((meaning, version): &Meant) -> String {
    let Selector { participant, which } = meaning.selector;
    // Environments and branches say in their own words that nothing is there.
    let number = version.unwrap_or("no such version exists");
    let one_of = |latest| if latest { "the latest version" } else { "one of the versions" };
    match which {
        Which::Any | Which::Known(_) => format!("any version of {participant}"),
        Which::Number(number) if version.is_some() => format!("version {number} of {participant}"),
        Which::Number(number) => format!("version {number} of {participant} (no such version exists)"),
        Which::Latest => format!("the latest version of {participant} ({number})"),
        Which::Tag { tag, latest } => {
            let which = if latest { "the latest version" } else { "a version" };
            format!("{which} of {participant} with tag {tag} ({number})")
        }
        Which::Range { range, latest } => {
            let which = if latest { "the greatest version" } else { "a version" };
            format!("{which} of {participant} in the range {range} ({number})")
        }
        Which::Branch { branch, latest } => match version {
            Some(number) => format!("{} of {participant} from branch {branch} ({number})", one_of(latest)),
            None => format!(
                "any version of {participant} from branch {branch} (no versions exist for this branch)"
            ),
        },
        Which::MainBranch { latest } => match (version, meaning.main_branch) {
            (Some(number), Some(branch)) => {
                format!("{} of {participant} from branch {branch} ({number})", one_of(latest))
            }
            _ => format!(
                "any version of {participant} from the main branch (no versions exist for this branch)"
            ),
        },
        Which::Environment(environment) => {
            let which = match meaning.versions.len() {
                0 => "a version",
                1 => "the version",
                _ => "one of the versions",
            };
            let number = version
                .unwrap_or("no version is currently recorded as deployed/released in this environment");
            format!("{which} of {participant} currently in {environment} ({number})")
        }
    }
}
