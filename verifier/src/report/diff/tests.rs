use pactwright_core::format::read_response;
use pactwright_core::matching::CompiledResponse;
use pactwright_core::model::SpecVersion;
use serde_json::{Value, json};

use super::*;

/// The comparison as text, for a contract with that body and those rules.
fn compare(expected: &Value, rules: &Value, actual: &Value) -> String {
    let response = json!({
        "status": 200,
        "headers": { "Content-Type": "application/json" },
        "body": expected,
        "matchingRules": { "body": rules },
    });
    let response = read_response(JsonBuf::from(response), SpecVersion::V3).unwrap();
    let actual = ActualResponse {
        status: 200,
        headers: vec![("content-type".into(), "application/json".into())],
        body: actual.to_string().into_bytes(),
    };
    let mismatches = CompiledResponse::new(response.clone()).unwrap().mismatches(&actual);
    show(&body(&response, &actual, &mismatches))
}

fn show(lines: &[Line]) -> String {
    let show = |line: &Line| match line {
        Line::Same(text) => format!("  {text}"),
        Line::Expected(text) => format!("- {text}"),
        Line::Actual(text) => format!("+ {text}"),
        Line::Skipped => "...".to_owned(),
    };
    lines.iter().map(show).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_a_rule_accepted_is_no_difference() {
    let like = json!({ "$.at": { "matchers": [{ "match": "type" }] } });
    let text = compare(&json!({ "at": "then", "id": 7 }), &like, &json!({ "at": "now", "id": 8, "x": 1 }));
    assert_eq!(text, "  {\n    \"at\": \"now\"\n-   \"id\": 7\n+   \"id\": 8\n    \"x\": 1\n  }");
}

#[test]
fn nothing_is_shown_when_all_is_well() {
    assert_eq!(compare(&json!({ "id": 7 }), &json!({}), &json!({ "id": 7, "more": [] })), "");
}

#[test]
fn members_that_are_missing_are_shown() {
    let text = compare(&json!({ "a": 1, "b": { "c": 2 } }), &json!({}), &json!({ "a": 1, "b": {} }));
    assert_eq!(text, "  {\n    \"a\": 1\n-   \"b\": {\n-     \"c\": 2\n-   }\n+   \"b\": {}\n  }");
}

#[test]
fn lists_of_another_length_are_shown() {
    let text = compare(&json!([1, 2]), &json!({}), &json!([1, 2, 3]));
    assert_eq!(text, "  [\n    1\n    2\n+   3\n  ]");
    let text = compare(&json!([1, 2]), &json!({}), &json!([1]));
    assert_eq!(text, "  [\n    1\n-   2\n  ]");
}

#[test]
fn another_type_is_shown() {
    assert_eq!(
        compare(&json!({ "a": {} }), &json!({}), &json!({ "a": [] })),
        "  {\n-   \"a\": {}\n+   \"a\": []\n  }"
    );
}

#[test]
fn long_comparisons_are_cut() {
    let text = |from: usize| (from..from + 500).map(|line| format!("{line}\n")).collect::<String>();
    let lines = lines(&text(0), &text(1000));
    assert_eq!(lines.len(), MOST_LINES + 1);
    assert_eq!(lines.last(), Some(&Line::Skipped));
}

#[test]
fn distant_differences_are_shown_apart() {
    let text = |first: &str, last: &str| format!("{first}\n{}{last}\n", "same\n".repeat(20));
    assert_eq!(
        show(&lines(&text("a", "z"), &text("b", "y"))),
        "- a\n+ b\n  same\n  same\n  same\n...\n  same\n  same\n  same\n- z\n+ y"
    );
}

#[test]
fn bodies_beyond_the_limit_are_not_compared() {
    let long = "x".repeat(LARGEST);
    assert_eq!(compare(&json!({ "a": 1 }), &json!({}), &json!({ "a": long })), "");
}
