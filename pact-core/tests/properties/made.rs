//! What generators make satisfies the rules that go with them, wherever they are applied.

use pactwright_core::datetime::Moment;
use pactwright_core::generators::{
    Context, Generator, Seeded, apply_to_message, apply_to_request, apply_to_response,
};
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::matching::{
    ActualMessage, ActualRequest, ActualResponse, CompiledMessage, CompiledRequest, CompiledResponse,
};
use pactwright_core::model::{Body, Category, InteractionKind, Message, Query, Request, Response};
use pactwright_core::rules::Rule;
use proptest::prelude::*;

use crate::cases;
use crate::strategies::pacts::{AsFile, pact};
use crate::strategies::rules::format;

/// A generator, a rule for what it makes, and an example.
#[derive(Debug, Clone)]
struct Pair {
    generator: Generator,
    rule: Rule,
    example: JsonBuf,
}

fn json(text: &str) -> JsonBuf {
    Json::parse(text.as_bytes()).unwrap().into_owned()
}

fn pair(generator: &str, rule: &str, example: &str) -> Pair {
    Pair {
        generator: Generator::parse(&json(generator)).unwrap(),
        rule: Rule::parse(&json(rule)).unwrap(),
        example: json(example),
    }
}

fn pairs() -> impl Strategy<Value = Pair> {
    let quoted = |text: &str| Json::from(text).to_compact();
    let sized = |name: &'static str, attribute: &'static str, alphabet: &'static str| {
        (1..60_u32).prop_map(move |size| {
            let rule = format!(r#"{{"match":"regex","regex":"[{alphabet}]{{{size}}}"}}"#);
            pair(&format!(r#"{{"type":"{name}","{attribute}":{size}}}"#), &rule, r#""x""#)
        })
    };
    let moment = prop::sample::select(vec![("Date", "date"), ("Time", "time"), ("DateTime", "datetime")]);
    let expressions = vec!["", "now"];
    let uuid = vec![
        ("simple", "[0-9a-f]{32}"),
        ("lower-case-hyphenated", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("upper-case-hyphenated", "[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"),
        ("URN", "urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ];
    let regex =
        vec![r"\d{3}-[a-f]+", "^[A-Z]{2}$", "(foo|bar){1,3}", r"\w+@\w+\.(com|org)", "[^a-z]{2}", "x?y*z+"];
    prop_oneof![
        (any::<i32>(), any::<i32>()).prop_map(|(one, other)| pair(
            &format!(r#"{{"type":"RandomInt","min":{},"max":{}}}"#, one.min(other), one.max(other)),
            r#"{"match":"integer"}"#,
            "1"
        )),
        (1..40_u32).prop_map(|digits| pair(
            &format!(r#"{{"type":"RandomDecimal","digits":{digits}}}"#),
            r#"{"match":"decimal"}"#,
            "1.5"
        )),
        sized("RandomHexadecimal", "digits", "0-9A-F"),
        sized("RandomString", "size", "0-9A-Za-z"),
        Just(pair(r#"{"type":"RandomBoolean"}"#, r#"{"match":"boolean"}"#, "true")),
        prop::sample::select(uuid).prop_map(|(format, pattern)| pair(
            &format!(r#"{{"type":"Uuid","format":"{format}"}}"#),
            &format!(r#"{{"match":"regex","regex":"{pattern}"}}"#),
            r#""x""#
        )),
        prop::sample::select(regex).prop_map(move |pattern| pair(
            &format!(r#"{{"type":"Regex","regex":{}}}"#, quoted(pattern)),
            &format!(r#"{{"match":"regex","regex":{}}}"#, quoted(pattern)),
            r#""x""#
        )),
        (moment, format(), prop::sample::select(expressions)).prop_map(
            move |((made, ruled), format, expression)| pair(
                &format!(r#"{{"type":"{made}","format":{},"expression":"{expression}"}}"#, quoted(&format)),
                &format!(r#"{{"match":"{ruled}","format":{}}}"#, quoted(&format)),
                r#""x""#
            )
        ),
        "/[a-z]{1,5}".prop_map(|path| pair(
            &format!(r#"{{"type":"MockServerURL","example":"http://a:1{path}","regex":".*({path})$"}}"#),
            &format!(r#"{{"match":"regex","regex":"http://h:2{path}"}}"#),
            r#""x""#
        )),
    ]
}

fn source(seed: u64, seconds: i64) -> Seeded {
    Seeded::new(seed, Moment::from_unix(seconds, 120_000_000).unwrap())
}

fn context() -> Context {
    Context::consumer(Some("http://h:2".to_owned()))
}

fn name(at: usize) -> String {
    format!("m{at}")
}

/// A body with a member for each, and an item of a list.
fn body(pairs: &[Pair]) -> Body {
    let members = pairs.iter().enumerate();
    let members =
        members.map(|(at, pair)| (name(at), Json::Array(vec![pair.example.clone(), pair.example.clone()])));
    Body::json(Json::Object(members.collect()))
}

fn path(at: usize) -> String {
    format!("$.m{at}[*]")
}

/// What travels as text cannot have white space around it.
fn travels(made: &Pair) -> bool {
    let text = made.generator.generate(&made.example, &context(), &mut source(0, 0)).unwrap();
    text.as_str().is_none_or(|text| text.trim() == text && !text.is_empty())
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn what_is_made_in_a_response_satisfies_its_rules(
        pairs in prop::collection::vec(pairs(), 1..5), seed: u64, seconds in 0..4_102_444_800_i64, status in 100..400_u16,
    ) {
        let mut response = Response { body: body(&pairs), ..Response::default() };
        let most = status + 199;
        let generator = format!(r#"{{"type":"RandomInt","min":{status},"max":{most}}}"#);
        response.generators.insert(Category::Status, "", Generator::parse(&json(&generator)).unwrap());
        let codes: Vec<_> = (status..=most).map(|code| code.to_string()).collect();
        let rule = format!(r#"{{"match":"statusCode","status":[{}]}}"#, codes.join(","));
        response.rules.insert(Category::Status, "", Rule::parse(&json(&rule)).unwrap());
        for (at, pair) in pairs.iter().enumerate() {
            response.generators.insert(Category::Body, path(at), pair.generator.clone());
            response.rules.insert(Category::Body, path(at), pair.rule.clone());
            if travels(pair) {
                response.headers.append(name(at), "x");
                response.generators.insert(Category::Header, name(at), pair.generator.clone());
                response.rules.insert(Category::Header, name(at), pair.rule.clone());
            }
        }
        let made = apply_to_response(&response, &context(), &mut source(seed, seconds));
        prop_assert_eq!(made.skipped, vec![]);
        let found = CompiledResponse::new(response).unwrap().mismatches(&ActualResponse::from(&made.example));
        prop_assert_eq!(found, vec![]);
    }

    #[test]
    fn what_is_made_in_a_request_satisfies_its_rules(
        pairs in prop::collection::vec(pairs(), 1..5), seed: u64, seconds in 0..4_102_444_800_i64,
    ) {
        let mut request = Request { body: body(&pairs), ..Request::default() };
        request.generators.insert(Category::Path, "", pairs[0].generator.clone());
        request.rules.insert(Category::Path, "", pairs[0].rule.clone());
        let query = (0..pairs.len()).map(|at| (name(at), vec![Some("x".to_owned())]));
        request.query = Some(Query::Pairs(query.collect()));
        for (at, pair) in pairs.iter().enumerate() {
            request.generators.insert(Category::Body, path(at), pair.generator.clone());
            request.rules.insert(Category::Body, path(at), pair.rule.clone());
            request.generators.insert(Category::Query, name(at), pair.generator.clone());
            request.rules.insert(Category::Query, name(at), pair.rule.clone());
        }
        let made = apply_to_request(&request, &context(), &mut source(seed, seconds));
        prop_assert_eq!(made.skipped, vec![]);
        let found = CompiledRequest::new(request).unwrap().mismatches(&ActualRequest::from(&made.example));
        prop_assert_eq!(found, vec![]);
    }

    #[test]
    fn what_is_made_in_a_message_satisfies_its_rules(
        pairs in prop::collection::vec(pairs(), 1..5), seed: u64, seconds in 0..4_102_444_800_i64,
    ) {
        let mut message = Message { contents: body(&pairs), ..Message::default() };
        for (at, pair) in pairs.iter().enumerate() {
            message.metadata.insert(name(at), pair.example.clone());
            message.generators.insert(Category::Body, path(at), pair.generator.clone());
            message.rules.insert(Category::Body, path(at), pair.rule.clone());
            message.generators.insert(Category::Metadata, name(at), pair.generator.clone());
            message.rules.insert(Category::Metadata, name(at), pair.rule.clone());
        }
        let made = apply_to_message(&message, &context(), &mut source(seed, seconds));
        prop_assert_eq!(made.skipped, vec![]);
        let found = CompiledMessage::new(message).unwrap().mismatches(&ActualMessage::from(&made.example));
        prop_assert_eq!(found, vec![]);
    }

    #[test]
    fn generators_of_any_contract_can_be_applied(AsFile(pact) in pact(), seed: u64, provider: bool) {
        let values = [("id", Json::from(7_u64)), ("a b", Json::from("x"))].into_iter().collect();
        let context = if provider { Context::provider(values) } else { context() };
        let source = || source(seed, 1_709_200_000);
        for one in &pact.interactions {
            match &one.kind {
                InteractionKind::Http { request, response } => {
                    let made = || apply_to_request(request, &context, &mut source());
                    prop_assert_eq!(made(), made());
                    let made = || apply_to_response(response, &context, &mut source());
                    prop_assert_eq!(made(), made());
                }
                InteractionKind::AsyncMessage(message) | InteractionKind::SyncMessage { request: message, .. } => {
                    let made = || apply_to_message(message, &context, &mut source());
                    prop_assert_eq!(made(), made());
                }
                InteractionKind::Unknown { .. } => {}
            }
        }
    }
}
