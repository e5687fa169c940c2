//! `Date`, `Time`, `DateTime`: a moment in a format, as seen from now.

use super::{GenerateError, GeneratorError, Kind, Run, named, optional_text};
use crate::datetime::expression::{ExpressionError, apply_date, apply_datetime, apply_time};
use crate::datetime::{self, Pattern, Time};
use crate::json::{Json, JsonBuf, Object, ObjectBuf};
use crate::rules::Moment;

/// A date, a time of day or both: now, moved by an expression such as `tomorrow @ 3 o'clock pm`, and written in a
/// format.
#[derive(Debug, Clone, PartialEq)]
pub struct Date {
    moment: Moment,
    format: Option<String>,
    expression: Option<String>,
    pattern: Pattern,
}

impl Date {
    /// A generator for moments in this format (without one, in an ISO 8601 format of that kind), moved by this
    /// expression from now ([`crate::datetime::expression`] says what there is).
    ///
    /// # Errors
    /// When the format or the expression is broken.
    pub fn new(
        moment: Moment,
        format: Option<String>,
        expression: Option<String>,
    ) -> Result<Self, GeneratorError> {
        let pattern =
            Pattern::parse(format.as_deref().unwrap_or(moment.default_format())).map_err(|source| {
                GeneratorError::DateFormat { format: format.clone().unwrap_or_default(), source }
            })?;
        let date = Self { moment, format, expression, pattern };
        // Whether an expression is understood does not depend on where it starts; where it leads does, a little. The
        // start of the year 2000 leaves most room on both sides of any time that people live in.
        if let Ok(day) = datetime::Date::new(2000, 1, 1) {
            date.moved(datetime::Moment::new(day, Time::MIDNIGHT)).map_err(|source| {
                GeneratorError::Expression { expression: date.expression.clone().unwrap_or_default(), source }
            })?;
        }
        Ok(date)
    }

    /// Date, time or both.
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// The format in force.
    pub fn format(&self) -> &str {
        self.pattern.as_str()
    }

    /// How the moment is moved.
    pub fn expression(&self) -> Option<&str> {
        self.expression.as_deref()
    }

    fn moved(&self, base: datetime::Moment) -> Result<datetime::Moment, ExpressionError> {
        let expression = self.expression.as_deref().unwrap_or_default();
        match self.moment {
            Moment::Date => apply_date(base, expression),
            Moment::Time => apply_time(base, expression),
            Moment::DateTime => apply_datetime(base, expression),
        }
    }
}

impl Kind for Date {
    fn parse(name: &str, definition: &Object<'_>) -> Result<Self, GeneratorError> {
        let moment = match name {
            "Date" => Moment::Date,
            "Time" => Moment::Time,
            _ => Moment::DateTime,
        };
        Self::new(moment, optional_text(definition, "format")?, optional_text(definition, "expression")?)
    }

    fn definition(&self) -> ObjectBuf {
        let mut definition = named(match self.moment {
            Moment::Date => "Date",
            Moment::Time => "Time",
            Moment::DateTime => "DateTime",
        });
        for (name, value) in [("format", &self.format), ("expression", &self.expression)] {
            if let Some(value) = value {
                definition.insert(name, value.as_str());
            }
        }
        definition
    }

    fn generate(&self, _: &Json<'_>, run: &mut Run<'_>) -> Result<JsonBuf, GenerateError> {
        Ok(self.pattern.format(&self.moved(run.now())?)?.into())
    }
}
