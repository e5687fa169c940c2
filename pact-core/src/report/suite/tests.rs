use super::*;
use crate::matching::{CompiledRequest, CompiledResponse};
use crate::model::{Category, Combine, Content, Data, Query, RuleList};

fn rule(definition: &str) -> RuleList {
    let rule = Rule::parse(&Json::parse(definition.as_bytes()).unwrap()).unwrap();
    RuleList { combine: Combine::And, rules: vec![rule] }
}

fn content(content_type: &str, bytes: &[u8]) -> Body {
    let data = match String::from_utf8(bytes.to_owned()) {
        Ok(text) => Data::Text(text),
        Err(error) => Data::Binary(error.into_bytes()),
    };
    Body::Present(Content { data, content_type: ContentType::parse(content_type), hint: None })
}

/// The sentences for an actual request of the same content type, each with its kind and place.
#[expect(clippy::needless_pass_by_value, reason = "both sides are written down alike")]
fn told(expected: Request, actual: Request) -> Vec<(&'static str, String, String)> {
    let expected = CompiledRequest::new(expected).unwrap();
    let actual = ActualRequest::from(&actual);
    request(expected.expected(), &actual, &expected.mismatches(&actual))
        .into_iter()
        .map(|sentence| (sentence.kind, sentence.place, sentence.text))
        .collect()
}

fn json(text: &str) -> Request {
    Request { body: Body::json(Json::parse(text.as_bytes()).unwrap().into_owned()), ..Request::default() }
}

fn ruled(body: &str, path: &str, definition: &str) -> Request {
    let mut request = json(body);
    request.rules.insert(Category::Body, path, rule(definition));
    request
}

fn body(place: &str, text: &str) -> Vec<(&'static str, String, String)> {
    vec![("body", place.to_owned(), text.to_owned())]
}

