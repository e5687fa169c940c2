//! From an example, rules and generators to a tree with matchers.

use thiserror::Error;

use super::marker::of_rule;
use super::{COMBINE, GENERATOR, MATCHER, Reading, VALUE, read};
use crate::generators::Generator;
use crate::json::{Json, JsonBuf, ObjectBuf};
use crate::model::{Combine, RuleList};
use crate::path::{DocPath, Step};
use crate::rules::Rule;

/// The example, rules and generators say something that a tree with matchers cannot.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "a tree with matchers cannot say this: its rules hold in other places than those that the example has"
)]
pub struct Inexpressible;

/// The tree that [`read`] takes apart into this example, these rules and these generators. The order of the rules, and examples
/// of names and values inside `eachKey` and `eachValue`, are not kept.
///
/// # Errors
/// When there is no such tree: a rule is for a place that the example does not have, or for one of several items that are all
/// alike, the example has a member called `pact:matcher:type`, ...
pub fn write(
    example: &JsonBuf,
    rules: &[(DocPath, RuleList)],
    generators: &[(DocPath, Generator)],
) -> Result<JsonBuf, Inexpressible> {
    let mut steps = Vec::new();
    let tree = Writer { rules, generators }.value(example, &mut steps, true);
    let wanted = Reading {
        example: example.clone(),
        rules: rules.to_vec(),
        generators: generators.to_vec(),
        findings: Vec::new(),
    };
    // The one way to know that a tree says what it should.
    let said = read(tree.clone());
    if comparable(said) == comparable(wanted) { Ok(tree) } else { Err(Inexpressible) }
}

/// Without what need not be kept.
fn comparable(reading: Reading) -> Reading {
    let plain = |rule: Rule| match rule {
        Rule::EachKey(mut each) => {
            each.example = None;
            Rule::EachKey(each)
        }
        Rule::EachValue(mut each) => {
            each.example = None;
            Rule::EachValue(each)
        }
        other => other,
    };
    let mut rules: Vec<_> = reading.rules;
    for (_, list) in &mut rules {
        list.combine = if list.rules.len() < 2 { Combine::And } else { list.combine };
        list.rules = std::mem::take(&mut list.rules).into_iter().map(plain).collect();
    }
    rules.sort_by_cached_key(|(path, _)| path.to_string());
    let mut generators = reading.generators;
    generators.sort_by_cached_key(|(path, _)| path.to_string());
    Reading { rules, generators, findings: Vec::new(), ..reading }
}

struct Writer<'w> {
    rules: &'w [(DocPath, RuleList)],
    generators: &'w [(DocPath, Generator)],
}

impl Writer<'_> {
    /// A value with what holds for it; `marked` is whether it, and what is inside, may be matchers: of items that are all
    /// alike, the first speaks for all.
    fn value(&self, value: &JsonBuf, steps: &mut Vec<Step>, marked: bool) -> JsonBuf {
        let list = self.rules.iter().find(|(path, _)| path.steps() == steps.as_slice()).map(|(_, list)| list);
        let variants = list.and_then(|list| match list.rules.as_slice() {
            [Rule::ArrayContains(rule)] => Some(&rule.variants),
            _ => None,
        });
        if let (Some(variants), Some(items), true) = (variants, value.as_array(), marked) {
            let item = |variant: &crate::rules::Variant| {
                let example = items.get(variant.index).unwrap_or(&Json::Null);
                let writer = Writer { rules: &variant.rules, generators: &variant.generators };
                writer.value(example, &mut Vec::new(), true)
            };
            let variants = Json::Array(variants.iter().map(item).collect());
            let contains = [(MATCHER, "arrayContains".into()), ("variants", variants)];
            return Json::Object(contains.into_iter().collect());
        }
        let inside = match value {
            Json::Array(items) => {
                let alike = self.has(steps, &Step::AnyIndex);
                let item = |(index, item)| {
                    let step = if alike { Step::AnyIndex } else { Step::Index(index) };
                    self.below(step, item, steps, marked && !(alike && index > 0))
                };
                Json::Array(items.iter().enumerate().map(item).collect())
            }
            Json::Object(object) => {
                let alike = self.has(steps, &Step::AnyField);
                let member = |(index, (name, member)): (usize, (&str, &JsonBuf))| {
                    let step = if alike { Step::AnyField } else { Step::Field(name.to_owned()) };
                    (name.to_owned(), self.below(step, member, steps, marked && !(alike && index > 0)))
                };
                Json::Object(object.iter().enumerate().map(member).collect())
            }
            scalar => scalar.clone(),
        };
        let made = self.generators.iter().find(|(path, _)| path.steps() == steps.as_slice());
        match (list, made) {
            _ if !marked => inside,
            (None, None) => inside,
            (list, made) => Json::Object(marker(list, made.map(|(_, made)| made), inside)),
        }
    }

    fn below(&self, step: Step, value: &JsonBuf, steps: &mut Vec<Step>, marked: bool) -> JsonBuf {
        steps.push(step);
        let value = self.value(value, steps, marked);
        steps.pop();
        value
    }

    /// Whether something is said about the places that this step leads to.
    fn has(&self, steps: &[Step], step: &Step) -> bool {
        let paths =
            self.rules.iter().map(|(path, _)| path).chain(self.generators.iter().map(|(path, _)| path));
        let leads =
            |path: &DocPath| path.steps().strip_prefix(steps).is_some_and(|rest| rest.first() == Some(step));
        paths.into_iter().any(leads)
    }
}

fn marker(list: Option<&RuleList>, made: Option<&Generator>, example: JsonBuf) -> ObjectBuf {
    let mut marker = match list.map(|list| (list.rules.as_slice(), list.combine)) {
        None => ObjectBuf::new(),
        Some(([rule], _)) => of_rule(rule),
        Some((rules, combine)) => {
            let parts = rules.iter().map(|rule| Json::Object(of_rule(rule))).collect();
            let combine = JsonBuf::from(combine.as_str());
            [(MATCHER, Json::Array(parts)), (COMBINE, combine)].into_iter().collect()
        }
    };
    if let Some(made) = made {
        for (name, value) in made.definition() {
            match name.as_ref() {
                "type" => marker.insert(GENERATOR, value),
                _ => marker.insert(name, value),
            }
        }
    }
    marker.insert(VALUE, example);
    marker
}
