use super::*;
use crate::report::suite::refusal;

fn rule(definition: &str) -> Rule {
    Rule::parse(&Json::parse(definition.as_bytes()).unwrap()).unwrap()
}

fn accepts(definition: &str, expected: &str, actual: &str) -> bool {
    let (expected, actual) =
        (Json::parse(expected.as_bytes()).unwrap(), Json::parse(actual.as_bytes()).unwrap());
    rule(definition).check(Some(Subject::Json(&expected)), Subject::Json(&actual), true)
}

#[test]
fn every_definition_is_written_as_it_is_read() {
    for definition in [
        r#"{"match":"equality"}"#,
        r#"{"match":"regex","regex":"\\d+"}"#,
        r#"{"match":"type"}"#,
        r#"{"match":"type","min":1,"max":3}"#,
        r#"{"match":"include","value":"x"}"#,
        r#"{"match":"number"}"#,
        r#"{"match":"integer"}"#,
        r#"{"match":"decimal"}"#,
        r#"{"match":"boolean"}"#,
        r#"{"match":"null"}"#,
        r#"{"match":"date","format":"yyyy"}"#,
        r#"{"match":"time"}"#,
        r#"{"match":"datetime","format":"yyyy"}"#,
        r#"{"match":"values"}"#,
        r#"{"match":"contentType","value":"image/png"}"#,
        r#"{"match":"arrayContains","variants":[{"index":1,"rules":{"$.a":{"combine":"OR","matchers":[{"match":"type"}]}}}]}"#,
        r#"{"match":"ignore-order"}"#,
        r#"{"match":"ignore-order","min":1,"max":3}"#,
        r#"{"match":"statusCode","status":"success"}"#,
        r#"{"match":"statusCode","status":[200,201]}"#,
        r#"{"match":"notEmpty"}"#,
        r#"{"match":"semver"}"#,
        r#"{"match":"eachKey","rules":[{"match":"regex","regex":"a"}],"value":"a"}"#,
        r#"{"match":"eachValue","rules":[{"match":"type"}],"value":"a"}"#,
        r#"{"match":"from-a-plugin","how":[1]}"#,
    ] {
        assert_eq!(Json::Object(rule(definition).definition()).to_compact(), definition);
    }
}

