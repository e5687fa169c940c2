//! What webhooks were given up to be told: a list, and another try.

use http::StatusCode;
use pactwright_core::broker_api::{Link, Links};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{may_see, named, triggered};
use crate::{
    domain::{
        commands::{RetryDeliveries, RetryDelivery},
        model::{Trigger, WebhookEvent},
        state::State,
    },
    http::{
        answer::Answer,
        call::{Call, Page},
        errors::{Failure, FieldErrors},
        hal,
    },
};

/// What a list can be narrowed down by.
const FILTERS: [&str; 4] = ["webhook", "consumer", "provider", "event"];

/// A list of what was given up, newest first, of the webhooks that whoever asks may see.
pub(in crate::http) async fn list(call: Call) -> Result<Answer, Failure> {
    let page = call.page()?.unwrap_or(Page::FIRST);
    let wanted = filter(&call)?;
    let mut total = 0;
    let mut documents = Vec::new();
    for trigger in
        call.state.dead_letters().rev().filter(|trigger| wanted(trigger) && may_see(&call, &trigger.webhook))
    {
        if total >= page.skip() && documents.len() < page.size {
            documents.push(document(&call, &call.state, trigger));
        }
        total += 1;
    }
    let mut links =
        Links::new().with("self", Link::to(call.address()).titled("Deliveries that were given up"));
    hal::page_links(&call, page, total, &mut links);
    let mut links = hal::links_value(&links);
    keep_filters(&call, &mut links);
    Answer::document(&json!({
        "page": hal::page_info(page, total),
        "_embedded": { "triggeredWebhooks": documents },
        "_links": links,
    }))
}

/// What is wanted, by what the query says.
fn filter(call: &Call) -> Result<impl Fn(&Trigger) -> bool + use<>, Failure> {
    let text = |name: &str| call.query.filled(name).map(str::to_owned);
    let event = match text("event") {
        None => None,
        Some(name) => match WebhookEvent::named(&name) {
            Some(event) => Some(event),
            None => {
                let known = WebhookEvent::ALL.map(WebhookEvent::name).join(", ");
                let mut errors = FieldErrors::default();
                errors.add("event", format!("must be one of: {known}"));
                return Err(Failure::Invalid(errors.in_parameters()));
            }
        },
    };
    let id = |role: &str| text(role).map(|name| call.state.participant(&name).map(|known| known.id));
    let (webhook, consumer, provider) = (text("webhook"), id("consumer"), id("provider"));
    Ok(move |trigger: &Trigger| {
        webhook.as_deref().is_none_or(|webhook| trigger.webhook.key.as_str() == webhook)
            && consumer.is_none_or(|consumer| consumer == Some(trigger.consumer))
            && provider.is_none_or(|provider| provider == Some(trigger.provider))
            && event.is_none_or(|event| trigger.event == event)
    })
}

/// The links to other pages ask the same.
fn keep_filters(call: &Call, links: &mut Value) {
    let filters = FILTERS.iter().filter_map(|name| {
        let value = call.query.filled(name)?;
        Some(format!("&{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
    });
    let filters: String = filters.collect();
    for relation in ["next", "previous"] {
        if let Some(Value::String(href)) = links.pointer_mut(&format!("/{relation}/href")) {
            href.push_str(&filters);
        }
    }
}

fn document(call: &Call, state: &State, trigger: &Trigger) -> Value {
    let mut document = triggered::document(call, trigger);
    let name = |id| state.participant_by_id(id).map(|known| known.name.clone());
    document["uuid"] = json!(trigger.uuid);
    document["webhook"] = json!({
        "uuid": trigger.webhook.key, "description": trigger.webhook.description(),
    });
    document["consumerName"] = json!(name(trigger.consumer));
    document["providerName"] = json!(name(trigger.provider));
    document["givenUpAt"] = json!(trigger.attempts.last().map(|last| last.at.to_wire()));
    let retry = Link::to(call.paths.webhook_retry(&trigger.uuid)).titled("POST to try it again");
    document["_links"]["pactwright:retry"] = json!(retry);
    document
}

/// Tries one again, with what was recorded and under the same key, by the webhook as it is now.
pub(in crate::http) async fn retry(call: Call) -> Result<Answer, Failure> {
    let uuid = call.uuid("uuid")?;
    let done = call.submit(RetryDelivery { trigger: uuid }).await?;
    let trigger = done.state.trigger(uuid).ok_or(Failure::NotFound)?;
    Ok(Answer::document(&document(&call, &done.state, trigger))?.status(StatusCode::ACCEPTED))
}

/// Tries all of a webhook again.
pub(in crate::http) async fn retry_all(call: Call) -> Result<Answer, Failure> {
    let webhook = named(&call)?.key.clone();
    let links = Links::new().with("pb:webhook", Link::to(call.paths.webhook(&webhook)).titled("Webhook"));
    let done = call.submit(RetryDeliveries { webhook }).await?.answer;
    let document = json!({ "retried": done.retried, "remaining": done.remaining, "_links": links });
    Ok(Answer::document(&document)?.status(StatusCode::ACCEPTED))
}
