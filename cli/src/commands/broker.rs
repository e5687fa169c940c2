//! `broker`: hosting the broker.

mod access;
mod backup;
mod check;
mod clean_up;
mod compact;
mod config;
mod export;
mod folder;
mod import;
mod ping;
mod restore;
mod settings;
mod target;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use clap::{Args, Subcommand};
use pactwright_broker::http::{self, Tls, TlsError};
#[cfg(unix)]
use pactwright_broker::operator::Operator;
use pactwright_broker::store::{SledStore, StoreError};
use pactwright_broker::{Broker, Config, OpenError};
use thiserror::Error;
use tokio::net::TcpListener;

use crate::broker::BrokerError;
use crate::exit::{CommandError, Exit};
use crate::logging;
use crate::printer::Printer;
use access::owner::OwnerCommand;
use access::team::TeamCommand;
use access::token::TokenCommand;
use access::user::UserCommand;
use backup::Backup;
use check::{Check, CheckError};
use clean_up::CleanUp;
use compact::Compact;
use config::ConfigCommand;
use export::Export;
use folder::OperateError;
use import::Import;
use ping::{Ping, PingError};
use restore::Restore;
use settings::{SettingOptions, SettingsError};

/// Host the broker that keeps contracts, results and deployments
#[derive(Debug, Subcommand)]
pub(crate) enum BrokerCommand {
    /// Serve until SIGTERM or Ctrl-C; what was accepted by then is finished
    Start(Start),
    /// Say what is wrong with a data folder, where, and what can be saved
    Check(Check),
    /// Print which settings there are, or what counts of those that were made
    Config(ConfigCommand),
    /// Make, list and revoke service tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Make and list teams, and say who is in them
    #[command(subcommand)]
    Team(TeamCommand),
    /// Make and list users
    #[command(subcommand)]
    User(UserCommand),
    /// Show and say which team something belongs to
    #[command(subcommand)]
    Owner(OwnerCommand),
    /// Remove versions that nobody needs, and say why the others stay, while it runs or not
    CleanUp(CleanUp),
    /// Forget what is gone, so that the log gets shorter, while it runs or not
    Compact(Compact),
    /// Write everything that a broker has into one file, while it runs or not
    Backup(Backup),
    /// Put a backup into a new data folder, as it was in the end or at a moment
    Restore(Restore),
    /// Write what a broker knows as JSON lines, now or at a moment, while it runs or not
    Export(Export),
    /// Make a new data folder of an export, or of everything that another broker has
    Import(Import),
    /// Say whether a running broker is ready to be asked
    Ping(Ping),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  pactwright broker start --listen 127.0.0.1:9292 --data /var/lib/pactwright

`pactwright broker config` prints every setting with its variable of the environment. Those that
the Pact Broker takes from PACT_BROKER_* variables are understood where they mean something here.
What is wrong with settings is said before anything is started.

Webhooks go to public https addresses only. PACT_BROKER_WEBHOOK_HOST_WHITELIST names hosts and
networks that they may go to, PACTWRIGHT_WEBHOOK_ALLOWED_NETWORKS networks beside public ones.
Their secrets are kept encrypted with the first key of PACTWRIGHT_SECRET_KEY, or of the file that
PACTWRIGHT_SECRET_KEY_FILE names; `openssl rand -base64 32` makes a key.")]
pub(crate) struct Start {
    #[command(flatten)]
    settings: SettingOptions,
}

/// Why the broker does not run.
#[derive(Debug, Error)]
pub(crate) enum StartError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(
        "{address} can be reached by other machines, and nobody has to say who is calling: anybody could change anything. \
         Set PACT_BROKER_BASIC_AUTH_USERNAME and PACT_BROKER_BASIC_AUTH_PASSWORD, or PACTWRIGHT_ADMIN_TOKEN to make users \
         and tokens with; or, where something before the broker asks who is calling, start it with --allow-anyone"
    )]
    Anyone { address: SocketAddr },
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("the broker cannot listen on {address}")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error(transparent)]
    Check(#[from] CheckError),
    #[error(transparent)]
    Remote(#[from] BrokerError),
    #[error(transparent)]
    Operate(#[from] OperateError),
    #[error(transparent)]
    Ping(#[from] PingError),
}

impl CommandError for StartError {
    fn exit(&self) -> Exit {
        match self {
            Self::Remote(error) => error.exit(),
            _ => Exit::CouldNotRun,
        }
    }
}

impl BrokerCommand {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, StartError> {
        match self {
            Self::Start(start) => start.run(printer).await,
            Self::Check(check) => Ok(check.run(printer)?),
            Self::Config(config) => Ok(config.run(printer)?),
            Self::Token(command) => command.run(printer).await,
            Self::Team(command) => Ok(command.run(printer).await?),
            Self::User(command) => Ok(command.run(printer).await?),
            Self::Owner(command) => Ok(command.run(printer).await?),
            Self::CleanUp(clean_up) => Ok(clean_up.run(printer).await?),
            Self::Compact(compact) => Ok(compact.run(printer).await?),
            Self::Backup(backup) => Ok(backup.run(printer).await?),
            Self::Restore(restore) => Ok(restore.run(printer)?),
            Self::Export(export) => Ok(export.run(printer).await?),
            Self::Import(import) => Ok(import.run(printer).await?),
            Self::Ping(ping) => Ok(ping.run(printer).await?),
        }
    }
}

impl Start {
    async fn run(self, printer: Printer) -> Result<Exit, StartError> {
        let settings = self.settings.read()?;
        let config = settings::check(&settings)?;
        let log = logging::serve(&config.log, printer.colour());
        for warning in settings.warnings() {
            tracing::warn!("{warning}");
        }
        let stop = stop_signal();
        let (data, listen) = (config.process.data.clone(), config.process.listen);
        let running = Running::start(&data, listen, config).await?;
        let (address, scheme) = (running.address, if running.tls.is_some() { "https" } else { "http" });
        #[cfg(unix)]
        reload_on_signal(running.tls.clone());
        printer.data(&format!("The broker is at {scheme}://{address}"));
        running.until(stop).await;
        log.finish().await;
        printer.note("The broker has stopped.");
        Ok(Exit::Yes)
    }
}

/// A broker that listens but does not serve yet.
pub(crate) struct Running {
    broker: Broker,
    listener: TcpListener,
    pub(crate) address: SocketAddr,
    tls: Option<Tls>,
    #[cfg(unix)]
    operator: Option<Operator>,
}

impl Running {
    /// Opens the data, the port and the socket for commands: when this succeeds, requests are taken (and answered once it
    /// is served).
    pub(crate) async fn start(data: &Path, listen: SocketAddr, config: Config) -> Result<Self, StartError> {
        let tls = Tls::open(&config.tls)?;
        for warning in tls.iter().flat_map(Tls::warnings_now) {
            tracing::warn!("{warning}");
        }
        let store = SledStore::open(data)?;
        let is_here = listen.ip().to_canonical().is_loopback();
        let may_be_open = config.access.allow_anyone || is_here;
        let is_protected = is_here || tls.is_some() || !config.access.trusted_proxies.is_empty();
        let broker = Broker::open(Arc::new(store), config)?;
        if !may_be_open && !broker.asks_who_calls() {
            return Err(StartError::Anyone { address: listen });
        }
        if !is_protected && broker.asks_who_calls() {
            tracing::warn!(
                "passwords and tokens come to {listen} in clear: set tls.certificate and tls.key, or name the proxy that \
                 speaks TLS in access.trusted_proxies"
            );
        }
        let listening = |source| StartError::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        Ok(Self {
            #[cfg(unix)]
            operator: operated(&broker, data),
            broker,
            listener,
            address,
            tls,
        })
    }

    /// Serves until the signal, then finishes what was accepted.
    pub(crate) async fn until(self, stop: impl Future<Output = ()> + Send + 'static) {
        let stop = async move {
            stop.await;
            #[cfg(unix)]
            if let Some(operator) = self.operator {
                operator.stop().await;
            }
        };
        match self.tls {
            Some(tls) => http::serve_tls(self.broker, self.listener, tls, stop).await,
            None => http::serve(self.broker, self.listener, stop).await,
        }
    }
}

/// Lets commands on this machine operate the broker. Without it the broker does all of its other work.
#[cfg(unix)]
fn operated(broker: &Broker, data: &Path) -> Option<Operator> {
    Operator::start(broker.clone(), data)
        .inspect_err(|error| {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "commands like `broker backup` cannot be used while this broker runs"
            );
        })
        .ok()
}

/// Has the files of a certificate read again on SIGHUP. Without one, the signal ends the process as it ends others: that is
/// how a terminal says that it is gone.
#[cfg(unix)]
fn reload_on_signal(tls: Option<Tls>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Some(tls) = tls else { return };
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            tls.check().await;
        }
    });
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
