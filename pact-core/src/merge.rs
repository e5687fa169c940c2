//! Interactions of several pacts in one: what names an interaction, and where two of one name differ.
//!
//! ```
//! use pactwright_core::merge::{MergeError, merge};
//! use pactwright_core::model::{Interaction, InteractionKind, Pact, Response, SpecVersion};
//!
//! let answering = |status| {
//!     let response = Response { status, ..Response::default() };
//!     let kind = InteractionKind::Http { request: Box::default(), response: Box::new(response) };
//!     let interactions = vec![Interaction::new("a request", kind)];
//!     Pact { interactions, ..Pact::new("web", "orders", SpecVersion::V4) }
//! };
//! assert_eq!(merge(answering(200), answering(200))?.interactions.len(), 1);
//! let Err(MergeError::Conflicts(conflicts)) = merge(answering(200), answering(201)) else { unreachable!() };
//! assert_eq!(conflicts[0].differences[0].to_string(), "$.response.status: 200 there, 201 here");
//! # Ok::<(), MergeError>(())
//! ```

mod difference;

use std::collections::HashMap;

use thiserror::Error;

pub use difference::{Difference, differences};

use crate::format::{self, WriteError};
use crate::json::{Json, ObjectBuf};
use crate::model::{Interaction, Pact, ProviderState};

/// What names an interaction without a key: its description, its provider states with their values, and its type.
///
/// It can be kept as text ([`Identity::as_str`]) and compared later ([`Identity::from_text`]).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(String);

impl Identity {
    /// The identity of an interaction.
    pub fn of(interaction: &Interaction) -> Self {
        let state = |state: &ProviderState| {
            Json::Array(vec![Json::from(state.name.as_str()), Json::Object(state.params.clone()).sorted()])
        };
        let parts = vec![
            Json::from(interaction.description.as_str()),
            Json::Array(interaction.states.iter().map(state).collect()),
            Json::from(interaction.kind.type_name()),
        ];
        Self(Json::Array(parts).to_compact())
    }

    /// From what [`Identity::as_str`] gave earlier.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The identity as text; what is in it is nobody's business.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What becomes of two interactions of one name that say different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// The new one takes the place of the other.
    Replace,
    /// They are reported as a [`Conflict`].
    Conflict,
}

/// Two interactions of one name that say different things.
#[derive(Debug, Clone, PartialEq, Error)]
#[error(
    "\"{interaction}\" is described differently in the two:{}",
    differences.iter().map(|difference| format!("\n  {difference}")).collect::<String>()
)]
pub struct Conflict {
    /// The description of the new one.
    pub interaction: String,
    /// Where they differ: `expected` is what the existing one says, `actual` what the new one says.
    pub differences: Vec<Difference>,
}

/// Why pacts cannot be merged.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MergeError {
    /// They are contracts of different parties.
    #[error(
        "one is the contract between `{consumer}` and `{provider}`, the other between `{new_consumer}` and `{new_provider}`; only contracts of the same two can be merged"
    )]
    OtherParties {
        /// The consumer of the existing pact.
        consumer: String,
        /// The provider of the existing pact.
        provider: String,
        /// The consumer of the new pact.
        new_consumer: String,
        /// The provider of the new pact.
        new_provider: String,
    },
    /// One of them cannot be brought to the version of the other.
    #[error(transparent)]
    Version(#[from] WriteError),
    /// They say different things under one name; at least one conflict, in the order of the new pact.
    #[error(
        "the pacts disagree about {} of their interactions; give them other descriptions, or make them say the same:{}",
        .0.len(),
        .0.iter().map(|conflict| format!("\n{conflict}")).collect::<String>()
    )]
    Conflicts(Vec<Conflict>),
}

/// Both pacts in one, in the higher of their versions. The order of interactions does not depend on which comes first.
///
/// Two interactions have the same name when their keys are equal, if both have one; otherwise when their
/// [`Identity`] is. Metadata of the new pact replace those of the existing one.
///
/// # Errors
/// When they are not contracts of the same parties, or disagree about an interaction.
pub fn merge(existing: Pact, new: Pact) -> Result<Pact, MergeError> {
    let version = existing.version.max(new.version);
    let (existing, new) = (format::convert(existing, version)?, format::convert(new, version)?);
    merge_with(existing, &new, |_, _| Clash::Conflict)
}

