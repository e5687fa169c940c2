//! Bodies of every kind, and what they come to in a pact.

use pactwright_core::matching::{ActualRequest, CompiledRequest};
use pactwright_core::model::{Category, MatchingRules, Pact, Request};

use super::*;
use crate::dsl::{RequestBuilder, element, multipart};

fn pact(request: RequestBuilder) -> Pact {
    let mock = orders().upon_receiving("a request").request(request).respond(ok());
    let pact = mock.to_pact().unwrap();
    let text = pactwright_core::format::write(&pact).unwrap();
    let read = pactwright_core::format::read(text.as_bytes()).unwrap();
    assert_eq!(read, pact, "what is written reads the same");
    pact
}

#[track_caller]
fn sent(request: RequestBuilder) -> Request {
    pact(request).interactions[0].as_http().unwrap().0.clone()
}

fn text(request: &Request) -> String {
    String::from_utf8(request.body.bytes().into_owned()).unwrap()
}

fn rules(rules: &MatchingRules) -> Vec<String> {
    let line = |(path, list): (&str, &pactwright_core::model::RuleList)| {
        let rule = pactwright_core::json::Json::Object(list.rules[0].definition());
        format!("{path} {}", rule.to_compact())
    };
    rules.category(Category::Body).map(line).collect()
}

/// Everything in which a body differs from what was agreed.
fn differences(expected: &Request, body: &str) -> Vec<String> {
    let compiled = CompiledRequest::new(expected.clone()).unwrap();
    let actual = ActualRequest { body: body.as_bytes().to_vec(), ..ActualRequest::from(expected) };
    compiled.mismatches(&actual).iter().map(ToString::to_string).collect()
}

#[derive(serde::Serialize)]
struct Search {
    page: u8,
    after: Option<String>,
}

