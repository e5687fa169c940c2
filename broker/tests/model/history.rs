//! What may happen to a broker, one thing after the other.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::names::{
    BRANCHES, INSTANCES, INTERACTIONS, Name, TAGS, branch, consumer, environment, number, participant,
    provider, tag,
};

/// All that happened, and the settings that it happened under.
#[derive(Debug, Clone)]
pub(crate) struct History {
    /// Whether a published contract may be changed.
    pub(crate) may_modify: bool,
    /// Whether versions are ordered by their numbers, not as they were first seen.
    pub(crate) ordered_by_number: bool,
    pub(crate) happenings: Vec<Happening>,
}

/// Something happens.
#[derive(Debug, Clone)]
pub(crate) struct Happening {
    /// How many seconds after the thing before.
    pub(crate) after: i64,
    pub(crate) what: What,
}

/// What happens.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Publish {
        consumer: Name,
        number: Name,
        branch: Option<Name>,
        tags: Vec<Name>,
        contracts: Vec<Offered>,
    },
    Verify {
        consumer: Name,
        provider: Name,
        content: Vec<Name>,
        number: Name,
        success: bool,
        wip: bool,
    },
    /// Removes the result with that number.
    RemoveResult(u32),
    PutOnBranch {
        owner: Name,
        branch: Name,
        number: Name,
    },
    TakeOffBranch {
        owner: Name,
        branch: Name,
        number: Name,
    },
    RemoveBranch {
        owner: Name,
        branch: Name,
    },
    Tag {
        owner: Name,
        number: Name,
        tag: Name,
    },
    Untag {
        owner: Name,
        number: Name,
        tag: Name,
    },
    /// Says which tags a version has, and no others.
    SetTags {
        owner: Name,
        number: Name,
        tags: Vec<Name>,
    },
    SetMainBranch {
        owner: Name,
        branch: Option<Name>,
    },
    RemoveContract {
        consumer: Name,
        number: Name,
        provider: Name,
    },
    RemoveVersion {
        owner: Name,
        number: Name,
    },
    RemoveParticipant(Name),
    RemoveIntegration {
        consumer: Name,
        provider: Name,
    },
    CreateEnvironment(Name),
    RenameEnvironment {
        from: Name,
        to: Name,
    },
    RemoveEnvironment(Name),
    Deploy {
        owner: Name,
        number: Name,
        environment: Name,
        instance: Option<Name>,
    },
    /// Whatever is on that instance.
    Undeploy {
        owner: Name,
        environment: Name,
        instance: Option<Name>,
    },
    Release {
        owner: Name,
        number: Name,
        environment: Name,
    },
    EndSupport {
        owner: Name,
        number: Name,
        environment: Name,
    },
    /// Something of these, with what is there: the contract, or the version, in that place of the list.
    With {
        place: usize,
        what: WithKnown,
    },
}

/// What happens with something that is known.
#[derive(Debug, Clone)]
pub(crate) enum WithKnown {
    Verify { number: Name, success: bool, wip: bool },
    RemoveContract,
    Tag(Name),
    PutOnBranch(Name),
    Deploy { environment: Name, instance: Option<Name> },
    Release(Name),
    RemoveVersion,
}

/// A contract to be published.
#[derive(Debug, Clone)]
pub(crate) struct Offered {
    pub(crate) provider: Name,
    pub(crate) content: Vec<Name>,
    /// Whether it is to be put together with what is there.
    pub(crate) merge: bool,
}

pub(crate) fn history() -> impl Strategy<Value = History> {
    // Environments are there from the beginning, mostly: without them, half of the questions are about nothing.
    let beginning = select(&[0_usize, 1, 2, 2, 2][..]).prop_map(|many| {
        let all = crate::names::ENVIRONMENTS.iter().take(many);
        all.map(|name| Happening { after: 1, what: What::CreateEnvironment(name) }).collect::<Vec<_>>()
    });
    (prop::bool::weighted(0.3), prop::bool::weighted(0.2), beginning, vec(happening(), 1..48)).prop_map(
        |(may_modify, ordered_by_number, mut happenings, more)| {
            happenings.extend(more);
            History { may_modify, ordered_by_number, happenings }
        },
    )
}

fn happening() -> impl Strategy<Value = Happening> {
    // Often at the same moment; often within the ten seconds in which a tag makes a branch; sometimes days later.
    let after = select(&[0, 0, 1, 5, 6, 11, 3_600, 864_000][..]);
    (after, what()).prop_map(|(after, what)| Happening { after, what })
}

/// One to three interactions, sorted.
pub(crate) fn content() -> impl Strategy<Value = Vec<Name>> + Clone {
    const PLACES: [&[usize]; 7] = [&[0], &[0], &[0], &[1], &[1], &[0, 1], &[0, 1, 2]];
    select(&PLACES[..]).prop_map(|places| places.iter().map(|place| INTERACTIONS[*place]).collect())
}

