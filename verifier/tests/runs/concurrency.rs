use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pactwright_core::json::ObjectBuf;
use pactwright_core::matching::{ActualRequest, ActualResponse};
use pactwright_verifier::events::Event;
use pactwright_verifier::states::{StateChange, StateError, StateErrorReason, StateFunctions, StateHandler};
use pactwright_verifier::transport::{HttpTransport, TransportError};
use pactwright_verifier::{ExitCode, Verifier};
use serde_json::Value;
use tokio::sync::Barrier;
use tokio::time::Instant;

use crate::support::{Given, events, get, given, pact, state, wrong};

/// A provider that counts how many requests are there at once, and, where there is a barrier, answers none before
/// that many are there.
#[derive(Debug, Clone, Default)]
struct Counting {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    together: Option<Arc<Barrier>>,
}

impl HttpTransport for Counting {
    fn send<'a>(
        &'a self,
        request: &'a ActualRequest,
    ) -> BoxFuture<'a, Result<ActualResponse, TransportError>> {
        async move {
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            match &self.together {
                Some(barrier) => {
                    barrier.wait().await;
                }
                None => tokio::task::yield_now().await,
            }
            // Those that come later answer sooner.
            for _ in 0..100_usize.saturating_sub(request.path.len() * 10) {
                tokio::task::yield_now().await;
            }
            self.now.fetch_sub(1, Ordering::SeqCst);
            Ok(ActualResponse { status: 404, ..ActualResponse::default() })
        }
        .boxed()
    }

    fn target(&self) -> String {
        "a test".to_owned()
    }
}

#[derive(Debug)]
struct NoStates;

impl StateHandler for NoStates {
    fn change<'a>(&'a self, _: StateChange<'a>) -> BoxFuture<'a, Result<ObjectBuf, StateError>> {
        std::future::ready(Ok(ObjectBuf::new())).boxed()
    }

    fn tears_down(&self) -> bool {
        true
    }
}

fn verifier(transport: &Counting, pacts: &[Vec<Value>]) -> Verifier {
    let pacts = pacts.iter().map(|interactions| pact(interactions)).collect();
    Verifier::new("orders-api").source(Given(pacts)).states(NoStates).http_transport(transport.clone())
}

/// What happened, without what takes time.
fn told(events: &[Event]) -> Vec<String> {
    let line = |event: &Event| match event {
        Event::PactStarted(pact) => format!("contract {}", pact.index),
        Event::InteractionStarted { interaction, .. } => {
            format!("begin {}", interaction.interaction.description)
        }
        Event::InteractionFinished { interaction, result, .. } => {
            format!("end {} {:?}", interaction.interaction.description, result.verdict())
        }
        Event::PactFinished { counts, .. } => format!("finished {counts:?}"),
        Event::PactConcluded { pact, .. } => format!("concluded {}", pact.index),
        Event::RunStarted(_) => "run".to_owned(),
        Event::AllVerified => "all verified".to_owned(),
        Event::RunFinished(_) => "done".to_owned(),
        other => format!("{other:?}"),
    };
    events.iter().map(line).collect()
}

#[tokio::test]
async fn the_report_is_in_contract_order_however_many_run_at_once() {
    let paths = ["/a", "/bb", "/ccc", "/dddd", "/eeeee", "/ffffff"];
    let first: Vec<_> = paths.iter().map(|path| get(path)).collect();
    let second = vec![given(get("/g"), &[state("s")]), get("/hh")];
    let transport = Counting::default();
    let (_, alone) = events(verifier(&transport, &[first.clone(), second.clone()])).await;
    assert_eq!(transport.most.load(Ordering::SeqCst), 1);
    let expected = told(&alone);
    assert_eq!(expected[..4], ["run", "contract 0", "begin a request for /a", "end a request for /a Failed"]);
    assert_eq!(expected[expected.len() - 4..], ["all verified", "concluded 0", "concluded 1", "done"]);
    for jobs in [2, 3, 8, 100] {
        let transport = Counting::default();
        let (_, together) = events(verifier(&transport, &[first.clone(), second.clone()]).jobs(jobs)).await;
        assert_eq!(told(&together), expected, "{jobs} jobs");
        assert!(transport.most.load(Ordering::SeqCst) > 1, "{jobs} jobs");
    }
}

/// A provider that takes its time as it likes: each answer is there after a random number of turns.
#[derive(Debug)]
struct Moody;

