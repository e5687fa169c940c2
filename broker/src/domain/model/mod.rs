//! The nouns: participants, versions, branches, contracts, results, environments, webhooks.

mod contracts;
mod deployments;
mod ids;
mod participants;
mod secrets;
mod semantic;
mod shared;
mod time;
mod webhooks;

pub use contracts::{Content, FailedInteraction, More, Pact, ResultSource, VerificationResult};
pub use deployments::{Deployment, Environment, Release};
pub use ids::{
    BranchId, ContentId, DeploymentId, EnvironmentId, PactId, ParticipantId, ReleaseId, ResultNumber, TagId,
    TriggerId, VersionId, WebhookId,
};
pub use participants::{Branch, BranchMembership, Participant, Profile, TagUse, Version};
pub use secrets::{KeyId, Revealed, Sealed, Secret};
pub use semantic::{InvalidRange, VersionRange, semantic_version};
pub use time::{InvalidTimestamp, Timestamp};
pub use webhooks::{
    Attempt, InvalidWebhookKey, NamedSecret, Occasion, RequestHeader, SecretField, Side, Trigger,
    TriggerStatus, Webhook, WebhookDetails, WebhookEvent, WebhookKey, WebhookRequest, is_sensitive_header,
};
