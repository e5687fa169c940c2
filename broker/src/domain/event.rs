//! Every fact that can be recorded.
//!
//! An event says what happened in the words of the outside (names, digests, UUIDs), never in identifiers of one
//! state, and it says all that happened: what a decision concluded from rules and settings (a main branch that was
//! detected, a version that was created on the way) is an event of its own. So the log gives the same state under
//! other settings and in later versions of the broker.
//!
//! **Stored.** Variants and members are never renamed or given another meaning; new members get a default.

use pactwright_core::{
    broker_api::Contact,
    digest::ContentSha,
    names::{BranchName, EnvironmentName, ParticipantName, TagName, VersionNumber},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::access::{By, Ownership, TeamDetails, TeamName, TokenDetails, UserDetails, UserName};
use super::model::{
    FailedInteraction, Profile, ResultNumber, Timestamp, WebhookDetails, WebhookEvent, WebhookKey,
    WebhookRequest,
};
use crate::store::BlobKey;

/// What one command changed, together: it is in the log whole or not at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Commit {
    /// When it was decided.
    pub at: Timestamp,
    /// Who did it; not known where it was done before the broker asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Event {
    /// A participant was seen for the first time.
    ParticipantCreated {
        /// Its name.
        participant: ParticipantName,
        /// What was said about it.
        #[serde(default)]
        profile: Profile,
    },
    /// A participant's profile is another now.
    ParticipantChanged {
        /// The participant.
        participant: ParticipantName,
        /// The whole new profile.
        profile: Profile,
    },
    /// A participant was removed, with everything that belongs to it.
    ParticipantRemoved {
        /// The participant.
        participant: ParticipantName,
    },
    /// A label was put on a participant.
    LabelAdded {
        /// The participant.
        participant: ParticipantName,
        /// The label.
        label: String,
    },
    /// A label was taken off a participant.
    LabelRemoved {
        /// The participant.
        participant: ParticipantName,
        /// The label.
        label: String,
    },
    /// A version was seen for the first time.
    VersionCreated {
        /// Whose version.
        participant: ParticipantName,
        /// Its number.
        version: VersionNumber,
        /// Where its build can be looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        build_url: Option<String>,
    },
    /// A version's build address is another now.
    VersionChanged {
        /// Whose version.
        participant: ParticipantName,
        /// Its number.
        version: VersionNumber,
        /// Where its build can be looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        build_url: Option<String>,
    },
    /// A version was removed, with its contracts and results.
    VersionRemoved {
        /// Whose version.
        participant: ParticipantName,
        /// Its number.
        version: VersionNumber,
        /// Whether it went because no rule of the house-keeping kept it.
        #[serde(default, skip_serializing_if = "is_false")]
        by_clean_up: bool,
    },
    /// A version was added to a branch; the branch is created by its first version.
    BranchVersionAdded {
        /// Whose version.
        participant: ParticipantName,
        /// The branch.
        branch: BranchName,
        /// The version.
        version: VersionNumber,
        /// Whether the broker concluded it from a tag.
        #[serde(default, skip_serializing_if = "is_false")]
        auto_created: bool,
    },
    /// A version was taken off a branch.
    BranchVersionRemoved {
        /// Whose version.
        participant: ParticipantName,
        /// The branch.
        branch: BranchName,
        /// The version.
        version: VersionNumber,
    },
    /// A branch was removed; its versions stay.
    BranchRemoved {
        /// Whose branch.
        participant: ParticipantName,
        /// The branch.
        branch: BranchName,
    },
    /// A tag was put on a version.
    TagAdded {
        /// Whose version.
        participant: ParticipantName,
        /// The version.
        version: VersionNumber,
        /// The tag.
        tag: TagName,
    },
    /// A tag was taken off a version.
    TagRemoved {
        /// Whose version.
        participant: ParticipantName,
        /// The version.
        version: VersionNumber,
        /// The tag.
        tag: TagName,
    },
    /// A consumer version has a contract with a provider, or another one than before.
    ContractPublished {
        /// The consumer.
        consumer: ParticipantName,
        /// The consumer's version.
        version: VersionNumber,
        /// The provider.
        provider: ParticipantName,
        /// The digest of what the contract demands.
        sha: ContentSha,
        /// Where the text is.
        body: BlobKey,
    },
    /// A consumer version has no contract with a provider any more.
    ContractRemoved {
        /// The consumer.
        consumer: ParticipantName,
        /// The consumer's version.
        version: VersionNumber,
        /// The provider.
        provider: ParticipantName,
    },
    /// A provider version was checked against the content of a contract.
    VerificationRecorded {
        /// The number of the result.
        number: ResultNumber,
        /// The consumer.
        consumer: ParticipantName,
        /// The provider.
        provider: ParticipantName,
        /// The content.
        sha: ContentSha,
        /// The provider's version.
        version: VersionNumber,
        /// Whether the provider did all that the contract asks.
        success: bool,
        /// Whether the contract was verified only because it is work in progress.
        #[serde(default, skip_serializing_if = "is_false")]
        wip: bool,
        /// Whether the provider had been told that the contract is pending.
        #[serde(default, skip_serializing_if = "is_false")]
        pending: bool,
        /// The consumer versions that it was verified for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        consumer_versions: Vec<VersionNumber>,
        /// Where the build can be looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        build_url: Option<String>,
        /// What did the verification, as it was sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        verified_by: Option<serde_json::Value>,
        /// How long the provider took to answer, as it was sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        response_times: Option<serde_json::Value>,
        /// Where the results of the single tests are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        test_results: Option<BlobKey>,
        /// The interactions that failed, as far as the tests tell.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        failed: Vec<FailedInteraction>,
    },
    /// A result was removed.
    VerificationRemoved {
        /// The number of the result.
        number: ResultNumber,
    },
    /// An environment was created.
    EnvironmentCreated {
        /// What identifies it.
        environment: Uuid,
        /// What it is like.
        #[serde(flatten)]
        details: EnvironmentDetails,
    },
    /// An environment is another now.
    EnvironmentChanged {
        /// What identifies it.
        environment: Uuid,
        /// What it is like.
        #[serde(flatten)]
        details: EnvironmentDetails,
    },
    /// An environment was removed, with its deployments and releases.
    EnvironmentRemoved {
        /// What identifies it.
        environment: Uuid,
    },
    /// A version was deployed. What was there on the same instance before is not any more.
    DeploymentRecorded {
        /// What identifies it.
        deployment: Uuid,
        /// Whose version.
        participant: ParticipantName,
        /// The version.
        version: VersionNumber,
        /// Where.
        environment: Uuid,
        /// On which instance.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance: Option<String>,
        /// Whether the broker concluded it from a tag.
        #[serde(default, skip_serializing_if = "is_false")]
        auto_created: bool,
    },
    /// A deployment ended.
    DeploymentEnded {
        /// What identifies it.
        deployment: Uuid,
    },
    /// A version was released, or is supported again.
    ReleaseRecorded {
        /// What identifies it.
        release: Uuid,
        /// Whose version.
        participant: ParticipantName,
        /// The version.
        version: VersionNumber,
        /// Where.
        environment: Uuid,
    },
    /// Support for a release ended.
    SupportEnded {
        /// What identifies it.
        release: Uuid,
    },
    /// A webhook was created.
    WebhookCreated {
        /// What identifies it.
        webhook: WebhookKey,
        /// What it is about, and what it sends.
        #[serde(flatten)]
        details: WebhookDetails,
    },
    /// A webhook is another now. What it still has to be told is delivered as it was; a disabled one is told nothing.
    WebhookChanged {
        /// What identifies it.
        webhook: WebhookKey,
        /// What it is about, and what it sends.
        #[serde(flatten)]
        details: WebhookDetails,
    },
    /// A webhook was removed, and is told nothing any more.
    WebhookRemoved {
        /// What identifies it.
        webhook: WebhookKey,
    },
    /// The secrets of a webhook are kept otherwise now: sealed, or sealed with another key. They are the same secrets.
    WebhookSecretsSealed {
        /// What identifies it.
        webhook: WebhookKey,
        /// Which of its versions: when it was created, or changed to it. What is owed or was told keeps the version that
        /// it is of, and the webhook itself may be gone.
        since: Timestamp,
        /// What that version sends.
        request: WebhookRequest,
    },
    /// A webhook has to be told of something: from here on it is owed to the receiver.
    WebhookTriggered {
        /// What identifies this to clients and receivers.
        trigger: Uuid,
        /// The webhook.
        webhook: WebhookKey,
        /// What happened.
        event: WebhookEvent,
        /// The consumer.
        consumer: ParticipantName,
        /// The provider.
        provider: ParticipantName,
        /// The consumer's version.
        version: VersionNumber,
        /// The verification result, where it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<ResultNumber>,
        /// Where the values for the request are.
        context: BlobKey,
    },
    /// It was tried to tell a webhook.
    WebhookAttempted {
        /// What was to be told.
        trigger: Uuid,
        /// Whether the receiver took it.
        success: bool,
        /// Where the log of the attempt is.
        log: BlobKey,
        /// When it is to be tried again; none when it is not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<Timestamp>,
    },
    /// A team was created, or is another now.
    TeamSaved {
        /// The team.
        team: TeamName,
        /// What is said about it.
        #[serde(flatten)]
        details: TeamDetails,
    },
    /// A team was removed, with what was granted for it.
    TeamRemoved {
        /// The team.
        team: TeamName,
    },
    /// A user was created, or is another now.
    UserSaved {
        /// The user.
        user: UserName,
        /// What is said about the user.
        #[serde(flatten)]
        details: UserDetails,
    },
    /// A user was removed.
    UserRemoved {
        /// The user.
        user: UserName,
    },
    /// A service token was made.
    TokenCreated {
        /// What identifies it.
        token: Uuid,
        /// What it is like.
        #[serde(flatten)]
        details: TokenDetails,
    },
    /// A service token was revoked.
    TokenRevoked {
        /// The token.
        token: Uuid,
    },
    /// A service token was used: recorded at most once a day.
    TokenUsed {
        /// The token.
        token: Uuid,
    },
    /// A participant belongs to a team.
    ParticipantOwned {
        /// The participant.
        participant: ParticipantName,
        /// To whom it belongs.
        #[serde(flatten)]
        ownership: Ownership,
    },
    /// A participant belongs to nobody any more.
    ParticipantDisowned {
        /// The participant.
        participant: ParticipantName,
    },
    /// An environment belongs to a team.
    EnvironmentOwned {
        /// The environment.
        environment: Uuid,
        /// To whom it belongs.
        #[serde(flatten)]
        ownership: Ownership,
    },
    /// An environment belongs to nobody any more.
    EnvironmentDisowned {
        /// The environment.
        environment: Uuid,
    },
    /// Somebody wants a webhook to be told again what it was given up to tell: about the same, by the webhook as it is
    /// now, with all attempts before it.
    WebhookRetried {
        /// What is to be told.
        trigger: Uuid,
    },
    /// A contract that counts has waited too long for a first result. This happens once to a content.
    VerificationOverdue {
        /// The consumer.
        consumer: ParticipantName,
        /// The provider.
        provider: ParticipantName,
        /// The content.
        sha: ContentSha,
    },
    /// What was delivered to webhooks, or given up, is not kept any more.
    DeliveriesRemoved {
        /// What identifies each.
        triggers: Vec<Uuid>,
    },
    /// From here on it is not known in full any more what was before a moment.
    HistoryForgotten {
        /// Since when everything is known.
        since: Timestamp,
        /// The first position of the log with which everything is known.
        before: u64,
    },
    /// What stands here in the place of a fact about something that was gone before the history that is kept begins. It
    /// does nothing but use up what that fact used up.
    Forgotten {
        /// What it was.
        what: Forgotten,
    },
}

impl Event {
    /// The text beside the log that it speaks of.
    pub fn text(&self) -> Option<BlobKey> {
        match self {
            Self::ContractPublished { body, .. } => Some(*body),
            Self::VerificationRecorded { test_results, .. } => *test_results,
            Self::WebhookTriggered { context, .. } => Some(*context),
            Self::WebhookAttempted { log, .. } => Some(*log),
            _ => None,
        }
    }
}

/// What a forgotten fact was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forgotten {
    /// The verification result of that number was recorded.
    Verification(ResultNumber),
    /// A webhook had to be told of something.
    Delivery,
    /// It was tried to tell a webhook.
    Attempt,
    /// Somebody wanted a webhook to be told again.
    Retry,
}

/// What is said about an environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnvironmentDetails {
    /// Its name.
    pub name: EnvironmentName,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether it is what customers use.
    pub production: bool,
    /// Whom to ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

#[cfg(test)]
mod tests;
