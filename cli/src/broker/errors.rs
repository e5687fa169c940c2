//! Why the broker could not be asked, or said no.

use std::path::PathBuf;

use pactwright_core::names::{EnvironmentName, ParticipantName, VersionNumber};
use pactwright_verifier::client::{ClientError, HttpError, NoConnectionReason, RemoteError};
use thiserror::Error;

use crate::exit::{CommandError, Exit};

/// Why a question to the broker was not answered.
#[derive(Debug, Error)]
pub(crate) enum BrokerError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(
        "no broker at {at}: {reason}. Start it, or give its address with --broker-base-url or PACT_BROKER_BASE_URL"
    )]
    NoConnection { at: String, reason: NoConnectionReason },
    #[error("the broker refuses (status {status}): {explanation}")]
    Refused { status: u16, explanation: String },
    #[error(transparent)]
    Remote(RemoteError),
    // Not with what was given: it may be a secret.
    #[error("the value of --custom-header number {place} is not of the form `Name: value`")]
    Header { place: usize },
    #[error("{base} has no link `{relation}`: is it a Pact broker, and recent enough?")]
    NoLink { base: String, relation: &'static str },
    #[error("{} cannot be read", path.display())]
    Certificates { path: PathBuf, source: std::io::Error },
    #[error("the password in {} cannot be read", path.display())]
    PasswordFile { path: PathBuf, source: std::io::Error },
    #[error(
        "the broker knows no application {participant}; check its name, or publish its contracts or results first"
    )]
    NoSuchParticipant { participant: ParticipantName },
    #[error("the broker knows no version {version} of {participant}; publish its contracts or results first")]
    NoSuchVersion { participant: ParticipantName, version: VersionNumber },
    #[error("there is no environment `{name}`; the broker knows {}", if known.is_empty() { "none" } else { known })]
    NoSuchEnvironment { name: EnvironmentName, known: String },
    #[error(
        "there is no environment with the UUID `{uuid}`; `pactwright list-environments` shows those that there are"
    )]
    NoSuchEnvironmentUuid { uuid: String },
}

impl From<RemoteError> for BrokerError {
    fn from(error: RemoteError) -> Self {
        match error {
            // What the broker says counts, not the address that it was asked at.
            RemoteError::Refused { status, explanation, .. } if !explanation.is_empty() => {
                Self::Refused { status, explanation }
            }
            RemoteError::Http(HttpError::NoConnection { url, reason, .. }) => {
                // Which of its documents was asked for does not matter.
                let end = url.match_indices('/').nth(2).map_or(url.len(), |(end, _)| end);
                Self::NoConnection { at: url[..end].to_owned(), reason }
            }
            other => Self::Remote(other),
        }
    }
}

impl CommandError for BrokerError {
    /// A refusal is an answer; anything else means that nothing could be asked.
    fn exit(&self) -> Exit {
        match self {
            Self::Refused { status: 400..=499, .. }
            | Self::Remote(
                RemoteError::Refused { status: 400..=499, .. }
                | RemoteError::Unauthorised { status: 403, .. }
                | RemoteError::NotFound { .. },
            )
            | Self::NoSuchParticipant { .. }
            | Self::NoSuchVersion { .. }
            | Self::NoSuchEnvironment { .. }
            | Self::NoSuchEnvironmentUuid { .. } => Exit::No,
            Self::Refused { .. }
            | Self::Remote(_)
            | Self::Client(_)
            | Self::NoConnection { .. }
            | Self::Header { .. }
            | Self::Certificates { .. }
            | Self::PasswordFile { .. }
            | Self::NoLink { .. } => Exit::CouldNotRun,
        }
    }
}
