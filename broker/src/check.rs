//! What is wrong with what is kept, where, and what can be saved.
//!
//! [`check`] reads everything: each record of the log, each text beside it, the snapshot. Where a record is damaged, no
//! later one can be taken for what it says, as it may rest on the lost one; what comes before is whole, and [`save`]
//! puts it into another store.

use std::fmt;

use uuid::Uuid;

use crate::{
    domain::{
        event::{Commit, Event},
        model::{Timestamp, WebhookKey},
        rules::VersionOrder,
        state::{Horizon, State},
    },
    history,
    rebuild::{self, PAGE, RebuildError},
    snapshots::{self, UnusableSnapshot},
    store::{BlobKey, Position, Record, Store, StoreError},
};

/// How many losses are told one by one.
const MOST_LOSSES: usize = 1000;

/// What was found.
#[derive(Debug)]
pub struct Report {
    /// Where the log ends.
    pub end: Position,
    /// Everything before this position is whole.
    pub whole: Position,
    /// The last change that is whole.
    pub last: Option<LastChange>,
    /// How many records at or behind [`Report::whole`] can be read.
    pub readable_behind: u64,
    /// What they say of a history that is not kept in full: what is before the damage was shortened by that, too.
    pub forgotten_behind: Option<Horizon>,
    /// What is lost, at most 1000 entries.
    pub losses: Vec<Loss>,
    /// The snapshot.
    pub snapshot: SnapshotReport,
    /// The state of all that is whole.
    pub state: State,
}

/// A change in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastChange {
    /// Its position.
    pub position: Position,
    /// When it was made.
    pub at: Timestamp,
    /// The kinds of its events.
    pub events: Vec<String>,
}

/// Something that is lost.
#[derive(Debug, thiserror::Error)]
pub enum Loss {
    /// A part of the log.
    #[error(transparent)]
    Log(#[from] RebuildError),
    /// The text of a contract.
    #[error("the text {key} of the contract between {consumer} and {provider} is {how}")]
    Contract {
        /// Where it should be.
        key: BlobKey,
        /// The consumer.
        consumer: String,
        /// The provider.
        provider: String,
        /// What is wrong with it.
        how: TextLoss,
    },
    /// The details of a result.
    #[error("the text {key} with the single tests of verification result {number} is {how}")]
    Result {
        /// Where it should be.
        key: BlobKey,
        /// The number of the result.
        number: u32,
        /// What is wrong with it.
        how: TextLoss,
    },
    /// What a webhook has to be told, or the log of an attempt.
    #[error("the text {key} of what webhook {webhook} was told ({trigger}) is {how}")]
    Webhook {
        /// Where it should be.
        key: BlobKey,
        /// The webhook.
        webhook: WebhookKey,
        /// What identifies the delivery.
        trigger: Uuid,
        /// What is wrong with it.
        how: TextLoss,
    },
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextLoss {
    /// It is not there.
    Missing,
    /// It is not what was kept.
    Damaged,
}

impl fmt::Display for TextLoss {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "missing",
            Self::Damaged => "damaged",
        })
    }
}

/// How the snapshot is. Nothing is lost with it.
#[derive(Debug)]
pub enum SnapshotReport {
    /// There is none.
    None,
    /// It says what the log says up to its position.
    Agrees(Position),
    /// It says something else than the log up to its position: it has to be removed.
    Differs(Position),
    /// It is not used.
    Unusable(UnusableSnapshot),
}

impl Report {
    /// Whether everything is there and whole. A snapshot that is not used is no loss.
    pub fn is_whole(&self) -> bool {
        self.losses.is_empty() && !matches!(self.snapshot, SnapshotReport::Differs(_))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for loss in &self.losses {
            writeln!(formatter, "{}", Told(loss))?;
        }
        let Self { end, whole, .. } = self;
        if whole < end || self.losses.iter().any(|loss| matches!(loss, Loss::Log(_))) {
            writeln!(formatter, "the {whole} changes before position {whole} are whole and can be saved")?;
            writeln!(formatter, "behind it, {} records can be read", self.readable_behind)?;
        } else {
            writeln!(formatter, "all {whole} changes of the log are whole")?;
        }
        if let Some(last) = &self.last {
            let LastChange { position, at, events } = last;
            let events = events.join(", ");
            writeln!(formatter, "the last whole change is at position {position}, of {at}: {events}")?;
        }
        match &self.snapshot {
            SnapshotReport::None => write!(formatter, "there is no snapshot"),
            SnapshotReport::Agrees(position) => {
                write!(formatter, "the snapshot of position {position} agrees with the log")
            }
            SnapshotReport::Differs(position) => write!(
                formatter,
                "the snapshot of position {position} does not agree with the log: remove the file `snapshot`"
            ),
            SnapshotReport::Unusable(why) => {
                write!(formatter, "the snapshot is not used, and nothing is lost by that: {}", Told(why))
            }
        }
    }
}

