use super::*;
use crate::model::{InteractionKind, Response, SpecVersion};

fn interaction(description: &str, status: u16) -> Interaction {
    let response = Response { status, ..Response::default() };
    let kind = InteractionKind::Http { request: Box::default(), response: Box::new(response) };
    Interaction::new(description, kind)
}

fn pact(interactions: Vec<Interaction>) -> Pact {
    Pact { interactions, ..Pact::new("web", "orders", SpecVersion::V4) }
}

fn keyed(key: &str, description: &str, status: u16) -> Interaction {
    Interaction { key: Some(key.to_owned()), ..interaction(description, status) }
}

#[test]
fn the_order_of_interactions_does_not_depend_on_who_comes_first() {
    let one = pact(vec![interaction("c", 200), interaction("a", 200)]);
    let two = pact(vec![interaction("b", 200), interaction("a", 200)]);
    let merged = merge(one.clone(), two.clone()).unwrap();
    assert_eq!(merged, merge(two, one).unwrap());
    let names: Vec<_> = merged.interactions.iter().map(|one| one.description.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn values_of_provider_states_name_an_interaction_too() {
    let with = |id: &str| {
        let mut one = interaction("a", if id == "7" { 200 } else { 404 });
        let params = [("id", Json::from(id))].into_iter().collect();
        one.states.push(ProviderState { name: "an order exists".to_owned(), params });
        pact(vec![one])
    };
    assert_eq!(merge(with("7"), with("8")).unwrap().interactions.len(), 2);
}

#[test]
fn every_conflict_is_reported_with_what_differs() {
    let one = pact(vec![interaction("a", 200), interaction("b", 200), interaction("c", 200)]);
    let two = pact(vec![interaction("a", 201), interaction("b", 200), interaction("c", 202)]);
    let MergeError::Conflicts(conflicts) = merge(one, two).unwrap_err() else { panic!() };
    let said: Vec<_> = conflicts.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "\"a\" is described differently in the two:\n  $.response.status: 200 there, 201 here",
            "\"c\" is described differently in the two:\n  $.response.status: 200 there, 202 here",
        ]
    );
}

#[test]
fn keys_decide_where_both_have_one() {
    let merged = |one, two| {
        merge_with(pact(vec![one]), &pact(vec![two]), |_, _| Clash::Replace)
            .unwrap()
            .interactions
            .iter()
            .map(|one| one.description.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(merged(keyed("k", "a", 200), keyed("k", "renamed", 200)), ["renamed"]);
    assert_eq!(merged(keyed("k", "a", 200), keyed("l", "a", 201)), ["a", "a"]);
    assert_eq!(merged(keyed("k", "a", 200), interaction("a", 201)), ["a"]);
    assert_eq!(merged(interaction("a", 200), keyed("k", "a", 201)), ["a"]);
}

#[test]
fn contracts_of_others_are_refused() {
    let other = Pact::new("web", "stock", SpecVersion::V4);
    assert!(matches!(merge(pact(Vec::new()), other), Err(MergeError::OtherParties { .. })));
}

#[test]
fn the_higher_version_wins_and_is_no_conflict() {
    let mut old = pact(vec![interaction("a", 200)]);
    old.version = SpecVersion::V1;
    let merged = merge(pact(vec![interaction("a", 200)]), old).unwrap();
    assert_eq!((merged.version, merged.interactions.len()), (SpecVersion::V4, 1));
}

#[test]
fn plugins_of_both_stay() {
    let with = |name: &str| {
        let plugin: ObjectBuf = [("name", Json::from(name))].into_iter().collect();
        let mut pact = pact(Vec::new());
        pact.metadata.insert("plugins", Json::Array(vec![Json::Object(plugin)]));
        pact
    };
    let merged = merge(merge(with("csv"), with("protobuf")).unwrap(), with("csv")).unwrap();
    assert_eq!(
        merged.metadata.get("plugins").unwrap().to_compact(),
        r#"[{"name":"protobuf"},{"name":"csv"}]"#
    );
}

#[test]
fn what_a_broker_adds_is_no_difference() {
    let mine = || Interaction { extra: attributes(r#"{"x-mine":1}"#), ..interaction("a", 200) };
    let mut published = mine();
    published.id = Some("1f".to_owned());
    published.extra = attributes(r#"{"_links":{},"x-mine":1}"#);
    assert_eq!(merge(pact(vec![published.clone()]), pact(vec![mine()])).unwrap().interactions, [published]);
    // What an author adds or changes is one.
    let changed = Interaction { extra: attributes(r#"{"x-mine":2}"#), ..interaction("a", 200) };
    let error = merge(pact(vec![changed]), pact(vec![mine()])).unwrap_err();
    assert!(error.to_string().ends_with("$.x-mine: 2 there, 1 here"), "{error}");
    let error = merge(pact(vec![interaction("a", 200)]), pact(vec![mine()])).unwrap_err();
    assert!(error.to_string().ends_with("$.x-mine: nothing there, 1 here"), "{error}");
}

fn attributes(text: &str) -> ObjectBuf {
    Json::parse(text.as_bytes()).unwrap().into_owned().as_object().unwrap().clone()
}

#[test]
fn how_an_interaction_is_spelt_is_no_difference() {
    let read = |query: &str, status: u16| {
        let text = format!(
            r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"orders"}},"interactions":[{{"type":"Synchronous/HTTP",
            "description":"a","request":{{"query":{query}}},"response":{{"status":{status}}}}}],
            "metadata":{{"pactSpecification":{{"version":"4.0"}}}}}}"#
        );
        format::read(text.as_bytes()).unwrap()
    };
    let (text, list) = (r#""b=1""#, r#"{"b":["1"]}"#);
    assert_eq!(merge(read(text, 200), read(list, 200)).unwrap().interactions.len(), 1);
    let MergeError::Conflicts(conflicts) = merge(read(text, 200), read(list, 201)).unwrap_err() else {
        panic!()
    };
    let said: Vec<_> = conflicts[0].differences.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["$.response.status: 200 there, 201 here"]);
}
