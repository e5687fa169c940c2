use pactwright_core::broker_api::{Link, Links};
use serde_json::{Map, Value, json};

use crate::{
    domain::model::{Secret, Side, Timestamp, Webhook, WebhookDetails, WebhookRequest},
    http::call::Call,
};

/// What a webhook is about: `A webhook for the pact between Foo and Bar`.
pub(super) fn about(details: &WebhookDetails) -> String {
    let told = |role: &str, side: &Side| match side {
        Side::Name(name) => format!("{role} {name}"),
        Side::Label(label) => format!("{role}s labelled {label}"),
    };
    match (&details.consumer, &details.provider) {
        (None, None) => "A webhook for all pacts".to_owned(),
        (Some(Side::Name(consumer)), Some(Side::Name(provider))) => {
            format!("A webhook for the pact between {consumer} and {provider}")
        }
        (Some(consumer), Some(provider)) => {
            format!(
                "A webhook for pacts between {} and {}",
                told("consumer", consumer),
                told("provider", provider)
            )
        }
        (Some(consumer), None) => format!("A webhook for all pacts with {}", told("consumer", consumer)),
        (None, Some(provider)) => format!("A webhook for all pacts with {}", told("provider", provider)),
    }
}

/// A webhook as a document.
pub(super) fn document(call: &Call, webhook: &Webhook) -> Value {
    let details = &webhook.details;
    let events: Vec<_> = details.events.iter().map(|event| json!({ "name": event.name() })).collect();
    let mut document = json!({
        "uuid": webhook.key,
        "description": webhook.description(),
        "enabled": details.enabled,
        "request": request(&details.request),
        "events": events,
        "createdAt": webhook.created_at.to_wire(),
        "_links": links(call, webhook),
    });
    for (role, side) in [("consumer", &details.consumer), ("provider", &details.provider)] {
        match side {
            Some(Side::Name(name)) => document[role] = json!({ "name": name }),
            Some(Side::Label(label)) => document[role] = json!({ "label": label }),
            None => {}
        }
    }
    if let Some(updated_at) = webhook.updated_at.map(Timestamp::to_wire) {
        document["updatedAt"] = json!(updated_at);
    }
    document
}

/// What a webhook sends, with stars in the place of secrets.
pub(in crate::http) fn request(request: &WebhookRequest) -> Value {
    let mut document = json!({ "method": request.method, "url": request.url });
    if !request.headers.is_empty() {
        let shown = request.headers.iter().map(|header| {
            let shown = header.value.plain().filter(|_| !header.is_sensitive());
            let value = shown.unwrap_or(Secret::STARS);
            (header.name.clone(), json!(value))
        });
        document["headers"] = Value::Object(shown.collect::<Map<_, _>>());
    }
    if let Some(body) = &request.body {
        document["body"] = body.clone();
    }
    if let Some(username) = &request.username {
        document["username"] = json!(username);
    }
    if request.password.is_some() {
        document["password"] = json!(Secret::STARS);
    }
    if request.signing_secret.is_some() {
        document["signingSecret"] = json!(Secret::STARS);
    }
    if !request.named_secrets.is_empty() {
        let names = request.named_secrets.iter().map(|known| (known.name.clone(), json!(Secret::STARS)));
        document["secrets"] = Value::Object(names.collect());
    }
    document
}

fn links(call: &Call, webhook: &Webhook) -> Links {
    let paths = &call.paths;
    let this = paths.webhook(&webhook.key);
    let mut links = Links::new().with("self", Link::to(this.clone()).titled(webhook.description()));
    let title = "POST to try the webhook out with the latest pact or verification that it is about";
    links.push("pb:execute", Link::to(format!("{this}/execute")).titled(title));
    let named = |side: &Option<Side>| match side {
        Some(Side::Name(name)) => Some(name.clone()),
        _ => None,
    };
    let (consumer, provider) = (named(&webhook.details.consumer), named(&webhook.details.provider));
    for (relation, title, name) in
        [("pb:consumer", "Consumer", &consumer), ("pb:provider", "Provider", &provider)]
    {
        if let Some(name) = name {
            links.push(relation, Link::to(paths.participant(name)).titled(title).named(name.to_string()));
        }
    }
    if let (Some(consumer), Some(provider)) = (consumer, provider) {
        let title = format!("All webhooks for consumer {consumer} and provider {provider}");
        links.push("pb:pact-webhooks", Link::to(paths.provider_webhooks(&provider, &consumer)).titled(title));
    }
    links.push("pb:webhooks", Link::to(paths.webhooks()).titled("All webhooks"));
    links
}
