//! The states that consumers expect of a provider.

use serde_json::json;

use crate::{
    domain::{
        model::{Pact, Participant},
        queries::{
            pacts::{self, Among},
            provider_states::expected,
        },
    },
    http::{answer::Answer, call::Call, errors::Failure},
};

async fn of_pacts(call: &Call, found: Vec<Pact>) -> Result<Answer, Failure> {
    let mut texts = Vec::new();
    for pact in found {
        let consumer = call.state.participant_by_id(pact.consumer);
        let content = call.state.content_by_id(pact.content);
        let Some((consumer, content)) = consumer.zip(content) else { continue };
        if let Some(text) = call.broker.json(content.body).await? {
            texts.push((consumer.name.to_string(), text));
        }
    }
    let states = expected(texts.iter().map(|(consumer, text)| (consumer.as_str(), text)));
    let documents: Vec<_> = states
        .into_iter()
        .map(|state| {
            let mut document = json!({ "name": state.name, "consumers": state.consumers });
            if let Some(params) = state.params.and_then(|params| serde_json::to_value(params).ok()) {
                document["params"] = params;
            }
            document
        })
        .collect();
    Answer::document(&json!({ "providerStates": documents }))
}

fn latest(call: &Call, provider: &Participant, among: &Among) -> Vec<Pact> {
    pacts::of_provider(&call.state, provider.id, among, true).copied().collect()
}

/// Those that the main branches of the consumers expect.
pub(crate) async fn all(call: Call) -> Result<Answer, Failure> {
    let found = latest(&call, call.participant("provider")?, &Among::MainBranch);
    of_pacts(&call, found).await
}

/// Those that a branch of the consumers expects.
pub(crate) async fn branch(call: Call) -> Result<Answer, Failure> {
    let among = Among::Branch(call.var("branch").to_owned());
    let found = latest(&call, call.participant("provider")?, &among);
    of_pacts(&call, found).await
}

/// Those that the consumer versions expect that are live in an environment, given by its name or its UUID.
pub(crate) async fn environment(call: Call) -> Result<Answer, Failure> {
    let provider = call.participant("provider")?;
    let state = &call.state;
    let by_uuid = || call.uuid("environment").ok().and_then(|uuid| state.environment(uuid));
    let environment = state
        .environment_by_name(call.var("environment"))
        .or_else(by_uuid)
        .ok_or_else(|| Failure::unknown("environment", call.var("environment")))?;
    let found = state
        .consumers_of_provider(provider.id)
        .flat_map(|consumer| state.live_versions(environment.id, consumer))
        .filter_map(|version| state.pact(version, provider.id).copied())
        .collect();
    of_pacts(&call, found).await
}
