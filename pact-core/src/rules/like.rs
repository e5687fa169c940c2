//! `type`: the same JSON type as the example; for lists, within a size.

use super::{Kind, RuleError, Subject, named, size_attribute};
use crate::json::{Json, Number, Object, ObjectBuf};

/// The same JSON type. A list may have any number of items like the example's, within the bounds; the bounds hold
/// for the list that the rule is given for, not for lists inside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Like {
    /// The fewest items.
    pub min: Option<usize>,
    /// The most items.
    pub max: Option<usize>,
}

impl Like {
    fn bound_broken(&self, actual: Subject<'_>) -> Option<(&'static str, usize, usize)> {
        let Subject::Json(Json::Array(items)) = actual else { return None };
        let size = items.len();
        let too_few = self.min.filter(|min| size < *min).map(|min| ("minimum", min, size));
        too_few.or_else(|| self.max.filter(|max| size > *max).map(|max| ("maximum", max, size)))
    }
}

impl Kind for Like {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
        let (min, max) = (size_attribute(definition, "min")?, size_attribute(definition, "max")?);
        Ok(Self { min, max })
    }

    fn definition(&self) -> ObjectBuf {
        let mut definition = named("type");
        for (name, bound) in [("min", self.min), ("max", self.max)] {
            if let Some(bound) = bound {
                definition.insert(name, Json::Number(Number::from(bound as u64)));
            }
        }
        definition
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, direct: bool) -> bool {
        let same_type = match (expected, actual) {
            (None, _)
            | (Some(Subject::Text(_)), Subject::Text(_))
            | (Some(Subject::Bytes(_)), Subject::Bytes(_)) => true,
            (Some(Subject::Json(expected)), Subject::Json(actual)) => {
                std::mem::discriminant(expected) == std::mem::discriminant(actual)
            }
            (Some(_), _) => false,
        };
        same_type && !(direct && self.bound_broken(actual).is_some())
    }

    fn explain(&self, expected: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        match (expected, self.bound_broken(actual)) {
            (_, Some((bound, limit, size))) => {
                format!("Expected {} (size {size}) to have {bound} size of {limit}", actual.quoted())
            }
            (Some(expected), None) => {
                format!("Expected {} to be the same type as {}", actual.described(), expected.described())
            }
            (None, None) => format!("Expected {} to be of another type", actual.described()),
        }
    }
}
