//! What a contract demands does not depend on the version that it is written in: each case has the same outcome when what
//! is expected has been converted, written and read back.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::path::{Path, PathBuf};

use pactwright_core::format::{self, convert};
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::matching::{ActualMessage, ActualRequest, ActualResponse};
use pactwright_core::matching::{CompiledMessage, CompiledRequest, CompiledResponse};
use pactwright_core::model::{Interaction, InteractionKind, Pact, Request, Response, SpecVersion};
use pactwright_core::report::Mismatch;
use pactwright_tests::{conformance, fixtures};

const VERSIONS: [SpecVersion; 5] =
    [SpecVersion::V1, SpecVersion::V1_1, SpecVersion::V2, SpecVersion::V3, SpecVersion::V4];

/// What came, as the case has it.
enum Actual {
    Request(ActualRequest),
    Response(ActualResponse),
    Message(ActualMessage),
}

struct Case {
    expected: InteractionKind,
    actual: Actual,
    matches: bool,
}

impl Case {
    fn read(path: &Path, version: SpecVersion, part: &str) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let case = Json::parse(&bytes).unwrap().into_owned();
        let get = |name| -> JsonBuf { case.get(name).unwrap().clone() };
        let (request, response) = (Box::<Request>::default(), Box::<Response>::default());
        let (expected, actual) = match part {
            "request" => {
                let request = Box::new(format::read_request(get("expected"), version).unwrap());
                let actual = format::read_request(get("actual"), version).unwrap();
                (InteractionKind::Http { request, response }, Actual::Request(ActualRequest::from(&actual)))
            }
            "response" => {
                let response = Box::new(format::read_response(get("expected"), version).unwrap());
                let actual = format::read_response(get("actual"), version).unwrap();
                (InteractionKind::Http { request, response }, Actual::Response(ActualResponse::from(&actual)))
            }
            _ => {
                let expected = Box::new(format::read_message(get("expected"), version).unwrap());
                let actual = format::read_message(get("actual"), version).unwrap();
                (InteractionKind::AsyncMessage(expected), Actual::Message(ActualMessage::from(&actual)))
            }
        };
        Self { expected, actual, matches: get("match").as_bool().unwrap() }
    }

    fn mismatches(&self, expected: &InteractionKind) -> Vec<Mismatch> {
        match (expected, &self.actual) {
            (InteractionKind::Http { request, .. }, Actual::Request(actual)) => {
                CompiledRequest::new(*request.clone()).unwrap().mismatches(actual)
            }
            (InteractionKind::Http { response, .. }, Actual::Response(actual)) => {
                CompiledResponse::new(*response.clone()).unwrap().mismatches(actual)
            }
            (InteractionKind::AsyncMessage(message), Actual::Message(actual)) => {
                CompiledMessage::new(*message.clone()).unwrap().mismatches(actual)
            }
            (other, _) => panic!("read back as {}", other.type_name()),
        }
    }
}

/// The files below a folder; none when it is not there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Converts what is expected to every version that has words for it; answers how often that went.
fn converted(root: &Path) -> usize {
    let mut converted = 0;
    for from in VERSIONS {
        for part in ["request", "response", "message"] {
            let folder = root.join(format!("v{}", short(from))).join(part);
            for path in files(&folder) {
                let case = Case::read(&path, from, part);
                for to in VERSIONS.into_iter().filter(|to| *to != from) {
                    // Only V1 compares queries as text.
                    let of_query = path.components().any(|component| component.as_os_str() == "query");
                    if of_query && (from == SpecVersion::V1 || to == SpecVersion::V1) {
                        continue;
                    }
                    let mut pact = Pact::new("c", "p", from);
                    pact.interactions = vec![Interaction::new("x", case.expected.clone())];
                    let Ok(pact) = convert(pact, to) else { continue };
                    let written = format::write(&pact).unwrap();
                    let read = format::read(written.as_bytes()).unwrap();
                    let mismatches = case.mismatches(&read.interactions[0].kind);
                    assert_eq!(
                        mismatches.is_empty(),
                        case.matches,
                        "{} as {to}: {mismatches:?}",
                        path.display()
                    );
                    converted += 1;
                }
            }
        }
    }
    converted
}

fn short(version: SpecVersion) -> &'static str {
    match version {
        SpecVersion::V1_1 => "1.1",
        other => &other.as_str()[..1],
    }
}

#[test]
fn our_cases_hold_in_every_version_that_can_say_them() {
    assert!(converted(&fixtures().join("cases")) > 100);
}

#[test]
fn the_specification_s_cases_hold_in_every_version_that_can_say_them() {
    if let Some(cases) = conformance("spec") {
        assert!(converted(&cases) > 1000);
    }
}
