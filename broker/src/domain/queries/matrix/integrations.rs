use std::collections::BTreeMap;

use super::{Query, Resolved, Versions, resolve};
use crate::domain::{model::ParticipantId, state::State};

/// A consumer and a provider that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Integration {
    pub(super) consumer: ParticipantId,
    pub(super) provider: ParticipantId,
    /// Whether a result has to be there: the consumer's version has a contract with the provider.
    pub(super) required: bool,
}

pub(super) struct Found {
    pub(super) integrations: Vec<Integration>,
    /// Selectors for participants that nobody named.
    pub(super) others: Vec<Resolved>,
}

/// What integrations count: those among the named participants, or, where only one is named or the other side is
/// described, those of the named with whomever.
pub(super) fn find(state: &State, query: &Query, specified: &[Resolved]) -> Found {
    let infer = query.selectors.len() == 1 || query.other_side.is_given();
    let mut required: BTreeMap<(ParticipantId, ParticipantId), bool> = BTreeMap::new();
    for selector in specified {
        for provider in providers(state, selector) {
            if infer || specified.iter().any(|other| other.participant == provider) {
                required.insert((selector.participant, provider), true);
            }
        }
        for consumer in state.consumers_of_provider(selector.participant) {
            if infer || specified.iter().any(|other| other.participant == consumer) {
                required.entry((consumer, selector.participant)).or_insert(false);
            }
        }
    }
    let integrations: Vec<_> = required
        .into_iter()
        .map(|((consumer, provider), required)| Integration { consumer, provider, required })
        .collect();
    let mut others: Vec<Resolved> = Vec::new();
    for participant in integrations.iter().flat_map(|found| [found.consumer, found.provider]) {
        let known = specified.iter().chain(&others).any(|selector| selector.participant == participant);
        if !known {
            others.push(resolve::other(state, participant, &query.other_side));
        }
    }
    Found { integrations, others }
}

/// The providers that the meant versions of a participant have contracts with.
fn providers(state: &State, selector: &Resolved) -> Vec<ParticipantId> {
    let mut providers: Vec<_> = match &selector.versions {
        Versions::These(versions) => versions
            .iter()
            .flat_map(|version| {
                state.pacts_of_version(*version).map(|pact| pact.provider).collect::<Vec<_>>()
            })
            .collect(),
        Versions::All => state.providers_of_consumer(selector.participant).collect(),
    };
    providers.sort_unstable();
    providers.dedup();
    providers
}
