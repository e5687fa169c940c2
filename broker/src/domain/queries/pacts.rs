//! Finding contracts.

use pactwright_core::names::TagName;

use crate::domain::{
    model::{Pact, Participant, ParticipantId},
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
    match among {
        Among::All => Box::new(state.pacts_between(consumer.id, provider).rev()),
        Among::Untagged => Box::new(state.untagged_pacts(consumer.id, provider).rev()),
        Among::Tagged(tag) => {
            let tag = TagName::new(tag).ok().and_then(|tag| state.tag_id(consumer.id, &tag));
            Box::new(tag.into_iter().flat_map(move |tag| state.pacts_with_tag(tag, provider).rev()))
        }
        Among::Branch(name) => of_branch(state, consumer.id, name, provider),
        Among::MainBranch => match consumer.profile.main_branch.as_ref() {
            None => Box::new(std::iter::empty()),
            Some(name) => of_branch(state, consumer.id, name.as_str(), provider),
        },
    }
}

fn of_branch<'a>(
    state: &'a State,
    consumer: ParticipantId,
    name: &str,
    provider: ParticipantId,
) -> Box<dyn Iterator<Item = &'a Pact> + 'a> {
    let branch = state.branch(consumer, name).map(|branch| branch.id).into_iter();
    Box::new(branch.flat_map(move |branch| state.pacts_of_branch(branch, provider).rev()))
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
    state.pact_before_turn(pact.consumer, pact.provider, pact.version)
}

/// The contracts of a provider: of each consumer, by name, those meant; only the newest of them, if wanted. They are
/// looked up as they are asked for.
pub fn of_provider<'a>(
    state: &'a State,
    provider: ParticipantId,
    among: &'a Among,
    latest_only: bool,
) -> impl Iterator<Item = &'a Pact> {
    let mut consumers: Vec<_> =
        state.consumers_of_provider(provider).filter_map(|id| state.participant_by_id(id)).collect();
    consumers.sort_by(|one, other| one.name.cmp(&other.name));
    consumers.into_iter().flat_map(move |consumer| -> Box<dyn Iterator<Item = &'a Pact> + 'a> {
        let all = || newest_first(state, consumer, provider, among);
        match among {
            _ if !latest_only => all(),
            Among::Branch(branch) => Box::new(branch_head(state, consumer, provider, branch).into_iter()),
            Among::MainBranch => {
                let main = consumer.profile.main_branch.as_ref();
                Box::new(
                    main.and_then(|main| branch_head(state, consumer, provider, main.as_str())).into_iter(),
                )
            }
            _ => Box::new(all().take(1)),
        }
    })
}
