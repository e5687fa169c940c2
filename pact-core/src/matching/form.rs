//! Forms: `application/x-www-form-urlencoded`.
//!
//! Names and values are decoded, in UTF-8 or the encoding that the content type states; `+` is a space. The order of
//! names does not count, that of values of one name does. Names that are not expected are mismatches in requests only.
//!
//! Rules are for a name, `$.name` or `$['a[]']`, or for one of its values, `$.name[0]`. At `$`, `values`, `eachKey` and
//! `eachValue` are about the names, `notEmpty` asks for one at least, and what holds for everything below (`type`) does so
//! here. Rules for text mean each value. `type`, with bounds or without, frees the number of values of a name.

use std::collections::HashMap;

use super::body::Expectation;
use super::query::{list, values};
use super::{Part, check};
use crate::json::Json;
use crate::model::{Combine, RuleList};
use crate::report::{Detail, Mismatch};
use crate::rules::{Rule, Subject};

type Pairs = [(String, Vec<Option<String>>)];

/// Compares a form with the one of the contract.
pub(super) fn compare(whole: &Expectation<'_>, expected: &Pairs, actual: &Pairs, found: &mut Vec<Mismatch>) {
    let mut free = false;
    let mut like_first = false;
    for rules in whole.rules.holding().filter(|holding| holding.direct).map(|holding| holding.list) {
        for rule in &rules.rules {
            like_first |= matches!(rule, Rule::Values(_) | Rule::EachValue(_));
            free |= matches!(rule, Rule::Values(_) | Rule::EachValue(_) | Rule::EachKey(_));
        }
        root(whole, rules, actual, found);
    }
    let mut unmet: HashMap<&str, &Vec<Option<String>>> =
        actual.iter().map(|(name, values)| (name.as_str(), values)).collect();
    for (name, wanted) in expected {
        match unmet.remove(name.as_str()) {
            None if free => {}
            None => found.push(mismatch(whole, name, Detail::Missing { expected: list(wanted) })),
            Some(got) => field(whole, name, wanted, got, found),
        }
    }
    let first = expected.first().map(|(_, values)| values).filter(|_| like_first);
    for (name, got) in actual.iter().filter(|(name, _)| unmet.contains_key(name.as_str())) {
        if free {
            // Without an example only rules speak: nothing differs from itself but by rules.
            field(whole, name, first.unwrap_or(got), got, found);
        } else if whole.strict {
            found.push(mismatch(whole, name, Detail::Unexpected { actual: list(got) }));
        }
    }
}

fn mismatch(whole: &Expectation<'_>, name: &str, detail: Detail) -> Mismatch {
    Mismatch::new(Part::Body, whole.at.field(name).to_string(), detail)
}

/// Holds the rules for the whole against it, as far as they are not about what is inside. Like a JSON document with
/// members, it is no text and no list.
pub(super) fn root(whole: &Expectation<'_>, rules: &RuleList, actual: &Pairs, found: &mut Vec<Mismatch>) {
    let document = Json::Object(actual.iter().map(|(name, values)| (name.as_str(), list(values))).collect());
    let subject = Subject::Json(&document);
    let names = rules
        .rules
        .iter()
        .filter_map(|rule| if let Rule::EachKey(each) = rule { Some(&each.rules) } else { None });
    for rule in names.flatten() {
        for (name, _) in actual.iter().filter(|(name, _)| !rule.check(None, Subject::Text(name), true)) {
            found.push(mismatch(whole, name, Detail::refused(rule, None, Subject::Text(name))));
        }
    }
    let about_whole = |rule: &&Rule| match rule {
        Rule::NotEmpty(_) | Rule::Unknown(_) => true,
        // What the bytes look like has been asked already.
        Rule::ContentType(_) => false,
        rule => !rule.cascades(),
    };
    let about_whole: Vec<&Rule> = rules.rules.iter().filter(about_whole).collect();
    let refused: Vec<_> =
        about_whole.iter().filter(|rule| !rule.check(Some(subject), subject, true)).collect();
    if !refused.is_empty() && (rules.combine == Combine::And || refused.len() == rules.rules.len()) {
        found.extend(refused.into_iter().map(|rule| {
            Mismatch::new(Part::Body, whole.at.to_string(), Detail::refused(rule, Some(subject), subject))
        }));
    }
}

/// Compares the values of one name.
fn field(
    whole: &Expectation<'_>,
    name: &str,
    expected: &[Option<String>],
    actual: &[Option<String>],
    found: &mut Vec<Mismatch>,
) {
    let place = whole.rules.field(name);
    let at = whole.at.field(name).to_string();
    let of_item = |index: usize| place.index(index).own().map(|ranked| ranked.list);
    let by_index = (0..actual.len().max(expected.len())).any(|index| of_item(index).is_some());
    if !by_index {
        let mut ruled = false;
        for holding in place.holding() {
            let cascades = holding.list.rules.iter().any(Rule::cascades);
            if holding.direct || cascades {
                ruled = true;
                values(&at, expected, actual, Some(holding.list), Part::Body, found);
            }
        }
        if !ruled {
            values(&at, expected, actual, None, Part::Body, found);
        }
        return;
    }
    // Where single values have rules, what is said about the name as such is about their number.
    let frees = |rule: &Rule| matches!(rule, Rule::Like(_) | Rule::Values(_) | Rule::EachValue(_));
    let own = place.own().map(|ranked| ranked.list);
    let free = own.is_some_and(|list| list.rules.iter().any(frees));
    if let Some(own) = own.filter(|_| free) {
        values(&at, expected, actual, Some(own), Part::Body, found);
    } else if expected.len() != actual.len() {
        let detail = Detail::Length { expected: expected.len(), actual: actual.len() };
        found.push(Mismatch::new(Part::Body, at, detail));
        return;
    }
    for (index, value) in actual.iter().enumerate() {
        let at = whole.at.field(name).index(index).to_string();
        let example = expected.get(index).or_else(|| expected.first()).and_then(Option::as_deref);
        let text = value.as_deref().unwrap_or_default();
        match of_item(index).or_else(|| own.filter(|_| !free)) {
            Some(rules) => {
                check(rules, example.map(Subject::Text), Subject::Text(text), Part::Body, &at, found);
            }
            None if free || example == value.as_deref() => {}
            None => {
                let expected = example.map_or(Json::Null, Json::from);
                let detail = Detail::NotEqual { expected, actual: text.into() };
                found.push(Mismatch::new(Part::Body, at, detail));
            }
        }
    }
}

#[cfg(test)]
mod tests;
