use super::*;
use crate::matching::RuleTrie;
use crate::model::{Combine, RuleList};
use crate::path::DocPath;
use crate::rules::Rule;

fn json(text: &str) -> Json<'_> {
    Json::parse(text.as_bytes()).unwrap()
}

/// The mismatches by these rules: paths, and rules as files have them.
fn mismatches(expected: &str, rules: &[(&str, &str)], actual: &str) -> Vec<Mismatch> {
    let list = |definition: &str| Rule::parse(&json(definition)).unwrap().into();
    let rules: Vec<(DocPath, RuleList)> =
        rules.iter().map(|(path, definition)| (path.parse().unwrap(), list(definition))).collect();
    let trie = RuleTrie::new(&rules);
    let mut found = Vec::new();
    let effort = Effort::default();
    let comparison = Comparison::new(false, &effort);
    comparison.value(Some(&json(expected)), &json(actual), &trie.root(), &Location::root(), &mut found);
    found
}

fn sentences(expected: &str, rules: &[(&str, &str)], actual: &str) -> Vec<String> {
    mismatches(expected, rules, actual).iter().map(ToString::to_string).collect()
}

fn matches(expected: &str, rules: &[(&str, &str)], actual: &str) -> bool {
    mismatches(expected, rules, actual).is_empty()
}

