//! English names of months, weekdays and the like, as Java's formatter spells them.

use super::pattern::{TextField, TextStyle};

/// Names and what they stand for. A text may stand for several values (`J` for three months), and a value may have
/// several texts, the first of which is the one that is written.
pub(super) type Names = &'static [(&'static str, u8)];

const MONTHS: Names = &[
    ("January", 1),
    ("February", 2),
    ("March", 3),
    ("April", 4),
    ("May", 5),
    ("June", 6),
    ("July", 7),
    ("August", 8),
    ("September", 9),
    ("October", 10),
    ("November", 11),
    ("December", 12),
];

/// British, Australian and Canadian texts say `Sept`.
const MONTHS_SHORT: Names = &[
    ("Jan", 1),
    ("Feb", 2),
    ("Mar", 3),
    ("Apr", 4),
    ("May", 5),
    ("Jun", 6),
    ("Jul", 7),
    ("Aug", 8),
    ("Sep", 9),
    ("Sept", 9),
    ("Oct", 10),
    ("Nov", 11),
    ("Dec", 12),
];

const MONTHS_NARROW: Names = &[
    ("J", 1),
    ("F", 2),
    ("M", 3),
    ("A", 4),
    ("M", 5),
    ("J", 6),
    ("J", 7),
    ("A", 8),
    ("S", 9),
    ("O", 10),
    ("N", 11),
    ("D", 12),
];

const WEEKDAYS: Names = &[
    ("Monday", 1),
    ("Tuesday", 2),
    ("Wednesday", 3),
    ("Thursday", 4),
    ("Friday", 5),
    ("Saturday", 6),
    ("Sunday", 7),
];

const WEEKDAYS_SHORT: Names =
    &[("Mon", 1), ("Tue", 2), ("Wed", 3), ("Thu", 4), ("Fri", 5), ("Sat", 6), ("Sun", 7)];

const WEEKDAYS_NARROW: Names = &[("M", 1), ("T", 2), ("W", 3), ("T", 4), ("F", 5), ("S", 6), ("S", 7)];

const QUARTERS: Names = &[("1st quarter", 1), ("2nd quarter", 2), ("3rd quarter", 3), ("4th quarter", 4)];
const QUARTERS_SHORT: Names = &[("Q1", 1), ("Q2", 2), ("Q3", 3), ("Q4", 4)];
const QUARTERS_NARROW: Names = &[("1", 1), ("2", 2), ("3", 3), ("4", 4)];

/// Value of the era before the common one.
pub(super) const BEFORE_CHRIST: u8 = 0;
const ERAS: Names = &[("Before Christ", BEFORE_CHRIST), ("Anno Domini", 1)];
const ERAS_SHORT: Names = &[("BC", BEFORE_CHRIST), ("AD", 1)];
const ERAS_NARROW: Names = &[("B", BEFORE_CHRIST), ("A", 1)];

/// English locales differ in how they write these.
const HALVES: Names = &[("AM", 0), ("PM", 1), ("am", 0), ("pm", 1), ("a.m.", 0), ("p.m.", 1)];

const PERIODS: Names = &[
    ("midnight", 0),
    ("noon", 1),
    ("in the morning", 2),
    ("in the afternoon", 3),
    ("in the evening", 4),
    ("at night", 5),
];
const PERIODS_NARROW: Names = &[
    ("mi", 0),
    ("n", 1),
    ("in the morning", 2),
    ("in the afternoon", 3),
    ("in the evening", 4),
    ("at night", 5),
];

