//! `number`, `integer`, `decimal`: a number, whichever.

use std::borrow::Cow;

use super::{Kind, RuleError, Subject, named, same_container};
use crate::json::{self, Json, Object, ObjectBuf};

/// A number. In a JSON document it must be one (`"100"` is not); where values travel as text, it is read from it, and may have
/// a sign and zeroes in front (`+7`, `007`).
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

/// A number in text as JSON would have it: without `+` and without zeroes in front.
fn plain(text: &str) -> Cow<'_, str> {
    let unsigned = text.strip_prefix(['+', '-']);
    let (sign, digits) =
        match unsigned.filter(|digits| digits.starts_with(|next: char| next.is_ascii_digit())) {
            Some(digits) => (if text.starts_with('-') { "-" } else { "" }, digits),
            None => ("", text),
        };
    let significant = digits.trim_start_matches('0');
    let zero =
        digits.len() > significant.len() && !significant.starts_with(|next: char| next.is_ascii_digit());
    let kept = if zero { &digits[digits.len() - significant.len() - 1..] } else { significant };
    if sign.len() + kept.len() == text.len() { text.into() } else { format!("{sign}{kept}").into() }
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
            Subject::Text(_) | Subject::Bytes(_) => actual.as_text().is_some_and(|text| {
                let plain = plain(text);
                let number = json::Number::parse(plain.as_ref());
                // Text has no types: a whole number is as good a decimal as any.
                number.is_some_and(|number| self.kind != NumberKind::Integer || number.is_integer())
            }),
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
