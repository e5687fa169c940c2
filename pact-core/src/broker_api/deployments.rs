use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Links;

/// Whom to ask about an environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Who.
    pub name: String,
    /// How to reach them: members of any kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

/// The body that creates or replaces an environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentRequest {
    /// Its name: unique, without spaces.
    pub name: String,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether it is what customers use.
    pub production: bool,
    /// Whom to ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
}

/// A place that versions are deployed or released to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// What identifies it.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether it is what customers use.
    #[serde(default)]
    pub production: bool,
    /// Whom to ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// When it was changed last, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
}

/// A list of environments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Environments {
    /// The environments.
    #[serde(rename = "_embedded", default)]
    pub embedded: EmbeddedEnvironments,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
}

/// What [`Environments`] holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct EmbeddedEnvironments {
    /// The environments.
    #[serde(default)]
    pub environments: Vec<Environment>,
}

/// The body that records a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RecordDeployment {
    /// Which of several instances of the application in that environment; none is an instance of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_instance: Option<String>,
    /// An older name for the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// The body that ends a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeployedVersionChange {
    /// Always `false`: a deployment begins by being recorded.
    pub currently_deployed: bool,
}

/// What a deployment or release is about.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DeployedVersionContext {
    /// The participant.
    #[serde(default)]
    pub pacticipant: Value,
    /// The version.
    #[serde(default)]
    pub version: Value,
    /// The environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
}

/// That a version is, or was, deployed in an environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeployedVersion {
    /// What identifies it.
    pub uuid: String,
    /// Whether it still is.
    #[serde(default)]
    pub currently_deployed: bool,
    /// An older name for the instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Which instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_instance: Option<String>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undeployed_at: Option<String>,
    /// When it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// The participant, the version and, where it is not plain from the context, the environment.
    #[serde(rename = "_embedded", default)]
    pub embedded: DeployedVersionContext,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
}

/// A list of deployed versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeployedVersions {
    /// The deployed versions.
    #[serde(rename = "_embedded", default)]
    pub embedded: EmbeddedDeployedVersions,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
}

/// What [`DeployedVersions`] holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmbeddedDeployedVersions {
    /// The deployed versions.
    #[serde(default)]
    pub deployed_versions: Vec<DeployedVersion>,
}

/// That a version is, or was, released and supported in an environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleasedVersion {
    /// What identifies it.
    pub uuid: String,
    /// Whether it still is supported.
    #[serde(default)]
    pub currently_supported: bool,
    /// When support ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_ended_at: Option<String>,
    /// When it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// The participant, the version and, where it is not plain from the context, the environment.
    #[serde(rename = "_embedded", default)]
    pub embedded: DeployedVersionContext,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
}

/// A list of released versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReleasedVersions {
    /// The released versions.
    #[serde(rename = "_embedded", default)]
    pub embedded: EmbeddedReleasedVersions,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
}

/// What [`ReleasedVersions`] holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmbeddedReleasedVersions {
    /// The released versions.
    #[serde(default)]
    pub released_versions: Vec<ReleasedVersion>,
}
