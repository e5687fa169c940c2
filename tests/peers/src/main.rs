//! pactwright-core beside the reference implementation, in one run: `cargo run --release` in this folder.
//!
//! Both match the same responses against the same contract, each in the form that its own mock server and verifier hand
//! over: the contract is read beforehand, the body comes as bytes. The reference's plugin driver is left out.

#[expect(dead_code, reason = "shared with a benchmark that measures more")]
#[path = "../../../pact-core/benches/matching/clock.rs"]
mod clock;
#[expect(dead_code, reason = "shared with a benchmark that measures more")]
#[path = "../../../pact-core/benches/matching/orders.rs"]
mod orders;

use std::collections::HashMap;
use std::hint::black_box;
use std::panic::RefUnwindSafe;

use pact_matching::match_response;
use pact_models::bodies::OptionalBody;
use pact_models::interaction::Interaction;
use pact_models::pact::{Pact, load_pact_from_json};
use pact_models::v4::http_parts::HttpResponse;
use pactwright_core::format::read_response;
use pactwright_core::json::Json;
use pactwright_core::matching::{ActualResponse, CompiledResponse};
use pactwright_core::model::SpecVersion;

use crate::clock::{in_turns, micros};

const CONTENT_TYPE: (&str, &str) = ("content-type", "application/json");

type Contract = Box<dyn Pact + Send + Sync + RefUnwindSafe>;
type Agreed = Box<dyn Interaction + Send + Sync + RefUnwindSafe>;

fn main() {
    let response = orders::eleven_rules();
    let (contract, agreed, expected) = reference(&response);
    let response = Json::parse(response.as_bytes()).unwrap().into_owned();
    let ours = CompiledResponse::new(read_response(response, SpecVersion::V3).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();

    println!("eleven rules: the reference / ours; at least 20");
    for size in [1, 20, 200, 1000] {
        let body = orders::body(size).into_bytes();
        let actual = ActualResponse {
            status: 200,
            headers: vec![(CONTENT_TYPE.0.to_owned(), CONTENT_TYPE.1.to_owned())],
            body: body.clone(),
        };
        let their_actual = HttpResponse {
            status: 200,
            headers: Some(HashMap::from([(CONTENT_TYPE.0.to_owned(), vec![CONTENT_TYPE.1.to_owned()])])),
            body: OptionalBody::Present(body.into(), None, None),
            ..HttpResponse::default()
        };
        let [theirs, own] = in_turns([
            &mut || {
                // It takes both by value; a clone of the body's bytes is a count.
                let outcome = match_response(expected.clone(), their_actual.clone(), &contract, &agreed);
                let mismatches = runtime.block_on(black_box(outcome)).unwrap();
                assert!(mismatches.is_empty(), "{mismatches:?}");
            },
            &mut || {
                let mismatches = ours.mismatches(black_box(&actual));
                assert!(mismatches.is_empty(), "{mismatches:?}");
            },
        ]);
        let ratio = theirs.relative_to(own);
        println!("  {size:>6} items  {:>14}  / {:>12}  = {ratio:.1}", micros(theirs), micros(own));
    }
    refuses(&runtime, &ours, &contract, &agreed, &expected);
}

/// A comparison of times says nothing unless both really look: one wrong value must be found by both.
fn refuses(
    runtime: &tokio::runtime::Runtime,
    ours: &CompiledResponse,
    contract: &Contract,
    agreed: &Agreed,
    expected: &HttpResponse,
) {
    let body = orders::body(20).replace("SKU-20", "20");
    let actual = ActualResponse {
        status: 200,
        headers: vec![(CONTENT_TYPE.0.to_owned(), CONTENT_TYPE.1.to_owned())],
        body: body.clone().into_bytes(),
    };
    assert_eq!(ours.mismatches(&actual).len(), 1);
    let their_actual = HttpResponse {
        status: 200,
        headers: Some(HashMap::from([(CONTENT_TYPE.0.to_owned(), vec![CONTENT_TYPE.1.to_owned()])])),
        body: OptionalBody::Present(body.into(), None, None),
        ..HttpResponse::default()
    };
    let found = runtime.block_on(match_response(expected.clone(), their_actual, contract, agreed)).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
}

/// What the reference needs to match: the contract, its interaction, and the response of that.
fn reference(response: &str) -> (Contract, Agreed, HttpResponse) {
    let response: serde_json::Value = serde_json::from_str(response).unwrap();
    let file = serde_json::json!({
        "consumer": { "name": "web" },
        "provider": { "name": "orders" },
        "interactions": [{
            "description": "a request for all orders",
            "request": { "method": "GET", "path": "/orders" },
            "response": response,
        }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    });
    let contract = load_pact_from_json("orders", &file).unwrap();
    let agreed = contract.interactions().remove(0).boxed();
    let expected = agreed.as_v4_http().unwrap().response;
    (contract, agreed, expected)
}