/// An error with its causes.
struct Told<'a>(&'a dyn std::error::Error);

impl fmt::Display for Told<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(cause) = source {
            write!(formatter, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

/// Reads all that a store has.
///
/// # Errors
/// When the store cannot be read at all.
pub fn check(store: &dyn Store, order: VersionOrder) -> Result<Report, StoreError> {
    let (end, acknowledged) = (store.end()?, store.acknowledged()?);
    let snapshot = load(store, order);
    let (beside, snapshot) = match snapshot {
        Some(Ok((state, position))) => (Some(Beside::new(state, position)), None),
        Some(Err(why)) => (None, Some(why)),
        None => (None, None),
    };
    let mut log = Log::new(order, beside);
    let mut next = Position(0);
    while next < end {
        match store.read(next, PAGE) {
            Ok(records) => {
                let Some(last) = records.last() else { break };
                let behind = last.position.next();
                for record in &records {
                    log.take(record);
                }
                next = behind;
            }
            Err(error @ (StoreError::Damaged { position, .. } | StoreError::Missing { position })) => {
                // What comes before it on the same page.
                let before = usize::try_from(position.0.saturating_sub(next.0)).unwrap_or(PAGE);
                if before > 0 {
                    for record in &store.read(next, before)? {
                        log.take(record);
                    }
                }
                log.lose(error.into());
                next = position.next();
            }
            Err(error) => return Err(error),
        }
    }
    if end < acknowledged {
        log.lose(RebuildError::CutOff { end, acknowledged });
    }
    let snapshot = match (snapshot, &log.beside) {
        (Some(why), _) => SnapshotReport::Unusable(why),
        (None, Some(beside)) if beside.differs(&log) => SnapshotReport::Differs(beside.position),
        (None, Some(beside)) => SnapshotReport::Agrees(beside.position),
        (None, None) => SnapshotReport::None,
    };
    let mut losses: Vec<Loss> = log.losses.into_iter().map(Loss::Log).collect();
    check_texts(store, &log.state, &mut losses)?;
    losses.truncate(MOST_LOSSES);
    Ok(Report {
        end,
        whole: log.whole,
        last: log.last,
        readable_behind: log.readable_behind,
        forgotten_behind: log.forgotten_behind,
        losses,
        snapshot,
        state: log.state,
    })
}

fn load(store: &dyn Store, order: VersionOrder) -> Option<Result<(State, Position), UnusableSnapshot>> {
    let snapshot = store.load_snapshot().transpose()?;
    Some(snapshot.map_err(Into::into).and_then(|found| snapshots::restore(found, store, order)))
}

/// The log as it is read.
struct Log {
    state: State,
    whole: Position,
    last: Option<LastChange>,
    is_broken: bool,
    readable_behind: u64,
    forgotten_behind: Option<Horizon>,
    losses: Vec<RebuildError>,
    beside: Option<Beside>,
}

/// What a start makes of the snapshot, beside what the log says from its beginning.
struct Beside {
    position: Position,
    state: State,
    /// Whether the two were the same where the snapshot ends, if the log can be read up to there.
    was_same: Option<bool>,
}

impl Beside {
    fn new(state: State, position: Position) -> Self {
        Self { position, state, was_same: None }
    }

    /// The next record of the log, with which `state` is what the log says.
    fn take(&mut self, record: &Record, state: &State) {
        if self.was_same == Some(false) {
            // One that cannot be applied leaves the two different.
            let _ = rebuild::apply(&mut self.state, record);
        } else if record.position.next() == self.position {
            self.was_same = Some(self.state == *state);
        }
    }

    /// Whether it says something else than the log. Nothing speaks against a snapshot where the log cannot be read.
    fn differs(&self, log: &Log) -> bool {
        if self.was_same != Some(false) {
            return false;
        }
        match log.state.horizon() {
            // It may have what is forgotten since; a start is right if that is gone when the history begins.
            Some(horizon) if self.position < horizon.before => {
                log.whole >= horizon.before && self.state != log.state
            }
            _ => true,
        }
    }
}

impl Log {
    fn new(order: VersionOrder, beside: Option<Beside>) -> Self {
        Self {
            state: State::ordered(order),
            whole: Position(0),
            last: None,
            is_broken: false,
            readable_behind: 0,
            forgotten_behind: None,
            losses: Vec::new(),
            beside,
        }
    }

    fn take(&mut self, record: &Record) {
        if self.is_broken {
            match serde_json::from_slice::<Commit>(&record.payload) {
                Ok(commit) => {
                    self.readable_behind += 1;
                    let told = commit.events.iter().find_map(Horizon::told_by);
                    self.forgotten_behind = told.or(self.forgotten_behind);
                }
                Err(source) => self.lose(RebuildError::Record { position: record.position, source }),
            }
            return;
        }
        // A record that contradicts the others must not leave half of itself.
        let mut state = self.state.clone();
        match rebuild::apply(&mut state, record) {
            Ok(commit) => {
                self.state = state;
                self.whole = record.position.next();
                self.last = Some(LastChange::of(record.position, &commit));
                if let Some(beside) = &mut self.beside {
                    beside.take(record, &self.state);
                }
            }
            Err(error) => self.lose(error),
        }
    }

    fn lose(&mut self, error: RebuildError) {
        self.is_broken = true;
        if self.losses.len() < MOST_LOSSES {
            self.losses.push(error);
        }
    }
}

impl LastChange {
    fn of(position: Position, commit: &Commit) -> Self {
        Self { position, at: commit.at, events: commit.events.iter().map(kind).collect() }
    }
}

/// What an event is called in the log.
fn kind(event: &Event) -> String {
    let written = serde_json::to_value(event).unwrap_or_default();
    written.get("type").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned()
}

/// Reads the texts that a state speaks of.
fn check_texts(store: &dyn Store, state: &State, losses: &mut Vec<Loss>) -> Result<(), StoreError> {
    let name = |id| state.participant_by_id(id).map_or_else(String::new, |known| known.name.to_string());
    for content in state.contents() {
        if let Some(how) = text_loss(store, content.body)? {
            let (consumer, provider) = (name(content.consumer), name(content.provider));
            losses.push(Loss::Contract { key: content.body, consumer, provider, how });
        }
    }
    for result in state.results() {
        let Some(key) = result.test_results() else { continue };
        if let Some(how) = text_loss(store, key)? {
            losses.push(Loss::Result { key, number: result.number.get(), how });
        }
    }
    for told in state.triggers() {
        for key in told.attempts.iter().map(|attempt| attempt.log).chain([told.context]) {
            if let Some(how) = text_loss(store, key)? {
                losses.push(Loss::Webhook {
                    key,
                    webhook: told.webhook.key.clone(),
                    trigger: told.uuid,
                    how,
                });
            }
        }
    }
    Ok(())
}

fn text_loss(store: &dyn Store, key: BlobKey) -> Result<Option<TextLoss>, StoreError> {
    match store.blob(key) {
        Ok(Some(bytes)) if BlobKey::of(&bytes) == key => Ok(None),
        Ok(Some(_)) | Err(StoreError::DamagedBlob { .. }) => Ok(Some(TextLoss::Damaged)),
        Ok(None) => Ok(Some(TextLoss::Missing)),
        Err(error) => Err(error),
    }
}

/// Why what is whole could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// There is something already where it was to go.
    #[error("the place that it is to be saved to is not empty")]
    NotEmpty,
    /// Reading or writing failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record that was whole is not any more.
    #[error(transparent)]
    Log(#[from] RebuildError),
}

/// Puts everything that a report found whole into an empty store: the log before [`Report::whole`], and the texts that
/// it speaks of, as far as they are whole.
///
/// # Errors
/// When the other store is not empty; when one of the two fails.
pub fn save(report: &Report, from: &dyn Store, into: &dyn Store) -> Result<(), SaveError> {
    if into.end()? != Position(0) {
        return Err(SaveError::NotEmpty);
    }
    let mut next = Position(0);
    while next < report.whole {
        let left = usize::try_from(report.whole.0 - next.0).unwrap_or(PAGE);
        let mut texts = Vec::new();
        let mut payloads = Vec::new();
        for record in from.read(next, left.min(PAGE))? {
            let position = record.position;
            let commit: Commit = serde_json::from_slice(&record.payload)
                .map_err(|source| RebuildError::Record { position, source })?;
            for key in commit.events.iter().filter_map(Event::text) {
                match from.blob(key) {
                    Ok(text) => texts.extend(text.map(|text| (key, text))),
                    // It was told as a loss.
                    Err(StoreError::DamagedBlob { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            payloads.push(record.payload);
        }
        next = into.append(next, &payloads, &texts)?;
    }
    if let (Some(horizon), Some(last)) = (report.forgotten_behind, &report.last) {
        // What is saved was shortened, though what says so is lost.
        let horizon = Horizon { before: horizon.before.min(report.whole), ..horizon };
        history::tell_again(into, next, horizon, last.at)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
