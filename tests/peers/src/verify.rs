//! What it takes to verify a provider.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use clap::Args;
use tempfile::TempDir;

use crate::Failure;
use crate::bare::Runtime;
use crate::contract::{self, Rules};
use crate::figures::{Figures, Rounds, Target};
use crate::process::{Server, Usage, run};
use crate::tools::{Program, VERIFIER, ours};

/// What the slow provider takes for an answer.
const SLOW: Duration = Duration::from_millis(20);
/// Our runs are short: so many of them beside one of the other's.
const SHORT_RUNS: usize = 5;

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// How many interactions are verified
    #[arg(long, default_value_t = 1000, value_name = "N")]
    interactions: usize,
    /// How many of them with the provider that takes 20 ms for each
    #[arg(long, default_value_t = 400, value_name = "N")]
    slow_interactions: usize,
    /// How many when memory is measured
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    many_interactions: usize,
    /// How often everything is done
    #[arg(long, default_value_t = 3, value_name = "N")]
    rounds: usize,
    /// How to call pact_verifier_cli, where it is not to be installed from crates.io: "pact verifier"
    #[arg(long, value_name = "COMMAND")]
    theirs: Option<String>,
    /// How to call pactwright, where it is not to be built: "target/release/pactwright"
    #[arg(long, value_name = "COMMAND")]
    ours: Option<String>,
    /// Leave pact_verifier_cli out
    #[arg(long, conflicts_with = "theirs")]
    alone: bool,
}

/// Pacts, and who verifies them.
struct Bench {
    folder: TempDir,
    ours: Program,
}

impl Bench {
    fn pact(&self, size: usize) -> Result<PathBuf, Failure> {
        let file = self.folder.path().join(format!("{size}.json"));
        if !file.exists() {
            contract::write_pact(&file, size, Rules::Given)?;
        }
        Ok(file)
    }

    fn ours(&self, size: usize, provider: &Server, jobs: usize) -> Result<Usage, Failure> {
        verify(self.ours.command().arg("--jobs").arg(jobs.to_string()), &self.pact(size)?, provider)
    }
}

/// Both take the same options.
fn verify(command: &mut Command, pact: &Path, provider: &Server) -> Result<Usage, Failure> {
    let port = provider.address.port().to_string();
    command.args(["--provider-name", "orders", "--hostname", "127.0.0.1", "--port"]).arg(port);
    run(command.arg("--file").arg(pact))
}

/// Wall-clock and processor time, in milliseconds.
#[derive(Debug, Default)]
struct Times {
    wall: Rounds,
    processor: Rounds,
}

impl Times {
    fn push(&mut self, usage: Usage) {
        self.wall.push(usage.wall.as_secs_f64() * 1000.0);
        self.processor.push(usage.processor.as_secs_f64() * 1000.0);
    }
}

impl Verify {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let bench = Bench { folder: tempfile::tempdir()?, ours: ours(self.ours.as_deref())?.with("verify") };
        let theirs = if self.alone { None } else { Some(VERIFIER.installed(self.theirs.as_deref())?) };
        let mut figures = Figures::default();
        self.beside(&bench, theirs.as_ref(), &mut figures)?;
        self.scaling(&bench, &mut figures)?;
        self.memory(&bench, &mut figures)?;
        figures.show();
        Ok(())
    }

    fn beside(&self, bench: &Bench, theirs: Option<&Program>, figures: &mut Figures) -> Result<(), Failure> {
        let provider = Server::bare(Duration::ZERO)?;
        let this = std::env::current_exe()?;
        let (mut own, mut other) = (Times::default(), Times::default());
        let mut bare = [(Runtime::Usual, Times::default()), (Runtime::OneThread, Times::default())];
        for round in 1..=self.rounds.max(1) {
            for _ in 0..SHORT_RUNS {
                own.push(bench.ours(self.interactions, &provider, 1)?);
                for (runtime, times) in &mut bare {
                    let mut ask = Command::new(&this);
                    ask.arg("ask").arg(provider.address.to_string()).arg(self.interactions.to_string());
                    times.push(run(ask.arg(runtime.name()))?);
                }
            }
            if let Some(theirs) = theirs {
                eprintln!("verifying with pact_verifier_cli (round {round})");
                other.push(verify(&mut theirs.command(), &bench.pact(self.interactions)?, &provider)?);
            }
        }
        let what = format!("verify {} interactions", self.interactions);
        if theirs.is_some() {
            let measured = format!("{} ms / {} ms", own.wall, other.wall);
            let ratio = other.wall.median() / own.wall.median();
            figures.add(
                &format!("{what}: pact_verifier_cli / ours"),
                ratio,
                Target::AtLeast(20.0),
                &measured,
            );
        }
        for (runtime, bare) in &bare {
            // What most would write is what counts; the other is there to be honest.
            let (whose, target) = match runtime {
                Runtime::Usual => ("bare client", Target::AtMost(2.0)),
                Runtime::OneThread => ("bare client on one thread", Target::None),
            };
            for (name, own, bare, target) in [
                (format!("ours / {whose}"), &own.wall, &bare.wall, target),
                (format!("ours / {whose}, processor time"), &own.processor, &bare.processor, Target::None),
            ] {
                let measured = format!("{own} ms / {bare} ms");
                figures.add(&format!("{what}: {name}"), own.median() / bare.median(), target, &measured);
            }
        }
        Ok(())
    }

    fn scaling(&self, bench: &Bench, figures: &mut Figures) -> Result<(), Failure> {
        let provider = Server::bare(SLOW)?;
        let (mut one, mut eight) = (Times::default(), Times::default());
        for round in 1..=self.rounds.max(1) {
            eprintln!("verifying with a slow provider (round {round})");
            one.push(bench.ours(self.slow_interactions, &provider, 1)?);
            eight.push(bench.ours(self.slow_interactions, &provider, 8)?);
        }
        let ratio = one.wall.median() / eight.wall.median();
        let measured =
            format!("{} ms / {} ms, {} interactions", one.wall, eight.wall, self.slow_interactions);
        figures.add("20 ms per answer: --jobs 1 / --jobs 8", ratio, Target::AtLeast(6.0), &measured);
        Ok(())
    }

    fn memory(&self, bench: &Bench, figures: &mut Figures) -> Result<(), Failure> {
        let provider = Server::bare(Duration::ZERO)?;
        let pact = bench.pact(self.many_interactions)?;
        let mut peak = Rounds::default();
        for jobs in [1, 8] {
            let usage = bench.ours(self.many_interactions, &provider, jobs)?;
            peak.push(usage.peak as f64 / 1e6);
        }
        let size = fs::metadata(pact)?.len() as f64 / 1e6;
        let what = format!("peak memory for {} interactions, MB", self.many_interactions);
        figures.add(
            &what,
            peak.median(),
            Target::AtMost(100.0),
            &format!("{peak} MB; the pact has {size:.1} MB"),
        );
        Ok(())
    }
}
