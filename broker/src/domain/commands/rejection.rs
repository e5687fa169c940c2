use pactwright_core::names::{EnvironmentName, ParticipantName, VersionNumber};

use super::publish_contracts::merge::MergeConflict;
use crate::domain::{
    access::{Denied, TeamName},
    model::SecretField,
    state::Inconsistent,
};
use crate::store::BlobKey;

/// Why a command changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// There is no participant of that name.
    #[error("No pacticipant with name '{name}' found")]
    UnknownParticipant {
        /// The name that was asked for.
        name: String,
    },
    /// What is to be changed is not there.
    #[error("{what} was not found")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// An environment of that name exists.
    #[error("name '{name}' is already used by an existing environment.")]
    EnvironmentNameTaken {
        /// The name.
        name: EnvironmentName,
    },
    /// A webhook goes to another address now, and its secrets were not given again: behind another path of the same host may
    /// be somebody else, and whoever may change a webhook need not be whoever knows its secrets.
    #[error("is another address than before; the secrets shown as stars have to be given again")]
    SecretOfOtherReceiver,
    /// Stars stand in the place of a secret that was never given.
    #[error("the {field} is stars, and there is no known one that they could mean: give the secret itself")]
    NoSecretToKeep {
        /// Where they stand.
        field: SecretField,
    },
    /// What is to be sent again is not given up.
    #[error("{what}")]
    NothingToRetry {
        /// Why there is nothing to do.
        what: &'static str,
    },
    /// Contracts cannot be published, for the reasons given.
    #[error("{}", conflicts.first().map_or_else(|| "conflict".to_owned(), ToString::to_string))]
    Conflicts {
        /// Every contract that cannot be published.
        conflicts: Vec<Conflict>,
    },
    /// Whoever asks may not do it.
    #[error(transparent)]
    Denied(Box<Denied>),
    /// A team that is named is not there.
    #[error("there is no team '{team}'; create it first")]
    UnknownTeam {
        /// The team.
        team: TeamName,
    },
    /// A team cannot be removed because it owns something.
    #[error("the team '{team}' owns {count} participants and environments; give them to another team first")]
    TeamOwns {
        /// The team.
        team: TeamName,
        /// How many it owns.
        count: usize,
    },
    /// Nobody would be left who could administer the broker.
    #[error(
        "the first user or token has to be an administrator everywhere: from then on the broker asks who calls, and nobody \
         else could administer it"
    )]
    FirstIsNoAdministrator,
    /// Nobody could say who is calling.
    #[error(
        "the first user has to have a password: from then on the broker asks who calls, and nobody could answer"
    )]
    FirstHasNoPassword,
    /// The broker decided something that does not fit its own state.
    #[error("the broker contradicted itself; nothing was changed")]
    Flaw(#[source] Inconsistent),
}

/// Why one contract cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// It is there already, and says something else.
    #[error(
        "Cannot change the content of the pact for {consumer} version {version} and provider {provider}, as race \
         conditions will cause unreliable results for can-i-deploy. Each pact must be published with a unique consumer \
         version number. Where example data are random, give fixed examples, so that the content stays the same. \
         For more information see https://docs.pact.io/go/versioning"
    )]
    ContentDiffers {
        /// The consumer.
        consumer: ParticipantName,
        /// The consumer's version.
        version: VersionNumber,
        /// The provider.
        provider: ParticipantName,
        /// Where the text of what is there is.
        published: BlobKey,
        /// The text of what was to be published.
        offered: String,
    },
    /// Another contract of the same publication, with the same provider, says something else.
    #[error(
        "Two contracts for {consumer} version {version} and provider {provider} were sent that say different things. \
         Send one contract for each provider, or let them be put together (\"onConflict\": \"merge\")."
    )]
    Contradiction {
        /// The consumer.
        consumer: ParticipantName,
        /// The consumer's version.
        version: VersionNumber,
        /// The provider.
        provider: ParticipantName,
    },
    /// It cannot be put together with what is there.
    #[error("The pact for {consumer} version {version} and provider {provider} cannot be merged: {reason}")]
    CannotMerge {
        /// The consumer.
        consumer: ParticipantName,
        /// The consumer's version.
        version: VersionNumber,
        /// The provider.
        provider: ParticipantName,
        /// Why.
        reason: MergeConflict,
    },
    /// A name that was never seen looks like another spelling of a known one.
    #[error(
        "This is the first time a pact has been published for \"{name}\". The name is very similar to {}. If you meant \
         to use one of these, correct the name and publish again. If \"{name}\" really is another application, create \
         it first (POST /pacticipants with {{\"name\": \"{name}\"}}) and publish again.",
        quoted(similar)
    )]
    SimilarName {
        /// The new name.
        name: ParticipantName,
        /// The known names.
        similar: Vec<ParticipantName>,
    },
}

fn quoted(names: &[ParticipantName]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

/// Whether something was made, or was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It was made.
    New,
    /// It was there.
    Known,
}

impl Existing {
    /// From whether it was made.
    pub fn new(is_new: bool) -> Self {
        if is_new { Self::New } else { Self::Known }
    }
}
