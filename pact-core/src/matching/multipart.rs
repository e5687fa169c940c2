//! Bodies that are made of parts.
//!
//! Parts are found by the name of their form field, those without a name by their order. The rules for a part are those
//! below its name, `$.name` or `$.name.inner`, or below its index, `$[0]`. Its headers are compared but for
//! `Content-Disposition`, and its content like a body of its own type.

use std::collections::HashMap;

use super::body::{Expectation, Prepared};
use super::headers;
use crate::json::JsonBuf;
use crate::model::{Body, Headers};
use crate::multipart::{Labelled, Part, labelled};
use crate::report::{self, Detail, Location, Mismatch};
use crate::rules::Subject;

/// Compares the parts of a body; unexpected ones are mismatches where the whole is strict.
pub(super) fn compare(
    whole: &Expectation<'_>,
    expected: &[Part<'_>],
    actual: &[Part<'_>],
    found: &mut Vec<Mismatch>,
) {
    let (expected, actual) = (labelled(expected), labelled(actual));
    let mut unmet: HashMap<_, _> = actual.iter().map(|part| (part.key(), part)).collect();
    for part in &expected {
        let first = place(part, &whole.at);
        let repeated = first.index(part.occurrence);
        let at = if part.named && part.occurrence > 0 { repeated } else { first };
        match unmet.remove(&part.key()) {
            Some(actual) => compare_part(whole, part, actual.part, at, found),
            None => found.push(mismatch(&at, Detail::Missing { expected: shown(part.part) })),
        }
    }
    for part in actual.iter().filter(|part| whole.strict && unmet.contains_key(&part.key())) {
        let at = place(part, &whole.at);
        found.push(mismatch(&at, Detail::Unexpected { actual: shown(part.part) }));
    }
}

/// The name, or the place where there is none.
fn place<'l>(part: &'l Labelled<'_>, whole: &'l Location<'_>) -> Location<'l> {
    if part.named { whole.field(&part.label) } else { whole.index(part.occurrence) }
}

fn compare_part(
    whole: &Expectation<'_>,
    expected: &Labelled<'_>,
    actual: &Part<'_>,
    at: Location<'_>,
    found: &mut Vec<Mismatch>,
) {
    let part = expected.part;
    let mut wanted = Headers::default();
    for (name, value) in
        part.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-disposition"))
    {
        wanted.append(name, value);
    }
    let mut differing = Vec::new();
    headers::compare(&wanted, &actual.headers, &HashMap::new(), &mut differing);
    let other_type = differing.iter().any(|header| header.location.eq_ignore_ascii_case("content-type"));
    found.extend(differing.into_iter().map(|header| mismatch(&at.field(&header.location), header.detail)));
    if other_type {
        return;
    }
    let body = Body::Present(part.body());
    let content = Expectation {
        body: &body,
        prepared: &Prepared::new(&body, part.content_type()),
        rules: whole.rules.element(&[&expected.label], Some(expected.position), Some(expected.occurrence)),
        // The header has been compared already.
        type_is_free: part.content_type().is_some(),
        strict: whole.strict,
        at,
        nesting: whole.nesting - 1,
    };
    content.compare(&actual.content(), actual.content_type(), found);
}

fn mismatch(at: &Location<'_>, detail: Detail) -> Mismatch {
    Mismatch::new(report::Part::Body, at.to_string(), detail)
}

fn shown(part: &Part<'_>) -> JsonBuf {
    let content = part.content();
    std::str::from_utf8(&content).map_or(Subject::Bytes(&content), Subject::Text).to_json()
}

#[cfg(test)]
mod tests;
