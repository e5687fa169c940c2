//! Times to be put in relation.
//!
//! A benchmark library would measure one thing after another, which on a machine that others use compares a quiet
//! minute with a busy one, and it prints times where a ratio is wanted. So: in turns, the best of many, and in time of
//! the processor where the system tells it, since a long turn is always interrupted by somebody.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static BRIEF: AtomicBool = AtomicBool::new(false);

/// How long each thing is measured in all.
const BUDGET: Duration = Duration::from_millis(400);
/// One turn runs a thing so often that it takes about this long, so that the clock's steps do not count.
const TURN: Duration = Duration::from_millis(2);
/// However long a thing takes, it has so many turns.
const FEWEST_TURNS: usize = 7;

/// Runs everything once only, to see that it works.
pub(crate) fn set_brief(brief: bool) {
    BRIEF.store(brief, Ordering::Relaxed);
}

/// The time that one run takes, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    best: f64,
    median: f64,
}

impl Measured {
    pub(crate) fn relative_to(self, other: Self) -> f64 {
        self.best / other.best
    }

    /// For each of so many.
    pub(crate) fn divided_by(self, count: u32) -> Self {
        Self { best: self.best / f64::from(count), median: self.median / f64::from(count) }
    }

    /// What the middle one of all turns took, in relation to the best.
    pub(crate) fn noise(self) -> f64 {
        self.median / self.best
    }

    pub(crate) fn micros(self) -> f64 {
        self.best * 1e6
    }
}

/// The time that this thread has had.
#[cfg(unix)]
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

#[cfg(not(unix))]
fn now() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

/// Measures things in turns.
pub(crate) fn in_turns<const N: usize>(mut things: [&mut dyn FnMut(); N]) -> [Measured; N] {
    let mut run = |at: usize, times: u32| {
        let start = now();
        for _ in 0..times {
            things[at]();
        }
        now().saturating_sub(start)
    };
    let mut turns: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    let mut times = [1; N];
    for at in 0..N {
        let once = run(at, 1);
        turns[at].push(once.as_secs_f64());
        let fitting = TURN.as_nanos() / once.as_nanos().max(1);
        times[at] = u32::try_from(fitting).unwrap_or(u32::MAX).max(1);
    }
    let budget = BUDGET * u32::try_from(N).unwrap_or(u32::MAX);
    let mut spent = Duration::ZERO;
    while !BRIEF.load(Ordering::Relaxed) && (spent < budget || turns[0].len() < FEWEST_TURNS) {
        for at in 0..N {
            let time = run(at, times[at]);
            spent += time;
            turns[at].push(time.as_secs_f64() / f64::from(times[at]));
        }
    }
    turns.map(|mut turns| {
        turns.sort_by(f64::total_cmp);
        Measured { best: turns[0], median: turns[turns.len() / 2] }
    })
}
