use std::panic::Location;

use crate::prelude::*;

/// The mistakes of a contract as text, without line numbers.
#[track_caller]
fn mistakes(mock: &super::Mock) -> String {
    let mistakes = mock.to_pact().expect_err("the contract is broken");
    for mistake in mistakes.iter() {
        let line = mistake.source_line.as_deref().unwrap_or_default();
        assert!(line.contains(Location::caller().file()), "{mistake} does not name its line");
    }
    let lines = mistakes.iter().map(|mistake| format!("{}: {}", mistake.place, mistake.problem));
    lines.collect::<Vec<_>>().join("\n")
}

fn orders() -> super::Contract {
    consumer("web").provider("orders")
}

#[test]
fn a_broken_contract_says_all_that_is_wrong_with_it() {
    let mock = orders()
        .given_with("order 7 exists", 7)
        .upon_receiving("a broken contract")
        .request(
            request("GE T", "orders?page=1")
                .header("x y", "a")
                .header("x-line", "a\nb")
                .query("page", json_list())
                .query("size", semver("large")),
        )
        .respond(status(100).json(json!({
            "id": regex("seven", r"\d+"),
            "lines": each_like(1).min(3).max(2),
            "state": regex("open", "open|("),
        })));
    insta::assert_snapshot!(mistakes(&mock));
}

fn json_list() -> super::TextValue {
    like(json!({})).into()
}

#[test]
fn a_contract_that_contradicts_itself_is_found_out() {
    let mock = orders()
        .upon_receiving("a contradiction")
        .request(post("/orders").header("content-type", "text/plain").json(json!({})))
        .respond(ok());
    let pact = mock.to_pact();
    assert!(pact.is_ok(), "JSON may travel under any name: {pact:?}");
    let mock = orders()
        .upon_receiving("a contradiction")
        .request(get("/orders").query("tag", each_like("new").max(1)).query("tag", "old"))
        .respond(ok());
    let text = mistakes(&mock);
    assert!(text.contains("does not satisfy its own contract: query parameter 'tag'"), "{text}");
    let mock = orders()
        .upon_receiving("a contradiction")
        .request(get("/orders"))
        .respond(status(200).any_status_in(StatusClass::ClientError));
    assert!(mistakes(&mock).starts_with("response status: 200 is not among ClientError"));
}

#[test]
fn a_matcher_for_each_of_several_values() {
    let mock = orders()
        .upon_receiving("lists")
        .request(
            post("/")
                .query("tag", each_like(regex("a", "[a-z]")))
                .query("name", each_like(string("Ada")).min(2).max(3))
                .header("x-id", each_like(integer(7)))
                .form(json!({ "size": each_like(integer(7)) })),
        )
        .respond(ok());
    let pact = mock.to_pact().unwrap();
    let request = pact.interactions[0].as_http().unwrap().0;
    let written = pactwright_core::format::write(&pact).unwrap();
    assert!(written.contains(r#""regex": "[a-z]""#), "{written}");
    let compiled = pactwright_core::matching::CompiledRequest::new(request.clone()).unwrap();
    let wrong = |query: &str, header: &[&str], body: &str| {
        let mut actual = pactwright_core::matching::ActualRequest::from(request);
        actual.query = Some(query.to_owned());
        actual.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("x-id"));
        actual.headers.extend(header.iter().map(|value| ("X-Id".to_owned(), (*value).to_owned())));
        actual.body = body.as_bytes().to_vec();
        compiled.mismatches(&actual).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(wrong("tag=x&tag=y&tag=z&name=A&name=B&name=C", &["1", "2"], "size=1&size=2"), [""; 0]);
    let found = wrong("tag=x&tag=7&name=A", &["1", "b"], "size=1&size=x");
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn lists_in_text_have_their_limits() {
    let query = |value| {
        orders()
            .upon_receiving("lists")
            .request(get(each_like("/a").examples(2)).query("tag", value))
            .respond(ok())
    };
    let text = mistakes(&query(each_like(regex("a", "[a-z]")).max(2)));
    assert!(text.contains("request path: a value of type Array cannot travel here"), "{text}");
    assert!(text.contains("query parameter 'tag': here a contract can say what each"), "{text}");
    let text = mistakes(&query(each_like(each_like("a"))));
    assert!(text.contains("query parameter 'tag': a value of type Array"), "{text}");
}

#[test]
fn names_are_needed_and_unique() {
    let mock = consumer(" ")
        .provider("orders")
        .upon_receiving("a request")
        .request(get("/"))
        .respond(ok())
        .upon_receiving("a request")
        .request(get("/other"))
        .respond(ok())
        .upon_receiving("")
        .request(get("/"))
        .respond(ok());
    let text = mistakes(&mock);
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains("the name of the consumer is blank"), "{text}");
    assert!(text.contains("another interaction has the same description"), "{text}");
    assert!(text.contains("the description is blank"), "{text}");
}

#[test]
fn everything_said_is_in_the_pact() {
    let mock = orders()
        .given("order 7 exists")
        .given_with("the user may", json!({ "role": "clerk" }))
        .upon_receiving("a change of order 7")
        .key("change-7")
        .pending()
        .comment("agreed with the warehouse")
        .request(
            patch(regex("/orders/7", r"/orders/\d+"))
                .header("accept", "application/json")
                .header("x-request", uuid("9f3b0c1e-7a54-4c1d-9f57-0d6d0a5e6b11"))
                .query("fields", "id")
                .query("fields", "state")
                .query("page", integer(2))
                .query("tag", each_like("new").examples(2))
                .json(json!({ "state": any_of([regex("paid", "paid|open"), null_value()]) })),
        )
        .respond(
            status(200)
                .any_status_in(StatusClass::Success)
                .header("location", regex("/orders/7", "/orders/.+"))
                .text_as("text/csv", "a,b"),
        );
    let pact = mock.to_pact().unwrap();
    insta::assert_snapshot!(pactwright_core::format::write(&pact).unwrap());
    let again = pactwright_core::format::read(pactwright_core::format::write(&pact).unwrap().as_bytes());
    assert_eq!(again.unwrap(), pact, "what is written reads the same");
}

#[tokio::test]
async fn a_version_that_lacks_the_words_is_an_error_at_the_start() {
    let error = orders()
        .spec_version(SpecVersion::V2)
        .given_with("order 7 exists", json!({ "id": 7 }))
        .upon_receiving("a request")
        .request(get("/"))
        .respond(ok())
        .start()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("version 2.0.0"), "{error}");
    assert!(error.to_string().contains("spec_version"), "{error}");
}

mod bodies;
mod lines;
mod messages;
mod pact_js;
mod places;
mod typical;
