//! Imports: an export, or another broker, becomes a broker of ours.
//!
//! What is imported becomes a log: each fact is recorded with the time that it says, in order of time, so that the past can
//! be asked for, too. Things whose time is known but whose occasion is gone (a tag that was used once, a contract that no
//! version has any more but that results are for) are recorded with a version that is created and removed at once.
//!
//! An export of what was imported is the export that was imported. Only where webhooks had secrets and the export has stars
//! in their place, they are imported disabled.

mod plan;
mod read;
pub mod remote;

use std::io::BufRead;

use plan::Plan;

use crate::{
    domain::{model::WebhookKey, rules::VersionOrder, state::Inconsistent},
    export::{FORMAT, Line},
    rebuild::RebuildError,
    store::{Position, Store, StoreError},
};

/// What was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// How many facts.
    pub facts: u64,
    /// How many changes the log has.
    pub changes: Position,
    /// The webhooks whose secrets are not known: they are disabled.
    pub disabled: Vec<WebhookKey>,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It is none.
    #[error("this is no line of an export")]
    NoLine(#[source] serde_json::Error),
    /// It is longer than any line of an export.
    #[error("it has more than {limit} bytes")]
    TooLong {
        /// How long a line may be.
        limit: usize,
    },
    /// The first line is not what it should be.
    #[error("this is no export of a pactwright broker: it does not begin as one")]
    NoBeginning,
    /// It was written by a later version.
    #[error("this export has format {found}, which is not known; a later version of pactwright reads it")]
    Format {
        /// The format that it says.
        found: u32,
    },
    /// It ends too early.
    #[error("the export is cut off here: its last line says how many there are, and is missing")]
    CutOff,
    /// Lines are missing, or there are more than there were.
    #[error("the export should have {expected} facts before its end, and has {found}")]
    Count {
        /// How many it says.
        expected: u64,
        /// How many there were.
        found: u64,
    },
    /// Something follows the last line.
    #[error("something follows the end of the export")]
    AfterEnd,
    /// It speaks of something that no line before it told of.
    #[error("{0} is not known from the lines before")]
    Unknown(String),
    /// It says again what a line before it said.
    #[error("{0} is there twice")]
    Twice(String),
    /// A number is too large to be true.
    #[error("a contract with {revision} revisions cannot be imported")]
    Revisions {
        /// How many it says.
        revision: u32,
    },
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is something already where it was to go.
    #[error("the place that is to be imported into is not empty")]
    NotEmpty,
    /// A line is not what it should be.
    #[error("line {line}: {fault}")]
    Line {
        /// Its number, the first is 1.
        line: u64,
        /// What is wrong.
        #[source]
        fault: Fault,
    },
    /// What was imported contradicts itself.
    #[error("what is imported contradicts itself")]
    Contradiction(#[from] Inconsistent),
    /// It cannot be read.
    #[error("the export cannot be read")]
    Read(#[source] std::io::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was imported cannot be written.
    #[error("an event cannot be encoded")]
    Encoding(#[source] serde_json::Error),
    /// What was imported is not whole.
    #[error("what was imported cannot be read again")]
    Rebuild(#[from] RebuildError),
    /// The store has something else than was put into it.
    #[error("what can be read is not what was imported")]
    Differs,
}

/// Puts an export into an empty store.
///
/// # Errors
/// When the store is not empty; when the export is not whole, with the line; when the store fails. What is in the store
/// then is not complete.
pub fn import(export: impl BufRead, store: &dyn Store, order: VersionOrder) -> Result<Imported, ImportError> {
    let mut lines = read::Lines::new(export);
    let mut plan = Plan::begin(store)?;
    match lines.next()? {
        Some((_, Line::Export { format, .. })) if format == FORMAT => {}
        Some((line, Line::Export { format, .. })) => {
            return Err(ImportError::Line { line, fault: Fault::Format { found: format } });
        }
        _ => return Err(ImportError::Line { line: 1, fault: Fault::NoBeginning }),
    }
    let mut found = 0;
    loop {
        let Some((line, said)) = lines.next()? else {
            return Err(ImportError::Line { line: lines.number() + 1, fault: Fault::CutOff });
        };
        match said {
            Line::End { lines: expected } if expected == found => break,
            Line::End { lines: expected } => {
                return Err(ImportError::Line { line, fault: Fault::Count { expected, found } });
            }
            said => plan.take(said).map_err(|flaw| flaw.at(line))?,
        }
        found += 1;
    }
    if lines.next()?.is_some() {
        return Err(ImportError::Line { line: lines.number(), fault: Fault::AfterEnd });
    }
    plan.carry_out(order)
}

#[cfg(test)]
mod tests;
