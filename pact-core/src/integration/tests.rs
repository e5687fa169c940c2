use proptest::prelude::*;

use super::*;
use crate::json::{Json, ObjectBuf};
use crate::rules::Rule;

fn json(text: &str) -> JsonBuf {
    Json::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}")).into_owned()
}

fn lines(reading: &Reading) -> Vec<String> {
    let rules = reading.rules.iter().map(|(path, list)| {
        let rules: Vec<_> =
            list.rules.iter().map(|rule| Json::Object(rule.definition()).to_compact()).collect();
        let combine = if list.rules.len() > 1 { list.combine.as_str() } else { "" };
        format!("{path} {combine}{}", rules.join(" "))
    });
    let made = reading.generators.iter();
    let made = made.map(|(path, made)| format!("{path} {}", Json::Object(made.definition()).to_compact()));
    rules.chain(made).collect()
}

/// What a tree means, and that writing it again gives a tree that means the same.
#[track_caller]
fn assert_means(tree: &str, example: &str, expected: &[&str]) {
    let reading = read(json(tree));
    assert_eq!(reading.findings, [], "{tree}");
    assert_eq!(reading.example.to_compact(), example, "{tree}");
    assert_eq!(lines(&reading), expected, "{tree}");
    let written = write(&reading.example, &reading.rules, &reading.generators);
    let written = written.unwrap_or_else(|error| panic!("{tree}: {error}"));
    let sorted = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };
    assert_eq!(sorted(lines(&read(written))), sorted(lines(&reading)), "{tree}");
}

fn problems(tree: &str) -> Vec<String> {
    let line = |finding: Finding| format!("{}: {}", finding.path, finding.problem);
    read(json(tree)).findings.into_iter().map(line).collect()
}

