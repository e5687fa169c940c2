//! The states that consumers expect of a provider, so that whoever writes its state handlers knows what to handle.

use std::collections::{BTreeMap, BTreeSet};

use pactwright_core::json::{Json, JsonBuf};

/// A state, and who expects it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedState {
    /// Its name.
    pub name: String,
    /// Its parameters, where it has any.
    pub params: Option<JsonBuf>,
    /// The consumers that expect it, by name.
    pub consumers: BTreeSet<String>,
}

/// The states in the pacts of some consumers: each name with each set of parameters once, by name.
pub fn expected<'a>(pacts: impl IntoIterator<Item = (&'a str, &'a JsonBuf)>) -> Vec<ExpectedState> {
    let mut states: BTreeMap<(String, Option<String>), ExpectedState> = BTreeMap::new();
    for (consumer, pact) in pacts {
        for (name, params) in of_pact(pact) {
            let key = (name.to_owned(), params.map(|params| params.clone().sorted().to_compact()));
            let state = states.entry(key).or_insert_with(|| ExpectedState {
                name: name.to_owned(),
                params: params.map(|params| params.clone().into_owned()),
                consumers: BTreeSet::new(),
            });
            state.consumers.insert(consumer.to_owned());
        }
    }
    states.into_values().collect()
}

/// The states of one pact, in every form that versions of the format have.
fn of_pact<'j>(pact: &'j Json<'j>) -> impl Iterator<Item = (&'j str, Option<&'j Json<'j>>)> {
    let lists = ["interactions", "messages"].into_iter();
    let items = lists.filter_map(|list| pact.get(list)?.as_array()).flatten();
    items.flat_map(|item| {
        let names = ["providerState", "provider_state"].into_iter();
        let single = names.filter_map(|name| Some((item.get(name)?.as_str()?, None)));
        let list = item.get("providerStates").and_then(Json::as_array).unwrap_or_default();
        let list = list.iter().filter_map(|state| {
            let params = state.get("params").filter(|params| !is_empty(params));
            Some((state.get("name")?.as_str()?, params))
        });
        single.chain(list)
    })
}

fn is_empty(params: &Json<'_>) -> bool {
    *params == Json::Null || params.as_object().is_some_and(pactwright_core::json::Object::is_empty)
}

#[cfg(test)]
mod tests {
    use pactwright_core::json::{Json, JsonBuf};

    use super::expected;

    fn json(text: &str) -> JsonBuf {
        Json::parse(text.as_bytes()).unwrap().into_owned()
    }

    #[test]
    fn each_state_is_told_once_with_everybody_who_expects_it() {
        let one = json(
            r#"{"interactions": [
                {"providerState": "old"},
                {"providerStates": [{"name": "new", "params": {"a": 1, "b": 2}}, {"name": "old", "params": {}}]},
                {"provider_state": null}, {}]}"#,
        );
        let other = json(
            r#"{"messages": [
                {"providerStates": [{"name": "new", "params": {"b": 2, "a": 1}}, {"name": "new", "params": {"a": 2}}]},
                {"providerStates": [{"params": {}}, {"name": 1}]}]}"#,
        );
        let told: Vec<_> = expected([("Web", &one), ("App", &other)])
            .into_iter()
            .map(|state| {
                let params = state.params.map(|params| params.to_compact());
                (state.name, params, state.consumers.into_iter().collect::<Vec<_>>().join(" "))
            })
            .collect();
        let text = |text: &str| text.to_owned();
        assert_eq!(
            told,
            [
                (text("new"), Some(text(r#"{"a":1,"b":2}"#)), text("App Web")),
                (text("new"), Some(text(r#"{"a":2}"#)), text("App")),
                (text("old"), None, text("Web")),
            ]
        );
    }

    #[test]
    fn what_is_no_pact_expects_nothing() {
        for pact in ["{}", r#"{"interactions": 1}"#, r#"{"interactions": [1, null, []]}"#, "[]"] {
            assert_eq!(expected([("Web", &json(pact))]), [], "{pact}");
        }
    }
}
