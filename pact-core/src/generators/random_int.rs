//! `RandomInt`: a whole number between two others.

use super::source::up_to;
use super::{GenerateError, GeneratorError, Kind, Run, invalid, like_example, named};
use crate::json::{Json, JsonBuf, Number, Object, ObjectBuf};

/// A whole number from `min` up to and including `max`, of any size up to 127 bits. Where the example is text, the
/// number is written as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RandomInt {
    min: Option<i128>,
    max: Option<i128>,
}

/// How far the bounds are apart when only one of them is given.
const SPAN: i128 = 10;

impl RandomInt {
    /// Numbers between these, both included. A lower bound that is not given is 0, an upper one 10; where that would
    /// turn them round, it is 10 away from the other.
    ///
    /// # Errors
    /// When `min` is greater than `max`.
    pub fn new(min: Option<i128>, max: Option<i128>) -> Result<Self, GeneratorError> {
        match (min, max) {
            (Some(min), Some(max)) if min > max => Err(GeneratorError::Range { min, max }),
            _ => Ok(Self { min, max }),
        }
    }

    /// The least number.
    pub fn min(&self) -> i128 {
        self.min.unwrap_or_else(|| match self.max {
            Some(max) if max < 0 => max.saturating_sub(SPAN),
            _ => 0,
        })
    }

    /// The greatest number.
    pub fn max(&self) -> i128 {
        self.max.unwrap_or_else(|| match self.min {
            Some(min) if min > SPAN => min.saturating_add(SPAN),
            _ => SPAN,
        })
    }
}

/// A whole number, perhaps in quotes.
fn bound(definition: &Object<'_>, attribute: &'static str) -> Result<Option<i128>, GeneratorError> {
    let value = match definition.get(attribute) {
        None | Some(Json::Null) => return Ok(None),
        Some(value) => value,
    };
    let parsed = match value {
        Json::Number(number) => number.as_str().parse().ok(),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    parsed.map(Some).ok_or_else(|| invalid(attribute, "a whole number of at most 127 bits", value))
}

impl Kind for RandomInt {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, GeneratorError> {
        Self::new(bound(definition, "min")?, bound(definition, "max")?)
    }

    fn definition(&self) -> ObjectBuf {
        let mut definition = named("RandomInt");
        for (name, bound) in [("min", self.min), ("max", self.max)] {
            if let Some(bound) = bound {
                definition.insert(name, Json::Number(Number::from_text(bound.to_string())));
            }
        }
        definition
    }

    fn generate(&self, example: &Json<'_>, run: &mut Run<'_>) -> Result<JsonBuf, GenerateError> {
        let (min, max) = (self.min(), self.max());
        let drawn = up_to(run.source(), max.abs_diff(min));
        Ok(like_example(example, min.wrapping_add_unsigned(drawn).to_string()))
    }
}
