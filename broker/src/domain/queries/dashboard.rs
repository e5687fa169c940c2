//! The state of every pair at a glance.

use std::{cmp::Reverse, sync::Arc};

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
        match state.latest_result_between(latest.consumer, latest.provider) {
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
/// version first, then by provider: so many after those that are passed over, and how many there are altogether.
///
/// Items are only made of what is shown.
pub fn page(state: &State, skip: usize, most: usize) -> (Vec<Item>, usize) {
    let mut consumers: Vec<_> = state.participants().collect();
    consumers.sort_by_cached_key(|known| (known.name.as_str().to_lowercase(), known.name.clone()));
    let (mut found, mut skip) = (Vec::new(), skip);
    for consumer in consumers {
        if found.len() >= most {
            break;
        }
        let pacts: Vec<_> = state.shown_pacts(consumer.id).collect();
        if skip >= pacts.len() {
            skip -= pacts.len();
            continue;
        }
        let left = most - found.len();
        found.extend(in_order(state, pacts).into_iter().skip(skip).take(left).map(|pact| item(state, pact)));
        skip = 0;
    }
    (found, state.shown_count())
}

/// The same of one consumer and provider.
pub fn page_of_pair(
    state: &State,
    (consumer, provider): (ParticipantId, ParticipantId),
    skip: usize,
    most: usize,
) -> (Vec<Item>, usize) {
    let pacts: Vec<_> = state.shown_pacts(consumer).filter(|pact| pact.provider == provider).collect();
    let total = pacts.len();
    (pacts.into_iter().skip(skip).take(most).map(|pact| item(state, pact)).collect(), total)
}

fn in_order<'a>(state: &State, mut pacts: Vec<&'a Pact>) -> Vec<&'a Pact> {
    let name =
        |id: ParticipantId| state.participant_by_id(id).map(|known| known.name.as_str().to_lowercase());
    pacts.sort_by_cached_key(|pact| (Reverse(state.place(pact.version)), name(pact.provider)));
    pacts
}

fn item(state: &State, pact: &Pact) -> Item {
    let result = state.latest_result(pact.content).cloned();
    Item { pact: *pact, tags: state.tags_latest_with(pact), status: Status::of(state, pact), result }
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
pub fn head_branches<'a>(state: &'a State, version: &Version) -> Vec<&'a BranchName> {
    let branches = version.branches.iter().filter_map(|membership| state.branch_by_id(membership.branch));
    branches
        .filter(|branch| state.branch_head(branch.id) == Some(version.id))
        .map(|branch| &branch.name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Item, Status, head_branches, page, page_of_pair};
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
            told(&story, &page(&story.state, 0, 100).0),
            ["5 [dev] Never", "3 [prod] Success", "2 [] Failed"]
        );
        let pair = (story.participant("api").id, story.participant("web").id);
        assert_eq!(page_of_pair(&story.state, pair, 0, 100).1, 0, "nobody asks that of the consumer");
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
