//! What the events say, and the indexes that the questions need.
//!
//! Everything is in persistent maps: a clone shares all it has with the original and costs a few dozen counters, a
//! change copies a handful of nodes. So the writer works on a clone per command, and readers keep the state they began
//! with for as long as they like. Removal and change touch only what belongs to the thing.

mod apply;
mod contracts;
mod counts;
mod deployments;
mod marks;
mod order;
mod overview;
mod participants;
mod read;
mod restore;
mod results;
mod snapshot;
mod versions;
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
pub use counts::Totals;
pub use marks::{Circle, Origin};

pub use order::Place;
pub use snapshot::{InvalidSnapshot, STATE_FORMAT};

use counts::Counts;
use marks::Mark;

use super::model::{
    Branch, BranchId, Content, ContentId, Deployment, DeploymentId, Environment, EnvironmentId, Occasion,
    Pact, PactId, Participant, ParticipantId, Release, ReleaseId, ResultNumber, ResultSource, TagId,
    Timestamp, Trigger, TriggerId, VerificationResult, Version, VersionId, Webhook, WebhookEvent, WebhookId,
    WebhookKey,
};
use crate::{
    domain::{access::Access, rules::VersionOrder},
    store::Position,
};

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
    versions_of: OrdSet<(ParticipantId, Place)>,

    branches: Table<BranchId, Branch>,
    branches_by_name: OrdMap<(ParticipantId, BranchName), BranchId>,
    /// Versions of a branch in the order they were added: the last one is the head.
    branch_members: OrdSet<(BranchId, u32, VersionId)>,

    /// The tags that versions of a participant have or had.
    tags: OrdMap<(ParticipantId, TagName), Tag>,
    tagged: OrdSet<(TagId, Place)>,

    contents: Table<ContentId, Content>,
    contents_by_sha: OrdMap<(ParticipantId, ParticipantId, ContentSha), ContentId>,
    /// (consumer, provider), those too that no contract has any more.
    contents_by_pair: OrdSet<(ParticipantId, ParticipantId, ContentId)>,
    /// The same for both of them.
    contents_by_party: OrdSet<(ParticipantId, ContentId)>,

    pacts: OrdMap<PactId, Pact>,
    pacts_by_version: OrdMap<(VersionId, ParticipantId), PactId>,
    /// (consumer, provider, consumer version)
    pacts_by_pair: OrdMap<(ParticipantId, ParticipantId, Place), PactId>,
    /// (consumer, provider, when its content was set)
    pacts_by_time: OrdSet<(ParticipantId, ParticipantId, Timestamp, PactId)>,
    pacts_by_content: OrdSet<(ContentId, Place, PactId)>,
    /// Those of the versions of a branch or with a tag: (branch or tag, provider, consumer version)
    pacts_by_mark: OrdMap<(Mark, ParticipantId, Place), PactId>,
    /// Those of versions without tags: (consumer, provider, consumer version)
    pacts_untagged: OrdMap<(ParticipantId, ParticipantId, Place), PactId>,
    /// Where a contract says something else than the one before it: (consumer, provider, consumer version)
    turns: OrdSet<(ParticipantId, ParticipantId, Place)>,
    /// (provider, consumer) with how many contracts there are.
    consumers_of: OrdMap<(ParticipantId, ParticipantId), u32>,
    /// (consumer, provider)
    providers_of: OrdSet<(ParticipantId, ParticipantId)>,
    /// The contracts of heads of branches and of the latest versions with a tag: (provider, when it was set)
    heads: OrdSet<(ParticipantId, Timestamp, PactId)>,
    /// What is on the dashboard: (consumer, its version, provider)
    shown: OrdMap<(ParticipantId, Place, ParticipantId), PactId>,

    results: Table<ResultNumber, VerificationResult>,
    /// By provider version.
    results_by_content: OrdSet<(ContentId, Place, ResultNumber)>,
    /// As they came.
    results_in_turn: OrdSet<(ContentId, ResultNumber)>,
    results_by_version: OrdSet<(VersionId, ResultNumber)>,
    /// (consumer, provider): of each content that there is a contract with, the last one.
    last_results: OrdSet<(ParticipantId, ParticipantId, ResultNumber)>,
    /// When versions succeeded that are on any branch, or have any tag.
    successes: OrdSet<(ContentId, Circle, Timestamp, ResultNumber)>,
    /// The last success of the versions of a branch or with a tag.
    last_successes: OrdMap<(ContentId, Origin, Mark), ResultNumber>,
    /// Results that say which interactions failed: (consumer, provider, provider version)
    failures: OrdSet<(ParticipantId, ParticipantId, Place, ResultNumber)>,
    /// Where results came from, with how many came from there.
    sources: OrdMap<Arc<ResultSource>, u32>,

    environments: Table<EnvironmentId, Environment>,
    environments_by_uuid: OrdMap<Uuid, EnvironmentId>,
    environments_by_name: OrdMap<EnvironmentName, EnvironmentId>,

    deployments: Table<DeploymentId, Deployment>,
    deployments_by_uuid: OrdMap<Uuid, DeploymentId>,
    deployments_by_version: OrdSet<(VersionId, DeploymentId)>,
    deployments_by_place: OrdSet<(EnvironmentId, ParticipantId, VersionId, DeploymentId)>,
    /// What is deployed now: (environment, participant, instance).
    deployed: OrdMap<(EnvironmentId, ParticipantId, Option<Arc<str>>), DeploymentId>,

    releases: Table<ReleaseId, Release>,
    releases_by_uuid: OrdMap<Uuid, ReleaseId>,
    releases_by_version: OrdMap<(VersionId, EnvironmentId), ReleaseId>,
    releases_by_place: OrdMap<(EnvironmentId, ParticipantId, VersionId), ReleaseId>,
    /// What is supported now.
    supported: OrdMap<(EnvironmentId, ParticipantId, VersionId), ReleaseId>,

    webhooks: Table<WebhookId, Webhook>,
    webhooks_by_key: OrdMap<WebhookKey, WebhookId>,

    triggers: Table<TriggerId, Trigger>,
    triggers_by_uuid: OrdMap<Uuid, TriggerId>,
    triggers_by_pair: OrdSet<(ParticipantId, ParticipantId, TriggerId)>,
    triggers_by_webhook: OrdSet<(ParticipantId, ParticipantId, WebhookId, WebhookEvent, TriggerId)>,
    triggers_by_occasion: OrdSet<(Occasion, TriggerId)>,
    /// What is still to be delivered: receiver, when to try, what.
    outbox: OrdSet<(Arc<str>, Timestamp, TriggerId)>,
    /// What was given up, of webhooks that are still there.
    dead_letters: OrdSet<TriggerId>,
    /// Contents that waited too long for a first result, and of which that was said.
    overdue: OrdSet<ContentId>,
    attempts: u64,

    access: Access,
    counts: Counts,

    /// Since when everything is known, if not from the beginning.
    horizon: Option<Horizon>,
}

/// Where the history that is kept begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Horizon {
    /// The first moment of which everything is known.
    pub since: Timestamp,
    /// The first position of the log with which everything is known.
    pub before: Position,
}

/// A tag of a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tag {
    id: TagId,
    first_used: Timestamp,
    /// How many versions have it now.
    uses: u32,
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
    tag: u32,
}

impl State {
    /// Teams, users, tokens and owners.
    pub fn access(&self) -> &Access {
        &self.access
    }
}

/// Takes the next number of a counter.
fn take<I: From<u32>>(counter: &mut u32) -> I {
    let number = *counter;
    *counter += 1;
    I::from(number)
}

#[cfg(test)]
pub(crate) mod tests;
