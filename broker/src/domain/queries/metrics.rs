//! How much of everything there is.

use crate::domain::{
    model::Timestamp,
    state::{State, Totals},
};

/// How much of everything there is. What is about webhooks, the state itself can tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metrics {
    /// Participants.
    pub participants: usize,
    /// Those of them that have a main branch.
    pub with_main_branch: usize,
    /// When the contracts that are there were published.
    pub published: Span,
    /// When the results came, the first and the last by their numbers.
    pub verified: Span,
    /// The rest.
    pub totals: Totals,
}

/// The first and the last moment of something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The first; none where nothing happened.
    pub first: Option<Timestamp>,
    /// The last.
    pub last: Option<Timestamp>,
}

/// Tells how much there is: as much work as there are participants and pairs.
pub fn count(state: &State) -> Metrics {
    let mut published = Span::default();
    for (consumer, provider) in state.pairs() {
        let mut pacts = state.pacts_since(consumer, provider, Timestamp::MIN).map(|pact| pact.created_at);
        if let Some(first) = pacts.next() {
            let last = pacts.next_back().unwrap_or(first);
            published.first = Some(published.first.map_or(first, |known| known.min(first)));
            published.last = Some(published.last.map_or(last, |known| known.max(last)));
        }
    }
    let mut results = state.results().map(|result| result.created_at);
    let first = results.next();
    let verified = Span { first, last: results.next_back().or(first) };
    Metrics {
        participants: state.participants().count(),
        with_main_branch: state
            .participants()
            .filter(|participant| participant.profile.main_branch.is_some())
            .count(),
        published,
        verified,
        totals: state.totals(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Metrics, Span, count};
    use crate::domain::state::{Totals, tests::Story};

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
        let totals = Totals {
            integrations: 2,
            publications: 4,
            contents: 4,
            publications_per_version: BTreeMap::from([(2, 2)]),
            results: 3,
            successes: 2,
            distinct_results: 2,
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
        let published = Span { first: Some(first), last: Some(last) };
        let expected = Metrics { participants: 3, with_main_branch: 1, published, verified, totals };
        assert_eq!(count(&story.state), expected);
    }
}
