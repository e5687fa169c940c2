//! Values that travel as text: paths, query parameters, headers.

use std::panic::Location;

use pactwright_core::integration;
use pactwright_core::json::JsonBuf;
use pactwright_core::model::RuleList;
use serde_json::Value;

use super::mistake::{Mistake, Place};
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

/// A value in its builder, with the line that it was written in.
#[derive(Debug, Clone)]
pub(super) struct Written<T> {
    pub(super) value: T,
    pub(super) source: &'static Location<'static>,
}

impl Written<TextValue> {
    /// The example values (one, unless it is a list) and what holds for them.
    pub(super) fn resolve(
        &self,
        interaction: &str,
        place: &Place,
        mistakes: &mut Vec<Mistake>,
    ) -> (Vec<String>, Option<RuleList>) {
        let single = integration::read_single(JsonBuf::from(self.value.tree.clone()));
        mistakes.extend(single.findings.into_iter().map(|finding| Mistake {
            interaction: interaction.to_owned(),
            place: place.clone(),
            problem: finding.problem.into(),
            source_line: finding.source.or_else(|| Some(self.source.to_string())),
        }));
        (single.values, single.rules)
    }
}
