//! How typical mistakes in a contract read.

use super::*;

/// The mistakes as they read, without the line.
fn mistakes(mock: &crate::dsl::Mock) -> String {
    let found = mock.to_pact().expect_err("the contract is broken");
    let lines = found.iter().cloned().map(|mistake| {
        assert!(mistake.source_line.is_some(), "{mistake} does not name its line");
        crate::dsl::Mistake { source_line: None, ..mistake }.to_string()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn answering(body: impl serde::Serialize) -> crate::dsl::Mock {
    orders().upon_receiving("a request").request(get("/orders/7")).respond(ok().json(body))
}

#[test]
fn ten_typical_mistakes() {
    let request = |request: crate::dsl::RequestBuilder| {
        orders().upon_receiving("a request").request(request).respond(ok())
    };
    let said = [
        mistakes(&answering(json!({ "sku": regex("4711", r"SKU-\d+") }))),
        mistakes(&answering(json!({ "lines": each_like("SKU-1").min(3).max(2) }))),
        mistakes(&answering(json!({ "lines": each_like("SKU-1").max(2).examples(3) }))),
        mistakes(&answering(json!({ "due": date("21.11.2026", "yyyy-MM-dd") }))),
        mistakes(&answering(json!({ "due": relative_date("in two weeks", "yyyy-MM-dd") }))),
        mistakes(&answering(json!({ "at": datetime("2026-11-21", "yyyy-MM-dd bb") }))),
        mistakes(&answering(json!({ "code": random_hexadecimal(0) }))),
        mistakes(&request(get("/orders?page=1"))),
        mistakes(&request(get("/orders").header("x-tenant", "acme\n"))),
        mistakes(
            &orders()
                .upon_receiving("a request")
                .request(get("/orders/7"))
                .respond(ok().json(json!({ "id": 7 })).matching("$.order.id", integer(7))),
        ),
        mistakes(
            &orders()
                .spec_version(SpecVersion::V3)
                .upon_receiving("a request")
                .pending()
                .request(get("/orders/7"))
                .respond(ok().json(json!({ "version": semver("1.0.0") }))),
        ),
    ];
    insta::assert_snapshot!(said.join("\n"));
}
