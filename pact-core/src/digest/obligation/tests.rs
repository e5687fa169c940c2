use super::*;
use crate::format;

const V2: &str = r#"{
  "consumer": {"name": "web"}, "provider": {"name": "orders"},
  "interactions": [{
    "description": "a request", "providerState": "order 7 exists",
    "request": {"method": "get", "path": "/orders", "query": "b=2&a=1&a=%20x", "headers": {"ACCEPT": "a/b, c/d"}},
    "response": {
      "status": 200, "headers": {"Content-Type": "application/json"},
      "body": {"id": 7, "price": 1.50, "tags": ["a"], "big": 18446744073709551617},
      "matchingRules": {
        "$.body.id": {"match": "integer"},
        "$.body.tags": {"min": 1},
        "$.body['price']": {"match": "real"},
        "$.headers.content-type": {"match": "regex", "regex": "application/json.*"}
      }
    }
  }],
  "metadata": {"pactSpecification": {"version": "2.0.0"}}
}"#;

const V3: &str = r#"{
  "provider": {"name": "orders"}, "consumer": {"name": "web"},
  "interactions": [{
    "description": "another description", "providerStates": [{"name": "order 7 exists"}],
    "request": {"path": "/orders", "method": "GET", "query": {"a": ["1", " x"], "b": ["2"]}, "headers": {"Accept": "a/b,c/d"}},
    "response": {
      "status": 200, "headers": {"content-type": "application/json"},
      "body": {"big": 18446744073709551617, "tags": ["a"], "price": 1.5, "id": 7},
      "matchingRules": {
        "body": {
          "$['id']": {"matchers": [{"match": "integer"}, {"match": "integer"}], "combine": "OR"},
          "$.tags": {"matchers": [{"match": "type"}, {"match": "type", "min": 1}]},
          "$.price": {"matchers": [{"match": "decimal"}]}
        },
        "header": {"CONTENT-TYPE": {"matchers": [{"match": "regex", "regex": "application/json.*"}]}}
      },
      "generators": {"body": {"$.id": {"type": "RandomInt"}}}
    }
  }],
  "metadata": {"pactSpecification": {"version": "3.0.0"}}
}"#;

const V4: &str = r#"{
  "consumer": {"name": "web"}, "provider": {"name": "orders"},
  "interactions": [{
    "type": "Synchronous/HTTP", "description": "a third", "key": "k", "_id": "i", "pending": true,
    "comments": {"text": ["hello"]}, "transport": "http", "unheard": 1,
    "providerStates": [{"name": "order 7 exists", "params": {}}],
    "request": {"method": "GET", "path": "/orders", "query": {"b": ["2"], "a": ["1", " x"]}, "headers": {"accept": ["a/b", "c/d"]},
      "matchingRules": {"path": {"matchers": [{"match": "regex", "regex": ".*"}]}}},
    "response": {
      "status": 200, "headers": {"Content-Type": ["application/json"]},
      "body": {"contentType": "application/json", "encoded": "JSON", "content": "{\"tags\":[\"a\"],\"id\":7,\"big\":18446744073709551617,\"price\":15e-1}"},
      "matchingRules": {
        "body": {
          "$.id": {"matchers": [{"match": "integer"}], "combine": "AND"},
          "$.tags": {"matchers": [{"match": "type", "min": 1}, {"match": "type", "min": 0}]},
          "$.price": {"matchers": [{"match": "decimal"}]}
        },
        "header": {"Content-Type": {"matchers": [{"match": "regex", "regex": "application/json.*"}]}}
      }
    }
  }],
  "metadata": {"pactSpecification": {"version": "4.0"}}
}"#;

fn first(file: &str) -> Interaction {
    format::read(file.as_bytes()).unwrap_or_else(|error| panic!("{error}")).interactions.remove(0)
}

fn digests(file: &str) -> (String, String) {
    let interaction = first(file);
    (stimulus(&interaction).into(), obligation(&interaction).into())
}

#[test]
fn files_of_all_versions_that_demand_the_same_have_the_same_digests() {
    let expected = digests(V2);
    assert_eq!(digests(V3), expected);
    assert_eq!(digests(V4), expected);
}

