//! What became of the single interactions of a contract when it was verified.

use pactwright_core::{
    broker_api::{Link, Links, MatrixFailedInteraction},
    json::{Json, ObjectBuf},
};
use serde_json::json;

use super::named;
use crate::{
    domain::queries::interactions::{History, InteractionResult, any_failed, of_tests},
    domain::{
        model::{FailedInteraction, VerificationResult},
        state::State,
    },
    http::{answer::Answer, call::Call, errors::Failure, hal},
};

/// Every interaction with its result: whether it holds, what is wrong, and since which provider version.
pub(crate) async fn of_result(call: Call) -> Result<Answer, Failure> {
    let result = named(&call)?;
    let content = call.state.content_by_id(result.content).ok_or(Failure::NotFound)?;
    let pact = call.broker.json(content.body).await?.ok_or(Failure::NotFound)?;
    let tests = match result.test_results() {
        Some(key) => call.broker.json(key).await?.unwrap_or(Json::Null),
        None => Json::Null,
    };
    let history = History::of(&call.state, &result);
    let interactions: Vec<_> = of_tests(&pact, &tests)
        .into_iter()
        .map(|interaction| document(&call, &history, interaction))
        .collect();
    let address = call.address_without_query();
    let of = address.trim_end_matches("/interactions").to_owned();
    let links = Links::new()
        .with("self", Link::to(address).titled("Results of the interactions"))
        .with("pb:verification-result", Link::to(of).titled("Verification result"));
    let mut members = ObjectBuf::new();
    members.insert("success", result.success);
    members.insert("interactions", Json::Array(interactions));
    members.insert("_links", Json::from_serialize(&links).map_err(|error| Failure::internal(&error))?);
    Ok(Answer::text(Json::Object(members).to_compact()))
}

fn document(call: &Call, history: &History<'_>, interaction: InteractionResult) -> Json<'static> {
    let state = &call.state;
    let mut told = json!({
        "id": interaction.id,
        "description": interaction.description,
        "providerStates": interaction.provider_states,
        "success": interaction.success,
    });
    if interaction.success == Some(false) {
        let since = state.version_by_id(history.failing_since(&interaction.id));
        let provider = since.and_then(|version| state.participant_by_id(version.participant));
        if let Some((version, provider)) = since.zip(provider) {
            told["failingSince"] = json!({
                "providerVersion": hal::version_stub(&call.paths, provider, version),
            });
        }
    }
    let mut told = Json::from(told);
    if let Json::Object(members) = &mut told {
        members.insert("mismatches", Json::Array(interaction.mismatches));
    }
    told
}

/// The interactions that failed according to a body that is about to be recorded.
pub(super) async fn failed(
    call: &Call,
    body: crate::store::BlobKey,
    tests: Option<&Json<'_>>,
) -> Result<Vec<FailedInteraction>, Failure> {
    let Some(tests) = tests.filter(|tests| any_failed(tests)) else { return Ok(Vec::new()) };
    let Some(pact) = call.broker.json(body).await? else { return Ok(Vec::new()) };
    Ok(crate::domain::queries::interactions::failed(&pact, tests))
}

/// The interactions that failed in a result, for rows of the matrix.
pub(crate) fn failed_documents(state: &State, result: &VerificationResult) -> Vec<MatrixFailedInteraction> {
    if result.failed().is_empty() {
        return Vec::new();
    }
    let history = History::of(state, result);
    let since = |interaction: &FailedInteraction| {
        let version = state.version_by_id(history.failing_since(&interaction.id))?;
        Some(version.number.to_string())
    };
    let document = |interaction: &FailedInteraction| MatrixFailedInteraction {
        id: interaction.id.clone(),
        description: interaction.description.clone(),
        failing_since_provider_version: since(interaction),
    };
    result.failed().iter().map(document).collect()
}
