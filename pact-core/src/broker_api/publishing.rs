use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Links;

/// The body of `POST /contracts/publish`: one consumer version with all its contracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishContracts {
    /// The consumer.
    pub pacticipant_name: String,
    /// The consumer's version.
    pub pacticipant_version_number: String,
    /// The branch that the version was built from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Tags to put on the version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Where the build can be looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_url: Option<String>,
    /// The contracts.
    pub contracts: Vec<PublishContract>,
}

/// One contract in a [`PublishContracts`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishContract {
    /// The consumer: the same as in the envelope.
    pub consumer_name: String,
    /// The provider.
    pub provider_name: String,
    /// The kind of contract: `pact`.
    pub specification: String,
    /// The media type of the content: `application/json`.
    pub content_type: String,
    /// The contract file, in Base64.
    pub content: String,
    /// What is to happen when there is a contract already for this consumer version and provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_conflict: Option<OnConflict>,
}

impl PublishContract {
    /// A pact file, ready to be published.
    pub fn pact(consumer: &str, provider: &str, file: &[u8]) -> Self {
        Self {
            consumer_name: consumer.to_owned(),
            provider_name: provider.to_owned(),
            specification: "pact".to_owned(),
            content_type: "application/json".to_owned(),
            content: base64::engine::general_purpose::STANDARD.encode(file),
            on_conflict: None,
        }
    }
}

/// What to do when a consumer version has a contract with that provider already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnConflict {
    /// Put the new one in its place, where the broker allows it.
    #[default]
    Overwrite,
    /// Put the interactions of both together.
    Merge,
}

/// What a publication did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishedContracts {
    /// The notices in an older form.
    #[serde(default)]
    pub logs: Vec<LogLine>,
    /// What to tell the person who published, in order.
    #[serde(default)]
    pub notices: Vec<Notice>,
    /// The participant and the version.
    #[serde(rename = "_embedded", default)]
    pub embedded: Value,
    /// Where the contracts are now.
    #[serde(rename = "_links", default)]
    pub links: Links,
}

/// A notice in the form that older clients read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// The kind of message.
    pub level: NoticeKind,
    /// The message.
    pub message: String,
    /// That notices are to be read instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecation_warning: Option<String>,
}

/// A message for the person at the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The kind of message; clients choose its colour by it.
    #[serde(rename = "type")]
    pub kind: NoticeKind,
    /// The message.
    pub text: String,
}

/// Kinds of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    /// What happened, in detail.
    Debug,
    /// Something worth knowing.
    Info,
    /// It worked.
    Success,
    /// It worked, but.
    Warning,
    /// What to do next.
    Prompt,
    /// It did not work.
    Error,
    /// A kind that this version does not know.
    #[serde(other)]
    Other,
}

impl Notice {
    /// A message of that kind.
    pub fn new(kind: NoticeKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}
