//! Work in progress: contracts at the heads of consumers' branches that this provider branch has not yet succeeded
//! with, so that a consumer learns early, and nobody's build fails.

use pactwright_core::names::TagName;

use super::{
    Match, PendingFor,
    selectors::{Reason, every_branch},
};
use crate::domain::{
    model::{ContentId, Pact, Participant, ParticipantId, Timestamp, VerificationResult, Version},
    rules::Rules,
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
