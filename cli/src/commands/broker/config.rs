//! `broker config`: which settings there are, and what counts.

use clap::Args;
use pactwright_broker::config::DEFAULT_FILE;
use pactwright_broker::http::Tls;

use super::settings::{SettingOptions, SettingsError, check};
use crate::exit::Exit;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Without --effective and --check, every setting is printed as a file: what it is about, its
variable, its default.

Ends with 1 when --effective or --check finds settings that cannot be used, and says all that is
wrong with them.

Example:
  pactwright broker config > broker.toml
  pactwright broker config --config broker.toml --check")]
pub(crate) struct ConfigCommand {
    /// Print what counts, with where each value comes from; it can be used as a file
    #[arg(long)]
    effective: bool,
    /// Say what is wrong with the settings
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    settings: SettingOptions,
}

impl ConfigCommand {
    pub(crate) fn run(self, printer: Printer) -> Result<Exit, SettingsError> {
        if !self.effective && !self.check {
            printer.data(DEFAULT_FILE.replace("{version}", env!("CARGO_PKG_VERSION")).trim_end());
            return Ok(Exit::Yes);
        }
        let settings = self.settings.read()?;
        for warning in settings.warnings() {
            printer.note(&format!("warning: {warning}"));
        }
        let checked = check(&settings).and_then(|config| {
            for warning in Tls::open(&config.tls)?.iter().flat_map(Tls::warnings_now) {
                printer.note(&format!("warning: {warning}"));
            }
            Ok(settings.effective()?)
        });
        match checked {
            Ok(effective) if self.effective => printer.data(effective.trim()),
            Ok(_) => printer.data("All settings can be used."),
            Err(error) => {
                printer.error(&error);
                return Ok(Exit::No);
            }
        }
        Ok(Exit::Yes)
    }
}
