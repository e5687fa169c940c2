//! JSON documents.

use super::{Applier, Reason};
use crate::generators::{Generator, Mode};
use crate::json::{Json, JsonBuf};
use crate::matching::matches_variant;
use crate::model::{Category, RuleList};
use crate::path::{DocPath, Step};
use crate::rules::{ArrayContains, Rule};

/// Something to be done at a place.
#[derive(Clone, Copy)]
enum Work<'g> {
    /// The generator of that number.
    Make(usize, &'g Generator),
    Variants(&'g ArrayContains),
}

/// Whether there are generators among the variants that the rules for a place have.
pub(super) fn has_generators(list: &RuleList, mode: Mode) -> bool {
    array_rules(list).any(|rule| {
        rule.variants.iter().any(|variant| {
            variant.generators.iter().any(|(_, generator)| generator.applies(mode))
                || variant.rules.iter().any(|(_, list)| has_generators(list, mode))
        })
    })
}

fn array_rules(list: &RuleList) -> impl Iterator<Item = &ArrayContains> {
    list.rules.iter().filter_map(|rule| match rule {
        Rule::ArrayContains(rule) => Some(rule),
        _ => None,
    })
}

impl Applier<'_> {
    /// Applies generators inside a value, whose own place is `prefix`.
    ///
    /// What is nearer to the root goes first, so that a value which is replaced as a whole gets new parts, too; of
    /// several paths to the same place the most specific one goes last, and so has its way. Returns which generators
    /// had a value to replace.
    pub(super) fn tree(
        &mut self,
        root: &mut JsonBuf,
        generators: &[(DocPath, &Generator)],
        rules: &[(DocPath, &RuleList)],
        prefix: &str,
    ) -> Vec<bool> {
        let mut met = vec![false; generators.len()];
        let mut work: Vec<(&DocPath, Work<'_>)> = generators
            .iter()
            .enumerate()
            .map(|(at, (path, generator))| (path, Work::Make(at, generator)))
            .collect();
        for (path, list) in rules {
            work.extend(array_rules(list).map(|rule| (path, Work::Variants(rule))));
        }
        work.sort_by(|(left, _), (right, _)| {
            left.steps().len().cmp(&right.steps().len()).then_with(|| left.specificity(right))
        });
        for (path, work) in work {
            let place = || format!("{prefix}{}", path.to_string().trim_start_matches('$'));
            visit(root, path.steps(), &mut |value| match work {
                Work::Make(at, generator) => {
                    met[at] = true;
                    self.replace(Category::Body, &place(), generator, Some(value));
                }
                Work::Variants(rule) => self.variants(rule, value, &place()),
            });
        }
        met
    }

    /// Applies the generators of each variant to the items that match it.
    fn variants(&mut self, rule: &ArrayContains, value: &mut JsonBuf, place: &str) {
        let Json::Array(items) = value else { return };
        let before = items.clone();
        let mode = self.run.context.mode;
        for variant in &rule.variants {
            let generators: Vec<_> = variant
                .generators
                .iter()
                .filter(|(_, generator)| generator.applies(mode))
                .map(|(path, generator)| (path.clone(), generator))
                .collect();
            let rules: Vec<_> = variant
                .rules
                .iter()
                .filter(|(_, list)| has_generators(list, mode))
                .map(|(path, list)| (path.clone(), list))
                .collect();
            if generators.is_empty() && rules.is_empty() {
                continue;
            }
            let example = before.get(variant.index);
            for (index, (item, shown)) in items.iter_mut().zip(&before).enumerate() {
                if matches_variant(variant, example, shown) {
                    let inside = format!("{place}[{index}]");
                    let met = self.tree(item, &generators, &rules, &inside);
                    for ((path, _), _) in generators.iter().zip(met).filter(|(_, met)| !met) {
                        let place = format!("{inside}{}", path.to_string().trim_start_matches('$'));
                        self.skip(Category::Body, &place, Reason::NotThere);
                    }
                }
            }
        }
    }
}

/// Goes to every value that a path leads to.
fn visit(value: &mut JsonBuf, steps: &[Step], act: &mut dyn FnMut(&mut JsonBuf)) {
    let Some((step, rest)) = steps.split_first() else { return act(value) };
    match (step, value) {
        (Step::Field(name), Json::Object(object)) => {
            if let Some(value) = object.get_mut(name) {
                visit(value, rest, act);
            }
        }
        (Step::Index(index), Json::Array(items)) => {
            if let Some(value) = items.get_mut(*index) {
                visit(value, rest, act);
            }
        }
        (Step::AnyField, Json::Object(object)) => {
            object.values_mut().for_each(|value| visit(value, rest, act));
        }
        (Step::AnyField | Step::AnyIndex, Json::Array(items)) => {
            for value in items {
                visit(value, rest, act);
            }
        }
        _ => {}
    }
}
