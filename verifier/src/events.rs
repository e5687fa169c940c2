//! What happens in a run, as it happens. Reporters know nothing else.
//!
//! Events come in contract order, however many interactions run at once: a run is reported in the same way each time.
//!
//! ```text
//! RunStarted
//!   SourceFailed*
//!   for each contract:  PactStarted  ( InteractionStarted  InteractionFinished )*  PactFinished
//!   ConsumerKnown*
//!   AllVerified
//!   for each contract:  PactConcluded
//! RunFinished
//! ```
//!
//! Where nothing could be verified at all there is one event: `NotRun`.

use std::sync::Arc;

use crate::outcome::{Counts, InteractionResult, Publication, RunSummary};
use crate::plan::{PlannedInteraction, PlannedPact};
use crate::sources::{ConsumerDetails, SourceError};

/// Something that happened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A run begins.
    RunStarted(RunStarted),
    /// A contract that was to be verified could not be had.
    SourceFailed(Arc<SourceError>),
    /// A contract's turn has come.
    PactStarted(Arc<PlannedPact>),
    /// An interaction's turn has come. It may have begun before, when several run at once.
    InteractionStarted {
        /// Its contract.
        pact: Arc<PlannedPact>,
        /// The interaction.
        interaction: Arc<PlannedInteraction>,
    },
    /// It is known what came of an interaction.
    InteractionFinished {
        /// Its contract.
        pact: Arc<PlannedPact>,
        /// The interaction.
        interaction: Arc<PlannedInteraction>,
        /// What came of it.
        result: Arc<InteractionResult>,
    },
    /// It is known what came of a contract.
    PactFinished {
        /// The contract.
        pact: Arc<PlannedPact>,
        /// How its interactions came out.
        counts: Counts,
    },
    /// The broker says whose contract it is that is not fulfilled.
    ConsumerKnown {
        /// The contract.
        pact: Arc<PlannedPact>,
        /// Whose it is.
        details: ConsumerDetails,
    },
    /// All contracts are verified; results are published next, where that was asked for.
    AllVerified,
    /// All is known about a contract: what came of it, and whether its result was published.
    PactConcluded {
        /// The contract.
        pact: Arc<PlannedPact>,
        /// Whether the provider does all that it asks.
        success: bool,
        /// Whether it was published; none when that was not asked for.
        publication: Option<Publication>,
    },
    /// A run is over.
    RunFinished(Arc<RunSummary>),
    /// Nothing could be verified: there was no run, and no other event.
    NotRun(NotRun),
}

/// Why there was no run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotRun {
    /// The provider; none when contracts of any provider were to be verified.
    pub provider: Option<String>,
    /// Why, in a sentence.
    pub reason: String,
}

/// What is known when a run begins.
#[derive(Debug, Clone)]
pub struct RunStarted {
    /// The provider; none when contracts of any provider are verified.
    pub provider: Option<String>,
    /// Where it is.
    pub target: Option<String>,
    /// How many contracts are verified.
    pub pacts: usize,
    /// How many interactions they have.
    pub interactions: usize,
    /// What the run is narrowed to, in words; empty when it is not.
    pub filter: String,
    /// Whether results are to be published, and for which version.
    pub provider_version: Option<String>,
}

/// Consumes events.
///
/// ```
/// use pactwright_verifier::events::{Event, Reporter};
///
/// #[derive(Default)]
/// struct Failures(usize);
///
/// impl Reporter for Failures {
///     fn report(&mut self, event: &Event) -> std::io::Result<()> {
///         if let Event::InteractionFinished { result, .. } = event {
///             self.0 += usize::from(!result.passed());
///         }
///         Ok(())
///     }
/// }
/// ```
pub trait Reporter: Send {
    /// Something happened.
    ///
    /// # Errors
    /// When it cannot be written down. The run goes on, and ends with that error.
    fn report(&mut self, event: &Event) -> std::io::Result<()>;
}

/// Keeps all events, for tests.
impl Reporter for Vec<Event> {
    fn report(&mut self, event: &Event) -> std::io::Result<()> {
        self.push(event.clone());
        Ok(())
    }
}

/// Says nothing.
impl Reporter for () {
    fn report(&mut self, _: &Event) -> std::io::Result<()> {
        Ok(())
    }
}

/// Several reporters, each of which hears everything.
impl Reporter for Vec<Box<dyn Reporter + '_>> {
    fn report(&mut self, event: &Event) -> std::io::Result<()> {
        // One that fails must not keep the others from hearing the rest.
        let mut outcome = Ok(());
        for reporter in self {
            let result = reporter.report(event);
            outcome = outcome.and(result);
        }
        outcome
    }
}

impl<R: Reporter + ?Sized> Reporter for &mut R {
    fn report(&mut self, event: &Event) -> std::io::Result<()> {
        (**self).report(event)
    }
}

impl<R: Reporter + ?Sized> Reporter for Box<R> {
    fn report(&mut self, event: &Event) -> std::io::Result<()> {
        (**self).report(event)
    }
}
