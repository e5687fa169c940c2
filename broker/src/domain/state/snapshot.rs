//! A state in parts, and a state of parts: what a start reads instead of the whole log.
//!
//! Only things are written. The indexes are made of them again, row by row, so that parts may come in any order.

use std::sync::Arc;

use imbl::OrdMap;
use pactwright_core::names::TagName;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Next, State};
use crate::domain::model::{
    Attempt, Branch, Content, ContentId, Deployment, Environment, Occasion, Pact, Participant, ParticipantId,
    Release, Timestamp, Trigger, TriggerId, VerificationResult, Version, Webhook, WebhookEvent,
};
use crate::store::BlobKey;

/// The version of what [`State::parts`] gives, and of what events mean to a state.
///
/// Parts of another version are of no use: the log has everything, and a state is made of it again. So nothing has to
/// be translated, but whoever changes the state or what an event does to it has to raise this number.
pub const STATE_FORMAT: u32 = 2;

/// How many rows a part has at most.
const ROWS: usize = 512;

/// Parts that no state can be made of.
#[derive(Debug, thiserror::Error)]
#[error("a part of a snapshot cannot be understood")]
pub struct InvalidSnapshot(#[from] serde_json::Error);

/// A part, to be written.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Written<'a> {
    Next(&'a Next),
    Participants(Vec<&'a Participant>),
    Versions(Vec<&'a Version>),
    Branches(Vec<&'a Branch>),
    TagsFirstUsed(Vec<(&'a ParticipantId, &'a TagName, &'a Timestamp)>),
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
}

/// A part that was read: the same.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Next(Next),
    Participants(Vec<Participant>),
    Versions(Vec<Version>),
    Branches(Vec<Branch>),
    TagsFirstUsed(Vec<(ParticipantId, TagName, Timestamp)>),
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
}

/// A [`Trigger`] without its webhook: many are of the same.
#[derive(Serialize, Deserialize)]
struct Told {
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

    fn by(self, webhook: Arc<Webhook>) -> Trigger {
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
        // Named one by one, so that a new member is not forgotten: things are written, indexes are made again.
        let Self {
            next,
            order: _,
            participants,
            participants_by_name: _,
            versions,
            versions_by_number: _,
            versions_of: _,
            branches,
            branches_by_name: _,
            branch_members: _,
            tagged: _,
            tag_first_used,
            contents,
            contents_by_sha: _,
            pacts,
            pacts_by_version: _,
            pacts_by_pair: _,
            consumers_of: _,
            pacts_by_content: _,
            results,
            results_by_content: _,
            results_by_version: _,
            environments,
            environments_by_uuid: _,
            environments_by_name: _,
            deployments,
            deployments_by_uuid: _,
            deployments_by_version: _,
            deployed: _,
            releases,
            releases_by_uuid: _,
            releases_by_version: _,
            supported: _,
            webhooks,
            webhooks_by_key: _,
            triggers,
            triggers_by_uuid: _,
            triggers_by_pair: _,
            triggers_by_occasion: _,
            outbox: _,
            dead_letters: _,
            overdue,
            attempts,
        } = self;
        let tags = tag_first_used.iter().map(|((owner, tag), at)| (owner, tag, at));
        std::iter::once(Written::Next(next))
            .chain(parted(rows(participants), Written::Participants))
            .chain(parted(rows(versions), Written::Versions))
            .chain(parted(rows(branches), Written::Branches))
            .chain(parted(tags, Written::TagsFirstUsed))
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
            .map(|part| serde_json::to_vec(&part))
    }

    /// Takes over a part of a state of the same format. All parts of it make it the same state, with this one's order.
    ///
    /// # Errors
    /// When the part cannot be understood. The state is then of no further use.
    pub fn take_part(&mut self, part: &[u8]) -> Result<(), InvalidSnapshot> {
        match serde_json::from_slice(part)? {
            Part::Next(next) => self.next = next,
            Part::Participants(rows) => rows.into_iter().for_each(|row| self.put_participant(row)),
            Part::Versions(rows) => rows.into_iter().for_each(|row| self.put_version(row)),
            Part::Branches(rows) => rows.into_iter().for_each(|row| self.put_branch(row)),
            Part::TagsFirstUsed(rows) => {
                self.tag_first_used.extend(rows.into_iter().map(|(owner, tag, at)| ((owner, tag), at)));
            }
            Part::Contents(rows) => rows.into_iter().for_each(|row| self.put_content(row)),
            Part::Pacts(rows) => rows.into_iter().for_each(|row| self.put_pact(row)),
            Part::Results(rows) => rows.into_iter().for_each(|row| self.put_result(row)),
            Part::Environments(rows) => rows.into_iter().for_each(|row| self.put_environment(row)),
            Part::Deployments(rows) => rows.into_iter().for_each(|row| self.put_deployment(row)),
            Part::Releases(rows) => rows.into_iter().for_each(|row| self.put_release(row)),
            Part::Webhooks(rows) => rows.into_iter().for_each(|row| self.put_webhook(row)),
            Part::Triggers(groups) => {
                for (webhook, rows) in groups {
                    // Most are of a webhook that is still the same.
                    let same = self.webhooks.get(&webhook.id).filter(|known| ***known == webhook).cloned();
                    let webhook = same.unwrap_or_else(|| Arc::new(webhook));
                    for row in rows {
                        self.put_trigger(row.by(webhook.clone()));
                    }
                }
            }
            Part::Overdue(rows) => self.overdue.extend(rows),
            Part::Attempts(count) => self.attempts = count,
        }
        Ok(())
    }

    fn put_participant(&mut self, row: Participant) {
        self.participants_by_name.insert(row.name.clone(), row.id);
        self.participants.insert(row.id, Arc::new(row));
    }

    fn put_version(&mut self, row: Version) {
        self.versions_by_number.insert((row.participant, row.number.clone()), row.id);
        self.versions_of.insert((row.participant, row.id));
        for on in &row.branches {
            self.branch_members.insert((on.branch, on.sequence, row.id));
        }
        for used in &row.tags {
            self.tagged.entry((row.participant, used.tag.clone())).or_default().insert(row.id);
        }
        self.versions.insert(row.id, Arc::new(row));
    }

    fn put_branch(&mut self, row: Branch) {
        self.branches_by_name.insert((row.participant, row.name.clone()), row.id);
        self.branches.insert(row.id, Arc::new(row));
    }

    fn put_content(&mut self, row: Content) {
        self.contents_by_sha.insert((row.consumer, row.provider, row.sha.clone()), row.id);
        self.contents.insert(row.id, Arc::new(row));
    }

    fn put_pact(&mut self, row: Pact) {
        self.pacts_by_version.insert((row.version, row.provider), row.id);
        self.pacts_by_pair.insert((row.consumer, row.provider, row.version), row.id);
        *self.consumers_of.entry((row.provider, row.consumer)).or_insert(0) += 1;
        self.pacts_by_content.insert((row.content, row.version, row.id));
        self.pacts.insert(row.id, row);
    }

    fn put_result(&mut self, row: VerificationResult) {
        self.results_by_content.insert((row.content, row.version, row.number));
        self.results_by_version.insert((row.version, row.number));
        self.results.insert(row.number, Arc::new(row));
    }

    fn put_environment(&mut self, row: Environment) {
        self.environments_by_uuid.insert(row.uuid, row.id);
        self.environments_by_name.insert(row.name.clone(), row.id);
        self.environments.insert(row.id, Arc::new(row));
    }

    fn put_deployment(&mut self, row: Deployment) {
        if row.undeployed_at.is_none() {
            self.deployed.insert((row.environment, row.participant, row.instance.clone()), row.id);
        }
        self.deployments_by_uuid.insert(row.uuid, row.id);
        self.deployments_by_version.insert((row.version, row.id));
        self.deployments.insert(row.id, Arc::new(row));
    }

    fn put_release(&mut self, row: Release) {
        if row.support_ended_at.is_none() {
            self.supported.insert((row.environment, row.participant, row.version), row.id);
        }
        self.releases_by_uuid.insert(row.uuid, row.id);
        self.releases_by_version.insert((row.version, row.environment), row.id);
        self.releases.insert(row.id, Arc::new(row));
    }

    fn put_webhook(&mut self, row: Webhook) {
        let id = row.id;
        self.webhooks_by_key.insert(row.key.clone(), id);
        self.webhooks.insert(id, Arc::new(row));
        // Of triggers that came before their webhook it could not be told.
        let given_up: Vec<_> = self
            .triggers()
            .filter(|trigger| trigger.webhook.id == id && self.is_dead_letter(trigger))
            .map(|trigger| trigger.id)
            .collect();
        self.dead_letters.extend(given_up);
    }

    fn put_trigger(&mut self, row: Trigger) {
        self.triggers_by_uuid.insert(row.uuid, row.id);
        self.triggers_by_pair.insert((row.consumer, row.provider, row.id));
        self.triggers_by_occasion.insert((row.occasion, row.id));
        if let Some(next_at) = row.next_at {
            self.outbox.insert((row.webhook.receiver.clone(), next_at, row.id));
        }
        if self.is_dead_letter(&row) {
            self.dead_letters.insert(row.id);
        }
        self.triggers.insert(row.id, Arc::new(row));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::domain::{
        commands::RemoveWebhook,
        model::{TriggerId, WebhookDetails},
        rules::VersionOrder,
        state::{State, tests::Story},
    };

    fn copy(state: &State) -> State {
        let mut copy = State::ordered(VersionOrder::FirstSeen);
        for part in state.parts() {
            copy.take_part(&part.unwrap()).unwrap();
        }
        copy
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
    fn a_part_that_is_none_is_refused() {
        for part in [&b""[..], b"{}", b"{\"things\":[]}", b"{\"pacts\":[{\"id\":1}]}", b"[", b"\xff"] {
            assert!(State::default().take_part(part).is_err(), "{part:?}");
        }
    }
}
