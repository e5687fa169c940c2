//! Consumers' tests that were defined, run to their end: messages are handled, or sent and answered, and pacts are written.

use pactwright::dsl::ExchangeTest;
use pactwright::messages::{HandlerError, MessageError, ReceivedMessage};
use pactwright::prelude::{get, ok};
use pactwright_core::json::{Json, JsonBuf};

use super::definitions::{Definition, Kind};
use super::fixtures::value;
use super::generators::{is_of_kind, value_at};
use super::pact_files::contents;
use super::steps::{Call, Failure, Steps, World};

/// What the consumer got, and what came of its test.
#[derive(Debug, Default)]
pub(super) struct State {
    /// What the consumer's handler received: what was published, or the answers.
    received: Vec<ReceivedMessage>,
    /// What the consumer's client was to send.
    asked: Option<ReceivedMessage>,
    outcome: Option<Result<(), MessageError>>,
}

pub(super) const STEPS: Steps = &[
    ("the Pact file for the test is generated", generate),
    ("the message is successfully processed", process),
    ("the message is NOT successfully processed with a {string} exception", process_with_failure),
    ("the received message payload will contain the {string} (JSON )document", has_payload),
    ("the received message content type will be {string}", has_content_type),
    ("the consumer test will have passed", has_passed),
    ("the consumer test will have failed", has_failed),
    ("the consumer test error will be {string}", has_failed_with),
    ("a Pact file for the message interaction will have been written", has_written),
    ("a Pact file for the message interaction will NOT have been written", has_not_written),
    ("the received message metadata will contain {string} == {string}", has_metadata),
    ("the received message response metadata will contain {string} == {string}", has_metadata),
    ("the received message request metadata will contain {string} == {string}", asked_has_metadata),
    ("the received message metadata will contain {string} replaced with a(n) {string}", has_made_metadata),
    (
        "the received message response metadata will contain {string} replaced with a(n) {string}",
        has_made_metadata,
    ),
    (
        "the received message request metadata will contain {string} replaced with a(n) {string}",
        asked_has_made_metadata,
    ),
    ("the message contents for {string} will have been replaced with a(n) {string}", message_is_made),
    ("the message request contents for {string} will have been replaced with a(n) {string}", asked_is_made),
    ("the message response contents for {string} will have been replaced with a(n) {string}", answer_is_made),
];

/// Runs the tests of all interactions that were defined, as they stand.
fn generate(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    for definition in world.definitions.all() {
        match definition.kind {
            Kind::Http => ask_mock(world, &definition)?,
            Kind::Message | Kind::Exchange => {
                run(world, &definition, None)?;
                passed(world)?;
            }
        }
    }
    Ok(())
}

fn process(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    run_last(world, None)
}

fn process_with_failure(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    run_last(world, Some(call.argument(0)))
}

fn run_last(world: &mut World, failure: Option<&str>) -> Result<(), Failure> {
    let last = world.definitions.all().pop();
    let last = last.ok_or_else(|| Failure::Unmet("no message is being defined".to_owned()))?;
    run(world, &last, failure)
}

/// A consumer whose client asks for what was agreed.
fn ask_mock(world: &mut World, definition: &Definition) -> Result<(), Failure> {
    let receiving = definition.receiving(world.folder()?, world.version);
    let mock = receiving.request(get("/")).respond(ok()).start_blocking()?;
    let runtime = world.runtime()?;
    let answer = runtime
        .block_on(async { reqwest::Client::builder().no_proxy().build()?.get(mock.url()).send().await });
    let finished = mock.finish();
    answer?;
    let file = finished.map_err(|report| Failure::Unmet(report.to_string()))?;
    world.pact_files.open(&file.path)
}

/// A consumer that remembers what it gets, and fails if it is to.
fn run(world: &mut World, definition: &Definition, failure: Option<&str>) -> Result<(), Failure> {
    let receiving = definition.receiving(world.folder()?, world.version);
    let (mut received, mut asked) = (Vec::new(), None);
    let end = || failure.map_or(Ok(()), |failure| Err(HandlerError::from(failure)));
    let message = definition.message()?;
    let outcome = match definition.kind {
        Kind::Http => return Err(Failure::Unusable("an interaction over HTTP".to_owned())),
        Kind::Message => receiving.message(message).verify(|message| {
            received.push(message);
            end()
        }),
        Kind::Exchange => {
            let (first, others) = definition.answers()?;
            let test =
                others.into_iter().fold(receiving.request(message).respond(first), ExchangeTest::respond);
            test.verify(|exchange| {
                let request = exchange.request().clone();
                received = exchange.send_with(request.bytes(), request.metadata())?.to_vec();
                asked = Some(request);
                end()
            })
        }
    };
    if let Ok(file) = &outcome {
        world.pact_files.open(&file.path)?;
    }
    world.messages = State { received, asked, outcome: Some(outcome.map(drop)) };
    Ok(())
}

