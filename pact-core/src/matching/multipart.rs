//! Bodies that are made of parts.
//!
//! Parts are found by the name of their form field, those without a name by their order. The rules for a part are those
//! below its name, `$.name` or `$.name.inner`, or below its index, `$[0]`. Its headers are compared but for
//! `Content-Disposition`, and its content like a body of its own type.

use std::collections::HashMap;

use super::body::{Expectation, Prepared};
use super::headers;
use crate::json::JsonBuf;
use crate::model::{Body, Content, Data, Headers};
use crate::multipart::Part;
use crate::report::{self, Detail, Location, Mismatch};
use crate::rules::Subject;

/// A part among its fellows.
struct Labelled<'p> {
    part: &'p Part<'p>,
    named: bool,
    /// Its name, or its place among the parts without one.
    label: String,
    /// How many with that label come before it.
    occurrence: usize,
}

/// Compares the parts of a body; unexpected ones are mismatches where the whole is strict.
pub(super) fn compare(
    whole: &Expectation<'_>,
    expected: &[Part<'_>],
    actual: &[Part<'_>],
    found: &mut Vec<Mismatch>,
) {
    let (expected, actual) = (labelled(expected), labelled(actual));
    let mut unmet: HashMap<_, _> = actual.iter().map(|part| (part.key(), part)).collect();
    for (position, part) in expected.iter().enumerate() {
        let first = part.at(&whole.at);
        let repeated = first.index(part.occurrence);
        let at = if part.named && part.occurrence > 0 { repeated } else { first };
        match unmet.remove(&part.key()) {
            Some(actual) => compare_part(whole, part, position, actual.part, at, found),
            None => found.push(mismatch(&at, Detail::Missing { expected: shown(part.part) })),
        }
    }
    for part in actual.iter().filter(|part| whole.strict && unmet.contains_key(&part.key())) {
        let at = part.at(&whole.at);
        found.push(mismatch(&at, Detail::Unexpected { actual: shown(part.part) }));
    }
}

fn labelled<'p>(parts: &'p [Part<'p>]) -> Vec<Labelled<'p>> {
    let mut seen: HashMap<Option<String>, usize> = HashMap::new();
    let label = |part: &'p Part<'p>| {
        let name = part.name();
        let count = seen.entry(name.clone()).or_default();
        let before = *count;
        *count += 1;
        match name {
            Some(label) => Labelled { part, named: true, label, occurrence: before },
            None => Labelled { part, named: false, label: before.to_string(), occurrence: before },
        }
    };
    parts.iter().map(label).collect()
}

impl Labelled<'_> {
    fn key(&self) -> (bool, &str, usize) {
        (self.named, &self.label, self.occurrence)
    }

    /// The name, or the place where there is none.
    fn at<'l>(&'l self, whole: &'l Location<'_>) -> Location<'l> {
        if self.named { whole.field(&self.label) } else { whole.index(self.occurrence) }
    }
}

fn compare_part(
    whole: &Expectation<'_>,
    expected: &Labelled<'_>,
    position: usize,
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
    let bytes = part.content().into_owned();
    let data = String::from_utf8(bytes).map_or_else(|error| Data::Binary(error.into_bytes()), Data::Text);
    let body = Body::Present(Content { data, content_type: part.content_type(), hint: None });
    let content = Expectation {
        body: &body,
        prepared: &Prepared::new(&body, part.content_type()),
        rules: whole.rules.element(&[&expected.label], Some(position), Some(expected.occurrence)),
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
