//! Interactions of several tests in one pact. Pure.

use pactwright_core::merge::{self as core, Clash, Difference, Identity};
use pactwright_core::model::{Interaction, Pact};
use thiserror::Error;

use super::run::Memory;

/// Why interactions cannot be added to a pact.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::{MergeError, MessageError, SaveError};
///
/// # let folder = tempfile::tempdir()?;
/// let orders = consumer("warehouse").provider("orders");
/// # let orders = orders.output_dir(folder.path());
/// let event = |text| orders.upon_receiving("an order").message(message().text(text));
/// event("7").verify(|_| Ok(()))?;
/// let error = event("8").verify(|_| Ok(())).unwrap_err();
/// let MessageError::NotSaved(SaveError::Merge { source, .. }) = error else { panic!("{error}") };
/// assert!(matches!(source, MergeError::Conflict(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MergeError {
    /// The file belongs to others.
    #[error("it is the contract between `{consumer}` and `{provider}`; choose another folder for this one")]
    OtherContract {
        /// The consumer in the file.
        consumer: String,
        /// The provider in the file.
        provider: String,
    },
    /// Two tests of one run say different things under one name.
    #[error("{0}")]
    Conflict(Box<Conflict>),
    /// The interactions and those of the file do not go together.
    #[error(transparent)]
    Other(core::MergeError),
}

/// Two tests of one run that say different things under one name.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::{MergeError, MessageError, SaveError};
///
/// # let folder = tempfile::tempdir()?;
/// let orders = consumer("warehouse").provider("orders");
/// # let orders = orders.output_dir(folder.path());
/// let event = |text| orders.upon_receiving("an order").message(message().text(text));
/// event("7").verify(|_| Ok(()))?;
/// let error = event("8").verify(|_| Ok(())).unwrap_err();
/// let MessageError::NotSaved(SaveError::Merge { source: MergeError::Conflict(conflict), .. }) = error else {
///     panic!("{error}")
/// };
/// assert_eq!(conflict.interaction, "an order");
/// assert_eq!(conflict.differences[0].path, "$.contents.content");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[error(
    "another test of this run describes \"{interaction}\" with the same provider states, but differently:{}\ngive one of them another description, or make them say the same",
    differences.iter().map(|difference| format!("\n  {difference}")).collect::<String>()
)]
pub struct Conflict {
    /// The description that both have.
    pub interaction: String,
    /// Where they differ: `expected` is what the other test says, `actual` what this one says.
    pub differences: Vec<Difference>,
}

/// The pact with further interactions in it. The result does not depend on the order in which tests come.
pub(super) fn merge(
    existing: Option<Pact>,
    new: &Pact,
    memory: &Memory,
    overwrite: bool,
) -> Result<Pact, MergeError> {
    let mut known = match existing {
        Some(existing) => existing,
        None => Pact { interactions: Vec::new(), ..new.clone() },
    };
    // An earlier run may have had another version; within a run the highest wins, whichever comes first.
    if memory.is_empty() {
        known.version = new.version;
    }
    if overwrite {
        known.interactions.retain(|interaction| memory.contains(&Identity::of(interaction)));
    }
    // What an earlier run wrote is what the test said before it was changed.
    let decide = |known: &Interaction, _: &Interaction| {
        if memory.contains(&Identity::of(known)) { Clash::Conflict } else { Clash::Replace }
    };
    core::merge_with(known, new, decide).map_err(in_this_run)
}

fn in_this_run(error: core::MergeError) -> MergeError {
    match error {
        core::MergeError::OtherParties { consumer, provider, .. } => {
            MergeError::OtherContract { consumer, provider }
        }
        core::MergeError::Conflicts(mut conflicts) if !conflicts.is_empty() => {
            let core::Conflict { interaction, differences } = conflicts.swap_remove(0);
            MergeError::Conflict(Box::new(Conflict { interaction, differences }))
        }
        other => MergeError::Other(other),
    }
}
