//! Patterns: text in Java's pattern letters, parsed into the parts that a date or time is read and written by.

mod letters;
mod parse;

/// Patterns longer than this many bytes are refused.
const MAX_LENGTH: usize = 512;
/// Optional sections nested deeper than this are refused.
const MAX_DEPTH: usize = 16;

/// How a date, a time or both are written, in the letters of Java's `DateTimeFormatter`.
///
/// | letters | field |
/// |---|---|
/// | `G` | era: `AD` |
/// | `y` `u` `Y` | year of the era, year, week-based year; two letters for two digits |
/// | `M` `L`, `Q` `q` | month, quarter; 3 letters for short names, 4 for full ones, 5 for one letter |
/// | `d` `D` `g` | day of the month, of the year, modified Julian day |
/// | `w` `W` `F` | week of the week-based year, of the month, and the day's week when weeks start on the 1st |
/// | `E`, `e` `c` | weekday by name, by number (or by name with 3 to 5 letters) |
/// | `a`, `B` | `AM`, `in the afternoon` |
/// | `H` `k` `K` `h` | hour 0–23, 1–24, 0–11, 1–12 |
/// | `m` `s` `S` `n` `A` `N` | minute, second, fraction (a digit per letter), nanosecond, millisecond of the day, nanosecond of the day |
/// | `X` `x` `Z` `O` | offset: `X` with `Z` for zero, `x` without, `+0100`, `GMT+1` |
/// | `VV` `z` `v` | zone id, zone name, generic zone name |
/// | `p` | pads what follows with spaces, to as many columns as there are `p` |
/// | `'…'` `''` `[…]` | literal text, a quote, an optional section |
///
/// Other characters stand for themselves. Fields of digits may follow each other without anything between them (`yyyyMMddHHmmssSSS`).
///
/// A pattern has at most 512 bytes and 16 levels of optional sections.
///
/// ```
/// use pactwright_core::datetime::Pattern;
/// let pattern = Pattern::parse("yyyy-MM-dd'T'HH:mm[:ss]XXX")?;
/// assert!(pattern.check("2024-02-29T12:30+01:00").is_ok());
/// assert_eq!(
///     pattern.check("2023-02-29T12:30+01:00").unwrap_err().to_string(),
///     "at offset 8: expected a day that exists (February 2023 has 28), but found `29T12:30+01:00`",
/// );
/// # Ok::<(), pactwright_core::datetime::PatternError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    source: Box<str>,
    nodes: Vec<Node>,
}

/// Why a text is no [`Pattern`]. Offsets count characters, from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// There is nothing in it.
    #[error("the date pattern is empty; write one such as `yyyy-MM-dd`")]
    Empty,
    /// It is longer than anyone needs.
    #[error("the date pattern has {length} bytes; shorten it to {MAX_LENGTH}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// A letter that is no pattern letter.
    #[error("`{letter}` at offset {at} is no pattern letter; put literal text in quotes: `'{letter}'`")]
    UnknownLetter {
        /// The letter.
        letter: char,
        /// Where it is.
        at: usize,
    },
    /// One of `{`, `}` and `#`, which Java reserves.
    #[error("`{character}` at offset {at} is reserved; put it in quotes: `'{character}'`")]
    Reserved {
        /// The character.
        character: char,
        /// Where it is.
        at: usize,
    },
    /// A letter that is written more or fewer times than it may be.
    #[error("`{letter}` at offset {at} is written {count} times in a row; write it {allowed}")]
    Count {
        /// The letter.
        letter: char,
        /// How often it is written.
        count: usize,
        /// Where the letters start.
        at: usize,
        /// How often it may be written.
        allowed: &'static str,
    },
    /// A quote without its closing one.
    #[error("the quote at offset {at} is not closed; add a closing `'`, or write `''` for a quote itself")]
    UnclosedQuote {
        /// Where the quote is.
        at: usize,
    },
    /// An optional section without its end.
    #[error(
        "the optional section that starts at offset {at} is not closed; add a `]`, or put the `[` in quotes"
    )]
    UnclosedSection {
        /// Where the `[` is.
        at: usize,
    },
    /// The end of an optional section that never started.
    #[error("the `]` at offset {at} closes no optional section; remove it, or put it in quotes")]
    UnopenedSection {
        /// Where the `]` is.
        at: usize,
    },
    /// Optional sections within optional sections, too often.
    #[error("the optional section at offset {at} is nested too deeply; use at most {MAX_DEPTH} levels")]
    TooDeep {
        /// Where the `[` is.
        at: usize,
    },
    /// Padding that is not followed by something to pad.
    #[error("the padding `p` at offset {at} pads nothing; put a pattern letter right after it")]
    LonePadding {
        /// Where the `p` is.
        at: usize,
    },
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// Text that stands for itself.
    Literal(Box<str>),
    /// A field in digits.
    Number(Number),
    /// A field by name.
    Text(TextField, TextStyle),
    /// An offset from UTC.
    Offset(OffsetStyle),
    /// A time zone.
    Zone(ZoneStyle),
    /// Parts that may be missing together.
    Optional(Vec<Node>),
    /// A part that is filled up with leading spaces.
    Padded(usize, Box<Node>),
}

