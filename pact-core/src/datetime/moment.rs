//! A point in time as generators write it.

use super::calendar::{civil_from_days, days_from_civil, days_in_month};
use super::zone;

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// Why a [`Moment`] or one of its parts cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MomentError {
    /// There is no such day.
    #[error("{year:04}-{month:02}-{day:02} is no day of the calendar; years run from 1 to 9999")]
    Date {
        /// The year that was given.
        year: u16,
        /// The month that was given.
        month: u8,
        /// The day that was given.
        day: u8,
    },
    /// There is no such time of day.
    #[error(
        "{hour:02}:{minute:02}:{second:02} and {nanosecond} ns is no time of day; the last one is 23:59:59 and 999999999 ns"
    )]
    Time {
        /// The hour that was given.
        hour: u8,
        /// The minute that was given.
        minute: u8,
        /// The second that was given.
        second: u8,
        /// The nanosecond that was given.
        nanosecond: u32,
    },
    /// The offset is more than 18 hours.
    #[error(
        "an offset of {minutes} minutes is out of range; offsets run from -18:00 to +18:00 (-1080 to 1080 minutes)"
    )]
    Offset {
        /// The offset that was given.
        minutes: i16,
    },
    /// The text is no zone id.
    #[error(
        "`{name}` is no zone id; write one such as `Europe/Paris`, `America/Argentina/Buenos_Aires` or `UTC`"
    )]
    Zone {
        /// The text that was given.
        name: String,
    },
    /// The Unix time lies before year 1 or after year 9999.
    #[error("{seconds} s since 1970 lies outside the years 1 to 9999")]
    Unix {
        /// The seconds that were given.
        seconds: i64,
    },
}

/// A day of the proleptic Gregorian calendar, from 0001-01-01 to 9999-12-31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day. `year` is 1 to 9999, `month` and `day` count from 1.
    ///
    /// # Errors
    /// [`MomentError::Date`] when there is no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, MomentError> {
        let in_month = 1..=days_in_month(year.into(), month.into());
        if (1..=9_999).contains(&year) && in_month.contains(&day.into()) {
            Ok(Self { year, month, day })
        } else {
            Err(MomentError::Date { year, month, day })
        }
    }

    /// The year, 1 to 9999.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    pub(super) fn civil(self) -> (i64, i64, i64) {
        (self.year.into(), self.month.into(), self.day.into())
    }

    pub(super) fn days(self) -> i64 {
        days_from_civil(self.year.into(), self.month.into(), self.day.into())
    }

    fn from_civil((year, month, day): (i64, i64, i64)) -> Option<Self> {
        Self::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
    }

    fn from_days(days: i64) -> Option<Self> {
        let countable = -1_000_000..=4_000_000;
        countable.contains(&days).then(|| civil_from_days(days)).and_then(Self::from_civil)
    }

    pub(super) fn plus_days(self, days: i64) -> Option<Self> {
        Self::from_days(self.days().checked_add(days)?)
    }

    /// The same day of another month, or that month's last day when it is shorter.
    pub(super) fn plus_months(self, months: i64) -> Option<Self> {
        let (year, month, day) = self.civil();
        let months = (year * 12 + month - 1).checked_add(months)?;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        Self::from_civil((year, month, day.min(days_in_month(year, month))))
    }
}

/// A time of day with nanoseconds, from 00:00 to just before 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    hour: u8,
    minute: u8,
    second: u8,
    nanosecond: u32,
}

impl Time {
    /// 00:00, the start of a day.
    pub const MIDNIGHT: Self = Self { hour: 0, minute: 0, second: 0, nanosecond: 0 };
    /// 12:00.
    pub const NOON: Self = Self { hour: 12, minute: 0, second: 0, nanosecond: 0 };

