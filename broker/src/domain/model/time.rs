use std::fmt;

/// A moment, in UTC, to the microsecond.
///
/// In the log it is written like `2026-01-31T12:00:00.000001Z`; the API writes whole seconds, see [`Timestamp::to_wire`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Text that is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a date or a time (for instance 2026-01-31 or 2026-01-31T12:00:00Z)")]
pub struct InvalidTimestamp(String);

impl Timestamp {
    /// Before every other.
    pub const MIN: Self = Self(i64::MIN);
    /// After every other.
    pub const MAX: Self = Self(i64::MAX);

    /// A moment given as microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The moment before this one.
    #[must_use]
    pub const fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// This moment, moved back.
    #[must_use]
    pub const fn minus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(seconds.saturating_mul(1_000_000)))
    }

    /// This moment, moved forward.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis.saturating_mul(1_000)))
    }

    /// This moment, moved back by whole days.
    #[must_use]
    pub const fn minus_days(self, days: i64) -> Self {
        self.minus_seconds(days.saturating_mul(86_400))
    }

    /// As the API writes it: `2026-01-31T12:00:00+00:00`.
    pub fn to_wire(self) -> String {
        let text = self.jiff(true).to_string();
        format!("{}+00:00", text.trim_end_matches('Z'))
    }

    /// Reads a date (its beginning in UTC is meant), or a time with or without an offset (UTC without).
    ///
    /// # Errors
    /// When the text is neither.
    pub fn parse(text: &str) -> Result<Self, InvalidTimestamp> {
        let trimmed = text.trim();
        let civil = || {
            let time: jiff::civil::DateTime = trimmed.parse().ok()?;
            time.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
        };
        let time = trimmed.parse::<jiff::Timestamp>().ok().or_else(civil);
        time.map(|time| Self(time.as_microsecond())).ok_or_else(|| InvalidTimestamp(text.to_owned()))
    }

    fn jiff(self, whole_seconds: bool) -> jiff::Timestamp {
        let micros =
            if whole_seconds { self.0.div_euclid(1_000_000).saturating_mul(1_000_000) } else { self.0 };
        jiff::Timestamp::from_microsecond(micros).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.jiff(false).fmt(formatter)
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn dates_and_times_are_read() {
        for (text, wire) in [
            ("2026-01-31", Some("2026-01-31T00:00:00+00:00")),
            ("2026-01-31T12:30:00Z", Some("2026-01-31T12:30:00+00:00")),
            ("2026-01-31T12:30:00.75+02:00", Some("2026-01-31T10:30:00+00:00")),
            ("2026-01-31T12:30:00", Some("2026-01-31T12:30:00+00:00")),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(Timestamp::parse(text).ok().map(Timestamp::to_wire).as_deref(), wire, "{text}");
        }
    }

    #[test]
    fn the_log_keeps_microseconds() {
        let moment = Timestamp::from_micros(1_700_000_000_000_001);
        let text = serde_json::to_string(&moment).unwrap();
        assert_eq!(serde_json::from_str::<Timestamp>(&text).unwrap(), moment);
    }
}
