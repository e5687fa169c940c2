use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{DOCUMENT, OPERATIONS, PAGE, parameters, plain_name, variables};
use crate::http::{
    past,
    routes::{Takes, table},
};

/// What to do about a route that the document does not know.
const ADVICE: &str = "src/http/openapi/operations/ needs an entry for each, such as get(\"/path\", \"idForClients\", \
                      \"Say what it does\").gives(\"Document\"), and src/http/openapi/shapes/ what the document looks like";

#[test]
fn every_route_is_described_and_every_description_has_its_route() {
    let table = table();
    let routes: BTreeSet<_> = table
        .iter()
        .flat_map(|(path, endpoints)| endpoints.iter().map(|endpoint| (*path, endpoint.method.as_str())))
        .collect();
    let described: BTreeSet<_> =
        OPERATIONS.iter().map(|operation| (operation.path, operation.method.as_str())).collect();
    assert_eq!(described.len(), OPERATIONS.len(), "a route is described twice");
    let missing: Vec<_> = routes.difference(&described).collect();
    assert!(missing.is_empty(), "these routes are not in the OpenAPI document: {missing:#?}\n{ADVICE}");
    let left_over: Vec<_> = described.difference(&routes).collect();
    assert!(
        left_over.is_empty(),
        "these are in the OpenAPI document, but no routes: {left_over:#?}\ntake them out of src/http/openapi/operations/"
    );
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let written: BTreeSet<_> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |key| (path.as_str(), key.to_uppercase()))
        })
        .filter(|(_, key)| key != "PARAMETERS")
        .collect();
    let routes: BTreeSet<_> = routes.into_iter().map(|(path, method)| (path, method.to_owned())).collect();
    assert_eq!(written, routes);
}

#[test]
fn a_body_is_described_where_one_is_taken_and_nowhere_else() {
    for (path, endpoints) in table() {
        for endpoint in endpoints {
            let Some(operation) =
                OPERATIONS.iter().find(|entry| entry.path == path && entry.method == endpoint.method)
            else {
                continue;
            };
            let is_taken = endpoint.takes != Takes::Nothing;
            assert_eq!(operation.takes.is_some(), is_taken, "{} {path}", endpoint.method);
            assert!(!operation.answers.is_empty(), "{} {path} says no answer", endpoint.method);
        }
    }
}

#[test]
fn every_parameter_is_explained() {
    for operation in OPERATIONS.iter() {
        for variable in variables(operation.path) {
            let known = parameters::variable(operation.path, variable).is_some();
            assert!(
                known,
                "{{{variable}}} of {}: src/http/openapi/parameters.rs should say what it is",
                operation.path
            );
        }
        for name in &operation.query {
            let known = parameters::query(plain_name(name)).is_some();
            assert!(
                known,
                "?{name} of {}: src/http/openapi/parameters.rs should say what it is",
                operation.path
            );
        }
    }
}

#[test]
fn names_for_clients_are_unique() {
    let mut seen = BTreeMap::new();
    for operation in OPERATIONS.iter() {
        if let Some(other) = seen.insert(operation.id, operation.path) {
            panic!("{} is the id of both {other} and {}", operation.id, operation.path);
        }
    }
}

/// Calls a function with everything in a document that `$ref` refers to.
fn each_reference(value: &Value, tell: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(address)) = members.get("$ref") {
                tell(address);
            }
            members.values().for_each(|member| each_reference(member, tell));
        }
        Value::Array(items) => items.iter().for_each(|item| each_reference(item, tell)),
        _ => {}
    }
}

#[test]
fn what_is_referred_to_is_there_and_what_is_there_is_referred_to() {
    let mut used = BTreeSet::new();
    each_reference(&DOCUMENT, &mut |address| {
        assert!(DOCUMENT.pointer(address.trim_start_matches('#')).is_some(), "{address} is not there");
        used.insert(address.to_owned());
    });
    for (name, _) in DOCUMENT.pointer("/components/schemas").and_then(Value::as_object).unwrap() {
        assert!(used.contains(&format!("#/components/schemas/{name}")), "nothing refers to {name}");
    }
}

#[test]
fn the_page_shows_everything_and_asks_nobody() {
    for operation in OPERATIONS.iter() {
        assert!(PAGE.contains(&format!("<details id=\"{}\"", operation.id)), "{}", operation.id);
    }
    for (name, _) in DOCUMENT.pointer("/components/schemas").and_then(Value::as_object).unwrap() {
        assert!(PAGE.contains(&format!("id=\"document-{name}\"")), "{name}");
    }
    for foreign in ["<script", "<link", "<img", "src=", "@import", "url(", "href=\"http"] {
        assert!(!PAGE.contains(foreign), "{foreign} is on the page");
    }
}

#[test]
fn the_past_can_be_asked_for_where_the_document_says_so() {
    for operation in OPERATIONS.iter() {
        let is_said = operation.query.iter().any(|name| plain_name(name) == "asOf");
        let asks = operation.method == http::Method::GET || past::is_question(operation.path);
        // What an image in somebody's page shows is now.
        let is_possible = asks && !past::is_timeless(operation.path) && !operation.path.ends_with("/badge");
        assert_eq!(is_said, is_possible, "{} {}", operation.method, operation.path);
    }
}
