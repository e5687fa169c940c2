//! What came of verifying: of one interaction, of one contract, of the whole run.

mod error;
mod timing;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use pactwright_core::generators::Skipped;
use pactwright_core::json::ObjectBuf;
use pactwright_core::matching::{ActualMessage, ActualRequest, ActualResponse};
use pactwright_core::report::Mismatch;

use self::error::Weight;
use crate::client::excerpt;
use crate::plan::{PlannedInteraction, PlannedPact};
use crate::publish::{Draft, PublishError};
use crate::secrets;
use crate::sources::SourceError;

pub use error::{InteractionError, Party};
pub use timing::ResponseTimes;
pub(crate) use timing::milliseconds;

/// What came of one interaction.
#[derive(Debug, Clone, Default)]
pub struct InteractionResult {
    /// How the provider's answer differs from what the contract expects.
    pub mismatches: Vec<Mismatch>,
    /// How many of the mismatches each response has, in order, where a message is answered by several; empty elsewhere.
    pub per_response: Vec<usize>,
    /// What kept the interaction from being verified properly.
    pub errors: Vec<Arc<InteractionError>>,
    /// What travelled. Kept only where something was wrong: a run may have many interactions.
    pub exchange: Option<Arc<Exchange>>,
    /// Whether it needs provider states and nothing was there to set them up.
    pub states_ignored: bool,
    /// Parts of the request that were to be made anew, and could not: they were sent as the contract has them.
    pub not_generated: Vec<Skipped>,
    /// How long the provider took to answer, where it did.
    pub response_time: Option<Duration>,
    /// How long everything took, with provider states.
    pub duration: Duration,
    /// The interaction of an earlier contract that demands the same of the provider. It was not replayed again: this is
    /// what came of it there.
    pub same_as: Option<SameAs>,
}

/// An interaction that another stands for.
#[derive(Debug, Clone)]
pub struct SameAs {
    /// Its contract.
    pub pact: Arc<PlannedPact>,
    /// The interaction.
    pub interaction: Arc<PlannedInteraction>,
}

/// What travelled, and what was known when it did.
#[derive(Debug)]
pub struct Exchange {
    /// What travelled.
    pub traffic: Traffic,
    /// The parameters of the provider states, overlaid by what setting them up gave.
    pub state_values: ObjectBuf,
}

/// What travelled. [`fmt::Debug`] shows stars in place of secrets such as `Authorization` and `Set-Cookie`.
pub enum Traffic {
    /// A request over HTTP.
    Http {
        /// What was sent.
        request: ActualRequest,
        /// What came back; none when nothing did.
        response: Option<ActualResponse>,
    },
    /// Messages.
    Messages {
        /// The message that was to be answered; none where the provider publishes by itself.
        request: Option<ActualMessage>,
        /// What the provider gave.
        messages: Vec<ActualMessage>,
    },
}

impl fmt::Debug for Traffic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (request, answers) = match self {
            Self::Http { request, response } => {
                (Some(shown_request(request)), response.iter().map(shown_response).collect::<Vec<_>>())
            }
            Self::Messages { request, messages } => {
                (request.as_ref().map(shown_message), messages.iter().map(shown_message).collect())
            }
        };
        let request = request.as_deref().unwrap_or("nothing");
        let answers = if answers.is_empty() { "nothing".to_owned() } else { answers.join(" and ") };
        write!(formatter, "{request} -> {answers}")
    }
}

fn shown_request(request: &ActualRequest) -> String {
    let ActualRequest { method, path, query, headers, body } = request;
    let query = query.as_ref().map_or(String::new(), |query| format!("?{query}"));
    format!("{method} {path}{query} {:?} {:?}", secrets::shown(headers), excerpt(body))
}

fn shown_response(response: &ActualResponse) -> String {
    let ActualResponse { status, headers, body } = response;
    format!("{status} {:?} {:?}", secrets::shown(headers), excerpt(body))
}

fn shown_message(message: &ActualMessage) -> String {
    format!("{} {:?}", secrets::shown_metadata(&message.metadata), excerpt(&message.contents))
}

impl Exchange {
    /// The request over HTTP.
    pub fn request(&self) -> Option<&ActualRequest> {
        match &self.traffic {
            Traffic::Http { request, .. } => Some(request),
            Traffic::Messages { .. } => None,
        }
    }

    /// The response over HTTP, where there was one.
    pub fn response(&self) -> Option<&ActualResponse> {
        match &self.traffic {
            Traffic::Http { response, .. } => response.as_ref(),
            Traffic::Messages { .. } => None,
        }
    }

