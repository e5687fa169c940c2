use super::*;
use crate::json::Json;
use crate::matching::{ActualRequest, ActualResponse, CompiledRequest, CompiledResponse};
use crate::model::{Category, ContentType, Request, Response};
use crate::rules::Rule;

const FORM: &str = "multipart/form-data; boundary=one";

fn multipart(boundary: &str, parts: &[&str]) -> String {
    let parts: String = parts.iter().map(|part| format!("--{boundary}\n{part}\n")).collect();
    format!("{parts}--{boundary}--\n").replace("\r\n", "\n").replace('\n', "\r\n")
}

fn field(name: &str, content: &str) -> String {
    format!("Content-Disposition: form-data; name=\"{name}\"\n\n{content}")
}

/// A response with these parts, under `path: definition` rules.
fn expected(parts: &[&str], rules: &[(&str, &str)]) -> Response {
    let mut response = Response::default();
    response.headers.append("Content-Type", FORM);
    response.body = Body::Present(Content {
        data: Data::Text(multipart("one", parts)),
        content_type: ContentType::parse(FORM),
        hint: None,
    });
    for (path, rule) in rules {
        let rule = Rule::parse(&Json::parse(rule.as_bytes()).unwrap()).unwrap();
        response.rules.insert(Category::Body, *path, rule);
    }
    response
}

fn response(parts: &[&str], rules: &[(&str, &str)], actual: &[&str]) -> Vec<String> {
    let actual = ActualResponse {
        status: 200,
        headers: vec![("Content-Type".to_owned(), FORM.replace("one", "two"))],
        body: multipart("two", actual).into_bytes(),
    };
    let found = CompiledResponse::new(expected(parts, rules)).unwrap().mismatches(&actual);
    found.iter().map(ToString::to_string).collect()
}

