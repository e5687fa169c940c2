//! Matchers for lists.

use std::panic::Location;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Matcher, VALUE, tree};

/// A list whose items are all like an example. Made by [`each_like`](fn@each_like).
#[derive(Debug, Clone)]
#[must_use = "a matcher says something only where it is part of a contract"]
pub struct EachLike {
    item: Value,
    min: Option<usize>,
    max: Option<usize>,
    examples: Option<usize>,
    source: &'static Location<'static>,
}

/// A list with at least one item, whose items are all like this one.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({
///     "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "count": integer(2) })),
///     "tags": each_like("new").min(0).max(5),
/// });
/// # let _ = body;
/// ```
#[track_caller]
pub fn each_like(item: impl Serialize) -> EachLike {
    EachLike { item: tree(&item), min: Some(1), max: None, examples: None, source: Location::caller() }
}

impl EachLike {
    /// At least this many items; 1 where nothing is said.
    pub fn min(self, min: usize) -> Self {
        Self { min: Some(min), ..self }
    }

    /// At most this many items.
    pub fn max(self, max: usize) -> Self {
        Self { max: Some(max), ..self }
    }

    /// How many items the example has: where nothing is said, as few as there may be, but at least one.
    pub fn examples(self, count: usize) -> Self {
        Self { examples: Some(count), ..self }
    }
}

impl From<EachLike> for Matcher {
    fn from(list: EachLike) -> Self {
        let count = list.examples.unwrap_or(list.min.unwrap_or_default().max(1));
        let bounds = [("min", list.min), ("max", list.max)];
        let matcher = Self::new("type", list.source).with(VALUE, vec![list.item; count]);
        bounds.into_iter().fold(matcher, |matcher, (name, bound)| match bound {
            Some(bound) => matcher.with(name, bound),
            None => matcher,
        })
    }
}

impl Serialize for EachLike {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Matcher::from(self.clone()).serialize(serializer)
    }
}

/// A list that has an item like each of these, in any order, whatever else is in it.
///
/// The items are anything that serialises to a list: a vector, a tuple, or `json!([..])`.
///
/// ```
/// # use pactwright::prelude::*;
/// let actions = array_containing(json!([
///     { "rel": "self", "href": like("/orders/7") },
///     { "rel": "cancel", "href": like("/orders/7/cancel") },
/// ]));
/// # let _ = actions;
/// ```
#[track_caller]
pub fn array_containing(items: impl Serialize) -> Matcher {
    Matcher::new("arrayContains", Location::caller()).with("variants", tree(&items))
}
