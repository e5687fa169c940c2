//! What keeps a broker small: removing what nobody needs any more, and forgetting what is gone.
//!
//! - Clean-up ([`crate::Broker::clean_up`]) removes versions that no rule keeps, and what goes with them.
//! - Compaction ([`crate::Broker::compact`]) makes the log shorter and removes texts, while the broker works.

mod clean_up;
mod compact;
mod schedule;
mod texts;

pub use clean_up::{CleanUpOrder, CleanUpRequest, CleanedUp, RemovedCounts, VersionFate};
pub use compact::{Compacted, History, InvalidHistory, TidyError};
pub use schedule::Schedule;

use std::{fmt, time::Duration};

/// A length of time such as `90d`, `36h`, `15m` or `30s`.
pub(crate) fn interval(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit = text.chars().next_back()?;
    let seconds = match unit.to_ascii_lowercase() {
        'd' => 86_400,
        'h' => 3_600,
        'm' => 60,
        's' => 1,
        _ => return None,
    };
    let number: u64 = text[..text.len() - unit.len_utf8()].trim().parse().ok()?;
    number.checked_mul(seconds).map(Duration::from_secs)
}

/// A number of bytes, for people.
struct Bytes(u64);

impl fmt::Display for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
        if self.0 < 1024 {
            return write!(formatter, "{} bytes", self.0);
        }
        let (mut whole, mut tenths) = (self.0.saturating_mul(10) / 1024, "");
        for unit in UNITS {
            tenths = unit;
            if whole < 10_240 {
                break;
            }
            whole /= 1024;
        }
        write!(formatter, "{}.{} {tenths}", whole / 10, whole % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, History, interval};
    use std::time::Duration;

    #[test]
    fn lengths_of_time_are_read() {
        for (text, seconds) in [("90d", 7_776_000), ("36h", 129_600), (" 5 m ", 300), ("7s", 7), ("0D", 0)] {
            assert_eq!(interval(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in
            ["", "d", "90", "-1d", "1.5h", "1w", "99999999999999999999d", "9999999999999999999d", "1€"]
        {
            assert_eq!(interval(text), None, "{text}");
        }
        assert_eq!("ALL".parse(), Ok(History::All));
        assert!("yesterday".parse::<History>().unwrap_err().to_string().contains("90d"));
    }

    #[test]
    fn bytes_are_told_in_units_that_can_be_read() {
        let told = |bytes| Bytes(bytes).to_string();
        assert_eq!(told(1023), "1023 bytes");
        assert_eq!(told(1536), "1.5 KiB");
        assert_eq!(told(10 * 1024 * 1024), "10.0 MiB");
        assert_eq!(told(u64::MAX / 20), "819.1 TiB");
    }
}
