//! What each letter stands for, by how often it is written.

use super::{Node, Number, NumberField, OffsetStyle, PatternError, Sign, TextField, TextStyle, ZoneStyle};

/// The most digits that any number may have.
const MAX_DIGITS: usize = 19;

/// The part that `count` times `letter` stands for.
pub(super) fn node(letter: char, count: usize, at: usize) -> Result<Node, PatternError> {
    let node = match letter {
        'y' => year(count, NumberField::YearOfEra, NumberField::YearOfCentury),
        'u' => year(count, NumberField::Year, NumberField::YearOfCentury),
        'Y' => year(count, NumberField::WeekYear, NumberField::WeekYearOfCentury),
        'M' | 'L' => number_or_text(count, NumberField::Month, 2, TextField::Month),
        'Q' | 'q' => number_or_text(count, NumberField::Quarter, 1, TextField::Quarter),
        'e' => number_or_text(count, NumberField::Weekday, 1, TextField::Weekday),
        'c' if count != 2 => number_or_text(count, NumberField::Weekday, 1, TextField::Weekday),
        'E' => text(count, TextField::Weekday),
        'G' => text(count, TextField::Era),
        'a' if count == 1 => Some(Node::Text(TextField::HalfOfDay, TextStyle::Short)),
        'B' if matches!(count, 1 | 4 | 5) => text(count, TextField::PeriodOfDay),
        'd' => digits(count, NumberField::DayOfMonth, 2),
        'D' => digits(count, NumberField::DayOfYear, 3),
        'w' => digits(count, NumberField::WeekOfYear, 2),
        'W' => digits(count, NumberField::WeekOfMonth, 1),
        'F' => digits(count, NumberField::AlignedWeek, 1),
        'H' => digits(count, NumberField::Hour, 2),
        'k' => digits(count, NumberField::ClockHour, 2),
        'K' => digits(count, NumberField::HourOfHalf, 2),
        'h' => digits(count, NumberField::ClockHourOfHalf, 2),
        'm' => digits(count, NumberField::Minute, 2),
        's' => digits(count, NumberField::Second, 2),
        'S' if count <= 9 => digits(count, NumberField::Fraction, count),
        'n' => digits(count, NumberField::Nano, MAX_DIGITS),
        'A' => digits(count, NumberField::MilliOfDay, MAX_DIGITS),
        'N' => digits(count, NumberField::NanoOfDay, MAX_DIGITS),
        'g' if count <= MAX_DIGITS => Some(number(NumberField::JulianDay, count, MAX_DIGITS, Sign::Negative)),
        'X' => iso_offset(count, "Z", "Z", "Z"),
        'x' => iso_offset(count, "+00", "+0000", "+00:00"),
        'Z' => match count {
            1..=3 => iso_offset(2, "", "+0000", ""),
            4 => Some(Node::Offset(OffsetStyle::GmtFull)),
            _ => iso_offset(count, "", "", "Z"),
        },
        'O' => match count {
            1 => Some(Node::Offset(OffsetStyle::GmtShort)),
            4 => Some(Node::Offset(OffsetStyle::GmtFull)),
            _ => None,
        },
        'V' if count == 2 => Some(Node::Zone(ZoneStyle::Id)),
        'z' if count <= 3 => Some(Node::Zone(ZoneStyle::Short)),
        'v' if count == 1 => Some(Node::Zone(ZoneStyle::Short)),
        'z' | 'v' if count == 4 => Some(Node::Zone(ZoneStyle::Full)),
        _ => None,
    };
    node.ok_or_else(|| match allowed(letter) {
        Some(allowed) => PatternError::Count { letter, count, at, allowed },
        None => PatternError::UnknownLetter { letter, at },
    })
}

/// How often a letter may be written, in words; `None` for what is no pattern letter.
fn allowed(letter: char) -> Option<&'static str> {
    Some(match letter {
        'y' | 'u' | 'Y' | 'n' | 'A' | 'N' | 'g' => "1 to 19 times",
        'M' | 'L' | 'Q' | 'q' | 'e' | 'E' | 'G' | 'X' | 'x' | 'Z' => "1 to 5 times",
        'c' => "once, or 3 to 5 times",
        'a' | 'W' | 'F' => "once",
        'B' => "once, or 4 or 5 times",
        'd' | 'w' | 'H' | 'k' | 'K' | 'h' | 'm' | 's' => "once or twice",
        'D' => "1 to 3 times",
        'S' => "1 to 9 times",
        'O' | 'v' => "once or 4 times",
        'V' => "twice",
        'z' => "1 to 4 times",
        _ => return None,
    })
}

fn number(field: NumberField, min_digits: usize, max_digits: usize, sign: Sign) -> Node {
    Node::Number(Number { field, min_digits, max_digits, sign, following: 0 })
}

/// A number that never has a sign, with one digit or more for one letter, and else as many as there are letters;
/// a field with more than two digits may have more digits than letters.
fn digits(count: usize, field: NumberField, most: usize) -> Option<Node> {
    let max = if count == 2 && most == 2 { 2 } else { most };
    (count <= most).then(|| number(field, count, max, Sign::Never))
}

fn year(count: usize, year: NumberField, of_century: NumberField) -> Option<Node> {
    match count {
        2 => Some(number(of_century, 2, 2, Sign::Never)),
        1 | 3 => Some(number(year, count, MAX_DIGITS, Sign::Negative)),
        4..=MAX_DIGITS => Some(number(year, count, MAX_DIGITS, Sign::ExceedsPad)),
        _ => None,
    }
}

fn number_or_text(count: usize, field: NumberField, widest: usize, name: TextField) -> Option<Node> {
    match count {
        1 => Some(number(field, 1, widest, Sign::Never)),
        2 => Some(number(field, 2, 2, Sign::Never)),
        _ => text(count, name),
    }
}

fn text(count: usize, field: TextField) -> Option<Node> {
    let style = match count {
        1..=3 => TextStyle::Short,
        4 => TextStyle::Full,
        5 => TextStyle::Narrow,
        _ => return None,
    };
    Some(Node::Text(field, style))
}

/// An offset by the number of letters; the texts say how no offset is written: with hours only, without and with colons.
fn iso_offset(count: usize, hours: &'static str, plain: &'static str, colons: &'static str) -> Option<Node> {
    let style =
        |colons: bool, seconds: bool, zero| OffsetStyle::Iso { colons, short_minutes: false, seconds, zero };
    Some(Node::Offset(match count {
        1 => OffsetStyle::Iso { colons: false, short_minutes: true, seconds: false, zero: hours },
        2 => style(false, false, plain),
        3 => style(true, false, colons),
        4 => style(false, true, plain),
        5 => style(true, true, colons),
        _ => return None,
    }))
}
