//! Kills brokers, and looks whether what they acknowledged is there.
//!
//! Each round starts a broker over the same folder, writes with 16 clients, kills it at a random moment, starts it again
//! and compares: every write that was acknowledged is there, and a publication of three contracts is there whole or not
//! at all. Every fifth round the broker's files cannot grow any more at some moment, as on a disk that is full: writes are
//! cut short, and the broker has to refuse with 503 from then on. At the end everything is compared once more, and what
//! is kept is checked as `pactwright broker check` does.
//!
//! ```text
//! cargo run --release -p pactwright-tests --bin crash -- --rounds 200 --broker target/release/pactwright
//! ```
#![expect(clippy::print_stdout, reason = "it tells on standard output what it does")]

mod clients;
mod compare;
mod ledger;
mod server;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use pactwright_broker::{check, domain::rules::VersionOrder, store::SledStore};
use pactwright_tests::{chance::Chance, process::Program};
use thiserror::Error;

use clients::Surroundings;
use ledger::Ledger;
use server::{Disk, Server};

/// How many clients write at once.
const CLIENTS: usize = 16;
/// Every so many rounds the disk is full.
const FULL_DISK: usize = 5;

#[derive(Parser)]
struct Arguments {
    /// How many rounds
    #[arg(long, default_value_t = 20)]
    rounds: usize,
    /// Where chance begins; the same one gives the same choices, but not the same moments
    #[arg(long)]
    seed: Option<u64>,
    /// The `pactwright` program whose broker is killed; without it, this program serves one in the same way
    #[arg(long)]
    broker: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Be the broker
    #[command(hide = true)]
    Serve { folder: PathBuf },
}

/// Why a round is not as it should be.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    System(#[from] std::io::Error),
    #[error("the broker does not start: {0}")]
    NoStart(String),
    #[error("cannot ask the broker: {0}")]
    Http(#[from] reqwest::Error),
    #[error("{request} is answered with {status}: {text}")]
    Answer { request: String, status: u16, text: String },
    #[error("{what} was acknowledged, and is not there: {found}")]
    Lost { what: String, found: String },
    #[error("{what} is there in half: {found}")]
    Half { what: String, found: String },
    #[error("no round came to the end of a disk")]
    NeverFull,
    #[error("what is kept is not whole:\n{0}")]
    Check(String),
    #[error(transparent)]
    Store(#[from] pactwright_broker::store::StoreError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Task(#[from] tokio::task::JoinError),
    #[error("the broker cannot be opened: {0}")]
    Open(#[from] pactwright_broker::OpenError),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.command {
        Some(Command::Serve { folder }) => server::serve(folder).await,
        None => rounds(&arguments).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn rounds(arguments: &Arguments) -> Result<(), Failure> {
    let mut chance = arguments.seed.map_or_else(Chance::from_clock, Chance::begun);
    println!("seed {}", chance.seed());
    let folder = tempfile::tempdir()?;
    let program = match &arguments.broker {
        Some(path) => Program::Other(path.clone()),
        None => Program::This,
    };
    let ledger = Arc::new(Ledger::default());
    let server = Server::start(&program, folder.path(), Disk::Free)?;
    let surroundings = clients::prepare(&server.url).await?;
    server.kill()?;
    let mut refusals = 0;
    for number in 0..arguments.rounds {
        let round = Round { number, program: &program, folder: folder.path(), ledger: &ledger };
        let told = round.play(&surroundings, &mut chance).await?;
        println!("round {number}: {}", told.text);
        refusals += usize::from(told.is_refused);
    }
    if refusals == 0 && arguments.rounds >= FULL_DISK {
        return Err(Failure::NeverFull);
    }
    let server = Server::start(&program, folder.path(), Disk::Free)?;
    compare::all(&server.url, ledger.since(0), CLIENTS).await?;
    server.kill()?;
    let report = check::check(&SledStore::open(folder.path())?, VersionOrder::FirstSeen)?;
    if !report.is_whole() {
        return Err(Failure::Check(report.to_string()));
    }
    let (acknowledged, refused) = ledger.counts();
    println!(
        "{acknowledged} acknowledged writes, nothing lost, nothing in half; {refused} refused or not answered"
    );
    println!("{report}");
    Ok(())
}

struct Round<'a> {
    number: usize,
    program: &'a Program,
    folder: &'a Path,
    ledger: &'a Arc<Ledger>,
}

impl Round<'_> {
    async fn play(&self, surroundings: &Surroundings, chance: &mut Chance) -> Result<Told, Failure> {
        if chance.below(4) == 0 {
            // While it starts, reads, and perhaps makes a snapshot.
            Server::spawn(self.program, self.folder, Disk::Free)?.kill()?;
        }
        let is_full = self.number % FULL_DISK == FULL_DISK - 1;
        let disk = if is_full {
            let more = 8 + chance.below(150);
            Disk::FullAfter { kilobytes: largest(self.folder)? / 1024 + more }
        } else {
            Disk::Free
        };
        let begin = self.ledger.len();
        let server = match Server::start(self.program, self.folder, disk) {
            // It says so when it cannot write what it needs to begin.
            Err(Failure::NoStart(_)) if is_full => {
                return Ok(Told::refused("it refused to start on a full disk"));
            }
            started => started?,
        };
        let enough = if is_full { 600 } else { 1 + chance.below(60) };
        let task = clients::Task { surroundings, ledger: self.ledger, round: self.number, enough, is_full };
        let written = clients::write_and_kill(server, &task, chance).await?;
        let server = Server::start(self.program, self.folder, Disk::Free)?;
        let entries = self.ledger.since(begin);
        let compared = entries.len();
        compare::all(&server.url, entries, CLIENTS).await?;
        server.kill()?;
        let mut text = format!("{} acknowledged, {compared} compared", written.acknowledged);
        if is_full {
            text.push_str(&format!(", {} clients refused by a full disk", written.refused));
        }
        Ok(Told { text, is_refused: written.refused > 0 })
    }
}

/// What happened in a round.
struct Told {
    text: String,
    /// Whether the broker refused something.
    is_refused: bool,
}

impl Told {
    fn refused(text: &str) -> Self {
        Self { text: text.to_owned(), is_refused: true }
    }
}

/// The size of the largest file of a database, in bytes.
fn largest(folder: &Path) -> std::io::Result<u64> {
    Ok(std::fs::metadata(folder.join("sled/db"))?.len())
}
