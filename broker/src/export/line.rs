//! What a line of an export says.

use pactwright_core::{
    digest::ContentSha,
    names::{BranchName, EnvironmentName, ParticipantName, TagName, VersionNumber},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::domain::{
    event::EnvironmentDetails,
    model::{FailedInteraction, Profile, ResultNumber, Timestamp, WebhookDetails, WebhookKey},
};

/// The version of the lines.
pub const FORMAT: u32 = 1;

/// One line: one fact, with names and UUIDs, never with numbers of one state. Times are UTC, to the microsecond.
///
/// New members get defaults; another meaning raises [`FORMAT`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Line {
    /// The first one.
    Export {
        /// [`FORMAT`].
        format: u32,
        /// Whether the secrets of webhooks are there.
        secrets: bool,
    },
    /// A participant.
    Participant(Participant),
    /// When a tag was used first by a participant: what is pending depends on it, even if the tag is gone.
    TagFirstUsed(TagFirstUsed),
    /// An environment.
    Environment(Environment),
    /// A version. Those of a participant come in their order: the last one is the latest.
    Version(Version),
    /// A branch.
    Branch(Branch),
    /// That a version is on a branch. The last one of a branch is its head.
    BranchVersion(BranchVersion),
    /// What contracts between a consumer and a provider say, each text once.
    Content(Content),
    /// That a consumer version has a contract.
    Contract(Contract),
    /// A verification result.
    Result(Box<VerificationResult>),
    /// A deployment. Those of a participant come in their order.
    Deployment(Deployment),
    /// A release.
    Release(Release),
    /// A webhook.
    Webhook(Box<Webhook>),
    /// The last one.
    End {
        /// How many lines there are between the first and this one.
        lines: u64,
    },
}

/// Something with the moment that it was put there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Added<N> {
    /// Its name.
    pub name: N,
    /// Since when.
    pub at: Timestamp,
}

#[expect(missing_docs, reason = "the members are those of the model")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Participant {
    pub name: ParticipantName,
    #[serde(flatten)]
    pub profile: Profile,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Added<String>>,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

#[expect(missing_docs, reason = "the members are those of the model")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TagFirstUsed {
    pub participant: ParticipantName,
    pub tag: TagName,
    pub at: Timestamp,
}

#[expect(missing_docs, reason = "the members are those of the model")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    pub uuid: Uuid,
    #[serde(flatten)]
    pub details: EnvironmentDetails,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

#[expect(missing_docs, reason = "the members are those of the model")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    pub participant: ParticipantName,
    pub version: VersionNumber,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Added<TagName>>,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

#[expect(missing_docs, reason = "the members are those of the model")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    pub participant: ParticipantName,
    pub branch: BranchName,
    #[serde(default)]
    pub auto_created: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[expect(missing_docs, reason = "the members are those of the model")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BranchVersion {
    pub participant: ParticipantName,
    pub branch: BranchName,
    pub version: VersionNumber,
    pub at: Timestamp,
}

#[expect(missing_docs, reason = "the members are those of the model")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    pub consumer: ParticipantName,
    pub provider: ParticipantName,
    pub sha: ContentSha,
    pub created_at: Timestamp,
    /// The contract, as it was kept: JSON in a string, so that not a digit of it changes.
    pub text: String,
}

#[expect(missing_docs, reason = "the members are those of the model")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    pub consumer: ParticipantName,
    pub version: VersionNumber,
    pub provider: ParticipantName,
    /// Of the content.
    pub sha: ContentSha,
    /// How often the version was given a content.
    #[serde(default = "once")]
    pub revision: u32,
    pub created_at: Timestamp,
}

const fn once() -> u32 {
    1
}

#[expect(missing_docs, reason = "the members are those of the model")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerificationResult {
    pub number: ResultNumber,
    pub consumer: ParticipantName,
    pub provider: ParticipantName,
    /// Of the content.
    pub sha: ContentSha,
    /// Of the provider.
    pub version: VersionNumber,
    pub success: bool,
    #[serde(default)]
    pub wip: bool,
    #[serde(default)]
    pub pending: bool,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_times: Option<Value>,
    /// As it was kept: JSON in a string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_results: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedInteraction>,
}

#[expect(missing_docs, reason = "the members are those of the model")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    pub uuid: Uuid,
    pub participant: ParticipantName,
    pub version: VersionNumber,
    /// The name.
    pub environment: EnvironmentName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    #[serde(default)]
    pub auto_created: bool,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undeployed_at: Option<Timestamp>,
}

#[expect(missing_docs, reason = "the members are those of the model")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    pub uuid: Uuid,
    pub participant: ParticipantName,
    pub version: VersionNumber,
    /// The name.
    pub environment: EnvironmentName,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_ended_at: Option<Timestamp>,
}

#[expect(missing_docs, reason = "the members are those of the model")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Webhook {
    pub uuid: WebhookKey,
    #[serde(flatten)]
    pub details: WebhookDetails,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}
