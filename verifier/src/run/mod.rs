//! Doing what was planned, and telling about it.

mod chance;
mod interaction;

use std::io;
use std::sync::Arc;
use std::time::Instant;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt, stream};
use tokio::sync::RwLock;

use crate::client::HttpClient;
use crate::events::{Event, Reporter};
use crate::outcome::{Counts, InteractionResult, PactSummary, Publication, RunSummary};
use crate::plan::{Plan, PlannedInteraction, PlannedPact};
use crate::publish::Publisher;
use crate::sources::SourceError;
use crate::states::StateHandler;
use crate::transport::Transports;

/// How many questions about consumers are asked at once.
const ASKED_AT_ONCE: usize = 4;

/// Everything that verifying an interaction needs.
pub(crate) struct Environment {
    pub(crate) transports: Transports,
    pub(crate) states: Option<Arc<dyn StateHandler>>,
    /// How many interactions may run at once; at least 1.
    pub(crate) jobs: usize,
    /// Whether interactions with provider states may run together.
    pub(crate) independent_states: bool,
    /// Whether what comes after the first failure is left out.
    pub(crate) stop_at_first_failure: bool,
    /// For questions to brokers.
    pub(crate) client: HttpClient,
}

/// Hands events on, and remembers the first that could not be written down.
struct Telling<'r> {
    reporter: &'r mut dyn Reporter,
    failure: Option<io::Error>,
}

impl Telling<'_> {
    fn tell(&mut self, event: &Event) {
        if let Err(error) = self.reporter.report(event) {
            self.failure.get_or_insert(error);
        }
    }
}

/// What came of the interactions of a contract, in their order.
type Results = Vec<(Arc<PlannedInteraction>, Arc<InteractionResult>)>;

/// Verifies, publishes, and tells about it.
///
/// Everything is verified before anything is published: whoever interrupts a run leaves no result behind.
pub(crate) async fn run(
    plan: &Plan,
    environment: &Environment,
    publisher: Option<Publisher<'_>>,
    source_failures: Vec<Arc<SourceError>>,
    started: Event,
    reporter: &mut dyn Reporter,
) -> (RunSummary, Option<io::Error>) {
    let start = Instant::now();
    let mut telling = Telling { reporter, failure: None };
    telling.tell(&started);
    for failure in &source_failures {
        telling.tell(&Event::SourceFailed(Arc::clone(failure)));
    }
    let verified = verify(plan, environment, &mut telling).await;
    ask_whose(plan, &verified, environment, &mut telling).await;
    telling.tell(&Event::AllVerified);
    let pacts = publish(plan, verified, publisher, &mut telling).await;
    let summary = RunSummary { pacts, source_failures, duration: start.elapsed() };
    telling.tell(&Event::RunFinished(Arc::new(summary.clone())));
    (summary, telling.failure)
}

async fn verify(plan: &Plan, environment: &Environment, telling: &mut Telling<'_>) -> Vec<Results> {
    let states = RwLock::new(());
    let mut finished = in_order(plan, environment, &states);
    let mut verified = Vec::with_capacity(plan.pacts.len());
    for pact in &plan.pacts {
        telling.tell(&Event::PactStarted(Arc::clone(pact)));
        let mut results = Vec::with_capacity(pact.interactions.len());
        let mut counts = Counts::default();
        for interaction in &pact.interactions {
            let (pact, interaction) = (Arc::clone(pact), Arc::clone(interaction));
            telling.tell(&Event::InteractionStarted {
                pact: Arc::clone(&pact),
                interaction: Arc::clone(&interaction),
            });
            let Some(result) = finished.next().await else { break };
            let result = Arc::new(result);
            counts.add(result.verdict(), interaction.pending);
            let stop = environment.stop_at_first_failure && !result.passed() && !interaction.pending;
            results.push((Arc::clone(&interaction), Arc::clone(&result)));
            telling.tell(&Event::InteractionFinished { pact: Arc::clone(&pact), interaction, result });
            if stop {
                telling.tell(&Event::PactFinished { pact, counts });
                verified.push(results);
                return verified;
            }
        }
        telling.tell(&Event::PactFinished { pact: Arc::clone(pact), counts });
        verified.push(results);
    }
    verified
}

/// Asks brokers whose the contracts are that are not fulfilled, for the report.
async fn ask_whose(plan: &Plan, verified: &[Results], environment: &Environment, telling: &mut Telling<'_>) {
    let mut questions = Vec::new();
    for (pact, results) in plan.pacts.iter().zip(verified) {
        if results.iter().any(|(_, result)| !result.passed())
            && let Some(address) = &pact.context.consumer
        {
            questions.push(async { (Arc::clone(pact), address.ask(&environment.client).await) }.boxed());
        }
    }
    let mut known = stream::iter(questions).buffered(ASKED_AT_ONCE);
    while let Some((pact, details)) = known.next().await {
        telling.tell(&Event::ConsumerKnown { pact, details });
    }
}

/// The results of all interactions in contract order. As many as there may be run ahead of the one that is waited for.
fn in_order<'a>(
    plan: &'a Plan,
    environment: &'a Environment,
    states: &'a RwLock<()>,
) -> BoxStream<'a, InteractionResult> {
    let all = plan.pacts.iter().flat_map(|pact| pact.interactions.iter());
    let futures = all.map(move |interaction| one(interaction, environment, states));
    stream::iter(futures).buffered(environment.jobs.max(1)).boxed()
}

/// Interactions that change the provider's state run alone, unless states are independent: one that needs no state
/// may still see what another has set up.
fn one<'a>(
    interaction: &'a PlannedInteraction,
    environment: &'a Environment,
    states: &'a RwLock<()>,
) -> BoxFuture<'a, InteractionResult> {
    async move {
        let alone = !interaction.states().is_empty() && !environment.independent_states;
        if alone {
            let _turn = states.write().await;
            interaction::verify(interaction, environment).await
        } else {
            let _turn = states.read().await;
            interaction::verify(interaction, environment).await
        }
    }
    .boxed()
}

async fn publish(
    plan: &Plan,
    verified: Vec<Results>,
    mut publisher: Option<Publisher<'_>>,
    telling: &mut Telling<'_>,
) -> Vec<PactSummary> {
    let mut summaries = Vec::with_capacity(verified.len());
    for (pact, results) in plan.pacts.iter().zip(verified) {
        let mut summary = summary(pact, &results);
        if let Some(publisher) = &mut publisher {
            let success = summary.success();
            let publication = publisher.publish(pact, success, &results).await;
            summary.publication = Some(publication);
        }
        telling.tell(&Event::PactConcluded {
            pact: Arc::clone(pact),
            success: summary.success(),
            publication: summary.publication.clone(),
        });
        summaries.push(summary);
    }
    summaries
}

fn summary(pact: &Arc<PlannedPact>, results: &Results) -> PactSummary {
    let mut counts = Counts::default();
    for (interaction, result) in results {
        counts.add(result.verdict(), interaction.pending);
    }
    // A pending interaction that passed is counted as passed, so that a contract's success is told from the counts.
    PactSummary { pact: Arc::clone(pact), counts, publication: None::<Publication> }
}
