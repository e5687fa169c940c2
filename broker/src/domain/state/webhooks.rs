//! Webhooks, what they have to be told, and the outbox.

use std::sync::Arc;

use uuid::Uuid;

use super::{State, take};
use crate::{
    domain::model::{
        Attempt, ContentId, Occasion, ParticipantId, ResultNumber, Side, Timestamp, Trigger, TriggerId,
        TriggerStatus, VersionId, Webhook, WebhookDetails, WebhookEvent, WebhookId, WebhookKey,
        WebhookRequest,
    },
    store::BlobKey,
};

const EARLIEST: Timestamp = Timestamp::MIN;
const LATEST: Timestamp = Timestamp::MAX;

impl State {
    /// All webhooks, in the order they were created.
    pub fn webhooks(&self) -> impl DoubleEndedIterator<Item = &Arc<Webhook>> {
        self.webhooks.values()
    }

    /// The webhook with that key.
    pub fn webhook(&self, key: &WebhookKey) -> Option<&Arc<Webhook>> {
        self.webhooks_by_key.get(key).and_then(|id| self.webhooks.get(id))
    }

    /// The webhook with that identifier.
    pub fn webhook_by_id(&self, id: WebhookId) -> Option<&Arc<Webhook>> {
        self.webhooks.get(&id)
    }

    /// All that webhooks were or are to be told, in the order it happened.
    pub fn triggers(&self) -> impl DoubleEndedIterator<Item = &Arc<Trigger>> {
        self.triggers.values()
    }

    /// How much that is.
    pub fn trigger_count(&self) -> usize {
        self.triggers.len()
    }

    /// How many attempts were made to deliver anything.
    pub fn attempt_count(&self) -> u64 {
        self.attempts
    }

    /// What a webhook was told, by the UUID of the delivery.
    pub fn trigger(&self, uuid: Uuid) -> Option<&Arc<Trigger>> {
        self.triggers_by_uuid.get(&uuid).and_then(|id| self.triggers.get(id))
    }

    /// What a webhook was told, by the identifier of the delivery.
    pub fn trigger_by_id(&self, id: TriggerId) -> Option<&Arc<Trigger>> {
        self.triggers.get(&id)
    }

