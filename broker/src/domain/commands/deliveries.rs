//! What becomes of deliveries that were given up, of secrets as they are kept, and of contracts that nobody verifies.

use uuid::Uuid;

use super::{Command, Rejection, Work};
use crate::domain::{
    event::Event,
    model::{Timestamp, Trigger, WebhookKey, WebhookRequest},
    webhooks::{overdue, trigger},
};

/// How many deliveries one command wants again. More are there for the next one.
const MOST_RETRIED: usize = 1_000;

/// Wants a webhook to be told again what it was given up to tell: with what was recorded, by the webhook as it is now.
#[derive(Debug, Clone)]
pub struct RetryDelivery {
    /// What is to be told.
    pub trigger: Uuid,
}

impl Command for RetryDelivery {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let trigger = work.state.trigger(self.trigger).cloned();
        let trigger = trigger.ok_or(Rejection::NotFound { what: "the triggered webhook" })?;
        check(work, &trigger)?;
        work.record(Event::WebhookRetried { trigger: self.trigger });
        Ok(())
    }
}

fn check(work: &Work<'_>, trigger: &Trigger) -> Result<(), Rejection> {
    let nothing = |what| Err(Rejection::NothingToRetry { what });
    match work.state.webhook_by_id(trigger.webhook.id) {
        _ if trigger.next_at.is_some() => nothing("this is still to be delivered; nothing has to be done"),
        _ if trigger.attempts.last().is_some_and(|last| last.success) => nothing("this was delivered"),
        None => nothing("the webhook was removed"),
        Some(webhook) if !webhook.details.enabled => {
            nothing("the webhook is disabled; enable it before it is told anything again")
        }
        Some(_) => Ok(()),
    }
}

/// Wants a webhook to be told again all that it was given up to tell; at most a thousand at once.
#[derive(Debug, Clone)]
pub struct RetryDeliveries {
    /// The webhook.
    pub webhook: WebhookKey,
}

/// What is told again, and what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retried {
    /// How many are told again.
    pub retried: usize,
    /// How many are still given up.
    pub remaining: usize,
}

impl Command for RetryDeliveries {
    type Answer = Retried;

    fn decide(self, work: &mut Work<'_>) -> Result<Retried, Rejection> {
        let webhook = work.state.webhook(&self.webhook).cloned();
        let webhook = webhook.ok_or(Rejection::NotFound { what: "the webhook" })?;
        let dead: Vec<_> =
            work.state.dead_letters().filter(|letter| letter.webhook.id == webhook.id).cloned().collect();
        for letter in dead.iter().take(MOST_RETRIED) {
            check(work, letter)?;
            work.record(Event::WebhookRetried { trigger: letter.uuid });
        }
        let retried = dead.len().min(MOST_RETRIED);
        Ok(Retried { retried, remaining: dead.len() - retried })
    }
}

/// Takes note that the secrets of one version of a webhook are kept otherwise.
#[derive(Debug, Clone)]
pub struct SealSecrets {
    /// The webhook.
    pub webhook: WebhookKey,
    /// Since when it is, or was, that version.
    pub since: Timestamp,
    /// What was sealed.
    pub before: WebhookRequest,
    /// What it is sealed.
    pub request: WebhookRequest,
}

impl Command for SealSecrets {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let Self { webhook, since, before, request } = self;
        let is_meant = |known: &crate::domain::model::Webhook| {
            known.key == webhook && known.since() == since && known.details.request == before
        };
        let known = work.state.webhook(&webhook).is_some_and(|known| is_meant(known))
            || work.state.triggers().any(|trigger| is_meant(&trigger.webhook));
        // Somebody may have been faster; what they said counts.
        if known {
            work.record(Event::WebhookSecretsSealed { webhook, since, request });
        }
        Ok(())
    }
}

/// Says of contracts that have waited too long for a first result that they have, and tells webhooks of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct RecordOverdue;

impl Command for RecordOverdue {
    /// Of how many it was said.
    type Answer = usize;

    fn decide(self, work: &mut Work<'_>) -> Result<usize, Rejection> {
        let look = overdue::look(&work.state, work.now, work.rules.unverified_hours);
        for due in &look.due {
            trigger::on_overdue(work, due);
        }
        Ok(look.due.len())
    }
}
