//! Values that travel as text: paths, query parameters, headers.

use std::panic::Location;

use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::model::RuleList;
use serde_json::Value;

use super::mistake::{Mistake, Place, Problem};
use crate::matchers::{EachLike, Matcher, split};

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
        let split = split(JsonBuf::from(self.value.tree.clone()));
        let line = self.source.to_string();
        let mut mistake = |problem, source_line: Option<String>| {
            let source_line = source_line.or_else(|| Some(line.clone()));
            mistakes.push(Mistake {
                interaction: interaction.to_owned(),
                place: place.clone(),
                problem,
                source_line,
            });
        };
        for finding in split.mistakes {
            mistake(finding.problem, finding.source);
        }
        let mut rules = None;
        for (path, list) in split.rules {
            if path.steps().is_empty() {
                rules = Some(list);
            } else {
                // What holds for one of several values has no place in a pact.
                mistake(Problem::MatcherInList, None);
            }
        }
        let values: Vec<&JsonBuf> = match &split.example {
            Json::Array(items) => items.iter().collect(),
            single => vec![single],
        };
        let texts = values.into_iter().map(|value| {
            text(value).unwrap_or_else(|found| {
                mistake(Problem::NotText { found }, None);
                String::new()
            })
        });
        (texts.collect(), rules)
    }
}

fn text(value: &JsonBuf) -> Result<String, &'static str> {
    match value {
        Json::String(text) => Ok(text.to_string()),
        Json::Number(number) => Ok(number.as_str().to_owned()),
        Json::Bool(value) => Ok(value.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => Err(value.type_name()),
    }
}
