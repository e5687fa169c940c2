//! Which contracts a provider is to verify, and how the results are to be taken.

pub mod pending;
pub mod selectors;
pub mod work_in_progress;

use std::collections::BTreeMap;

use pactwright_core::names::{BranchName, TagName};

pub use pending::{PendingFor, PendingStatus};
pub use selectors::{Choice, ConsumerFilter, Match, Selector};

use crate::domain::{
    model::{ContentId, Pact, Participant, ParticipantId, Timestamp},
    rules::Rules,
    state::State,
};

/// What a provider asks.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The branch of the provider version that verifies.
    pub provider_branch: Option<BranchName>,
    /// Its tags.
    pub provider_tags: Vec<TagName>,
    /// Whether to tell which contracts are pending.
    pub include_pending: bool,
    /// From when on work in progress is wanted.
    pub include_wip_since: Option<Timestamp>,
    /// Which consumer versions' contracts are wanted; none means the usual.
    pub selectors: Vec<Selector>,
}

/// A contract to verify.
#[derive(Debug, Clone)]
pub struct ToVerify {
    /// The contract: of the latest of the consumer versions that have this content.
    pub pact: Pact,
    /// Why it is here, in the order of the selectors' weight.
    pub matches: Vec<Match>,
    /// Whether it is here only because it is work in progress.
    pub wip: bool,
    /// Whether it is pending, where that was asked.
    pub pending: Option<PendingStatus>,
}

/// Answers a provider's question.
pub fn answer(
    state: &State,
    rules: &Rules,
    now: Timestamp,
    provider: &Participant,
    question: &Question,
) -> Vec<ToVerify> {
    let matches = if question.selectors.is_empty() {
        selectors::usual(state, provider.id)
    } else {
        question
            .selectors
            .iter()
            .flat_map(|selector| selectors::resolve(state, provider.id, selector))
            .collect()
    };
    let whom = PendingFor::new(question.provider_branch.clone(), question.provider_tags.clone());
    let mut selected = group(state, matches, true);
    for entry in &mut selected {
        if question.include_pending {
            entry.pending = Some(pending::status(state, provider.id, entry.pact.content, &whom));
        }
    }
    if let Some(since) = question.include_wip_since {
        let since = if rules.wip_window.dynamic {
            work_in_progress::window_begin(state, &rules.wip_window, now, provider.id)
        } else {
            since
        };
        let known: Vec<_> = selected.iter().map(|entry| entry.pact.content).collect();
        let wip = work_in_progress::find(state, rules, now, provider.id, &whom, since, &known);
        selected.extend(group(state, wip, false).into_iter().map(|entry| ToVerify {
            pending: question.include_pending.then(|| PendingStatus::always(&whom)),
            wip: true,
            ..entry
        }));
    }
    selected
}

/// Puts matches of the same content together, by consumer, newest version of a consumer first.
fn group(state: &State, matches: Vec<Match>, by_weight: bool) -> Vec<ToVerify> {
    let mut groups: BTreeMap<(ParticipantId, ContentId), Vec<Match>> = BTreeMap::new();
    for found in matches {
        groups.entry((found.pact.consumer, found.pact.content)).or_default().push(found);
    }
    let mut entries: Vec<_> = groups
        .into_values()
        .filter_map(|mut matches| {
            if by_weight {
                matches.sort_by(Match::by_weight);
            }
            matches.dedup();
            let pact = matches.iter().map(|found| found.pact).max_by_key(|pact| state.place(pact.version))?;
            Some(ToVerify { pact, matches, wip: false, pending: None })
        })
        .collect();
    let name =
        |entry: &ToVerify| state.participant_by_id(entry.pact.consumer).map(|known| known.name.clone());
    entries.sort_by_cached_key(|entry| (name(entry), state.place(entry.pact.version)));
    entries
}
