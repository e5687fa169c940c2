//! `semver`: a semantic version.

use super::{Kind, RuleError, Subject, named, same_container};
use crate::json::{Object, ObjectBuf};

/// Text that is a version as Semantic Versioning 2.0 has it: `1.0.0`, not `1.0` and not `v1.0.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Semver;

impl Kind for Semver {
    fn parse(_: &str, _: &Object<'_>) -> Result<Self, RuleError> {
        Ok(Self)
    }

    fn definition(&self) -> ObjectBuf {
        named("semver")
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        same_container(expected, actual)
            || actual.as_text().is_some_and(|text| semver::Version::parse(text).is_ok())
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        format!("{} is not a valid semantic version", actual.quoted())
    }
}
