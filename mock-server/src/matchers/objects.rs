//! Matchers for objects whose members have names that are not known beforehand.

use std::panic::Location;

use serde::Serialize;
use serde_json::{Value, json};

use super::{COMBINE, Matcher, TYPE, VALUE, tree};

/// An object in which every name is what the matcher accepts. What holds for the values is for the example to say.
///
/// ```
/// # use pactwright::prelude::*;
/// let stock = each_key(regex("SKU-1", r"SKU-\d+"), json!({ "SKU-1": 3, "SKU-2": 0 }));
/// # let _ = stock;
/// ```
#[track_caller]
pub fn each_key(name: impl Into<Matcher>, example: impl Serialize) -> Matcher {
    each("eachKey", name.into(), &example, Location::caller())
}

/// An object (or list) in which every value is what the matcher accepts, whatever the names.
///
/// ```
/// # use pactwright::prelude::*;
/// let stock = each_value(integer(3), json!({ "SKU-1": 3, "SKU-2": 0 }));
/// # let _ = stock;
/// ```
#[track_caller]
pub fn each_value(value: impl Into<Matcher>, example: impl Serialize) -> Matcher {
    each("eachValue", value.into(), &example, Location::caller())
}

fn each(kind: &str, rule: Matcher, example: &impl Serialize, source: &'static Location<'static>) -> Matcher {
    let marker = Value::from(rule);
    // Rules inside another one all must hold; what must not is said to be none when the mock is started.
    let rules = match (marker.get(TYPE), marker.get(COMBINE).and_then(Value::as_str)) {
        (Some(Value::Array(parts)), Some("AND")) => parts.clone(),
        _ => vec![marker],
    };
    Matcher::new(kind, source).with("rules", rules).with(VALUE, tree(example))
}

/// An object that maps names to values: every name is what `name` accepts, every value is like `value`, which may have
/// matchers inside. The example has one member.
///
/// ```
/// # use pactwright::prelude::*;
/// let prices = map_of(regex("EUR", "[A-Z]{3}"), json!({ "net": decimal(8.4), "gross": decimal(9.99) }));
/// # let _ = prices;
/// ```
#[track_caller]
pub fn map_of(name: impl Into<Matcher>, value: impl Serialize) -> Matcher {
    let name = Value::from(name.into());
    let example = name.get(VALUE).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut member = serde_json::Map::new();
    member.insert(example, tree(&like_unless_matched(&value)));
    let rules = json!([{ TYPE: "eachKey", "rules": [name] }, { TYPE: "values" }]);
    Matcher::new(rules, Location::caller()).with(VALUE, member)
}

/// An object that maps any names to values like this one, which may have matchers inside. The example has one member.
///
/// ```
/// # use pactwright::prelude::*;
/// let attributes = map_like("colour", json!({ "value": string("red"), "order": integer(1) }));
/// # let _ = attributes;
/// ```
#[track_caller]
pub fn map_like(name: impl Into<String>, value: impl Serialize) -> Matcher {
    let mut member = serde_json::Map::new();
    member.insert(name.into(), tree(&like_unless_matched(&value)));
    Matcher::new("values", Location::caller()).with(VALUE, member)
}

/// `values` frees the names only: what is plain is to be matched by its type, as in a list.
#[track_caller]
fn like_unless_matched(value: &impl Serialize) -> Value {
    match tree(value) {
        Value::Object(marker) if marker.contains_key(TYPE) => Value::Object(marker),
        plain => super::like(plain).into(),
    }
}
