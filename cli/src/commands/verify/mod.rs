//! `verify`: a running provider against its contracts.

mod logging;
mod options;
mod outputs;
mod states;

use std::path::{Path, PathBuf};

use clap::Args;
use pactwright_verifier::events::{Event, NotRun, Reporter};
use pactwright_verifier::report::chain;
use pactwright_verifier::sources::SelectorError;
use pactwright_verifier::{ExitCode, FailedBefore, InvalidFilter, RunError, Verifier};
use thiserror::Error;

use crate::broker::BrokerError;
use crate::exit::{CommandError, Exit};
use crate::printer::Printer;
use logging::{Log, Logging};
use options::{Connections, Filters, Provider, Publishing, Sources, StateOptions};
use outputs::{Outputs, Reports};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  The contracts of a broker, results published:
    pactwright verify --broker-url http://127.0.0.1:9292 --provider-name orders-api --port 8080 \\
      --consumer-version-selectors '{\"mainBranch\": true}' \\
      --consumer-version-selectors '{\"deployed\": true}' --enable-pending \\
      --publish --provider-version 2.0.0 --provider-branch main
  A file, with provider states:
    pactwright verify --file web-orders-api.json --port 8080 \\
      --state-change-url http://127.0.0.1:8080/_states
  The contract that a webhook is about:
    pactwright verify --broker-url http://127.0.0.1:9292 --port 8080 \\
      --webhook-callback-url \"$PACT_URL\"
  For a pull request on GitHub, with a report for the build server:
    pactwright verify --dir pacts --port 8080 \\
      --reporter terminal --reporter github --junit results.xml

Every option and variable of pact_verifier_cli 1.4 is taken, and means here what it means there,
but for these: --xslt has no effect; folders are searched through; --filter-consumer takes lists
(a,b); a state handler is called once, not again when it fails, and not for interactions without
a state unless --state-change-without-state is given; what is narrowed by --filter-description,
--filter-state or --filter-no-state is never published; and exit status 3 has another meaning.

Proxies are those of HTTP_PROXY, HTTPS_PROXY and NO_PROXY, never for this machine. Values of
Authorization, Cookie, Set-Cookie and the like are not in any report or log.

Exit status:
  0  verified
  1  the provider does not do what a contract asks
  2  it could not be found out, for some or for all: wrong usage, no contracts, no connection,
     a provider state that cannot be set up, a report that cannot be written
  3  verified, but the results could not be published")]
pub(crate) struct Verify {
    #[command(flatten, next_help_heading = "Contracts")]
    sources: Sources,
    #[command(flatten, next_help_heading = "Access to brokers and addresses")]
    connections: Connections,
    #[command(flatten, next_help_heading = "Provider")]
    provider: Provider,
    #[command(flatten, next_help_heading = "Provider states")]
    states: StateOptions,
    #[command(flatten, next_help_heading = "Which interactions")]
    filters: Filters,
    #[command(flatten, next_help_heading = "Results")]
    publishing: Publishing,
    #[command(flatten, next_help_heading = "Reports")]
    outputs: Outputs,
    #[command(flatten, next_help_heading = "Logging")]
    logging: Logging,
    /// Verify nothing, but list the provider states that the contracts need; as JSON with --reporter json
    #[arg(long, help_heading = "Provider states")]
    list_states: bool,
    /// How many interactions may run at once; those with provider states run one after another
    #[arg(long, default_value_t = 1, value_name = "N", help_heading = "Options")]
    jobs: usize,
    /// Print help
    #[arg(long, action = clap::ArgAction::Help, help_heading = "Options")]
    help: (),
    /// Print the version
    #[arg(short = 'v', long, action = clap::ArgAction::Version, help_heading = "Options")]
    version: (),
}