    /// A time of day.
    ///
    /// # Errors
    /// [`MomentError::Time`] unless hour < 24, minute < 60, second < 60 and nanosecond < 1 000 000 000.
    pub fn new(hour: u8, minute: u8, second: u8, nanosecond: u32) -> Result<Self, MomentError> {
        if hour < 24 && minute < 60 && second < 60 && nanosecond < 1_000_000_000 {
            Ok(Self { hour, minute, second, nanosecond })
        } else {
            Err(MomentError::Time { hour, minute, second, nanosecond })
        }
    }

    /// The hour, 0 to 23.
    pub fn hour(self) -> u8 {
        self.hour
    }

    /// The minute, 0 to 59.
    pub fn minute(self) -> u8 {
        self.minute
    }

    /// The second, 0 to 59.
    pub fn second(self) -> u8 {
        self.second
    }

    /// The nanosecond of the second, 0 to 999 999 999.
    pub fn nanosecond(self) -> u32 {
        self.nanosecond
    }

    pub(super) fn nanos_of_day(self) -> i64 {
        let seconds = i64::from(self.hour) * 3_600 + i64::from(self.minute) * 60 + i64::from(self.second);
        seconds * NANOS_PER_SECOND + i64::from(self.nanosecond)
    }

    fn from_nanos_of_day(nanos: i64) -> Option<Self> {
        let seconds = nanos.div_euclid(NANOS_PER_SECOND);
        Self::new(
            (seconds / 3_600).try_into().ok()?,
            (seconds / 60 % 60).try_into().ok()?,
            (seconds % 60).try_into().ok()?,
            nanos.rem_euclid(NANOS_PER_SECOND).try_into().ok()?,
        )
        .ok()
    }
}

/// How far a clock is ahead of UTC, in whole minutes from -18:00 to +18:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Offset(i16);

impl Offset {
    /// No offset.
    pub const UTC: Self = Self(0);

    /// An offset of so many minutes, negative to the west.
    ///
    /// # Errors
    /// [`MomentError::Offset`] beyond 1080 minutes (18 hours) either way.
    pub fn from_minutes(minutes: i16) -> Result<Self, MomentError> {
        if (-1_080..=1_080).contains(&minutes) {
            Ok(Self(minutes))
        } else {
            Err(MomentError::Offset { minutes })
        }
    }

    /// Minutes ahead of UTC.
    pub fn minutes(self) -> i16 {
        self.0
    }
}

/// The id of a time zone, such as `Europe/Paris`.
///
/// Its form is checked, not whether a time zone database has it: there is none here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ZoneName(String);

