//! The past: what was changed, and the state as it was.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use crate::{
    domain::{
        event::Commit,
        model::Timestamp,
        rules::VersionOrder,
        state::{Horizon, State},
    },
    rebuild::{self, PAGE, RebuildError},
    snapshots,
    store::{Position, Record, Snapshot, Store},
};

/// How many states of the past are kept, for those who ask more than once.
const KEPT: usize = 4;
/// How many things those may have together, beyond the last one that was asked for.
const KEPT_THINGS: usize = 200_000;
/// How many states of the past are made at once: each is as large as the state of today, and reads much of the log.
const AT_ONCE: usize = 2;

/// What one command changed, with its place in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its place.
    pub position: Position,
    /// What was changed.
    pub commit: Commit,
}

fn read(record: &Record) -> Result<Change, RebuildError> {
    let position = record.position;
    let commit = serde_json::from_slice(&record.payload)
        .map_err(|source| RebuildError::Record { position, source })?;
    Ok(Change { position, commit })
}

/// Changes from a position on, at most `limit`.
pub(crate) fn changes(store: &dyn Store, from: Position, limit: usize) -> Result<Vec<Change>, RebuildError> {
    store.read(from, limit)?.iter().map(read).collect()
}

/// Says at the end of a log that was shortened, but is cut off before it says so, from when on everything is known.
pub(crate) fn tell_again(
    store: &dyn Store,
    end: Position,
    horizon: Horizon,
    at: Timestamp,
) -> Result<(), RebuildError> {
    let payload = serde_json::to_vec(&horizon.commit(at));
    let payload = payload.map_err(|source| RebuildError::Record { position: end, source })?;
    store.append(end, &[payload], &[])?;
    Ok(())
}

/// Whether everything is known of what was before a position.
pub(crate) fn known(horizon: Option<Horizon>, position: Position) -> Result<(), RebuildError> {
    match horizon {
        Some(Horizon { since, before }) if position < before => Err(RebuildError::Forgotten { since }),
        _ => Ok(()),
    }
}

/// The position of the first change after a moment. Times in the log only go back where a clock was far ahead: there
/// it is one of the positions that might be meant; everywhere else, halving finds the one.
pub(crate) fn first_after(store: &dyn Store, moment: Timestamp) -> Result<Position, RebuildError> {
    let (mut begin, mut end) = (0, store.end()?.0);
    while begin < end {
        let middle = begin + (end - begin) / 2;
        let change = changes(store, Position(middle), 1)?;
        if change.first().is_some_and(|change| change.commit.at <= moment) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    Ok(Position(begin))
}

/// States of the past that were asked for, the last one first.
#[derive(Default)]
pub(crate) struct Past {
    kept: Mutex<Vec<(Position, Arc<State>)>>,
    /// How many are being made.
    making: AtomicUsize,
}

/// The right to make a state, until it is dropped.
struct Permit<'a>(&'a AtomicUsize);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Past {
    /// The state before a position. It is made of the nearest earlier one that is there: one that was asked for, or the
    /// snapshot.
    ///
    /// # Errors
    /// [`RebuildError::Busy`] where it would have to be made, and enough others are being made.
    pub(crate) fn before(
        &self,
        store: &dyn Store,
        order: VersionOrder,
        position: Position,
    ) -> Result<Arc<State>, RebuildError> {
        let nearest = {
            let mut kept = self.kept();
            if let Some(place) = kept.iter().position(|(known, _)| *known == position) {
                let found = kept.remove(place);
                let state = found.1.clone();
                kept.insert(0, found);
                return Ok(state);
            }
            kept.iter().filter(|(known, _)| *known < position).max_by_key(|(known, _)| *known).cloned()
        };
        let _permit = self.permit().ok_or(RebuildError::Busy)?;
        let (state, next) = begin(store, order, position, nearest);
        let state = Arc::new(read_on(store, state, next, position)?);
        self.keep(position, state.clone());
        Ok(state)
    }

    fn kept(&self) -> MutexGuard<'_, Vec<(Position, Arc<State>)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn permit(&self) -> Option<Permit<'_>> {
        let is_free = |making: usize| (making < AT_ONCE).then_some(making + 1);
        let taken = self.making.fetch_update(Ordering::Relaxed, Ordering::Relaxed, is_free);
        taken.is_ok().then(|| Permit(&self.making))
    }

    /// Keeps a state, and as many of those before it as are few and small: they share little with the state of today.
    fn keep(&self, position: Position, state: Arc<State>) {
        let mut kept = self.kept();
        kept.retain(|(known, _)| *known != position);
        kept.insert(0, (position, state));
        kept.truncate(KEPT);
        let mut things = 0;
        let mut is_first = true;
        kept.retain(|(_, state)| {
            things += state.size();
            std::mem::take(&mut is_first) || things <= KEPT_THINGS
        });
    }
}

