//! Rules that this crate does not know.

use super::{Kind, RuleError, Shape, Subject};
use crate::extension::SuppliedField;
use crate::json::{Object, ObjectBuf};

/// A rule by another name, such as one that a plugin brings. Saying yes to what one does not understand would be a
/// false yes, so nothing satisfies it, unless an [extension](crate::extension) supplies what checks it.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// The value of its `match` attribute.
    pub name: String,
    /// The whole definition.
    pub definition: ObjectBuf,
    /// What checks it, where a contract was compiled with an extension that knows it.
    pub(crate) supplied: Option<SuppliedField>,
}

impl PartialEq for Unknown {
    fn eq(&self, other: &Self) -> bool {
        // A rule is what its definition says, whoever checks it.
        self.name == other.name && self.definition == other.definition
    }
}

impl Eq for Unknown {}

impl Kind for Unknown {
    fn parse(name: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
        Ok(Self { name: name.to_owned(), definition: definition.clone().into_owned(), supplied: None })
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

    fn shape(&self) -> Shape<'_> {
        Shape::Judged
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        self.supplied.as_ref().is_some_and(|supplied| supplied.refusal(expected, actual).is_none())
    }

    fn explain(&self, expected: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        match &self.supplied {
            None => format!(
                "The rule '{}' is not known, so {} cannot be checked; a plugin may supply it",
                self.name,
                actual.quoted()
            ),
            Some(supplied) => supplied
                .refusal(expected, actual)
                .unwrap_or_else(|| format!("Expected {} to match '{}'", actual.quoted(), self.name)),
        }
    }
}
