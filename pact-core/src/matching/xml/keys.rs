//! `values`, `eachKey`, `eachValue`: elements or attributes whose names are free.

use std::collections::HashMap;

use super::rules::{Bounds, Deciding, Role, Spot, count};
use super::{Comparison, grouped};
use crate::report::{Detail, Location, Mismatch, Part};
use crate::rules::{Rule, Subject};
use crate::xml::{Element, Name};

/// What rules say about the names inside an element.
pub(super) struct Keys<'t> {
    /// Whether any rule frees them.
    pub(super) free: bool,
    /// Whether what has a name of its own is compared with the first example.
    like_first: bool,
    /// What holds for every name.
    rules: Vec<&'t Rule>,
    /// Whether it is all about attributes: the example has no elements inside.
    pub(super) attributes: bool,
}

impl<'t> Keys<'t> {
    pub(super) fn of(lists: &[Deciding<'t>], example: &Element) -> Self {
        let attributes = example.children.is_empty() && !example.attributes.is_empty();
        let mut keys = Self { free: false, like_first: false, rules: Vec::new(), attributes };
        for rule in lists.iter().filter(|list| list.direct).flat_map(|list| list.rules()) {
            match rule {
                Rule::Values(_) | Rule::EachValue(_) => keys.like_first = true,
                Rule::EachKey(each) => keys.rules.extend(&each.rules),
                _ => continue,
            }
            keys.free = true;
        }
        keys.free &= takes(example, Role::Inside);
        keys
    }

    fn check(&self, name: &Name, location: &Location<'_>, found: &mut Vec<Mismatch>) {
        let name = Subject::Text(name.local());
        for rule in self.rules.iter().filter(|rule| !rule.check(None, name, true)) {
            let detail = Detail::refused(rule, None, name);
            found.push(Mismatch::new(Part::Body, location.to_string(), detail));
        }
    }
}

/// Whether rules of that kind mean something for an element like this one: with nothing but text it has no inside.
pub(super) fn takes(example: &Element, role: Role) -> bool {
    role != Role::Inside
        || !example.children.is_empty()
        || !example.attributes.is_empty()
        || example.text.is_empty()
}

impl Comparison {
    /// Compares child elements whose names are free.
    pub(super) fn keyed_children(
        self,
        expected: &Element,
        actual: &Element,
        spot: &Spot<'_>,
        keys: &Keys<'_>,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        let mut examples: HashMap<_, Vec<&Element>> = HashMap::new();
        for example in &expected.children {
            examples.entry(example.name.key()).or_default().push(example);
        }
        for group in grouped(actual) {
            let first = group.members[0].1;
            let namesakes = examples.get(&first.name.key()).map_or(&[][..], Vec::as_slice);
            let named = location.field(first.name.written());
            keys.check(&first.name, &named, found);
            let stand_in = expected.children.first().filter(|_| keys.like_first);
            let default = namesakes.first().copied().or(stand_in);
            let rules = spot.element(&first.name, None, None).deciding();
            if let Some(rules) = rules.filter(|rules| rules.direct)
                && Bounds::of(rules, default.unwrap_or(first), Some(namesakes.len())).occurrences
            {
                count(rules, group.members.iter().map(|(_, element)| *element), &named, found);
            }
            for (at, (position, element)) in group.members.iter().enumerate() {
                let indexed = named.index(at);
                let here = if group.members.len() > 1 { &indexed } else { &named };
                // Without an example only rules speak: nothing differs from itself but by rules.
                let example = namesakes.get(at).copied().or(default).unwrap_or(element);
                let spot = spot.element(&element.name, Some(*position), Some(at));
                self.element(example, element, Some(namesakes.len().max(1)), &spot, here, found);
            }
        }
    }

    /// Compares attributes whose names are free.
    pub(super) fn keyed_attributes(
        expected: &Element,
        actual: &Element,
        spot: &Spot<'_>,
        keys: &Keys<'_>,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        for (name, value) in &actual.attributes {
            let at = format!("@{}", name.written());
            let here = location.field(&at);
            keys.check(name, &here, found);
            let first = expected.attributes.first().filter(|_| keys.like_first);
            let example = expected.attribute(name).or_else(|| first.map(|(_, value)| value.as_str()));
            super::attribute(example.unwrap_or(value), value, &spot.attribute(name).lists(), &here, found);
        }
    }
}
