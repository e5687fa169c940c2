//! The past: what was changed, and the state as it was.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{
    domain::{event::Commit, model::Timestamp, rules::VersionOrder, state::State},
    rebuild::{self, PAGE, RebuildError},
    snapshots,
    store::{Position, Record, Store},
};

/// How many states of the past are kept, for those who ask more than once.
const KEPT: usize = 4;

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
pub(crate) struct Past(Mutex<Vec<(Position, Arc<State>)>>);

impl Past {
    /// The state before a position. Whoever asks for others waits meanwhile: one at a time is enough work.
    pub(crate) fn before(
        &self,
        store: &dyn Store,
        order: VersionOrder,
        position: Position,
    ) -> Result<Arc<State>, RebuildError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = kept.iter().position(|(known, _)| *known == position) {
            let found = kept.remove(place);
            let state = found.1.clone();
            kept.insert(0, found);
            return Ok(state);
        }
        let nearest = kept.iter().filter(|(known, _)| *known < position).max_by_key(|(known, _)| *known);
        let (state, next) = match nearest {
            Some((known, state)) => (State::clone(state), *known),
            None => begin(store, order, position),
        };
        let state = Arc::new(read_on(store, state, next, position)?);
        kept.insert(0, (position, state.clone()));
        kept.truncate(KEPT);
        Ok(state)
    }
}

/// The state before a position, for whoever needs it once.
pub(crate) fn state_before(
    store: &dyn Store,
    order: VersionOrder,
    position: Position,
) -> Result<State, RebuildError> {
    let (state, next) = begin(store, order, position);
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

/// Where to begin: at the snapshot, if it is not too late, or at nothing.
fn begin(store: &dyn Store, order: VersionOrder, position: Position) -> (State, Position) {
    let snapshot = store.load_snapshot().ok().flatten().filter(|snapshot| snapshot.position <= position);
    let restored = snapshot.and_then(|snapshot| snapshots::restore(snapshot, store, order).ok());
    restored.unwrap_or_else(|| (State::ordered(order), Position(0)))
}

#[cfg(test)]
mod tests {
    use super::{Past, first_after};
    use crate::{
        domain::{
            model::Timestamp,
            rules::VersionOrder,
            state::{State, tests::Story},
        },
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
}
