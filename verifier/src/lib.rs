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
//! # In a test of the provider
//!
//! Everything that a contract needs from the provider's side can be an async closure in the test: what sets up provider
//! states, what signs requests, what makes messages. Values that setting up a state gives find their way into requests and
//! expected messages, where the contract has a generator for them.
//!
//! ```no_run
//! use pactwright_verifier::states::{StateFunctions, StateValues};
//! use pactwright_verifier::transport::{MessageFunctions, ProvidedMessage};
//! use pactwright_verifier::{Verifier, report::TerminalReporter, sources::BrokerSource};
//!
//! # #[derive(Clone)] struct Shop;
//! # #[derive(serde::Serialize)] struct OrderPlaced { id: u64 }
//! # impl Shop {
//! #     async fn start() -> Self { Self }
//! #     fn address(&self) -> String { String::new() }
//! #     fn token(&self) -> Result<String, std::fmt::Error> { Ok(String::new()) }
//! #     async fn insert_order(&self, _: &str) -> Result<u64, std::io::Error> { Ok(7) }
//! #     async fn clear(&self) -> Result<(), std::io::Error> { Ok(()) }
//! #     fn order_placed(&self, id: u64) -> OrderPlaced { OrderPlaced { id } }
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let shop = Shop::start().await;
//! let (insert, clear, sign, publish) = (shop.clone(), shop.clone(), shop.clone(), shop.clone());
//! let states = StateFunctions::new()
//!     .setup("an order exists", move |params| {
//!         let shop = insert.clone();
//!         async move {
//!             let kind = params.get("kind").and_then(|kind| kind.as_str()).unwrap_or("open");
//!             let id = shop.insert_order(kind).await?;
//!             Ok(StateValues::new().with("id", id))
//!         }
//!     })
//!     .teardown("an order exists", move |_| {
//!         let shop = clear.clone();
//!         async move { Ok(shop.clear().await?) }
//!     });
//! let messages = MessageFunctions::new().message("an order was placed", move |wanted| {
//!     let shop = publish.clone();
//!     async move {
//!         let id = wanted.state_values.get("id").and_then(|id| id.as_u64()).unwrap_or(7);
//!         Ok(ProvidedMessage::json(&shop.order_placed(id))?.metadata("topic", "orders"))
//!     }
//! });
//! let verifier = Verifier::new("orders-api")
//!     .source(BrokerSource::new("https://broker.example"))
//!     .base_url(shop.address())
//!     .states(states)
//!     .messages(messages)
//!     .request_filter(move |mut request| {
//!         let token = sign.token();
//!         async move {
//!             request.headers.push(("Authorization".to_owned(), format!("Bearer {}", token?)));
//!             Ok(request)
//!         }
//!     });
//! let (needed, _) = verifier.needed_states().await?;
//! assert!(needed.iter().all(|state| state.handled != Some(false)), "states without a handler: {needed:#?}");
//! let summary = verifier.run(&mut TerminalReporter::new(std::io::stderr())).await?;
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
//! - What could not be found out is no failure. Where the provider is down, a state cannot be set up or a contract cannot be
//!   used, the run could not be done ([`ExitCode::CouldNotRun`]), and a contract without a verdict is not published: no
//!   version of a provider is to be held back, or a consumer's contract to be called broken, because a test environment
//!   was. A provider that was asked and gave no proper answer (it hung, hung up, talked nonsense) did fail.
//! - Being pending excuses what the provider does not do, or is not ready for, such as a state that it does not know yet.
//!   It does not excuse a run in which nothing was found out because nobody was there.
//! - What several contracts demand alike is verified once, and told for each ([`SameAs`]). Alike means the same
//!   states with the same parameters, the same request and the same expectations.
//! - Generators of messages other than those for provider states are for the consumer's test. What they make by chance is
//!   not expected of the provider.
//! - A message with several responses needs a [message handler](transport::MessageFunctions): over HTTP there is one
//!   answer, and taking it for all would be a false yes.
//! - Names of transports that are not given (`kafka`) are how messages travel elsewhere: such messages are asked for
//!   where all others are. Requests over a transport that is not given are errors.
//! - Provider states are only set up for interactions that have some, unless
//!   [asked for](Verifier::call_without_state). What was set up is torn down, in reverse order, whatever happened in
//!   between, also when a later state could not be set up; a failing tear-down does not hide why the rest failed.
//! - A state handler is called once, and may take only so long: one that fails is not called again, because nobody knows
//!   what it did.
//! - Interactions of kinds that cannot be verified are errors, never passed over.
//! - Folders are searched through, and only `*.json` files are read. A file that is no contract does not keep others
//!   from being verified, and the run does not pass for a good one.
//! - A contract that is not fulfilled is shown with the branch of the consumer's version and whose it is, where its
//!   broker knows; brokers are asked only about such contracts. `owner` is an extension that other brokers lack.
//! - Results carry `responseTimeMs` for each interaction and `responseTimes` (median, worst) for the contract. Brokers
//!   that do not know them keep them or leave them out.
//! - Secrets are not told: of what a provider sends in `Set-Cookie` and other headers that let their reader act as
//!   someone else, reports, logs and brokers get the name and stars.
//! - The branch and the tags of the provider are no selection: they make the broker choose contracts only together with
//!   selectors, pending or work in progress.
//! - Nothing is published before everything is verified. Failures of one contract do not colour the notices of another.
//! - A message comes with a status of success. What comes with another one is no message, however much it looks like it.

pub mod client;
pub mod events;
mod guard;
mod outcome;
pub mod plan;
mod publish;
pub mod report;
mod run;
mod secrets;
pub mod sources;
pub mod states;
pub mod transport;
mod verifier;

pub use outcome::{
    Counts, Exchange, ExitCode, InteractionError, InteractionResult, NotPublished, PactSummary, Party,
    Publication, ResponseTimes, RunSummary, SameAs, Traffic, Verdict,
};
pub use plan::{FailedBefore, Filter, InvalidFilter, InvalidReport};
pub use publish::{Draft, ProviderVersion, PublishError};
pub use verifier::{RunError, Verifier};
