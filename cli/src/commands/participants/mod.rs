//! The applications that take part in contracts: one file per command.

pub(crate) mod create_or_update;
pub(crate) mod describe;
pub(crate) mod list;

use pactwright_core::broker_api::Participant;

/// The number of its latest version.
fn latest_version(participant: &Participant) -> Option<&str> {
    participant.embedded["latestVersion"]["number"].as_str()
}

/// Its labels.
fn labels(participant: &Participant) -> Vec<&str> {
    let labels = participant.embedded["labels"].as_array().map(Vec::as_slice).unwrap_or_default();
    labels.iter().filter_map(|label| label["name"].as_str()).collect()
}
