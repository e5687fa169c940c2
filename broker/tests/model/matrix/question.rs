//! Questions for the matrix.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    names::{Name, branch, consumer, environment, number, participant, provider, range, tag},
    world::World,
};

#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) selectors: Vec<Selector>,
    /// What is meant of participants that no selector names.
    pub(crate) others: Which,
    /// What does not count: participants, or single versions of them. `None`: that was not asked.
    pub(crate) ignore: Option<Vec<(Name, Option<Name>)>>,
    pub(crate) latest_by: Option<LatestBy>,
    /// Which results are wanted; all, if nothing is said.
    pub(crate) success: Vec<Option<bool>>,
    pub(crate) limit: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Selector {
    pub(crate) participant: Name,
    pub(crate) which: Which,
}

impl Question {
    /// What is meant by versions that are known. Whoever has none is asked for one that he does not have.
    pub(crate) fn concrete(mut self, world: &World) -> Self {
        for Selector { participant, which } in &mut self.selectors {
            if let Which::Known(place) = *which {
                let numbers = world.versions_of(participant);
                *which = Which::Number(numbers.get(place % numbers.len().max(1)).copied().unwrap_or("abc"));
            }
        }
        self
    }
}

/// Which versions of a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Any,
    Number(Name),
    /// The number of a version that is known: in that place of the list.
    Known(usize),
    Latest,
    Tag {
        tag: Name,
        latest: bool,
    },
    Range {
        range: Name,
        latest: bool,
    },
    Branch {
        branch: Name,
        latest: bool,
    },
    MainBranch {
        latest: bool,
    },
    Environment(Name),
}

/// Of which rows that belong together only one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LatestBy {
    /// `cvpv`
    PairOfVersions,
    /// `cvp`
    ConsumerVersion,
    /// `cp`
    Pair,
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![
        2 => Just(Which::Any),
        1 => number().prop_map(Which::Number),
        7 => (0_usize..100).prop_map(Which::Known),
        1 => Just(Which::Latest),
        2 => (tag(), any::<bool>()).prop_map(|(tag, latest)| Which::Tag { tag, latest }),
        1 => (range(), any::<bool>()).prop_map(|(range, latest)| Which::Range { range, latest }),
        2 => (branch(), any::<bool>()).prop_map(|(branch, latest)| Which::Branch { branch, latest }),
        // Of somebody who is named, the main branch means its head.
        1 => Just(Which::MainBranch { latest: true }),
        1 => environment().prop_map(Which::Environment),
    ]
}

fn others() -> impl Strategy<Value = Which> {
    prop_oneof![
        3 => Just(Which::Any),
        1 => Just(Which::Latest),
        2 => (tag(), any::<bool>()).prop_map(|(tag, latest)| Which::Tag { tag, latest }),
        1 => any::<bool>().prop_map(|latest| Which::MainBranch { latest }),
        4 => environment().prop_map(Which::Environment),
    ]
}

pub(crate) fn question() -> impl Strategy<Value = Question> {
    let selector = || {
        let anybody = prop_oneof![consumer(), provider()];
        (anybody, which()).prop_map(|(participant, which)| Selector { participant, which })
    };
    let ignored = (participant(), prop::option::of(number()));
    let latest_by = select(
        &[
            None,
            Some(LatestBy::PairOfVersions),
            Some(LatestBy::PairOfVersions),
            Some(LatestBy::ConsumerVersion),
            Some(LatestBy::Pair),
        ][..],
    );
    let success = prop_oneof![
        6 => Just(Vec::new()),
        1 => vec(select(&[Some(true), Some(false), None][..]), 1..3),
    ];
    let limit = select(&[1, 3, 5, 100, 100, 100, usize::MAX, usize::MAX, usize::MAX, usize::MAX][..]);
    let selectors = prop_oneof![2 => vec(selector(), 1), 2 => vec(selector(), 2..4)];
    let ignore = prop_oneof![3 => Just(None), 1 => vec(ignored, 0..3).prop_map(Some)];
    (selectors, others(), ignore, latest_by, success, limit).prop_map(
        |(selectors, others, ignore, latest_by, success, limit)| Question {
            selectors,
            others,
            ignore,
            latest_by,
            success,
            limit,
        },
    )
}