#[test]
fn what_is_expected_back_changes_the_obligation_only() {
    let (stimulus, obligation) = digests(V3);
    for (from, to) in [
        (r#""status": 200"#, r#""status": 201"#),
        (r#""id": 7}"#, r#""id": 8}"#),
        (r#""price": 1.5"#, r#""price": 15"#),
        ("18446744073709551617", "18446744073709551618"),
        (r#""min": 1"#, r#""min": 2"#),
        (r#"{"match": "decimal"}"#, r#"{"match": "number"}"#),
        (r#"{"match": "decimal"}"#, r#"{"match": "decimal"}, {"match": "type"}"#),
        ("$.price", "$.*"),
        (r#"{"content-type": "application/json"}"#, r#"{"content-type": "application/json", "x": "1"}"#),
    ] {
        assert!(V3.contains(from), "{from}");
        let changed = digests(&V3.replacen(from, to, 1));
        assert_eq!(changed.0, stimulus, "{to}");
        assert_ne!(changed.1, obligation, "{to}");
    }
}

#[test]
fn what_is_replayed_changes_both() {
    let (stimulus, obligation) = digests(V3);
    for (from, to) in [
        (r#""method": "GET""#, r#""method": "PUT""#),
        (r#""path": "/orders""#, r#""path": "/Orders""#),
        (r#"["1", " x"]"#, r#"[" x", "1"]"#),
        ("order 7 exists\"}", "order 7 exists\", \"params\": {\"id\": 7}}"),
        ("a/b,c/d", "c/d,a/b"),
        (r#""path": "/orders","#, r#""path": "/orders", "body": null,"#),
        (r#""path": "/orders","#, r#""path": "/orders", "body": "","#),
        (
            r#""path": "/orders","#,
            r#""path": "/orders", "generators": {"path": {"type": "ProviderState", "expression": "id"}},"#,
        ),
    ] {
        assert!(V3.contains(from), "{from}");
        let changed = digests(&V3.replacen(from, to, 1));
        assert_ne!(changed.0, stimulus, "{to}");
        assert_ne!(changed.1, obligation, "{to}");
    }
}

#[test]
fn combinations_with_or_are_not_those_with_and() {
    let with = |combine: &str, rules: &str| {
        let rule = format!(r#""$.price": {{"matchers": [{rules}], "combine": "{combine}"}}"#);
        digests(&V3.replace(r#""$.price": {"matchers": [{"match": "decimal"}]}"#, &rule)).1
    };
    let (one, other) = (r#"{"match": "decimal"}"#, r#"{"match": "null"}"#);
    let (forth, back) = (format!("{one}, {other}"), format!("{other}, {one}"));
    assert_eq!(with("OR", &forth), with("OR", &back));
    assert_eq!(with("AND", &forth), with("AND", &back));
    assert_ne!(with("AND", &forth), with("OR", &forth));
    assert_eq!(with("OR", one), with("AND", one));
}

#[test]
fn redundant_spellings_of_rules_do_not_count() {
    let with = |rule: &str| digests(&V3.replacen(r#"{"match": "decimal"}"#, rule, 1)).1;
    for (one, other) in [
        (r#"{"match": "date"}"#, r#"{"match": "date", "format": "yyyy-MM-dd"}"#),
        (r#"{"match": "timestamp", "timestamp": "yyyy"}"#, r#"{"match": "datetime", "format": "yyyy"}"#),
        (
            r#"{"match": "eachKey", "value": "a", "rules": [{"match": "type"}, {"match": "notEmpty"}]}"#,
            r#"{"match": "eachKey", "rules": [{"match": "notEmpty"}, {"match": "type"}, {"match": "type"}]}"#,
        ),
        (
            r#"{"match": "arrayContains", "variants": [{"index": 0, "rules": {"$['a']": {"matchers": [{"match": "real"}]}}}]}"#,
            r#"{"match": "arrayContains", "variants": [{"rules": {"$.a": {"matchers": [{"match": "decimal"}], "combine": "OR"}}, "index": 0}]}"#,
        ),
        (
            r#"{"match": "min-max-equals-ignore-order", "min": 1, "max": 2}"#,
            r#"{"max": 2, "match": "ignore-order", "min": 1}"#,
        ),
        (r#"{"match": "not-empty"}"#, r#"{"match": "notEmpty"}"#),
        (r#"{"match": "other", "a": 1.0, "b": 2}"#, r#"{"b": 2, "a": 1.00, "match": "other"}"#),
    ] {
        assert_eq!(with(one), with(other), "{one}");
    }
    // With a bound there may be further items, even if it is none.
    assert_ne!(with(r#"{"match": "ignore-order"}"#), with(r#"{"match": "ignore-order", "min": 0}"#));
}

fn message(version: &str, list: &str, message: &str) -> String {
    format!(
        r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "{list}": [{message}], "metadata": {{"pactSpecification": {{"version": "{version}"}}}}}}"#
    )
}

#[test]
fn messages_of_all_versions_that_demand_the_same_have_the_same_digests() {
    let v3 = message(
        "3.0.0",
        "messages",
        r#"{"description": "d", "providerState": "s", "contents": {"a": 1}, "metaData": {"contentType": "application/json", "Topic": "t"},
            "matchingRules": {"body": {"$.a": {"matchers": [{"match": "type"}]}}}}"#,
    );
    let v4 = message(
        "4.0",
        "interactions",
        r#"{"type": "Asynchronous/Messages", "description": "d", "providerStates": [{"name": "s"}],
            "contents": {"content": {"a": 1}, "contentType": "application/json"}, "metadata": {"topic": "t"},
            "matchingRules": {"contents": {"$.a": {"matchers": [{"match": "type"}]}}}}"#,
    );
    assert_eq!(digests(&v3), digests(&v4));
    // Messages are asked for by description.
    assert_ne!(digests(&v4).0, digests(&v4.replace(r#""d""#, r#""e""#)).0);
    let changed = digests(&v4.replace(r#"{"a": 1}"#, r#"{"a": 2}"#));
    assert_eq!(changed.0, digests(&v4).0);
    assert_ne!(changed.1, digests(&v4).1);
}

#[test]
fn sync_messages_have_the_request_in_the_stimulus() {
    let text = r#"{"type": "Synchronous/Messages", "description": "d",
        "request": {"contents": {"content": "x", "contentType": "text/plain"}}, "response": [{"contents": {"content": "y", "contentType": "text/plain"}}]}"#;
    let (replayed, whole) = digests(&message("4.0", "interactions", text));
    let request = digests(&message("4.0", "interactions", &text.replace(r#""x""#, r#""z""#)));
    assert_ne!(request.0, replayed);
    let response = digests(&message("4.0", "interactions", &text.replace(r#""y""#, r#""z""#)));
    assert_eq!(response.0, replayed);
    assert_ne!(response.1, whole);
    let encoded = text.replace(r#"{"content": "y","#, r#"{"content": "eQ==", "encoded": "base64","#);
    assert_eq!(digests(&message("4.0", "interactions", &encoded)), (replayed, whole));
}

#[test]
fn the_digests_of_a_format_stay() {
    // Stored results are found by these. Change `FORMAT` when they change.
    let interaction = first(V4);
    assert_eq!(
        stimulus(&interaction).as_str(),
        "c02cd34069c4d8ccce9b4e853efe313288cffb439b0fd8bec9fbc797fa6e3409"
    );
    assert_eq!(
        obligation(&interaction).as_str(),
        "8b38dc862b02474b70c6a5eebbba2ffed04b598c2c308175678b7adcac3ee842"
    );
}

#[test]
fn digests_are_checked_when_they_are_read() {
    let digest = stimulus(&first(V2));
    assert_eq!(digest.as_str().parse(), Ok(digest.clone()));
    let json = serde_json::to_string(&digest).unwrap();
    assert_eq!(serde_json::from_str::<StimulusDigest>(&json).unwrap(), digest);
    assert!("../etc".parse::<ObligationDigest>().is_err());
    assert!(digest.as_str().to_ascii_uppercase().parse::<StimulusDigest>().is_err());
}

#[test]
fn an_element_that_may_be_missing_is_another_demand_and_a_list_without_items_is_not() {
    let with = |kind: &str, bounds: &str| {
        let rules = format!(r#"{{"body": {{"$.a": {{"matchers": [{{"match": "type"{bounds}}}]}}}}}}"#);
        let metadata = format!(r#"{{"contentType": "{kind}"}}"#);
        let contents = if kind.contains("xml") { r#""<a/>""# } else { r#"{"a": [1]}"# };
        digests(&message(
            "3.0.0",
            "messages",
            &format!(r#"{{"description": "m", "contents": {contents}, "metaData": {metadata}, "matchingRules": {rules}}}"#),
        ))
        .1
    };
    assert_ne!(with("application/xml", ""), with("application/xml", r#", "min": 0"#));
    assert_eq!(with("application/json", ""), with("application/json", r#", "min": 0"#));
}
