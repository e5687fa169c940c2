//! Queries.

use std::borrow::Cow;
use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use super::check;
use crate::json::Json;
use crate::model::{Query, RuleList, parse_pairs};
use crate::report::{Detail, Mismatch, Part};
use crate::rules::{Rule, Subject};

type Pairs = [(String, Vec<Option<String>>)];

/// The order of names does not count, that of the values of one name does.
pub(super) fn compare(
    expected: Option<&Query>,
    actual: Option<&str>,
    rules: &HashMap<String, RuleList>,
    found: &mut Vec<Mismatch>,
) {
    if let Some(Query::Text(expected)) = expected {
        let actual = actual.unwrap_or_default();
        let decoded = |text| percent_decode_str(text).collect::<Vec<u8>>();
        if decoded(expected) != decoded(actual) {
            let detail = Detail::NotEqual { expected: expected.as_str().into(), actual: actual.into() };
            found.push(Mismatch::new(Part::Query, "", detail));
        }
        return;
    }
    let expected = expected.map_or(Cow::Owned(Vec::new()), Query::pairs);
    pairs(
        &expected,
        &parse_pairs(actual.unwrap_or_default()),
        |name| rules.get(name),
        Part::Query,
        true,
        found,
    );
}

/// Compares names with values.
fn pairs<'r>(
    expected: &Pairs,
    actual: &Pairs,
    rules: impl Fn(&str) -> Option<&'r RuleList>,
    part: Part,
    strict: bool,
    found: &mut Vec<Mismatch>,
) {
    let mut unmet: HashMap<&str, &Vec<Option<String>>> =
        actual.iter().map(|(name, values)| (name.as_str(), values)).collect();
    for (name, wanted) in expected {
        match unmet.remove(name.as_str()) {
            None => found.push(Mismatch::new(part, name, Detail::Missing { expected: list(wanted) })),
            Some(got) => values(name, wanted, got, rules(name), part, found),
        }
    }
    for (name, values) in actual.iter().filter(|(name, _)| strict && unmet.contains_key(name.as_str())) {
        found.push(Mismatch::new(part, name, Detail::Unexpected { actual: list(values) }));
    }
}

/// Compares the values of one name.
pub(super) fn values(
    name: &str,
    expected: &[Option<String>],
    actual: &[Option<String>],
    rules: Option<&RuleList>,
    part: Part,
    found: &mut Vec<Mismatch>,
) {
    let Some(rules) = rules else {
        if expected != actual {
            found.push(Mismatch::new(
                part,
                name,
                Detail::NotEqual { expected: list(expected), actual: list(actual) },
            ));
        }
        return;
    };
    if rules.rules.iter().any(|rule| matches!(rule, Rule::Like(like) if like.min.or(like.max).is_some())) {
        let (expected, actual) = (as_list(expected), as_list(actual));
        check(rules, Some(Subject::Json(&expected)), Subject::Json(&actual), part, name, found);
        return;
    }
    // One example with a rule stands for each value that comes (the compatibility suite has it so). Where the contract
    // gives several, only a rule for lists frees their number; equality never does.
    let frees = |rule: &Rule| match rule {
        Rule::Like(_) | Rule::EachValue(_) | Rule::Values(_) => true,
        Rule::Equality(_) => false,
        _ => expected.len() == 1,
    };
    if expected.len() != actual.len() && !rules.rules.iter().any(frees) {
        let detail = Detail::Length { expected: expected.len(), actual: actual.len() };
        found.push(Mismatch::new(part, name, detail));
        return;
    }
    for (index, value) in actual.iter().enumerate() {
        let example = expected.get(index).or_else(|| expected.first()).and_then(Option::as_deref);
        let value = value.as_deref().unwrap_or_default();
        check(rules, example.map(Subject::Text), Subject::Text(value), part, name, found);
    }
}

fn as_list(values: &[Option<String>]) -> Json<'_> {
    let item = |value: &Option<String>| value.as_deref().map_or(Json::Null, Json::from);
    Json::Array(values.iter().map(item).collect())
}

/// A single value as text, several as a list.
pub(super) fn list(values: &[Option<String>]) -> Json<'static> {
    match values {
        [Some(value)] => Json::from(value.as_str()),
        [None] => Json::Null,
        several => as_list(several).into_owned(),
    }
}