/// The state before a position, for whoever needs it once.
pub(crate) fn state_before(
    store: &dyn Store,
    order: VersionOrder,
    position: Position,
) -> Result<State, RebuildError> {
    let (state, next) = begin(store, order, position, None);
    read_on(store, state, next, position)
}

/// Adds to a state what the log says from one position up to another.
fn read_on(
    store: &dyn Store,
    mut state: State,
    mut next: Position,
    end: Position,
) -> Result<State, RebuildError> {
    while next < end {
        let left = usize::try_from(end.0 - next.0).unwrap_or(PAGE);
        let records = store.read(next, left.min(PAGE))?;
        let Some(last) = records.last() else { break };
        let behind = last.position.next();
        for record in &records {
            rebuild::apply(&mut state, record)?;
        }
        next = behind;
    }
    Ok(state)
}

/// Where to begin: at a known state or at the snapshot, whichever is nearer, or at nothing.
fn begin(
    store: &dyn Store,
    order: VersionOrder,
    position: Position,
    known: Option<(Position, Arc<State>)>,
) -> (State, Position) {
    let from = known.as_ref().map_or(Position(0), |(known, _)| *known);
    let is_nearer = |snapshot: &Snapshot| snapshot.position <= position && snapshot.position > from;
    let snapshot = store.load_snapshot().ok().flatten().filter(is_nearer);
    if let Some(restored) = snapshot.and_then(|snapshot| snapshots::restore(snapshot, store, order).ok()) {
        return restored;
    }
    known.map_or_else(|| (State::ordered(order), from), |(_, state)| (State::clone(&state), from))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{AT_ONCE, Past, begin, first_after};
    use crate::{
        domain::{
            model::Timestamp,
            rules::VersionOrder,
            state::{State, tests::Story},
        },
        rebuild::RebuildError,
        snapshots,
        store::{MemoryStore, Position, Store as _},
    };

    #[test]
    fn the_state_as_of_a_moment_has_what_was_changed_until_then() {
        let mut story = Story::default();
        let mut states = vec![State::default()];
        let mut times = Vec::new();
        for version in 1..40 {
            story.publish("web", &version.to_string(), "api", &version.to_string());
            states.push(story.state.clone());
            times.push(story.now());
        }
        let kept = MemoryStore::new();
        let records: Vec<_> = story.log.iter().map(|commit| serde_json::to_vec(commit).unwrap()).collect();
        kept.append(Position(0), &records, &[]).unwrap();

        let second = |time: Timestamp, more: i64| Timestamp::from_micros(time.as_micros() + more);
        for (place, time) in times.iter().enumerate() {
            let place = place as u64;
            assert_eq!(first_after(&kept, *time).unwrap(), Position(place + 1));
            assert_eq!(first_after(&kept, second(*time, -1)).unwrap(), Position(place));
            assert_eq!(first_after(&kept, second(*time, 1)).unwrap(), Position(place + 1));
        }
        let past = Past::default();
        for place in [39, 3, 3, 20, 0, 21, 5, 39, 1] {
            let state = past.before(&kept, VersionOrder::FirstSeen, Position(place)).unwrap();
            assert!(*state == states[usize::try_from(place).unwrap()], "before {place}");
        }
    }

    /// A log of so many publications.
    fn log(publications: u32) -> (MemoryStore, Story) {
        let mut story = Story::default();
        for version in 0..publications {
            story.publish("web", &version.to_string(), "api", &version.to_string());
        }
        let kept = MemoryStore::new();
        let records: Vec<_> = story.log.iter().map(|commit| serde_json::to_vec(commit).unwrap()).collect();
        kept.append(Position(0), &records, &[]).unwrap();
        (kept, story)
    }

    #[test]
    fn only_a_few_states_are_made_at_once_and_those_that_are_known_are_always_given() {
        let (kept, _) = log(3);
        let past = Past::default();
        let before = |place| past.before(&kept, VersionOrder::FirstSeen, Position(place));
        before(2).unwrap();
        let making: Vec<_> = (0..AT_ONCE).map(|_| past.permit().unwrap()).collect();
        assert!(matches!(before(1), Err(RebuildError::Busy)));
        assert!(before(2).is_ok());
        drop(making);
        assert!(before(1).is_ok());
    }

    #[test]
    fn a_state_is_made_of_the_nearest_one_before_it() {
        let (kept, story) = log(6);
        let begun = |place, known: Option<u64>| {
            let known = known.map(|place| (Position(place), Arc::new(State::default())));
            begin(&kept, VersionOrder::FirstSeen, Position(place), known).1.0
        };
        assert_eq!((begun(5, None), begun(5, Some(2))), (0, 2));
        let past = Past::default();
        let fourth = past.before(&kept, VersionOrder::FirstSeen, Position(4)).unwrap();
        snapshots::take(&kept, &fourth, Position(4)).unwrap();
        assert_eq!((begun(3, None), begun(5, None), begun(5, Some(2))), (0, 4, 4));
        let sixth = past.before(&kept, VersionOrder::FirstSeen, Position(6)).unwrap();
        assert!(*sixth == story.state);
    }
}
