//! Headers.

use std::collections::HashMap;

use super::check_text;
use crate::json::Json;
use crate::model::{Combine, ContentType, Headers, RuleList};
use crate::report::{Detail, Mismatch, Part};

/// Headers that are lists by definition, so that a comma separates values.
const LISTS: [&str; 14] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "access-control-request-headers",
    "access-control-request-method",
    "access-control-request-methods",
    "allow",
    "cache-control",
    "if-match",
    "if-none-match",
    "vary",
];

/// The media type that header lines state.
pub(super) fn content_type(lines: &[(String, String)]) -> Option<ContentType> {
    lines
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .and_then(|(_, value)| ContentType::parse(value))
}

/// Every expected header must be there with its values; others may be.
pub(super) fn compare(
    expected: &Headers,
    actual: &[(String, String)],
    rules: &HashMap<String, RuleList>,
    found: &mut Vec<Mismatch>,
) {
    for (name, wanted) in expected.iter() {
        let lines: Vec<&str> = actual
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        let (wanted, lines) =
            (separate(name, wanted.iter().map(String::as_str)), separate(name, lines.into_iter()));
        if lines.is_empty() && !wanted.is_empty() {
            found.push(Mismatch::new(Part::Header, name, Detail::Missing { expected: list(&wanted) }));
            continue;
        }
        match rules.get(&name.to_ascii_lowercase()) {
            Some(list) => by_rules(name, &wanted, &lines, list, found),
            None if same(name, &wanted, &lines) => {}
            None => found.push(Mismatch::new(
                Part::Header,
                name,
                Detail::NotEqual { expected: list(&wanted), actual: list(&lines) },
            )),
        }
    }
}

/// The values of a header, from its lines.
pub(crate) fn separate<'v>(name: &str, lines: impl Iterator<Item = &'v str>) -> Vec<&'v str> {
    if LISTS.iter().any(|list| list.eq_ignore_ascii_case(name)) {
        lines.flat_map(|line| line.split(',')).map(str::trim).collect()
    } else {
        lines.map(str::trim).collect()
    }
}

fn by_rules(name: &str, expected: &[&str], actual: &[&str], list: &RuleList, found: &mut Vec<Mismatch>) {
    // A rule may be about the whole header or about each value of a list; what holds for the whole needs no more.
    let mut whole = Vec::new();
    check_text(list, Some(&expected.join(", ")), &actual.join(", "), Part::Header, name, &mut whole);
    if whole.is_empty() && list.combine == Combine::And && !list.rules.is_empty() {
        return;
    }
    for (index, value) in actual.iter().enumerate() {
        let example = expected.get(index).or_else(|| expected.first()).copied();
        check_text(list, example, value, Part::Header, name, found);
    }
}

fn same(name: &str, expected: &[&str], actual: &[&str]) -> bool {
    let parameterised = name.eq_ignore_ascii_case("content-type") || name.eq_ignore_ascii_case("accept");
    if expected.len() == actual.len() {
        let pairs = expected.iter().zip(actual);
        return pairs.into_iter().all(|(expected, actual)| {
            spaced(expected) == spaced(actual) || (parameterised && same_with_parameters(expected, actual))
        });
    }
    // Several lines mean the same as one with commas.
    spaced(&expected.join(",")) == spaced(&actual.join(","))
}

/// Space after a comma does not count.
fn spaced(value: &str) -> Vec<&str> {
    value.split(',').map(str::trim).collect()
}

/// `application/json` is satisfied by `application/json; charset=utf-8`: expected parameters must be there, others
/// may be. The case of parameters does not count, that of the type does: the specification has it so.
fn same_with_parameters(expected: &str, actual: &str) -> bool {
    let split = |value: &str| -> (String, Vec<(String, String)>) {
        let mut parts = value.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_owned();
        let parameter = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_ascii_lowercase())
        };
        (kind, parts.map(parameter).collect())
    };
    let ((wanted, parameters), (got, given)) = (split(expected), split(actual));
    // What separates the parts of a body is chosen anew every time.
    let counts = |name: &str| !(wanted.starts_with("multipart/") && name == "boundary");
    let mut parameters = parameters.iter().filter(|(name, _)| counts(name));
    wanted == got && parameters.all(|parameter| given.contains(parameter))
}

/// A single value as text, several as a list.
fn list(values: &[&str]) -> Json<'static> {
    match values {
        [value] => Json::from(*value),
        several => Json::Array(several.iter().map(|value| Json::from(*value)).collect()),
    }
}
