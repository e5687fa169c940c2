use std::{collections::HashMap, net::IpAddr, time::Duration};

use uuid::Uuid;

use super::{Identity, backoff::neighbourhood};
use crate::domain::model::Timestamp;

/// Whose requests are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// Whoever does not say who it is, by where it comes from, if that is known.
    Address(Option<IpAddr>),
    /// A user of the settings.
    Configured(String),
    /// Whoever has the administrator's token of the settings.
    AdminToken,
    /// A user with a password.
    User(String),
    /// A service token.
    Token(Uuid),
    /// A person that an identity provider vouches for, by what identifies it there.
    Person(String),
}

impl Source {
    /// Somebody who comes from an address. Nothing is counted of what the broker does itself.
    pub fn of(identity: &Identity, from: Option<IpAddr>) -> Option<Self> {
        Some(match identity {
            Identity::Anyone => Self::anonymous(from),
            Identity::Broker | Identity::Operator => return None,
            Identity::Configured { name, .. } => Self::Configured(name.clone()),
            Identity::AdminToken => Self::AdminToken,
            Identity::User { name } => Self::User(name.to_string()),
            Identity::Token { token, .. } => Self::Token(*token),
            Identity::Person { subject, .. } => Self::Person(subject.clone()),
        })
    }

    /// Whoever does not say who it is, or says it wrongly.
    pub fn anonymous(from: Option<IpAddr>) -> Self {
        Self::Address(from.map(neighbourhood))
    }
}

/// How many requests one source may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many a minute; 0 is any number.
    pub per_minute: u32,
    /// How many at once, after a pause; at least one.
    pub burst: u32,
}

const MINUTE: i128 = 60_000_000_000;

impl Rate {
    /// After how many nanoseconds there may be another one; none where there may be any number.
    fn interval(self) -> Option<i128> {
        MINUTE.checked_div(i128::from(self.per_minute))
    }
}

/// Counts requests, so that one source leaves something for the others: a bucket of tokens for each, kept as the one moment
/// when it is full again.
///
/// It remembers a bounded number of sources; where there are more, those that are nearest to having sent nothing are
/// forgotten. It has no clock: the moment comes in.
///
/// ```
/// use pactwright_broker::domain::{access::{Rate, RateSource, Rates}, model::Timestamp};
///
/// let (mut rates, rate) = (Rates::default(), Rate { per_minute: 60, burst: 2 });
/// let now = Timestamp::from_micros(0);
/// assert!(rates.take(RateSource::AdminToken, rate, now).is_ok());
/// assert!(rates.take(RateSource::AdminToken, rate, now).is_ok());
/// let pause = rates.take(RateSource::AdminToken, rate, now).unwrap_err();
/// assert_eq!(pause.as_secs(), 1);
/// ```
#[derive(Debug)]
pub struct Rates {
    /// When the bucket of each is full again, in nanoseconds.
    full: HashMap<Source, i128>,
    most: usize,
}

impl Default for Rates {
    fn default() -> Self {
        Self::remembering(10_000)
    }
}

fn nanoseconds(moment: Timestamp) -> i128 {
    i128::from(moment.as_micros()) * 1000
}

