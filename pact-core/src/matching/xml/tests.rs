use super::*;
use crate::json::Json;
use crate::matching::RuleTrie;
use crate::model::RuleList;
use crate::rules::Rule;

/// The mismatches of documents, as sentences; rules as `path: definition`.
fn mismatches(expected: &str, rules: &[(&str, &str)], actual: &str, strict: bool) -> Vec<String> {
    let rule = |definition: &str| Rule::parse(&Json::parse(definition.as_bytes()).unwrap()).unwrap();
    let rules: Vec<_> = rules
        .iter()
        .map(|(path, definition)| (path.parse().unwrap(), RuleList::from(rule(definition))))
        .collect();
    let trie = RuleTrie::new(&rules);
    let parse = |text: &str| Element::parse(text.as_bytes()).unwrap();
    let mut found = Vec::new();
    Comparison { strict }.document(
        &parse(expected),
        &parse(actual),
        &trie.root(),
        &Location::root(),
        &mut found,
    );
    found.iter().map(ToString::to_string).collect()
}

fn response(expected: &str, rules: &[(&str, &str)], actual: &str) -> Vec<String> {
    mismatches(expected, rules, actual, false)
}

fn request(expected: &str, rules: &[(&str, &str)], actual: &str) -> Vec<String> {
    mismatches(expected, rules, actual, true)
}

const NONE: [&str; 0] = [];
const TYPE: &str = r#"{"match":"type"}"#;
const INTEGER: &str = r#"{"match":"integer"}"#;

#[test]
fn attributes_are_compared_whatever_their_order() {
    assert_eq!(request("<a b='1' c='2'/>", &[], "<a c='2' b='1'/>"), NONE);
    assert_eq!(
        request("<a b='1' c='2'/>", &[], "<a b='3' d='4'/>"),
        [
            "body $.a.@b: expected '1' but was '3'",
            "body $.a.@c: expected '2' but it is missing",
            "body $.a.@d: '4' was not expected"
        ]
    );
    assert_eq!(response("<a b='1'/>", &[], "<a b='1' d='4'/>"), NONE);
}

#[test]
fn children_are_compared_by_name_and_among_namesakes_in_order() {
    assert_eq!(request("<a><b/><c/></a>", &[], "<a><c/><b/></a>"), NONE);
    assert_eq!(
        response("<a><b>1</b><b>2</b></a>", &[], "<a><b>2</b><b>1</b></a>"),
        ["body $.a.b[0].#text: expected '1' but was '2'", "body $.a.b[1].#text: expected '2' but was '1'"]
    );
    assert_eq!(
        request("<a><b/><b/><c/></a>", &[], "<a><b/><d/></a>"),
        [
            "body $.a.b[1]: expected <b/> but it is missing",
            "body $.a.c: expected <c/> but it is missing",
            "body $.a.d: <d/> was not expected"
        ]
    );
    assert_eq!(response("<a><b/></a>", &[], "<a><b/><b/><d/></a>"), NONE);
    assert_eq!(request("<a><b/></a>", &[], "<a><b/><b/></a>"), ["body $.a.b[1]: <b/> was not expected"]);
}

#[test]
fn comments_and_white_space_do_not_count_and_character_data_is_text() {
    assert_eq!(request("<a><b>one</b></a>", &[], "<a>\n <!-- x --><b> <![CDATA[one]]>\n</b></a>"), NONE);
}

