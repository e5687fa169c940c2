use std::collections::BTreeMap;

use pactwright_core::json::ObjectBuf;

use super::Plan;

/// A provider state that contracts need.
#[derive(Debug, Clone, PartialEq)]
pub struct NeededState {
    /// Its name.
    pub name: String,
    /// What needs it, in the order of the run.
    pub uses: Vec<StateUse>,
    /// Whether there is something that sets it up; none when that cannot be known without trying, as with handlers that
    /// are called over HTTP.
    pub handled: Option<bool>,
}

/// An interaction that needs a provider state.
#[derive(Debug, Clone, PartialEq)]
pub struct StateUse {
    /// The consumer.
    pub consumer: String,
    /// The description of the interaction.
    pub description: String,
    /// The parameters that it gives.
    pub params: ObjectBuf,
}

impl NeededState {
    /// The names of all parameters that it is given, sorted.
    pub fn parameters(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.uses.iter().flat_map(|one| one.params.names()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl Plan {
    /// All provider states that are needed, sorted by name. `handles` says whether there is something that sets one up.
    pub fn states(&self, handles: impl Fn(&str) -> Option<bool>) -> Vec<NeededState> {
        let mut states: BTreeMap<&str, Vec<StateUse>> = BTreeMap::new();
        for pact in &self.pacts {
            for planned in &pact.interactions {
                for state in planned.states() {
                    states.entry(&state.name).or_default().push(StateUse {
                        consumer: pact.consumer.clone(),
                        description: planned.interaction.description.clone(),
                        params: state.params.clone(),
                    });
                }
            }
        }
        let needed = |(name, uses): (&str, Vec<StateUse>)| NeededState {
            name: name.to_owned(),
            uses,
            handled: handles(name),
        };
        states.into_iter().map(needed).collect()
    }
}
