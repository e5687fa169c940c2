//! What stands in the way of a pact file: the test fails with a clear sentence, and nothing is half-written.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::path::Path;

use pactwright::prelude::*;
use pactwright::{Failure, Report, SaveError};

/// A contract that is kept, whose pact goes into that folder.
fn kept(folder: &Path) -> Result<pactwright::PactFile, Report> {
    let mock = consumer("web")
        .provider("orders")
        .output_dir(folder)
        .upon_receiving("a ping")
        .request(get("/ping"))
        .respond(ok())
        .start_blocking()
        .unwrap();
    let answer = ureq::get(format!("{}/ping", mock.url())).call().unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    mock.finish()
}

/// Why it was not saved: the sentence, with the folder under a settled name.
fn refusal(folder: &Path, shown: &Path) -> (Report, String) {
    let report = kept(folder).unwrap_err();
    assert!(matches!(report.failures(), [Failure::NotSaved(_)]), "{report}");
    let text = report.to_string();
    assert!(text.starts_with("the contract between web and orders was kept, but not written"), "{text}");
    let text = text.replace(&*shown.to_string_lossy(), "target");
    (report, text)
}

#[test]
fn a_folder_that_cannot_be_written_to() {
    let folder = tempfile::tempdir().unwrap();
    // A file where the folder should be stops everybody, also who may write everywhere.
    let taken = folder.path().join("pacts");
    std::fs::write(&taken, "a file").unwrap();
    let (_, text) = refusal(&taken, folder.path());
    assert!(text.contains("cannot create the folder `target/pacts`"), "{text}");
    assert_eq!(std::fs::read_to_string(&taken).unwrap(), "a file");
}

#[test]
fn something_that_is_no_file_in_the_place_of_the_pact() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("web-orders.json")).unwrap();
    let (_, text) = refusal(folder.path(), folder.path());
    assert!(text.contains("cannot read `target/web-orders.json`"), "{text}");
}

#[test]
fn broken_pact_files_are_left_as_they_are() {
    let pact = |interaction: &str| {
        format!(
            r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"orders"}},"interactions":[{interaction}],"metadata":{{"pactSpecification":{{"version":"4.0"}}}}}}"#
        )
    };
    let said: Vec<_> = [
        "{\n  \"consumer\": {\n    \"name\": \"web\",\n  }\n}".to_owned(),
        String::new(),
        "<<<<<<< HEAD\n{}".to_owned(),
        "[]".to_owned(),
        pact(
            r#"{"type":"Synchronous/HTTP","description":"a ping","request":{},"response":{"status":"fine"}}"#,
        ),
    ]
    .into_iter()
    .map(|content| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("web-orders.json");
        std::fs::write(&path, &content).unwrap();
        let (report, text) = refusal(folder.path(), folder.path());
        let [Failure::NotSaved(error)] = report.failures() else { panic!("{report}") };
        assert!(matches!(**error, SaveError::Broken { .. }), "{report}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(names.into_iter().all(|name| !name.to_string_lossy().ends_with(".tmp")));
        text.lines().skip(2).map(str::to_owned).collect::<Vec<_>>().join("\n")
    })
    .collect();
    insta::assert_snapshot!(said.join("\n\n"));
}

#[test]
fn the_pact_of_others_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web-orders.json");
    let others = r#"{"consumer":{"name":"web-orders"},"provider":{"name":"api"},"interactions":[]}"#;
    std::fs::write(&path, others).unwrap();
    let (_, text) = refusal(folder.path(), folder.path());
    assert!(text.contains("it is the contract between `web-orders` and `api`"), "{text}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), others);
}

/// A lock file that somebody wrote something else into is no reason to fail.
#[test]
fn a_lock_file_that_says_nonsense_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".web-orders.json.lock"), "{\"run\":[\n").unwrap();
    assert_eq!(kept(folder.path()).unwrap().interactions, 1);
}
