//! Where two interactions differ.

use std::fmt;

use crate::format;
use crate::json::{Json, JsonBuf};
use crate::model::{Interaction, Pact, SpecVersion};
use crate::path::{DocPath, Step};

/// How many differences are told: beyond that it is another interaction altogether.
const MOST: usize = 10;

/// A place in which two interactions differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The place in the interaction as the pact file writes it, such as `$.response.status`.
    pub path: String,
    /// What the existing interaction says; nothing where it says nothing.
    pub expected: Option<JsonBuf>,
    /// What the new one says; nothing where it says nothing.
    pub actual: Option<JsonBuf>,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &Option<JsonBuf>| value.as_ref().map_or("nothing".to_owned(), Json::to_compact);
        write!(formatter, "{}: {} there, {} here", self.path, text(&self.expected), text(&self.actual))
    }
}

/// The places in which two interactions differ, as a file of that version writes them; at most ten.
pub fn differences(existing: &Interaction, new: &Interaction, version: SpecVersion) -> Vec<Difference> {
    let written = |interaction: &Interaction| {
        let pact = Pact { interactions: vec![interaction.clone()], ..Pact::new("", "", version) };
        format::to_json(&pact).ok().and_then(|file| {
            let list = ["interactions", "messages"].into_iter().find_map(|name| file.get(name));
            list.and_then(Json::as_array).and_then(|items| items.first().cloned())
        })
    };
    // How it was spelt is no difference. What cannot be written otherwise keeps its spelling.
    let written = |interaction: &Interaction| {
        let plain = Interaction { spelling: None, ..interaction.clone() };
        written(&plain).or_else(|| written(interaction))
    };
    let mut found = Vec::new();
    compare(written(existing).as_ref(), written(new).as_ref(), &mut Vec::new(), &mut found);
    found
}

fn compare(
    expected: Option<&JsonBuf>,
    actual: Option<&JsonBuf>,
    steps: &mut Vec<Step>,
    found: &mut Vec<Difference>,
) {
    if expected == actual || found.len() == MOST {
        return;
    }
    match (expected, actual) {
        (Some(Json::Object(left)), Some(Json::Object(right))) => {
            let only_right = right.names().filter(|name| left.get(name).is_none());
            for name in left.names().chain(only_right) {
                steps.push(Step::Field(name.to_owned()));
                compare(left.get(name), right.get(name), steps, found);
                steps.pop();
            }
        }
        (Some(Json::Array(left)), Some(Json::Array(right))) => {
            for index in 0..left.len().max(right.len()) {
                steps.push(Step::Index(index));
                compare(left.get(index), right.get(index), steps, found);
                steps.pop();
            }
        }
        _ => found.push(Difference {
            path: DocPath::from_steps(steps.clone()).to_string(),
            expected: expected.cloned(),
            actual: actual.cloned(),
        }),
    }
}
