//! `record-release`: a version can be had in an environment from now on, beside those before it.

use clap::Args;
use pactwright_core::broker_api::ReleasedVersion;
use pactwright_core::names::EnvironmentName;
use serde_json::json;

use super::{RecordError, place};
use crate::broker::{Broker, Whole};
use crate::exit::Exit;
use crate::options::{BrokerOptions, ParticipantVersion};
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  pactwright record-release --pacticipant android-app --version 7.1.0 --environment production

For what customers install, such as apps and libraries: all versions stay supported until `record-support-ended`.
What replaces the version before it is recorded with `record-deployment`.")]
pub(crate) struct RecordRelease {
    #[command(flatten)]
    what: ParticipantVersion,
    /// Where it was released to
    #[arg(long, value_name = "NAME")]
    environment: EnvironmentName,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl RecordRelease {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, RecordError> {
        let broker = Broker::new(&self.broker)?;
        let (participant, version) = (&self.what.pacticipant, &self.what.version);
        let index = broker.index().await?;
        let known = broker.version(&index, participant, version).await?.known;
        let place = place(&known, "pb:record-release", &self.environment)?;
        let recorded: Whole<ReleasedVersion> = broker.post(&place.href, &json!({})).await?;
        printer.answer(self.output, &recorded, || {
            format!("Recorded that {participant} {version} is released to {}.", self.environment)
        });
        Ok(Exit::Yes)
    }
}
