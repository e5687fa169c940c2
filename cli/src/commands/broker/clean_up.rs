//! `broker clean-up`: removing what nobody needs.

use clap::Args;
use pactwright_broker::domain::queries::clean_up::{InvalidRule, KeepRule};
use pactwright_broker::housekeeping::{CleanUpOrder, CleanedUp};

use super::folder::{DataFolder, Keeper, OperateError};
use crate::exit::Exit;
use crate::output::Table;
use crate::printer::Printer;

/// How many lines are shown where nobody asks for all.
const MOST_LINES: usize = 40;

#[derive(Debug, Args)]
#[command(after_help = "\
A broker that uses the folder goes on working meanwhile. In any case these stay: what is deployed, what is released
and supported, the newest contract of each pair, the latest of each main branch, the latest of each branch and tag
that keeps any version, and the first success with each contract that stays.

A rule has words that all have to be true:
  latest  max-age=30d  branch  branch=NAME  main-branch  tag  tag=NAME  participant=NAME
Without rules, those that are set count: max-age=90d, latest, branch latest, tag latest.

Examples:
  pactwright broker clean-up --data /var/lib/pactwright --dry-run
  pactwright broker clean-up --keep 'branch latest' --keep 'tag=prod' --keep max-age=30d")]
pub(crate) struct CleanUp {
    #[command(flatten)]
    folder: DataFolder,
    /// Which versions are kept, as words or as JSON; several rules keep what any of them keeps
    #[arg(long, value_name = "RULE", value_parser = rules)]
    keep: Vec<Rules>,
    /// Say what would go and why the rest stays, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Remove at most so many versions, the oldest first
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
    /// Forget what was delivered to webhooks after so many days
    #[arg(long, value_name = "DAYS")]
    deliveries: Option<u32>,
    /// Remove results that others supersede after so many days
    #[arg(long, value_name = "DAYS")]
    superseded: Option<u32>,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

/// The rules of one option.
#[derive(Debug, Clone)]
struct Rules(Vec<KeepRule>);

fn rules(text: &str) -> Result<Rules, InvalidRule> {
    KeepRule::read_all(text).map(Rules)
}

impl CleanUp {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, OperateError> {
        let keep: Vec<_> = self.keep.iter().flat_map(|rules| &rules.0).map(KeepRule::to_json).collect();
        let order = CleanUpOrder {
            keep: Some(keep).filter(|rules| !rules.is_empty()),
            deliveries_max_age: self.deliveries,
            superseded_max_age: self.superseded,
            limit: self.limit,
            dry_run: self.dry_run,
        };
        let done: CleanedUp = match self.folder.keeper().await? {
            #[cfg(unix)]
            Keeper::Running(client) => {
                let order = serde_json::to_string(&order).map_err(OperateError::Answer)?;
                super::folder::ask(client, "/clean-up", &[("order", order)]).await?
            }
            Keeper::Idle(store) => {
                let broker = super::folder::open(store)?;
                let request = order.request(&broker.config().housekeeping)?;
                let done = broker.clean_up(request).await;
                broker.close().await;
                done?
            }
        };
        if self.json {
            printer.json(&done);
        } else {
            tell(printer, &done);
        }
        Ok(Exit::Yes)
    }
}

fn tell(printer: Printer, done: &CleanedUp) {
    let goes = if done.dry_run { "would go" } else { "gone" };
    let rows = done.versions.iter().take(MOST_LINES).map(|fate| {
        let becomes = if fate.kept_because.is_empty() { goes } else { "stays" };
        let day = fate.created_at.to_string().chars().take(10).collect();
        [fate.pacticipant.clone(), fate.number.clone(), day, becomes.to_owned(), fate.kept_because.join("; ")]
    });
    if !done.versions.is_empty() {
        let table = Table::new(["PARTICIPANT", "VERSION", "FIRST SEEN", "", "WHY"]).rows(rows);
        printer.data(&table.to_string());
    }
    let more = done.versions.len().saturating_sub(MOST_LINES);
    if more > 0 {
        printer.note(&format!("{more} more are in the answer as JSON (--json)."));
    }
    printer.note(&format!("{done}."));
}
