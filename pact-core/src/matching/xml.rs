//! XML documents.
//!
//! # Paths
//!
//! A path names elements from the root: `$.ledger.entry`, attributes with `@` and text with `#text`:
//! `$.ledger.entry['@id']`, `$.ledger.entry['#text']`. Names are those of the contract, either as written there
//! (`ns1:entry`) or with the namespace itself (`['urn:ledger:entry']`). An index after a name counts the elements of that
//! name, `$.ledger.entry[0]`; an index elsewhere counts all child elements, `$[0].entry`.
//!
//! # Rules
//!
//! `type` and `equality` hold for an element and everything below it; other rules that are given for an element are
//! about its text. `type` lets an element occur any number of times, but at least once: each is compared with the
//! example in its place, or with the first. `min` and `max` bound that number. Where `type` is given for an element
//! whose examples inside are several of one name (or one, in the root element), it is a list: `min` and `max` bound
//! what is inside, and elements of other names are mismatches.

use std::collections::HashMap;

use super::trie::{Place, Ranked};
use crate::json::Json;
use crate::model::{Combine, RuleList};
use crate::report::{Detail, Location, Mismatch, Part};
use crate::rules::{Like, Rule, Subject};
use crate::xml::{Element, Name};

/// How a document is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparison {
    /// Whether elements and attributes that are not expected are mismatches.
    pub(super) strict: bool,
}

/// The rules for a place in a document, with those from above that go on below.
struct Spot<'t> {
    place: Place<'t>,
    inherited: Option<Ranked<'t>>,
}

/// The rules that decide at a place.
#[derive(Clone, Copy)]
struct Deciding<'t> {
    list: &'t RuleList,
    /// The path that they are given for.
    path: &'t str,
    /// Whether they are given for this very place.
    direct: bool,
}

impl<'t> Spot<'t> {
    fn deciding(&self) -> Option<Deciding<'t>> {
        match (self.place.own(), self.inherited) {
            (Some(own), Some(above)) if own.rank < above.rank => {
                Some(Deciding { list: above.list, path: above.path, direct: false })
            }
            (Some(own), _) => Some(Deciding { list: own.list, path: own.path, direct: true }),
            (None, above) => {
                above.map(|above| Deciding { list: above.list, path: above.path, direct: false })
            }
        }
    }

    /// What goes on below.
    fn structural(&self) -> Option<Ranked<'t>> {
        let own = self.place.own().filter(|own| own.list.rules.iter().any(is_structural));
        own.into_iter().chain(self.inherited).max_by_key(|ranked| ranked.rank)
    }

    fn below(&self, place: Place<'t>) -> Self {
        Self { place, inherited: self.structural() }
    }

    /// Without position and occurrence, what is said about all elements of that name.
    fn element(&self, name: &Name, position: Option<usize>, occurrence: Option<usize>) -> Self {
        let expanded = name.expanded();
        let names = [name.written(), expanded.as_deref().unwrap_or(name.written())];
        self.below(self.place.element(&names, position, occurrence))
    }

    fn attribute(&self, name: &Name) -> Self {
        let written = format!("@{}", name.written());
        let expanded = name.expanded().map(|name| format!("@{name}"));
        self.below(self.place.attribute(&[&written, expanded.as_deref().unwrap_or(&written)]))
    }
}

/// Whether a rule for an element also holds for everything below it.
fn is_structural(rule: &Rule) -> bool {
    matches!(rule, Rule::Like(_) | Rule::Equality(_))
}

impl<'t> Deciding<'t> {
    fn likes(self) -> impl Iterator<Item = (&'t Rule, &'t Like)> {
        self.list
            .rules
            .iter()
            .filter_map(|rule| if let Rule::Like(like) = rule { Some((rule, like)) } else { None })
    }

    fn allows(self, count: usize) -> bool {
        self.likes().all(|(_, like)| {
            like.min.is_none_or(|min| count >= min) && like.max.is_none_or(|max| count <= max)
        })
    }
}

/// The child elements of one name, with their positions among all children.
struct Group<'e> {
    members: Vec<(usize, &'e Element)>,
}

/// The child elements by name, in the order in which the names turn up.
fn grouped(element: &Element) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known = HashMap::new();
    for (position, child) in element.children.iter().enumerate() {
        let at = *known.entry(child.name.key()).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Group { members: Vec::new() });
        }
        groups[at].members.push((position, child));
    }
    groups
}

