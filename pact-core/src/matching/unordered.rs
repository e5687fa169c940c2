//! Lists with the items of the example in any order.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::effort::{Effort, LOOKUPS, MAX_COMPARISONS};
use super::json::{Comparison, Pairing};
use super::trie::Place;
use crate::json::Json;
use crate::report::{Detail, Location, Mismatch, Part, Undecided};

impl Comparison<'_> {
    /// Every item of the example must have a different item that matches it by the rules for its place in the example.
    /// `additional` is whether there may be further items.
    pub(super) fn unordered(
        self,
        expected: &[Json<'_>],
        actual: &[Json<'_>],
        additional: bool,
        place: &Place<'_>,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        let trial = |example: usize, item: usize| {
            let mut trial = Vec::new();
            let at = location.index(item);
            self.value(Some(&expected[example]), &actual[item], &place.index(example), &at, &mut trial);
            trial
        };
        let sizes = |values: &[Json<'_>]| values.iter().map(size).collect();
        let mut candidates = Candidates {
            trial,
            effort: self.effort,
            sizes: [sizes(expected), sizes(actual)],
            known: HashMap::new(),
            closest: std::iter::repeat_with(Closest::default).take(expected.len()).collect(),
            given_up: false,
        };
        let mut pairing = Pairing::new(expected.len(), actual.len());
        pair_equal(expected, actual, &mut pairing, &mut candidates);
        let mut lonely = Vec::new();
        for example in 0..expected.len() {
            if pairing.item_of[example].is_none() && !candidates.pair(example, &mut pairing) {
                lonely.push(example);
            }
            if candidates.given_up {
                let reason = Undecided::AnyOrder { limit: MAX_COMPARISONS };
                let actual = Json::Array(actual.iter().map(|item| item.clone().into_owned()).collect());
                let detail = Detail::Undecided { actual, reason };
                found.push(Mismatch::new(Part::Body, location.to_string(), detail));
                return;
            }
        }
        let mut shown = Vec::new();
        for example in lonely {
            let closest = candidates.closest(example, &pairing);
            shown.extend(closest.as_ref().map(|(item, _)| *item));
            let detail = Detail::NoVariant {
                index: example,
                expected: expected[example].clone().into_owned(),
                closest,
            };
            found.push(Mismatch::new(Part::Body, location.to_string(), detail));
        }
        let free = (0..actual.len()).filter(|item| pairing.variant_of[*item].is_none());
        for item in free {
            if additional {
                self.further(expected.first(), &actual[item], place, &location.index(item), found);
            } else if !shown.contains(&item) {
                let actual = actual[item].clone().into_owned();
                let at = location.index(item).to_string();
                found.push(Mismatch::new(Part::Body, at, Detail::Unexpected { actual }));
            }
        }
    }

    /// Holds an item that the example does not have to the rules for all items.
    fn further(
        self,
        first: Option<&Json<'_>>,
        actual: &Json<'_>,
        place: &Place<'_>,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        // Exact indices are those of the example, and no example is that long.
        let place = place.index(usize::MAX);
        let example = first.filter(|_| place.holding().any(|holding| holding.direct));
        self.value(example, actual, &place, location, found);
    }
}

/// Which items would do for which items of the example, found out at most once for each pair.
struct Candidates<'e, F> {
    trial: F,
    effort: &'e Effort,
    /// How many values there are in each item of the example, and in each item that came.
    sizes: [Vec<usize>; 2],
    known: HashMap<(usize, usize), bool>,
    closest: Vec<Closest>,
    /// Whether there was too much to compare.
    given_up: bool,
}

/// What came closest to an item of the example: kept as it is found, so that nothing is compared twice.
#[derive(Default)]
struct Closest {
    /// Among the items that had no partner at that time.
    free: Option<(usize, Vec<Mismatch>)>,
    any: Option<(usize, Vec<Mismatch>)>,
}

