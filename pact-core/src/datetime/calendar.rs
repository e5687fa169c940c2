//! Arithmetic of the proleptic Gregorian calendar, on plain integers: days are counted from 1970-01-01, months and days
//! from 1, weekdays from Monday = 1 to Sunday = 7. Right for every year of at most ten digits.

/// The modified Julian day of 1970-01-01.
pub(super) const JULIAN_EPOCH: i64 = 40_587;

/// How many days the month has; 0 for a month that does not exist.
pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Whether the year has 366 days.
pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days the year has.
pub(super) fn days_in_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

/// The day's number, counted from 1970-01-01.
///
/// Years are taken to start in March, so that the leap day comes last and months follow one formula.
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day's number: [`days_from_civil`] the other way.
pub(super) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = (shifted_month + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Monday = 1 to Sunday = 7.
pub(super) fn weekday(days: i64) -> i64 {
    (days + 3).rem_euclid(7) + 1
}

/// The day's number within its year, from 1.
pub(super) fn day_of_year(year: i64, month: i64, day: i64) -> i64 {
    days_from_civil(year, month, day) - days_from_civil(year, 1, 1) + 1
}

/// How a place counts weeks: the weekday they start with, and how many days a year's first week needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct WeekRule {
    first_weekday: i64,
    minimal_days: i64,
}

/// A day as a [`WeekRule`] sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WeekDate {
    /// The year that the week belongs to; near New Year not always the day's year.
    pub(super) week_year: i64,
    /// Week of that year, from 1.
    pub(super) week: i64,
    /// Week of the month, from 0 (days before the month's first week).
    pub(super) week_of_month: i64,
    /// Day of the week, from 1.
    pub(super) weekday: i64,
}

impl WeekRule {
    /// ISO 8601: weeks start on Monday, and the first one holds 4 January.
    pub(super) const ISO: Self = Self { first_weekday: 1, minimal_days: 4 };
    /// The United States: weeks start on Sunday, and the first one holds 1 January.
    pub(super) const SUNDAY: Self = Self { first_weekday: 7, minimal_days: 1 };

    /// Where the day lies among the weeks.
    pub(super) fn week_date(self, year: i64, month: i64, day: i64) -> WeekDate {
        let weekday = (weekday(days_from_civil(year, month, day)) - self.first_weekday).rem_euclid(7) + 1;
        let ordinal = day_of_year(year, month, day);
        let mut week_year = year;
        let mut week = self.week_within(ordinal, weekday, ordinal);
        if week == 0 {
            week_year = year - 1;
            let ordinal = ordinal + days_in_year(year - 1);
            week = self.week_within(ordinal, weekday, ordinal);
        } else {
            let of_next_year = self.week_within(ordinal, weekday, days_in_year(year) + self.minimal_days);
            if week >= of_next_year {
                week_year = year + 1;
                week = week - of_next_year + 1;
            }
        }
        WeekDate { week_year, week, week_of_month: self.week_within(day, weekday, day), weekday }
    }

    /// The week of `wanted`, a day's number within some period, in which day `known` is the given weekday.
    fn week_within(self, known: i64, weekday: i64, wanted: i64) -> i64 {
        let week_start = (known - weekday).rem_euclid(7);
        let offset = if week_start + 1 > self.minimal_days { 7 - week_start } else { -week_start };
        (7 + offset + wanted - 1) / 7
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        assert_eq!(days_from_civil(1970, 1, 1), 0);
        assert_eq!(days_from_civil(2000, 3, 1), 11_017);
        assert_eq!(days_from_civil(1, 1, 1), -719_162);
        for days in (-800_000..800_000).step_by(13) {
            let (year, month, day) = civil_from_days(days);
            assert!((1..=days_in_month(year, month)).contains(&day), "{year}-{month}-{day}");
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }

    #[test]
    fn successive_days_follow_each_other_through_four_centuries() {
        let (mut year, mut month, mut day) = (1_999, 12, 31);
        for days in days_from_civil(2000, 1, 1)..days_from_civil(2400, 1, 2) {
            day += 1;
            if day > days_in_month(year, month) {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
            assert_eq!(civil_from_days(days), (year, month, day));
        }
    }

    #[test]
    fn weekdays_are_right() {
        assert_eq!(weekday(days_from_civil(1970, 1, 1)), 4);
        assert_eq!(weekday(days_from_civil(2024, 2, 29)), 4);
        assert_eq!(weekday(days_from_civil(2023, 1, 1)), 7);
        assert_eq!(weekday(days_from_civil(1900, 1, 1)), 1);
    }

    #[test]
    fn weeks_near_new_year_belong_to_the_right_year() {
        let iso = |year, month, day| {
            let date = WeekRule::ISO.week_date(year, month, day);
            (date.week_year, date.week, date.weekday)
        };
        assert_eq!(iso(2005, 1, 1), (2004, 53, 6));
        assert_eq!(iso(2005, 1, 3), (2005, 1, 1));
        assert_eq!(iso(2007, 12, 31), (2008, 1, 1));
        assert_eq!(iso(2020, 12, 31), (2020, 53, 4));
        assert_eq!(iso(2010, 1, 3), (2009, 53, 7));
        let sunday = |year, month, day| {
            let date = WeekRule::SUNDAY.week_date(year, month, day);
            (date.week_year, date.week, date.weekday)
        };
        assert_eq!(sunday(2023, 1, 1), (2023, 1, 1));
        assert_eq!(sunday(2022, 12, 31), (2022, 53, 7));
        assert_eq!(sunday(2024, 12, 29), (2025, 1, 1));
    }

    #[test]
    fn weeks_of_the_month_start_where_the_rule_says() {
        assert_eq!(WeekRule::ISO.week_date(2024, 9, 1).week_of_month, 0);
        assert_eq!(WeekRule::ISO.week_date(2024, 9, 2).week_of_month, 1);
        assert_eq!(WeekRule::SUNDAY.week_date(2024, 9, 1).week_of_month, 1);
        assert_eq!(WeekRule::SUNDAY.week_date(2023, 12, 31).week_of_month, 6);
    }
}