/// A field in digits, and how many of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Number {
    pub(super) field: NumberField,
    pub(super) min_digits: usize,
    pub(super) max_digits: usize,
    pub(super) sign: Sign,
    /// Digits that belong to the fields of fixed width right after this one.
    pub(super) following: usize,
}

impl Number {
    fn is_fixed(&self) -> bool {
        self.min_digits == self.max_digits && self.sign == Sign::Never
    }
}

/// When a number has a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sign {
    /// A minus for negative numbers.
    Negative,
    /// Also a plus, exactly when there are more digits than the pattern has letters.
    ExceedsPad,
    /// Never.
    Never,
}

/// Fields that are written in digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum NumberField {
    YearOfEra,
    Year,
    WeekYear,
    /// The last two digits of a year.
    YearOfCentury,
    /// The last two digits of a week-based year.
    WeekYearOfCentury,
    Quarter,
    Month,
    DayOfMonth,
    DayOfYear,
    /// Days since 1858-11-17.
    JulianDay,
    WeekOfYear,
    WeekOfMonth,
    /// The day's week when weeks start on the 1st of the month.
    AlignedWeek,
    Weekday,
    Hour,
    ClockHour,
    HourOfHalf,
    ClockHourOfHalf,
    Minute,
    Second,
    /// As many digits of the second's fraction as the pattern has letters.
    Fraction,
    Nano,
    MilliOfDay,
    NanoOfDay,
}

/// Fields that are written as names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum TextField {
    Era,
    Quarter,
    Month,
    Weekday,
    HalfOfDay,
    PeriodOfDay,
}

/// How long a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum TextStyle {
    Short,
    Full,
    Narrow,
}

/// How an offset is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum OffsetStyle {
    /// `+0100` and its relatives.
    Iso {
        /// Whether colons stand between the parts.
        colons: bool,
        /// Whether minutes are left out when they are zero.
        short_minutes: bool,
        /// Whether seconds are written when they are not zero.
        seconds: bool,
        /// How no offset is written.
        zero: &'static str,
    },
    /// `GMT+1`, `GMT+1:30`.
    GmtShort,
    /// `GMT+01:00`.
    GmtFull,
}

/// How a time zone is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ZoneStyle {
    /// `Europe/Paris`, `UTC`, `+01:00`.
    Id,
    /// An abbreviation or an id.
    Short,
    /// A name such as `Central European Time`, or an id.
    Full,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When the text is no pattern: what is wrong, where, and what to write instead.
    pub fn parse(source: &str) -> Result<Self, PatternError> {
        Ok(Self { source: source.into(), nodes: parse::parse(source)? })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.source)
    }
}

impl std::str::FromStr for Pattern {
    type Err = PatternError;

    fn from_str(source: &str) -> Result<Self, Self::Err> {
        Self::parse(source)
    }
}

#[cfg(test)]
mod tests;
