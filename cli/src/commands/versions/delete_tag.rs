//! `delete-version-tag`: a mark taken off a version.

use clap::Args;
use pactwright_core::broker_api::Tag;
use pactwright_core::names::TagName;

use super::{VersionError, tag_address};
use crate::broker::{Broker, Whole};
use crate::exit::Exit;
use crate::options::{BrokerOptions, ParticipantVersion};
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  pactwright delete-version-tag --pacticipant orders-api --version 2.0.0 --tag prod"
)]
pub(crate) struct DeleteVersionTag {
    #[command(flatten)]
    what: ParticipantVersion,
    /// The tag
    #[arg(short, long, value_name = "TAG")]
    tag: TagName,
    /// The form of the answer; as JSON, it is the tag as it was
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl DeleteVersionTag {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, VersionError> {
        let broker = Broker::new(&self.broker)?;
        let index = broker.index().await?;
        let (participant, version) = (self.what.pacticipant, self.what.version);
        let address = tag_address(&index, &participant, &version, &self.tag)?;
        let found: Option<Whole<Tag>> = broker.find(&address).await?;
        let Some(found) = found else {
            // Perhaps it is the version that is mistyped.
            broker.version(&index, &participant, &version).await?;
            return Err(VersionError::NoSuchTag { participant, version, tag: self.tag });
        };
        broker.delete(&address).await?;
        printer.answer(self.output, &found, || {
            format!("Deleted the tag {} of {participant} {version}.", self.tag)
        });
        Ok(Exit::Yes)
    }
}
