//! Expressions with which generators move a date or a time: `tomorrow`, `next monday + 2 weeks`, `noon - 30 minutes`,
//! `today + 1 day @ 3 o'clock pm`.
//!
//! ```text
//! date      = [ "now" | "today" | "yesterday" | "tomorrow" ] { change }
//! change    = ( "+" | "-" ) number ( "day" | "week" | "fortnight" | "month" | "year" )     also in the plural
//!           | ( "next" | "last" ) ( "day" | "week" | "fortnight" | "month" | "year" | weekday | month name )
//! time      = [ "now" | "midnight" | "noon" | number "o'clock" [ "am" | "pm" ] ] { change }
//! change    = ( "+" | "-" ) number ( "hour" | "minute" | "second" | "millisecond" )        also in the plural
//!           | ( "next" | "last" ) ( "hour" | "minute" | "second" | "millisecond" )
//! date-time = date [ "@" time ]
//! ```
//!
//! - Changes are made one after the other. Case and spaces between words do not matter. An empty expression changes nothing.
//! - A month or year later, a day that the month does not have becomes its last day: 31 January + 1 month is 28 or 29
//!   February, 29 February + 1 year is 28 February.
//! - `next monday` and `last monday` are never today; `next may` and `last may` never this month, and keep the day of the month.
//! - 12 o'clock am is midnight, 12 o'clock pm noon. Without am or pm it is the other half of the day, as other Pact
//!   implementations have it: at 9:00, `3 o'clock` is 15:00; at 14:00, it is 03:00 of the same day. Hours from 13 are 24-hour
//!   clock hours and take no am or pm; so is 0.
//! - Changes of the time move the date along when they pass midnight. The offset from UTC stays.

mod parse;

use self::parse::{Cursor, Word};
use super::calendar::weekday;
use super::moment::{Date, Moment, Time};

/// Expressions longer than this many bytes are refused.
const MAX_LENGTH: usize = 256;

const DATE_WORDS: &str = "now, today, yesterday, tomorrow, `+` or `-` with a number of days, weeks, fortnights, months or years, \
                          `next` or `last` with day, week, fortnight, month, year, a weekday or a month";
const CHANGES: &str = "`+`, `-`, `next`, `last` or the end";
const DATE_UNITS: &str = "day, week, fortnight, month or year";
const DATE_STEPS: &str = "day, week, fortnight, month, year, a weekday or a month";
const TIME_WORDS: &str = "now, midnight, noon, a number with o'clock (perhaps am or pm), `+` or `-` with a number of hours, minutes, \
                          seconds or milliseconds, `next` or `last` with hour, minute, second or millisecond";
const TIME_UNITS: &str = "hour, minute, second or millisecond";
const NUMBER: &str = "a number";

/// Why an expression cannot be followed. Offsets count characters, from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpressionError {
    /// Something else is understood here.
    #[error("`{found}` at offset {at} is not understood; write {understood}")]
    Unexpected {
        /// Where it is.
        at: usize,
        /// What is there.
        found: String,
        /// What is understood there.
        understood: &'static str,
    },
    /// The expression stops in the middle.
    #[error("the expression ends too early, at offset {at}; go on with {understood}")]
    Incomplete {
        /// Its length in characters.
        at: usize,
        /// What is understood there.
        understood: &'static str,
    },
    /// No clock has this hour.
    #[error("{hour} at offset {at} is no hour; write 0 to 23 o'clock, or 1 to 12 o'clock with am or pm")]
    Hour {
        /// Where it is.
        at: usize,
        /// The hour.
        hour: u64,
    },
    /// The change leads out of the calendar.
    #[error("the change at offset {at} leads out of the years 1 to 9999; use a smaller number")]
    OutOfRange {
        /// Where the change is.
        at: usize,
    },
    /// It is longer than anyone needs.
    #[error("the expression has {length} bytes; shorten it to {MAX_LENGTH}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
}

/// A moment, or why there is none.
type Moved = Result<Moment, ExpressionError>;

/// Moves the date of a moment; its time of day stays.
///
/// # Errors
/// When the expression is not understood, or leads out of the years 1 to 9999.
///
/// ```
/// use pactwright_core::datetime::{Date, Moment, Time, expression::apply_date};
/// let base = Moment::new(Date::new(2024, 1, 31)?, Time::NOON);
/// assert_eq!(apply_date(base, "today + 1 month")?.date(), Date::new(2024, 2, 29)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn apply_date(base: Moment, expression: &str) -> Moved {
    let mut cursor = Cursor::new(expression)?;
    let moment = date(base, &mut cursor)?;
    cursor.end(CHANGES)?;
    Ok(moment)
}

