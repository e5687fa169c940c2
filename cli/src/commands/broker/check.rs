//! `broker check`: what is wrong with a data folder, and what can be saved.

use std::path::PathBuf;

use clap::Args;
use pactwright_broker::check::{self, SaveError};
use pactwright_broker::domain::rules::VersionOrder;
use pactwright_broker::store::{Filling, SledStore, StoreError};
use thiserror::Error;

use crate::exit::{CommandError, Exit};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Ends with 0 when everything is whole, with 1 when something is lost. No broker may use the folder meanwhile.

Where the folder cannot be opened at all, nothing in it can be read: put a backup in its place.

Example:
  pactwright broker check --data /var/lib/pactwright --save-to /var/lib/pactwright-saved")]
pub(crate) struct Check {
    /// The folder that keeps everything
    #[arg(long, env = "PACTWRIGHT_DATA", default_value = "pactwright-data", value_name = "FOLDER")]
    data: PathBuf,
    /// Put everything that is whole into this new folder, which a broker can be started on
    #[arg(long, value_name = "FOLDER")]
    save_to: Option<PathBuf>,
}

/// Why a folder cannot be checked.
#[derive(Debug, Error)]
pub(crate) enum CheckError {
    #[error("there is no data folder {}", .0.display())]
    NoFolder(PathBuf),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("what is whole cannot be saved to {}", folder.display())]
    Save { folder: PathBuf, source: SaveError },
}

impl CommandError for CheckError {}

impl Check {
    pub(crate) fn run(self, printer: Printer) -> Result<Exit, CheckError> {
        if !self.data.is_dir() {
            return Err(CheckError::NoFolder(self.data));
        }
        let store = SledStore::open(&self.data)?;
        let report = check::check(&store, VersionOrder::FirstSeen)?;
        printer.data(&report.to_string());
        if let Some(folder) = self.save_to {
            let filling = Filling::begin(&folder)?;
            let saved = filling.open()?;
            check::save(&report, &store, &saved)
                .map_err(|source| CheckError::Save { folder: folder.clone(), source })?;
            filling.finish(saved)?;
            printer.note(&format!("{} changes are in {}.", report.whole, folder.display()));
        }
        Ok(if report.is_whole() { Exit::Yes } else { Exit::No })
    }
}
