//! Dates and times as contracts describe them: patterns in the letters of Java's `DateTimeFormatter`, and expressions
//! such as `tomorrow @ 3 o'clock pm`.
//!
//! - [`Pattern`] is parsed once. [`Pattern::check`] says whether a text is a date or time written that way,
//!   [`Pattern::format`] writes a [`Moment`] that way. What `format` writes, `check` accepts.
//! - [`expression`] moves a [`Moment`] as a generator's expression says.
//!
//! Nothing here reads a clock, an environment or a time zone database: the current time comes in as a [`Moment`].
//!
//! # Compatibility
//!
//! Patterns mean what they mean in Java, in English, without lenience, and in linear time; optional sections are tried
//! once, in order, without going back. We differ where a contract is better served:
//!
//! - Only days that exist are accepted. Java's default turns 30 February into the last day of February; here it is
//!   refused. Where the year is not part of the text, a day is accepted if some year has it (`02-29` yes, `02-30` no).
//! - Fields must agree with each other (`Thursday 2024-02-29`, `13:00 PM`), as in Java. A two-digit year stands for any
//!   century in this, and fewer digits of a fraction for any further ones (`SS|SSS` with `12|123`).
//! - Hours are 0 to 23 and clock hours 1 to 24 or 1 to 12: `24:00` for `HH:mm` and `00` for `hh` are refused. Seconds end at 59.
//! - `M`, `d`, `H` and their like take one or two digits and `D` one to three, while Java takes up to nineteen.
//! - `AM`, `am` and `a.m.`, `Sep` and `Sept` are all accepted, because Java's own spelling depends on the locale.
//! - Weeks (`Y`, `w`, `W`, `e`, `c`) are written as ISO 8601 counts them. Texts may count them from Sunday, as is usual in the
//!   United States, because a contract does not name a locale.
//! - Narrow names (`MMMMM`), which Java writes but mostly cannot read, are read as any month or day that starts so.
//! - Zone ids, abbreviations and names are checked for their form; there is no list of zones that could be out of date.
//!   Something other than a letter or a slash should therefore follow them.
//! - An unclosed `[` is an error, while Java closes it silently.

mod calendar;
mod check;
pub mod expression;
mod format;
mod moment;
mod names;
mod pattern;
mod zone;

pub use check::{Expected, Refusal};
pub use format::FormatError;
pub use moment::{Date, Moment, MomentError, Offset, Time, ZoneName};
pub use pattern::{Pattern, PatternError};
