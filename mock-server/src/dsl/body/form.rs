//! Forms: names with values.

use std::panic::Location;

use pactwright_core::integration::BROKEN;
use pactwright_core::model::Query;
use pactwright_core::path::{DocPath, Step};
use serde_json::Value;

use super::super::mistake::Problem;
use super::super::pad::Pad;
use super::super::value::{TextValue, Written};
use super::whole;

/// A form as it travels.
pub(super) fn resolve(tree: &Value, pad: &mut Pad<'_>, source: &'static Location<'static>) -> String {
    let Some(fields) = fields(tree) else {
        let problem = match tree.get(BROKEN).and_then(Value::as_str) {
            Some(reason) => Problem::NotSerialisable(reason.to_owned()),
            None => Problem::NoForm,
        };
        pad.mistake(whole(), problem, source);
        return String::new();
    };
    let mut pairs: Vec<(String, Vec<Option<String>>)> = Vec::new();
    for (name, value) in fields {
        let path = DocPath::from_steps(vec![Step::Field(name.clone())]);
        let value = Written { value: TextValue::from_tree(value), source };
        let values = pad.body_text(&path, &value).into_iter().map(Some);
        match pairs.iter_mut().find(|(other, _)| *other == name) {
            Some((_, known)) => known.extend(values),
            None => pairs.push((name, values.collect())),
        }
    }
    Query::Pairs(pairs).to_text().into_owned()
}

/// The members of an object, or pairs in a list. Members that are not there (`None`) are left out, as clients do.
fn fields(tree: &Value) -> Option<Vec<(String, Value)>> {
    let fields: Option<Vec<_>> = match tree {
        Value::Object(members) if !members.contains_key(BROKEN) && !crate::matchers::is_matcher(tree) => {
            Some(members.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
        }
        Value::Array(pairs) => pairs
            .iter()
            .map(|pair| match pair.as_array().map(Vec::as_slice) {
                Some([Value::String(name), value]) => Some((name.clone(), value.clone())),
                _ => None,
            })
            .collect(),
        _ => None,
    };
    fields.map(|fields| fields.into_iter().filter(|(_, value)| !value.is_null()).collect())
}
