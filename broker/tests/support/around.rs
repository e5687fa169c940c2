//! A store around another, that does some things in its own way.

use std::{io, sync::Arc};

use pactwright_broker::store::{BlobKey, Position, Record, Snapshot, Store, StoreError};

/// What is done in another way. What is not said is done as the store inside does it.
pub(crate) trait Way: Send + Sync + 'static {
    fn append(
        &self,
        kept: &dyn Store,
        expected: Position,
        records: &[Vec<u8>],
        blobs: &[(BlobKey, Vec<u8>)],
    ) -> Result<Position, StoreError> {
        kept.append(expected, records, blobs)
    }

    fn read(&self, kept: &dyn Store, from: Position, limit: usize) -> Result<Vec<Record>, StoreError> {
        kept.read(from, limit)
    }

    fn replace(&self, kept: &dyn Store, records: &[Record]) -> Result<(), StoreError> {
        kept.replace(records)
    }

    fn blob_keys(
        &self,
        kept: &dyn Store,
        after: Option<BlobKey>,
        limit: usize,
    ) -> Result<Vec<BlobKey>, StoreError> {
        kept.blob_keys(after, limit)
    }

    fn remove_blobs(&self, kept: &dyn Store, keys: &[BlobKey]) -> Result<u64, StoreError> {
        kept.remove_blobs(keys)
    }

    fn save_snapshot(
        &self,
        kept: &dyn Store,
        position: Position,
        parts: &mut dyn Iterator<Item = io::Result<Vec<u8>>>,
    ) -> Result<(), StoreError> {
        kept.save_snapshot(position, parts)
    }
}

/// A store, and the way it is used.
pub(crate) struct Around<W> {
    kept: Arc<dyn Store>,
    pub(crate) way: W,
}

impl<W: Way> Around<W> {
    pub(crate) fn new(kept: Arc<dyn Store>, way: W) -> Arc<Self> {
        Arc::new(Self { kept, way })
    }
}

impl<W: Way> Store for Around<W> {
    fn end(&self) -> Result<Position, StoreError> {
        self.kept.end()
    }

    fn append(
        &self,
        expected: Position,
        records: &[Vec<u8>],
        blobs: &[(BlobKey, Vec<u8>)],
    ) -> Result<Position, StoreError> {
        self.way.append(self.kept.as_ref(), expected, records, blobs)
    }

    fn read(&self, from: Position, limit: usize) -> Result<Vec<Record>, StoreError> {
        self.way.read(self.kept.as_ref(), from, limit)
    }

    fn blob(&self, key: BlobKey) -> Result<Option<Vec<u8>>, StoreError> {
        self.kept.blob(key)
    }

    fn replace(&self, records: &[Record]) -> Result<(), StoreError> {
        self.way.replace(self.kept.as_ref(), records)
    }

    fn blob_keys(&self, after: Option<BlobKey>, limit: usize) -> Result<Vec<BlobKey>, StoreError> {
        self.way.blob_keys(self.kept.as_ref(), after, limit)
    }

    fn remove_blobs(&self, keys: &[BlobKey]) -> Result<u64, StoreError> {
        self.way.remove_blobs(self.kept.as_ref(), keys)
    }

    fn acknowledged(&self) -> Result<Position, StoreError> {
        self.kept.acknowledged()
    }

    fn save_snapshot(
        &self,
        position: Position,
        parts: &mut dyn Iterator<Item = io::Result<Vec<u8>>>,
    ) -> Result<(), StoreError> {
        self.way.save_snapshot(self.kept.as_ref(), position, parts)
    }

    fn load_snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        self.kept.load_snapshot()
    }
}