fn request(parts: &[&str], actual: &[&str]) -> Vec<String> {
    let Response { headers, body, .. } = expected(parts, &[]);
    let request = Request { method: "POST".to_owned(), headers, body, ..Request::default() };
    let actual = ActualRequest {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        headers: vec![("Content-Type".to_owned(), FORM.replace("one", "two"))],
        body: multipart("two", actual).into_bytes(),
        ..ActualRequest::default()
    };
    let found = CompiledRequest::new(request).unwrap().mismatches(&actual);
    found.iter().map(ToString::to_string).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn the_boundary_does_not_count_and_neither_does_the_order_of_names() {
    let (a, b) = (field("a", "1"), field("b", "2"));
    assert_eq!(response(&[&a, &b], &[], &[&b, &a]), NONE);
}

#[test]
fn missing_parts_are_mismatches_and_extra_ones_only_in_requests() {
    let (a, b) = (field("a", "1"), field("b", "2"));
    assert_eq!(response(&[&a, &b], &[], &[&a]), ["body $.b: expected '2' but it is missing"]);
    assert_eq!(response(&[&a], &[], &[&a, &b]), NONE);
    assert_eq!(request(&[&a], &[&a, &b]), ["body $.b: '2' was not expected"]);
    assert_eq!(response(&[&a], &[], &[]), ["body $.a: expected '1' but it is missing"]);
}

#[test]
fn parts_of_one_name_are_compared_in_their_order() {
    let (one, two) = (field("a", "1"), field("a", "2"));
    assert_eq!(response(&[&one, &two], &[], &[&one, &two]), NONE);
    assert_eq!(
        response(&[&one, &two], &[], &[&two, &one]),
        ["body $.a: expected '1' but was '2'", "body $.a[1]: expected '2' but was '1'"]
    );
}

#[test]
fn parts_without_names_are_compared_by_place() {
    assert_eq!(response(&["\none", "\ntwo"], &[], &["\none", "\ntwo"]), NONE);
    assert_eq!(response(&["\none"], &[], &["\ntwo"]), ["body $[0]: expected 'one' but was 'two'"]);
    let rules = [("$[1]", r#"{"match":"regex","regex":"\\w+"}"#)];
    assert_eq!(response(&["\none", "\ntwo"], &rules, &["\none", "\nthree"]), NONE);
}

#[test]
fn headers_are_compared_but_for_the_disposition() {
    let part = |name: &str, kind: &str| {
        format!("Content-Disposition: form-data; name=a; filename={name}\nContent-Type: {kind}\n\ntext")
    };
    assert_eq!(response(&[&part("x", "text/csv")], &[], &[&part("y", "text/csv; charset=utf-8")]), NONE);
    assert_eq!(
        response(&[&part("x", "text/csv")], &[], &[&part("x", "text/html")]),
        ["body $.a.Content-Type: expected 'text/csv' but was 'text/html'"]
    );
}

#[test]
fn content_is_compared_like_a_body_with_rules_below_the_name() {
    let json = |content: &str| field("a", content).replace("\n\n", "\nContent-Type: application/json\n\n");
    let rules = [("$.a.id", r#"{"match":"integer"}"#), ("$.b", r#"{"match":"regex","regex":"\\d+"}"#)];
    let expected = [json(r#"{"id": 1, "x": [1]}"#), field("b", "1")];
    let compare = |actual: &[String; 2]| {
        response(&expected.each_ref().map(String::as_str), &rules, &actual.each_ref().map(String::as_str))
    };
    assert_eq!(compare(&[json(r#"{"x":[1],"id":7,"more":1}"#), field("b", "42")]), NONE);
    assert_eq!(
        compare(&[json(r#"{"id": "7", "x": [2]}"#), field("b", "x")]),
        [
            "body $.a.id: expected an integer but was '7' (String)",
            "body $.a.x[0]: expected 1 but was 2",
            r"body $.b: expected text that matches '\d+' but was 'x'"
        ]
    );
    assert_eq!(compare(&[json("{"), field("b", "1")]).len(), 1);
}

#[test]
fn xml_inside_a_part_has_paths_below_it() {
    let xml = |content: &str| field("a", content).replace("\n\n", "\nContent-Type: text/xml\n\n");
    let rules = [("$.a.x.y", r#"{"match":"integer"}"#)];
    assert_eq!(response(&[&xml("<x><y>1</y></x>")], &rules, &[&xml("<x><y>2</y></x>")]), NONE);
    assert_eq!(
        response(&[&xml("<x><y>1</y></x>")], &rules, &[&xml("<x><y>z</y></x>")]),
        ["body $.a.x.y.#text: expected an integer but was 'z' (String) (by the rule for $.a.x.y)"]
    );
}

#[test]
fn parts_may_be_made_of_parts_to_a_depth() {
    fn nested(depth: usize, content: &str) -> String {
        match depth {
            0 => format!("\n{content}"),
            _ => {
                let boundary = format!("b{depth}");
                let inner = multipart(&boundary, &[&nested(depth - 1, content)]);
                format!("Content-Type: multipart/mixed; boundary={boundary}\n\n{inner}")
            }
        }
    }
    assert_eq!(response(&[&nested(2, "x")], &[], &[&nested(2, "x")]), NONE);
    assert_eq!(
        response(&[&nested(2, "x")], &[], &[&nested(2, "y")]),
        ["body $[0][0][0]: expected 'x' but was 'y'"]
    );
    assert_eq!(response(&[&nested(9, "x")], &[], &[&nested(9, "x")]), NONE);
    assert_eq!(response(&[&nested(9, "x")], &[], &[&nested(9, "y")]).len(), 1);
}

#[test]
fn what_is_not_made_of_parts_is_a_mismatch() {
    let actual = ActualResponse {
        status: 200,
        headers: vec![("Content-Type".to_owned(), FORM.to_owned())],
        body: b"text".to_vec(),
    };
    let found = CompiledResponse::new(expected(&[&field("a", "1")], &[])).unwrap().mismatches(&actual);
    assert!(matches!(found[0].detail, Detail::NotMultipart(_)));
    assert_eq!(found.len(), 1);
}
