//! When a snapshot is taken, what it says of the log that it belongs to, and whether it can be used.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
};

use serde::{Deserialize, Serialize};

use crate::{
    config::SnapshotConfig,
    domain::{
        rules::VersionOrder,
        state::{InvalidSnapshot, STATE_FORMAT, State},
    },
    store::{BlobKey, Position, Snapshot, Store, StoreError},
    telemetry::Telemetry,
};

/// The first part: to which log the others belong.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    /// The version of the other parts.
    format: u32,
    /// The digest of the last record that it includes. No two logs have the same: records have times and random numbers.
    last: BlobKey,
}

/// Why a snapshot cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UnusableSnapshot {
    /// It cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It has nothing in it.
    #[error("it is empty")]
    Empty,
    /// It was taken by another version of the broker.
    #[error("its format is {found}; this version of the broker has {STATE_FORMAT}")]
    Format {
        /// The format that it says.
        found: u32,
    },
    /// It includes more than the log has.
    #[error("it goes up to position {position}, but the log ends at {end}")]
    Ahead {
        /// The first position that it does not include.
        position: Position,
        /// Where the log ends.
        end: Position,
    },
    /// The log has another record where the snapshot ends.
    #[error("it is of another log: the record before position {position} is another")]
    OtherLog {
        /// The first position that it does not include.
        position: Position,
    },
    /// A part is not what a broker writes.
    #[error(transparent)]
    Part(#[from] InvalidSnapshot),
}

/// The digest of the record before a position; none at the beginning.
fn last_before(store: &dyn Store, position: Position) -> Result<Option<BlobKey>, StoreError> {
    let Some(last) = position.0.checked_sub(1) else { return Ok(None) };
    Ok(store.read(Position(last), 1)?.first().map(|record| BlobKey::of(&record.payload)))
}

/// The state of a snapshot, and the position that it is of. A snapshot that does not fit to the log is not used.
pub(crate) fn restore(
    snapshot: Snapshot,
    store: &dyn Store,
    order: VersionOrder,
) -> Result<(State, Position), UnusableSnapshot> {
    let Snapshot { position, mut parts } = snapshot;
    let head = parts.next().ok_or(UnusableSnapshot::Empty)??;
    let head: Head = serde_json::from_slice(&head).map_err(InvalidSnapshot::from)?;
    if head.format != STATE_FORMAT {
        return Err(UnusableSnapshot::Format { found: head.format });
    }
    let end = store.end()?;
    if position > end {
        return Err(UnusableSnapshot::Ahead { position, end });
    }
    if last_before(store, position)? != Some(head.last) {
        return Err(UnusableSnapshot::OtherLog { position });
    }
    let state = State::of_parts(order, parts.map(|part| part.map_err(UnusableSnapshot::from)))?;
    Ok((state, position))
}

/// Takes a snapshot.
pub(crate) fn take(store: &dyn Store, state: &State, position: Position) -> Result<(), StoreError> {
    let Some(last) = last_before(store, position)? else { return Ok(()) };
    let head = serde_json::to_vec(&Head { format: STATE_FORMAT, last });
    let mut parts = std::iter::once(head).chain(state.parts()).map(|part| part.map_err(Into::into));
    store.save_snapshot(position, &mut parts)
}

/// Held by whoever takes a snapshot, and by whoever changes records that one may be bound to: the digest of the last
/// record that a snapshot includes is read, and the snapshot is written, while nothing of that changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Turn(Arc<Mutex<()>>);

impl Turn {
    /// Waits for it.
    pub(crate) fn take(&self) -> MutexGuard<'_, ()> {
        // There is nothing in it that could be half-changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So many changes are applied at a start in about a second.
const ABOUT_A_SECOND: u64 = 50_000;

/// How many changes are between two snapshots at least, where the last one has so many.
///
/// A snapshot is as large as all that was changed, so it is taken when there is an eighth more: all of them together are
/// then some eight times as large as the last one. But what is behind the last one is applied at every start that follows
/// a crash, which must not take long: about a second; or a part of what reading such a snapshot takes, where that is more.
fn spacing(saved: u64) -> u64 {
    (saved / 8).min(ABOUT_A_SECOND.max(saved / 32))
}

/// What a start would have to read of the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Unsaved {
    pub(crate) changes: u64,
    pub(crate) bytes: u64,
}

impl Unsaved {
    /// One more, of so many bytes.
    pub(crate) fn add(&mut self, bytes: usize) {
        self.changes += 1;
        self.bytes += bytes as u64;
    }

