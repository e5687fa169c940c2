//! What the events say, and the indexes that the questions need.
//!
//! Everything is in persistent maps: a clone shares all it has with the original and costs a few dozen counters, a
//! change copies a handful of nodes. So the writer works on a clone per command, and readers keep the state they began
//! with for as long as they like. Removal and change touch only what belongs to the thing.

mod apply;
mod order;
mod read;
mod remove;
mod snapshot;
mod webhooks;

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use pactwright_core::{
    digest::ContentSha,
    names::{BranchName, EnvironmentName, ParticipantName, TagName, VersionNumber},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use apply::Inconsistent;
pub use order::Place;
pub use snapshot::{InvalidSnapshot, STATE_FORMAT};

use super::model::{
    Branch, BranchId, Content, ContentId, Deployment, DeploymentId, Environment, EnvironmentId, Occasion,
    Pact, PactId, Participant, ParticipantId, Release, ReleaseId, ResultNumber, Timestamp, Trigger,
    TriggerId, VerificationResult, Version, VersionId, Webhook, WebhookId, WebhookKey,
};
use crate::domain::rules::VersionOrder;

/// A table: things by their identifiers, in the order in which they were first seen.
type Table<I, T> = OrdMap<I, Arc<T>>;

/// The state after some position of the log.
///
/// Whoever gives it, or what it keeps, another member or another meaning raises [`STATE_FORMAT`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    next: Next,
    order: VersionOrder,

    participants: Table<ParticipantId, Participant>,
    participants_by_name: OrdMap<ParticipantName, ParticipantId>,

    versions: Table<VersionId, Version>,
    versions_by_number: OrdMap<(ParticipantId, VersionNumber), VersionId>,
    versions_of: OrdSet<(ParticipantId, VersionId)>,

    branches: Table<BranchId, Branch>,
    branches_by_name: OrdMap<(ParticipantId, BranchName), BranchId>,
    /// Versions of a branch in the order they were added: the last one is the head.
    branch_members: OrdSet<(BranchId, u32, VersionId)>,

    tagged: OrdMap<(ParticipantId, TagName), OrdSet<VersionId>>,
    tag_first_used: OrdMap<(ParticipantId, TagName), Timestamp>,

    contents: Table<ContentId, Content>,
    contents_by_sha: OrdMap<(ParticipantId, ParticipantId, ContentSha), ContentId>,
    pacts: OrdMap<PactId, Pact>,
    pacts_by_version: OrdMap<(VersionId, ParticipantId), PactId>,
    /// (consumer, provider, consumer version)
    pacts_by_pair: OrdMap<(ParticipantId, ParticipantId, VersionId), PactId>,
    /// (provider, consumer) with how many contracts there are.
    consumers_of: OrdMap<(ParticipantId, ParticipantId), u32>,
    pacts_by_content: OrdSet<(ContentId, VersionId, PactId)>,

    results: Table<ResultNumber, VerificationResult>,
    results_by_content: OrdSet<(ContentId, VersionId, ResultNumber)>,
    results_by_version: OrdSet<(VersionId, ResultNumber)>,

    environments: Table<EnvironmentId, Environment>,
    environments_by_uuid: OrdMap<Uuid, EnvironmentId>,
    environments_by_name: OrdMap<EnvironmentName, EnvironmentId>,

    deployments: Table<DeploymentId, Deployment>,
    deployments_by_uuid: OrdMap<Uuid, DeploymentId>,
    deployments_by_version: OrdSet<(VersionId, DeploymentId)>,
    /// What is deployed now: (environment, participant, instance).
    deployed: OrdMap<(EnvironmentId, ParticipantId, Option<Arc<str>>), DeploymentId>,

    releases: Table<ReleaseId, Release>,
    releases_by_uuid: OrdMap<Uuid, ReleaseId>,
    releases_by_version: OrdMap<(VersionId, EnvironmentId), ReleaseId>,
    /// What is supported now.
    supported: OrdMap<(EnvironmentId, ParticipantId, VersionId), ReleaseId>,

    webhooks: Table<WebhookId, Webhook>,
    webhooks_by_key: OrdMap<WebhookKey, WebhookId>,

    triggers: Table<TriggerId, Trigger>,
    triggers_by_uuid: OrdMap<Uuid, TriggerId>,
    triggers_by_pair: OrdSet<(ParticipantId, ParticipantId, TriggerId)>,
    triggers_by_occasion: OrdSet<(Occasion, TriggerId)>,
    /// What is still to be delivered: receiver, when to try, what.
    outbox: OrdSet<(Arc<str>, Timestamp, TriggerId)>,
    /// What was given up, of webhooks that are still there.
    dead_letters: OrdSet<TriggerId>,
    /// Contents that waited too long for a first result, and of which that was said.
    overdue: OrdSet<ContentId>,
    attempts: u64,
}

/// The next identifier of each kind. They are never used twice, so that an old address never leads to something new.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Next {
    participant: u32,
    version: u32,
    branch: u32,
    branch_sequence: u32,
    content: u32,
    pact: u32,
    result: u32,
    environment: u32,
    deployment: u32,
    release: u32,
    webhook: u32,
    trigger: u32,
}

/// Takes the next number of a counter.
fn take<I: From<u32>>(counter: &mut u32) -> I {
    let number = *counter;
    *counter += 1;
    I::from(number)
}

#[cfg(test)]
pub(crate) mod tests;
