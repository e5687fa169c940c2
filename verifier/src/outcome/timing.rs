use std::time::Duration;

use pactwright_core::broker_api;
use serde::{Serialize, Serializer};

/// How long the provider took to answer. Provider states are not part of it.
///
/// As JSON it is `{"answers": 3, "medianMs": 1.5, "worstMs": 20.125, "slowest": "a request for an order"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseTimes {
    /// How many answers there were.
    pub answers: usize,
    /// Half of the answers took no longer. Between two answers in the middle it lies half-way.
    pub median: Duration,
    /// None took longer.
    pub worst: Duration,
    /// The description of the interaction that took longest; the first of them in contract order.
    pub slowest: String,
}

impl ResponseTimes {
    /// What can be said of answers, each with the description of its interaction; none when there is none.
    pub fn of<'a>(answers: impl IntoIterator<Item = (Duration, &'a str)>) -> Option<Self> {
        let mut slowest: Option<(Duration, &str)> = None;
        let mut times = Vec::new();
        for (time, description) in answers {
            times.push(time);
            if slowest.is_none_or(|(worst, _)| time > worst) {
                slowest = Some((time, description));
            }
        }
        let (worst, slowest) = slowest?;
        times.sort_unstable();
        let middle = times.len() / 2;
        let median =
            if times.len() % 2 == 1 { times[middle] } else { (times[middle - 1] + times[middle]) / 2 };
        Some(Self { answers: times.len(), median, worst, slowest: slowest.to_owned() })
    }
}

impl ResponseTimes {
    /// As brokers and programs read it.
    pub(crate) fn on_the_wire(&self) -> broker_api::ResponseTimes {
        broker_api::ResponseTimes {
            answers: self.answers,
            median_ms: milliseconds(self.median),
            worst_ms: milliseconds(self.worst),
            slowest: self.slowest.clone(),
        }
    }
}

impl Serialize for ResponseTimes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.on_the_wire().serialize(serializer)
    }
}

/// For machines, to the microsecond: local providers answer in less than a millisecond.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(times: &[u64]) -> Option<ResponseTimes> {
        let names = ["a", "b", "c", "d"];
        ResponseTimes::of(times.iter().map(|time| Duration::from_micros(*time)).zip(names))
    }

    #[test]
    fn half_of_the_answers_are_as_quick_as_the_median() {
        assert_eq!(of(&[]), None);
        for (times, median, worst, slowest) in
            [(&[5][..], 5, 5, "a"), (&[9, 1], 5, 9, "a"), (&[3, 9, 1], 3, 9, "b"), (&[4, 8, 2, 8], 6, 8, "b")]
        {
            let found = of(times).unwrap();
            assert_eq!(found.answers, times.len());
            assert_eq!(found.median, Duration::from_micros(median), "{times:?}");
            assert_eq!(found.worst, Duration::from_micros(worst), "{times:?}");
            assert_eq!(found.slowest, slowest, "{times:?}");
        }
    }

    #[test]
    fn programs_read_milliseconds() {
        let json = serde_json::to_string(&of(&[1500, 20_125]).unwrap()).unwrap();
        assert_eq!(json, r#"{"answers":2,"medianMs":10.813,"worstMs":20.125,"slowest":"b"}"#);
    }
}
