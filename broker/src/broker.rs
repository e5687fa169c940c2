use std::{
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use pactwright_core::json::{Json, JsonBuf};
use uuid::Uuid;

use crate::{
    config::Config,
    delivery::{Courier, Resolver, SystemResolver},
    domain::{
        commands::Command,
        event::Commit,
        model::Timestamp,
        state::{Inconsistent, State},
    },
    store::{BlobKey, Position, Store, StoreError},
    writer::{Done, Refusal, Setup, Source, Writer},
};

/// How many records are read at once when the broker starts.
const PAGE: usize = 1024;

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
}

/// Why a broker cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record of the log is not what a broker writes.
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
    /// A record of the log contradicts those before it.
    #[error("the record at position {position} of the log contradicts those before it")]
    Contradiction {
        /// Its position.
        position: Position,
        /// How.
        #[source]
        source: Inconsistent,
    },
    /// The thread that writes could not be started.
    #[error("cannot start the thread that writes")]
    Thread(#[source] std::io::Error),
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
    /// Opens a broker over a store: reads the log, and starts the writer.
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
        let (state, end) = replay(store.as_ref(), State::ordered(config.rules.order))?;
        let rules = config.rules.clone();
        let setup = Setup { store: store.clone(), rules, source: source.clone(), state, end };
        let (writer, thread) = Writer::start(setup).map_err(OpenError::Thread)?;
        let thread = Mutex::new(Some(thread));
        let courier = Courier::new(config.webhooks.clone(), resolver);
        Ok(Self { inner: Arc::new(Inner { writer, thread, store, source, courier, config }) })
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

    /// What carries requests to the receivers of webhooks.
    pub(crate) fn courier(&self) -> &Courier {
        &self.inner.courier
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Carries out a command. When this returns with success, what it changed is durable.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn submit<C: Command>(&self, command: C) -> Result<Done<C::Answer>, Refusal> {
        self.inner.writer.submit(command).await
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
        self.inner.writer.stop();
        let thread = self.inner.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // The writer's thread answers whoever waits on this runtime, so it must not be waited for on it.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// Reads the whole log.
fn replay(store: &dyn Store, mut state: State) -> Result<(State, Position), OpenError> {
    let mut next = Position::default();
    loop {
        let records = store.read(next, PAGE)?;
        let Some(last) = records.last() else { return Ok((state, next)) };
        next = last.position.next();
        for record in records {
            let position = record.position;
            let commit: Commit = serde_json::from_slice(&record.payload)
                .map_err(|source| OpenError::Record { position, source })?;
            state.apply_commit(&commit).map_err(|source| OpenError::Contradiction { position, source })?;
        }
    }
}
