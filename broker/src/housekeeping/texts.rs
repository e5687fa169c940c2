//! Texts that nobody can ask for any more.

use std::collections::BTreeSet;

use super::TidyError;
use crate::{
    broker::House,
    domain::{event::Event, forgetting, state::State},
    history,
    rebuild::{PAGE, RebuildError},
    store::{BlobKey, Position, Store, StoreError},
};

/// How many keys are looked at at once.
const KEYS: usize = 4096;
/// How many texts are removed at once, while the writer waits.
const AT_ONCE: usize = 64;

/// The texts that somebody can ask for.
pub(super) struct InUse {
    /// In order.
    keys: Vec<BlobKey>,
    /// What was added after that.
    later: BTreeSet<BlobKey>,
    /// Everything that is said before this position of the log has been looked at.
    seen: Position,
}

/// The texts that the log speaks of from one position up to another, and where it was read to.
fn named(
    store: &dyn Store,
    mut from: Position,
    end: Position,
    mut take: impl FnMut(BlobKey),
) -> Result<Position, RebuildError> {
    while from < end {
        let left = usize::try_from(end.0 - from.0).unwrap_or(PAGE);
        let changes = history::changes(store, from, left.min(PAGE))?;
        let Some(last) = changes.last() else { break };
        let behind = last.position.next();
        changes.iter().flat_map(|change| &change.commit.events).filter_map(Event::text).for_each(&mut take);
        from = behind;
    }
    Ok(from)
}

impl InUse {
    /// Those of a state, and of everything that the log says from its position on.
    pub(super) fn by(
        then: Option<&State>,
        store: &dyn Store,
        position: Position,
    ) -> Result<Self, RebuildError> {
        let mut keys: Vec<_> = then.into_iter().flat_map(forgetting::texts).collect();
        let seen = named(store, position, store.end()?, |key| keys.push(key))?;
        keys.sort_unstable();
        keys.dedup();
        Ok(Self { keys, later: BTreeSet::new(), seen })
    }

    fn has(&self, key: &BlobKey) -> bool {
        self.keys.binary_search(key).is_ok() || self.later.contains(key)
    }

    fn look_at(&mut self, store: &dyn Store, end: Position) -> Result<(), RebuildError> {
        let later = &mut self.later;
        self.seen = named(store, self.seen, end, |key| _ = later.insert(key))?;
        Ok(())
    }
}

/// What was found while the writer waited.
struct Removed {
    in_use: InUse,
    texts: u64,
    bytes: u64,
}

/// Removes what is not in use, and says how many and how many bytes. Somebody may publish one of these texts right now:
/// so each is looked at again where nothing is appended.
pub(super) async fn remove_unused(house: &House<'_>, mut in_use: InUse) -> Result<(u64, u64), TidyError> {
    let (mut texts, mut bytes) = (0, 0);
    let mut after = None;
    loop {
        let store = house.store.clone();
        let looked = tokio::task::spawn_blocking(move || -> Result<_, RebuildError> {
            // What can be looked at before is not looked at while the writer waits.
            let end = store.end()?;
            in_use.look_at(store.as_ref(), end)?;
            let keys = store.blob_keys(after, KEYS)?;
            let unused: Vec<_> = keys.iter().copied().filter(|key| !in_use.has(key)).collect();
            Ok((in_use, keys.last().copied(), unused))
        });
        let failed =
            |error: tokio::task::JoinError| StoreError::Failed { action: "read", source: error.into() };
        let (looked_at, last, unused) = looked.await.map_err(failed)??;
        in_use = looked_at;
        for some in unused.chunks(AT_ONCE) {
            let some = some.to_vec();
            let remove = move |store: &dyn Store, end| remove(store, end, in_use, &some);
            let removed = house.writer.between(remove).await??;
            texts += removed.texts;
            bytes += removed.bytes;
            in_use = removed.in_use;
        }
        match last {
            Some(last) => after = Some(last),
            None => return Ok((texts, bytes)),
        }
    }
}

fn remove(
    store: &dyn Store,
    end: Position,
    mut in_use: InUse,
    keys: &[BlobKey],
) -> Result<Removed, RebuildError> {
    in_use.look_at(store, end)?;
    let unused: Vec<_> = keys.iter().copied().filter(|key| !in_use.has(key)).collect();
    let bytes = store.remove_blobs(&unused)?;
    Ok(Removed { in_use, texts: unused.len() as u64, bytes })
}
