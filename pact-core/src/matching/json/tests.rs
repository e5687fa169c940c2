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
