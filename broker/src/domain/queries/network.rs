//! Who has contracts with whom.

use std::collections::BTreeSet;

use crate::domain::{model::ParticipantId, state::State};

/// A consumer and a provider that have contracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// The consumer.
    pub consumer: ParticipantId,
    /// The provider.
    pub provider: ParticipantId,
}

/// All pairs, by the names of consumer and provider.
pub fn all(state: &State) -> Vec<Edge> {
    by_name(state, state.pairs().map(|(consumer, provider)| Edge { consumer, provider }))
}

fn by_name(state: &State, edges: impl Iterator<Item = Edge>) -> Vec<Edge> {
    let mut edges: Vec<_> = edges.collect();
    let name = |id| state.participant_by_id(id).map(|known| known.name.clone());
    edges.sort_by_cached_key(|edge| (name(edge.consumer), name(edge.provider)));
    edges
}

/// The pairs of everybody who is connected with a participant, however far away; but no more participants than `most`,
/// the nearest first.
pub fn group(state: &State, participant: ParticipantId, most: usize) -> Vec<Edge> {
    let mut reached: BTreeSet<ParticipantId> = [participant].into();
    let mut border: BTreeSet<ParticipantId> = reached.clone();
    let mut edges: BTreeSet<Edge> = BTreeSet::new();
    while !border.is_empty() {
        let around: BTreeSet<Edge> = border.iter().flat_map(|id| of_one(state, *id)).collect();
        let mut next = BTreeSet::new();
        for edge in by_name(state, around.iter().copied()) {
            for (here, there) in [(edge.consumer, edge.provider), (edge.provider, edge.consumer)] {
                if border.contains(&here) && reached.len() < most && reached.insert(there) {
                    next.insert(there);
                }
            }
        }
        edges.extend(around);
        border = next;
    }
    let is_inside = |edge: &Edge| reached.contains(&edge.consumer) && reached.contains(&edge.provider);
    by_name(state, edges.into_iter().filter(is_inside))
}

fn of_one(state: &State, participant: ParticipantId) -> impl Iterator<Item = Edge> {
    let provided = state.consumers_of_provider(participant);
    let consumed = state.providers_of_consumer(participant);
    provided
        .map(move |consumer| Edge { consumer, provider: participant })
        .chain(consumed.map(move |provider| Edge { consumer: participant, provider }))
}

#[cfg(test)]
mod tests {
    use super::{all, group};
    use crate::domain::state::{State, tests::Story};

    fn names(state: &State, edges: &[super::Edge]) -> Vec<String> {
        let name = |id| state.participant_by_id(id).unwrap().name.to_string();
        edges.iter().map(|edge| format!("{}-{}", name(edge.consumer), name(edge.provider))).collect()
    }

    #[test]
    fn a_group_is_everybody_who_is_connected() {
        let mut story = Story::default();
        for (consumer, provider) in [("B", "C"), ("A", "B"), ("X", "Y"), ("C", "A")] {
            story.publish(consumer, "1", provider, "a");
        }
        let state = &story.state;
        let id = |name: &str| state.participant(name).unwrap().id;
        assert_eq!(names(state, &all(state)), ["A-B", "B-C", "C-A", "X-Y"]);
        assert_eq!(names(state, &group(state, id("C"), 10)), ["A-B", "B-C", "C-A"]);
        assert_eq!(names(state, &group(state, id("Y"), 10)), ["X-Y"]);
        assert_eq!(names(state, &group(state, id("A"), 2)), ["A-B"]);
        assert_eq!(names(state, &group(state, id("A"), 1)), Vec::<String>::new());
    }
}