/// Why nothing was verified.
#[derive(Debug, Error)]
pub(crate) enum VerifyError {
    #[error(transparent)]
    Selector(#[from] SelectorError),
    #[error(transparent)]
    Filter(#[from] InvalidFilter),
    #[error(transparent)]
    Broker(#[from] BrokerError),
    // Not with what was given: it may be a secret.
    #[error("the value of --header number {place} is not of the form NAME=VALUE")]
    Header { place: usize },
    #[error("the certificates in {} cannot be read", path.display())]
    Certificates { path: PathBuf, source: std::io::Error },
    #[error(
        "standard output can take one of json, junit and html: write the others to files, as --reporter json=FILE"
    )]
    TwoDocuments,
    #[error("the report {} cannot be written", path.display())]
    Report { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Run(#[from] RunError),
}

impl CommandError for VerifyError {
    fn exit(&self) -> Exit {
        match self {
            Self::Run(error) => exit(error.exit_code()),
            Self::Selector(_)
            | Self::Filter(_)
            | Self::Broker(_)
            | Self::Header { .. }
            | Self::Certificates { .. }
            | Self::TwoDocuments
            | Self::Report { .. } => Exit::CouldNotRun,
        }
    }
}

fn exit(code: ExitCode) -> Exit {
    match code {
        ExitCode::Verified => Exit::Yes,
        ExitCode::Failed => Exit::No,
        ExitCode::CouldNotRun => Exit::CouldNotRun,
        ExitCode::NotPublished => Exit::NotPublished,
    }
}

impl Verify {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, VerifyError> {
        self.logging.start(printer.colour());
        let failed = self.failed_before(printer);
        if self.list_states {
            return self.list(&self.verifier(failed)?, printer).await;
        }
        let mut reports = self.outputs.reports(printer)?;
        let outcome = self.verify(failed, &mut reports).await;
        let written = reports.write(printer);
        match (outcome, written) {
            (Ok(code), written) => written.map(|()| exit(code)),
            // The other is what it is about, but neither is kept back.
            (Err(error), Err(unwritten)) => {
                printer.error(&unwritten);
                Err(error)
            }
            (Err(error), Ok(())) => Err(error),
        }
    }

    async fn verify(
        &self,
        failed: Option<FailedBefore>,
        reports: &mut Reports,
    ) -> Result<ExitCode, VerifyError> {
        let mut all: Vec<Box<dyn Reporter + '_>> = vec![Box::new(reports), Box::new(Log)];
        let verifier = match self.verifier(failed) {
            Ok(verifier) => verifier,
            Err(error) => {
                let (provider, reason) = (self.provider.name.clone(), chain(&error));
                // If that cannot be written down, it is still less than what is told here.
                let _ = all.report(&Event::NotRun(NotRun { provider, reason }));
                return Err(error);
            }
        };
        Ok(verifier.run(&mut all).await?.exit_code())
    }

    async fn list(&self, verifier: &Verifier, printer: Printer) -> Result<Exit, VerifyError> {
        let (states, failures) = verifier.needed_states().await?;
        if self.outputs.prints_json() {
            printer.json(&states::json(&states));
        } else {
            printer.data(&states::text(&states));
        }
        if states.iter().any(|state| state.handled == Some(false)) {
            printer.note("nothing sets these up: give --state-change-url");
        }
        for failure in &failures {
            printer.error(failure.as_ref());
        }
        Ok(if failures.is_empty() { Exit::Yes } else { Exit::CouldNotRun })
    }

    fn verifier(&self, failed: Option<FailedBefore>) -> Result<Verifier, VerifyError> {
        let mut verifier = match self.provider.name.as_ref().filter(|name| !name.is_empty()) {
            Some(name) => Verifier::new(name),
            None => Verifier::any_provider(),
        };
        let access = self.connections.access()?;
        verifier = self.sources.add_to(verifier, &access, &self.publishing)?;
        verifier = verifier.client(self.connections.client()?);
        verifier = self.provider.add_to(verifier)?;
        verifier = self.states.add_to(verifier);
        verifier = self.filters.add_to(verifier, failed)?;
        Ok(self.publishing.add_to(verifier).jobs(self.jobs))
    }

    /// What failed in the last run, where only that is wanted. Without a last run, or when all was well in it,
    /// everything is verified.
    fn failed_before(&self, printer: Printer) -> Option<FailedBefore> {
        let path = self.outputs.json.as_deref().filter(|_| self.filters.last_failed)?;
        match read_failed(path) {
            Ok(failed) if !failed.is_empty() => Some(failed),
            Ok(_) => {
                printer.note("nothing failed in the last run, so everything is verified");
                None
            }
            Err(reason) => {
                let path = path.display();
                printer.note(&format!(
                    "{path} says nothing about a last run, so everything is verified: {reason}"
                ));
                None
            }
        }
    }
}

fn read_failed(path: &Path) -> Result<FailedBefore, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    FailedBefore::from_report(&bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
