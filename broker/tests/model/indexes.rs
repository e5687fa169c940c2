//! What the broker keeps at hand, so that it need not search: versions in order, branches and their heads, tags and
//! their latest versions, what is live, who has contracts with whom.

use std::collections::BTreeSet;

use pactwright_broker::domain::{model::VersionId, state::State};

use crate::{
    names::{BRANCHES, ENVIRONMENTS, PARTICIPANTS, TAGS},
    world::World,
};

type Numbers = Vec<String>;

/// Of one participant.
#[derive(Debug, PartialEq, Default)]
pub(crate) struct Known {
    versions: Numbers,
    /// Of the branches that there are, by name: the versions as they were put there, and the head.
    branches: Vec<(String, Numbers, Option<String>)>,
    main_branch_head: Option<String>,
    /// By name: the versions in order, and the latest.
    tags: Vec<(String, Numbers, Option<String>)>,
    /// By environment.
    live: Vec<Numbers>,
    /// Those it has contracts with, and which of its versions have them, in order.
    providers: Vec<(String, Numbers)>,
    consumers: BTreeSet<String>,
}

/// What the model finds by searching.
pub(crate) fn expected(world: &World) -> Vec<Option<Known>> {
    let owned = |numbers: Vec<&str>| -> Numbers { numbers.into_iter().map(str::to_owned).collect() };
    let with_last = |name: &str, numbers: Vec<&str>| {
        let last = numbers.last().map(|number| (*number).to_owned());
        (name.to_owned(), owned(numbers), last)
    };
    let known = |owner| {
        let main = world.participant(owner)?.main_branch;
        let of_main = main.map(|main| match world.branch(owner, main) {
            Some(_) => world.versions_on(owner, main),
            None => world.versions_tagged(owner, main),
        });
        let mut branches: Vec<_> =
            BRANCHES.into_iter().chain(TAGS).filter(|name| world.branch(owner, name).is_some()).collect();
        branches.sort_unstable();
        branches.dedup();
        let mut tags = TAGS;
        tags.sort_unstable();
        let tagged = tags.into_iter().map(|tag| with_last(tag, world.versions_tagged(owner, tag)));
        let providers = PARTICIPANTS.into_iter().map(|provider| {
            let mut numbers = world.versions_of(owner);
            numbers.retain(|number| world.pact(owner, number, provider).is_some());
            (provider.to_owned(), owned(numbers))
        });
        let consumers = world.pacts.iter().filter(|pact| pact.provider == owner);
        Some(Known {
            versions: owned(world.versions_of(owner)),
            branches: branches
                .into_iter()
                .map(|branch| with_last(branch, world.versions_on(owner, branch)))
                .collect(),
            main_branch_head: of_main.and_then(|numbers| numbers.last().map(|number| (*number).to_owned())),
            tags: tagged.filter(|(_, numbers, _)| !numbers.is_empty()).collect(),
            live: ENVIRONMENTS.iter().map(|name| owned(world.live(name, owner))).collect(),
            providers: providers.filter(|(_, numbers)| !numbers.is_empty()).collect(),
            consumers: consumers.map(|pact| pact.consumer.to_owned()).collect(),
        })
    };
    PARTICIPANTS.into_iter().map(known).collect()
}

/// What the broker has at hand.
pub(crate) fn found(state: &State) -> Vec<Option<Known>> {
    let number = |id: VersionId| state.version_by_id(id).unwrap().number.to_string();
    let known = |name| {
        let owner = state.participant(name)?;
        let branches = state.branches_of(owner.id).map(|branch| {
            let versions = state.branch_version_ids(branch.id).map(number).collect();
            (branch.name.to_string(), versions, state.branch_head(branch.id).map(number))
        });
        let tags = state.tags_of(owner.id).map(|tag| {
            let versions = state.tagged_version_ids(owner.id, tag.as_str()).map(number).collect();
            (tag.to_string(), versions, state.tag_head(owner.id, tag.as_str()).map(number))
        });
        let live = |environment: &str| {
            let environment = state.environment_by_name(environment);
            let live = environment.map(|known| state.live_versions(known.id, owner.id));
            live.unwrap_or_default().into_iter().map(number).collect()
        };
        let provided =
            PARTICIPANTS.iter().filter_map(|provider| state.participant(provider)).map(|provider| {
                let pacts = state.pacts_between(owner.id, provider.id);
                let versions: Numbers = pacts.map(|pact| number(pact.version)).collect();
                (provider.name.to_string(), versions)
            });
        let name = |id| state.participant_by_id(id).unwrap().name.to_string();
        Some(Known {
            versions: state.version_ids(owner.id).map(number).collect(),
            branches: branches.collect(),
            main_branch_head: state.main_branch_head(owner).map(number),
            tags: tags.collect(),
            live: ENVIRONMENTS.iter().map(|name| live(name)).collect(),
            providers: provided.filter(|(_, versions)| !versions.is_empty()).collect(),
            consumers: state.consumers_of_provider(owner.id).map(name).collect(),
        })
    };
    PARTICIPANTS.into_iter().map(known).collect()
}