impl State {
    fn received(&self) -> Result<&ReceivedMessage, Failure> {
        self.received.first().ok_or_else(|| Failure::Unmet("no message was received".to_owned()))
    }

    fn asked(&self) -> Result<&ReceivedMessage, Failure> {
        self.asked.as_ref().ok_or_else(|| Failure::Unmet("no message was sent".to_owned()))
    }

    fn outcome(&self) -> Result<&Result<(), MessageError>, Failure> {
        self.outcome.as_ref().ok_or_else(|| Failure::Unmet("no message was processed".to_owned()))
    }
}

fn has_payload(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let wanted = call.fixtures.document(call.argument(0))?;
    let found = world.messages.received()?.bytes();
    let same = if wanted.own_content_type().is_some_and(|content_type| content_type.is_json()) {
        Json::parse(found)? == Json::parse(&wanted.bytes())?
    } else {
        found == &*wanted.bytes()
    };
    Failure::unless(same, || format!("it is {}", String::from_utf8_lossy(found)))
}

fn has_content_type(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let found = world.messages.received()?.content_type();
    Failure::unless(found.as_deref() == Some(call.argument(0)), || format!("it is {found:?}"))
}

fn has_passed(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    passed(world)
}

fn passed(world: &World) -> Result<(), Failure> {
    world.messages.outcome()?.as_ref().map_err(|error| Failure::Unmet(error.to_string())).copied()
}

fn has_failed(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    Failure::unless(world.messages.outcome()?.is_err(), || "it has passed".to_owned())
}

fn has_failed_with(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    match world.messages.outcome()? {
        Err(MessageError::Handler { source, .. }) if source.to_string() == call.argument(0) => Ok(()),
        Err(other) => Err(Failure::Unmet(format!("it is {other}"))),
        Ok(()) => Err(Failure::Unmet("there is none".to_owned())),
    }
}

fn has_written(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    passed(world)?;
    Failure::unless(world.pact_files.is_written(), || "there is none".to_owned())
}

fn has_not_written(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    world.messages.outcome()?;
    world.is_folder_empty()
}

/// A value among the metadata, as a step has it.
fn equal_metadata(message: &ReceivedMessage, call: &Call<'_>) -> Result<(), Failure> {
    let found = metadata(message, call.argument(0))?;
    Failure::unless(found == value(call.argument(1))?, || format!("it is {found}"))
}

fn metadata(message: &ReceivedMessage, name: &str) -> Result<JsonBuf, Failure> {
    let found = message.metadata().get(name).cloned();
    found.map(JsonBuf::from).ok_or_else(|| Failure::Unmet("it is missing".to_owned()))
}

fn has_metadata(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    equal_metadata(world.messages.received()?, call)
}

fn asked_has_metadata(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    equal_metadata(world.messages.asked()?, call)
}

/// What was made is of that kind, and not what the pact file has as an example.
fn is_made(found: &JsonBuf, example: Option<&JsonBuf>, kind: &str) -> Result<(), Failure> {
    let example = example.ok_or_else(|| Failure::Unmet("the pact file has no example".to_owned()))?;
    let right = found != example && is_of_kind(kind, found)?;
    Failure::unless(right, || format!("it is {found}, the example {example}"))
}

fn has_made_metadata(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let found = metadata(world.messages.received()?, call.argument(0))?;
    let first = world.pact_files.first()?;
    let message = first.get("response").and_then(Json::as_array).map_or(Some(first), |all| all.first());
    let example = message.and_then(|message| message.get("metadata")?.get(call.argument(0)));
    is_made(&found, example, call.argument(1))
}

fn asked_has_made_metadata(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let found = metadata(world.messages.asked()?, call.argument(0))?;
    let request = world.pact_files.first()?.get("request");
    let example = request.and_then(|request| request.get("metadata")?.get(call.argument(0)));
    is_made(&found, example, call.argument(1))
}

/// A value in the contents of a message was made anew.
fn contents_are_made(
    received: &ReceivedMessage,
    example: Option<JsonBuf>,
    call: &Call<'_>,
) -> Result<(), Failure> {
    let place = call.argument(0);
    let found = value_at(&Json::parse(received.bytes())?, place)?;
    let example = example.map(|example| value_at(&example, place)).transpose()?;
    is_made(&found, example.as_ref(), call.argument(1))
}

fn message_is_made(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let example = contents(world, Some(world.pact_files.first()?));
    contents_are_made(world.messages.received()?, example, call)
}

fn asked_is_made(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let example = contents(world, world.pact_files.first()?.get("request"));
    contents_are_made(world.messages.asked()?, example, call)
}

fn answer_is_made(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let answers = world.pact_files.first()?.get("response").and_then(Json::as_array);
    let example = contents(world, answers.and_then(<[JsonBuf]>::first));
    contents_are_made(world.messages.received()?, example, call)
}

#[cfg(test)]
mod tests;