/// Moves the time of a moment; the date follows when a change passes midnight.
///
/// # Errors
/// When the expression is not understood, or leads out of the years 1 to 9999.
///
/// ```
/// use pactwright_core::datetime::{Date, Moment, Time, expression::apply_time};
/// let base = Moment::new(Date::new(2024, 1, 31)?, Time::NOON);
/// assert_eq!(apply_time(base, "12 o'clock am + 90 minutes")?.time(), Time::new(1, 30, 0, 0)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn apply_time(base: Moment, expression: &str) -> Moved {
    let mut cursor = Cursor::new(expression)?;
    let moment = time(base, &mut cursor)?;
    cursor.end(CHANGES)?;
    Ok(moment)
}

/// Moves the date of a moment and then, behind an `@`, its time.
///
/// # Errors
/// When the expression is not understood, or leads out of the years 1 to 9999.
///
/// ```
/// use pactwright_core::datetime::{Date, Moment, Time, expression::apply_datetime};
/// let base = Moment::new(Date::new(2024, 2, 28)?, Time::MIDNIGHT);
/// let moment = apply_datetime(base, "tomorrow @ 3 o'clock pm + 10 hours")?;
/// assert_eq!(moment.date(), Date::new(2024, 3, 1)?);
/// assert_eq!(moment.time(), Time::new(1, 0, 0, 0)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn apply_datetime(base: Moment, expression: &str) -> Moved {
    let mut cursor = Cursor::new(expression)?;
    let mut moment = date(base, &mut cursor)?;
    if cursor.peek() == Some(Word::At) {
        cursor.advance();
        moment = time(moment, &mut cursor)?;
    }
    cursor.end("`+`, `-`, `next`, `last`, `@` before a time, or the end")?;
    Ok(moment)
}

/// Forwards or backwards.
#[derive(Clone, Copy)]
enum Direction {
    Later,
    Earlier,
}

impl Direction {
    fn signed(self, amount: i64) -> i64 {
        match self {
            Self::Later => amount,
            Self::Earlier => -amount,
        }
    }
}

/// How a change starts.
#[derive(Clone, Copy)]
enum Change {
    /// `+` or `-`, with a number and a unit to follow.
    By(Direction),
    /// `next` or `last`, with what to go to.
    To(Direction),
}

fn change(cursor: &mut Cursor) -> Option<Change> {
    let change = match cursor.peek()? {
        Word::Plus => Change::By(Direction::Later),
        Word::Minus => Change::By(Direction::Earlier),
        Word::Name("next") => Change::To(Direction::Later),
        Word::Name("last") => Change::To(Direction::Earlier),
        _ => return None,
    };
    cursor.advance();
    Some(change)
}

fn date(base: Moment, cursor: &mut Cursor) -> Moved {
    let mut date = base.date();
    let start = cursor.at();
    let days = match cursor.peek() {
        Some(Word::Name("now" | "today")) => Some(0),
        Some(Word::Name("yesterday")) => Some(-1),
        Some(Word::Name("tomorrow")) => Some(1),
        Some(Word::Plus | Word::Minus | Word::Name("next" | "last") | Word::At) | None => None,
        Some(_) => return Err(cursor.unexpected(DATE_WORDS)),
    };
    if let Some(days) = days {
        cursor.advance();
        date = date.plus_days(days).ok_or(ExpressionError::OutOfRange { at: start })?;
    }
    loop {
        let at = cursor.at();
        let moved = match change(cursor) {
            Some(Change::By(direction)) => {
                let amount = cursor.number(NUMBER)?;
                plus_unit(date, cursor, direction, amount)?
            }
            Some(Change::To(direction)) => step(date, cursor, direction)?,
            None => return Ok(base.with_date(date)),
        };
        date = moved.ok_or(ExpressionError::OutOfRange { at })?;
    }
}

fn plus_unit(
    date: Date,
    cursor: &mut Cursor,
    direction: Direction,
    amount: u64,
) -> Result<Option<Date>, ExpressionError> {
    let Some(Word::Name(name)) = cursor.peek() else { return Err(cursor.unexpected(DATE_UNITS)) };
    let unit = DateUnit::named(name.strip_suffix('s').unwrap_or(name))
        .ok_or_else(|| cursor.unexpected(DATE_UNITS))?;
    cursor.advance();
    Ok(i64::try_from(amount).ok().and_then(|amount| unit.plus(date, direction.signed(amount))))
}

fn step(date: Date, cursor: &mut Cursor, direction: Direction) -> Result<Option<Date>, ExpressionError> {
    let Some(Word::Name(name)) = cursor.peek() else { return Err(cursor.unexpected(DATE_STEPS)) };
    let moved = if let Some(unit) = DateUnit::named(name) {
        unit.plus(date, direction.signed(1))
    } else if let Some(wanted) = position(&WEEKDAYS, name) {
        date.plus_days(cyclic_step(wanted, weekday(date.days()), 7, direction))
    } else if let Some(wanted) = position(&MONTHS, name) {
        date.plus_months(cyclic_step(wanted, date.month().into(), 12, direction))
    } else {
        return Err(cursor.unexpected(DATE_STEPS));
    };
    cursor.advance();
    Ok(moved)
}

