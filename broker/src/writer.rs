//! The single writer: takes commands in order, decides, makes a batch durable once, then lets everybody see it.
//!
//! Deciding happens on a private state that includes what earlier commands of the same batch decided. Nobody sees that
//! state, and nobody is answered, before the batch is durable. A batch is whatever waits when the writer is free (at
//! most as many as [`QueueConfig::batch`] says), so many clients share the price of one flush, and one client does not wait for others.
//!
//! When the store fails, it is not known what it kept. The writer then refuses everything until the process is started
//! again, and reads go on with what is known to be durable.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    thread::JoinHandle,
    time::Instant,
};

use arc_swap::ArcSwap;
use pactwright_core::json::Json;
use tokio::sync::{Notify, mpsc, oneshot};
use uuid::Uuid;

use crate::{
    config::QueueConfig,
    domain::{
        access::Asker,
        commands::{Blob, Bodies, Command, Rejection, Work},
        event::Commit,
        model::Timestamp,
        rules::Rules,
        state::State,
    },
    snapshots::Keeper,
    store::{BlobKey, Position, Store, StoreError},
    telemetry::Telemetry,
};

/// So many levels can be read in any case: `serde_json` gives up at 128.
const SURELY_READABLE: usize = 100;

/// Where time and randomness come from.
pub trait Source: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Sixteen random bytes.
    fn random(&self) -> Uuid;
}

/// Why a command was not carried out.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refusal {
    /// It was decided against.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The HTTP side did not ask what has to be allowed: a mistake in the broker.
    #[error("nobody asked whether this is allowed; nothing was changed")]
    Unchecked,
    /// Too many wait already.
    #[error("too many changes are waiting; try again in a moment")]
    Busy,
    /// The broker is stopping.
    #[error("the broker is stopping")]
    Stopping,
    /// The store failed.
    #[error("the store failed; nothing can be changed until the broker is started again")]
    Store(#[source] Arc<StoreError>),
    /// The events could be written, but not read again: something that was sent is nested too deeply.
    #[error("this cannot be kept, because it is nested too deeply")]
    Unreadable(#[source] Arc<serde_json::Error>),
    /// The events cannot be written.
    #[error("an event cannot be encoded")]
    Encoding(#[source] Arc<serde_json::Error>),
}

/// What became of a command.
#[derive(Debug)]
pub struct Done<A> {
    /// What it answers.
    pub answer: A,
    /// A state that includes it.
    pub state: Arc<State>,
}

/// Where commands wait.
type Queue = mpsc::Sender<Item>;

/// What the writer is asked for.
enum Item {
    /// A command.
    Job(Box<dyn Job>),
    /// Something to be done between two batches.
    Task(Task),
}

/// Something that is done while nothing is appended, and all that was decided is durable.
type Task = Box<dyn FnOnce(&dyn Store, Position) + Send>;

/// Sends commands to the writer, and gives states to readers. Clones are cheap.
#[derive(Clone)]
pub(crate) struct Writer {
    /// Taken away when the broker stops.
    queue: Arc<Mutex<Option<Queue>>>,
    current: Arc<ArcSwap<State>>,
    broken: Arc<OnceLock<Refusal>>,
    changed: Arc<Notify>,
}

/// What the writer works with.
pub(crate) struct Setup {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) rules: Rules,
    pub(crate) queue: QueueConfig,
    pub(crate) telemetry: Arc<Telemetry>,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) state: State,
    pub(crate) end: Position,
    /// When the last change was made.
    pub(crate) last: Option<Timestamp>,
    pub(crate) keeper: Keeper,
}

