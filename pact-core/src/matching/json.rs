//! JSON documents.

mod contains;
mod plan;
mod stream;

use std::collections::HashMap;

pub(super) use contains::Pairing;
pub(crate) use contains::matches_variant;
pub(super) use plan::Plan;

use smallvec::SmallVec;

use super::effort::{Effort, TRIALS};
use super::trie::{Holding, Place};
use crate::json::{Json, Object};
use crate::model::Combine;
use crate::report::{Detail, Location, Mismatch, Part, Undecided};
use crate::rules::{Rule, Shape, Subject};

/// How a document is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparison<'e> {
    /// Whether members that are not expected are mismatches.
    strict: bool,
    /// Whether it only matters that there are mismatches, not which.
    brief: bool,
    pub(super) effort: &'e Effort,
}

/// Objects up to this size are searched by comparing names, larger ones by an index.
const SMALL_OBJECT: usize = 24;

impl<'e> Comparison<'e> {
    pub(super) fn new(strict: bool, effort: &'e Effort) -> Self {
        Self { strict, brief: false, effort }
    }

    /// Compares a value with its example. Without an example (an empty example list, a name that is free) only
    /// rules speak.
    pub(super) fn value(
        self,
        expected: Option<&Json<'_>>,
        actual: &Json<'_>,
        place: &Place<'_>,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        let mut shapes: SmallVec<[Shape<'_>; 2]> = SmallVec::new();
        let (mut by_rules, mut refused) = (false, false);
        for holding in place.holding() {
            let Holding { list, direct, path, .. } = holding;
            let mut rules = list.rules.iter().filter(|rule| direct || rule.cascades()).peekable();
            if rules.peek().is_none() {
                continue;
            }
            by_rules = true;
            if list.combine == Combine::Or && list.rules.len() > 1 {
                self.any_of(holding, expected, actual, place, location, found);
                refused = true;
                continue;
            }
            for rule in rules {
                if rule.check(expected.map(Subject::Json), Subject::Json(actual), direct) {
                    shapes.push(rule.shape());
                } else {
                    found.push(refusal(rule, expected, actual, location).given_for(path));
                    refused = true;
                }
            }
        }
        if !by_rules {
            shapes.push(Shape::Exact);
            if expected.is_some_and(|expected| is_scalar(expected) || is_scalar(actual)) {
                equal(expected, actual, location, found);
                return;
            }
        }
        if !refused {
            let judged = !shapes.is_empty() && shapes.iter().all(|shape| matches!(shape, Shape::Judged));
            let expected = expected.filter(|_| !judged);
            self.inside(expected, actual, &shapes, place, location, found);
        }
    }

    /// One of the rules must hold, with all that it says about what is inside.
    fn any_of(
        self,
        holding: Holding<'_>,
        expected: Option<&Json<'_>>,
        actual: &Json<'_>,
        place: &Place<'_>,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        let Holding { id, list, direct, path } = holding;
        let mut refusals = Vec::new();
        let mut shapes: Vec<(Shape<'_>, usize)> = Vec::new();
        for (index, rule) in list.rules.iter().enumerate().filter(|(_, rule)| direct || rule.cascades()) {
            if !rule.check(expected.map(Subject::Json), Subject::Json(actual), direct) {
                refusals.push(refusal(rule, expected, actual, location).given_for(path));
                continue;
            }
            // What is inside is compared once per way of comparing it, not once per rule. What is exact is also
            // alike, so the latter decides.
            let known = shapes.iter().position(|(shape, other)| {
                matches!(shape, Shape::Exact | Shape::Like)
                    && list.rules[*other].cascades() == rule.cascades()
            });
            match (rule.shape(), known) {
                (Shape::Like, Some(at)) => shapes[at].0 = Shape::Like,
                (Shape::Exact, Some(_)) => {}
                (shape, _) => shapes.push((shape, index)),
            }
        }
        let mut closest: Option<Vec<Mismatch>> = None;
        let several = shapes.len() > 1;
        for (shape, index) in shapes {
            if several && !self.effort.allow(actual) {
                refusals.push(undecided(actual, location));
                break;
            }
            let mut trial = Vec::new();
            let expected = expected.filter(|_| !matches!(shape, Shape::Judged));
            let tried = if direct { place.trying(id, index) } else { place.clone() };
            self.inside(expected, actual, &[shape], &tried, location, &mut trial);
            if trial.is_empty() {
                return;
            }
            if closest.as_ref().is_none_or(|best| trial.len() < best.len()) {
                closest = Some(trial);
            }
        }
        found.extend(closest.into_iter().flatten().chain(refusals));
    }

    /// Compares what is inside a container, the way its rules have it.
    fn inside(
        self,
        expected: Option<&Json<'_>>,
        actual: &Json<'_>,
        shapes: &[Shape<'_>],
        place: &Place<'_>,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        match (expected, actual) {
            (Some(Json::Object(expected)), Json::Object(actual)) => {
                self.members(expected, actual, shapes, place, location, found);
            }
            (Some(Json::Array(expected)), Json::Array(actual)) => {
                self.items(expected, actual, shapes, place, location, found);
            }
            (Some(_), _) if shapes.iter().any(|shape| matches!(shape, Shape::Exact)) => {
                equal(expected, actual, location, found);
            }
            // There is no example for what is inside: only rules speak, if there are any.
            (None, _) if place.is_free() => {}
            (_, Json::Object(actual)) => {
                for (name, value) in actual.iter() {
                    self.value(None, value, &place.field(name), &location.field(name), found);
                }
                names(actual, shapes, location, found);
            }
            (_, Json::Array(actual)) if self.contain(&[], actual, shapes, location, found) => {}
            (_, Json::Array(actual)) => {
                for (index, value) in actual.iter().enumerate() {
                    self.value(None, value, &place.index(index), &location.index(index), found);
                }
            }
            _ => {}
        }
    }

    fn members(
        self,
        expected: &Object<'_>,
        actual: &Object<'_>,
        shapes: &[Shape<'_>],
        place: &Place<'_>,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        let any_names = shapes.iter().any(|shape| matches!(shape, Shape::AnyNames));
        let ruled_names = shapes.iter().any(|shape| matches!(shape, Shape::NamesMatch(_)));
        let free_names = any_names || ruled_names;
        let lookup = Lookup::new(actual);
        let mut met = 0;
        for (position, (name, example)) in expected.iter().enumerate() {
            if let Some(value) = lookup.get(name, position) {
                met += 1;
                self.value(Some(example), value, &place.field(name), &location.field(name), found);
            } else if !free_names {
                let expected = example.clone().into_owned();
                found.push(Mismatch::new(
                    Part::Body,
                    location.field(name).to_string(),
                    Detail::Missing { expected },
                ));
            }
        }
        if met < actual.len() && (free_names || self.strict) {
            let known = Lookup::new(expected);
            let example = expected.iter().next().map(|(_, example)| example).filter(|_| any_names);
            for (position, (name, value)) in actual.iter().enumerate() {
                if known.get(name, position).is_some() {
                    continue;
                }
                if free_names {
                    self.value(example, value, &place.field(name), &location.field(name), found);
                } else {
                    let actual = value.clone().into_owned();
                    found.push(Mismatch::new(
                        Part::Body,
                        location.field(name).to_string(),
                        Detail::Unexpected { actual },
                    ));
                }
            }
        }
        names(actual, shapes, location, found);
    }

    /// Looks for the items that an array must contain, where rules say so.
    fn contain(
        self,
        expected: &[Json<'_>],
        actual: &[Json<'_>],
        shapes: &[Shape<'_>],
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) -> bool {
        let mut contains = false;
        for shape in shapes {
            if let Shape::Contains(variants) = shape {
                contains = true;
                self.contains(variants, expected, actual, location, found);
            }
        }
        contains
    }

    fn items(
        self,
        expected: &[Json<'_>],
        actual: &[Json<'_>],
        shapes: &[Shape<'_>],
        place: &Place<'_>,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        if self.contain(expected, actual, shapes, location, found) {
            return;
        }
        if shapes.iter().any(|shape| matches!(shape, Shape::Exact)) {
            if expected.len() != actual.len() {
                let detail = Detail::Length { expected: expected.len(), actual: actual.len() };
                found.push(Mismatch::new(Part::Body, location.to_string(), detail));
            }
            for (index, (example, value)) in expected.iter().zip(actual).enumerate() {
                self.value(Some(example), value, &place.index(index), &location.index(index), found);
            }
            return;
        }
        let unordered = shapes.iter().filter_map(|shape| match shape {
            Shape::Unordered { additional } => Some(*additional),
            _ => None,
        });
        if let Some(additional) = unordered.reduce(|left, right| left && right) {
            return self.unordered(expected, actual, additional, place, location, found);
        }
        for (index, value) in actual.iter().enumerate() {
            let example = expected.get(index).or_else(|| expected.first());
            self.value(example, value, &place.index(index), &location.index(index), found);
        }
    }
}

/// Finds members by name: by comparing in small objects, where the order is mostly the same, by hash in large ones.
enum Lookup<'o, 'j> {
    Small(&'o Object<'j>),
    Large(HashMap<&'o str, &'o Json<'j>>),
}

impl<'o, 'j> Lookup<'o, 'j> {
    fn new(object: &'o Object<'j>) -> Self {
        if object.len() <= SMALL_OBJECT { Self::Small(object) } else { Self::Large(object.iter().collect()) }
    }

    fn get(&self, name: &str, position: usize) -> Option<&'o Json<'j>> {
        match self {
            Self::Small(object) => object.get_near(name, position),
            Self::Large(index) => index.get(name).copied(),
        }
    }
}

/// Holds the names of members against the rules for names.
fn names(actual: &Object<'_>, shapes: &[Shape<'_>], location: &Location<'_>, found: &mut Vec<Mismatch>) {
    let rules =
        shapes.iter().flat_map(|shape| if let Shape::NamesMatch(rules) = shape { rules } else { &[][..] });
    for rule in rules {
        for name in actual.names().filter(|name| !rule.check(None, Subject::Text(name), true)) {
            let detail = Detail::refused(rule, None, Subject::Text(name));
            found.push(Mismatch::new(Part::Body, location.field(name).to_string(), detail));
        }
    }
}

fn is_scalar(value: &Json<'_>) -> bool {
    !matches!(value, Json::Array(_) | Json::Object(_))
}

fn equal(expected: Option<&Json<'_>>, actual: &Json<'_>, location: &Location<'_>, found: &mut Vec<Mismatch>) {
    if let Some(expected) = expected.filter(|expected| *expected != actual) {
        let (expected, actual) = (expected.clone().into_owned(), actual.clone().into_owned());
        found.push(Mismatch::new(Part::Body, location.to_string(), Detail::NotEqual { expected, actual }));
    }
}

fn refusal(rule: &Rule, expected: Option<&Json<'_>>, actual: &Json<'_>, location: &Location<'_>) -> Mismatch {
    let detail = Detail::refused(rule, expected.map(Subject::Json), Subject::Json(actual));
    Mismatch::new(Part::Body, location.to_string(), detail)
}

/// Says that alternatives were not tried to the end.
fn undecided(actual: &Json<'_>, location: &Location<'_>) -> Mismatch {
    let reason = Undecided::Alternatives { limit: TRIALS };
    let detail = Detail::Undecided { actual: actual.clone().into_owned(), reason };
    Mismatch::new(Part::Body, location.to_string(), detail)
}

#[cfg(test)]
mod tests;
