//! What providers ask.

use proptest::{
    collection::vec,
    option::{of, weighted},
    prelude::*,
};

use crate::{
    names::{Name, branch, environment, participant, range, tag},
    world::Moment,
};

#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) provider: Name,
    /// The branch of the provider version that verifies.
    pub(crate) branch: Option<Name>,
    /// Its tags.
    pub(crate) tags: Vec<Name>,
    pub(crate) with_pending: bool,
    /// How many seconds old work in progress may be, where it is wanted.
    pub(crate) with_wip: Option<Moment>,
    /// None: the usual is wanted.
    pub(crate) selectors: Vec<Selector>,
}

#[derive(Debug, Clone)]
pub(crate) struct Selector {
    pub(crate) choice: Choice,
    /// Only of that consumer.
    pub(crate) consumer: Option<Name>,
}

/// Which versions of consumers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Choice {
    Latest,
    LatestTagged {
        tag: Name,
        fallback: Option<Name>,
    },
    Tagged(Name),
    Range {
        range: Name,
        latest: bool,
    },
    Branch {
        branch: Name,
        fallback: Option<Name>,
    },
    /// The branch that is called as the provider's.
    MatchingBranch(Name),
    EveryBranch,
    MainBranch,
    /// In that environment, or anywhere.
    Deployed(Option<Name>),
    Released(Option<Name>),
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        Just(Choice::Latest),
        (tag(), of(tag())).prop_map(|(tag, fallback)| Choice::LatestTagged { tag, fallback }),
        tag().prop_map(Choice::Tagged),
        (range(), any::<bool>()).prop_map(|(range, latest)| Choice::Range { range, latest }),
        (branch(), of(branch())).prop_map(|(branch, fallback)| Choice::Branch { branch, fallback }),
        branch().prop_map(Choice::MatchingBranch),
        Just(Choice::EveryBranch),
        Just(Choice::MainBranch),
        of(environment()).prop_map(Choice::Deployed),
        of(environment()).prop_map(Choice::Released),
    ]
}

pub(crate) fn question() -> impl Strategy<Value = Question> {
    let selector =
        (choice(), weighted(0.2, participant())).prop_map(|(choice, consumer)| Selector { choice, consumer });
    let wip = of(prop_oneof![Just(1), Just(5), Just(3_600), Just(864_000), Just(100_000_000)]);
    (participant(), of(branch()), vec(tag(), 0..3), any::<bool>(), wip, vec(selector, 0..3)).prop_map(
        |(provider, branch, mut tags, with_pending, with_wip, selectors)| {
            tags.sort_unstable();
            tags.dedup();
            Question { provider, branch, tags, with_pending, with_wip, selectors }
        },
    )
}
