//! `broker`: hosting the broker.

mod check;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use pactwright_broker::config::InvalidSetting;
use pactwright_broker::store::{SledStore, StoreError};
use pactwright_broker::{Broker, Config, OpenError, http};
use thiserror::Error;
use tokio::net::TcpListener;

use crate::exit::{CommandError, Exit};
use crate::printer::Printer;
use check::{Check, CheckError};

/// Host the broker that keeps contracts, results and deployments
#[derive(Debug, Subcommand)]
pub(crate) enum BrokerCommand {
    /// Serve until SIGTERM or Ctrl-C; what was accepted by then is finished
    Start(Start),
    /// Say what is wrong with a data folder, where, and what can be saved
    Check(Check),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  pactwright broker start --listen 127.0.0.1:9292 --data /var/lib/pactwright

Settings of the Pact Broker that change decisions are taken from PACT_BROKER_* variables, such as
PACT_BROKER_ALLOW_DANGEROUS_CONTRACT_MODIFICATION and PACT_BROKER_BASE_URL.

Webhooks go to public https addresses only. PACT_BROKER_WEBHOOK_HOST_WHITELIST names hosts and
networks that they may go to, PACTWRIGHT_WEBHOOK_ALLOWED_NETWORKS networks beside public ones.
Their secrets are kept encrypted with the first key of PACTWRIGHT_SECRET_KEY, or of the file that
PACTWRIGHT_SECRET_KEY_FILE names; `openssl rand -base64 32` makes a key.")]
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
    /// After how many changes a snapshot is taken, so that a start does not read the whole log
    #[arg(long, env = "PACTWRIGHT_SNAPSHOT_AFTER", default_value_t = 10_000, value_name = "CHANGES")]
    snapshot_after: u64,
}

/// Why the broker does not run.
#[derive(Debug, Error)]
pub(crate) enum StartError {
    #[error("the log filter `{0}` cannot be used")]
    Log(String),
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
    #[error("the variable {} is not text", .0.to_string_lossy())]
    NotText(OsString),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the broker cannot listen on {address}")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error(transparent)]
    Check(#[from] CheckError),
}

impl CommandError for StartError {}

impl BrokerCommand {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, StartError> {
        match self {
            Self::Start(start) => start.run(printer).await,
            Self::Check(check) => Ok(check.run(printer)?),
        }
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
        let mut config = Config::default().with_settings(settings()?)?;
        if let Some(base_url) = &self.base_url {
            config = config.with_settings([("PACT_BROKER_BASE_URL", base_url)])?;
        }
        config.snapshots.changes = self.snapshot_after;
        let stop = stop_signal();
        let running = Running::start(&self.data, self.listen, config).await?;
        let address = running.address;
        printer.data(&format!("The broker is at http://{address}"));
        running.until(stop).await;
        printer.note("The broker has stopped.");
        Ok(Exit::Yes)
    }
}

/// The settings that the surroundings make.
fn settings() -> Result<Vec<(String, String)>, StartError> {
    let ours = std::env::vars_os().filter_map(|(name, value)| {
        let is_ours = |name: &String| {
            ["PACT_BROKER_", "PACTWRIGHT_WEBHOOK_", "PACTWRIGHT_SECRET_"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
        };
        let name = name.into_string().ok().filter(is_ours)?;
        Some((name, value))
    });
    ours.map(|(name, value)| match value.into_string() {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(StartError::NotText(name.into())),
    })
    .collect()
}

/// A broker that listens but does not serve yet.
pub(crate) struct Running {
    broker: Broker,
    listener: TcpListener,
    pub(crate) address: SocketAddr,
}

impl Running {
    /// Opens the data and the port: when this succeeds, requests are taken (and answered once it is served).
    pub(crate) async fn start(data: &Path, listen: SocketAddr, config: Config) -> Result<Self, StartError> {
        let store = SledStore::open(data)?;
        let broker = Broker::open(Arc::new(store), config)?;
        let listening = |source| StartError::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        Ok(Self { broker, listener, address })
    }

    /// Serves until the signal, then finishes what was accepted.
    pub(crate) async fn until(self, stop: impl Future<Output = ()> + Send + 'static) {
        http::serve(self.broker, self.listener, stop).await;
    }
}

/// SIGTERM, or Ctrl-C. It counts from this call on, so this is called before anybody learns that there is something to end.
pub(crate) fn stop_signal() -> impl Future<Output = ()> + Send + 'static {
    // Without a handler there is nothing to wait for; the process then ends as signals end it.
    #[cfg(unix)]
    {
        use tokio::signal::unix::{Signal, SignalKind, signal};
        async fn received(signal: Option<Signal>) {
            match signal {
                Some(mut signal) => _ = signal.recv().await,
                None => std::future::pending().await,
            }
        }
        let [interrupt, terminate] =
            [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok());
        async move {
            tokio::select! {
                () = received(interrupt) => {}
                () = received(terminate) => {}
            }
        }
    }
    #[cfg(not(unix))]
    async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::stop_signal;

    #[tokio::test]
    async fn a_signal_counts_before_anybody_waits_for_it() {
        let stop = stop_signal();
        let kill = format!("kill -TERM {}", std::process::id());
        assert!(std::process::Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        stop.await;
    }
}
