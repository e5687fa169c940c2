//! XML documents.
//!
//! # Paths
//!
//! A path names elements from the root: `$.ledger.entry`, attributes with `@` and text with `#text`:
//! `$.ledger.entry['@id']`, `$.ledger.entry['#text']`. Names are those of the contract, either as written there
//! (`ns1:entry`), with the namespace itself (`['urn:ledger:entry']`) or, for elements, without either (`entry`); an
//! attribute without a prefix is in no namespace, and so another one. An index after a name counts the elements of that
//! name, `$.ledger.entry[0]`; an index elsewhere counts all child elements, `$[0].entry`. `.*` leads to all child elements
//! and attributes, `[*]` to all child elements; neither leads to `#text`.
//!
//! Prefixes are only how names are written: names are the same when namespace and local name are.
//!
//! # Which rules decide
//!
//! For each element, attribute and text it is the list whose path is the most specific one
//! ([`crate::path::DocPath::specificity`]), among those for that very place and the `type` or `equality` lists for the
//! elements around it. For a text that is first of all a list for its `#text`, then one for its element. What an
//! `eachValue` above says holds beside it.
//!
//! # Rules
//!
//! | rule | for an element | for an attribute or `#text` |
//! |---|---|---|
//! | `type`, `equality` | holds for it and everything below | any text; this text |
//! | `min`, `max` | bound how often it occurs, or how many elements are inside (below) | a mismatch: there is no number |
//! | `values` | elements inside may have any name: each is compared with the example of its name, or with the first | a mismatch |
//! | `eachKey` | the local names of the elements inside satisfy the rules; which there are is free | a mismatch |
//! | `eachValue` | like `values`, and each element inside satisfies the rules | a mismatch |
//! | `arrayContains` | the elements inside are a list; paths of variants start at the item: `$['@id']`, `$.#text` | a mismatch |
//! | `notEmpty` | there is text or an element inside | the text is not empty |
//! | `null` | a mismatch: no XML is null | a mismatch |
//! | all others | the text satisfies them | the text satisfies them |
//!
//! Where the example has attributes and no elements inside, `values`, `eachKey` and `eachValue` are about its attributes;
//! where it has only text, they are mismatches. A rule for a text that is given by a wildcard says nothing about elements
//! that hold only elements.
//!
//! `type` lets an element occur any number of times, but at least once: each is compared with the example in its place, or
//! with the first. `min` and `max` bound that number. Where `type` is given for an element whose examples inside are
//! several of one name (or one, in the root element), it is a list: `min` and `max` bound what is inside, and elements of
//! other names are mismatches.

mod contains;
mod keys;
mod rules;

use std::collections::HashMap;

use keys::Keys;
use rules::{Bounds, Deciding, Role, Spot, count, is_list};

use super::trie::Place;
use crate::model::Combine;
use crate::report::{Detail, Location, Mismatch, Part};
use crate::rules::{Rule, Subject};
use crate::xml::{Element, Name};

