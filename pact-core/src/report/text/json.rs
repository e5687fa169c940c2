//! JSON documents, line by line.

use std::collections::{HashMap, HashSet};

use super::wrong::Wrong;
use crate::json::{Json, Object};
use crate::report::Detail;
use crate::rules::Rule;

/// Deeper levels are not moved further to the right: the lines of a deep document would be mostly spaces.
const DEEPEST: usize = 40;
/// No more items than these are added to a list that is too short.
const MOST_ADDED: usize = 20;

/// A document with one member or item a line. There are no commas: whether another line follows is no difference.
pub(super) fn lines(document: &Json<'_>) -> Vec<String> {
    let mut lines = Lines::default();
    lines.whole(document, "", 0);
    lines.0
}

/// What is expected, given what came, in the same order: the example of the contract only where something is wrong, and
/// elsewhere what came, for that is what the rules accepted.
pub(super) fn accepted(expected: &Json<'_>, actual: &Json<'_>, wrong: &Wrong<'_>) -> Vec<String> {
    let mut lines = Lines::default();
    lines.accepted(Some(expected), actual, Some(wrong), "", 0);
    lines.0
}

#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    fn add(&mut self, depth: usize, label: &str, text: &str) {
        self.0.push(format!("{}{label}{text}", "  ".repeat(depth.min(DEEPEST))));
    }

    /// A container: what is inside is written by `inside`.
    fn container(&mut self, brackets: [&str; 2], label: &str, depth: usize, inside: impl FnOnce(&mut Self)) {
        self.add(depth, label, brackets[0]);
        let before = self.0.len();
        inside(self);
        if self.0.len() > before {
            self.add(depth, "", brackets[1]);
        } else if let Some(line) = self.0.last_mut() {
            line.push_str(brackets[1]);
        }
    }

    fn whole(&mut self, value: &Json<'_>, label: &str, depth: usize) {
        match value {
            Json::Object(object) => self.container(["{", "}"], label, depth, |lines| {
                for (name, value) in object.iter() {
                    lines.whole(value, &member(name), depth + 1);
                }
            }),
            Json::Array(items) => self.container(["[", "]"], label, depth, |lines| {
                for item in items {
                    lines.whole(item, "", depth + 1);
                }
            }),
            scalar => self.add(depth, label, &scalar.to_compact()),
        }
    }

    fn accepted(
        &mut self,
        expected: Option<&Json<'_>>,
        actual: &Json<'_>,
        wrong: Option<&Wrong<'_>>,
        label: &str,
        depth: usize,
    ) {
        let Some(wrong) = wrong else {
            self.whole(actual, label, depth);
            return;
        };
        match (expected, actual) {
            (Some(Json::Object(expected)), Json::Object(actual)) => {
                let (expected, wrong) = (Some(expected), wrong);
                self.container(["{", "}"], label, depth, |lines| {
                    lines.members(expected, actual, wrong, depth + 1);
                });
            }
            (Some(Json::Array(expected)), Json::Array(actual)) => {
                self.container(["[", "]"], label, depth, |lines| {
                    lines.items(expected, actual, wrong, depth + 1);
                });
            }
            (Some(example), _) => self.whole(example, label, depth),
            // There is no example for what is wrong here, so there is nothing to show in its place.
            (None, _) if !wrong.here.is_empty() => {}
            (None, Json::Object(actual)) => {
                self.container(["{", "}"], label, depth, |lines| {
                    lines.members(None, actual, wrong, depth + 1);
                });
            }
            (None, Json::Array(actual)) => {
                self.container(["[", "]"], label, depth, |lines| {
                    lines.items(&[], actual, wrong, depth + 1);
                });
            }
            (None, scalar) => self.whole(scalar, label, depth),
        }
    }

    fn members(
        &mut self,
        expected: Option<&Object<'_>>,
        actual: &Object<'_>,
        wrong: &Wrong<'_>,
        depth: usize,
    ) {
        let examples: HashMap<&str, &Json<'_>> = expected.into_iter().flat_map(Object::iter).collect();
        // In the order of what came; what is missing there comes last.
        for (name, value) in actual.iter() {
            let below = wrong.field(name);
            if !below.is_some_and(Wrong::is_unexpected) {
                self.accepted(examples.get(name).copied(), value, below, &member(name), depth);
            }
        }
        let came: HashSet<&str> = actual.names().collect();
        for (name, example) in expected.into_iter().flat_map(Object::iter) {
            let is_wrong = !wrong.here.is_empty() || wrong.field(name).is_some();
            if is_wrong && !came.contains(name) {
                self.whole(example, &member(name), depth);
            }
        }
    }

    fn items(&mut self, expected: &[Json<'_>], actual: &[Json<'_>], wrong: &Wrong<'_>, depth: usize) {
        let (mut most, mut least, mut variants) = (usize::MAX, 0, Vec::new());
        for detail in &wrong.here {
            match detail {
                Detail::Length { expected, .. } => (most, least) = (*expected, *expected),
                Detail::Refused { rule, .. } => match rule.as_ref() {
                    Rule::Like(like) => {
                        most = most.min(like.max.unwrap_or(usize::MAX));
                        least = least.max(like.min.unwrap_or(0));
                    }
                    _ if actual.is_empty() => least = least.max(expected.len()),
                    _ => {}
                },
                Detail::NoVariant { expected, .. } => variants.push(expected),
                _ => {}
            }
        }
        let example = |index: usize| expected.get(index).or_else(|| expected.first());
        for (index, value) in actual.iter().enumerate().take(most) {
            self.accepted(example(index), value, wrong.item(index), "", depth);
        }
        for example in (actual.len()..least).take(MOST_ADDED).filter_map(example) {
            self.whole(example, "", depth);
        }
        for variant in variants {
            self.whole(variant, "", depth);
        }
    }
}

/// The name of the member that begins with a line, as it is written; none for items.
pub(super) fn label(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(' ');
    let mut escape = false;
    // Only the quotes at the end of the name are not escaped.
    let end = line.strip_prefix('"')?.find(|character| {
        let is_end = character == '"' && !escape;
        escape = character == '\\' && !escape;
        is_end
    })?;
    let (name, rest) = line.split_at(end + 2);
    rest.starts_with(": ").then_some(name)
}

/// What comes before the value of a member.
fn member(name: &str) -> String {
    format!("{}: ", Json::from(name).to_compact())
}