#[test]
fn definitions_of_early_writers_are_told_by_their_attributes() {
    assert_eq!(rule(r#"{"min":2}"#), Rule::Like(Like { min: Some(2), max: None }));
    assert_eq!(rule(r#"{"match":"min","min":"2"}"#), Rule::Like(Like { min: Some(2), max: None }));
    assert_eq!(rule(r#"{"regex":"a"}"#), Rule::Regex(Regex::new("a")));
    assert_eq!(
        rule(r#"{"timestamp":"yyyy"}"#),
        Rule::Date(Date::new(Moment::DateTime, Some("yyyy".to_owned())))
    );
}

#[test]
fn ignore_order_is_read_under_all_its_names() {
    for (definition, min, max) in [
        (r#"{"match":"equals-ignore-order"}"#, None, None),
        (r#"{"match":"min-equals-ignore-order","min":2}"#, Some(2), None),
        (r#"{"match":"max-equals-ignore-order","max":3}"#, None, Some(3)),
        (r#"{"match":"min-max-equals-ignore-order","min":2,"max":3}"#, Some(2), Some(3)),
        (r#"{"match":"min-max-ignore-order","min":2,"max":3}"#, Some(2), Some(3)),
    ] {
        assert_eq!(rule(definition), Rule::IgnoreOrder(IgnoreOrder { min, max }), "{definition}");
    }
    let without = Json::parse(br#"{"match":"min-equals-ignore-order"}"#).unwrap();
    assert_eq!(Rule::parse(&without), Err(RuleError::Missing { rule: "ignore-order", attribute: "min" }));
}

#[test]
fn broken_definitions_say_what_to_do() {
    let error = |text: &str| Rule::parse(&Json::parse(text.as_bytes()).unwrap()).unwrap_err();
    assert_eq!(error("1"), RuleError::NotAnObject("Integer"));
    assert_eq!(error("{}"), RuleError::NoName);
    assert_eq!(error(r#"{"match":"regex"}"#), RuleError::Missing { rule: "regex", attribute: "regex" });
    assert!(matches!(error(r#"{"match":"type","min":-1}"#), RuleError::Invalid { attribute: "min", .. }));
    assert!(matches!(
        error(r#"{"match":"statusCode","status":"good"}"#),
        RuleError::Invalid { attribute: "status", .. }
    ));
    assert!(matches!(rule(r#"{"match":"regex","regex":"["}"#).prepare(), Err(RuleError::Regex { .. })));
    assert!(matches!(
        rule(r#"{"match":"date","format":"yyyy-'MM"}"#).prepare(),
        Err(RuleError::DateFormat { .. })
    ));
}

#[test]
fn what_rules_accept() {
    for (definition, expected, actual, holds) in [
        (r#"{"match":"regex","regex":"\\d+"}"#, "\"1\"", "\"42\"", true),
        (r#"{"match":"regex","regex":"\\d+"}"#, "\"1\"", "\"a42\"", false),
        (r#"{"match":"regex","regex":"\\d+"}"#, "1", "42", true),
        (r#"{"match":"regex","regex":"a|b"}"#, "\"a\"", "\"ab\"", false),
        (r#"{"match":"regex","regex":"\\d+"}"#, "\"1\"", "{}", false),
        (r#"{"match":"type"}"#, "1", "2.5", true),
        (r#"{"match":"type"}"#, "1", "\"1\"", false),
        (r#"{"match":"type"}"#, "null", "1", false),
        (r#"{"match":"type","min":2}"#, "[1]", "[1]", false),
        (r#"{"match":"type","max":1}"#, "[1]", "[1,2]", false),
        (r#"{"match":"integer"}"#, "1", "1.0", false),
        (r#"{"match":"integer"}"#, "1", "\"1\"", false),
        (r#"{"match":"decimal"}"#, "1.5", "1", false),
        (r#"{"match":"decimal"}"#, "1.5", "1e2", true),
        (r#"{"match":"number"}"#, "1", "true", false),
        (r#"{"match":"boolean"}"#, "true", "\"false\"", true),
        (r#"{"match":"boolean"}"#, "true", "\"no\"", false),
        (r#"{"match":"null"}"#, "null", "null", true),
        (r#"{"match":"null"}"#, "null", "0", false),
        (r#"{"match":"include","value":"ell"}"#, "\"\"", "\"hello\"", true),
        (r#"{"match":"notEmpty"}"#, "\"a\"", "\"\"", false),
        (r#"{"match":"notEmpty"}"#, "[1]", "[]", false),
        (r#"{"match":"notEmpty"}"#, "[\"b\"]", "\"b\"", false),
        (r#"{"match":"notEmpty"}"#, "{\"a\": 1}", "[1]", false),
        (r#"{"match":"notEmpty"}"#, "1", "[1]", false),
        (r#"{"match":"semver"}"#, "\"1.0.0\"", "\"v1.0.0\"", false),
        (r#"{"match":"semver"}"#, "\"1.0.0\"", "\"2.1.0-rc.1\"", true),
        (r#"{"match":"date","format":"yyyy-MM-dd"}"#, "\"2024-01-01\"", "\"2024-02-29\"", true),
        (r#"{"match":"date","format":"yyyy-MM-dd"}"#, "\"2024-01-01\"", "\"2023-02-29\"", false),
        (r#"{"match":"date","format":"yyyy-MM-dd"}"#, "\"2024-01-01\"", "\"23/07/19\"", false),
        (r#"{"match":"datetime"}"#, "\"2024-01-01T00:00:00Z\"", "\"2026-11-21T10:15:30+14:00\"", true),
        (r#"{"match":"date"}"#, "\"2024-01-01\"", "\"2024-02-29\"", true),
        (r#"{"match":"date"}"#, "\"2024-01-01\"", "\"2024-2-29\"", false),
        (r#"{"match":"time"}"#, "\"10:00:00\"", "\"23:59:59\"", true),
        (r#"{"match":"time"}"#, "\"10:00:00\"", "\"23:59\"", false),
        (r#"{"match":"timestamp"}"#, "\"2024-01-01T00:00:00Z\"", "\"2024-01-01 00:00:00Z\"", false),
        (r#"{"match":"date","format":"yyyyMMdd"}"#, "20240101", "20240229", true),
        (r#"{"match":"integer"}"#, "1", "18446744073709551617", true),
        (r#"{"match":"integer"}"#, "1", "-5", true),
        (r#"{"match":"equality"}"#, "18446744073709551617", "18446744073709551618", false),
        (r#"{"match":"equality"}"#, "100", "100.0", false),
        (r#"{"match":"include","value":"2"}"#, "1", "123", true),
        (r#"{"match":"ignore-order"}"#, "1", "1.0", false),
        (r#"{"match":"ignore-order"}"#, "[1]", "{}", false),
        (r#"{"match":"from-a-plugin"}"#, "1", "1", false),
    ] {
        assert_eq!(accepts(definition, expected, actual), holds, "{definition} with {actual}");
    }
}

#[test]
fn examples_are_judged_by_their_own_rule() {
    let judge = |definition: &str, example: &str| {
        rule(definition).judge_example(Subject::Json(&Json::parse(example.as_bytes()).unwrap()))
    };
    assert_eq!(judge(r#"{"match":"regex","regex":"\\d+"}"#, "\"42\""), Ok(()));
    assert_eq!(
        judge(r#"{"match":"regex","regex":"\\d+"}"#, "\"no\""),
        Err(r"expected text that matches '\d+' but was 'no'".to_owned())
    );
    assert!(judge(r#"{"match":"type","max":1}"#, "[1, 2]").is_err());
}

#[test]
fn numbers_are_read_from_text() {
    let check = |definition: &str, text| rule(definition).check(None, Subject::Text(text), true);
    assert!(check(r#"{"match":"integer"}"#, "-12"));
    assert!(!check(r#"{"match":"integer"}"#, "1.5"));
    assert!(check(r#"{"match":"number"}"#, "1.5"));
    assert!(!check(r#"{"match":"number"}"#, "one"));
    for (text, integer, number) in [
        ("+7", true, true),
        ("007", true, true),
        ("-007", true, true),
        ("0", true, true),
        ("00", true, true),
        ("-0", true, true),
        ("00.5", false, true),
        ("0.5", false, true),
        ("18446744073709551617", true, true),
        ("", false, false),
        ("+", false, false),
        ("-", false, false),
        ("+-1", false, false),
        ("0x1", false, false),
        ("1 ", false, false),
        ("--1", false, false),
    ] {
        assert_eq!(check(r#"{"match":"integer"}"#, text), integer, "{text}");
        assert_eq!(check(r#"{"match":"number"}"#, text), number, "{text}");
        assert_eq!(check(r#"{"match":"decimal"}"#, text), number, "{text}");
    }
}

#[test]
fn names_with_hyphens_are_names_of_the_same_rules() {
    for (definition, written) in [
        (r#"{"match":"content-type","value":"image/png"}"#, "contentType"),
        (r#"{"match":"array-contains","variants":[{"index":0,"rules":{}}]}"#, "arrayContains"),
        (r#"{"match":"status-code","status":"info"}"#, "statusCode"),
        (r#"{"match":"not-empty"}"#, "notEmpty"),
        (r#"{"match":"each-key","rules":[]}"#, "eachKey"),
        (r#"{"match":"each-value","rules":[]}"#, "eachValue"),
    ] {
        assert_eq!(rule(definition).definition().get("match").and_then(Json::as_str), Some(written));
    }
}

#[test]
fn content_types_of_bytes_text_and_json() {
    let check = |kind: &str, subject: Subject<'_>| {
        rule(&format!(r#"{{"match":"contentType","value":"{kind}"}}"#)).check(None, subject, true)
    };
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    assert!(check("image/png", Subject::Bytes(png)));
    assert!(!check("image/jpeg", Subject::Bytes(png)));
    let encoded = JsonBuf::from(crate::model::encode_base64(png));
    assert!(check("image/png", Subject::Json(&encoded)));
    assert!(!check("application/pdf", Subject::Json(&encoded)));
    assert!(check("application/xml", Subject::Text("<a/>")));
    // Text in a document that is not base64 is text, without the quotes around it.
    assert!(check("application/xml", Subject::Json(&"<a/>".into())));
    assert!(!check("image/png", Subject::Json(&"<a/>".into())));
}

#[test]
fn something_is_there() {
    let not_empty = rule(r#"{"match":"notEmpty"}"#);
    let json =
        |text: &str| not_empty.check(None, Subject::Json(&Json::parse(text.as_bytes()).unwrap()), true);
    for (text, holds) in [
        ("null", false),
        ("\"\"", false),
        ("[]", false),
        ("{}", false),
        ("0", true),
        ("false", true),
        ("\" \"", true),
        ("[null]", true),
        (r#"{"a":null}"#, true),
    ] {
        assert_eq!(json(text), holds, "{text}");
    }
    for (subject, holds) in [
        (Subject::Text(""), false),
        (Subject::Text("a"), true),
        (Subject::Bytes(b""), false),
        (Subject::Bytes(b"\0"), true),
    ] {
        assert_eq!(not_empty.check(None, subject, true), holds);
    }
}

#[test]
fn classes_of_status_codes() {
    for (class, first, last) in [
        ("info", 100, 199),
        ("success", 200, 299),
        ("redirect", 300, 399),
        ("clientError", 400, 499),
        ("serverError", 500, 599),
        ("nonError", 100, 399),
        ("error", 400, 599),
    ] {
        let rule = rule(&format!(r#"{{"match":"statusCode","status":"{class}"}}"#));
        for status in 100..600 {
            let text = status.to_string();
            let holds = rule.check(None, Subject::Text(&text), true);
            assert_eq!(holds, (first..=last).contains(&status), "{class} {status}");
        }
    }
}

#[test]
fn versions_are_strict() {
    for (version, holds) in [
        ("1.0.0", true),
        ("1.0.0-alpha.1+build.5", true),
        ("v1.0.0", false),
        ("1.0", false),
        ("1.0.0.0", false),
        ("01.0.0", false),
        (" 1.0.0", false),
        ("1.0.0-", false),
    ] {
        assert_eq!(
            rule(r#"{"match":"semver"}"#).check(None, Subject::Text(version), true),
            holds,
            "{version}"
        );
    }
}

#[test]
fn an_expression_that_backtracks_without_end_is_refused_in_bounded_time() {
    let rule = Rule::Regex(Regex::new(r"(a+)+(?=b)\1$"));
    let text = "a".repeat(5_000);
    assert!(!rule.check(None, Subject::Text(&text), true));
}

#[test]
fn a_scalar_cannot_stand_for_a_container() {
    for (definition, expected, actual) in [
        (r#"{"match":"regex","regex":"a"}"#, r#"["a"]"#, r#""a""#),
        (r#"{"match":"include","value":"a"}"#, r#"{"b":"a"}"#, r#""a""#),
        (r#"{"match":"integer"}"#, "[1]", "1"),
        (r#"{"match":"boolean"}"#, "[true]", "true"),
        (r#"{"match":"date"}"#, r#"["2024-02-29"]"#, r#""2024-02-29""#),
        (r#"{"match":"semver"}"#, r#"["1.0.0"]"#, r#""1.0.0""#),
        (r#"{"match":"values"}"#, r#"{"a":1}"#, "[1]"),
        (r#"{"match":"eachValue","rules":[]}"#, r#"{"a":1}"#, "[1]"),
    ] {
        assert!(accepts(definition, expected, expected), "{definition}");
        assert!(!accepts(definition, expected, actual), "{definition} with {actual}");
    }
    assert!(accepts(r#"{"match":"null"}"#, r#"{"a":1}"#, "null"));
}

#[test]
fn a_lost_container_is_explained_by_its_type() {
    let (list, text) = (Json::parse(br#"["a"]"#).unwrap(), Json::parse(br#""a""#).unwrap());
    let rule = rule(r#"{"match":"regex","regex":"a"}"#);
    assert_eq!(
        refusal(&rule, Some(Subject::Json(&list)), Subject::Json(&text)),
        r#"Expected 'a' (String) to be the same type as ["a"] (Array)"#
    );
}
