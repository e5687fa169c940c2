use super::*;
use crate::matching::trie::RuleTrie;
use crate::model::RuleList;

fn parsed(text: &str) -> Json<'_> {
    Json::parse(text.as_bytes()).unwrap()
}

fn found(budget: usize, levels: usize, leaf: &str) -> Vec<Mismatch> {
    let nested = |leaf: &str| format!("{}{leaf}{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    let rule = |text: &str| Rule::parse(&parsed(text)).unwrap();
    let rules = || vec![rule(r#"{"match":"values"}"#), rule(r#"{"match":"eachKey","rules":[]}"#)];
    let lists: Vec<_> = (0..levels)
        .map(|level| {
            let list = RuleList { combine: Combine::Or, rules: rules() };
            (format!("${}", ".a".repeat(level)).parse().unwrap(), list)
        })
        .collect();
    let (trie, effort) = (RuleTrie::new(&lists), Effort::with_trials(budget));
    let mut found = Vec::new();
    let (example, actual) = (nested("1"), nested(leaf));
    Comparison::new(false, &effort).value(
        Some(&parsed(&example)),
        &parsed(&actual),
        &trie.root(),
        &Location::root(),
        &mut found,
    );
    found
}

#[test]
fn alternatives_are_tried_within_a_budget() {
    let undecided =
        |found: &[Mismatch]| found.iter().any(|found| found.to_string().contains("not be decided"));
    assert!(found(100, 3, "1").is_empty());
    assert!(!undecided(&found(100, 3, "2")));
    assert!(undecided(&found(100, 8, "2")));
}

/// The mismatches of a document under lists of rules as V3 files have them.
fn under(lists: &[(&str, &str)], example: &str, actual: &str) -> Vec<String> {
    let lists: Vec<_> = lists
        .iter()
        .map(|(path, rules)| {
            let combine = if rules.starts_with("OR") { Combine::Or } else { Combine::And };
            let Json::Array(rules) = parsed(rules.trim_start_matches("OR")) else { panic!("a list") };
            let rules = rules.iter().map(|rule| Rule::parse(rule).unwrap()).collect();
            (path.parse().unwrap(), RuleList { combine, rules })
        })
        .collect();
    let (trie, effort) = (RuleTrie::new(&lists), Effort::default());
    let mut found = Vec::new();
    let (example, actual) = (parsed(example), parsed(actual));
    let comparison = Comparison::new(false, &effort);
    comparison.value(Some(&example), &actual, &trie.root(), &Location::root(), &mut found);
    let plan = Plan::new(&example, &trie.root());
    assert_eq!(comparison.fits(&example, actual.to_compact().as_bytes(), &plan, &trie), found.is_empty());
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn an_alternative_says_nothing_about_the_inside_of_another() {
    let keys = r#"{"match":"eachKey","rules":[{"match":"regex","regex":"[a-c]"}]}"#;
    let values = r#"{"match":"eachValue","rules":[{"match":"integer"}]}"#;
    let [semver, like] = [r#"{"match":"semver"}"#, r#"{"match":"type"}"#];
    for (rules, example, actual, fits) in [
        // What does not go on below leaves the inside to the example.
        (format!("OR[{keys},{semver}]"), r#"{"a":1}"#, r#"{"a":1}"#, true),
        (format!("OR[{keys},{semver}]"), r#"{"a":1}"#, r#"{"a":2}"#, false),
        (format!("OR[{keys},{semver}]"), r#"{"a":"1.0.0"}"#, r#"{"a":"2.0.0"}"#, true),
        (format!("OR[{semver},{keys}]"), r#"{"a":1}"#, r#"{"a":1}"#, true),
        // And `eachValue` speaks for itself only.
        (format!("OR[{values},{like}]"), r#"{"a":"x"}"#, r#"{"a":"y"}"#, true),
        (format!("OR[{values},{like}]"), r#"{"a":1.5}"#, r#"{"b":7}"#, true),
        (format!("OR[{values},{like}]"), r#"{"a":1.5}"#, r#"{"b":7.5}"#, false),
        (format!("OR[{values},{{\"match\":\"null\"}}]"), r#"{"a":1}"#, r#"{"a":"x"}"#, false),
        (format!("OR[{values},{{\"match\":\"null\"}}]"), r#"{"a":1}"#, "null", true),
        (format!("[{values}]"), r#"{"a":1}"#, r#"{"a":"x"}"#, false),
    ] {
        let found = under(&[("$", &rules)], example, actual);
        assert_eq!(found.is_empty(), fits, "{rules} {example} {actual} {found:?}");
    }
    // The rules above hold inside again.
    let above = [("$", "[{\"match\":\"type\"}]"), ("$.x", &format!("OR[{keys},{semver}]"))];
    assert!(under(&above, r#"{"x":{"a":1}}"#, r#"{"x":{"b":2}}"#).is_empty());
    assert!(!under(&above, r#"{"x":{"a":1}}"#, r#"{"x":{"a":"2"}}"#).is_empty());
}

#[test]
fn each_value_goes_as_deep_as_it_is_nested() {
    let integers = r#"{"match":"eachValue","rules":[{"match":"integer"}]}"#;
    let nested = format!(r#"{{"match":"eachValue","rules":[{integers}]}}"#);
    let either = format!(r#"OR[{nested},{{"match":"null"}}]"#);
    for rules in [format!("[{nested}]"), either] {
        let under = |actual: &str| under(&[("$", &rules)], r#"{"a":{"b":1}}"#, actual);
        assert!(under(r#"{"x":{"y":7,"z":8}}"#).is_empty());
        assert_eq!(under(r#"{"x":{"y":"7"}}"#).len(), 1 + usize::from(rules.starts_with("OR")));
        assert!(!under(r#"{"x":7}"#).is_empty());
    }
}
