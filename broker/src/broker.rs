use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Instant,
};

use pactwright_core::json::{Json, JsonBuf};
use tokio::sync::RwLock;
use uuid::Uuid;

use crate::{
    check::{Report, check},
    config::Config,
    delivery::{Courier, Resolver, SystemResolver},
    domain::{access::Asker, commands::Command, model::Timestamp, rules::VersionOrder, state::State},
    history::{self, Change, Past},
    rebuild::{RebuildError, Rebuilt, rebuild},
    snapshots::{Keeper, Turn},
    store::{BlobKey, Position, Store, StoreError},
    telemetry::Telemetry,
    writer::{Done, Refusal, Setup, Source, Writer},
};

/// A broker without its HTTP side: a state, and commands that change it durably.
///
/// Clones share one broker. [`Broker::close`] stops it; dropping the last clone does too, without waiting.
#[derive(Clone)]
pub struct Broker {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Writer,
    thread: Mutex<Option<JoinHandle<()>>>,
    store: Arc<dyn Store>,
    source: Arc<dyn Source>,
    courier: Courier,
    config: Config,
    past: Past,
    /// Whether it was said that secrets are not sealed.
    warned: AtomicBool,
    turn: Turn,
    telemetry: Arc<Telemetry>,
    stopping: AtomicBool,
    upkeep: Arc<RwLock<()>>,
}

/// What the house-keeping works with.
pub(crate) struct House<'a> {
    pub(crate) writer: &'a Writer,
    pub(crate) store: &'a Arc<dyn Store>,
    pub(crate) turn: &'a Turn,
    pub(crate) order: VersionOrder,
}

/// Why a broker cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The log cannot be read or understood.
    #[error("{0}; `pactwright broker check` says what can be saved")]
    Log(#[source] RebuildError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The thread that writes could not be started.
    #[error("cannot start the thread that writes")]
    Thread(#[source] std::io::Error),
}

impl From<RebuildError> for OpenError {
    fn from(error: RebuildError) -> Self {
        match error {
            // Nothing is wrong with the log as far as it is known.
            RebuildError::Store(error @ StoreError::Failed { .. }) => Self::Store(error),
            other => Self::Log(other),
        }
    }
}

/// Why a broker should not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// It will stop.
    #[error("the broker is stopping")]
    Stopping,
    /// The store failed: what is there can be read, and nothing can be changed.
    #[error("the store failed; nothing can be changed until the broker is started again")]
    StoreFailed,
}

impl NotReady {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stopping => "stopping",
            Self::StoreFailed => "store_failed",
        }
    }
}

/// The clock and the randomness of the machine.
struct Machine;

impl Source for Machine {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
    }

    fn random(&self) -> Uuid {
        Uuid::new_v4()
    }
}

impl Broker {
    /// Opens a broker over a store: reads the snapshot and the log behind it, and starts the writer.
    ///
    /// # Errors
    /// When the log cannot be read or understood, with the position.
    pub fn open(store: Arc<dyn Store>, config: Config) -> Result<Self, OpenError> {
        Self::open_with(store, config, Arc::new(Machine), Arc::new(SystemResolver))
    }