fn tags() -> impl Strategy<Value = Vec<Name>> {
    const PLACES: [&[usize]; 7] = [&[], &[], &[0], &[1], &[2], &[0, 1], &[2, 0]];
    select(&PLACES[..]).prop_map(|places| places.iter().map(|place| TAGS[*place]).collect())
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        8 => publish(),
        1 => (consumer(), provider(), content(), number(), success(), wip()).prop_map(
            |(consumer, provider, content, number, success, wip)| {
                What::Verify { consumer, provider, content, number, success, wip }
            }
        ),
        15 => (0_usize..100, with_known()).prop_map(|(place, what)| What::With { place, what }),
        2 => living(),
        3 => naming(),
        2 => removal(),
    ]
}

fn success() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.75)
}

fn wip() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.2)
}

fn with_known() -> impl Strategy<Value = WithKnown> {
    let instance = select(&INSTANCES[..]);
    prop_oneof![
        14 => (number(), success(), wip())
            .prop_map(|(number, success, wip)| WithKnown::Verify { number, success, wip }),
        1 => Just(WithKnown::RemoveContract),
        2 => tag().prop_map(WithKnown::Tag),
        2 => branch().prop_map(WithKnown::PutOnBranch),
        4 => (environment(), instance)
            .prop_map(|(environment, instance)| WithKnown::Deploy { environment, instance }),
        2 => environment().prop_map(WithKnown::Release),
        1 => Just(WithKnown::RemoveVersion),
    ]
}

fn publish() -> impl Strategy<Value = What> {
    let offered = (provider(), content(), prop::bool::weighted(0.2))
        .prop_map(|(provider, content, merge)| Offered { provider, content, merge });
    let branch = select(&[None, Some(0_usize), Some(1), Some(2)][..])
        .prop_map(|place| place.map(|place| BRANCHES[place]));
    (consumer(), number(), branch, tags(), vec(offered, 1..3)).prop_map(
        |(consumer, number, branch, tags, contracts)| What::Publish {
            consumer,
            number,
            branch,
            tags,
            contracts,
        },
    )
}

/// What makes versions live, and ends it.
fn living() -> impl Strategy<Value = What> {
    let of = || (participant(), number(), environment());
    let instance = || select(&INSTANCES[..]);
    prop_oneof![
        1 => (of(), instance()).prop_map(|((owner, number, environment), instance)| {
            What::Deploy { owner, number, environment, instance }
        }),
        1 => of().prop_map(|(owner, number, environment)| What::Release { owner, number, environment }),
        1 => (participant(), environment(), instance()).prop_map(|(owner, environment, instance)| {
            What::Undeploy { owner, environment, instance }
        }),
        1 => of().prop_map(|(owner, number, environment)| What::EndSupport { owner, number, environment }),
        1 => environment().prop_map(What::CreateEnvironment),
    ]
}

fn naming() -> impl Strategy<Value = What> {
    let main =
        select(&[None, Some(0_usize), Some(1)][..]).prop_map(|place| place.map(|place| BRANCHES[place]));
    prop_oneof![
        4 => (participant(), branch(), number())
            .prop_map(|(owner, branch, number)| What::PutOnBranch { owner, branch, number }),
        4 => (participant(), number(), tag()).prop_map(|(owner, number, tag)| What::Tag { owner, number, tag }),
        1 => (participant(), number(), tags())
            .prop_map(|(owner, number, tags)| What::SetTags { owner, number, tags }),
        1 => (participant(), main).prop_map(|(owner, branch)| What::SetMainBranch { owner, branch }),
    ]
}

fn removal() -> impl Strategy<Value = What> {
    prop_oneof![
        2 => (1_u32..10).prop_map(What::RemoveResult),
        2 => (consumer(), number(), provider())
            .prop_map(|(consumer, number, provider)| What::RemoveContract { consumer, number, provider }),
        2 => (participant(), number()).prop_map(|(owner, number)| What::RemoveVersion { owner, number }),
        2 => (participant(), branch(), number())
            .prop_map(|(owner, branch, number)| What::TakeOffBranch { owner, branch, number }),
        2 => (participant(), number(), tag())
            .prop_map(|(owner, number, tag)| What::Untag { owner, number, tag }),
        1 => (participant(), branch()).prop_map(|(owner, branch)| What::RemoveBranch { owner, branch }),
        1 => participant().prop_map(What::RemoveParticipant),
        1 => (consumer(), provider())
            .prop_map(|(consumer, provider)| What::RemoveIntegration { consumer, provider }),
        1 => environment().prop_map(What::RemoveEnvironment),
        1 => (environment(), environment())
            .prop_map(|(from, to)| What::RenameEnvironment { from, to }),
    ]
}
