//! What holds for every contract and every answer.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use pactwright_core::json::{Json, JsonBuf, Number};
use pactwright_core::matching::{ActualRequest, ActualResponse, CompiledRequest, CompiledResponse};
use pactwright_core::model::{
    Body, Category, Combine, Content, ContentType, Data, Request, Response, RuleList,
};
use pactwright_core::report::Detail;
use pactwright_core::rules::Rule;
use proptest::prelude::*;

/// A name that comes up often, so that documents and paths meet, or any other.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[abc]", 1 => "\\PC{0,6}"]
}

fn json() -> impl Strategy<Value = JsonBuf> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_filter_map("JSON has no such number", |number| {
            Number::parse(&format!("{number:e}")).map(|number| Json::Number(number.into_owned()))
        }),
        "\\PC{0,12}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            prop::collection::vec((name(), inner), 0..5)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

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

/// A path expression that may lead somewhere.
fn path() -> impl Strategy<Value = String> {
    let step = prop::sample::select(vec![
        ".a",
        ".b",
        ".c",
        ".*",
        "[*]",
        "[0]",
        "[1]",
        "['n:a']",
        "['@d']",
        ".#text",
        "['urn:m:a']",
        "['@n:e']",
    ]);
    prop::collection::vec(step, 0..4).prop_map(|steps| format!("${}", steps.concat()))
}

/// Any rule, also where it makes no sense.
fn rule() -> impl Strategy<Value = Rule> {
    let definitions = [
        r#"{"match":"type"}"#,
        r#"{"match":"type","min":2}"#,
        r#"{"match":"type","max":1}"#,
        r#"{"match":"equality"}"#,
        r#"{"match":"regex","regex":"[a-c0-9]+"}"#,
        r#"{"match":"include","value":"a"}"#,
        r#"{"match":"integer"}"#,
        r#"{"match":"decimal"}"#,
        r#"{"match":"number"}"#,
        r#"{"match":"boolean"}"#,
        r#"{"match":"null"}"#,
        r#"{"match":"date"}"#,
        r#"{"match":"datetime"}"#,
        r#"{"match":"values"}"#,
        r#"{"match":"contentType","value":"image/png"}"#,
        r#"{"match":"contentType","value":"application/json"}"#,
        r#"{"match":"notEmpty"}"#,
        r#"{"match":"semver"}"#,
        r#"{"match":"statusCode","status":"success"}"#,
        r#"{"match":"eachKey","rules":[{"match":"regex","regex":"[ab]"}]}"#,
        r#"{"match":"eachValue","rules":[{"match":"type"},{"match":"integer"}]}"#,
        r#"{"match":"arrayContains","variants":[{"index":0,"rules":{"$":{"matchers":[{"match":"type"}]}}},{"index":3,"rules":{}}]}"#,
        r#"{"match":"unheard-of"}"#,
    ];
    prop::sample::select(definitions.to_vec())
        .prop_map(|definition| Rule::parse(&Json::parse(definition.as_bytes()).unwrap()).unwrap())
}

fn rules() -> impl Strategy<Value = Vec<(String, RuleList)>> {
    let list = (any::<bool>(), prop::collection::vec(rule(), 0..3))
        .prop_map(|(or, rules)| RuleList { combine: if or { Combine::Or } else { Combine::And }, rules });
    prop::collection::vec((path(), list), 0..6)
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
