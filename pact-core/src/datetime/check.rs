//! Whether a text is a date or time in a pattern.

mod fields;
mod offset;

use std::ops::RangeInclusive;

use self::fields::Fields;
use super::names;
use super::pattern::{Node, Number, NumberField, Pattern, Sign, TextField, TextStyle, ZoneStyle};
use super::zone;

/// Texts longer than this many bytes are refused.
const MAX_TEXT: usize = 1_024;
/// So many characters of a text are quoted in a refusal.
const QUOTED: usize = 24;

/// Why a text is not what a pattern describes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at offset {at}: expected {expected}, but found {}", found_words(found))]
pub struct Refusal {
    /// Where in the text, in characters from 0.
    pub at: usize,
    /// What the pattern wants there.
    pub expected: Expected,
    /// What is there; the first characters of it, and empty at the end of the text.
    pub found: String,
}

fn found_words(found: &str) -> String {
    if found.is_empty() { "the end of the text".to_owned() } else { format!("`{found}`") }
}

/// What a pattern wants at some place of a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Expected {
    /// This text.
    #[error("`{0}`")]
    Literal(String),
    /// A number.
    #[error("{what} in {}, {} to {}", digits_words(digits), values.start(), values.end())]
    Number {
        /// The field, in words.
        what: &'static str,
        /// How many digits.
        digits: RangeInclusive<usize>,
        /// Which numbers.
        values: RangeInclusive<i64>,
    },
    /// A number of more digits than its field has letters, with a plus before it.
    #[error("a `+` before a year of more than {digits} digits, and none before others")]
    PlusSign {
        /// The digits of a year without a sign.
        digits: usize,
    },
    /// One of some names.
    #[error("{what} such as `{example}`")]
    Name {
        /// The field, in words.
        what: &'static str,
        /// One of the names.
        example: &'static str,
    },
    /// An offset from UTC.
    #[error("an offset such as `{example}`, within 18 hours")]
    Offset {
        /// An offset in the right form.
        example: &'static str,
    },
    /// A time zone.
    #[error("a time zone such as `{example}`")]
    Zone {
        /// A zone in the right form.
        example: &'static str,
    },
    /// This many columns, filled up with leading spaces.
    #[error("{width} columns, filled up with leading spaces")]
    Padded {
        /// The columns.
        width: usize,
    },
    /// A field that says the same as those before it.
    #[error("{what} that agrees with what stands before it")]
    Agreement {
        /// The field, in words.
        what: &'static str,
    },
    /// A day that its month has.
    #[error("a day that exists ({month} {year} has {days})", month = month_name(*month), year = year_words(*year))]
    DayOfMonth {
        /// The year, when the text has one.
        year: Option<i64>,
        /// The month, from 1.
        month: i64,
        /// How many days that month has at most.
        days: i64,
    },
    /// A day whose year, month, weekday, week and day of the year belong together.
    #[error("a date whose parts belong together and that exists")]
    Date,
    /// Nothing more.
    #[error("the end of the text")]
    End,
    /// Less text.
    #[error("a text of at most {MAX_TEXT} bytes")]
    ShorterText,
}

fn digits_words(digits: &RangeInclusive<usize>) -> String {
    match (digits.start(), digits.end()) {
        (1, 1) => "1 digit".to_owned(),
        (min, max) if min == max => format!("{min} digits"),
        (min, max) => format!("{min} to {max} digits"),
    }
}

fn month_name(month: i64) -> &'static str {
    let month = u8::try_from(month).unwrap_or_default();
    names::write(names::names(TextField::Month, TextStyle::Full), month).unwrap_or_default()
}

fn year_words(year: Option<i64>) -> String {
    year.map_or_else(|| "in any year".to_owned(), |year| year.to_string())
}

/// What was expected, at which byte.
struct Miss {
    at: usize,
    expected: Expected,
}

type Step = Result<usize, Miss>;

impl Pattern {
    /// Whether the whole text is a date, a time or both, written in this pattern, and one that exists.
    ///
    /// Takes time in proportion to the lengths of pattern and text, whatever they hold.
    ///
    /// # Errors
    /// When it is not: where the text goes wrong, and what was expected there. With optional sections that is the
    /// place that is farthest into the text. Texts of more than 1024 bytes are refused.
    pub fn check(&self, text: &str) -> Result<(), Refusal> {
        check(self.nodes(), text).map_err(|miss| refusal(text, miss))
    }
}