/// What bounds on a number are about.
#[derive(Clone, Copy)]
struct Bounds {
    /// How often the element occurs.
    occurrences: bool,
    /// How many elements are inside it.
    children: bool,
}

impl Bounds {
    /// `examples` is how often the element occurs in the contract; none for the root.
    fn of(deciding: Deciding<'_>, example: &Element, examples: Option<usize>) -> Self {
        let Some(occurrences) = examples else { return Self { occurrences: false, children: true } };
        // Early writers gave bounds for the parent, later ones for the element that is repeated. The contract's own
        // example tells which is meant.
        let inside = !example.children.is_empty() && deciding.allows(example.children.len());
        let only_inside = inside && !deciding.allows(occurrences);
        Self { occurrences: !only_inside, children: only_inside || (inside && is_list(example, examples)) }
    }
}

/// Whether an element for which `type` is given reads as a list of what is inside.
fn is_list(example: &Element, examples: Option<usize>) -> bool {
    let mut children = example.children.iter();
    let Some(first) = children.next() else { return false };
    (examples.is_none() || example.children.len() > 1) && children.all(|child| child.name == first.name)
}

impl Comparison {
    /// Compares documents from their root elements.
    pub(super) fn document(
        self,
        expected: &Element,
        actual: &Element,
        rules: &Place<'_>,
        at: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        let inherited = rules.cascading().filter(|above| above.list.rules.iter().any(is_structural));
        let document = Spot { place: rules.clone(), inherited };
        if expected.name != actual.name {
            let (expected, actual) = (expected.to_string().into(), actual.to_string().into());
            found.push(Mismatch::new(Part::Body, at.to_string(), Detail::NotEqual { expected, actual }));
            return;
        }
        let spot = document.element(&expected.name, Some(0), Some(0));
        self.element(expected, actual, None, &spot, &at.field(expected.name.written()), found);
    }

    /// Compares an element with its example; `examples` is how many of that name the contract has, none for the
    /// root.
    fn element(
        self,
        expected: &Element,
        actual: &Element,
        examples: Option<usize>,
        spot: &Spot<'_>,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        self.attributes(expected, actual, spot, location, found);
        text(expected, actual, spot, location, found);
        let list = spot.deciding().filter(|deciding| deciding.direct && deciding.likes().next().is_some());
        if let Some(deciding) = list.filter(|deciding| Bounds::of(*deciding, expected, examples).children) {
            count(deciding, actual.children.iter(), location, found);
        }
        let only_alike = list.is_some() && is_list(expected, examples);
        self.children(expected, actual, spot, self.strict || only_alike, location, found);
    }

    fn attributes(
        self,
        expected: &Element,
        actual: &Element,
        spot: &Spot<'_>,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        let mismatch = |name: &Name, detail| {
            Mismatch::new(Part::Body, location.field(&format!("@{}", name.written())).to_string(), detail)
        };
        for (name, example) in &expected.attributes {
            match actual.attribute(name) {
                Some(value) => {
                    let at = format!("@{}", name.written());
                    let rules = spot.attribute(name).deciding();
                    compare(example, value, rules, true, &location.field(&at), found);
                }
                None => {
                    found.push(mismatch(name, Detail::Missing { expected: example.as_str().into() }));
                }
            }
        }
        if self.strict {
            for (name, value) in &actual.attributes {
                if expected.attribute(name).is_none() {
                    found.push(mismatch(name, Detail::Unexpected { actual: value.as_str().into() }));
                }
            }
        }
    }

    /// Compares child elements: the order of different names does not count, that of the same name does.
    fn children(
        self,
        expected: &Element,
        actual: &Element,
        spot: &Spot<'_>,
        strict: bool,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        let actual_groups = grouped(actual);
        let mut by_name: HashMap<_, _> =
            actual_groups.iter().map(|group| (group.members[0].1.name.key(), &group.members)).collect();
        for group in grouped(expected) {
            let name = &group.members[0].1.name;
            let members = by_name.remove(&name.key()).map_or(&[][..], Vec::as_slice);
            self.group(&group.members, members, spot, location, found);
        }
        if strict {
            let unexpected = actual.children.iter().filter(|child| by_name.contains_key(&child.name.key()));
            found.extend(unexpected.map(|child| {
                Mismatch::new(
                    Part::Body,
                    location.field(child.name.written()).to_string(),
                    Detail::UnexpectedChild { actual: child.to_string() },
                )
            }));
        }
    }

    /// Compares the child elements of one name.
    fn group(
        self,
        expected: &[(usize, &Element)],
        actual: &[(usize, &Element)],
        parent: &Spot<'_>,
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        let Some((_, first)) = expected.first() else { return };
        let named = location.field(first.name.written());
        let rules = parent.element(&first.name, None, None).deciding();
        let free = rules.filter(|rules| rules.likes().next().is_some());
        if let Some(rules) = free.filter(|rules| rules.direct && !actual.is_empty())
            && Bounds::of(rules, first, Some(expected.len())).occurrences
        {
            count(rules, actual.iter().map(|(_, element)| *element), &named, found);
        }
        let may_be_missing =
            free.is_some_and(|rules| rules.direct && rules.likes().any(|(_, like)| like.min == Some(0)));
        let wanted = match free {
            Some(_) => usize::from(!may_be_missing),
            None => expected.len(),
        };
        let several = expected.len().max(actual.len()) > 1;
        for (at, (position, element)) in actual.iter().enumerate() {
            let indexed = named.index(at);
            let here = if several { &indexed } else { &named };
            let example = expected.get(at).or(if free.is_some() { expected.first() } else { None });
            if let Some((_, example)) = example {
                let spot = parent.element(&example.name, Some(*position), Some(at));
                self.element(example, element, Some(expected.len()), &spot, here, found);
            } else if self.strict {
                let detail = Detail::UnexpectedChild { actual: element.to_string() };
                found.push(Mismatch::new(Part::Body, here.to_string(), detail));
            }
        }
        for (at, (_, example)) in expected.iter().enumerate().take(wanted).skip(actual.len()) {
            let indexed = named.index(at);
            let here = if several { &indexed } else { &named };
            let detail = Detail::MissingChild { expected: example.to_string() };
            found.push(Mismatch::new(Part::Body, here.to_string(), detail));
        }
    }
}

