//! Numbers by which bodies are told apart without being compared.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use pactwright_core::json::Json;
use pactwright_core::matching::{ActualRequest, Reading};
use pactwright_core::model::{Category, ContentType, Data, Request};
use pactwright_core::path::{DocPath, Step};

/// What the body of a request must be, as far as no rule frees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Settled {
    /// This JSON document.
    Whole(u64),
    /// A JSON object in which these members (in the order of their names) have these values.
    Members(Vec<String>, u64),
}

/// What is settled about the body of a request; nothing when the comparison has to find out.
pub(super) fn settled(request: &Request) -> Option<Settled> {
    let content = request.body.content()?;
    let Data::Json(document) = &content.data else { return None };
    let stated = request.headers.content_type().or_else(|| content.content_type.clone());
    if stated.is_some_and(|stated| !is_utf8(&stated)) {
        return None;
    }
    let mut freed = HashSet::new();
    for (path, _) in request.rules.category(Category::Body) {
        // A rule for all of it, or for whatever is in it, leaves nothing settled.
        let path: DocPath = path.parse().ok()?;
        let Some(Step::Field(name)) = path.steps().first() else { return None };
        freed.insert(name.clone());
    }
    match document {
        whole if freed.is_empty() => Some(Settled::Whole(key(whole))),
        Json::Object(object) => {
            let mut members: Vec<_> = object.iter().filter(|(name, _)| !freed.contains(*name)).collect();
            members.sort_by_key(|(name, _)| *name);
            let sum = members.iter().map(|(name, value)| member(name, value)).fold(0, u64::wrapping_add);
            let names: Vec<_> = members.into_iter().map(|(name, _)| name.to_owned()).collect();
            (!names.is_empty()).then_some(Settled::Members(names, sum))
        }
        _ => None,
    }
}

/// What is known of a body that came.
pub(super) enum Keys<'r> {
    /// A JSON document; with the keys of its members where it is an object.
    Json { whole: u64, members: HashMap<&'r str, u64> },
    /// It is no JSON document.
    Other,
    /// It is in an encoding that only the comparison reads.
    Unknown,
}

impl<'r> Keys<'r> {
    pub(super) fn of(reading: &'r Reading<'_>) -> Self {
        if content_type(reading.request()).is_some_and(|stated| !is_utf8(&stated)) {
            return Self::Unknown;
        }
        match reading.json() {
            Ok(Json::Object(object)) => {
                let members: HashMap<_, _> =
                    object.iter().map(|(name, value)| (name, member(name, value))).collect();
                let sum = members.values().copied().fold(0, u64::wrapping_add);
                Self::Json { whole: object_key(object.len(), sum), members }
            }
            Ok(document) => Self::Json { whole: key(document), members: HashMap::new() },
            Err(_) => Self::Other,
        }
    }

    /// The key of these members together; none when one of them is missing.
    pub(super) fn of_members(&self, names: &[String]) -> Option<u64> {
        let Self::Json { members, .. } = self else { return None };
        names.iter().try_fold(0_u64, |sum, name| Some(sum.wrapping_add(*members.get(name.as_str())?)))
    }
}

fn content_type(request: &ActualRequest) -> Option<ContentType> {
    let (_, value) = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"))?;
    ContentType::parse(value)
}

/// Whether text of that type is in UTF-8, as it is where nothing is said.
fn is_utf8(content_type: &ContentType) -> bool {
    content_type.parameter("charset").is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"))
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
            let members = object.iter().map(|(name, value)| member(name, value));
            return object_key(object.len(), members.fold(0, u64::wrapping_add));
        }
    }
    hasher.finish()
}

fn member(name: &str, value: &Json<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (name, key(value)).hash(&mut hasher);
    hasher.finish()
}

