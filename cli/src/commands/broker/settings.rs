//! Where the settings of a broker come from: flags, the environment, a file.

use std::io;
use std::path::PathBuf;

use clap::Args;
use pactwright_broker::config::{InvalidSettings, Settings};
use pactwright_broker::http::TlsError;
use thiserror::Error;

use crate::exit::CommandError;
use crate::logging;

/// The variable that names the file.
const CONFIG: &str = "PACTWRIGHT_CONFIG";

/// Settings. A flag counts before a variable of the environment, a variable before the file.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Settings")]
pub(crate) struct SettingOptions {
    /// A file of settings, as `pactwright broker config` prints one
    #[arg(long, env = CONFIG, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen; port 0 picks a free one [default: 127.0.0.1:9292]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The folder that keeps everything [default: pactwright-data]
    #[arg(long, value_name = "FOLDER")]
    data: Option<String>,
    /// The address that clients know the broker by; without it, links follow the request
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// What is logged to standard error, such as `info` or `pactwright_broker=debug` [default: warn]
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// What a line of the log looks like [default: text]
    #[arg(long, value_name = "text|json")]
    log_format: Option<String>,
    /// After how many changes a snapshot is taken [default: 10000]
    #[arg(long, value_name = "CHANGES")]
    snapshot_after: Option<String>,
    /// A certificate in PEM, and those that lead to its root: connections are secure with it
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<String>,
    /// The private key of that certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<String>,
    /// Start although other machines can reach the broker and nobody has to say who is calling
    #[arg(long)]
    allow_anyone: bool,
    /// Any setting, such as `http.body_limit=32MiB`; can be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

/// Why there are no settings.
#[derive(Debug, Error)]
pub(crate) enum SettingsError {
    #[error("the file of settings {} cannot be read", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("--set {0} has no value: KEY=VALUE is expected")]
    NoValue(String),
    #[error("the log filter `{0}` cannot be used")]
    Filter(String),
    #[error(transparent)]
    Invalid(#[from] InvalidSettings),
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl CommandError for SettingsError {}

impl SettingOptions {
    /// Those of somebody who said nothing on the command line.
    pub(crate) fn surroundings() -> Self {
        Self { config: std::env::var_os(CONFIG).map(PathBuf::from), ..Self::default() }
    }

    /// What was said, whether it can be used or not.
    pub(crate) fn read(&self) -> Result<Settings, SettingsError> {
        let mut settings = Settings::default();
        if let Some(path) = &self.config {
            let text = std::fs::read_to_string(path)
                .map_err(|source| SettingsError::Unreadable { path: path.clone(), source })?;
            settings.file(path, &text);
        }
        settings.environment(std::env::vars_os());
        for text in &self.set {
            let (key, value) = text.split_once('=').ok_or_else(|| SettingsError::NoValue(text.clone()))?;
            settings.flag(&format!("--set {key}"), key, value);
        }
        if self.allow_anyone {
            settings.flag("--allow-anyone", "access.allow_anyone", "true");
        }
        for (flag, key, value) in [
            ("--listen", "listen", &self.listen),
            ("--data", "data", &self.data),
            ("--base-url", "http.base_urls", &self.base_url),
            ("--log", "log.filter", &self.log),
            ("--log-format", "log.format", &self.log_format),
            ("--snapshot-after", "snapshot.after", &self.snapshot_after),
            ("--tls-certificate", "tls.certificate", &self.tls_certificate),
            ("--tls-key", "tls.key", &self.tls_key),
        ] {
            if let Some(value) = value {
                settings.flag(flag, key, value);
            }
        }
        Ok(settings)
    }
}

/// Fails where settings cannot be used.
pub(crate) fn check(settings: &Settings) -> Result<pactwright_broker::Config, SettingsError> {
    let config = settings.config()?;
    if logging::filter(&config.log.filter).is_none() {
        return Err(SettingsError::Filter(config.log.filter));
    }
    Ok(config)
}
