//! Compaction: facts about what was gone before the history that is kept begins are replaced by short ones, and texts that
//! nobody can ask for any more are removed.
//!
//! The order of things makes it safe to be cut off anywhere:
//!
//! 1. Where history begins is recorded, as an event of its own. From then on no moment before it is answered.
//! 2. Records before it are replaced, the last ones first, a batch at a time, each batch whole or not at all. Whichever
//!    are replaced, the log gives the same state from the horizon on; see [`crate::domain::forgetting`].
//! 3. Texts are removed, a few at a time, between two batches of the writer.
//!
//! Positions stay, and so do the times of changes. Whoever begins again does what is left.

use std::{fmt, str::FromStr, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    Broker, RebuildError, Refusal,
    domain::{
        access::Asker,
        commands::ForgetHistory,
        event::Commit,
        forgetting::shortened,
        model::Timestamp,
        state::{Horizon, State},
    },
    history,
    snapshots::Turn,
    store::{Position, Record, Store, StoreError},
    writer::Writer,
};

use super::texts;

/// How many records are looked at, and at most replaced, at once.
const BATCH: u64 = 256;

/// How much of the past is kept in full.
///
/// As text: `all`, or a number of days such as `90d` (or hours: `36h`); `0d` is nothing but what there is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum History {
    /// Everything that is kept now.
    #[default]
    All,
    /// So much of it.
    Last(Duration),
}

/// Text that is no [`History`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no length of time: `all`, or days or hours such as `90d` or `36h` are expected")]
pub struct InvalidHistory(String);

impl FromStr for History {
    type Err = InvalidHistory;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("all") {
            return Ok(Self::All);
        }
        super::interval(text).map(Self::Last).ok_or_else(|| InvalidHistory(text.to_owned()))
    }
}

/// What a compaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Compacted {
    /// Where the history that is kept begins; none where it begins at the beginning.
    pub horizon: Option<Horizon>,
    /// How many changes were replaced by shorter ones. Those that say only secrets otherwise are not counted.
    pub shortened: u64,
    /// How many bytes less they have.
    pub shortened_bytes: u64,
    /// How many texts were removed.
    pub texts: u64,
    /// How many bytes they had.
    pub text_bytes: u64,
}

impl fmt::Display for Compacted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shortened, shortened_bytes, texts, text_bytes, .. } = self;
        let sizes = (super::Bytes(*shortened_bytes), super::Bytes(*text_bytes));
        write!(
            formatter,
            "{shortened} changes were shortened ({}), {texts} texts were removed ({})",
            sizes.0, sizes.1
        )?;
        match self.horizon {
            Some(horizon) => write!(formatter, "; everything is known since {}", horizon.since),
            None => write!(formatter, "; everything is known from the beginning"),
        }
    }
}

