//! Verification results.

pub(super) mod interactions;

use http::StatusCode;
use pactwright_core::{
    broker_api::{Link, Links, ResponseTimes},
    json::{Json, JsonBuf},
    names::VersionNumber,
};
use serde_json::{Value, json};

use super::{
    answer::Answer,
    call::Call,
    errors::{Failure, FieldErrors},
    fields,
    media::Media,
    metadata::Metadata,
    pacts, webhooks,
};
use crate::domain::{
    commands::{RecordVerification, RemoveResult},
    model::{Content, Pact, ResultNumber, VerificationResult},
    queries::pacts::{self as pact_queries, Among},
    state::State,
};

/// Records the result of a verification.
pub(super) async fn record(call: Call) -> Result<Answer, Failure> {
    let object = call.object()?;
    let mut errors = FieldErrors::default();
    let success = match object.get("success") {
        Some(Json::Bool(success)) => Some(*success),
        None => {
            errors.add("success", "is missing");
            None
        }
        Some(_) => {
            errors.add("success", "must be boolean");
            None
        }
    };
    let version: Option<VersionNumber> = fields::required(&object, "providerApplicationVersion", &mut errors);
    let build_url = fields::line(&object, "buildUrl", &mut errors).flatten();
    let (Some(success), Some(version), true) = (success, version, errors.is_empty()) else {
        return Err(Failure::Invalid(errors));
    };
    call.check_number(&version, "providerApplicationVersion")?;
    let (consumer, provider) = call.pair()?;
    let sha = call.sha("sha")?;
    let content = call.state.content(consumer.id, provider.id, &sha).ok_or(Failure::NotFound)?;
    // It may be known from a pact that is gone, and then nobody could be shown the result.
    pact_of(&call.state, content).ok_or(Failure::NotFound)?;
    let metadata = Metadata::decode(call.var("metadata"));
    let value = |name: &str| object.get(name).filter(|value| **value != Json::Null);
    let failed = interactions::failed(&call, content.body, value("testResults")).await?;
    let command = RecordVerification {
        consumer: consumer.name.clone(),
        provider: provider.name.clone(),
        sha,
        version,
        success,
        wip: metadata.wip,
        pending: metadata.pending,
        consumer_versions: metadata.consumer_versions,
        build_url,
        verified_by: value("verifiedBy").and_then(|value| serde_json::to_value(value).ok()),
        response_times: value("responseTimes").and_then(response_times),
        test_results: value("testResults").map(|value| value.to_compact().into_bytes()),
        failed,
    };
    let done = call.submit(command).await?;
    let result = done.state.result(done.answer).ok_or(Failure::NotFound)?.clone();
    let (document, address) = document(&call, &done.state, &result, value("testResults").cloned())?;
    Ok(Answer::text(document.to_compact()).created(address))
}

/// How long the provider took, in the shape of our verifier. What others may call by that name is theirs, and not kept.
fn response_times(sent: &Json<'_>) -> Option<Value> {
    let times: ResponseTimes = serde_json::from_str(&sent.to_compact()).ok()?;
    serde_json::to_value(times).ok()
}

/// What did the verification, as it was sent. What a client says about its language is given in the older members too,
/// which is where people's scripts look for it.
fn verified_by(result: &VerificationResult) -> Value {
    let sent = result.verified_by().and_then(|text| serde_json::from_str(text).ok());
    let mut told: Value = sent.unwrap_or_else(|| json!({}));
    let language = told.get("clientLanguage").cloned().unwrap_or_default();
    if let Value::Object(told) = &mut told {
        for (old, member) in [
            ("client_implementation", "name"),
            ("client_test_framework", "testFramework"),
            ("client_version", "version"),
        ] {
            if let Some(value) = language.get(member) {
                told.entry(old).or_insert_with(|| value.clone());
            }
        }
    }
    told
}

/// The pact that a result is shown for: of the newest consumer version with that content.
fn pact_of(state: &State, content: &Content) -> Option<Pact> {
    state.pacts_with_content(content.id).next_back().copied()
}

