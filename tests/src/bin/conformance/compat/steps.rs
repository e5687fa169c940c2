//! What steps have in common.

use std::path::PathBuf;
use std::sync::Arc;

use pactwright::StartError;
use pactwright_core::format::{ReadError, WriteError};
use pactwright_core::json::{Json, JsonBuf, JsonError, ObjectBuf};
use pactwright_core::matching::CompileError;
use pactwright_core::model::SpecVersion;
use tempfile::TempDir;
use thiserror::Error;
use tokio::runtime::Runtime;

use super::fixtures::{Fixtures, value};
use super::gherkin::Step;
use super::pattern::{Pattern, PatternError};
use super::{
    contracts, definitions, generators, interactions, matching, messages, mock_server, pact_files, providers,
    verification,
};

/// What the steps of one scenario know of each other.
#[derive(Debug)]
pub(super) struct World {
    /// The version of the specification that the feature is about.
    pub(super) version: SpecVersion,
    pub(super) matching: matching::State,
    pub(super) generators: generators::State,
    pub(super) definitions: definitions::State,
    pub(super) messages: messages::State,
    pub(super) interactions: interactions::State,
    pub(super) mock_server: mock_server::State,
    pub(super) pact_files: pact_files::State,
    pub(super) providers: providers::State,
    pub(super) contracts: contracts::State,
    pub(super) verification: verification::State,
    folder: Option<TempDir>,
    runtime: Option<Arc<Runtime>>,
}

impl World {
    pub(super) fn new(version: SpecVersion) -> Self {
        Self {
            version,
            matching: matching::State::default(),
            generators: generators::State::default(),
            definitions: definitions::State::default(),
            messages: messages::State::default(),
            interactions: interactions::State::default(),
            mock_server: mock_server::State::default(),
            pact_files: pact_files::State::default(),
            providers: providers::State::default(),
            contracts: contracts::State::default(),
            verification: verification::State::default(),
            folder: None,
            runtime: None,
        }
    }

    /// The scenario's own folder, for pact files.
    pub(super) fn folder(&mut self) -> Result<PathBuf, Failure> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => tempfile::tempdir().map_err(Failure::System)?,
        };
        Ok(self.folder.insert(folder).path().to_owned())
    }

    /// Whether no pact was written.
    pub(super) fn is_folder_empty(&mut self) -> Result<(), Failure> {
        let first = std::fs::read_dir(self.folder()?).map_err(Failure::System)?.next();
        Failure::unless(first.is_none(), || "there is one".to_owned())
    }

    /// The scenario's own runtime: whatever it has started ends with it.
    pub(super) fn runtime(&mut self) -> Result<Arc<Runtime>, Failure> {
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => {
                let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
                Arc::new(built.map_err(Failure::System)?)
            }
        };
        Ok(Arc::clone(self.runtime.insert(runtime)))
    }
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
    #[error("the system says: {0}")]
    System(std::io::Error),
    #[error("the request could not be sent: {0}")]
    Request(#[from] reqwest::Error),
    #[error("the mock server could not be started: {0}")]
    Start(Box<StartError>),
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

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::Start(Box::new(error))
    }
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
            Some((names, lines)) if !lines.is_empty() => Ok(lines
                .iter()
                .map(|line| Row::new(names.iter().map(String::as_str).zip(line.iter().map(String::as_str))))
                .collect()),
            _ => Err(Failure::NoTable),
        }
    }

    /// The values of a table with a name and a value in each line.
    pub(super) fn metadata(&self) -> Result<ObjectBuf, Failure> {
        let pair = |row: Row<'_>| -> Result<(String, JsonBuf), Failure> {
            let (name, cell) = row.get("key").zip(row.get("value")).ok_or(Failure::NoTable)?;
            Ok((name.to_owned(), value(cell)?))
        };
        self.rows()?.into_iter().map(pair).collect()
    }

    /// The only cell of the table.
    pub(super) fn cell(&self) -> Result<&str, Failure> {
        self.step.table.first().and_then(|line| line.first()).map(String::as_str).ok_or(Failure::NoTable)
    }
}

/// A line of a table: the cells that say something, with the names of their columns.
#[derive(Debug, Clone)]
pub(super) struct Row<'t>(Vec<(&'t str, &'t str)>);

impl<'t> Row<'t> {
    pub(super) fn new(cells: impl Iterator<Item = (&'t str, &'t str)>) -> Self {
        Self(cells.filter(|(_, cell)| !cell.is_empty()).collect())
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.0.iter().copied()
    }

    /// The cells as JSON, by the names of their columns.
    pub(super) fn values(&self) -> Result<ObjectBuf, Failure> {
        let member = |(name, cell): (&str, &str)| -> Result<(String, JsonBuf), Failure> {
            Ok((name.to_owned(), Json::parse(cell.as_bytes())?.into_owned()))
        };
        self.cells().map(member).collect()
    }

    /// The cell of a column, when it says something.
    pub(super) fn get(&self, name: &str) -> Option<&'t str> {
        self.cells().find(|(other, _)| *other == name).map(|(_, cell)| cell)
    }
}

/// All steps that are known.
pub(super) struct Catalogue(Vec<(Pattern, Action)>);

impl Catalogue {
    pub(super) fn new() -> Result<Self, PatternError> {
        let themes = [
            matching::STEPS,
            generators::STEPS,
            definitions::STEPS,
            messages::STEPS,
            interactions::STEPS,
            mock_server::STEPS,
            pact_files::STEPS,
            providers::STEPS,
            contracts::STEPS,
            verification::STEPS,
        ];
        let steps = themes.into_iter().flatten();
        let compiled = steps.map(|(pattern, action)| Ok((Pattern::new(pattern)?, *action)));
        compiled.collect::<Result<_, _>>().map(Self)
    }

    /// What a step of a scenario does, and with which arguments.
    pub(super) fn find(&self, text: &str) -> Result<(Action, Vec<String>), Failure> {
        let found = self.0.iter().find_map(|(pattern, action)| Some((*action, pattern.arguments(text)?)));
        found.ok_or(Failure::Unknown)
    }
}
