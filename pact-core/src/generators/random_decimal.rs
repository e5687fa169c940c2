//! `RandomDecimal`: a number with a decimal point.

use super::source::{below, text};
use super::{GenerateError, GeneratorError, Kind, Run, length_attribute, like_example, sized};
use crate::json::{Json, JsonBuf, Object, ObjectBuf};

/// A number of so many digits with a decimal point between two of them; a single digit stands behind `0.`. Where the
/// example is text, the number is written as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RandomDecimal {
    digits: Option<usize>,
}

impl RandomDecimal {
    /// Numbers of this many digits; 10 when it is not given.
    ///
    /// # Errors
    /// When it is 0, or more than [`super::MAX_LENGTH`].
    pub fn new(digits: Option<usize>) -> Result<Self, GeneratorError> {
        super::check_length("digits", digits, 1).map(|digits| Self { digits })
    }

    /// How many digits there are.
    pub fn digits(&self) -> usize {
        self.digits.unwrap_or(super::DEFAULT_LENGTH)
    }
}

impl Kind for RandomDecimal {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, GeneratorError> {
        Self::new(length_attribute(definition, "digits")?)
    }

    fn definition(&self) -> ObjectBuf {
        sized("RandomDecimal", "digits", self.digits)
    }

    fn generate(&self, example: &Json<'_>, run: &mut Run<'_>) -> Result<JsonBuf, GenerateError> {
        // A zero in front would be no JSON number.
        let first = text(run.source(), b"123456789", 1);
        let Some(others) = self.digits().checked_sub(2) else {
            return Ok(like_example(example, format!("0.{first}")));
        };
        let rest = text(run.source(), b"0123456789", others + 1);
        let (whole, fraction) = rest.split_at(below(run.source(), others));
        Ok(like_example(example, format!("{first}{whole}.{fraction}")))
    }
}
