//! Matchers: examples that say what holds in their place.
//!
//! A matcher is a plain value. It serialises (as the JSON that Pact tools of other languages use for the purpose), so it
//! may stand anywhere in [`serde_json::json!`], or in any type that implements [`Serialize`]. What a matcher says is
//! checked when the mock is started: a mistake is reported with the line that it was written in.
//!
//! ```
//! use pactwright::prelude::*;
//!
//! let body = json!({ "id": integer(7), "state": regex("open", "open|paid") });
//! # let _ = body;
//! ```

mod formats;
mod generated;
mod lists;
mod numbers;
mod objects;
mod state;
mod text;

use std::panic::Location;

use pactwright_core::integration::{BROKEN, COMBINE, MATCHER as TYPE, SOURCE, VALUE};
use pactwright_core::path::Step;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

pub use formats::{
    email, hexadecimal, ipv4, ipv6, iso8601_date, iso8601_datetime, iso8601_datetime_millis, iso8601_time,
    rfc1123_datetime,
};
pub use generated::{
    mock_server_url, random_boolean, random_decimal, random_hexadecimal, random_integer, random_number,
    random_regex, random_string, random_uuid, random_uuid_as, relative_date, relative_datetime,
    relative_time, url, url_at,
};
pub use lists::{EachLike, Unordered, array_containing, each_like, unordered};
pub use numbers::{Decimal, Numeric, Whole, decimal, integer, number};
pub use objects::{each_key, each_value, map_like, map_of};
pub use state::{from_provider_state, from_provider_state_as};
pub use text::{date, datetime, include, regex, semver, string, time, uuid};

/// An example together with what holds in its place.
///
/// ```
/// use pactwright::prelude::*;
///
/// let body = json!({
///     "id": integer(7),
///     "state": regex("open", "open|paid|cancelled"),
///     "lines": each_like(json!({ "sku": string("SKU-1"), "price": decimal(9.5) })),
/// });
/// # let _ = body;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a matcher says something only where it is part of a contract"]
pub struct Matcher {
    marker: Map<String, Value>,
}

impl Matcher {
    /// A matcher of that kind, written at `source`.
    fn new(kind: impl Into<Value>, source: &Location<'_>) -> Self {
        let mut marker = Map::new();
        marker.insert(TYPE.to_owned(), kind.into());
        marker.insert(SOURCE.to_owned(), source.to_string().into());
        Self { marker }
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.marker.insert(name.to_owned(), value.into());
        self
    }

    /// The same matcher, written elsewhere.
    pub(crate) fn written_at(self, source: &Location<'_>) -> Self {
        self.with(SOURCE, source.to_string())
    }

    /// The same matcher with another example.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let reason = include("out of stock").example("SKU-1 is out of stock until Monday");
    /// # let _ = reason;
    /// ```
    pub fn example(self, example: impl Serialize) -> Self {
        let example = tree(&example);
        self.with(VALUE, example)
    }
}

impl Serialize for Matcher {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.marker.serialize(serializer)
    }
}

impl From<Matcher> for Value {
    fn from(matcher: Matcher) -> Self {
        Self::Object(matcher.marker)
    }
}

/// A value as JSON. What cannot be JSON becomes an object that says so, and is reported when the mock is started: a
/// `Serialize` that fails inside [`serde_json::json!`] would panic without naming the line.
pub(crate) fn tree(value: &(impl Serialize + ?Sized)) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| {
        let mut broken = Map::new();
        broken.insert(BROKEN.to_owned(), error.to_string().into());
        Value::Object(broken)
    })
}

/// Whether a tree is a matcher as a whole.
pub(crate) fn is_matcher(tree: &Value) -> bool {
    tree.get(TYPE).is_some()
}

/// The line of the innermost matcher around a place, where there is one.
pub(crate) fn line_in(tree: &Value, place: &[Step]) -> Option<String> {
    let own = tree.get(SOURCE).and_then(Value::as_str);
    let inside = match (tree, place) {
        (Value::Object(marker), _) if is_matcher(tree) => {
            let parts = || marker.get(TYPE).and_then(|parts| parts.get(0));
            let inside = marker.get(VALUE).or_else(|| marker.get("variants")).or_else(parts);
            inside.and_then(|inside| line_in(inside, place))
        }
        (Value::Object(object), [Step::Field(name), rest @ ..]) => {
            object.get(name).and_then(|inside| line_in(inside, rest))
        }
        // Items beyond the example are like its first.
        (Value::Array(items), [step, rest @ ..]) => {
            let index = if let Step::Index(index) = step { *index } else { 0 };
            items.get(index).or(items.first()).and_then(|inside| line_in(inside, rest))
        }
        _ => None,
    };
    inside.or_else(|| own.map(str::to_owned))
}

