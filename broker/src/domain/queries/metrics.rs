//! How much of everything there is.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    model::{Timestamp, VersionId},
    state::State,
};

/// How much of everything there is. What is about webhooks, the state itself can tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metrics {
    /// Participants.
    pub participants: usize,
    /// Those of them that have a main branch.
    pub with_main_branch: usize,
    /// Pairs that have contracts.
    pub integrations: usize,
    /// Publications, overwritten ones too.
    pub publications: usize,
    /// When the contracts that are there were published.
    pub published: Span,
    /// Distinct contents.
    pub contents: usize,
    /// How many consumer versions have so many publications.
    pub publications_per_version: BTreeMap<usize, usize>,
    /// Verification results.
    pub results: usize,
    /// Those of them that are successes.
    pub successes: usize,
    /// Results, where those that say the same of the same content and version are one.
    pub distinct_results: usize,
    /// When they came.
    pub verified: Span,
    /// How many contents have so many results.
    pub results_per_content: BTreeMap<usize, usize>,
    /// Versions of participants.
    pub versions: usize,
    /// Those of them that are on a branch.
    pub on_branch: usize,
    /// Those of them that somebody put on a branch, not the broker because of a tag.
    pub on_chosen_branch: usize,
    /// Uses of tags.
    pub tags: usize,
    /// Distinct tags.
    pub distinct_tags: usize,
    /// Distinct tags, those of each participant counted for themselves.
    pub distinct_tags_of_participants: usize,
    /// Environments.
    pub environments: usize,
    /// Deployments, ended ones too.
    pub deployments: usize,
    /// Those of them that somebody recorded, not the broker because of a tag.
    pub chosen_deployments: usize,
    /// Those of them that last.
    pub current_deployments: usize,
    /// Releases, those whose support ended too.
    pub releases: usize,
    /// Those of them that are supported.
    pub supported_releases: usize,
}

/// The first and the last moment of something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The first; none where nothing happened.
    pub first: Option<Timestamp>,
    /// The last.
    pub last: Option<Timestamp>,
}

impl Span {
    fn of(moments: impl Iterator<Item = Timestamp> + Clone) -> Self {
        Self { first: moments.clone().min(), last: moments.max() }
    }
}

/// Counts.
pub fn count(state: &State) -> Metrics {
    let pacts: Vec<_> = state.pacts().collect();
    let mut publications_of: BTreeMap<VersionId, usize> = BTreeMap::new();
    for pact in &pacts {
        *publications_of.entry(pact.version).or_default() += pact.revision as usize;
    }
    let results: Vec<_> = state.results().collect();
    let mut results_of: BTreeMap<_, usize> = BTreeMap::new();
    for result in &results {
        *results_of.entry(result.content).or_default() += 1;
    }
    let distinct_results: BTreeSet<_> =
        results.iter().map(|result| (result.version, result.content, result.success)).collect();
    let versions: Vec<_> = state.versions().collect();
    let is_chosen = |branch| state.branch_by_id(branch).is_some_and(|branch| !branch.auto_created);
    let tags: Vec<_> = versions
        .iter()
        .flat_map(|version| version.tags.iter().map(|used| (&used.tag, version.participant)))
        .collect();
    let deployments: Vec<_> = state.deployments().collect();
    let releases: Vec<_> = state.releases().collect();
    Metrics {
        participants: state.participants().count(),
        with_main_branch: state
            .participants()
            .filter(|participant| participant.profile.main_branch.is_some())
            .count(),
        integrations: state.pairs().count(),
        publications: publications_of.values().sum(),
        published: Span::of(pacts.iter().map(|pact| pact.created_at)),
        contents: state.contents().count(),
        publications_per_version: distribution(publications_of.into_values()),
        results: results.len(),
        successes: results.iter().filter(|result| result.success).count(),
        distinct_results: distinct_results.len(),
        verified: Span::of(results.iter().map(|result| result.created_at)),
        results_per_content: distribution(results_of.into_values()),
        versions: versions.len(),
        on_branch: versions.iter().filter(|version| !version.branches.is_empty()).count(),
        on_chosen_branch: versions
            .iter()
            .filter(|version| version.branches.iter().any(|membership| is_chosen(membership.branch)))
            .count(),
        tags: tags.len(),
        distinct_tags: tags.iter().map(|(tag, _)| tag).collect::<BTreeSet<_>>().len(),
        distinct_tags_of_participants: tags.iter().collect::<BTreeSet<_>>().len(),
        environments: state.environments().count(),
        chosen_deployments: deployments.iter().filter(|deployment| !deployment.auto_created).count(),
        current_deployments: deployments.iter().filter(|known| known.undeployed_at.is_none()).count(),
        deployments: deployments.len(),
        supported_releases: releases.iter().filter(|release| release.support_ended_at.is_none()).count(),
        releases: releases.len(),
    }
}

fn distribution(counts: impl Iterator<Item = usize>) -> BTreeMap<usize, usize> {
    let mut distribution = BTreeMap::new();
    for count in counts {
        *distribution.entry(count).or_default() += 1;
    }
    distribution
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Metrics, Span, count};
    use crate::domain::state::tests::Story;

    #[test]
    fn nothing_is_counted_where_there_is_nothing() {
        assert_eq!(count(&Story::default().state), Metrics::default());
    }

    #[test]
    fn everything_is_counted() {
        let mut story = Story::default();
        story.rules.allow_contract_modification = true;
        story.publish("web", "1", "api", "a");
        let first = story.now();
        story.publish("web", "1", "store", "a");
        story.publish("web", "2", "api", "b");
        story.publish("web", "2", "api", "c");
        let last = story.now();
        story.verify(("web", "1"), ("api", "8"), true);
        let verified = story.now();
        story.verify(("web", "1"), ("api", "8"), true);
        story.verify(("web", "2"), ("api", "8"), false);
        let verified = Span { first: Some(verified), last: Some(story.now()) };
        let production = story.environment("production");
        // A tag makes a branch and a deployment where it is new and called like that.
        story.tag("api", "9", "production");
        story.tag("web", "1", "production");
        story.tag("web", "2", "dev");
        story.deploy("api", "8", production, None);
        let expected = Metrics {
            participants: 3,
            with_main_branch: 1,
            integrations: 2,
            publications: 4,
            published: Span { first: Some(first), last: Some(last) },
            contents: 4,
            publications_per_version: BTreeMap::from([(2, 2)]),
            results: 3,
            successes: 2,
            distinct_results: 2,
            verified,
            results_per_content: BTreeMap::from([(1, 1), (2, 1)]),
            versions: 4,
            on_branch: 3,
            on_chosen_branch: 2,
            tags: 3,
            distinct_tags: 2,
            distinct_tags_of_participants: 3,
            environments: 1,
            deployments: 3,
            chosen_deployments: 1,
            current_deployments: 2,
            releases: 0,
            supported_releases: 0,
        };
        assert_eq!(count(&story.state), expected);
    }
}
