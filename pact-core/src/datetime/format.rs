//! Writing a moment in a pattern.

use super::calendar::{JULIAN_EPOCH, WeekDate, WeekRule, day_of_year, weekday};
use super::check::Refusal;
use super::moment::Moment;
use super::names;
use super::pattern::{Node, Number, NumberField, OffsetStyle, Pattern, TextField, ZoneStyle};

/// Why a moment cannot be written in a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// Padding is narrower than what it pads.
    #[error("`{text}` does not fit into the {width} columns that `{pattern}` pads it to; write more `p`")]
    TooWide {
        /// The pattern.
        pattern: String,
        /// What would be written.
        text: String,
        /// The columns for it.
        width: usize,
    },
    /// The pattern's own reading of the text fails, as with `yM`, whose digits run together.
    #[error(
        "`{pattern}` writes `{text}`, which it cannot read; separate its fields or give them fixed widths"
    )]
    Unreadable {
        /// The pattern.
        pattern: String,
        /// What would be written.
        text: String,
        /// Why it cannot be read.
        #[source]
        refusal: Box<Refusal>,
    },
}

impl Pattern {
    /// Writes a moment. What it returns is accepted by [`Pattern::check`].
    ///
    /// Optional sections are written unless all their fields have been written before: `ss[.SSS][XXX][X]` gives one offset.
    /// Weeks are ISO 8601 weeks. A moment without a zone name has its offset written in place of one.
    ///
    /// # Errors
    /// When padding is too narrow, and when digits run together so that nobody could read them.
    ///
    /// ```
    /// use pactwright_core::datetime::{Date, Moment, Pattern, Time};
    /// let moment = Moment::new(Date::new(2024, 2, 29)?, Time::new(9, 5, 0, 120_000_000)?);
    /// let pattern = Pattern::parse("EEE, d MMM yyyy h:mm a '('SSS')'")?;
    /// assert_eq!(pattern.format(&moment)?, "Thu, 29 Feb 2024 9:05 AM (120)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn format(&self, moment: &Moment) -> Result<String, FormatError> {
        let brief = self.write(moment, Sections::New)?;
        let Err(refusal) = self.check(&brief) else { return Ok(brief) };
        // Reading takes every section that fits; leaving one out may have let it swallow what follows.
        let full = self.write(moment, Sections::All)?;
        if self.check(&full).is_ok() {
            return Ok(full);
        }
        Err(FormatError::Unreadable {
            pattern: self.as_str().to_owned(),
            text: brief,
            refusal: Box::new(refusal),
        })
    }

    fn write(&self, moment: &Moment, sections: Sections) -> Result<String, FormatError> {
        let mut writer = Writer { moment, sections, written: Vec::new(), text: String::new() };
        writer.write_all(self.nodes()).map_err(|(text, width)| FormatError::TooWide {
            pattern: self.as_str().to_owned(),
            text,
            width,
        })?;
        Ok(writer.text)
    }
}

/// Which optional sections are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sections {
    All,
    /// Those that say something that has not been said.
    New,
}

/// What a field tells, however it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Number(NumberField),
    Text(TextField),
    Offset,
    Zone,
}

/// Text that is wider than its columns.
type TooWide = (String, usize);

struct Writer<'a> {
    moment: &'a Moment,
    sections: Sections,
    written: Vec<Told>,
    text: String,
}

impl Writer<'_> {
    fn write_all(&mut self, nodes: &[Node]) -> Result<(), TooWide> {
        nodes.iter().try_for_each(|node| self.write(node))
    }

    fn write(&mut self, node: &Node) -> Result<(), TooWide> {
        self.written.extend(told(node));
        match node {
            Node::Literal(literal) => self.text.push_str(literal),
            Node::Number(number) => self.text.push_str(&digits(number, self.moment)),
            Node::Text(field, style) => {
                let value = text_value(*field, self.moment);
                self.text.push_str(names::write(names::names(*field, *style), value).unwrap_or_default());
            }
            Node::Offset(style) => self.text.push_str(&offset(*style, self.moment.offset().minutes())),
            Node::Zone(style) => self.text.push_str(&zone(*style, self.moment)),
            Node::Optional(nodes) => {
                if self.sections == Sections::All || !self.is_all_told(nodes) {
                    self.write_all(nodes)?;
                }
            }
            Node::Padded(width, node) => {
                let start = self.text.len();
                self.write(node)?;
                let text = self.text.split_off(start);
                if text.chars().count() > *width {
                    return Err((text, *width));
                }
                self.text.push_str(&format!("{text:>width$}"));
            }
        }
        Ok(())
    }

    /// Whether there are fields in the section, and all of them have been written before.
    fn is_all_told(&self, section: &[Node]) -> bool {
        let mut fields = Vec::new();
        collect_told(section, &mut fields);
        !fields.is_empty() && fields.iter().all(|field| self.written.contains(field))
    }
}

fn told(node: &Node) -> Option<Told> {
    match node {
        Node::Number(number) => Some(match number.field {
            NumberField::Month => Told::Text(TextField::Month),
            NumberField::Weekday => Told::Text(TextField::Weekday),
            NumberField::Quarter => Told::Text(TextField::Quarter),
            NumberField::YearOfEra => Told::Number(NumberField::Year),
            other => Told::Number(other),
        }),
        Node::Text(field, _) => Some(Told::Text(*field)),
        Node::Offset(_) => Some(Told::Offset),
        Node::Zone(_) => Some(Told::Zone),
        Node::Padded(_, node) => told(node),
        Node::Literal(_) | Node::Optional(_) => None,
    }
}

