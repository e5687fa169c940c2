//! `RandomBoolean`: true or false.

use super::{GenerateError, GeneratorError, Kind, Run, named};
use crate::json::{Json, JsonBuf, Object, ObjectBuf};

/// True or false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RandomBoolean;

impl Kind for RandomBoolean {
    fn parse(_: &str, _: &Object<'_>) -> Result<Self, GeneratorError> {
        Ok(Self)
    }

    fn definition(&self) -> ObjectBuf {
        named("RandomBoolean")
    }

    fn generate(&self, _: &Json<'_>, run: &mut Run<'_>) -> Result<JsonBuf, GenerateError> {
        // The highest bit is a good one in every generator.
        Ok(Json::Bool(run.source().next_u64() >> 63 == 1))
    }
}
