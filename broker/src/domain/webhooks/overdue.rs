//! Contracts that have waited too long for a first result: which there are, and when the next one will be.

use std::collections::BTreeSet;

use crate::domain::{
    model::{ContentId, Pact, ParticipantId, Timestamp, WebhookEvent},
    state::State,
    webhooks::about,
};

/// How many are told of at once. The others are still there at the next look.
const MOST: usize = 100;

/// A contract that has waited too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The contract: of the version for which it counts.
    pub pact: Pact,
    /// Since when its content is there.
    pub since: Timestamp,
}

/// What a look found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// What has waited too long, and was not told of.
    pub due: Vec<Due>,
    /// When the next one will have.
    pub next_at: Option<Timestamp>,
}

/// Looks for contracts that count, have no result, and have been there for more than so many hours.
///
/// The contracts that count are the latest of a consumer with a provider, that of the consumer's main branch, and those of
/// its versions that are live in an environment: what was overtaken, nobody has to verify any more. Only contracts are
/// looked at that a webhook would be told of.
pub fn look(state: &State, now: Timestamp, hours: u32) -> Look {
    let mut look = Look::default();
    for (consumer, provider) in state.pairs() {
        if !is_listened_to(state, consumer, provider) {
            continue;
        }
        for pact in counting(state, consumer, provider) {
            let Some(content) = state.content_by_id(pact.content) else { continue };
            let is_waiting =
                !state.is_overdue(content.id) && state.results_of_content(content.id).next().is_none();
            if !is_waiting {
                continue;
            }
            let due_at = content.created_at.plus_millis(i64::from(hours) * 3_600_000);
            if due_at > now {
                look.next_at = Some(look.next_at.map_or(due_at, |earlier| earlier.min(due_at)));
            } else if look.due.len() < MOST {
                look.due.push(Due { pact, since: content.created_at });
            } else {
                look.next_at = Some(now);
            }
        }
    }
    look
}

fn is_listened_to(state: &State, consumer: ParticipantId, provider: ParticipantId) -> bool {
    let parties = state.participant_by_id(consumer).zip(state.participant_by_id(provider));
    parties.is_some_and(|(consumer, provider)| {
        about(state, consumer, provider).any(|webhook| {
            webhook.details.enabled
                && webhook.details.events.contains(&WebhookEvent::ContractVerificationOverdue)
        })
    })
}

/// The contracts that count between two, each content once.
fn counting(state: &State, consumer: ParticipantId, provider: ParticipantId) -> Vec<Pact> {
    let of_version = |version| state.pact(version, provider).copied();
    let latest = state.pacts_between(consumer, provider).next_back().copied();
    let main = state.participant_by_id(consumer).and_then(|known| state.main_branch_head(known));
    let live = state.environments().flat_map(|environment| state.live_versions(environment.id, consumer));
    let mut seen: BTreeSet<ContentId> = BTreeSet::new();
    let all = latest.into_iter().chain(main.and_then(of_version)).chain(live.filter_map(of_version));
    all.filter(|pact| seen.insert(pact.content)).collect()
}

#[cfg(test)]
mod tests;
