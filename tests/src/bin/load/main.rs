//! Builds a broker of the size that some hundred teams have after years, and measures how it answers.
//!
//! ```text
//! cargo run --release -p pactwright-tests --bin load
//! ```
//!
//! writes 100,000 versions of 200 participants with 50,000 different contracts and 1,000,000 verification results over
//! HTTP, each of them durable when it is answered, and prints figures beside their targets: how long answers take with 8
//! clients, how many publications with 32 clients are durable in a second, how long a start takes, what memory and disk
//! it needs, and how much more questions cost at the end than they did with 10,000 results. Everything can be set; see
//! `--help`. With `--url` it does the same to any broker that speaks the API of the Pact Broker, as far as that can be
//! measured from outside. With `--soak 1h` it keeps up a steady load instead and fails unless memory and file handles of
//! the broker stay flat.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "figures go to standard output, progress beside it"
)]
#![expect(clippy::cast_precision_loss, reason = "figures are for people; none has sixteen digits")]

mod client;
mod fill;
mod measure;
mod plan;
mod process;
mod questions;
mod report;
mod run;
mod soak;
mod texts;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use thiserror::Error;

use plan::Sizes;

/// The same as the program's, which this is to be like where it serves a broker itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Builds a large broker, and measures how it answers
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    #[command(flatten)]
    sizes: Sizes,
    /// The `pactwright` program whose broker is measured; without it, this program serves one in the same way
    #[arg(long, value_name = "PROGRAM", conflicts_with = "url")]
    broker: Option<PathBuf>,
    /// A broker that runs already, and has nothing in it: any that speaks the API of the Pact Broker
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Name and password for that broker
    #[arg(long, value_name = "NAME:PASSWORD", requires = "url")]
    user: Option<String>,
    /// Where the broker keeps its data; without it, in a temporary folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "url")]
    data: Option<PathBuf>,
    /// Only ask: that folder was filled by an earlier run with the same sizes
    #[arg(long, requires = "data", conflicts_with = "soak")]
    filled: bool,
    /// Over how many connections it is filled
    #[arg(long, default_value_t = 64, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    writers: u16,
    /// How many clients ask
    #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    clients: u16,
    /// How many clients publish
    #[arg(long, default_value_t = 32, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    publishers: u16,
    /// How long each kind of question is asked
    #[arg(long, default_value = "10s", value_name = "TIME", value_parser = time)]
    spell: Duration,
    /// With how many results the first measurement is made, which the last one is compared with
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    compared_with: u32,
    /// Keep up a steady load for that long instead, and watch memory and file handles
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with = "url")]
    soak: Option<Duration>,
    /// The steady load: requests per second, or `half` of what the broker can do
    #[arg(long, default_value = "half", value_name = "RATE", requires = "soak")]
    rate: soak::Rate,
    /// Figures as JSON
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Be the broker
    #[command(hide = true)]
    Serve { folder: PathBuf },
}

/// Why there are no figures.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    System(#[from] std::io::Error),
    #[error("the broker does not start: {0}")]
    NoStart(String),
    #[error("{url} is no address: {why}")]
    Address { url: String, why: String },
    #[error("cannot ask the broker: {0:?}")]
    Http(#[from] reqwest::Error),
    #[error("{request} is answered with {status}: {text}")]
    Answer { request: String, status: u16, text: String },
    #[error("{request}: {what}")]
    Odd { request: String, what: &'static str },
    #[error("the answer is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Task(#[from] tokio::task::JoinError),
    #[error(transparent)]
    Store(#[from] pactwright_broker::store::StoreError),
    #[error("the broker cannot be opened: {0}")]
    Open(#[from] pactwright_broker::OpenError),
    #[error("stopped before the end")]
    Stopped,
    #[error("not flat: {0}")]
    NotFlat(String),
}

/// A time as people write it: `300ms`, `10s`, `2m`, `1h`.
fn time(text: &str) -> Result<Duration, String> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| "a time begins with a number, as in 10s")?;
    match unit {
        "ms" => Ok(Duration::from_millis(number)),
        "s" => Ok(Duration::from_secs(number)),
        "m" => Ok(Duration::from_secs(number * 60)),
        "h" => Ok(Duration::from_secs(number * 3600)),
        _ => Err("a time ends with its unit: ms, s, m or h".to_owned()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let work = async {
        match (&arguments.command, arguments.soak) {
            (Some(Command::Serve { folder }), _) => process::serve(folder).await,
            (None, Some(length)) => soak::run(&arguments, length).await,
            (None, None) => run::run(&arguments).await,
        }
    };
    let is_broker = arguments.command.is_some();
    // Whoever ends this early ends the broker, too, and its folder is removed.
    let done = tokio::select! {
        done = work => done,
        stopped = process::told_to_stop(), if !is_broker => stopped.and(Err(Failure::Stopped)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
