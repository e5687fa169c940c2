//! What people read when something is wrong. Each snapshot is to be read as they would: where is it, what was expected,
//! what came, which rule says so?
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(clippy::needless_pass_by_value, reason = "what is expected is written down where it is used")]

use insta::assert_snapshot;
use pactwright_core::format::{read_message, read_request, read_response};
use pactwright_core::json::JsonBuf;
use pactwright_core::matching::{
    ActualMessage, ActualRequest, ActualResponse, CompiledMessage, CompiledRequest, CompiledResponse,
};
use pactwright_core::model::SpecVersion;
use pactwright_core::report::text::{Line, Options, Report, render};
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";

fn lines(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The report about a response; `colour` and the other options as they are given.
fn about(expected: Value, version: SpecVersion, actual: &ActualResponse, options: Options) -> String {
    let expected = read_response(JsonBuf::from(expected), version).unwrap();
    let mismatches = CompiledResponse::new(expected.clone()).unwrap().mismatches(actual);
    Report::of_response(&expected, actual, &mismatches).with(options).to_string()
}

/// The report about a body of some type, against an example with V3 rules.
fn body(content_type: &str, expected: Value, rules: Value, actual: &[u8]) -> String {
    let response = json!({
        "status": 200, "headers": { "Content-Type": content_type }, "body": expected,
        "matchingRules": { "body": rules },
    });
    let actual = ActualResponse {
        status: 200,
        headers: lines(&[("content-type", content_type)]),
        body: actual.to_vec(),
    };
    about(response, SpecVersion::V3, &actual, Options::default())
}

fn json_body(expected: Value, rules: Value, actual: &Value) -> String {
    body("application/json", expected, rules, actual.to_string().as_bytes())
}

fn rule(definition: Value) -> Value {
    json!({ "matchers": [definition] })
}

fn request(expected: Value, actual: &ActualRequest) -> String {
    let expected = read_request(JsonBuf::from(expected), SpecVersion::V3).unwrap();
    let mismatches = CompiledRequest::new(expected.clone()).unwrap().mismatches(actual);
    Report::of_request(&expected, actual, &mismatches).to_string()
}

#[test]
fn request_line_query_and_headers() {
    let expected = json!({
        "method": "POST", "path": "/orders/7",
        "query": { "fields": ["id"], "page": ["1", "2"], "size": ["10"] },
        "headers": { "Accept": "application/json", "X-Trace": "abc", "Vary": "a, b" },
        "matchingRules": {
            "query": { "size": rule(json!({ "match": "integer" })) },
            "header": { "X-Trace": rule(json!({ "match": "regex", "regex": "[a-f]+" })) },
        },
    });
    let actual = ActualRequest {
        method: "PUT".to_owned(),
        path: "/order/7".to_owned(),
        query: Some("page=1&page=3&size=ten&debug=true".to_owned()),
        headers: lines(&[("x-trace", "123"), ("vary", "a, c")]),
        body: Vec::new(),
    };
    assert_snapshot!(request(expected, &actual));
}

fn order() -> (Value, ActualResponse) {
    let expected = json!({
        "status": 200,
        "headers": { "Content-Type": "application/json", "ETag": "v1" },
        "body": {
            "at": "2024-01-31", "by": "web", "id": 7, "note": null, "paid": true, "total": 9.5,
            "lines": [{ "sku": "SKU-1", "count": 2 }],
            "links": [],
        },
        "matchingRules": { "body": {
            "$.at": rule(json!({ "match": "date", "date": "yyyy-MM-dd" })),
            "$.by": rule(json!({ "match": "type" })),
            "$.lines": rule(json!({ "match": "type", "min": 1 })),
            "$.lines[*].sku": rule(json!({ "match": "regex", "regex": "SKU-\\d+" })),
            "$.lines[*].count": rule(json!({ "match": "integer" })),
            "$.total": rule(json!({ "match": "decimal" })),
        } },
    });
    let actual = json!({
        "total": 9, "id": "7", "by": "app", "at": "31.01.2024", "paid": false, "extra": { "is": "allowed" },
        "lines": [{ "count": 1, "sku": "SKU-2" }, { "count": 1.5, "sku": "4711" }, { "count": 3, "sku": "SKU-3" }],
        "links": ["a"],
    });
    let actual = ActualResponse {
        status: 500,
        headers: lines(&[("content-type", "application/json"), ("etag", "v2")]),
        body: actual.to_string().into_bytes(),
    };
    (expected, actual)
}

#[test]
fn a_response_with_much_that_is_wrong() {
    let (expected, actual) = order();
    assert_snapshot!(about(expected, SpecVersion::V3, &actual, Options::default()));
}

#[test]
fn the_same_in_colour() {
    let (expected, actual) = order();
    let options = Options { colour: true, ..Options::default() };
    let coloured = about(expected.clone(), SpecVersion::V3, &actual, options);
    assert_snapshot!(coloured.replace('\u{1b}', "␛"));
    let mut plain = coloured;
    for code in ["0", "1", "2", "31", "32"] {
        plain = plain.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(plain, about(expected, SpecVersion::V3, &actual, Options::default()));
}

#[test]
fn the_same_in_little_room() {
    let (expected, actual) = order();
    let options =
        Options { width: Some(50), context: 1, most_mismatches: 5, most_lines: 6, ..Options::default() };
    let text = about(expected, SpecVersion::V3, &actual, options);
    assert!(text.lines().all(|line| line.chars().count() <= 50), "{text}");
    assert_snapshot!(text);
}

#[test]
fn every_rule_in_words() {
    let rules = [
        ("equality", json!({ "match": "equality" }), json!("a"), json!("b")),
        ("regex", json!({ "match": "regex", "regex": "\\d{3}" }), json!("123"), json!("12")),
        ("type", json!({ "match": "type" }), json!("a"), json!(1)),
        ("min", json!({ "match": "type", "min": 2 }), json!(["a"]), json!(["b"])),
        ("max", json!({ "match": "type", "max": 1 }), json!(["a"]), json!(["b", "c"])),
        ("include", json!({ "match": "include", "value": "needle" }), json!("needle"), json!("hay")),
        ("number", json!({ "match": "number" }), json!(1), json!(true)),
        ("integer", json!({ "match": "integer" }), json!(1), json!(1.5)),
        ("decimal", json!({ "match": "decimal" }), json!(1.5), json!(1)),
        ("boolean", json!({ "match": "boolean" }), json!(true), json!("yes")),
        ("null", json!({ "match": "null" }), json!(null), json!("")),
        ("date", json!({ "match": "date", "date": "yyyy-MM-dd" }), json!("2024-01-31"), json!("31.01.2024")),
        ("time", json!({ "match": "time", "time": "HH:mm" }), json!("09:30"), json!("9:30 pm")),
        (
            "datetime",
            json!({ "match": "timestamp", "timestamp": "yyyy-MM-dd HH:mm" }),
            json!("2024-01-31 09:30"),
            json!(""),
        ),
        ("values", json!({ "match": "values" }), json!({ "a": 1 }), json!("a")),
        (
            "eachKey",
            json!({ "match": "eachKey", "rules": [{ "match": "regex", "regex": "[a-z]+" }] }),
            json!({ "a": 1 }),
            json!({ "A1": 1 }),
        ),
        (
            "eachValue",
            json!({ "match": "eachValue", "rules": [{ "match": "integer" }] }),
            json!({ "a": 1 }),
            json!({ "a": "one" }),
        ),
        ("notEmpty", json!({ "match": "notEmpty" }), json!("a"), json!("")),
        ("notEmptyList", json!({ "match": "notEmpty" }), json!(["a"]), json!([])),
        ("semver", json!({ "match": "semver" }), json!("1.2.3"), json!("1.2")),
        ("container", json!({ "match": "type" }), json!(["a"]), json!("a")),
        ("unknown", json!({ "match": "telepathy" }), json!("a"), json!("b")),
    ];
    let (mut expected, mut definitions, mut actual) = (json!({}), json!({}), json!({}));
    for (name, definition, example, value) in rules {
        definitions[format!("$.{name}")] = rule(definition);
        expected[name] = example;
        actual[name] = value;
    }
    let text = json_body(expected, definitions, &actual);
    assert_snapshot!(text.split_once("\nbody (").unwrap().0);
}

#[test]
fn statuses_by_class() {
    let expected = |status: Value| {
        json!({ "status": 200, "matchingRules": {
            "status": rule(json!({ "match": "statusCode", "status": status })),
        } })
    };
    let actual = ActualResponse { status: 404, ..ActualResponse::default() };
    let text = |status: Value| about(expected(status), SpecVersion::V4, &actual, Options::default());
    assert_eq!(text(json!("success")), "status: expected a success status (200 to 299) but was 404");
    assert_eq!(text(json!([200, 201])), "status: expected one of the statuses 200, 201 but was 404");
}

#[test]
fn a_variant_that_no_item_is_like() {
    let variants = json!([
        { "index": 0, "rules": { "$.href": rule(json!({ "match": "regex", "regex": "/orders/\\d+" })) } },
        { "index": 1, "rules": {} },
    ]);
    assert_snapshot!(json_body(
        json!({ "links": [{ "rel": "self", "href": "/orders/1" }, { "rel": "next", "href": "/orders/2" }] }),
        json!({ "$.links": rule(json!({ "match": "arrayContains", "variants": variants })) }),
        &json!({ "links": [
            { "rel": "next", "href": "/orders/2" },
            { "rel": "self", "href": "/baskets/1" },
            { "rel": "help", "href": "/help" },
        ] }),
    ));
}

#[test]
fn variants_without_an_item_left() {
    let variants = json!([{ "index": 0, "rules": {} }, { "index": 1, "rules": {} }]);
    let text = |actual: Value| {
        json_body(
            json!([1, 1]),
            json!({ "$": rule(json!({ "match": "arrayContains", "variants": variants })) }),
            &actual,
        )
    };
    assert_snapshot!(text(json!([1, 2])));
    assert!(text(json!([])).contains("no item is like item [0] of the contract, 1; the list is empty"));
}

#[test]
fn a_variant_without_an_example_is_no_fault_of_the_list() {
    let variants = json!([{ "index": 5, "rules": {} }]);
    let contains = json!({ "match": "arrayContains", "variants": variants });
    let text = json_body(json!([1, 2]), json!({ "$": rule(contains.clone()) }), &json!([1, 2]));
    assert_eq!(
        text,
        "body: the rule asks for something like item [5] of the contract, which has only 2 items here; correct the contract"
    );
    let text =
        body("application/xml", json!("<l><a/></l>"), json!({ "$.l": rule(contains) }), b"<l><a/></l>");
    assert_eq!(
        text,
        "body $.l: the rule asks for something like item [5] of the contract, which has only 1 item here; correct the contract"
    );
}

#[test]
fn short_bodies_are_not_shown_again() {
    assert_eq!(body("text/plain", json!("one"), json!({}), b"two"), "body: expected 'one' but was 'two'");
    assert_eq!(json_body(json!(1), json!({}), &json!(2)), "body: expected 1 but was 2");
    let long = format!("{}b", "a".repeat(300));
    let text = body("text/plain", json!("a".repeat(300)), json!({}), long.as_bytes());
    assert!(text.contains(&format!("\n  + {long}")), "{text}");
}

#[test]
fn lists_that_are_too_long_or_too_short() {
    assert_snapshot!(json_body(
        json!({ "exact": [1, 2], "few": ["a"], "many": ["a"], "same": [1] }),
        json!({
            "$.few": rule(json!({ "match": "type", "min": 2 })),
            "$.many": rule(json!({ "match": "type", "max": 2 })),
        }),
        &json!({ "exact": [1, 2, 3], "few": ["x"], "many": ["x", "y", "z"], "same": [1] }),
    ));
}

#[test]
fn what_a_request_must_not_have() {
    let expected = json!({
        "method": "POST", "path": "/", "headers": { "Content-Type": "application/json" },
        "body": { "a": { "b": 1 }, "c": "x" },
    });
    let actual = ActualRequest {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        headers: lines(&[("content-type", "application/json")]),
        body: json!({ "c": "x", "a": { "z": [1, 2] }, "d": "y" }).to_string().into_bytes(),
        ..ActualRequest::default()
    };
    assert_snapshot!(request(expected, &actual));
}

#[test]
fn xml() {
    assert_snapshot!(body(
        "application/xml",
        json!(
            r#"<ledger on="2024-01-01"><entry id="1"><to>Ann</to></entry><total>10</total><note/></ledger>"#
        ),
        json!({
            "$.ledger.entry": rule(json!({ "match": "type" })),
            "$.ledger.entry['@id']": rule(json!({ "match": "integer" })),
        }),
        br#"<ledger on="2024-12-31">
          <entry id="12"><to>Bob</to></entry>
          <entry id="x"><to>Cy</to></entry>
          <total>11</total>
        </ledger>"#,
    ));
}

#[test]
fn forms() {
    assert_snapshot!(body(
        FORM,
        json!("a=1&b=2&c=3"),
        json!({ "$.b": rule(json!({ "match": "regex", "regex": "\\d+" })) }),
        b"b=7&a=0&d=4",
    ));
}

#[test]
fn multipart() {
    let kind = "multipart/form-data; boundary=x";
    let parts = |number: u32| {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"data\"\r\nContent-Type: application/json\r\n\r\n\
             {{\"n\":{number}}}\r\n--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n{number}{number}\r\n--x--\r\n"
        )
    };
    assert_snapshot!(body(kind, json!(parts(1)), json!({}), parts(2).as_bytes()));
}

#[test]
fn text() {
    assert_snapshot!(body(
        "text/plain",
        json!("one\ntwo\nthree\nfour\nfive\nsix\nseven\n"),
        json!({}),
        b"one\ntwo\nthree\nfour\n5\nsix\nseven\n",
    ));
}

#[test]
fn text_that_has_to_follow_a_rule_is_not_held_against_the_example() {
    assert_eq!(
        body(
            "text/plain",
            json!("42"),
            json!({ "$": rule(json!({ "match": "regex", "regex": "\\d+" })) }),
            b"x"
        ),
        r"body: expected text that matches '\d+' but was 'x'"
    );
}

fn image(rules: &Value, actual: &[u8]) -> String {
    let expected = json!({
        "status": 200,
        "body": { "content": "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMC", "encoded": "base64", "contentType": "image/jpeg" },
        "matchingRules": { "body": rules },
    });
    let actual = ActualResponse {
        status: 200,
        headers: lines(&[("content-type", "image/jpeg")]),
        body: actual.to_vec(),
    };
    about(expected, SpecVersion::V4, &actual, Options::default())
}

#[test]
fn bytes() {
    assert_snapshot!(image(
        &json!({}),
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x01\x00H\x00I\x00\x00\xff\xdb\x00C",
    ));
}

#[test]
fn bytes_that_do_not_look_like_their_type() {
    assert_eq!(
        image(
            &json!({ "$": rule(json!({ "match": "contentType", "value": "image/jpeg" })) }),
            b"%PDF-1.7\n\xff"
        ),
        "body: expected content that looks like 'image/jpeg' but was 'application/pdf'"
    );
}

#[test]
fn bodies_that_are_something_else() {
    let expected =
        json!({ "status": 200, "headers": { "Content-Type": "application/json" }, "body": { "a": 1 } });
    let answer = |content_type: &str, body: &str| {
        let actual = ActualResponse {
            status: 200,
            headers: lines(&[("content-type", content_type)]),
            body: body.as_bytes().to_vec(),
        };
        about(expected.clone(), SpecVersion::V3, &actual, Options::default())
    };
    assert_eq!(
        answer("text/html", "<h1>"),
        "header 'Content-Type': expected 'application/json' but was 'text/html'\n\
         body: expected content of type 'application/json' but was 'text/html'"
    );
    assert_eq!(
        answer("application/json", "{\"a\""),
        "body: expected a JSON document but it cannot be read: `:` was expected after a name at line 1 column 5"
    );
    assert_eq!(answer("application/json", ""), "body: expected {\"a\":1} but it is missing");
}

#[test]
fn messages() {
    let expected = json!({
        "description": "an event",
        "metadata": { "topic": "orders", "key": "o-1", "partition": 3 },
        "contents": { "id": 7 },
        "matchingRules": {
            "metadata": { "key": rule(json!({ "match": "regex", "regex": "o-\\d+" })) },
            "body": { "$.id": rule(json!({ "match": "integer" })) },
        },
    });
    let expected = read_message(JsonBuf::from(expected), SpecVersion::V3).unwrap();
    let metadata = JsonBuf::from(json!({ "topic": "baskets", "key": "b-1" }));
    let actual = ActualMessage {
        contents: br#"{"id":"7"}"#.to_vec(),
        metadata: metadata.as_object().unwrap().clone(),
        ..ActualMessage::default()
    };
    let mismatches = CompiledMessage::new(expected.clone()).unwrap().mismatches(&actual);
    assert_snapshot!(Report::of_message(&expected, &actual, &mismatches));
}

#[test]
fn nothing_that_came_acts_on_a_terminal() {
    let text = json_body(
        json!({ "a": "x", "b": "line\nbreak" }),
        json!({}),
        &json!({ "a": "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}", "b": "line\r\nbreak", "\u{1b}[31m": 1 }),
    );
    assert!(text.chars().all(|character| character == '\n' || !character.is_control()), "{text:?}");
    assert!(!text.contains('\u{202e}'), "{text:?}");
    assert_snapshot!(text);
}

#[test]
fn long_values_show_where_they_differ() {
    let text = |end: &str| format!("{}{end}", "a".repeat(5000));
    let text = json_body(json!(text("1")), json!({}), &json!(text("2")));
    let same = "a".repeat(30);
    assert!(text.starts_with(&format!("body: expected '…{same}1' but was '…{same}2'\n")), "{text}");
    assert!(text.len() < 2000, "{}", text.len());
}

#[test]
fn a_flood_is_bounded() {
    let long: Vec<Value> = (0..20_000).map(|number| json!({ "id": number })).collect();
    let other: Vec<Value> = (0..20_000).map(|number| json!({ "id": -number - 1 })).collect();
    let text = json_body(json!(long), json!({}), &json!(other));
    assert_eq!(text.lines().count(), 52, "{text}");
    assert!(
        text.ends_with("and 19950 more\nthe bodies are too large or too different to be shown side by side")
    );

    // A difference far into a large body is found; beyond the limit it is only named.
    let mut one = long.clone();
    one[19_000]["id"] = json!("x");
    let text = json_body(json!(long), json!({}), &json!(one));
    assert_eq!(text.lines().count(), 10, "{text}");
    let padding = "p".repeat(2 * 1024 * 1024);
    let text = json_body(json!({ "a": 1 }), json!({}), &json!({ "a": 2, "padding": padding }));
    assert_eq!(
        text,
        "body $.a: expected 1 but was 2\nthe bodies are too large or too different to be shown side by side"
    );
}

#[test]
fn programs_get_the_lines_as_data() {
    let expected =
        json!({ "status": 200, "headers": { "Content-Type": "application/json" }, "body": { "a": 1 } });
    let expected = read_response(JsonBuf::from(expected), SpecVersion::V3).unwrap();
    let actual = ActualResponse {
        status: 200,
        headers: lines(&[("content-type", "application/json")]),
        body: br#"{"a":2}"#.to_vec(),
    };
    let mismatches = CompiledResponse::new(expected.clone()).unwrap().mismatches(&actual);
    assert_eq!(render(&mismatches, Options::default()), "body $.a: expected 1 but was 2");
    assert_eq!(
        Report::of_response(&expected, &actual, &mismatches).lines(),
        [
            Line::Same("{".into()),
            Line::Expected("  \"a\": 1".into()),
            Line::Actual("  \"a\": 2".into()),
            Line::Same("}".into()),
        ]
    );
}
