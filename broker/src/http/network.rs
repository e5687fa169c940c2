//! Who has contracts with whom, as a table that programs draw networks from.
//!
//! One line for each participant: number, name, three members that are always 1, 1 and 0, its place, then the numbers of
//! the providers that it has contracts with, filled up with zeros.

use std::collections::BTreeMap;

use super::{
    answer::Answer,
    call::Call,
    errors::{Failure, FieldErrors},
};
use crate::domain::{
    model::ParticipantId,
    queries::network::{self, Edge},
    state::State,
};

pub(super) async fn relationships(call: Call) -> Result<Answer, Failure> {
    Ok(Answer::text(table(&call.state, &network::all(&call.state))))
}

/// The network around a participant, `maxPacticipants` of it at most.
pub(super) async fn group(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?.id;
    let limit = call.broker.config().http.most_in_network;
    let wanted = match call.query.filled("maxPacticipants").map(|text| text.trim().parse::<usize>()) {
        None => limit,
        Some(Ok(wanted)) if wanted > 0 => wanted.min(limit),
        Some(_) => {
            let mut errors = FieldErrors::default();
            errors.add("maxPacticipants", "must be an integer greater than or equal to 1");
            return Err(Failure::Invalid(errors.in_parameters()));
        }
    };
    let edges = network::group(&call.state, participant, wanted);
    Ok(Answer::text(table(&call.state, &edges)))
}

/// A participant has a number from 1 on.
fn number(participant: ParticipantId) -> u32 {
    participant.get().saturating_add(1)
}

fn table(state: &State, edges: &[Edge]) -> String {
    let mut order: Vec<ParticipantId> = Vec::new();
    let mut providers: BTreeMap<ParticipantId, Vec<u32>> = BTreeMap::new();
    for edge in edges {
        for participant in [edge.consumer, edge.provider] {
            if !providers.contains_key(&participant) {
                order.push(participant);
            }
            providers.entry(participant).or_default();
        }
        providers.entry(edge.consumer).or_default().push(number(edge.provider));
    }
    let width = providers.values().map(Vec::len).max().unwrap_or_default();
    let line = |(place, participant): (usize, &ParticipantId)| {
        let name = state.participant_by_id(*participant).map_or("", |known| known.name.as_str());
        let mut providers = providers.get(participant).cloned().unwrap_or_default();
        providers.resize(width, 0);
        let providers: String = providers.iter().map(|number| format!(",{number}")).collect();
        format!("{},{},1,1,0,{}{providers}\n", number(*participant), quoted(name), place + 1)
    };
    order.iter().enumerate().map(line).collect()
}

/// A text as a field, as RFC 4180 has it.
fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{quoted, table};
    use crate::domain::{queries::network, state::tests::Story};

    #[test]
    fn each_participant_has_a_line_with_its_providers() {
        let mut story = Story::default();
        story.publish("A, \"the\" app", "1", "B", "a");
        story.publish("A, \"the\" app", "1", "C", "a");
        story.publish("B", "1", "C", "a");
        let expected = "1,\"A, \"\"the\"\" app\",1,1,0,1,2,3\n2,B,1,1,0,2,3,0\n3,C,1,1,0,3,0,0\n";
        assert_eq!(table(&story.state, &network::all(&story.state)), expected);
    }

    #[test]
    fn fields_are_quoted_where_they_have_to_be() {
        for (text, expected) in [("a b", "a b"), ("a,b", "\"a,b\""), (" a", "\" a\""), ("", "")] {
            assert_eq!(quoted(text), expected);
        }
    }
}
