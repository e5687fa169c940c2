use std::sync::Arc;

use pactwright_core::digest::ContentSha;
use serde::{Deserialize, Serialize};

use super::{ContentId, PactId, ParticipantId, ResultNumber, Timestamp, VersionId, shared};
use crate::store::BlobKey;

/// The distinct content of contracts between a consumer and a provider. Results belong to it, not to one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its identifier.
    pub id: ContentId,
    /// The consumer.
    pub consumer: ParticipantId,
    /// The provider.
    pub provider: ParticipantId,
    /// What identifies it to clients.
    pub sha: ContentSha,
    /// Where its text is: the first that was published with this digest.
    pub body: BlobKey,
    /// When it was first published.
    pub created_at: Timestamp,
}

/// A contract: what one consumer version asks of one provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pact {
    /// Its identifier.
    pub id: PactId,
    /// The consumer.
    pub consumer: ParticipantId,
    /// The provider.
    pub provider: ParticipantId,
    /// The consumer's version.
    pub version: VersionId,
    /// What it says now.
    pub content: ContentId,
    /// How often its content was set: 1 unless it was changed.
    pub revision: u32,
    /// When its content was set.
    pub created_at: Timestamp,
}

/// That one provider version was checked against one content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationResult {
    /// Its number.
    pub number: ResultNumber,
    /// The content.
    pub content: ContentId,
    /// The provider's version.
    pub version: VersionId,
    /// Whether the provider did all that the contract asks.
    pub success: bool,
    /// Whether the contract was verified only because it is work in progress.
    pub wip: bool,
    /// Whether the provider had been told that the contract is pending.
    pub pending: bool,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// Where the build can be looked at.
    #[serde(default, with = "shared::text", skip_serializing_if = "Option::is_none")]
    pub build_url: Option<Arc<str>>,
    /// What did the verification, as compact JSON.
    #[serde(default, with = "shared::text", skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<Arc<str>>,
    /// How long the provider took to answer, as compact JSON.
    #[serde(default, with = "shared::text", skip_serializing_if = "Option::is_none")]
    pub response_times: Option<Arc<str>>,
    /// Where the results of the single tests are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_results: Option<BlobKey>,
    /// The interactions that failed, as far as the tests tell.
    #[serde(default, with = "shared::list", skip_serializing_if = "<[_]>::is_empty")]
    pub failed: Arc<[FailedInteraction]>,
}

impl VerificationResult {
    /// Whether an interaction is among those that failed.
    pub fn has_failed(&self, interaction: &str) -> bool {
        self.failed.iter().any(|failed| failed.id == interaction)
    }
}

/// An interaction that a provider version did not do as a contract asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedInteraction {
    /// What identifies it: the `_id` that the broker gave it.
    pub id: String,
    /// Its description.
    pub description: String,
}
