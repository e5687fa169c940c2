//! Comparing what is received with what is expected.

use pactwright_core::matching::{ActualRequest, ActualResponse, CompiledRequest, CompiledResponse};
use pactwright_core::model::{Request, Response};
use pactwright_core::report::suite::{self, Sentence};
use regex::Regex;

use super::steps::{Call, Failure, Steps, World};

/// What is compared, and what came of it.
#[derive(Debug, Default)]
pub(super) struct State {
    expected_request: Request,
    expected_response: Response,
    requests: Vec<ActualRequest>,
    responses: Vec<ActualResponse>,
    /// What is wrong with each that was received; none before anything was compared.
    compared: Vec<Vec<Sentence>>,
}

pub(super) const STEPS: Steps = &[
    ("an expected request configured with the following:", expect_request),
    ("an expected request with a(n) {string} header of {string}", expect_header),
    ("a request is received with the following:", receive_requests),
    ("the following request(s) (is)(are) received:", receive_requests),
    ("a request is received with a(n) {string} header of {string}", receive_header),
    ("the request(s) (is)(are) compared to the expected one", compare_requests),
    ("an expected response configured with the following:", expect_response),
    ("an expected response with a(n) {string} header of {string}", expect_response_header),
    ("a status {int} response is received", receive_status),
    ("a response is received with the following:", receive_responses),
    ("the following response(s) (is)(are) received:", receive_responses),
    ("a response is received with a(n) {string} header of {string}", receive_response_header),
    ("the response(s) (is)(are) compared to the expected one", compare_responses),
    ("the (request )(response )comparison should be OK", all_ok),
    ("the (request )(response )comparison should NOT be OK", none_ok),
    (
        "the (request )(response )mismatches will contain a mismatch with error {string} -> {string}",
        mismatch_at,
    ),
    (
        "the (request )(response )mismatches will contain a(n) {string} mismatch with error {string}",
        mismatch_of_kind,
    ),
    (
        "the (request )(response )mismatches will contain a(n) {string} mismatch with path {string} with error {string}",
        mismatch_of_kind_at,
    ),
];

impl State {
    /// What a mock server found wrong with each request that was not agreed.
    pub(super) fn hear(&mut self, compared: Vec<Vec<Sentence>>) {
        self.compared = compared;
    }
}

fn expect_request(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    world.matching.expected_request = call.fixtures.request(&rows[0])?;
    Ok(())
}

fn expect_header(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    world.matching.expected_request.headers.append(call.argument(0), call.argument(1));
    Ok(())
}

fn expect_response(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    world.matching.expected_response = call.fixtures.response(&rows[0])?;
    Ok(())
}

fn expect_response_header(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    world.matching.expected_response.headers.append(call.argument(0), call.argument(1));
    Ok(())
}

fn receive_requests(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    for row in call.rows()? {
        world.matching.requests.push(ActualRequest::from(&call.fixtures.request(&row)?));
    }
    Ok(())
}

fn receive_header(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let headers = [(call.argument(0), call.argument(1))].into_iter().collect();
    world.matching.requests.push(ActualRequest::from(&Request { headers, ..Request::default() }));
    Ok(())
}

fn receive_status(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let status = call.argument(0);
    let status = status.parse().map_err(|_| Failure::Unusable(status.to_owned()))?;
    world.matching.responses.push(ActualResponse { status, ..ActualResponse::default() });
    Ok(())
}

fn receive_responses(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    for row in call.rows()? {
        world.matching.responses.push(ActualResponse::from(&call.fixtures.response(&row)?));
    }
    Ok(())
}

fn receive_response_header(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let headers = [(call.argument(0), call.argument(1))].into_iter().collect();
    world.matching.responses.push(ActualResponse::from(&Response { headers, ..Response::default() }));
    Ok(())
}

fn compare_requests(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let State { expected_request, requests, compared, .. } = &mut world.matching;
    let expected = CompiledRequest::new(expected_request.clone())?;
    let compare =
        |actual: &ActualRequest| suite::request(expected.expected(), actual, &expected.mismatches(actual));
    *compared = requests.iter().map(compare).collect();
    Ok(())
}

fn compare_responses(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let State { expected_response, responses, compared, .. } = &mut world.matching;
    let expected = CompiledResponse::new(expected_response.clone())?;
    let compare =
        |actual: &ActualResponse| suite::response(expected.expected(), actual, &expected.mismatches(actual));
    *compared = responses.iter().map(compare).collect();
    Ok(())
}

fn all_ok(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let compared = &world.matching.compared;
    let all = !compared.is_empty() && compared.iter().all(Vec::is_empty);
    Failure::unless(all, || listed("it is not", compared))
}

fn none_ok(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let compared = &world.matching.compared;
    let none = !compared.is_empty() && !compared.iter().any(Vec::is_empty);
    Failure::unless(none, || listed("not all were refused", compared))
}

fn mismatch_at(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    mismatch(world, None, Some(call.argument(0)), call.argument(1))
}

fn mismatch_of_kind(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    mismatch(world, Some(call.argument(0)), None, call.argument(1))
}

fn mismatch_of_kind_at(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    mismatch(world, Some(call.argument(0)), Some(call.argument(1)), call.argument(2))
}

fn mismatch(world: &World, kind: Option<&str>, place: Option<&str>, text: &str) -> Result<(), Failure> {
    let wanted = wording(text)?;
    let compared = &world.matching.compared;
    let met = compared.iter().flatten().any(|sentence| {
        kind.is_none_or(|kind| sentence.kind == kind)
            && place.is_none_or(|place| sentence.place == place)
            && wanted.is_match(&sentence.text)
    });
    Failure::unless(met, || listed("no mismatch is like that", compared))
}

/// What a sentence of the suite stands for: itself, but for `;\s*`, which is a semicolon with or without space after
/// it. A sentence may lack its last quote: the suite has one that does.
fn wording(text: &str) -> Result<Regex, Failure> {
    let parts: Vec<_> = text.split(r";\s*").map(regex::escape).collect();
    let expression = format!("^{}'?$", parts.join(r";\s*"));
    Regex::new(&expression).map_err(|error| Failure::Unusable(error.to_string()))
}

fn listed(complaint: &str, compared: &[Vec<Sentence>]) -> String {
    let sentences: Vec<_> = compared.iter().flatten().map(ToString::to_string).collect();
    match (compared, sentences.as_slice()) {
        ([], _) => format!("{complaint}: nothing was compared"),
        (_, []) => format!("{complaint}: there are no mismatches"),
        _ => format!("{complaint}: {}", sentences.join("; ")),
    }
}