    /// What webhooks were told about a consumer and a provider, in the order it happened.
    pub fn triggers_of_pair(
        &self,
        consumer: ParticipantId,
        provider: ParticipantId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Trigger>> {
        self.triggers_by_pair
            .range((consumer, provider, TriggerId::FIRST)..=(consumer, provider, TriggerId::LAST))
            .filter_map(|(.., id)| self.triggers.get(id))
    }

    /// The pairs that webhooks were told about: (consumer, provider); only those with the given ones.
    fn pairs_told_of(
        &self,
        consumer: Option<ParticipantId>,
        provider: Option<ParticipantId>,
    ) -> Vec<(ParticipantId, ParticipantId)> {
        let mut pairs = Vec::new();
        let mut from = (consumer.unwrap_or(ParticipantId::FIRST), ParticipantId::FIRST);
        // From the first of one pair to the first of the next: how much there is of each does not matter.
        while let Some((one, other, _)) =
            self.triggers_by_pair.range((from.0, from.1, TriggerId::FIRST)..).next().copied()
        {
            if consumer.is_some_and(|wanted| wanted != one) {
                break;
            }
            if provider.is_none_or(|wanted| wanted == other) {
                pairs.push((one, other));
            }
            from = (one, other.next());
        }
        pairs
    }

    /// The last that each webhook was told of each kind of event and each pair, newest first; only of the given consumer
    /// and provider.
    pub fn last_triggers(
        &self,
        consumer: Option<ParticipantId>,
        provider: Option<ParticipantId>,
    ) -> Vec<&Arc<Trigger>> {
        let mut last = Vec::new();
        for (consumer, provider) in self.pairs_told_of(consumer, provider) {
            let first = (consumer, provider, WebhookId::FIRST, WebhookEvent::FIRST, TriggerId::FIRST);
            let mut end =
                (consumer, provider.next(), WebhookId::FIRST, WebhookEvent::FIRST, TriggerId::FIRST);
            while let Some((_, _, webhook, event, id)) =
                self.triggers_by_webhook.range(first..end).next_back().copied()
            {
                last.push(id);
                end = (consumer, provider, webhook, event, TriggerId::FIRST);
            }
        }
        last.sort_unstable();
        last.iter().rev().filter_map(|id| self.triggers.get(id)).collect()
    }

    /// What webhooks were told because a consumer version's contract with a provider was published.
    pub fn triggers_of_publication(
        &self,
        version: VersionId,
        provider: ParticipantId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Trigger>> {
        self.triggers_of(Occasion::Publication(version, provider))
    }

    /// What webhooks were told because a result was recorded.
    pub fn triggers_of_result(&self, number: ResultNumber) -> impl DoubleEndedIterator<Item = &Arc<Trigger>> {
        self.triggers_of(Occasion::Verification(number))
    }

    fn triggers_of(&self, occasion: Occasion) -> impl DoubleEndedIterator<Item = &Arc<Trigger>> {
        self.triggers_by_occasion
            .range((occasion, TriggerId::FIRST)..=(occasion, TriggerId::LAST))
            .filter_map(|(_, id)| self.triggers.get(id))
    }

    /// Whoever something is still to be delivered to, in order, after the given one.
    pub fn next_receiver(&self, after: Option<&Arc<str>>) -> Option<Arc<str>> {
        let first = after.map_or_else(|| Arc::from(""), Arc::clone);
        let from = if after.is_some() { (LATEST, TriggerId::LAST) } else { (EARLIEST, TriggerId::FIRST) };
        self.outbox.range((first, from.0, from.1)..).next().map(|(receiver, ..)| receiver.clone())
    }

    /// What is still to be delivered to a receiver: when to try, what; the most urgent first.
    pub fn owed_to(&self, receiver: &Arc<str>) -> impl Iterator<Item = (Timestamp, TriggerId)> {
        self.outbox
            .range(
                (receiver.clone(), EARLIEST, TriggerId::FIRST)..=(receiver.clone(), LATEST, TriggerId::LAST),
            )
            .map(|(_, at, id)| (*at, *id))
    }

    /// What was given up, of webhooks that are still there, in the order it happened.
    pub fn dead_letters(&self) -> impl DoubleEndedIterator<Item = &Arc<Trigger>> {
        self.dead_letters.iter().filter_map(|id| self.triggers.get(id))
    }

    /// How much that is.
    pub fn dead_letter_count(&self) -> usize {
        self.dead_letters.len()
    }

    /// Whether it was said of a content that it waits for its first result for too long.
    pub fn is_overdue(&self, content: ContentId) -> bool {
        self.overdue.contains(&content)
    }

    /// Whether something is neither delivered nor to be tried any more, and could be.
    pub(super) fn is_dead_letter(&self, trigger: &Trigger) -> bool {
        trigger.status() == TriggerStatus::Failure && self.webhooks.contains_key(&trigger.webhook.id)
    }

    pub(super) fn create_webhook(&mut self, at: Timestamp, key: &WebhookKey, details: &WebhookDetails) {
        if self.webhooks_by_key.contains_key(key) {
            return;
        }
        let id = take(&mut self.next.webhook);
        self.webhooks_by_key.insert(key.clone(), id);
        let webhook = Webhook {
            id,
            key: key.clone(),
            details: details.clone(),
            receiver: Arc::from(details.request.receiver()),
            created_at: at,
            updated_at: None,
        };
        self.webhooks.insert(id, Arc::new(webhook));
    }

    pub(super) fn change_webhook(&mut self, at: Timestamp, id: WebhookId, details: &WebhookDetails) {
        let Some(known) = self.webhooks.get(&id) else { return };
        let changed = Webhook {
            details: details.clone(),
            receiver: Arc::from(details.request.receiver()),
            updated_at: Some(at),
            ..(**known).clone()
        };
        self.webhooks.insert(id, Arc::new(changed));
        if !details.enabled {
            self.cancel(|trigger| trigger.webhook.id == id);
        }
    }

    pub(super) fn remove_webhook(&mut self, id: WebhookId) {
        if let Some(known) = self.webhooks.remove(&id) {
            self.webhooks_by_key.remove(&known.key);
            self.cancel(|trigger| trigger.webhook.id == id);
            let gone: Vec<_> = self
                .dead_letters()
                .filter(|trigger| trigger.webhook.id == id)
                .map(|trigger| trigger.id)
                .collect();
            for trigger in gone {
                self.dead_letters.remove(&trigger);
            }
        }
    }

    /// Webhooks that name a participant, and all that webhooks were told about it.
    pub(super) fn remove_webhooks_of(&mut self, participant: ParticipantId) {
        let Some(name) = self.participants.get(&participant).map(|known| known.name.clone()) else { return };
        let names = |side: &Option<Side>| matches!(side, Some(Side::Name(named)) if *named == name);
        let webhooks: Vec<_> = self
            .webhooks()
            .filter(|webhook| names(&webhook.details.consumer) || names(&webhook.details.provider))
            .map(|webhook| webhook.id)
            .collect();
        for webhook in webhooks {
            self.remove_webhook(webhook);
        }
        let triggers: Vec<_> = self
            .pairs_told_of(None, None)
            .into_iter()
            .filter(|(consumer, provider)| *consumer == participant || *provider == participant)
            .flat_map(|(consumer, provider)| self.triggers_of_pair(consumer, provider).map(|known| known.id))
            .collect();
        for id in triggers {
            self.remove_trigger(id);
        }
    }

    pub(super) fn remove_trigger(&mut self, id: TriggerId) {
        let Some(trigger) = self.triggers.remove(&id) else { return };
        self.dead_letters.remove(&id);
        self.triggers_by_uuid.remove(&trigger.uuid);
        self.triggers_by_pair.remove(&(trigger.consumer, trigger.provider, id));
        let Trigger { consumer, provider, event, .. } = *trigger;
        self.triggers_by_webhook.remove(&(consumer, provider, trigger.webhook.id, event, id));
        self.triggers_by_occasion.remove(&(trigger.occasion, id));
        if let Some(next_at) = trigger.next_at {
            self.outbox.remove(&(trigger.webhook.receiver.clone(), next_at, id));
        }
    }

    #[expect(clippy::too_many_arguments, reason = "they are what the event says")]
    pub(super) fn add_trigger(
        &mut self,
        at: Timestamp,
        uuid: Uuid,
        webhook: WebhookId,
        event: WebhookEvent,
        (consumer, provider): (ParticipantId, ParticipantId),
        occasion: Occasion,
        context: BlobKey,
    ) {
        let Some(webhook) = self.webhooks.get(&webhook).cloned() else { return };
        let id = take(&mut self.next.trigger);
        self.put_trigger(Trigger {
            id,
            uuid,
            webhook,
            event,
            consumer,
            provider,
            occasion,
            context,
            triggered_at: at,
            attempts: Arc::from([]),
            spent: 0,
            next_at: Some(at),
        });
    }

    pub(super) fn put_trigger(&mut self, trigger: Trigger) {
        let Trigger { id, uuid, event, consumer, provider, occasion, .. } = trigger;
        if let Some(next_at) = trigger.next_at {
            self.outbox.insert((trigger.webhook.receiver.clone(), next_at, id));
        }
        if self.is_dead_letter(&trigger) {
            self.dead_letters.insert(id);
        }
        self.triggers_by_uuid.insert(uuid, id);
        self.triggers_by_pair.insert((consumer, provider, id));
        self.triggers_by_webhook.insert((consumer, provider, trigger.webhook.id, event, id));
        self.triggers_by_occasion.insert((occasion, id));
        self.triggers.insert(id, Arc::new(trigger));
    }

    pub(super) fn add_attempt(&mut self, id: TriggerId, attempt: Attempt, next_at: Option<Timestamp>) {
        self.attempts += 1;
        if let Some(known) = self.triggers.get_mut(&id) {
            let trigger = Arc::make_mut(known);
            trigger.attempts = trigger.attempts.iter().copied().chain([attempt]).collect();
        }
        self.plan(id, next_at);
    }

    /// Something that was given up is owed again: by the webhook as it is now, with all attempts before it.
    pub(super) fn retry_trigger(&mut self, at: Timestamp, id: TriggerId) {
        let Some(known) = self.triggers.get_mut(&id) else { return };
        let Some(webhook) = self.webhooks.get(&known.webhook.id).cloned() else { return };
        if known.next_at.is_some() {
            return;
        }
        let trigger = Arc::make_mut(known);
        trigger.webhook = webhook;
        trigger.spent = u32::try_from(trigger.attempts.len()).unwrap_or(u32::MAX);
        self.plan(id, Some(at));
    }

    /// The secrets of one version of a webhook are kept otherwise: where it stands now, and where it is owed or was told.
    pub(super) fn seal_webhook(&mut self, key: &WebhookKey, since: Timestamp, request: &WebhookRequest) {
        let is_meant = |webhook: &Webhook| webhook.key == *key && webhook.since() == since;
        let sealed = |webhook: &Webhook| {
            let details = WebhookDetails { request: request.clone(), ..webhook.details.clone() };
            Arc::new(Webhook { details, ..webhook.clone() })
        };
        let mut new = None;
        if let Some(known) = self.webhook(key).filter(|known| is_meant(known)) {
            let changed = sealed(known);
            self.webhooks.insert(changed.id, changed.clone());
            new = Some(changed);
        }
        let told: Vec<_> =
            self.triggers().filter(|trigger| is_meant(&trigger.webhook)).map(|trigger| trigger.id).collect();
        for id in told {
            let Some(known) = self.triggers.get_mut(&id) else { continue };
            let webhook = new.get_or_insert_with(|| sealed(&known.webhook)).clone();
            Arc::make_mut(known).webhook = webhook;
        }
    }

    /// Sets when a delivery is to be tried next.
    fn plan(&mut self, id: TriggerId, next_at: Option<Timestamp>) {
        let Some(known) = self.triggers.get_mut(&id) else { return };
        let trigger = Arc::make_mut(known);
        let receiver = &trigger.webhook.receiver;
        if let Some(before) = trigger.next_at {
            self.outbox.remove(&(receiver.clone(), before, id));
        }
        if let Some(next_at) = next_at {
            self.outbox.insert((receiver.clone(), next_at, id));
        }
        trigger.next_at = next_at;
        let trigger = known.clone();
        if self.is_dead_letter(&trigger) {
            self.dead_letters.insert(id);
        } else {
            self.dead_letters.remove(&id);
        }
    }

    fn cancel(&mut self, unwanted: impl Fn(&Trigger) -> bool) {
        let cancelled: Vec<_> = self
            .outbox
            .iter()
            .map(|(.., id)| *id)
            .filter(|id| self.triggers.get(id).is_some_and(|trigger| unwanted(trigger)))
            .collect();
        for id in cancelled {
            self.plan(id, None);
        }
    }
}
