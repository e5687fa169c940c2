//! Arrays that contain certain items, in any order.

use std::collections::{HashMap, VecDeque};

use super::{Comparison, Effort};
use crate::json::Json;
use crate::report::{Detail, Location, Mismatch, Part};
use crate::rules::Variant;

impl Comparison<'_> {
    /// Every variant must have an item that matches it, each another one.
    pub(super) fn contains(
        self,
        variants: &[Variant],
        expected: &[Json<'_>],
        actual: &[Json<'_>],
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        let example = |variant: &Variant| expected.get(variant.index);
        let no_example = |variant: &Variant| {
            // The variant stands for an item that the example does not have: nothing is like it.
            let nothing = example(variant).is_none() && !expected.is_empty();
            nothing.then(|| {
                let detail = Detail::NoExample { index: variant.index, items: expected.len() };
                Mismatch::new(Part::Body, location.to_string(), detail)
            })
        };
        let trial = |variant: &Variant, index: usize, brief: bool| {
            let mut trial = Vec::new();
            if let Some(mismatch) = no_example(variant) {
                return vec![mismatch];
            }
            let place = variant.trie().root();
            let comparison = Self { brief, ..self };
            comparison.value(example(variant), &actual[index], &place, &location.index(index), &mut trial);
            trial
        };
        let mut known = HashMap::new();
        let mut matches = |variant: usize, index: usize| {
            *known
                .entry((variant, index))
                .or_insert_with(|| trial(&variants[variant], index, true).is_empty())
        };
        let mut pairing = Pairing::new(variants.len(), actual.len());
        let lonely: Vec<_> =
            (0..variants.len()).filter(|variant| !pairing.add(*variant, &mut matches)).collect();
        for variant in lonely.into_iter().map(|at| &variants[at]) {
            if let Some(mismatch) = no_example(variant) {
                found.push(mismatch);
                continue;
            }
            // Nobody will read how close it was when this is a trial itself: to find out would double the work with each
            // level of lists in lists.
            let candidates = if self.brief { 0 } else { actual.len() };
            let trials = (0..candidates).map(|index| (index, trial(variant, index, false)));
            let detail = Detail::NoVariant {
                index: variant.index,
                expected: example(variant).map_or(Json::Null, |example| example.clone().into_owned()),
                closest: trials.min_by_key(|(_, mismatches)| mismatches.len()),
            };
            found.push(Mismatch::new(Part::Body, location.to_string(), detail));
        }
    }
}

/// Whether an item is one that a variant of `arrayContains` asks for, given the item of the example that it stands for.
pub(crate) fn matches_variant(variant: &Variant, example: Option<&Json<'_>>, item: &Json<'_>) -> bool {
    let mut found = Vec::new();
    let effort = Effort::default();
    let comparison = Comparison { brief: true, ..Comparison::new(false, &effort) };
    comparison.value(example, item, &variant.trie().root(), &Location::root(), &mut found);
    found.is_empty()
}

/// Which variant has which item.
pub(in crate::matching) struct Pairing {
    pub(in crate::matching) item_of: Vec<Option<usize>>,
    pub(in crate::matching) variant_of: Vec<Option<usize>>,
}

impl Pairing {
    pub(in crate::matching) fn new(variants: usize, items: usize) -> Self {
        Self { item_of: vec![None; variants], variant_of: vec![None; items] }
    }

    /// Finds an item for a variant. Variants that have one already may take another in exchange, as long as all keep
    /// one: the search goes breadth first along such exchanges to an item that is free.
    pub(in crate::matching) fn add(
        &mut self,
        variant: usize,
        matches: &mut impl FnMut(usize, usize) -> bool,
    ) -> bool {
        let mut wanted_by = vec![None; self.variant_of.len()];
        let mut queue = VecDeque::from([variant]);
        while let Some(seeker) = queue.pop_front() {
            for item in 0..self.variant_of.len() {
                if wanted_by[item].is_some() || !matches(seeker, item) {
                    continue;
                }
                wanted_by[item] = Some(seeker);
                match self.variant_of[item] {
                    Some(owner) => queue.push_back(owner),
                    None => {
                        self.exchange(item, &wanted_by);
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Gives an item to the variant that wants it, that variant's item to the one that wants that, and so on.
    fn exchange(&mut self, free: usize, wanted_by: &[Option<usize>]) {
        let mut next = Some(free);
        while let Some((item, seeker)) = next.and_then(|item| Some((item, wanted_by[item]?))) {
            self.variant_of[item] = Some(seeker);
            next = self.item_of[seeker].replace(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many variants find an item, given which items each would take.
    fn paired(items: usize, takes: &[&[usize]]) -> usize {
        let mut pairing = Pairing::new(takes.len(), items);
        let mut matches = |variant: usize, item: usize| takes[variant].contains(&item);
        let count = (0..takes.len()).filter(|variant| pairing.add(*variant, &mut matches)).count();
        for (variant, item) in pairing.item_of.iter().enumerate() {
            assert!(item.is_none_or(|item| takes[variant].contains(&item)));
            assert!(item.is_none_or(|item| pairing.variant_of[item] == Some(variant)));
        }
        count
    }

    #[test]
    fn every_variant_gets_an_item_of_its_own() {
        assert_eq!(paired(2, &[&[0, 1], &[0, 1]]), 2);
        assert_eq!(paired(1, &[&[0], &[0]]), 1);
        assert_eq!(paired(0, &[&[]]), 0);
    }

    #[test]
    fn variants_exchange_items_so_that_all_get_one() {
        assert_eq!(paired(2, &[&[0, 1], &[0]]), 2);
        assert_eq!(paired(4, &[&[0, 1], &[0, 2], &[1, 2, 3], &[0]]), 4);
        assert_eq!(paired(3, &[&[0, 1], &[0, 1], &[0, 1], &[2]]), 3);
    }
}
