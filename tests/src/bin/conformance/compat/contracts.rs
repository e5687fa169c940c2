//! Contracts that are to be verified: pact files, and those of a broker.

use std::path::PathBuf;
use std::sync::Arc;

use pactwright_broker::store::MemoryStore;
use pactwright_broker::{Broker, Config, http};
use pactwright_core::format;
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::model::{Interaction, InteractionKind, Message, ProviderState, SpecVersion};
use reqwest::{Client, StatusCode};
use tokio::net::TcpListener;

use super::fixtures::value;
use super::interactions::pact;
use super::steps::{Call, Failure, Row, Steps, World};

/// Where the contracts of the scenario are.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) files: Vec<PathBuf>,
    /// The address of the broker.
    pub(super) broker: Option<String>,
    /// Whether results go back to it.
    pub(super) is_published: bool,
}

pub(super) const STEPS: Steps = &[
    ("a Pact file for interaction {int} is to be verified", of_interaction),
    ("a Pact file for interaction {int} is to be verified from a Pact broker", of_broker),
    ("a Pact file for interaction {int} is to be verified with a provider state {string} defined", in_state),
    (
        "a Pact file for interaction {int} is to be verified with the following provider states defined:",
        in_states,
    ),
    ("a Pact file for interaction {int} is to be verified, but is marked pending", pending),
    ("a Pact file for interaction {int} is to be verified with the following comments:", with_comments),
    ("a Pact file for {string}:{string} is to be verified", of_message),
    ("a Pact file for {string}:{string} is to be verified with provider state {string}", of_message_in_state),
    (
        "a Pact file for {string}:{string} is to be verified with the following metadata:",
        of_message_with_metadata,
    ),
    ("a Pact file for {string}:{string} is to be verified, but is marked pending", of_pending_message),
    (
        "a Pact file for {string}:{string} is to be verified with the following comments:",
        of_message_with_comments,
    ),
    ("a Pact file for {string} is to be verified with the following:", of_message_with),
    ("publishing of verification results is enabled", publish),
    ("a verification result will NOT be published back", is_not_published),
    (
        r"a successful verification result will be published back for interaction \{{int}}",
        is_published_as_success,
    ),
    (
        r"a failed verification result will be published back for the interaction \{{int}}",
        is_published_as_failure,
    ),
];

/// Writes a contract with one interaction into a file.
fn write(world: &mut World, interaction: Interaction) -> Result<(), Failure> {
    let text = format::write(&pact("c", world.version, vec![interaction]))?;
    let path = world.folder()?.join(format!("{}.json", world.contracts.files.len()));
    std::fs::write(&path, text).map_err(Failure::System)?;
    world.contracts.files.push(path);
    Ok(())
}

fn interaction(world: &World, call: &Call<'_>) -> Result<Interaction, Failure> {
    world.interactions.interaction(call.argument(0), call.fixtures)
}

fn of_interaction(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let interaction = interaction(world, call)?;
    write(world, interaction)
}

fn in_state(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let mut interaction = interaction(world, call)?;
    interaction.states.push(ProviderState::new(call.argument(1)));
    write(world, interaction)
}

fn in_states(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let mut interaction = interaction(world, call)?;
    for row in call.rows()? {
        let mut state = ProviderState::new(row.get("State Name").ok_or(Failure::NoTable)?);
        if let Some(params) = row.get("Parameters") {
            state.params = object(params)?;
        }
        interaction.states.push(state);
    }
    write(world, interaction)
}

fn object(text: &str) -> Result<ObjectBuf, Failure> {
    match Json::parse(text.as_bytes())?.into_owned() {
        Json::Object(object) => Ok(object),
        _ => Err(Failure::Unusable(text.to_owned())),
    }
}

fn pending(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let mut interaction = interaction(world, call)?;
    interaction.pending = true;
    write(world, interaction)
}

fn with_comments(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let mut interaction = interaction(world, call)?;
    interaction.comments = comments(call)?;
    write(world, interaction)
}

/// Comments as V4 files have them: `text` is a list, others are values.
fn comments(call: &Call<'_>) -> Result<ObjectBuf, Failure> {
    let (mut texts, mut comments) = (Vec::new(), ObjectBuf::new());
    for row in call.rows()? {
        let (comment, kind) = row.get("comment").zip(row.get("type")).ok_or(Failure::NoTable)?;
        match kind {
            "text" => texts.push(JsonBuf::from(comment.to_owned())),
            other => comments.insert(other.to_owned(), comment.to_owned()),
        }
    }
    comments.insert("text", Json::Array(texts));
    Ok(comments)
}

/// A message with those contents under that description.
fn message(world: &World, call: &Call<'_>) -> Result<Interaction, Failure> {
    let contents = call.fixtures.contents(call.argument(1))?;
    Ok(published(world, call.argument(0), Message { contents, ..Message::default() }))
}

