//! What webhooks were told: lists, how it stands, logs.

use std::sync::Arc;

use pactwright_core::broker_api::{Link, Links};
use serde_json::{Value, json};

use super::{Parties, may_see, parties};
use crate::{
    domain::{
        model::{Participant, Trigger, TriggerStatus, Webhook},
        state::State,
    },
    http::{answer::Answer, call::Call, errors::Failure, hal, media::Media, pacts},
};

fn word(status: TriggerStatus) -> &'static str {
    match status {
        TriggerStatus::NotRun => "not_run",
        TriggerStatus::Retrying => "retrying",
        TriggerStatus::Success => "success",
        TriggerStatus::Failure => "failure",
    }
}

/// The webhook, if it is still there.
fn webhook<'a>(call: &'a Call, trigger: &Trigger) -> Option<&'a Arc<Webhook>> {
    call.state.webhook_by_id(trigger.webhook.id)
}

/// What a webhook is called by whoever may not see it.
const OF_OTHERS: &str = "a webhook of another team";

/// What a webhook is called, for whoever asks: its address and its description are its team's.
fn name(call: &Call, webhook: &Webhook) -> String {
    if may_see(call, webhook) { webhook.details.request.summary() } else { OF_OTHERS.to_owned() }
}

pub(super) fn document(call: &Call, trigger: &Trigger) -> Value {
    let webhook = webhook(call, trigger);
    let name = webhook.map(|webhook| name(call, webhook));
    let logs = call.paths.webhook_logs(&trigger.uuid);
    let status = trigger.status();
    let remaining = match status {
        TriggerStatus::NotRun | TriggerStatus::Retrying => (call.broker.config().rules.retry_schedule.len()
            + 1)
        .saturating_sub(trigger.attempts_that_count()),
        TriggerStatus::Success | TriggerStatus::Failure => 0,
    };
    // A name that is null says that the webhook is gone, which a `Link` cannot.
    let link = |title: &str| json!({ "href": logs, "title": title, "name": name });
    let mut document = json!({
        "status": word(status),
        "attemptsMade": trigger.attempts.len(),
        "attemptsRemaining": remaining,
        "triggerType": "resource_creation",
        "eventName": trigger.event.name(),
        "triggeredAt": trigger.triggered_at.to_wire(),
        "_links": {
            "pb:logs": link("Webhook execution logs"),
            "logs": link("DEPRECATED - Use pb:logs"),
        },
    });
    if let (Some(webhook), Some(name)) = (webhook, name) {
        document["_links"]["pb:webhook"] =
            json!(Link::to(call.paths.webhook(&webhook.key)).titled("Webhook").named(name.clone()));
        document["name"] = json!(name);
    }
    add_owners(&call.state, trigger, &mut document);
    document
}

/// Whom to ask about those that a delivery is about, where anybody owns them.
fn add_owners(state: &State, trigger: &Trigger, document: &mut Value) {
    let mut parties = vec![trigger.consumer, trigger.provider];
    parties.dedup();
    let known = parties.iter().filter_map(|id| state.participant_by_id(*id));
    let owners: Vec<_> = known
        .filter_map(|participant| {
            let owned = state.access().owned(&participant.name)?;
            let team = owned.team.as_str();
            Some(json!({ "name": participant.name, "team": team, "contacts": owned.contacts }))
        })
        .collect();
    if !owners.is_empty() {
        document["owners"] = json!(owners);
    }
}

/// A list of what webhooks were told, newest first.
pub(in crate::http) fn list<'a>(
    call: &Call,
    triggers: impl DoubleEndedIterator<Item = &'a Arc<Trigger>>,
    title: String,
) -> Result<Answer, Failure> {
    let page = call.page_or_whole()?;
    let mut triggers = triggers.rev().skip(page.skip());
    let documents: Vec<_> =
        triggers.by_ref().take(page.size).map(|trigger| document(call, trigger)).collect();
    let mut links = Links::new().with("self", Link::to(call.address_without_query()).titled(title));
    hal::more_links(call, page, triggers.next().is_some(), &mut links);
    Answer::document(&json!({ "_embedded": { "triggeredWebhooks": documents }, "_links": links }))
}

/// How it stands between a consumer and a provider, or with one of them: the last delivery of each webhook and event.
pub(in crate::http) async fn status(call: Call) -> Result<Answer, Failure> {
    let parties = parties(&call)?;
    let latest = latest(&call, &parties);
    let count = |wanted: TriggerStatus| latest.iter().filter(|trigger| trigger.status() == wanted).count();
    let mut summary = json!({
        "successful": count(TriggerStatus::Success),
        "failed": count(TriggerStatus::Failure),
    });
    for (member, status) in [("retrying", TriggerStatus::Retrying), ("notRun", TriggerStatus::NotRun)] {
        match count(status) {
            0 => {}
            count => summary[member] = json!(count),
        }
    }
    let is_wrong = |trigger: &&&Arc<Trigger>| {
        matches!(trigger.status(), TriggerStatus::Failure | TriggerStatus::Retrying)
    };
    let wrong: Vec<_> = latest
        .iter()
        .filter(is_wrong)
        .map(|trigger| {
            let name = name(&call, &trigger.webhook);
            Link::to(call.paths.webhook_logs(&trigger.uuid)).titled("Error logs").named(name)
        })
        .collect();
    let documents: Vec<_> = latest.iter().map(|trigger| document(&call, trigger)).collect();
    let links = status_links(&call, &parties, wrong);
    Answer::document(&json!({
        "summary": summary, "_embedded": { "triggeredWebhooks": documents }, "_links": links,
    }))
}

