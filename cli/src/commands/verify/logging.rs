//! What a verification logs, for who looks for the reason of something.

use std::io;

use clap::Args;
use pactwright_verifier::events::{Event, Reporter};
use pactwright_verifier::report::chain;
use tracing::{debug, info, trace};

use crate::logging::LogLevel;

/// How much is logged, and how it looks.
#[derive(Debug, Args)]
pub(super) struct Logging {
    /// What to log on standard error: from info on what happens, from debug on what travels where something is wrong
    #[arg(
        short,
        long,
        value_enum,
        ignore_case = true,
        default_value = "warn",
        hide_possible_values = true,
        value_name = "error|warn|info|debug|trace|none"
    )]
    loglevel: LogLevel,
    /// Log in several lines each
    #[arg(long, conflicts_with_all = ["full_log", "compact_log"])]
    pretty_log: bool,
    /// Log in one line each (as is done anyway)
    #[arg(long, conflicts_with = "compact_log")]
    full_log: bool,
    /// Log in short lines
    #[arg(long)]
    compact_log: bool,
}

impl Logging {
    /// Logs from now on.
    pub(super) fn start(&self, colour: bool) {
        let builder = tracing_subscriber::fmt()
            .with_env_filter(self.loglevel.filter())
            .with_writer(io::stderr)
            .with_ansi(colour);
        // Whoever logs already goes on doing so.
        let _ = if self.pretty_log {
            tracing::subscriber::set_global_default(builder.pretty().finish())
        } else if self.compact_log {
            tracing::subscriber::set_global_default(builder.compact().finish())
        } else {
            tracing::subscriber::set_global_default(builder.finish())
        };
    }
}

/// Logs what happens.
pub(super) struct Log;

impl Reporter for Log {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => info!(
                provider = run.provider,
                target = run.target,
                contracts = run.pacts,
                interactions = run.interactions,
                "verifying"
            ),
            Event::SourceFailed(error) => info!(error = chain(error.as_ref()), "a contract could not be had"),
            Event::PactStarted(pact) => {
                info!(consumer = pact.consumer, origin = %pact.origin, "the turn of a contract");
            }
            Event::InteractionStarted { interaction, .. } => {
                trace!(description = interaction.interaction.description, "the turn of an interaction");
            }
            Event::InteractionFinished { interaction, result, .. } => {
                info!(
                    description = interaction.interaction.description,
                    verdict = ?result.verdict(),
                    duration = ?result.duration,
                    response_time = ?result.response_time,
                    "an interaction is finished"
                );
                if let Some(exchange) = &result.exchange {
                    debug!(traffic = ?exchange.traffic, "this travelled");
                }
            }
            Event::PactConcluded { pact, success, publication } => {
                info!(consumer = pact.consumer, success, ?publication, "a contract is done with");
            }
            Event::NotRun(not_run) => info!(reason = not_run.reason, "nothing could be verified"),
            Event::RunFinished(summary) => info!(exit_code = ?summary.exit_code(), "done"),
            _ => {}
        }
        Ok(())
    }
}
