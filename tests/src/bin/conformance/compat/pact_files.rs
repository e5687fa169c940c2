//! Pact files that tests of consumers write.

use pactwright_core::format;
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::model::{Interaction, InteractionKind, Pact, Request, Response, SpecVersion};

use super::steps::{Call, Failure, Steps, World};

/// What is being defined, and the file that came of it.
#[derive(Debug, Default)]
pub(super) struct State {
    interactions: Vec<Interaction>,
    file: Option<JsonBuf>,
}

pub(super) const STEPS: Steps = &[
    ("an HTTP interaction is being defined for a consumer test", define_http),
    ("a message interaction is being defined for a consumer test", define_message),
    ("the Pact file for the test is generated", generate),
    ("there will be an interaction in the Pact file with a type of {string}", has_type),
];

fn define_http(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let (request, response) = (Box::new(Request::default()), Box::new(Response::default()));
    let kind = InteractionKind::Http { request, response };
    world.pact_files.interactions.push(Interaction::new("an exchange", kind));
    Ok(())
}

fn define_message(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let kind = InteractionKind::AsyncMessage(Box::default());
    world.pact_files.interactions.push(Interaction::new("a message", kind));
    Ok(())
}

/// Writes the file and reads it as any other JSON document, as other tools would.
fn generate(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let mut pact = Pact::new("v4-compatibility-suite-c", "p", SpecVersion::V4);
    pact.interactions = std::mem::take(&mut world.pact_files.interactions);
    let text = format::write(&pact)?;
    world.pact_files.file = Some(Json::parse(text.as_bytes())?.into_owned());
    Ok(())
}

fn has_type(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let file = world.pact_files.file.as_ref();
    let interactions =
        file.and_then(|file| file.get("interactions")).and_then(Json::as_array).unwrap_or_default();
    let types: Vec<_> = interactions
        .iter()
        .filter_map(|interaction| interaction.get("type").and_then(Json::as_str))
        .collect();
    Failure::unless(types.contains(&call.argument(0)), || format!("the types are {}", types.join(", ")))
}
