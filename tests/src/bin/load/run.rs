//! The whole measurement, from an empty broker to its figures.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use pactwright_tests::process::Program;
use tempfile::TempDir;

use super::client::{Broker, Request};
use super::fill::Filler;
use super::measure::{Bench, Measured};
use super::plan::Plan;
use super::process::{Process, disk_size};
use super::questions::{Asker, Kind};
use super::report::{Report, Target};
use super::{Arguments, Failure};

/// A start may take so long, in seconds; memory may be so much, in bytes.
const START: f64 = 5.0;
const MEMORY: f64 = 1000.0;
const DISK: f64 = 3.0;
const PUBLICATIONS: f64 = 1000.0;
const GROWTH: f64 = 2.0;
const MEGABYTE: f64 = 1e6;

/// What an answer of a kind may take, in milliseconds.
fn target(kind: Kind) -> Target {
    match kind {
        Kind::CanIDeploy | Kind::Matrix | Kind::History => Target::Below(5.0),
        Kind::PactsForVerification => Target::Below(20.0),
        Kind::Dashboard => Target::Below(50.0),
    }
}

/// Our broker, which can be looked at from outside.
pub(crate) struct Ours {
    program: Program,
    folder: PathBuf,
    pub(crate) process: Process,
    /// Removed at the end.
    temporary: Option<TempDir>,
}

impl Ours {
    pub(crate) fn start(arguments: &Arguments) -> Result<Self, Failure> {
        let program = arguments.broker.clone().map_or(Program::This, Program::Other);
        let (folder, temporary) = match &arguments.data {
            Some(folder) => (folder.clone(), None),
            None => {
                let folder = tempfile::tempdir()?;
                (folder.path().to_owned(), Some(folder))
            }
        };
        let process = Process::start(&program, &folder)?;
        Ok(Self { program, folder, process, temporary })
    }

    fn broker(&self) -> Result<Broker, Failure> {
        Broker::new(&self.process.url, None)
    }

    /// Ends it, starts it again, and gives the time until it answered the first question; on the clock, and of processors.
    async fn restart(
        self,
        is_killed: bool,
        question: &Request,
    ) -> Result<(Self, Duration, Duration), Failure> {
        let Self { program, folder, process, temporary } = self;
        if is_killed {
            process.kill()?;
        } else {
            process.stop()?;
        }
        let start = Instant::now();
        let process = Process::start(&program, &folder)?;
        Broker::new(&process.url, None)?.ask(question).await?;
        let (elapsed, used) = (start.elapsed(), process.processor_time()?);
        Ok((Self { program, folder, process, temporary }, elapsed, used))
    }
}

/// Who is measured.
enum Subject {
    Ours(Ours),
    Other(Broker),
}

impl Subject {
    fn new(arguments: &Arguments) -> Result<Self, Failure> {
        let Some(url) = &arguments.url else { return Ok(Self::Ours(Ours::start(arguments)?)) };
        let credentials = arguments.user.as_ref().map(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            (name.to_owned(), password.to_owned())
        });
        Ok(Self::Other(Broker::new(url, credentials)?))
    }

    fn broker(&self) -> Result<Broker, Failure> {
        match self {
            Self::Ours(ours) => ours.broker(),
            Self::Other(broker) => Ok(broker.clone()),
        }
    }

    fn process(&self) -> Option<&Process> {
        match self {
            Self::Ours(ours) => Some(&ours.process),
            Self::Other(_) => None,
        }
    }
}

pub(crate) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let plan = Arc::new(Plan::new(arguments.sizes));
    let subject = Subject::new(arguments)?;
    let broker = subject.broker()?;
    let mut report = Report::default();
    if arguments.filled {
        let bench = Bench { broker, clients: usize::from(arguments.clients), spell: arguments.spell };
        let asked = ask_all(&bench, &plan, plan.rounds() - 1, subject.process()).await?;
        add_answers(&mut report, &asked);
        report.print(arguments.json);
        return Ok(());
    }

    let start = Instant::now();
    let filler = Filler::begin(broker.clone(), plan.clone(), usize::from(arguments.writers)).await?;
    let rounds = plan.rounds();
    let few = (1..rounds).find(|round| plan.results_after(*round - 1) >= arguments.compared_with as usize);
    let few = few.unwrap_or(rounds);
    filler.fill(0..few).await?;
    let time = start.elapsed();
    let results_before = filler.written().results;
    let bench = Bench { broker, clients: usize::from(arguments.clients), spell: arguments.spell };
    let before = ask_all(&bench, &plan, few - 1, subject.process()).await?;

    let start = Instant::now();
    fill_rest(&filler, few, subject.process()).await?;
    let time = time + start.elapsed();
    let written = filler.written();
    let rate = written.writes as f64 / time.as_secs_f64();
    let what = format!(
        "{} participants, {} pairs, {} versions, {} contents, {} results",
        plan.participants(),
        plan.pairs.len(),
        rounds * plan.participants(),
        written.contents,
        written.results
    );
    report.add(
        "filled in",
        time.as_secs_f64(),
        "s",
        Target::None,
        format!("{what}; {rate:.0} durable writes/s"),
    );

    let after = ask_all(&bench, &plan, rounds - 1, subject.process()).await?;
    add_answers(&mut report, &after);
    compare(&mut report, results_before, &before, &after);

    let publishing = Bench { clients: usize::from(arguments.publishers), ..bench };
    let published = publishing.publish(&filler, &Arc::new(AtomicU64::new(0)), subject.process()).await?;
    let used = published
        .processor
        .map_or_else(String::new, |used| format!(", {} µs of processor time", used.as_micros()));
    let text = format!(
        "{} clients, p50 {:.2} ms, p99 {:.2} ms, {:.1} kB each{used}",
        arguments.publishers,
        published.percentile(50),
        published.percentile(99),
        published.size() / 1000.0
    );
    report.add("durable publications", published.rate(), "/s", Target::AtLeast(PUBLICATIONS), text);

    if let Subject::Ours(ours) = subject {
        let sent = published.size() * published.count() as f64 * 0.75;
        weigh(&mut report, ours, written.raw as f64 + sent, &plan).await?;
    }
    report.print(arguments.json);
    Ok(())
}

