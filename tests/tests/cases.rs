//! Our own cases, in the form of the specification's, played by the same runner.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use std::process::{Command, Output};

use pactwright_tests::fixtures;

fn played(dir: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_conformance")).arg("spec").arg(dir).output().unwrap()
}

#[test]
fn our_cases_have_the_outcomes_that_they_state() {
    let output = played(&fixtures().join("cases"));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}");
    assert!(told.ends_with(" passed, 0 failed\n"), "{told}");
}

#[test]
fn a_case_that_states_the_other_outcome_fails() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("v4/response/status");
    std::fs::create_dir_all(&folder).unwrap();
    let case = r#"{"match": true, "expected": {"status": 200}, "actual": {"status": 404}}"#;
    std::fs::write(folder.join("wrong.json"), case).unwrap();
    let output = played(dir.path());
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(told.starts_with("FAILED v4/response/status/wrong.json: should match, but status"), "{told}");
    assert!(told.ends_with("0 passed, 1 failed\n"), "{told}");
}
