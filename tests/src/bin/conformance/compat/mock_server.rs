//! The mock server of a consumer's test, asked over real HTTP.

use pactwright::standalone::{MockOptions, PactMock};
use pactwright::{Failure as Problem, PactFile, Report, Unmatched};
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::matching::ActualRequest;
use pactwright_core::model::Interaction;
use pactwright_core::report::suite::{self, Sentence};

use super::interactions::{description, numbers, pact};
use super::steps::{Call, Failure, Steps, World};

/// The mock server, and what came of asking it.
#[derive(Debug, Default)]
pub(super) struct State {
    mock: Option<PactMock>,
    answer: Option<Answer>,
    done: Option<Result<PactFile, Report>>,
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: u16,
    content_type: String,
    /// Why the mock answers by itself.
    reason: Option<String>,
    body: Vec<u8>,
}

/// What the mock says of a request for something else than was agreed.
const MISMATCH: &str = "Request-Mismatch";
/// What it says of a request to an address of which nothing was agreed.
const UNEXPECTED: &str = "Unexpected-Request";

pub(super) const STEPS: Steps = &[
    ("the mock server is started with interaction {int}", start),
    ("the mock server is started with interactions {string}", start),
    ("the mock server is started with interaction {int} but with the following changes:", start_changed),
    ("request {int} is made to the mock server", ask),
    ("request {int} is made to the mock server with the following changes:", ask_changed),
    ("a {int} success response is returned", answered_as_agreed),
    ("a {int} error response is returned", answered_by_itself),
    ("the payload will contain the {string} JSON document", has_payload),
    ("the content type will be set as {string}", has_content_type),
    ("the pact test is done", finish),
    ("the mock server status will be OK", is_ok),
    ("the mock server status will NOT be OK", is_not_ok),
    ("the mock server status will be mismatches", has_mismatches),
    (
        r"the mock server status will be an expected but not received error for interaction \{{int}}",
        was_not_received,
    ),
    (
        r"the mock server status will be an unexpected {string} request received error for interaction \{{int}}",
        was_unexpected,
    ),
    (
        "the mock server status will be an unexpected {string} request received error for path {string}",
        was_unexpected_at,
    ),
    ("the mock server will write out a Pact file for the interaction(s) when done", has_written),
    ("the mock server will NOT write out a Pact file for the interaction(s) when done", has_not_written),
];

fn start(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let interactions = numbers(call.argument(0))
        .map(|number| world.interactions.interaction(number, call.fixtures))
        .collect::<Result<_, _>>()?;
    serve(world, interactions)
}

fn start_changed(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    let interaction = world.interactions.changed(call.argument(0), Some(&rows[0]), call.fixtures)?;
    serve(world, vec![interaction])
}

fn serve(world: &mut World, interactions: Vec<Interaction>) -> Result<(), Failure> {
    let options = MockOptions::default().output_dir(world.folder()?);
    let pact = pact("c", world.version, interactions);
    let runtime = world.runtime()?;
    let _inside = runtime.enter();
    world.mock_server.mock = Some(PactMock::start(pact, options)?);
    Ok(())
}

fn ask(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let interaction = world.interactions.interaction(call.argument(0), call.fixtures)?;
    send(world, &interaction)
}

fn ask_changed(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    let interaction = world.interactions.changed(call.argument(0), Some(&rows[0]), call.fixtures)?;
    send(world, &interaction)
}

/// Sends the request of an interaction, and remembers what the mock says of it.
fn send(world: &mut World, interaction: &Interaction) -> Result<(), Failure> {
    let (request, _) = interaction.as_http().ok_or_else(|| Failure::Unusable("a message".to_owned()))?;
    let request = ActualRequest::from(request);
    let runtime = world.runtime()?;
    let mock = mock(world)?;
    let answer = runtime.block_on(exchange(mock.url(), &request))?;
    let compared = unmatched(mock).iter().filter_map(sentences).collect();
    world.matching.hear(compared);
    world.mock_server.answer = Some(answer);
    Ok(())
}

async fn exchange(url: &str, request: &ActualRequest) -> Result<Answer, Failure> {
    let method = reqwest::Method::from_bytes(request.method.as_bytes());
    let method = method.map_err(|_| Failure::Unusable(request.method.clone()))?;
    let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut sent = client.request(method, format!("{url}{}{query}", request.path)).body(request.body.clone());
    for (name, value) in &request.headers {
        sent = sent.header(name, value);
    }
    let response = sent.send().await?;
    let header = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
    Ok(Answer {
        status: response.status().as_u16(),
        content_type: header("content-type").unwrap_or_default(),
        reason: header("x-pact"),
        body: response.bytes().await?.into(),
    })
}

