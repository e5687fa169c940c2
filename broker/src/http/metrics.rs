//! How much of everything there is.

use pactwright_core::json::Json;
use serde_json::{Value, json};

use super::{answer::Answer, call::Call, errors::Failure};
use crate::domain::{
    model::Timestamp,
    queries::{
        metrics::{self as query, Span},
        network,
    },
};

pub(super) async fn read(call: Call) -> Result<Answer, Failure> {
    let metrics = query::count(&call.state);
    let totals = &metrics.totals;
    let (interactions, messages) = interactions(&call).await?;
    let span = |span: Span| -> (Value, Value) {
        let told = |moment: Option<Timestamp>| json!(moment.map(Timestamp::to_wire));
        (told(span.first), told(span.last))
    };
    let (published_first, published_last) = span(metrics.published);
    let (verified_first, verified_last) = span(metrics.verified);
    Answer::document(&json!({
        "interactions": {
            "latestInteractionsCount": interactions,
            "latestMessagesCount": messages,
            "latestInteractionsAndMessagesCount": interactions + messages,
        },
        "pacticipants": { "count": metrics.participants, "withMainBranchSetCount": metrics.with_main_branch },
        "integrations": { "count": totals.integrations },
        "pactPublications": {
            "count": totals.publications, "first": published_first, "last": published_last,
        },
        "pactVersions": { "count": totals.contents },
        "pactRevisionsPerConsumerVersion": { "distribution": totals.publications_per_version },
        "verificationResults": {
            "count": totals.results,
            "successCount": totals.successes,
            "failureCount": totals.results - totals.successes,
            "distinctCount": totals.distinct_results,
            "first": verified_first,
            "last": verified_last,
        },
        "verificationResultsPerPactVersion": { "distribution": totals.results_per_content },
        "pacticipantVersions": {
            "count": totals.versions,
            "withUserCreatedBranchCount": totals.on_chosen_branch,
            "withBranchCount": totals.on_branch,
            "withBranchSetCount": totals.on_branch,
        },
        "webhooks": { "count": call.state.webhooks().count() },
        "tags": {
            "count": totals.tags,
            "distinctCount": totals.distinct_tags,
            "distinctWithPacticipantCount": totals.distinct_tags_of_participants,
        },
        "triggeredWebhooks": { "count": call.state.trigger_count() },
        "webhookExecutions": { "count": call.state.attempt_count() },
        // It is not kept anywhere: it is worked out when it is asked for.
        "matrix": { "count": -1 },
        "environments": { "count": totals.environments },
        "deployedVersions": {
            "count": totals.deployments,
            "userCreatedCount": totals.chosen_deployments,
            "currentlyDeployedCount": totals.current_deployments,
        },
        "releasedVersions": {
            "count": totals.releases, "currentlySupportedCount": totals.supported_releases,
        },
    }))
}

/// How many interactions and messages the latest contracts of all pairs have.
async fn interactions(call: &Call) -> Result<(usize, usize), Failure> {
    let (mut interactions, mut messages) = (0, 0);
    for edge in network::all(&call.state) {
        let latest = call.state.pacts_between(edge.consumer, edge.provider).next_back();
        let Some(content) = latest.and_then(|pact| call.state.content_by_id(pact.content)) else { continue };
        let Some(text) = call.broker.json(content.body).await? else { continue };
        let count = |list: &str| text.get(list).and_then(Json::as_array).map_or(0, <[_]>::len);
        interactions += count("interactions");
        messages += count("messages");
    }
    Ok((interactions, messages))
}