#[test]
fn a_form() {
    let request = sent(post("/orders").form(json!({
        "user": string("a&b"), "page": 2, "tag": ["x", "y"], "note": null, "code": regex("A1", "[A-Z][0-9]"),
    })));
    assert_eq!(text(&request), "code=A1&page=2&tag=x&tag=y&user=a%26b");
    assert_eq!(
        rules(&request.rules),
        [r#"$.code {"match":"regex","regex":"[A-Z][0-9]"}"#, r#"$.user {"match":"type"}"#]
    );
    assert_eq!(request.headers.get("content-type"), ["application/x-www-form-urlencoded".to_owned()]);
    assert!(differences(&request, "user=x&page=2&tag=x&tag=y&code=B2").is_empty());
    assert_eq!(differences(&request, "user=x&page=3&tag=x&tag=y&code=b2").len(), 2);
    let pairs = sent(post("/orders").form((("a", "1"), ("b", integer(2)), ("a", true))));
    assert_eq!(text(&pairs), "a=1&a=true&b=2");
    assert_eq!(text(&sent(post("/orders").form(Search { page: 1, after: None }))), "page=1");
}

#[test]
fn an_xml_document() {
    let request = sent(
        post("/orders").xml(
            element("o:orders")
                .attribute("xmlns:o", "urn:example")
                .attribute("page", integer(1))
                .child(
                    element("o:order")
                        .occurs(1..=3)
                        .attribute("id", regex("a<1", "a.\\d"))
                        .child(element("o:state").text(regex("open", "open|paid"))),
                )
                .child(element("note").text("a & b"))
                .child(element("note").text(string("c"))),
        ),
    );
    assert_eq!(
        text(&request),
        r#"<?xml version="1.0" encoding="UTF-8"?><o:orders xmlns:o="urn:example" page="1"><o:order id="a&lt;1"><o:state>open</o:state></o:order><note>a &amp; b</note><note>c</note></o:orders>"#
    );
    assert_eq!(
        rules(&request.rules),
        [
            r#"$.o:orders.@page {"match":"integer"}"#,
            r#"$.o:orders.note[1].#text {"match":"type"}"#,
            r#"$.o:orders.o:order {"match":"type","min":1,"max":3}"#,
            r#"$.o:orders.o:order.@id {"match":"regex","regex":"a.\\d"}"#,
            r#"$.o:orders.o:order.o:state.#text {"match":"regex","regex":"open|paid"}"#,
        ]
    );
    let orders = |orders: &str, note: &str| {
        format!(
            r#"<x:orders xmlns:x="urn:example" page="7">{orders}<note>{note}</note><note>z</note></x:orders>"#
        )
    };
    let order = |state: &str| format!(r#"<x:order id="a-9"><x:state>{state}</x:state></x:order>"#);
    assert_eq!(differences(&request, &orders(&order("paid").repeat(2), "a &amp; b")), [""; 0]);
    assert_eq!(differences(&request, &orders(&order("paid").repeat(4), "a &amp; b")).len(), 1);
    assert_eq!(differences(&request, &orders(&order("lost"), "x")).len(), 2);
    assert_eq!(differences(&request, &orders("", "a &amp; b")).len(), 1);
}

#[test]
fn elements_that_are_repeated_without_a_bound() {
    let bound = |child: crate::dsl::Element| {
        rules(&sent(post("/orders").xml(element("orders").child(child.occurs(1..)))).rules)
    };
    assert_eq!(bound(element("order")), [r#"$.orders.order {"match":"type"}"#]);
    let any = sent(post("/orders").xml(element("orders").child(element("order").occurs(..))));
    assert_eq!(rules(&any.rules), [r#"$.orders.order {"match":"type","min":0}"#]);
}

#[test]
fn xml_as_text_with_rules_for_some_places() {
    let request = sent(
        post("/orders")
            .xml("<order id='7'><state>open</state></order>")
            .matching("$.order['@id']", integer(1))
            .matching("$.order.state", regex("paid", "open|paid")),
    );
    assert!(differences(&request, "<order id='9'><state>paid</state></order>").is_empty());
    assert_eq!(differences(&request, "<order id='x'><state>lost</state></order>").len(), 2);
}

#[test]
fn parts() {
    let request = sent(
        post("/labels").multipart(
            multipart()
                .field("order", integer(7))
                .json("options", json!({ "colour": boolean(true), "copies": 1 }))
                .file("label", "a \"b\".gif", "image/gif", *b"GIF89a-----")
                .bytes("raw", "application/octet-stream", [1, 2]),
        ),
    );
    let content_type = request.headers.get("content-type");
    assert_eq!(content_type, ["multipart/form-data;boundary=pactwright-part".to_owned()]);
    let boundary_is_free = request.rules.category(Category::Header).next().unwrap();
    assert_eq!(boundary_is_free.0, "Content-Type");
    assert_eq!(
        rules(&request.rules),
        [
            r#"$.label {"match":"contentType","value":"image/gif"}"#,
            r#"$.options.colour {"match":"boolean"}"#,
            r#"$.order {"match":"integer"}"#,
        ]
    );
    let body = |order: &str, colour: &str, file: &str| {
        [
            format!("--x\r\nContent-Disposition: form-data; name=\"order\"\r\n\r\n{order}\r\n"),
            format!("--x\r\nContent-Disposition: form-data; name=options\r\nContent-Type: application/json\r\n\r\n{{\"colour\":{colour},\"copies\":1}}\r\n"),
            format!("--x\r\nContent-Disposition: form-data; name=\"label\"; filename=other\r\nContent-Type: image/gif\r\n\r\n{file}\r\n"),
            "--x\r\nContent-Disposition: form-data; name=\"raw\"\r\nContent-Type: application/octet-stream\r\n\r\n\u{1}\u{2}\r\n--x--".to_owned(),
        ]
        .concat()
    };
    assert_eq!(differences(&request, &body("9", "false", "GIF87aother")), [""; 0]);
    assert_eq!(differences(&request, &body("x", "0", "%PDF-1.7 other")).len(), 3);
}

#[test]
fn parts_of_one_name_have_their_own_rules() {
    let request =
        sent(post("/").multipart(multipart().field("n", integer(1)).field("n", regex("a", "[a-z]"))));
    assert_eq!(
        rules(&request.rules),
        [r#"$.n[0] {"match":"integer"}"#, r#"$.n[1] {"match":"regex","regex":"[a-z]"}"#]
    );
    let body = |first: &str, second: &str| {
        let part = |value: &str| {
            format!("--pactwright-part\r\nContent-Disposition: form-data; name=n\r\n\r\n{value}\r\n")
        };
        format!("{}{}--pactwright-part--", part(first), part(second))
    };
    assert_eq!(differences(&request, &body("7", "z")), [""; 0]);
    assert_eq!(differences(&request, &body("z", "7")).len(), 2);
}

#[test]
fn text_and_bytes() {
    let request = sent(post("/").text(regex("42 apples", r"\d+ apples")));
    assert!(differences(&request, "7 apples").is_empty());
    assert_eq!(differences(&request, "some apples").len(), 1);
    let request = sent(post("/").bytes_like("image/gif", *b"GIF89a-----"));
    assert!(differences(&request, "GIF87a").is_empty());
    assert_eq!(differences(&request, "%PDF-1.7").len(), 1);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("example.gif");
    std::fs::write(&file, b"GIF89a-----").unwrap();
    let read = sent(post("/").file_like("image/gif", &file));
    assert_eq!(read.body.bytes(), request.body.bytes());
    let missing = orders()
        .upon_receiving("a request")
        .request(post("/").file_like("image/gif", folder.path().join("none.gif")))
        .respond(ok());
    let text = mistakes(&missing);
    assert!(text.contains("none.gif` cannot be read") && text.contains("starts at the folder"), "{text}");
}

#[test]
fn an_example_of_the_application_s_own_with_rules_for_some_places() {
    #[derive(serde::Serialize)]
    struct Line {
        sku: &'static str,
        count: u32,
    }
    #[derive(serde::Serialize)]
    struct Order {
        id: u64,
        lines: Vec<Line>,
    }
    let order = Order { id: 7, lines: vec![Line { sku: "SKU-1", count: 2 }] };
    let request = sent(
        post("/orders")
            .json(&order)
            .matching("$.id", integer(0))
            .matching("$.lines", each_like(json!({ "sku": regex("SKU-0", r"SKU-\d+") }))),
    );
    assert_eq!(text(&request), r#"{"id":7,"lines":[{"count":2,"sku":"SKU-1"}]}"#);
    assert_eq!(
        rules(&request.rules),
        [
            r#"$.id {"match":"integer"}"#,
            r#"$.lines {"match":"type","min":1}"#,
            r#"$.lines[*].sku {"match":"regex","regex":"SKU-\\d+"}"#,
        ]
    );
    let refused = orders()
        .upon_receiving("a request")
        .request(post("/orders").json(&order).matching("$.lines[*].sku", regex("A", "[A-Z]")))
        .respond(ok());
    assert!(mistakes(&refused).contains("does not satisfy its own contract"), "{}", mistakes(&refused));
    // The line is that of the matcher.
    let line = |mock: &crate::dsl::Mock| {
        let found = mock.to_pact().unwrap_err();
        let line = found.iter().next().and_then(|mistake| mistake.source_line.clone()).unwrap();
        line.split(':').nth(1).and_then(|line| line.parse::<u32>().ok()).unwrap()
    };
    let here = Location::caller().line();
    let several = orders().upon_receiving("a request").request(get("/orders")).respond(
        ok().json(&order).matching("$.id", integer(0)).matching("$.lines[*].sku", regex("A", "[A-Z]")),
    );
    assert_eq!(line(&several), here + 2);
}

#[test]
fn mistakes_in_bodies() {
    let of = |request: RequestBuilder| mistakes(&orders().upon_receiving("a").request(request).respond(ok()));
    for (request, expected) in [
        (post("/").form(json!(7)), "a form is an object"),
        (post("/").form([1, 2]), "a form is an object"),
        (post("/").xml("<a>"), "is not XML"),
        (post("/").xml(element("a b")), "cannot be the name of an element"),
        (post("/").xml(element("a").attribute("7", "x")), "cannot be the name of an element"),
        (post("/").xml(element("o:a")), "is not XML"),
        (post("/").xml(element("a").occurs(1..)), "one root element"),
        (post("/").xml(element("a").child(element("b").occurs(1..)).child(element("b"))), "speaks for all"),
        (post("/").multipart(multipart()), "there are no parts"),
        (post("/").multipart(multipart().bytes("a", "nonsense", [1])), "is no media type"),
        (post("/").multipart(multipart().field("a", 1).media_type("text/plain")), "is no media type"),
        (post("/").json(1).text("x"), "replaces a body"),
        (post("/").json(1).matching("id", integer(1)), "is no path"),
        (post("/").matching("$.id", integer(1)), "there is nothing in this place"),
        (post("/").xml("<a/>").matching("$.b", integer(1)), "there is nothing in this place"),
        (post("/").bytes_like("image/png", *b"GIF89a"), "does not satisfy its own contract"),
        (
            post("/").bytes("image/gif", *b"\x00\xff").matching("$", random_string(3)),
            "generators cannot be applied to image/gif",
        ),
    ] {
        let text = of(request);
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn where_http_has_no_body_a_contract_has_none() {
    let answering =
        |response| orders().upon_receiving("an order").request(get("/orders/7")).respond(response);
    for response in [no_content().json(json!({})), not_modified().text("x"), status(204).json(json!(null))] {
        let text = mistakes(&answering(response));
        assert!(text.contains("response body $: a response with status"), "{text}");
        assert!(text.contains("leave the body out, or choose another status"), "{text}");
    }
    for response in [no_content(), no_content().without_body(), not_modified().text("")] {
        assert!(answering(response).to_pact().is_ok());
    }
}
