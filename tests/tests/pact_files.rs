//! Pact files, ours and other people's: what is read is written back, what is broken is refused with its place.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::path::{Path, PathBuf};

use pactwright_core::format;
use pactwright_core::json::Json;
use pactwright_core::matching::{ActualMessage, ActualRequest, ActualResponse};
use pactwright_core::matching::{CompiledMessage, CompiledRequest, CompiledResponse};
use pactwright_core::model::{InteractionKind, Pact};
use pactwright_tests::{conformance, fixtures};

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|other| other == extension))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds no .{extension} files", folder.display());
    files
}

/// Reads a file and writes it back: equal as JSON, equal as a model, and the same bytes every time.
fn round_trip(path: &Path) -> Pact {
    let shown = path.display();
    let bytes = std::fs::read(path).unwrap();
    let pact = format::read(&bytes).unwrap_or_else(|error| panic!("{shown}: {error}"));
    let written = format::write(&pact).unwrap_or_else(|error| panic!("{shown}: {error}"));
    assert_eq!(Json::parse(written.as_bytes()), Json::parse(&bytes), "{shown} is not written back as it was");
    let again = format::read(written.as_bytes()).unwrap();
    assert_eq!(again, pact, "{shown} is not read back as it was");
    assert_eq!(format::write(&again).unwrap(), written, "{shown} is not always written the same");
    pact
}

/// What a contract gives as examples satisfies it.
fn examples_match(path: &Path, pact: &Pact) {
    for interaction in &pact.interactions {
        let mismatches = match &interaction.kind {
            InteractionKind::Http { request, response } => {
                let mut all = CompiledRequest::new(*request.clone())
                    .unwrap()
                    .mismatches(&ActualRequest::from(&**request));
                let response_mismatches = CompiledResponse::new(*response.clone())
                    .unwrap()
                    .mismatches(&ActualResponse::from(&**response));
                all.extend(response_mismatches);
                all
            }
            InteractionKind::AsyncMessage(message) => {
                CompiledMessage::new(*message.clone()).unwrap().mismatches(&ActualMessage::from(&**message))
            }
            InteractionKind::SyncMessage { request, responses } => std::iter::once(&**request)
                .chain(responses)
                .flat_map(|one| {
                    CompiledMessage::new(one.clone()).unwrap().mismatches(&ActualMessage::from(one))
                })
                .collect(),
            InteractionKind::Unknown { .. } => Vec::new(),
        };
        let shown: Vec<_> = mismatches.iter().map(ToString::to_string).collect();
        assert!(shown.is_empty(), "{}: {}: {shown:#?}", path.display(), interaction.description);
    }
}

#[test]
fn our_fixtures_survive_and_match_themselves() {
    let folders = std::fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path());
    // Cases are no pacts, and are played elsewhere.
    let others = |path: &PathBuf| path.ends_with("broken") || path.ends_with("cases");
    let readable = folders.filter(|path| path.is_dir() && !others(path));
    for path in readable.flat_map(|folder| files(&folder, "json")) {
        let pact = round_trip(&path);
        examples_match(&path, &pact);
    }
}

#[test]
fn broken_files_are_refused_with_their_place() {
    for path in files(&fixtures().join("broken"), "json") {
        let expected = std::fs::read_to_string(path.with_extension("txt")).unwrap();
        let error = format::read(&std::fs::read(&path).unwrap()).expect_err(&path.display().to_string());
        assert!(error.to_string().contains(expected.trim()), "{}: {error}", path.display());
    }
}

#[test]
fn pact_files_of_other_implementations_survive() {
    let Some(folder) = conformance("real-pacts") else { return };
    for path in files(&folder, "json") {
        round_trip(&path);
    }
}
