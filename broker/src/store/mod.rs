//! Where the log and the texts of contracts are kept.
//!
//! A store knows nothing of events: it keeps bytes under positions (the log), under their digests (blobs), and one
//! snapshot. Every implementation passes `suite.rs`.

mod acknowledged;
mod blob;
mod memory;
pub(crate) mod record;
mod sled;
mod snapshot_file;
#[cfg(test)]
mod suite;
mod unfinished;

pub use self::sled::SledStore;
pub use blob::BlobKey;
pub use memory::MemoryStore;
pub use record::RecordError;
pub use unfinished::Filling;

use std::{fmt, path::PathBuf};

/// A place in the log: how many records come before.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A record of the log with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its place.
    pub position: Position,
    /// What was appended.
    pub payload: Vec<u8>,
}

/// A shortcut: what the state was before some position of the log.
pub struct Snapshot {
    /// The first position that it does not include.
    pub position: Position,
    /// The state, in the owner's encoding.
    pub parts: Parts,
}

/// The parts of a snapshot, read one after the other. One that is damaged ends it.
pub type Parts = Box<dyn Iterator<Item = Result<Vec<u8>, StoreError>> + Send>;

/// A durable log with blobs beside it. Calls block; callers keep them off threads that must not wait.
pub trait Store: Send + Sync + 'static {
    /// The place that the next record gets.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn end(&self) -> Result<Position, StoreError>;

    /// Appends records and keeps blobs, all or nothing; when this returns, all of it is durable.
    ///
    /// # Errors
    /// [`StoreError::Moved`] when the log does not end at `expected`, with nothing changed. After any other error it
    /// is not known what was kept.
    fn append(
        &self,
        expected: Position,
        records: &[Vec<u8>],
        blobs: &[(BlobKey, Vec<u8>)],
    ) -> Result<Position, StoreError>;

    /// Up to `limit` records from a place on, in order.
    ///
    /// # Errors
    /// When a record is damaged or missing, with its position; when the store cannot be read.
    fn read(&self, from: Position, limit: usize) -> Result<Vec<Record>, StoreError>;

    /// A blob.
    ///
    /// # Errors
    /// When it is damaged; when the store cannot be read.
    fn blob(&self, key: BlobKey) -> Result<Option<Vec<u8>>, StoreError>;

    /// Puts other records in the places of some, all or nothing; when this returns, all of it is durable. Whoever reads
    /// meanwhile finds all of the old ones or all of the new ones. This may happen while others append.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the log has no record at one of the places, with nothing changed. After any other
    /// error it is not known whether the old ones are there or the new ones.
    fn replace(&self, _records: &[Record]) -> Result<(), StoreError> {
        Err(unable("replace records in"))
    }

    /// The keys of up to `limit` blobs, in order, those after the given one. Fewer mean that there are no more.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn blob_keys(&self, _after: Option<BlobKey>, _limit: usize) -> Result<Vec<BlobKey>, StoreError> {
        Err(unable("list the blobs of"))
    }

    /// Removes blobs, and says how many bytes they had; what is not there is passed over. A blob that is appended again
    /// later is there again; but nobody may append while this runs. After a crash some may be there still.
    ///
    /// # Errors
    /// When the store fails; it is then not known which are gone.
    fn remove_blobs(&self, _keys: &[BlobKey]) -> Result<u64, StoreError> {
        Err(unable("remove blobs from"))
    }

    /// Where the log ends at least: everything before was acknowledged. A log that ends before that has lost records.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn acknowledged(&self) -> Result<Position, StoreError> {
        self.end()
    }

    /// Puts a snapshot, part by part, in the place of the one before, which stays until the new one is complete. This
    /// neither waits for appends nor keeps them waiting.
    ///
    /// # Errors
    /// When it cannot be kept; when a part cannot be had. The one before is still there.
    fn save_snapshot(
        &self,
        position: Position,
        parts: &mut dyn Iterator<Item = std::io::Result<Vec<u8>>>,
    ) -> Result<(), StoreError>;

    /// The last snapshot.
    ///
    /// # Errors
    /// When it is damaged, which its parts may also say later; when the store cannot be read.
    fn load_snapshot(&self) -> Result<Option<Snapshot>, StoreError>;
}

/// What a store says that can only grow.
fn unable(action: &'static str) -> StoreError {
    StoreError::Failed { action, source: "it can only grow".into() }
}

/// What a store could not do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else appended.
    #[error("the log ends at position {actual}, not at {expected}: another process has written to it")]
    Moved {
        /// Where the log was thought to end.
        expected: Position,
        /// Where it ends.
        actual: Position,
    },
    /// A record of the log cannot be read.
    #[error("the record at position {position} of the log is damaged")]
    Damaged {
        /// Its place.
        position: Position,
        /// What is wrong with it.
        #[source]
        source: RecordError,
    },
    /// A record of the log is not there although later ones are.
    #[error("the record at position {position} of the log is missing")]
    Missing {
        /// Its place.
        position: Position,
    },
    /// A blob is not what was put.
    #[error("the blob {key} is damaged")]
    DamagedBlob {
        /// Its key.
        key: BlobKey,
    },
    /// The snapshot is not what was kept. Nothing is lost by that: the log has everything.
    #[error("the snapshot is damaged: {what}")]
    DamagedSnapshot {
        /// What is wrong with it.
        what: &'static str,
    },
    /// Another process has the folder open.
    #[error("the data folder {} is in use by another process; stop it, or choose another folder", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Something was to be put into the folder, and was not finished.
    #[error(
        "what was to be put into the data folder {} is not complete; do it again, or remove the folder",
        folder.display()
    )]
    Unfinished {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder was to be filled, and has something in it.
    #[error("the folder {} is not empty; choose another one", folder.display())]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder cannot be used.
    #[error("cannot open the data folder {}", folder.display())]
    Open {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Reading or writing failed.
    #[error("cannot {action} the store")]
    Failed {
        /// What was tried.
        action: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