fn add_answers(report: &mut Report, asked: &[Measured]) {
    for (kind, measured) in Kind::ALL.into_iter().zip(asked) {
        let text = format!(
            "p50 {:.2} ms, {:.0}/s, {} answers, {:.1} kB each{}",
            measured.percentile(50),
            measured.rate(),
            measured.count(),
            measured.size() / 1000.0,
            said(kind, measured)
        );
        report.add(format!("{}, p99", kind.name()), measured.percentile(99), "ms", target(kind), text);
    }
}

/// The verdicts that were given.
fn said(kind: Kind, measured: &Measured) -> String {
    let told = measured.told;
    match kind {
        Kind::CanIDeploy => format!("; of {} read, {} said yes, {} no", told.answers, told.yes, told.no),
        _ => format!("; {:.1} entries", told.items as f64 / told.answers.max(1) as f64),
    }
}

async fn ask_all(
    bench: &Bench,
    plan: &Arc<Plan>,
    round: usize,
    process: Option<&Process>,
) -> Result<Vec<Measured>, Failure> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        eprintln!("asking: {}", kind.name());
        let asker = |seed| Asker::new(plan.clone(), round, seed);
        all.push(bench.ask(kind, asker, process).await?);
    }
    Ok(all)
}

async fn fill_rest(filler: &Arc<Filler>, from: usize, process: Option<&Process>) -> Result<(), Failure> {
    let rounds = filler.plan.rounds();
    let step = (rounds / 50).max(1);
    let start = Instant::now();
    let before = filler.written().writes;
    for round in (from..rounds).step_by(step) {
        filler.fill(round..(round + step).min(rounds)).await?;
        let written = filler.written();
        let rate = (written.writes - before) as f64 / start.elapsed().as_secs_f64();
        let memory = match process {
            Some(process) => format!(", {:.0} MB resident", process.resident()? as f64 / MEGABYTE),
            None => String::new(),
        };
        eprintln!("{} of {} results, {rate:.0} writes/s{memory}", written.results, filler.plan.sizes.results);
    }
    Ok(())
}

/// What questions cost with all results, compared with what they cost with few. Processor time of the broker, where it can
/// be seen, because it does not depend on what else the machine does. What a longer answer costs more is not counted: a
/// short history has fewer contracts to speak of.
fn compare(report: &mut Report, results: u64, before: &[Measured], after: &[Measured]) {
    for (kind, (before, after)) in Kind::ALL.into_iter().zip(before.iter().zip(after)) {
        let what = format!("{}: cost / cost at {results}", kind.name());
        let longer = (after.size() / before.size()).max(1.0);
        let (ratio, text) = match (before.processor, after.processor) {
            (Some(before), Some(after)) => {
                let (before, after) = (before.as_secs_f64() * 1e6, after.as_secs_f64() * 1e6);
                (after / before, format!("{after:.0} µs / {before:.0} µs of processor time"))
            }
            _ => {
                let (before, after) = (before.percentile(50), after.percentile(50));
                (after / before, format!("{after:.2} ms / {before:.2} ms"))
            }
        };
        let text = format!("{text} = {ratio:.2}; answers {longer:.2} times as long");
        report.add(what, ratio / longer, "times", Target::Below(GROWTH), text);
    }
}

/// Memory, disk and starts.
async fn weigh(report: &mut Report, ours: Ours, raw: f64, plan: &Arc<Plan>) -> Result<(), Failure> {
    let (resident, peak) =
        (ours.process.resident()? as f64 / MEGABYTE, ours.process.peak()? as f64 / MEGABYTE);
    report.add(
        "resident memory",
        resident,
        "MB",
        Target::Below(MEMORY),
        format!("after all of the above; at most {peak:.0} MB"),
    );
    let question = Asker::new(plan.clone(), plan.rounds() - 1, 1).ask(Kind::CanIDeploy);
    let (ours, stopped, used) = ours.restart(false, &question).await?;
    add_disk(report, &ours.folder, raw)?;
    let text = format!(
        "after SIGTERM, until a question about deploying is answered; {:.2} s of processor time; files are in the system's cache",
        used.as_secs_f64()
    );
    report.add("start", stopped.as_secs_f64(), "s", Target::Below(START), text);
    let (ours, killed, used) = ours.restart(true, &question).await?;
    let text = format!("the same; {:.2} s of processor time", used.as_secs_f64());
    report.add("start after SIGKILL", killed.as_secs_f64(), "s", Target::Below(START), text);
    let resident = ours.process.resident()? as f64 / MEGABYTE;
    report.add(
        "resident memory after a start",
        resident,
        "MB",
        Target::Below(MEMORY),
        "before it is asked more",
    );
    Ok(())
}

fn add_disk(report: &mut Report, folder: &Path, raw: f64) -> Result<(), Failure> {
    let size = disk_size(folder)? as f64;
    let text = format!(
        "{:.0} MB / {:.0} MB: text of each different contract once, body of each result; nothing else that was sent",
        size / MEGABYTE,
        raw / MEGABYTE
    );
    report.add("disk / raw content", size / raw, "times", Target::Below(DISK), text);
    Ok(())
}