/// How far it is to a value in a cycle, never nothing.
fn cyclic_step(wanted: i64, current: i64, length: i64, direction: Direction) -> i64 {
    let forwards = direction.signed(wanted - current).rem_euclid(length);
    direction.signed(if forwards == 0 { length } else { forwards })
}

/// Units in which dates move.
#[derive(Clone, Copy)]
enum DateUnit {
    Days(i64),
    Months(i64),
}

impl DateUnit {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "day" => Self::Days(1),
            "week" => Self::Days(7),
            "fortnight" => Self::Days(14),
            "month" => Self::Months(1),
            "year" => Self::Months(12),
            _ => return None,
        })
    }

    fn plus(self, date: Date, amount: i64) -> Option<Date> {
        match self {
            Self::Days(days) => date.plus_days(amount.checked_mul(days)?),
            Self::Months(months) => date.plus_months(amount.checked_mul(months)?),
        }
    }
}

/// Full names and abbreviations of each weekday, from Monday.
const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "mon"],
    &["tuesday", "tues", "tue"],
    &["wednesday", "wed"],
    &["thursday", "thurs", "thur", "thu"],
    &["friday", "fri"],
    &["saturday", "sat"],
    &["sunday", "sun"],
];

/// Full names and abbreviations of each month; `febuary` is how some implementations have it.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan"],
    &["february", "febuary", "feb"],
    &["march", "mar"],
    &["april", "apr"],
    &["may"],
    &["june", "jun"],
    &["july", "jul"],
    &["august", "aug"],
    &["september", "sept", "sep"],
    &["october", "oct"],
    &["november", "nov"],
    &["december", "dec"],
];

/// The name's place in its cycle, from 1.
fn position(cycle: &[&[&str]], name: &str) -> Option<i64> {
    cycle.iter().zip(1..).find(|(names, _)| names.contains(&name)).map(|(_, position)| position)
}

fn time(base: Moment, cursor: &mut Cursor) -> Moved {
    let mut moment = base;
    match cursor.peek() {
        Some(Word::Name("now")) => cursor.advance(),
        Some(Word::Name("midnight")) => {
            cursor.advance();
            moment = moment.with_time(Time::MIDNIGHT);
        }
        Some(Word::Name("noon")) => {
            cursor.advance();
            moment = moment.with_time(Time::NOON);
        }
        Some(Word::Number(_)) => {
            let time = o_clock(moment.time(), cursor)?;
            moment = moment.with_time(time);
        }
        Some(Word::Plus | Word::Minus | Word::Name("next" | "last")) | None => {}
        Some(_) => return Err(cursor.unexpected(TIME_WORDS)),
    }
    loop {
        let at = cursor.at();
        let (direction, amount) = match change(cursor) {
            Some(Change::By(direction)) => (direction, cursor.number(NUMBER)?),
            Some(Change::To(direction)) => (direction, 1),
            None => return Ok(moment),
        };
        let unit = nanos_of_unit(cursor)?;
        let nanos = i128::from(amount) * i128::from(direction.signed(unit));
        moment = moment.plus_nanos(nanos).ok_or(ExpressionError::OutOfRange { at })?;
    }
}

fn nanos_of_unit(cursor: &mut Cursor) -> Result<i64, ExpressionError> {
    let nanos = match cursor.peek() {
        Some(Word::Name("hour" | "hours")) => 3_600_000_000_000,
        Some(Word::Name("minute" | "minutes")) => 60_000_000_000,
        Some(Word::Name("second" | "seconds")) => 1_000_000_000,
        Some(Word::Name("millisecond" | "milliseconds")) => 1_000_000,
        _ => return Err(cursor.unexpected(TIME_UNITS)),
    };
    cursor.advance();
    Ok(nanos)
}

/// The full hour that `N o'clock` names.
fn o_clock(now: Time, cursor: &mut Cursor) -> Result<Time, ExpressionError> {
    let at = cursor.at();
    let number = cursor.number(NUMBER)?;
    if cursor.peek() != Some(Word::Name("o'clock")) {
        return Err(cursor.unexpected("o'clock"));
    }
    cursor.advance();
    let half_of_day = match cursor.peek() {
        Some(Word::Name("am")) => Some(0),
        Some(Word::Name("pm")) => Some(12),
        _ => None,
    };
    if half_of_day.is_some() {
        cursor.advance();
    }
    let other_half = if now < Time::NOON { 12 } else { 0 };
    let hour = match (number, half_of_day) {
        (1..=12, half) => number % 12 + half.unwrap_or(other_half),
        (0 | 13..=23, None) => number,
        _ => return Err(ExpressionError::Hour { at, hour: number }),
    };
    let hour = u8::try_from(hour).ok().and_then(|hour| Time::new(hour, 0, 0, 0).ok());
    hour.ok_or(ExpressionError::Hour { at, hour: number })
}

#[cfg(test)]
mod tests;
