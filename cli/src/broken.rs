//! Pact files that cannot be read, with the places that are wrong in them.

use std::path::{Path, PathBuf};

use pactwright_core::format::ReadError;
use pactwright_core::validate::{Problem, Severity, validate};
use thiserror::Error;

/// A file that is no pact.
#[derive(Debug, Error)]
#[error("{} is not a pact that can be read", path.display())]
pub(crate) struct BrokenPact {
    path: PathBuf,
    source: Places,
}

/// What is wrong with a file, each with where it is.
#[derive(Debug, Error)]
#[error("{0}")]
struct Places(String);

impl BrokenPact {
    /// `error` is why these bytes, which are in that file, are no pact.
    pub(crate) fn new(path: &Path, bytes: &[u8], error: &ReadError) -> Self {
        let lines: Vec<_> = match error {
            // That says where it is by itself.
            ReadError::NotJson(_) => Vec::new(),
            ReadError::NotAPact(_) => validate(bytes)
                .iter()
                .filter(|problem| problem.severity() == Severity::Error)
                .map(place)
                .collect(),
        };
        let text = if lines.is_empty() { error.to_string() } else { lines.join("\n") };
        Self { path: path.to_owned(), source: Places(text) }
    }
}

/// A problem with where it is.
pub(crate) fn place(problem: &Problem) -> String {
    let pointer = match problem.pointer.as_str() {
        "" => "the top of the document",
        pointer => pointer,
    };
    match problem.position {
        Some(position) => {
            format!("at line {} column {}, {pointer}: {problem}", position.line, position.column)
        }
        None => format!("at {pointer}: {problem}"),
    }
}
