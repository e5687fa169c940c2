//! XML documents, line by line.

use std::collections::HashMap;

use super::wrong::Wrong;
use crate::report::Detail;
use crate::xml::Element;

/// Deeper levels are not moved further to the right.
const DEEPEST: usize = 40;

type Key<'e> = (Option<&'e str>, &'e str);

/// The name of the element that begins with a line.
pub(super) fn label(line: &str) -> Option<&str> {
    let name = line.trim_start_matches(' ').strip_prefix('<')?;
    let name = &name[..name.find([' ', '>', '/']).unwrap_or(name.len())];
    (!name.is_empty()).then_some(name)
}

/// A document with one element a line.
pub(super) fn lines(root: &Element) -> Vec<String> {
    let mut lines = Vec::new();
    whole(root, 0, &mut lines);
    lines
}

/// What is expected, given what came, in the same order: the example of the contract only where something is wrong, and
/// elsewhere what came, for that is what the rules accepted.
pub(super) fn accepted(expected: &Element, actual: &Element, wrong: &Wrong<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if expected.name == actual.name {
        element(expected, actual, wrong.field(expected.name.written()), 0, &mut lines);
    } else {
        whole(expected, 0, &mut lines);
    }
    lines
}

fn whole(element: &Element, depth: usize, lines: &mut Vec<String>) {
    let attributes = element.attributes.iter().map(|(name, value)| (name.written(), value.as_str()));
    tags(element.name.written(), attributes, &element.text, depth, lines, |lines| {
        for child in &element.children {
            whole(child, depth + 1, lines);
        }
    });
}

/// An element; its children are written by `inside`.
fn tags<'e>(
    name: &str,
    attributes: impl Iterator<Item = (&'e str, &'e str)>,
    text: &str,
    depth: usize,
    lines: &mut Vec<String>,
    inside: impl FnOnce(&mut Vec<String>),
) {
    let indent = "  ".repeat(depth.min(DEEPEST));
    let attributes: String =
        attributes.map(|(name, value)| format!(" {name}=\"{}\"", value.replace('"', "&quot;"))).collect();
    let mut children = Vec::new();
    inside(&mut children);
    match (children.is_empty(), text.is_empty()) {
        (true, true) => lines.push(format!("{indent}<{name}{attributes}/>")),
        (true, false) => lines.push(format!("{indent}<{name}{attributes}>{text}</{name}>")),
        (false, no_text) => {
            lines.push(format!("{indent}<{name}{attributes}>"));
            if !no_text {
                lines.push(format!("{indent}  {text}"));
            }
            lines.append(&mut children);
            lines.push(format!("{indent}</{name}>"));
        }
    }
}

fn element(
    expected: &Element,
    actual: &Element,
    wrong: Option<&Wrong<'_>>,
    depth: usize,
    lines: &mut Vec<String>,
) {
    let Some(wrong) = wrong else {
        whole(actual, depth, lines);
        return;
    };
    let at = |name: &str| wrong.field(&format!("@{name}"));
    let mut attributes = Vec::new();
    for (name, value) in &actual.attributes {
        let example = expected.attribute(name);
        // The place is called as the contract calls it.
        let written = expected.attributes.iter().find(|(other, _)| other == name);
        match (at(written.map_or(name, |(name, _)| name).written()), example) {
            (Some(place), _) if place.is_unexpected() => {}
            (Some(_), Some(example)) => attributes.push((name.written(), example)),
            _ => attributes.push((name.written(), value.as_str())),
        }
    }
    for (name, value) in &expected.attributes {
        if at(name.written()).is_some() && actual.attribute(name).is_none() {
            attributes.push((name.written(), value.as_str()));
        }
    }
    let text = if wrong.field("#text").is_some() { &expected.text } else { &actual.text };
    tags(actual.name.written(), attributes.into_iter(), text, depth, lines, |lines| {
        children(expected, actual, wrong, depth + 1, lines);
    });
}

fn children(expected: &Element, actual: &Element, wrong: &Wrong<'_>, depth: usize, lines: &mut Vec<String>) {
    let mut counts: HashMap<Key<'_>, usize> = HashMap::new();
    for child in &actual.children {
        *counts.entry(child.name.key()).or_default() += 1;
    }
    let mut examples: HashMap<Key<'_>, Vec<&Element>> = HashMap::new();
    for child in &expected.children {
        examples.entry(child.name.key()).or_default().push(child);
    }
    let mut met: HashMap<Key<'_>, usize> = HashMap::new();
    for child in &actual.children {
        let key = child.name.key();
        let occurrence = met.entry(key).or_default();
        let index = std::mem::replace(occurrence, *occurrence + 1);
        let alike = examples.get(&key).map_or(&[][..], Vec::as_slice);
        let several = alike.len().max(counts.get(&key).copied().unwrap_or(0)) > 1;
        let named = wrong.field(alike.first().map_or(&child.name, |example| &example.name).written());
        let place = named.and_then(|named| if several { named.item(index) } else { Some(named) });
        let unexpected = place.is_some_and(Wrong::is_unexpected) || named.is_some_and(Wrong::is_unexpected);
        if unexpected {
            continue;
        }
        match alike.get(index).or(alike.first()) {
            Some(example) => element(example, child, place, depth, lines),
            None => whole(child, depth, lines),
        }
    }
    let mut passed: HashMap<Key<'_>, usize> = HashMap::new();
    for example in &expected.children {
        let key = example.name.key();
        let index = passed.entry(key).and_modify(|count| *count += 1).or_default();
        let came = counts.get(&key).copied().unwrap_or(0);
        let named = wrong.field(example.name.written());
        if *index >= came && (is_missing(named) || is_missing(named.and_then(|named| named.item(*index)))) {
            whole(example, depth, lines);
        }
    }
}

fn is_missing(place: Option<&Wrong<'_>>) -> bool {
    place.is_some_and(|place| place.here.iter().any(|detail| matches!(detail, Detail::MissingChild { .. })))
}
