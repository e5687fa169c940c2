//! Chance and time for generators.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

use pactwright_core::datetime::Moment;
use pactwright_core::generators::Seeded;

/// A source with a seed of its own and the time of this machine.
pub(crate) fn source() -> Seeded {
    // The standard library seeds its hash maps by chance; that is chance enough for examples.
    let seed = RandomState::new().build_hasher().finish();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(now.as_secs()).unwrap_or_default();
    // A clock beyond the year 9999 is broken.
    Seeded::new(seed, Moment::from_unix(seconds, now.subsec_nanos()).unwrap_or(Moment::UNIX_EPOCH))
}
