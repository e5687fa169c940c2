//! `boolean`: true or false.

use super::{Kind, RuleError, Subject, named, same_container};
use crate::json::{Json, Object, ObjectBuf};

/// True or false. The texts `true` and `false` count, as the specification has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boolean;

impl Kind for Boolean {
    fn parse(_: &str, _: &Object<'_>) -> Result<Self, RuleError> {
        Ok(Self)
    }

    fn definition(&self) -> ObjectBuf {
        named("boolean")
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        match actual {
            Subject::Json(Json::Bool(_)) => true,
            _ if actual.is_container() => same_container(expected, actual),
            _ => matches!(actual.as_text(), Some("true" | "false")),
        }
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        format!("Expected {} to match a boolean", actual.described())
    }
}
