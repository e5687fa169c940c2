//! Replays contracts against a running provider, and tells what came of it.
//!
//! ```no_run
//! use pactwright_verifier::{Verifier, report::TerminalReporter, sources::FolderSource, states::StateFunctions};
//!
//! # async fn start_provider() -> String { String::new() }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let address = start_provider().await;
//! let mut report = TerminalReporter::new(std::io::stderr());
//! let summary = Verifier::new("orders-api")
//!     .source(FolderSource::new("pacts"))
//!     .base_url(address)
//!     .states(StateFunctions::new().setup("order exists", async |params| {
//!         // ... put an order into the database ...
//!         # let _ = params;
//!         Ok(())
//!     }))
//!     .run(&mut report)
//!     .await?;
//! assert!(summary.passed());
//! # Ok(())
//! # }
//! ```
//!
//! # How it works
//!
//! `plan -> run -> events`. [Sources](sources) give contracts; a [`Plan`](plan::Plan) says which interactions are
//! verified in which order; the run brings the provider into the [states] that each needs, sends what the
//! consumer would send over a [transport], holds the answer against the contract, and emits
//! [events]. [Reporters](report) only consume those. Results go to the broker that a contract comes from, when
//! that is [asked for](Verifier::publish).
//!
//! # Features
//!
//! `tls` is for brokers, contracts and providers behind `https://`. It is off by default.
//!
//! # Where it differs from other verifiers, and why
//!
//! - A filtered run is never published: its outcome would pass for one about the whole contract. A result that could
//!   not be published is an error of the run, not a line in a log.
//! - A filter that leaves nothing to verify is an error, and so is a selector that cannot be understood: a build that
//!   verifies less than it was asked to is worse than one that stops.
//! - Provider states are only set up for interactions that have some. Once anything was touched, everything touched is
//!   torn down, in reverse order, whatever happened in between; a failing tear-down does not hide why the rest failed.
//! - A state handler is called once: a handler that fails is not called again, because nobody knows what it did.
//! - Interactions of kinds that cannot be verified are errors, never passed over.
//! - Folders are searched through, and only `*.json` files are read. A file that is no contract does not keep others
//!   from being verified, and the run does not pass for a good one.
//! - Nothing is published before everything is verified. Failures of one contract do not colour the notices of another.
//! - A message comes with a status of success. What comes with another one is no message, however much it looks like it.

pub mod client;
pub mod events;
mod outcome;
pub mod plan;
mod publish;
pub mod report;
mod run;
pub mod sources;
pub mod states;
pub mod transport;
mod verifier;

pub use outcome::{
    Counts, Exchange, ExitCode, InteractionError, InteractionResult, NotPublished, PactSummary, Party,
    Publication, ResponseTimes, RunSummary, SameAs, Traffic, Verdict,
};
pub use plan::{Filter, InvalidFilter};
pub use publish::{ProviderVersion, PublishError};
pub use verifier::{RunError, Verifier};