/// How a document is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparison {
    /// Whether elements and attributes that are not expected are mismatches.
    pub(super) strict: bool,
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
        let document = Spot::root(rules.clone());
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
        let lists = spot.lists();
        // Where one of several rules is enough and they see the inside differently, each is tried.
        let either = lists.iter().position(|list| {
            let mut rules = list.rules();
            list.direct && list.combine() == Combine::Or && rules.any(|rule| Role::of(rule) == Role::Inside)
        });
        let Some(at) = either.filter(|at| lists[*at].list.rules.len() > 1) else {
            self.element_under(expected, actual, examples, spot, &lists, location, found);
            return;
        };
        let mut closest: Option<Vec<Mismatch>> = None;
        for (index, rule) in lists[at].list.rules.iter().enumerate() {
            let mut lists = lists.clone();
            lists[at].only = Some(rule);
            let mut trial = Vec::new();
            self.element_under(expected, actual, examples, &spot.trying(index), &lists, location, &mut trial);
            if closest.as_ref().is_none_or(|best| trial.len() < best.len()) {
                closest = Some(trial);
            }
        }
        found.extend(closest.into_iter().flatten());
    }

    #[expect(clippy::too_many_arguments, reason = "the state of a walk; a struct would only rename it")]
    fn element_under(
        self,
        expected: &Element,
        actual: &Element,
        examples: Option<usize>,
        spot: &Spot<'_>,
        lists: &[Deciding<'_>],
        location: &Location<'_>,
        found: &mut Vec<Mismatch>,
    ) {
        let keys = Keys::of(lists, expected);
        if keys.free && keys.attributes {
            Self::keyed_attributes(expected, actual, spot, &keys, location, found);
        } else {
            self.attributes(expected, actual, spot, location, found);
        }
        text(expected, actual, spot, lists, location, found);
        let mut only_alike = false;
        for list in lists.iter().filter(|list| list.direct && list.likes().next().is_some()) {
            // What an `eachValue` bounds is each element, not how many of them there are.
            let examples = examples.filter(|_| !list.each);
            let bounded = list.likes().any(|(_, like)| like.min.or(like.max).is_some());
            if bounded && Bounds::of(*list, expected, examples).children {
                count(*list, actual.children.iter(), location, found);
            }
            only_alike |= !list.each && is_list(expected, examples);
        }
        let mut contains = false;
        for rule in lists.iter().filter(|list| list.direct).flat_map(|list| list.rules()) {
            if let Rule::ArrayContains(rule) = rule
                && is_container(expected)
            {
                contains = true;
                self.contains(&rule.variants, expected, actual, location, found);
            }
        }
        if keys.free && !keys.attributes {
            self.keyed_children(expected, actual, spot, &keys, location, found);
        } else if !contains {
            self.children(expected, actual, spot, self.strict || only_alike, location, found);
        }
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
                    let mut rules = spot.attribute(name).lists();
                    // Where there are elements inside, those are the values that `eachValue` is about.
                    rules.retain(|list| !list.each || expected.children.is_empty());
                    attribute(example, value, &rules, &location.field(&at), found);
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

/// Whether the elements inside can be read as a list.
fn is_container(example: &Element) -> bool {
    !example.children.is_empty() || example.text.is_empty()
}

/// Compares the text of an element.
fn text(
    expected: &Element,
    actual: &Element,
    spot: &Spot<'_>,
    lists: &[Deciding<'_>],
    location: &Location<'_>,
    found: &mut Vec<Mismatch>,
) {
    let place = location.field("#text");
    let (wanted, got) = (&expected.text, &actual.text);
    if let Some(own) = spot.text() {
        if has_bounds(own) {
            found.extend(without_number(own, "a text", &place));
        }
        let speaking = [(own, own.rules().collect())];
        compare(wanted, got, &speaking, &place, found, |_| false);
        // What is said about the element as such still holds.
        let such = |rule: &&Rule| {
            matches!(rule, Rule::NotEmpty(_) | Rule::Unknown(_)) || is_misplaced(rule, expected)
        };
        let direct = lists.iter().filter(|list| list.direct && !list.each);
        let speaking: Vec<_> = direct
            .map(|list| (*list, list.rules().filter(such).collect::<Vec<_>>()))
            .filter(|(_, rules)| !rules.is_empty())
            .collect();
        if !speaking.is_empty() {
            compare(wanted, got, &speaking, &place, found, |rule| is_filled(rule, actual));
        }
        return;
    }
    // Rules for an element that holds only elements are not about text that is not there, unless it is meant by name.
    let has_text = expected.children.is_empty() || !expected.text.is_empty();
    let speaking: Vec<_> = lists
        .iter()
        .map(|list| {
            let speaks = |rule: &&Rule| match Role::of(rule) {
                Role::Structure => true,
                Role::Inside => list.direct && is_misplaced(rule, expected),
                Role::Value => {
                    let such = matches!(rule, Rule::NotEmpty(_) | Rule::Unknown(_));
                    list.direct && (has_text || list.exact || such)
                }
            };
            (*list, list.rules().filter(speaks).collect::<Vec<_>>())
        })
        .filter(|(_, rules)| !rules.is_empty())
        .collect();
    compare(wanted, got, &speaking, &place, found, |rule| is_filled(rule, actual));
}

/// Whether a rule is about what is inside an element, and this one cannot have anything inside.
fn is_misplaced(rule: &Rule, example: &Element) -> bool {
    match rule {
        Rule::ArrayContains(_) => !is_container(example),
        rule => !keys::takes(example, Role::of(rule)),
    }
}

/// Whether an element is not empty for what is inside it.
fn is_filled(rule: &Rule, actual: &Element) -> bool {
    matches!(rule, Rule::NotEmpty(_)) && !actual.children.is_empty()
}

/// Compares the value of an attribute.
fn attribute(
    expected: &str,
    actual: &str,
    lists: &[Deciding<'_>],
    location: &Location<'_>,
    found: &mut Vec<Mismatch>,
) {
    let speaking: Vec<_> = lists
        .iter()
        .map(|list| {
            // A wildcard means elements, too: what makes no sense for an attribute is for those.
            let speaks = |rule: &&Rule| match Role::of(rule) {
                Role::Structure => true,
                Role::Inside => list.exact,
                Role::Value => list.direct,
            };
            (*list, list.rules().filter(speaks).collect::<Vec<_>>())
        })
        .filter(|(_, rules)| !rules.is_empty())
        .collect();
    for (list, _) in speaking.iter().filter(|(list, _)| list.exact && has_bounds(*list)) {
        found.extend(without_number(*list, "an attribute", location));
    }
    compare(expected, actual, &speaking, location, found, |_| false);
}

fn has_bounds(list: Deciding<'_>) -> bool {
    list.likes().any(|(_, like)| like.min.or(like.max).is_some())
}

/// A mismatch for bounds where nothing can be counted.
fn without_number(list: Deciding<'_>, what: &'static str, location: &Location<'_>) -> Option<Mismatch> {
    let (rule, _) = list.likes().next()?;
    let detail = Detail::Meaningless { rule: Box::new(rule.clone()), what };
    Some(Mismatch::new(Part::Body, location.to_string(), detail))
}

/// Compares text by rules, or where none speak for equality. `granted` are rules that hold for other reasons.
fn compare(
    expected: &str,
    actual: &str,
    speaking: &[(Deciding<'_>, Vec<&Rule>)],
    location: &Location<'_>,
    found: &mut Vec<Mismatch>,
    granted: impl Fn(&Rule) -> bool,
) {
    if speaking.is_empty() && expected != actual {
        let detail = Detail::NotEqual { expected: expected.into(), actual: actual.into() };
        found.push(Mismatch::new(Part::Body, location.to_string(), detail));
    }
    let (expected, actual) = (Some(Subject::Text(expected)), Subject::Text(actual));
    for (list, rules) in speaking {
        let refused: Vec<_> =
            rules.iter().filter(|rule| !granted(rule) && !rule.check(expected, actual, true)).collect();
        if list.combine() == Combine::And || refused.len() == rules.len() {
            found.extend(refused.into_iter().map(|rule| {
                Mismatch::new(Part::Body, location.to_string(), Detail::refused(rule, expected, actual))
                    .given_for(list.path)
            }));
        }
    }
}

#[cfg(test)]
mod tests;
