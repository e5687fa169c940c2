//! Clean-up: what no rule keeps is removed, a few versions at a time.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use super::TidyError;
use crate::{
    Broker, Refusal,
    config::HousekeepingConfig,
    domain::{
        commands::{CleanUp, Command, Removed},
        model::{Timestamp, VersionId},
        queries::clean_up::{CleanUpRules, InvalidRule, KeepRule, Plan, plan},
        state::State,
    },
    store::StoreError,
};

/// How much is removed at once: other changes wait for no more than that.
const AT_ONCE: usize = 100;
/// How many versions are named at most.
pub(crate) const MOST_NAMED: usize = 1000;
/// How long to wait before trying again when too many changes are waiting.
const BUSY_PAUSE: Duration = Duration::from_millis(200);

/// What is wanted of a clean-up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CleanUpRequest {
    /// What is to go.
    pub rules: CleanUpRules,
    /// How many versions go at most, the oldest first; none is all.
    pub limit: Option<usize>,
    /// Whether to say what would go, and do nothing.
    pub dry_run: bool,
}

/// What is wanted of a clean-up, as it is sent: what is not said is as it is set. Ages are in days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CleanUpOrder {
    /// Which versions are kept: rules as words, or as the Pact Broker has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<Vec<serde_json::Value>>,
    /// How old a delivery to a webhook has to be to go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliveries_max_age: Option<u32>,
    /// How old a superseded result has to be to go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_max_age: Option<u32>,
    /// How many versions go at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Whether to say what would go, and do nothing.
    #[serde(default)]
    pub dry_run: bool,
}

impl CleanUpOrder {
    /// What that means with these settings.
    ///
    /// # Errors
    /// The first rule that cannot be understood.
    pub fn request(&self, config: &HousekeepingConfig) -> Result<CleanUpRequest, InvalidRule> {
        let mut rules = config.rules.clone();
        if let Some(keep) = &self.keep {
            rules.keep = keep.iter().map(KeepRule::from_json).collect::<Result<_, _>>()?;
        }
        rules.deliveries_days = self.deliveries_max_age.or(rules.deliveries_days);
        rules.superseded_days = self.superseded_max_age.or(rules.superseded_days);
        Ok(CleanUpRequest { rules, limit: Some(self.limit.unwrap_or(config.limit)), dry_run: self.dry_run })
    }
}

/// What a clean-up did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CleanedUp {
    /// Whether it only says what would go.
    pub dry_run: bool,
    /// What was removed, or would be.
    pub removed: RemovedCounts,
    /// How many versions stay because of rules, or because they are needed.
    pub kept: usize,
    /// How many versions would go, but for the limit.
    pub left: usize,
    /// How many versions stay because something has happened to them since the clean-up began.
    pub spared: usize,
    /// Versions, those that go first, and why the others stay: at most 1000.
    pub versions: Vec<VersionFate>,
}

/// How much was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovedCounts {
    /// Versions.
    pub versions: usize,
    /// Results of versions that stay, which others supersede.
    pub results: usize,
    /// Deliveries to webhooks.
    pub deliveries: usize,
}

/// What becomes of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionFate {
    /// Whose version.
    pub pacticipant: String,
    /// Its number.
    pub number: String,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// Why it stays; nothing where it goes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept_because: Vec<String>,
}

impl fmt::Display for CleanedUp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RemovedCounts { versions, results, deliveries } = self.removed;
        let done = if self.dry_run { "would be removed" } else { "were removed" };
        write!(
            formatter,
            "{versions} versions, {results} superseded results and {deliveries} old deliveries {done}; {} versions stay",
            self.kept
        )?;
        if self.left > 0 {
            write!(formatter, ", and {} more can go next time", self.left)?;
        }
        if self.spared > 0 {
            write!(
                formatter,
                "; {} were spared, because something has happened to them meanwhile",
                self.spared
            )?;
        }
        Ok(())
    }
}

