//! `broker import`: an export, or another broker, becomes a data folder.

mod old_broker;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use pactwright_broker::domain::model::WebhookKey;
use pactwright_broker::domain::rules::VersionOrder;
use pactwright_broker::import;
use pactwright_broker::import::remote::{JOURNAL, Journal, Progress, Remote, Report};
use pactwright_broker::store::Filling;

use self::old_broker::OldBroker;
use super::folder::{DataFolder, OperateError};
use crate::broker::split_auth;
use crate::exit::Exit;
use crate::options::{Credentials, Trust};
use crate::printer::Printer;

/// How many losses are told one by one.
const MOST_LOSSES: usize = 100;
/// How often it is said how far it is.
const EVERY: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
#[command(after_help = "\
Times and UUIDs are kept, so that the past can be asked for. No broker can be started on the folder before everything
is there. An import from a broker that was cut off goes on where it was when it is begun again; let nobody write to
the other broker meanwhile. Any Pact Broker will do. What it does not tell cannot be imported: what was removed, the
secrets of webhooks (those that have any are disabled), and which results were of work in progress.
Ends with 1 when everything was imported but what is told on standard error.

Examples:
  pactwright broker import pactwright.jsonl --data /var/lib/pactwright-new
  pactwright broker import --from https://broker.example.org --broker-token TOKEN --data /var/lib/pactwright-new")]
pub(crate) struct Import {
    /// The export; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "from", conflicts_with = "from")]
    export: Option<PathBuf>,
    /// The address of another broker
    #[arg(long, value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    from: Option<String>,
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    credentials: Credentials,
    /// A header to send with every request; can be repeated
    #[arg(long, value_name = "NAME: VALUE")]
    custom_header: Vec<String>,
    /// How often a request is tried again when the other broker is busy or failing
    #[arg(long, env = "PACT_BROKER_HTTP_RETRIES", default_value_t = 8, value_name = "N")]
    retries: u32,
    /// How many requests are sent at once
    #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    concurrency: u8,
    #[command(flatten)]
    trust: Trust,
}

impl Import {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, OperateError> {
        match (&self.from, &self.export) {
            (Some(from), _) => self.ask_broker(from, printer).await,
            (None, Some(export)) => self.read_export(export, printer),
            // Clap asks for one of the two.
            (None, None) => Ok(Exit::CouldNotRun),
        }
    }

    fn read_export(&self, export: &Path, printer: Printer) -> Result<Exit, OperateError> {
        let input: Box<dyn Read> = if export == Path::new("-") {
            Box::new(std::io::stdin())
        } else {
            let file = File::open(export);
            Box::new(file.map_err(|source| OperateError::Read { path: export.to_owned(), source })?)
        };
        let filling = Filling::begin(&self.folder.data)?;
        let store = filling.open()?;
        let imported = import::import(BufReader::new(input), &store, VersionOrder::FirstSeen)?;
        filling.finish(store)?;
        printer.note(&format!("{} facts are in {}.", imported.facts, self.folder.data.display()));
        tell_disabled(printer, &imported.disabled);
        Ok(if imported.disabled.is_empty() { Exit::Yes } else { Exit::No })
    }

    async fn ask_broker(&self, from: &str, printer: Printer) -> Result<Exit, OperateError> {
        let (base, auth) = split_auth(from);
        let base = base.trim_end_matches('/').to_owned();
        let fetch = OldBroker::new(&self.credentials, auth, &self.custom_header, self.retries, &self.trust)?;
        let filling = Filling::begin(&self.folder.data)?;
        let path = filling.file(JOURNAL);
        let mut journal = Journal::open(&path, &base)?;
        if !journal.is_empty() {
            printer.note(&format!("{} documents are there already; going on.", journal.len()));
        }
        let store = filling.open()?;
        let remote = Remote { fetch: Arc::new(fetch), base, concurrency: usize::from(self.concurrency) };
        let mut said = Instant::now();
        let mut progress = |progress: &Progress| {
            if said.elapsed() >= EVERY {
                said = Instant::now();
                printer.note(&in_words(progress));
            }
        };
        let report = remote.import(&mut journal, &store, VersionOrder::FirstSeen, &mut progress).await;
        let report = report.map_err(Box::new)?;
        filling.finish(store)?;
        drop(journal);
        if let Err(error) = std::fs::remove_file(&path) {
            printer
                .note(&format!("{} is of no use any more, and cannot be removed: {error}", path.display()));
        }
        Ok(tell(printer, &report))
    }
}

/// How far it is.
fn in_words(progress: &Progress) -> String {
    let Progress { phase, done, total, left } = progress;
    let left = match left.map(|left| left.as_secs()) {
        Some(seconds) if seconds >= 120 => format!(", about {} minutes left", seconds / 60),
        Some(seconds) if seconds > 0 => format!(", about {seconds} seconds left"),
        _ => String::new(),
    };
    format!("{phase}: {done} of {total}{left}")
}

/// What was imported, and what was not.
fn tell(printer: Printer, report: &Report) -> Exit {
    for (kind, count) in &report.counts {
        printer.data(&format!("{count} {kind}"));
    }
    for lost in report.lost.iter().take(MOST_LOSSES) {
        printer.note(&format!("not imported: {}: {}", lost.what, lost.why));
    }
    if report.lost.len() > MOST_LOSSES {
        printer.note(&format!("not imported: {} more", report.lost.len() - MOST_LOSSES));
    }
    tell_disabled(printer, &report.imported.disabled);
    let is_whole = report.lost.is_empty() && report.imported.disabled.is_empty();
    if is_whole { Exit::Yes } else { Exit::No }
}

fn tell_disabled(printer: Printer, disabled: &[WebhookKey]) {
    for webhook in disabled {
        printer.note(&format!(
            "webhook {webhook} is disabled: its secrets are not known; set them, and enable it"
        ));
    }
}
