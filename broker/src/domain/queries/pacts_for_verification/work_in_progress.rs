//! Work in progress: contracts at the heads of consumers' branches that this provider branch has not yet succeeded
//! with, so that a consumer learns early, and nobody's build fails.

use pactwright_core::names::TagName;

use super::{
    Match, PendingFor,
    selectors::{Reason, every_branch},
};
use crate::domain::{
    model::{ContentId, Pact, Participant, ParticipantId, Timestamp, VerificationResult, Version},
    rules::{Rules, WipWindow},
    state::State,
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
            let branch = state.branch(provider, branch.as_str()).cloned();
            let recent = now.minus_days(rules.wip_lookback_days);
            Box::new(move |content| {
                explicit_successes(state, content).any(|(result, version)| {
                    result.created_at >= recent
                        && match &branch {
                            None => !version.branches.is_empty(),
                            Some(branch) => {
                                version.is_on(branch.id)
                                    || (!version.branches.is_empty() && result.created_at < branch.created_at)
                            }
                        }
                })
            })
        }
        PendingFor::Tags(tags) => Box::new(move |content| {
            // Work in progress for one of the tags is work in progress.
            tags.iter().all(|tag| {
                let first_used = state.tag_first_used(provider, tag);
                explicit_successes(state, content).any(|(result, version)| match first_used {
                    None => !version.tags.is_empty(),
                    Some(first_used) => {
                        version.has_tag(tag.as_str())
                            || (!version.tags.is_empty() && result.created_at < first_used)
                    }
                })
            })
        }),
    };
    state
        .consumers_of_provider(provider)
        .filter_map(|id| state.participant_by_id(id))
        .flat_map(|consumer| {
            let mut heads = heads(state, consumer, provider);
            if matches!(whom, PendingFor::Tags(_)) {
                // Whoever speaks of tags is told of tags first.
                heads.sort_by_key(|(_, reason)| matches!(reason, Reason::Branch { .. }));
            }
            heads
        })
        .filter(|(pact, _)| {
            pact.created_at > since && !selected.contains(&pact.content) && !done(pact.content)
        })
        .map(|(pact, reason)| Match { pact, reason, of_consumer: true })
        .collect()
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
    let is_open = |pact: &&Pact| {
        pact.created_at >= oldest && !state.results_of_content(pact.content).any(|result| result.success)
    };
    let age = |pact: &Pact| {
        let micros = now.as_micros().saturating_sub(pact.created_at.as_micros()).max(0);
        micros / DAY + i64::from(micros % DAY > 0)
    };
    let mut ages: Vec<i64> = state
        .consumers_of_provider(provider)
        .flat_map(|consumer| {
            state.pacts_between(consumer, provider).filter(is_open).map(age).collect::<Vec<_>>()
        })
        .collect();
    ages.sort_unstable();
    let four_of_five = (ages.len() * 4).div_ceil(5).saturating_sub(1);
    let days = ages.get(four_of_five).map_or(window.usual, |age| (*age).min(window.most).max(window.least));
    now.minus_days(days)
}

/// Successes with contracts that were asked for, not sent along as work in progress.
fn explicit_successes(
    state: &State,
    content: ContentId,
) -> impl Iterator<Item = (&VerificationResult, &Version)> {
    state
        .results_of_content(content)
        .filter(|result| result.success && !result.wip)
        .filter_map(|result| Some((result.as_ref(), state.version_by_id(result.version)?.as_ref())))
}

fn heads(state: &State, consumer: &Participant, provider: ParticipantId) -> Vec<(Pact, Reason)> {
    let mut heads = every_branch(state, consumer, provider);
    let tags: Vec<TagName> = state.tags_of(consumer.id).cloned().collect();
    heads.extend(tags.into_iter().filter_map(|tag| {
        let pact = state.pact(state.tag_head(consumer.id, tag.as_str())?, provider)?;
        Some((*pact, Reason::LatestTagged { tag, instead_of: None }))
    }));
    heads
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