impl ZoneName {
    /// A zone's name.
    ///
    /// # Errors
    /// [`MomentError::Zone`] when the text does not have the form of a zone id.
    pub fn new(name: &str) -> Result<Self, MomentError> {
        if zone::is_region(name) {
            Ok(Self(name.to_owned()))
        } else {
            Err(MomentError::Zone { name: name.chars().take(64).collect() })
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A civil date and time at an offset from UTC, perhaps with the name of the zone that the offset comes from.
///
/// Nobody looks up what offset a zone has: whoever makes a moment says both.
///
/// ```
/// use pactwright_core::datetime::{Date, Moment, Offset, Time, ZoneName};
/// let moment = Moment::new(Date::new(2024, 2, 29)?, Time::new(13, 30, 0, 0)?)
///     .with_offset(Offset::from_minutes(60)?)
///     .with_zone(ZoneName::new("Europe/Paris")?);
/// assert_eq!(moment.date().day(), 29);
/// # Ok::<(), pactwright_core::datetime::MomentError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Moment {
    date: Date,
    time: Time,
    offset: Offset,
    zone: Option<ZoneName>,
}

impl Moment {
    /// 1970-01-01T00:00Z.
    pub const UNIX_EPOCH: Self = Self {
        date: Date { year: 1970, month: 1, day: 1 },
        time: Time::MIDNIGHT,
        offset: Offset::UTC,
        zone: None,
    };

    /// A moment in UTC, without a zone name.
    pub fn new(date: Date, time: Time) -> Self {
        Self { date, time, offset: Offset::UTC, zone: None }
    }

    /// The moment so many seconds and nanoseconds after 1970-01-01T00:00Z, in UTC.
    ///
    /// # Errors
    /// [`MomentError::Unix`] outside the years 1 to 9999, [`MomentError::Time`] when `nanosecond` is a second or more.
    pub fn from_unix(seconds: i64, nanosecond: u32) -> Result<Self, MomentError> {
        let date =
            Date::from_days(seconds.div_euclid(SECONDS_PER_DAY)).ok_or(MomentError::Unix { seconds })?;
        let second_of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let time =
            Time::from_nanos_of_day(second_of_day * NANOS_PER_SECOND).ok_or(MomentError::Unix { seconds })?;
        Ok(Self::new(date, Time::new(time.hour, time.minute, time.second, nanosecond)?))
    }

    /// The same reading of the clock at another offset.
    #[must_use]
    pub fn with_offset(self, offset: Offset) -> Self {
        Self { offset, ..self }
    }

    /// The same moment with a zone name.
    #[must_use]
    pub fn with_zone(self, zone: ZoneName) -> Self {
        Self { zone: Some(zone), ..self }
    }

    /// The same moment on another day.
    #[must_use]
    pub fn with_date(self, date: Date) -> Self {
        Self { date, ..self }
    }

    /// The same day at another time.
    #[must_use]
    pub fn with_time(self, time: Time) -> Self {
        Self { time, ..self }
    }

    /// The day.
    pub fn date(&self) -> Date {
        self.date
    }

    /// The time of day.
    pub fn time(&self) -> Time {
        self.time
    }

    /// The offset from UTC.
    pub fn offset(&self) -> Offset {
        self.offset
    }

    /// The zone's name, if it is known.
    pub fn zone(&self) -> Option<&ZoneName> {
        self.zone.as_ref()
    }

    /// So many nanoseconds later; the date follows.
    pub(super) fn plus_nanos(self, nanos: i128) -> Option<Self> {
        let per_day = i128::from(SECONDS_PER_DAY * NANOS_PER_SECOND);
        let nanos = i128::from(self.time.nanos_of_day()).checked_add(nanos)?;
        let date = self.date.plus_days(nanos.div_euclid(per_day).try_into().ok()?)?;
        let time = Time::from_nanos_of_day(nanos.rem_euclid(per_day).try_into().ok()?)?;
        Some(Self { date, time, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_and_times_that_exist_can_be_made() {
        assert!(Date::new(2024, 2, 29).is_ok());
        for (year, month, day) in
            [(2023, 2, 29), (1900, 2, 29), (2024, 4, 31), (2024, 13, 1), (0, 1, 1), (10_000, 1, 1)]
        {
            assert_eq!(Date::new(year, month, day), Err(MomentError::Date { year, month, day }));
        }
        assert!(Time::new(23, 59, 59, 999_999_999).is_ok());
        assert!(Time::new(24, 0, 0, 0).is_err());
        assert!(Time::new(0, 0, 0, 1_000_000_000).is_err());
        assert!(Offset::from_minutes(1_080).is_ok());
        assert!(Offset::from_minutes(-1_081).is_err());
        assert!(ZoneName::new("Europe/Paris").is_ok());
        assert!(ZoneName::new("Paris in spring").is_err());
    }

    #[test]
    fn unix_time_becomes_a_moment_in_utc() {
        let moment = |seconds| {
            let moment = Moment::from_unix(seconds, 5).unwrap();
            (moment.date().civil(), moment.time().nanos_of_day())
        };
        assert_eq!(moment(0), ((1970, 1, 1), 5));
        assert_eq!(moment(-1), ((1969, 12, 31), 86_399_000_000_005));
        assert_eq!(moment(1_709_210_096), ((2024, 2, 29), 45_296_000_000_005));
        for seconds in [i64::MIN, i64::MAX, -62_135_596_801, 253_402_300_800] {
            assert_eq!(Moment::from_unix(seconds, 0), Err(MomentError::Unix { seconds }));
        }
        assert!(Moment::from_unix(0, 1_000_000_000).is_err());
    }
}
