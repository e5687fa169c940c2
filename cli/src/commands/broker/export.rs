//! `broker export`: what a broker knows, as JSON lines.

use std::path::PathBuf;

use clap::Args;
use pactwright_broker::domain::model::Timestamp;
use pactwright_broker::domain::rules::VersionOrder;
use pactwright_broker::export::{self, Secrets};

use super::folder::{DataFolder, Keeper, OperateError, moment};
use super::target::Target;
use crate::exit::Exit;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
One line for each participant, environment, version, branch, content, contract, result, deployment, release and
webhook, with names in the place of numbers and always in the same order: what is equal gives equal files. What was
removed, and what webhooks were told, is not there: `pactwright broker backup` has all of that.

Examples:
  pactwright broker export --data /var/lib/pactwright --to pactwright.jsonl
  pactwright broker export --data /var/lib/pactwright --until 2026-01-31 | grep '\"type\":\"deployment\"'")]
pub(crate) struct Export {
    #[command(flatten)]
    folder: DataFolder,
    /// Where to write the lines; `-` is standard output
    #[arg(long, default_value = "-", value_name = "FILE")]
    to: PathBuf,
    /// What was known then; a date means its beginning (UTC)
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    until: Option<Timestamp>,
    /// With the secrets of webhooks, as they are kept: encrypted, where the broker has a key; without this there are
    /// stars in their place
    #[arg(long)]
    with_secrets: bool,
}

impl Export {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, OperateError> {
        let keeper = self.folder.keeper().await?;
        let mut target = Target::open(&self.to)?;
        match keeper {
            #[cfg(unix)]
            Keeper::Running(client) => {
                let until = self.until.map(|until| ("until", until.to_string()));
                let secrets = self.with_secrets.then(|| ("with_secrets", "true".to_owned()));
                let parameters: Vec<_> = until.into_iter().chain(secrets).collect();
                client.ask("/export", &parameters, target.writer()).await?;
            }
            Keeper::Idle(store) => {
                let secrets = if self.with_secrets { Secrets::Revealed } else { Secrets::Withheld };
                let state = export::state(store.as_ref(), VersionOrder::FirstSeen, self.until)?;
                export::write(store.as_ref(), &state, secrets, target.writer())?;
            }
        }
        let is_file = target.written()?.is_some();
        target.finish()?;
        if is_file {
            printer.note(&format!("The export is in {}.", self.to.display()));
        }
        Ok(Exit::Yes)
    }
}