fn published(world: &World, description: &str, mut message: Message) -> Interaction {
    // Before version 4 only the metadata say what the contents are.
    if let (true, Some(own)) = (world.version < SpecVersion::V4, message.contents.own_content_type()) {
        message.metadata.insert("contentType", own.to_string());
    }
    Interaction::new(description, InteractionKind::AsyncMessage(Box::new(message)))
}

fn of_message(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let message = message(world, call)?;
    write(world, message)
}

fn of_message_in_state(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let mut message = message(world, call)?;
    message.states.push(ProviderState::new(call.argument(2)));
    write(world, message)
}

fn of_message_with_metadata(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let (contents, metadata) = (call.fixtures.contents(call.argument(1))?, call.metadata()?);
    let message = published(world, call.argument(0), Message { contents, metadata, ..Message::default() });
    write(world, message)
}

fn of_pending_message(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let mut message = message(world, call)?;
    message.pending = true;
    write(world, message)
}

fn of_message_with_comments(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let mut message = message(world, call)?;
    message.comments = comments(call)?;
    write(world, message)
}

/// A message that a table with a line for each of its parts describes.
fn of_message_with(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let lines = call.step.table.iter().map(|line| match line.as_slice() {
        [name, value] => Ok((name.as_str(), value.as_str())),
        _ => Err(Failure::NoTable),
    });
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    let row = Row::new(lines.iter().copied());
    let mut message =
        call.fixtures.message(&Row::new(lines.iter().copied().filter(|(name, _)| *name != "metadata")))?;
    for pair in row.get("metadata").into_iter().flat_map(|cell| cell.split("; ")) {
        let (name, text) = pair.split_once('=').ok_or_else(|| Failure::Unusable(pair.to_owned()))?;
        message.metadata.insert(name.to_owned(), value(text)?);
    }
    let message = published(world, call.argument(0), message);
    write(world, message)
}

fn publish(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    world.contracts.is_published = true;
    Ok(())
}

/// The address of a contract in the broker: each interaction is one of a consumer of its own.
fn address(broker: &str, number: &str) -> String {
    format!("{broker}/pacts/provider/p/consumer/c_{number}")
}

/// Publishes a contract with the interaction to a broker.
fn of_broker(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let number = call.argument(0);
    let interaction = interaction(world, call)?;
    let text = format::write(&pact(&format!("c_{number}"), world.version, vec![interaction]))?;
    let runtime = world.runtime()?;
    let broker = match world.contracts.broker.take() {
        Some(broker) => broker,
        None => runtime.block_on(start_broker())?,
    };
    let url = format!("{}/version/1.0.0", address(&broker, number));
    world.contracts.broker = Some(broker);
    runtime.block_on(async {
        let client = Client::builder().no_proxy().build()?;
        let request = client.put(url).header("content-type", "application/json").body(text);
        request.send().await?.error_for_status()?;
        Ok(())
    })
}

/// A broker that is gone with the scenario.
async fn start_broker() -> Result<String, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(Failure::System)?;
    let address = listener.local_addr().map_err(Failure::System)?;
    let broker = Broker::open(Arc::new(MemoryStore::new()), Config::default())
        .map_err(|error| Failure::Unmet(format!("the broker does not start: {error}")))?;
    tokio::spawn(http::serve(broker, listener, std::future::pending()));
    Ok(format!("http://{address}"))
}

/// Whether the result that the broker has for a contract is a success; none where it has no result.
fn result(world: &mut World, number: &str) -> Result<Option<bool>, Failure> {
    let runtime = world.runtime()?;
    let broker = world.contracts.broker.as_ref();
    let broker = broker.ok_or_else(|| Failure::Unmet("there is no broker".to_owned()))?;
    let url = format!("{}/latest/verification-results/latest", address(broker, number));
    let (status, body) = runtime.block_on(async {
        let response = Client::builder().no_proxy().build()?.get(url).send().await?;
        Ok::<_, Failure>((response.status(), response.bytes().await?))
    })?;
    match status {
        StatusCode::NOT_FOUND => Ok(None),
        StatusCode::OK => Ok(Json::parse(&body)?.get("success").and_then(Json::as_bool)),
        other => Err(Failure::Unmet(format!("the broker answers {other}"))),
    }
}

fn is_not_published(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    world.verification.is_run()?;
    for number in world.interactions.numbers() {
        let found = result(world, &number)?;
        Failure::unless(found.is_none(), || format!("there is one for interaction {number}"))?;
    }
    Ok(())
}

fn is_published_as_success(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let found = result(world, call.argument(0))?;
    Failure::unless(found == Some(true), || format!("the broker has {found:?}"))
}

fn is_published_as_failure(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let found = result(world, call.argument(0))?;
    Failure::unless(found == Some(false), || format!("the broker has {found:?}"))
}
