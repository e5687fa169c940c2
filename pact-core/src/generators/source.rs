//! Where chance and time come from.

use crate::datetime::Moment;

/// Where generators take chance and time from. This crate has neither a clock nor chance of its own: whoever applies
/// generators brings both, so that a run can be repeated.
///
/// ```
/// use pactwright_core::datetime::{Date, Moment, Time};
/// use pactwright_core::generators::{Seeded, Source};
///
/// let now = Moment::new(Date::new(2024, 2, 29)?, Time::NOON);
/// let (mut one, mut other) = (Seeded::new(7, now.clone()), Seeded::new(7, now));
/// assert_eq!(one.next_u64(), other.next_u64());
/// # Ok::<(), pactwright_core::datetime::MomentError>(())
/// ```
pub trait Source {
    /// The next number by chance, each as likely as any other.
    fn next_u64(&mut self) -> u64;

    /// What time it is.
    fn now(&mut self) -> Moment;
}

/// A source that gives the same for the same seed: `SplitMix64` and a time that stands still.
///
/// It is made for examples that can be repeated, not for secrets: whoever sees some of its numbers knows the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeded {
    state: u64,
    now: Moment,
}

impl Seeded {
    /// A source for this seed, at this time.
    pub fn new(seed: u64, now: Moment) -> Self {
        Self { state: seed, now }
    }
}

impl Source for Seeded {
    // SplitMix64 by Sebastiano Vigna (https://prng.di.unimi.it/splitmix64.c), public domain.
    fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn now(&mut self) -> Moment {
        self.now.clone()
    }
}

/// A number from 0 up to and including `last`, each as likely as any other.
pub(super) fn up_to(source: &mut dyn Source, last: u128) -> u128 {
    let mut draw = |wide: bool| {
        let low = u128::from(source.next_u64());
        if wide { low | u128::from(source.next_u64()) << 64 } else { low }
    };
    let Some(count) = last.checked_add(1) else { return draw(true) };
    let wide = last > u128::from(u64::MAX);
    let range = if wide { u128::MAX } else { u128::from(u64::MAX) };
    // Numbers beyond the last full round would make small results more likely; there are never more of them than
    // others, so this ends soon. The bound on rounds is for sources that always give the same.
    let fair = range - range % count;
    let drawn = (0..64).map(|_| draw(wide)).find(|drawn| *drawn < fair).unwrap_or_default();
    drawn % count
}

/// One of several things; none when there are none.
pub(super) fn one_of<'t, T>(source: &mut dyn Source, things: &'t [T]) -> Option<&'t T> {
    let last = things.len().checked_sub(1)?;
    things.get(below(source, last))
}

/// A number from 0 up to and including `last`.
pub(super) fn below(source: &mut dyn Source, last: usize) -> usize {
    usize::try_from(up_to(source, last as u128)).unwrap_or_default()
}

/// Text of that many characters out of `characters`.
pub(super) fn text(source: &mut dyn Source, characters: &[u8], length: usize) -> String {
    (0..length).filter_map(|_| one_of(source, characters).copied().map(char::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datetime::{Date, Time};

    struct Stuck(u64);

    impl Source for Stuck {
        fn next_u64(&mut self) -> u64 {
            self.0
        }

        fn now(&mut self) -> Moment {
            Moment::new(Date::new(2024, 1, 1).unwrap(), Time::NOON)
        }
    }

    #[test]
    fn a_seed_gives_the_numbers_of_the_reference() {
        let now = Stuck(0).now();
        let mut source = Seeded::new(1_234_567, now);
        // The first numbers of the reference implementation for this seed.
        assert_eq!(source.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(source.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn numbers_stay_within_their_bounds_and_reach_them() {
        let mut source = Seeded::new(1, Stuck(0).now());
        for last in [0, 1, 2, 9, u128::from(u64::MAX), u128::from(u64::MAX) + 1, u128::MAX] {
            assert!((0..200).all(|_| up_to(&mut source, last) <= last));
        }
        let drawn: std::collections::BTreeSet<_> = (0..200).map(|_| up_to(&mut source, 3)).collect();
        assert_eq!(drawn, (0..=3).collect());
        assert!((0..200).any(|_| up_to(&mut source, u128::MAX) > u128::from(u64::MAX)));
    }

    #[test]
    fn a_source_that_always_gives_the_same_is_not_waited_for() {
        assert!(up_to(&mut Stuck(u64::MAX), 2) <= 2);
        assert_eq!(one_of::<u8>(&mut Stuck(7), &[]), None);
    }
}