/// A result as a document, and its address. Its test results come back digit for digit.
fn document(
    call: &Call,
    state: &State,
    result: &VerificationResult,
    test_results: Option<JsonBuf>,
) -> Result<(Json<'static>, String), Failure> {
    let paths = &call.paths;
    let content = state.content_by_id(result.content).ok_or(Failure::NotFound)?;
    let version = state.version_by_id(result.version).ok_or(Failure::NotFound)?;
    let pact = pact_of(state, content).ok_or(Failure::NotFound)?;
    let consumer = state.participant_by_id(content.consumer).ok_or(Failure::NotFound)?;
    let provider = state.participant_by_id(content.provider).ok_or(Failure::NotFound)?;
    let title = pacts::title(state, &pact);
    let by_content = paths.content(&provider.name, &consumer.name, &content.sha, None);
    let number = result.number.get();
    let address = format!("{by_content}/verification-results/{number}");
    let consumer_version = state.version_by_id(pact.version).map(|version| version.number.clone());
    let metadata =
        Metadata { consumer_versions: consumer_version.into_iter().collect(), ..Metadata::default() };
    let with_metadata = paths.content(&provider.name, &consumer.name, &content.sha, Some(&metadata.encode()));
    let name = format!("Verification result {number} for {title}");
    let links = Links::new()
        .with("self", Link::to(address.clone()).titled("Verification result").named(name))
        .with("pb:pact-version", Link::to(with_metadata).titled("Pact").named(title))
        .with(
            "pactwright:interaction-results",
            Link::to(format!("{address}/interactions")).titled("Results of the interactions"),
        )
        .with(
            "pb:triggered-webhooks",
            Link::to(format!("{address}/triggered-webhooks"))
                .titled("Webhooks triggered by the publication of this verification result"),
        );
    let mut members = pactwright_core::json::ObjectBuf::new();
    members.insert("providerName", provider.name.as_str().to_owned());
    members.insert("providerApplicationVersion", version.number.as_str().to_owned());
    members.insert("success", result.success);
    members.insert("verificationDate", result.created_at.to_wire());
    if let Some(build_url) = result.build_url() {
        members.insert("buildUrl", build_url.to_owned());
    }
    if let Some(times) = result.response_times().and_then(|text| Json::parse(text.as_bytes()).ok()) {
        members.insert("responseTimes", times.into_owned());
    }
    if let Some(test_results) = test_results {
        members.insert("testResults", test_results);
    }
    members.insert("verifiedBy", Json::from(verified_by(result)));
    if call.media == Media::Extended {
        let tags: Vec<_> = version
            .tags
            .iter()
            .map(|used| {
                let latest = state.tag_head(provider.id, used.tag.as_str()) == Some(version.id);
                json!({ "name": used.tag, "latest": latest })
            })
            .collect();
        members.insert("_embedded", Json::from(json!({ "tags": tags })));
    }
    members.insert("_links", Json::from_serialize(&links).map_err(|error| Failure::internal(&error))?);
    Ok((Json::Object(members), address))
}

/// The result that the path names; it has to belong to the content that the path names.
fn named(call: &Call) -> Result<std::sync::Arc<VerificationResult>, Failure> {
    if call.var("number") == "all" {
        let message = "To see all the verifications for a pact, use the matrix at /matrix.";
        return Err(Failure::Told(StatusCode::NOT_FOUND, message.to_owned()));
    }
    let (consumer, provider) = call.pair()?;
    let content = call.state.content(consumer.id, provider.id, &call.sha("sha")?).ok_or(Failure::NotFound)?;
    let number = call.var("number").parse::<u32>().map(ResultNumber::new).map_err(|_| Failure::NotFound)?;
    let result = call.state.result(number).filter(|result| result.content == content.id);
    result.cloned().ok_or(Failure::NotFound)
}

/// A result with the test results that are kept.
async fn kept(call: &Call, result: &VerificationResult) -> Result<Json<'static>, Failure> {
    let test_results = match result.test_results() {
        Some(key) => call.broker.json(key).await?,
        None => None,
    };
    Ok(document(call, &call.state, result, test_results)?.0)
}