#[test]
fn namespaces_count_and_prefixes_do_not() {
    assert_eq!(request("<n:a xmlns:n='urn:x'/>", &[], "<a xmlns='urn:x'/>"), NONE);
    assert_eq!(
        request("<n:a xmlns:n='urn:x'/>", &[], "<n:a xmlns:n='urn:y'/>"),
        [r#"body: expected '<n:a xmlns:n="urn:x"/>' but was '<n:a xmlns:n="urn:y"/>'"#]
    );
    assert_eq!(
        request("<a xmlns:n='urn:x' n:b='1'/>", &[], "<a b='1'/>"),
        ["body $.a.@n:b: expected '1' but it is missing", "body $.a.@b: '1' was not expected"]
    );
}

#[test]
fn paths_take_prefixes_of_the_contract_and_namespaces() {
    let example = "<n:a xmlns:n='urn:x' n:id='1'><n:b>2</n:b></n:a>";
    let actual = "<p:a xmlns:p='urn:x' p:id='7'><p:b>8</p:b></p:a>";
    for (id, b) in [
        ("$.n:a['@n:id']", "$.n:a.n:b.#text"),
        ("$['n:a']['@n:id']", "$['n:a']['n:b']['#text']"),
        ("$['urn:x:a']['@urn:x:id']", "$['urn:x:a']['urn:x:b']"),
        ("$.n:a.*", "$[0].n:b"),
        ("$.*['@n:id']", "$.n:a[0].n:b[0]"),
    ] {
        assert_eq!(request(example, &[(id, INTEGER), (b, INTEGER)], actual), NONE, "{id} {b}");
    }
    assert_eq!(
        request(example, &[("$.a['@id']", INTEGER)], actual).len(),
        2,
        "names without prefix are others"
    );
}

#[test]
fn a_rule_for_an_element_is_about_its_text() {
    let rule = [("$.a.b", r#"{"match":"regex","regex":"\\d+"}"#)];
    assert_eq!(request("<a><b c='x'>1</b></a>", &rule, "<a><b c='x'>42</b></a>"), NONE);
    assert_eq!(
        request("<a><b>1</b></a>", &rule, "<a><b>x</b></a>"),
        [r"body $.a.b.#text: expected text that matches '\d+' but was 'x' (by the rule for $.a.b)"]
    );
    // It says nothing about attributes and what is inside.
    assert_eq!(
        request("<a><b c='1'>1<d>2</d></b></a>", &rule, "<a><b c='3'>1<d>4</d></b></a>"),
        ["body $.a.b.@c: expected '1' but was '3'", "body $.a.b.d.#text: expected '2' but was '4'"]
    );
}

#[test]
fn numbers_are_read_from_text() {
    let rules = [("$.a['@b']", INTEGER), ("$.a.#text", r#"{"match":"decimal"}"#)];
    assert_eq!(request("<a b='1'></a>", &rules, "<a b='-12'>1.5</a>"), NONE);
    assert_eq!(request("<a b='1'>1.5</a>", &rules, "<a b='1.5'>x</a>").len(), 2);
}

#[test]
fn type_goes_down_until_equality_or_a_rule_of_its_own() {
    let example = "<a b='1'><c>2</c><d>3</d></a>";
    let rules = [
        ("$.a", TYPE),
        ("$.a.c", r#"{"match":"equality"}"#),
        ("$.a.d", r#"{"match":"include","value":"3"}"#),
    ];
    assert_eq!(response(example, &rules, "<a b='x'><c>2</c><d>33</d></a>"), NONE);
    assert_eq!(response(example, &rules, "<a b='x'><c>x</c><d>x</d></a>").len(), 2);
}

#[test]
fn type_frees_the_number_of_elements_but_for_none() {
    let rules = [("$.a.b", TYPE)];
    assert_eq!(request("<a><b c='1'/></a>", &rules, "<a><b c='2'/><b c='3'/></a>"), NONE);
    assert_eq!(request("<a><b/><b/></a>", &rules, "<a><b/></a>"), NONE);
    assert_eq!(
        request("<a><b c='1'/></a>", &rules, "<a><b c='2'/><b/></a>"),
        ["body $.a.b[1].@c: expected '1' but it is missing"]
    );
    assert_eq!(response("<a><b/></a>", &rules, "<a/>"), ["body $.a.b: expected <b/> but it is missing"]);
    assert_eq!(response("<a><b/></a>", &[("$.a.b", r#"{"match":"type","min":0}"#)], "<a/>"), NONE);
    // A record that is repeated stays open for more.
    assert_eq!(response("<a><b><c/></b></a>", &rules, "<a><b><c/><d/></b></a>"), NONE);
}

#[test]
fn bounds_for_the_element_that_is_repeated() {
    let rules = [("$.a.b", r#"{"match":"type","min":2,"max":3}"#)];
    let check = |count: usize| request("<a><b/></a>", &rules, &format!("<a>{}</a>", "<b/>".repeat(count)));
    assert_eq!(check(1), ["body $.a.b: expected at least 2 items but was 1"]);
    assert_eq!(check(2), NONE);
    assert_eq!(check(3), NONE);
    assert_eq!(check(4).len(), 1);
}

#[test]
fn bounds_for_the_parent() {
    let check = |expected: &str, path: &str, count: usize| {
        let rules = [(path, r#"{"match":"type","min":2,"max":3}"#)];
        request(expected, &rules, &expected.replace("<b/><b/>", &"<b/>".repeat(count)))
    };
    for (expected, path) in [("<a><b/><b/></a>", "$.a"), ("<x><a><b/><b/></a></x>", "$.x.a")] {
        assert_eq!(check(expected, path, 1).len(), 1, "{expected}");
        assert_eq!(check(expected, path, 2), NONE, "{expected}");
        assert_eq!(check(expected, path, 3), NONE, "{expected}");
        assert_eq!(check(expected, path, 4).len(), 1, "{expected}");
    }
}

#[test]
fn a_list_takes_only_elements_like_its_examples() {
    let rules = [("$.a", TYPE)];
    assert_eq!(response("<a><b/></a>", &rules, "<a><b/><b/></a>"), NONE);
    assert_eq!(response("<a><b/></a>", &rules, "<a><b/><c/></a>"), ["body $.a.c: <c/> was not expected"]);
    assert_eq!(response("<a><b/><c/></a>", &rules, "<a><b/><c/><d/></a>"), NONE);
}

#[test]
fn rules_that_make_no_sense_for_text_are_not_satisfied() {
    for rule in [r#"{"match":"from-a-plugin"}"#, r#"{"match":"null"}"#, r#"{"match":"eachKey","rules":[]}"#] {
        assert_eq!(request("<a>1</a>", &[("$.a", rule)], "<a>1</a>").len(), 1, "{rule}");
    }
}

#[test]
fn deep_and_wide_documents_are_compared() {
    let deep = "<a>".repeat(128) + &"</a>".repeat(128);
    assert_eq!(request(&deep, &[("$", TYPE)], &deep), NONE);
    let wide = |count: usize| format!("<a>{}</a>", "<b c='1'>x</b>".repeat(count));
    assert_eq!(request(&wide(1), &[("$.a.b", TYPE)], &wide(20_000)), NONE);
    assert_eq!(response(&wide(20_000), &[], &wide(19_999)).len(), 1);
}

const VALUES: &str = r#"{"match":"values"}"#;
const EACH_KEY: &str = r#"{"match":"eachKey","rules":[{"match":"regex","regex":"[a-z]{3}"}]}"#;
const EACH_VALUE: &str = r#"{"match":"eachValue","rules":[{"match":"integer"}]}"#;

#[test]
fn elements_are_found_by_their_local_names_too() {
    let example = "<n:a xmlns:n='urn:x' n:id='1'><n:b>2</n:b></n:a>";
    assert_eq!(request(example, &[("$.a.b", INTEGER)], &example.replace('2', "8")), NONE);
    assert_eq!(
        request(
            "<a xmlns='urn:x'><b>2</b></a>",
            &[("$.a.b", INTEGER)],
            "<p:a xmlns:p='urn:x'><p:b>8</p:b></p:a>"
        ),
        NONE
    );
}

#[test]
fn values_free_the_names_of_what_is_inside() {
    let example = "<a><one>1</one><two>2</two></a>";
    let rules = [("$.a", VALUES), ("$.a.*", INTEGER)];
    assert_eq!(request(example, &rules, "<a><three>3</three></a>"), NONE);
    assert_eq!(request(example, &rules, "<a/>"), NONE);
    assert_eq!(
        request(example, &rules, "<a><one>x</one><three>y</three></a>"),
        [
            "body $.a.one.#text: expected an integer but was 'x' (String) (by the rule for $.a.*)",
            "body $.a.three.#text: expected an integer but was 'y' (String) (by the rule for $.a.*)"
        ]
    );
    // Each is like the example of its name, or like the first.
    let rules = [("$.a", VALUES)];
    assert_eq!(request("<a><b c='1'/></a>", &rules, "<a><x c='1'/></a>"), NONE);
    assert_eq!(
        request("<a><b c='1'/></a>", &rules, "<a><x/></a>"),
        ["body $.a.x.@c: expected '1' but it is missing"]
    );
}

#[test]
fn each_key_is_about_names_inside() {
    let rules = [("$.a", EACH_KEY)];
    let example = "<a><one>1</one></a>";
    assert_eq!(request(example, &rules, "<a><one>1</one><two>2</two></a>"), NONE);
    assert_eq!(request(example, &rules, "<a/>"), NONE);
    assert_eq!(request("<a xmlns:n='u'><n:one/></a>", &rules, "<a xmlns:n='u'><n:two/></a>"), NONE);
    assert_eq!(
        request(example, &rules, "<a><one>x</one><three>2</three></a>"),
        [
            "body $.a.one.#text: expected '1' but was 'x'",
            "body $.a.three: expected text that matches '[a-z]{3}' but was 'three'"
        ]
    );
}

#[test]
fn each_value_is_about_elements_inside() {
    let rules = [("$.a", EACH_VALUE)];
    assert_eq!(request("<a b='x'><one>1</one></a>", &rules, "<a b='x'><one>7</one><two>8</two></a>"), NONE);
    assert_eq!(
        request("<a b='x'><one>1</one></a>", &rules, "<a b='y'><one>1</one><two>z</two></a>"),
        [
            "body $.a.@b: expected 'x' but was 'y'",
            "body $.a.two.#text: expected an integer but was 'z' (String) (by the rule for $.a)"
        ]
    );
    // What holds only elements has no text that could be an integer.
    assert_eq!(request("<a><b><c/></b></a>", &rules, "<a><b><c/></b></a>").len(), 1);
    let type_inside = [("$.a", r#"{"match":"eachValue","rules":[{"match":"type"}]}"#)];
    assert_eq!(request("<a><b><c>1</c></b></a>", &type_inside, "<a><x><c>2</c><c>3</c></x></a>"), NONE);
    let bounded = [("$.a", r#"{"match":"eachValue","rules":[{"match":"type","min":2}]}"#)];
    assert_eq!(request("<a><b><c/><c/></b></a>", &bounded, "<a><b><c/></b></a>").len(), 1);
}

#[test]
fn where_nothing_else_is_inside_keys_are_attributes() {
    let example = "<a one='1'/>";
    assert_eq!(request(example, &[("$.a", EACH_KEY)], "<a two='2'/>"), NONE);
    assert_eq!(
        request(example, &[("$.a", EACH_KEY)], "<a three='2'/>"),
        ["body $.a.@three: expected text that matches '[a-z]{3}' but was 'three'"]
    );
    assert_eq!(request(example, &[("$.a", EACH_VALUE)], "<a two='2' six='3'/>"), NONE);
    assert_eq!(
        request(example, &[("$.a", EACH_VALUE)], "<a two='x'/>"),
        ["body $.a.@two: expected an integer but was 'x' (String) (by the rule for $.a)"]
    );
    assert_eq!(request(example, &[("$.a", VALUES)], "<a two='1'/>"), NONE);
    assert_eq!(request(example, &[("$.a", VALUES)], "<a two='2'/>").len(), 1);
}

#[test]
fn array_contains_is_about_elements_inside_in_any_order() {
    let rules = [(
        "$.a",
        r#"{"match":"arrayContains","variants":[
            {"index":0,"rules":{"$['@id']":{"matchers":[{"match":"integer"}]}}},
            {"index":1,"rules":{"$.#text":{"matchers":[{"match":"regex","regex":"[a-z]+"}]}}}]}"#,
    )];
    let example = "<a><b id='1'/><c>x</c></a>";
    assert_eq!(request(example, &rules, "<a><other/><c>yy</c><b id='7'/><b/></a>"), NONE);
    let found = request(example, &rules, "<a><b id='x'/><c>y</c></a>");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("body $.a: ") && found[0].contains("<b/>"), "{found:?}");
    assert_eq!(request(example, &rules, "<a/>").len(), 2);
    // One element does not stand for two.
    let twice =
        [("$.a", r#"{"match":"arrayContains","variants":[{"index":0,"rules":{}},{"index":1,"rules":{}}]}"#)];
    assert_eq!(request("<a><b/><b/></a>", &twice, "<a><b/></a>").len(), 1);
    assert_eq!(request("<a>x</a>", &rules, "<a>x</a>").len(), 1, "text is no list");
}

#[test]
fn not_empty_is_satisfied_by_text_or_elements() {
    let rules = [("$.a.b", r#"{"match":"notEmpty"}"#), ("$.a['@c']", r#"{"match":"notEmpty"}"#)];
    let example = "<a c='1'><b>1</b></a>";
    assert_eq!(response(example, &rules, "<a c='2'><b>2</b></a>"), NONE);
    assert_eq!(response(example, &rules, "<a c='2'><b><d/></b></a>"), NONE);
    assert_eq!(response(example, &rules, "<a c=''><b/></a>").len(), 2);
    let nested = [("$.a", r#"{"match":"notEmpty"}"#)];
    assert_eq!(response("<a><b/></a>", &nested, "<a><b/></a>"), NONE);
    assert_eq!(response("<a><b/></a>", &nested, "<a/>").len(), 2);
}

#[test]
fn rules_without_a_meaning_say_so() {
    for rule in [VALUES, EACH_KEY, EACH_VALUE, r#"{"match":"type","min":1}"#, r#"{"match":"max","max":1}"#] {
        assert_eq!(request("<a b='1'>x</a>", &[("$.a['@b']", rule)], "<a b='1'>x</a>").len(), 1, "{rule}");
        assert_eq!(request("<a b='1'>x</a>", &[("$.a.#text", rule)], "<a b='1'>x</a>").len(), 1, "{rule}");
    }
    for rule in [VALUES, EACH_KEY, EACH_VALUE] {
        assert_eq!(request("<a>x</a>", &[("$.a", rule)], "<a>x</a>").len(), 1, "{rule}");
    }
    assert_eq!(
        request("<a b='1'/>", &[("$.a['@b']", r#"{"match":"type","min":1}"#)], "<a b='2'/>"),
        [
            "body $.a.@b: a bound on the number of items means nothing for an attribute; give the rule for an element"
        ]
    );
    // For an element that is meant by name, also where it has no text.
    for rule in [INTEGER, r#"{"match":"unheard-of"}"#] {
        assert_eq!(request("<a><b/></a>", &[("$.a", rule)], "<a><b/></a>").len(), 1, "{rule}");
    }
    // A wildcard means what it can mean.
    let wild = [("$.a.*", VALUES)];
    assert_eq!(request("<a b='1'><c><d>1</d></c></a>", &wild, "<a b='1'><c><e>1</e></c></a>"), NONE);
}

#[test]
fn one_of_several_rules_for_the_inside_is_enough() {
    let list = |rules: &[&str]| RuleList {
        combine: Combine::Or,
        rules: rules
            .iter()
            .map(|rule| Rule::parse(&Json::parse(rule.as_bytes()).unwrap()).unwrap())
            .collect(),
    };
    let trie = RuleTrie::new(&[("$.a".parse().unwrap(), list(&[EACH_KEY, VALUES]))]);
    let count = |actual: &str| {
        let parse = |text: &str| Element::parse(text.as_bytes()).unwrap();
        let mut found = Vec::new();
        Comparison { strict: true }.document(
            &parse("<a><one>1</one></a>"),
            &parse(actual),
            &trie.root(),
            &Location::root(),
            &mut found,
        );
        found.len()
    };
    assert_eq!(count("<a><one>1</one><three>1</three></a>"), 0);
    assert_eq!(count("<a><two>x</two></a>"), 0);
    assert_eq!(count("<a><three>x</three></a>"), 1);
}

#[test]
fn an_alternative_says_nothing_about_the_inside_of_another() {
    let list = |rules: &str| {
        let Json::Array(rules) = Json::parse(rules.as_bytes()).unwrap() else { panic!("a list") };
        let rules = rules.iter().map(|rule| Rule::parse(rule).unwrap()).collect();
        RuleList { combine: Combine::Or, rules }
    };
    let values = r#"{"match":"eachValue","rules":[{"match":"integer"}]}"#;
    let rules = list(&format!(r#"[{values},{{"match":"type"}}]"#));
    let trie = RuleTrie::new(&[("$.a".parse().unwrap(), rules)]);
    let count = |actual: &str| {
        let parse = |text: &str| Element::parse(text.as_bytes()).unwrap();
        let mut found = Vec::new();
        let comparison = Comparison { strict: true };
        comparison.document(
            &parse("<a><b>x</b></a>"),
            &parse(actual),
            &trie.root(),
            &Location::root(),
            &mut found,
        );
        found.len()
    };
    // By type alone, by `eachValue` alone, by neither.
    assert_eq!(count("<a><b>y</b></a>"), 0);
    assert_eq!(count("<a><c>7</c></a>"), 0);
    assert_ne!(count("<a><c>y</c></a>"), 0);
}
