//! What the exit status says, the same for every command.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; or the answer is yes.
    Yes,
    /// The answer is no: a verification failed, a version cannot be deployed, the broker refused, a file has errors.
    No,
    /// It could not be done or asked: wrong usage, unreadable files, no connection.
    CouldNotRun,
    /// The verification ran, but its results could not be published.
    NotPublished,
}

impl Exit {
    /// The number.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Yes => 0,
            Self::No => 1,
            Self::CouldNotRun => 2,
            Self::NotPublished => 3,
        }
    }

    /// The part of every `--help` that documents it.
    pub(crate) const HELP: &'static str = "\
Exit status:
  0  done, or the answer is yes
  1  the answer is no: a verification failed, a version cannot be deployed, the broker refused
  2  it could not be done or asked: wrong usage, a broken file, no connection
  3  verified, but the results could not be published";
}

/// An error that ends a command.
pub(crate) trait CommandError: std::error::Error {
    /// What it means for the exit status.
    fn exit(&self) -> Exit {
        Exit::CouldNotRun
    }
}

/// What went wrong, and how the command ends.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Box<dyn std::error::Error>,
    pub(crate) exit: Exit,
}

impl<E: CommandError + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { exit: error.exit(), error: Box::new(error) }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
