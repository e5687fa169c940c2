//! Trying webhooks out: at once, with the latest they are about, and nothing of it is recorded.

use pactwright_core::broker_api::{Link, Links};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Parties, named, request};
use crate::{
    delivery::{Report, about, values},
    domain::{
        commands::{AttemptOutcome, Rejection},
        model::{Pact, WebhookDetails, WebhookKey},
        state::State,
        webhooks::{
            self,
            context::{Context, Facts},
            template,
        },
    },
    http::{
        access::needs::of_webhook,
        answer::Answer,
        call::Call,
        errors::{Failure, FieldErrors},
    },
};

/// What the event is called when a webhook is tried out.
const EVENT: &str = "test";

/// Tries a known webhook out.
pub(in crate::http) async fn known(call: Call) -> Result<Answer, Failure> {
    let webhook = named(&call)?.clone();
    let this = call.paths.webhook(&webhook.key);
    let again = Link::to(format!("{this}/execute")).titled("Execute the webhook again");
    let links = Links::new().with("webhook", Link::to(this)).with("try-again", again);
    answer(&call, &webhook.key, &webhook.details, &links).await
}

/// Tries a webhook out that nobody has saved.
pub(in crate::http) async fn given(call: Call) -> Result<Answer, Failure> {
    call.require_body()?;
    let details = request::read(&call, &call.object()?, &Parties::default())?;
    let call = call.needing([of_webhook(&details)])?;
    if let Some((field, _)) = details.request.secrets().find(|(_, secret)| secret.is_stars()) {
        return Err(Rejection::NoSecretToKeep { field }.into());
    }
    let again = Link::to(format!("{}/execute", call.paths.webhooks())).titled("Execute the webhook again");
    let key = WebhookKey::from(Uuid::new_v4());
    answer(&call, &key, &details, &Links::new().with("try-again", again)).await
}

async fn answer(
    call: &Call,
    key: &WebhookKey,
    details: &WebhookDetails,
    links: &Links,
) -> Result<Answer, Failure> {
    let broker = &call.broker;
    let _place = broker.courier().try_out().ok_or_else(|| {
        Failure::Busy("too many webhooks are being tried out; try again in a moment".to_owned())
    })?;
    let context = context(call, details);
    let opened = broker.config().webhooks.secrets().open_request(key, &details.request);
    let opened = opened.map_err(|locked| FieldErrors::one("request", locked.to_string()))?;
    let rendered = template::render(&details.request, &opened, &values(&context, EVENT));
    let about = format!("Webhook context {}", about(&context, EVENT));
    let report = broker.courier().send(&rendered, Uuid::new_v4(), &about, &|| broker.now()).await;
    Answer::document(&document(report, broker.courier().shows_responses(), links))
}

fn document(report: Report, shows_responses: bool, links: &Links) -> Value {
    let headers = |headers: Vec<(String, String)>| {
        Value::Object(headers.into_iter().map(|(name, value)| (name, json!(value))).collect::<Map<_, _>>())
    };
    let mut request = json!({ "headers": headers(report.request.headers), "url": report.request.target });
    if let Some(body) = report.request.body {
        request["body"] = body;
    }
    let mut document = json!({
        "request": request,
        "logs": report.log,
        "success": report.outcome == AttemptOutcome::Delivered,
        "_links": links,
    });
    match report.response {
        Some(response) if shows_responses => {
            document["response"] = json!({ "status": response.status, "headers": headers(response.headers) });
            if let Some(body) = response.body {
                document["response"]["body"] = body;
            }
        }
        Some(_) => {
            document["message"] = json!(
                "For security, the answer is not shown. To have it shown, name the hosts that webhooks may go to \
                 (PACT_BROKER_WEBHOOK_HOST_WHITELIST)."
            );
        }
        None => {}
    }
    if let Some(error) = report.error {
        document["error"] = json!({ "message": error });
    }
    document
}

/// The latest that a webhook is about.
fn context(call: &Call, details: &WebhookDetails) -> Context {
    let state = &call.state;
    let base = &call.paths.base;
    latest(state, details)
        .and_then(|pact| {
            let content = state.content_by_id(pact.content)?;
            let version = state.version_by_id(pact.version)?;
            Some(Context::new(
                state,
                &Facts {
                    base,
                    consumer: state.participant_by_id(pact.consumer)?,
                    provider: state.participant_by_id(pact.provider)?,
                    version,
                    content,
                    result: state.latest_result(content.id).map(AsRef::as_ref),
                    provider_version: None,
                    build_url: version.build_url.as_deref(),
                    more: &[],
                },
            ))
        })
        .unwrap_or_else(|| Context::placeholder(base))
}

fn latest(state: &State, details: &WebhookDetails) -> Option<Pact> {
    let pairs = state.pairs().filter(|(consumer, provider)| {
        let parties = state.participant_by_id(*consumer).zip(state.participant_by_id(*provider));
        parties.is_some_and(|(consumer, provider)| webhooks::is_about(details, consumer, provider))
    });
    let latest = pairs.filter_map(|(consumer, provider)| state.pacts_between(consumer, provider).next_back());
    latest.max_by_key(|pact| pact.created_at).copied()
}