    /// As [`Broker::open`], with time, randomness and names of hosts of the caller's choice.
    ///
    /// # Errors
    /// As [`Broker::open`].
    pub fn open_with(
        store: Arc<dyn Store>,
        config: Config,
        source: Arc<dyn Source>,
        resolver: Arc<dyn Resolver>,
    ) -> Result<Self, OpenError> {
        let Rebuilt { state, end, saved, unsaved, last } = rebuild(store.as_ref(), config.rules.order)?;
        // What is measured is about this process, whatever time the source makes up.
        let telemetry = Arc::new(Telemetry::new(Machine.now(), end));
        let turn = Turn::default();
        let snapshots = config.snapshots.clone();
        let keeper = Keeper::new(store.clone(), snapshots, turn.clone(), saved, unsaved, telemetry.clone());
        let mut rules = config.rules.clone();
        if let Some(base) = config.http.base_urls.first() {
            rules.base.clone_from(base);
        }
        let setup = Setup {
            store: store.clone(),
            rules,
            queue: config.queue.clone(),
            telemetry: telemetry.clone(),
            source: source.clone(),
            state,
            end,
            last,
            keeper,
        };
        let (writer, thread) = Writer::start(setup).map_err(OpenError::Thread)?;
        let thread = Mutex::new(Some(thread));
        let courier = Courier::new(config.webhooks.clone(), resolver);
        let past = Past::default();
        let inner = Inner {
            writer,
            thread,
            store,
            source,
            courier,
            config,
            past,
            warned: AtomicBool::new(false),
            turn,
            telemetry,
            stopping: AtomicBool::new(false),
            upkeep: Arc::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What is durable now. The state does not change under whoever holds it.
    pub fn state(&self) -> Arc<State> {
        self.inner.writer.state()
    }

    /// Waits until something has changed since this was last waited for.
    pub(crate) async fn changed(&self) {
        self.inner.writer.changed().await;
    }

    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        self.inner.source.now()
    }

    /// Sixteen random bytes.
    pub(crate) fn random(&self) -> Uuid {
        self.inner.source.random()
    }

    /// Whether it was said that secrets are not sealed.
    pub(crate) fn warned(&self) -> &AtomicBool {
        &self.inner.warned
    }

    /// What carries requests to the receivers of webhooks.
    pub(crate) fn courier(&self) -> &Courier {
        &self.inner.courier
    }

    /// Whether it has to be said who asks: the settings name somebody, or there are users or tokens. Otherwise anybody may
    /// do anything, which is for a machine that nobody else can reach.
    pub fn asks_who_calls(&self) -> bool {
        self.inner.config.access.names_anybody() || self.state().access().is_used()
    }

    /// What the log and the texts are kept in.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        self.inner.store.clone()
    }

    /// Who reads all that is kept shares this; who rewrites what is kept has it alone.
    pub(crate) fn upkeep(&self) -> Arc<RwLock<()>> {
        self.inner.upkeep.clone()
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Carries out a command for the program that embeds the broker, which may do everything. When this returns with
    /// success, what it changed is durable.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn submit<C: Command>(&self, command: C) -> Result<Done<C::Answer>, Refusal> {
        self.submit_as(command, Asker::broker()).await
    }