impl Moody {
    async fn dawdle() {
        for _ in 0..RandomState::new().build_hasher().finish() % 50 {
            tokio::task::yield_now().await;
        }
    }
}

impl HttpTransport for Moody {
    fn send<'a>(
        &'a self,
        request: &'a ActualRequest,
    ) -> BoxFuture<'a, Result<ActualResponse, TransportError>> {
        async move {
            Self::dawdle().await;
            let number: u16 = request.path[1..].parse().unwrap();
            if number.is_multiple_of(7) {
                return Err(TransportError::Other(format!("no answer to {number}").into()));
            }
            let body = format!("{{\"id\":{}}}", if number.is_multiple_of(3) { 8 } else { 7 }).into_bytes();
            let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
            Ok(ActualResponse { status: 200, headers, body })
        }
        .boxed()
    }

    fn target(&self) -> String {
        "a test".to_owned()
    }
}

impl StateHandler for Moody {
    fn change<'a>(&'a self, change: StateChange<'a>) -> BoxFuture<'a, Result<ObjectBuf, StateError>> {
        async move {
            Self::dawdle().await;
            let reason = || StateErrorReason::Failed("it cannot be".into());
            let failed =
                || StateError { state: change.state.name.clone(), action: change.action, reason: reason() };
            if change.state.name == "impossible" { Err(failed()) } else { Ok(ObjectBuf::new()) }
        }
        .boxed()
    }