fn collect_told(nodes: &[Node], fields: &mut Vec<Told>) {
    for node in nodes {
        if let Node::Optional(section) = node {
            collect_told(section, fields);
        }
        fields.extend(told(node));
    }
}

fn digits(number: &Number, moment: &Moment) -> String {
    // A plus is never needed: the years of a moment have at most four digits. Julian days may be negative.
    let value = number_value(number, moment);
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{:0width$}", value.unsigned_abs(), width = number.min_digits)
}

fn number_value(number: &Number, moment: &Moment) -> i64 {
    let (date, time) = (moment.date(), moment.time());
    let (year, month, day) = date.civil();
    let (hour, nanosecond) = (i64::from(time.hour()), i64::from(time.nanosecond()));
    let clock = |hour: i64, hours: i64| if hour % hours == 0 { hours } else { hour % hours };
    match number.field {
        NumberField::YearOfEra | NumberField::Year => year,
        NumberField::YearOfCentury => year % 100,
        NumberField::WeekYear => week_date(moment).week_year,
        NumberField::WeekYearOfCentury => week_date(moment).week_year % 100,
        NumberField::Quarter => quarter(month),
        NumberField::Month => month,
        NumberField::DayOfMonth => day,
        NumberField::DayOfYear => day_of_year(year, month, day),
        NumberField::JulianDay => date.days() + JULIAN_EPOCH,
        NumberField::WeekOfYear => week_date(moment).week,
        NumberField::WeekOfMonth => week_date(moment).week_of_month,
        NumberField::Weekday => week_date(moment).weekday,
        NumberField::AlignedWeek => (day - 1) / 7 + 1,
        NumberField::Hour => hour,
        NumberField::ClockHour => clock(hour, 24),
        NumberField::HourOfHalf => hour % 12,
        NumberField::ClockHourOfHalf => clock(hour, 12),
        NumberField::Minute => time.minute().into(),
        NumberField::Second => time.second().into(),
        NumberField::Fraction => (number.min_digits..9).fold(nanosecond, |fraction, _| fraction / 10),
        NumberField::Nano => nanosecond,
        NumberField::MilliOfDay => time.nanos_of_day() / 1_000_000,
        NumberField::NanoOfDay => time.nanos_of_day(),
    }
}

fn week_date(moment: &Moment) -> WeekDate {
    let (year, month, day) = moment.date().civil();
    WeekRule::ISO.week_date(year, month, day)
}

fn quarter(month: i64) -> i64 {
    (month + 2) / 3
}

fn text_value(field: TextField, moment: &Moment) -> u8 {
    let time = moment.time();
    let value = match field {
        TextField::Era => 1,
        TextField::Quarter => quarter(moment.date().month().into()),
        TextField::Month => moment.date().month().into(),
        TextField::Weekday => weekday(moment.date().days()),
        TextField::HalfOfDay => i64::from(time.hour() >= 12),
        TextField::PeriodOfDay => names::period_of(time.hour(), time.minute()).into(),
    };
    u8::try_from(value).unwrap_or_default()
}

fn offset(style: OffsetStyle, minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    match style {
        OffsetStyle::Iso { zero, .. } if minutes == 0 => zero.to_owned(),
        OffsetStyle::GmtShort | OffsetStyle::GmtFull if minutes == 0 => "GMT".to_owned(),
        OffsetStyle::Iso { short_minutes: true, .. } if rest == 0 => format!("{sign}{hours:02}"),
        OffsetStyle::Iso { colons: false, .. } => format!("{sign}{hours:02}{rest:02}"),
        OffsetStyle::Iso { .. } => format!("{sign}{hours:02}:{rest:02}"),
        OffsetStyle::GmtShort if rest == 0 => format!("GMT{sign}{hours}"),
        OffsetStyle::GmtShort => format!("GMT{sign}{hours}:{rest:02}"),
        OffsetStyle::GmtFull => format!("GMT{sign}{hours:02}:{rest:02}"),
    }
}

/// The zone's id or name. Names other than those of UTC and GMT would need a time zone database; an id is understood in their place.
fn zone(style: ZoneStyle, moment: &Moment) -> String {
    let minutes = moment.offset().minutes();
    let id = match (moment.zone(), style) {
        (Some(zone), _) => zone.as_str().to_owned(),
        (None, ZoneStyle::Id) if minutes == 0 => "Z".to_owned(),
        (None, ZoneStyle::Id) => offset(ISO_OFFSET, minutes),
        (None, _) if minutes == 0 => "UTC".to_owned(),
        (None, _) => offset(OffsetStyle::GmtFull, minutes),
    };
    match (style, id.as_str()) {
        (ZoneStyle::Full, "UTC") => "Coordinated Universal Time".to_owned(),
        (ZoneStyle::Full, "GMT") => "Greenwich Mean Time".to_owned(),
        _ => id,
    }
}

const ISO_OFFSET: OffsetStyle =
    OffsetStyle::Iso { colons: true, short_minutes: false, seconds: false, zero: "Z" };

#[cfg(test)]
mod tests;