impl<F: Fn(usize, usize) -> Vec<Mismatch>> Candidates<'_, F> {
    fn matches(&mut self, example: usize, item: usize, is_free: bool) -> bool {
        self.given_up |= !self.effort.spend(1);
        if self.given_up {
            return false;
        }
        if let Some(known) = self.known.get(&(example, item)) {
            return *known;
        }
        if !self
            .effort
            .spend(self.sizes[0][example].saturating_add(self.sizes[1][item]).saturating_mul(LOOKUPS))
        {
            self.given_up = true;
            return false;
        }
        self.compare(example, item, is_free)
    }

    fn compare(&mut self, example: usize, item: usize, is_free: bool) -> bool {
        let mismatches = (self.trial)(example, item);
        // What lists inside could not find out is no answer.
        self.given_up |= self.effort.is_spent();
        let matches = mismatches.is_empty();
        self.known.insert((example, item), matches);
        let Closest { free, any } = &mut self.closest[example];
        let closest = if is_free && !matches { free } else { any };
        if closest.as_ref().is_none_or(|(_, known)| mismatches.len() < known.len()) {
            *closest = Some((item, mismatches));
        }
        matches
    }

    /// Finds an item for one of the example: a free one, or else one whose owner can take another.
    fn pair(&mut self, example: usize, pairing: &mut Pairing) -> bool {
        for item in 0..self.sizes[1].len() {
            if pairing.variant_of[item].is_none() && self.matches(example, item, true) {
                (pairing.item_of[example], pairing.variant_of[item]) = (Some(item), Some(example));
                return true;
            }
        }
        pairing.add(example, &mut |example, item| self.matches(example, item, false))
    }

    /// The item to show for one without partner: one that would do but is needed elsewhere, or else the free one with the
    /// fewest mismatches.
    fn closest(&mut self, example: usize, pairing: &Pairing) -> Option<(usize, Vec<Mismatch>)> {
        let Closest { free, any } = std::mem::take(&mut self.closest[example]);
        let taken = any.as_ref().is_some_and(|(_, mismatches)| mismatches.is_empty());
        let still_free = free.as_ref().is_some_and(|(item, _)| pairing.variant_of[*item].is_none());
        if taken || !still_free { any.or(free) } else { free }
    }
}

/// Pairs items that are equal and satisfy the rules for their place: mostly all of them, in time that grows with their
/// number only. It takes nothing away from others, which may ask for an exchange.
fn pair_equal<F: Fn(usize, usize) -> Vec<Mismatch>>(
    expected: &[Json<'_>],
    actual: &[Json<'_>],
    pairing: &mut Pairing,
    candidates: &mut Candidates<'_, F>,
) {
    let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::new();
    for (item, value) in actual.iter().enumerate().rev() {
        by_hash.entry(hash(value)).or_default().push(item);
    }
    for (example, value) in expected.iter().enumerate() {
        let Some(items) = by_hash.get_mut(&hash(value)) else { continue };
        let Some(item) = items.last().copied() else { continue };
        if actual[item] == *value && candidates.compare(example, item, false) {
            items.pop();
            (pairing.item_of[example], pairing.variant_of[item]) = (Some(item), Some(example));
        }
    }
}

/// The same for equal values, whatever the order of their members and the spelling of their numbers.
fn hash(value: &Json<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    std::mem::discriminant(value).hash(&mut hasher);
    match value {
        Json::Null => {}
        Json::Bool(value) => value.hash(&mut hasher),
        Json::Number(number) => number.canonical_text().hash(&mut hasher),
        Json::String(text) => text.hash(&mut hasher),
        Json::Array(items) => items.iter().for_each(|item| hash(item).hash(&mut hasher)),
        Json::Object(members) => {
            let member = |(name, value): (&str, &Json<'_>)| {
                let mut hasher = DefaultHasher::new();
                (name, hash(value)).hash(&mut hasher);
                hasher.finish()
            };
            members.iter().map(member).fold(0, u64::wrapping_add).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// How many values there are in a value, itself among them.
fn size(value: &Json<'_>) -> usize {
    match value {
        Json::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Json::Object(members) => 1 + members.iter().map(|(_, value)| size(value)).sum::<usize>(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests;
