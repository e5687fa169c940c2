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
    /// Where it came from. Results of one build share it.
    #[serde(default, with = "shared::thing", skip_serializing_if = "Option::is_none")]
    pub source: Option<Arc<ResultSource>>,
    /// What only some results have. There may be millions of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<Box<More>>,
}

/// Where a verification result came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct ResultSource {
    /// Where the build can be looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_url: Option<Box<str>>,
    /// What did the verification, as compact JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<Box<str>>,
}

/// What some verification results say beyond success and failure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct More {
    /// How long the provider took to answer, as compact JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_times: Option<Box<str>>,
    /// Where the results of the single tests are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_results: Option<BlobKey>,
    /// The interactions that failed, as far as the tests tell.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub failed: Box<[FailedInteraction]>,
}

impl VerificationResult {
    /// Where the build can be looked at.
    pub fn build_url(&self) -> Option<&str> {
        self.source.as_ref()?.build_url.as_deref()
    }

    /// What did the verification, as compact JSON.
    pub fn verified_by(&self) -> Option<&str> {
        self.source.as_ref()?.verified_by.as_deref()
    }

    /// The interactions that failed, as far as the tests tell.
    pub fn failed(&self) -> &[FailedInteraction] {
        self.more.as_ref().map_or(&[], |more| &more.failed)
    }

    /// How long the provider took to answer, as compact JSON.
    pub fn response_times(&self) -> Option<&str> {
        self.more.as_ref()?.response_times.as_deref()
    }

    /// Where the results of the single tests are.
    pub fn test_results(&self) -> Option<BlobKey> {
        self.more.as_ref()?.test_results
    }

    /// Whether an interaction is among those that failed.
    pub fn has_failed(&self, interaction: &str) -> bool {
        self.failed().iter().any(|failed| failed.id == interaction)
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
