//! What is to be verified, in which order. Pure: nothing is called, nothing is read.

mod failed_before;
mod states;

use std::collections::HashMap;
use std::sync::Arc;

use pactwright_core::digest::{ObligationDigest, obligation};
use pactwright_core::model::{Interaction, ProviderState, SpecVersion};
use regex::Regex;

use crate::sources::{LoadedPact, Origin, PactContext};

pub use failed_before::{FailedBefore, InvalidReport};
pub use states::{NeededState, StateUse};

/// Narrows a run to some contracts or interactions.
///
/// Choosing consumers leaves out whole contracts. Choosing descriptions or states leaves out parts of contracts: the
/// outcome then says nothing about the contracts as such and is never published.
///
/// ```
/// use pactwright_verifier::Filter;
/// let filter = Filter::default().description("^a request for an order")?;
/// assert!(filter.is_narrowing());
/// assert!(Filter::default().description("(").is_err());
/// # Ok::<(), pactwright_verifier::InvalidFilter>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Filter {
    description: Option<Regex>,
    state: Option<StateFilter>,
    consumers: Vec<String>,
    failed_before: Option<FailedBefore>,
}

#[derive(Debug, Clone)]
enum StateFilter {
    Matching(Regex),
    None,
}

/// A filter is no regular expression.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the filter for the {part} is not a regular expression: {source}")]
pub struct InvalidFilter {
    /// `description` or `provider state`.
    pub part: &'static str,
    /// What is wrong.
    pub source: regex::Error,
}

impl Filter {
    /// Only interactions whose description matches a regular expression somewhere.
    ///
    /// # Errors
    /// When it is none.
    pub fn description(mut self, regex: &str) -> Result<Self, InvalidFilter> {
        self.description = Some(compile("description", regex)?);
        Ok(self)
    }

    /// Only interactions with a provider state that matches a regular expression somewhere. The empty expression
    /// stands for interactions without a state.
    ///
    /// # Errors
    /// When it is none.
    pub fn state(mut self, regex: &str) -> Result<Self, InvalidFilter> {
        if regex.is_empty() {
            return Ok(self.without_state());
        }
        self.state = Some(StateFilter::Matching(compile("provider state", regex)?));
        Ok(self)
    }

    /// Only interactions without a provider state.
    #[must_use]
    pub fn without_state(mut self) -> Self {
        self.state = Some(StateFilter::None);
        self
    }

    /// Only contracts with these consumers, whatever white space is around their names; those of all when none are named.
    #[must_use]
    pub fn consumers(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.consumers.extend(names.into_iter().map(|name| name.into().trim().to_owned()));
        self
    }

    /// Only interactions that failed in an earlier run.
    #[must_use]
    pub fn failed_before(mut self, failed: FailedBefore) -> Self {
        self.failed_before = Some(failed);
        self
    }

    /// Whether it leaves out parts of contracts.
    pub fn is_narrowing(&self) -> bool {
        self.description.is_some() || self.state.is_some() || self.failed_before.is_some()
    }

    /// The filter in words; empty when it lets everything through.
    pub fn describe(&self) -> String {
        let mut parts = Vec::new();
        if let Some(regex) = &self.description {
            parts.push(format!("description matches /{regex}/"));
        }
        match &self.state {
            Some(StateFilter::Matching(regex)) => parts.push(format!("provider state matches /{regex}/")),
            Some(StateFilter::None) => parts.push("without a provider state".to_owned()),
            None => {}
        }
        if !self.consumers.is_empty() {
            parts.push(format!("consumer is {}", self.consumers.join(" or ")));
        }
        if let Some(failed) = &self.failed_before {
            parts.push(format!("failed in the last run ({} did)", failed.len()));
        }
        parts.join(", ")
    }

    fn takes_consumer(&self, name: &str) -> bool {
        self.consumers.is_empty() || self.consumers.iter().any(|other| other == name)
    }

    fn takes(&self, parties: (&str, &str), interaction: &Interaction) -> bool {
        let description = self.description.as_ref();
        let failed_before = self.failed_before.as_ref();
        description.is_none_or(|regex| regex.is_match(&interaction.description))
            && failed_before.is_none_or(|failed| failed.has(parties, interaction))
            && match &self.state {
                None => true,
                Some(StateFilter::None) => interaction.states.is_empty(),
                Some(StateFilter::Matching(regex)) => {
                    interaction.states.iter().any(|state| regex.is_match(&state.name))
                }
            }
    }
}

