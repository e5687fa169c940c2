//! What is different between the body that a contract expects and the one that came, and nothing else.

use pactwright_core::json::{Json, JsonBuf, Object};
use pactwright_core::matching::ActualResponse;
use pactwright_core::model::Response;
use pactwright_core::path::{DocPath, Step};
use pactwright_core::report::{Mismatch, Part};
use similar::{ChangeTag, TextDiff};

/// Bodies beyond this are not compared line by line, in bytes.
const LARGEST: usize = 512 * 1024;
/// No more lines than these are shown.
const MOST_LINES: usize = 120;
/// How many lines around a difference are shown.
const CONTEXT: usize = 3;

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// The same on both sides.
    Same(String),
    /// Only in what is expected.
    Expected(String),
    /// Only in what came.
    Actual(String),
    /// Lines that are not shown.
    Skipped,
}

/// The lines in which bodies differ, with some around them; nothing when there is nothing to show.
///
/// Where a matching rule accepted a value, both sides show the value that came: what differs only from the example is
/// not a difference.
pub(super) fn body(expected: &Response, actual: &ActualResponse, mismatches: &[Mismatch]) -> Vec<Line> {
    let in_body: Vec<_> = mismatches.iter().filter(|mismatch| mismatch.part == Part::Body).collect();
    let Some(content) = expected.body.content().filter(|_| !in_body.is_empty()) else { return Vec::new() };
    if content.bytes().len() > LARGEST || actual.body.len() > LARGEST {
        return Vec::new();
    }
    let (left, right) = match (content.as_json(), Json::parse(&actual.body)) {
        (Some(expected), Ok(actual)) => {
            let places: Vec<_> =
                in_body.iter().filter_map(|mismatch| mismatch.location.parse::<DocPath>().ok()).collect();
            let wrong: Vec<_> = places.iter().map(DocPath::steps).collect();
            let pretty = |json: &Json<'_>| without_commas(&json.to_pretty());
            (pretty(&accepted(&expected, &actual, &wrong)), pretty(&actual))
        }
        // Lines of a document and of something else have nothing to do with each other.
        (Some(_), Err(_)) => return Vec::new(),
        (None, _) => {
            let expected = content.bytes();
            let (Ok(expected), Ok(actual)) =
                (std::str::from_utf8(&expected), std::str::from_utf8(&actual.body))
            else {
                return Vec::new();
            };
            (expected.to_owned(), actual.to_owned())
        }
    };
    lines(&left, &right)
}

/// Pretty JSON without the commas at the ends of lines: whether another member follows is no difference.
fn without_commas(pretty: &str) -> String {
    pretty.lines().map(|line| line.strip_suffix(',').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn lines(left: &str, right: &str) -> Vec<Line> {
    let diff = TextDiff::from_lines(left, right);
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if index > 0 {
            lines.push(Line::Skipped);
        }
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let text = change.value().trim_end_matches(['\n', '\r']).to_owned();
            lines.push(match change.tag() {
                ChangeTag::Equal => Line::Same(text),
                ChangeTag::Delete => Line::Expected(text),
                ChangeTag::Insert => Line::Actual(text),
            });
            if lines.len() == MOST_LINES {
                lines.push(Line::Skipped);
                return lines;
            }
        }
    }
    lines
}

/// What is expected, given what came: the example only where something was wrong.
fn accepted(expected: &Json<'_>, actual: &Json<'_>, wrong: &[&[Step]]) -> JsonBuf {
    if wrong.is_empty() {
        return actual.clone().into_owned();
    }
    let here = wrong.iter().any(|steps| steps.is_empty());
    match (expected, actual) {
        (Json::Object(expected), Json::Object(actual)) => object(expected, actual, wrong, here),
        (Json::Array(expected), Json::Array(actual)) => array(expected, actual, wrong, here),
        _ => expected.clone().into_owned(),
    }
}

fn object(expected: &Object<'_>, actual: &Object<'_>, wrong: &[&[Step]], here: bool) -> JsonBuf {
    let below = |name: &str| -> Vec<&[Step]> {
        under(wrong, |step| matches!(step, Step::Field(field) if field == name))
    };
    let mut members = Object::new();
    // In the order of what came, so that only differences differ; what is missing there comes last.
    for (name, value) in actual.iter() {
        let wrong = below(name);
        match expected.get(name) {
            Some(example) => members.insert(name.to_owned(), accepted(example, value, &wrong)),
            None if wrong.is_empty() && !here => members.insert(name.to_owned(), value.clone().into_owned()),
            None => {}
        }
    }
    for (name, example) in expected.iter().filter(|(name, _)| actual.get(name).is_none()) {
        if here || !below(name).is_empty() {
            members.insert(name.to_owned(), example.clone().into_owned());
        }
    }
    Json::Object(members)
}

fn array(expected: &[Json<'_>], actual: &[Json<'_>], wrong: &[&[Step]], here: bool) -> JsonBuf {
    let below = |index: usize| -> Vec<&[Step]> {
        under(wrong, |step| matches!(step, Step::Index(at) if *at == index))
    };
    let mut items = Vec::new();
    for (index, value) in actual.iter().enumerate() {
        let wrong = below(index);
        // One example may stand for many items.
        match expected.get(index).or_else(|| expected.first().filter(|_| !wrong.is_empty())) {
            Some(example) => items.push(accepted(example, value, &wrong)),
            None if here => {}
            None => items.push(value.clone().into_owned()),
        }
    }
    if here {
        items.extend(expected.iter().skip(actual.len()).map(|example| example.clone().into_owned()));
    }
    Json::Array(items)
}

/// What is left of the places below one step.
fn under<'s>(wrong: &[&'s [Step]], is_it: impl Fn(&Step) -> bool) -> Vec<&'s [Step]> {
    let below = |steps: &&'s [Step]| match steps.split_first() {
        Some((step, rest)) if is_it(step) => Some(rest),
        _ => None,
    };
    wrong.iter().filter_map(below).collect()
}

#[cfg(test)]
mod tests;