    /// The messages that the provider gave.
    pub fn messages(&self) -> &[ActualMessage] {
        match &self.traffic {
            Traffic::Http { .. } => &[],
            Traffic::Messages { messages, .. } => messages,
        }
    }
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
        let failure = |error: &Arc<InteractionError>| error.weight() == Weight::Failure;
        if !self.mismatches.is_empty() || self.errors.iter().any(failure) {
            Verdict::Failed
        } else if self.errors.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Errored
        }
    }

    /// Whether all was right.
    pub fn passed(&self) -> bool {
        self.mismatches.is_empty() && self.errors.is_empty()
    }

    /// The mismatches of each response, where a message is answered by several, with the number of the response from 1.
    /// Elsewhere all of them, without a number.
    pub fn mismatches_by_response(&self) -> Vec<(Option<usize>, &[Mismatch])> {
        if self.per_response.is_empty() {
            return vec![(None, &self.mismatches)];
        }
        let mut rest = &self.mismatches[..];
        let mut all = Vec::with_capacity(self.per_response.len());
        for (index, count) in self.per_response.iter().enumerate() {
            let (own, others) = rest.split_at((*count).min(rest.len()));
            all.push((Some(index + 1), own));
            rest = others;
        }
        all
    }

    /// A sentence for each mismatch, with the response that it is about where there are several.
    pub(crate) fn sentences(&self) -> impl Iterator<Item = (&Mismatch, String)> {
        self.mismatches_by_response().into_iter().flat_map(|(response, mismatches)| {
            mismatches.iter().map(move |mismatch| match response {
                Some(number) => (mismatch, format!("response {number}, {mismatch}")),
                None => (mismatch, mismatch.to_string()),
            })
        })
    }

    /// Whether what is wrong may be let pass where an interaction is pending. Not so when the run itself went wrong, such
    /// as when the provider is down: then nothing was found out, about any interaction.
    pub fn can_be_pending(&self) -> bool {
        !self.passed() && self.errors.iter().all(|error| error.weight() != Weight::NotRun)
    }

    pub(crate) fn error(error: impl Into<InteractionError>) -> Self {
        let mut result = Self::default();
        result.add(error);
        result
    }

    pub(crate) fn add(&mut self, error: impl Into<InteractionError>) {
        self.errors.push(Arc::new(error.into()));
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
    /// It does not, or it is not ready for them, but they are pending.
    pub pending: usize,
}

impl Counts {
    /// Counts an interaction.
    pub fn add(&mut self, result: &InteractionResult, pending: bool) {
        match result.verdict() {
            Verdict::Passed => self.passed += 1,
            _ if pending && result.can_be_pending() => self.pending += 1,
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
    /// Whether the provider does all that the contract asks. Pending interactions count here like any other.
    pub verdict: Verdict,
    /// How long the provider took to answer; none when it never did.
    pub response_times: Option<ResponseTimes>,
    /// Whether its result went to a broker; none when that was not asked for.
    pub publication: Option<Publication>,
}

impl PactSummary {
    /// Whether the provider does all that the contract asks: what a broker is told. Pending interactions count here,
    /// because a broker that hears of success takes the version for fit to be deployed.
    pub fn success(&self) -> bool {
        self.verdict == Verdict::Passed
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
    /// There is no verdict.
    #[error("not everything could be verified, and nothing else was wrong: there is no verdict to publish")]
    NoVerdict,
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
    /// How long the provider took to answer; none when it never did. Answers that stand for several contracts count once.
    pub response_times: Option<ResponseTimes>,
    /// Whether it stopped before everything was verified, because that was asked for in case of a failure.
    pub stopped: bool,
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
        // Where there is no verdict, something else says what that means: what is pending may have none.
        let not_published = |pact: &PactSummary| match &pact.publication {
            Some(Publication::Failed(_)) => true,
            Some(Publication::Refused(reason)) => *reason != NotPublished::NoVerdict,
            Some(Publication::Published | Publication::DryRun(_)) | None => false,
        };
        let counts = self.counts();
        if counts.failed > 0 {
            ExitCode::Failed
        } else if counts.errored > 0 || !self.source_failures.is_empty() {
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
    /// 1: it does not: it was asked, and gave a wrong answer, or none that is one.
    Failed = 1,
    /// 2: it could not be found out, for some interaction or for all: a contract could not be had or used, the provider
    /// could not be reached, a provider state not be set up. What could be verified is in order. (Nothing is published for
    /// contracts without a verdict.)
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
