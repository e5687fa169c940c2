//! What is wrong elsewhere with comparing.

use std::collections::BTreeSet;

use pactwright_core::format::{read_message, read_request, read_response};
use pactwright_core::json::Json;
use pactwright_core::matching::{
    ActualMessage, ActualRequest, ActualResponse, CompileError, CompiledMessage, CompiledRequest,
    CompiledResponse,
};
use pactwright_core::model::{Category, Pact, Response, SpecVersion};
use pactwright_core::report::Mismatch;
use pactwright_core::rules::{Regex, Rule};

use super::{NONE, body, mentions, response};

/// Elsewhere an object or a list fails before its rules are asked, so that none can be nullable.
#[test]
fn a_nullable_object_or_list_may_be_null() {
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

/// Elsewhere an empty example list with any rule lets every list pass.
#[test]
fn items_are_held_to_their_rules_where_the_example_list_is_empty() {
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

/// Elsewhere `eachValue` takes the place of all rules below it, which are silently ignored.
#[test]
fn rules_below_each_value_hold() {
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

/// Elsewhere a random order of a hash map decides, and the same contract passes or fails by chance.
#[test]
fn which_of_two_equally_specific_paths_wins_is_settled() {
    let lists = [
        ("$.*.b", r#"{"matchers":[{"match":"integer"}]}"#),
        ("$.a.*", r#"{"matchers":[{"match":"regex","regex":"x"}]}"#),
    ];
    for order in [[0, 1], [1, 0]] {
        let members = order.map(|at| format!(r#""{}":{}"#, lists[at].0, lists[at].1)).join(",");
        for _ in 0..50 {
            assert_eq!(body(r#"{"a":{"b":1}}"#, &format!("{{{members}}}"), r#"{"a":{"b":2}}"#), NONE);
        }
    }
}

/// Elsewhere the weight of a path with 64 exact steps is too big for a number, which is a panic.
#[test]
fn a_path_may_be_deep() {
    let nested = |leaf: &str| format!("{}{leaf}{}", r#"{"a":"#.repeat(100), "}".repeat(100));
    let rules = format!(r#"{{"${}":{{"matchers":[{{"match":"integer"}}]}}}}"#, ".a".repeat(100));
    assert_eq!(body(&nested("1"), &rules, &nested("2")), NONE);
    assert_eq!(body(&nested("1"), &rules, &nested("\"x\"")).len(), 1);
}

/// Elsewhere OR counts for nothing where the value is an object: all rules must hold.
#[test]
fn one_alternative_for_an_object_is_enough() {
    let rules = r#"{"$.a":{"combine":"OR","matchers":[{"match":"equality"},{"match":"values"}]}}"#;
    assert_eq!(body(r#"{"a":{"b":1}}"#, rules, r#"{"a":{"x":1}}"#), NONE);
    assert_eq!(body(r#"{"a":{"b":1}}"#, rules, r#"{"a":{"x":2}}"#).len(), 1);
}

/// Elsewhere each rule of an object compares all that is inside again, and two rules say everything four times.
#[test]
fn several_rules_for_an_object_say_nothing_twice() {
    let rules = |combine: &str| {
        format!(
            r#"{{"$.a":{{"combine":"{combine}","matchers":[{{"match":"type"}},{{"match":"regex","regex":"[a-z]+"}}]}}}}"#
        )
    };
    let (example, wrong) = (r#"{"a":{"b":"x","c":"y"}}"#, r#"{"a":{"b":1,"c":"2"}}"#);
    assert_eq!(
        body(example, &rules("OR"), wrong),
        [
            "body $.a.b: expected a String such as 'x' but was 1 (Integer) (by the rule for $.a)",
            "body $.a.b: expected text that matches '[a-z]+' but was 1 (Integer) (by the rule for $.a)"
        ]
    );
    let both = body(example, &rules("AND"), wrong);
    assert_eq!(both.len(), 3);
    let distinct: BTreeSet<_> = both.iter().collect();
    assert_eq!(distinct.len(), both.len(), "{both:?}");
}

/// Elsewhere every rule walks everything below it again.
#[test]
fn alternatives_that_go_down_cost_no_more_the_deeper_they_go() {
    let nested = |leaf: &str| format!("{}{leaf}{}", r#"{"a":"#.repeat(100), "}".repeat(100));
    let rules = r#"{"$":{"combine":"OR","matchers":[{"match":"type"},{"match":"equality"},{"match":"regex","regex":"x"}]}}"#;
    assert_eq!(body(&nested("1"), rules, &nested("2")), NONE);
    assert_eq!(body(&nested("1"), rules, &nested("true")).len(), 3);
}

fn contains(variants: &str) -> String {
    format!(r#"{{"$.a":{{"matchers":[{{"match":"arrayContains","variants":[{variants}]}}]}}}}"#)
}

/// Elsewhere `arrayContains` for an example that is no list accepts everything.
#[test]
fn array_contains_is_about_lists() {
    let one = contains(r#"{"index":0,"rules":{}}"#);
    assert_eq!(body(r#"{"a":[1]}"#, &one, r#"{"a":[2,1]}"#), NONE);
    for (example, actual) in [("1", "1"), ("1", "[1]"), ("1", "\"x\""), ("[1]", "1"), ("null", "{}")] {
        let (example, actual) = (format!(r#"{{"a":{example}}}"#), format!(r#"{{"a":{actual}}}"#));
        assert_eq!(body(&example, &one, &actual).len(), 1, "{example} {actual}");
    }
}

/// Elsewhere rules for containers accept every scalar.
#[test]
fn rules_for_containers_refuse_scalars() {
    for rule in
        [r#"{"match":"values"}"#, r#"{"match":"eachValue","rules":[]}"#, r#"{"match":"eachKey","rules":[]}"#]
    {
        let rules = format!(r#"{{"$.a":{{"matchers":[{rule}]}}}}"#);
        for actual in ["1", "\"x\"", "true", "null"] {
            let actual = format!(r#"{{"a":{actual}}}"#);
            assert_eq!(body(r#"{"a":{"k":1}}"#, &rules, &actual).len(), 1, "{rule} {actual}");
        }
    }
}

/// Elsewhere one item may stand for several variants.
#[test]
fn every_variant_of_array_contains_needs_an_item_of_its_own() {
    let like = r#"{"$":{"matchers":[{"match":"type"}]}}"#;
    let two = contains(&format!(r#"{{"index":0,"rules":{like}}},{{"index":1,"rules":{like}}}"#));
    assert_eq!(body(r#"{"a":[1,2]}"#, &two, r#"{"a":["x",7,8]}"#), NONE);
    assert_eq!(
        body(r#"{"a":[1,2]}"#, &two, r#"{"a":["x",7]}"#),
        [
            "body $.a: no item is like item [1] of the contract, 2; item [1] is, but another item of the contract needs it"
        ]
    );
}

/// Elsewhere a score in eight bits overflows, which is a panic.
#[test]
fn hundreds_of_parameters_and_headers_are_compared() {
    let numbers = 0..500;
    let expected = format!(
        r#"{{"method":"GET","path":"/","query":{{{}}},"headers":{{{}}}}}"#,
        numbers.clone().map(|at| format!(r#""q{at}":["{at}"]"#)).collect::<Vec<_>>().join(","),
        numbers.clone().map(|at| format!(r#""X-{at}":"{at}""#)).collect::<Vec<_>>().join(","),
    );
    let json = Json::parse(expected.as_bytes()).unwrap().into_owned();
    let request = read_request(json, SpecVersion::V3).unwrap();
    let mut actual = ActualRequest::from(&request);
    let expected = CompiledRequest::new(request).unwrap();
    assert_eq!(expected.mismatches(&actual), []);
    actual.query = None;
    actual.headers.clear();
    assert_eq!(expected.mismatches(&actual).len(), 1000);
}

/// Elsewhere it may have members that were not agreed.
#[test]
fn the_request_of_a_synchronous_message_is_held_to_the_letter() {
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

/// Elsewhere only digits are read, so that `-5` is no integer.
#[test]
fn negative_numbers_in_headers_are_integers() {
    let expected = r#"{"status":200,"headers":{"X-Offset":"1"},"matchingRules":{"header":{"X-Offset":{"matchers":[{"match":"integer"}]}}}}"#;
    assert_eq!(response(expected, &[("X-Offset", "-5")], b""), NONE);
    assert_eq!(response(expected, &[("X-Offset", "5.5")], b"").len(), 1);
}

/// Elsewhere, likewise.
#[test]
fn negative_numbers_in_queries_are_integers() {
    let expected = r#"{"method":"GET","path":"/","query":{"by":["1"]},"matchingRules":{"query":{"by":{"matchers":[{"match":"integer"}]}}}}"#;
    let json = Json::parse(expected.as_bytes()).unwrap().into_owned();
    let request = read_request(json, SpecVersion::V3).unwrap();
    let mut actual = ActualRequest::from(&request);
    let expected = CompiledRequest::new(request).unwrap();
    for (query, count) in [("by=-5", 0), ("by=5", 0), ("by=-5.5", 1), ("by=x", 1)] {
        actual.query = Some(query.to_owned());
        assert_eq!(expected.mismatches(&actual).len(), count, "{query}");
    }
}

/// Elsewhere both are rounded first, and different numbers are equal.
#[test]
fn huge_numbers_are_compared_by_their_digits() {
    assert_eq!(body("123456789012345678901234567890617", "{}", "123456789012345678901234567890617"), NONE);
    assert_eq!(body("123456789012345678901234567890617", "{}", "123456789012345678901234567890618").len(), 1);
}

/// Elsewhere they are equal or not, depending on how the parser stored them.
#[test]
fn an_integer_is_not_equal_to_a_decimal() {
    assert_eq!(body("100", "{}", "100"), NONE);
    assert_eq!(body("100", "{}", "100.0").len(), 1);
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Elsewhere further parameters are refused in responses, too.
#[test]
fn a_response_may_have_further_form_parameters_and_a_request_may_not() {
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

/// Elsewhere matching such a message is a panic.
#[test]
fn a_message_may_be_made_of_parts() {
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

/// Elsewhere it is held against the name of the element.
#[test]
fn a_rule_for_an_xml_element_is_about_its_text() {
    let expected = r#"{"status":200,"headers":{"Content-Type":"application/xml"},"body":"<a><b>red</b></a>","matchingRules":{"body":{"$.a.b":{"matchers":[{"match":"regex","regex":"red|blue"}]}}}}"#;
    let headers = [("Content-Type", "application/xml")];
    assert_eq!(response(expected, &headers, b"<a><b>blue</b></a>"), NONE);
    assert_eq!(
        response(expected, &headers, b"<a><b>b</b></a>"),
        ["body $.a.b.#text: expected text that matches 'red|blue' but was 'b' (by the rule for $.a.b)"]
    );
}

/// Elsewhere parts go through a server-side parser that drops what it does not need.
#[test]
fn bodies_made_of_parts_are_compared_and_their_headers_count() {
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

/// Elsewhere parts are held to other rules than form parameters.
#[test]
fn a_response_may_have_further_parts_and_a_request_may_not() {
    let part = |name: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nx\r\n");
    let headers = [("Content-Type", "multipart/form-data; boundary=b")];
    let (one, two) = (format!("{}--b--\r\n", part("a")), format!("{}{}--b--\r\n", part("a"), part("c")));
    let expected = format!(
        r#"{{"method":"POST","path":"/","status":200,"headers":{{"Content-Type":"{}"}},"body":{}}}"#,
        headers[0].1,
        Json::from(one)
    );
    assert_eq!(response(&expected, &headers, two.as_bytes()), NONE);
    let json = Json::parse(expected.as_bytes()).unwrap().into_owned();
    let request = read_request(json, SpecVersion::V3).unwrap();
    let mut actual = ActualRequest::from(&request);
    let expected = CompiledRequest::new(request).unwrap();
    assert_eq!(expected.mismatches(&actual), []);
    actual.body = two.into_bytes();
    assert_eq!(expected.mismatches(&actual).len(), 1);
}

/// Elsewhere every body made of parts starts a thread and an asynchronous runtime with threads of its own.
#[test]
fn matching_starts_no_thread_and_no_runtime() {
    assert_eq!(mentions(&["std::thread", "tokio", "block_on", "spawn(", "async "]), NONE);
}

/// Elsewhere every run is reported to a service for usage statistics, unless somebody forbids it.
#[test]
fn nothing_is_sent_anywhere() {
    assert_eq!(mentions(&["std::net", "TcpStream", "UdpSocket", "std::process", "reqwest", "hyper"]), NONE);
}

/// Elsewhere an expression is compiled anew for each value that is held against it.
#[test]
fn an_expression_is_compiled_once() {
    // Dear to compile, cheap to match.
    let pattern = r"(\w{60}|x)\p{L}?";
    let compiling = allocation_counter::measure(|| assert!(Regex::new(pattern).is_match("x")));
    let rules = format!(r#"{{"$[*]":{{"matchers":[{{"match":"regex","regex":{}}}]}}}}"#, Json::from(pattern));
    let items = format!("[{}]", vec![r#""x""#; 2000].join(","));
    let expected = format!(r#"{{"status":200,"body":{items},"matchingRules":{{"body":{rules}}}}}"#);
    let json = Json::parse(expected.as_bytes()).unwrap().into_owned();
    let expected = CompiledResponse::new(read_response(json, SpecVersion::V3).unwrap()).unwrap();
    let actual = ActualResponse { status: 200, headers: Vec::new(), body: items.into_bytes() };
    let matching = allocation_counter::measure(|| assert_eq!(expected.mismatches(&actual), []));
    let (compiling, matching) = (compiling.bytes_total, matching.bytes_total);
    assert!(matching < compiling * 2, "2000 values took {matching} bytes, to compile once takes {compiling}");
}

/// Elsewhere a broken expression comes up when the first value is held against it, or never.
#[test]
fn a_broken_expression_is_found_before_anything_is_matched() {
    let mut response = Response::default();
    response.rules.insert(Category::Body, "$.a", Rule::Regex(Regex::new("(")));
    let error = CompiledResponse::new(response).unwrap_err();
    assert!(
        matches!(&error, CompileError::Rule { category: Category::Body, path, .. } if path == "$.a"),
        "{error}"
    );
}

/// Elsewhere a variable of the environment chooses between two engines at every match.
#[test]
fn the_environment_changes_nothing() {
    assert_eq!(
        mentions(&["std::env", "env::var", "option_env!", "std::fs", "SystemTime", "Instant::now"]),
        NONE
    );
}

/// Elsewhere matching gives futures that are bound to one thread.
#[test]
fn contracts_and_reports_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Pact>();
    shared::<CompiledRequest>();
    shared::<CompiledResponse>();
    shared::<CompiledMessage>();
    shared::<ActualRequest>();
    shared::<ActualResponse>();
    shared::<ActualMessage>();
    shared::<Mismatch>();
    let expected =
        read_response(Json::parse(br#"{"body":[1]}"#).unwrap().into_owned(), SpecVersion::V3).unwrap();
    let expected = CompiledResponse::new(expected).unwrap();
    let found = std::thread::scope(|scope| {
        let run = |body: &'static [u8]| {
            let expected = &expected;
            scope.spawn(move || {
                expected.mismatches(&ActualResponse {
                    status: 200,
                    body: body.to_vec(),
                    ..Default::default()
                })
            })
        };
        [run(b"[1]"), run(b"[2]")].map(|thread| thread.join().unwrap().len())
    });
    assert_eq!(found, [0, 1]);
}
