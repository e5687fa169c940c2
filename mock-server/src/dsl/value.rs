//! Values that travel as text: paths, query parameters, headers.

use std::borrow::Cow;
use std::panic::Location;

use pactwright_core::integration::{GENERATOR, MATCHER, VALUE};
use serde_json::Value;

use crate::matchers::{EachLike, Matcher, is_matcher, line_in};

/// What a path, a query parameter or a header is to be: text (or something that is written as text), or a matcher.
///
/// ```
/// # use pactwright::prelude::*;
/// let request = get(regex("/orders/7", r"/orders/\d+"))
///     .header("accept", "application/json")
///     .query("page", 2)
///     .query("size", integer(50));
/// # let _ = request;
/// ```
#[derive(Debug, Clone)]
pub struct TextValue {
    tree: Value,
}

impl TextValue {
    pub(super) fn tree(&self) -> &Value {
        &self.tree
    }

    /// What a list of values says about each of them, in a place that keeps one matcher for all: where there is at least
    /// one of them and nothing more is said about their number, that is what the matcher alone says. None where more is
    /// said: a contract cannot hold both.
    pub(super) fn shared(&self) -> Option<Cow<'_, Value>> {
        let plain = Some(Cow::Borrowed(&self.tree));
        let items =
            self.tree.get(VALUE).and_then(Value::as_array).filter(|_| kind(&self.tree) == Some("type"));
        let (Some(items), Some(marker)) = (items, self.tree.as_object()) else { return plain };
        let Some(first) = items.first().filter(|first| is_matcher(first)) else { return plain };
        // A list in a list cannot travel; that is said elsewhere.
        if items.iter().any(|item| item != first) || first.get(VALUE).is_some_and(Value::is_array) {
            return plain;
        }
        let bounds = ["min", "max"].map(|name| first.get(name));
        if let (Some("type"), [None, None], None, Some(value)) =
            (kind(first), bounds, first.get(GENERATOR), first.get(VALUE))
        {
            // Text is of one type: only the number is left to say something about.
            let mut marker = marker.clone();
            marker.insert(VALUE.to_owned(), vec![value.clone(); items.len()].into());
            return Some(Cow::Owned(Value::Object(marker)));
        }
        let at_least_one = marker.get("min").and_then(Value::as_u64) == Some(1);
        let unbounded = at_least_one && marker.get("max").is_none() && items.len() == 1;
        unbounded.then_some(Cow::Borrowed(first))
    }

    /// What stands in an object or a list, with matchers or without.
    pub(super) fn from_tree(tree: Value) -> Self {
        Self { tree }
    }
}

macro_rules! from_plain {
    ($($kind:ty),+) => {
        $(impl From<$kind> for TextValue {
            fn from(value: $kind) -> Self {
                Self { tree: value.into() }
            }
        })+
    };
}

from_plain!(&str, String, bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64, Matcher);

impl From<&String> for TextValue {
    fn from(value: &String) -> Self {
        Self { tree: value.as_str().into() }
    }
}

impl From<EachLike> for TextValue {
    /// A parameter or a header that comes several times.
    fn from(value: EachLike) -> Self {
        Self { tree: Matcher::from(value).into() }
    }
}

/// What a status is to be: a code, or a matcher with such an example.
///
/// ```
/// # use pactwright::prelude::*;
/// let response = status(integer(200));
/// # let _ = response;
/// ```
#[derive(Debug, Clone)]
pub struct StatusValue {
    tree: Value,
}

impl From<u16> for StatusValue {
    fn from(code: u16) -> Self {
        Self { tree: code.into() }
    }
}

impl From<Matcher> for StatusValue {
    fn from(matcher: Matcher) -> Self {
        Self { tree: matcher.into() }
    }
}

impl From<StatusValue> for TextValue {
    fn from(value: StatusValue) -> Self {
        Self { tree: value.tree }
    }
}

/// A value in its builder, with the line that it was written in.
#[derive(Debug, Clone)]
pub(super) struct Written<T> {
    pub(super) value: T,
    pub(super) source: &'static Location<'static>,
}

fn kind(tree: &Value) -> Option<&str> {
    tree.get(MATCHER).and_then(Value::as_str)
}

impl Written<TextValue> {
    /// The line of the matcher, or that of the builder's method.
    pub(super) fn line(&self) -> String {
        line_in(&self.value.tree, &[]).unwrap_or_else(|| self.source.to_string())
    }
}

impl<T> Written<T> {
    #[track_caller]
    pub(super) fn here(value: T) -> Self {
        Self { value, source: Location::caller() }
    }
}
