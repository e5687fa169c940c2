//! Pact files: what is read is written and read again without loss, in every version that can say it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pactwright_core::format::{convert, read, to_json, write};
use pactwright_core::json::Json;
use pactwright_core::merge::merge;
use pactwright_core::model::SpecVersion;
use pactwright_core::validate::{Severity, validate};
use pactwright_core::{digest, model::Pact};
use pactwright_core_fuzz::exercise;

const VERSIONS: [SpecVersion; 5] =
    [SpecVersion::V1, SpecVersion::V1_1, SpecVersion::V2, SpecVersion::V3, SpecVersion::V4];

fuzz_target!(|bytes: &[u8]| {
    let problems = validate(bytes);
    for problem in &problems {
        assert!(!problem.to_string().is_empty());
    }
    let refused = problems.iter().any(|problem| problem.severity() == Severity::Error);
    if let Ok(document) = Json::parse(bytes) {
        let kept = digest::kept(&document);
        assert_eq!(kept.content_sha, digest::content_sha(&document));
        assert!(Json::parse(kept.text.as_bytes()).is_ok());
    }
    let pact = match read(bytes) {
        Ok(pact) => pact,
        Err(error) => {
            assert!(refused && !error.to_string().is_empty());
            return;
        }
    };
    assert!(!refused, "{problems:?}");
    let written = write(&pact).expect("what was read can be written");
    let again = read(written.as_bytes()).expect("what was written can be read");
    assert_eq!(again, pact);
    assert_eq!(write(&again).as_ref(), Ok(&written));
    for interaction in &pact.interactions {
        digest::stimulus(interaction);
        exercise(interaction);
    }
    for version in VERSIONS {
        converted(&pact, version);
    }
    if let Ok(merged) = merge(pact.clone(), pact) {
        assert_eq!(merge(merged.clone(), merged.clone()).as_ref(), Ok(&merged));
    }
});

fn converted(pact: &Pact, version: SpecVersion) {
    let Ok(converted) = convert(pact.clone(), version) else { return };
    let written = to_json(&converted).expect("what was converted can be written").to_compact();
    let again = read(written.as_bytes()).expect("what was converted and written can be read");
    for (one, other) in again.interactions.iter().zip(&converted.interactions) {
        assert_eq!(digest::obligation(one), digest::obligation(other), "{written}");
    }
    assert_eq!(again.interactions.len(), converted.interactions.len());
}
