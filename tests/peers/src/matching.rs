//! pactwright-core beside the reference implementation.
//!
//! Both match the same responses against the same contract, each in the form that its own mock server and verifier hand
//! over: the contract is read beforehand, the body comes as bytes. The lines below that, which have no target, start
//! from the bytes of the contract, too, and compare a single response with it. The reference's plugin driver is left
//! out.

use std::collections::HashMap;
use std::hint::black_box;
use std::panic::RefUnwindSafe;

use pact_matching::match_response;
use pact_models::bodies::OptionalBody;
use pact_models::interaction::Interaction;
use pact_models::pact::{Pact, load_pact_from_json};
use pact_models::v4::http_parts::HttpResponse;
use pactwright_core::format;
use pactwright_core::matching::{ActualResponse, CompiledResponse};

use crate::clock::in_turns;
use crate::orders;
use crate::table::{Table, Target};

const CONTENT_TYPE: (&str, &str) = ("content-type", "application/json");

type Contract = Box<dyn Pact + Send + Sync + RefUnwindSafe>;
type Agreed = Box<dyn Interaction + Send + Sync + RefUnwindSafe>;

/// How often the reference's time holds ours.
const FASTER: Target = Target::AtLeast(20.0);
const SIZES: [u32; 4] = [1, 20, 200, 1000];

pub(crate) fn run() {
    let file = contract();
    let (contract, agreed, expected) = reference(&file);
    let ours = compiled(&file);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    refuses(&runtime, &ours, &contract, &agreed, &expected);

    let mut table = Table::new();
    for size in SIZES {
        let (actual, their_actual) = actual(orders::body(size));
        let [theirs, own] = in_turns([
            &mut || {
                // It takes both by value; a clone of the body's bytes is a count.
                let outcome = match_response(expected.clone(), their_actual.clone(), &contract, &agreed);
                assert!(runtime.block_on(black_box(outcome)).unwrap().is_empty());
            },
            &mut || assert!(ours.mismatches(black_box(&actual)).is_empty()),
        ]);
        table.ratio(&format!("match {size} items, 11 rules: reference / ours"), theirs, own, FASTER);
    }
    for size in SIZES {
        let (actual, their_actual) = actual(orders::body(size));
        let [theirs, own] = in_turns([
            &mut || {
                let (contract, agreed, expected) = reference(black_box(&file));
                let outcome = match_response(expected, their_actual.clone(), &contract, &agreed);
                assert!(runtime.block_on(black_box(outcome)).unwrap().is_empty());
            },
            &mut || assert!(compiled(black_box(&file)).mismatches(&actual).is_empty()),
        ]);
        let what = format!("read the contract, match {size} items: reference / ours");
        table.ratio(&what, theirs, own, Target::None);
    }
    table.end();
}

/// A response with this body, as both take it.
fn actual(body: String) -> (ActualResponse, HttpResponse) {
    let headers = vec![(CONTENT_TYPE.0.to_owned(), CONTENT_TYPE.1.to_owned())];
    let own = ActualResponse { status: 200, headers, body: body.clone().into_bytes() };
    let theirs = HttpResponse {
        status: 200,
        headers: Some(HashMap::from([(CONTENT_TYPE.0.to_owned(), vec![CONTENT_TYPE.1.to_owned()])])),
        body: OptionalBody::Present(body.into(), None, None),
        ..HttpResponse::default()
    };
    (own, theirs)
}

/// A comparison of times says nothing unless both really look: one wrong value must be found by both.
fn refuses(
    runtime: &tokio::runtime::Runtime,
    ours: &CompiledResponse,
    contract: &Contract,
    agreed: &Agreed,
    expected: &HttpResponse,
) {
    let (actual, their_actual) = actual(orders::body(20).replace("SKU-20", "20"));
    assert_eq!(ours.mismatches(&actual).len(), 1);
    let found = runtime.block_on(match_response(expected.clone(), their_actual, contract, agreed)).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
}

/// The file that both read.
fn contract() -> String {
    let response = orders::eleven_rules();
    let interaction = format!(
        r#"{{"description":"a request for all orders","request":{{"method":"GET","path":"/orders"}},"response":{response}}}"#
    );
    format!(
        r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"orders"}},"interactions":[{interaction}],"metadata":{{"pactSpecification":{{"version":"3.0.0"}}}}}}"#
    )
}

fn compiled(file: &str) -> CompiledResponse {
    let pact = format::read(file.as_bytes()).unwrap();
    let (_, response) = pact.interactions[0].as_http().unwrap();
    CompiledResponse::new(response.clone()).unwrap()
}

/// What the reference needs to match: the contract, its interaction, and the response of that.
fn reference(file: &str) -> (Contract, Agreed, HttpResponse) {
    let contract = load_pact_from_json("orders", &serde_json::from_str(file).unwrap()).unwrap();
    let agreed = contract.interactions().remove(0).boxed();
    let expected = agreed.as_v4_http().unwrap().response;
    (contract, agreed, expected)
}
