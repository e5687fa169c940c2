//! What came of verifying: of one interaction, of one contract, of the whole run.

use std::sync::Arc;
use std::time::Duration;

use pactwright_core::generators::Skipped;
use pactwright_core::json::ObjectBuf;
use pactwright_core::matching::{ActualRequest, ActualResponse, CompileError};
use pactwright_core::report::Mismatch;

use crate::plan::PlannedPact;
use crate::publish::{Draft, PublishError};
use crate::sources::SourceError;
use crate::states::StateError;
use crate::transport::TransportError;

/// What came of one interaction.
#[derive(Debug, Default)]
pub struct InteractionResult {
    /// How the provider's answer differs from what the contract expects.
    pub mismatches: Vec<Mismatch>,
    /// What kept the interaction from being verified properly.
    pub errors: Vec<InteractionError>,
    /// What travelled. Kept only where something was wrong: a run may have many interactions.
    pub exchange: Option<Box<Exchange>>,
    /// Whether it needs provider states and nothing was there to set them up.
    pub states_ignored: bool,
    /// Parts of the request that were to be made anew, and could not: they were sent as the contract has them.
    pub not_generated: Vec<Skipped>,
    /// How long the provider took to answer, where it did.
    pub response_time: Option<Duration>,
    /// How long everything took, with provider states.
    pub duration: Duration,
}

/// What travelled over HTTP.
#[derive(Debug)]
pub struct Exchange {
    /// What was sent.
    pub request: ActualRequest,
    /// What came back; none when nothing did.
    pub response: Option<ActualResponse>,
    /// Values that setting up provider states gave.
    pub state_values: ObjectBuf,
}

/// What keeps an interaction from being verified.
#[derive(Debug, thiserror::Error)]
pub enum InteractionError {
    /// This version cannot verify such interactions.
    #[error("interactions of the type \"{type_name}\" cannot be verified yet, so this one is not")]
    NotSupported {
        /// The type, as the contract writes it.
        type_name: String,
    },
    /// It goes over a transport that was not given.
    #[error("there is no transport for it{}: give the provider's address", match name { Some(name) => format!(", which asks for \"{name}\""), None => String::new() })]
    NoTransport {
        /// The name of the transport.
        name: Option<String>,
    },
    /// The contract cannot be used.
    #[error("the contract cannot be used")]
    Contract(#[from] CompileError),
    /// A provider state could not be set up or torn down.
    #[error(transparent)]
    State(#[from] StateError),
    /// The provider gave no answer.
    #[error("the provider gave no answer that can be verified")]
    NoAnswer(#[from] TransportError),
}

/// Whether something was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The provider does what the contract asks.
    Passed,
    /// It does not.
    Failed,
    /// It could not be found out.
    Errored,
}

impl InteractionResult {
    /// Whether it was right.
    pub fn verdict(&self) -> Verdict {
        if !self.mismatches.is_empty() {
            Verdict::Failed
        } else if self.errors.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Errored
        }
    }

    /// Whether all was right.
    pub fn passed(&self) -> bool {
        self.verdict() == Verdict::Passed
    }

    pub(crate) fn error(error: impl Into<InteractionError>) -> Self {
        Self { errors: vec![error.into()], ..Self::default() }
    }
}

/// How many interactions came out how. Each is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// The provider does what they ask.
    pub passed: usize,
    /// It does not.
    pub failed: usize,
    /// It could not be found out.
    pub errored: usize,
    /// It does not, or it could not be found out, but they are pending.
    pub pending: usize,
}

impl Counts {
    /// Counts an interaction.
    pub fn add(&mut self, verdict: Verdict, pending: bool) {
        match verdict {
            Verdict::Passed => self.passed += 1,
            _ if pending => self.pending += 1,
            Verdict::Failed => self.failed += 1,
            Verdict::Errored => self.errored += 1,
        }
    }

    /// All interactions.
    pub fn total(self) -> usize {
        self.passed + self.failed + self.errored + self.pending
    }

    /// Whether nothing went wrong that counts.
    pub fn good(self) -> bool {
        self.failed == 0 && self.errored == 0
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.errored += other.errored;
        self.pending += other.pending;
    }
}

/// What came of one contract.
#[derive(Debug, Clone)]
pub struct PactSummary {
    /// The contract.
    pub pact: Arc<PlannedPact>,
    /// How its interactions came out.
    pub counts: Counts,
    /// Whether its result went to a broker; none when that was not asked for.
    pub publication: Option<Publication>,
}

impl PactSummary {
    /// Whether the provider does all that the contract asks: what a broker is told. Pending interactions count here,
    /// because a broker that hears of success takes the version for fit to be deployed.
    pub fn success(&self) -> bool {
        self.counts.passed == self.counts.total()
    }
}

/// Whether the result for a contract went to its broker.
#[derive(Debug, Clone)]
pub enum Publication {
    /// It did.
    Published,
    /// It would have, had anything been sent: this is what.
    DryRun(Arc<Draft>),
    /// It was not sent.
    Refused(NotPublished),
    /// It was to be sent, and could not be.
    Failed(Arc<PublishError>),
}

/// Why a result is not published although that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPublished {
    /// Only a part of the contract was verified.
    #[error(
        "only a part of the contract was verified, because of a filter: a result would pass for one about all of it"
    )]
    Filtered,
    /// The contract does not come from a broker.
    #[error("the contract does not come from a broker, so there is no place to publish to")]
    NoBroker,
}

/// What came of a run.
#[derive(Debug, Clone, Default)]
pub struct RunSummary {
    /// The contracts, in order.
    pub pacts: Vec<PactSummary>,
    /// What could not be had from sources.
    pub source_failures: Vec<Arc<SourceError>>,
    /// How long it took.
    pub duration: Duration,
}

impl RunSummary {
    /// How all interactions came out.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for pact in &self.pacts {
            counts += pact.counts;
        }
        counts
    }

    /// Whether all is well: what [`ExitCode::Verified`] stands for.
    pub fn passed(&self) -> bool {
        self.exit_code() == ExitCode::Verified
    }

    /// What the run comes down to, for the process that did it.
    pub fn exit_code(&self) -> ExitCode {
        let not_published = |pact: &PactSummary| {
            matches!(pact.publication, Some(Publication::Failed(_) | Publication::Refused(_)))
        };
        if !self.counts().good() {
            ExitCode::Failed
        } else if !self.source_failures.is_empty() {
            ExitCode::CouldNotRun
        } else if self.pacts.iter().any(not_published) {
            ExitCode::NotPublished
        } else {
            ExitCode::Verified
        }
    }
}

/// What a run comes down to, as the exit code of a process. When several apply, the first in this order wins:
/// failed, could not run, not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// 0: the provider does what all contracts ask; pending ones may have failed.
    Verified = 0,
    /// 1: it does not, or it could not be found out for some interaction.
    Failed = 1,
    /// 2: nothing was verified, or a contract that was to be verified could not be had.
    CouldNotRun = 2,
    /// 3: all is well with the provider, but the results that were to be published are not, or not all.
    NotPublished = 3,
}

impl ExitCode {
    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}

#[cfg(test)]
mod tests;
