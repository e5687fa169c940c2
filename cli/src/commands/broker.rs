//! `broker`: hosting the broker.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use pactwright_broker::config::InvalidSetting;
use pactwright_broker::store::{SledStore, StoreError};
use pactwright_broker::{Broker, Config, OpenError, Refusal, http};
use thiserror::Error;
use tokio::net::TcpListener;

use crate::exit::{CommandError, Exit};
use crate::printer::Printer;

/// Host the broker that keeps contracts, results and deployments
#[derive(Debug, Subcommand)]
pub(crate) enum BrokerCommand {
    /// Serve until SIGTERM or Ctrl-C; what was accepted by then is finished
    Start(Start),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  pactwright broker start --listen 127.0.0.1:9292 --data /var/lib/pactwright

Settings of the Pact Broker that change decisions are taken from PACT_BROKER_* variables, such as
PACT_BROKER_ALLOW_DANGEROUS_CONTRACT_MODIFICATION and PACT_BROKER_BASE_URL.")]
pub(crate) struct Start {
    /// Where to listen; port 0 picks a free one
    #[arg(long, env = "PACTWRIGHT_LISTEN", default_value = "127.0.0.1:9292", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// The folder that keeps everything
    #[arg(long, env = "PACTWRIGHT_DATA", default_value = "pactwright-data", value_name = "FOLDER")]
    data: PathBuf,
    /// The address that clients know the broker by; without it, links follow the request
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// What is logged to standard error, such as `info` or `pactwright_broker=debug`
    #[arg(long, env = "PACTWRIGHT_LOG", default_value = "warn", value_name = "FILTER")]
    log: String,
}

/// Why the broker does not run.
#[derive(Debug, Error)]
pub(crate) enum StartError {
    #[error("the log filter `{0}` cannot be used")]
    Log(String),
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
    #[error("the data folder {} cannot be opened", folder.display())]
    Store { folder: PathBuf, source: StoreError },
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the broker cannot listen on {address}")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("the first environments cannot be created")]
    Seed(#[from] Refusal),
    #[error("the broker stopped serving")]
    Serve(#[source] std::io::Error),
}

impl CommandError for StartError {}

impl BrokerCommand {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, StartError> {
        let Self::Start(start) = self;
        start.run(printer).await
    }
}

impl Start {
    async fn run(self, printer: Printer) -> Result<Exit, StartError> {
        let filter = tracing_subscriber::EnvFilter::try_new(&self.log)
            .map_err(|_| StartError::Log(self.log.clone()))?;
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(printer.colour())
            .init();
        let config = Config { seed_environments: true, ..Config::default() };
        let mut config = config.with_settings(std::env::vars())?;
        if let Some(base_url) = &self.base_url {
            config = config.with_settings([("PACT_BROKER_BASE_URL", base_url)])?;
        }
        let running = Running::start(self.data, self.listen, config).await?;
        let address = running.address;
        printer.data(&format!("The broker is at http://{address}"));
        running.until(stop_signal()).await?;
        printer.note("The broker has stopped.");
        Ok(Exit::Yes)
    }
}

/// A broker that listens but does not serve yet.
pub(crate) struct Running {
    broker: Broker,
    listener: TcpListener,
    pub(crate) address: SocketAddr,
}

impl Running {
    /// Opens the data and the port: when this succeeds, requests are taken (and answered once it is served).
    pub(crate) async fn start(data: PathBuf, listen: SocketAddr, config: Config) -> Result<Self, StartError> {
        let store = SledStore::open(&data).map_err(|source| StartError::Store { folder: data, source })?;
        let seed = config.seed_environments;
        let broker = Broker::open(Arc::new(store), config)?;
        if seed {
            broker.create_usual_environments().await?;
        }
        let listening = |source| StartError::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        Ok(Self { broker, listener, address })
    }

    /// Serves until the signal, then finishes what was accepted.
    pub(crate) async fn until(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        http::serve(self.broker, self.listener, stop).await.map_err(StartError::Serve)
    }
}

/// SIGTERM, or Ctrl-C.
pub(crate) async fn stop_signal() {
    let interrupt = async {
        // Without a handler there is nothing to wait for; the process then ends as signals end it.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(_) => interrupt.await,
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
