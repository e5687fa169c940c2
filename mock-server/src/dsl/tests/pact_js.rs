//! pact-js is the yardstick: what its builders for V4 say, ours say.

use pactwright_core::format;
use pactwright_core::model::Pact;
use serde_json::Value;

use super::*;
use crate::dsl::{Mistakes, Receiving, RequestBuilder, ResponseBuilder};

/// What a builder of pact-js puts into the interaction, and what ours does.
struct Row {
    /// The call in JavaScript.
    pact_js: &'static str,
    ours: Result<Pact, Mistakes>,
    /// Places in the interaction, and what is there.
    written: Vec<(&'static str, Value)>,
}

fn receiving(said: impl Fn(Receiving) -> Receiving) -> Result<Pact, Mistakes> {
    said(orders().upon_receiving("a request")).request(get("/")).respond(ok()).to_pact()
}

fn asking(request: RequestBuilder) -> Result<Pact, Mistakes> {
    orders().upon_receiving("a request").request(request).respond(ok()).to_pact()
}

fn answering(response: ResponseBuilder) -> Result<Pact, Mistakes> {
    orders().upon_receiving("a request").request(get("/")).respond(response).to_pact()
}

macro_rules! rows {
    ($($pact_js:literal => $ours:expr, { $($pointer:literal: $value:tt),+ };)+) => {
        vec![$(Row { pact_js: $pact_js, ours: $ours, written: vec![$(($pointer, json!($value))),+] }),+]
    };
}

fn interactions() -> Vec<Row> {
    rows! {
        "given('s', {id: 7}).given('t')"
            => orders().given_with("s", json!({ "id": 7 })).given("t").upon_receiving("r").request(get("/")).respond(ok()).to_pact(),
            { "/providerStates/0/name": "s", "/providerStates/0/params/id": 7, "/providerStates/1/name": "t" };
        "uponReceiving('a request')" => receiving(|one| one), { "/description": "a request", "/pending": false };
        "pending(true)" => receiving(Receiving::pending), { "/pending": true };
        "comment('a').comment('b')" => receiving(|one| one.comment("a").comment("b")), { "/comments/text": ["a", "b"] };
        "comment({key: 'team', value: 'checkout'})" => receiving(|one| one.comment_as("team", "checkout")),
            { "/comments/team": "checkout" };
        "testName('t')" => receiving(|one| one.test_name("t")), { "/comments/testname": "t" };
        "reference('Jira', 'ticket', 'A-1')" => receiving(|one| one.reference("Jira", "ticket", "A-1")),
            { "/comments/references/Jira/ticket": "A-1" };
    }
}

fn requests() -> Vec<Row> {
    rows! {
        "withRequest('PUT', '/a')" => asking(put("/a")), { "/request/method": "PUT", "/request/path": "/a" };
        "withRequest('PROPFIND', regex(/\\/\\d/, '/7'))" => asking(request("PROPFIND", regex("/7", r"/\d"))),
            { "/request/method": "PROPFIND", "/request/path": "/7", "/request/matchingRules/path/matchers/0/regex": r"/\d" };
        "query({a: ['1', '2'], b: integer(7)})" => asking(get("/").query("a", "1").query("a", "2").query("b", integer(7))),
            { "/request/query": { "a": ["1", "2"], "b": ["7"] }, "/request/matchingRules/query/b/matchers/0/match": "integer" };
        "query({a: [regex(/[a-z]/, 'x'), regex(/[a-z]/, 'y')]})"
            => asking(get("/").query("a", regex("x", "[a-z]")).query("a", regex("y", "[a-z]"))),
            { "/request/query/a": ["x", "y"], "/request/matchingRules/query/a/matchers": [{ "match": "regex", "regex": "[a-z]" }] };
        "headers({'X-A': 'a', 'X-B': regex(/b+/, 'b')})" => asking(get("/").header("X-A", "a").header("X-B", regex("b", "b+"))),
            { "/request/headers": { "X-A": ["a"], "X-B": ["b"] }, "/request/matchingRules/header/X-B/matchers/0/regex": "b+" };
        "jsonBody({id: integer(7)})" => asking(post("/").json(json!({ "id": integer(7) }))),
            { "/request/body": { "content": { "id": 7 }, "contentType": "application/json", "encoded": false },
              "/request/matchingRules/body/$.id/matchers": [{ "match": "integer" }] };
        "xmlBody(new XmlBuilder('1.0', '', 'a').build(...eachLike('b', {id: integer(7)})...))"
            => asking(post("/").xml(element("a").child(element("b").occurs(1..).examples(2).attribute("id", integer(7))))),
            { "/request/body/content": r#"<?xml version="1.0" encoding="UTF-8"?><a><b id="7"/><b id="7"/></a>"#,
              "/request/matchingRules/body/$.a.b/matchers": [{ "match": "type" }],
              "/request/matchingRules/body/$.a.b.@id/matchers": [{ "match": "integer" }] };
        "body('text/csv', Buffer.from('a,b'))" => asking(post("/").text_as("text/csv", "a,b")),
            { "/request/body": { "content": "a,b", "contentType": "text/csv", "encoded": false } };
        "body('image/gif', Buffer.from('GIF89a'))" => asking(post("/").bytes("image/gif", *b"GIF89a")),
            { "/request/body": { "content": "R0lGODlh", "contentType": "image/gif", "encoded": "base64" } };
        "binaryFile('image/gif', 'a.gif')" => asking(post("/").bytes_like("image/gif", *b"GIF89a")),
            { "/request/body/content": "R0lGODlh",
              "/request/matchingRules/body/$/matchers": [{ "match": "contentType", "value": "image/gif" }] };
        "multipartBody('image/gif', 'a.gif', 'picture')"
            => asking(post("/").multipart(multipart().file("picture", "a.gif", "image/gif", *b"GIF89a"))),
            { "/request/matchingRules/body/$.picture/matchers": [{ "match": "contentType", "value": "image/gif" }],
              "/request/matchingRules/header/Content-Type/matchers/0/match": "regex" };
        "matchingRules({body: {path: '$.a[*]', rules: [like('x'), includes('x')]}})"
            => asking(post("/").json(json!({ "a": ["x"] })).matching("$.a[*]", all_of([string("x"), include("x")]))),
            { "/request/matchingRules/body/$.a[*]/matchers": [{ "match": "type" }, { "match": "include", "value": "x" }] };
        "matchingRules({header: {path: 'X-A', rules: [regex(/a+/, 'a')]}, query: {path: 'q', rules: [integer(1)]}})"
            => asking(get("/").header("X-A", regex("a", "a+")).query("q", integer(1))),
            { "/request/matchingRules/header/X-A/matchers/0/regex": "a+",
              "/request/matchingRules/query/q/matchers/0/match": "integer" };
        "addGraphQLInteraction().withOperation('A').withVariables({id: '7'}).withQuery('query A { a }')"
            => asking(post("/").graphql(graphql("query A { a }").operation("A").variables(json!({ "id": "7" })))),
            { "/request/body/content": { "operationName": "A", "query": "query A { a }", "variables": { "id": "7" } },
              "/request/body/contentType": "application/json",
              "/request/matchingRules/body/$.query/matchers/0/match": "regex" };
        "addGraphQLInteraction().withMutation('mutation { a }')" => asking(post("/").graphql(graphql("mutation { a }"))),
            { "/request/body/content": { "query": "mutation { a }" } };
    }
}

fn responses() -> Vec<Row> {
    rows! {
        "willRespondWith(201)" => answering(created()), { "/response/status": 201 };
        "willRespondWith(matchStatus(200, 'success'))" => answering(status(200).any_status_in(StatusClass::Success)),
            { "/response/status": 200, "/response/matchingRules/status/matchers": [{ "match": "statusCode", "status": "success" }] };
        "willRespondWith(matchStatus(200, [200, 202]))"
            => answering(status(200).any_status_in(StatusClass::OneOf(vec![200, 202]))),
            { "/response/matchingRules/status/matchers": [{ "match": "statusCode", "status": [200, 202] }] };
        "headers({'Set-Cookie': ['a=1', 'b=2']})" => answering(ok().header("Set-Cookie", "a=1").header("Set-Cookie", "b=2")),
            { "/response/headers/Set-Cookie": ["a=1", "b=2"] };
        "headers({Location: fromProviderState('/a/${id}', '/a/7')})"
            => answering(ok().header("Location", from_provider_state("/a/${id}", "/a/7"))),
            { "/response/generators/header/Location": { "expression": "/a/${id}", "type": "ProviderState" },
              "/response/matchingRules/header/Location/matchers": [{ "match": "type" }] };
        "jsonBody(eachLike('x'))" => answering(ok().json(each_like("x"))),
            { "/response/body/content": ["x"], "/response/matchingRules/body/$/matchers": [{ "match": "type", "min": 1 }] };
        "body('text/plain', Buffer.from('x'))" => answering(ok().text("x")),
            { "/response/body": { "content": "x", "contentType": "text/plain", "encoded": false } };
    }
}

fn messages() -> Vec<Row> {
    let event = |message| orders().given("s").upon_receiving("a message").message(message).to_pact();
    let question = || message().json(json!({ "sku": string("SKU-1") }));
    rows! {
        "addAsynchronousInteraction().given('s').expectsToReceive('a message', ...)" => event(message().text("x")),
            { "/type": "Asynchronous/Messages", "/description": "a message", "/providerStates/0/name": "s" };
        "withJSONContent({id: integer(7)})" => event(message().json(json!({ "id": integer(7) }))),
            { "/contents/content": { "id": 7 }, "/matchingRules/body/$.id/matchers": [{ "match": "integer" }] };
        "withContent('text/csv', Buffer.from('a,b'))" => event(message().text_as("text/csv", "a,b")),
            { "/contents": { "content": "a,b", "contentType": "text/csv", "encoded": false } };
        "withMetadata({topic: 'orders', key: uuid()})"
            => event(message().text("x").metadata("topic", "orders").metadata("key", regex("7", r"\d"))),
            { "/metadata/topic": "orders", "/metadata/key": "7", "/matchingRules/metadata/key/matchers/0/regex": r"\d" };
        "withMatchingRules({body: {path: '$.id', rules: [integer(7)]}})"
            => event(message().json(json!({ "id": 7 })).matching("$.id", integer(7))),
            { "/matchingRules/body/$.id/matchers": [{ "match": "integer" }] };
        "addSynchronousInteraction('a question').withRequest(...).withResponse(...).withResponse(...)"
            => orders()
                .upon_receiving("a question")
                .pending()
                .request(question())
                .respond(message().text("wait"))
                .respond(message().json(json!({ "cents": integer(1) })).metadata("last", true))
                .to_pact(),
            { "/type": "Synchronous/Messages", "/pending": true, "/request/contents/content/sku": "SKU-1",
              "/request/matchingRules/body/$.sku/matchers": [{ "match": "type" }],
              "/response/0/contents/content": "wait", "/response/1/metadata/last": true,
              "/response/1/matchingRules/body/$.cents/matchers": [{ "match": "integer" }] };
    }
}

#[test]
fn every_builder_of_pact_js_has_its_like() {
    for Row { pact_js, ours, written } in
        [interactions(), requests(), responses(), messages()].into_iter().flatten()
    {
        let pact = ours.unwrap_or_else(|mistakes| panic!("{pact_js}: {mistakes}"));
        let text = format::write(&pact).unwrap();
        assert_eq!(
            format::read(text.as_bytes()).unwrap(),
            pact,
            "{pact_js} reads otherwise than it was written"
        );
        let file: Value = serde_json::from_str(&text).unwrap();
        for (pointer, expected) in written {
            // Names of paths have no `/` and no `~` here.
            let found = file["interactions"][0].pointer(pointer);
            assert_eq!(found, Some(&expected), "{pact_js}: {pointer}");
        }
    }
}