fn mock(world: &World) -> Result<&PactMock, Failure> {
    world.mock_server.mock.as_ref().ok_or_else(|| Failure::Unmet("no mock server was started".to_owned()))
}

/// The requests that were not agreed.
fn unmatched(mock: &PactMock) -> Vec<Unmatched> {
    let problems = mock.problems();
    let all = problems.as_ref().map(Report::failures).unwrap_or_default();
    let one = |problem: &Problem| match problem {
        Problem::Unmatched(unmatched) => Some(Unmatched::clone(unmatched)),
        _ => None,
    };
    all.iter().filter_map(one).collect()
}

fn sentences(unmatched: &Unmatched) -> Option<Vec<Sentence>> {
    let closest = unmatched.closest.as_ref()?;
    Some(suite::request(&closest.expected, &unmatched.request, &closest.mismatches))
}

fn answer(world: &World) -> Result<&Answer, Failure> {
    world.mock_server.answer.as_ref().ok_or_else(|| Failure::Unmet("nothing was asked".to_owned()))
}

fn answered_as_agreed(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let answer = answer(world)?;
    let agreed = answer.reason.is_none() && answer.status.to_string() == call.argument(0);
    Failure::unless(agreed, || answer.described())
}

fn answered_by_itself(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let answer = answer(world)?;
    let by_itself = answer.reason.is_some() && answer.status.to_string() == call.argument(0);
    Failure::unless(by_itself, || answer.described())
}

fn has_payload(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let wanted = call.fixtures.document(call.argument(0))?;
    let found = Json::parse(&answer(world)?.body)?.into_owned();
    let wanted: JsonBuf = Json::parse(&wanted.bytes())?.into_owned();
    Failure::unless(found == wanted, || format!("it is {found}"))
}

fn has_content_type(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let found = &answer(world)?.content_type;
    Failure::unless(found == call.argument(0), || format!("it is {found}"))
}

/// The consumer's test is over: the pact is written if it went as agreed.
fn finish(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let saved = mock(world)?.save();
    if let Ok(file) = &saved {
        world.pact_files.open(&file.path)?;
    }
    world.mock_server.done = Some(saved);
    Ok(())
}

fn done(world: &World) -> Result<&Result<PactFile, Report>, Failure> {
    let done = world.mock_server.done.as_ref();
    done.ok_or_else(|| Failure::Unmet("the test of the consumer is not done".to_owned()))
}

fn is_ok(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    done(world)?.as_ref().map(|_| ()).map_err(|report| Failure::Unmet(report.to_string()))
}

fn is_not_ok(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    Failure::unless(done(world)?.is_err(), || "it is".to_owned())
}

/// What the mock found wrong when the test was done.
fn problems(world: &World) -> Result<&[Problem], Failure> {
    Ok(done(world)?.as_ref().err().map(Report::failures).unwrap_or_default())
}

fn has_mismatches(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    refused(world, MISMATCH, |_| true)
}

fn was_unexpected(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let interaction = world.interactions.interaction(call.argument(1), call.fixtures)?;
    let path = interaction.as_http().map(|(request, _)| request.path.clone());
    let (method, path) = (call.argument(0), path.unwrap_or_default());
    refused(world, UNEXPECTED, |request| request.method == method && request.path == path)
}

fn was_unexpected_at(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let (method, path) = (call.argument(0), call.argument(1));
    refused(world, UNEXPECTED, |request| request.method == method && request.path == path)
}

/// Whether the last request was such a request, and was refused for that reason.
fn refused(world: &World, reason: &str, is_it: impl Fn(&ActualRequest) -> bool) -> Result<(), Failure> {
    let found = problems(world)?
        .iter()
        .any(|problem| matches!(problem, Problem::Unmatched(unmatched) if is_it(&unmatched.request)));
    let answer = answer(world)?;
    let right = found && answer.reason.as_deref() == Some(reason);
    Failure::unless(right, || answer.described())
}

fn was_not_received(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let name = description(call.argument(0));
    let never =
        |problem: &Problem| matches!(problem, Problem::NeverRequested(one) if one.description == name);
    let problems = problems(world)?;
    let all = || problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    Failure::unless(problems.iter().any(never), all)
}

fn has_written(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let written = done(world)?.as_ref().is_ok_and(|file| file.path.is_file());
    Failure::unless(written, || "there is none".to_owned())
}

fn has_not_written(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    done(world)?;
    world.is_folder_empty()
}

impl Answer {
    fn described(&self) -> String {
        let reason = self.reason.as_deref().unwrap_or("as agreed");
        format!("the answer was {} ({reason}): {}", self.status, String::from_utf8_lossy(&self.body))
    }
}

#[cfg(test)]
mod tests;
