use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{BlobKey, Position, Record, Snapshot, Store, StoreError};

/// A store that is gone with the process: for tests and trials.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    log: Vec<Vec<u8>>,
    blobs: BTreeMap<BlobKey, Vec<u8>>,
    snapshot: Option<(Position, Vec<Vec<u8>>)>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing panics between two changes that belong together.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place(position: Position) -> usize {
    usize::try_from(position.0).unwrap_or(usize::MAX)
}

impl Store for MemoryStore {
    fn end(&self) -> Result<Position, StoreError> {
        Ok(Position(self.kept().log.len() as u64))
    }

    fn append(
        &self,
        expected: Position,
        records: &[Vec<u8>],
        blobs: &[(BlobKey, Vec<u8>)],
    ) -> Result<Position, StoreError> {
        let mut kept = self.kept();
        let actual = Position(kept.log.len() as u64);
        if actual != expected {
            return Err(StoreError::Moved { expected, actual });
        }
        for (key, bytes) in blobs {
            kept.blobs.entry(*key).or_insert_with(|| bytes.clone());
        }
        kept.log.extend_from_slice(records);
        Ok(Position(kept.log.len() as u64))
    }

    fn read(&self, from: Position, limit: usize) -> Result<Vec<Record>, StoreError> {
        let kept = self.kept();
        let records = kept.log.iter().enumerate().skip(place(from)).take(limit);
        Ok(records
            .map(|(at, payload)| Record { position: Position(at as u64), payload: payload.clone() })
            .collect())
    }

    fn blob(&self, key: BlobKey) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.kept().blobs.get(&key).cloned())
    }

    fn replace(&self, records: &[Record]) -> Result<(), StoreError> {
        let mut kept = self.kept();
        if let Some(absent) = records.iter().find(|record| place(record.position) >= kept.log.len()) {
            return Err(StoreError::Missing { position: absent.position });
        }
        for record in records {
            kept.log[place(record.position)].clone_from(&record.payload);
        }
        Ok(())
    }

    fn blob_keys(&self, after: Option<BlobKey>, limit: usize) -> Result<Vec<BlobKey>, StoreError> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let kept = self.kept();
        Ok(kept.blobs.range((from, Bound::Unbounded)).take(limit).map(|(key, _)| *key).collect())
    }

    fn remove_blobs(&self, keys: &[BlobKey]) -> Result<u64, StoreError> {
        let mut kept = self.kept();
        Ok(keys.iter().filter_map(|key| kept.blobs.remove(key)).map(|bytes| bytes.len() as u64).sum())
    }

    fn save_snapshot(
        &self,
        position: Position,
        parts: &mut dyn Iterator<Item = std::io::Result<Vec<u8>>>,
    ) -> Result<(), StoreError> {
        let parts: std::io::Result<Vec<_>> = parts.collect();
        let failed =
            |source: std::io::Error| StoreError::Failed { action: "write to", source: source.into() };
        self.kept().snapshot = Some((position, parts.map_err(failed)?));
        Ok(())
    }

    fn load_snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        let snapshot = self.kept().snapshot.clone();
        Ok(snapshot
            .map(|(position, parts)| Snapshot { position, parts: Box::new(parts.into_iter().map(Ok)) }))
    }
}

#[cfg(test)]
mod tests {
    crate::store::suite::store_suite!(|| (crate::store::MemoryStore::new(), ()));
}
