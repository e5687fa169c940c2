//! Bodies that are made of parts.
//!
//! Parts are found by the name of their form field, those without a name by their order; the order of different names does
//! not count, that of parts of one name does. What separates the parts, and what stands before and after them, does not
//! count. Parts that are not expected are mismatches in requests only.
//!
//! The rules for a part are those below its name, `$.name` or `$.name.inner`, below its name and its place among parts of
//! that name, `$.name[0]`, or below its place among all parts, `$[0]`. Its content is compared like a body of its own type.
//! Its headers are compared but for `Content-Disposition` (file names are as free as the ones of temporary files); a rule
//! for a header is given by its name, `$.name['Content-Type']`, also for `Content-Disposition`.
//!
//! `type` for parts whose content has no inner structure frees how many parts of that name there are, but for none; `min`
//! and `max` bound their number. At `$`, `values`, `eachKey` and `eachValue` are about the names of parts, and `notEmpty` asks
//! for one at least.

use std::collections::HashMap;

use super::body::{Expectation, Prepared};
use super::trie::Place;
use super::{form, headers};
use crate::json::JsonBuf;
use crate::model::{Body, ContentType, Headers, RuleList};
use crate::multipart::{Labelled, Part, labelled};
use crate::report::{self, Detail, Location, Mismatch};
use crate::rules::{Like, Rule, Subject};

