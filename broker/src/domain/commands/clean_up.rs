use std::sync::Arc;

use super::{Command, Rejection, Work};
use crate::domain::{
    event::Event,
    model::{ResultNumber, Timestamp, TriggerId, VersionId},
    queries::clean_up::{is_over, superseded},
    state::State,
};

/// Removes some of what a plan found that nobody needs. What something has happened to since then stays.
#[derive(Debug, Clone)]
pub struct CleanUp {
    /// The state that the plan was made of.
    pub then: Arc<State>,
    /// Versions.
    pub versions: Vec<VersionId>,
    /// Results that others supersede.
    pub results: Vec<ResultNumber>,
    /// Results go that are older than this.
    pub results_before: Timestamp,
    /// What was delivered to webhooks.
    pub deliveries: Vec<TriggerId>,
}

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Removed {
    /// How many versions.
    pub versions: usize,
    /// How many results that others superseded.
    pub results: usize,
    /// How many deliveries to webhooks.
    pub deliveries: usize,
}

impl Command for CleanUp {
    type Answer = Removed;

    fn decide(self, work: &mut Work<'_>) -> Result<Removed, Rejection> {
        let mut removed = Removed::default();
        for id in self.versions {
            if !is_untouched(&self.then, &work.state, id) {
                continue;
            }
            let Some(version) = work.state.version_by_id(id) else { continue };
            let Some(owner) = work.state.participant_by_id(version.participant) else { continue };
            let (participant, version) = (owner.name.clone(), version.number.clone());
            work.record(Event::VersionRemoved { participant, version, by_clean_up: true });
            removed.versions += 1;
        }
        for number in self.results {
            let Some(result) = work.state.result(number) else { continue };
            let older = superseded(&work.state, result.content, result.version, self.results_before);
            if older.contains(&number) {
                work.record(Event::VerificationRemoved { number });
                removed.results += 1;
            }
        }
        let known = self.deliveries.iter().filter_map(|id| work.state.trigger_by_id(*id));
        let triggers: Vec<_> = known.filter(|trigger| is_over(trigger)).map(|trigger| trigger.uuid).collect();
        removed.deliveries = triggers.len();
        if !triggers.is_empty() {
            work.record(Event::DeliveriesRemoved { triggers });
        }
        Ok(removed)
    }
}

/// Whether nothing has happened to a version: it has the same branches and tags, contracts and results, and lives
/// nowhere.
fn is_untouched(then: &State, now: &State, id: VersionId) -> bool {
    let is_same = match (then.version_by_id(id), now.version_by_id(id)) {
        (Some(before), Some(version)) => Arc::ptr_eq(before, version) || before == version,
        _ => false,
    };
    // Some may have gone with versions that were removed before.
    let has_no_new_result = || now.results_of_version(id).all(|result| then.result(result.number).is_some());
    is_same
        && then.pacts_of_version(id).eq(now.pacts_of_version(id))
        && has_no_new_result()
        && now.deployments_of_version(id).all(|known| known.undeployed_at.is_some())
        && now.releases_of_version(id).all(|known| known.support_ended_at.is_some())
}
