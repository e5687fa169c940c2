use super::*;
use crate::json::Json;
use crate::matching::{ActualRequest, ActualResponse, CompiledRequest, CompiledResponse};
use crate::model::{Category, Content, ContentType, Data, Request, Response};
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

#[test]
fn headers_of_parts_may_have_rules() {
    let part = |kind: &str, id: &str| {
        format!("Content-Disposition: form-data; name=a\nContent-Type: {kind}\nX-Id: {id}\n\ntext")
    };
    let rules = [
        ("$.a['X-Id']", r#"{"match":"regex","regex":"\\d+"}"#),
        ("$.a['content-type']", r#"{"match":"regex","regex":"text/.*"}"#),
    ];
    let expected = part("text/csv", "1");
    assert_eq!(response(&[&expected], &rules, &[&part("text/html", "42")]), NONE);
    assert_eq!(
        response(&[&expected], &rules, &[&part("image/png", "x")]),
        [
            "body $.a.Content-Type: expected text that matches 'text/.*' but was 'image/png'",
            r"body $.a.X-Id: expected text that matches '\d+' but was 'x'"
        ]
    );
    // What is said about the content does not free the headers.
    let content = [("$.a.*", r#"{"match":"type"}"#), ("$.a", r#"{"match":"type"}"#)];
    assert_eq!(response(&[&expected], &content, &[&part("text/csv", "2")]).len(), 1);
}

#[test]
fn file_names_are_free_unless_a_rule_says_otherwise() {
    let part = |name: &str| format!("Content-Disposition: form-data; name=a; filename={name}\n\ntext");
    assert_eq!(response(&[&part("one.txt")], &[], &[&part("two.txt")]), NONE);
    let rules = [("$.a['Content-Disposition']", r#"{"match":"include","value":".txt"}"#)];
    assert_eq!(response(&[&part("one.txt")], &rules, &[&part("two.txt")]), NONE);
    assert_eq!(response(&[&part("one.txt")], &rules, &[&part("two.png")]).len(), 1);
}

#[test]
fn type_frees_how_many_parts_of_a_name_there_are() {
    let (one, two, three) = (field("a", "x"), field("a", "y"), field("a", "z"));
    let rules = [("$.a", r#"{"match":"type","min":1,"max":2}"#)];
    assert_eq!(response(&[&one], &rules, &[&two, &three]), NONE);
    assert_eq!(
        response(&[&one], &rules, &[&one, &two, &three]),
        ["body $.a: expected at most 2 items but was 3"]
    );
    assert!(!response(&[&one], &rules, &[]).is_empty());
    assert_eq!(response(&[&one, &two], &[("$.a", r#"{"match":"type"}"#)], &[&three]), NONE);
    // Bounds for a list in the content are about that list.
    let json = |content: &str| field("a", content).replace("\n\n", "\nContent-Type: application/json\n\n");
    assert_eq!(response(&[&json("[1]")], &rules, &[&json("[2,3]")]), NONE);
    assert_eq!(response(&[&json("[1]")], &rules, &[&json("[2,3,4]")]).len(), 1);
}

#[test]
fn rules_for_the_whole_are_about_names() {
    let keys = [("$", r#"{"match":"eachKey","rules":[{"match":"regex","regex":"[ab]"}]}"#)];
    let (a, b, c) = (field("a", "1"), field("b", "2"), field("c", "3"));
    assert_eq!(response(&[&a], &keys, &[&b]), NONE);
    assert_eq!(response(&[&a], &keys, &[&c]), ["body $.c: expected text that matches '[ab]' but was 'c'"]);
    let each = [("$", r#"{"match":"eachValue","rules":[{"match":"integer"}]}"#)];
    assert_eq!(response(&[&a], &each, &[&c]), NONE);
    assert_eq!(response(&[&a], &each, &[&field("c", "x")]).len(), 1);
    assert_eq!(response(&[&a], &[("$", r#"{"match":"unheard-of"}"#)], &[&a]).len(), 1);
}

#[test]
fn a_body_that_breaks_off_is_a_mismatch_unless_the_contract_does_so_too() {
    let kind = ContentType::parse("multipart/mixed; boundary=x");
    let body = |text: &str| {
        Body::Present(Content { data: Data::Text(text.to_owned()), content_type: kind.clone(), hint: None })
    };
    let compare = |expected: &str, actual: &str| {
        let expected = Response { body: body(expected), ..Response::default() };
        let actual = ActualResponse::from(&Response { body: body(actual), ..Response::default() });
        CompiledResponse::new(expected).unwrap().mismatches(&actual).len()
    };
    let (open, closed) = ("--x\r\n\r\n1\r\n", "preamble\r\n--x\r\n\r\n1\r\n--x--\r\nepilogue");
    assert_eq!(compare(closed, open), 1);
    assert_eq!(compare(closed, closed), 0);
    assert_eq!(compare(open, closed), 0);
    assert_eq!(compare(open, open), 0);
    assert_eq!(compare(open, "--x\r\n\r\n2"), 1);
}

#[test]
fn binary_parts_may_be_any_content_of_a_type() {
    let part = |content: &str| {
        format!(
            "Content-Disposition: form-data; name=a\nContent-Type: image/gif\nContent-Transfer-Encoding: base64\n\n{content}"
        )
    };
    let rules = [("$.a", r#"{"match":"contentType","value":"image/gif"}"#)];
    assert_eq!(response(&[&part("R0lGODlhAQABAA==")], &rules, &[&part("R0lGODdhAgACAA==")]), NONE);
    assert_eq!(response(&[&part("R0lGODlhAQABAA==")], &rules, &[&part("iVBORw0KGgo=")]).len(), 1);
}
