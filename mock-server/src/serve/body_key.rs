//! A number by which bodies are told apart without being compared.

use std::hash::{DefaultHasher, Hash, Hasher};

use pactwright_core::json::Json;
use pactwright_core::model::{Category, Data, Request};

/// The key of the body that a request must have, where it must have this JSON document: no rule frees any of it.
pub(super) fn settled(request: &Request) -> Option<u64> {
    if request.rules.category(Category::Body).next().is_some() {
        return None;
    }
    match &request.body.content()?.data {
        Data::Json(document) => Some(key(document)),
        Data::Text(_) | Data::Binary(_) => None,
    }
}

/// The key of a body that came; none when it is no JSON document.
pub(super) fn actual(body: &[u8]) -> Option<u64> {
    Json::parse(body).ok().map(|document| key(&document))
}

/// Documents that match one another have the same key. The order of members does not count, and of numbers no more than
/// that they are some: how they are written is for the comparison to judge.
fn key(json: &Json<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    match json {
        Json::Null => 0.hash(&mut hasher),
        Json::Bool(value) => (1, value).hash(&mut hasher),
        Json::Number(_) => 2.hash(&mut hasher),
        Json::String(text) => (3, text.as_ref()).hash(&mut hasher),
        Json::Array(items) => {
            (4, items.len()).hash(&mut hasher);
            for item in items {
                key(item).hash(&mut hasher);
            }
        }
        Json::Object(object) => {
            let members = object.iter().map(|(name, value)| {
                let mut hasher = DefaultHasher::new();
                (name, key(value)).hash(&mut hasher);
                hasher.finish()
            });
            (5, members.fold(0, u64::wrapping_add)).hash(&mut hasher);
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use pactwright_core::matching::{ActualRequest, CompiledRequest};
    use pactwright_core::model::{Body, Content};
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn documents() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-1..2_i64).prop_map(Value::from),
            Just(Value::from(1.0)),
            "[ab1]{0,1}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 8, 3, |inner| {
            let list = prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from);
            let object = prop::collection::btree_map("[ab]", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect()));
            prop_oneof![list, object]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn what_matches_has_the_same_key(expected in documents(), body in documents()) {
            let text = expected.to_string();
            let document = Json::parse(text.as_bytes()).unwrap().into_owned();
            let content = Content { data: Data::Json(document), content_type: None, hint: None };
            let request = Request { method: "POST".to_owned(), body: Body::Present(content), ..Request::default() };
            let settled = settled(&request);
            let compiled = CompiledRequest::new(request).unwrap();
            for body in [body.to_string(), text] {
                let sent = ActualRequest { body: body.clone().into_bytes(), ..ActualRequest::from(compiled.expected()) };
                if compiled.mismatches(&sent).is_empty() {
                    prop_assert_eq!(actual(body.as_bytes()), settled, "{}", body);
                }
            }
        }
    }

    #[test]
    fn the_order_of_members_does_not_count_and_that_of_items_does() {
        let of = |text: &str| actual(text.as_bytes());
        assert_eq!(of(r#"{"a": 1, "b": ["x"]}"#), of(r#"{"b": ["x"], "a": 1.0}"#));
        for other in [r#"["b", "a"]"#, r#"["a"]"#, r#"{"a": "b"}"#, r#""a""#, "null"] {
            assert_ne!(of(r#"["a", "b"]"#), of(other), "{other}");
        }
        assert_eq!(of("a"), None);
    }
}
