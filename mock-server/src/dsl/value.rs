//! Values that travel as text: paths, query parameters, headers.

use std::panic::Location;

use serde_json::Value;

use crate::matchers::{EachLike, Matcher};

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

impl<T> Written<T> {
    #[track_caller]
    pub(super) fn here(value: T) -> Self {
        Self { value, source: Location::caller() }
    }
}
