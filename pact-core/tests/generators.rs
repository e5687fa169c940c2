//! What examples look like when their generators have been applied.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use pactwright_core::datetime::{Date, Moment, Time};
use pactwright_core::format::{read_message, read_request, read_response};
use pactwright_core::generators::{
    Context, GenerateError, Generated, Reason, Seeded, Skipped, apply_to_message, apply_to_request,
    apply_to_response,
};
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::matching::{ActualResponse, CompiledResponse};
use pactwright_core::model::{Body, Content, Data, Message, Query, Request, Response, SpecVersion};
use pactwright_core::rules::Regex;

fn source(seed: u64) -> Seeded {
    Seeded::new(seed, Moment::new(Date::new(2024, 2, 29).unwrap(), Time::new(10, 30, 0, 0).unwrap()))
}

fn json(text: &str) -> JsonBuf {
    Json::parse(text.as_bytes()).unwrap().into_owned()
}

fn consumer() -> Context {
    Context::consumer(Some("http://somewhere.world".to_owned()))
}

fn provider(values: &str) -> Context {
    Context::provider(json(values).as_object().unwrap().clone())
}

fn request(text: &str, context: &Context) -> Generated<Request> {
    let request = read_request(json(text), SpecVersion::V3).unwrap();
    apply_to_request(&request, context, &mut source(1))
}

fn response(text: &str, context: &Context) -> Generated<Response> {
    let response = read_response(json(text), SpecVersion::V3).unwrap();
    apply_to_response(&response, context, &mut source(1))
}

fn message(text: &str, context: &Context) -> Generated<Message> {
    let message = read_message(json(text), SpecVersion::V3).unwrap();
    apply_to_message(&message, context, &mut source(1))
}