    fn tears_down(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn whatever_time_answers_take_the_report_is_the_same() {
    let interaction = |index: usize| match index % 5 {
        3 => given(get(&format!("/{index}")), &[state("impossible")]),
        4 => given(get(&format!("/{index}")), &[state("s"), state("t")]),
        _ => get(&format!("/{index}")),
    };
    let contracts = [0..40, 20..60, 60..61].map(|range| range.map(interaction).collect::<Vec<_>>());
    let run = Verifier::new("orders-api")
        .source(Given(contracts.iter().map(|interactions| pact(interactions)).collect()))
        .states(Moody)
        .http_transport(Moody);
    let report = async |run: Verifier| {
        let (_, events) = events(run).await;
        let wrong = events.iter().filter_map(|event| match event {
            Event::InteractionFinished { result, .. } => Some(wrong(result)),
            _ => None,
        });
        let wrong: Vec<_> = wrong.collect();
        (told(&events), wrong)
    };
    let expected = report(run.clone()).await;
    assert_eq!(expected.1.len(), 81);
    for jobs in [1, 2, 5, 16, 200] {
        for independent in [false, true] {
            let run = run.clone().jobs(jobs).independent_states(independent);
            assert_eq!(report(run).await, expected, "{jobs} jobs, {independent}");
        }
    }
}

#[tokio::test]
async fn a_run_can_stop_at_the_first_failure_and_leaves_nothing_half_done() {
    let contracts = [vec![get("/1"), get("/2"), get("/3"), get("/4")], vec![get("/5")]];
    for jobs in [1, 3] {
        let run = Verifier::new("orders-api")
            .source(Given(contracts.iter().map(|interactions| pact(interactions)).collect()))
            .http_transport(Moody)
            .jobs(jobs)
            .stop_at_first_failure(true);
        let (summary, _) = events(run).await;
        assert!(summary.stopped);
        assert_eq!((summary.pacts.len(), summary.counts().passed, summary.counts().failed), (1, 2, 1));
        assert_eq!(summary.exit_code(), ExitCode::Failed);
    }
    let up = Arc::new(AtomicUsize::new(0));
    let down = Arc::new(AtomicUsize::new(0));
    let count = |counter: &Arc<AtomicUsize>| {
        let counter = Arc::clone(counter);
        move |_| {
            let counter = Arc::clone(&counter);
            async move {
                Moody::dawdle().await;
                counter.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
        }
    };
    let states = StateFunctions::new().setup("s", count(&up)).teardown("s", count(&down));
    let interactions: Vec<_> = (1..20)
        .map(|index| {
            given(get(&format!("/{index}")), &[serde_json::json!({ "name": "s", "params": { "n": index } })])
        })
        .collect();
    let run = Verifier::new("orders-api")
        .source(Given(vec![pact(&interactions)]))
        .http_transport(Moody)
        .states(states)
        .jobs(5)
        .independent_states(true)
        .stop_at_first_failure(true);
    let (summary, _) = events(run).await;
    assert_eq!(summary.counts().failed, 1);
    assert!(up.load(Ordering::SeqCst) < 19);
    assert_eq!(up.load(Ordering::SeqCst), down.load(Ordering::SeqCst));
}

#[tokio::test]
async fn interactions_without_states_run_together_up_to_the_limit() {
    // No request is answered before four are there: with fewer at once this would never end.
    let transport = Counting { together: Some(Arc::new(Barrier::new(4))), ..Counting::default() };
    let interactions: Vec<_> = (0..8).map(|index| get(&format!("/{index}"))).collect();
    events(verifier(&transport, &[interactions]).jobs(4)).await;
    assert_eq!(transport.most.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn an_interaction_with_states_runs_alone() {
    let transport = Counting::default();
    let interactions: Vec<_> = (0..6).map(|index| given(get(&format!("/{index}")), &[state("s")])).collect();
    events(verifier(&transport, std::slice::from_ref(&interactions)).jobs(6)).await;
    assert_eq!(transport.most.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn independent_states_run_together_and_the_same_one_in_turn() {
    let together = || Counting { together: Some(Arc::new(Barrier::new(6))), ..Counting::default() };
    let interaction = |index: usize, name: &str, params: Value| {
        given(get(&format!("/{index}")), &[serde_json::json!({ "name": name, "params": params })])
    };
    let by_name =
        (0..6).map(|index| interaction(index, &format!("s{index}"), serde_json::json!({}))).collect();
    let by_parameters =
        (0..6).map(|index| interaction(index, "s", serde_json::json!({ "id": index }))).collect();
    for different in [by_name, by_parameters] {
        let transport = together();
        events(verifier(&transport, &[different]).jobs(6).independent_states(true)).await;
        assert_eq!(transport.most.load(Ordering::SeqCst), 6);
    }
    let transport = Counting::default();
    let same = (0..6).map(|index| interaction(index, "s", serde_json::json!({ "a": 1, "b": 2 }))).collect();
    events(verifier(&transport, &[same]).jobs(6).independent_states(true)).await;
    assert_eq!(transport.most.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn states_that_several_need_in_different_orders_do_not_block_each_other() {
    let transport = Counting::default();
    let orders = [["a", "b"], ["b", "a"], ["a", "a"], ["b", "c"], ["c", "a"]];
    let interactions: Vec<_> = (0..50)
        .map(|index| given(get(&format!("/{index}")), &orders[index % orders.len()].map(state)))
        .collect();
    let run = verifier(&transport, &[interactions]).jobs(8).independent_states(true);
    assert_eq!(events(run).await.0.counts().total(), 50);
}

#[tokio::test]
async fn with_one_job_or_none_the_provider_has_one_request_at_a_time() {
    for jobs in [0, 1] {
        let transport = Counting::default();
        let interactions: Vec<_> = (0..20).map(|index| get(&format!("/{index}"))).collect();
        let (summary, _) = events(verifier(&transport, &[interactions]).jobs(jobs)).await;
        assert_eq!(summary.counts().total(), 20);
        assert_eq!(transport.most.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_run_can_be_spawned() {
    let verifier = verifier(&Counting::default(), &[vec![get("/a")]]);
    let run =
        tokio::spawn(async move { verifier.run(&mut ()).await.map(|summary| summary.counts().total()) });
    assert_eq!(run.await.unwrap().unwrap(), 1);
}

/// A provider that takes 20 ms for each answer, by a clock that is turned when everyone waits.
#[derive(Debug, Clone)]
struct Slow;

impl HttpTransport for Slow {
    fn send<'a>(&'a self, _: &'a ActualRequest) -> BoxFuture<'a, Result<ActualResponse, TransportError>> {
        async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(ActualResponse { status: 404, ..ActualResponse::default() })
        }
        .boxed()
    }

    fn target(&self) -> String {
        "a test".to_owned()
    }
}

#[tokio::test(start_paused = true)]
async fn eight_jobs_wait_an_eighth_as_long_as_one() {
    let interactions: Vec<_> = (0..800).map(|index| get(&format!("/{index}"))).collect();
    for (jobs, expected) in [(1, 800), (8, 100)] {
        let start = Instant::now();
        let verifier = Verifier::new("orders-api").source(Given(vec![pact(&interactions)]));
        events(verifier.http_transport(Slow).jobs(jobs)).await;
        // Nobody's clock but the test's: how busy the machine is does not matter.
        assert_eq!(start.elapsed(), Duration::from_millis(20) * expected, "{jobs} jobs");
    }
}
