//! The pairs that have contracts.

use pactwright_core::broker_api::{Link, Links};
use serde_json::{Value, json};

use super::{answer::Answer, call::Call, errors::Failure, hal, media::Media, paths::Paths};
use crate::domain::{
    commands::{RemoveIntegration, RemoveIntegrations},
    queries::{
        integrations,
        network::{self, Edge},
    },
    state::State,
};

pub(super) async fn list(call: Call) -> Result<Answer, Failure> {
    let found = integrations::find(&call.state, call.query.filled("q"));
    let page = call.page()?;
    if call.media == Media::Graphviz {
        return Ok(Answer::text(graph(&call.state, &found)));
    }
    let shown: Vec<_> = match page {
        Some(page) => found.iter().skip(page.skip()).take(page.size).copied().collect(),
        None => found.clone(),
    };
    let documents: Vec<_> =
        shown.iter().filter_map(|edge| document(&call.paths, &call.state, *edge)).collect();
    let mut links =
        Links::new().with("self", Link::to(call.address_without_query()).titled("All integrations"));
    let mut document = json!({ "_embedded": { "integrations": documents } });
    if let Some(page) = page {
        hal::page_links(&call, page, found.len(), &mut links);
        document["page"] = hal::page_info(page, found.len());
    }
    document["_links"] = json!(links);
    Answer::document(&document)
}

/// The pairs of everybody who is connected with a participant, however far away.
pub(super) async fn network(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?;
    let edges = network::group(&call.state, participant.id, call.broker.config().http.most_in_network);
    let documents: Vec<_> =
        edges.iter().filter_map(|edge| document(&call.paths, &call.state, *edge)).collect();
    let title = format!("Applications connected with {}", participant.name);
    let links = Links::new().with("self", Link::to(call.address_without_query()).titled(title));
    Answer::document(&json!({ "_embedded": { "integrations": documents }, "_links": links }))
}

fn document(paths: &Paths, state: &State, edge: Edge) -> Option<Value> {
    let consumer = &state.participant_by_id(edge.consumer)?.name;
    let provider = &state.participant_by_id(edge.provider)?.name;
    let group = Link::to(paths.group(consumer)).titled(format!("Applications connected with {consumer}"));
    let links = Links::new()
        .with("pb:dashboard", Link::to(paths.dashboard(provider, consumer)).titled("Pacts on the dashboard"))
        .with(
            "pb:matrix",
            Link::to(paths.matrix(provider, consumer))
                .titled(format!("Matrix of pacts and verification results for {consumer} and {provider}")),
        )
        .with("pb:group", group)
        .with(
            "pb:delete_integration",
            Link::to(paths.integration(provider, consumer))
                .titled(format!("Delete the integration between {consumer} and {provider}")),
        );
    Some(json!({ "consumer": { "name": consumer }, "provider": { "name": provider }, "_links": links }))
}

/// The network in the language of Graphviz.
fn graph(state: &State, edges: &[Edge]) -> String {
    let name = |id| state.participant_by_id(id).map_or_else(String::new, |known| identifier(&known.name));
    let lines: Vec<_> =
        edges.iter().map(|edge| format!("  {} -> {}", name(edge.consumer), name(edge.provider))).collect();
    format!(
        "digraph {{ ranksep=3; ratio=auto; overlap=false; node [  shape = plaintext, fontname = Helvetica ];\n{}\n}}\n",
        lines.join("\n")
    )
}

/// A name as Graphviz takes it: plain words with underscores between them, anything else in quotes.
fn identifier(name: &impl ToString) -> String {
    let name = name.to_string().replace(' ', "_");
    let is_plain = name.chars().all(|character| character.is_alphanumeric() || character == '_')
        && !name.starts_with(|character: char| character.is_ascii_digit());
    if is_plain { name } else { format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")) }
}

pub(super) async fn remove(call: Call) -> Result<Answer, Failure> {
    let (consumer, provider) = call.pair()?;
    let command = RemoveIntegration { consumer: consumer.name.clone(), provider: provider.name.clone() };
    call.submit(command).await?;
    Ok(Answer::no_content())
}

pub(super) async fn remove_all(call: Call) -> Result<Answer, Failure> {
    call.submit(RemoveIntegrations).await?;
    Ok(Answer::no_content())
}

#[cfg(test)]
mod tests {
    use super::graph;
    use crate::domain::{queries::integrations, state::tests::Story};

    #[test]
    fn names_that_are_no_plain_words_are_quoted() {
        let mut story = Story::default();
        story.publish("Web App", "1", "api-\"v2\"", "a");
        let drawn = graph(&story.state, &integrations::find(&story.state, None));
        assert!(drawn.ends_with("\n  Web_App -> \"api-\\\"v2\\\"\"\n}\n"), "{drawn}");
    }
}
