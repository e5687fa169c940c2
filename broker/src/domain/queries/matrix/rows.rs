use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{How, LatestBy, Query, Resolved, Versions, integrations::Integration, name_of, resolve::Ignored};
use crate::domain::{
    model::{Pact, ParticipantId, ResultNumber, Timestamp, VerificationResult, VersionId},
    state::State,
};

/// A contract of a consumer version, and its verification by one provider version, if there was one.
#[derive(Debug, Clone)]
pub struct Row {
    /// The contract.
    pub pact: Pact,
    /// The provider version; none where nothing was verified at all.
    pub provider_version: Option<VersionId>,
    /// The result.
    pub result: Option<Arc<VerificationResult>>,
    /// Whether it is left out of the verdict on request.
    pub ignored: bool,
}

impl Row {
    /// Whether the provider did all that the contract asks, where that is known.
    pub fn success(&self) -> Option<bool> {
        self.result.as_ref().map(|result| result.success)
    }

    fn number(&self) -> Option<ResultNumber> {
        self.result.as_ref().map(|result| result.number)
    }

    fn last_action(&self) -> Timestamp {
        let verified = self.result.as_ref().map_or(self.pact.created_at, |result| result.created_at);
        verified.max(self.pact.created_at)
    }
}

/// What versions of a participant are meant by all selectors together.
struct Meant<'a> {
    all: bool,
    these: BTreeSet<VersionId>,
    selectors: Vec<&'a Resolved>,
}

pub(super) fn find(
    state: &State,
    query: &Query,
    selectors: &[Resolved],
    integrations: &[Integration],
    ignored: &Ignored,
) -> Vec<Row> {
    let mut meant: BTreeMap<ParticipantId, Meant<'_>> = BTreeMap::new();
    for selector in selectors {
        let entry = meant.entry(selector.participant).or_insert_with(|| Meant {
            all: false,
            these: BTreeSet::new(),
            selectors: Vec::new(),
        });
        entry.selectors.push(selector);
        match &selector.versions {
            Versions::All => entry.all = true,
            Versions::These(versions) => entry.these.extend(versions),
        }
    }
    let mut pacts: Vec<(Pact, &Meant<'_>)> = Vec::new();
    for integration in integrations {
        let Some((consumer, provider)) =
            meant.get(&integration.consumer).zip(meant.get(&integration.provider))
        else {
            continue;
        };
        if consumer.all {
            let newest =
                state.pacts_between(integration.consumer, integration.provider).rev().take(query.limit);
            pacts.extend(newest.map(|pact| (*pact, provider)));
        } else {
            let known =
                consumer.these.iter().filter_map(|version| state.pact(*version, integration.provider));
            pacts.extend(known.map(|pact| (*pact, provider)));
        }
    }
    if query.is_history() {
        pacts.sort_by_cached_key(|(pact, _)| Reverse(state.place(pact.version)));
        pacts.truncate(query.limit);
    }
    let mut rows: Vec<Row> =
        pacts.iter().flat_map(|(pact, provider)| of_pact(state, pact, provider)).collect();
    // Where one participant is named and nothing else, what it provides is shown as far as it verified it: which other
    // versions it should have verified was not said.
    if let [alone] = query.selectors.as_slice()
        && !query.other_side.is_given()
    {
        let named = state.participant(&alone.participant).map(|participant| participant.id);
        rows.retain(|row| row.result.is_some() || named == Some(row.pact.consumer));
    }
    if query.is_history() {
        rows.sort_by_key(|row| Reverse((row.last_action(), row.number(), row.pact.version)));
        rows.truncate(query.limit);
    }
    let by_environment = |row: &Row| {
        [row.pact.consumer, row.pact.provider]
            .iter()
            .filter_map(|id| meant.get(id))
            .any(|meant| meant.selectors.iter().any(|selector| matches!(selector.how, How::Environment(_))))
    };
    let mut rows = latest(state, rows, query.latest_by, by_environment);
    if !query.success.is_empty() {
        rows.retain(|row| query.success.contains(&row.success()));
    }
    for row in &mut rows {
        row.ignored = ignored.has(row.pact.consumer, Some(row.pact.version))
            || ignored.has(row.pact.provider, row.provider_version);
    }
    rows.sort_by_cached_key(|row| {
        (
            name_of(state, row.pact.consumer).cloned(),
            Reverse(state.place(row.pact.version)),
            name_of(state, row.pact.provider).cloned(),
            Reverse(row.provider_version.map(|version| state.place(version))),
            Reverse(row.number()),
        )
    });
    rows
}

/// The rows of one contract: one for each result of a meant provider version, or one without a result. Of several
/// versions that are live in an environment each has to be right, so those that have no result get a row of their own.
fn of_pact(state: &State, pact: &Pact, provider: &Meant<'_>) -> Vec<Row> {
    let row = |provider_version, result| Row { pact: *pact, provider_version, result, ignored: false };
    let mut rows: Vec<Row> = if provider.all {
        let results = state.results_of_content(pact.content);
        results.map(|result| row(Some(result.version), Some(result.clone()))).collect()
    } else {
        let results =
            provider.these.iter().flat_map(|version| state.results_of_content_by(pact.content, *version));
        results.map(|result| row(Some(result.version), Some(result.clone()))).collect()
    };
    if rows.is_empty() {
        return vec![row(None, None)];
    }
    let verified: BTreeSet<VersionId> = rows.iter().filter_map(|row| row.provider_version).collect();
    for selector in &provider.selectors {
        if let (How::Environment(_), Versions::These(live)) = (&selector.how, &selector.versions) {
            let unverified = live.iter().filter(|version| !verified.contains(version));
            rows.extend(unverified.map(|version| row(Some(*version), None)));
        }
    }
    rows
}

/// Of the rows that belong together, keeps the latest. Several versions that are live in one environment do not belong
/// together, however it was asked: each of them has to be right.
fn latest(
    state: &State,
    rows: Vec<Row>,
    latest_by: Option<LatestBy>,
    by_environment: impl Fn(&Row) -> bool,
) -> Vec<Row> {
    let Some(latest_by) = latest_by else { return rows };
    let mut kept: BTreeMap<_, Row> = BTreeMap::new();
    for row in rows {
        let pair = (row.pact.consumer, row.pact.provider);
        let each = latest_by == LatestBy::ConsumerVersionAndProviderVersion || by_environment(&row);
        let key = match latest_by {
            _ if each => (pair, Some(row.pact.version), row.provider_version),
            LatestBy::ConsumerAndProvider => (pair, None, None),
            _ => (pair, Some(row.pact.version), None),
        };
        let weight = |row: &Row| {
            let provider = row.provider_version.map(|version| state.place(version));
            (provider, row.number(), state.place(row.pact.version))
        };
        match kept.entry(key) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(row);
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                if weight(&row) > weight(entry.get()) {
                    entry.insert(row);
                }
            }
        }
    }
    kept.into_values().collect()
}
