//! What holds for every answer.

use pactwright_core::json::Json;
use pactwright_core::matching::{ActualRequest, ActualResponse, CompiledRequest, CompiledResponse};
use pactwright_core::model::{Body, Category, Content, ContentType, Data, Request, Response, RuleList};
use pactwright_core::report::Detail;
use pactwright_core::rules::Rule;
use proptest::prelude::*;

use crate::strategies::json::json;
use crate::strategies::rules::{list, path};

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&apos;")
}

fn xml() -> impl Strategy<Value = String> {
    let text = || "[ -~äß€]{0,8}".prop_map(|text| escaped(&text));
    let tag = || prop::sample::select(vec!["a", "b", "c", "n:a", "n:b"]);
    let leaf = (tag(), text()).prop_map(|(tag, text)| format!("<{tag} d='{text}'>{text}</{tag}>"));
    let element = leaf.prop_recursive(4, 24, 5, move |inner| {
        (tag(), text(), prop::collection::vec(prop_oneof![4 => inner, 1 => text()], 0..5)).prop_map(
            |(tag, text, inside)| format!("<{tag} n:e='{text}'><!-- x -->{}</{tag}>", inside.concat()),
        )
    });
    element.prop_map(|element| element.replacen(' ', " xmlns:n='urn:n' xmlns='urn:m' ", 1))
}

/// A body as a contract has it, of any type, whether it is one or not.
fn content() -> impl Strategy<Value = (Option<&'static str>, Vec<u8>)> {
    let types = prop::sample::select(vec![
        None,
        Some("application/json"),
        Some("application/xml"),
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/mixed; boundary=x"),
        Some("image/png"),
    ]);
    let part =
        |content: String| format!("--x\r\nContent-Disposition: form-data; name=a\r\n\r\n{content}\r\n--x--");
    let bytes = prop_oneof![
        json().prop_map(|json| json.to_compact().into_bytes()),
        xml().prop_map(String::into_bytes),
        json().prop_map(move |json| part(json.to_compact()).into_bytes()),
        "[abc=&%+]{0,20}".prop_map(String::into_bytes),
        "(--x|\r\n|a: b|[ -~]){0,12}".prop_map(String::into_bytes),
        "(<a|</a>|>|<!\\[CDATA\\[|]]>|<!--|-->|=|'|\"|xmlns){0,12}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..40),
    ];
    (types, bytes)
}

fn rules() -> impl Strategy<Value = Vec<(String, RuleList)>> {
    prop::collection::vec((path(), list()), 0..6)
}

fn expected(kind: Option<&str>, bytes: &[u8], rules: &[(String, RuleList)]) -> Response {
    let data = match String::from_utf8(bytes.to_vec()) {
        Ok(text) => Data::Text(text),
        Err(error) => Data::Binary(error.into_bytes()),
    };
    let mut response = Response::default();
    if let Some(kind) = kind {
        response.headers.append("Content-Type", kind);
    }
    response.body =
        Body::Present(Content { data, content_type: kind.and_then(ContentType::parse), hint: None });
    for (path, list) in rules {
        response.rules.insert(Category::Body, path.clone(), list.clone());
    }
    response
}

/// Rules that every example satisfies.
fn types(paths: Vec<String>) -> Vec<(String, RuleList)> {
    let rule = || Rule::parse(&Json::parse(br#"{"match":"type"}"#).unwrap()).unwrap();
    paths.into_iter().map(|path| (path, rule().into())).collect()
}

fn sentences(expected: Response, actual: &ActualResponse) -> Vec<String> {
    let found = CompiledResponse::new(expected).unwrap().mismatches(actual);
    found.iter().map(ToString::to_string).collect()
}

proptest! {
    #[test]
    fn a_json_example_matches_itself(example in json(), paths in prop::collection::vec(path(), 0..4)) {
        let response = expected(Some("application/json"), example.to_compact().as_bytes(), &types(paths));
        let actual = ActualResponse::from(&response);
        prop_assert_eq!(sentences(response, &actual), Vec::<String>::new());
    }

    #[test]
    fn an_xml_example_matches_itself(example in xml(), paths in prop::collection::vec(path(), 0..4)) {
        let Response { headers, body, rules, .. } = expected(Some("text/xml"), example.as_bytes(), &types(paths));
        let request = Request { headers, body, rules, ..Request::default() };
        let mut actual = ActualRequest::from(&request);
        let expected = CompiledRequest::new(request).unwrap();
        let found = expected.mismatches(&actual);
        prop_assert!(found.is_empty(), "{}: {:?}", example, found);
        // It was read as XML, not compared as it is.
        actual.body = b"<".to_vec();
        prop_assert!(matches!(expected.mismatches(&actual)[0].detail, Detail::NotXml(_)));
    }

    #[test]
    fn any_body_matches_itself_where_nothing_is_ruled((kind, bytes) in content()) {
        let response = expected(kind, &bytes, &[]);
        let actual = ActualResponse::from(&response);
        prop_assert_eq!(sentences(response, &actual), Vec::<String>::new());
    }

    #[test]
    fn matching_never_panics(
        (kind, example) in content(),
        (other, bytes) in content(),
        rules in rules(),
        alike in any::<bool>(),
    ) {
        let headers = if alike { kind } else { other }.map(|kind| ("content-type".to_owned(), kind.to_owned()));
        let actual = ActualResponse { status: 200, headers: headers.into_iter().collect(), body: bytes };
        let once = sentences(expected(kind, &example, &rules), &actual);
        prop_assert_eq!(once, sentences(expected(kind, &example, &rules), &actual));
    }

    #[test]
    fn json_documents_under_any_rules_get_an_answer(example in json(), other in json(), rules in rules()) {
        let kind = Some("application/json");
        let bytes = other.to_compact().into_bytes();
        let actual = ActualResponse { body: bytes, ..ActualResponse::from(&expected(kind, b"1", &[])) };
        sentences(expected(kind, example.to_compact().as_bytes(), &rules), &actual);
    }

    #[test]
    fn xml_documents_under_any_rules_get_an_answer(example in xml(), other in xml(), rules in rules()) {
        let kind = Some("application/xml");
        let actual = ActualResponse { body: other.into_bytes(), ..ActualResponse::from(&expected(kind, b"1", &[])) };
        sentences(expected(kind, example.as_bytes(), &rules), &actual);
    }
}
