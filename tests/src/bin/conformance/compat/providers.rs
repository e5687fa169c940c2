//! Providers that contracts are verified against, over real HTTP: they answer as an interaction says, publish a message, and
//! change their state.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::matching::{ActualMessage, ActualRequest, ActualResponse};
use pactwright_core::model::{Headers, Interaction, Message};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::interactions::numbers;
use super::steps::{Call, Failure, Steps, World};

/// Where the provider's state is changed.
pub(super) const STATES: &str = "/_states";

/// The provider of the scenario.
#[derive(Debug, Default)]
pub(super) struct State {
    server: Option<MockServer>,
    /// Whether it can be asked to change its state.
    pub(super) changes_states: bool,
    /// Headers that are put on requests to it.
    pub(super) filter: Option<Headers>,
}

pub(super) const STEPS: Steps = &[
    ("a provider is started that returns the response from interaction {int}", start),
    ("a provider is started that returns the responses from interactions {string}", start),
    (
        "a provider is started that returns the response from interaction {int}, with the following changes:",
        start_changed,
    ),
    ("a provider is started that can generate the {string} message with {string}", publish),
    (
        "a provider is started that can generate the {string} message with {string} and the following metadata:",
        publish_with_metadata,
    ),
    ("a provider state callback is configured", change_states),
    ("a provider state callback is configured, but will return a failure", refuse_states),
    ("a request filter is configured to make the following changes:", filter),
    ("the provider state callback will be called before the verification is run", called_before),
    ("the provider state callback will be called after the verification is run", called_after),
    (
        "the provider state callback will receive a setup call with {string} as the provider state parameter",
        was_set_up,
    ),
    (
        "the provider state callback will receive a setup call with {string} and the following parameters:",
        was_set_up,
    ),
    (
        "the provider state callback will receive a teardown call {string} as the provider state parameter",
        was_torn_down,
    ),
    (
        "the provider state callback will receive a teardown call {string} and the following parameters:",
        was_torn_down,
    ),
    ("the provider state callback will NOT receive a teardown call", was_not_torn_down),
    ("the request to the provider will contain the header {string}", was_sent_header),
];

fn start(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    for number in numbers(call.argument(0)) {
        let interaction = world.interactions.interaction(number, call.fixtures)?;
        answer(world, &interaction)?;
    }
    Ok(())
}

fn start_changed(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    let interaction = world.interactions.changed(call.argument(0), Some(&rows[0]), call.fixtures)?;
    answer(world, &interaction)
}

/// The provider, which answers nothing (404) but what it is told to.
fn serve(world: &mut World, mock: Mock) -> Result<(), Failure> {
    let runtime = world.runtime()?;
    let server = match world.providers.server.take() {
        Some(server) => server,
        None => runtime.block_on(MockServer::start()),
    };
    runtime.block_on(server.register(mock));
    world.providers.server = Some(server);
    Ok(())
}

/// Answers the request of an interaction with its response.
fn answer(world: &mut World, interaction: &Interaction) -> Result<(), Failure> {
    let parts = interaction.as_http().ok_or_else(|| Failure::Unusable("a message".to_owned()))?;
    let (wanted, response) = (ActualRequest::from(parts.0), ActualResponse::from(parts.1));
    let is_wanted = move |request: &Request| {
        request.method.as_str() == wanted.method
            && request.url.path() == wanted.path
            && request.url.query() == wanted.query.as_deref()
    };
    let mut answer = ResponseTemplate::new(response.status).set_body_bytes(response.body);
    for (name, value) in &response.headers {
        answer = answer.append_header(name.as_str(), value.as_str());
    }
    serve(world, Mock::given(is_wanted).respond_with(answer))
}

fn publish(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    publish_beside(world, call, ObjectBuf::new())
}

fn publish_with_metadata(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let metadata = call.metadata()?;
    publish_beside(world, call, metadata)
}

