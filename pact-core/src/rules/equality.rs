//! `equality`: equal, whatever rules hold above.

use super::{Kind, RuleError, Shape, Subject, named, same_container};
use crate::json::{Object, ObjectBuf};

/// Equal to the example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equality;

impl Kind for Equality {
    fn parse(_: &str, _: &Object<'_>) -> Result<Self, RuleError> {
        Ok(Self)
    }

    fn definition(&self) -> ObjectBuf {
        named("equality")
    }

    fn shape(&self) -> Shape<'_> {
        Shape::Exact
    }

    /// It says itself what is not equal.
    fn keeps_containers(&self) -> bool {
        false
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        same_container(expected, actual) || super::equal(expected, actual)
    }

    fn explain(&self, expected: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        let expected = expected.map_or_else(|| "nothing".to_owned(), |expected| expected.described());
        format!("Expected {} to be equal to {expected}", actual.described())
    }
}
