//! `RandomString`: letters and digits.

use super::source::text;
use super::{GenerateError, GeneratorError, Kind, Run, length_attribute, sized};
use crate::json::{Json, JsonBuf, Object, ObjectBuf};

/// Text of so many ASCII letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RandomString {
    size: Option<usize>,
}

impl RandomString {
    /// Text of this many characters; 10 when it is not given.
    ///
    /// # Errors
    /// When it is more than [`super::MAX_LENGTH`].
    pub fn new(size: Option<usize>) -> Result<Self, GeneratorError> {
        super::check_length("size", size, 0).map(|size| Self { size })
    }

    /// How many characters there are.
    pub fn size(&self) -> usize {
        self.size.unwrap_or(super::DEFAULT_LENGTH)
    }
}

impl Kind for RandomString {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, GeneratorError> {
        Self::new(length_attribute(definition, "size")?)
    }

    fn definition(&self) -> ObjectBuf {
        sized("RandomString", "size", self.size)
    }

    fn generate(&self, _: &Json<'_>, run: &mut Run<'_>) -> Result<JsonBuf, GenerateError> {
        let characters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        Ok(text(run.source(), characters, self.size()).into())
    }
}