/// What becomes of each version, those that go first.
fn fates(state: &State, plan: &Plan, limit: usize) -> Vec<VersionFate> {
    let fate = |id: &VersionId, kept_because: Vec<String>| {
        let version = state.version_by_id(*id)?;
        let owner = state.participant_by_id(version.participant)?;
        Some(VersionFate {
            pacticipant: owner.name.to_string(),
            number: version.number.to_string(),
            created_at: version.created_at,
            kept_because,
        })
    };
    let gone = plan.versions.iter().take(limit).filter_map(|id| fate(id, Vec::new()));
    let kept = plan
        .stay
        .iter()
        .rev()
        .filter_map(|(id, reasons)| fate(id, reasons.iter().map(ToString::to_string).collect()));
    gone.chain(kept).take(MOST_NAMED).collect()
}

impl Broker {
    /// Removes what no rule keeps, and what nobody needs; see [`crate::domain::queries::clean_up`]. Others go on
    /// reading and writing meanwhile, and whatever something happens to stays.
    ///
    /// # Errors
    /// When it is being done already, when the broker stops, when the store fails. What was removed until then is gone.
    pub async fn clean_up(&self, request: CleanUpRequest) -> Result<CleanedUp, TidyError> {
        let _one = if request.dry_run {
            None
        } else {
            Some(self.upkeep().try_write_owned().map_err(|_| TidyError::Running)?)
        };
        let (then, now) = (self.state(), self.now());
        let (state, rules) = (then.clone(), request.rules.clone());
        let limit = request.limit.unwrap_or(usize::MAX);
        let planned = tokio::task::spawn_blocking(move || {
            let plan = plan(&state, &rules, now);
            let fates = fates(&state, &plan, limit);
            (plan, fates)
        });
        let failed =
            |error: tokio::task::JoinError| StoreError::Failed { action: "tidy", source: error.into() };
        let (plan, versions) = planned.await.map_err(failed)?;
        let Plan { stay, versions: mut gone, results, deliveries } = plan;
        let left = gone.len().saturating_sub(limit);
        gone.truncate(limit);
        let wanted =
            RemovedCounts { versions: gone.len(), results: results.len(), deliveries: deliveries.len() };
        let dry_run = request.dry_run;
        let mut told = CleanedUp { dry_run, removed: wanted, kept: stay.len(), left, spared: 0, versions };
        if dry_run {
            return Ok(told);
        }
        let days = i64::from(request.rules.superseded_days.unwrap_or_default());
        let results_before = now.minus_days(days);
        let nothing = CleanUp {
            then,
            versions: Vec::new(),
            results: Vec::new(),
            results_before,
            deliveries: Vec::new(),
        };
        let versions =
            gone.chunks(AT_ONCE).map(|some| CleanUp { versions: some.to_vec(), ..nothing.clone() });
        let results =
            results.chunks(AT_ONCE).map(|some| CleanUp { results: some.to_vec(), ..nothing.clone() });
        let deliveries =
            deliveries.chunks(AT_ONCE).map(|some| CleanUp { deliveries: some.to_vec(), ..nothing.clone() });
        told.removed = RemovedCounts::default();
        for command in versions.chain(results).chain(deliveries) {
            let Removed { versions, results, deliveries } = self.patiently(command).await?;
            told.removed.versions += versions;
            told.removed.results += results;
            told.removed.deliveries += deliveries;
        }
        told.spared = wanted.versions - told.removed.versions;
        if told.removed != RemovedCounts::default() {
            tracing::info!("cleaned up: {told}");
        }
        Ok(told)
    }

    /// Carries out a command that can wait for others.
    pub(super) async fn patiently<C: Command + Clone>(&self, command: C) -> Result<C::Answer, Refusal> {
        loop {
            match self.submit(command.clone()).await {
                Ok(done) => return Ok(done.answer),
                Err(Refusal::Busy) => tokio::time::sleep(BUSY_PAUSE).await,
                Err(refusal) => return Err(refusal),
            }
        }
    }
}
