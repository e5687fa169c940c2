//! Rules that this crate does not know.

use super::{Kind, RuleError, Subject};
use crate::json::{Object, ObjectBuf};

/// A rule by another name, such as one that a plugin brings. Saying yes to what one does not understand would be a
/// false yes, so nothing satisfies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The value of its `match` attribute.
    pub name: String,
    /// The whole definition.
    pub definition: ObjectBuf,
}

impl Kind for Unknown {
    fn parse(name: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
        Ok(Self { name: name.to_owned(), definition: definition.clone().into_owned() })
    }

    fn definition(&self) -> ObjectBuf {
        self.definition.clone()
    }

    fn cascades(&self) -> bool {
        false
    }

    /// What it takes for what is not known.
    fn keeps_containers(&self) -> bool {
        false
    }

    fn check(&self, _: Option<Subject<'_>>, _: Subject<'_>, _: bool) -> bool {
        false
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        format!("The rule '{}' is not known, so {} cannot be checked", self.name, actual.quoted())
    }
}
