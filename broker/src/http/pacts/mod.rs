//! Pacts.

pub(super) mod diff;
pub(super) mod for_verification;
pub(super) mod lists;
pub(super) mod provider_states;
pub(super) mod versions;
mod view;

use http::{HeaderName, StatusCode};
use pactwright_core::{
    broker_api::{Link, Links, OnConflict},
    json::Json,
    names::{ParticipantName, VersionNumber},
};
use serde_json::json;

use super::{
    answer::Answer,
    call::Call,
    errors::{Failure, FieldErrors},
    metadata::Metadata,
    webhooks,
};
use crate::{
    domain::{
        commands::{Conflict, NewContract, Outcome, PublishContracts, Rejection, RemoveContracts},
        model::{Pact, Participant},
        queries::pacts::{self, Among},
        state::State,
    },
    writer::Refusal,
};

/// Tells a client that followed "latest" which version it got.
const CONSUMER_VERSION: HeaderName = HeaderName::from_static("x-pact-consumer-version");

/// The pact of the consumer version in the path.
fn of_version(call: &Call) -> Result<Pact, Failure> {
    let (consumer, provider) = call.pair()?;
    let version = call.state.version(consumer.id, call.var("version")).ok_or(Failure::NotFound)?;
    call.state.pact(version.id, provider.id).copied().ok_or(Failure::NotFound)
}

pub(super) async fn read(call: Call) -> Result<Answer, Failure> {
    let pact = of_version(&call)?;
    view::pact(&call, &call.state, &pact, None).await
}

pub(super) async fn previous_distinct(call: Call) -> Result<Answer, Failure> {
    let pact = of_version(&call)?;
    let previous = *pacts::previous_distinct(&call.state, &pact).ok_or(Failure::NotFound)?;
    view::pact(&call, &call.state, &previous, None).await
}

/// What webhooks were told because a pact was published.
pub(super) async fn triggered_webhooks(call: Call) -> Result<Answer, Failure> {
    let pact = of_version(&call)?;
    let title = format!("Webhooks triggered by the publication of the {}", title(&call.state, &pact));
    let triggers = call.state.triggers_of_publication(pact.version, pact.provider);
    webhooks::triggered::list(&call, triggers, title)
}

async fn latest_among(call: &Call, among: Among) -> Result<Answer, Failure> {
    let (consumer, provider) = call.pair()?;
    let pact = *pacts::latest(&call.state, consumer, provider.id, &among).ok_or(Failure::NotFound)?;
    let version = call.state.version_by_id(pact.version).ok_or(Failure::NotFound)?;
    let metadata = Metadata { consumer_versions: vec![version.number.clone()], ..Metadata::default() };
    let encoded = metadata.encode();
    let answer = view::pact(call, &call.state, &pact, Some((&encoded, Metadata::default()))).await?;
    Ok(answer.header(CONSUMER_VERSION, version.number.as_str()))
}

pub(super) async fn latest(call: Call) -> Result<Answer, Failure> {
    latest_among(&call, Among::All).await
}

pub(super) async fn latest_tagged(call: Call) -> Result<Answer, Failure> {
    latest_among(&call, Among::Tagged(call.var("tag").to_owned())).await
}

pub(super) async fn latest_untagged(call: Call) -> Result<Answer, Failure> {
    latest_among(&call, Among::Untagged).await
}

pub(super) async fn latest_of_branch(call: Call) -> Result<Answer, Failure> {
    latest_among(&call, Among::Branch(call.var("branch").to_owned())).await
}

/// The pact with a content: the one of the newest consumer version, or of the newest that the metadata speaks of.
pub(super) async fn by_content(call: Call) -> Result<Answer, Failure> {
    let (consumer, provider) = call.pair()?;
    let content = call.state.content(consumer.id, provider.id, &call.sha("sha")?).ok_or(Failure::NotFound)?;
    let encoded = call.var("metadata");
    let metadata = (!encoded.is_empty()).then(|| (encoded, Metadata::decode(encoded)));
    let wanted =
        metadata.as_ref().map(|(_, metadata)| metadata.consumer_versions.as_slice()).unwrap_or_default();
    let is_wanted = |pact: &&Pact| {
        call.state.version_by_id(pact.version).is_some_and(|version| wanted.contains(&version.number))
    };
    let pacts = || call.state.pacts_with_content(content.id).rev();
    let pact = *pacts().find(is_wanted).or_else(|| pacts().next()).ok_or(Failure::NotFound)?;
    view::pact(&call, &call.state, &pact, metadata).await
}

