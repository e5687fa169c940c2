use std::panic::Location;

use pactwright_core::format;
use pactwright_core::integration::{Problem, Reading, read};
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::model::RuleList;
use pactwright_core::path::DocPath;
use pactwright_core::rules::Rule;
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use super::*;

fn taken_apart(value: impl Serialize) -> Reading {
    read(JsonBuf::from(tree(&value)))
}

/// The rules as lines: the path, how they combine where there are several, and their definitions.
fn rules(split: &Reading) -> Vec<String> {
    let line = |(path, list): &(DocPath, RuleList)| {
        let definitions: Vec<_> =
            list.rules.iter().map(|rule| Json::Object(rule.definition()).to_compact()).collect();
        let combine = if list.rules.len() > 1 { list.combine.as_str() } else { "" };
        format!("{path} {combine}{}", definitions.join(" "))
    };
    split.rules.iter().map(line).collect()
}

#[track_caller]
fn assert_split(value: impl Serialize, example: Value, expected: &[&str]) {
    let split = taken_apart(value);
    assert_eq!(split.findings.iter().map(|finding| finding.problem.to_string()).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(split.example, JsonBuf::from(example));
    assert_eq!(rules(&split), expected);
}

#[track_caller]
fn mistakes(value: impl Serialize) -> Vec<(String, Problem)> {
    let line = Location::caller().to_string();
    let file = line.split(':').next().unwrap_or_default().to_owned();
    let found = taken_apart(value).findings;
    for finding in &found {
        let source = finding.source.as_deref().unwrap_or_default();
        assert!(source.is_empty() || source.starts_with(&file), "{source} is not in {file}");
    }
    found.into_iter().map(|finding| (finding.path.to_string(), finding.problem)).collect()
}

#[test]
fn every_plain_matcher_is_one_rule() {
    for (matcher, example, rule) in [
        (like("x"), json!("x"), r#"{"match":"type"}"#),
        (string("x"), json!("x"), r#"{"match":"type"}"#),
        (regex("42", r"\d+"), json!("42"), r#"{"match":"regex","regex":"\\d+"}"#),
        (integer(7_u8), json!(7), r#"{"match":"integer"}"#),
        (decimal(7.0), json!(7.0), r#"{"match":"decimal"}"#),
        (number(7), json!(7), r#"{"match":"number"}"#),
        (boolean(true), json!(true), r#"{"match":"boolean"}"#),
        (null_value(), json!(null), r#"{"match":"null"}"#),
        (equal_to([1]), json!([1]), r#"{"match":"equality"}"#),
        (not_empty("x"), json!("x"), r#"{"match":"notEmpty"}"#),
        (include("ell"), json!("ell"), r#"{"match":"include","value":"ell"}"#),
        (include("ell").example("hello"), json!("hello"), r#"{"match":"include","value":"ell"}"#),
        (semver("1.0.0"), json!("1.0.0"), r#"{"match":"semver"}"#),
        (date("2026-11-21", "yyyy-MM-dd"), json!("2026-11-21"), r#"{"match":"date","format":"yyyy-MM-dd"}"#),
        (time("09:30", "HH:mm"), json!("09:30"), r#"{"match":"time","format":"HH:mm"}"#),
        (
            datetime("2026-11-21 09:30", "yyyy-MM-dd HH:mm"),
            json!("2026-11-21 09:30"),
            r#"{"match":"datetime","format":"yyyy-MM-dd HH:mm"}"#,
        ),
    ] {
        assert_split(json!({ "a b": matcher }), json!({ "a b": example }), &[&format!("$['a b'] {rule}")]);
    }
}

#[test]
fn a_tree_without_matchers_has_no_rules() {
    let plain = json!({ "a": [1, { "b": null }], "c": "d" });
    assert_split(plain.clone(), plain, &[]);
}

#[test]
fn matchers_stand_in_any_serialisable_type() {
    #[derive(Serialize)]
    struct Order {
        id: Matcher,
        lines: EachLike,
        note: Option<&'static str>,
    }
    let order = Order { id: integer(7), lines: each_like(regex("SKU-1", r"SKU-\d+")), note: None };
    assert_split(
        order,
        json!({ "id": 7, "lines": ["SKU-1"], "note": null }),
        &[
            r#"$.id {"match":"integer"}"#,
            r#"$.lines {"match":"type","min":1}"#,
            r#"$.lines[*] {"match":"regex","regex":"SKU-\\d+"}"#,
        ],
    );
}

#[test]
fn lists_have_bounds_and_examples() {
    assert_split(each_like(1).min(2).max(3), json!([1, 1]), &[r#"$ {"match":"type","min":2,"max":3}"#]);
    assert_split(each_like(1).min(0), json!([1]), &[r#"$ {"match":"type","min":0}"#]);
    assert_split(each_like(1).examples(3), json!([1, 1, 1]), &[r#"$ {"match":"type","min":1}"#]);
    assert_split(
        each_like(json!({ "inner": each_like(integer(1)).min(2) })),
        json!([{ "inner": [1, 1] }]),
        &[
            r#"$ {"match":"type","min":1}"#,
            r#"$[*].inner {"match":"type","min":2}"#,
            r#"$[*].inner[*] {"match":"integer"}"#,
        ],
    );
}

#[test]
fn alternatives_keep_what_they_say_about_their_inside() {
    assert_split(
        json!({ "customer": nullable(json!({ "id": integer(1) })) }),
        json!({ "customer": { "id": 1 } }),
        &[r#"$.customer OR{"match":"type"} {"match":"null"}"#, r#"$.customer.id {"match":"integer"}"#],
    );
    assert_split(nullable(integer(5)), json!(5), &[r#"$ OR{"match":"integer"} {"match":"null"}"#]);
    assert_split(
        all_of([string("abc"), include("b")]),
        json!("abc"),
        &[r#"$ AND{"match":"type"} {"match":"include","value":"b"}"#],
    );
}

#[test]
fn a_matcher_directly_inside_another_holds_as_well() {
    assert_split(
        not_empty(include("b")),
        json!("b"),
        &[r#"$ AND{"match":"include","value":"b"} {"match":"notEmpty"}"#],
    );
}

#[test]
fn objects_with_free_names() {
    assert_split(
        each_key(regex("SKU-1", r"SKU-\d+"), json!({ "SKU-1": integer(3) })),
        json!({ "SKU-1": 3 }),
        &[
            r#"$ {"match":"eachKey","rules":[{"match":"regex","regex":"SKU-\\d+"}]}"#,
            r#"$.SKU-1 {"match":"integer"}"#,
        ],
    );
    assert_split(
        each_key(all_of([include("SKU"), not_empty("SKU")]), json!({ "SKU-1": 3 })),
        json!({ "SKU-1": 3 }),
        &[r#"$ {"match":"eachKey","rules":[{"match":"include","value":"SKU"},{"match":"notEmpty"}]}"#],
    );
    assert!(!mistakes(each_key(any_of([include("a"), include("b")]), json!({ "a": 3 }))).is_empty());
    assert_split(
        each_value(integer(1), json!({ "a": 1, "b": 2 })),
        json!({ "a": 1, "b": 2 }),
        &[r#"$ {"match":"eachValue","rules":[{"match":"integer"}]}"#],
    );
    assert_split(
        map_of(include("EUR"), json!({ "net": decimal(8.4) })),
        json!({ "EUR": { "net": 8.4 } }),
        &[
            r#"$ AND{"match":"eachKey","rules":[{"match":"include","value":"EUR"}]} {"match":"values"}"#,
            r#"$.* {"match":"type"}"#,
            r#"$.*.net {"match":"decimal"}"#,
        ],
    );
}

#[test]
fn lists_that_contain() {
    let split = taken_apart(array_containing((json!({ "rel": "self", "href": like("/a") }), integer(1))));
    assert_eq!(split.example.to_compact(), r#"[{"href":"/a","rel":"self"},1]"#);
    let Rule::ArrayContains(rule) = &split.rules[0].1.rules[0] else { panic!("{:?}", split.rules) };
    assert_eq!(rule.variants.len(), 2);
    assert_eq!(rule.variants[0].rules[0].0.to_string(), "$.href");
    assert_eq!(rule.variants[1].rules[0].0.to_string(), "$");
}

#[test]
fn mistakes_are_found_with_their_place() {
    let refused = mistakes(json!({ "a": [regex("SKU", r"SKU-\d+")] }));
    assert!(
        matches!(&refused[..], [(path, Problem::ExampleRefused { .. })] if path == "$.a[0]"),
        "{refused:?}"
    );
    let bounds = mistakes(json!({ "a": each_like(1).min(3).max(2) }));
    assert!(
        matches!(&bounds[..], [(path, Problem::Bounds { min: 3, max: 2 })] if path == "$.a"),
        "{bounds:?}"
    );
    let few = mistakes(each_like(1).min(3).examples(1));
    assert!(matches!(&few[..], [(_, Problem::ExampleRefused { .. })]), "{few:?}");
    let broken = mistakes(regex("a", "("));
    assert!(
        matches!(&broken[..], [(_, Problem::Rule(pactwright_core::rules::RuleError::Regex { .. }))]),
        "{broken:?}"
    );
    let version = mistakes(semver("1"));
    assert!(matches!(&version[..], [(_, Problem::ExampleRefused { .. })]), "{version:?}");
    let moment = mistakes(date("21.11.2026", "yyyy-MM-dd"));
    assert!(matches!(&moment[..], [(_, Problem::ExampleRefused { .. })]), "{moment:?}");
    let format = mistakes(datetime("21.11.2026", "b"));
    assert!(matches!(&format[..], [(_, Problem::Rule(_))]), "{format:?}");
    let nothing = mistakes(any_of::<Matcher>([]));
    assert!(nothing.iter().any(|(_, problem)| *problem == Problem::NothingToCombine), "{nothing:?}");
    let contains = mistakes(array_containing("x"));
    assert!(matches!(&contains[..], [(_, Problem::NoVariants)]), "{contains:?}");
    let inside = mistakes(array_containing([semver("x")]));
    assert!(matches!(&inside[..], [(path, _)] if path == "$[0]"), "{inside:?}");
    let unknown = mistakes(json!({ "pact:matcher:type": "wish", "value": 1 }));
    assert!(matches!(&unknown[..], [(_, Problem::UnknownMatcher(name))] if name == "wish"), "{unknown:?}");
}

#[test]
fn alternatives_that_cannot_be_kept_apart_are_a_mistake() {
    let found = mistakes(any_of([like(json!({ "a": integer(1) })), like(json!({ "a": boolean(true) }))]));
    assert!(matches!(&found[..], [(_, Problem::RulesCollide)]), "{found:?}");
    let nested = mistakes(any_of([all_of([string("a"), include("a")]), null_value()]));
    assert!(nested.iter().any(|(_, problem)| *problem == Problem::NestedCombination), "{nested:?}");
}

#[test]
fn what_cannot_be_json_is_a_mistake_not_a_panic() {
    let keys: std::collections::HashMap<(u8, u8), u8> = [((1, 2), 3)].into();
    let found = mistakes(json!({ "a": like(keys) }));
    assert!(matches!(&found[..], [(path, Problem::NotSerialisable(_))] if path == "$.a"), "{found:?}");
}

#[test]
fn matchers_of_other_tools_are_understood() {
    let foreign = json!({
        "id": { "pact:matcher:type": "integer", "value": 1 },
        "list": { "pact:matcher:type": "type", "min": 1, "value": [{ "pact:matcher:type": "include", "value": "x" }] },
    });
    assert_split(
        foreign,
        json!({ "id": 1, "list": ["x"] }),
        &[
            r#"$.id {"match":"integer"}"#,
            r#"$.list {"match":"type","min":1}"#,
            r#"$.list[*] {"match":"include","value":"x"}"#,
        ],
    );
}

/// JSON of every form, with matchers in it: well-formed, broken, and in places where none is expected.
fn any_tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a(*%-]{0,3}".prop_map(Value::from),
    ];
    let kind = prop::sample::select(vec![
        "type",
        "regex",
        "include",
        "integer",
        "equality",
        "eachKey",
        "eachValue",
        "values",
        "arrayContains",
        "date",
        "notEmpty",
        "wish",
    ]);
    let name = prop::sample::select(vec![
        VALUE, "regex", "min", "max", "rules", "variants", "format", COMBINE, SOURCE, BROKEN, "a.b", "",
    ]);
    leaf.prop_recursive(4, 40, 4, move |inner| {
        let members = prop::collection::btree_map(name.clone().prop_map(str::to_owned), inner.clone(), 0..4);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            members.clone().prop_map(|members| Value::Object(members.into_iter().collect())),
            (kind.clone(), members.clone()).prop_map(|(kind, mut members)| {
                members.insert(TYPE.to_owned(), kind.into());
                Value::Object(members.into_iter().collect())
            }),
            (prop::collection::vec(inner, 0..3), members).prop_map(|(kinds, mut members)| {
                members.insert(TYPE.to_owned(), kinds.into());
                Value::Object(members.into_iter().collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_tree_is_too_odd_to_be_taken_apart(tree in any_tree()) {
        let split = read(JsonBuf::from(tree));
        prop_assert!(!split.example.to_compact().contains(TYPE), "a matcher is left in {}", split.example);
    }

    #[test]
    fn a_contract_is_broken_or_is_read_as_it_is_written(tree in any_tree()) {
        use crate::prelude::*;
        let mock = consumer("web")
            .provider("orders")
            .given_with("anything", &tree)
            .upon_receiving("anything")
            .request(post("/").json(&tree))
            .respond(ok().json(&tree));
        if let Ok(pact) = mock.to_pact() {
            let text = format::write(&pact).unwrap();
            prop_assert_eq!(format::read(text.as_bytes()).unwrap(), pact);
        }
    }
}

mod made;
mod pact_js;
