//! What the parts of a text say together, and whether a day exists of which all that is true.

use crate::datetime::calendar::{
    JULIAN_EPOCH, WeekDate, WeekRule, civil_from_days, day_of_year, days_from_civil, days_in_month,
    days_in_year, weekday,
};
use crate::datetime::check::Expected;
use crate::datetime::names::{self, BEFORE_CHRIST};
use crate::datetime::pattern::{Number, NumberField, TextField};

/// Any day of this many years behaves like a day of one of them when no year is known: they have every combination of
/// leap years, New Year's weekdays and lengths of the year before.
const REPRESENTATIVE_YEARS: std::ops::Range<i64> = 2000..2028;
/// Centuries repeat their weekdays and leap years after four.
const CENTURIES: [i64; 4] = [2000, 2100, 2200, 2300];

/// What has been read so far. Fields that narrow down hours, months or weekdays do so in sets of bits, so that
/// contradictions show wherever they stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    year: Option<i64>,
    year_of_era: Option<i64>,
    year_of_century: Option<i64>,
    era: Option<u8>,
    week_year: Option<i64>,
    week_year_of_century: Option<i64>,
    months: u32,
    weekdays: u32,
    day: Option<i64>,
    day_of_year: Option<i64>,
    julian_day: Option<i64>,
    week: Option<i64>,
    week_of_month: Option<i64>,
    numbered_weekday: Option<i64>,
    aligned_week: Option<i64>,
    hours: u32,
    minute: Option<i64>,
    second: Option<i64>,
    /// The first and the last nanosecond of the second that it may be.
    nanos: (i64, i64),
    offset: Option<i64>,
    /// Where the last part that is about days starts, in bytes.
    date_at: Option<usize>,
    /// Where the day of the month starts, in bytes.
    day_at: usize,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            year: None,
            year_of_era: None,
            year_of_century: None,
            era: None,
            week_year: None,
            week_year_of_century: None,
            months: names::bits(1..13),
            weekdays: names::bits(1..8),
            day: None,
            day_of_year: None,
            julian_day: None,
            week: None,
            week_of_month: None,
            numbered_weekday: None,
            aligned_week: None,
            hours: names::bits(0..24),
            minute: None,
            second: None,
            nanos: (0, 999_999_999),
            offset: None,
            date_at: None,
            day_at: 0,
        }
    }
}

/// Sets what is not known yet; `false` when something else is known.
fn set<T: PartialEq + Copy>(slot: &mut Option<T>, value: T) -> bool {
    *slot.get_or_insert(value) == value
}

fn bit(value: i64) -> u32 {
    u32::try_from(value).ok().and_then(|value| 1_u32.checked_shl(value)).unwrap_or(0)
}

fn keep(set: &mut u32, wanted: u32) -> bool {
    *set &= wanted;
    *set != 0
}

impl Fields {
    /// Takes in a number that stands at a byte; `false` when it contradicts what is known.
    pub(super) fn set_number(&mut self, number: &Number, value: i64, at: usize) -> bool {
        if is_about_days(number.field) {
            self.date_at = Some(at);
        }
        match number.field {
            NumberField::YearOfEra => set(&mut self.year_of_era, value),
            NumberField::Year => set(&mut self.year, value),
            NumberField::WeekYear => set(&mut self.week_year, value),
            NumberField::YearOfCentury => set(&mut self.year_of_century, value),
            NumberField::WeekYearOfCentury => set(&mut self.week_year_of_century, value),
            NumberField::Quarter => keep(&mut self.months, months_of_quarter(value)),
            NumberField::Month => keep(&mut self.months, bit(value)),
            NumberField::DayOfMonth => {
                self.day_at = at;
                set(&mut self.day, value)
            }
            NumberField::DayOfYear => set(&mut self.day_of_year, value),
            NumberField::JulianDay => set(&mut self.julian_day, value),
            NumberField::WeekOfYear => set(&mut self.week, value),
            NumberField::WeekOfMonth => set(&mut self.week_of_month, value),
            NumberField::AlignedWeek => set(&mut self.aligned_week, value),
            NumberField::Weekday => set(&mut self.numbered_weekday, value),
            NumberField::Hour => keep(&mut self.hours, bit(value)),
            NumberField::ClockHour => keep(&mut self.hours, bit(value % 24)),
            NumberField::HourOfHalf | NumberField::ClockHourOfHalf => {
                keep(&mut self.hours, bit(value % 12) | bit(value % 12 + 12))
            }
            NumberField::Minute => set(&mut self.minute, value),
            NumberField::Second => set(&mut self.second, value),
            NumberField::Fraction => {
                let unit = 10_i64.pow(9_u32.saturating_sub(u32::try_from(number.min_digits).unwrap_or(9)));
                self.keep_nanos(value * unit, unit)
            }
            NumberField::Nano => self.keep_nanos(value, 1),
            NumberField::MilliOfDay => self.set_nanos_of_day(value * 1_000_000, 1_000_000),
            NumberField::NanoOfDay => self.set_nanos_of_day(value, 1),
        }
    }

