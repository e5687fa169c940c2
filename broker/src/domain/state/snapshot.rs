//! A state in parts: what a start reads instead of the whole log, see `restore`.
//!
//! Only things are written. The indexes are made of them again.

use std::sync::Arc;

use imbl::OrdMap;
use pactwright_core::names::{ParticipantName, TagName};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Horizon, Next, State};
use crate::domain::access::{Access, Ownership, Team, Token, User};
use crate::domain::model::{
    Attempt, Branch, Content, ContentId, Deployment, Environment, Occasion, Pact, Participant, ParticipantId,
    Release, TagId, Timestamp, Trigger, TriggerId, VerificationResult, Version, Webhook, WebhookEvent,
};
use crate::store::BlobKey;

/// The version of what [`State::parts`] gives, and of what events mean to a state.
///
/// Parts of another version are of no use: the log has everything, and a state is made of it again. So nothing has to
/// be translated, but whoever changes the state or what an event does to it has to raise this number. A part of what there
/// was no event for before needs none: what older snapshots say is right without it.
pub const STATE_FORMAT: u32 = 4;

/// How many rows a part has at most.
const ROWS: usize = 512;

/// Parts that no state can be made of.
#[derive(Debug, thiserror::Error)]
#[error("a part of a snapshot cannot be understood")]
pub struct InvalidSnapshot(#[from] serde_json::Error);

impl InvalidSnapshot {
    /// A part speaks of something that is in no part.
    pub(super) fn unknown(what: &str) -> Self {
        Self(serde::de::Error::custom(format!("{what} is not known")))
    }
}

/// A part, to be written.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Written<'a> {
    Next(&'a Next),
    Participants(Vec<&'a Participant>),
    Versions(Vec<&'a Version>),
    Branches(Vec<&'a Branch>),
    Tags(Vec<(TagId, &'a ParticipantId, &'a TagName, &'a Timestamp)>),
    Contents(Vec<&'a Content>),
    Pacts(Vec<&'a Pact>),
    Results(Vec<&'a VerificationResult>),
    Environments(Vec<&'a Environment>),
    Deployments(Vec<&'a Deployment>),
    Releases(Vec<&'a Release>),
    Webhooks(Vec<&'a Webhook>),
    Triggers(Vec<(&'a Webhook, Vec<Told>)>),
    Overdue(Vec<&'a ContentId>),
    Attempts(u64),
    AccessUsed(bool),
    Teams(Vec<&'a Team>),
    Users(Vec<&'a User>),
    Tokens(Vec<&'a Token>),
    Owners(Vec<(&'a ParticipantName, &'a Ownership)>),
    EnvironmentOwners(Vec<(&'a Uuid, &'a Ownership)>),
    Horizon(&'a Horizon),
}

/// A part that was read: the same.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    Next(Next),
    Participants(Vec<Participant>),
    Versions(Vec<Version>),
    Branches(Vec<Branch>),
    Tags(Vec<(TagId, ParticipantId, TagName, Timestamp)>),
    Contents(Vec<Content>),
    Pacts(Vec<Pact>),
    Results(Vec<VerificationResult>),
    Environments(Vec<Environment>),
    Deployments(Vec<Deployment>),
    Releases(Vec<Release>),
    Webhooks(Vec<Webhook>),
    Triggers(Vec<(Webhook, Vec<Told>)>),
    Overdue(Vec<ContentId>),
    Attempts(u64),
    AccessUsed(bool),
    Teams(Vec<Team>),
    Users(Vec<User>),
    Tokens(Vec<Token>),
    Owners(Vec<(ParticipantName, Ownership)>),
    EnvironmentOwners(Vec<(Uuid, Ownership)>),
    Horizon(Horizon),
}

impl Part {
    pub(super) fn parse(part: &[u8]) -> Result<Self, InvalidSnapshot> {
        Ok(serde_json::from_slice(part)?)
    }
}

/// A [`Trigger`] without its webhook: many are of the same.
#[derive(Serialize, Deserialize)]
pub(super) struct Told {
    id: TriggerId,
    uuid: Uuid,
    event: WebhookEvent,
    consumer: ParticipantId,
    provider: ParticipantId,
    occasion: Occasion,
    context: BlobKey,
    triggered_at: Timestamp,
    attempts: Vec<Attempt>,
    next_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "is_zero")]
    spent: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u32) -> bool {
    *value == 0
}

impl Told {
    fn of(trigger: &Trigger) -> Self {
        let Trigger { id, uuid, webhook: _, event, consumer, provider, occasion, context, .. } = *trigger;
        let Trigger { triggered_at, ref attempts, next_at, spent, .. } = *trigger;
        let attempts = attempts.to_vec();
        Self {
            id,
            uuid,
            event,
            consumer,
            provider,
            occasion,
            context,
            triggered_at,
            attempts,
            next_at,
            spent,
        }
    }

    pub(super) fn by(self, webhook: Arc<Webhook>) -> Trigger {
        let Self { id, uuid, event, consumer, provider, occasion, context, triggered_at, .. } = self;
        let Self { attempts, next_at, spent, .. } = self;
        let attempts = attempts.into();
        Trigger {
            id,
            uuid,
            webhook,
            event,
            consumer,
            provider,
            occasion,
            context,
            triggered_at,
            attempts,
            spent,
            next_at,
        }
    }
}

/// Triggers by the webhook as it was then.
fn by_webhook(triggers: Vec<&Arc<Trigger>>) -> Written<'_> {
    let mut groups: Vec<(&Arc<Webhook>, Vec<Told>)> = Vec::new();
    for trigger in triggers {
        let webhook = &trigger.webhook;
        match groups.iter_mut().find(|(known, _)| Arc::ptr_eq(known, webhook) || *known == webhook) {
            Some((_, told)) => told.push(Told::of(trigger)),
            None => groups.push((webhook, vec![Told::of(trigger)])),
        }
    }
    Written::Triggers(groups.into_iter().map(|(webhook, told)| (&**webhook, told)).collect())
}

/// Rows in parts of at most [`ROWS`].
fn parted<'a, R: 'a>(
    mut rows: impl Iterator<Item = R> + 'a,
    part: impl Fn(Vec<R>) -> Written<'a> + 'a,
) -> impl Iterator<Item = Written<'a>> + 'a {
    std::iter::from_fn(move || {
        let some: Vec<R> = rows.by_ref().take(ROWS).collect();
        (!some.is_empty()).then(|| part(some))
    })
}

fn owners<K: Ord>(table: &OrdMap<K, Arc<Ownership>>) -> impl Iterator<Item = (&K, &Ownership)> {
    table.iter().map(|(key, owner)| (key, &**owner))
}

/// What is known of teams, users, tokens and owners.
fn access_parts(access: &Access) -> impl Iterator<Item = Written<'_>> {
    let Access { used, teams, users, tokens, participants, environments, .. } = access;
    let used = used.then_some(Written::AccessUsed(*used));
    used.into_iter()
        .chain(parted(rows(teams), Written::Teams))
        .chain(parted(rows(users), Written::Users))
        .chain(parted(rows(tokens), Written::Tokens))
        .chain(parted(owners(participants), Written::Owners))
        .chain(parted(owners(environments), Written::EnvironmentOwners))
}

/// The rows of a table.
fn rows<I: Ord, T>(table: &OrdMap<I, Arc<T>>) -> impl Iterator<Item = &T> {
    table.values().map(|row| &**row)
}

impl State {
    /// The state in parts, each a JSON text, made one after the other as they are asked for.
    ///
    /// # Errors
    /// Of a part that cannot be written as JSON.
    pub fn parts(&self) -> impl Iterator<Item = Result<Vec<u8>, serde_json::Error>> + '_ {
        // What the others are made of comes first.
        let Self { next, participants, versions, branches, contents, pacts, results, .. } = self;
        let Self {
            access,
            environments,
            deployments,
            releases,
            webhooks,
            triggers,
            overdue,
            attempts,
            horizon,
            ..
        } = self;
        std::iter::once(Written::Next(next))
            .chain(parted(rows(participants), Written::Participants))
            .chain(parted(rows(branches), Written::Branches))
            .chain(parted(self.tag_rows(), Written::Tags))
            .chain(parted(rows(versions), Written::Versions))
            .chain(parted(rows(contents), Written::Contents))
            .chain(parted(pacts.values(), Written::Pacts))
            .chain(parted(rows(results), Written::Results))
            .chain(parted(rows(environments), Written::Environments))
            .chain(parted(rows(deployments), Written::Deployments))
            .chain(parted(rows(releases), Written::Releases))
            .chain(parted(rows(webhooks), Written::Webhooks))
            .chain(parted(triggers.values(), by_webhook))
            .chain(parted(overdue.iter(), Written::Overdue))
            .chain(std::iter::once(Written::Attempts(*attempts)))
            .chain(horizon.as_ref().map(Written::Horizon))
            .chain(access_parts(access))
            .map(|part| serde_json::to_vec(&part))
    }

    pub(super) fn put_participant(&mut self, row: Participant) {
        self.participants_by_name.insert(row.name.clone(), row.id);
        self.participants.insert(row.id, Arc::new(row));
    }

    pub(super) fn put_branch(&mut self, row: Branch) {
        self.branches_by_name.insert((row.participant, row.name.clone()), row.id);
        self.branches.insert(row.id, Arc::new(row));
    }

    pub(super) fn put_webhook(&mut self, row: Webhook) {
        self.webhooks_by_key.insert(row.key.clone(), row.id);
        self.webhooks.insert(row.id, Arc::new(row));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::domain::{
        commands::{RecordOverdue, RemoveWebhook, RetryDelivery},
        model::{TriggerId, WebhookDetails},
        rules::VersionOrder,
        state::{InvalidSnapshot, State, tests::Story},
    };

    fn copy(state: &State) -> State {
        let parts = state.parts().map(|part| part.map_err(InvalidSnapshot::from));
        State::of_parts(VersionOrder::FirstSeen, parts).unwrap()
    }

    #[test]
    fn the_parts_of_a_state_make_the_same_state() {
        let mut story = Story::default();
        assert_eq!(copy(&story.state), story.state);
        for version in 0..600 {
            // More rows than a part has.
            story.publish("web", &version.to_string(), "api", &(version / 3).to_string());
        }
        story.verify(("web", "1"), ("api", "9"), true);
        let production = story.environment("production");
        story.deploy("api", "9", production, Some("blue"));
        story.tag("api", "9", "dev");
        assert_eq!(copy(&story.state), story.state);
        assert_eq!(story.state.parts().count(), 13, "one for each kind, and two where there are many");
    }

    #[test]
    fn what_webhooks_were_told_and_are_owed_is_part_of_the_state() {
        let mut story = Story::default();
        let told = story.webhook("https://ci.example.org/a", &["contract_published"]);
        let gone = story.webhook("https://gone.example.org", &["contract_published"]);
        story.publish("web", "1", "api", "a");
        // Each is owed as the webhook was then.
        let mut details = story.state.webhook(&told).unwrap().details.clone();
        details.request.url = "https://other.example.org/b".to_owned();
        story.save_webhook(Some(told.clone()), details.clone());
        for version in 2..600 {
            story.publish("web", &version.to_string(), "api", "a");
        }
        story.attempt(TriggerId::new(0), false);
        story.attempt(TriggerId::new(2), true);
        story.tell(RemoveWebhook { webhook: gone }).unwrap();
        let copied = copy(&story.state);
        assert_eq!(copied, story.state);
        let owed = |state: &State| {
            let mut all = Vec::new();
            let mut receiver = state.next_receiver(None);
            while let Some(known) = receiver {
                all.extend(state.owed_to(&known).map(|(at, id)| (known.to_string(), at, id)));
                receiver = state.next_receiver(Some(&known));
            }
            all
        };
        assert_eq!(owed(&copied), owed(&story.state));
        assert_eq!(
            owed(&copied).len(),
            1 + 597,
            "what failed, and what was not tried; not of the one removed"
        );
        assert_eq!((copied.attempt_count(), copied.trigger_count()), (2, 2 * 599));
        let first = copied.trigger_by_id(TriggerId::new(0)).unwrap();
        assert_eq!(first.webhook.details.request.url, "https://ci.example.org/a");
        let last = copied.triggers().rfind(|trigger| trigger.webhook.key == told).unwrap();
        let known = copied.webhook(&told).unwrap();
        assert!(Arc::ptr_eq(&last.webhook, known), "thousands are told by one webhook that is kept once");
        // What comes afterwards meets the same.
        let mut original = story.state.clone();
        story.save_webhook(Some(told), WebhookDetails { enabled: false, ..details });
        let mut copied = copied;
        for state in [&mut original, &mut copied] {
            state.apply_commit(story.log.last().unwrap()).unwrap();
        }
        assert_eq!(copied, story.state);
        assert_eq!(original, story.state);
    }

    #[test]
    fn what_was_given_up_wanted_again_or_overdue_is_part_of_the_state() {
        let mut story = Story::default();
        (story.rules.retry_schedule, story.rules.unverified_hours) = (Vec::new(), 0);
        story.webhook("https://ci.example.org", &["contract_published", "contract_verification_overdue"]);
        for version in ["1", "2"] {
            story.publish("web", version, "api", version);
        }
        assert_eq!(story.tell(RecordOverdue), Ok(1));
        for id in 0..3 {
            story.attempt(TriggerId::new(id), false);
        }
        let trigger = story.state.trigger_by_id(TriggerId::new(1)).unwrap().uuid;
        story.tell(RetryDelivery { trigger }).unwrap();
        let copied = copy(&story.state);
        assert_eq!(copied, story.state);
        let given_up: Vec<_> = copied.dead_letters().map(|letter| letter.id).collect();
        assert_eq!(given_up, [TriggerId::new(0), TriggerId::new(2)]);
        assert_eq!(copied.trigger_by_id(TriggerId::new(1)).unwrap().attempts_that_count(), 0);
        assert!(copied.is_overdue(story.content("web", "2", "api")));
        assert!(!copied.is_overdue(story.content("web", "1", "api")));
    }

    #[test]
    fn a_part_that_is_none_is_refused() {
        for part in [&b""[..], b"{}", b"{\"things\":[]}", b"{\"pacts\":[{\"id\":1}]}", b"[", b"\xff"] {
            let parts = std::iter::once(Ok::<_, InvalidSnapshot>(part.to_vec()));
            assert!(State::of_parts(VersionOrder::FirstSeen, parts).is_err(), "{part:?}");
        }
    }
}
