//! Verification results, all at once.

use std::{
    collections::{BTreeMap, HashMap, HashSet, hash_map::Entry},
    sync::Arc,
};

use imbl::{OrdMap, OrdSet};

use super::{bulk, require};
use crate::domain::{
    model::{ContentId, ParticipantId, ResultNumber, ResultSource, Timestamp, VerificationResult, VersionId},
    state::{
        Circle, InvalidSnapshot, Mark, Origin, Place, State,
        marks::{circles, origin_of},
    },
};

/// All that a state has of results.
pub(super) struct Indexed {
    alone: Alone,
    by_content: OrdSet<(ContentId, Place, ResultNumber)>,
    in_turn: OrdSet<(ContentId, ResultNumber)>,
    successes: OrdSet<(ContentId, Circle, Timestamp, ResultNumber)>,
    last_successes: OrdMap<(ContentId, Origin, Mark), ResultNumber>,
    failures: OrdSet<(ParticipantId, ParticipantId, Place, ResultNumber)>,
    contents: Vec<Counted>,
}

/// What needs nothing but the rows.
struct Alone {
    results: OrdMap<ResultNumber, Arc<VerificationResult>>,
    by_version: OrdSet<(VersionId, ResultNumber)>,
    sources: OrdMap<Arc<ResultSource>, u32>,
}

/// What is known of the results of a content.
struct Counted {
    content: ContentId,
    results: u32,
    successes: u32,
    /// Those that say the same of the same version are one.
    distinct: usize,
    last: (ParticipantId, ParticipantId, ResultNumber),
}

/// What is asked of a version again and again.
struct Verifier {
    place: Place,
    marks: Vec<Mark>,
}

/// A result with its place.
struct Known<'a> {
    result: &'a VerificationResult,
    verifier: &'a Verifier,
}

impl Known<'_> {
    fn key(&self) -> (ContentId, &Place, ResultNumber) {
        (self.result.content, &self.verifier.place, self.result.number)
    }
}

fn verifiers(
    state: &State,
    results: &[Arc<VerificationResult>],
) -> Result<HashMap<VersionId, Verifier>, InvalidSnapshot> {
    let mut verifiers = HashMap::new();
    for result in results {
        if let Entry::Vacant(unknown) = verifiers.entry(result.version) {
            let version = require(state.versions.get(&result.version), "the version of a result")?;
            unknown.insert(Verifier { place: state.place_of(version), marks: state.marks_of(version) });
        }
    }
    Ok(verifiers)
}

impl Alone {
    fn of(results: &[Arc<VerificationResult>], sources: HashMap<Arc<ResultSource>, u32>) -> Self {
        Self {
            by_version: bulk::set(results.iter().map(|result| (result.version, result.number)).collect()),
            results: bulk::map(results.iter().map(|result| (result.number, result.clone())).collect()),
            sources: bulk::map(sources.into_iter().collect()),
        }
    }
}

impl Indexed {
    /// Results of a state that has their contents and versions.
    pub(super) fn of(
        state: &State,
        results: &[Arc<VerificationResult>],
        sources: HashMap<Arc<ResultSource>, u32>,
    ) -> Result<Self, InvalidSnapshot> {
        let verifiers = verifiers(state, results)?;
        let verifier = |version| require(verifiers.get(version), "the version of a result");
        let known = results.iter().map(|result| Ok(Known { result, verifier: verifier(&result.version)? }));
        let mut known: Vec<Known<'_>> = known.collect::<Result<_, InvalidSnapshot>>()?;
        std::thread::scope(|scope| {
            let alone = scope.spawn(|| Alone::of(results, sources));
            known.sort_unstable_by(|one, other| one.key().cmp(&other.key()));
            let indexed = Beside::of(state, &known);
            let by_content = known.iter().map(Known::key);
            let by_content = by_content.map(|(content, place, number)| (content, place.clone(), number));
            let by_content = bulk::set(by_content.collect());
            let beside = indexed?;
            Ok(Self {
                by_content,
                in_turn: bulk::set(results.iter().map(|result| (result.content, result.number)).collect()),
                successes: bulk::set(beside.successes),
                last_successes: bulk::map(beside.last_successes),
                failures: bulk::set(beside.failures),
                contents: beside.contents,
                alone: bulk::joined(alone),
            })
        })
    }
}

/// What is found out content by content.
#[derive(Default)]
struct Beside {
    successes: Vec<(ContentId, Circle, Timestamp, ResultNumber)>,
    last_successes: Vec<((ContentId, Origin, Mark), ResultNumber)>,
    failures: Vec<(ParticipantId, ParticipantId, Place, ResultNumber)>,
    contents: Vec<Counted>,
}

impl Beside {
    /// `known`: by content, then by place.
    fn of(state: &State, known: &[Known<'_>]) -> Result<Self, InvalidSnapshot> {
        let mut beside = Self::default();
        beside.successes.reserve(known.len());
        for of_content in known.chunk_by(|one, other| one.result.content == other.result.content) {
            let Some(first) = of_content.first() else { continue };
            let id = first.result.content;
            let content = require(state.contents.get(&id), "the content of a result")?;
            let pair = (content.consumer, content.provider);
            beside.add(id, pair, of_content);
        }
        Ok(beside)
    }

    fn add(&mut self, content: ContentId, pair: (ParticipantId, ParticipantId), results: &[Known<'_>]) {
        let (mut last, mut successes) = (ResultNumber::FIRST, 0);
        let mut last_successes: BTreeMap<(Origin, Mark), ResultNumber> = BTreeMap::new();
        for Known { result, verifier } in results {
            let number = result.number;
            last = last.max(number);
            if !result.failed().is_empty() {
                self.failures.push((pair.0, pair.1, verifier.place.clone(), number));
            }
            if result.success {
                successes += 1;
                let origin = origin_of(result);
                let in_circles = circles(&verifier.marks, origin);
                self.successes.extend(in_circles.map(|circle| (content, circle, result.created_at, number)));
                for mark in &verifier.marks {
                    let last = last_successes.entry((origin, *mark)).or_insert(number);
                    *last = number.max(*last);
                }
            }
        }
        let last_successes = last_successes.into_iter();
        self.last_successes
            .extend(last_successes.map(|((origin, mark), number)| ((content, origin, mark), number)));
        let said: HashSet<_> =
            results.iter().map(|known| (known.result.version, known.result.success)).collect();
        self.contents.push(Counted {
            content,
            results: u32::try_from(results.len()).unwrap_or(u32::MAX),
            successes,
            distinct: said.len(),
            last: (pair.0, pair.1, last),
        });
    }
}

impl State {
    /// Puts results into a state that has none, but the contracts.
    pub(super) fn put_results(&mut self, indexed: Indexed) {
        self.results = indexed.alone.results;
        self.results_by_version = indexed.alone.by_version;
        self.sources = indexed.alone.sources;
        self.results_by_content = indexed.by_content;
        self.results_in_turn = indexed.in_turn;
        self.successes = indexed.successes;
        self.last_successes = indexed.last_successes;
        self.failures = indexed.failures;
        let mut last_results = Vec::new();
        for Counted { content, results, successes, distinct, last } in indexed.contents {
            self.counts.results_added(content, results, successes, distinct);
            if self.is_used(content) {
                last_results.push(last);
            }
        }
        self.last_results = bulk::set(last_results);
    }
}
