//! What teams and their pipelines ask, and whether an answer can be one.

use std::sync::Arc;

use pactwright_tests::chance::Chance;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::Failure;
use super::client::Request;
use super::plan::{ENVIRONMENTS, Pair, Plan, branch, participant, version};

/// Pipelines mostly ask about one of so many of the newest builds.
const RECENT: usize = 20;

/// A kind of question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    CanIDeploy,
    Matrix,
    History,
    PactsForVerification,
    Dashboard,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] =
        [Self::CanIDeploy, Self::Matrix, Self::History, Self::PactsForVerification, Self::Dashboard];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CanIDeploy => "can-i-deploy",
            Self::Matrix => "matrix",
            Self::History => "matrix of a pair, 100 rows",
            Self::PactsForVerification => "pacts for verification",
            Self::Dashboard => "dashboard, first page",
        }
    }
}

/// Asks at random about what is there after a round.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    plan: Arc<Plan>,
    /// The last round that was written.
    round: usize,
    chance: Chance,
}

impl Asker {
    pub(crate) fn new(plan: Arc<Plan>, round: usize, seed: u64) -> Self {
        Self { plan, round, chance: Chance::begun(seed) }
    }

    /// A build: mostly a new one.
    fn build(&mut self) -> usize {
        let back = if self.chance.below(5) == 0 { self.round } else { self.round.min(RECENT) };
        self.round - self.chance.place(back + 1)
    }

    fn pair(&mut self) -> Pair {
        self.plan.pairs[self.chance.place(self.plan.pairs.len())]
    }

    pub(crate) fn ask(&mut self, kind: Kind) -> Request {
        match kind {
            Kind::CanIDeploy => Request::get(self.can_i_deploy()),
            Kind::Matrix => Request::get(self.matrix()),
            Kind::History => {
                let Pair { consumer, provider, .. } = self.pair();
                let (consumer, provider) = (participant(consumer), participant(provider));
                Request::get(format!(
                    "/matrix?q[][pacticipant]={consumer}&q[][pacticipant]={provider}&limit=100"
                ))
            }
            Kind::PactsForVerification => self.pacts_for_verification(),
            Kind::Dashboard => Request::get("/dashboard".to_owned()),
        }
    }

    fn can_i_deploy(&mut self) -> String {
        let name = participant(self.chance.place(self.plan.participants()));
        let version = version(self.build());
        let to = ENVIRONMENTS[self.chance.place(ENVIRONMENTS.len())];
        match self.chance.below(10) {
            0..5 => format!("/can-i-deploy?pacticipant={name}&version={version}&environment={to}"),
            // What clients on command lines send.
            5..9 => format!(
                "/matrix?q[][pacticipant]={name}&q[][version]={version}&latestby=cvpv&environment={to}"
            ),
            _ => {
                format!("/pacticipants/{name}/branches/main/latest-version/can-i-deploy/to-environment/{to}")
            }
        }
    }

    fn matrix(&mut self) -> String {
        let Pair { consumer, provider, .. } = self.pair();
        let (asks, gives) = (participant(consumer), participant(provider));
        let build = self.build();
        let version = version(build);
        match self.chance.below(5) {
            0 | 1 => format!(
                "/matrix?q[][pacticipant]={asks}&q[][version]={version}&q[][pacticipant]={gives}&q[][version]={version}&latestby=cvpv"
            ),
            2 => format!(
                "/matrix?q[][pacticipant]={asks}&q[][branch]=main&q[][latest]=true&q[][pacticipant]={gives}&q[][branch]=main&q[][latest]=true&latestby=cvpv"
            ),
            3 => {
                let branch = branch(consumer, build).replace('/', "%2F");
                format!(
                    "/matrix?q[][pacticipant]={asks}&q[][branch]={branch}&q[][latest]=true&latestby=cvp&latest=true&mainBranch=true"
                )
            }
            _ => format!(
                "/matrix?q[][pacticipant]={asks}&q[][version]={version}&latestby=cvp&latest=true&tag=main"
            ),
        }
    }

    fn pacts_for_verification(&mut self) -> Request {
        let provider = self.pair().provider;
        let build = self.build();
        let mut body = json!({
            "providerVersionBranch": branch(provider, build),
            "includePendingStatus": true,
            "consumerVersionSelectors": [{ "mainBranch": true }, { "matchingBranch": true }, { "deployedOrReleased": true }],
        });
        if self.chance.below(3) == 0 {
            body["includeWipPactsSince"] = json!("2026-01-01");
        }
        Request::post(format!("/pacts/provider/{}/for-verification", participant(provider)), body.to_string())
    }
}

/// What an answer says, as far as it can be judged.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Told {
    pub(crate) answers: u64,
    /// Rows, pacts or items.
    pub(crate) items: u64,
    pub(crate) empty: u64,
    pub(crate) yes: u64,
    pub(crate) no: u64,
}

/// What is looked at of an answer. The rest is passed over, so that reading takes little of what the broker has, too.
#[derive(Deserialize)]
struct Answered {
    summary: Option<Summary>,
    matrix: Option<Vec<IgnoredAny>>,
    items: Option<Vec<IgnoredAny>>,
    #[serde(rename = "_embedded")]
    embedded: Option<Embedded>,
}

#[derive(Deserialize)]
struct Summary {
    /// Yes, no, or `null`, which says that it is not known.
    deployable: Value,
}

#[derive(Deserialize)]
struct Embedded {
    pacts: Option<Vec<IgnoredAny>>,
}

impl Told {
    pub(crate) fn add(&mut self, other: Self) {
        self.answers += other.answers;
        self.items += other.items;
        self.empty += other.empty;
        self.yes += other.yes;
        self.no += other.no;
    }

    /// Reads an answer.
    pub(crate) fn read(kind: Kind, answer: &[u8], request: &str) -> Result<Self, Failure> {
        let odd = |what| Failure::Odd { request: request.to_owned(), what };
        let document: Answered = serde_json::from_slice(answer)?;
        let items = match kind {
            Kind::CanIDeploy | Kind::Matrix | Kind::History => document.matrix,
            Kind::PactsForVerification => document.embedded.and_then(|embedded| embedded.pacts),
            Kind::Dashboard => document.items,
        };
        let items = items.ok_or_else(|| odd("the answer has no list"))?.len() as u64;
        let deployable = document.summary.map(|summary| summary.deployable);
        let is_verdict = kind == Kind::CanIDeploy;
        if is_verdict && !deployable.as_ref().is_some_and(|said| said.is_boolean() || said.is_null()) {
            return Err(odd("the answer has no verdict"));
        }
        let yes = u64::from(is_verdict && deployable == Some(Value::Bool(true)));
        let no = u64::from(is_verdict) - yes;
        Ok(Self { answers: 1, items, empty: u64::from(items == 0), yes, no })
    }

    /// Whether answers are those of a broker that has something to say.
    pub(crate) fn check(&self, kind: Kind) -> Result<(), Failure> {
        let odd = |what| Failure::Odd { request: kind.name().to_owned(), what };
        if self.answers == 0 {
            return Err(odd("nothing was answered"));
        }
        if self.empty * 2 > self.answers {
            return Err(odd("most answers are empty"));
        }
        let is_enough = self.answers >= 100;
        if kind == Kind::CanIDeploy
            && is_enough
            && (self.yes * 20 < self.answers || self.no * 20 < self.answers)
        {
            return Err(odd("nearly all verdicts are the same"));
        }
        Ok(())
    }
}