fn status_links(call: &Call, parties: &Parties, wrong: Vec<Link>) -> Links {
    let paths = &call.paths;
    let mut links = Links::new()
        .with("self", Link::to(call.address_without_query()).titled("Webhooks status"))
        .with_all("pb:error-logs", wrong);
    if let Parties { consumer: Some(consumer), provider: Some(provider) } = parties {
        let title = format!("Webhooks for the pact between {} and {}", consumer.name, provider.name);
        let webhooks = format!("{}/webhooks", paths.pair(&provider.name, &consumer.name));
        links.push("pb:pact-webhooks", Link::to(webhooks).titled(title));
        let pact = call.state.pacts_between(consumer.id, provider.id).next_back();
        let version = pact.and_then(|pact| call.state.version_by_id(pact.version));
        if let (Some(pact), Some(version)) = (pact, version) {
            let address = paths.pact(&provider.name, &consumer.name, &version.number);
            let link = Link::to(address).titled("Pact").named(pacts::title(&call.state, pact));
            links.push("pb:pact-version", link);
        }
    }
    for (relation, title, participant) in
        [("pb:consumer", "Consumer", &parties.consumer), ("pb:provider", "Provider", &parties.provider)]
    {
        if let Some(participant) = participant {
            let link = Link::to(paths.participant(&participant.name));
            links.push(relation, link.titled(title).named(participant.name.to_string()));
        }
    }
    links
}

/// The last delivery of each webhook, event and pair, newest first.
fn latest<'a>(call: &'a Call, parties: &Parties) -> Vec<&'a Arc<Trigger>> {
    let state = &call.state;
    let id = |participant: &Option<Arc<Participant>>| participant.as_ref().map(|known| known.id);
    let (consumer, provider) = (id(&parties.consumer), id(&parties.provider));
    state.last_triggers(consumer, provider)
}

/// How it stands between two, in a word, and when a webhook was last told of them.
pub(in crate::http) fn at_a_glance<'a>(
    mut triggers: impl DoubleEndedIterator<Item = &'a Arc<Trigger>>,
) -> (&'static str, Option<Value>) {
    let Some(last) = triggers.next_back() else { return ("none", None) };
    (word(last.status()), Some(json!({ "triggeredAt": last.triggered_at.to_wire() })))
}

/// What was sent and answered.
pub(in crate::http) async fn logs(call: Call) -> Result<Answer, Failure> {
    let trigger = call.state.trigger(call.uuid("uuid")?).ok_or(Failure::NotFound)?;
    let mut executions = Vec::new();
    for attempt in trigger.attempts.iter() {
        let text = call.broker.text(attempt.log).await?.unwrap_or_default();
        executions.push((attempt, String::from_utf8_lossy(&text).into_owned()));
    }
    if call.media == Media::Text {
        let texts: Vec<_> = executions.into_iter().map(|(_, text)| text).collect();
        if texts.is_empty() {
            let text = match trigger.status() {
                TriggerStatus::NotRun => "Webhook has not executed yet. Please retry in a few seconds.",
                _ => "Webhook was not executed: it was disabled or removed before its turn came.",
            };
            return Ok(Answer::text(text.to_owned()));
        }
        return Ok(Answer::text(texts.join("\n")));
    }
    let name = |id| call.state.participant_by_id(id).map(|known| known.name.clone());
    let executions: Vec<_> = executions
        .iter()
        .map(|(attempt, text)| {
            json!({ "success": attempt.success, "logs": text, "createdAt": attempt.at.to_wire() })
        })
        .collect();
    let this = call.paths.webhook_logs(&trigger.uuid);
    let mut links = Links::new().with("self", Link::to(this).titled("Triggered webhook logs"));
    if let Some(webhook) = webhook(&call, trigger) {
        links.push("pb:webhook", Link::to(call.paths.webhook(&webhook.key)).titled("Webhook"));
    }
    let mut document = json!({
        "eventName": trigger.event.name(),
        "consumerName": name(trigger.consumer),
        "providerName": name(trigger.provider),
        "executions": executions,
        "_embedded": { "triggeredWebhook": { "uuid": trigger.uuid } },
        "_links": links,
    });
    add_owners(&call.state, trigger, &mut document);
    Answer::document(&document)
}
