//! `verify --list-states`: what provider states contracts need.

use pactwright_verifier::plan::NeededState;
use serde_json::{Value, json};

/// For people: each state with its parameters, and below it what needs it.
pub(super) fn text(states: &[NeededState]) -> String {
    if states.is_empty() {
        return "No interaction needs a provider state.".to_owned();
    }
    let mut lines = Vec::new();
    for state in states {
        let parameters = state.parameters();
        let parameters =
            if parameters.is_empty() { String::new() } else { format!(" ({})", parameters.join(", ")) };
        lines.push(format!("{}{parameters}", plain(&state.name)));
        for needed in &state.uses {
            let line = format!("{}: {}", needed.consumer, needed.description);
            lines.push(format!("  {}", plain(&line)));
        }
    }
    lines.join("\n")
}

/// For programs.
pub(super) fn json(states: &[NeededState]) -> Value {
    let one = |state: &NeededState| {
        let uses = state.uses.iter().map(|needed| {
            json!({
                "consumer": needed.consumer,
                "description": needed.description,
                "params": pactwright_core::json::Json::Object(needed.params.clone()),
            })
        });
        json!({
            "name": state.name,
            "parameters": state.parameters(),
            "handled": state.handled,
            "uses": uses.collect::<Vec<_>>(),
        })
    };
    json!({ "states": states.iter().map(one).collect::<Vec<_>>() })
}

/// Text from contracts on one line, without what controls a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use pactwright_core::json::ObjectBuf;
    use pactwright_verifier::plan::StateUse;

    use super::*;

    fn needed(name: &str, params: &[(&'static str, u64)]) -> NeededState {
        let mut object = ObjectBuf::new();
        for (name, value) in params {
            object.insert(*name, *value);
        }
        let one = StateUse { consumer: "web".into(), description: "a\nrequest".into(), params: object };
        NeededState { name: name.into(), uses: vec![one], handled: None }
    }

    #[test]
    fn states_are_listed_with_what_needs_them() {
        let states = [needed("nobody is there", &[]), needed("order exists", &[("id", 7)])];
        assert_eq!(text(&states), "nobody is there\n  web: a request\norder exists (id)\n  web: a request");
        assert_eq!(text(&[]), "No interaction needs a provider state.");
        let expected = json!({ "consumer": "web", "description": "a\nrequest", "params": { "id": 7 } });
        assert_eq!(json(&states)["states"][1]["uses"], json!([expected]));
    }
}