/// Gives the message to whoever asks for it by its description.
fn publish_beside(world: &mut World, call: &Call<'_>, metadata: ObjectBuf) -> Result<(), Failure> {
    let contents = call.fixtures.contents(call.argument(1))?;
    let message = ActualMessage::from(&Message { contents, ..Message::default() });
    let description = call.argument(0).to_owned();
    let is_wanted = move |request: &Request| {
        let asked = Json::parse(&request.body).ok();
        let asked = asked.as_ref().and_then(|body| body.get("description")?.as_str());
        request.method.as_str() == "POST" && asked == Some(&description)
    };
    let beside = STANDARD.encode(Json::Object(metadata).to_compact());
    let content_type = message.content_type.map(|content_type| content_type.to_string());
    let answer = ResponseTemplate::new(200)
        .set_body_raw(message.contents, content_type.as_deref().unwrap_or_default())
        .insert_header("Pact-Message-Metadata", beside);
    serve(world, Mock::given(is_wanted).respond_with(answer))
}

fn change_states(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    answer_states(world, 200)
}

fn refuse_states(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    answer_states(world, 500)
}

fn answer_states(world: &mut World, status: u16) -> Result<(), Failure> {
    world.providers.changes_states = true;
    let mock = Mock::given(is_state_change).respond_with(ResponseTemplate::new(status));
    serve(world, mock.with_priority(1))
}

fn is_state_change(request: &Request) -> bool {
    request.url.path() == STATES
}

fn filter(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    world.providers.filter = Some(call.fixtures.request(&rows[0])?.headers);
    Ok(())
}

impl State {
    /// Where the provider is.
    pub(super) fn url(&self) -> Result<String, Failure> {
        let server = self.server.as_ref();
        server.map(MockServer::uri).ok_or_else(|| Failure::Unmet("no provider was started".to_owned()))
    }
}

/// Everything that the provider was asked, in order.
fn requests(world: &mut World) -> Result<Vec<Request>, Failure> {
    let runtime = world.runtime()?;
    let server = world.providers.server.as_ref();
    let server = server.ok_or_else(|| Failure::Unmet("no provider was started".to_owned()))?;
    Ok(runtime.block_on(server.received_requests()).unwrap_or_default())
}

/// The calls that change states, as they came.
fn state_changes(world: &mut World) -> Result<Vec<JsonBuf>, Failure> {
    let calls = requests(world)?;
    let calls = calls.iter().filter(|request| is_state_change(request));
    calls.map(|request| Ok(Json::parse(&request.body)?.into_owned())).collect()
}

fn called_before(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let requests = requests(world)?;
    let first = requests.first();
    Failure::unless(first.is_some_and(is_state_change), || "it was not called first".to_owned())
}

fn called_after(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let requests = requests(world)?;
    let is_verified = requests.iter().any(|request| !is_state_change(request));
    let is_last = requests.last().is_some_and(is_state_change);
    Failure::unless(is_verified && is_last, || "it was not called last".to_owned())
}

fn was_set_up(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    was_changed(world, call, "setup")
}

fn was_torn_down(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    was_changed(world, call, "teardown")
}

/// There was a call for that state, with the parameters of the table if the step has one.
fn was_changed(world: &mut World, call: &Call<'_>, action: &str) -> Result<(), Failure> {
    let params = match call.step.table.as_slice() {
        [] => None,
        _ => Some(Json::Object(call.rows()?[0].values()?)),
    };
    let changes = state_changes(world)?;
    let is_it = |change: &JsonBuf| {
        let text = |name: &str| change.get(name).and_then(Json::as_str);
        text("state") == Some(call.argument(0))
            && text("action") == Some(action)
            && params.as_ref().is_none_or(|params| change.get("params") == Some(params))
    };
    let shown = || changes.iter().map(Json::to_compact).collect::<Vec<_>>().join("; ");
    Failure::unless(changes.iter().any(is_it), || format!("the calls are {}", shown()))
}

fn was_not_torn_down(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let changes = state_changes(world)?;
    let is_teardown = |change: &JsonBuf| change.get("action").and_then(Json::as_str) == Some("teardown");
    let right = !changes.is_empty() && !changes.iter().any(is_teardown);
    Failure::unless(right, || format!("there were {} calls", changes.len()))
}

fn was_sent_header(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let unusable = || Failure::Unusable(call.argument(0).to_owned());
    let (name, value) = call.argument(0).split_once(": ").ok_or_else(unusable)?;
    let requests = requests(world)?;
    let has_it = |request: &Request| request.headers.get(name).is_some_and(|found| found == value);
    let right = !requests.is_empty() && requests.iter().all(has_it);
    Failure::unless(right, || format!("there were {} requests, not all with it", requests.len()))
}
