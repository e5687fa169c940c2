//! Webhooks: what they are, what they were told, and trying them out.

pub(super) mod dead_letters;
pub(super) mod execute;
mod request;
pub(super) mod triggered;
pub(super) mod view;

use std::sync::Arc;

use http::StatusCode;
use pactwright_core::broker_api::{Link, Links};
use serde_json::json;

use super::{
    access::needs::{of_webhook, to_see_webhook},
    answer::Answer,
    call::Call,
    errors::{Failure, FieldErrors},
};
use crate::delivery::warn_of_plain_secrets;
use crate::domain::{
    commands::{Existing, RemoveWebhook, SaveWebhook},
    model::{InvalidWebhookKey, Participant, Side, Webhook, WebhookDetails, WebhookKey},
    state::State,
};

/// Which webhooks a list is of: those for just these.
#[derive(Debug, Clone, Default)]
struct Parties {
    consumer: Option<Arc<Participant>>,
    provider: Option<Arc<Participant>>,
}

/// Whether a webhook is for just that participant, or for all where there is none.
fn is_for(side: Option<&Side>, participant: Option<&Arc<Participant>>) -> bool {
    match (side, participant) {
        (None, None) => true,
        (Some(Side::Name(name)), Some(participant)) => participant.name == *name,
        _ => false,
    }
}

/// Those that the path names.
fn parties(call: &Call) -> Result<Parties, Failure> {
    let named = |role: &str| match call.var(role) {
        "" => Ok(None),
        _ => call.participant(role).cloned().map(Some),
    };
    Ok(Parties { provider: named("provider")?, consumer: named("consumer")? })
}

/// The webhook that the path names.
fn named(call: &Call) -> Result<&Arc<Webhook>, Failure> {
    let key: WebhookKey = call.var("uuid").parse().map_err(|_| Failure::NotFound)?;
    call.state.webhook(&key).ok_or(Failure::NotFound)
}

/// Whether whoever asks may see where a webhook goes, and what it is told.
fn may_see(call: &Call, webhook: &Webhook) -> bool {
    call.may(&to_see_webhook(&webhook.details))
}

pub(super) async fn list(call: Call) -> Result<Answer, Failure> {
    let Parties { consumer, provider } = parties(&call)?;
    let of_all = consumer.is_none() && provider.is_none();
    let wanted = |webhook: &&Arc<Webhook>| {
        let details = &webhook.details;
        let is_wanted = of_all
            || (is_for(details.consumer.as_ref(), consumer.as_ref())
                && is_for(details.provider.as_ref(), provider.as_ref()));
        is_wanted && may_see(&call, webhook)
    };
    let listed = call.state.webhooks().filter(wanted).map(|webhook| {
        let link = Link::to(call.paths.webhook(&webhook.key));
        link.titled(view::about(&webhook.details)).named(webhook.description())
    });
    let this = call.address_without_query();
    let doc = Link::to(call.paths.template("/doc/webhooks-{rel}")).named("pb").templated(true);
    let links = Links::new()
        .with("self", Link::to(this.clone()).titled("Webhooks"))
        .with("pb:create", Link::to(this).titled("POST to create a webhook"))
        .with_all("pb:webhooks", listed.collect())
        .with_all("curies", vec![doc]);
    Answer::document(&json!({ "_links": links }))
}

pub(super) async fn create(call: Call) -> Result<Answer, Failure> {
    call.require_body()?;
    let parties = parties(&call)?;
    let details = request::read(&call, &call.object()?, &parties)?;
    let call = call.needing([of_webhook(&details)])?;
    save(call, None, details).await
}

pub(super) async fn put(call: Call) -> Result<Answer, Failure> {
    call.require_body()?;
    let key = call.var("uuid").parse();
    let key = key.map_err(|error: InvalidWebhookKey| FieldErrors::one("uuid", error.to_string()))?;
    let details = request::read(&call, &call.object()?, &Parties::default())?;
    let call = call.needing([of_webhook(&details)])?;
    save(call, Some(key), details).await
}

async fn save(call: Call, key: Option<WebhookKey>, mut details: WebhookDetails) -> Result<Answer, Failure> {
    let vault = &call.broker.config().webhooks.secrets();
    // What is sealed is bound to its webhook: which that is has to be known before.
    let key = key.unwrap_or_else(|| call.broker.random().into());
    if vault.is_open() {
        let known = call.state.webhook(&key).map(|known| &known.details.request);
        details.request = vault.seal_request(&key, details.request, known, || call.broker.random());
    } else if details.request.secrets().any(|(_, secret)| !secret.is_stars()) {
        warn_of_plain_secrets(&call.broker);
    }
    let command = SaveWebhook { webhook: Some(key), details };
    let done = call.submit(command).await?;
    let (key, existing) = done.answer;
    let answer = answer(&call, &done.state, &key)?;
    Ok(match existing {
        Existing::New => answer.created(call.paths.webhook(&key)),
        Existing::Known => answer,
    })
}

fn answer(call: &Call, state: &State, key: &WebhookKey) -> Result<Answer, Failure> {
    let webhook = state.webhook(key).ok_or_else(|| {
        Failure::Told(
            StatusCode::GONE,
            "The webhook was saved, and removed by somebody else since.".to_owned(),
        )
    })?;
    Answer::document(&view::document(call, webhook))
}

pub(super) async fn read(call: Call) -> Result<Answer, Failure> {
    Answer::document(&view::document(&call, named(&call)?))
}

pub(super) async fn remove(call: Call) -> Result<Answer, Failure> {
    let webhook = named(&call)?.key.clone();
    call.submit(RemoveWebhook { webhook }).await?;
    Ok(Answer::no_content())
}
