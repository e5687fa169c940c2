//! Pact files that tests of consumers have written, read as any other JSON document, as other tools would.

use std::path::Path;

use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::model::{Body, SpecVersion};

use super::steps::{Call, Failure, Steps, World};

/// The file of the scenario.
#[derive(Debug, Default)]
pub(super) struct State {
    file: Option<JsonBuf>,
}

pub(super) const STEPS: Steps = &[
    (r"the pact file will contain \{{int}} interaction(s)", has_interactions),
    ("the pact file will contain {int} (message )interaction(s)", has_interactions),
    ("there will be an interaction in the Pact file with a type of {string}", has_type),
    ("the first interaction in the Pact file will have a type of {string}", first_has_type),
    ("the first interaction in the Pact file will have {string} = {string}", first_has_attribute),
    ("the interaction in the Pact file will contain {int} provider state(s)", has_states),
    ("the first message in the pact file will contain {int} provider state(s)", has_states),
    ("the interaction in the Pact file will contain provider state {string}", has_state),
    ("the first message in the Pact file will contain provider state {string}", has_state),
    ("the provider state {string} in the Pact file will contain the following parameters:", state_has_data),
    ("the provider state {string} for the message will contain the following parameters:", state_has_data),
    (r"the \{{word}} interaction request will be for a {string}", request_has_method),
    (r"the \{{word}} interaction request query parameters will be {string}", request_has_query),
    (
        r"the \{{word}} interaction request will contain the header {string} with value {string}",
        request_has_header,
    ),
    (r"the \{{word}} interaction request content type will be {string}", request_has_type),
    (r"the \{{word}} interaction request will contain the {string} document", request_has_body),
    (r"the \{{word}} interaction response will contain the {string} document", response_has_body),
    ("the first message in the pact file will contain the {string} document", message_has_contents),
    ("the first message in the pact file content type will be {string}", message_has_type),
    (
        "the first message in the pact file will contain the message metadata {string} == {string}",
        message_has_metadata,
    ),
    (
        "the first message in the pact file will contain the request message metadata {string} == {string}",
        asked_has_metadata,
    ),
    (
        "the first interaction in the pact file will contain the {string} document as the request",
        asked_has_contents,
    ),
    ("the first interaction in the pact file request content type will be {string}", asked_has_type),
    (
        "the first interaction in the pact file will contain the {string} document as a response",
        some_answer_has_contents,
    ),
    (
        "the first interaction in the pact file will contain the {string} document as the {word} response message",
        answer_has_contents,
    ),
    ("the first interaction in the pact file response content type will be {string}", answer_has_type),
    ("the first interaction in the pact file will contain {int} response messages", has_answers),
];

impl State {
    /// Reads the file that a test has written.
    pub(super) fn open(&mut self, path: &Path) -> Result<(), Failure> {
        let bytes = std::fs::read(path).map_err(|source| Failure::Io { path: path.to_owned(), source })?;
        self.file = Some(Json::parse(&bytes)?.into_owned());
        Ok(())
    }

    pub(super) fn is_written(&self) -> bool {
        self.file.is_some()
    }

    /// The interactions in the file; before version 4 messages have a list of their own.
    fn interactions(&self) -> Result<&[JsonBuf], Failure> {
        let file = self.file.as_ref().ok_or_else(|| Failure::Unmet("there is no file".to_owned()))?;
        let list = |name| file.get(name).and_then(Json::as_array);
        Ok(list("interactions").or_else(|| list("messages")).unwrap_or_default())
    }

    pub(super) fn first(&self) -> Result<&JsonBuf, Failure> {
        self.nth("first")
    }

    fn nth(&self, ordinal: &str) -> Result<&JsonBuf, Failure> {
        let found = self.interactions()?.get(index(ordinal)?);
        found.ok_or_else(|| Failure::Unmet(format!("there is no {ordinal} interaction in a file")))
    }
}

/// Where the `first` stands in a list.
fn index(ordinal: &str) -> Result<usize, Failure> {
    let found = ["first", "second", "third"].iter().position(|known| *known == ordinal);
    found.ok_or_else(|| Failure::Unusable(ordinal.to_owned()))
}

/// What is found is what is wanted.
fn equal(found: Option<&JsonBuf>, wanted: &JsonBuf) -> Result<(), Failure> {
    Failure::unless(found == Some(wanted), || format!("it is {}", shown(found)))
}

fn equal_text(found: Option<&JsonBuf>, wanted: &str) -> Result<(), Failure> {
    Failure::unless(found.and_then(Json::as_str) == Some(wanted), || format!("it is {}", shown(found)))
}

fn shown(found: Option<&JsonBuf>) -> String {
    found.map_or_else(|| "missing".to_owned(), Json::to_compact)
}

/// The body of a request, a response or a message is the document.
pub(super) fn equal_body(found: Option<&JsonBuf>, wanted: &Body) -> Result<(), Failure> {
    let bytes = wanted.bytes();
    let is_json = wanted.own_content_type().is_some_and(|content_type| content_type.is_json());
    if is_json {
        equal(found, &Json::parse(&bytes)?.into_owned())
    } else {
        equal_text(found, &String::from_utf8_lossy(&bytes))
    }
}

fn has_interactions(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let count = world.pact_files.interactions()?.len().to_string();
    Failure::unless(count == call.argument(0), || format!("there are {count}"))
}

