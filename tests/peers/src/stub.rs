//! Requests per second of a stub server.

mod load;

use std::time::Duration;

use clap::Args;

use crate::Failure;
use crate::contract::{self, Rules};
use crate::figures::{Figures, Rounds, Target};
use crate::process::Server;
use crate::tools::{Program, STUB_SERVER, ours};
use load::Load;

#[derive(Debug, Args)]
pub(crate) struct Stub {
    /// How many interactions the pact has
    #[arg(long, default_value_t = 100, value_name = "N")]
    interactions: usize,
    /// Leave matching rules out of the pact's responses: they cost pact-stub-server most of its time
    #[arg(long)]
    plain: bool,
    /// How often each server is asked
    #[arg(long, default_value_t = 5, value_name = "N")]
    rounds: usize,
    /// For how long, each time
    #[arg(long, default_value_t = 2000, value_name = "MS")]
    spell: u64,
    /// Over how many connections
    #[arg(long, default_value_t = 16, value_name = "N")]
    clients: usize,
    /// How to call pact-stub-server, where it is not to be installed from crates.io: "pact stub"
    #[arg(long, value_name = "COMMAND")]
    theirs: Option<String>,
    /// How to call pactwright, where it is not to be built: "target/release/pactwright"
    #[arg(long, value_name = "COMMAND")]
    ours: Option<String>,
}

struct Subject {
    name: &'static str,
    server: Server,
    /// Requests per second.
    rates: Rounds,
}

impl Stub {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let ours = ours(self.ours.as_deref())?.with("stub");
        let theirs = STUB_SERVER.installed(self.theirs.as_deref())?;
        let rules = if self.plain { Rules::None } else { Rules::Given };
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("web-orders.json");
        contract::write_pact(&file, self.interactions, rules)?;
        // Both take the same options. A log of every request would be unfair.
        let stub = |program: &Program| {
            Server::start(|port| {
                let mut command = program.command();
                command
                    .arg("--file")
                    .arg(&file)
                    .arg("--port")
                    .arg(port.to_string())
                    .args(["--loglevel", "error"]);
                command
            })
        };
        let subject = |name, server| Subject { name, server, rates: Rounds::default() };
        let mut subjects = [
            subject("bare hyper", Server::bare(Duration::ZERO)?),
            subject("pactwright stub", stub(&ours)?),
            subject("pact-stub-server", stub(&theirs)?),
        ];
        let load = Load::new(self.interactions, self.clients, Duration::from_millis(self.spell))?;
        for subject in &subjects {
            load.check(subject.server.address).map_err(|error| format!("{}: {error}", subject.name))?;
        }
        // Round by round, so that a slow moment of the machine is everybody's.
        for round in 1..=self.rounds.max(1) {
            for subject in &mut subjects {
                eprintln!("asking {} (round {round})", subject.name);
                subject.rates.push(load.rate(subject.server.address)?);
            }
        }
        let [bare, own, other] = &subjects;
        let mut figures = Figures::default();
        for (faster, slower, target) in
            [(own, other, Target::AtLeast(200.0)), (own, bare, Target::AtLeast(0.5))]
        {
            figures.add(
                &format!("requests: {} / {}", faster.name, slower.name),
                faster.rates.median() / slower.rates.median(),
                target,
                &format!("{} /s, {} /s", faster.rates, slower.rates),
            );
        }
        figures.show();
        Ok(())
    }
}
