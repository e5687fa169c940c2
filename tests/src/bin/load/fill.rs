//! Writing what the plan says, over HTTP, each write durable before the next one of the same writer.

use std::collections::HashMap;
use std::future::Future;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;

use super::Failure;
use super::client::{Broker, Request};
use super::plan::{ENVIRONMENTS, LOOK_BACK, MAIN, Outcome, Pair, Plan, branch, participant, version};
use super::texts;

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Written {
    /// Requests that changed something.
    pub(crate) writes: u64,
    pub(crate) results: u64,
    /// Different contents.
    pub(crate) contents: u64,
    /// The bytes of each different content, once, and of the body of each result.
    pub(crate) raw: u64,
}

/// What verifiers need to know of a content: where results go, and what its interactions are called.
#[derive(Debug)]
struct Verifiable {
    results: String,
    interactions: Vec<String>,
}

/// Fills a broker, round by round.
pub(crate) struct Filler {
    broker: Broker,
    pub(crate) plan: Arc<Plan>,
    environments: Vec<String>,
    known: Mutex<HashMap<(usize, usize), Arc<Verifiable>>>,
    written: Mutex<Written>,
    writers: usize,
}

/// Does something with each of many things, so many at once.
pub(crate) async fn each<T, F>(
    at_once: usize,
    things: Vec<T>,
    act: impl Fn(T) -> F + Clone + Send + 'static,
) -> Result<(), Failure>
where
    T: Send + 'static,
    F: Future<Output = Result<(), Failure>> + Send,
{
    let waiting = Arc::new(Mutex::new(things.into_iter()));
    let mut tasks = JoinSet::new();
    for _ in 0..at_once {
        let (waiting, act) = (waiting.clone(), act.clone());
        tasks.spawn(async move {
            loop {
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(thing) = next else { return Ok::<_, Failure>(()) };
                act(thing).await?;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(())
}

impl Filler {
    /// Creates participants and environments.
    pub(crate) async fn begin(broker: Broker, plan: Arc<Plan>, writers: usize) -> Result<Arc<Self>, Failure> {
        for number in 0..plan.participants() {
            let body = serde_json::json!({ "name": participant(number), "mainBranch": MAIN });
            broker.ask(&Request::post("/pacticipants".to_owned(), body.to_string())).await?;
        }
        let mut environments = Vec::new();
        for name in ENVIRONMENTS {
            let production = name == "production";
            let body = serde_json::json!({ "name": name, "displayName": name, "production": production });
            let request = Request::post("/environments".to_owned(), body.to_string());
            let made = broker.document(&request).await?;
            environments.push(made["uuid"].as_str().unwrap_or_default().to_owned());
        }
        let (known, written) = (Mutex::default(), Mutex::default());
        Ok(Arc::new(Self { broker, plan, environments, known, written, writers }))
    }

    pub(crate) fn written(&self) -> Written {
        *self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, add: impl FnOnce(&mut Written)) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.writes += 1;
        add(&mut written);
    }

    /// Writes rounds.
    pub(crate) async fn fill(self: &Arc<Self>, rounds: Range<usize>) -> Result<(), Failure> {
        for round in rounds {
            self.round(round).await?;
        }
        Ok(())
    }

    /// One build of everybody, its results, and where it goes.
    async fn round(self: &Arc<Self>, round: usize) -> Result<(), Failure> {
        let this = self.clone();
        let everybody: Vec<usize> = (0..self.plan.participants()).collect();
        each(self.writers, everybody.clone(), move |number| {
            let this = this.clone();
            async move { this.build(number, round).await }
        })
        .await?;
        let this = self.clone();
        each(self.writers, self.plan.outcomes(round), move |outcome| {
            let this = this.clone();
            async move { this.verify(&outcome, round).await }
        })
        .await?;
        let this = self.clone();
        each(self.writers, everybody, move |number| {
            let this = this.clone();
            async move { this.deploy(number, round).await }
        })
        .await?;
        let plan = &self.plan;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(pair, content), _| content + LOOK_BACK > plan.content(plan.pairs[*pair], round));
        Ok(())
    }

    async fn build(&self, number: usize, round: usize) -> Result<(), Failure> {
        let pairs = self.plan.pairs_of(number);
        let (version, branch) = (version(round), branch(number, round));
        if pairs.is_empty() {
            let branch = branch.replace('/', "%2F");
            let path = format!("/pacticipants/{}/branches/{branch}/versions/{version}", participant(number));
            self.broker.ask(&Request::put(path)).await?;
            self.count(|_| {});
            return Ok(());
        }
        let contracts: Vec<_> = pairs
            .iter()
            .map(|pair| (*pair, texts::contract(*pair, self.plan.content(*pair, round))))
            .collect();
        let body = texts::publication(&version, &branch, &contracts).to_string();
        self.broker.ask(&Request::post("/contracts/publish".to_owned(), body)).await?;
        self.count(|_| {});
        for (pair, text) in contracts {
            let content = self.plan.content(pair, round);
            if round == 0 || content != self.plan.content(pair, round - 1) {
                self.learn(pair, content, &version).await?;
                let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
                written.contents += 1;
                written.raw += text.len() as u64;
            }
        }
        Ok(())
    }

    /// Reads a new content as a verifier does.
    async fn learn(&self, pair: Pair, content: usize, version: &str) -> Result<(), Failure> {
        let (consumer, provider) = (participant(pair.consumer), participant(pair.provider));
        let path = format!("/pacts/provider/{provider}/consumer/{consumer}/version/{version}");
        let pact = self.broker.document(&Request::get(path.clone())).await?;
        let link = &pact["_links"]["pb:publish-verification-results"]["href"];
        let results =
            link.as_str().ok_or(Failure::Odd { request: path, what: "there is no link for results" })?;
        let ids = pact["interactions"].as_array().into_iter().flatten();
        let id = |interaction: &serde_json::Value| interaction["_id"].as_str().unwrap_or_default().to_owned();
        let verifiable = Verifiable { results: results.to_owned(), interactions: ids.map(id).collect() };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((pair.number, content), Arc::new(verifiable));
        Ok(())
    }

    pub(crate) async fn verify(&self, outcome: &Outcome, round: usize) -> Result<(), Failure> {
        let key = (outcome.pair.number, outcome.content);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        // A content that no round ever had: there are more rounds than contents between two of them.
        let Some(known) = known else {
            return Err(Failure::Odd { request: format!("{key:?}"), what: "this content was not published" });
        };
        let body = texts::result(&version(round), outcome.success, &known.interactions);
        let length = body.len() as u64;
        self.broker.ask(&Request::post(known.results.clone(), body)).await?;
        self.count(|written| {
            written.results += 1;
            written.raw += length;
        });
        Ok(())
    }

    async fn deploy(&self, number: usize, round: usize) -> Result<(), Failure> {
        for (place, is_release) in Plan::destinations(number, round) {
            let kind = if is_release { "released-versions" } else { "deployed-versions" };
            let (name, version, environment) =
                (participant(number), version(round), &self.environments[place]);
            let path = format!("/pacticipants/{name}/versions/{version}/{kind}/environment/{environment}");
            self.broker.ask(&Request::post(path, "{}".to_owned())).await?;
            self.count(|_| {});
        }
        Ok(())
    }

    /// A publication beyond the plan: a new version with new contents.
    pub(crate) fn extra(&self, number: u64) -> Request {
        let consumers = self.plan.pairs.last().map_or(1, |pair| pair.consumer + 1);
        let consumer = usize::try_from(number).unwrap_or_default() * 7 % consumers;
        let content = 1_000_000 + usize::try_from(number).unwrap_or_default();
        let pairs = self.plan.pairs_of(consumer);
        let contracts: Vec<_> = pairs.iter().map(|pair| (*pair, texts::contract(*pair, content))).collect();
        let body = texts::publication(&format!("2.{number}.0"), MAIN, &contracts).to_string();
        Request::post("/contracts/publish".to_owned(), body)
    }
}