    /// Carries out a command for somebody, if what is needed for it is allowed at the moment when it is decided.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn submit_as<C: Command>(&self, command: C, asker: Asker) -> Result<Done<C::Answer>, Refusal> {
        let begun = Instant::now();
        let done = self.inner.writer.submit(command, asker).await;
        if done.is_ok() {
            self.inner.telemetry.durable(begun.elapsed());
        }
        done
    }

    /// How many commands wait until they are durable.
    pub(crate) fn waiting(&self) -> usize {
        self.inner.writer.waiting()
    }

    /// What is measured.
    pub(crate) fn telemetry(&self) -> &Arc<Telemetry> {
        &self.inner.telemetry
    }

    /// Says that the broker will stop, to whoever asks whether it is ready. It goes on until [`Broker::close`].
    pub fn announce_stop(&self) {
        self.inner.stopping.store(true, Ordering::Relaxed);
    }

    /// Why no more requests should be sent here; nothing where all is well.
    pub fn not_ready(&self) -> Vec<NotReady> {
        let stopping = self.inner.stopping.load(Ordering::Relaxed).then_some(NotReady::Stopping);
        let failed = self.failure().map(|_| NotReady::StoreFailed);
        stopping.into_iter().chain(failed).collect()
    }

    /// Why nothing can be changed any more, if that is so: the store failed.
    pub fn failure(&self) -> Option<Refusal> {
        self.inner.writer.failure()
    }

    /// Reads all that is kept, and says what is wrong with it; see [`check`](fn@check). This blocks for as long as that
    /// takes. While the broker works, the state of the report is older than the broker's.
    ///
    /// # Errors
    /// When the store cannot be read at all.
    pub fn check(&self) -> Result<Report, StoreError> {
        check(self.inner.store.as_ref(), self.inner.config.rules.order)
    }

    /// Changes in the order of the log, from a position on, at most `limit`. Fewer mean that the log ends there.
    ///
    /// # Errors
    /// When the log cannot be read or understood.
    pub async fn changes(&self, from: Position, limit: usize) -> Result<Vec<Change>, RebuildError> {
        self.read(move |inner| history::changes(inner.store.as_ref(), from, limit)).await
    }

    /// The position of the first change after a moment; the end of the log where there is none. Where the clock had been
    /// more than a minute ahead and was put right, several might be meant, and one of them is given.
    ///
    /// # Errors
    /// When the log cannot be read or understood.
    pub async fn position_after(&self, moment: Timestamp) -> Result<Position, RebuildError> {
        self.read(move |inner| history::first_after(inner.store.as_ref(), moment)).await
    }

    /// The state as it was at a moment: with everything that was changed until then. What is not asked for again and
    /// again is made of the log, which takes as long as there is log.
    ///
    /// # Errors
    /// When the log cannot be read or understood; when not everything is known of that moment any more.
    pub async fn state_at(&self, moment: Timestamp) -> Result<Arc<State>, RebuildError> {
        let now = self.state();
        let horizon = now.horizon();
        let past = self.read(move |inner| {
            let store = inner.store.as_ref();
            let position = history::first_after(store, moment)?;
            if position == store.end()? {
                return Ok(None);
            }
            history::known(horizon, position)?;
            let state = inner.past.before(store, inner.config.rules.order, position)?;
            Ok(Some((position, state)))
        });
        let Some((position, past)) = past.await? else { return Ok(now) };
        // It may have been forgotten while it was read.
        history::known(self.state().horizon(), position)?;
        Ok(past)
    }

    /// What the house-keeping works with.
    pub(crate) fn house(&self) -> House<'_> {
        let Inner { writer, store, turn, config, .. } = &*self.inner;
        House { writer, store, turn, order: config.rules.order }
    }

    /// Does something that waits for the store, on a thread that may.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Inner) -> Result<T, RebuildError> + Send + 'static,
    ) -> Result<T, RebuildError> {
        let inner = self.inner.clone();
        let done = tokio::task::spawn_blocking(move || read(&inner)).await;
        done.unwrap_or_else(|error| Err(StoreError::Failed { action: "read", source: error.into() }.into()))
    }

    /// Reads a text that is kept beside the log.
    ///
    /// # Errors
    /// When the store cannot be read, or has another text than was kept.
    pub async fn text(&self, key: BlobKey) -> Result<Option<Vec<u8>>, StoreError> {
        let store = self.inner.store.clone();
        let read = tokio::task::spawn_blocking(move || store.blob(key)).await;
        read.unwrap_or_else(|error| Err(StoreError::Failed { action: "read", source: error.into() }))
    }

    /// Reads a text that is kept beside the log as JSON.
    ///
    /// # Errors
    /// As [`Broker::text`]; a text that is no JSON is damaged.
    pub async fn json(&self, key: BlobKey) -> Result<Option<JsonBuf>, StoreError> {
        let Some(bytes) = self.text(key).await? else { return Ok(None) };
        let value = Json::parse(&bytes).map_err(|_| StoreError::DamagedBlob { key })?;
        Ok(Some(value.into_owned()))
    }

    /// Stops the broker: carries out what was accepted, then ends. Later commands are refused.
    pub async fn close(&self) {
        self.announce_stop();
        self.inner.writer.stop();
        let thread = self.inner.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // The writer's thread answers whoever waits on this runtime, so it must not be waited for on it.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}
