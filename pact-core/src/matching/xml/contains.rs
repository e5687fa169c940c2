//! `arrayContains`: elements that must be inside, in any order.

use std::collections::HashMap;

use super::Comparison;
use super::rules::Spot;
use crate::json::Json;
use crate::matching::json::Pairing;
use crate::report::{Detail, Location, Mismatch, Part};
use crate::rules::Variant;
use crate::xml::Element;

impl Comparison {
    /// Every variant must have a child element that matches it, each another one. A variant's item is the child
    /// element of the example with that index; its name counts.
    pub(super) fn contains(
        self,
        variants: &[Variant],
        expected: &Element,
        actual: &Element,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        let example = |variant: &Variant| expected.children.get(variant.index);
        let no_example = |variant: &Variant| {
            // The variant stands for an item that the example does not have: nothing is like it.
            let nothing = example(variant).is_none() && !expected.children.is_empty();
            nothing.then(|| {
                let detail = Detail::NoExample { index: variant.index, items: expected.children.len() };
                Mismatch::new(Part::Body, location.to_string(), detail)
            })
        };
        let trial = |variant: &Variant, index: usize| {
            let item = &actual.children[index];
            if let Some(mismatch) = no_example(variant) {
                return vec![mismatch];
            }
            let mut trial = Vec::new();
            let at = location.index(index);
            match example(variant) {
                Some(example) if example.name != item.name => {
                    let (expected, actual) = (example.to_string().into(), item.to_string().into());
                    let detail = Detail::NotEqual { expected, actual };
                    trial.push(Mismatch::new(Part::Body, at.to_string(), detail));
                }
                example => {
                    let spot = Spot::root(variant.trie().root());
                    self.element(example.unwrap_or(item), item, Some(1), &spot, &at, &mut trial);
                }
            }
            trial
        };
        let mut known = HashMap::new();
        let mut matches = |variant: usize, index: usize| {
            *known.entry((variant, index)).or_insert_with(|| trial(&variants[variant], index).is_empty())
        };
        let mut pairing = Pairing::new(variants.len(), actual.children.len());
        let lonely: Vec<_> =
            (0..variants.len()).filter(|variant| !pairing.add(*variant, &mut matches)).collect();
        for variant in lonely.into_iter().map(|at| &variants[at]) {
            if let Some(mismatch) = no_example(variant) {
                found.push(mismatch);
                continue;
            }
            let trials = (0..actual.children.len()).map(|index| (index, trial(variant, index)));
            let detail = Detail::NoVariant {
                index: variant.index,
                expected: example(variant).map_or(Json::Null, |example| example.to_string().into()),
                closest: trials.min_by_key(|(_, mismatches)| mismatches.len()),
            };
            found.push(Mismatch::new(Part::Body, location.to_string(), detail));
        }
    }
}
