//! What matches, and what is said where it does not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use pactwright_core::format::{read_message, read_request, read_response};
use pactwright_core::json::Json;
use pactwright_core::matching::{
    ActualMessage, ActualRequest, ActualResponse, CompiledMessage, CompiledRequest, CompiledResponse,
};
use pactwright_core::model::SpecVersion;

/// The mismatches of a JSON body against an example with V3 rules, as sentences.
fn body(expected: &str, rules: &str, actual: &str) -> Vec<String> {
    let response = format!(r#"{{"status":200,"body":{expected},"matchingRules":{{"body":{rules}}}}}"#);
    let response =
        read_response(Json::parse(response.as_bytes()).unwrap().into_owned(), SpecVersion::V3).unwrap();
    let actual = ActualResponse { status: 200, headers: Vec::new(), body: actual.as_bytes().to_vec() };
    CompiledResponse::new(response).unwrap().mismatches(&actual).iter().map(ToString::to_string).collect()
}

fn request(expected: &str) -> CompiledRequest {
    let request =
        read_request(Json::parse(expected.as_bytes()).unwrap().into_owned(), SpecVersion::V3).unwrap();
    CompiledRequest::new(request).unwrap()
}

fn get(path: &str, query: Option<&str>, headers: &[(&str, &str)]) -> ActualRequest {
    ActualRequest {
        method: "get".to_owned(),
        path: path.to_owned(),
        query: query.map(str::to_owned),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: Vec::new(),
    }
}

fn sentences(expected: &CompiledRequest, actual: &ActualRequest) -> Vec<String> {
    expected.mismatches(actual).iter().map(ToString::to_string).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn responses_may_say_more_and_must_not_say_less() {
    assert_eq!(body(r#"{"a":1}"#, "{}", r#"{"a":1,"b":2}"#), NONE);
    assert_eq!(
        body(r#"{"a":1,"b":"x"}"#, "{}", r#"{"a":2}"#),
        ["body $.a: expected 1 but was 2", "body $.b: expected 'x' but it is missing"]
    );
    assert_eq!(body("[1,2]", "{}", "[1]"), ["body: expected 2 items but was 1"]);
}

#[test]
fn types_are_named_where_they_differ() {
    assert_eq!(
        body(r#"{"a":1}"#, "{}", r#"{"a":"1"}"#),
        ["body $.a: expected 1 (Integer) but was '1' (String)"]
    );
    assert_eq!(
        body(r#"{"a":{"b":1}}"#, "{}", r#"{"a":[1]}"#),
        [r#"body $.a: expected {"b":1} (Object) but was [1] (Array)"#]
    );
}

#[test]
fn like_cascades_and_holds_every_item_to_the_example() {
    let rules = r#"{"$.items":{"matchers":[{"match":"type","min":1}]}}"#;
    let example = r#"{"items":[{"id":1,"name":"x"}]}"#;
    assert_eq!(body(example, rules, r#"{"items":[{"id":2,"name":"y"},{"id":3,"name":"z"}]}"#), NONE);
    assert_eq!(
        body(example, rules, r#"{"items":[{"id":2,"name":"y"},{"id":"3"}]}"#),
        [
            "body $.items[1].id: expected a number such as 1 but was '3' (String) (by the rule for $.items)",
            "body $.items[1].name: expected 'x' but it is missing"
        ]
    );
    assert_eq!(body(example, rules, r#"{"items":[]}"#), ["body $.items: expected at least 1 item but was 0"]);
}

#[test]
fn a_rule_for_items_alone_does_not_free_their_number() {
    let rules = r#"{"$[*]":{"matchers":[{"match":"integer"}]}}"#;
    assert_eq!(body("[1]", rules, "[1,2]"), ["body: expected 1 item but was 2"]);
}

#[test]
fn alternatives_may_be_containers() {
    let rules = r#"{"$.a":{"combine":"OR","matchers":[{"match":"type"},{"match":"null"}]}}"#;
    assert_eq!(body(r#"{"a":{"b":1}}"#, rules, r#"{"a":null}"#), NONE);
    assert_eq!(body(r#"{"a":{"b":1}}"#, rules, r#"{"a":{"b":2}}"#), NONE);
    assert_eq!(body(r#"{"a":{"b":1}}"#, rules, r#"{"a":5}"#).len(), 2);
}

#[test]
fn an_empty_example_list_still_holds_items_to_their_rules() {
    let rules = r#"{"$.a":{"matchers":[{"match":"type"}]},"$.a[*]":{"matchers":[{"match":"integer"}]}}"#;
    assert_eq!(body(r#"{"a":[]}"#, rules, r#"{"a":[1,2]}"#), NONE);
    assert_eq!(
        body(r#"{"a":[]}"#, rules, r#"{"a":["x"]}"#),
        ["body $.a[0]: expected an integer but was 'x' (String) (by the rule for $.a[*])"]
    );
}

#[test]
fn equality_ends_what_cascades_from_above() {
    let rules = r#"{"$":{"matchers":[{"match":"type"}]},"$.b":{"matchers":[{"match":"equality"}]}}"#;
    assert_eq!(body(r#"{"a":1,"b":[1]}"#, rules, r#"{"a":2,"b":[1]}"#), NONE);
    assert_eq!(body(r#"{"a":1,"b":[1]}"#, rules, r#"{"a":2,"b":[2]}"#).len(), 1);
    assert_eq!(body(r#"{"a":1,"b":[1]}"#, rules, r#"{"a":2,"b":[1,1]}"#).len(), 1);
}

#[test]
fn names_of_members_can_be_free_or_ruled() {
    let values = r#"{"$":{"matchers":[{"match":"values"}]},"$.*":{"matchers":[{"match":"type"}]}}"#;
    assert_eq!(body(r#"{"a":1}"#, values, r#"{"x":2,"y":3}"#), NONE);
    assert_eq!(
        body(r#"{"a":1}"#, values, r#"{"x":"2"}"#),
        ["body $.x: expected a number such as 1 but was '2' (String) (by the rule for $.*)"]
    );
    let keys = r#"{"$":{"matchers":[{"match":"eachKey","rules":[{"match":"regex","regex":"[a-z]+"}]}]}}"#;
    assert_eq!(body(r#"{"a":1}"#, keys, r#"{"b":"anything"}"#), NONE);
    assert_eq!(
        body(r#"{"a":1}"#, keys, r#"{"B":1}"#),
        ["body $.B: expected text that matches '[a-z]+' but was 'B'"]
    );
}

#[test]
fn each_value_holds_together_with_rules_below_it() {
    let rules = r#"{"$.m":{"matchers":[{"match":"eachValue","rules":[{"match":"type"}]}]},"$.m.*.id":{"matchers":[{"match":"regex","regex":"\\d+"}]}}"#;
    let example = r#"{"m":{"k":{"id":"1","n":1}}}"#;
    assert_eq!(body(example, rules, r#"{"m":{"x":{"id":"22","n":9}}}"#), NONE);
    assert_eq!(
        body(example, rules, r#"{"m":{"x":{"id":"q","n":9}}}"#),
        [r"body $.m.x.id: expected text that matches '\d+' but was 'q' (by the rule for $.m.*.id)"]
    );
    assert_eq!(body(example, rules, r#"{"m":{"x":7}}"#).len(), 1);
}

#[test]
fn a_list_can_contain_variants_in_any_order() {
    let rules = r#"{"$":{"matchers":[{"match":"arrayContains","variants":[{"index":0,"rules":{"$.href":{"matchers":[{"match":"type"}]}}},{"index":1,"rules":{}}]}]}}"#;
    let example = r#"[{"rel":"self","href":"/1"},{"rel":"next"}]"#;
    assert_eq!(body(example, rules, r#"[{"rel":"next"},{"rel":"other"},{"rel":"self","href":"/2"}]"#), NONE);
    assert_eq!(
        body(example, rules, r#"[{"rel":"next"},{"rel":"self","href":5}]"#),
        [
            r#"body: no item is like item [0] of the contract, {"rel":"self","href":"/1"}; the closest is item [1], but body $[1].href: expected a String such as '/1' but was 5 (Integer) (by the rule for $.href)"#
        ]
    );
}

#[test]
fn bodies_of_another_kind_are_refused() {
    assert_eq!(body(r#"{"a":1}"#, "{}", ""), [r#"body: expected {"a":1} but it is missing"#]);
    assert_eq!(
        body(r#"{"a":1}"#, "{}", "<a/>"),
        ["body: expected content of type 'application/json' but was 'application/xml'"]
    );
}

#[test]
fn requests_say_what_was_agreed_and_nothing_else() {
    let expected = request(
        r#"{"method":"GET","path":"/a","query":{"x":["1"],"y":["a","b"]},"headers":{"Accept":"application/json"}}"#,
    );
    assert_eq!(
        sentences(&expected, &get("/a", Some("y=a&y=b&x=1"), &[("accept", "application/json; q=1")])),
        NONE
    );
    assert_eq!(
        sentences(&expected, &get("/b", Some("x=2&z=1&y=b&y=a"), &[])),
        [
            "path: expected '/a' but was '/b'",
            "query parameter 'x': expected '1' but was '2'",
            "query parameter 'y': expected 'a', 'b' but was 'b', 'a'",
            "query parameter 'z': '1' was not expected",
            "header 'Accept': expected 'application/json' but it is missing",
        ]
    );
}

#[test]
fn rules_for_path_query_and_headers_read_text() {
    let expected = request(
        r#"{"method":"GET","path":"/orders/7","query":{"page":["1"]},"headers":{"X-Trace":"abc"},"matchingRules":{
            "path":{"matchers":[{"match":"regex","regex":"/orders/\\d+"}]},
            "query":{"page":{"matchers":[{"match":"integer"}]}},
            "header":{"x-trace":{"matchers":[{"match":"regex","regex":"[a-f]+"}]}}}}"#,
    );
    assert_eq!(sentences(&expected, &get("/orders/12", Some("page=33"), &[("x-TRACE", "ffff")])), NONE);
    assert_eq!(
        sentences(&expected, &get("/orders/x", Some("page=last"), &[("x-trace", "123")])),
        [
            r"path: expected text that matches '/orders/\d+' but was '/orders/x'",
            "query parameter 'page': expected an integer but was 'last'",
            "header 'X-Trace': expected text that matches '[a-f]+' but was '123'",
        ]
    );
}

#[test]
fn names_of_metadata_are_the_same_in_any_case_for_rules_too() {
    let message = r#"{"contents":{},"metadata":{"Topic":"a.b"},"matchingRules":{"metadata":{"topic":{"matchers":[{"match":"regex","regex":"a\\..*"}]}}}}"#;
    let message =
        read_message(Json::parse(message.as_bytes()).unwrap().into_owned(), SpecVersion::V4).unwrap();
    let mut actual = ActualMessage::from(&message);
    actual.metadata = [("TOPIC", "a.c")].into_iter().collect();
    let message = CompiledMessage::new(message).unwrap();
    assert!(message.mismatches(&actual).is_empty());
    actual.metadata = [("TOPIC", "b")].into_iter().collect();
    assert_eq!(message.mismatches(&actual).len(), 1);
}

#[test]
fn messages_are_compared_with_their_metadata() {
    let message = r#"{"contents":{"id":1},"metadata":{"contentType":"application/json","topic":"a.b"},"matchingRules":{"body":{"$.id":{"matchers":[{"match":"type"}]}},"metadata":{"topic":{"matchers":[{"match":"regex","regex":"a\\..*"}]}}}}"#;
    let message =
        read_message(Json::parse(message.as_bytes()).unwrap().into_owned(), SpecVersion::V3).unwrap();
    let actual = ActualMessage::from(&message);
    let expected = CompiledMessage::new(message).unwrap();
    assert!(expected.mismatches(&actual).is_empty());
    let mut other = actual.clone();
    other.metadata.insert("topic", "b");
    other.contents = br#"{"id":"x"}"#.to_vec();
    let sentences: Vec<_> = expected.mismatches(&other).iter().map(ToString::to_string).collect();
    assert_eq!(
        sentences,
        [
            r"metadata 'topic': expected text that matches 'a\..*' but was 'b'",
            "body $.id: expected a number such as 1 but was 'x' (String)"
        ]
    );
    other.metadata.remove("topic");
    assert_eq!(expected.mismatches(&other).len(), 2);
}

#[test]
fn an_empty_list_of_rules_is_no_rule() {
    let response = r#"{"status":200,"headers":{"X":"one"},"matchingRules":{"status":{"matchers":[]},"header":{"X":{"matchers":[],"combine":"OR"}}}}"#;
    let response =
        read_response(Json::parse(response.as_bytes()).unwrap().into_owned(), SpecVersion::V4).unwrap();
    let actual =
        ActualResponse { status: 500, headers: vec![("X".to_owned(), "two".to_owned())], body: Vec::new() };
    let mismatches = CompiledResponse::new(response).unwrap().mismatches(&actual);
    assert_eq!(mismatches.len(), 2, "{mismatches:?}");
    let expected = request(
        r#"{"path":"/a","query":{"q":["1"]},"matchingRules":{"path":{"matchers":[]},"query":{"q":{"matchers":[]}}}}"#,
    );
    assert_eq!(sentences(&expected, &get("/b", Some("q=2"), &[])).len(), 2);
}

#[test]
fn rules_about_members_want_the_shape_of_the_example() {
    let values = r#"{"$":{"matchers":[{"match":"values"}]},"$.*":{"matchers":[{"match":"type"}]}}"#;
    assert_eq!(body(r#"{"a":{"id":1}}"#, values, "[]").len(), 1);
    assert_eq!(body(r#"{"a":{"id":1}}"#, values, r#"["x"]"#).len(), 1);
    let each = r#"{"$":{"matchers":[{"match":"eachValue","rules":[{"match":"type"}]}]}}"#;
    assert_eq!(body(r#"{"a":1}"#, each, "[]").len(), 1);
    let not_empty = r#"{"$.a":{"matchers":[{"match":"notEmpty"}]}}"#;
    assert_eq!(body(r#"{"a":{"b":1}}"#, not_empty, r#"{"a":"x"}"#).len(), 1);
    assert_eq!(body(r#"{"a":{"b":1}}"#, not_empty, r#"{"a":[7]}"#).len(), 1);
    assert_eq!(body(r#"{"a":"x"}"#, not_empty, r#"{"a":"y"}"#), NONE);
}

#[test]
fn one_value_with_a_rule_stands_for_many_and_several_for_as_many() {
    let expected = |values: &str, rule: &str| {
        request(&format!(
            r#"{{"path":"/a","query":{{"n":{values}}},"matchingRules":{{"query":{{"n":{{"matchers":[{rule}]}}}}}}}}"#
        ))
    };
    let wrong =
        |expected: &CompiledRequest, query: &str| sentences(expected, &get("/a", Some(query), &[])).len();
    let regex = r#"{"match":"regex","regex":"\\d"}"#;
    let one = expected(r#"["1"]"#, regex);
    assert_eq!(wrong(&one, "n=8&n=9"), 0);
    assert_eq!(wrong(&one, "n=8&n=x"), 1);
    let several = expected(r#"["1","2"]"#, regex);
    assert_eq!(wrong(&several, "n=8&n=9"), 0);
    for query in ["n=1", "n=1&n=2&n=3"] {
        assert_eq!(wrong(&several, query), 1, "{query}");
    }
    let equal = expected(r#"["1"]"#, r#"{"match":"equality"}"#);
    assert_eq!(wrong(&equal, "n=1&n=1"), 1);
}

#[test]
fn a_variant_that_stands_for_nothing_matches_nothing() {
    let rules = r#"{"$":{"matchers":[{"match":"arrayContains","variants":[{"index":5,"rules":{}}]}]}}"#;
    assert_eq!(body("[1]", rules, "[1,2]").len(), 1);
    let definition = Json::parse(br#"{"match":"arrayContains","variants":[]}"#).unwrap();
    assert!(pactwright_core::rules::Rule::parse(&definition).is_err());
}

#[test]
fn an_expression_must_stand_on_its_own() {
    let definition = Json::parse(br#"{"match":"regex","regex":"x)|(?:y"}"#).unwrap();
    assert!(pactwright_core::rules::Rule::parse(&definition).unwrap().prepare().is_err());
}
