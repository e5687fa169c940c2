//! The pairs that have contracts.

use super::network::Edge;
use crate::domain::{
    model::{ParticipantId, Timestamp},
    state::State,
};

/// The pairs where the consumer's or the provider's name has a text in it (capitals do not count), those with the latest
/// contract or result first.
pub fn find(state: &State, part: Option<&str>) -> Vec<Edge> {
    let part = part.map(str::to_lowercase);
    let is_wanted = |edge: &Edge| match &part {
        None => true,
        Some(part) => [edge.consumer, edge.provider].iter().any(|id| has_in_name(state, *id, part)),
    };
    let mut found: Vec<_> = super::network::all(state).into_iter().filter(is_wanted).collect();
    found.sort_by_cached_key(|edge| std::cmp::Reverse(last_action(state, *edge)));
    found
}

fn has_in_name(state: &State, participant: ParticipantId, part: &str) -> bool {
    let known = state.participant_by_id(participant);
    known.is_some_and(|known| known.name.as_str().to_lowercase().contains(part))
}

fn last_action(state: &State, edge: Edge) -> Option<Timestamp> {
    let last = state.pacts_since(edge.consumer, edge.provider, Timestamp::MIN).next_back();
    let published = last.map(|pact| pact.created_at);
    let verified = state.latest_result_between(edge.consumer, edge.provider).map(|result| result.created_at);
    published.max(verified)
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::domain::state::tests::Story;

    #[test]
    fn the_latest_come_first_and_names_are_looked_through() {
        let mut story = Story::default();
        story.publish("Web", "1", "Api", "a");
        story.publish("App", "1", "Api", "a");
        story.publish("Web", "1", "Store", "a");
        story.verify(("Web", "1"), ("Api", "9"), true);
        let told = |part| {
            let name = |id| story.state.participant_by_id(id).unwrap().name.to_string();
            let found = find(&story.state, part);
            found
                .iter()
                .map(|edge| format!("{}-{}", name(edge.consumer), name(edge.provider)))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(None), ["Web-Api", "Web-Store", "App-Api"]);
        assert_eq!(told(Some("sTo")), ["Web-Store"]);
        assert_eq!(told(Some("ap")), ["Web-Api", "App-Api"]);
        assert_eq!(told(Some("nobody")), Vec::<String>::new());
    }
}