pub(super) async fn put(call: Call) -> Result<Answer, Failure> {
    store(call, OnConflict::Overwrite).await
}

pub(super) async fn merge(call: Call) -> Result<Answer, Failure> {
    store(call, OnConflict::Merge).await
}

async fn store(call: Call, on_conflict: OnConflict) -> Result<Answer, Failure> {
    let pact = call.json()?;
    let provider: ParticipantName = call.name("provider")?;
    let consumer: ParticipantName = call.name("consumer")?;
    let version: VersionNumber = call.name("version")?;
    check_names(&pact, &consumer, &provider)?;
    call.check_number(&version, "consumer_version_number")?;
    let command = PublishContracts {
        consumer: consumer.clone(),
        version: version.clone(),
        branch: None,
        tags: Vec::new(),
        build_url: None,
        contracts: vec![NewContract::new(provider.clone(), &call.body, &pact, on_conflict)],
    };
    drop(pact);
    let done = call.submit(command).await.map_err(refused)?;
    let state = &done.state;
    let ids = state.participant(consumer.as_str()).zip(state.participant(provider.as_str()));
    let stored = ids.and_then(|(consumer, provider)| {
        let version = state.version(consumer.id, version.as_str())?;
        state.pact(version.id, provider.id).copied()
    });
    let answer = view::pact(&call, state, &stored.ok_or(Failure::NotFound)?, None).await?;
    let is_new = done.answer.contracts.iter().all(|contract| contract.outcome == Outcome::Created);
    Ok(if is_new { answer.status(StatusCode::CREATED) } else { answer })
}

/// The conflicts of a single pact have other forms than those of a publication.
fn refused(refusal: Refusal) -> Failure {
    let Refusal::Rejected(Rejection::Conflicts { conflicts }) = &refusal else { return refusal.into() };
    match conflicts.first() {
        Some(similar @ Conflict::SimilarName { .. }) => {
            Failure::Plain(StatusCode::CONFLICT, similar.to_string())
        }
        Some(conflict) => Failure::Told(StatusCode::CONFLICT, conflict.to_string()),
        None => refusal.into(),
    }
}

/// Where a pact says whose it is, that has to be what the address says.
fn check_names(
    pact: &Json<'_>,
    consumer: &ParticipantName,
    provider: &ParticipantName,
) -> Result<(), Failure> {
    if pact.as_object().is_none() {
        return Err(Failure::bad_request(format!(
            "Expected a pact (a JSON object) in the request body but found {}",
            pact.type_name()
        )));
    }
    let mut errors = FieldErrors::default();
    for (role, expected) in [("consumer", consumer), ("provider", provider)] {
        let field = format!("{role}.name");
        match pact.get(role).and_then(|party| party.get("name")) {
            Some(Json::String(name)) if *name == expected.as_str() => {}
            Some(Json::String(name)) => {
                let message = format!("name in pact '{name}' does not match name in URL path '{expected}'.");
                errors.add(&field, message);
            }
            None | Some(Json::Null) => {}
            Some(_) => errors.add(&field, "must be a string"),
        }
    }
    errors.check()
}

pub(super) async fn remove(call: Call) -> Result<Answer, Failure> {
    let pact = of_version(&call)?;
    remove_all(&call, &[pact]).await
}

/// Removes pacts of the pair in the path, and says where what is left is.
async fn remove_all(call: &Call, removed: &[Pact]) -> Result<Answer, Failure> {
    let (consumer, provider) = call.pair()?;
    let versions = removed
        .iter()
        .filter_map(|pact| call.state.version_by_id(pact.version))
        .map(|version| version.number.clone())
        .collect();
    let command =
        RemoveContracts { consumer: consumer.name.clone(), provider: provider.name.clone(), versions };
    let done = call.submit(command).await?;
    let mut links = Links::new().with("index", Link::to(call.paths.base.clone()));
    if done.state.pacts_between(consumer.id, provider.id).next().is_some() {
        let latest = Link::to(call.paths.latest_pact(&provider.name, &consumer.name));
        links.push("pb:latest-pact-version", latest.titled("Latest pact"));
    }
    Answer::document(&json!({ "_links": links }))
}

/// How a pact is called: `Pact between Foo (1) and Bar`.
pub(super) fn title(state: &State, pact: &Pact) -> String {
    let name = |id| {
        state
            .participant_by_id(id)
            .map_or_else(String::new, |known: &std::sync::Arc<Participant>| known.name.to_string())
    };
    let number =
        state.version_by_id(pact.version).map_or_else(String::new, |version| version.number.to_string());
    format!("Pact between {} ({number}) and {}", name(pact.consumer), name(pact.provider))
}
