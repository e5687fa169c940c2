//! `date`, `time`, `datetime`: a moment in a format.

use std::sync::OnceLock;

use super::{Kind, RuleError, Subject, same_container};
use crate::datetime::Pattern;
use crate::json::{Json, JsonBuf, Object, ObjectBuf};

/// A date, a time of day, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day and a time of day.
    DateTime,
}

/// Text that is a moment in a format, given in the letters of Java's `DateTimeFormatter`.
#[derive(Debug, Clone)]
pub struct Date {
    moment: Moment,
    format: Option<String>,
    compiled: OnceLock<Result<Pattern, RuleError>>,
}

impl Moment {
    fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "datetime",
        }
    }

    pub(crate) fn default_format(self) -> &'static str {
        match self {
            Self::Date => "yyyy-MM-dd",
            Self::Time => "HH:mm:ss",
            Self::DateTime => "yyyy-MM-dd'T'HH:mm:ssXXX",
        }
    }
}

impl Date {
    /// A rule for moments in this format; without one, in an ISO 8601 format of that kind.
    pub fn new(moment: Moment, format: Option<String>) -> Self {
        Self { moment, format, compiled: OnceLock::new() }
    }

    /// Date, time or both.
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// The format in force.
    pub fn format(&self) -> &str {
        self.format.as_deref().unwrap_or(self.moment.default_format())
    }

    fn compiled(&self) -> Result<&Pattern, &RuleError> {
        let compile = || {
            let format = self.format();
            Pattern::parse(format)
                .map_err(|source| RuleError::DateFormat { format: format.to_owned(), source })
        };
        self.compiled.get_or_init(compile).as_ref()
    }
}

impl PartialEq for Date {
    fn eq(&self, other: &Self) -> bool {
        self.moment == other.moment && self.format == other.format
    }
}

impl Kind for Date {
    fn parse(name: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
        let moment = match name {
            "date" => Moment::Date,
            "time" => Moment::Time,
            _ => Moment::DateTime,
        };
        // Early writers gave the format under the name of the rule.
        let format = ["format", name]
            .into_iter()
            .find_map(|attribute| definition.get(attribute).and_then(Json::as_str));
        Ok(Self::new(moment, format.map(str::to_owned)))
    }

    fn definition(&self) -> ObjectBuf {
        let format = self.format.as_ref().map(|format| ("format", JsonBuf::from(format.as_str())));
        [("match", JsonBuf::from(self.moment.name()))].into_iter().chain(format).collect()
    }

    fn prepare(&self) -> Result<(), RuleError> {
        self.compiled().map(drop).map_err(Clone::clone)
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        let reads = |text: &str| self.compiled().is_ok_and(|pattern| pattern.check(text).is_ok());
        same_container(expected, actual) || actual.as_text().is_some_and(reads)
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        format!(
            "Expected {} to match a {} pattern of '{}'",
            actual.quoted(),
            self.moment.name(),
            self.format()
        )
    }
}
