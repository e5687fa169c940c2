//! `RandomHexadecimal`: hexadecimal digits.

use super::source::text;
use super::{GenerateError, GeneratorError, Kind, Run, length_attribute, sized};
use crate::json::{Json, JsonBuf, Object, ObjectBuf};

/// Text of so many hexadecimal digits, letters in upper case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RandomHexadecimal {
    digits: Option<usize>,
}

impl RandomHexadecimal {
    /// Text of this many digits; 10 when it is not given.
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

impl Kind for RandomHexadecimal {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, GeneratorError> {
        Self::new(length_attribute(definition, "digits")?)
    }

    fn definition(&self) -> ObjectBuf {
        sized("RandomHexadecimal", "digits", self.digits)
    }

    fn generate(&self, _: &Json<'_>, run: &mut Run<'_>) -> Result<JsonBuf, GenerateError> {
        Ok(text(run.source(), b"0123456789ABCDEF", self.digits()).into())
    }
}