/// As [`merge`], for those who decide about interactions that say different things. `decide` is asked with the
/// existing and the new one. Nothing is converted: the result has the higher version, and may have something that cannot be written in it.
///
/// # Errors
/// When they are not contracts of the same parties, or `decide` finds conflicts.
pub fn merge_with(
    existing: Pact,
    new: &Pact,
    mut decide: impl FnMut(&Interaction, &Interaction) -> Clash,
) -> Result<Pact, MergeError> {
    let mut merged = existing;
    if (&merged.consumer.name, &merged.provider.name) != (&new.consumer.name, &new.provider.name) {
        return Err(MergeError::OtherParties {
            consumer: merged.consumer.name,
            provider: merged.provider.name,
            new_consumer: new.consumer.name.clone(),
            new_provider: new.provider.name.clone(),
        });
    }
    merged.version = merged.version.max(new.version);
    merge_metadata(&mut merged.metadata, &new.metadata);
    merged.extra.extend(new.extra.iter().map(|(name, value)| (name.to_owned(), value.clone())));
    let mut places = Places::default();
    for (at, known) in merged.interactions.iter().enumerate() {
        places.add(known, at);
    }
    let mut conflicts = Vec::new();
    for interaction in &new.interactions {
        let place = places.find(interaction, &merged.interactions);
        match place.and_then(|at| merged.interactions.get_mut(at)) {
            Some(known) => {
                let compared = without_additions(known, interaction);
                if compared == *interaction {
                    continue;
                }
                let differences = differences(&compared, interaction, merged.version);
                if differences.is_empty() {
                    // Written, they say the same.
                    continue;
                }
                match decide(known, interaction) {
                    Clash::Replace => *known = interaction.clone(),
                    Clash::Conflict => {
                        let interaction = interaction.description.clone();
                        conflicts.push(Conflict { interaction, differences });
                    }
                }
            }
            None => {
                places.add(interaction, merged.interactions.len());
                merged.interactions.push(interaction.clone());
            }
        }
    }
    if !conflicts.is_empty() {
        return Err(MergeError::Conflicts(conflicts));
    }
    merged
        .interactions
        .sort_by_cached_key(|one| (one.description.clone(), Identity::of(one), one.key.clone()));
    Ok(merged)
}

/// The new metadata win, but plugins of either pact are needed by the interactions that use them.
fn merge_metadata(merged: &mut ObjectBuf, new: &ObjectBuf) {
    for (name, value) in new.iter().filter(|(name, _)| *name != "pactSpecification") {
        let plugins = (name == "plugins").then(|| merged.get(name).and_then(Json::as_array)).flatten();
        let value = match (plugins, value) {
            (Some(known), Json::Array(items)) => {
                let replaced =
                    |plugin: &Json<'_>| items.iter().any(|new| new.get("name") == plugin.get("name"));
                let kept = known.iter().filter(|plugin| !replaced(plugin));
                Json::Array(kept.chain(items).cloned().collect())
            }
            _ => value.clone(),
        };
        merged.insert(name.to_owned(), value);
    }
}

/// Where the interactions of a name are.
#[derive(Default)]
struct Places {
    by_key: HashMap<String, usize>,
    by_identity: HashMap<Identity, Vec<usize>>,
}

impl Places {
    fn add(&mut self, interaction: &Interaction, at: usize) {
        if let Some(key) = &interaction.key {
            self.by_key.entry(key.clone()).or_insert(at);
        }
        self.by_identity.entry(Identity::of(interaction)).or_default().push(at);
    }

    fn find(&self, interaction: &Interaction, all: &[Interaction]) -> Option<usize> {
        if let Some(at) = interaction.key.as_ref().and_then(|key| self.by_key.get(key)) {
            return Some(*at);
        }
        let comparable = |at: &&usize| {
            interaction.key.is_none() || all.get(**at).is_none_or(|known: &Interaction| known.key.is_none())
        };
        self.by_identity.get(&Identity::of(interaction))?.iter().find(comparable).copied()
    }
}

/// The existing interaction without what only a broker can have added to it: a name, and attributes that the new one
/// does not have.
fn without_additions(known: &Interaction, new: &Interaction) -> Interaction {
    let mut known = known.clone();
    known.id.clone_from(&new.id);
    let added: Vec<_> =
        known.extra.names().filter(|name| new.extra.get(name).is_none()).map(str::to_owned).collect();
    for name in added {
        known.extra.remove(&name);
    }
    known
}

#[cfg(test)]
mod tests;
