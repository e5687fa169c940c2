//! What a broker does under load: ours beside any other that speaks the API of the Pact Broker.

use std::process::{Command, Stdio};

use clap::Args;
use serde_json::Value;

use crate::Failure;
use crate::figures::{Figures, Target};
use crate::tools::{load, ours};

#[derive(Debug, Args)]
pub(crate) struct Broker {
    /// The other broker, which runs already and has nothing in it; without it, only ours is measured
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Name and password for the other broker
    #[arg(long, value_name = "NAME:PASSWORD", requires = "url")]
    user: Option<String>,
    /// How much both are filled with: applications
    #[arg(long, default_value_t = 50, value_name = "N")]
    participants: usize,
    /// Versions of all of them together
    #[arg(long, default_value_t = 2500, value_name = "N")]
    versions: usize,
    /// Different contents of contracts
    #[arg(long, default_value_t = 1000, value_name = "N")]
    contracts: usize,
    /// Verification results
    #[arg(long, default_value_t = 20_000, value_name = "N")]
    results: usize,
    /// How many results there are when questions are asked for the first time
    #[arg(long, default_value_t = 2000, value_name = "N")]
    compared_with: usize,
    /// How long each kind of question is asked: "10s"
    #[arg(long, default_value = "10s", value_name = "TIME")]
    spell: String,
    /// How to call pactwright, where it is not to be built: "target/release/pactwright"
    #[arg(long, value_name = "PROGRAM")]
    ours: Option<String>,
}

impl Broker {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let pactwright = ours(self.ours.as_deref())?;
        let load = load()?;
        eprintln!("measuring ours");
        let own = self.measure(load.command().arg("--broker").arg(pactwright.path()))?;
        let other = match &self.url {
            None => None,
            Some(url) => {
                eprintln!("measuring the one at {url}");
                let mut command = load.command();
                command.args(["--url", url]);
                if let Some(user) = &self.user {
                    command.args(["--user", user]);
                }
                Some(self.measure(&mut command)?)
            }
        };
        let mut figures = Figures::default();
        for figure in own["figures"].as_array().into_iter().flatten() {
            compare(figure, other.as_ref(), &mut figures);
        }
        figures.show();
        Ok(())
    }

    fn measure(&self, command: &mut Command) -> Result<Value, Failure> {
        for (name, value) in [
            ("--participants", self.participants),
            ("--versions", self.versions),
            ("--contracts", self.contracts),
            ("--results", self.results),
            ("--compared-with", self.compared_with),
        ] {
            command.arg(name).arg(value.to_string());
        }
        command.args(["--spell", &self.spell, "--json"]);
        let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("the load program ended with {}", output.status).into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

/// A figure of ours, and how many times worse the other one's is.
fn compare(figure: &Value, other: Option<&Value>, figures: &mut Figures) {
    let name = figure["figure"].as_str().unwrap_or_default();
    let unit = figure["unit"].as_str().unwrap_or_default();
    let Some(own) = figure["value"].as_f64() else { return };
    let others = other.and_then(|other| other["figures"].as_array());
    let other = others.into_iter().flatten().find(|other| other["figure"] == figure["figure"]);
    match other.and_then(|other| other["value"].as_f64()) {
        None => figures.add(&format!("{name}, {unit}"), own, Target::None, "ours alone"),
        Some(other) => {
            let (what, ratio) = match unit {
                "/s" => ("ours / other", own / other),
                _ => ("other / ours", other / own),
            };
            figures.add(
                &format!("{name}: {what}"),
                ratio,
                Target::None,
                &format!("ours {own:.2} {unit}, other {other:.2} {unit}"),
            );
        }
    }
}
