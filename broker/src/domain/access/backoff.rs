use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use crate::domain::model::Timestamp;

/// Where attempts come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// An address, whoever it says it is. Many may be behind one, so it has more attempts.
    Address(IpAddr),
    /// An address (if it is known) that gives a user's name. The user alone is no source: otherwise anybody could lock
    /// anybody out.
    Login(Option<IpAddr>, String),
}

/// The network that an address is in as far as attempts go: whoever has one IPv6 address has 2^64 of them.
pub(super) fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address @ IpAddr::V4(_) => address,
    }
}

/// How many characters of a user's name are looked at.
const NAME: usize = 64;

impl Source {
    /// An address.
    pub fn address(address: IpAddr) -> Self {
        Self::Address(neighbourhood(address))
    }

    /// An address that gives a user's name.
    pub fn login(from: Option<IpAddr>, user: &str) -> Self {
        Self::Login(from.map(neighbourhood), user.chars().take(NAME).collect())
    }

    /// How many attempts may fail before there is a pause.
    fn free(&self) -> u32 {
        match self {
            Self::Address(_) => 50,
            Self::Login(..) => 10,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// Makes guessing passwords slow: after some failures in a row there is a pause, which doubles with every further one.
///
/// It remembers a bounded number of sources; where there are more, those whose last failure is longest ago are forgotten.
/// It has no clock: the moment comes in.
#[derive(Debug)]
pub struct Backoff {
    failures: HashMap<Source, Failures>,
    most: usize,
}

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(300);
/// After this long without a failure, all is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(900);

/// How long after a moment another one is; nothing where it is before.
fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    let micros = later.as_micros().saturating_sub(earlier.as_micros());
    Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}

impl Default for Backoff {
    fn default() -> Self {
        Self::remembering(10_000)
    }
}

impl Backoff {
    /// Remembers at most so many sources.
    pub fn remembering(most: usize) -> Self {
        Self { failures: HashMap::new(), most: most.max(1) }
    }

    /// How long to wait before another attempt is looked at; none if it may be made now.
    pub fn pause(&self, source: &Source, now: Timestamp) -> Option<Duration> {
        let known = self.failures.get(source)?;
        let more = known.count.checked_sub(source.free())?;
        let pause = Duration::from_secs(1).saturating_mul(1 << more.min(16)).min(LONGEST);
        let left = pause.checked_sub(between(known.last, now))?;
        (!left.is_zero()).then_some(left)
    }

    /// Takes note of an attempt that failed.
    pub fn failed(&mut self, source: Source, now: Timestamp) {
        if !self.failures.contains_key(&source) && self.failures.len() >= self.most {
            self.make_room(now);
        }
        let known = self.failures.entry(source).or_insert(Failures { count: 0, last: now });
        if between(known.last, now) > FORGOTTEN {
            known.count = 0;
        }
        *known = Failures { count: known.count.saturating_add(1), last: now };
    }

    /// Takes note of an attempt that succeeded.
    pub fn succeeded(&mut self, source: &Source) {
        self.failures.remove(source);
    }

    /// Forgets those that are long ago; where there are none, the eighth that is longest ago, so that this is seldom done.
    fn make_room(&mut self, now: Timestamp) {
        self.failures.retain(|_, known| between(known.last, now) <= FORGOTTEN);
        if self.failures.len() < self.most {
            return;
        }
        let mut moments: Vec<_> = self.failures.values().map(|known| known.last).collect();
        moments.sort_unstable();
        let Some(limit) = moments.get(moments.len() / 8).copied() else { return };
        self.failures.retain(|_, known| known.last > limit);
    }
}
