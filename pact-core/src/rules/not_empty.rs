//! `notEmpty`: not null, and not empty.

use super::{Kind, RuleError, Subject, named, same_shape};
use crate::json::{Json, Object, ObjectBuf};

/// Something is there: not null, no empty text, list, object or body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotEmpty;

impl Kind for NotEmpty {
    fn parse(_: &str, _: &Object<'_>) -> Result<Self, RuleError> {
        Ok(Self)
    }

    fn definition(&self) -> ObjectBuf {
        named("notEmpty")
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, direct: bool) -> bool {
        match actual {
            _ if !same_shape(expected, actual) => false,
            // Like the bounds of a list, this is about the container that the rule is given for.
            Subject::Json(Json::Array(_) | Json::Object(_)) if !direct => true,
            Subject::Json(Json::Null) => false,
            Subject::Json(Json::String(text)) => !text.is_empty(),
            Subject::Json(Json::Array(items)) => !items.is_empty(),
            Subject::Json(Json::Object(members)) => !members.is_empty(),
            Subject::Json(Json::Bool(_) | Json::Number(_)) => true,
            Subject::Text(text) => !text.is_empty(),
            Subject::Bytes(bytes) => !bytes.is_empty(),
        }
    }

    fn explain(&self, expected: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        match expected.filter(|expected| is_wrapped(*expected, actual)) {
            Some(expected) => {
                format!("Expected {} to be the same type as {}", actual.described(), expected.described())
            }
            None => format!("Expected {} to not be empty", actual.described()),
        }
    }
}

/// Whether an object or a list came where there should be a scalar: something that is there, but in a form that whoever
/// reads it does not expect.
fn is_wrapped(expected: Subject<'_>, actual: Subject<'_>) -> bool {
    actual.is_container() && !expected.is_container()
}
