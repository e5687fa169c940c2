//! `lint`: everything that is wrong with pact files.

use std::path::{Path, PathBuf};

use clap::Args;
use pactwright_core::validate::{Problem, Severity, validate};
use serde::Serialize;
use thiserror::Error;

use crate::exit::{CommandError, Exit};
use crate::files::{FilesError, find_all};
use crate::output::{Output, counted};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright lint target/pacts
  pactwright lint --strict --output json 'pacts/**/*.json'

It ends with 0 when nothing is wrong, 1 when something is, 2 when a file could not be read.")]
pub(crate) struct Lint {
    /// Pact files, folders that hold them, or patterns such as 'pacts/**/*.json'
    #[arg(required = true, value_name = "FILE_OR_FOLDER")]
    files: Vec<String>,
    /// Count warnings as errors
    #[arg(long)]
    strict: bool,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
}

/// Why nothing was checked.
#[derive(Debug, Error)]
pub(crate) enum LintError {
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error("{} cannot be read", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
}

impl CommandError for LintError {}

/// A problem as machines read it.
#[derive(Debug, Serialize)]
struct Entry<'p> {
    file: String,
    pointer: &'p str,
    line: Option<u64>,
    column: Option<u64>,
    severity: &'static str,
    code: &'static str,
    message: String,
}

impl<'p> Entry<'p> {
    fn new(path: &Path, problem: &'p Problem) -> Self {
        Self {
            file: path.display().to_string(),
            pointer: &problem.pointer,
            line: problem.position.map(|position| position.line),
            column: problem.position.map(|position| position.column),
            severity: problem.severity().as_str(),
            code: problem.kind.code(),
            message: problem.to_string(),
        }
    }

    /// `file:line:column pointer: error: sentence`
    fn line(&self) -> String {
        let Self { file, pointer, severity, message, .. } = self;
        let position = match (self.line, self.column) {
            (Some(line), Some(column)) => format!(":{line}:{column}"),
            _ => String::new(),
        };
        let pointer = if pointer.is_empty() { String::new() } else { format!(" {pointer}") };
        format!("{file}{position}{pointer}: {severity}: {message}")
    }
}

impl Lint {
    pub(crate) fn run(&self, printer: Printer) -> Result<Exit, LintError> {
        let paths = find_all(&self.files)?;
        let mut found: Vec<(&Path, Vec<Problem>)> = Vec::new();
        for path in &paths {
            let content =
                std::fs::read(path).map_err(|source| LintError::Unreadable { path: path.clone(), source })?;
            found.push((path, validate(&content)));
        }
        let entries: Vec<Entry<'_>> = found
            .iter()
            .flat_map(|(path, problems)| problems.iter().map(|problem| Entry::new(path, problem)))
            .collect();
        let count =
            |severity: Severity| entries.iter().filter(|entry| entry.severity == severity.as_str()).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        match self.output {
            Output::Json => printer.json(&entries),
            Output::Text => {
                for entry in &entries {
                    printer.data(&entry.line());
                }
                printer.note(&format!(
                    "Checked {}: {}, {}.",
                    counted(paths.len(), "file"),
                    counted(errors, "error"),
                    counted(warnings, "warning")
                ));
            }
        }
        Ok(if errors > 0 || (self.strict && warnings > 0) { Exit::No } else { Exit::Yes })
    }
}
