//! Settings: what can be set ([`settings`]), where it comes from ([`Settings`]), and what comes of it ([`Config`]).
//!
//! Each setting is one entry of a table: its key in a file, its names in the environment, how it is written, and what it
//! is about. A flag counts before the environment, the environment before the file, the file before the default. What is
//! wrong with any of it is told at once, with where it stands; nothing is started with half of what was meant.
//!
//! ```
//! use std::path::Path;
//! use pactwright_broker::config::Settings;
//!
//! let mut settings = Settings::default();
//! settings.file(Path::new("pactwright.toml"), "[http]\nbody_limit = \"1 MiB\"\nrequests = 8\n");
//! settings.environment([("PACTWRIGHT_HTTP_REQUESTS", "16")]);
//! settings.flag("--listen", "listen", "0.0.0.0:80");
//! let config = settings.config()?;
//! assert_eq!((config.http.body_limit, config.http.requests), (1 << 20, 16));
//! # Ok::<(), pactwright_broker::config::InvalidSettings>(())
//! ```

mod access;
mod effective;
mod environment;
mod file;
mod files;
mod form;
mod housekeeping;
mod http;
mod nearest;
mod process;
mod rate;
mod sources;
mod table;
mod tls;
mod webhooks;
mod writing;

pub use access::{AccessConfig, GroupGrant, Hidden, InvalidGroupGrant, OidcConfig};
pub use effective::DEFAULT_FILE;
pub use environment::Warning;
pub use files::{Certificates, KeyFile};
pub use form::Given;
pub use housekeeping::{HousekeepingConfig, InvalidWhen, When};
pub use http::{HttpConfig, InvalidOrigin, WebOrigin};
pub use process::{LogConfig, LogFormat, ProcessConfig};
pub use rate::RateConfig;
pub use sources::{Flaw, InvalidSetting, InvalidSettings, Origin, Settings};
pub use table::{Setting, settings};
pub use tls::TlsConfig;
pub use webhooks::WebhookConfig;
pub use writing::{QueueConfig, SnapshotConfig};

use crate::domain::rules::Rules;

/// All that can be set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// Settings of the process, for whoever starts it.
    pub process: ProcessConfig,
    /// What is logged, for whoever starts the process.
    pub log: LogConfig,
    /// Settings of the HTTP side.
    pub http: HttpConfig,
    /// Secure connections, for whoever starts the process.
    pub tls: TlsConfig,
    /// How many requests whoever asks may send.
    pub rate: RateConfig,
    /// How changes wait.
    pub queue: QueueConfig,
    /// When snapshots are taken.
    pub snapshots: SnapshotConfig,
    /// Settings that change decisions.
    pub rules: Rules,
    /// Who may ask.
    pub access: AccessConfig,
    /// Settings of webhooks.
    pub webhooks: WebhookConfig,
    /// When the house-keeping is done, and what is kept.
    pub housekeeping: HousekeepingConfig,
}

impl Config {
    /// Takes over settings by the Pact Broker's names (`PACT_BROKER_BASE_URL`, ...) and our own
    /// (`PACTWRIGHT_WEBHOOK_TIMEOUT`), as from the environment: what is named otherwise, or is not known here, is left
    /// alone.
    ///
    /// ```
    /// use pactwright_broker::Config;
    /// let settings = [("PACT_BROKER_ALLOW_DANGEROUS_CONTRACT_MODIFICATION", "true")];
    /// assert!(Config::default().with_settings(settings)?.rules.allow_contract_modification);
    /// # Ok::<(), pactwright_broker::config::InvalidSettings>(())
    /// ```
    ///
    /// # Errors
    /// The settings whose values make no sense.
    pub fn with_settings<N, V>(
        self,
        settings: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, InvalidSettings>
    where
        N: AsRef<std::ffi::OsStr>,
        V: AsRef<std::ffi::OsStr>,
    {
        let mut sources = Settings::from(self);
        sources.environment(settings);
        sources.config()
    }
}

#[cfg(test)]
mod tests;