/// The same JSON type as the example, all the way down: any text for text, any number for a number, objects with the
/// same members, lists whose items are like the example's first.
///
/// Matchers inside the example say more about their place.
///
/// ```
/// # use pactwright::prelude::*;
/// let customer = like(json!({ "name": "Ada", "born": date("1815-12-10", "yyyy-MM-dd") }));
/// # let _ = customer;
/// ```
#[track_caller]
pub fn like(example: impl Serialize) -> Matcher {
    Matcher::new("type", Location::caller()).with(VALUE, tree(&example))
}

/// `true` or `false`.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "paid": boolean(true) });
/// # let _ = body;
/// ```
#[track_caller]
pub fn boolean(example: bool) -> Matcher {
    Matcher::new("boolean", Location::caller()).with(VALUE, example)
}

/// Null and nothing else. Useful as an alternative: see [`nullable`] and [`any_of`]. (It is not called `null`, because
/// `json!` takes that word for itself.)
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "cancelled_at": null_value() });
/// # let _ = body;
/// ```
#[track_caller]
pub fn null_value() -> Matcher {
    Matcher::new("null", Location::caller()).with(VALUE, Value::Null)
}

/// Exactly this value, also inside [`like`] and [`each_like`](fn@each_like), which would be content with its type.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = like(json!({ "state": equal_to("open"), "name": "Ada" }));
/// # let _ = body;
/// ```
#[track_caller]
pub fn equal_to(value: impl Serialize) -> Matcher {
    Matcher::new("equality", Location::caller()).with(VALUE, tree(&value))
}

/// Neither null nor empty: not `""`, not `[]`, not `{}`.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "name": not_empty("Ada") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn not_empty(example: impl Serialize) -> Matcher {
    Matcher::new("notEmpty", Location::caller()).with(VALUE, tree(&example))
}

/// Content that looks like this media type, whatever it is: for text in JSON, bytes as base64. For whole bodies there is
/// `.bytes_like(..)`.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "thumbnail": content_type("image/png", "iVBORw0KGgo=") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn content_type(media_type: impl Into<String>, example: impl Into<String>) -> Matcher {
    let matcher = Matcher::new("contentType", Location::caller()).with(VALUE, example.into());
    matcher.with("contentType", media_type.into())
}

/// What one of these matchers accepts. The example is that of the first.
///
/// ```
/// # use pactwright::prelude::*;
/// let delivered = any_of([date("2026-11-21", "yyyy-MM-dd"), regex("pending", "pending|lost")]);
/// # let _ = delivered;
/// ```
#[track_caller]
pub fn any_of<M: Into<Matcher>>(matchers: impl IntoIterator<Item = M>) -> Matcher {
    combined(matchers, Location::caller()).with(COMBINE, "OR")
}

/// What every one of these matchers accepts. The example is that of the first.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "name": all_of([string("Ada"), not_empty("Ada")]) });
/// # let _ = body;
/// ```
#[track_caller]
pub fn all_of<M: Into<Matcher>>(matchers: impl IntoIterator<Item = M>) -> Matcher {
    combined(matchers, Location::caller()).with(COMBINE, "AND")
}

/// What the example (or matcher) says, or null.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "discount": nullable(integer(5)), "note": nullable("leave at the door") });
/// # let _ = body;
/// ```
///
/// # Compatibility
///
/// The example may be an object or a list. Verifiers other than pactwright's (seen with `pact_verifier` 1.5) refuse null
/// in place of those, although the pact says so; scalars work everywhere.
#[track_caller]
pub fn nullable(example: impl Serialize) -> Matcher {
    let source = Location::caller();
    let example = match tree(&example) {
        Value::Object(marker) if marker.contains_key(TYPE) => Matcher { marker },
        plain => Matcher::new("type", source).with(VALUE, plain),
    };
    combined([example, null_value()], source).with(COMBINE, "OR")
}

fn combined<M: Into<Matcher>>(
    matchers: impl IntoIterator<Item = M>,
    source: &'static Location<'static>,
) -> Matcher {
    let parts: Vec<Value> = matchers.into_iter().map(|matcher| matcher.into().into()).collect();
    Matcher::new(parts, source)
}

#[cfg(test)]
mod tests;
