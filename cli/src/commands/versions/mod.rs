//! Versions of applications, their branches and their tags: one file per command, and what they share.

pub(crate) mod create_or_update;
pub(crate) mod create_tag;
pub(crate) mod delete_branch;
pub(crate) mod delete_tag;
pub(crate) mod describe;

use pactwright_core::broker_api::Tag;
use pactwright_core::names::{BranchName, InvalidName, ParticipantName, TagName, VersionNumber};
use serde_json::{Value, json};
use thiserror::Error;

use crate::broker::{Broker, BrokerError, EntryPoint, Whole};
use crate::ci::{Found, NoBranch};
use crate::exit::{CommandError, Exit};

/// Why nothing was done, or found.
#[derive(Debug, Error)]
pub(crate) enum VersionError {
    #[error(transparent)]
    Broker(#[from] BrokerError),
    #[error(transparent)]
    NoBranch(#[from] NoBranch),
    #[error("the branch {found} cannot be a tag")]
    Detected { found: Found, source: InvalidName },
    #[error(
        "the broker knows no version {version} of {participant}, so nothing was tagged; --auto-create-version creates it"
    )]
    NothingToTag { participant: ParticipantName, version: VersionNumber },
    #[error("{participant} {version} has no tag `{tag}`; nothing was deleted")]
    NoSuchTag { participant: ParticipantName, version: VersionNumber, tag: TagName },
    #[error("{participant} has no branch `{branch}`; nothing was deleted")]
    NoSuchBranch { participant: ParticipantName, branch: BranchName },
    #[error("{participant} has no version{} yet", tag.as_ref().map(|tag| format!(" with the tag `{tag}`")).unwrap_or_default())]
    NoLatest { participant: ParticipantName, tag: Option<TagName> },
}

impl CommandError for VersionError {
    fn exit(&self) -> Exit {
        match self {
            Self::Broker(error) => error.exit(),
            Self::NoBranch(_) | Self::Detected { .. } => Exit::CouldNotRun,
            Self::NothingToTag { .. }
            | Self::NoSuchTag { .. }
            | Self::NoSuchBranch { .. }
            | Self::NoLatest { .. } => Exit::No,
        }
    }
}

/// Where a tag of a version is.
fn tag_address(
    index: &EntryPoint,
    participant: &ParticipantName,
    version: &VersionNumber,
    tag: &TagName,
) -> Result<String, BrokerError> {
    let variables =
        [("pacticipant", participant.as_str()), ("version", version.as_str()), ("tag", tag.as_str())];
    index.address("pb:pacticipant-version-tag", &variables)
}

/// Puts tags on a version, which comes to be with the first where it was not.
async fn put_tags(
    broker: &Broker,
    index: &EntryPoint,
    participant: &ParticipantName,
    version: &VersionNumber,
    tags: &[TagName],
) -> Result<Vec<Whole<Tag>>, BrokerError> {
    let mut put = Vec::new();
    for tag in tags {
        let address = tag_address(index, participant, version, tag)?;
        put.push(broker.put(&address, &json!({})).await?);
    }
    Ok(put)
}

/// What a version has under a name in its `_embedded`: names, and whether it is the latest of them.
fn embedded_names(embedded: &Value, list: &str) -> Vec<String> {
    let items = embedded[list].as_array().map(Vec::as_slice).unwrap_or_default();
    let shown = |item: &Value| {
        let name = item["name"].as_str()?;
        Some(if item["latest"] == true { format!("{name} (latest)") } else { name.to_owned() })
    };
    items.iter().filter_map(shown).collect()
}
