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
