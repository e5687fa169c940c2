//! `null`: null and nothing else.

use super::{Kind, RuleError, Subject, named};
use crate::json::{Json, Object, ObjectBuf};

/// JSON `null`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Null;

impl Kind for Null {
    fn parse(_: &str, _: &Object<'_>) -> Result<Self, RuleError> {
        Ok(Self)
    }

    fn definition(&self) -> ObjectBuf {
        named("null")
    }

    /// `type` or `null` makes an object nullable, not everything inside it.
    fn cascades(&self) -> bool {
        false
    }

    /// A nullable object is one or the other.
    fn keeps_containers(&self) -> bool {
        false
    }

    fn check(&self, _: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        matches!(actual, Subject::Json(Json::Null))
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        format!("Expected {} to be a null value", actual.described())
    }
}