fn compile(part: &'static str, regex: &str) -> Result<Regex, InvalidFilter> {
    Regex::new(regex).map_err(|source| InvalidFilter { part, source })
}

/// A contract in a run.
#[derive(Debug)]
pub struct PlannedPact {
    /// Its place in the run, from 0.
    pub index: usize,
    /// The consumer's name.
    pub consumer: String,
    /// The provider's name.
    pub provider: String,
    /// The version of the file format.
    pub version: SpecVersion,
    /// Where it comes from.
    pub origin: Origin,
    /// What the place that it comes from says about it.
    pub context: PactContext,
    /// What is verified, in the order of the contract.
    pub interactions: Vec<Arc<PlannedInteraction>>,
    /// How many interactions a filter left out.
    pub left_out: usize,
}

/// An interaction in a run.
#[derive(Debug)]
pub struct PlannedInteraction {
    /// Its place among those of its contract that are verified, from 0.
    pub index: usize,
    /// The interaction.
    pub interaction: Interaction,
    /// Whether a failure is to be let pass, because the contract or the interaction is pending.
    pub pending: bool,
    /// The interaction of an earlier contract that demands the same of the provider: this one is not replayed again.
    pub same_as: Option<Place>,
}

/// Where an interaction is in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The place of its contract in the run, from 0.
    pub pact: usize,
    /// Its place among those of its contract that are verified, from 0.
    pub interaction: usize,
}

impl PlannedInteraction {
    /// The states that it needs.
    pub fn states(&self) -> &[ProviderState] {
        &self.interaction.states
    }
}

/// All that a run does, in its order.
#[derive(Debug, Default)]
pub struct Plan {
    /// The contracts that have something to verify.
    pub pacts: Vec<Arc<PlannedPact>>,
}

impl Plan {
    /// Plans a run: contracts in the order that their sources gave them, interactions in that of their contracts.
    ///
    /// Where several contracts demand the same of the provider (the same states, request and expectations, whatever the
    /// description), it is verified once. Within one contract everything is: its author may want to see it twice.
    pub fn new(loaded: Vec<LoadedPact>, filter: &Filter) -> Self {
        let taken = loaded.into_iter().filter(|loaded| filter.takes_consumer(&loaded.pact.consumer.name));
        let taken: Vec<_> = taken.collect();
        let mut known = Known { several: taken.len() > 1, places: HashMap::new() };
        let mut pacts = Vec::new();
        for LoadedPact { pact, origin, context } in taken {
            let total = pact.interactions.len();
            let index = pacts.len();
            let parties = (pact.consumer.name.as_str(), pact.provider.name.as_str());
            let chosen =
                pact.interactions.into_iter().filter(|interaction| filter.takes(parties, interaction));
            let chosen = known.plan(index, context.pending, chosen);
            if chosen.is_empty() && total > 0 {
                continue;
            }
            pacts.push(Arc::new(PlannedPact {
                index,
                consumer: pact.consumer.name,
                provider: pact.provider.name,
                version: pact.version,
                origin,
                context,
                left_out: total - chosen.len(),
                interactions: chosen,
            }));
        }
        Self { pacts }
    }

    /// How many interactions are verified in all.
    pub fn interactions(&self) -> usize {
        self.pacts.iter().map(|pact| pact.interactions.len()).sum()
    }
}

/// What contracts have demanded so far, and where.
struct Known {
    /// Whether there is more than one contract; otherwise nothing need be remembered.
    several: bool,
    places: HashMap<ObligationDigest, Place>,
}

impl Known {
    fn plan(
        &mut self,
        pact: usize,
        pending: bool,
        interactions: impl Iterator<Item = Interaction>,
    ) -> Vec<Arc<PlannedInteraction>> {
        let mut fresh = Vec::new();
        let planned = interactions.enumerate().map(|(index, interaction)| {
            let mut same_as = None;
            if self.several {
                let digest = obligation(&interaction);
                same_as = self.places.get(&digest).copied();
                if same_as.is_none() {
                    fresh.push((digest, Place { pact, interaction: index }));
                }
            }
            let pending = pending || interaction.pending;
            Arc::new(PlannedInteraction { index, interaction, pending, same_as })
        });
        let planned = planned.collect();
        for (digest, place) in fresh {
            self.places.entry(digest).or_insert(place);
        }
        planned
    }
}

#[cfg(test)]
mod tests;
