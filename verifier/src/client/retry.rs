use std::time::{Duration, SystemTime};

/// How often a request to a broker is tried again, and how long is waited in between.
///
/// Answers with status 408, 429 and 5xx are worth another try. The wait doubles each time; a `Retry-After` that asks
/// for more, as seconds or as a date, is heeded, up to [`Retries::longest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// How many more times a request is tried. 8 unless set.
    pub times: u32,
    /// The wait before the second try. Half a second unless set.
    pub first: Duration,
    /// No wait is longer than this. 30 seconds unless set.
    pub longest: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { times: 8, first: Duration::from_millis(500), longest: Duration::from_secs(30) }
    }
}

impl Retries {
    /// Every request is tried once.
    pub const NONE: Self = Self { times: 0, first: Duration::ZERO, longest: Duration::ZERO };

    /// What to do after the answer to try number `tried` (0 is the first): wait this long and try again, or take the
    /// answer as it is.
    pub(super) fn wait_after(
        self,
        tried: u32,
        status: u16,
        retry_after: Option<&str>,
        now: SystemTime,
    ) -> Option<Duration> {
        let worth_it = matches!(status, 408 | 429 | 500..);
        if !worth_it || tried >= self.times {
            return None;
        }
        let backoff = self.first.saturating_mul(2_u32.saturating_pow(tried));
        let asked = retry_after.and_then(|text| asked(text.trim(), now)).unwrap_or_default();
        Some(asked.max(backoff).min(self.longest))
    }
}

/// How long a `Retry-After` asks to wait; nothing where it is garbled, or the moment that it names has passed.
fn asked(text: &str, now: SystemTime) -> Option<Duration> {
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;
    const MILLIS: fn(u64) -> Option<Duration> = |millis| Some(Duration::from_millis(millis));

    #[test]
    fn waits_double_up_to_the_longest() {
        let retries = Retries::default();
        let waits: Vec<_> = (0..9).map(|tried| retries.wait_after(tried, 503, None, NOW)).collect();
        let expected = [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000].map(MILLIS);
        assert_eq!(waits[..8], expected);
        assert_eq!(waits[8], None);
    }

    #[test]
    fn retry_after_is_heeded_within_reason() {
        let retries = Retries::default();
        assert_eq!(retries.wait_after(0, 429, Some("3"), NOW), MILLIS(3000));
        assert_eq!(retries.wait_after(0, 429, Some("0"), NOW), MILLIS(500));
        assert_eq!(retries.wait_after(0, 429, Some("86400"), NOW), MILLIS(30000));
        for garbled in ["", "soon", "-3", "1.5", "Wed, 99 Oct 2026 07:28:00 GMT"] {
            assert_eq!(retries.wait_after(0, 429, Some(garbled), NOW), MILLIS(500), "{garbled}");
        }
    }

    #[test]
    fn retry_after_may_be_a_date() {
        let at = |now: u64, date| {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
            Retries::default().wait_after(0, 503, Some(date), now)
        };
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(at(784_111_777 - 7, date), MILLIS(7000));
        assert_eq!(at(784_111_777 - 86_400, date), MILLIS(30_000));
        // It has passed, or the clocks differ.
        assert_eq!(at(784_111_777 + 7, date), MILLIS(500));
        // The forms that RFC 9110 has for old servers.
        assert_eq!(at(784_111_777 - 7, "Sunday, 06-Nov-94 08:49:37 GMT"), MILLIS(7000));
        assert_eq!(at(784_111_777 - 7, "Sun Nov  6 08:49:37 1994"), MILLIS(7000));
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let retries = Retries::default();
        for status in [200, 201, 302, 400, 401, 403, 404, 409, 422] {
            assert_eq!(retries.wait_after(0, status, None, NOW), None, "{status}");
        }
        for status in [408, 429, 500, 502, 503, 504] {
            assert!(retries.wait_after(0, status, None, NOW).is_some(), "{status}");
        }
    }
}
