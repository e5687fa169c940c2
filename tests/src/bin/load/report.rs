//! Figures beside their targets: a table for people, lines of JSON for machines.

use serde_json::{Value, json};

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Below(f64),
    AtLeast(f64),
    /// It is there to compare with.
    None,
}

impl Target {
    fn is_met(self, value: f64) -> Option<bool> {
        match self {
            Self::Below(most) => Some(value <= most),
            Self::AtLeast(least) => Some(value >= least),
            Self::None => None,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Below(most) => format!("<= {most}"),
            Self::AtLeast(least) => format!(">= {least}"),
            Self::None => String::new(),
        }
    }
}

#[derive(Debug)]
struct Figure {
    what: String,
    value: f64,
    unit: &'static str,
    target: Target,
    measured: String,
}

/// All figures of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    figures: Vec<Figure>,
}

impl Report {
    /// Adds a figure, and says how it was measured.
    pub(crate) fn add(
        &mut self,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        target: Target,
        measured: impl Into<String>,
    ) {
        self.figures.push(Figure { what: what.into(), value, unit, target, measured: measured.into() });
    }

    /// Prints it, as JSON for machines.
    pub(crate) fn print(&self, is_for_machines: bool) {
        if is_for_machines {
            println!("{}", self.json());
        } else {
            print!("{}", self.text());
        }
    }

    pub(crate) fn text(&self) -> String {
        let mut text =
            format!("{:<42} {:>12} {:<7} {:<9} {:<7} {}\n", "figure", "value", "", "target", "", "measured");
        for Figure { what, value, unit, target, measured } in &self.figures {
            let verdict = match target.is_met(*value) {
                Some(true) => "ok",
                Some(false) => "MISSED",
                None => "",
            };
            let line =
                format!("{what:<42} {value:>12.2} {unit:<7} {:<9} {verdict:<7} {measured}", target.text());
            text.push_str(line.trim_end());
            text.push('\n');
        }
        let missed =
            self.figures.iter().filter(|figure| figure.target.is_met(figure.value) == Some(false)).count();
        let outcome = match missed {
            0 => "all targets met".to_owned(),
            missed => format!("{missed} targets missed"),
        };
        text + &format!("{outcome}; {}\n", machine())
    }

    pub(crate) fn json(&self) -> Value {
        let figures: Vec<Value> = self
            .figures
            .iter()
            .map(|Figure { what, value, unit, target, measured }| {
                let bound = match target {
                    Target::Below(most) => json!({ "atMost": most }),
                    Target::AtLeast(least) => json!({ "atLeast": least }),
                    Target::None => Value::Null,
                };
                json!({
                    "figure": what, "value": value, "unit": unit, "target": bound,
                    "met": target.is_met(*value), "measured": measured,
                })
            })
            .collect();
        json!({ "figures": figures, "machine": machine() })
    }
}

/// Where this was measured, and what else was going on.
fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let model = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map(|found| found.1.to_owned());
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    format!(
        "{processors} processors ({}), load {load}, of which this run is a part",
        model.as_deref().unwrap_or("unknown")
    )
}
