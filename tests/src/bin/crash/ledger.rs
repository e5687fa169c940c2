//! What was written, and whether it was acknowledged.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Something that was sent to a broker.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    /// Three contracts of one version, with a branch and a tag.
    Publication { consumer: String, version: String, content: String },
    /// A verification result; where it is, is only known when it was acknowledged.
    Result { address: String, by: String, success: bool },
    /// Something that is there or is not.
    Thing { path: String },
    /// A deployment; where it is, is only known when it was acknowledged.
    Deployment { address: String, version: String },
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) write: Write,
    pub(crate) acknowledged: bool,
}

/// All of them, in any order.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Vec<Entry>>);

impl Ledger {
    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries().len()
    }

    pub(crate) fn add(&self, write: Write, acknowledged: bool) {
        self.entries().push(Entry { write, acknowledged });
    }

    /// Everything from some entry on.
    pub(crate) fn since(&self, begin: usize) -> Vec<Entry> {
        self.entries().iter().skip(begin).cloned().collect()
    }

    /// How many were acknowledged, and how many were not.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let entries = self.entries();
        let acknowledged = entries.iter().filter(|entry| entry.acknowledged).count();
        (acknowledged, entries.len() - acknowledged)
    }
}
