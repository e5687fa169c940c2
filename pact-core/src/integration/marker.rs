//! Matchers one by one: their names and attributes.

use std::borrow::Cow;

use super::{COMBINE, GENERATOR, MATCHER, SOURCE, VALUE};
use crate::definition::Definition;
use crate::generators::{Context, Generator, GeneratorError, Seeded};
use crate::json::{Json, JsonBuf, Object, ObjectBuf};
use crate::rules::Rule;

/// The name of a rule as definitions have it. Some libraries write `each-key`, others `eachKey`.
pub(super) fn canonical(kind: &str) -> Cow<'_, str> {
    match kind {
        "equalTo" | "equal-to" => return "equality".into(),
        _ if !kind.contains('-') => return kind.into(),
        _ => {}
    }
    let mut name = String::new();
    for (index, word) in kind.split('-').enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if index > 0 => name.push(first.to_ascii_uppercase()),
            first => name.extend(first),
        }
        name.push_str(letters.as_str());
    }
    // Names that are not known stay as they are: those of plugins may have hyphens.
    if KEBAB.contains(&name.as_str()) { name.into() } else { kind.into() }
}

const KEBAB: [&str; 6] = ["arrayContains", "contentType", "eachKey", "eachValue", "notEmpty", "statusCode"];

/// Whether an object is a matcher or an example that is made anew.
pub(super) fn is_marker(object: &ObjectBuf) -> bool {
    object.get(MATCHER).is_some() || object.get(GENERATOR).is_some()
}

/// The attribute that holds what a rule looks for, where its definition says `value` but a matcher has its example there.
pub(super) fn own_value(kind: &str) -> Option<&'static str> {
    match kind {
        "include" => Some("include"),
        "contentType" => Some("contentType"),
        _ => None,
    }
}

/// The definition of a rule, as pact files write it, from the attributes of a matcher without its example.
pub(super) fn definition(kind: &str, example: Option<&JsonBuf>, mut attributes: ObjectBuf) -> ObjectBuf {
    let kind = canonical(kind);
    if let Some(own) = own_value(&kind) {
        let value = attributes.remove(own).or_else(|| example.cloned());
        attributes.insert(VALUE, value.unwrap_or_default());
    }
    let mut definition = ObjectBuf::new();
    definition.insert("match", kind.into_owned());
    for (name, value) in attributes {
        match (name.as_ref(), value) {
            (SOURCE | MATCHER | GENERATOR | COMBINE, _) => {}
            ("rules", Json::Array(rules)) => {
                definition.insert("rules", Json::Array(rules.into_iter().flat_map(inner).collect()));
            }
            (_, value) => definition.insert(name, value),
        }
    }
    definition
}

/// The definitions of a rule that stands inside another. Its example belongs to the outer one.
fn inner(rule: JsonBuf) -> Vec<JsonBuf> {
    let mut marker = match rule {
        Json::Object(marker) => marker,
        Json::String(text) => return parsed(&text).unwrap_or_else(|| vec![Json::String(text)]),
        other => return vec![other],
    };
    match marker.remove(MATCHER) {
        Some(Json::String(text)) if is_definition(&text) => {
            parsed(&text).unwrap_or_else(|| vec![Json::String(text)])
        }
        Some(Json::String(kind)) => {
            let example = marker.remove(VALUE);
            vec![Json::Object(definition(&kind, example.as_ref(), marker))]
        }
        // Without a name it may be a definition as pact files have it, or is found to be none.
        _ => vec![Json::Object(marker)],
    }
}

fn parsed(text: &str) -> Option<Vec<JsonBuf>> {
    let definition: Definition = text.parse().ok()?;
    Some(definition.rules().iter().map(Rule::definition).map(Json::Object).collect())
}

/// Whether the type of a matcher is text in the definition language, not a name.
pub(super) fn is_definition(kind: &str) -> bool {
    kind.contains('(')
}

/// The generator of a marker: its attributes stand among those of the matcher.
pub(super) fn generator(marker: &ObjectBuf) -> Option<Result<Generator, GeneratorError>> {
    let kind = marker.get(GENERATOR)?;
    let reserved = [MATCHER, GENERATOR, SOURCE, COMBINE, VALUE, "type", "rules", "variants"];
    let attributes = marker.iter().filter(|(name, _)| !reserved.contains(name));
    let mut definition: ObjectBuf =
        attributes.map(|(name, value)| (name.to_owned(), value.clone())).collect();
    definition.insert("type", kind.clone());
    Some(Generator::parse(&Json::Object(definition)))
}

/// An example where none is given: always the same, as chance and time are settled.
pub(super) fn example_of(generator: &Generator) -> Option<JsonBuf> {
    let now = crate::datetime::Moment::from_unix(946_684_800, 0).ok()?;
    generator.generate(&Json::Null, &Context::consumer(None), &mut Seeded::new(0, now)).ok()
}

/// A rule as a matcher, without example.
pub(super) fn of_rule(rule: &Rule) -> ObjectBuf {
    let mut marker = ObjectBuf::new();
    let definition: Object<'_> = rule.definition();
    let name = definition.get("match").and_then(Json::as_str).unwrap_or_default().to_owned();
    marker.insert(MATCHER, name.clone());
    for (attribute, value) in definition {
        match (attribute.as_ref(), value) {
            ("match", _) => {}
            (VALUE, value) => {
                // The examples of names and values, which the rules of those names may have, have no place here.
                if let Some(own) = own_value(&name) {
                    marker.insert(own, value);
                }
            }
            ("rules", _) => {
                let rules = match rule {
                    Rule::EachKey(each) => &each.rules,
                    Rule::EachValue(each) => &each.rules,
                    _ => continue,
                };
                let rules = rules.iter().map(|rule| Json::Object(of_rule(rule))).collect();
                marker.insert("rules", Json::Array(rules));
            }
            (_, value) => marker.insert(attribute, value),
        }
    }
    marker
}
