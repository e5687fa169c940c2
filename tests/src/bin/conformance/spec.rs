//! The test cases of the Pact specification: each file holds what is expected, what came, and whether they match.

use std::path::{Path, PathBuf};

use pactwright_core::format::{self, ReadError};
use pactwright_core::json::{Json, JsonBuf, JsonError};
use pactwright_core::matching::{
    ActualMessage, ActualRequest, ActualResponse, CompileError, CompiledMessage, CompiledRequest,
    CompiledResponse,
};
use pactwright_core::model::SpecVersion;
use pactwright_core::report::Mismatch;
use thiserror::Error;

use super::Outcome;

/// What a case is about; the name of its folder.
#[derive(Debug, Clone, Copy)]
enum Part {
    Request,
    Response,
    Message,
}

/// Why a case cannot be run.
#[derive(Debug, Error)]
pub(crate) enum CaseError {
    #[error("{path} cannot be read: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("not JSON: {0}")]
    NotJson(#[from] JsonError),
    #[error("the attribute `{0}` is missing")]
    Missing(&'static str),
    #[error("{0}")]
    Read(#[from] ReadError),
    #[error("{0}")]
    Compile(#[from] CompileError),
}

pub(crate) fn run(dir: &Path) -> Result<Outcome, CaseError> {
    let mut outcome = Outcome { passed: 0, failed: 0 };
    for version_dir in sorted_entries(dir)? {
        let name = version_dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(version) = name.strip_prefix('v').and_then(SpecVersion::parse) else { continue };
        for (folder, part) in
            [("request", Part::Request), ("response", Part::Response), ("message", Part::Message)]
        {
            let folder = version_dir.join(folder);
            if folder.is_dir() {
                for case in cases(&folder)? {
                    let shown = case.strip_prefix(dir).unwrap_or(&case).display();
                    match check(&case, version, part) {
                        Ok(None) => outcome.passed += 1,
                        Ok(Some(complaint)) => {
                            outcome.failed += 1;
                            println!("FAILED {shown}: {complaint}");
                        }
                        Err(error) => {
                            outcome.failed += 1;
                            println!("FAILED {shown}: cannot be run: {error}");
                        }
                    }
                }
            }
        }
    }
    Ok(outcome)
}

fn sorted_entries(dir: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let io = |source| CaseError::Io { path: dir.to_owned(), source };
    let mut entries = std::fs::read_dir(dir)
        .map_err(io)?
        .map(|entry| entry.map(|entry| entry.path()).map_err(io))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    Ok(entries)
}

fn cases(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let mut found = Vec::new();
    for entry in sorted_entries(folder)? {
        if entry.is_dir() {
            found.extend(cases(&entry)?);
        } else if entry.extension().is_some_and(|extension| extension == "json") {
            found.push(entry);
        }
    }
    Ok(found)
}

/// Runs a case; answers what is wrong with the result, if anything.
fn check(path: &Path, version: SpecVersion, part: Part) -> Result<Option<String>, CaseError> {
    let bytes = std::fs::read(path).map_err(|source| CaseError::Io { path: path.to_owned(), source })?;
    let case = Json::parse(&bytes)?.into_owned();
    let get = |name: &'static str| case.get(name).cloned().ok_or(CaseError::Missing(name));
    let should_match = get("match")?.as_bool().ok_or(CaseError::Missing("match"))?;
    let mismatches = mismatches(get("expected")?, get("actual")?, version, part)?;
    Ok(match (should_match, mismatches.as_slice()) {
        (true, []) | (false, [_, ..]) => None,
        (false, []) => Some("should not match, but does".to_owned()),
        (true, [first, ..]) => Some(format!("should match, but {first}")),
    })
}

fn mismatches(
    expected: JsonBuf,
    actual: JsonBuf,
    version: SpecVersion,
    part: Part,
) -> Result<Vec<Mismatch>, CaseError> {
    Ok(match part {
        Part::Request => {
            let expected = CompiledRequest::new(format::read_request(expected, version)?)?;
            expected.mismatches(&ActualRequest::from(&format::read_request(actual, version)?))
        }
        Part::Response => {
            let expected = CompiledResponse::new(format::read_response(expected, version)?)?;
            expected.mismatches(&ActualResponse::from(&format::read_response(actual, version)?))
        }
        Part::Message => {
            let expected = CompiledMessage::new(format::read_message(expected, version)?)?;
            expected.mismatches(&ActualMessage::from(&format::read_message(actual, version)?))
        }
    })
}
