use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
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

impl Meant<'_> {
    /// Whether it was said by an environment which versions are meant: then each of them has to be right.
    fn by_environment(&self) -> bool {
        self.selectors.iter().any(|selector| matches!(selector.how, How::Environment(_)))
    }

    fn has(&self, version: VersionId) -> bool {
        self.all || self.these.contains(&version)
    }

    /// Whether it is less work to ask for each version than to look through that many results.
    fn is_less_than(&self, results: usize) -> bool {
        !self.all && self.these.len() < results
    }
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
    // Where one participant is named and nothing else, what it provides is shown as far as it verified it: which other
    // versions it should have verified was not said.
    let alone = match query.selectors.as_slice() {
        [alone] if !query.other_side.is_given() => Some(state.participant(&alone.participant)),
        _ => None,
    };
    let named = alone.map(|known| known.map(|participant| participant.id));
    let wanted =
        |row: &Row| named.is_none_or(|named| row.result.is_some() || named == Some(row.pact.consumer));
    let rows: Vec<Row> = if query.is_history() {
        let each_once = query.latest_by == Some(LatestBy::ConsumerVersionAndProviderVersion);
        let newest = pacts.iter().map(|(pact, provider)| newest_first(state, pact, provider, each_once));
        merged(newest.collect(), wanted, query.limit)
    } else {
        let all = pacts.iter().flat_map(|(pact, provider)| {
            let each =
                meant.get(&pact.consumer).is_some_and(Meant::by_environment) || provider.by_environment();
            match query.latest_by {
                Some(LatestBy::ConsumerVersionAndProvider | LatestBy::ConsumerAndProvider) if !each => {
                    vec![latest_of_pact(state, pact, provider)]
                }
                _ => of_pact(state, pact, provider),
            }
        });
        all.filter(wanted).collect()
    };
    let by_environment = |row: &Row| {
        [row.pact.consumer, row.pact.provider]
            .iter()
            .filter_map(|id| meant.get(id))
            .any(Meant::by_environment)
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

fn row(pact: &Pact, provider_version: Option<VersionId>, result: Option<&Arc<VerificationResult>>) -> Row {
    Row { pact: *pact, provider_version, result: result.cloned(), ignored: false }
}

fn row_of(pact: &Pact, result: &Arc<VerificationResult>) -> Row {
    row(pact, Some(result.version), Some(result))
}

/// The rows of one contract: one for each result of a meant provider version, or one without a result.
fn of_pact(state: &State, pact: &Pact, provider: &Meant<'_>) -> Vec<Row> {
    let results: Vec<_> = if provider.is_less_than(state.result_count(pact.content)) {
        let versions = provider.these.iter();
        versions.flat_map(|version| state.results_of_content_by(pact.content, *version)).collect()
    } else {
        state.results_of_content(pact.content).filter(|result| provider.has(result.version)).collect()
    };
    let rows = results.into_iter().map(|result| row_of(pact, result)).collect();
    with_unverified(pact, provider, rows)
}

/// Of several versions that are live in an environment each has to be right, so those that have no result get a row of
/// their own.
fn with_unverified(pact: &Pact, provider: &Meant<'_>, mut rows: Vec<Row>) -> Vec<Row> {
    if rows.is_empty() {
        return vec![row(pact, None, None)];
    }
    if !provider.by_environment() {
        return rows;
    }
    let verified: BTreeSet<VersionId> = rows.iter().filter_map(|row| row.provider_version).collect();
    for selector in &provider.selectors {
        if let (How::Environment(_), Versions::These(live)) = (&selector.how, &selector.versions) {
            let unverified = live.iter().filter(|version| !verified.contains(version));
            rows.extend(unverified.map(|version| row(pact, Some(*version), None)));
        }
    }
    rows
}

/// The row of one contract with the latest provider version: found at the end of an index, however many there are.
fn latest_of_pact(state: &State, pact: &Pact, provider: &Meant<'_>) -> Row {
    let latest = if provider.is_less_than(state.result_count(pact.content)) {
        let results = provider.these.iter();
        let last =
            results.filter_map(|version| state.results_of_content_by(pact.content, *version).next_back());
        last.max_by_key(|result| (state.place(result.version), result.number))
    } else {
        state.results_of_content(pact.content).rev().find(|result| provider.has(result.version))
    };
    latest.map_or_else(|| row(pact, None, None), |result| row_of(pact, result))
}

type Rows<'a> = Box<dyn Iterator<Item = Row> + 'a>;

/// The rows of one contract, those first that something happened to last. They are made as they are asked for.
/// `each_once`: of each provider version only the last.
fn newest_first<'a>(state: &'a State, pact: &'a Pact, provider: &'a Meant<'_>, each_once: bool) -> Rows<'a> {
    if provider.by_environment() || provider.is_less_than(state.result_count(pact.content)) {
        let mut rows = of_pact(state, pact, provider);
        rows.sort_by_key(|row| Reverse(row.number()));
        return once_each(rows.into_iter(), each_once);
    }
    let results = state.results_in_turn(pact.content).rev().filter(|result| provider.has(result.version));
    let mut rows = results.map(|result| row_of(pact, result)).peekable();
    if rows.peek().is_none() {
        return Box::new(std::iter::once(row(pact, None, None)));
    }
    once_each(rows, each_once)
}

fn once_each<'a>(rows: impl Iterator<Item = Row> + 'a, each_once: bool) -> Rows<'a> {
    if !each_once {
        return Box::new(rows);
    }
    let mut seen = BTreeSet::new();
    Box::new(rows.filter(move |row| seen.insert(row.provider_version)))
}

/// The rows of several contracts, those first that something happened to last, as many as are wanted: only so many are
/// made, and one more of each contract.
fn merged(mut sources: Vec<Rows<'_>>, wanted: impl Fn(&Row) -> bool, limit: usize) -> Vec<Row> {
    let weight =
        |row: &Row, source: usize| (row.last_action(), row.number(), row.pact.version, Reverse(source));
    let mut heap = BinaryHeap::new();
    let mut next_rows: Vec<Option<Row>> = Vec::with_capacity(sources.len());
    for (source, rows) in sources.iter_mut().enumerate() {
        let first = rows.find(&wanted);
        heap.extend(first.as_ref().map(|row| weight(row, source)));
        next_rows.push(first);
    }
    let mut merged = Vec::new();
    while merged.len() < limit {
        let Some((.., Reverse(source))) = heap.pop() else { break };
        let next = sources[source].find(&wanted);
        heap.extend(next.as_ref().map(|row| weight(row, source)));
        merged.extend(std::mem::replace(&mut next_rows[source], next));
    }
    merged
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
