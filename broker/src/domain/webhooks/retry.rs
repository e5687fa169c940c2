//! When a delivery that failed is tried again.

use crate::domain::model::Timestamp;

/// A receiver may ask for a pause; longer than this is not waited.
const LONGEST_PAUSE_SECONDS: u32 = 3600;

/// When to try again after so many attempts; none when there were enough.
///
/// The schedule says how many seconds to wait after each attempt. What the receiver asks for (`Retry-After`) counts where
/// it is longer, up to an hour. A random part of up to a tenth is added, so that what failed together is not all tried at
/// the same moment.
pub fn next_attempt(
    schedule: &[u32],
    attempts: usize,
    now: Timestamp,
    asked_for_seconds: Option<u32>,
    random: u64,
) -> Option<Timestamp> {
    let planned = *schedule.get(attempts.checked_sub(1)?)?;
    let asked_for = asked_for_seconds.unwrap_or_default().min(LONGEST_PAUSE_SECONDS);
    let millis = i64::from(planned.max(asked_for)) * 1_000;
    let most = u64::try_from(millis / 10).unwrap_or_default();
    let jitter = i64::try_from(random % (most + 1)).unwrap_or_default();
    Some(now.plus_millis(millis + jitter))
}

#[cfg(test)]
mod tests {
    use super::next_attempt;
    use crate::domain::model::Timestamp;

    const NOW: Timestamp = Timestamp::from_micros(0);

    fn millis(attempts: usize, asked_for: Option<u32>, random: u64) -> Option<i64> {
        next_attempt(&[10, 60], attempts, NOW, asked_for, random).map(|at| at.as_micros() / 1_000)
    }

    #[test]
    fn the_schedule_says_when_and_how_often() {
        assert_eq!(millis(1, None, 0), Some(10_000));
        assert_eq!(millis(2, None, 0), Some(60_000));
        assert_eq!(millis(3, None, 0), None);
        assert_eq!(millis(0, None, 0), None);
    }

    #[test]
    fn a_receiver_can_ask_for_a_longer_pause_but_not_for_a_shorter_one() {
        assert_eq!(millis(1, Some(30), 0), Some(30_000));
        assert_eq!(millis(2, Some(30), 0), Some(60_000));
        assert_eq!(millis(1, Some(u32::MAX), 0), Some(3_600_000));
        assert_eq!(millis(3, Some(30), 0), None, "it cannot ask for more attempts");
    }

    #[test]
    fn the_random_part_is_at_most_a_tenth() {
        for random in [1, 999, 1_000, 1_001, u64::MAX] {
            let waited = millis(1, None, random).unwrap();
            assert!((10_000..=11_000).contains(&waited), "{random}: {waited}");
        }
        assert_ne!(millis(1, None, 1), millis(1, None, 2));
    }
}