fn text(
    expected: &Element,
    actual: &Element,
    spot: &Spot<'_>,
    location: &Location<'_>,
    found: &mut Vec<Mismatch>,
) {
    let own = spot.below(spot.place.text()).deciding().filter(|rules| rules.direct);
    // Rules for an element that holds only elements are not about text that is not there.
    let has_text = expected.children.is_empty() || !expected.text.is_empty();
    let rules = own.or_else(|| spot.deciding());
    let place = location.field("#text");
    compare(&expected.text, &actual.text, rules, own.is_some() || has_text, &place, found);
}

/// Compares the value of an attribute or the text of an element. Rules that come from above speak only as far as
/// they hold for everything below; so do rules for an element where `all` is not set.
fn compare(
    expected: &str,
    actual: &str,
    rules: Option<Deciding<'_>>,
    all: bool,
    location: &Location<'_>,
    found: &mut Vec<Mismatch>,
) {
    let rules = rules.map(|Deciding { list, path, direct }| {
        let speaking: Vec<_> =
            list.rules.iter().filter(|rule| (direct && all) || is_structural(rule)).collect();
        (speaking, list.combine, path)
    });
    let Some((speaking, combine, path)) = rules.filter(|(speaking, ..)| !speaking.is_empty()) else {
        if expected != actual {
            let detail = Detail::NotEqual { expected: expected.into(), actual: actual.into() };
            found.push(Mismatch::new(Part::Body, location.to_string(), detail));
        }
        return;
    };
    let (expected, actual) = (Some(Subject::Text(expected)), Subject::Text(actual));
    let refused: Vec<_> = speaking.iter().filter(|rule| !rule.check(expected, actual, true)).collect();
    if combine == Combine::And || refused.len() == speaking.len() {
        found.extend(refused.into_iter().map(|rule| {
            Mismatch::new(Part::Body, location.to_string(), Detail::refused(rule, expected, actual))
                .given_for(path)
        }));
    }
}

/// Holds the bounds of a list against a number of elements.
fn count<'e>(
    rules: Deciding<'_>,
    elements: impl Iterator<Item = &'e Element>,
    location: &Location<'_>,
    found: &mut Vec<Mismatch>,
) {
    let elements = Json::Array(elements.map(|element| Json::from(element.to_string())).collect());
    for (rule, _) in rules.likes() {
        if !rule.check(None, Subject::Json(&elements), true) {
            let detail = Detail::refused(rule, None, Subject::Json(&elements));
            found.push(Mismatch::new(Part::Body, location.to_string(), detail).given_for(rules.path));
        }
    }
}

#[cfg(test)]
mod tests;
