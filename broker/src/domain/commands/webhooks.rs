use uuid::Uuid;

use super::{Command, Existing, Rejection, Work};
use crate::domain::{
    event::Event,
    model::{Trigger, TriggerStatus, WebhookDetails, WebhookKey, WebhookRequest},
    webhooks::retry,
};

/// Creates a webhook, or says something else about a known one.
#[derive(Debug, Clone)]
pub struct SaveWebhook {
    /// Which; none is a new one.
    pub webhook: Option<WebhookKey>,
    /// What it is about, and what it sends. Stars in the place of a secret mean the known one.
    pub details: WebhookDetails,
}

impl Command for SaveWebhook {
    type Answer = (WebhookKey, Existing);

    fn decide(self, work: &mut Work<'_>) -> Result<Self::Answer, Rejection> {
        let key = self.webhook.unwrap_or_else(|| work.fresh_uuid().into());
        let known = work.state.webhook(&key).cloned();
        let mut details = self.details;
        keep_secrets(&mut details.request, known.as_ref().map(|known| &known.details.request))?;
        let Some(known) = known else {
            work.record(Event::WebhookCreated { webhook: key.clone(), details });
            return Ok((key, Existing::New));
        };
        if details != known.details {
            work.record(Event::WebhookChanged { webhook: key.clone(), details });
        }
        Ok((key, Existing::Known))
    }
}

/// Puts the known secrets where stars stand. A secret is not sent to another receiver than the one it was given for: who
/// may change a webhook would otherwise learn it by changing the address.
fn keep_secrets(request: &mut WebhookRequest, known: Option<&WebhookRequest>) -> Result<(), Rejection> {
    let url = request.url.clone();
    for (field, secret) in request.secrets_mut().filter(|(_, secret)| secret.is_stars()) {
        let before = known.and_then(|known| known.secrets().find(|(place, _)| *place == field));
        let Some((_, before)) = before else { return Err(Rejection::NoSecretToKeep { field }) };
        if known.is_some_and(|known| known.url != url) {
            return Err(Rejection::SecretOfOtherReceiver);
        }
        *secret = before.clone();
    }
    Ok(())
}

/// Removes a webhook. What it was not told yet, it is not told any more; what it was told stays on record.
#[derive(Debug, Clone)]
pub struct RemoveWebhook {
    /// Which.
    pub webhook: WebhookKey,
}

impl Command for RemoveWebhook {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        if work.state.webhook(&self.webhook).is_none() {
            return Err(Rejection::NotFound { what: "the webhook" });
        }
        work.record(Event::WebhookRemoved { webhook: self.webhook });
        Ok(())
    }
}

/// Takes note of an attempt to tell a webhook something, and decides whether there will be another. An attempt that was
/// being made while its webhook was disabled or removed is taken note of, too: the receiver may have taken it.
#[derive(Debug, Clone)]
pub struct RecordAttempt {
    /// What was to be told.
    pub trigger: Uuid,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// What was sent and answered, for people.
    pub log: String,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The receiver took it.
    Delivered,
    /// It did not; another attempt may go better.
    Failed {
        /// How many seconds the receiver asks to wait.
        retry_after: Option<u32>,
    },
    /// It must not or cannot be sent, and that will not change by itself.
    Refused,
}

impl Command for RecordAttempt {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let was_delivered = |trigger: &Trigger| trigger.status() == TriggerStatus::Success;
        let trigger = work.state.trigger(self.trigger).filter(|trigger| !was_delivered(trigger));
        let trigger = trigger.ok_or(Rejection::NotFound { what: "the triggered webhook" })?;
        let attempts = trigger.attempts_that_count() + 1;
        let (next_at, end) = match self.outcome {
            AttemptOutcome::Delivered => (None, "INFO: Successfully executed webhook".to_owned()),
            AttemptOutcome::Refused => (None, "ERROR: Webhook is given up".to_owned()),
            // It was on its way when nobody wanted it any more: what came of it is to be known, and that is all.
            AttemptOutcome::Failed { .. } if trigger.next_at.is_none() => {
                (None, "INFO: Webhook was disabled or removed, and is not tried again".to_owned())
            }
            AttemptOutcome::Failed { retry_after } => {
                let (random, _) = work.fresh_uuid().as_u64_pair();
                let schedule = &work.rules.retry_schedule;
                match retry::next_attempt(schedule, attempts, work.now, retry_after, random) {
                    Some(at) => {
                        let seconds = (at.as_micros() - work.now.as_micros()) / 1_000_000;
                        (Some(at), format!("INFO: Retrying webhook in {seconds} seconds"))
                    }
                    None => (None, format!("INFO: Webhook execution failed after {attempts} attempts")),
                }
            }
        };
        let log = format!("{}[{}] {end}\n", self.log, work.now);
        let log = work.keep(log.into_bytes());
        let success = self.outcome == AttemptOutcome::Delivered;
        work.record(Event::WebhookAttempted { trigger: self.trigger, success, log, next_at });
        Ok(())
    }
}