fn has_type(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let interactions = world.pact_files.interactions()?.iter();
    let types: Vec<_> = interactions.filter_map(|one| one.get("type")?.as_str()).collect();
    Failure::unless(types.contains(&call.argument(0)), || format!("the types are {}", types.join(", ")))
}

fn first_has_type(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    equal_text(world.pact_files.first()?.get("type"), call.argument(0))
}

fn first_has_attribute(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let wanted = Json::parse(call.argument(1).as_bytes())?.into_owned();
    equal(world.pact_files.first()?.get(call.argument(0)), &wanted)
}

fn states(world: &World) -> Result<&[JsonBuf], Failure> {
    Ok(world.pact_files.first()?.get("providerStates").and_then(Json::as_array).unwrap_or_default())
}

fn has_states(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let count = states(world)?.len().to_string();
    Failure::unless(count == call.argument(0), || format!("there are {count}"))
}

fn state<'w>(world: &'w World, name: &str) -> Result<&'w JsonBuf, Failure> {
    let mut states = states(world)?.iter();
    let found = states.find(|state| state.get("name").and_then(Json::as_str) == Some(name));
    found.ok_or_else(|| Failure::Unmet("there is no such state".to_owned()))
}

fn has_state(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    state(world, call.argument(0)).map(|_| ())
}

fn state_has_data(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    let wanted = rows[0].get("parameters").ok_or(Failure::NoTable)?;
    let wanted = Json::parse(wanted.as_bytes())?.into_owned();
    equal(state(world, call.argument(0))?.get("params"), &wanted)
}

fn request<'w>(world: &'w World, call: &Call<'_>) -> Result<&'w JsonBuf, Failure> {
    let found = world.pact_files.nth(call.argument(0))?.get("request");
    found.ok_or_else(|| Failure::Unmet("it has no request".to_owned()))
}

fn header<'j>(part: &'j JsonBuf, name: &str) -> Option<&'j JsonBuf> {
    let mut headers = part.get("headers")?.as_object()?.iter();
    headers.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn request_has_method(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    equal_text(request(world, call)?.get("method"), call.argument(1))
}

fn request_has_query(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    equal_text(request(world, call)?.get("query"), call.argument(1))
}

fn request_has_header(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    equal_text(header(request(world, call)?, call.argument(1)), call.argument(2))
}

fn request_has_type(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    equal_text(header(request(world, call)?, "content-type"), call.argument(1))
}

fn request_has_body(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    equal_body(request(world, call)?.get("body"), &call.fixtures.document(call.argument(1))?)
}

fn response_has_body(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let response = world.pact_files.nth(call.argument(0))?.get("response");
    let body = response.and_then(|response| response.get("body"));
    equal_body(body, &call.fixtures.document(call.argument(1))?)
}

/// The contents of a message; since version 4 their type and encoding stand beside them.
pub(super) fn contents(world: &World, message: Option<&JsonBuf>) -> Option<JsonBuf> {
    let contents = message?.get("contents")?;
    let found = if world.version < SpecVersion::V4 { Some(contents) } else { contents.get("content") };
    found.cloned()
}

/// The media type of the contents of a message; before version 4 the metadata have it.
fn media_type(world: &World, message: Option<&JsonBuf>) -> Option<JsonBuf> {
    let message = message?;
    let found = if world.version < SpecVersion::V4 {
        message.get("metadata")?.get("contentType")
    } else {
        message.get("contents")?.get("contentType")
    };
    found.cloned()
}

fn metadata(message: Option<&JsonBuf>, call: &Call<'_>) -> Result<(), Failure> {
    let found = message.and_then(|message| message.get("metadata")?.get(call.argument(0)));
    equal(found, &super::fixtures::value(call.argument(1))?)
}

fn message_has_contents(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let contents = contents(world, Some(world.pact_files.first()?));
    equal_body(contents.as_ref(), &call.fixtures.document(call.argument(0))?)
}

fn message_has_type(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    equal_text(media_type(world, Some(world.pact_files.first()?)).as_ref(), call.argument(0))
}

fn message_has_metadata(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    metadata(Some(world.pact_files.first()?), call)
}

fn asked_has_metadata(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    metadata(world.pact_files.first()?.get("request"), call)
}

fn asked_has_contents(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let contents = contents(world, world.pact_files.first()?.get("request"));
    equal_body(contents.as_ref(), &call.fixtures.document(call.argument(0))?)
}

fn asked_has_type(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let found = media_type(world, world.pact_files.first()?.get("request"));
    equal_text(found.as_ref(), call.argument(0))
}

/// The messages that answer.
fn answers(world: &World) -> Result<&[JsonBuf], Failure> {
    Ok(world.pact_files.first()?.get("response").and_then(Json::as_array).unwrap_or_default())
}

fn some_answer_has_contents(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let wanted = call.fixtures.document(call.argument(0))?;
    let answers = answers(world)?;
    let found =
        answers.iter().any(|answer| equal_body(contents(world, Some(answer)).as_ref(), &wanted).is_ok());
    Failure::unless(found, || "no response has it".to_owned())
}

fn answer_has_contents(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let contents = contents(world, answers(world)?.get(index(call.argument(1))?));
    equal_body(contents.as_ref(), &call.fixtures.document(call.argument(0))?)
}

fn answer_has_type(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    equal_text(media_type(world, answers(world)?.first()).as_ref(), call.argument(0))
}

fn has_answers(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let count = answers(world)?.len().to_string();
    Failure::unless(count == call.argument(0), || format!("there are {count}"))
}

#[cfg(test)]
mod tests;
