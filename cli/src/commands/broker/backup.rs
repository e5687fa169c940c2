//! `broker backup`: everything in one file.

use std::path::PathBuf;

use clap::Args;
use pactwright_broker::backup;

use super::folder::{DataFolder, Keeper, OperateError};
use super::target::Target;
use crate::exit::Exit;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
A broker that uses the folder goes on working meanwhile; the backup has what was acknowledged before it was begun.
The file is written beside its place, read again, and put there when it is whole. It has the secrets of webhooks
in it, so that only its owner may read it: keep it as you keep passwords.

Examples:
  pactwright broker backup --data /var/lib/pactwright --to /backups/pactwright.backup
  pactwright broker backup --data /var/lib/pactwright --to - | gpg --encrypt -r ops > pactwright.backup.gpg")]
pub(crate) struct Backup {
    #[command(flatten)]
    folder: DataFolder,
    /// Where to write the backup; `-` is standard output
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

impl Backup {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, OperateError> {
        let keeper = self.folder.keeper().await?;
        let mut target = Target::open(&self.to)?;
        match keeper {
            #[cfg(unix)]
            Keeper::Running(client) => client.ask("/backup", &[], target.writer()).await?,
            Keeper::Idle(store) => _ = backup::write(store.as_ref(), target.writer())?,
        }
        let written = target.written()?;
        let found = written.map(backup::verify).transpose().map_err(OperateError::Written)?;
        target.finish()?;
        if let Some(found) = found {
            let (records, texts) = (found.records, found.texts);
            printer.note(&format!("{records} changes and {texts} texts are in {}.", self.to.display()));
        }
        Ok(Exit::Yes)
    }
}
