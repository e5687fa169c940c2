//! Work in progress: contracts at the heads of consumers' branches that this provider branch has not yet succeeded
//! with, so that a consumer learns early, and nobody's build fails.

use super::{
    Match, PendingFor,
    pending::{succeeded_on_branch, succeeded_with_tag},
    selectors::Reason,
};
use crate::domain::{
    model::{ContentId, Pact, ParticipantId, Timestamp},
    rules::{Rules, WipWindow},
    state::{Origin, State},
};

/// The contracts that are work in progress, apart from those of the given contents.
pub(super) fn find(
    state: &State,
    rules: &Rules,
    now: Timestamp,
    provider: ParticipantId,
    whom: &PendingFor,
    since: Timestamp,
    selected: &[ContentId],
) -> Vec<Match> {
    let done: Box<dyn Fn(ContentId) -> bool> = match whom {
        PendingFor::Any => return Vec::new(),
        PendingFor::Branch(branch) => {
            let branch = state.branch(provider, branch.as_str()).map(|known| (known.id, known.created_at));
            let recent = now.minus_days(rules.wip_lookback_days);
            Box::new(move |content| succeeded_on_branch(state, content, Origin::Asked, branch, recent))
        }
        // Work in progress for one of the tags is work in progress.
        PendingFor::Tags(tags) => Box::new(move |content| {
            tags.iter().all(|tag| succeeded_with_tag(state, content, Origin::Asked, provider, tag))
        }),
    };
    // Whoever speaks of tags is told of tags first.
    let tags_first = matches!(whom, PendingFor::Tags(_));
    let mut found: Vec<_> = state
        .head_pacts_since(provider, since)
        .filter(|pact| !selected.contains(&pact.content) && !done(pact.content))
        .flat_map(|pact| reasons(state, pact).into_iter().map(|reason| (*pact, reason)))
        .collect();
    found.sort_by_cached_key(|(pact, reason)| {
        let (is_tag, name) = match reason {
            Reason::LatestTagged { tag, .. } => (true, tag.as_str().to_owned()),
            Reason::Branch { branch, .. } => (false, branch.as_str().to_owned()),
            _ => (false, String::new()),
        };
        (pact.consumer, is_tag != tags_first, name)
    });
    found.into_iter().map(|(pact, reason)| Match { pact, reason, of_consumer: true }).collect()
}

/// What a contract's version is the head of.
fn reasons(state: &State, pact: &Pact) -> Vec<Reason> {
    let Some(version) = state.version_by_id(pact.version) else { return Vec::new() };
    let branches = version.branches.iter().filter_map(|on| state.branch_by_id(on.branch));
    let branches = branches
        .filter(|branch| state.branch_head(branch.id) == Some(version.id))
        .map(|branch| Reason::Branch { branch: branch.name.clone(), instead_of: None, matching: false });
    let tags = version
        .tags
        .iter()
        .filter(|used| state.tag_head(version.participant, used.tag.as_str()) == Some(version.id))
        .map(|used| Reason::LatestTagged { tag: used.tag.clone(), instead_of: None });
    branches.chain(tags).collect()
}

/// Since when contracts may be work in progress, where the broker says it: as long ago as four of five of the contracts
/// were published that nobody succeeded with yet.
pub(super) fn window_begin(
    state: &State,
    window: &WipWindow,
    now: Timestamp,
    provider: ParticipantId,
) -> Timestamp {
    const DAY: i64 = 86_400_000_000;
    let oldest = now.minus_days(window.most);
    let is_open = |pact: &&Pact| !state.has_succeeded(pact.content);
    let age = |pact: &Pact| {
        let micros = now.as_micros().saturating_sub(pact.created_at.as_micros()).max(0);
        micros / DAY + i64::from(micros % DAY > 0)
    };
    let mut ages: Vec<i64> = state
        .consumers_of_provider(provider)
        .flat_map(|consumer| {
            state.pacts_since(consumer, provider, oldest).filter(is_open).map(age).collect::<Vec<_>>()
        })
        .collect();
    ages.sort_unstable();
    let four_of_five = (ages.len() * 4).div_ceil(5).saturating_sub(1);
    let days = ages.get(four_of_five).map_or(window.usual, |age| (*age).min(window.most).max(window.least));
    now.minus_days(days)
}

#[cfg(test)]
mod tests {
    use super::window_begin;
    use crate::domain::{rules::WipWindow, state::tests::Story};

    #[test]
    fn the_window_is_as_long_as_most_contracts_wait() {
        let mut story = Story::default();
        let window = WipWindow { dynamic: true, least: 2, most: 9, usual: 4 };
        story.publish("web", "0", "api", "verified");
        story.verify(("web", "0"), ("api", "1"), true);
        let days = |story: &Story, now: crate::domain::model::Timestamp| {
            let begin = window_begin(&story.state, &window, now, story.participant("api").id);
            (now.as_micros() - begin.as_micros()) / 86_400_000_000
        };
        assert_eq!(days(&story, story.now()), 4, "everything is verified");
        for (version, content) in [("1", "a"), ("2", "b"), ("3", "c"), ("4", "d"), ("5", "e")] {
            story.publish("web", version, "api", content);
        }
        let later = |days: i64| story.now().minus_days(-days);
        assert_eq!(days(&story, story.now()), 2, "it is never shorter than that");
        assert_eq!(days(&story, later(5)), 6, "five days and a few hours are six days");
        assert_eq!(days(&story, later(8)), 9);
        assert_eq!(days(&story, later(20)), 4, "what is older than that is not looked at");
    }
}
