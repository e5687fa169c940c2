//! Times to be put in relation.
//!
//! A benchmark library would measure one thing after another, which on a machine that others use compares a quiet
//! minute with a busy one, and it prints times where a ratio is wanted. So: in turns, and the best of many.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

static BRIEF: AtomicBool = AtomicBool::new(false);

/// How long each thing is measured in all.
const BUDGET: Duration = Duration::from_millis(600);
/// One turn runs a thing so often that it takes about this long, so that the clock's steps do not count.
const TURN: Duration = Duration::from_millis(2);

/// Runs everything once only, to see that it works.
pub(crate) fn set_brief(brief: bool) {
    BRIEF.store(brief, Ordering::Relaxed);
}

/// The time that one run takes, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured(f64);

impl Measured {
    pub(crate) fn relative_to(self, other: Self) -> f64 {
        self.0 / other.0
    }

    pub(crate) fn divided_by(self, count: u32) -> Self {
        Self(self.0 / f64::from(count))
    }
}

/// A time in microseconds.
pub(crate) fn micros(time: Measured) -> String {
    format!("{:.2} us", time.0 * 1e6)
}

/// Measures things in turns and returns the best time of each.
pub(crate) fn in_turns<const N: usize>(mut things: [&mut dyn FnMut(); N]) -> [Measured; N] {
    let mut run = |at: usize, times: u32| {
        let start = Instant::now();
        for _ in 0..times {
            things[at]();
        }
        start.elapsed()
    };
    let mut best = [0.0; N];
    let mut times = [1; N];
    for at in 0..N {
        let once = run(at, 1);
        best[at] = once.as_secs_f64();
        let fitting = TURN.as_nanos() / once.as_nanos().max(1);
        times[at] = u32::try_from(fitting).unwrap_or(u32::MAX).max(1);
    }
    if BRIEF.load(Ordering::Relaxed) {
        return best.map(Measured);
    }
    let mut spent = Duration::ZERO;
    while spent < BUDGET * u32::try_from(N).unwrap_or(u32::MAX) {
        for at in 0..N {
            let time = run(at, times[at]);
            spent += time;
            best[at] = best[at].min(time.as_secs_f64() / f64::from(times[at]));
        }
    }
    best.map(Measured)
}
