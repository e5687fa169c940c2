//! Finding contracts.

use crate::domain::{
    model::{Pact, Participant, ParticipantId, VersionId},
    state::State,
};

/// Which consumer versions' contracts are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Among {
    /// All.
    All,
    /// Those with a tag.
    Tagged(String),
    /// Those without tags.
    Untagged,
    /// Those of a branch.
    Branch(String),
    /// Those of the consumer's main branch.
    MainBranch,
}

/// The contracts between two participants, newest consumer version first.
pub fn newest_first<'a>(
    state: &'a State,
    consumer: &Participant,
    provider: ParticipantId,
    among: &Among,
) -> Box<dyn Iterator<Item = &'a Pact> + 'a> {
    let all = state.pacts_between(consumer.id, provider).rev();
    let of = move |versions: Vec<VersionId>| -> Box<dyn Iterator<Item = &'a Pact> + 'a> {
        Box::new(versions.into_iter().filter_map(move |version| state.pact(version, provider)))
    };
    match among {
        Among::All => Box::new(all),
        Among::Untagged => {
            Box::new(all.filter(|pact| {
                state.version_by_id(pact.version).is_some_and(|version| version.tags.is_empty())
            }))
        }
        Among::Tagged(tag) => of(state.tagged_version_ids(consumer.id, tag).rev().collect()),
        Among::Branch(name) => of(branch_versions(state, consumer.id, name)),
        Among::MainBranch => match consumer.profile.main_branch.as_ref() {
            None => Box::new(std::iter::empty()),
            Some(name) => of(branch_versions(state, consumer.id, name.as_str())),
        },
    }
}

/// The contract of a branch's head itself: a head without one has none.
fn branch_head<'a>(
    state: &'a State,
    consumer: &Participant,
    provider: ParticipantId,
    name: &str,
) -> Option<&'a Pact> {
    let branch = state.branch(consumer.id, name)?;
    state.pact(state.branch_head(branch.id)?, provider)
}

fn branch_versions(state: &State, consumer: ParticipantId, name: &str) -> Vec<VersionId> {
    let Some(branch) = state.branch(consumer, name) else { return Vec::new() };
    let mut versions: Vec<_> = state.branch_version_ids(branch.id).collect();
    versions.sort_by_cached_key(|version| std::cmp::Reverse(state.place(*version)));
    versions
}

/// The contract with the newest consumer version.
pub fn latest<'a>(
    state: &'a State,
    consumer: &Participant,
    provider: ParticipantId,
    among: &Among,
) -> Option<&'a Pact> {
    newest_first(state, consumer, provider, among).next()
}

/// The nearest earlier contract that says something else.
pub fn previous_distinct<'a>(state: &'a State, pact: &Pact) -> Option<&'a Pact> {
    let place = state.place(pact.version);
    state
        .pacts_between(pact.consumer, pact.provider)
        .rev()
        .find(|earlier| earlier.content != pact.content && state.place(earlier.version) < place)
}

/// The contracts of a provider: of each consumer, by name, those meant; only the newest of them, if wanted.
pub fn of_provider<'a>(
    state: &'a State,
    provider: ParticipantId,
    among: &Among,
    latest_only: bool,
) -> Vec<&'a Pact> {
    let mut consumers: Vec<_> =
        state.consumers_of_provider(provider).filter_map(|id| state.participant_by_id(id)).collect();
    consumers.sort_by(|one, other| one.name.cmp(&other.name));
    consumers
        .into_iter()
        .flat_map(|consumer| -> Vec<&Pact> {
            let all = newest_first(state, consumer, provider, among);
            match among {
                _ if !latest_only => all.collect(),
                Among::Branch(branch) => branch_head(state, consumer, provider, branch).into_iter().collect(),
                Among::MainBranch => match &consumer.profile.main_branch {
                    Some(main) => branch_head(state, consumer, provider, main.as_str()).into_iter().collect(),
                    None => Vec::new(),
                },
                _ => all.take(1).collect(),
            }
        })
        .collect()
}
