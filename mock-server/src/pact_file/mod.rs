//! The pact file: written by many tests and many processes at once, and always complete.
//!
//! A writer locks a file beside the pact, reads the pact, puts its interactions in, and replaces the pact by renaming a
//! finished copy over it. Readers never see half a file, and a writer that is killed loses only its own interactions.
//!
//! The lock file also remembers which interactions the current test run has written. An interaction of the same name
//! but different content *replaces* one of an earlier run (the test was changed), and *conflicts* with one of the same
//! run (two tests say different things under one name). A run is what `PACTWRIGHT_RUN_ID` or cargo-nextest says, or
//! else this process.

mod merge;
mod name;
mod run;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use pactwright_core::format;
use pactwright_core::model::{Interaction, InteractionKind, Pact, SpecVersion};
use thiserror::Error;

pub use merge::{Conflict, MergeError};
pub use pactwright_core::merge::Difference;
pub(crate) use pactwright_core::merge::Identity;

use crate::settings::Output;
use run::Memory;

/// The pact file that holds what a mock was asked and answered.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::PactFile;
///
/// # let folder = tempfile::tempdir()?;
/// let orders = consumer("warehouse").provider("orders");
/// # let orders = orders.output_dir(folder.path());
/// let event = orders.upon_receiving("an order").message(message().text("7"));
/// let PactFile { path, interactions, changed } = event.verify(|message| Ok(message.text()?.parse::<u64>()?))?;
/// assert!(path.ends_with("warehouse-orders.json") && changed);
/// assert_eq!(interactions, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PactFile {
    /// Where it is.
    pub path: PathBuf,
    /// How many interactions it holds, with those of other tests.
    pub interactions: usize,
    /// Whether its bytes are others than before.
    pub changed: bool,
}

/// Why a pact file could not be written. It is as it was before.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::{MessageError, SaveError};
///
/// # let folder = tempfile::tempdir()?;
/// let orders = consumer("warehouse").provider("orders");
/// # let orders = orders.output_dir(folder.path());
/// # std::fs::write(folder.path().join("warehouse-orders.json"), "{")?;
/// // The file in the output folder is broken: somebody has edited it.
/// let event = orders.upon_receiving("an order").message(message().text("7"));
/// let error = event.verify(|message| Ok(message.text()?.to_owned())).unwrap_err();
/// assert!(matches!(error, MessageError::NotSaved(SaveError::Broken { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Error)]
pub enum SaveError {
    /// The file system says no.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the file system says.
        source: io::Error,
    },
    /// What is there is no pact.
    #[error("`{}` exists, but is no pact that could be added to; delete it, or choose another folder: {source}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: format::ReadError,
    },
    /// What is there and what is new do not go together.
    #[error("`{}` cannot be added to: {source}", path.display())]
    Merge {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: MergeError,
    },
    /// Requests and messages in one file of a version before V4.
    #[error(
        "`{}` would hold both requests and messages, which a pact before version 4 cannot; write them into different folders, or choose version 4 with `spec_version`",
        path.display()
    )]
    Mixed {
        /// The file.
        path: PathBuf,
    },
    /// The version of the pact has no words for something in it.
    #[error("`{}` cannot be written: {source}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// What there are no words for.
        source: format::WriteError,
    },
}

/// Adds interactions to the pact file of their consumer and provider.
pub(crate) fn save(pact: &Pact, output: &Output) -> Result<PactFile, SaveError> {
    let name = name::file_name(&pact.consumer.name, &pact.provider.name);
    let path = output.folder.join(&name);
    fs::create_dir_all(&output.folder).map_err(io("create the folder", &output.folder))?;

    let lock_path = output.folder.join(format!(".{name}.lock"));
    let mut lock = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&lock_path)
        .map_err(io("open", &lock_path))?;
    // Held until the file is closed, also when this process is killed.
    lock.lock().map_err(io("lock", &lock_path))?;

    let mut remembered = String::new();
    lock.read_to_string(&mut remembered).map_err(io("read", &lock_path))?;
    let mut memory = Memory::read(&remembered, output.run.as_deref());

    let before = match fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(io("read", &path)(error)),
    };
    let existing = match &before {
        None => None,
        Some(bytes) => {
            Some(format::read(bytes).map_err(|source| SaveError::Broken { path: path.clone(), source })?)
        }
    };
    // What comes again is compared with what was read: a body that is written in one way can be said in several.
    let text = format::write(pact).map_err(|source| SaveError::Version { path: path.clone(), source })?;
    let as_read = format::read(text.as_bytes());
    let pact = as_read.as_ref().unwrap_or(pact);
    let merged = merge::merge(existing, pact, &memory, output.overwrite)
        .map_err(|source| SaveError::Merge { path: path.clone(), source })?;
    if merged.version < SpecVersion::V4 && is_mixed(&merged) {
        return Err(SaveError::Mixed { path });
    }
    let text = format::write(&merged).map_err(|source| SaveError::Version { path: path.clone(), source })?;

    let changed = before.as_deref() != Some(text.as_bytes());
    // Remembered first: a process that dies in between leaves an interaction that is remembered but not in the file,
    // which is harmless.
    if memory.add(pact.interactions.iter().map(Identity::of)) {
        let text = memory.to_text();
        lock.seek(SeekFrom::Start(0))
            .and_then(|_| lock.set_len(0))
            .and_then(|()| lock.write_all(text.as_bytes()))
            .map_err(io("write", &lock_path))?;
    }
    if changed {
        replace(&path, text.as_bytes())?;
    }
    Ok(PactFile { path, interactions: merged.interactions.len(), changed })
}

/// Whether there are both requests and messages.
fn is_mixed(pact: &Pact) -> bool {
    let is_message = |interaction: &Interaction| matches!(interaction.kind, InteractionKind::AsyncMessage(_));
    let messages = pact.interactions.iter().filter(|interaction| is_message(interaction)).count();
    messages > 0 && messages < pact.interactions.len()
}

/// Puts a finished file in the place of another.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), SaveError> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.{}.tmp", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let draft = path.with_file_name(name);
    let written = File::create_new(&draft)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .map_err(io("write", &draft))
        .and_then(|()| fs::rename(&draft, path).map_err(io("replace", path)));
    if written.is_err() {
        // What cannot be removed either is already reported as what could not be written.
        let _ = fs::remove_file(&draft);
    }
    written
}

fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SaveError {
    let path = path.to_owned();
    move |source| SaveError::Io { action, path, source }
}

#[cfg(test)]
mod tests;
