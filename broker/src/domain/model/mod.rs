//! The nouns: participants, versions, branches, contracts, results, environments.

mod contracts;
mod deployments;
mod ids;
mod participants;
mod semantic;
mod shared;
mod time;

pub use contracts::{Content, FailedInteraction, Pact, VerificationResult};
pub use deployments::{Deployment, Environment, Release};
pub use ids::{
    BranchId, ContentId, DeploymentId, EnvironmentId, PactId, ParticipantId, ReleaseId, ResultNumber,
    VersionId,
};
pub use participants::{Branch, BranchMembership, Participant, Profile, TagUse, Version};
pub use semantic::{InvalidRange, VersionRange, semantic_version};
pub use time::{InvalidTimestamp, Timestamp};
