//! Messages, and what they come to in a pact.

use pactwright_core::model::{InteractionKind, Pact};

use super::*;
use crate::dsl::Mistakes;

#[track_caller]
fn said(pact: Result<Pact, Mistakes>) -> String {
    let mistakes = pact.expect_err("the contract is broken");
    let lines = mistakes.iter().map(|mistake| format!("{}: {}", mistake.place, mistake.problem));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn everything_said_about_a_message_is_in_the_pact() {
    let test = orders().given("order 7 was placed").upon_receiving("an order").message(
        message()
            .json(json!({ "id": integer(7), "token": random_hexadecimal(8) }))
            .metadata("topic", regex("orders.de", r"orders\.[a-z]+"))
            .metadata("partition", random_integer(0..=7))
            .metadata("trace", json!({ "sampled": true })),
    );
    let pact = test.to_pact().unwrap();
    let written = pactwright_core::format::write(&pact).unwrap();
    assert_eq!(
        pactwright_core::format::read(written.as_bytes()).unwrap(),
        pact,
        "what is written reads the same"
    );
    insta::assert_snapshot!(written);
}

#[test]
fn a_request_may_have_several_responses() {
    let test = orders()
        .upon_receiving("a question")
        .request(message().json(json!({ "sku": string("SKU-1") })))
        .respond(message().text("wait"))
        .respond(message().json(json!({ "cents": integer(1) })));
    let pact = test.to_pact().unwrap();
    let InteractionKind::SyncMessage { responses, .. } = &pact.interactions[0].kind else {
        panic!("{pact:?}")
    };
    assert_eq!(responses.len(), 2);
}

#[test]
fn v3_states_the_media_type_beside_the_contents() {
    let test = orders()
        .spec_version(SpecVersion::V3)
        .upon_receiving("an order")
        .message(message().xml("<order/>").metadata("topic", "orders"));
    let pact = test.to_pact().unwrap();
    let InteractionKind::AsyncMessage(message) = &pact.interactions[0].kind else { panic!("{pact:?}") };
    assert_eq!(
        message.metadata_value("contentType").and_then(|value| value.as_str()),
        Some("application/xml")
    );
    let written = pactwright_core::format::write(&pact).unwrap();
    assert!(written.contains("\"messages\"") && !written.contains("\"interactions\""), "{written}");
    assert_eq!(pactwright_core::format::read(written.as_bytes()).unwrap(), pact);
}

#[test]
fn mistakes_in_messages() {
    let test = |message| orders().upon_receiving("an order").message(message).to_pact();
    let problems = said(test(message().json(json!({ "id": semver("x") })).metadata("key", uuid("x"))));
    assert!(problems.contains("message metadata 'key': the example is refused"), "{problems}");
    assert!(problems.contains("message body $.id: the example is refused"), "{problems}");
    let problems = said(test(message().metadata("trace", json!({ "id": integer(7) }))));
    assert!(problems.contains("metadata values have matchers only as a whole"), "{problems}");
    let problems = said(test(message().json(json!({ "self": url("/a", "/a") }))));
    assert!(problems.contains("the URL of the mock server is not known"), "{problems}");
    let behind = orders()
        .upon_receiving("a request")
        .request(get("/"))
        .respond(ok())
        .upon_receiving("an order")
        .message(message().text("x"));
    assert!(said(behind.to_pact()).contains("in a test of its own"));
    let responses = orders()
        .upon_receiving("a question")
        .request(message().json(integer(1)))
        .respond(message().json(date("x", "yyyy")));
    assert!(said(responses.to_pact()).contains("response body $: the example is refused"));
}
