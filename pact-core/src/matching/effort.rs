//! What comparing a document may cost.

use std::cell::Cell;

use crate::json::Json;

/// How many values may be looked at while the items of lists are compared with one another, in all lists of a body
/// together. Equal items find each other without being counted. Lists of 500 numbers that all differ can be compared, or
/// of 150 objects with ten members.
pub(super) const MAX_COMPARISONS: usize = 500_000;

/// How often the search for partners may look at a pair that has been compared already, for the cost of one value.
pub(super) const LOOKUPS: usize = 32;

/// How many values are compared on trial at most, per document.
pub(super) const TRIALS: usize = 1_000_000;

/// What is left of what may be spent where rules make it necessary to compare the same more than once. One body has one,
/// however its lists and alternatives are nested.
#[derive(Debug)]
pub(super) struct Effort {
    /// For lists in any order: finding out which items belong together.
    pairs: Cell<usize>,
    /// For alternatives: where they stand inside alternatives, each level doubles what there is to try.
    trials: Cell<usize>,
}

impl Default for Effort {
    fn default() -> Self {
        Self { pairs: Cell::new(MAX_COMPARISONS * LOOKUPS), trials: Cell::new(TRIALS) }
    }
}

impl Effort {
    #[cfg(test)]
    pub(super) fn with_trials(trials: usize) -> Self {
        Self { trials: Cell::new(trials), ..Self::default() }
    }

    /// Whether so much was left for lists in any order.
    pub(super) fn spend(&self, cost: usize) -> bool {
        take(&self.pairs, cost)
    }

    pub(super) fn is_spent(&self) -> bool {
        self.pairs.get() == 0
    }

    /// Whether a value may be compared once more, with all that is inside.
    pub(super) fn allow(&self, value: &Json<'_>) -> bool {
        take(&self.trials, size(value))
    }
}

fn take(budget: &Cell<usize>, cost: usize) -> bool {
    let left = budget.get().checked_sub(cost);
    budget.set(left.unwrap_or_default());
    left.is_some()
}

/// How many values there are in a value, itself among them.
fn size(value: &Json<'_>) -> usize {
    1 + match value {
        Json::Array(items) => items.iter().map(size).sum(),
        Json::Object(object) => object.iter().map(|(_, value)| size(value)).sum(),
        _ => 0,
    }
}
