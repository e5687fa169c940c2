//! `stub`: the responses of contracts, from a server.

mod sources;
mod watch;

use clap::{ArgGroup, Args};
use pactwright::StartError;
use pactwright::standalone::{Cors, States, Stub as Server, StubOptions};
use pactwright_verifier::client::ClientError;
use pactwright_verifier::sources::SourceError;
use regex::Regex;
use thiserror::Error;

use super::broker::stop_signal;
use crate::broken::BrokenPact;
use crate::exit::{CommandError, Exit};
use crate::listen::{self, NoSuchHost};
use crate::logging::LogLevel;
use crate::printer::Printer;
use crate::tls::{Secure, TlsFilesError};
use sources::Sources;

#[derive(Debug, Args)]
#[command(
    version,
    disable_version_flag = true,
    group = ArgGroup::new("from").required(true).multiple(true).args(["file", "dir", "url", "broker_url"]),
    after_help = "\
Examples:
  pactwright stub --dir pacts --port 8080 --watch
  pactwright stub --broker-url http://127.0.0.1:9292 --provider-name '^orders-api$' \\
    --provider-state-header-name X-Provider-State

A request must have the method, the path and the query of an interaction, and its body if it brings one. \
Of several interactions the one whose request differs least answers. What none has an answer for gets \
status 404, and a body that shows the closest.

Other than with pact-stub-server, provider states can be chosen by the header alone, --cors-referer allows \
a site and not an address, the log goes to standard error and begins at warnings, and a contract that cannot \
be read is an error for all of them, with status 2. One that is broken by a change (--watch) leaves the \
stub as it was."
)]
pub(crate) struct Stub {
    /// Print the version
    #[arg(short, long, action = clap::ArgAction::Version, display_order = 999)]
    version: (),
    /// What is logged to standard error: methods, paths and what became of requests, never headers or bodies
    #[arg(
        short,
        long,
        value_enum,
        ignore_case = true,
        default_value = "warn",
        hide_possible_values = true,
        help_heading = "Logging",
        value_name = "error|warn|info|debug|trace|none"
    )]
    loglevel: LogLevel,
    #[command(flatten, next_help_heading = "Contracts")]
    sources: Sources,
    #[command(flatten, next_help_heading = "Server")]
    server: ServerOptions,
    #[command(flatten, next_help_heading = "Which interactions")]
    choice: Choice,
}

#[derive(Debug, Args)]
struct ServerOptions {
    /// The port to listen on; 0 picks a free one
    #[arg(short, long, default_value_t = 0, value_name = "PORT")]
    port: u16,
    /// The address to listen on; 0.0.0.0 for all of this machine's
    #[arg(long, default_value = "127.0.0.1", value_name = "HOST")]
    host: String,
    /// Answer OPTIONS requests of browsers that no interaction expects
    #[arg(short = 'o', long)]
    cors: bool,
    /// Allow the site that a request's Referer names, not everybody
    #[arg(long, requires = "cors")]
    cors_referer: bool,
    /// Load files and folders again when they change
    #[arg(short, long)]
    watch: bool,
    #[command(flatten)]
    secure: Secure,
}

#[derive(Debug, Args)]
struct Choice {
    /// Only interactions with a provider state that this regular expression is found in
    #[arg(short = 's', long, value_name = "REGEX")]
    provider_state: Option<Regex>,
    /// A header with which a request brings such an expression of its own
    #[arg(long, value_name = "NAME")]
    provider_state_header_name: Option<String>,
    /// Include interactions without provider states when choosing by them
    #[arg(long)]
    empty_provider_state: bool,
}

/// Why there is no stub.
#[derive(Debug, Error)]
pub(crate) enum StubError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Broken(#[from] BrokenPact),
    #[error(transparent)]
    Tls(#[from] TlsFilesError),
    #[error("no contracts were found in {0}")]
    Nothing(String),
    #[error("`{0}` cannot be the name of a header")]
    HeaderName(String),
    #[error(transparent)]
    Host(#[from] NoSuchHost),
    #[error(transparent)]
    Start(#[from] StartError),
}

impl CommandError for StubError {}

impl Stub {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, StubError> {
        self.loglevel.start(printer.colour());
        let options = self.options().await?;
        // Seen before they are read: a change in between is not missed.
        let seen = self.sources.fingerprint();
        let pacts = self.sources.load().await?;
        let stop = stop_signal();
        let stub = Server::start(&pacts, options)?;
        let (interactions, count) = (stub.interactions(), pacts.len());
        let contracts = if count == 1 { "1 contract".to_owned() } else { format!("{count} contracts") };
        printer.data(&format!("The stub is at {} ({interactions} interactions of {contracts})", stub.url()));
        let all: usize = pacts.iter().map(|pact| pact.interactions.len()).sum();
        if all > interactions {
            printer.note(&format!(
                "{} interactions are messages, which a stub does not serve",
                all - interactions
            ));
        }
        drop(pacts);
        let watching = async {
            if self.server.watch {
                watch::run(&self.sources, seen, &stub, printer).await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = stop => {}
            () = watching => {}
        }
        stub.stop().await;
        printer.note("The stub has stopped.");
        Ok(Exit::Yes)
    }

    async fn options(&self) -> Result<StubOptions, StubError> {
        let Choice { provider_state, provider_state_header_name, empty_provider_state } = &self.choice;
        if let Some(name) = provider_state_header_name
            && reqwest::header::HeaderName::from_bytes(name.as_bytes()).is_err()
        {
            return Err(StubError::HeaderName(name.clone()));
        }
        let states = States {
            expression: provider_state.clone(),
            header: provider_state_header_name.clone(),
            stateless: *empty_provider_state,
        };
        let cors = match (self.server.cors, self.server.cors_referer) {
            (_, true) => Cors::Referer,
            (true, false) => Cors::Preflight,
            (false, false) => Cors::AsAgreed,
        };
        let address = listen::address(&self.server.host, self.server.port).await?;
        let options = StubOptions::default().address(address).cors(cors).states(states);
        Ok(match self.server.secure.load()? {
            Some(tls) => options.tls(tls),
            None => options,
        })
    }
}