async fn shown(call: &Call, result: Option<std::sync::Arc<VerificationResult>>) -> Result<Answer, Failure> {
    let result = result.ok_or(Failure::NotFound)?;
    let document = kept(call, &result).await?;
    Ok(Answer::text(document.to_compact()))
}

pub(super) async fn read(call: Call) -> Result<Answer, Failure> {
    let result = named(&call)?;
    shown(&call, Some(result)).await
}

pub(super) async fn remove(call: Call) -> Result<Answer, Failure> {
    let number = named(&call)?.number;
    call.submit(RemoveResult { number }).await?;
    Ok(Answer::no_content())
}

/// What webhooks were told because a result was recorded.
pub(super) async fn triggered_webhooks(call: Call) -> Result<Answer, Failure> {
    let number = named(&call)?.number;
    let title = format!("Webhooks triggered by the publication of verification result {}", number.get());
    webhooks::triggered::list(&call, call.state.triggers_of_result(number), title)
}

pub(super) async fn latest_of_content(call: Call) -> Result<Answer, Failure> {
    let (consumer, provider) = call.pair()?;
    let content = call.state.content(consumer.id, provider.id, &call.sha("sha")?).ok_or(Failure::NotFound)?;
    let result = call.state.latest_result(content.id).cloned();
    shown(&call, result).await
}

pub(super) async fn latest_of_version(call: Call) -> Result<Answer, Failure> {
    let (consumer, provider) = call.pair()?;
    let version = call.state.version(consumer.id, call.var("version")).ok_or(Failure::NotFound)?;
    let pact = call.state.pact(version.id, provider.id).ok_or(Failure::NotFound)?;
    let result = call.state.latest_result(pact.content).cloned();
    shown(&call, result).await
}

async fn latest_among(call: &Call, among: Among) -> Result<Answer, Failure> {
    let (consumer, provider) = call.pair()?;
    let pact = pact_queries::latest(&call.state, consumer, provider.id, &among).ok_or(Failure::NotFound)?;
    let result = call.state.latest_result(pact.content).cloned();
    shown(call, result).await
}

pub(super) async fn latest_of_latest(call: Call) -> Result<Answer, Failure> {
    latest_among(&call, Among::All).await
}

pub(super) async fn latest_of_tagged(call: Call) -> Result<Answer, Failure> {
    latest_among(&call, Among::Tagged(call.var("tag").to_owned())).await
}

/// The latest results of everything that a consumer version asks.
pub(super) async fn of_consumer_version(call: Call) -> Result<Answer, Failure> {
    let consumer = call.participant("consumer")?;
    let version = call.state.version(consumer.id, call.var("version")).ok_or(Failure::NotFound)?;
    let (mut successful, mut failed, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    let mut results = Vec::new();
    for pact in call.state.pacts_of_version(version.id) {
        let Some(provider) = call.state.participant_by_id(pact.provider) else { continue };
        let result = call.state.latest_result(pact.content);
        match result.map(|result| result.success) {
            Some(true) => successful.push(provider.name.to_string()),
            Some(false) => failed.push(provider.name.to_string()),
            None => unknown.push(provider.name.to_string()),
        }
        results.extend(result.cloned());
    }
    let mut documents = Vec::new();
    for result in &results {
        documents.push(kept(&call, result).await?);
    }
    let success = failed.is_empty() && unknown.is_empty();
    let summary = json!({ "successful": successful, "failed": failed, "unknown": unknown });
    let title =
        format!("Latest verification results for consumer {} version {}", consumer.name, version.number);
    let links = Links::new().with("self", Link::to(call.address_without_query()).titled(title));
    let mut members = pactwright_core::json::ObjectBuf::new();
    members.insert("success", success);
    members.insert("providerSummary", Json::from(summary));
    let embedded = [("verificationResults", Json::Array(documents))];
    members.insert("_embedded", Json::Object(embedded.into_iter().collect()));
    members.insert("_links", Json::from_serialize(&links).map_err(|error| Failure::internal(&error))?);
    Ok(Answer::text(Json::Object(members).to_compact()))
}