/// Compares the parts of a body; unexpected ones are mismatches where the whole is strict.
pub(super) fn compare(
    whole: &Expectation<'_>,
    expected: &[Part<'_>],
    actual: &[Part<'_>],
    found: &mut Vec<Mismatch>,
) {
    let (expected, actual) = (labelled(expected), labelled(actual));
    let names = names(whole, &actual, found);
    let mut unmet: HashMap<_, _> = actual.iter().map(|part| (part.key(), part)).collect();
    for part in &expected {
        let first = place(part, &whole.at);
        let repeated = first.index(part.occurrence);
        let at = if part.named && part.occurrence > 0 { repeated } else { first };
        if let Some(rules) = repeats(whole, part, &expected) {
            if part.occurrence == 0 {
                let namesakes =
                    |parts: &[Labelled<'_>]| parts.iter().filter(|other| same_name(part, other)).count();
                let count = namesakes(&actual);
                let wanted = usize::from(!rules.iter().any(|like| like.min == Some(0)));
                bounds(&rules, part, &actual, &at, found);
                if count < wanted {
                    found.push(mismatch(&at, Detail::Missing { expected: shown(part.part) }));
                }
                for other in actual.iter().filter(|other| same_name(part, other)) {
                    unmet.remove(&other.key());
                    let mut examples = expected.iter().filter(|example| same_name(part, example));
                    let example =
                        examples.find(|example| example.occurrence == other.occurrence).unwrap_or(part);
                    let first = place(other, &whole.at);
                    let indexed = first.index(other.occurrence);
                    let at = if count > 1 { indexed } else { first };
                    compare_part(whole, example, other, at, found);
                }
            }
            continue;
        }
        match unmet.remove(&part.key()) {
            Some(actual) => compare_part(whole, part, actual, at, found),
            None if names.free => {}
            None => found.push(mismatch(&at, Detail::Missing { expected: shown(part.part) })),
        }
    }
    for part in actual.iter().filter(|part| unmet.contains_key(&part.key())) {
        let at = place(part, &whole.at);
        if names.free {
            // Without an example only rules speak: nothing differs from itself but by rules.
            let example = expected.first().filter(|_| names.like_first).unwrap_or(part);
            compare_part(whole, example, part, at, found);
        } else if whole.strict {
            found.push(mismatch(&at, Detail::Unexpected { actual: shown(part.part) }));
        }
    }
}

/// What rules for the whole say about names.
struct Names {
    free: bool,
    /// Whether what has a name of its own is compared with the first part of the contract.
    like_first: bool,
}

fn names(whole: &Expectation<'_>, actual: &[Labelled<'_>], found: &mut Vec<Mismatch>) -> Names {
    let mut names = Names { free: false, like_first: false };
    let pairs: Vec<_> = actual
        .iter()
        .map(|part| (part.label.clone(), vec![shown(part.part).as_str().map(str::to_owned)]))
        .collect();
    for holding in whole.rules.holding().filter(|holding| holding.direct) {
        names.like_first |=
            holding.list.rules.iter().any(|rule| matches!(rule, Rule::Values(_) | Rule::EachValue(_)));
        names.free |=
            names.like_first || holding.list.rules.iter().any(|rule| matches!(rule, Rule::EachKey(_)));
        form::root(whole, holding.list, &pairs, found);
    }
    names
}

fn same_name(one: &Labelled<'_>, other: &Labelled<'_>) -> bool {
    one.named && other.named && one.label == other.label
}

fn is_structured(part: &Part<'_>) -> bool {
    let content = part.body();
    let kind = content.content_type.clone().or_else(|| ContentType::shown_by(&content));
    kind.is_some_and(|kind| kind.is_json() || kind.is_xml() || kind.is_form() || kind.is_multipart())
}

/// The `type` rules that free the number of parts of a name: where the content has members or items, rules are about
/// those.
fn repeats<'r>(
    whole: &Expectation<'r>,
    part: &Labelled<'_>,
    expected: &[Labelled<'_>],
) -> Option<Vec<&'r Like>> {
    let own = whole.rules.element(&[&part.label], None, None).own()?;
    let likes =
        own.list.rules.iter().filter_map(|rule| if let Rule::Like(like) = rule { Some(like) } else { None });
    let likes: Vec<_> = likes.collect();
    let structured = || expected.iter().any(|other| same_name(part, other) && is_structured(other.part));
    (part.named && !likes.is_empty() && !structured()).then_some(likes)
}

/// Holds the bounds for the number of parts of a name against those that came.
fn bounds(
    likes: &[&Like],
    part: &Labelled<'_>,
    actual: &[Labelled<'_>],
    at: &Location<'_>,
    found: &mut Vec<Mismatch>,
) {
    let parts = actual.iter().filter(|other| same_name(part, other));
    let list = JsonBuf::Array(parts.map(|other| shown(other.part)).collect());
    for like in likes {
        let rule = Rule::Like((*like).clone());
        if !rule.check(None, Subject::Json(&list), true) {
            found.push(mismatch(at, Detail::refused(&rule, None, Subject::Json(&list))));
        }
    }
}

/// The rules for a header of a part, which are given by its name and not by a wildcard: that means content.
fn header_rules(part: &Place<'_>, name: &str) -> Option<RuleList> {
    let lower = name.to_ascii_lowercase();
    let own = part.attribute(&[name, &lower]).own()?;
    let wildcard = part.attribute(&[]).own().map(|wildcard| wildcard.rank);
    (Some(own.rank) != wildcard).then(|| own.list.clone())
}

/// The name, or the place where there is none.
fn place<'l>(part: &'l Labelled<'_>, whole: &'l Location<'_>) -> Location<'l> {
    if part.named { whole.field(&part.label) } else { whole.index(part.occurrence) }
}

fn compare_part(
    whole: &Expectation<'_>,
    expected: &Labelled<'_>,
    actual: &Labelled<'_>,
    at: Location<'_>,
    found: &mut Vec<Mismatch>,
) {
    let part = expected.part;
    let place = whole.rules.element(&[&actual.label], Some(expected.position), Some(actual.occurrence));
    let (mut wanted, mut rules) = (Headers::default(), HashMap::new());
    for (name, value) in &part.headers {
        let given = header_rules(&place, name);
        if given.is_some() || !name.eq_ignore_ascii_case("content-disposition") {
            wanted.append(name, value);
        }
        rules.extend(given.map(|list| (name.to_ascii_lowercase(), list)));
    }
    let actual = actual.part;
    let mut differing = Vec::new();
    headers::compare(&wanted, &actual.headers, &rules, &mut differing);
    let other_type = differing.iter().any(|header| header.location.eq_ignore_ascii_case("content-type"));
    found.extend(differing.into_iter().map(|header| mismatch(&at.field(&header.location), header.detail)));
    if other_type {
        return;
    }
    let body = Body::Present(part.body());
    let content = Expectation {
        body: &body,
        prepared: &Prepared::new(&body, part.content_type()),
        rules: place,
        // The header has been compared already.
        type_is_free: part.content_type().is_some(),
        strict: whole.strict,
        at,
        nesting: whole.nesting - 1,
    };
    content.compare(actual.content().as_ref().into(), actual.content_type(), found);
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
