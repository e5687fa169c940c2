use crate::json::Json;
use crate::matching::{ActualRequest, ActualResponse, CompiledRequest, CompiledResponse};
use crate::model::{Body, Category, Content, ContentType, Data, Request, Response};
use crate::rules::Rule;

const FORM: &str = "application/x-www-form-urlencoded";
const NONE: [&str; 0] = [];
const INTEGER: &str = r#"{"match":"integer"}"#;

fn expected(text: &str, rules: &[(&str, &str)]) -> Response {
    let content =
        Content { data: Data::Text(text.to_owned()), content_type: ContentType::parse(FORM), hint: None };
    let mut response = Response { body: Body::Present(content), ..Response::default() };
    for (path, rule) in rules {
        let rule = Rule::parse(&Json::parse(rule.as_bytes()).unwrap()).unwrap();
        response.rules.insert(Category::Body, *path, rule);
    }
    response
}

fn response_in(kind: &str, text: &str, rules: &[(&str, &str)], actual: &str) -> Vec<String> {
    let actual = ActualResponse {
        status: 200,
        headers: vec![("Content-Type".to_owned(), kind.to_owned())],
        body: actual.as_bytes().to_vec(),
    };
    let found = CompiledResponse::new(expected(text, rules)).unwrap().mismatches(&actual);
    found.iter().map(ToString::to_string).collect()
}

fn response(text: &str, rules: &[(&str, &str)], actual: &str) -> Vec<String> {
    response_in(FORM, text, rules, actual)
}

fn request(text: &str, rules: &[(&str, &str)], actual: &str) -> Vec<String> {
    let Response { body, rules, .. } = expected(text, rules);
    let request = Request { method: "POST".to_owned(), body, rules, ..Request::default() };
    let mut sent = ActualRequest::from(&request);
    sent.body = actual.as_bytes().to_vec();
    let found = CompiledRequest::new(request).unwrap().mismatches(&sent);
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn names_in_any_order_and_more_of_them_in_responses() {
    assert_eq!(request("a=1&b=2", &[], "b=2&a=1"), NONE);
    assert_eq!(response("a=1", &[], "a=1&b=2"), NONE);
    assert_eq!(request("a=1", &[], "a=1&b=2"), ["body $.b: '2' was not expected"]);
    assert_eq!(response("a=1&b=2", &[], "a=1"), ["body $.b: expected '2' but it is missing"]);
}

#[test]
fn the_ways_to_write_a_value_do_not_count() {
    assert_eq!(request("a=x+y%C3%BC&b[]=1", &[], "a=x%20y%c3%bc&b%5B%5D=1"), NONE);
    assert_eq!(request("a=x%2By", &[], "a=x+y").len(), 1);
    assert_eq!(
        response_in(
            "application/x-www-form-urlencoded; charset=iso-8859-15",
            "a=%C3%BC%E2%82%AC",
            &[],
            "a=%FC%A4"
        ),
        NONE
    );
    assert_eq!(request("a=%FE", &[], "a=%FF").len(), 1, "what is no text is not all the same");
}

#[test]
fn repeated_names_keep_their_order_and_have_rules_by_place() {
    assert_eq!(request("a=1&a=2", &[], "a=2&a=1").len(), 1);
    assert_eq!(request("a=1&a=2", &[("$.a", INTEGER)], "a=7&a=8"), NONE);
    assert_eq!(request("a=1&a=2", &[("$.a", INTEGER)], "a=7").len(), 1);
    assert_eq!(request("a=x&a=2", &[("$.a[1]", INTEGER)], "a=x&a=8"), NONE);
    assert_eq!(
        request("a=x&a=2", &[("$.a[1]", INTEGER)], "a=y&a=z"),
        ["body $.a[0]: expected 'x' but was 'y'", "body $.a[1]: expected an integer but was 'z' (String)"]
    );
    assert_eq!(request("a=1&a=2", &[("$.a[*]", INTEGER)], "a=7&a=x").len(), 1);
    let bounds = [("$.a", r#"{"match":"type","min":1,"max":2}"#)];
    assert_eq!(request("a=1", &bounds, "a=7&a=8"), NONE);
    assert_eq!(request("a=1", &bounds, "a=7&a=8&a=9").len(), 1);
    assert_eq!(request("x[]=1&x[]=2", &[("$['x[]']", INTEGER)], "x%5B%5D=3&x%5B%5D=4"), NONE);
}

#[test]
fn rules_for_the_whole() {
    assert_eq!(request("a=1&b=x", &[("$", r#"{"match":"type"}"#)], "a=2&b=y"), NONE);
    let keys = [("$", r#"{"match":"eachKey","rules":[{"match":"regex","regex":"[ab]"}]}"#)];
    assert_eq!(request("a=1", &keys, "b=2"), NONE);
    assert_eq!(request("a=1", &keys, "c=2"), ["body $.c: expected text that matches '[ab]' but was 'c'"]);
    let each = [("$", r#"{"match":"eachValue","rules":[{"match":"integer"}]}"#)];
    assert_eq!(request("a=1", &each, "b=2&c=3"), NONE);
    assert_eq!(request("a=1", &each, "b=x"), ["body $.b: expected an integer but was 'x' (String)"]);
    let values = [("$", r#"{"match":"values"}"#)];
    assert_eq!(request("a=1", &values, "b=1"), NONE);
    assert_eq!(request("a=1", &values, "b=2").len(), 1);
    for senseless in [
        r#"{"match":"unheard-of"}"#,
        r#"{"match":"null"}"#,
        r#"{"match":"arrayContains","variants":[{"index":0,"rules":{}}]}"#,
    ] {
        assert!(!request("a=1", &[("$", senseless)], "a=1").is_empty(), "{senseless}");
    }
}
