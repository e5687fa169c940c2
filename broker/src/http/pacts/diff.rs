//! How a pact differs from another one.

use crate::{
    domain::{
        model::{Content, Pact},
        queries::{diff, pacts},
        state::State,
    },
    http::{answer::Answer, call::Call, errors::Failure},
};

/// The answer, where there is nothing to compare with.
fn alone(state: &State, pact: &Pact) -> Answer {
    let title = super::title(state, pact);
    Answer::text(format!("No previous distinct version was found for {title}"))
}

async fn between(call: &Call, before: &Pact, after: &Pact) -> Result<Answer, Failure> {
    let state = &call.state;
    let number = |pact: &Pact| {
        state.version_by_id(pact.version).map_or_else(String::new, |version| version.number.to_string())
    };
    let name =
        |id| state.participant_by_id(id).map_or_else(String::new, |participant| participant.name.to_string());
    let (consumer, provider) = (name(after.consumer), name(after.provider));
    let address = |pact: &Pact| call.paths.pact(&provider, &consumer, &number(pact));
    let differences = diff::differences(&text(call, before).await?, &text(call, after).await?);
    let link = |relation: &str, pact: &Pact| {
        let title = super::title(state, pact);
        format!("{relation}:\n  title: Pact\n  name: {title}\n  href: {}\n", address(pact))
    };
    Ok(Answer::text(format!(
        "# Diff between versions {} and {} of the pact between {consumer} and {provider}\n\nThe following changes were \
         published on {}\n\n{differences}\n\n## Links\n\n{}{}",
        number(before),
        number(after),
        after.created_at.to_wire(),
        link("pact-version", after),
        link("comparison-pact-version", before),
    )))
}

async fn text(call: &Call, pact: &Pact) -> Result<pactwright_core::json::JsonBuf, Failure> {
    let content = call.state.content_by_id(pact.content).ok_or(Failure::NotFound)?;
    call.broker.json(content.body).await?.ok_or(Failure::NotFound)
}

async fn with_previous_distinct(call: &Call, pact: &Pact) -> Result<Answer, Failure> {
    match pacts::previous_distinct(&call.state, pact) {
        Some(previous) => between(call, previous, pact).await,
        None => Ok(alone(&call.state, pact)),
    }
}

pub(crate) async fn previous_distinct(call: Call) -> Result<Answer, Failure> {
    with_previous_distinct(&call, &super::of_version(&call)?).await
}

/// With the pact of another consumer version.
pub(crate) async fn version(call: Call) -> Result<Answer, Failure> {
    let pact = super::of_version(&call)?;
    let other = call.state.version(pact.consumer, call.var("other")).ok_or(Failure::NotFound)?;
    let other = call.state.pact(other.id, pact.provider).ok_or(Failure::NotFound)?;
    between(&call, other, &pact).await
}

/// The newest pact with the content that a variable of the path names.
fn with_content(call: &Call, variable: &str) -> Result<Pact, Failure> {
    let (consumer, provider) = call.pair()?;
    let content = call.state.content(consumer.id, provider.id, &call.sha(variable)?);
    newest(&call.state, content.ok_or(Failure::NotFound)?).ok_or(Failure::NotFound)
}

fn newest(state: &State, content: &Content) -> Option<Pact> {
    state.pacts_with_content(content.id).next_back().copied()
}

/// With the pact that has another content.
pub(crate) async fn content(call: Call) -> Result<Answer, Failure> {
    let pact = with_content(&call, "sha")?;
    match with_content(&call, "other") {
        Ok(other) => between(&call, &other, &pact).await,
        Err(_) => Ok(alone(&call.state, &pact)),
    }
}

pub(crate) async fn content_previous_distinct(call: Call) -> Result<Answer, Failure> {
    let pact = with_content(&call, "sha")?;
    with_previous_distinct(&call, &pact).await
}
