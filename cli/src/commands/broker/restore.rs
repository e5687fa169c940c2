//! `broker restore`: a backup becomes a data folder.

use std::fs::File;
use std::path::PathBuf;

use clap::Args;
use pactwright_broker::backup::restore;
use pactwright_broker::domain::model::Timestamp;
use pactwright_broker::domain::rules::VersionOrder;
use pactwright_broker::store::Filling;

use super::folder::{DataFolder, OperateError, moment};
use crate::exit::Exit;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
All of the backup is read before anything is written; where it is damaged or cut off, the place is said and nothing
is restored. No broker can be started on the folder before it is complete. Ends with 1 when everything was restored
that the backup has, but texts were missing when it was made.

Examples:
  pactwright broker restore pactwright.backup --data /var/lib/pactwright-new
  pactwright broker restore pactwright.backup --data before-the-mistake --until 2026-01-31T12:00:00Z")]
pub(crate) struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    backup: PathBuf,
    #[command(flatten)]
    folder: DataFolder,
    /// Restore only what was changed until then; a date means its beginning (UTC)
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    until: Option<Timestamp>,
}

impl Restore {
    pub(crate) fn run(self, printer: Printer) -> Result<Exit, OperateError> {
        let archive = File::open(&self.backup)
            .map_err(|source| OperateError::Read { path: self.backup.clone(), source })?;
        let folder = self.folder.data;
        let filling = Filling::begin(&folder)?;
        let store = filling.open()?;
        let restored = restore(archive, &store, self.until, VersionOrder::FirstSeen)?;
        filling.finish(store)?;
        printer.data(&restored.report.to_string());
        printer.note(&format!(
            "{} of the {} changes of the backup are in {}.",
            restored.taken,
            restored.archived,
            folder.display()
        ));
        Ok(if restored.report.is_whole() { Exit::Yes } else { Exit::No })
    }
}
