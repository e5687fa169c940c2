//! What is wrong elsewhere with files, generators, content types, names and merging.

use pactwright_core::digest::{obligation, stimulus};
use pactwright_core::format::{self, convert, read_message, read_request, read_response};
use pactwright_core::generators::{Context, Generator, Seeded, apply_to_message};
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::matching::{ActualRequest, ActualResponse, CompiledRequest, CompiledResponse};
use pactwright_core::merge::{Clash, MergeError, merge, merge_with};
use pactwright_core::model::{
    Body, Content, ContentType, Data, InteractionKind, Pact, Query, Response, SpecVersion,
};
use pactwright_core::path::{DocPath, Step};
use pactwright_core::report::text::Report;
use pactwright_core::rules::Regex;

use super::{NONE, moment, response};

fn json(text: &str) -> JsonBuf {
    Json::parse(text.as_bytes()).unwrap().into_owned()
}

fn file(version: &str, interactions: &str) -> String {
    format!(
        r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"orders"}},"interactions":[{interactions}],"metadata":{{"pactSpecification":{{"version":"{version}"}}}}}}"#
    )
}

fn pact(version: &str, interactions: &str) -> Pact {
    format::read(file(version, interactions).as_bytes()).unwrap()
}

// Files.

/// Elsewhere they are dropped when a V3 file is read.
#[test]
fn generators_of_messages_are_kept() {
    let text = r#"{"contents":{"id":1},"generators":{"body":{"$.id":{"type":"RandomInt","min":7,"max":7}}}}"#;
    let message = read_message(json(text), SpecVersion::V3).unwrap();
    let made = apply_to_message(&message, &Context::consumer(None), &mut source(1));
    assert_eq!(*made.example.contents.bytes(), *br#"{"id":7}"#);
    let file = file("3.0.0", "").replace(
        r#""interactions":[]"#,
        &format!(r#""messages":[{}]"#, text.replacen('{', r#"{"description":"d","#, 1)),
    );
    let again = format::to_json(&format::read(file.as_bytes()).unwrap()).unwrap();
    assert_eq!(again.to_compact(), json(&file).to_compact());
}

/// Elsewhere one of them fails the whole file.
#[test]
fn interactions_of_an_unknown_type_are_kept() {
    let odd = r#"{"type":"Asynchronous/Streams","description":"odd","frames":[{"a":1}]}"#;
    let text = file("4.0", &format!(r#"{odd},{{"type":"Synchronous/HTTP","description":"d"}}"#));
    let pact = format::read(text.as_bytes()).unwrap();
    assert!(
        matches!(&pact.interactions[0].kind, InteractionKind::Unknown { type_name, .. } if type_name == "Asynchronous/Streams")
    );
    assert_eq!(format::to_json(&pact).unwrap(), json(&text));
}

#[track_caller]
fn status_is_refused(status: &str) {
    let error = read_response(json(&format!(r#"{{"status":{status}}}"#)), SpecVersion::V3).unwrap_err();
    assert!(
        error.to_string().starts_with("at /status: a status code such as 200 was expected, but this is"),
        "{error}"
    );
}

/// Elsewhere that is a panic.
#[test]
fn a_status_that_is_text_is_an_error_with_its_place() {
    status_is_refused("\"200\"");
}

/// Elsewhere that is a panic.
#[test]
fn a_status_below_zero_is_an_error_with_its_place() {
    status_is_refused("-1");
}

/// Elsewhere that is a panic.
#[test]
fn a_status_with_a_fraction_is_an_error_with_its_place() {
    status_is_refused("200.5");
}

/// Elsewhere it is cut to sixteen bits, and 34463 is expected.
#[test]
fn a_status_that_is_too_big_is_an_error_with_its_place() {
    status_is_refused("99999");
}

/// Elsewhere that is a panic.
#[test]
fn a_header_may_have_an_empty_list_of_values() {
    let text = file(
        "4.0",
        r#"{"type":"Synchronous/HTTP","description":"d","request":{"headers":{"X":[]}},"response":{"status":200,"headers":{"X":[]}}}"#,
    );
    let pact = format::read(text.as_bytes()).unwrap();
    assert_eq!(format::to_json(&pact).unwrap(), json(&text));
    let (request, _) = pact.interactions[0].as_http().unwrap();
    let expected = CompiledRequest::new(request.clone()).unwrap();
    assert_eq!(expected.mismatches(&ActualRequest::from(request)), []);
}

/// Elsewhere a tab in a query is a panic when the query is built.
#[test]
fn a_query_may_have_a_tab() {
    let query = Query::Pairs(vec![("a\tb".to_owned(), vec![Some("\t".to_owned())])]);
    assert_eq!(query.to_text(), "a%09b=%09");
    assert_eq!(Query::Text(query.to_text().into_owned()).pairs(), query.pairs());
}

/// Elsewhere the number of a character is written in place of its bytes in UTF-8, or that is a panic.
#[test]
fn a_query_may_have_any_character() {
    let query = Query::Pairs(vec![("ā".to_owned(), vec![Some("é€🦀".to_owned()), None])]);
    assert_eq!(query.to_text(), "%C4%81=%C3%A9%E2%82%AC%F0%9F%A6%80&%C4%81");
    assert_eq!(Query::Text(query.to_text().into_owned()).pairs(), query.pairs());
}

/// Elsewhere a digit that is none of 0 to 9 is a panic.
#[test]
fn only_plain_digits_are_an_index() {
    for text in ["$[²]", "$[٣]", "$[①]"] {
        assert_eq!(
            text.parse::<DocPath>().unwrap_err().to_string(),
            "a quoted name, a number or `*` was expected at character 3",
            "{text}"
        );
    }
}

/// Elsewhere such a path is written, but cannot be read.
#[test]
fn a_name_in_a_path_may_have_quotes_and_backslashes() {
    for (text, name) in [(r"$['it\'s']", "it's"), (r"$['a\\b']", r"a\b"), (r#"$["say \"x\""]"#, "say \"x\"")]
    {
        let path: DocPath = text.parse().unwrap();
        assert_eq!(path.steps(), [Step::Field(name.to_owned())]);
        assert_eq!(path.to_string().parse::<DocPath>().unwrap(), path);
    }
}

#[track_caller]
fn rails_parameter(path: &str) {
    let text = format!(
        r#"{{"method":"GET","path":"/","query":"a[]=1&a[]=2","matchingRules":{{{}:{{"match":"type"}}}}}}"#,
        Json::from(path)
    );
    let request = read_request(json(&text), SpecVersion::V2).unwrap();
    let mut actual = ActualRequest::from(&request);
    let expected = CompiledRequest::new(request).unwrap();
    actual.query = Some("a%5B%5D=7&a[]=8".to_owned());
    assert_eq!(expected.mismatches(&actual), []);
    actual.query = Some("a=7&a=8".to_owned());
    assert_ne!(expected.mismatches(&actual), []);
}

/// Elsewhere the whole file cannot be read.
#[test]
fn a_rule_may_be_for_a_parameter_that_ends_with_brackets() {
    rails_parameter("$.query.a[]");
}

/// Elsewhere the whole file cannot be read.
#[test]
fn a_rule_may_be_for_a_quoted_parameter_that_ends_with_brackets() {
    rails_parameter("$.query['a[]']");
}

/// Elsewhere every `$` becomes `$.body`, also those in names.
#[test]
fn a_name_with_a_dollar_survives_the_way_to_v2() {
    let one = r#"{"description":"d","request":{"method":"GET","path":"/"},"response":{"status":200,"body":{"$price":1},
        "matchingRules":{"body":{"$['$price']":{"matchers":[{"match":"type"}]}}}}}"#;
    let v2 = convert(pact("3.0.0", one), SpecVersion::V2).unwrap();
    let written = format::write(&v2).unwrap();
    assert!(written.contains(r#""$.body['$price']": {"#), "{written}");
    assert_eq!(format::read(written.as_bytes()).unwrap(), v2);
}

/// Elsewhere a body that is null is lost when a file is written again.
#[test]
fn a_body_that_is_null_stays_so() {
    for (version, body) in [("3.0.0", "null"), ("4.0", r#"{"content":null}"#)] {
        let text = file(
            version,
            &format!(
                r#"{{"type":"Synchronous/HTTP","description":"d","request":{{}},"response":{{"body":{body}}}}}"#
            ),
        );
        let mut pact = format::read(text.as_bytes()).unwrap();
        // Changed, so that it cannot be written as it was read.
        pact.interactions[0].description = "e".to_owned();
        let again = format::read(format::write(&pact).unwrap().as_bytes()).unwrap();
        assert_eq!(again.interactions[0].as_http().unwrap().1.body, Body::Null);
    }
}

// Generators.

fn source(seed: u64) -> Seeded {
    Seeded::new(seed, moment(2024, 2, 29, 10, 30))
}

fn made(definition: &str) -> String {
    let generator = Generator::parse(&json(definition)).unwrap();
    let made = generator.generate(&Json::from("x"), &Context::consumer(None), &mut source(1)).unwrap();
    made.as_str().unwrap().to_owned()
}

/// Elsewhere there are sixteen at most.
#[test]
fn hexadecimal_text_has_as_many_digits_as_asked_for() {
    let text = made(r#"{"type":"RandomHexadecimal","digits":40}"#);
    assert!(Regex::new("[0-9A-F]{40}").is_match(&text), "{text}");
}

/// Elsewhere that is a panic.
#[test]
fn bounds_the_wrong_way_round_are_an_error_with_its_place() {
    let text = r#"{"generators":{"status":{"type":"RandomInt","min":2,"max":1}}}"#;
    assert_eq!(
        read_response(json(text), SpecVersion::V3).unwrap_err().to_string(),
        "at /generators/status: there is no number from 2 to 1: `min` must not be greater than `max`"
    );
}

/// Elsewhere an anchor in front is refused.
#[test]
fn text_can_be_made_for_an_expression_with_an_anchor() {
    assert_eq!(made(r#"{"type":"Regex","regex":"^abc"}"#), "abc");
    assert_eq!(made(r#"{"type":"Regex","regex":"^abc$"}"#), "abc");
}

/// Elsewhere expressions that a rule understands are refused.
#[test]
fn text_can_be_made_for_an_expression_that_looks_ahead() {
    let text = made(r#"{"type":"Regex","regex":"(?=[a-c])[b-z]{1}\\d"}"#);
    assert!(Regex::new(r"[bc]\d").is_match(&text), "{text}");
}

// Content types.

fn content_type(text: &str) -> ContentType {
    ContentType::parse(text).unwrap()
}

/// Elsewhere they are, because both start alike.
#[test]
fn a_json_type_and_an_xml_type_cannot_be_compared() {
    for (one, other) in [("application/x+json", "application/x+xml"), ("application/json", "application/xml")]
    {
        assert!(!content_type(one).accepts(&content_type(other)));
        assert!(!content_type(other).accepts(&content_type(one)));
    }
    assert!(content_type("application/json").accepts(&content_type("application/x+json")));
    let expected = r#"{"status":200,"headers":{"Content-Type":"application/x+json"},"body":{"a":1},
        "matchingRules":{"header":{"content-length":{"matchers":[]}}}}"#;
    assert_ne!(response(expected, &[("Content-Type", "application/x+xml")], br#"{"a":1}"#), NONE);
}

/// The media type that bytes show.
fn shown(bytes: &[u8]) -> String {
    let data = Data::Binary(bytes.to_vec());
    let body = Body::Present(Content { data, content_type: None, hint: None });
    body.own_content_type().unwrap().to_string()
}

/// Elsewhere it is JSON, because of its first character.
#[test]
fn text_that_starts_with_a_bracket_is_text() {
    assert_eq!(shown(b"[hello] world"), "text/plain");
    assert_eq!(shown(br#"["hello", "world"]"#), "application/json");
}

/// Elsewhere it is JSON, because of its first character.
#[test]
fn text_that_starts_with_a_number_is_text() {
    assert_eq!(shown(b"42 apples"), "text/plain");
}

/// Elsewhere only the first 32 bytes are looked at, and they are no text when a character is cut off at their end.
#[test]
fn a_character_across_the_32nd_byte_does_not_hide_what_text_is() {
    let text = format!("{}ä and more", "x".repeat(31));
    assert_eq!(shown(text.as_bytes()), "text/plain");
    let json = format!(r#"{{"{}ä": 1}}"#, "x".repeat(29));
    assert_eq!(shown(json.as_bytes()), "application/json");
}

// Names for content, and what is said about bytes.

/// A message with members in two orders.
fn messages() -> [String; 2] {
    let one = |members: [&str; 4]| {
        let metadata: Vec<_> = members.iter().map(|name| format!(r#""{name}":"{name}""#)).collect();
        let rules: Vec<_> =
            members.iter().map(|name| format!(r#""$.{name}":{{"matchers":[{{"match":"type"}}]}}"#)).collect();
        format!(
            r#"{{"type":"Asynchronous/Messages","description":"d","contents":{{"content":{{"a":1,"b":2,"c":3,"d":4}},"contentType":"application/json","encoded":false}},"metadata":{{{}}},"matchingRules":{{"body":{{{}}}}}}}"#,
            metadata.join(","),
            rules.join(",")
        )
    };
    [one(["a", "b", "c", "d"]), one(["d", "b", "a", "c"])]
}

/// Elsewhere a message has another name nearly each time that it is loaded, because a hash map is walked.
#[test]
fn the_same_message_has_the_same_name_whenever_it_is_loaded() {
    let names = |text: &str| {
        let pact = pact("4.0", text);
        (stimulus(&pact.interactions[0]), obligation(&pact.interactions[0]))
    };
    let [one, other] = messages();
    let expected = names(&one);
    for _ in 0..20 {
        assert_eq!(names(&one), expected);
        assert_eq!(names(&other), expected);
    }
}

/// Elsewhere a key is computed again when a file is written.
#[test]
fn a_key_is_kept_as_it_is() {
    let text = file("4.0", &messages()[0].replacen('{', r#"{"key":"mine","#, 1));
    let pact = format::read(text.as_bytes()).unwrap();
    assert_eq!(pact.interactions[0].key.as_deref(), Some("mine"));
    assert_eq!(format::to_json(&pact).unwrap().get("interactions"), json(&text).get("interactions"));
}

/// Elsewhere a byte below 16 is one digit, and what was there cannot be told.
#[test]
fn every_byte_is_shown_with_two_digits() {
    let content = |bytes: &[u8]| {
        let content_type = Some(content_type("image/png"));
        Body::Present(Content { data: Data::Binary(bytes.to_vec()), content_type, hint: None })
    };
    let expected = Response { body: content(&[0, 1, 0xab]), ..Response::default() };
    let actual = ActualResponse { body: vec![0xa, 0, 0xff], ..ActualResponse::from(&expected) };
    let compiled = CompiledResponse::new(expected.clone()).unwrap();
    let found = compiled.mismatches(&actual);
    assert_eq!(found.len(), 1);
    let said = Report::of_response(&expected, &actual, &found).to_string();
    assert!(said.contains("00 01 ab") && said.contains("0a 00 ff"), "{said}");
}

// Merging.

fn answering(version: &str, params: &str, status: u16, body: &str) -> Pact {
    let given = if params.is_empty() {
        String::new()
    } else {
        format!(r#""providerStates":[{{"name":"s","params":{params}}}],"#)
    };
    pact(
        version,
        &format!(
            r#"{{"type":"Synchronous/HTTP","description":"d",{given}"request":{{"method":"GET","path":"/"}},"response":{{"status":{status},"body":{body}}}}}"#
        ),
    )
}

/// Elsewhere the parameters of provider states count for nothing, and one of the two is lost.
#[test]
fn interactions_whose_states_have_other_parameters_are_two() {
    for version in ["3.0.0", "4.0"] {
        let one = answering(version, r#"{"id":1}"#, 200, "{}");
        let two = answering(version, r#"{"id":2}"#, 404, "{}");
        assert_eq!(merge(one.clone(), two).unwrap().interactions.len(), 2, "{version}");
        assert_eq!(merge(one.clone(), one).unwrap().interactions.len(), 1, "{version}");
    }
}

/// Elsewhere the one in the file stays when only bodies, headers or rules differ, and the new one is lost in silence.
#[test]
fn a_new_body_is_a_conflict_or_takes_the_place_of_the_old_one() {
    for version in ["3.0.0", "4.0"] {
        let old = answering(version, "", 200, r#"{"a":1}"#);
        let new = answering(version, "", 200, r#"{"a":2}"#);
        let Err(MergeError::Conflicts(conflicts)) = merge(old.clone(), new.clone()) else {
            unreachable!("{version}: they differ")
        };
        assert_eq!(conflicts[0].differences.len(), 1);
        let merged = merge_with(old, &new, |_, _| Clash::Replace).unwrap();
        assert_eq!(merged.interactions, new.interactions);
    }
}

/// Elsewhere those of the file are lost.
#[test]
fn metadata_of_both_are_kept() {
    let with = |metadata: &str| {
        let text = file("4.0", "").replacen(r#""metadata":{"#, &format!(r#""metadata":{{{metadata},"#), 1);
        format::read(text.as_bytes()).unwrap()
    };
    let merged = merge(with(r#""team":"blue","tool":"1""#), with(r#""tool":"2","run":7"#)).unwrap();
    let of = |name: &str| merged.metadata.get(name).map(Json::to_compact);
    assert_eq!(of("team").as_deref(), Some(r#""blue""#));
    assert_eq!(of("tool").as_deref(), Some(r#""2""#));
    assert_eq!(of("run").as_deref(), Some("7"));
}