/// The names that a field's texts may have.
pub(super) fn names(field: TextField, style: TextStyle) -> Names {
    match (field, style) {
        (TextField::Era, TextStyle::Full) => ERAS,
        (TextField::Era, TextStyle::Short) => ERAS_SHORT,
        (TextField::Era, TextStyle::Narrow) => ERAS_NARROW,
        (TextField::Month, TextStyle::Full) => MONTHS,
        (TextField::Month, TextStyle::Short) => MONTHS_SHORT,
        (TextField::Month, TextStyle::Narrow) => MONTHS_NARROW,
        (TextField::Quarter, TextStyle::Full) => QUARTERS,
        (TextField::Quarter, TextStyle::Short) => QUARTERS_SHORT,
        (TextField::Quarter, TextStyle::Narrow) => QUARTERS_NARROW,
        (TextField::Weekday, TextStyle::Full) => WEEKDAYS,
        (TextField::Weekday, TextStyle::Short) => WEEKDAYS_SHORT,
        (TextField::Weekday, TextStyle::Narrow) => WEEKDAYS_NARROW,
        (TextField::HalfOfDay, _) => HALVES,
        (TextField::PeriodOfDay, TextStyle::Narrow) => PERIODS_NARROW,
        (TextField::PeriodOfDay, _) => PERIODS,
    }
}

/// The longest name that the text starts with: its length in bytes, and a bit for each value that it may stand for.
/// A shorter one is taken if only that has `following` right after it (`Sep't'` is not `Sept`).
pub(super) fn read(names: Names, text: &str, following: &str) -> Option<(usize, u16)> {
    let ends = || names.iter().filter(|(name, _)| text.starts_with(name)).map(|(name, _)| name.len());
    let ends_well = |end: &usize| text.get(*end..).is_some_and(|rest| rest.starts_with(following));
    let length = ends().filter(ends_well).max().or_else(|| ends().max())?;
    let values = names.iter().filter(|(name, _)| text.get(..length) == Some(name));
    Some((length, values.fold(0, |bits, (_, value)| bits | 1 << value)))
}

/// How the value is written.
pub(super) fn write(names: Names, value: u8) -> Option<&'static str> {
    names.iter().find(|(_, named)| *named == value).map(|(name, _)| *name)
}

/// The hours that a period of the day covers, as bits. Noon and midnight are an exact time rather than an hour.
pub(super) fn hours_of_period(period: u8) -> u32 {
    let hours = match period {
        0 => 0..1,
        1 => 12..13,
        2 => 6..12,
        3 => 12..18,
        4 => 18..21,
        _ => return bits(21..24) | bits(0..6),
    };
    bits(hours)
}

/// Whether the period is one exact time.
pub(super) fn is_exact_period(period: u8) -> bool {
    period < 2
}

/// The period of the day that a time lies in.
pub(super) fn period_of(hour: u8, minute: u8) -> u8 {
    match (hour, minute) {
        (0, 0) => 0,
        (12, 0) => 1,
        (6..=11, _) => 2,
        (12..=17, _) => 3,
        (18..=20, _) => 4,
        _ => 5,
    }
}

/// A bit for each number of the range.
pub(super) fn bits(range: std::ops::Range<u32>) -> u32 {
    range.fold(0, |bits, number| bits | 1 << number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_is_read_and_narrow_ones_may_stand_for_several() {
        assert_eq!(read(MONTHS_SHORT, "Sept 3", " "), Some((4, 1 << 9)));
        assert_eq!(read(MONTHS_SHORT, "Sep 3", ""), Some((3, 1 << 9)));
        assert_eq!(read(MONTHS_SHORT, "Septime", "time"), Some((3, 1 << 9)));
        assert_eq!(read(MONTHS_NARROW, "J", ""), Some((1, 1 << 1 | 1 << 6 | 1 << 7)));
        assert_eq!(read(MONTHS, "january", ""), None);
    }

    #[test]
    fn each_time_lies_in_the_period_that_covers_its_hour() {
        for hour in 0..24_u8 {
            for minute in [0, 1, 59] {
                let period = period_of(hour, minute);
                assert!(hours_of_period(period) & 1 << hour != 0, "{hour}:{minute}");
                assert!(!is_exact_period(period) || minute == 0);
            }
        }
    }
}
