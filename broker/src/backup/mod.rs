//! Backups: everything that a store has up to one position of its log, in one file.
//!
//! [`write()`] reads while a broker goes on writing: the log up to a position never changes. [`restore`] puts an archive
//! into an empty store, up to a moment if that is asked for, after it has read all of the archive once and found it whole.
//! An archive has everything, secrets of webhooks too.
//!
//! # The archive
//!
//! ```text
//! first line   "pactwright backup 1"
//! frames       4 bytes: length, big endian; then a sealed payload (version 1, CRC-32, payload) of that length
//! payload      1 byte: what it is; then its content
//!              'h' (the first) how many records there are, 8 bytes, big endian
//!              't' a text that later records name; its key is the SHA-256 of it
//!              'm' the key (32 bytes) of a text that later records name, and that was not there any more
//!              'r' a record of the log; the first one is at position 0
//!              'e' (the last) how many records and how many texts there are, 8 bytes each, big endian, and the SHA-256
//!                  of all that comes before this frame
//! ```
//!
//! A text comes before the first record that names it, so that every beginning of an archive makes sense of its own.

mod archive;
mod restore;

pub use archive::ArchiveError;
pub use restore::{RestoreError, Restored, restore, verify};

use std::{
    collections::HashSet,
    io::{self, Write},
};

use crate::{
    domain::event::Commit,
    rebuild::{PAGE, RebuildError},
    store::{BlobKey, Position, Store, StoreError},
};

/// What an archive has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// How many changes.
    pub records: u64,
    /// How many texts: contracts, details of results, what webhooks were told.
    pub texts: u64,
}

/// Why no backup could be made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// What is to be kept is damaged.
    #[error("{0}; `pactwright broker check` says what can be saved")]
    Damaged(#[source] RebuildError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(StoreError),
    /// The archive cannot be written.
    #[error("the backup cannot be written")]
    Write(#[from] io::Error),
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged { .. } | StoreError::Missing { .. } | StoreError::DamagedBlob { .. } => {
                Self::Damaged(error.into())
            }
            other => Self::Store(other),
        }
    }
}

/// Writes everything that a store has now. Whatever is appended meanwhile is not in it.
///
/// # Errors
/// When the store cannot be read or is damaged; when the archive cannot be written.
pub fn write(store: &dyn Store, out: &mut dyn Write) -> Result<Summary, BackupError> {
    let end = store.end()?;
    let mut archive = archive::Writer::begin(out, end.0)?;
    let mut written = HashSet::new();
    let mut next = Position(0);
    while next < end {
        let left = usize::try_from(end.0 - next.0).unwrap_or(PAGE);
        let records = store.read(next, left.min(PAGE))?;
        let last = records.last().ok_or(StoreError::Missing { position: next })?;
        let behind = last.position.next();
        for record in &records {
            let position = record.position;
            let commit: Commit = serde_json::from_slice(&record.payload)
                .map_err(|source| BackupError::Damaged(RebuildError::Record { position, source }))?;
            for key in commit.events.iter().filter_map(crate::domain::event::Event::text) {
                if !written.insert(key) {
                    continue;
                }
                match store.blob(key)? {
                    Some(text) if BlobKey::of(&text) != key => {
                        return Err(StoreError::DamagedBlob { key }.into());
                    }
                    Some(text) => archive.text(&text)?,
                    None => archive.missing(key)?,
                }
            }
            archive.record(&record.payload)?;
        }
        next = behind;
    }
    Ok(archive.end()?)
}

#[cfg(test)]
mod tests;
