use super::*;
use crate::generators::Generator;
use crate::json::Json;
use crate::model::{
    Body, Category, Content, ContentType, Data, Interaction, InteractionKind, Pact, Query, Request, Response,
    SpecVersion,
};
use crate::rules::Rule;

fn pact(metadata: &str, interactions: &str) -> String {
    format!(r#"{{"consumer":{{"name":"C"}},"provider":{{"name":"P"}},{interactions},"metadata":{metadata}}}"#)
}

const V2: &str = r#"{"pactSpecification":{"version":"2.0.0"}}"#;
const V4: &str = r#"{"pactSpecification":{"version":"4.0"}}"#;

#[track_caller]
fn round_trip(text: &str) -> Pact {
    let read = read(text.as_bytes()).unwrap();
    let written = write(&read).unwrap();
    assert_eq!(Json::parse(written.as_bytes()).unwrap(), Json::parse(text.as_bytes()).unwrap());
    assert_eq!(super::read(written.as_bytes()).unwrap(), read);
    assert_eq!(write(&read).unwrap(), written);
    read
}

fn pointers(text: &str) -> Vec<String> {
    match read(text.as_bytes()) {
        Err(ReadError::NotAPact(problems)) => {
            problems.iter().map(|problem| problem.pointer.clone()).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_read_is_written_back() {
    for text in [
        pact(
            V2,
            r#""interactions":[{"description":"d","providerState":"s","request":{"method":"get","path":"/","query":"a=1&a=%20","headers":{"A":"b, c"}},"response":{"status":200,"body":{"n":1.0},"matchingRules":{"$.body.n":{"match":"type"},"$.headers.X":{"match":"regex","regex":"a"}}}}]"#,
        ),
        pact(
            V2,
            r#""interactions":[{"description":"d","provider_state":"s","request":{"path":"/"},"response":{"body":null},"x-unknown":[1]}],"extra":true"#,
        ),
        pact(
            "{}",
            r#""messages":[{"description":"m","metaData":{"contentType":"application/json"},"contents":"text","generators":{"body":{"$.a":{"type":"Uuid"}}}}]"#,
        ),
        pact(
            "{}",
            r#""interactions":[{"description":"d","providerStates":[{"name":"s","params":{}}],"request":{"query":{"a[]":["1",null]},"matchingRules":{"path":{"matchers":[{"match":"regex","regex":"/"}]},"query":{"a[]":{"matchers":[],"combine":"AND"}}}},"response":{}}]"#,
        ),
        pact(
            V4,
            r#""interactions":[{"type":"Synchronous/HTTP","description":"d","request":{"headers":{"A":["b","c"]},"body":{"content":"AAEC","contentType":"image/png","encoded":"base64"}},"response":{"status":204,"body":{"content":null}}}]"#,
        ),
        pact(
            V4,
            r#""interactions":[{"type":"Asynchronous/Future","description":"d","new":{"a":1}},{"type":"Synchronous/Messages","description":"s","pending":true,"comments":{"text":["a"]},"request":{"contents":{"content":"{}","contentType":"application/json","encoded":"JSON"}},"response":[{}]}]"#,
        ),
    ] {
        round_trip(&text);
    }
}

#[test]
fn a_spelling_is_kept_only_while_it_says_the_same() {
    let text = pact(
        V2,
        r#""interactions":[{"description":"d","provider_state":"s","request":{"path":"/"},"response":{}}]"#,
    );
    let mut read = round_trip(&text);
    read.interactions[0].description = "other".to_owned();
    let written = write(&read).unwrap();
    assert!(written.contains("\"providerState\": \"s\"") && written.contains("other"), "{written}");
}

#[test]
fn v2_paths_find_their_place() {
    let text = pact(
        V2,
        r#""interactions":[{"description":"d","request":{"matchingRules":{"$.query.ids[]":{"match":"type"},"$.query['a']":{"match":"type"},"$.header['X-A']":{"match":"type"},"$.path":{"match":"type"},"$.body[0].x":{"match":"type"},"$['body'].y":{"match":"type"}}},"response":{}}]"#,
    );
    let pact = round_trip(&text);
    let (request, _) = pact.interactions[0].as_http().unwrap();
    let names =
        |category| request.rules.category(category).map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
    assert_eq!(names(Category::Query), ["a", "ids[]"]);
    assert_eq!(names(Category::Header), ["X-A"]);
    assert_eq!(names(Category::Path), [""]);
    assert_eq!(names(Category::Body), ["$.y", "$[0].x"]);
}

#[test]
fn bodies_are_told_apart() {
    let body = |value: &str| {
        let text = pact(
            V2,
            &format!(
                r#""interactions":[{{"description":"d","request":{{}},"response":{{"headers":{{"content-type":"application/json"}},"body":{value}}}}}]"#
            ),
        );
        let pact = round_trip(&text);
        pact.interactions[0].as_http().unwrap().1.body.clone()
    };
    assert_eq!(body("null"), Body::Null);
    assert_eq!(body("\"\""), Body::Empty);
    assert!(matches!(
        body("\"text\"").content().map(|content| &content.data),
        Some(Data::Json(Json::String(_)))
    ));
    assert!(matches!(body(r#""{\"a\":1}""#).content().map(|content| &content.data), Some(Data::Text(_))));
}

#[test]
fn parts_are_bytes_in_every_version() {
    for version in [SpecVersion::V2, SpecVersion::V3, SpecVersion::V4] {
        let content_type = "multipart/form-data; boundary=x";
        let bytes = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--x--\r\n".to_vec();
        let content = Content { data: Data::Binary(bytes.clone()), content_type: None, hint: None };
        let mut request = Request { body: Body::Present(content), ..Request::default() };
        request.headers.append("Content-Type", content_type.to_owned());
        let kind = InteractionKind::Http { request: Box::new(request), response: Box::default() };
        let mut pact = Pact::new("C", "P", version);
        pact.interactions.push(Interaction::new("an upload", kind));
        let read = read(write(&pact).unwrap().as_bytes()).unwrap();
        let (request, _) = read.interactions[0].as_http().unwrap();
        assert_eq!(request.body.content().unwrap().bytes().as_ref(), bytes, "{version:?}");
    }
}

#[test]
fn a_body_that_is_an_empty_json_string_is_not_an_empty_body() {
    let response = Response { body: Body::json(""), ..Default::default() };
    let kind = InteractionKind::Http { request: Box::default(), response: Box::new(response) };
    let mut pact = Pact::new("C", "P", SpecVersion::V4);
    pact.interactions.push(Interaction::new("a", kind));
    assert_eq!(read(write(&pact).unwrap().as_bytes()).unwrap(), pact);
}

#[test]
fn every_problem_is_reported_with_its_place() {
    assert_eq!(pointers("[]"), ["", "", ""]);
    assert_eq!(pointers(r#"{"consumer":{},"provider":{"name":" "}}"#), ["/consumer", "/provider/name"]);
    let text = pact(
        V2,
        r#""interactions":[{"description":1,"request":{"matchingRules":{"$.body.a":{"match":"regex","regex":"["},"$.body[":{"match":"type"}}},"response":{"status":"200","headers":{"a/b":{}}}}]"#,
    );
    assert_eq!(
        pointers(&text),
        [
            "/interactions/0/description",
            "/interactions/0/request/matchingRules/$.body.a",
            "/interactions/0/request/matchingRules/$.body[",
            "/interactions/0/response/headers/a~1b",
            "/interactions/0/response/status",
        ]
    );
    assert!(matches!(read(b"{"), Err(ReadError::NotJson(_))));
}

#[test]
fn an_unknown_version_is_refused_and_a_missing_one_is_v3() {
    assert_eq!(
        pointers(&pact(r#"{"pactSpecification":{"version":"9"}}"#, r#""interactions":[]"#)),
        ["/metadata"]
    );
    let read = |metadata: &str| read(pact(metadata, r#""interactions":[]"#).as_bytes()).unwrap().version;
    assert_eq!(read("{}"), SpecVersion::V3);
    assert_eq!(read(r#"{"pactSpecificationVersion":"1.1"}"#), SpecVersion::V1_1);
}

#[test]
fn what_a_version_has_no_words_for_is_refused() {
    let mut pact = round_trip(&pact(
        V4,
        r#""interactions":[{"type":"Asynchronous/Messages","description":"d","pending":false}]"#,
    ));
    pact.version = SpecVersion::V2;
    let error = write(&pact).unwrap_err();
    assert_eq!(error.what, Inexpressible::Message);
    pact.version = SpecVersion::V3;
    assert!(write(&pact).unwrap().contains("\"messages\""));
}

#[test]
fn v1_queries_are_kept_as_text() {
    let text = pact(
        r#"{"pactSpecification":{"version":"1.0.0"}}"#,
        r#""interactions":[{"description":"d","request":{"method":"GET","path":"/","query":"a=1&"},"response":{"status":200}}]"#,
    );
    let pact = round_trip(&text);
    let InteractionKind::Http { request, .. } = &pact.interactions[0].kind else { panic!() };
    assert_eq!(request.query, Some(Query::Text("a=1&".to_owned())));
}

#[test]
fn rules_are_typed() {
    let text = pact(
        "{}",
        r#""interactions":[{"description":"d","request":{},"response":{"matchingRules":{"body":{"$.a":{"combine":"OR","matchers":[{"match":"integer"},{"match":"null"}]}}}}}]"#,
    );
    let pact = round_trip(&text);
    let (_, response) = pact.interactions[0].as_http().unwrap();
    let (_, list) = response.rules.category(Category::Body).next().unwrap();
    assert!(matches!(list.rules[..], [Rule::Number(_), Rule::Null(_)]));
}

#[test]
fn generators_are_typed_and_written_back() {
    let generators = r#"{"method":{"type":"Regex","regex":"a"},"path":{"type":"ProviderState","expression":"/${id}","x-note":"kept"},"query":{"q":{"type":"RandomInt","min":"1","max":2}},"header":{"type":{"type":"Uuid"}},"body":{"$.a":{"type":"FromAPlugin","how":1}}}"#;
    for version in ["{}", V4] {
        let text = pact(
            version,
            &format!(
                r#""interactions":[{{"description":"d","request":{{"generators":{generators}}},"response":{{"generators":{{"status":{{"type":"RandomInt"}},"new":[1]}}}}}}]"#
            ),
        );
        let pact = round_trip(&text);
        let (request, response) = pact.interactions[0].as_http().unwrap();
        assert_eq!(request.generators.categories().count(), 5);
        let of = |category| request.generators.category(category).next().unwrap();
        assert!(matches!(of(Category::Path), ("", Generator::ProviderState(_))));
        assert!(matches!(of(Category::Header), ("type", Generator::Uuid(_))));
        assert!(matches!(of(Category::Body), ("$.a", Generator::Unknown(_))));
        let (_, status) = response.generators.category(Category::Status).next().unwrap();
        assert!(matches!(status, Generator::RandomInt(_)));
        // Changed, they are written in our own spelling, and say the same.
        let mut renamed = pact.clone();
        renamed.interactions[0].description = "other".to_owned();
        let again = read(write(&renamed).unwrap().as_bytes()).unwrap();
        assert_eq!(again, renamed);
    }
}

#[test]
fn broken_generators_are_reported_with_their_places() {
    let variants = r#"[{"index":0,"rules":{},"generators":{"$.x":{"type":"RandomInt","min":2,"max":1}}}]"#;
    let text = pact(
        "{}",
        &format!(
            r#""interactions":[{{"description":"d","request":{{"generators":{{"path":{{"type":"Regex","regex":"["}},"query":{{"q":{{}}}},"body":[]}}}},"response":{{"generators":{{"body":{{"$.":{{"type":"Uuid"}},"$.a":{{"type":"Date","format":"{{"}},"$.b":1}}}},"matchingRules":{{"body":{{"$":{{"matchers":[{{"match":"arrayContains","variants":{variants}}}]}}}}}}}}}}]"#
        ),
    );
    assert_eq!(
        pointers(&text),
        [
            "/interactions/0/request/generators/path",
            "/interactions/0/request/generators/query/q",
            "/interactions/0/request/generators/body",
            "/interactions/0/response/matchingRules/body/$/matchers/0",
            "/interactions/0/response/generators/body/$.",
            "/interactions/0/response/generators/body/$.a",
            "/interactions/0/response/generators/body/$.b",
        ]
    );
}

#[test]
fn a_header_may_have_the_name_of_an_attribute_of_rules() {
    let text = r#"{"headers":{"matchers":"a","X":"b"},"matchingRules":{"header":{
        "matchers":{"matchers":[{"match":"type"}],"combine":"AND"},"X":{"matchers":[{"match":"type"}],"combine":"AND"}}}}"#;
    let response =
        read_response(Json::parse(text.as_bytes()).unwrap().into_owned(), SpecVersion::V3).unwrap();
    let names: Vec<_> = response.rules.category(Category::Header).map(|(name, _)| name).collect();
    assert_eq!(names, ["X", "matchers"]);
}

/// A V4 response with this body, written and read again.
fn again(body: Body, version: SpecVersion) -> (String, Body) {
    let response = Response { body, ..Response::default() };
    let kind = InteractionKind::Http { request: Box::default(), response: Box::new(response) };
    let pact =
        Pact { interactions: vec![Interaction::new("d", kind)], ..Pact::new("web", "orders", version) };
    let text = to_json(&pact).unwrap().to_compact();
    let read = read(text.as_bytes()).unwrap();
    (text, read.interactions[0].as_http().unwrap().1.body.clone())
}

#[test]
fn what_would_read_as_something_else_says_what_it_is() {
    let json = |value: Json<'static>, content_type| {
        Body::Present(Content { data: Data::Json(value), content_type, hint: None })
    };
    for (body, written) in [
        (json(Json::from("x"), None), r#"{"content":"\"x\"","encoded":"JSON"}"#),
        (json(Json::from(""), None), r#"{"content":"\"\"","encoded":"JSON"}"#),
        (json(Json::Null, None), r#"{"content":"null","encoded":"JSON"}"#),
        (
            json(Json::from("x"), ContentType::parse("application/json")),
            r#"{"content":"x","contentType":"application/json","encoded":false}"#,
        ),
    ] {
        let (text, read) = again(body.clone(), SpecVersion::V4);
        assert!(text.contains(written), "{text}");
        assert_eq!(read, body);
    }
    // Text that is no JSON, although it should be: the bytes stay.
    let data = Data::Text("{".to_owned());
    let (_, read) = again(
        Body::Present(Content { data, content_type: ContentType::parse("application/json"), hint: None }),
        SpecVersion::V4,
    );
    assert_eq!(*read.bytes(), *b"{");
}

#[test]
fn names_of_any_kind_have_rules_in_v2() {
    let mut response = Response::default();
    for name in ["X-A.B", "a[]", "it's", "X-Plain"] {
        let rule = Rule::parse(&Json::parse(br#"{"match":"type"}"#).unwrap()).unwrap();
        response.rules.insert(Category::Header, name, rule);
    }
    let kind = InteractionKind::Http { request: Box::default(), response: Box::new(response) };
    let pact = Pact {
        interactions: vec![Interaction::new("d", kind)],
        ..Pact::new("web", "orders", SpecVersion::V2)
    };
    let text = write(&pact).unwrap();
    assert!(text.contains(r#""$.header['X-A.B']""#) && text.contains(r#""$.header.X-Plain""#), "{text}");
    assert_eq!(read(text.as_bytes()).unwrap(), pact);
}

#[test]
fn what_is_read_for_matching_says_the_same_as_what_is_read_and_has_forgotten_how() {
    let text = br#"{
        "interactions": [{"request": {"path": "/a", "method": "get"}, "unknown": 1, "provider_state": "s", "response": {}, "description": "d"}],
        "messages": [{"description": "m", "contents": {"a": 1}}],
        "provider": {"name": "p"}, "consumer": {"name": "c"}
    }"#;
    let (kept, forgotten) = (read(text).unwrap(), read_for_matching(text).unwrap());
    assert_eq!(kept, forgotten);
    assert_eq!(kept.interactions.len(), 2);
    assert!(write(&kept).unwrap().contains("\"provider_state\""));
    assert!(write(&forgotten).unwrap().contains("\"providerStates\""));
    for broken in ["[]", r#"{"interactions": {}, "messages": 7}"#, r#"{"interactions": [1, {}]}"#] {
        let (kept, forgotten) = (read(broken.as_bytes()), read_for_matching(broken.as_bytes()));
        assert_eq!(kept.unwrap_err().to_string(), forgotten.unwrap_err().to_string());
    }
}
