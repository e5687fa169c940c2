//! An archive becomes a store again.

use std::io::{BufReader, Read, Seek, SeekFrom};

use super::{
    Summary,
    archive::{ArchiveError, Frame, Reader},
};
use crate::{
    check::{Loss, Report, check},
    domain::{event::Commit, model::Timestamp, rules::VersionOrder, state::Horizon},
    history,
    rebuild::RebuildError,
    store::{BlobKey, Position, Store, StoreError},
};

/// How much is made durable at once.
const MOST_BYTES: usize = 8 * 1024 * 1024;
const MOST_RECORDS: usize = 4096;

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is something already where it was to go.
    #[error("the place that the backup is to be restored to is not empty")]
    NotEmpty,
    /// The archive is not whole.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The archive is whole, but what it has is no log.
    #[error("the backup is whole, but what was backed up is not")]
    Log(#[from] RebuildError),
    /// The backup does not know everything about that moment.
    #[error("the backup cannot say what was true then: {0}")]
    Forgotten(#[source] RebuildError),
    /// What was restored is not whole.
    #[error("what was restored is not whole: {0}")]
    Lost(#[source] Loss),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// How many changes the archive has.
    pub archived: u64,
    /// How many of them are restored.
    pub taken: u64,
    /// What is in the store now. Texts that were missing when the backup was made are among its losses.
    pub report: Report,
}

/// Puts an archive into an empty store: all of it, or what was changed until a moment. First all of the archive is read,
/// and nothing is written where it is not whole; in the end all that was written is read and made a state of.
///
/// # Errors
/// When the store is not empty; when the archive is not whole, with the place; when the store fails.
pub fn restore(
    mut archive: impl Read + Seek,
    store: &dyn Store,
    until: Option<Timestamp>,
    order: VersionOrder,
) -> Result<Restored, RestoreError> {
    if store.end()? != Position(0) {
        return Err(RestoreError::NotEmpty);
    }
    let Archived { times, horizon } = times(&mut archive)?;
    let archived = times.len() as u64;
    let end = until.map_or(archived, |moment| first_after(&times, moment));
    let limit = horizon.as_ref().map(|(horizon, _)| *horizon);
    history::known(limit, Position(end)).map_err(RestoreError::Forgotten)?;
    archive.seek(SeekFrom::Start(0)).map_err(ArchiveError::from)?;
    fill(archive, store, end)?;
    if let Some((horizon, told)) = horizon
        && told >= end
        && let Some(last) = end.checked_sub(1)
        && let Some(at) = usize::try_from(last).ok().and_then(|last| times.get(last))
    {
        // What is restored was shortened later than that.
        history::tell_again(store, Position(end), horizon, *at)?;
    }
    let mut report = check(store, order)?;
    let is_log = |loss: &Loss| matches!(loss, Loss::Log(_));
    if let Some(place) = report.losses.iter().position(is_log) {
        return Err(RestoreError::Lost(report.losses.swap_remove(place)));
    }
    Ok(Restored { archived, taken: end.min(archived), report })
}

/// Reads all of an archive, and says what it has.
///
/// # Errors
/// When it is not whole, with the place.
pub fn verify(archive: impl Read) -> Result<Summary, ArchiveError> {
    let mut reader = Reader::begin(BufReader::new(archive))?;
    while reader.next()?.is_some() {}
    Ok(reader.found())
}

/// What an archive has.
struct Archived {
    /// When its changes were made.
    times: Vec<Timestamp>,
    /// From when on everything is known, and which change says so.
    horizon: Option<(Horizon, u64)>,
}

/// Reads all of an archive.
fn times(archive: &mut impl Read) -> Result<Archived, RestoreError> {
    let mut horizon = None;
    let mut reader = Reader::begin(BufReader::new(archive))?;
    let mut times = Vec::new();
    while let Some(frame) = reader.next()? {
        if let Frame::Record(payload) = frame {
            let position = Position(times.len() as u64);
            let commit: Commit = serde_json::from_slice(&payload)
                .map_err(|source| RebuildError::Record { position, source })?;
            for event in &commit.events {
                horizon = Horizon::told_by(event).map(|told| (told, position.0)).or(horizon);
            }
            times.push(commit.at);
        }
    }
    Ok(Archived { times, horizon })
}

/// The place of the first change after a moment, found as [`crate::Broker::state_at`] finds it: where a clock was put
/// back, both mean the same.
fn first_after(times: &[Timestamp], moment: Timestamp) -> u64 {
    let (mut begin, mut end) = (0, times.len());
    while begin < end {
        let middle = begin + (end - begin) / 2;
        if times.get(middle).is_some_and(|at| *at <= moment) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    begin as u64
}

fn fill(archive: impl Read, store: &dyn Store, end: u64) -> Result<(), RestoreError> {
    let mut reader = Reader::begin(BufReader::new(archive))?;
    let end = end.min(reader.records());
    let mut done = Position(0);
    let (mut records, mut texts) = (Vec::new(), Vec::new());
    let mut bytes = 0;
    while done.0 + (records.len() as u64) < end {
        let Some(frame) = reader.next()? else { break };
        match frame {
            Frame::Text(text) => {
                bytes += text.len();
                texts.push((BlobKey::of(&text), text));
            }
            Frame::Missing => {}
            Frame::Record(payload) => {
                bytes += payload.len();
                records.push(payload);
            }
        }
        if bytes >= MOST_BYTES || records.len() >= MOST_RECORDS {
            done = store.append(done, &records, &texts)?;
            records.clear();
            texts.clear();
            bytes = 0;
        }
    }
    if !records.is_empty() {
        store.append(done, &records, &texts)?;
    }
    Ok(())
}