    /// Takes in a name at a byte, given as the bits of the values that it stands for; `false` when it contradicts what is known.
    pub(super) fn set_text(&mut self, field: TextField, values: u16, at: usize) -> bool {
        if !matches!(field, TextField::HalfOfDay | TextField::PeriodOfDay) {
            self.date_at = Some(at);
        }
        let values = u32::from(values);
        let only = u8::try_from(values.trailing_zeros()).unwrap_or_default();
        match field {
            TextField::Era => set(&mut self.era, only),
            TextField::Quarter => keep(&mut self.months, months_of_quarter(only.into())),
            TextField::Month => keep(&mut self.months, values),
            TextField::Weekday => keep(&mut self.weekdays, values),
            TextField::HalfOfDay => {
                keep(&mut self.hours, if only == 0 { names::bits(0..12) } else { names::bits(12..24) })
            }
            TextField::PeriodOfDay => {
                let agrees = keep(&mut self.hours, names::hours_of_period(only));
                agrees && (!names::is_exact_period(only) || set(&mut self.minute, 0))
            }
        }
    }

    /// Takes in an offset; `false` when there was another one.
    pub(super) fn set_offset(&mut self, seconds: i64) -> bool {
        set(&mut self.offset, seconds)
    }

    fn keep_nanos(&mut self, start: i64, length: i64) -> bool {
        self.nanos = (self.nanos.0.max(start), self.nanos.1.min(start + length - 1));
        self.nanos.0 <= self.nanos.1
    }

    fn set_nanos_of_day(&mut self, nanos: i64, length: i64) -> bool {
        let seconds = nanos / 1_000_000_000;
        keep(&mut self.hours, bit(seconds / 3_600))
            && set(&mut self.minute, seconds / 60 % 60)
            && set(&mut self.second, seconds % 60)
            && self.keep_nanos(nanos % 1_000_000_000, length)
    }

    /// Whether some day fits everything that was read about days. The work is bounded: at most a few thousand days are
    /// looked at, and for usual patterns it is one. What is missing comes with the byte where it should be.
    pub(super) fn check_date(&self) -> Result<(), (usize, Expected)> {
        let Some(date_at) = self.date_at else { return Ok(()) };
        if self.candidate_years().any(|year| self.fits_year(year) && self.has_day(year)) {
            return Ok(());
        }
        let month = i64::from(self.months.trailing_zeros());
        let year = self.candidate_years().next().filter(|_| self.known_year().is_some());
        let days = days_in_month(year.unwrap_or(2000), month);
        if self.months.is_power_of_two() && self.day.is_some_and(|day| day > days) {
            return Err((self.day_at, Expected::DayOfMonth { year, month, days }));
        }
        Err((date_at, Expected::Date))
    }

    /// The year, if the text tells it in full.
    fn known_year(&self) -> Option<i64> {
        let from_era =
            self.year_of_era.map(|year| if self.era == Some(BEFORE_CHRIST) { 1 - year } else { year });
        self.year.or(from_era)
    }

