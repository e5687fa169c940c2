//! A data folder, whether a broker uses it or not.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use pactwright_broker::backup::{ArchiveError, BackupError, RestoreError};
use pactwright_broker::domain::model::{InvalidTimestamp, Timestamp};
use pactwright_broker::domain::queries::clean_up::InvalidRule;
use pactwright_broker::export::ExportError;
use pactwright_broker::housekeeping::{InvalidHistory, TidyError};
use pactwright_broker::import::ImportError;
use pactwright_broker::import::remote::{self, JournalError};
#[cfg(unix)]
use pactwright_broker::operator::{AskError, Client};
use pactwright_broker::store::{SledStore, Store, StoreError};
use pactwright_broker::{Broker, OpenError};
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::settings::{self, SettingOptions, SettingsError};
use crate::broker::BrokerError;
use crate::exit::CommandError;

/// Which folder.
#[derive(Debug, Args)]
pub(crate) struct DataFolder {
    /// The folder that keeps everything
    #[arg(long, env = "PACTWRIGHT_DATA", default_value = "pactwright-data", value_name = "FOLDER")]
    pub(crate) data: PathBuf,
}

/// Who answers for a data folder.
pub(crate) enum Keeper {
    /// The broker that uses it.
    #[cfg(unix)]
    Running(Client),
    /// Nobody uses it, so that it can be opened.
    Idle(Box<SledStore>),
}

/// Why a broker could not be operated.
#[derive(Debug, Error)]
pub(crate) enum OperateError {
    #[error("there is no data folder {}", .0.display())]
    NoFolder(PathBuf),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[cfg(unix)]
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Restore(#[from] RestoreError),
    #[error("what was written is not whole")]
    Written(#[source] ArchiveError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Remote(#[from] Box<remote::RemoteError<BrokerError>>),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Broker(#[from] BrokerError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Tidy(#[from] TidyError),
    #[error(transparent)]
    Rule(#[from] InvalidRule),
    #[error(transparent)]
    History(#[from] InvalidHistory),
    #[error("what the broker says cannot be understood; is it another version?")]
    Answer(#[source] serde_json::Error),
    #[error("{} cannot be read", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{} cannot be written", path.display())]
    Write { path: PathBuf, source: std::io::Error },
}

impl CommandError for OperateError {}

impl DataFolder {
    /// The broker that uses the folder, or the folder's store.
    pub(crate) async fn keeper(&self) -> Result<Keeper, OperateError> {
        let folder: &Path = &self.data;
        if !folder.is_dir() {
            return Err(OperateError::NoFolder(folder.to_owned()));
        }
        #[cfg(unix)]
        if let Some(client) = Client::connect(folder).await? {
            return Ok(Keeper::Running(client));
        }
        Ok(Keeper::Idle(Box::new(SledStore::open(folder)?)))
    }
}

/// Opens a broker over a folder that nobody uses, with the settings that the surroundings make.
pub(crate) fn open(store: Box<SledStore>) -> Result<Broker, OperateError> {
    let config = settings::check(&SettingOptions::surroundings().read()?)?;
    Ok(Broker::open(Arc::from(store as Box<dyn Store>), config)?)
}

/// Asks a running broker for something that is answered with a document.
#[cfg(unix)]
pub(crate) async fn ask<T: DeserializeOwned>(
    client: Client,
    path: &str,
    parameters: &[(&str, String)],
) -> Result<T, OperateError> {
    let mut answer = Vec::new();
    client.ask(path, parameters, &mut answer).await?;
    serde_json::from_slice(&answer).map_err(OperateError::Answer)
}

/// A moment as people write it.
pub(crate) fn moment(text: &str) -> Result<Timestamp, InvalidTimestamp> {
    Timestamp::parse(text)
}
