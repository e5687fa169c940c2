//! `lint`: what it says, and how it ends.

use std::path::Path;

use insta::assert_snapshot;

use crate::support::{fixture, outcome, pactwright};

const PACT: &str = r#"{
  "consumer": {"name": "web"},
  "provider": {"name": "orders"},
  "interactions": [
    {
      "description": "a request for order 7",
      "request": {"method": "GET", "path": "/orders/7"},
      "response": {
        "status": 200,
        "headers": {"Content-Type": "application/json"},
        "body": {"id": "7", "größe": 1},
        "matchingRules": {
          "body": {
            "$.id": {"matchers": [{"match": "integer"}]},
            "$.größe": {"matchers": [{"match": "tpye"}]},
            "$.name": {"matchers": [{"match": "type"}]}
          }
        }
      }
    }
  ],
  "metadata": {"pactSpecification": {"version": "3.0.0"}}
}
"#;

/// What looks like a mistake in V4, a kind per interaction.
const STOCK: &str = r#"{
  "consumer": {"name": "warehouse"},
  "provider": {"name": "stock"},
  "interactions": [
    {
      "type": "Asynchronous/Messages", "description": "stock is low", "key": "k1",
      "contents": {"content": "<stock><item id='7'>low</item></stock>", "contentType": "application/xml", "encoded": false},
      "matchingRules": {
        "body": {
          "$.stock.item['@id']": {"matchers": [{"match": "integer"}]},
          "$.stock.article": {"matchers": [{"match": "type"}]},
          "$.stock.item['#text']": {"matchers": [{"match": "regex", "regex": "(?P<level>low|high)"}]}
        },
        "bdoy": {"$.stock": {"matchers": [{"match": "type"}]}}
      },
      "generators": {"body": {"$.stock.item['@name']": {"type": "Uuid4"}}}
    },
    {"type": "Asynchronous/Messages", "description": " ", "key": "k1", "contents": {"content": ""}},
    {"type": "Asynchronous/Streams", "description": "stock is low", "key": "k2"}
  ],
  "metadata": {"pactSpecification": {"version": "4.0"}}
}
"#;

/// The same in the words of the first tools.
const LEGACY: &str = r#"{
  "consumer": {"name": "web"},
  "provider": {"name": "orders"},
  "interactions": [
    {
      "description": "a request", "provider_state": "an order",
      "request": {"method": "get", "path": "/orders", "query": "ids[]=7"},
      "requestMatchingRules": {"$.query.ids[]": {"match": "type"}, "$.query.page": {"match": "type"}},
      "response": {"status": 200, "body": {"id": 7}},
      "responseMatchingRules": {"$.body.id": {"match": "regex", "regex": "[a-z]"}}
    },
    {
      "description": "a request", "provider_state": "an order",
      "request": {"method": "get", "path": "/orders/7"},
      "response": {"status": 404}
    }
  ],
  "metadata": {"pact-specification": {"version": "2.0.0"}}
}
"#;

/// Runs it in a folder that holds these files. Answers the status and what was printed.
fn lint(files: &[(&str, &str)], arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    lint_in(folder.path(), arguments)
}

fn lint_in(folder: &Path, arguments: &[&str]) -> String {
    let all: Vec<&str> = ["lint"].iter().chain(arguments).copied().collect();
    let (status, text) = outcome(&pactwright(&all).current_dir(folder).output().unwrap());
    format!("{}\n{text}", status.unwrap())
}

#[test]
fn warnings_are_no_errors_unless_strict() {
    let files = [("web-orders.json", PACT)];
    assert_snapshot!("lint-warnings", lint(&files, &["."]));
    assert!(lint(&files, &["--strict", "web-orders.json"]).starts_with("1\n"));
    assert_snapshot!("lint-json", lint(&files, &["--output", "json", "*.json"]));
}

#[test]
fn every_kind_of_warning_has_its_sentence() {
    let files = [("warehouse-stock.json", STOCK), ("legacy.json", LEGACY)];
    assert_snapshot!("lint-all-warnings", lint(&files, &["."]));
}

#[test]
fn broken_files_are_all_reported() {
    assert_snapshot!("lint-broken", lint_in(&fixture("broken"), &["."]));
}

#[test]
fn good_files_are_good() {
    assert_snapshot!("lint-good", lint_in(&fixture("pacts"), &["--strict", "."]));
}

#[test]
fn nothing_to_check_is_an_error() {
    let text = lint(&[], &["nowhere.json"]);
    assert!(text.starts_with("2\nerror: `nowhere.json` is no pact file"), "{text}");
}
