//! Pact files that tests of consumers write.

use pactwright_core::format;
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::model::{
    Interaction, InteractionKind, Pact, ProviderState, Request, Response, SpecVersion,
};

use super::steps::{Call, Failure, Steps, World};

/// What is being defined, and the file that came of it.
#[derive(Debug, Default)]
pub(super) struct State {
    version: Option<SpecVersion>,
    interactions: Vec<Interaction>,
    file: Option<JsonBuf>,
}

pub(super) const STEPS: Steps = &[
    ("an integration is being defined for a consumer test", define_v3),
    ("an HTTP interaction is being defined for a consumer test", define_http),
    ("a message interaction is being defined for a consumer test", define_message),
    ("a synchronous message interaction is being defined for a consumer test", define_sync_message),
    ("a key of {string} is specified for the (HTTP )(synchronous )(message )interaction", set_key),
    ("the (HTTP )(synchronous )(message )interaction is marked as pending", set_pending),
    ("a comment {string} is added to the (HTTP )(synchronous )(message )interaction", add_comment),
    ("a provider state {string} is specified", add_state),
    ("a provider state {string} is specified with the following data:", add_state_with_data),
    ("the Pact file for the test is generated", generate),
    ("there will be an interaction in the Pact file with a type of {string}", has_type),
    ("the first interaction in the Pact file will have a type of {string}", first_has_type),
    ("the first interaction in the Pact file will have {string} = {string}", first_has_attribute),
    ("the interaction in the Pact file will contain {int} provider state(s)", has_states),
    ("the interaction in the Pact file will contain provider state {string}", has_state),
    ("the provider state {string} in the Pact file will contain the following parameters:", state_has_data),
];

fn define(world: &mut World, version: SpecVersion, description: &str, kind: InteractionKind) {
    world.pact_files.version = Some(version);
    world.pact_files.interactions.push(Interaction::new(description, kind));
}

fn http() -> InteractionKind {
    let (request, response) = (Box::new(Request::default()), Box::new(Response::default()));
    InteractionKind::Http { request, response }
}

fn define_v3(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    define(world, SpecVersion::V3, "an exchange", http());
    Ok(())
}

fn define_http(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    define(world, SpecVersion::V4, "an exchange", http());
    Ok(())
}

fn define_message(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    define(world, SpecVersion::V4, "a message", InteractionKind::AsyncMessage(Box::default()));
    Ok(())
}

fn define_sync_message(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let kind = InteractionKind::SyncMessage { request: Box::default(), responses: Vec::new() };
    define(world, SpecVersion::V4, "a message that is answered", kind);
    Ok(())
}

/// The interaction that was defined last.
fn defined(world: &mut World) -> Result<&mut Interaction, Failure> {
    let last = world.pact_files.interactions.last_mut();
    last.ok_or_else(|| Failure::Unmet("no interaction is being defined".to_owned()))
}

fn set_key(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    defined(world)?.key = Some(call.argument(0).to_owned());
    Ok(())
}

fn set_pending(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    defined(world)?.pending = true;
    Ok(())
}

fn add_comment(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let comments = &mut defined(world)?.comments;
    let mut text = comments.get("text").and_then(Json::as_array).unwrap_or_default().to_vec();
    text.push(JsonBuf::from(call.argument(0).to_owned()));
    comments.insert("text", Json::Array(text));
    Ok(())
}

fn add_state(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    defined(world)?.states.push(ProviderState::new(call.argument(0)));
    Ok(())
}

fn add_state_with_data(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    let mut params = ObjectBuf::new();
    for (name, cell) in rows[0].cells() {
        params.insert(name.to_owned(), Json::parse(cell.as_bytes())?.into_owned());
    }
    defined(world)?.states.push(ProviderState { name: call.argument(0).to_owned(), params });
    Ok(())
}

/// Writes the file and reads it as any other JSON document, as other tools would.
fn generate(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let version = world.pact_files.version.unwrap_or(SpecVersion::V4);
    let mut pact = Pact::new("compatibility-suite-c", "p", version);
    pact.interactions = std::mem::take(&mut world.pact_files.interactions);
    let text = format::write(&pact)?;
    world.pact_files.file = Some(Json::parse(text.as_bytes())?.into_owned());
    Ok(())
}

/// The interactions in the file.
fn written(world: &World) -> &[JsonBuf] {
    let file = world.pact_files.file.as_ref();
    file.and_then(|file| file.get("interactions")).and_then(Json::as_array).unwrap_or_default()
}

fn first(world: &World) -> Result<&JsonBuf, Failure> {
    written(world).first().ok_or_else(|| Failure::Unmet("there is no interaction in a file".to_owned()))
}

fn type_of(interaction: &JsonBuf) -> Option<&str> {
    interaction.get("type").and_then(Json::as_str)
}

fn has_type(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let types: Vec<_> = written(world).iter().filter_map(type_of).collect();
    Failure::unless(types.contains(&call.argument(0)), || format!("the types are {}", types.join(", ")))
}

fn first_has_type(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let found = type_of(first(world)?);
    Failure::unless(found == Some(call.argument(0)), || format!("it is {}", found.unwrap_or("none")))
}

fn first_has_attribute(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let wanted = Json::parse(call.argument(1).as_bytes())?;
    let found = first(world)?.get(call.argument(0));
    Failure::unless(found == Some(&wanted), || {
        format!("it is {}", found.map_or_else(|| "missing".to_owned(), Json::to_compact))
    })
}

fn states(world: &World) -> Result<&[JsonBuf], Failure> {
    Ok(first(world)?.get("providerStates").and_then(Json::as_array).unwrap_or_default())
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
    let wanted = Json::parse(wanted.as_bytes())?;
    let found = state(world, call.argument(0))?.get("params");
    Failure::unless(found == Some(&wanted), || {
        format!("they are {}", found.map_or_else(|| "missing".to_owned(), Json::to_compact))
    })
}

#[cfg(test)]
mod tests;
