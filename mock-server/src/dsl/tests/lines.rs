//! A mistake is reported at the line that it was written in, wherever that is.
//!
//! The lines that are meant end in a comment with the name of the contract: `//~ name`.

use super::*;
use crate::dsl::Mistakes;

#[track_caller]
fn assert_lines(contract: &str, mistakes: &Mistakes) {
    let line_of = |source: &str| source.rsplit(':').nth(1).and_then(|line| line.parse::<usize>().ok());
    let lines = mistakes.iter().map(|mistake| mistake.source_line.as_deref().and_then(line_of).unwrap_or(0));
    let mut found: Vec<_> = lines.collect();
    found.sort_unstable();
    let mark = format!("//~ {contract}");
    let marked = include_str!("lines.rs").lines().enumerate().filter(|(_, line)| line.ends_with(&mark));
    let expected: Vec<_> = marked.map(|(index, _)| index + 1).collect();
    assert!(!expected.is_empty(), "no line ends in `{mark}`");
    assert_eq!(found, expected, "{mistakes}");
}

#[test]
fn contradictions_in_requests() {
    let mock = orders()
        .upon_receiving("a search")
        .request(
            get("/orders")
                .query("page", "1")
                .query("tag", each_like("new").max(1))
                .query("tag", "old") //~ query
                .header("accept", "application/json"),
        )
        .respond(ok());
    assert_lines("query", &mock.to_pact().unwrap_err());

    let mock = orders()
        .upon_receiving("an order")
        .request(post("/orders").json(json!({
            "id": 7,
            "lines": [1, equal_to(2)],
            "by": each_key(regex("x", "[a-z]"), json!({ "A": 1 })), //~ body
        })))
        .respond(ok());
    assert_lines("body", &mock.to_pact().unwrap_err());
}

#[test]
fn contradictions_in_responses() {
    let mock = orders().upon_receiving("an order").request(get("/orders/7")).respond(
        ok().header("x-id", "7")
            .json(json!({ "id": 7, "list": [1, 2] }))
            .matching("$.id", integer(0))
            .matching("$.list", each_like(0).max(1)), //~ matching
    );
    assert_lines("matching", &mock.to_pact().unwrap_err());

    let mock = orders().upon_receiving("an order").request(get("/orders/7")).respond(
        status(200).header("x-id", "7").any_status_in(StatusClass::ClientError), //~ class
    );
    assert_lines("class", &mock.to_pact().unwrap_err());
}

#[test]
fn values_that_are_made_and_contradict() {
    let mock = orders().upon_receiving("an order").request(get("/orders/7")).respond(
        ok().header("x-one", "1")
            .header("x-two", "2")
            .header(
                "x-three",
                all_of([relative_date("today", "yyyy-MM-dd"), regex("2000-01-01", "2000-01-01")]), //~ made
            )
            .json(json!({})),
    );
    assert_lines("made", &mock.to_pact().unwrap_err());
}

#[test]
fn expressions_that_are_no_names_of_values() {
    let mock = orders()
        .upon_receiving("an order")
        .request(
            get(from_provider_state("/orders/{id}", "/orders/7")) //~ state
                .header("x-id", from_provider_state("id", "7"))
                .query("self", from_provider_state("/orders/${id}", "/orders/7")),
        )
        .respond(ok().json(json!({
            "id": from_provider_state("order id", 7),
            "self": from_provider_state("/orders/7", "/orders/${id}"), //~ state
        })));
    assert_lines("state", &mock.to_pact().unwrap_err());
    let text = mistakes(&mock);
    assert!(text.contains("in text, write names as in `/orders/${id}`"), "{text}");
}

#[test]
fn contradictions_in_other_bodies() {
    let mock = orders().upon_receiving("orders").request(get("/orders")).respond(
        ok().xml(
            element("orders").child(
                element("order") //~ xml
                    .occurs(3..)
                    .examples(1)
                    .attribute("id", integer(7)),
            ),
        ),
    );
    assert_lines("xml", &mock.to_pact().unwrap_err());

    let mock = orders()
        .upon_receiving("a question")
        .request(
            post("/graphql").graphql(
                graphql("query A { a }")
                    .operation("B") //~ graphql
                    .variables(7), //~ graphql
            ),
        )
        .respond(ok());
    assert_lines("graphql", &mock.to_pact().unwrap_err());

    let parts = multipart().field("a", "1").json("b", json!([1, 2])).json(
        "c",
        each_key(regex("x", "[a-z]"), json!({ "A": 1 })), //~ part
    );
    let mock = orders().upon_receiving("parts").request(post("/").multipart(parts)).respond(ok());
    assert_lines("part", &mock.to_pact().unwrap_err());
}

#[test]
fn contradictions_in_messages() {
    let test = orders()
        .upon_receiving("a question")
        .request(message().text("?"))
        .respond(message().text("!"))
        .respond(
            message().json(json!({ "list": [1, 2] })).matching("$.list", each_like(0).max(1)), //~ response
        );
    assert_lines("response", &test.to_pact().unwrap_err());
}

#[test]
fn what_an_earlier_version_cannot_say() {
    let mock = orders()
        .spec_version(SpecVersion::V3)
        .upon_receiving("an order")
        .key("k") //~ version
        .comment("c") //~ version
        .comment_as("team", "checkout") //~ version
        .request(
            get("/orders").query("page", 1).query("version", semver("1.0.0")), //~ version
        )
        .respond(ok().json(json!({
            "id": 7,
            "version": semver("1.0.0"), //~ version
        })));
    assert_lines("version", &mock.to_pact().unwrap_err());
}

#[test]
fn values_in_which_nothing_is_matched() {
    let mock = orders()
        .given_with("an order", json!({ "id": integer(7) })) //~ plain
        .upon_receiving("an order")
        .reference("Jira", "ticket", string("SHOP-42")) //~ plain
        .comment_as("text", "x") //~ plain
        .request(get("/orders"))
        .respond(ok());
    assert_lines("plain", &mock.to_pact().unwrap_err());
    let text = mistakes(&mock);
    assert!(text.contains("a comment cannot have the name `text`"), "{text}");
    assert!(text.contains("nothing is matched here"), "{text}");
}