fn check(nodes: &[Node], text: &str) -> Result<(), Miss> {
    if text.len() > MAX_TEXT {
        return Err(Miss { at: MAX_TEXT, expected: Expected::ShorterText });
    }
    let mut fields = Fields::default();
    let mut reader = Reader { text, farthest: None };
    let whole = match reader.read_all(nodes, 0, &mut fields, "") {
        Ok(end) if end < text.len() => Err(Miss { at: end, expected: Expected::End }),
        Ok(_) => Ok(()),
        Err(miss) => Err(miss),
    };
    whole.map_err(|miss| reader.farthest.filter(|farthest| farthest.at > miss.at).unwrap_or(miss))?;
    fields.check_date().map_err(|(at, expected)| Miss { at, expected })
}

fn refusal(text: &str, miss: Miss) -> Refusal {
    let (before, rest) = text.split_at_checked(miss.at).unwrap_or((text, ""));
    Refusal {
        at: before.chars().count(),
        expected: miss.expected,
        found: rest.chars().take(QUOTED).collect(),
    }
}

/// Reads one text.
struct Reader<'a> {
    text: &'a str,
    /// Where an optional section failed, farthest into the text: what stopped it is the better explanation.
    farthest: Option<Miss>,
}

impl Reader<'_> {
    fn rest(&self, at: usize) -> &str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Reads parts at a byte and returns the byte after them. `following` is the text that has to follow them, as far as
    /// it is known: a zone's name ends where that starts.
    fn read_all(&mut self, nodes: &[Node], at: usize, fields: &mut Fields, following: &str) -> Step {
        let mut at = at;
        let mut rest = nodes.iter();
        while let Some(node) = rest.next() {
            let following = match rest.as_slice().first() {
                Some(Node::Literal(literal)) => literal,
                Some(_) => "",
                None => following,
            };
            at = self.read(node, at, fields, following)?;
        }
        Ok(at)
    }

    /// Reads one part at a byte and returns the byte after it.
    fn read(&mut self, node: &Node, at: usize, fields: &mut Fields, following: &str) -> Step {
        let rest = self.rest(at);
        match node {
            Node::Literal(literal) if rest.starts_with(&**literal) => Ok(at + literal.len()),
            Node::Literal(literal) => Err(Miss { at, expected: Expected::Literal(literal.to_string()) }),
            Node::Number(number) => read_number(number, rest, at, fields),
            Node::Text(field, style) => read_text(*field, *style, (rest, following), at, fields),
            Node::Offset(style) => {
                let miss = Miss { at, expected: Expected::Offset { example: offset::example(*style) } };
                let (length, seconds) = offset::read(*style, rest).ok_or(miss)?;
                agree(fields.set_offset(seconds), "an offset", at)?;
                Ok(at + length)
            }
            Node::Zone(style) => {
                let length = zone::read(*style, rest, following)
                    .ok_or(Miss { at, expected: zone_expected(*style) })?;
                Ok(at + length)
            }
            Node::Optional(nodes) => {
                let before = *fields;
                self.read_all(nodes, at, fields, following).or_else(|miss| {
                    *fields = before;
                    if self.farthest.as_ref().is_none_or(|farthest| farthest.at < miss.at) {
                        self.farthest = Some(miss);
                    }
                    Ok(at)
                })
            }
            Node::Padded(width, node) => self.read_padded(*width, node, at, fields),
        }
    }

    /// Reads a part that fills exactly `width` columns with what stands behind leading spaces.
    fn read_padded(&mut self, width: usize, node: &Node, at: usize, fields: &mut Fields) -> Step {
        let miss = || Miss { at, expected: Expected::Padded { width } };
        let rest = self.rest(at);
        let length =
            rest.char_indices().map(|(start, character)| start + character.len_utf8()).nth(width - 1);
        let end = at + length.ok_or_else(miss)?;
        let spaces = rest.bytes().take(width).take_while(|&byte| byte == b' ').count();
        let mut columns = Reader { text: self.text.get(..end).unwrap_or_default(), farthest: None };
        if columns.read(node, at + spaces, fields, "")? == end { Ok(end) } else { Err(miss()) }
    }
}

fn agree(agrees: bool, what: &'static str, at: usize) -> Result<(), Miss> {
    if agrees { Ok(()) } else { Err(Miss { at, expected: Expected::Agreement { what } }) }
}

fn zone_expected(style: ZoneStyle) -> Expected {
    Expected::Zone {
        example: match style {
            ZoneStyle::Id => "Europe/Paris",
            ZoneStyle::Short => "CET",
            ZoneStyle::Full => "Central European Time",
        },
    }
}

