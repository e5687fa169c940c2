//! Generators that this crate does not know.

use super::{GenerateError, GeneratorError, Kind, Run};
use crate::json::{Json, JsonBuf, Object, ObjectBuf};

/// A generator by another name, such as one that a plugin brings. It is kept and written back; when it is to be
/// applied, the example stays and it is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The value of its `type` attribute.
    pub name: String,
    /// The whole definition.
    pub definition: ObjectBuf,
}

impl Kind for Unknown {
    fn parse(name: &str, definition: &Object<'_>) -> Result<Self, GeneratorError> {
        Ok(Self { name: name.to_owned(), definition: definition.clone().into_owned() })
    }

    fn definition(&self) -> ObjectBuf {
        self.definition.clone()
    }

    fn generate(&self, _: &Json<'_>, _: &mut Run<'_>) -> Result<JsonBuf, GenerateError> {
        Err(GenerateError::Unknown(self.name.clone()))
    }
}
