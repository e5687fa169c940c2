//! Each sentence that the suite asserts of matching, as it comes out of a contract and what is held against it.

use super::*;
use crate::format::{read_request, read_response};
use crate::matching::{CompiledRequest, CompiledResponse};
use crate::model::SpecVersion;

fn json(text: &str) -> JsonBuf {
    Json::parse(text.as_bytes()).unwrap().into_owned()
}

/// What the suite is told of a request, both sides written as in V4 files.
fn told(contract: &str, actual: &str) -> Vec<String> {
    let read = |text: &str| read_request(json(text), SpecVersion::V4).unwrap();
    let contract = CompiledRequest::new(read(contract)).unwrap();
    let actual = ActualRequest::from(&read(actual));
    let sentences = request(contract.expected(), &actual, &contract.mismatches(&actual));
    sentences.iter().map(ToString::to_string).collect()
}

/// The sentences for what is equal to its example, or is not.
#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn requests() {
    let form = "application/x-www-form-urlencoded";
    let body = |content_type: &str, content: &str| {
        let content = Json::from(content).to_compact();
        format!(
            r#"{{"headers": {{"Content-Type": ["{content_type}"]}},
            "body": {{"contentType": "{content_type}", "content": {content}}}}}"#
        )
    };
    let bytes = |content: &str, rules: &str| {
        format!(
            r#"{{"headers": {{"Content-Type": ["image/jpeg"]}},
            "body": {{"contentType": "image/jpeg", "encoded": "base64", "content": "{content}"}},
            "matchingRules": {{"body": {rules}}}}}"#
        )
    };
    let json =
        |content: &str| format!(r#"{{"body": {{"contentType": "application/json", "content": {content}}}}}"#);
    let headers = |headers: &str| format!(r#"{{"headers": {headers}}}"#);
    let query = |query: &str| format!(r#"{{"query": {query}}}"#);
    let jpeg_rule = r#"{"$": {"matchers": [{"match": "contentType", "value": "image/jpeg"}]}}"#;
    let not_empty = r#"{"$": {"matchers": [{"match": "notEmpty"}]}}"#;
    let digits = r#"{"headers": {"X-TEST": ["1"]}, "query": {"a": ["1"]}, "path": "/1", "matchingRules": {
        "header": {"X-TEST": {"matchers": [{"match": "regex", "regex": "\\d{1,4}"}]}},
        "query": {"a": {"matchers": [{"match": "regex", "regex": "\\d{1,4}"}]}},
        "path": {"matchers": [{"match": "regex", "regex": "/\\d{1,4}"}]}
    }}"#;
    let cases: Vec<(String, String, &[&str])> = vec![
        (
            r#"{"method": "POST"}"#.into(),
            r#"{"method": "PUT"}"#.into(),
            &[r#"method "" -> "Expected method POST but received PUT""#],
        ),
        (
            r#"{"path": "/a"}"#.into(),
            r#"{"path": "/b"}"#.into(),
            &[r#"path "" -> "Expected path /a but received /b""#],
        ),
        (
            query(r#"{"a": ["1"]}"#),
            query(r#"{"a": ["2"]}"#),
            &[r#"query "a" -> "Expected query parameter 'a' with value '1' but was '2'""#],
        ),
        (
            query(r#"{"a": ["1"], "b": ["2"]}"#),
            query(r#"{"a": ["1"]}"#),
            &[r#"query "b" -> "Expected query parameter 'b' but was missing""#],
        ),
        (
            query(r#"{"a": ["1"]}"#),
            query(r#"{"a": ["1"], "c": ["2"]}"#),
            &[r#"query "c" -> "Unexpected query parameter 'c' received""#],
        ),
        (
            headers(r#"{"X-TEST": ["1"]}"#),
            headers("{}"),
            &[r#"header "X-TEST" -> "Expected a header 'X-TEST' but was missing""#],
        ),
        (
            headers(r#"{"X-TEST": ["1"]}"#),
            headers(r#"{"X-TEST": ["2"]}"#),
            &[r#"header "X-TEST" -> "Expected header 'X-TEST' to have value '1' but was '2'""#],
        ),
        (
            headers(r#"{"content-type": ["application/json;\\s*charset=UTF-8"]}"#),
            headers(r#"{"content-type": ["application/json"]}"#),
            &[
                r#"header "content-type" -> "Expected header 'content-type' to have value 'application/json;\s*charset=UTF-8' but was 'application/json'""#,
            ],
        ),
        (
            digits.into(),
            r#"{"headers": {"X-TEST": ["9999ABC"]}, "query": {"a": ["9999X"]}, "path": "/x"}"#.into(),
            &[
                r#"path "" -> "Expected '/x' to match '/\d{1,4}'""#,
                r#"query "a" -> "Expected '9999X' to match '\d{1,4}'""#,
                r#"header "X-TEST" -> "Expected '9999ABC' to match '\d{1,4}'""#,
            ],
        ),
        (
            json(r#"{"two": "b"}"#),
            json(r#"{"two": "c"}"#),
            &[r#"body "$.two" -> "Expected 'c' (String) to be equal to 'b' (String)""#],
        ),
        (
            json(r#"{"two": ["b"]}"#),
            json(r#"{"two": "b"}"#),
            &[
                r#"body "$.two" -> "Type mismatch: Expected 'b' (String) to be the same type as ["b"] (Array)""#,
            ],
        ),
        (
            json(r#"{"one": "a", "two": "b"}"#),
            json(r#"{"one": "a"}"#),
            &[r#"body "$" -> "Expected a Map with keys [one, two] but received one with keys [one]""#],
        ),
        (
            json("[1, 2]"),
            json("[1, 2, 3]"),
            &[r#"body "$" -> "Expected a List with 2 elements but received 3 elements""#],
        ),
        (
            body("application/json", "{}"),
            body("application/xml", "<a/>"),
            &[
                r#"header "Content-Type" -> "Expected header 'Content-Type' to have value 'application/json' but was 'application/xml'""#,
                r#"body-content-type "$" -> "Expected a body of 'application/json' but the actual content type was 'application/xml'""#,
            ],
        ),
        (
            body("application/xml", "<values><one/><two/></values>"),
            body("application/xml", "<values><one/></values>"),
            &[r#"body "$.values.two" -> "Expected child <two/> but was missing""#],
        ),
        (
            body("application/xml", "<values><one/></values>"),
            body("application/xml", "<values><one/><two/></values>"),
            &[r#"body "$.values.two" -> "Unexpected child <two/>""#],
        ),
        (
            body("text/plain", "Hello World!"),
            body("text/plain", "Hello Mars!"),
            &[
                r#"body "$" -> "Expected body 'Hello World!' to match 'Hello Mars!' using equality but did not match""#,
            ],
        ),
        (
            body(form, "a=1&b=2&c=3"),
            body(form, "a=1&b=2&c=33"),
            &[r#"body "$.c" -> "Expected form post parameter 'c' with value '3' but was '33'""#],
        ),
        (
            body(form, "a=1&b=2"),
            body(form, "a=1&c=2"),
            &[
                r#"body "$.b" -> "Expected form post parameter 'b' but was missing""#,
                r#"body "$.c" -> "Unexpected form post parameter 'c' received""#,
            ],
        ),
        (
            bytes("/9j/4A==", "{}"),
            bytes("/9j/4QA=", "{}"),
            &[
                r#"body "$" -> "Actual body [image/jpeg, 5 bytes, starting with ffd8ffe100] is not equal to the expected body [image/jpeg, 4 bytes, starting with ffd8ffe0]""#,
            ],
        ),
        // `%PDF-1.4` is what came.
        (
            bytes("/9j/4A==", jpeg_rule),
            bytes("JVBERi0xLjQ=", "{}"),
            &[
                r#"body "$" -> "Expected binary contents to have content type 'image/jpeg' but detected contents was 'application/pdf'""#,
            ],
        ),
        (
            bytes("/9j/4A==", not_empty),
            r#"{"headers": {"Content-Type": ["image/jpeg"]}}"#.into(),
            &[r#"body "$" -> "Expected [] (0 bytes) to not be empty""#],
        ),
    ];
    for (contract, actual, sentences) in cases {
        assert_eq!(told(&contract, &actual), sentences, "{contract}\n{actual}");
    }
}

/// The sentences of each rule: for that place in a body, the rule, the example and what came.
#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn rules() {
    for (path, rule, example, actual, sentence) in [
        (
            "$.a",
            r#"{"match": "regex", "regex": "\\w{3}\\d{3}"}"#,
            r#"{"a": "abc123"}"#,
            r#"{"a": "a"}"#,
            r#"body "$.a" -> "Expected 'a' to match '\w{3}\d{3}'""#,
        ),
        (
            "$.one",
            r#"{"match": "type"}"#,
            r#"{"one": 1}"#,
            r#"{"one": "100"}"#,
            r#"body "$.one" -> "Expected '100' (String) to be the same type as 1 (Integer)""#,
        ),
        (
            "$.one.status",
            r#"{"match": "equality"}"#,
            r#"{"one": {"status": "OK"}}"#,
            r#"{"one": {"status": "Lovely"}}"#,
            r#"body "$.one.status" -> "Expected 'Lovely' (String) to be equal to 'OK' (String)""#,
        ),
        (
            "$.ids",
            r#"{"match": "type", "min": 1}"#,
            r#"{"ids": [1]}"#,
            r#"{"ids": []}"#,
            r#"body "$.ids" -> "Expected [] (size 0) to have minimum size of 1""#,
        ),
        (
            "$.ids",
            r#"{"match": "type", "max": 4}"#,
            r#"{"ids": [1]}"#,
            r#"{"ids": [1, 2, 3, 4, 5]}"#,
            r#"body "$.ids" -> "Expected [1, 2, 3, 4, 5] (size 5) to have maximum size of 4""#,
        ),
        (
            "$.one",
            r#"{"match": "number"}"#,
            r#"{"one": 1}"#,
            r#"{"one": true}"#,
            r#"body "$.one" -> "Expected true (Boolean) to be a number""#,
        ),
        (
            "$.one",
            r#"{"match": "number"}"#,
            r#"{"one": 1}"#,
            r#"{"one": "100X01"}"#,
            r#"body "$.one" -> "Expected '100X01' (String) to be a number""#,
        ),
        (
            "$.one",
            r#"{"match": "decimal"}"#,
            r#"{"one": 1.5}"#,
            r#"{"one": 100}"#,
            r#"body "$.one" -> "Expected 100 (Integer) to be a decimal number""#,
        ),
        (
            "$.one",
            r#"{"match": "integer"}"#,
            r#"{"one": 1}"#,
            r#"{"one": 100.1}"#,
            r#"body "$.one" -> "Expected 100.1 (Decimal) to be an integer""#,
        ),
        (
            "$.one",
            r#"{"match": "null"}"#,
            r#"{"one": null}"#,
            r#"{"one": ""}"#,
            r#"body "$.one" -> "Expected '' (String) to be a null value""#,
        ),
        (
            "$.one",
            r#"{"match": "boolean"}"#,
            r#"{"one": true}"#,
            r#"{"one": ""}"#,
            r#"body "$.one" -> "Expected '' (String) to match a boolean""#,
        ),
        (
            "$.one",
            r#"{"match": "notEmpty"}"#,
            r#"{"one": "a"}"#,
            r#"{"one": ""}"#,
            r#"body "$.one" -> "Expected '' (String) to not be empty""#,
        ),
        (
            "$.two",
            r#"{"match": "notEmpty"}"#,
            r#"{"two": ["b"]}"#,
            r#"{"two": []}"#,
            r#"body "$.two" -> "Expected [] (Array) to not be empty""#,
        ),
        (
            "$.two",
            r#"{"match": "notEmpty"}"#,
            r#"{"two": ["b"]}"#,
            r#"{"two": "b"}"#,
            r#"body "$.two" -> "Type mismatch: Expected 'b' (String) to be the same type as ["b"] (Array)""#,
        ),
        (
            "$.one",
            r#"{"match": "semver"}"#,
            r#"{"one": "1.0.0"}"#,
            r#"{"one": "1.0"}"#,
            r#"body "$.one" -> "'1.0' is not a valid semantic version""#,
        ),
        (
            "$.one",
            r#"{"match": "date", "format": "yyyy-MM-dd"}"#,
            r#"{"one": "2023-07-19"}"#,
            r#"{"one": "23/07/19"}"#,
            r#"body "$.one" -> "Expected '23/07/19' to match a date pattern of 'yyyy-MM-dd'""#,
        ),
        (
            "$.one",
            r#"{"match": "time", "format": "HH:mm"}"#,
            r#"{"one": "10:11"}"#,
            r#"{"one": "ten"}"#,
            r#"body "$.one" -> "Expected 'ten' to match a time pattern of 'HH:mm'""#,
        ),
        (
            "$.one",
            r#"{"match": "include", "value": "ell"}"#,
            r#"{"one": "hello"}"#,
            r#"{"one": "hi"}"#,
            r#"body "$.one" -> "Expected 'hi' to include 'ell'""#,
        ),
        (
            "$",
            r#"{"match": "eachKey", "rules": [{"match": "regex", "regex": "[a-z]+"}]}"#,
            r#"{"a": 1}"#,
            r#"{"100": 1}"#,
            r#"body "$[100]" -> "Expected '100' to match '[a-z]+'""#,
        ),
        (
            "$",
            r#"{"match": "eachValue", "rules": [{"match": "integer"}]}"#,
            r#"{"a": 1}"#,
            r#"{"a": "x"}"#,
            r#"body "$.a" -> "Expected 'x' (String) to be an integer""#,
        ),
        (
            "$.actions",
            r#"{"match": "arrayContains", "variants": [{"index": 0, "rules": {}}, {"index": 1, "rules": {}}]}"#,
            r#"{"actions": [{"name": "add"}, {"name": "delete", "method": "DELETE"}]}"#,
            r#"{"actions": [{"name": "add"}]}"#,
            r#"body "$.actions" -> "Variant at index 1 ({"method":"DELETE","name":"delete"}) was not found in the actual list""#,
        ),
    ] {
        let body =
            |content: &str| format!(r#""body": {{"contentType": "application/json", "content": {content}}}"#);
        let rules = format!(r#""matchingRules": {{"body": {{"{path}": {{"matchers": [{rule}]}}}}}}"#);
        let (contract, actual) = (format!("{{{}, {rules}}}", body(example)), format!("{{{}}}", body(actual)));
        assert_eq!(told(&contract, &actual), [sentence], "{contract}");
    }
}

#[test]
fn status_codes() {
    let told = |contract: &str, status: u16| {
        let contract = read_response(json(contract), SpecVersion::V4).unwrap();
        let contract = CompiledResponse::new(contract).unwrap();
        let actual = ActualResponse { status, ..ActualResponse::default() };
        let sentences = response(contract.expected(), &actual, &contract.mismatches(&actual));
        sentences.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let class = |class: &str| {
        let rule = format!(r#"{{"match": "statusCode", "status": {class}}}"#);
        format!(r#"{{"status": 200, "matchingRules": {{"status": {{"$": {{"matchers": [{rule}]}}}}}}}}"#)
    };
    assert_eq!(told(r#"{"status": 200}"#, 400), [r#"status "" -> "Expected status 200 but received 400""#]);
    for (wanted, words) in
        [(r#""success""#, "a Successful response (200–299)"), ("[200, 201]", "one of 200, 201")]
    {
        let sentence = format!(r#"status "" -> "Expected status code 400 to be {words}""#);
        assert_eq!(told(&class(wanted), 400), [sentence]);
    }
}