impl Rates {
    /// Remembers at most so many sources.
    pub fn remembering(most: usize) -> Self {
        Self { full: HashMap::new(), most: most.max(1) }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// How long to wait where that would be one too many: then there is a token, if nobody else takes it. It is not counted.
    pub fn take(&mut self, source: Source, rate: Rate, now: Timestamp) -> Result<(), Duration> {
        let Some(interval) = rate.interval() else { return Ok(()) };
        let now = nanoseconds(now);
        // A clock that was put back does not keep anybody waiting for longer than an empty bucket does.
        let whole = interval * i128::from(rate.burst.max(1));
        let known = self.full.get(&source).copied().unwrap_or(now).clamp(now, now + whole);
        let full = known + interval;
        let missing = full - now - whole;
        if missing > 0 {
            return Err(Duration::from_nanos(u64::try_from(missing).unwrap_or(u64::MAX)));
        }
        if !self.full.contains_key(&source) && self.full.len() >= self.most {
            self.make_room(now);
        }
        self.full.insert(source, full);
        Ok(())
    }

    /// How many sources are remembered.
    pub fn len(&self) -> usize {
        self.full.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.full.is_empty()
    }

    /// Forgets those whose buckets are full; where there are none, the eighth that is nearest to it, so that this is seldom
    /// done.
    fn make_room(&mut self, now: i128) {
        self.full.retain(|_, full| now < *full);
        if self.full.len() < self.most {
            return;
        }
        let mut moments: Vec<_> = self.full.values().copied().collect();
        moments.sort_unstable();
        let Some(limit) = moments.get(moments.len() / 8).copied() else { return };
        self.full.retain(|_, full| *full > limit);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        net::{IpAddr, Ipv4Addr, Ipv6Addr},
        time::Duration,
    };

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::{Rate, Rates, Source};
    use crate::domain::{access::Identity, model::Timestamp};

    const RATE: Rate = Rate { per_minute: 120, burst: 3 };

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000 + milliseconds * 1000)
    }

    fn source(number: u32) -> Source {
        Source::anonymous(Some(IpAddr::V4(Ipv4Addr::from_bits(number))))
    }

    #[test]
    fn a_burst_goes_through_and_then_so_many_a_minute() {
        let mut rates = Rates::default();
        let mut take = |milliseconds| rates.take(source(1), RATE, at(milliseconds));
        assert_eq!([take(0), take(0), take(0)], [Ok(()); 3]);
        assert_eq!(take(0), Err(Duration::from_millis(500)));
        assert_eq!(take(400), Err(Duration::from_millis(100)), "who is refused is not counted");
        assert_eq!([take(500), take(1000)], [Ok(()); 2]);
        assert_eq!(take(1000), Err(Duration::from_millis(500)));
        assert_eq!([take(10_000), take(10_000), take(10_000)], [Ok(()); 3], "after a pause it is full again");
        assert!(take(10_000).is_err());
        // The clock was put back by an hour.
        assert_eq!(take(-3_600_000), Err(Duration::from_millis(500)));
    }

    #[test]
    fn one_does_not_pay_for_another_and_without_a_rate_nobody_does() {
        let mut rates = Rates::default();
        for _ in 0..3 {
            rates.take(source(1), RATE, at(0)).unwrap();
        }
        assert!(rates.take(source(1), RATE, at(0)).is_err());
        assert!(rates.take(source(2), RATE, at(0)).is_ok());
        for _ in 0..100_000 {
            rates.take(source(3), Rate { per_minute: 0, burst: 0 }, at(0)).unwrap();
        }
        assert_eq!(rates.len(), 2);
    }

    #[test]
    fn who_is_counted_together() {
        let [one, other] = [1, 2].map(|last| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last)));
        let of = |identity: &Identity, from| Source::of(identity, Some(from));
        assert_eq!(of(&Identity::Anyone, one), of(&Identity::Anyone, other), "one network");
        let token = |number, name: &str| Identity::Token {
            token: Uuid::from_u128(number),
            name: name.to_owned(),
            prefix: String::new(),
        };
        assert_eq!(of(&token(1, "a"), one), of(&token(1, "b"), IpAddr::V4(Ipv4Addr::LOCALHOST)));
        assert_ne!(of(&token(1, "a"), one), of(&token(2, "a"), one));
        let configured = Identity::Configured { name: "a".to_owned(), read_only: false };
        let user = Identity::User { name: "a".parse().unwrap() };
        assert_ne!(of(&configured, one), of(&user, one));
        assert_eq!(of(&Identity::Broker, one), None);
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_worst_are_remembered() {
        let mut rates = Rates::remembering(100);
        for _ in 0..3 {
            rates.take(source(0), RATE, at(0)).unwrap();
        }
        for number in 1..10_000 {
            rates.take(source(number), RATE, at(0)).unwrap();
            assert!(rates.len() <= 100);
        }
        assert!(rates.take(source(0), RATE, at(0)).is_err());
        rates.take(source(1), RATE, at(60_000)).unwrap();
    }

    proptest! {
        /// However requests come, no more go through than the burst and what the time that passed gives; and who was
        /// refused gets through after the pause that was told.
        #[test]
        fn no_more_go_through_than_may(
            per_minute in 1_u32..100_000,
            burst in 1_u32..50,
            pauses in proptest::collection::vec(0_i64..2_000, 1..200),
        ) {
            let (mut rates, rate) = (Rates::default(), Rate { per_minute, burst });
            let (mut now, mut taken) = (0, 0_i64);
            for pause in pauses {
                now += pause;
                match rates.take(source(1), rate, at(now)) {
                    Ok(()) => taken += 1,
                    Err(wait) => {
                        prop_assert!(wait <= Duration::from_secs(61));
                        let then = now * 1000 + i64::try_from(wait.as_micros()).unwrap() + 1;
                        let mut later = Rates { full: rates.full.clone(), most: 10 };
                        prop_assert!(later.take(source(1), rate, Timestamp::from_micros(at(0).as_micros() + then)).is_ok());
                    }
                }
                prop_assert!(taken <= i64::from(burst) + now * i64::from(per_minute) / 60_000 + 1);
            }
        }

        /// Who keeps to the rate is never refused.
        #[test]
        fn who_keeps_to_the_rate_is_never_refused(per_minute in 1_u32..60_000, burst in 1_u32..10) {
            let (mut rates, rate) = (Rates::default(), Rate { per_minute, burst });
            let pause = i64::from(60_000_u32.div_ceil(per_minute));
            for turn in 0..300 {
                prop_assert!(rates.take(source(1), rate, at(turn * pause)).is_ok());
            }
        }
    }
}
