//! Interactions of several tests in one pact. Pure.

use std::collections::HashMap;

use pactwright_core::json::{Json, ObjectBuf};
use pactwright_core::model::{Interaction, Pact, SpecVersion};
use thiserror::Error;

use super::difference::{Difference, differences};
use super::run::Memory;

/// What names an interaction: its description, its provider states with their values, and its type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Identity(String);

impl Identity {
    pub(crate) fn of(interaction: &Interaction) -> Self {
        let state = |state: &pactwright_core::model::ProviderState| {
            Json::Array(vec![Json::from(state.name.as_str()), Json::Object(state.params.clone()).sorted()])
        };
        let parts = vec![
            Json::from(interaction.description.as_str()),
            Json::Array(interaction.states.iter().map(state).collect()),
            Json::from(interaction.kind.type_name()),
        ];
        Self(Json::Array(parts).to_compact())
    }

    pub(super) fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why interactions cannot be added to a pact.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MergeError {
    /// The file belongs to others.
    #[error("it is the contract between `{consumer}` and `{provider}`; choose another folder for this one")]
    OtherContract {
        /// The consumer in the file.
        consumer: String,
        /// The provider in the file.
        provider: String,
    },
    /// Two tests of one run say different things under one name.
    #[error("{0}")]
    Conflict(Box<Conflict>),
}

/// Two tests of one run that say different things under one name.
#[derive(Debug, Clone, PartialEq, Error)]
#[error(
    "another test of this run describes \"{interaction}\" with the same provider states, but differently:{}\ngive one of them another description, or make them say the same",
    differences.iter().map(|difference| format!("\n  {difference}")).collect::<String>()
)]
pub struct Conflict {
    /// The description that both have.
    pub interaction: String,
    /// Where they differ: `expected` is what the other test says, `actual` what this one says.
    pub differences: Vec<Difference>,
}

/// The pact with further interactions in it. The result does not depend on the order in which tests come.
pub(super) fn merge(
    existing: Option<Pact>,
    new: &Pact,
    memory: &Memory,
    overwrite: bool,
) -> Result<Pact, MergeError> {
    let mut merged = match existing {
        Some(existing) => existing,
        None => Pact { interactions: Vec::new(), ..new.clone() },
    };
    if (&merged.consumer.name, &merged.provider.name) != (&new.consumer.name, &new.provider.name) {
        return Err(MergeError::OtherContract {
            consumer: merged.consumer.name,
            provider: merged.provider.name,
        });
    }
    // An earlier run may have had another version; within a run the highest wins, whichever comes first.
    merged.version = if memory.is_empty() { new.version } else { merged.version.max(new.version) };
    for (name, value) in new.metadata.iter().filter(|(name, _)| *name != "pactSpecification") {
        merged.metadata.insert(name.to_owned(), value.clone());
    }
    if overwrite {
        merged.interactions.retain(|interaction| memory.contains(&Identity::of(interaction)));
    }
    let mut places: HashMap<Identity, usize> =
        merged.interactions.iter().enumerate().map(|(at, known)| (Identity::of(known), at)).collect();
    for interaction in &new.interactions {
        let identity = Identity::of(interaction);
        let place = places.get(&identity).and_then(|at| merged.interactions.get_mut(*at));
        match place {
            Some(known) if says_the_same(known, interaction, merged.version) => {}
            Some(known) if memory.contains(&identity) => {
                let conflict = Conflict {
                    interaction: interaction.description.clone(),
                    differences: differences(known, interaction, merged.version),
                };
                return Err(MergeError::Conflict(Box::new(conflict)));
            }
            Some(known) => *known = interaction.clone(),
            None => {
                places.insert(identity, merged.interactions.len());
                merged.interactions.push(interaction.clone());
            }
        }
    }
    merged.interactions.sort_by_cached_key(|one| (one.description.clone(), Identity::of(one)));
    Ok(merged)
}

/// Whether two interactions are equal, or are at least written alike, apart from what a broker has added.
fn says_the_same(known: &Interaction, new: &Interaction, version: SpecVersion) -> bool {
    let mut known = known.clone();
    (known.id, known.extra) = (None, ObjectBuf::new());
    known == *new || differences(&known, new, version).is_empty()
}
