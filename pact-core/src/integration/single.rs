//! Values that travel as text: paths, headers, query parameters.

use super::{Finding, MATCHER, Problem, VALUE, read};
use crate::generators::Generator;
use crate::json::{Json, JsonBuf};
use crate::model::RuleList;
use crate::path::DocPath;

/// What a tree with matchers says about a value that travels as text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Single {
    /// The example values: one, unless the example is a list.
    pub values: Vec<String>,
    /// What holds for every one of them.
    pub rules: Option<RuleList>,
    /// What makes the value anew.
    pub generator: Option<Generator>,
    /// What cannot be meant.
    pub findings: Vec<Finding>,
}

/// Takes a tree for a path, a header or a query parameter apart: text (or something that is written as text), a matcher,
/// or a list of either. Matchers in a list must all say the same: a contract has no place for what holds for one of
/// several values.
pub fn read_single(tree: JsonBuf) -> Single {
    let reading = read(tree);
    let mut findings = reading.findings;
    let mut mistake = |problem| {
        findings.push(Finding { path: DocPath::default(), problem, source: None });
    };
    let values: Vec<JsonBuf> = match reading.example {
        Json::Array(items) => items,
        single => vec![single],
    };
    let (whole, items): (Vec<_>, Vec<_>) =
        reading.rules.into_iter().partition(|(path, _)| path.steps().is_empty());
    let mut rules = whole.into_iter().next().map(|(_, list)| list);
    if let [(_, first), others @ ..] = items.as_slice() {
        let shared = items.len() == values.len() && others.iter().all(|(_, list)| list == first);
        if shared && rules.is_none() {
            rules = Some(first.clone());
        } else {
            for _ in &items {
                mistake(Problem::MatcherInList);
            }
        }
    }
    let generator = reading.generators.into_iter().next().map(|(_, generator)| generator);
    let values = values.into_iter().map(|value| {
        text(value).unwrap_or_else(|found| {
            mistake(Problem::NotText { found });
            String::new()
        })
    });
    let values = values.collect();
    Single { values, rules, generator, findings }
}

/// Takes text for a path, a header or a query parameter apart, as libraries of other languages hand it over: it is the value
/// itself, or the JSON of a matcher, or `{"value": [...]}` for several values.
///
/// ```
/// use pactwright_core::integration::read_text;
/// assert_eq!(read_text("/orders/7").values, ["/orders/7"]);
/// let read = read_text(r#"{"pact:matcher:type": "regex", "regex": "/orders/\\d+", "value": "/orders/7"}"#);
/// assert_eq!(read.values, ["/orders/7"]);
/// assert!(read.rules.is_some());
/// ```
pub fn read_text(value: &str) -> Single {
    match Json::parse(value.as_bytes()) {
        Ok(Json::Object(object)) if super::marker::is_marker(&object.clone().into_owned()) => {
            read_single(Json::Object(object.into_owned()))
        }
        Ok(Json::Object(mut object)) if object.len() == 1 && object.get(MATCHER).is_none() => {
            match object.remove(VALUE) {
                Some(values) => read_single(values.into_owned()),
                None => plain(value),
            }
        }
        _ => plain(value),
    }
}

fn plain(value: &str) -> Single {
    Single { values: vec![value.to_owned()], ..Single::default() }
}

fn text(value: JsonBuf) -> Result<String, &'static str> {
    match value {
        Json::String(text) => Ok(text.into_owned()),
        Json::Number(number) => Ok(number.as_str().to_owned()),
        Json::Bool(value) => Ok(value.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => Err(value.type_name()),
    }
}
