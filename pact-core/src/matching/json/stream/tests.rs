use proptest::prelude::*;

use super::*;
use crate::json::{JsonBuf, ObjectBuf};
use crate::matching::effort::Effort;
use crate::model::{Combine, RuleList};
use crate::path::DocPath;
use crate::rules::Rule;

fn parse(text: &str) -> JsonBuf {
    Json::parse(text.as_bytes()).unwrap().into_owned()
}

fn trie(rules: &[(&str, &str)]) -> RuleTrie {
    let rules: Vec<(DocPath, RuleList)> = rules
        .iter()
        .map(|(path, rule)| (path.parse().unwrap(), Rule::parse(&parse(rule)).unwrap().into()))
        .collect();
    RuleTrie::new(&rules)
}

fn fits(strict: bool, example: &str, rules: &[(&str, &str)], actual: &str) -> bool {
    let (example, trie) = (parse(example), trie(rules));
    let plan = Plan::new(&example, &trie.root());
    let effort = Effort::default();
    Comparison::new(strict, &effort).fits(&example, actual.as_bytes(), &plan, &trie)
}

const LIKE: &str = r#"{"match":"type"}"#;

#[test]
fn what_is_not_a_document_does_not_fit() {
    for actual in ["", "{", r#"{"a":1"#, r#"{"a":1}}"#, r#"{"a":1,}"#, r#"{"a":1,"b":[nope]}"#, "\u{feff}1"] {
        assert!(!fits(false, r#"{"a":1}"#, &[], actual), "{actual}");
    }
    assert!(fits(false, r#"{"a":1}"#, &[], "\u{feff} {\"a\":1, \"b\": [{}, {\"c\": [1, \"\\n\"]}] } "));
}

#[test]
fn limits_hold_for_what_is_skipped_too() {
    let nested = |levels: usize| format!(r#"{{"b":{}{},"a":1}}"#, "[".repeat(levels), "]".repeat(levels));
    assert!(fits(false, r#"{"a":1}"#, &[], &nested(127)));
    assert!(!fits(false, r#"{"a":1}"#, &[], &nested(128)));
}

#[test]
fn a_name_that_is_written_twice_is_left_to_others() {
    assert!(!fits(false, r#"{"a":1}"#, &[], r#"{"a":1,"a":1}"#));
    assert!(fits(false, r#"{"a":1}"#, &[], r#"{"b":1,"a":1,"b":1}"#));
}

#[test]
fn members_are_found_in_any_order() {
    let object = |numbers: &mut dyn Iterator<Item = usize>| {
        let members: ObjectBuf = numbers.map(|n| (format!("k{n}"), JsonBuf::from(n as u64))).collect();
        Json::Object(members).to_compact()
    };
    for count in [3, 24, 25, 64, 65, 200] {
        let example = object(&mut (0..count));
        assert!(fits(true, &example, &[], &object(&mut (0..count).rev())), "{count}");
        assert!(!fits(true, &example, &[], &object(&mut (1..count))), "{count}");
        assert!(!fits(true, &example, &[], &object(&mut (0..=count))), "{count}");
        assert!(fits(false, &example, &[], &object(&mut (0..=count).rev())), "{count}");
    }
}

#[test]
fn rules_for_one_item_are_not_for_others() {
    let rules = [("$", LIKE), ("$[1]", r#"{"match":"equality"}"#), ("$[3]", r#"{"match":"integer"}"#)];
    assert!(fits(false, "[1,2]", &rules, "[5,2,1.5,5]"));
    assert!(!fits(false, "[1,2]", &rules, "[5,3]"));
    assert!(!fits(false, "[1,2]", &rules, "[5,2,1,5.5]"));
}

fn json() -> impl Strategy<Value = JsonBuf> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        prop::sample::select(vec!["1", "2", "1.5", "1.50", "1e2"]).prop_map(parse),
        "[ab\"\\\\]{0,2}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::vec(("[abc]", inner), 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// Something like the example: the same, or with one value put in place of another.
fn near(example: JsonBuf) -> impl Strategy<Value = JsonBuf> {
    (any::<prop::sample::Index>(), json(), any::<bool>()).prop_map(move |(index, other, change)| {
        let mut near = example.clone();
        if change {
            let mut left = index.index(count(&near));
            replace(&mut near, &mut left, &other);
        }
        near
    })
}

fn count(value: &Json<'_>) -> usize {
    1 + match value {
        Json::Array(items) => items.iter().map(count).sum(),
        Json::Object(members) => members.iter().map(|(_, member)| count(member)).sum(),
        _ => 0,
    }
}

/// Puts another value in place of the one that so many come before.
fn replace(value: &mut JsonBuf, left: &mut usize, other: &JsonBuf) {
    if *left == 0 {
        *value = other.clone();
    }
    *left = left.wrapping_sub(1);
    match value {
        Json::Array(items) => items.iter_mut().for_each(|item| replace(item, left, other)),
        Json::Object(members) => members.values_mut().for_each(|member| replace(member, left, other)),
        _ => {}
    }
}

fn rule() -> impl Strategy<Value = Rule> {
    prop::sample::select(vec![
        LIKE,
        LIKE,
        r#"{"match":"type","min":1}"#,
        r#"{"match":"type","max":2}"#,
        r#"{"match":"equality"}"#,
        r#"{"match":"regex","regex":"[ab12]+"}"#,
        r#"{"match":"include","value":"a"}"#,
        r#"{"match":"integer"}"#,
        r#"{"match":"number"}"#,
        r#"{"match":"boolean"}"#,
        r#"{"match":"null"}"#,
        r#"{"match":"date"}"#,
        r#"{"match":"values"}"#,
        r#"{"match":"notEmpty"}"#,
        r#"{"match":"semver"}"#,
        r#"{"match":"statusCode","status":"success"}"#,
        r#"{"match":"contentType","value":"application/json"}"#,
        r#"{"match":"eachKey","rules":[{"match":"regex","regex":"[ab]"}]}"#,
        r#"{"match":"eachValue","rules":[{"match":"type"}]}"#,
        r#"{"match":"arrayContains","variants":[{"index":0,"rules":{"$":{"matchers":[{"match":"type"}]}}}]}"#,
        r#"{"match":"ignore-order"}"#,
        r#"{"match":"unheard-of"}"#,
    ])
    .prop_map(|definition| Rule::parse(&parse(definition)).unwrap())
}

fn rules() -> impl Strategy<Value = Vec<(DocPath, RuleList)>> {
    let step = prop::sample::select(vec![".a", ".b", ".*", "[*]", "[0]", "[1]"]);
    let path = prop::collection::vec(step, 0..3)
        .prop_map(|steps| format!("${}", steps.concat()).parse::<DocPath>().unwrap());
    let list = (prop::bool::weighted(0.2), prop::collection::vec(rule(), 1..3))
        .prop_map(|(or, rules)| RuleList { combine: if or { Combine::Or } else { Combine::And }, rules });
    prop::collection::vec((path, list), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_fits_is_what_has_no_mismatch(
        (example, actual) in json().prop_flat_map(|example| (Just(example.clone()), near(example))),
        rules in rules(),
        strict in any::<bool>(),
    ) {
        let (trie, effort) = (RuleTrie::new(&rules), Effort::default());
        let comparison = Comparison::new(strict, &effort);
        let plan = Plan::new(&example, &trie.root());
        let fits = comparison.fits(&example, actual.to_pretty().as_bytes(), &plan, &trie);
        let mut found = Vec::new();
        comparison.value(Some(&example), &actual, &trie.root(), &Location::root(), &mut found);
        prop_assert_eq!(fits, found.is_empty(), "{} {} {:?}", example, actual, found);
    }
}