/// The body of a response with these generators, and what was not applied.
fn body(example: &str, generators: &str, context: &Context) -> (String, Vec<String>) {
    let made = response(&format!(r#"{{"body":{example},"generators":{{"body":{generators}}}}}"#), context);
    let body = String::from_utf8(made.example.body.bytes().into_owned()).unwrap();
    (body, sentences(&made.skipped))
}

fn sentences(skipped: &[Skipped]) -> Vec<String> {
    skipped.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn matches(pattern: &str, text: &str) {
    assert!(Regex::new(pattern).is_match(text), "{text} does not match {pattern}");
}

const NONE: [&str; 0] = [];

#[test]
fn the_parts_of_a_request_are_made_anew() {
    let made = request(
        r#"{"method":"GET","path":"/a","query":{"v":["1","2"],"w":["x"]},"headers":{"X-Id":["a","b"],"Y":"c"},"generators":{
            "method":{"type":"Regex","regex":"PUT|POST"},
            "path":{"type":"ProviderState","expression":"/path/${id}"},
            "query":{"$.v":{"type":"RandomInt","min":100,"max":999},"new":{"type":"RandomString","size":3}},
            "header":{"x-id":{"type":"RandomHexadecimal","digits":40}}}}"#,
        &provider(r#"{"id":1000}"#),
    );
    assert_eq!(sentences(&made.skipped), NONE);
    let request = made.example;
    matches("PUT|POST", &request.method);
    assert_eq!(request.path, "/path/1000");
    matches(r"v=\d{3}&v=\d{3}&w=x&new=[A-Za-z0-9]{3}", &request.query.unwrap().to_text());
    let ids = request.headers.get("X-Id");
    for id in ids {
        matches("[0-9A-F]{40}", id);
    }
    assert_ne!(ids[0], ids[1]);
    assert_eq!(request.headers.get("Y"), ["c"]);
}

#[test]
fn a_header_that_only_its_generator_knows_is_added() {
    let text = r#"{"generators":{"header":{"X":{"type":"RandomInt","min":7,"max":7}}}}"#;
    for headers in [request(text, &consumer()).example.headers, response(text, &consumer()).example.headers] {
        assert_eq!(headers.get("x"), ["7"]);
    }
    // Without its value there is no header, either.
    let text = r#"{"generators":{"header":{"X":{"type":"ProviderState","expression":"${x}"}}}}"#;
    let made = request(text, &provider("{}"));
    assert!(made.example.headers.is_empty());
    assert_eq!(made.skipped.len(), 1);
}

#[test]
fn a_query_parameter_that_only_its_generator_knows_is_added() {
    let made =
        request(r#"{"generators":{"query":{"v1":{"type":"RandomInt","min":1,"max":10}}}}"#, &consumer());
    let Some(Query::Pairs(pairs)) = made.example.query else { unreachable!("{made:?}") };
    matches(r"\d+", pairs[0].1[0].as_ref().unwrap());
    // Without its value there is no query, either.
    let text = r#"{"generators":{"query":{"v1":{"type":"ProviderState","expression":"v"}}}}"#;
    let made = request(text, &provider("{}"));
    assert_eq!(made.example.query, None);
    assert_eq!(made.skipped.len(), 1);
}

#[test]
fn a_status_must_be_one() {
    let with = |generator: &str| {
        response(&format!(r#"{{"status":200,"generators":{{"status":{generator}}}}}"#), &consumer())
    };
    let made = with(r#"{"type":"RandomInt","min":201,"max":599}"#);
    assert!((201..=599).contains(&made.example.status));
    for generator in [r#"{"type":"RandomInt","min":99,"max":99}"#, r#"{"type":"RandomString"}"#] {
        let made = with(generator);
        assert_eq!(made.example.status, 200);
        assert!(matches!(&made.skipped[0].reason, Reason::Failed(GenerateError::Status(_))));
    }
}

#[test]
fn each_side_has_generators_of_its_own() {
    let generators = r#"{"$.one":{"type":"MockServerURL","regex":".*(/a)","example":"http://1234:8080/a"},
        "$.two":{"type":"ProviderState","expression":"id"}}"#;
    let example = r#"{"one":"a","two":"b"}"#;
    let (made, skipped) = body(example, generators, &consumer());
    assert_eq!(made, r#"{"one":"http://somewhere.world/a","two":"b"}"#);
    assert_eq!(skipped, NONE);
    let (made, skipped) = body(example, generators, &provider(r#"{"id":7}"#));
    assert_eq!(made, r#"{"one":"a","two":"7"}"#);
    assert_eq!(skipped, NONE);
}

#[test]
fn what_cannot_be_made_stays_and_is_reported() {
    let (made, skipped) = body(
        r#"{"a":"1","b":2}"#,
        r#"{"$.a":{"type":"ProviderState","expression":"${x}"},"$.b":{"type":"FromAPlugin"},"$.c[*].d":{"type":"Uuid"}}"#,
        &provider("{}"),
    );
    assert_eq!(made, r#"{"a":"1","b":2}"#);
    assert_eq!(
        skipped,
        [
            "the generator for the body $.a was not applied: the provider states gave no value `x` for `${x}`",
            "the generator for the body $.b was not applied: the generator `FromAPlugin` is not known here",
            "the generator for the body $.c[*].d was not applied: the example has nothing there",
        ]
    );
    let made = response(r#"{"generators":{"body":{"$.a":{"type":"Uuid"}}}}"#, &consumer());
    assert_eq!(
        sentences(&made.skipped),
        ["the generator for the body $.a was not applied: the example has nothing there"]
    );
}

#[test]
fn paths_with_wildcards_lead_to_every_value() {
    let (made, skipped) = body(
        r#"{"a":[{"id":1},{"id":2},{"x":3}],"b":{"c":[0],"d":[0,0]}}"#,
        r#"{"$.a[*].id":{"type":"RandomInt","min":7,"max":7},"$.b.*[0]":{"type":"RandomInt","min":8,"max":8}}"#,
        &consumer(),
    );
    assert_eq!(made, r#"{"a":[{"id":7},{"id":7},{"x":3}],"b":{"c":[8],"d":[8,0]}}"#);
    assert_eq!(skipped, NONE);
}

#[test]
fn what_is_nearer_to_the_root_goes_first_and_what_is_more_specific_last() {
    let (made, _) = body(
        r#"{"a":{"id":1,"n":1}}"#,
        r#"{"$.a.id":{"type":"RandomInt","min":7,"max":7},"$.a":{"type":"ProviderState","expression":"a"},"$.*.*":{"type":"RandomInt","min":8,"max":8}}"#,
        &provider(r#"{"a":{"id":2,"n":2,"new":2}}"#),
    );
    assert_eq!(made, r#"{"a":{"id":7,"n":8,"new":8}}"#);
}

#[test]
fn a_whole_body_can_be_made_anew() {
    let (made, _) = body("1", r#"{"type":"RandomInt","min":7,"max":7}"#, &consumer());
    assert_eq!(made, "7");
    let made = response(
        r#"{"headers":{"Content-Type":"text/plain"},"body":"x","generators":{"body":{"$":{"type":"RandomString","size":4},"$.a":{"type":"Uuid"}}}}"#,
        &consumer(),
    );
    matches("[A-Za-z0-9]{4}", std::str::from_utf8(&made.example.body.bytes()).unwrap());
    assert_eq!(
        sentences(&made.skipped),
        ["the generator for the body $.a was not applied: generators cannot be applied to text/plain bodies"]
    );
}

#[test]
fn forms_are_made_of_fields() {
    let made = response(
        r#"{"headers":{"Content-Type":"application/x-www-form-urlencoded"},"body":"a=1&b=x+y&a=2&c",
            "generators":{"body":{"$.a[1]":{"type":"RandomInt","min":7,"max":7},"$['b']":{"type":"ProviderState","expression":"${v}&w"},"$.d":{"type":"Uuid"}}}}"#,
        &provider(r#"{"v":"ä ="}"#),
    );
    assert_eq!(*made.example.body.bytes(), *b"a=1&b=%C3%A4%20%3D%26w&a=7&c");
    assert_eq!(
        sentences(&made.skipped),
        ["the generator for the body $.d was not applied: the example has nothing there"]
    );
}

#[test]
fn bodies_that_nothing_is_made_in_are_reported() {
    for (kind, content, reasons) in [
        (
            "application/xml",
            "<b>1</b>",
            ["generators cannot be applied to application/xml bodies", "the example has nothing there"],
        ),
        (
            "application/xml",
            "<b>1",
            ["the body is not XML, as its content type says: the root node was opened but never closed"; 2],
        ),
        (
            "multipart/mixed;boundary=x",
            "--x--",
            [
                "generators cannot be applied to multipart/mixed;boundary=x bodies",
                "the example has nothing there",
            ],
        ),
        (
            "multipart/mixed;boundary=x",
            "x",
            ["the body is not made of parts, as its content type says: no line starts a part with the boundary";
                2],
        ),
        ("application/pdf", "JVBERi0=", ["generators cannot be applied to application/pdf bodies"; 2]),
    ] {
        let made = response(
            &format!(
                r#"{{"headers":{{"Content-Type":"{kind}"}},"body":"{content}","generators":{{"body":{{"$":{{"type":"Uuid"}},"$.a":{{"type":"Uuid"}}}}}}}}"#
            ),
            &consumer(),
        );
        let said: Vec<_> = made.skipped.iter().map(|skipped| skipped.reason.to_string()).collect();
        assert_eq!(said, reasons);
    }
    let made = response(
        r#"{"headers":{"Content-Type":"application/json"},"body":"AAEC/w==","generators":{"body":{"$.a":{"type":"Uuid"}}}}"#,
        &consumer(),
    );
    assert_eq!(made.skipped[0].reason, Reason::NotThere, "a JSON string has no members");
}

/// The body of a response of this type with these generators, and what was not applied.
fn text_body(kind: &str, example: &str, generators: &str, context: &Context) -> (String, Vec<String>) {
    let mut response = read_response(
        json(&format!(r#"{{"headers":{{"Content-Type":"{kind}"}},"generators":{{"body":{generators}}}}}"#)),
        SpecVersion::V3,
    )
    .unwrap();
    response.body =
        Body::Present(Content { data: Data::Text(example.to_owned()), content_type: None, hint: None });
    let made = apply_to_response(&response, context, &mut source(1));
    let body = String::from_utf8(made.example.body.bytes().into_owned()).unwrap();
    (body, sentences(&made.skipped))
}

#[test]
fn xml_documents_get_new_text_and_attributes_and_stay_as_they_are() {
    let example = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ns:order xmlns:ns=\"urn:o\" id='1'>\n  <!-- 1 -->\n  <line sku=\"1\">1</line>\n  <line  sku=\"2\"/>\n  <note><![CDATA[1]]></note>\n</ns:order>\n";
    let (body, skipped) = text_body(
        "application/xml",
        example,
        r#"{"$.ns:order['@id']":{"type":"RandomInt","min":7,"max":7},
            "$['urn:o:order'].line[*]['@sku']":{"type":"RandomInt","min":8,"max":8},
            "$.ns:order.line[1]":{"type":"RandomInt","min":9,"max":9},
            "$.ns:order.note['#text']":{"type":"ProviderState","expression":"v"},
            "$.ns:order.other":{"type":"Uuid"}}"#,
        &provider(r#"{"v":"<&>"}"#),
    );
    let expected = example
        .replace("id='1'", "id='7'")
        .replace("sku=\"1\"", "sku=\"8\"")
        .replace("sku=\"2\"/>", "sku=\"8\">9</line>")
        .replace("CDATA[1]", "CDATA[<&>]");
    assert_eq!(body, expected);
    assert_eq!(
        skipped,
        ["the generator for the body $.ns:order.other was not applied: the example has nothing there"]
    );
}

#[test]
fn what_xml_cannot_have_is_reported_and_changes_nothing() {
    let (body, skipped) = text_body(
        "text/xml",
        "<a>1</a>",
        r#"{"$.a":{"type":"ProviderState","expression":"v"}}"#,
        &provider(r#"{"v":"\u0001"}"#),
    );
    assert_eq!(body, "<a>1</a>");
    assert_eq!(
        skipped,
        [
            "the generator for the body $.a was not applied: the new value has the character '\\u{1}', which XML documents cannot have"
        ]
    );
}

#[test]
fn parts_get_new_content_and_the_rest_stays_as_it_is() {
    let part = |head: &str, content: &str| {
        format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
    };
    let example = format!(
        "preamble\r\n{}{}{}{}{}--x--\r\nepilogue",
        part("name=id", "1"),
        part("name=doc\r\nContent-Type: application/json", r#"{"a": 1, "list": [1, 2]}"#),
        part("name=xml\r\nContent-Type: text/xml", "<a><b c='1'/></a>"),
        part("name=id; filename=\"x\"\r\nX-Other:  1", "2"),
        part("name=coded\r\nContent-Transfer-Encoding: base64", "MQ=="),
    );
    let seven = r#"{"type":"RandomInt","min":7,"max":7}"#;
    let make = |paths: &[&str]| {
        let generators: Vec<_> = paths.iter().map(|path| format!("\"{path}\":{seven}")).collect();
        let generators = format!("{{{}}}", generators.join(","));
        text_body("multipart/form-data; boundary=x", &example, &generators, &consumer())
    };
    for (path, old, new) in [
        ("$.id", "\r\n1\r\n", "\r\n7\r\n"),
        ("$.id[0]", "\r\n1\r\n", "\r\n7\r\n"),
        ("$[3]", "\r\n2\r\n", "\r\n7\r\n"),
        ("$.doc.list[1]", r#"{"a": 1, "list": [1, 2]}"#, r#"{"a":1,"list":[1,7]}"#),
        ("$.doc[0].a", r#"{"a": 1, "list": [1, 2]}"#, r#"{"a":7,"list":[1,2]}"#),
        ("$.xml.a.b['@c']", "c='1'", "c='7'"),
        ("$.coded", "MQ==", "Nw=="),
    ] {
        let (body, skipped) = make(&[path]);
        let expected = match path {
            "$.id" => example.replace(old, new).replace("\r\n2\r\n", "\r\n7\r\n"),
            _ => example.replace(old, new),
        };
        assert_eq!(body, expected, "{path}");
        assert_eq!(skipped, Vec::<String>::new(), "{path}");
    }
    let (body, skipped) = make(&["$.other", "$.id.deeper", "$.doc.none"]);
    assert_eq!(body, example);
    assert_eq!(skipped.len(), 3, "{skipped:?}");
}

#[test]
fn new_content_cannot_end_its_part() {
    let example = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--";
    let (body, skipped) = text_body(
        "multipart/form-data; boundary=x",
        example,
        r#"{"$.a":{"type":"ProviderState","expression":"v"}}"#,
        &provider(r#"{"v":"1\r\n--x\r\n\r\n2"}"#),
    );
    assert_eq!(body, example);
    assert_eq!(
        skipped,
        [
            "the generator for the body $.a was not applied: the new content has a line with the boundary of the body"
        ]
    );
}

#[test]
fn forms_keep_how_they_are_written() {
    let (body, skipped) = text_body(
        "application/x-www-form-urlencoded",
        "a[]=1&b=x+y&&a%5B%5D=%7e&c=&d",
        r#"{"$['a[]'][1]":{"type":"RandomInt","min":7,"max":7},"$.c":{"type":"RandomInt","min":8,"max":8},"$":{"type":"Uuid"}}"#,
        &consumer(),
    );
    assert_eq!(body, "a[]=1&b=x+y&&a%5B%5D=7&c=8&d");
    assert_eq!(
        skipped,
        [
            "the generator for the body $ was not applied: generators cannot be applied to application/x-www-form-urlencoded bodies"
        ]
    );
}

#[test]
fn a_document_in_quotes_stays_in_quotes() {
    let made = response(
        r#"{"headers":{"Content-Type":"application/json"},"body":"{\"a\": 1}","generators":{"body":{"$.a":{"type":"RandomInt","min":7,"max":7}}}}"#,
        &consumer(),
    );
    assert_eq!(*made.example.body.bytes(), *br#"{"a":7}"#);
}

#[test]
fn messages_have_contents_and_metadata() {
    let made = message(
        r#"{"contents":{"one":"a"},"metaData":{"key":"k","n":1},"generators":{
            "contents":{"$.one":{"type":"RandomInt","min":7,"max":7}},
            "metadata":{"key":{"type":"DateTime","format":"yyyy-MM-dd","expression":"+ 1 year"},"n":{"type":"RandomInt","min":8,"max":8},"x":{"type":"Uuid"}}}}"#,
        &consumer(),
    );
    assert_eq!(*made.example.contents.bytes(), *br#"{"one":"7"}"#);
    assert_eq!(Json::Object(made.example.metadata).to_compact(), r#"{"key":"2025-02-28","n":8}"#);
    assert_eq!(
        sentences(&made.skipped),
        ["the generator for the metadata x was not applied: the example has nothing there"]
    );
}

/// Two variants, told apart by their names, with a generator each.
const VARIANTS: &str = r#"{
  "body": {"actions": [{"name": "add", "href": "http://h/a"}, {"name": "other", "href": "http://h/b"}, {"name": "del", "href": "http://h/d", "n": 1}]},
  "matchingRules": {"body": {"$.actions": {"matchers": [{"match": "arrayContains", "variants": [
    {"index": 0, "rules": {"$.name": {"matchers": [{"match": "equality"}]}, "$.href": {"matchers": [{"match": "regex", "regex": ".*/a"}]}},
     "generators": {"$.href": {"type": "MockServerURL", "regex": ".*(/a)", "example": "http://h/a"}}},
    {"index": 2, "rules": {"$.name": {"matchers": [{"match": "equality"}]}, "$.href": {"matchers": [{"match": "regex", "regex": ".*"}]}},
     "generators": {"$.href": {"type": "MockServerURL", "regex": ".*(/d)", "example": "http://h/d"}, "$.id": {"type": "Uuid"}}}
  ]}]}}}
}"#;

#[test]
fn generators_of_variants_are_for_the_items_that_match_them() {
    let made = response(VARIANTS, &consumer());
    assert_eq!(
        String::from_utf8(made.example.body.bytes().into_owned()).unwrap(),
        r#"{"actions":[{"name":"add","href":"http://somewhere.world/a"},{"name":"other","href":"http://h/b"},{"name":"del","href":"http://somewhere.world/d","n":1}]}"#
    );
    assert_eq!(
        sentences(&made.skipped),
        ["the generator for the body $.actions[2].id was not applied: the example has nothing there"]
    );
    let response = read_response(json(VARIANTS), SpecVersion::V3).unwrap();
    let on_the_other_side = apply_to_response(&response, &provider("{}"), &mut source(1)).example;
    assert_eq!(on_the_other_side, response);
    let expected = CompiledResponse::new(response).unwrap();
    assert_eq!(expected.mismatches(&ActualResponse::from(&made.example)), []);
}

#[test]
fn a_seed_repeats_a_run() {
    let text = r#"{"body":{"a":1,"b":2,"c":3,"d":4},"generators":{"body":{"$.a":{"type":"Uuid"},"$.b":{"type":"Regex","regex":".{8}"},"$.c":{"type":"RandomDecimal"},"$.d":{"type":"DateTime"}}}}"#;
    let response = read_response(json(text), SpecVersion::V3).unwrap();
    let run = |seed| apply_to_response(&response, &consumer(), &mut source(seed));
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}