fn read_text(
    field: TextField,
    style: TextStyle,
    (rest, following): (&str, &str),
    at: usize,
    fields: &mut Fields,
) -> Step {
    let names = names::names(field, style);
    let what = text_words(field);
    let example = names.first().map_or("", |(name, _)| name);
    let miss = Miss { at, expected: Expected::Name { what, example } };
    let (length, values) = names::read(names, rest, following).ok_or(miss)?;
    agree(fields.set_text(field, values, at), what, at)?;
    Ok(at + length)
}

fn read_number(number: &Number, rest: &str, at: usize, fields: &mut Fields) -> Step {
    let (what, values) = number_words(number.field);
    let digits = number.min_digits..=number.max_digits;
    let miss =
        || Miss { at, expected: Expected::Number { what, digits: digits.clone(), values: values.clone() } };
    let sign = rest.bytes().next().filter(|byte| matches!(byte, b'+' | b'-'));
    let signed = match (sign, number.sign) {
        (None, _) => false,
        (Some(b'-'), Sign::Negative | Sign::ExceedsPad) | (Some(_), Sign::ExceedsPad) => true,
        (Some(_), _) => return Err(miss()),
    };
    let start = usize::from(signed);
    let run = rest.bytes().skip(start).take_while(u8::is_ascii_digit);
    let mut length = run.take(number.max_digits + number.following).count();
    if number.following > 0 {
        // Fields of fixed width right behind take their digits from the end of the run.
        length = length.saturating_sub(number.following).max(number.min_digits).min(length);
    }
    if length < number.min_digits {
        return Err(miss());
    }
    if number.sign == Sign::ExceedsPad && sign != Some(b'-') && signed != (length > number.min_digits) {
        return Err(Miss { at, expected: Expected::PlusSign { digits: number.min_digits } });
    }
    let end = start + length;
    let magnitude = rest.get(start..end).and_then(|digits| digits.parse::<i64>().ok()).ok_or_else(miss)?;
    let value = match sign {
        Some(b'-') if magnitude == 0 => return Err(miss()),
        Some(b'-') => -magnitude,
        _ => magnitude,
    };
    if !values.contains(&value) {
        return Err(miss());
    }
    agree(fields.set_number(number, value, at), what, at)?;
    Ok(at + end)
}

fn text_words(field: TextField) -> &'static str {
    match field {
        TextField::Era => "an era",
        TextField::Quarter => "a quarter",
        TextField::Month => "a month",
        TextField::Weekday => "a weekday",
        TextField::HalfOfDay => "a half of the day",
        TextField::PeriodOfDay => "a period of the day",
    }
}

/// A field in words, and the values that it may have.
fn number_words(field: NumberField) -> (&'static str, RangeInclusive<i64>) {
    const YEARS: i64 = 999_999_999;
    match field {
        NumberField::YearOfEra => ("a year", 1..=YEARS),
        NumberField::Year => ("a year", -YEARS..=YEARS),
        NumberField::WeekYear => ("a week-based year", -YEARS..=YEARS),
        NumberField::YearOfCentury => ("a year of the century", 0..=99),
        NumberField::WeekYearOfCentury => ("a week-based year of the century", 0..=99),
        NumberField::Quarter => ("a quarter", 1..=4),
        NumberField::Month => ("a month", 1..=12),
        NumberField::DayOfMonth => ("a day of the month", 1..=31),
        NumberField::DayOfYear => ("a day of the year", 1..=366),
        NumberField::JulianDay => ("a modified Julian day", -365_243_219_162..=365_241_780_471),
        NumberField::WeekOfYear => ("a week of the year", 1..=53),
        NumberField::WeekOfMonth => ("a week of the month", 0..=6),
        NumberField::AlignedWeek => ("a week counted from the 1st of the month", 1..=5),
        NumberField::Weekday => ("a day of the week", 1..=7),
        NumberField::Hour => ("an hour", 0..=23),
        NumberField::ClockHour => ("an hour", 1..=24),
        NumberField::HourOfHalf => ("an hour", 0..=11),
        NumberField::ClockHourOfHalf => ("an hour", 1..=12),
        NumberField::Minute => ("a minute", 0..=59),
        NumberField::Second => ("a second", 0..=59),
        NumberField::Fraction => ("a fraction of the second", 0..=999_999_999),
        NumberField::Nano => ("a nanosecond", 0..=999_999_999),
        NumberField::MilliOfDay => ("a millisecond of the day", 0..=86_399_999),
        NumberField::NanoOfDay => ("a nanosecond of the day", 0..=86_399_999_999_999),
    }
}

#[cfg(test)]
mod tests;