/// Why the house could not be tidied up.
#[derive(Debug, thiserror::Error)]
pub enum TidyError {
    /// Somebody else does it.
    #[error("the broker is being backed up or tidied up already; try again when that is done")]
    Running,
    /// Nothing can be changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The log cannot be read or understood, or records could not be replaced.
    #[error(transparent)]
    Log(#[from] RebuildError),
}

impl From<StoreError> for TidyError {
    fn from(error: StoreError) -> Self {
        Self::Log(error.into())
    }
}

impl Broker {
    /// Compacts the log, while everybody goes on reading and writing: of the past, `history` is kept in full. See
    /// [`crate::housekeeping`].
    ///
    /// It takes as long as the log is read two or three times, and for a while as much memory as the state once more.
    ///
    /// # Errors
    /// When it is being done already, when the broker stops, when the store fails. Nothing is lost then, and the next
    /// time does what is left.
    pub async fn compact(&self, history: History) -> Result<Compacted, TidyError> {
        let house = self.house();
        let turn_of_upkeep = self.upkeep().try_write_owned().map_err(|_| TidyError::Running)?;
        let horizon = self.draw_horizon(history).await?;
        let (store, order) = (house.store.clone(), house.order);
        let (turn, writer) = (house.turn.clone(), house.writer.clone());
        // Whoever asked may go away: it is nobody else's turn before this is over.
        let shorten = move || -> Result<_, TidyError> {
            let Some(horizon) = horizon else {
                let texts = texts::InUse::by(None, store.as_ref(), Position(0))?;
                return Ok((Compacted::default(), texts, turn_of_upkeep));
            };
            let then = history::state_before(store.as_ref(), order, horizon.before)?;
            let done = shorten(&store, &turn, &writer, &then, horizon)?;
            let texts = texts::InUse::by(Some(&then), store.as_ref(), horizon.before)?;
            Ok((done, texts, turn_of_upkeep))
        };
        let shortened = tokio::task::spawn_blocking(shorten).await;
        let failed =
            |error: tokio::task::JoinError| StoreError::Failed { action: "tidy", source: error.into() };
        let (mut done, in_use, _turn_of_upkeep) = shortened.map_err(failed)??;
        (done.texts, done.text_bytes) = texts::remove_unused(&house, in_use).await?;
        tracing::info!(
            shortened = done.shortened,
            shortened_bytes = done.shortened_bytes,
            texts = done.texts,
            text_bytes = done.text_bytes,
            "the log was compacted"
        );
        Ok(done)
    }

    async fn draw_horizon(&self, history: History) -> Result<Option<Horizon>, TidyError> {
        let known = self.state().horizon();
        let History::Last(length) = history else { return Ok(known) };
        let length = i64::try_from(length.as_secs()).unwrap_or(i64::MAX);
        let since: Timestamp = self.now().minus_seconds(length);
        let before = self.position_after(since).await?;
        if before == Position(0) {
            return Ok(known);
        }
        Ok(Some(self.patiently(ForgetHistory { since, before }, &Asker::broker()).await?))
    }
}

/// Replaces records before the horizon by shorter ones, the last first: what was triggered is forgotten after all that
/// became of it.
fn shorten(
    store: &Arc<dyn Store>,
    turn: &Turn,
    writer: &Writer,
    then: &State,
    horizon: Horizon,
) -> Result<Compacted, TidyError> {
    let mut done = Compacted { horizon: Some(horizon), ..Compacted::default() };
    let mut end = horizon.before.0;
    while end > 0 {
        if !writer.is_open() {
            return Err(Refusal::Stopping.into());
        }
        let begin = end.saturating_sub(BATCH);
        let count = usize::try_from(end - begin).unwrap_or_default();
        let _turn = turn.take();
        // The last snapshot is bound to the log by the digest of this record, which therefore stays as it is.
        let snapshot = store.load_snapshot().ok().flatten().map(|snapshot| snapshot.position);
        let mut shorter = Vec::new();
        for record in store.read(Position(begin), count)? {
            if Some(record.position.next()) == snapshot {
                continue;
            }
            if let Some(payload) = shorter_payload(&record, then)? {
                if let Some(less) = record.payload.len().checked_sub(payload.len()).filter(|less| *less > 0) {
                    done.shortened += 1;
                    done.shortened_bytes += less as u64;
                }
                shorter.push(Record { position: record.position, payload });
            }
        }
        if !shorter.is_empty() {
            store.replace(&shorter)?;
        }
        end = begin;
    }
    Ok(done)
}

fn shorter_payload(record: &Record, then: &State) -> Result<Option<Vec<u8>>, RebuildError> {
    let unreadable = |source| RebuildError::Record { position: record.position, source };
    let commit: Commit = serde_json::from_slice(&record.payload).map_err(unreadable)?;
    let Some(short) = shortened(&commit, then) else { return Ok(None) };
    let payload = serde_json::to_vec(&short).map_err(unreadable)?;
    Ok(Some(payload))
}
