//! Contracts, all at once.

use std::collections::{HashMap, HashSet};

use imbl::{OrdMap, OrdSet};

use super::{bulk, require};
use crate::domain::{
    model::{ContentId, Pact, PactId, ParticipantId, Timestamp, VersionId},
    state::{InvalidSnapshot, Mark, Place, State},
};

type Pair = (ParticipantId, ParticipantId);

/// All that a state has of contracts.
pub(super) struct Indexed {
    pacts: OrdMap<PactId, Pact>,
    by_version: OrdMap<(VersionId, ParticipantId), PactId>,
    by_pair: OrdMap<(ParticipantId, ParticipantId, Place), PactId>,
    by_time: OrdSet<(ParticipantId, ParticipantId, Timestamp, PactId)>,
    by_content: OrdSet<(ContentId, Place, PactId)>,
    by_mark: OrdMap<(Mark, ParticipantId, Place), PactId>,
    untagged: OrdMap<(ParticipantId, ParticipantId, Place), PactId>,
    turns: OrdSet<(ParticipantId, ParticipantId, Place)>,
    /// (consumer, provider) with how many contracts there are.
    pairs: Vec<(Pair, u32)>,
    heads: OrdSet<(ParticipantId, Timestamp, PactId)>,
    shown: OrdMap<(ParticipantId, Place, ParticipantId), PactId>,
    /// How often the contracts of each version that has any were set.
    publications: Vec<u32>,
}

/// The versions that are heads: of branches, and of all kinds.
struct Heads {
    of_branches: HashSet<VersionId>,
    all: HashSet<VersionId>,
}

impl Heads {
    fn of(state: &State) -> Self {
        let branches = state.branches.keys().map(|branch| Mark::Branch(*branch));
        let of_branches: HashSet<_> = branches.filter_map(|mark| state.mark_head(mark)).collect();
        let tags = state.tags.values().map(|tag| Mark::Tag(tag.id));
        let of_tags = tags.filter_map(|mark| state.mark_head(mark));
        let all = of_branches.iter().copied().chain(of_tags).collect();
        Self { of_branches, all }
    }
}

/// What is asked of a contract again and again.
struct Known {
    pact: Pact,
    place: Place,
}

impl Known {
    fn pair(&self) -> Pair {
        (self.pact.consumer, self.pact.provider)
    }

    fn key(&self) -> (ParticipantId, ParticipantId, Place) {
        (self.pact.consumer, self.pact.provider, self.place.clone())
    }

    fn shown(&self) -> ((ParticipantId, Place, ParticipantId), PactId) {
        ((self.pact.consumer, self.place.clone(), self.pact.provider), self.pact.id)
    }
}

impl Indexed {
    /// Contracts of a state that has their versions.
    pub(super) fn of(state: &State, pacts: Vec<Pact>) -> Result<Self, InvalidSnapshot> {
        let mut by_mark = Vec::with_capacity(pacts.len());
        let mut untagged = Vec::new();
        let mut publications: HashMap<VersionId, u32> = HashMap::new();
        let mut known = Vec::with_capacity(pacts.len());
        for pact in &pacts {
            let version = require(state.versions.get(&pact.version), "the version of a contract")?;
            let row = Known { pact: *pact, place: state.place_of(version) };
            for mark in state.marks_of(version) {
                by_mark.push(((mark, pact.provider, row.place.clone()), known.len()));
            }
            if version.tags.is_empty() {
                untagged.push((row.key(), pact.id));
            }
            *publications.entry(pact.version).or_insert(0) += pact.revision;
            known.push(row);
        }
        by_mark.sort_unstable();
        let heads = Heads::of(state);
        let of_heads = known.iter().filter(|row| heads.all.contains(&row.pact.version));
        let of_heads = of_heads.map(|row| (row.pact.provider, row.pact.created_at, row.pact.id));
        let of_branches = known.iter().filter(|row| heads.of_branches.contains(&row.pact.version));
        let mut shown: Vec<_> = of_branches.map(Known::shown).collect();
        let marked =
            by_mark.chunk_by(|((mark, provider, _), _), (next, _)| (*mark, *provider) == (next.0, next.1));
        for last in marked.filter_map(|of_mark| of_mark.last()) {
            if let ((Mark::Tag(_), ..), index) = last {
                shown.push(known[*index].shown());
            }
        }
        let by_mark = by_mark.into_iter().map(|(key, index)| (key, known[index].pact.id)).collect();
        let by_version = pacts.iter().map(|pact| ((pact.version, pact.provider), pact.id)).collect();
        let by_time = pacts.iter().map(|pact| (pact.consumer, pact.provider, pact.created_at, pact.id));
        let of_heads = bulk::set(of_heads.collect());
        known.sort_unstable_by(|one, other| (one.pair(), &one.place).cmp(&(other.pair(), &other.place)));
        let (mut pairs, mut turns) = (Vec::new(), Vec::new());
        for of_pair in known.chunk_by(|one, other| one.pair() == other.pair()) {
            let mut before = None;
            for row in of_pair {
                if before != Some(row.pact.content) {
                    turns.push(row.key());
                }
                before = Some(row.pact.content);
            }
            if let Some(last) = of_pair.last() {
                pairs.push((last.pair(), u32::try_from(of_pair.len()).unwrap_or(u32::MAX)));
                shown.push(last.shown());
            }
        }
        Ok(Self {
            by_version: bulk::map(by_version),
            by_time: bulk::set(by_time.collect()),
            by_content: bulk::set(
                known.iter().map(|row| (row.pact.content, row.place.clone(), row.pact.id)).collect(),
            ),
            by_pair: bulk::map(known.iter().map(|row| (row.key(), row.pact.id)).collect()),
            by_mark: bulk::map(by_mark),
            untagged: bulk::map(untagged),
            turns: bulk::set(turns),
            pairs,
            heads: of_heads,
            shown: bulk::map(shown),
            publications: publications.into_values().collect(),
            pacts: bulk::map(pacts.into_iter().map(|pact| (pact.id, pact)).collect()),
        })
    }
}

impl State {
    /// Puts contracts into a state that has none.
    pub(super) fn put_pacts(&mut self, indexed: Indexed) {
        self.pacts = indexed.pacts;
        self.pacts_by_version = indexed.by_version;
        self.pacts_by_pair = indexed.by_pair;
        self.pacts_by_time = indexed.by_time;
        self.pacts_by_content = indexed.by_content;
        self.pacts_by_mark = indexed.by_mark;
        self.pacts_untagged = indexed.untagged;
        self.turns = indexed.turns;
        self.heads = indexed.heads;
        self.shown = indexed.shown;
        for ((consumer, provider), count) in indexed.pairs {
            self.consumers_of.insert((provider, consumer), count);
            self.providers_of.insert((consumer, provider));
        }
        for count in indexed.publications {
            self.counts.publications_changed(0, count);
        }
    }
}
