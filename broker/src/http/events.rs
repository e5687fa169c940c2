//! The audit trail: what was changed, in the order of the log.
//!
//! Events are shown as they are kept, but for secrets: those are stars, as everywhere.

use pactwright_core::broker_api::{Link, Links};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{
    answer::Answer,
    call::{Call, Page},
    errors::{Failure, FieldErrors},
    query::Params,
    webhooks,
};
use crate::{
    config::Hidden,
    domain::{event::Event, model::Timestamp},
    history::Change,
    store::Position,
};

/// How many changes are looked at for one answer; the rest is behind the link to the next page.
const SCAN: usize = 10_000;
/// How many are read at once.
const READ: usize = 500;

/// Which events are wanted.
struct Filter {
    kind: Option<String>,
    participant: Option<String>,
    until: Option<Timestamp>,
}

impl Filter {
    fn wants(&self, event: &Map<String, Value>) -> bool {
        // Whom a webhook is for is one level further down.
        let text = |value: &Value| value.get("name").unwrap_or(value).as_str().map(str::to_owned);
        let is = |name: &str, wanted: &str| event.get(name).and_then(text).as_deref() == Some(wanted);
        self.kind.as_deref().is_none_or(|kind| is("type", kind))
            && self.participant.as_deref().is_none_or(|wanted| {
                ["participant", "consumer", "provider"].into_iter().any(|role| is(role, wanted))
            })
    }
}

/// A time in the query.
pub(super) fn time(query: &Params, name: &str) -> Result<Option<Timestamp>, Failure> {
    let Some(text) = query.filled(name) else { return Ok(None) };
    Timestamp::parse(text).map(Some).map_err(|error| {
        let mut errors = FieldErrors::default();
        errors.add(name, error.to_string());
        Failure::Invalid(errors.in_parameters())
    })
}

fn number(call: &Call, name: &str) -> Result<Option<u64>, Failure> {
    let Some(text) = call.query.filled(name) else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| {
        let mut errors = FieldErrors::default();
        errors.add(name, "must be an integer");
        Failure::Invalid(errors.in_parameters())
    })
}

/// `GET /events?from=&since=&until=&type=&pacticipant=&size=`
pub(super) async fn list(call: Call) -> Result<Answer, Failure> {
    let filter = Filter {
        kind: call.query.filled("type").map(str::to_owned),
        participant: call.query.filled("pacticipant").map(str::to_owned),
        until: time(&call.query, "until")?,
    };
    let size = call.page()?.map_or(Page::SIZE, |page| page.size).min(call.broker.config().http.page_limit);
    let begin = match (number(&call, "from")?, time(&call.query, "since")?) {
        (Some(from), _) => Position(from),
        (None, Some(since)) => call.broker.position_after(since.before()).await?,
        (None, None) => Position(0),
    };
    let mut found = Vec::new();
    let mut next = begin;
    let mut looked_at = 0;
    let more = loop {
        let changes = call.broker.changes(next, READ).await?;
        if changes.is_empty() {
            break false;
        }
        let mut is_over = false;
        for change in &changes {
            if filter.until.is_some_and(|until| change.commit.at > until) {
                is_over = true;
                break;
            }
            if found.len() >= size {
                break;
            }
            found.extend(shown(change, &filter)?);
            next = change.position.next();
        }
        looked_at += changes.len();
        if is_over {
            break false;
        }
        if found.len() >= size || looked_at >= SCAN {
            break true;
        }
    };
    let mut links = Links::new().with("self", Link::to(call.address()).titled("Events"));
    if more {
        links.push("next", Link::to(next_address(&call, next, size)).titled("Next page"));
    }
    Answer::document(&json!({ "events": found, "_links": links }))
}

/// The events of a change that are wanted, as they are in the log, with where and when.
fn shown(change: &Change, filter: &Filter) -> Result<Vec<Value>, Failure> {
    let mut all = Vec::new();
    for event in &change.commit.events {
        let Value::Object(event) = document(event)? else { continue };
        if filter.wants(&event) {
            let mut entry = json!({ "position": change.position.0, "at": change.commit.at, "event": event });
            if let Some(by) = &change.commit.by {
                entry["by"] = serde_json::to_value(by).map_err(|error| Failure::internal(&error))?;
            }
            all.push(entry);
        }
    }
    Ok(all)
}

/// An event as it is kept, without what is secret.
fn document(event: &Event) -> Result<Value, Failure> {
    let mut document = serde_json::to_value(event).map_err(|error| Failure::internal(&error))?;
    match event {
        Event::WebhookCreated { details, .. } | Event::WebhookChanged { details, .. } => {
            document["request"] = webhooks::view::request(&details.request);
        }
        Event::WebhookSecretsSealed { request, .. } => {
            document["request"] = webhooks::view::request(request);
        }
        _ => {}
    }
    let secret = match event {
        Event::UserSaved { details, .. } => details.password.as_ref().map(|_| "password"),
        Event::TokenCreated { .. } => Some("hash"),
        _ => None,
    };
    if let Some(member) = secret {
        document[member] = json!(Hidden::STARS);
    }
    Ok(document)
}

/// The same question, from another place on.
fn next_address(call: &Call, next: Position, size: usize) -> String {
    let mut address = format!("{}?from={next}&size={size}", call.address_without_query());
    for name in ["until", "type", "pacticipant"] {
        if let Some(value) = call.query.filled(name) {
            address.push_str(&format!("&{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
        }
    }
    address
}