fn object_key(members: usize, sum: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (5, members, sum).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use pactwright_core::matching::CompiledRequest;
    use pactwright_core::model::{Body, Content};
    use pactwright_core::rules::Rule;
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

    fn like() -> Rule {
        Rule::parse(&Json::parse(br#"{"match": "type"}"#).unwrap()).unwrap()
    }

    fn request(document: &Value, rules: &[&str]) -> Request {
        let document = Json::parse(document.to_string().as_bytes()).unwrap().into_owned();
        let content = Content { data: Data::Json(document), content_type: None, hint: None };
        let mut request =
            Request { method: "POST".to_owned(), body: Body::Present(content), ..Request::default() };
        for path in rules {
            request.rules.insert(Category::Body, *path, like());
        }
        request
    }

    /// Whether what is settled leaves a body in the race.
    fn stays(settled: Option<&Settled>, keys: &Keys<'_>) -> bool {
        match (settled, keys) {
            (None, _) | (_, Keys::Unknown) => true,
            (Some(Settled::Whole(wanted)), Keys::Json { whole, .. }) => wanted == whole,
            (Some(Settled::Members(names, wanted)), keys) => keys.of_members(names) == Some(*wanted),
            (Some(Settled::Whole(_)), Keys::Other) => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn what_matches_is_never_left_out(
            expected in documents(),
            body in documents(),
            rules in prop::sample::subsequence(vec!["$", "$.a", "$.b", "$.a.b", "$.*", "$[*]", "$[0]"], 0..3),
        ) {
            let request = request(&expected, &rules);
            let settled = settled(&request);
            let compiled = CompiledRequest::new(request).unwrap();
            for body in [body.to_string(), expected.to_string()] {
                let sent = ActualRequest { body: body.clone().into_bytes(), ..ActualRequest::from(compiled.expected()) };
                let reading = Reading::new(&sent);
                if compiled.matches(&reading) {
                    prop_assert!(stays(settled.as_ref(), &Keys::of(&reading)), "{}", body);
                }
            }
        }
    }

    #[test]
    fn the_order_of_members_does_not_count_and_that_of_items_does() {
        let of = |text: &str| {
            let sent = ActualRequest { body: text.as_bytes().to_vec(), ..ActualRequest::default() };
            let reading = Reading::new(&sent);
            match Keys::of(&reading) {
                Keys::Json { whole, .. } => Some(whole),
                Keys::Other | Keys::Unknown => None,
            }
        };
        assert_eq!(of(r#"{"a": 1, "b": ["x"]}"#), of(r#"{"b": ["x"], "a": 1.0}"#));
        for other in [r#"["b", "a"]"#, r#"["a"]"#, r#"{"a": "b"}"#, r#""a""#, "null"] {
            assert_ne!(of(r#"["a", "b"]"#), of(other), "{other}");
        }
        assert_eq!(of("a"), None);
    }

    #[test]
    fn members_without_rules_are_settled() {
        let of = |rules: &[&str]| settled(&request(&serde_json::json!({ "b": 1, "a": "x" }), rules));
        let names = |settled: Option<Settled>| match settled {
            Some(Settled::Members(names, _)) => names.join(" "),
            Some(Settled::Whole(_)) => "all".to_owned(),
            None => "none".to_owned(),
        };
        assert_eq!(names(of(&[])), "all");
        assert_eq!(names(of(&["$.b.c[*]"])), "a");
        assert_eq!(names(of(&["$.c"])), "a b");
        for everything in [&["$.a", "$.b"][..], &["$"], &["$.*"], &["$[*]"]] {
            assert_eq!(names(of(everything)), "none", "{everything:?}");
        }
    }

    #[test]
    fn other_encodings_are_left_to_the_comparison() {
        let mut sent = ActualRequest { body: b"{}".to_vec(), ..ActualRequest::default() };
        for (stated, known) in
            [("application/json", true), ("text/json; charset=UTF-8", true), ("x/y;charset=latin1", false)]
        {
            sent.headers = vec![("content-type".to_owned(), stated.to_owned())];
            assert_eq!(matches!(Keys::of(&Reading::new(&sent)), Keys::Json { .. }), known, "{stated}");
            let mut request = request(&Value::Null, &[]);
            request.headers.append("Content-Type", stated);
            assert_eq!(settled(&request).is_some(), known, "{stated}");
        }
    }
}