const ANY: (&str, &str) = ("$", r#"{"match":"ignore-order"}"#);

fn min(size: usize) -> String {
    format!(r#"{{"match":"ignore-order","min":{size}}}"#)
}

#[test]
fn the_same_items_in_any_order() {
    for (actual, holds) in [
        ("[1,2,2.50,{\"a\":1,\"b\":2}]", true),
        ("[{\"b\":2,\"a\":1},2.5,2,1]", true),
        ("[{\"b\":2,\"a\":2},2.5,2,1]", false),
        ("[1,2,{\"a\":1,\"b\":2}]", false),
        ("[1,2,2.5,2,{\"a\":1,\"b\":2}]", false),
        ("{}", false),
    ] {
        assert_eq!(matches(r#"[1,2,2.5,{"a":1,"b":2}]"#, &[ANY], actual), holds, "{actual}");
    }
    assert!(matches("[]", &[ANY], "[]"));
    assert!(!matches("[]", &[ANY], "[1]"));
}

#[test]
fn equal_items_count_each() {
    for (expected, actual, least, holds) in [
        ("[100,100]", "[100,100,400]", 2, true),
        ("[100,100]", "[100,200,400]", 2, false),
        ("[1,1,2,2,3]", "[1,3,2,1,2,4]", 5, true),
        ("[1,1,2,2,3]", "[1,3,3,1,2,4]", 5, false),
        ("[1,1,2,2,3]", "[1,3,2,1,2,4]", 7, false),
        ("[1,2]", "[2,3,1]", 3, true),
        ("[1,2]", "[1,3,4]", 3, false),
    ] {
        assert_eq!(matches(expected, &[("$", &min(least))], actual), holds, "{actual}");
    }
}

#[test]
fn bounds_are_for_the_list_they_are_given_for() {
    let most = ("$", r#"{"match":"max-equals-ignore-order","max":3}"#);
    assert!(matches("[1,2]", &[most], "[3,2,1]"));
    assert_eq!(sentences("[1,2]", &[most], "[1,2,3,4]"), ["body: expected at most 3 items but was 4"]);
    let both = ("$", r#"{"match":"ignore-order","min":2,"max":3}"#);
    assert!(matches("[[1]]", &[both], "[[2],[1]]"));
    assert!(!matches("[[1]]", &[both], "[[1]]"));
}

#[test]
fn rules_are_those_of_the_place_in_the_example() {
    let rules = [
        ANY,
        ("$[*].id", r#"{"match":"equality"}"#),
        ("$[0].status", r#"{"match":"equality"}"#),
        ("$[1].status", r#"{"match":"regex","regex":"up|down"}"#),
    ];
    let expected = r#"[{"id":"a","status":"up"},{"id":"b","status":"down"}]"#;
    for (actual, holds) in [
        (r#"[{"id":"b","status":"up"},{"id":"a","status":"down"}]"#, false),
        (r#"[{"id":"a","status":"up"},{"id":"b","status":"up"}]"#, true),
        (r#"[{"id":"b","status":"down"},{"id":"a","status":"up"}]"#, true),
    ] {
        assert_eq!(matches(expected, &rules, actual), holds, "{actual}");
    }
}

#[test]
fn every_item_of_the_example_has_another_one() {
    let rules = [
        ANY,
        ("$[0].id", r#"{"match":"regex","regex":"a|b"}"#),
        ("$[1].id", r#"{"match":"regex","regex":"b|c"}"#),
        ("$[1].status", r#"{"match":"regex","regex":"up|down"}"#),
    ];
    let expected = r#"[{"id":"a","status":"up"},{"id":"b","status":"down"}]"#;
    for (actual, holds) in [
        (r#"[{"id":"b","status":"up"},{"id":"b","status":"down"}]"#, true),
        (r#"[{"id":"b","status":"down"},{"id":"c","status":"up"}]"#, false),
        (r#"[{"id":"b","status":"up"},{"id":"a","status":"down"}]"#, false),
        (r#"[{"id":"b","status":"up"},{"id":"a","status":"up"}]"#, true),
        (r#"[{"id":"c","status":"up"},{"id":"b","status":"up"}]"#, true),
    ] {
        assert_eq!(matches(expected, &rules, actual), holds, "{actual}");
    }
}

#[test]
fn an_equal_item_is_given_away_where_another_needs_it() {
    // The first would take either, the second only the one that is equal to the example of the first.
    let rules = [ANY, ("$[0]", r#"{"match":"regex","regex":"a|b"}"#)];
    assert!(matches(r#"["a","a"]"#, &rules, r#"["a","b"]"#));
    assert!(matches(r#"["a","a"]"#, &rules, r#"["b","a"]"#));
}

#[test]
fn what_would_take_others_ages_is_paired_at_once() {
    // Each item of the example takes all that the next ones take: without exchanges, every order would have to be tried.
    let count = 60;
    let definitions: Vec<_> = (0..count)
        .map(|at| {
            let taken: Vec<_> = (1..=count - at).map(|item| item.to_string()).collect();
            (format!("$[{at}]"), format!(r#"{{"match":"regex","regex":"{}"}}"#, taken.join("|")))
        })
        .collect();
    let mut rules = vec![ANY];
    rules.extend(definitions.iter().map(|(path, rule)| (path.as_str(), rule.as_str())));
    let items: Vec<_> = (1..=count).map(|item| item.to_string()).collect();
    let reversed: Vec<_> = items.iter().rev().cloned().collect();
    assert!(matches(&format!("[{}]", reversed.join(",")), &rules, &format!("[{}]", items.join(","))));
}

#[test]
fn further_items_are_held_to_the_rules_for_all() {
    let least = min(1);
    let rules = [("$", least.as_str()), ("$[*]", r#"{"match":"type"}"#)];
    assert!(matches("[100]", &rules, "[200,100,300]"));
    assert_eq!(
        sentences("[100]", &rules, r#"[200,100,"bad"]"#),
        ["body $[2]: expected a number such as 100 but was 'bad' (String) (by the rule for $[*])"]
    );
    // Rules for one item of the example are not for further ones.
    let rules = [("$", least.as_str()), ("$[*]", r#"{"match":"type"}"#), ("$[1]", r#"{"match":"equality"}"#)];
    assert!(matches(r#"[1,"2",3]"#, &rules, r#"["2",5,5,5,5]"#));
    let rules = [("$", least.as_str()), ("$[*].id", r#"{"match":"integer"}"#)];
    assert!(matches(r#"[{"id":1}]"#, &rules, r#"[{"id":7},{"id":8,"x":1},{}]"#));
    assert_eq!(sentences(r#"[{"id":1}]"#, &rules, r#"[{"id":7},{"id":"8"}]"#).len(), 1);
}

#[test]
fn lists_inside_are_unordered_too_until_a_rule_says_otherwise() {
    assert!(matches("[[1,2,3],[4,5,6]]", &[ANY], "[[6,4,5],[2,3,1]]"));
    let exact = [ANY, ("$[0]", r#"{"match":"equality"}"#)];
    assert!(!matches("[[1,2,3],[4,5,6]]", &exact, "[[6,4,5],[2,3,1]]"));
    assert!(matches("[[1,2,3],[4,5,6]]", &exact, "[[6,4,5],[1,2,3]]"));
    assert!(matches(r#"[{"a":[1,2]}]"#, &[ANY], r#"[{"a":[2,1],"b":0}]"#));
}

#[test]
fn what_is_missing_and_what_is_too_much_is_named() {
    assert_eq!(
        sentences(r#"[{"id":1,"x":"a"},{"id":2,"x":"a"}]"#, &[ANY], r#"[{"id":1,"x":"a"},{"id":2,"x":"b"}]"#),
        [
            r#"body: no item is like item [1] of the contract, {"id":2,"x":"a"}; the closest is item [1], but body $[1].x: expected 'a' (String) but was 'b' (String) (by the rule for $)"#
        ]
    );
    assert_eq!(
        sentences("[1,1]", &[ANY], "[1,2]"),
        [
            "body: no item is like item [1] of the contract, 1; item [0] is, but another item of the contract needs it",
            "body $[1]: 2 was not expected"
        ]
    );
    assert_eq!(sentences("[1]", &[ANY], "[2,1]"), ["body $[0]: 2 was not expected"]);
    assert_eq!(
        sentences("[1]", &[ANY], "[]"),
        ["body: no item is like item [0] of the contract, 1; the list is empty"]
    );
}

#[test]
fn long_lists_of_equal_items_are_paired_in_linear_time_and_others_within_a_bound() {
    let list = |items: &mut dyn Iterator<Item = usize>| {
        format!("[{}]", items.map(|item| item.to_string()).collect::<Vec<_>>().join(","))
    };
    let (up, down) = (list(&mut (0..20_000)), list(&mut (0..20_000).rev()));
    assert!(matches(&up, &[ANY], &down));
    let others = list(&mut (20_000..40_000));
    assert!(matches!(
        mismatches(&up, &[ANY], &others).as_slice(),
        [Mismatch { detail: Detail::Undecided { reason: Undecided::AnyOrder { .. }, .. }, .. }]
    ));
}

#[test]
fn few_items_may_be_large() {
    let object = |last: usize| {
        let members: Vec<_> = (0..5_000).map(|name| format!(r#""{name}":{name}"#)).collect();
        format!(r#"{{{},"last":{last}}}"#, members.join(","))
    };
    let list = |last: [usize; 3]| format!("[{}]", last.map(object).join(","));
    assert!(matches(&list([1, 2, 3]), &[ANY], &list([3, 1, 2])));
    assert_eq!(mismatches(&list([1, 2, 3]), &[ANY], &list([3, 1, 4])).len(), 1);
}

#[test]
fn lists_inside_lists_share_one_bound() {
    let outer = |first: usize| {
        let inner = |at: usize| {
            let items: Vec<_> = (0..60).map(|item| (first + at * 60 + item).to_string()).collect();
            format!("[{}]", items.join(","))
        };
        format!("[{}]", (0..60).map(inner).collect::<Vec<_>>().join(","))
    };
    assert!(matches!(
        mismatches(&outer(0), &[ANY], &outer(10_000)).as_slice(),
        [Mismatch { detail: Detail::Undecided { reason: Undecided::AnyOrder { .. }, .. }, .. }]
    ));
}

#[test]
fn deeply_nested_lists_are_compared_once() {
    let nested = |inner: &str| format!("{}{inner}{}", "[".repeat(60), "]".repeat(60));
    assert!(matches(&nested("1,2"), &[ANY], &nested("2,1")));
    assert!(!matches(&nested("1,2"), &[ANY], &nested("3,4")));
}

#[test]
fn alternatives_with_other_rules() {
    let rule = |definition: &str| Rule::parse(&json(definition)).unwrap();
    let rules = vec![rule(r#"{"match":"ignore-order"}"#), rule(r#"{"match":"null"}"#)];
    let trie = RuleTrie::new(&[(DocPath::default(), RuleList { combine: Combine::Or, rules })]);
    for (actual, holds) in [("[2,1]", true), ("null", true), ("[2,3]", false)] {
        let mut found = Vec::new();
        let effort = Effort::default();
        let comparison = Comparison::new(true, &effort);
        comparison.value(Some(&json("[1,2]")), &json(actual), &trie.root(), &Location::root(), &mut found);
        assert_eq!(found.is_empty(), holds, "{actual}");
    }
}