#[test]
fn values_in_json() {
    assert_eq!(
        told(json(r#"{"a": "b"}"#), json(r#"{"a": "c"}"#)),
        body("$.a", "Expected 'c' (String) to be equal to 'b' (String)")
    );
    assert_eq!(
        told(json("[1, 2]"), json("[1]")),
        body("$", "Expected a List with 2 elements but received 1 elements")
    );
    assert_eq!(
        told(json(r#"{"a": ["b"]}"#), json(r#"{"a": "b"}"#)),
        body("$.a", r#"Type mismatch: Expected 'b' (String) to be the same type as ["b"] (Array)"#)
    );
}

#[test]
fn one_sentence_tells_of_all_names_of_an_object() {
    assert_eq!(
        told(json(r#"{"o": {"b": 1, "a": 2, "c": 3}}"#), json(r#"{"o": {"d": 1, "b": 1}}"#)),
        body("$.o", "Expected a Map with keys [a, b, c] but received one with keys [b, d]")
    );
}

#[test]
fn rules_in_json() {
    assert_eq!(
        told(ruled("[1]", "$", r#"{"match": "type", "max": 1}"#), json(r#"[1, "a, b"]"#)),
        body("$", r#"Expected [1, "a, b"] (size 2) to have maximum size of 1"#)
    );
    assert_eq!(
        told(ruled(r#"{"two": ["b"]}"#, "$.two", r#"{"match": "notEmpty"}"#), json(r#"{"two": "b"}"#)),
        body("$.two", r#"Type mismatch: Expected 'b' (String) to be the same type as ["b"] (Array)"#)
    );
    let keys = r#"{"match": "eachKey", "rules": [{"match": "regex", "regex": "[a-z]+"}]}"#;
    assert_eq!(
        told(ruled(r#"{"a": 1}"#, "$", keys), json(r#"{"100": 1}"#)),
        body("$[100]", "Expected '100' to match '[a-z]+'")
    );
    let variants = r#"{"match": "arrayContains", "variants": [{"index": 0, "rules": {}}]}"#;
    assert_eq!(
        told(ruled(r#"[{"b": 1, "a": 2}]"#, "$", variants), json("[]")),
        body("$", r#"Variant at index 0 ({"a":2,"b":1}) was not found in the actual list"#)
    );
}

#[test]
fn other_bodies() {
    let of = |content_type: &str, bytes: &[u8]| Request {
        body: content(content_type, bytes),
        ..Request::default()
    };
    assert_eq!(
        told(of("text/plain", b"Hello World!"), of("text/plain", b"Hello Mars!")),
        body("$", "Expected body 'Hello World!' to match 'Hello Mars!' using equality but did not match")
    );
    assert_eq!(
        told(of("image/jpeg", b"\xff\xd8\xff\xe0"), of("image/jpeg", b"\xff\xd8\xff\xe1\x00")),
        body(
            "$",
            "Actual body [image/jpeg, 5 bytes, starting with ffd8ffe100] is not equal to the expected body \
             [image/jpeg, 4 bytes, starting with ffd8ffe0]"
        )
    );
    let form = "application/x-www-form-urlencoded";
    assert_eq!(
        told(of(form, b"c=3"), of(form, b"c=33")),
        body("$.c", "Expected form post parameter 'c' with value '3' but was '33'")
    );
    assert_eq!(
        told(of("application/xml", b"<v><one/><two/></v>"), of("application/xml", b"<v><one/></v>")),
        body("$.v.two", "Expected child <two/> but was missing")
    );
    assert_eq!(
        told(of("application/json", b"{}"), of("application/xml", b"<a/>")),
        [(
            "body-content-type",
            "$".to_owned(),
            "Expected a body of 'application/json' but the actual content type was 'application/xml'"
                .to_owned()
        )]
    );
}

#[test]
fn nothing_at_all_is_held_against_the_rules_for_a_whole_body() {
    let mut expected = Request { body: content("image/jpeg", b"\xff\xd8"), ..Request::default() };
    expected.rules.insert(Category::Body, "$", rule(r#"{"match": "notEmpty"}"#));
    assert_eq!(told(expected, Request::default()), body("$", "Expected [] (0 bytes) to not be empty"));
}

#[test]
fn queries_and_headers() {
    let with = |query: &str, headers: &[(&str, &str)]| Request {
        query: Some(Query::Pairs(Query::Text(query.to_owned()).pairs().into_owned())),
        headers: headers.iter().copied().collect(),
        ..Request::default()
    };
    let sentences = told(
        with("a=1&b=2", &[("X-TEST", "1"), ("content-type", "text/plain;charset=UTF-8")]),
        with("a=3&c=1", &[("content-type", "text/plain")]),
    );
    let expected = [
        ("query", "a", "Expected query parameter 'a' with value '1' but was '3'"),
        ("query", "b", "Expected query parameter 'b' but was missing"),
        ("query", "c", "Unexpected query parameter 'c' received"),
        ("header", "X-TEST", "Expected a header 'X-TEST' but was missing"),
        (
            "header",
            "content-type",
            "Expected header 'content-type' to have value 'text/plain;charset=UTF-8' but was 'text/plain'",
        ),
    ];
    assert_eq!(sentences, expected.map(|(kind, place, text)| (kind, place.to_owned(), text.to_owned())));
}

#[test]
fn statuses() {
    let mut expected = Response::default();
    expected.rules.insert(Category::Status, "", rule(r#"{"match": "statusCode", "status": "success"}"#));
    let expected = CompiledResponse::new(expected).unwrap();
    let actual = ActualResponse { status: 400, ..ActualResponse::default() };
    let sentences = response(expected.expected(), &actual, &expected.mismatches(&actual));
    assert_eq!(
        sentences,
        [Sentence {
            kind: "status",
            place: String::new(),
            text: "Expected status code 400 to be a Successful response (200–299)".to_owned(),
        }]
    );
}

#[test]
fn a_verification_fails_in_the_parts_that_come_back() {
    for (part, sentence) in [
        (Part::Status, Some("Response status did not match")),
        (Part::Header, Some("Headers had differences")),
        (Part::Body, Some("Body had differences")),
        (Part::Metadata, Some("Metadata had differences")),
        (Part::Path, None),
    ] {
        assert_eq!(difference(part), sentence);
    }
}