    /// Years among which the day's must be, if there is one.
    fn candidate_years(&self) -> impl Iterator<Item = i64> + use<> {
        let near = |year: i64| year - 1..year + 2;
        let of_century = |year: i64| CENTURIES.map(|century| century + year);
        let (range, centuries, around) = if let Some(days) = self.julian_day {
            let (year, _, _) = civil_from_days(days - JULIAN_EPOCH);
            (year..year + 1, None, 0)
        } else if let Some(year) = self.known_year() {
            (year..year + 1, None, 0)
        } else if let Some(year) = self.week_year {
            (near(year), None, 0)
        } else if let Some(year) = self.year_of_century {
            (0..0, Some(of_century(year)), 0)
        } else if let Some(year) = self.week_year_of_century {
            (0..0, Some(of_century(year)), 1)
        } else {
            (REPRESENTATIVE_YEARS, None, 0)
        };
        range.chain(centuries.into_iter().flatten().flat_map(move |year| year - around..=year + around))
    }

    fn fits_year(&self, year: i64) -> bool {
        let (era, year_of_era) = if year > 0 { (1, year) } else { (BEFORE_CHRIST, 1 - year) };
        self.year.is_none_or(|wanted| wanted == year)
            && self.year_of_century.is_none_or(|wanted| wanted == year.rem_euclid(100))
            && match (self.era, self.year_of_era) {
                (None, Some(wanted)) => wanted == year,
                (Some(wanted_era), Some(wanted)) => wanted_era == era && wanted == year_of_era,
                // Without a full year, the candidates only stand for years of either era.
                (Some(wanted), None) => {
                    wanted == era || self.known_year().is_none() && self.julian_day.is_none()
                }
                (None, None) => true,
            }
    }

    /// Whether the year has a day that fits.
    fn has_day(&self, year: i64) -> bool {
        if let Some(days) = self.julian_day {
            return self.fits_day(civil_from_days(days - JULIAN_EPOCH));
        }
        if let Some(day) = self.day
            && self.months.is_power_of_two()
        {
            return self.fits_day((year, self.months.trailing_zeros().into(), day));
        }
        let days = self.day_of_year.map_or(1..=days_in_year(year), |day| day..=day);
        let first = days_from_civil(year, 1, 1) - 1;
        days.map(|day| civil_from_days(first + day))
            .any(|(of, month, day)| of == year && self.fits_day((of, month, day)))
    }

    fn fits_day(&self, (year, month, day): (i64, i64, i64)) -> bool {
        day <= days_in_month(year, month)
            && self.day.is_none_or(|wanted| wanted == day)
            && self.months & bit(month) != 0
            && self.aligned_week.is_none_or(|wanted| wanted == (day - 1) / 7 + 1)
            && self.day_of_year.is_none_or(|wanted| wanted == day_of_year(year, month, day))
            && (self.weekdays.count_ones() == 7
                || self.weekdays & bit(weekday(days_from_civil(year, month, day))) != 0)
            && self.fits_weeks(year, month, day)
    }

    /// Weeks may start on Monday or on Sunday, but they all start on the same day.
    fn fits_weeks(&self, year: i64, month: i64, day: i64) -> bool {
        let wanted =
            [self.week_year, self.week_year_of_century, self.week, self.week_of_month, self.numbered_weekday];
        wanted.iter().all(Option::is_none)
            || [WeekRule::ISO, WeekRule::SUNDAY]
                .iter()
                .any(|rule| self.fits_week(rule.week_date(year, month, day)))
    }

    fn fits_week(&self, date: WeekDate) -> bool {
        self.week_year.is_none_or(|wanted| wanted == date.week_year)
            && self.week_year_of_century.is_none_or(|wanted| wanted == date.week_year.rem_euclid(100))
            && self.week.is_none_or(|wanted| wanted == date.week)
            && self.week_of_month.is_none_or(|wanted| wanted == date.week_of_month)
            && self.numbered_weekday.is_none_or(|wanted| wanted == date.weekday)
    }
}

fn months_of_quarter(quarter: i64) -> u32 {
    (1..=3).fold(0, |months, month| months | bit((quarter - 1) * 3 + month))
}

fn is_about_days(field: NumberField) -> bool {
    !matches!(
        field,
        NumberField::Hour
            | NumberField::ClockHour
            | NumberField::HourOfHalf
            | NumberField::ClockHourOfHalf
            | NumberField::Minute
            | NumberField::Second
            | NumberField::Fraction
            | NumberField::Nano
            | NumberField::MilliOfDay
            | NumberField::NanoOfDay
    )
}
