//! `number`, `integer`, `decimal`: a number, whichever.

use super::{Kind, RuleError, Subject, named, same_container};
use crate::json::{self, Json, Object, ObjectBuf};

/// A number. In a JSON document it must be one (`"100"` is not); where values travel as text, it is read from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Which numbers.
    pub kind: NumberKind,
}

/// Which numbers satisfy a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberKind {
    /// All.
    Any,
    /// Those without fraction and exponent.
    Integer,
    /// Those with one.
    Decimal,
}

impl NumberKind {
    pub(crate) fn holds(self, number: &json::Number<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Integer => number.is_integer(),
            Self::Decimal => !number.is_integer(),
        }
    }
}

impl Kind for Number {
    fn parse(name: &str, _: &Object<'_>) -> Result<Self, RuleError> {
        let kind = match name {
            "integer" => NumberKind::Integer,
            "decimal" | "real" => NumberKind::Decimal,
            _ => NumberKind::Any,
        };
        Ok(Self { kind })
    }

    fn definition(&self) -> ObjectBuf {
        named(match self.kind {
            NumberKind::Any => "number",
            NumberKind::Integer => "integer",
            NumberKind::Decimal => "decimal",
        })
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        match actual {
            Subject::Json(Json::Number(number)) => self.kind.holds(number),
            Subject::Json(_) => same_container(expected, actual),
            Subject::Text(_) | Subject::Bytes(_) => actual
                .as_text()
                .and_then(json::Number::parse)
                // Text has no types: a whole number is as good a decimal as any.
                .is_some_and(|number| self.kind != NumberKind::Integer || number.is_integer()),
        }
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        let kind = match self.kind {
            NumberKind::Any => "a number",
            NumberKind::Integer => "an integer",
            NumberKind::Decimal => "a decimal number",
        };
        format!("Expected {} to be {kind}", actual.described())
    }
}
