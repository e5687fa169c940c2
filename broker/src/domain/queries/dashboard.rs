//! The state of every pair at a glance.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use pactwright_core::names::{BranchName, TagName};

use crate::domain::{
    model::{Pact, ParticipantId, Timestamp, VerificationResult, Version},
    state::State,
};

/// A contract that matters now: the latest of its pair, or the latest with a tag or of a branch.
#[derive(Debug, Clone)]
pub struct Item {
    /// The contract.
    pub pact: Pact,
    /// The tags that it is the latest contract with.
    pub tags: Vec<TagName>,
    /// The last result for what it says.
    pub result: Option<Arc<VerificationResult>>,
    /// What that result means.
    pub status: Status,
}

/// Whether a contract holds, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was never verified.
    Never,
    /// The last result is a success.
    Success,
    /// The last result was a success, but the contract says something else now.
    Stale,
    /// The last result is a failure.
    Failed,
    /// The last result is a failure that the provider had been told not to fail for.
    FailedPending,
}

impl Status {
    /// The status of a contract.
    pub fn of(state: &State, pact: &Pact) -> Self {
        Self::of_result(state.latest_result(pact.content).map(AsRef::as_ref))
    }

    /// The status of a pair, whose latest contract this is: a result for an earlier one still says something.
    pub fn of_pair(state: &State, latest: &Pact) -> Self {
        let contents: BTreeSet<_> =
            state.pacts_between(latest.consumer, latest.provider).map(|pact| pact.content).collect();
        let results = contents.into_iter().filter_map(|content| state.latest_result(content));
        match results.max_by_key(|result| result.number) {
            Some(result) if result.success && result.content != latest.content => Self::Stale,
            result => Self::of_result(result.map(AsRef::as_ref)),
        }
    }

    fn of_result(result: Option<&VerificationResult>) -> Self {
        match result {
            None => Self::Never,
            Some(result) if result.success => Self::Success,
            Some(result) if result.pending => Self::FailedPending,
            Some(_) => Self::Failed,
        }
    }
}

/// What is on the dashboard, in the order of the names of consumers (capitals do not count), then newest consumer
/// version first, then by provider. `pair`: only that consumer and provider.
pub fn items(state: &State, pair: Option<(ParticipantId, ParticipantId)>) -> Vec<Item> {
    let wanted = |found: &(ParticipantId, ParticipantId)| pair.is_none_or(|pair| *found == pair);
    let mut items: Vec<Item> = state
        .pairs()
        .filter(wanted)
        .flat_map(|(consumer, provider)| of_pair(state, consumer, provider))
        .collect();
    let name =
        |id: ParticipantId| state.participant_by_id(id).map(|known| known.name.as_str().to_lowercase());
    items.sort_by_cached_key(|item| {
        (name(item.pact.consumer), Reverse(state.place(item.pact.version)), name(item.pact.provider))
    });
    items
}

/// The latest contract of a pair, and the latest with each tag and of each branch; each once.
fn of_pair(state: &State, consumer: ParticipantId, provider: ParticipantId) -> Vec<Item> {
    let mut heads: BTreeMap<_, (Pact, Vec<TagName>)> = BTreeMap::new();
    if let Some(latest) = state.pacts_between(consumer, provider).next_back() {
        heads.insert(latest.version, (*latest, Vec::new()));
    }
    for tag in state.tags_of(consumer) {
        let mut versions = state.tagged_version_ids(consumer, tag.as_str()).rev();
        if let Some(pact) = versions.find_map(|version| state.pact(version, provider)) {
            heads.entry(pact.version).or_insert((*pact, Vec::new())).1.push(tag.clone());
        }
    }
    for branch in state.branches_of(consumer) {
        let head = state.branch_head(branch.id).and_then(|version| state.pact(version, provider));
        if let Some(pact) = head {
            heads.entry(pact.version).or_insert((*pact, Vec::new()));
        }
    }
    let item = |(pact, tags): (Pact, Vec<TagName>)| {
        let result = state.latest_result(pact.content).cloned();
        Item { pact, tags, status: Status::of(state, &pact), result }
    };
    heads.into_values().map(item).collect()
}

impl Item {
    /// When something happened to it last.
    pub fn last_action(&self) -> Timestamp {
        self.result
            .as_ref()
            .map_or(self.pact.created_at, |result| result.created_at.max(self.pact.created_at))
    }
}

/// The branches that a version is the head of, in the order it was added to them.
pub fn head_branches(state: &State, version: &Version) -> Vec<BranchName> {
    let branches = version.branches.iter().filter_map(|membership| state.branch_by_id(membership.branch));
    branches
        .filter(|branch| state.branch_head(branch.id) == Some(version.id))
        .map(|branch| branch.name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Item, Status, head_branches, items};
    use crate::domain::state::tests::Story;

    fn told(story: &Story, items: &[Item]) -> Vec<String> {
        let tell = |item: &Item| {
            let version = story.state.version_by_id(item.pact.version).unwrap();
            let tags: Vec<_> = item.tags.iter().map(ToString::to_string).collect();
            format!("{} [{}] {:?}", version.number, tags.join(" "), item.status)
        };
        items.iter().map(tell).collect()
    }

    #[test]
    fn the_latest_and_the_heads_of_tags_and_branches_are_shown() {
        let mut story = Story::default();
        for (version, content) in [("1", "a"), ("2", "b"), ("3", "c"), ("4", "d"), ("5", "e")] {
            story.publish("web", version, "api", content);
        }
        story.tag("web", "1", "prod");
        story.tag("web", "3", "prod");
        story.tag("web", "5", "dev");
        story.branch("web", "feat", "2");
        story.verify(("web", "3"), ("api", "9"), true);
        story.verify(("web", "2"), ("api", "9"), false);
        assert_eq!(
            told(&story, &items(&story.state, None)),
            ["5 [dev] Never", "3 [prod] Success", "2 [] Failed"]
        );
        let pair = (story.participant("api").id, story.participant("web").id);
        assert_eq!(items(&story.state, Some(pair)).len(), 0, "nobody asks that of the consumer");
    }

    #[test]
    fn a_pair_is_stale_when_the_contract_changed_after_a_success() {
        let mut story = Story::default();
        story.publish("web", "1", "api", "a");
        let status = |story: &Story| {
            let (web, api) = (story.participant("web").id, story.participant("api").id);
            Status::of_pair(&story.state, story.state.pacts_between(web, api).next_back().unwrap())
        };
        assert_eq!(status(&story), Status::Never);
        story.verify(("web", "1"), ("api", "9"), true);
        assert_eq!(status(&story), Status::Success);
        story.publish("web", "2", "api", "b");
        assert_eq!(status(&story), Status::Stale);
        story.verify(("web", "2"), ("api", "9"), false);
        assert_eq!(status(&story), Status::Failed);
        story.publish("web", "3", "api", "c");
        assert_eq!(status(&story), Status::Failed, "a failure stays one");
    }

    #[test]
    fn a_version_may_be_the_head_of_several_branches() {
        let mut story = Story::default();
        story.publish("web", "1", "api", "a");
        story.branch("web", "feat", "1");
        story.publish("web", "2", "api", "a");
        let web = story.participant("web").id;
        let heads = |number| head_branches(&story.state, story.state.version(web, number).unwrap());
        assert_eq!(heads("1").iter().map(ToString::to_string).collect::<Vec<_>>(), ["feat"]);
        assert_eq!(heads("2").iter().map(ToString::to_string).collect::<Vec<_>>(), ["main"]);
    }
}
