//! How a state is made when a broker starts: of the last snapshot, if it can be used, and of the log behind it.

use std::sync::mpsc;

use crate::{
    domain::{
        event::Commit,
        model::Timestamp,
        rules::VersionOrder,
        state::{Inconsistent, State},
    },
    history,
    snapshots::{self, Unsaved},
    store::{Position, Record, Store, StoreError},
};

/// How many records are read at once.
pub(crate) const PAGE: usize = 1024;
/// How many times as many are read ahead of what is applied.
const PAGES_AHEAD: usize = 4;

/// Why no state can be made of a log.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Records at the end are gone.
    #[error(
        "the log ends at position {end}, but everything before {acknowledged} was acknowledged: the last records are lost"
    )]
    CutOff {
        /// Where it ends.
        end: Position,
        /// Where it ended when the last change was acknowledged.
        acknowledged: Position,
    },
    /// A record is not what a broker writes.
    #[error(
        "the record at position {position} of the log cannot be understood: it was written by a later version, or is damaged"
    )]
    Record {
        /// Its position.
        position: Position,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// A moment is asked for of which not everything is known any more.
    #[error(
        "what was before {since} is not known in full any more, because the log was compacted; ask for {since} or later"
    )]
    Forgotten {
        /// The first moment of which everything is known.
        since: Timestamp,
    },
    /// Enough states of the past are being made for others.
    #[error("other moments of the past are being looked up; ask again in a few seconds")]
    Busy,
    /// A record contradicts those before it.
    #[error("the record at position {position} of the log contradicts those before it")]
    Contradiction {
        /// Its position.
        position: Position,
        /// How.
        #[source]
        source: Inconsistent,
    },
}

/// A state, and where it stands.
pub(crate) struct Rebuilt {
    pub(crate) state: State,
    /// The first position that it does not include.
    pub(crate) end: Position,
    /// The position of the snapshot that it was begun with.
    pub(crate) saved: Position,
    /// What was read of the log.
    pub(crate) unsaved: Unsaved,
    /// When the last change was made.
    pub(crate) last: Option<Timestamp>,
}

/// Makes the state of all that is kept.
pub(crate) fn rebuild(store: &dyn Store, order: VersionOrder) -> Result<Rebuilt, RebuildError> {
    let (end, acknowledged) = (store.end()?, store.acknowledged()?);
    if end < acknowledged {
        return Err(RebuildError::CutOff { end, acknowledged });
    }
    let (state, saved) = restored(store, order).unwrap_or_else(|| (State::ordered(order), Position(0)));
    let last = match saved.0.checked_sub(1) {
        Some(last) => history::changes(store, Position(last), 1)?.first().map(|change| change.commit.at),
        None => None,
    };
    let mut rebuilt = Rebuilt { state, end: saved, saved, unsaved: Unsaved::default(), last };
    // Reading and understanding takes as long as applying, and can be done meanwhile.
    std::thread::scope(|scope| {
        let (sender, pages) = mpsc::sync_channel(PAGES_AHEAD);
        scope.spawn(move || read_ahead(store, saved, &sender));
        for page in pages {
            for change in page? {
                let Understood { position, commit, bytes } = change?;
                apply_commit(&mut rebuilt.state, position, &commit)?;
                rebuilt.unsaved.add(bytes);
                rebuilt.last = Some(commit.at);
                rebuilt.end = position.next();
            }
        }
        Ok(rebuilt)
    })
}

/// A record that was read.
struct Understood {
    position: Position,
    commit: Commit,
    /// How long the record is.
    bytes: usize,
}

/// What some records say.
type Page = Result<Vec<Result<Understood, RebuildError>>, StoreError>;

/// Reads the log from a position to its end, for as long as somebody takes the pages.
fn read_ahead(store: &dyn Store, mut from: Position, pages: &mpsc::SyncSender<Page>) {
    loop {
        let read = store.read(from, PAGE);
        let page = read.map(|records| {
            let understood = |record: &Record| {
                let commit = understand(record)?;
                Ok(Understood { position: record.position, commit, bytes: record.payload.len() })
            };
            records.iter().map(understood).collect::<Vec<_>>()
        });
        let next = match page.as_deref() {
            Ok([.., Ok(last)]) => Some(last.position.next()),
            _ => None,
        };
        if pages.send(page).is_err() {
            return;
        }
        match next {
            Some(next) => from = next,
            None => return,
        }
    }
}

fn understand(record: &Record) -> Result<Commit, RebuildError> {
    let position = record.position;
    serde_json::from_slice(&record.payload).map_err(|source| RebuildError::Record { position, source })
}

fn apply_commit(state: &mut State, position: Position, commit: &Commit) -> Result<(), RebuildError> {
    state.apply_commit(commit).map_err(|source| RebuildError::Contradiction { position, source })
}

/// Adds what a record says to a state.
pub(crate) fn apply(state: &mut State, record: &Record) -> Result<Commit, RebuildError> {
    let commit = understand(record)?;
    apply_commit(state, record.position, &commit)?;
    Ok(commit)
}

/// The state of the snapshot, if there is one that can be used.
fn restored(store: &dyn Store, order: VersionOrder) -> Option<(State, Position)> {
    let snapshot = store.load_snapshot().transpose()?;
    let restored = snapshot.map_err(Into::into).and_then(|found| snapshots::restore(found, store, order));
    restored
        .inspect_err(|error| {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "the snapshot is not used; the state is made of the whole log"
            );
        })
        .ok()
}
