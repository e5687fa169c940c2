//! Doing what was planned, and telling about it.

mod chance;
mod interaction;
mod queue;
mod turns;

use std::io;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use pactwright_core::model::ProviderState;

use self::queue::Queue;
use self::turns::Turns;
use crate::client::HttpClient;
use crate::events::{Event, Reporter};
use crate::outcome::{
    Counts, InteractionResult, NotPublished, PactSummary, Publication, ResponseTimes, RunSummary, SameAs,
    Verdict,
};
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
    pub(crate) options: Options,
    /// For questions to brokers.
    pub(crate) client: HttpClient,
}

/// How a run goes about it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    /// How many interactions may run at once; none is the same as one.
    pub(crate) jobs: usize,
    /// Whether interactions with different provider states may run together.
    pub(crate) independent_states: bool,
    /// Whether the handler is called for interactions without a state, too: with a state that has no name.
    pub(crate) call_without_state: bool,
    /// Whether nothing more is begun after a failure that counts.
    pub(crate) stop_at_first_failure: bool,
}

impl Environment {
    /// The states that the handler is called for.
    fn states_of<'p>(&'p self, planned: &'p PlannedInteraction) -> &'p [ProviderState] {
        static NO_STATE: LazyLock<[ProviderState; 1]> = LazyLock::new(|| [ProviderState::default()]);
        match planned.states() {
            [] if self.options.call_without_state && self.states.is_some() => &*NO_STATE,
            states => states,
        }
    }
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
    let (verified, stopped) = verify(plan, environment, &mut telling).await;
    ask_whose(plan, &verified, environment, &mut telling).await;
    telling.tell(&Event::AllVerified);
    let response_times = ResponseTimes::of(
        verified.iter().flatten().filter(|(_, result)| result.same_as.is_none()).filter_map(answered),
    );
    let pacts = publish(plan, verified, publisher, &mut telling).await;
    let summary = RunSummary { pacts, source_failures, response_times, stopped, duration: start.elapsed() };
    telling.tell(&Event::RunFinished(Arc::new(summary.clone())));
    (summary, telling.failure)
}

fn answered(
    (interaction, result): &(Arc<PlannedInteraction>, Arc<InteractionResult>),
) -> Option<(Duration, &str)> {
    Some((result.response_time?, interaction.interaction.description.as_str()))
}

/// What came of all contracts, and whether some of it was left out because of a failure.
async fn verify(plan: &Plan, environment: &Environment, telling: &mut Telling<'_>) -> (Vec<Results>, bool) {
    let all = || plan.pacts.iter().flat_map(|pact| &pact.interactions);
    let turns = Turns::new(
        environment.options.independent_states,
        all().flat_map(|interaction| environment.states_of(interaction)),
    );
    let replayed = all().filter(|interaction| interaction.same_as.is_none());
    let mut queue = Queue::new(
        replayed.map(|interaction| one(interaction, environment, &turns)),
        environment.options.jobs,
    );
    let mut verified: Vec<Results> = Vec::with_capacity(plan.pacts.len());
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
            let result = match same(plan, &verified, &interaction) {
                Some(result) => result,
                None => match queue.next().await {
                    Some(result) => result,
                    None => break,
                },
            };
            let result = Arc::new(result);
            counts.add(&result, interaction.pending);
            results.push((Arc::clone(&interaction), Arc::clone(&result)));
            telling.tell(&Event::InteractionFinished { pact, interaction, result });
            if environment.options.stop_at_first_failure && !counts.good() {
                break;
            }
        }
        let stopped = environment.options.stop_at_first_failure && !counts.good();
        telling.tell(&Event::PactFinished { pact: Arc::clone(pact), counts });
        verified.push(results);
        if stopped {
            queue.finish().await;
            return (verified, true);
        }
    }
    (verified, false)
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

/// What came of the interaction that this one is the same as, which stands in an earlier contract.
fn same(plan: &Plan, verified: &[Results], interaction: &PlannedInteraction) -> Option<InteractionResult> {
    let place = interaction.same_as?;
    let (first, result) = verified.get(place.pact)?.get(place.interaction)?;
    let pact = Arc::clone(plan.pacts.get(place.pact)?);
    let same_as = Some(SameAs { pact, interaction: Arc::clone(first) });
    Some(InteractionResult { same_as, ..InteractionResult::clone(result) })
}

fn one<'a>(
    interaction: &'a PlannedInteraction,
    environment: &'a Environment,
    turns: &'a Turns,
) -> BoxFuture<'a, InteractionResult> {
    async move {
        let _turn = turns.take(environment.states_of(interaction)).await;
        interaction::verify(interaction, environment).await
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
            summary.publication = Some(publish_one(publisher, pact, &summary, results).await);
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

/// Whatever kept things from being verified is no fault of this version of the provider, so nobody is told that it is.
async fn publish_one(
    publisher: &mut Publisher<'_>,
    pact: &PlannedPact,
    summary: &PactSummary,
    mut results: Results,
) -> Publication {
    if summary.verdict == Verdict::Errored {
        return Publication::Refused(NotPublished::NoVerdict);
    }
    results.retain(|(_, result)| result.verdict() != Verdict::Errored);
    publisher.publish(pact, summary.success(), &results, summary.response_times.as_ref()).await
}

fn summary(pact: &Arc<PlannedPact>, results: &Results) -> PactSummary {
    let mut counts = Counts::default();
    let mut verdict = Verdict::Passed;
    for (interaction, result) in results {
        counts.add(result, interaction.pending);
        verdict = match (verdict, result.verdict()) {
            (Verdict::Failed, _) | (_, Verdict::Failed) => Verdict::Failed,
            (Verdict::Errored, _) | (_, Verdict::Errored) => Verdict::Errored,
            (Verdict::Passed, Verdict::Passed) => Verdict::Passed,
        };
    }
    // Nobody knows what would have come of the rest.
    if verdict == Verdict::Passed && results.len() < pact.interactions.len() {
        verdict = Verdict::Errored;
    }
    let response_times = ResponseTimes::of(results.iter().filter_map(answered));
    PactSummary { pact: Arc::clone(pact), counts, verdict, response_times, publication: None }
}
