//! A mistake is reported at the line that it was written in, wherever that is.

use super::*;
use crate::dsl::{Mistakes, Mock};

/// The lines of the mistakes of a contract, counted from another one.
#[track_caller]
fn lines_from(line: u32, mistakes: &Mistakes) -> Vec<u32> {
    let lines = mistakes.iter().map(|mistake| {
        let source = mistake.source_line.as_deref().unwrap_or_default();
        let written = source.rsplit(':').nth(1).and_then(|line| line.parse::<u32>().ok());
        written.unwrap_or_else(|| panic!("{mistake} names no line")) - line
    });
    lines.collect()
}

#[track_caller]
fn assert_lines(mock: &Mock, line: u32, expected: &[u32]) {
    let found = mock.to_pact().expect_err("the contract is broken");
    assert_eq!(lines_from(line, &found), expected, "{found}");
}

#[test]
fn contradictions_in_requests() {
    let line = line!();
    let mock = orders()
        .upon_receiving("a search")
        .request(
            get("/orders")
                .query("page", "1")
                .query("tag", each_like("new").max(1))
                .query("tag", "old")
                .header("accept", "application/json"),
        )
        .respond(ok());
    assert_lines(&mock, line, &[7]);

    let line = line!();
    let mock = orders()
        .upon_receiving("an order")
        .request(post("/orders").json(json!({
            "id": 7,
            "lines": [1, equal_to(2), all_of([
                string("a"),
                include("a"),
            ])],
            "by": each_key(regex("x", "[a-z]"), json!({ "A": 1 })),
        })))
        .respond(ok());
    assert_lines(&mock, line, &[9]);
}

#[test]
fn contradictions_in_responses() {
    let line = line!();
    let made = orders().upon_receiving("an order").request(get("/orders/7")).respond(
        ok().header("x-id", "7")
            .json(json!({ "id": 7, "list": [1, 2] }))
            .matching("$.id", integer(0))
            .matching("$.list", each_like(0).max(1)),
    );
    assert_lines(&made, line, &[8]);

    let line = line!();
    let mock = orders().upon_receiving("an order").request(get("/orders/7")).respond(
        ok().header("x-one", "1")
            .header("x-two", regex("1", "[0-9]").with_state_value("${a"))
            .json(json!({})),
    );
    assert_lines(&mock, line, &[5]);

    let line = line!();
    let mock = orders()
        .upon_receiving("an order")
        .request(get("/orders/7"))
        .respond(status(200).any_status_in(StatusClass::ClientError));
    assert_lines(&mock, line, &[6]);
}

#[test]
fn contradictions_in_other_bodies() {
    let line = line!();
    let mock =
        orders().upon_receiving("orders").request(get("/orders")).respond(ok().xml(
            element("orders").child(element("order").occurs(3..).examples(1).attribute("id", integer(7))),
        ));
    assert_lines(&mock, line, &[6]);

    let line = line!();
    let mock = orders()
        .upon_receiving("a question")
        .request(post("/graphql").graphql(graphql("query A { a }").operation("B").variables(7)))
        .respond(ok());
    assert_lines(&mock, line, &[5, 6]);
}

#[test]
fn contradictions_in_messages() {
    let line = line!();
    let test = orders()
        .upon_receiving("a question")
        .request(message().text("?"))
        .respond(message().text("!"))
        .respond(message().json(json!({ "list": [1, 2] })).matching("$.list", each_like(0).max(1)));
    assert_eq!(lines_from(line, &test.to_pact().unwrap_err()), [8]);
}

#[test]
fn what_an_earlier_version_cannot_say() {
    let line = line!();
    let mock = orders()
        .spec_version(SpecVersion::V3)
        .upon_receiving("an order")
        .key("k")
        .comment("c")
        .comment_as("team", "checkout")
        .request(get("/orders").query("version", semver("1.0.0")))
        .respond(ok().json(json!({
            "id": 7,
            "version": semver("1.0.0"),
        })));
    assert_lines(&mock, line, &[4, 5, 6, 9, 13]);
}

#[test]
fn values_in_which_nothing_is_matched() {
    let line = line!();
    let mock = orders()
        .given_with("an order", json!({ "id": integer(7) }))
        .upon_receiving("an order")
        .reference("Jira", "ticket", string("SHOP-42"))
        .comment_as("text", "x")
        .request(get("/orders"))
        .respond(ok());
    assert_lines(&mock, line, &[4, 5, 2]);
    assert!(mistakes(&mock).contains("a comment cannot have the name `text`"));
}
