//! `ignore-order`: the items of the example, in any order.

use super::{Kind, RuleError, Shape, Subject, named, same_container, size_attribute};
use crate::json::{Json, Number, Object, ObjectBuf};

/// A list with the items of the example in any order: each item of the example has an item of its own that is like it.
///
/// The rule comes from Pact-JVM, which writes it as `{"match": "ignore-order"}`, with `min` or `max` or both where the
/// DSL says `unorderedMinArray`, `unorderedMaxArray` or `unorderedMinMaxArray`. The names under which its documentation has them
/// (`min-equals-ignore-order` and so on) are read, too.
///
/// - An item is compared with the rules that hold for its place in the **example**: `$.list[0].id` is about whichever item
///   takes the place of the first one, `$.list[*].id` about all.
/// - Without `min` and `max` there may be no further items. With either there may, within the bounds. Further items are
///   held to the rules for all items (`[*]`), and where one is given for the item itself, with the first item of the
///   example.
/// - It holds for lists inside, too; the bounds are for the list that the rule is given for. What is no list must be equal,
///   but for further rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IgnoreOrder {
    /// The fewest items.
    pub min: Option<usize>,
    /// The most items.
    pub max: Option<usize>,
}

impl IgnoreOrder {
    fn bound_broken(&self, actual: Subject<'_>) -> Option<(&'static str, usize, usize)> {
        let Subject::Json(Json::Array(items)) = actual else { return None };
        let size = items.len();
        let too_few = self.min.filter(|min| size < *min).map(|min| ("minimum", min, size));
        too_few.or_else(|| self.max.filter(|max| size > *max).map(|max| ("maximum", max, size)))
    }
}

impl Kind for IgnoreOrder {
    fn parse(name: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
        let (min, max) = (size_attribute(definition, "min")?, size_attribute(definition, "max")?);
        // The bound that the name speaks of must be there.
        for (prefix, bound, attribute) in [("min-", min, "min"), ("max-", max, "max")] {
            if name.starts_with(prefix) && bound.is_none() {
                return Err(RuleError::Missing { rule: "ignore-order", attribute });
            }
        }
        Ok(Self { min, max })
    }

    fn definition(&self) -> ObjectBuf {
        let mut definition = named("ignore-order");
        for (name, bound) in [("min", self.min), ("max", self.max)] {
            if let Some(bound) = bound {
                definition.insert(name, Json::Number(Number::from(bound as u64)));
            }
        }
        definition
    }

    fn shape(&self) -> Shape<'_> {
        Shape::Unordered { additional: self.min.or(self.max).is_some() }
    }

    /// It says itself what is not equal.
    fn keeps_containers(&self) -> bool {
        false
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, direct: bool) -> bool {
        if direct && self.bound_broken(actual).is_some() {
            return false;
        }
        same_container(expected, actual) || super::equal(expected, actual)
    }

    fn explain(&self, expected: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        match (expected, self.bound_broken(actual)) {
            (_, Some((bound, limit, size))) => {
                format!("Expected {} (size {size}) to have {bound} size of {limit}", actual.quoted())
            }
            (Some(expected), None) => {
                format!("Expected {} to be equal to {}", actual.described(), expected.described())
            }
            (None, None) => format!("Expected {} to be another value", actual.described()),
        }
    }
}
