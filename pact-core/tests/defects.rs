//! What existing implementations get wrong, and what is right. Each test names the defect by what it does to users.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use pactwright_core::format::{read_message, read_request, read_response};
use pactwright_core::json::Json;
use pactwright_core::matching::{
    ActualMessage, ActualRequest, ActualResponse, CompiledMessage, CompiledRequest, CompiledResponse,
};
use pactwright_core::model::SpecVersion;

/// The mismatches of a response body against an expected response, as sentences.
fn response(expected: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<String> {
    let json = Json::parse(expected.as_bytes()).unwrap().into_owned();
    let expected = CompiledResponse::new(read_response(json, SpecVersion::V3).unwrap()).unwrap();
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let actual = ActualResponse { status: 200, headers, body: body.to_vec() };
    expected.mismatches(&actual).iter().map(ToString::to_string).collect()
}

/// The mismatches of a JSON body against an example with V3 rules.
fn body(example: &str, rules: &str, actual: &str) -> Vec<String> {
    let expected = format!(r#"{{"status":200,"body":{example},"matchingRules":{{"body":{rules}}}}}"#);
    response(&expected, &[], actual.as_bytes())
}

const NONE: [&str; 0] = [];

#[test]
fn defect_1_a_nullable_object_or_list_may_be_null() {
    let rules = r#"{"$.a":{"combine":"OR","matchers":[{"match":"type"},{"match":"null"}]}}"#;
    for example in [r#"{"a":{"b":1}}"#, r#"{"a":[1]}"#, r#"{"a":1}"#] {
        assert_eq!(body(example, rules, example), NONE);
        assert_eq!(body(example, rules, r#"{"a":null}"#), NONE, "{example}");
        assert_ne!(body(example, rules, r#"{"a":"x"}"#), NONE, "{example}");
    }
    // It is the object that is nullable, not what is inside.
    assert_eq!(
        body(r#"{"a":{"b":1}}"#, rules, r#"{"a":{"b":null}}"#),
        [
            "body $.a.b: expected a number such as 1 but was null (by the rule for $.a)",
            r#"body $.a: expected null but was {"b":null} (Object)"#
        ]
    );
    // The example itself may be null.
    assert_eq!(body(r#"{"a":null}"#, rules, r#"{"a":null}"#), NONE);
}

#[test]
fn defect_2_an_empty_example_list_does_not_let_everything_pass() {
    let items = r#"{"$.a":{"matchers":[{"match":"type"}]},"$.a[*]":{"matchers":[{"match":"integer"}]}}"#;
    assert_eq!(body(r#"{"a":[]}"#, items, r#"{"a":[1]}"#), NONE);
    assert_eq!(body(r#"{"a":[]}"#, items, r#"{"a":[1,"x",{}]}"#).len(), 2);
    let below = r#"{"$.a":{"matchers":[{"match":"type"}]},"$.a[*].id":{"matchers":[{"match":"integer"}]}}"#;
    assert_eq!(
        body(r#"{"a":[]}"#, below, r#"{"a":[{"id":"x"}]}"#),
        ["body $.a[0].id: expected an integer but was 'x' (String) (by the rule for $.a[*].id)"]
    );
    let each = r#"{"$.a":{"matchers":[{"match":"eachValue","rules":[{"match":"integer"}]}]}}"#;
    assert_eq!(body(r#"{"a":[]}"#, each, r#"{"a":["x"]}"#).len(), 1);
    assert_eq!(body(r#"{"a":{}}"#, each, r#"{"a":{"b":"x"}}"#).len(), 1);
    // Names are held to their rules even where there is no example for the object.
    let keys = r#"{"$.a":{"matchers":[{"match":"type"}]},"$.a[*]":{"matchers":[{"match":"eachKey","rules":[{"match":"regex","regex":"[a-z]"}]}]}}"#;
    assert_eq!(body(r#"{"a":[]}"#, keys, r#"{"a":[{"b":1}]}"#), NONE);
    assert_eq!(
        body(r#"{"a":[]}"#, keys, r#"{"a":[{"B":1}]}"#),
        ["body $.a[0].B: expected text that matches '[a-z]' but was 'B'"]
    );
}

#[test]
fn defect_3_rules_below_each_value_hold() {
    for (example, good, bad, path) in [
        (r#"{"m":{"k":{"id":"1"}}}"#, r#"{"m":{"x":{"id":"22"}}}"#, r#"{"m":{"x":{"id":"q"}}}"#, "$.m.*.id"),
        (r#"{"m":[{"id":"1"}]}"#, r#"{"m":[{"id":"2"},{"id":"3"}]}"#, r#"{"m":[{"id":"q"}]}"#, "$.m[*].id"),
    ] {
        let rules = format!(
            r#"{{"$.m":{{"matchers":[{{"match":"eachValue","rules":[{{"match":"type"}}]}}]}},"{path}":{{"matchers":[{{"match":"regex","regex":"\\d+"}}]}}}}"#
        );
        assert_eq!(body(example, &rules, good), NONE);
        assert_eq!(body(example, &rules, bad).len(), 1, "{path}");
    }
}

#[test]
fn defect_6_alternatives_for_an_object_are_tried_and_nothing_is_said_twice() {
    let rules =
        |combine: &str, list: &str| format!(r#"{{"$.a":{{"combine":"{combine}","matchers":[{list}]}}}}"#);
    let two = r#"{"match":"type"},{"match":"regex","regex":"[a-z]+"}"#;
    let wrong = r#"{"a":{"b":1,"c":"2"}}"#;
    let example = r#"{"a":{"b":"x","c":"y"}}"#;
    assert_eq!(
        body(example, &rules("OR", two), wrong),
        [
            "body $.a.b: expected a String such as 'x' but was 1 (Integer) (by the rule for $.a)",
            "body $.a.b: expected text that matches '[a-z]+' but was 1 (Integer) (by the rule for $.a)"
        ]
    );
    let both = body(example, &rules("AND", two), wrong);
    assert_eq!(both.len(), 3);
    let mut distinct = both.clone();
    distinct.dedup();
    assert_eq!(both, distinct);
    // One alternative that holds is enough.
    let exact_or_values = r#"{"match":"equality"},{"match":"values"}"#;
    assert_eq!(body(r#"{"a":{"b":1}}"#, &rules("OR", exact_or_values), r#"{"a":{"x":1}}"#), NONE);
    assert_eq!(body(r#"{"a":{"b":1}}"#, &rules("OR", exact_or_values), r#"{"a":{"x":2}}"#).len(), 1);
}

#[test]
fn alternatives_that_go_down_cost_no_more_the_deeper_they_go() {
    let nested = |leaf: &str| format!("{}{leaf}{}", r#"{"a":"#.repeat(100), "}".repeat(100));
    let rules = r#"{"$":{"combine":"OR","matchers":[{"match":"type"},{"match":"equality"},{"match":"regex","regex":"x"}]}}"#;
    assert_eq!(body(&nested("1"), rules, &nested("2")), NONE);
    assert_eq!(body(&nested("1"), rules, &nested("true")).len(), 3);
}

#[test]
fn defect_7_array_contains_is_about_lists_and_no_item_counts_twice() {
    let rules = |variants: &str| {
        format!(r#"{{"$.a":{{"matchers":[{{"match":"arrayContains","variants":[{variants}]}}]}}}}"#)
    };
    let one = rules(r#"{"index":0,"rules":{}}"#);
    assert_eq!(body(r#"{"a":[1]}"#, &one, r#"{"a":[2,1]}"#), NONE);
    for (example, actual) in [("1", "1"), ("1", "[1]"), ("1", "\"x\""), ("[1]", "1"), ("null", "{}")] {
        let (example, actual) = (format!(r#"{{"a":{example}}}"#), format!(r#"{{"a":{actual}}}"#));
        assert_eq!(body(&example, &one, &actual).len(), 1, "{example} {actual}");
    }
    let like = r#"{"$":{"matchers":[{"match":"type"}]}}"#;
    let two = rules(&format!(r#"{{"index":0,"rules":{like}}},{{"index":1,"rules":{like}}}"#));
    assert_eq!(body(r#"{"a":[1,2]}"#, &two, r#"{"a":["x",7,8]}"#), NONE);
    assert_eq!(
        body(r#"{"a":[1,2]}"#, &two, r#"{"a":["x",7]}"#),
        [
            "body $.a: no item is like item [1] of the contract, 2; item [1] is, but another item of the contract needs it"
        ]
    );
}

#[test]
fn defect_9_the_request_of_a_synchronous_message_is_held_to_the_letter() {
    let message = || {
        let message = Json::parse(br#"{"contents":{"id":1},"metadata":{"contentType":"application/json"}}"#);
        read_message(message.unwrap().into_owned(), SpecVersion::V3).unwrap()
    };
    let actual = ActualMessage {
        contents: br#"{"id":1,"more":2}"#.to_vec(),
        metadata: ActualMessage::from(&message()).metadata,
        content_type: None,
    };
    assert!(CompiledMessage::new(message()).unwrap().mismatches(&actual).is_empty());
    let found = CompiledMessage::request(message()).unwrap().mismatches(&actual);
    assert_eq!(found[0].to_string(), "body $.more: 2 was not expected");
}

#[test]
fn defect_10_negative_numbers_in_headers_are_integers() {
    let expected = r#"{"status":200,"headers":{"X-Offset":"1"},"matchingRules":{"header":{"X-Offset":{"matchers":[{"match":"integer"}]}}}}"#;
    assert_eq!(response(expected, &[("X-Offset", "-5")], b""), NONE);
    assert_eq!(response(expected, &[("X-Offset", "5.5")], b"").len(), 1);
}

#[test]
fn defect_11_huge_numbers_are_compared_by_their_digits() {
    assert_eq!(body("123456789012345678901234567890617", "{}", "123456789012345678901234567890617"), NONE);
    assert_eq!(body("123456789012345678901234567890617", "{}", "123456789012345678901234567890618").len(), 1);
}

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn defect_12_a_response_may_have_further_form_parameters_and_a_request_may_not() {
    let expected = format!(
        r#"{{"method":"POST","path":"/","status":200,"headers":{{"Content-Type":"{FORM}"}},"body":"a=1&b%5B%5D=2&b%5B%5D=3","matchingRules":{{"body":{{
            "$.a":{{"matchers":[{{"match":"integer"}}]}},"$['b[]']":{{"matchers":[{{"match":"regex","regex":"\\d"}}]}}}}}}}}"#
    );
    let headers = [("Content-Type", FORM)];
    assert_eq!(response(&expected, &headers, b"b[]=7&a=42&b[]=8&c=9"), NONE);
    assert_eq!(
        response(&expected, &headers, b"a=x&b[]=77&b[]=8"),
        [
            "body $.a: expected an integer but was 'x' (String)",
            r"body $['b[]']: expected text that matches '\d' but was '77'"
        ]
    );
    let json = Json::parse(expected.as_bytes()).unwrap().into_owned();
    let expected = CompiledRequest::new(read_request(json, SpecVersion::V3).unwrap()).unwrap();
    let actual = ActualRequest {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        headers: vec![("Content-Type".to_owned(), FORM.to_owned())],
        body: b"a=1&b[]=2&b[]=3&c=9".to_vec(),
        ..ActualRequest::default()
    };
    let found: Vec<_> = expected.mismatches(&actual).iter().map(ToString::to_string).collect();
    assert_eq!(found, ["body $.c: '9' was not expected"]);
}

fn multipart(boundary: &str, content: &str) -> String {
    format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"data\"\r\nContent-Type: application/json\r\n\r\n{content}\r\n--{boundary}--\r\n"
    )
}

#[test]
fn defect_13_a_message_may_be_made_of_parts() {
    let mut message = Json::parse(br#"{"metadata":{"contentType":"multipart/form-data; boundary=one"}}"#)
        .unwrap()
        .into_owned();
    if let Json::Object(object) = &mut message {
        object.insert("contents", multipart("one", r#"{"id":1}"#));
    }
    let message = read_message(message, SpecVersion::V3).unwrap();
    let mut actual = ActualMessage::from(&message);
    let expected = CompiledMessage::new(message).unwrap();
    assert!(expected.mismatches(&actual).is_empty());
    actual.metadata.insert("contentType", "multipart/form-data; boundary=two");
    actual.contents = multipart("two", r#"{"id":2}"#).into_bytes();
    let found: Vec<_> = expected.mismatches(&actual).iter().map(ToString::to_string).collect();
    assert_eq!(found, ["body $.data.id: expected 1 but was 2"]);
}

#[test]
fn defect_14_a_rule_for_an_xml_element_is_about_its_text() {
    let expected = r#"{"status":200,"headers":{"Content-Type":"application/xml"},"body":"<a><b>red</b></a>","matchingRules":{"body":{"$.a.b":{"matchers":[{"match":"regex","regex":"red|blue"}]}}}}"#;
    let headers = [("Content-Type", "application/xml")];
    assert_eq!(response(expected, &headers, b"<a><b>blue</b></a>"), NONE);
    assert_eq!(
        response(expected, &headers, b"<a><b>b</b></a>"),
        ["body $.a.b.#text: expected text that matches 'red|blue' but was 'b' (by the rule for $.a.b)"]
    );
}

#[test]
fn defect_15_bodies_made_of_parts_are_compared_in_place_and_their_headers_count() {
    let example = multipart("one", "{}");
    let headers = [("Content-Type", "multipart/form-data; boundary=two")];
    let expected = format!(
        r#"{{"status":200,"headers":{{"Content-Type":"multipart/form-data; boundary=one"}},"body":{}}}"#,
        Json::from(example)
    );
    let actual = multipart("two", "{}");
    assert_eq!(response(&expected, &headers, actual.as_bytes()), NONE);
    assert_eq!(
        response(&expected, &headers, actual.replace("application/json", "text/plain").as_bytes()),
        ["body $.data.Content-Type: expected 'application/json' but was 'text/plain'"]
    );
}
