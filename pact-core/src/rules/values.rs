//! `values`: the values of an object, whatever their names.

use super::{Kind, RuleError, Shape, Subject, named, same_shape};
use crate::json::{Json, Object, ObjectBuf};

/// Each value is compared with the example value of the same name, or with the first; names are free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values;

impl Kind for Values {
    fn parse(_: &str, _: &Object<'_>) -> Result<Self, RuleError> {
        Ok(Self)
    }

    fn definition(&self) -> ObjectBuf {
        named("values")
    }

    fn cascades(&self) -> bool {
        false
    }

    fn shape(&self) -> Shape<'_> {
        Shape::AnyNames
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        let container = matches!(actual, Subject::Json(Json::Object(_) | Json::Array(_)));
        container && same_shape(expected, actual)
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        format!("Expected {} to be an object or a list", actual.described())
    }
}
