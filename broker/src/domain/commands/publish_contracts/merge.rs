//! Putting two pacts together: test suites that run in parallel publish parts of one contract.

use pactwright_core::json::{Json, JsonBuf, Object, ObjectBuf};

/// Why two pacts cannot be put together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeConflict {
    /// Both have an interaction of that description and state, with different requests.
    #[error(
        "both have an interaction \"{description}\" in the same provider state, but with different requests"
    )]
    RequestsDiffer {
        /// Its description.
        description: String,
    },
    /// One is not an object.
    #[error("one of them is no JSON object")]
    NotAnObject,
    /// One has interactions, the other messages, or one has neither.
    #[error("they have no kind of interaction in common")]
    NothingInCommon,
    /// What was published before could not be read.
    #[error("the text of what was published before is not there")]
    NotReadable,
}

/// The lists of a pact that are put together.
const LISTS: [&str; 2] = ["interactions", "messages"];
/// What makes a request.
const REQUEST: [&str; 5] = ["method", "path", "query", "body", "headers"];

/// Puts an increment into a pact: interactions of the same description and provider state are replaced where their
/// requests are equal, others are added.
pub(super) fn merge(existing: &Json<'_>, increment: &Json<'_>) -> Result<JsonBuf, MergeConflict> {
    let (Some(existing), Some(increment)) = (existing.as_object(), increment.as_object()) else {
        return Err(MergeConflict::NotAnObject);
    };
    let has = |side: &Object<'_>, list| side.get(list).is_some_and(|items| items.as_array().is_some());
    if !LISTS.iter().any(|list| has(existing, list) && has(increment, list)) {
        return Err(MergeConflict::NothingInCommon);
    }
    let mut merged: ObjectBuf = existing.clone().into_owned();
    for list in LISTS {
        let Some(new) = increment.get(list).and_then(Json::as_array) else { continue };
        let old = existing.get(list).and_then(Json::as_array).unwrap_or_default();
        let mut items: Vec<JsonBuf> = old.iter().map(|item| item.clone().into_owned()).collect();
        for item in new {
            match items.iter().position(|known| same_case(known, item)) {
                Some(place) if requests_differ(&items[place], item) => {
                    let description =
                        item.get("description").and_then(Json::as_str).unwrap_or_default().to_owned();
                    return Err(MergeConflict::RequestsDiffer { description });
                }
                Some(place) => items[place] = item.clone().into_owned(),
                None => items.push(item.clone().into_owned()),
            }
        }
        merged.insert(list, Json::Array(items));
    }
    Ok(Json::Object(merged))
}

/// The pact without the `_id`s that a broker gave its interactions.
pub(super) fn without_ids(pact: &Json<'_>) -> JsonBuf {
    let Some(object) = pact.as_object() else { return pact.clone().into_owned() };
    let mut object: ObjectBuf = object.clone().into_owned();
    for list in LISTS {
        let Some(items) = object.get(list).and_then(Json::as_array) else { continue };
        let items = items.iter().map(|item| match item {
            Json::Object(members) => {
                let mut members: Object<'static> = members.clone();
                members.remove("_id");
                Json::Object(members)
            }
            other => other.clone(),
        });
        let items = Json::Array(items.collect());
        object.insert(list, items);
    }
    Json::Object(object)
}

fn same_case(one: &Json<'_>, other: &Json<'_>) -> bool {
    one.get("description") == other.get("description") && state(one) == state(other)
}

fn state<'a>(item: &'a Json<'_>) -> Option<&'a Json<'a>> {
    ["provider_state", "providerState", "providerStates"]
        .into_iter()
        .filter_map(|name| item.get(name))
        .find(|value| **value != Json::Null)
}

fn requests_differ(one: &Json<'_>, other: &Json<'_>) -> bool {
    match (one.get("request"), other.get("request")) {
        (Some(one), Some(other)) => REQUEST.iter().any(|part| one.get(part) != other.get(part)),
        (None, None) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use pactwright_core::json::{Json, JsonBuf};

    use super::{MergeConflict, merge, without_ids};

    fn json(text: &str) -> JsonBuf {
        Json::parse(text.as_bytes()).unwrap().into_owned()
    }

    #[test]
    fn new_interactions_are_added_and_known_ones_replaced() {
        let existing = json(
            r#"{"metadata": 1, "interactions": [
                {"_id": "x", "description": "a", "request": {"path": "/a"}, "response": {"status": 200}},
                {"description": "b", "providerState": "s", "request": {"path": "/b"}}]}"#,
        );
        let increment = json(
            r#"{"metadata": 2, "interactions": [
                {"description": "a", "request": {"path": "/a"}, "response": {"status": 201}},
                {"description": "b", "providerState": "other", "request": {"path": "/b"}}]}"#,
        );
        let expected = json(
            r#"{"metadata": 1, "interactions": [
                {"description": "a", "request": {"path": "/a"}, "response": {"status": 201}},
                {"description": "b", "providerState": "s", "request": {"path": "/b"}},
                {"description": "b", "providerState": "other", "request": {"path": "/b"}}]}"#,
        );
        assert_eq!(merge(&existing, &increment).unwrap(), expected);
    }

    #[test]
    fn messages_are_put_together_too() {
        let merged = merge(
            &json(r#"{"messages": [{"description": "a", "contents": 1}]}"#),
            &json(
                r#"{"messages": [{"description": "b", "contents": 1}], "interactions": [{"description": "c"}]}"#,
            ),
        );
        let expected = json(
            r#"{"messages": [{"description": "a", "contents": 1}, {"description": "b", "contents": 1}],
                "interactions": [{"description": "c"}]}"#,
        );
        assert_eq!(merged.unwrap(), expected);
    }

    #[test]
    fn different_requests_under_one_description_are_a_conflict() {
        let conflict = merge(
            &json(r#"{"interactions": [{"description": "a", "request": {"path": "/a"}}]}"#),
            &json(r#"{"interactions": [{"description": "a", "request": {"path": "/b"}}]}"#),
        );
        assert_eq!(conflict, Err(MergeConflict::RequestsDiffer { description: "a".to_owned() }));
    }

    #[test]
    fn what_has_nothing_in_common_is_not_put_together() {
        for (existing, increment) in [
            (r#"{"interactions": []}"#, r#"{"messages": []}"#),
            (r#"{"messages": []}"#, r#"{"interactions": []}"#),
            (r#"{"interactions": []}"#, "{}"),
            (r#"{"interactions": 1}"#, r#"{"interactions": []}"#),
        ] {
            let conflict = merge(&json(existing), &json(increment));
            assert_eq!(conflict, Err(MergeConflict::NothingInCommon), "{existing} {increment}");
        }
    }

    #[test]
    fn ids_go() {
        let pact = json(r#"{"interactions": [{"_id": "x", "description": "a"}]}"#);
        assert_eq!(without_ids(&pact), json(r#"{"interactions": [{"description": "a"}]}"#));
    }
}