impl Writer {
    /// Starts the writer on a thread of its own. It ends when the last clone of the handle is dropped.
    pub(crate) fn start(setup: Setup) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (queue, waiting) = mpsc::channel(setup.queue.length);
        let current = Arc::new(ArcSwap::from_pointee(setup.state.clone()));
        let broken = Arc::new(OnceLock::new());
        let changed = Arc::new(Notify::new());
        let desk = Desk {
            store: setup.store,
            rules: setup.rules,
            most: setup.queue.batch,
            telemetry: setup.telemetry,
            source: setup.source,
            durable: setup.state,
            end: setup.end,
            current: current.clone(),
            changed: changed.clone(),
            broken: broken.clone(),
            last: setup.last,
            keeper: setup.keeper,
        };
        let thread =
            std::thread::Builder::new().name("writer".to_owned()).spawn(move || desk.work(waiting))?;
        Ok((Self { queue: Arc::new(Mutex::new(Some(queue))), current, changed, broken }, thread))
    }

    /// What is durable now.
    pub(crate) fn state(&self) -> Arc<State> {
        self.current.load_full()
    }

    /// Waits until something has changed since the last time this was waited for. Only one can wait at a time.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Why nothing is changed any more, if that is so.
    pub(crate) fn failure(&self) -> Option<Refusal> {
        self.broken.get().cloned()
    }

    /// Carries out a command: when this returns with success, it is durable.
    pub(crate) async fn submit<C: Command>(
        &self,
        command: C,
        asker: Asker,
    ) -> Result<Done<C::Answer>, Refusal> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Pending { command: Some(command), asker, answer: None, reply: Some(reply) });
        self.send(Item::Job(job))?;
        answer.await.unwrap_or_else(|_| Err(self.failure().unwrap_or(Refusal::Stopping)))
    }

    /// Does something between two batches, when its turn comes: nothing is appended meanwhile, and the log ends at the
    /// position that it is given. Everybody who changes something waits for it, so it has to be short.
    pub(crate) async fn between<T: Send + 'static>(
        &self,
        act: impl FnOnce(&dyn Store, Position) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        let task = move |store: &dyn Store, end: Position| {
            // Whoever asked may have gone.
            let _ = reply.send(act(store, end));
        };
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let sent = queue.ok_or(Refusal::Stopping)?.send(Item::Task(Box::new(task))).await;
        sent.map_err(|_| Refusal::Stopping)?;
        answer.await.map_err(|_| self.failure().unwrap_or(Refusal::Stopping))
    }

    /// Whether commands are taken.
    pub(crate) fn is_open(&self) -> bool {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn send(&self, item: Item) -> Result<(), Refusal> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        queue.ok_or(Refusal::Stopping)?.try_send(item).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Refusal::Busy,
            mpsc::error::TrySendError::Closed(_) => Refusal::Stopping,
        })
    }

    /// How many commands wait.
    pub(crate) fn waiting(&self) -> usize {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.as_ref().map_or(0, |queue| queue.max_capacity() - queue.capacity())
    }

    /// Takes no more commands. The writer ends when it has carried out what waits.
    pub(crate) fn stop(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// A command without its type.
trait Job: Send {
    fn needs(&self, state: &State) -> Vec<BlobKey>;
    /// Decides. `None`: nothing happens, and the reason was told.
    fn decide(&mut self, work: Work<'_>) -> Option<(Commit, Vec<Blob>, State)>;
    fn succeed(self: Box<Self>, state: &Arc<State>);
    fn refuse(self: Box<Self>, refusal: Refusal);
}

struct Pending<C: Command> {
    command: Option<C>,
    asker: Asker,
    answer: Option<C::Answer>,
    reply: Option<oneshot::Sender<Result<Done<C::Answer>, Refusal>>>,
}

impl<C: Command> Pending<C> {
    fn tell(&mut self, result: Result<Done<C::Answer>, Refusal>) {
        if let Some(reply) = self.reply.take() {
            // Whoever asked may have gone; what was decided stands all the same.
            let _ = reply.send(result);
        }
    }
}

impl<C: Command> Job for Pending<C> {
    fn needs(&self, state: &State) -> Vec<BlobKey> {
        self.command.as_ref().map(|command| command.needs(state)).unwrap_or_default()
    }

    fn decide(&mut self, mut work: Work<'_>) -> Option<(Commit, Vec<Blob>, State)> {
        let command = self.command.take()?;
        let asker = &self.asker;
        let decided = work.asked_by(asker).and_then(|principal| {
            let answer = command.decide(&mut work)?;
            work.give_to(&principal);
            Ok((answer, work.finish()?))
        });
        match decided {
            Ok((answer, outcome)) => {
                self.answer = Some(answer);
                Some(outcome)
            }
            Err(rejection) => {
                self.tell(Err(rejection.into()));
                None
            }
        }
    }

    fn succeed(mut self: Box<Self>, state: &Arc<State>) {
        if let Some(answer) = self.answer.take() {
            self.tell(Ok(Done { answer, state: state.clone() }));
        }
    }

    fn refuse(mut self: Box<Self>, refusal: Refusal) {
        self.tell(Err(refusal));
    }
}

/// The writer's own things.
struct Desk {
    store: Arc<dyn Store>,
    rules: Rules,
    /// How many commands are made durable at once.
    most: usize,
    telemetry: Arc<Telemetry>,
    source: Arc<dyn Source>,
    /// What is durable.
    durable: State,
    end: Position,
    current: Arc<ArcSwap<State>>,
    changed: Arc<Notify>,
    broken: Arc<OnceLock<Refusal>>,
    /// When something was decided last.
    last: Option<Timestamp>,
    keeper: Keeper,
}

/// How far a clock may be put back without the log taking note of it, in seconds.
const SLACK: i64 = 60;

/// The time of a change after another one. Clocks are put right all the time; the order of the log is by time, so a
/// little is waited for. A clock that was far ahead and is put right is believed: the log must not stay in the future.
fn steady(now: Timestamp, last: Option<Timestamp>) -> Timestamp {
    match last {
        Some(last) if now < last && last.minus_seconds(SLACK) <= now => last,
        _ => now,
    }
}

/// Whether a record may be nested more deeply than it can be read: all that is written can be read but for that. What
/// has few openings has no more levels; the others have to be read to know.
fn may_be_deep(record: &[u8]) -> bool {
    record.iter().filter(|byte| matches!(byte, b'[' | b'{')).count() > SURELY_READABLE
}

/// What a batch decided.
#[derive(Default)]
struct Batch {
    jobs: Vec<Box<dyn Job>>,
    records: Vec<Vec<u8>>,
    blobs: HashMap<BlobKey, Vec<u8>>,
}

impl Desk {
    fn work(mut self, mut waiting: mpsc::Receiver<Item>) {
        self.keeper.consider(&self.durable, self.end);
        let mut items = Vec::with_capacity(self.most);
        while waiting.blocking_recv_many(&mut items, self.most) > 0 {
            let batch = AssertUnwindSafe(|| {
                let mut tasks = Vec::new();
                let jobs = items.drain(..).filter_map(|item| match item {
                    Item::Job(job) => Some(job),
                    Item::Task(task) => {
                        tasks.push(task);
                        None
                    }
                });
                self.carry_out(jobs);
                self.do_between(tasks);
            });
            // Nothing of a batch is seen before it is durable; but whether it is, a panic does not tell.
            if std::panic::catch_unwind(batch).is_err() {
                tracing::error!("the writer gave up in the middle of a batch; no more changes are taken");
                let source = "the writer gave up in the middle of a batch".into();
                let error = StoreError::Failed { action: "write to", source };
                self.broken.get_or_init(|| Refusal::Store(Arc::new(error)));
            }
        }
        if self.broken.get().is_some() {
            // Nobody knows where the log ends.
            self.keeper.finish();
        } else {
            self.keeper.finish_with(&self.durable, self.end);
        }
    }

    fn carry_out(&mut self, jobs: impl Iterator<Item = Box<dyn Job>>) {
        let mut batch = Batch::default();
        let mut next = self.durable.clone();
        for mut job in jobs {
            let now = steady(self.source.now(), self.last);
            self.last = Some(now);
            if let Some(refusal) = self.broken.get() {
                job.refuse(refusal.clone());
                continue;
            }
            match self.decide(job.as_mut(), now, &next, &mut batch) {
                Ok(Some(state)) => {
                    next = state;
                    batch.jobs.push(job);
                }
                Ok(None) => {}
                Err(refusal) => job.refuse(refusal),
            }
        }
        if batch.jobs.is_empty() {
            return;
        }
        let blobs: Vec<_> = batch.blobs.into_iter().collect();
        let appended = if batch.records.is_empty() {
            Ok(self.end)
        } else {
            let begun = Instant::now();
            let appended = self.store.append(self.end, &batch.records, &blobs);
            self.telemetry.batch(batch.records.len(), begun.elapsed());
            appended
        };
        match appended {
            Ok(end) => {
                self.end = end;
                self.telemetry.log_ends_at(end);
                self.durable = next;
                let state = Arc::new(self.durable.clone());
                self.current.store(state.clone());
                self.changed.notify_one();
                for job in batch.jobs {
                    job.succeed(&state);
                }
                self.keeper.note(&batch.records);
                self.keeper.consider(&self.durable, self.end);
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the store failed; no more changes are taken"
                );
                let refusal = Refusal::Store(Arc::new(error));
                for job in batch.jobs {
                    job.refuse(refusal.clone());
                }
                self.broken.get_or_init(|| refusal);
            }
        }
    }

    fn do_between(&self, tasks: Vec<Task>) {
        // Where the store failed, nobody knows where the log ends; whoever waits learns it as the task is dropped.
        if self.broken.get().is_none() {
            for task in tasks {
                task(self.store.as_ref(), self.end);
            }
        }
    }

    fn decide(
        &self,
        job: &mut dyn Job,
        now: Timestamp,
        state: &State,
        batch: &mut Batch,
    ) -> Result<Option<State>, Refusal> {
        let bodies = self.read(&job.needs(state), batch).map_err(|error| Refusal::Store(Arc::new(error)))?;
        let work = Work::new(state.clone(), &self.rules, &bodies, now, self.source.random());
        let Some((commit, blobs, state)) = job.decide(work) else { return Ok(None) };
        if !commit.events.is_empty() {
            let record = serde_json::to_vec(&commit).map_err(|error| Refusal::Encoding(Arc::new(error)))?;
            // A record that could not be read back would keep the broker from ever starting again.
            if may_be_deep(&record)
                && let Err(error) = serde_json::from_slice::<Commit>(&record)
            {
                return Err(Refusal::Unreadable(Arc::new(error)));
            }
            batch.records.push(record);
            batch.blobs.extend(blobs);
        }
        Ok(Some(state))
    }

    /// Reads texts: of this batch, or from the store.
    fn read(&self, keys: &[BlobKey], batch: &Batch) -> Result<Bodies, StoreError> {
        let mut bodies = Bodies::new();
        for key in keys {
            let bytes = match batch.blobs.get(key) {
                Some(bytes) => Some(bytes.clone()),
                None => self.store.blob(*key)?,
            };
            if let Some(body) = bytes.as_deref().and_then(|bytes| Json::parse(bytes).ok()) {
                bodies.insert(*key, body.into_owned());
            }
        }
        Ok(bodies)
    }
}

#[cfg(test)]
mod tests;
