//! What steps have in common.

use std::path::PathBuf;

use pactwright_core::format::{ReadError, WriteError};
use pactwright_core::json::JsonError;
use pactwright_core::matching::CompileError;
use thiserror::Error;

use super::fixtures::Fixtures;
use super::gherkin::Step;
use super::pattern::{Pattern, PatternError};
use super::{generators, matching, pact_files};

/// What the steps of one scenario know of each other.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) matching: matching::State,
    pub(super) generators: generators::State,
    pub(super) pact_files: pact_files::State,
}

/// A step as a scenario calls it.
pub(super) struct Call<'c> {
    pub(super) arguments: Vec<String>,
    pub(super) step: &'c Step,
    pub(super) fixtures: &'c Fixtures,
}

/// What a step does.
pub(super) type Action = fn(&mut World, &Call<'_>) -> Result<(), Failure>;
/// The steps of a theme, by what they are called.
pub(super) type Steps = &'static [(&'static str, Action)];

/// Why a step has failed.
#[derive(Debug, Error)]
pub(super) enum Failure {
    #[error("this step is not known")]
    Unknown,
    #[error("the scenario has no steps")]
    NoSteps,
    #[error("{0}")]
    Unmet(String),
    #[error("the step needs a table with a line of values")]
    NoTable,
    #[error("`{0}` cannot be used here")]
    Unusable(String),
    #[error("{path} cannot be read: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{path} is no fixture of a body: {reason}")]
    Body { path: PathBuf, reason: String },
    #[error("not JSON: {0}")]
    NotJson(#[from] JsonError),
    #[error("{0}")]
    Read(#[from] ReadError),
    #[error("{0}")]
    Write(#[from] WriteError),
    #[error("{0}")]
    Compile(#[from] CompileError),
}

impl Failure {
    /// Nothing when what the suite asks for holds, otherwise what is the case.
    pub(super) fn unless(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(Self::Unmet(otherwise())) }
    }
}

impl Call<'_> {
    /// The argument at a place of the pattern.
    pub(super) fn argument(&self, at: usize) -> &str {
        self.arguments.get(at).map_or("", String::as_str)
    }

    /// The lines of the table with the names of their columns.
    pub(super) fn rows(&self) -> Result<Vec<Row<'_>>, Failure> {
        match self.step.table.split_first() {
            Some((names, lines)) if !lines.is_empty() => {
                Ok(lines.iter().map(|line| Row { names, line }).collect())
            }
            _ => Err(Failure::NoTable),
        }
    }

    /// The only cell of the table.
    pub(super) fn cell(&self) -> Result<&str, Failure> {
        self.step.table.first().and_then(|line| line.first()).map(String::as_str).ok_or(Failure::NoTable)
    }
}

/// A line of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    names: &'t [String],
    line: &'t [String],
}

impl<'t> Row<'t> {
    /// The cells that say something, with the names of their columns.
    pub(super) fn cells(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let cells = self.names.iter().zip(self.line).map(|(name, cell)| (name.as_str(), cell.as_str()));
        cells.filter(|(_, cell)| !cell.is_empty())
    }

    /// The cell of a column, when it says something.
    pub(super) fn get(self, name: &str) -> Option<&'t str> {
        self.cells().find(|(other, _)| *other == name).map(|(_, cell)| cell)
    }
}

/// All steps that are known.
pub(super) struct Catalogue(Vec<(Pattern, Action)>);

impl Catalogue {
    pub(super) fn new() -> Result<Self, PatternError> {
        let steps = [matching::STEPS, generators::STEPS, pact_files::STEPS].into_iter().flatten();
        let compiled = steps.map(|(pattern, action)| Ok((Pattern::new(pattern)?, *action)));
        compiled.collect::<Result<_, _>>().map(Self)
    }

    /// What a step of a scenario does, and with which arguments.
    pub(super) fn find(&self, text: &str) -> Result<(Action, Vec<String>), Failure> {
        let found = self.0.iter().find_map(|(pattern, action)| Some((*action, pattern.arguments(text)?)));
        found.ok_or(Failure::Unknown)
    }
}