    /// Whether a snapshot is worth its while.
    fn is_much(self, config: &SnapshotConfig) -> bool {
        self.changes >= config.changes || self.bytes >= config.bytes
    }

    /// Whether it is time for a snapshot, where the last one has so many changes.
    fn is_enough(self, config: &SnapshotConfig, saved: u64) -> bool {
        self.is_much(config) && self.changes > spacing(saved)
    }
}

/// Takes snapshots while the broker works, one at a time.
pub(crate) struct Keeper {
    store: Arc<dyn Store>,
    config: SnapshotConfig,
    turn: Turn,
    unsaved: Unsaved,
    /// How many changes the last snapshot has.
    saved: u64,
    running: Option<JoinHandle<()>>,
    telemetry: Arc<Telemetry>,
}

impl Keeper {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        config: SnapshotConfig,
        turn: Turn,
        saved: Position,
        unsaved: Unsaved,
        telemetry: Arc<Telemetry>,
    ) -> Self {
        telemetry.snapshot_ends_at(saved);
        Self { store, config, turn, unsaved, saved: saved.0, running: None, telemetry }
    }

    /// Takes note of what was appended.
    pub(crate) fn note(&mut self, records: &[Vec<u8>]) {
        for record in records {
            self.unsaved.add(record.len());
        }
    }

    /// Begins a snapshot of the state if it is time for one.
    pub(crate) fn consider(&mut self, state: &State, position: Position) {
        let is_running = self.running.as_ref().is_some_and(|running| !running.is_finished());
        if is_running || !self.unsaved.is_enough(&self.config, self.saved) {
            return;
        }
        let (store, state, turn) = (self.store.clone(), state.clone(), self.turn.clone());
        let telemetry = self.telemetry.clone();
        let work = move || take_in_turn(store.as_ref(), &state, position, &turn, &telemetry);
        match std::thread::Builder::new().name("snapshot".to_owned()).spawn(work) {
            Ok(thread) => self.running = Some(thread),
            Err(error) => tracing::warn!(%error, "a snapshot could not be begun"),
        }
        // If it fails, the next one is tried when it is time for that.
        (self.unsaved, self.saved) = (Unsaved::default(), position.0);
    }

    /// Waits for a snapshot that is being taken.
    pub(crate) fn finish(&mut self) {
        if let Some(running) = self.running.take() {
            // It has said itself what went wrong.
            let _ = running.join();
        }
    }

    /// Takes a last snapshot, of the state that the log ends with, if the next start would have much to read without it.
    pub(crate) fn finish_with(mut self, state: &State, position: Position) {
        self.finish();
        if self.unsaved.is_much(&self.config) {
            take_in_turn(self.store.as_ref(), state, position, &self.turn, &self.telemetry);
        }
    }
}

/// Takes a snapshot when nobody else does, and says how that went.
fn take_in_turn(store: &dyn Store, state: &State, position: Position, turn: &Turn, telemetry: &Telemetry) {
    let _turn = turn.take();
    match take(store, state, position) {
        Ok(()) => {
            telemetry.snapshot_taken(position);
            tracing::debug!(%position, "a snapshot was taken");
        }
        Err(error) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "a snapshot could not be taken; nothing is lost, but the next start takes longer"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{SnapshotConfig, Unsaved, spacing};

    #[test]
    fn it_is_time_after_enough_changes_or_bytes_that_are_a_part_of_the_whole() {
        let config = SnapshotConfig { changes: 100, bytes: 1000 };
        for (changes, bytes, saved, expected) in [
            (99, 999, 0, false),
            (100, 0, 0, true),
            (1, 1000, 0, true),
            (100, 0, 792, true),
            (100, 0, 800, false),
            (101, 0, 800, true),
            (1, 100_000, 8, false),
            (0, 0, 0, false),
        ] {
            let unsaved = Unsaved { changes, bytes };
            assert_eq!(unsaved.is_enough(&config, saved), expected, "{unsaved:?} after {saved}");
        }
    }

    #[test]
    fn neither_is_a_snapshot_taken_all_the_time_nor_is_much_left_to_a_start() {
        for (saved, expected) in
            [(0, 0), (80_000, 10_000), (1_000_000, 50_000), (1_600_000, 50_000), (32_000_000, 1_000_000)]
        {
            assert_eq!(spacing(saved), expected, "{saved}");
        }
    }
}
