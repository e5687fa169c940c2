//! Webhooks: which of them are told of what, what they are sent, when it is tried again, and where it may go.
//!
//! What is owed to a receiver is recorded together with what it is about ([`trigger`]), so that it is in the log or did
//! not happen. What is recorded is the webhook as it is then and the values of its templates ([`context`]); the request
//! is made from the two when it is sent ([`template`]). [`outbox`] says what to send now, [`retry`] when to try again,
//! [`egress`] where nothing may be sent to.

pub mod consequences;
pub mod context;
pub mod egress;
pub mod outbox;
pub mod overdue;
pub mod retry;
pub mod signature;
pub mod summary;
pub mod template;
pub mod trigger;
pub mod vault;

use std::sync::Arc;

use crate::domain::{
    model::{Participant, Side, Webhook, WebhookDetails, WebhookEvent},
    state::State,
};

/// The webhooks that are about a consumer and a provider, in the order they were created; those that are disabled, too.
pub fn about<'a>(
    state: &'a State,
    consumer: &'a Participant,
    provider: &'a Participant,
) -> impl Iterator<Item = &'a Arc<Webhook>> {
    state.webhooks().filter(move |webhook| is_about(&webhook.details, consumer, provider))
}

/// Whether a webhook is about a consumer and a provider.
pub fn is_about(details: &WebhookDetails, consumer: &Participant, provider: &Participant) -> bool {
    covers(details.consumer.as_ref(), consumer) && covers(details.provider.as_ref(), provider)
}

/// Whether a webhook is about a participant, in whichever role it names one.
pub fn is_about_one(details: &WebhookDetails, participant: &Participant) -> bool {
    match (&details.consumer, &details.provider) {
        (None, None) => true,
        (consumer, provider) => {
            [consumer, provider].into_iter().flatten().any(|side| covers(Some(side), participant))
        }
    }
}

/// Whether any webhook is told of such events.
pub fn anybody_listens(state: &State, events: &[WebhookEvent]) -> bool {
    state.webhooks().any(|webhook| {
        webhook.details.enabled && webhook.details.events.iter().any(|event| events.contains(event))
    })
}

fn covers(side: Option<&Side>, participant: &Participant) -> bool {
    match side {
        None => true,
        Some(Side::Name(name)) => participant.name == *name,
        Some(Side::Label(label)) => participant.labels.iter().any(|(known, _)| known == label),
    }
}