#[test]
fn rules_have_the_names_and_attributes_that_libraries_write() {
    for (marker, rule) in [
        (r#""type","value":"x""#, r#"{"match":"type"}"#),
        (r#""equality","value":"x""#, r#"{"match":"equality"}"#),
        (r#""equal-to","value":"x""#, r#"{"match":"equality"}"#),
        (r#""regex","regex":"x+","value":"x""#, r#"{"match":"regex","regex":"x+"}"#),
        (r#""include","value":"x""#, r#"{"match":"include","value":"x"}"#),
        (r#""not-empty","value":"x""#, r#"{"match":"notEmpty"}"#),
        (r#""notEmpty","value":"x""#, r#"{"match":"notEmpty"}"#),
        (r#""matching(regex, 'x+', 'y')","value":"x""#, r#"{"match":"regex","regex":"x+"}"#),
        (r#""notEmpty('x')""#, r#"{"match":"notEmpty"}"#),
    ] {
        assert_means(
            &format!(r#"{{"a":{{"pact:matcher:type":{marker}}}}}"#),
            r#"{"a":"x"}"#,
            &[&format!("$.a {rule}")],
        );
    }
    assert_means(
        r#"{"pact:matcher:type":"status-code","status":"success","value":200}"#,
        "200",
        &[r#"$ {"match":"statusCode","status":"success"}"#],
    );
}

#[test]
fn generators_stand_beside_matchers_or_alone() {
    assert_means(
        r#"{"a":{"pact:matcher:type":"integer","pact:generator:type":"RandomInt","min":1,"max":6,"value":3}}"#,
        r#"{"a":3}"#,
        &[r#"$.a {"match":"integer"}"#, r#"$.a {"type":"RandomInt","min":1,"max":6}"#],
    );
    assert_means(
        r#"{"a":{"pact:matcher:type":"type","pact:generator:type":"RandomInt","min":1,"max":6,"value":3}}"#,
        r#"{"a":3}"#,
        &[r#"$.a {"match":"type"}"#, r#"$.a {"type":"RandomInt","min":1,"max":6}"#],
    );
    assert_means(
        r#"{"a":{"pact:generator:type":"ProviderState","expression":"${id}","dataType":"STRING","value":"7"}}"#,
        r#"{"a":"7"}"#,
        &[r#"$.a {"type":"ProviderState","expression":"${id}","dataType":"STRING"}"#],
    );
    assert_means(
        r#"{"pact:matcher:type":"timestamp","pact:generator:type":"DateTime","format":"yyyy","value":"2000"}"#,
        r#""2000""#,
        &[r#"$ {"match":"datetime","format":"yyyy"}"#, r#"$ {"type":"DateTime","format":"yyyy"}"#],
    );
    assert_means(
        r#"{"pact:matcher:type":"matching(date, 'yyyy', '2000')"}"#,
        r#""2000""#,
        &[r#"$ {"match":"date","format":"yyyy"}"#, r#"$ {"type":"Date","format":"yyyy"}"#],
    );
    // Without an example there is one, and it stays the same.
    let tree = r#"{"pact:matcher:type":"date","pact:generator:type":"Date","format":"yyyy-MM-dd"}"#;
    assert_eq!(read(json(tree)).example, JsonBuf::from("2000-01-01"));
    assert_eq!(problems(tree), [""; 0]);
}

#[test]
fn several_kinds_are_combined() {
    assert_means(
        r#"{"a":{"pact:matcher:type":["type","regex"],"regex":"x+","value":"x"}}"#,
        r#"{"a":"x"}"#,
        &[r#"$.a AND{"match":"type"} {"match":"regex","regex":"x+"}"#],
    );
    assert_means(
        r#"{"pact:matcher:type":[{"pact:matcher:type":"integer","value":1},"null"],"combine":"OR"}"#,
        "1",
        &[r#"$ OR{"match":"integer"} {"match":"null"}"#],
    );
}

#[test]
fn containers() {
    assert_means(
        r#"{"pact:matcher:type":"type","min":1,"value":[{"id":{"pact:matcher:type":"integer","value":1}}]}"#,
        r#"[{"id":1}]"#,
        &[r#"$ {"match":"type","min":1}"#, r#"$[*].id {"match":"integer"}"#],
    );
    assert_means(
        r#"{"pact:matcher:type":"type","value":[{"pact:matcher:type":"integer","value":1}]}"#,
        "[1]",
        &[r#"$ {"match":"type"}"#, r#"$[*] {"match":"integer"}"#],
    );
    assert_means(
        r#"{"pact:matcher:type":"type","value":[{"pact:matcher:type":"integer","value":1},"x"]}"#,
        r#"[1,"x"]"#,
        &[r#"$ {"match":"type"}"#, r#"$[0] {"match":"integer"}"#],
    );
    assert_means(
        concat!(
            r#"{"pact:matcher:type":"eachKey","rules":[{"pact:matcher:type":"regex","regex":"[a-z]","value":"k"},"#,
            r#""matching(type, 'x')",{"match":"include","value":"k"}],"value":{"k":1}}"#
        ),
        r#"{"k":1}"#,
        &[
            r#"$ {"match":"eachKey","rules":[{"match":"regex","regex":"[a-z]"},{"match":"type"},{"match":"include","value":"k"}]}"#,
        ],
    );
    assert_means(
        r#"{"pact:matcher:type":"each-value","rules":[{"pact:matcher:type":"type"}],"value":{"k":{"x":{"pact:matcher:type":"integer","value":1}}}}"#,
        r#"{"k":{"x":1}}"#,
        &[r#"$ {"match":"eachValue","rules":[{"match":"type"}]}"#, r#"$.*.x {"match":"integer"}"#],
    );
    let contains = r#"{"pact:matcher:type":"array-contains","variants":["x",{"id":{"pact:matcher:type":"integer","pact:generator:type":"RandomInt","value":1}}]}"#;
    let reading = read(json(contains));
    assert_eq!(reading.example.to_compact(), r#"["x",{"id":1}]"#);
    let Rule::ArrayContains(rule) = &reading.rules[0].1.rules[0] else { panic!("{reading:?}") };
    assert_eq!(rule.variants[1].generators.len(), 1);
    let written = write(&reading.example, &reading.rules, &reading.generators).unwrap();
    assert_eq!(read(written), reading);
}

#[test]
fn what_cannot_be_meant_is_found_with_its_place() {
    for (tree, expected) in [
        (
            r#"{"a":{"pact:matcher:type":7}}"#,
            "$.a: `pact:matcher:type` must be the name of a matcher, or a list of names and matchers",
        ),
        (
            r#"{"pact:matcher:type":"matching(type)"}"#,
            "$: `matching(type)` is no definition: at character 14: `,` and a value were expected, but found `)`",
        ),
        (
            r#"{"pact:matcher:type":"matching($'x')","value":1}"#,
            "$: nothing is defined here under the name `x`; write out what it stands for",
        ),
        (
            r#"{"pact:generator:type":"RandomInt","min":3,"max":1,"value":2}"#,
            "$: there is no number from 3 to 1: `min` must not be greater than `max`",
        ),
        (r#"{"pact:matcher:type":"wish","value":2}"#, "$: there is no matcher `wish`"),
    ] {
        assert_eq!(problems(tree).first().map(String::as_str), Some(expected), "{tree}");
    }
    // What cannot be made is not what is refused.
    let unmade = r#"{"pact:matcher:type":"integer","pact:generator:type":"RandomInt","min":3,"max":1}"#;
    assert_eq!(problems(unmade).len(), 1);
    // It may be a plugin's.
    assert_eq!(
        lines(&read(json(r#"{"pact:matcher:type":"wish","a":1,"value":2}"#))),
        [r#"$ {"match":"wish","a":1}"#]
    );
}

#[test]
fn single_values() {
    let single = |text: &str| {
        let read = read_text(text);
        let problems: Vec<_> = read.findings.iter().map(|finding| finding.problem.to_string()).collect();
        (read.values, read.rules.map(|list| list.rules.len()), read.generator.is_some(), problems.len())
    };
    let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    for plain in ["x", "{}", "[1]", r#"{"value":1,"other":2}"#, "{\"a\":"] {
        assert_eq!(single(plain), (values(&[plain]), None, false, 0));
    }
    assert_eq!(single(r#"{"value":["a",1]}"#), (values(&["a", "1"]), None, false, 0));
    let matcher = r#"{"pact:matcher:type":"integer","pact:generator:type":"RandomInt","value":"1"}"#;
    assert_eq!(
        single(r#"{"pact:matcher:type":"regex","regex":"a|b","value":["a","b"]}"#).0,
        values(&["a", "b"])
    );
    assert_eq!(single(&matcher.replace("\"1\"", "1")), (values(&["1"]), Some(1), true, 0));
    let alike =
        r#"{"value":[{"pact:matcher:type":"type","value":"a"},{"pact:matcher:type":"type","value":"b"}]}"#;
    assert_eq!(single(alike), (values(&["a", "b"]), Some(1), false, 0));
    assert_eq!(single(&alike.replacen("\"type\"", "\"notEmpty\"", 1)).3, 2);
    assert_eq!(single(r#"{"pact:matcher:type":"type","value":{}}"#).3, 1);
}

#[test]
fn what_a_tree_cannot_say_is_not_written() {
    let rule =
        |text: &str| vec![("$.b".parse().unwrap(), RuleList::all(vec![Rule::parse(&json(text)).unwrap()]))];
    assert_eq!(write(&json(r#"{"a":1}"#), &rule(r#"{"match":"type"}"#), &[]), Err(Inexpressible));
    assert!(write(&json(r#"{"b":1}"#), &rule(r#"{"match":"type"}"#), &[]).is_ok());
    assert_eq!(write(&json(r#"{"pact:matcher:type":"type"}"#), &[], &[]), Err(Inexpressible));
}

/// JSON of every form, with matchers in it: well-formed, broken, and in places where none is expected.
fn any_tree() -> impl Strategy<Value = JsonBuf> {
    let kinds = [
        "type",
        "regex",
        "include",
        "integer",
        "equality",
        "each-key",
        "eachValue",
        "values",
        "arrayContains",
        "date",
        "contentType",
        "wish",
        "matching(type, 1)",
        "matching(date, 'yyyy', '2000'), notEmpty('x')",
        "matching(",
    ];
    let generators = ["RandomInt", "Uuid", "Date", "ProviderState", "Regex", "wish"];
    let kind = prop::sample::select(kinds.to_vec()).prop_map(JsonBuf::from);
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        "[a(*%-]{0,3}".prop_map(Json::from),
        kind.clone(),
    ];
    let names = vec![
        VALUE,
        "regex",
        "min",
        "max",
        "rules",
        "variants",
        "format",
        "expression",
        COMBINE,
        SOURCE,
        BROKEN,
        "a.b",
        "match",
        "",
    ];
    leaf.prop_recursive(4, 40, 4, move |inner| {
        let member = (prop::sample::select(names.clone()), inner.clone());
        let members = prop::collection::vec(member, 0..4)
            .prop_map(|members| members.into_iter().collect::<ObjectBuf>());
        let with = |name: &'static str, kind: BoxedStrategy<JsonBuf>| {
            (members.clone(), kind).prop_map(move |(mut members, kind)| {
                members.insert(name, kind);
                Json::Object(members)
            })
        };
        let generator = prop::sample::select(generators.to_vec()).prop_map(JsonBuf::from);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            members.clone().prop_map(Json::Object),
            with(MATCHER, kind.clone().boxed()),
            with(GENERATOR, generator.boxed()),
            with(MATCHER, prop::collection::vec(inner, 0..3).prop_map(Json::Array).boxed()),
        ]
    })
}

proptest! {
    #[test]
    fn no_tree_is_too_odd(tree in any_tree()) {
        let reading = read(tree.clone());
        prop_assert!(!reading.example.to_compact().contains("pact:"), "a matcher is left in {}", reading.example);
        if let Ok(written) = write(&reading.example, &reading.rules, &reading.generators) {
            prop_assert_eq!(read(written).example, reading.example);
        }
        read_single(tree);
    }

    #[test]
    fn no_text_is_too_odd(text: String) {
        prop_assert_eq!(read_text(&text).values.len(), 1);
    }
}
