//! Matchers for lists.

use std::panic::Location;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Matcher, VALUE, tree};

/// A list whose items are all like an example. Made by [`each_like`](fn@each_like).
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::matchers::EachLike;
///
/// let tags: EachLike = each_like("new").max(5);
/// # let _ = json!(tags);
/// ```
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
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let body = json!({ "players": each_like("Ada").min(2) });
    /// # let _ = body;
    /// ```
    pub fn min(self, min: usize) -> Self {
        Self { min: Some(min), ..self }
    }

    /// At most this many items.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let body = json!({ "tags": each_like("new").min(0).max(5) });
    /// # let _ = body;
    /// ```
    pub fn max(self, max: usize) -> Self {
        Self { max: Some(max), ..self }
    }

    /// How many items the example has: where nothing is said, as few as there may be, but at least one.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let body = json!({ "lines": each_like(json!({ "sku": string("SKU-1") })).examples(3) });
    /// # let _ = body;
    /// ```
    pub fn examples(self, count: usize) -> Self {
        Self { examples: Some(count), ..self }
    }
}

impl From<EachLike> for Matcher {
    fn from(list: EachLike) -> Self {
        let count = list.examples.unwrap_or(list.min.unwrap_or_default().max(1));
        // Beside an upper bound, none at all says the same as 0.
        let min = list.min.filter(|min| *min > 0 || list.max.is_none());
        Self::new("type", list.source).with(VALUE, vec![list.item; count]).bounded(min, list.max)
    }
}

impl Matcher {
    fn bounded(self, min: Option<usize>, max: Option<usize>) -> Self {
        [("min", min), ("max", max)].into_iter().fold(self, |matcher, (name, bound)| match bound {
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

/// A list with certain items in any order. Made by [`unordered`].
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::matchers::Unordered;
///
/// let tags: Unordered = unordered(["new", "gift"]);
/// # let _ = json!(tags);
/// ```
#[derive(Debug, Clone)]
#[must_use = "a matcher says something only where it is part of a contract"]
pub struct Unordered {
    items: Value,
    min: Option<usize>,
    max: Option<usize>,
    source: &'static Location<'static>,
}

/// A list that has an item of its own for each of these, in any order, and no others: as a set, not as a sequence.
///
/// The items are anything that serialises to a list: a vector, a tuple, or `json!([..])`. What is plain is to be equal;
/// matchers inside say more. With [`min`](Unordered::min) or [`max`](Unordered::max) there may be further items.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({
///     "tags": unordered(["new", "gift"]),
///     "lines": unordered(json!([{ "sku": "SKU-1", "count": integer(2) }, { "sku": "SKU-2", "count": integer(1) }])),
/// });
/// # let _ = body;
/// ```
///
/// # Compatibility
///
/// The specification has no such rule. It is that of Pact-JVM (`ignore-order`), which verifies it, as pactwright does;
/// for other verifiers, [`array_containing`] comes close.
#[track_caller]
pub fn unordered(items: impl Serialize) -> Unordered {
    Unordered { items: tree(&items), min: None, max: None, source: Location::caller() }
}

impl Unordered {
    /// At least this many items: there may be further ones. They are like the first, where that is a matcher.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let tags = unordered(["new", "gift"]).min(2);
    /// # let _ = json!(tags);
    /// ```
    pub fn min(self, min: usize) -> Self {
        Self { min: Some(min), ..self }
    }

    /// At most this many items: there may be further ones, up to here.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let tags = unordered(["new", "gift"]).max(5);
    /// # let _ = json!(tags);
    /// ```
    pub fn max(self, max: usize) -> Self {
        Self { max: Some(max), ..self }
    }
}

impl From<Unordered> for Matcher {
    fn from(list: Unordered) -> Self {
        Self::new("ignore-order", list.source).with(VALUE, list.items).bounded(list.min, list.max)
    }
}

impl Serialize for Unordered {
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
