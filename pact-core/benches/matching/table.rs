//! Figures beside their targets.

use crate::clock::Measured;

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// It is there to compare with.
    None,
}

/// A table on standard output, a line per figure, and how noisy it was to find them.
#[derive(Debug, Default)]
pub(crate) struct Table {
    missed: usize,
    noise: f64,
}

impl Table {
    pub(crate) fn new() -> Self {
        println!("{:<58} {:>8}  {:<8} {:<6}  measured", "figure", "ratio", "target", "");
        Self::default()
    }

    /// How one time relates to another.
    pub(crate) fn ratio(&mut self, what: &str, time: Measured, other: Measured, target: Target) {
        self.noise = self.noise.max(time.noise()).max(other.noise());
        let measured = format!("{:.2} us / {:.2} us", time.micros(), other.micros());
        self.line(what, time.relative_to(other), target, &measured);
    }

    pub(crate) fn line(&mut self, what: &str, ratio: f64, target: Target, measured: &str) {
        let (bound, met) = match target {
            Target::AtMost(most) => (format!("<= {most}"), Some(ratio <= most)),
            Target::AtLeast(least) => (format!(">= {least}"), Some(ratio >= least)),
            Target::None => (String::new(), None),
        };
        let verdict = match met {
            Some(true) => "ok",
            Some(false) => "MISSED",
            None => "",
        };
        self.missed += usize::from(met == Some(false));
        println!("{what:<58} {ratio:>8.2}  {bound:<8} {verdict:<6}  {measured}");
    }

    /// What to think of it.
    pub(crate) fn end(self) {
        let outcome = match self.missed {
            0 => "all targets met".to_owned(),
            missed => format!("{missed} targets missed"),
        };
        println!("{outcome}; noise: the median turn took up to {:.2} times the best", self.noise.max(1.0));
    }
}
