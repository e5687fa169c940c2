//! Figures beside their targets, and how sure they are.

use std::fmt;
use std::path::Path;

/// The same thing, measured several times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rounds(Vec<f64>);

impl Rounds {
    pub(crate) fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The middle one: what else happens on a machine makes some rounds slow.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// The middle one, and between what all of them are.
impl fmt::Display for Rounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let digits = if most < 10.0 { 3 } else { usize::from(most < 1000.0) };
        write!(f, "{:.digits$} ({least:.digits$} to {most:.digits$})", self.median())
    }
}

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// It is there to compare with.
    None,
}

/// A line per figure, shown at the end so that what tools say does not get between.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    lines: Vec<String>,
    missed: usize,
}

impl Figures {
    pub(crate) fn add(&mut self, what: &str, value: f64, target: Target, measured: &str) {
        let (bound, met) = match target {
            Target::AtMost(most) => (format!("<= {most}"), Some(value <= most)),
            Target::AtLeast(least) => (format!(">= {least}"), Some(value >= least)),
            Target::None => (String::new(), None),
        };
        let verdict = match met {
            Some(true) => "ok",
            Some(false) => "MISSED",
            None => "",
        };
        self.missed += usize::from(met == Some(false));
        self.lines.push(format!("{what:<58} {value:>8.2}  {bound:<8} {verdict:<6}  {measured}"));
    }

    pub(crate) fn show(self) {
        println!(
            "\n{:<58} {:>8}  {:<8} {:<6}  measured: median (least to most)",
            "figure", "value", "target", ""
        );
        for line in &self.lines {
            println!("{line}");
        }
        let outcome = match self.missed {
            0 => "all targets met".to_owned(),
            missed => format!("{missed} targets missed"),
        };
        println!("{outcome}; {}", load());
    }
}

/// How busy the machine is: what is measured beside others is to be measured again.
fn load() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = std::fs::read_to_string(Path::new("/proc/loadavg")).unwrap_or_default();
    match load.split(' ').next().filter(|load| !load.is_empty()) {
        Some(load) => format!("load {load} on {cores} cores, of which this run is a part"),
        None => format!("{cores} cores"),
    }
}
