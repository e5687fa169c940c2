//! `broker compact`: forgetting what is gone.

use clap::Args;
use pactwright_broker::housekeeping::{Compacted, History, InvalidHistory};

use super::folder::{DataFolder, Keeper, OperateError};
use crate::exit::Exit;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
A broker that uses the folder goes on working meanwhile. Of what was removed before the history that is kept, results
and deliveries to webhooks are forgotten, and so are texts that nobody can ask for any more. That they were there, and
that they were removed, stays in the audit trail. Moments before are not answered any more (`asOf`, restore).

Examples:
  pactwright broker compact --data /var/lib/pactwright --history 90d
  pactwright broker compact --history 0d --json")]
pub(crate) struct Compact {
    #[command(flatten)]
    folder: DataFolder,
    /// How much of the past is kept in full: `all`, or such as 90d or 36h; without it, as it is set
    #[arg(long, value_name = "LENGTH", value_parser = history)]
    history: Option<String>,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

fn history(text: &str) -> Result<String, InvalidHistory> {
    text.parse::<History>().map(|_| text.to_owned())
}

impl Compact {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, OperateError> {
        let done: Compacted = match self.folder.keeper().await? {
            #[cfg(unix)]
            Keeper::Running(client) => {
                let parameters: Vec<_> =
                    self.history.map(|history| ("history", history)).into_iter().collect();
                super::folder::ask(client, "/compact", &parameters).await?
            }
            Keeper::Idle(store) => {
                let broker = super::folder::open(store)?;
                let set = broker.config().housekeeping.history;
                let history = self.history.as_deref().map_or(Ok(set), str::parse)?;
                let done = broker.compact(history).await;
                broker.close().await;
                done?
            }
        };
        if self.json {
            printer.json(&done);
        } else {
            printer.note(&format!("{done}."));
        }
        Ok(Exit::Yes)
    }
}
