use std::sync::Arc;

use pactwright_core::{broker_api::Contact, names::EnvironmentName};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{DeploymentId, EnvironmentId, ParticipantId, ReleaseId, Timestamp, VersionId, shared};

/// A place that versions are deployed or released to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Its identifier inside this state.
    pub id: EnvironmentId,
    /// What identifies it to clients.
    pub uuid: Uuid,
    /// Its name: unique.
    pub name: EnvironmentName,
    /// A name for people.
    pub display_name: Option<String>,
    /// Whether it is what customers use.
    pub production: bool,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Option<Timestamp>,
}

/// That a version is or was deployed to an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Its identifier inside this state.
    pub id: DeploymentId,
    /// What identifies it to clients.
    pub uuid: Uuid,
    /// Whose version it is.
    pub participant: ParticipantId,
    /// The version.
    pub version: VersionId,
    /// The environment.
    pub environment: EnvironmentId,
    /// Which instance of the application; none is an instance of its own.
    #[serde(default, with = "shared::text", skip_serializing_if = "Option::is_none")]
    pub instance: Option<Arc<str>>,
    /// Whether the broker recorded it because of a tag.
    pub auto_created: bool,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// When it ended, if it did.
    pub undeployed_at: Option<Timestamp>,
}

/// That a version is or was released to, and supported in, an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its identifier inside this state.
    pub id: ReleaseId,
    /// What identifies it to clients.
    pub uuid: Uuid,
    /// Whose version it is.
    pub participant: ParticipantId,
    /// The version.
    pub version: VersionId,
    /// The environment.
    pub environment: EnvironmentId,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// When support ended, if it did.
    pub support_ended_at: Option<Timestamp>,
}
