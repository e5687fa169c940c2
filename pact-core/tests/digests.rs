//! Digests do not depend on how a contract is written down.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use pactwright_core::digest::{obligation, stimulus};
use pactwright_core::format;
use pactwright_core::json::{Json, JsonBuf, Number};
use pactwright_core::model::{
    Body, Category, Combine, Content, ContentType, Data, Interaction, InteractionKind, Message, Pact,
    ProviderState, Query, Request, Response, RuleList, SpecVersion,
};
use pactwright_core::rules::Rule;
use proptest::prelude::*;

fn json() -> impl Strategy<Value = JsonBuf> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        prop::sample::select(vec!["1.0", "1.50", "-0", "1e400", "18446744073709551617", "0.0"])
            .prop_map(|text| Json::Number(Number::parse(text).unwrap())),
        "\\PC{0,8}".prop_map(Json::from),
        Just(Json::Null),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::vec(("[ab']", inner), 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

fn body() -> impl Strategy<Value = Body> {
    let kind = |name: &str| ContentType::parse(name);
    prop_oneof![
        Just(Body::Missing),
        Just(Body::Empty),
        json()
            .prop_filter("is a body of its own", |json| *json != Json::Null && *json != Json::from(""))
            .prop_map(Body::json),
        "[a-z<>]{1,8}".prop_map(move |text| Body::Present(Content {
            data: Data::Text(text),
            content_type: kind("text/plain"),
            hint: None
        })),
        prop::collection::vec(128..255_u8, 1..8).prop_map(move |bytes| Body::Present(Content {
            data: Data::Binary(bytes),
            content_type: kind("image/png"),
            hint: None
        })),
    ]
}

fn rules() -> impl Strategy<Value = Vec<(&'static str, RuleList)>> {
    let definitions = vec![
        r#"{"match":"type"}"#,
        r#"{"match":"type","min":0}"#,
        r#"{"match":"max","max":3}"#,
        r#"{"match":"real"}"#,
        r#"{"match":"date"}"#,
        r#"{"match":"timestamp","timestamp":"yyyy"}"#,
        r#"{"match":"eachValue","rules":[{"match":"type"},{"match":"integer"}],"value":1}"#,
        r#"{"match":"arrayContains","variants":[{"index":1,"rules":{"$['a']":{"matchers":[{"match":"type"}]}}}]}"#,
        r#"{"match":"unheard-of","b":1.0,"a":2}"#,
    ];
    let rule = prop::sample::select(definitions)
        .prop_map(|definition| Rule::parse(&Json::parse(definition.as_bytes()).unwrap()).unwrap());
    let list = (any::<bool>(), prop::collection::vec(rule, 1..3))
        .prop_map(|(or, rules)| RuleList { combine: if or { Combine::Or } else { Combine::And }, rules });
    let path = prop::sample::select(vec!["$", "$.a", "$['b'][0]", "$.a[*].*"]);
    prop::collection::vec((path, list), 0..3)
}

fn http() -> impl Strategy<Value = Interaction> {
    let query = prop::collection::btree_map(
        "[a-c%+ ]",
        prop::collection::vec("[ä&=+ a]{0,3}".prop_map(Some), 1..3),
        0..3,
    );
    (body(), body(), query, rules(), "[a-z]{0,3}").prop_map(|(sent, expected, query, rules, state)| {
        let headers = |body: &Body| {
            let kind = body.own_content_type();
            kind.into_iter()
                .map(|kind| ("Content-Type", kind.to_string()))
                .chain([("ACCEPT", "a/b, c/d".to_owned())])
                .collect()
        };
        let query = (!query.is_empty()).then(|| Query::Pairs(query.into_iter().collect()));
        let request = Request { query, headers: headers(&sent), body: sent, ..Request::default() };
        let mut response = Response { headers: headers(&expected), body: expected, ..Response::default() };
        for (path, list) in rules {
            response.rules.insert(Category::Body, path, list);
        }
        let kind = InteractionKind::Http { request: Box::new(request), response: Box::new(response) };
        let mut interaction = Interaction::new("an exchange", kind);
        interaction.states = if state.is_empty() { Vec::new() } else { vec![ProviderState::new(state)] };
        interaction
    })
}

fn message() -> impl Strategy<Value = Interaction> {
    (body(), rules(), any::<u64>()).prop_map(|(contents, rules, value)| {
        let mut message = Message::default();
        if let Some(kind) = contents.own_content_type() {
            message.metadata.insert("contentType", kind.to_string());
        }
        message.metadata.insert("Key", value);
        message.contents = contents;
        for (path, list) in rules {
            message.rules.insert(Category::Body, path, list);
        }
        Interaction::new("a message", InteractionKind::AsyncMessage(Box::new(message)))
    })
}

/// The digests after an interaction was written in a version and read back; none where that version has no words for it.
fn through(interaction: &Interaction, version: SpecVersion) -> Option<(String, String)> {
    let mut pact = Pact::new("web", "orders", version);
    pact.interactions.push(interaction.clone());
    let text = format::write(&pact).ok()?;
    Some(digests(&format::read(text.as_bytes()).unwrap().interactions[0]))
}

fn digests(interaction: &Interaction) -> (String, String) {
    (stimulus(interaction).into(), obligation(interaction).into())
}

proptest! {
    #[test]
    fn an_exchange_has_the_same_digests_in_files_of_every_version(interaction in http()) {
        let expected = digests(&interaction);
        for version in [SpecVersion::V2, SpecVersion::V3, SpecVersion::V4] {
            if let Some(found) = through(&interaction, version) {
                prop_assert_eq!(&found, &expected, "{}", version);
            } else {
                prop_assert_eq!(version, SpecVersion::V2);
            }
        }
    }

    #[test]
    fn a_message_has_the_same_digests_in_files_of_every_version(interaction in message()) {
        let expected = digests(&interaction);
        for version in [SpecVersion::V3, SpecVersion::V4] {
            prop_assert_eq!(through(&interaction, version), Some(expected.clone()), "{}", version);
        }
    }
}

#[test]
fn every_fixture_keeps_its_digests() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/pacts");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let pact = format::read(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let again = format::read(format::write(&pact).unwrap().as_bytes()).unwrap();
        for (before, after) in pact.interactions.iter().zip(&again.interactions) {
            assert_eq!(digests(before), digests(after), "{}", before.description);
            seen += 1;
        }
    }
    assert!(seen > 5, "only {seen} interactions");
}
