//! `record-support-ended`: a released version is no longer looked after in an environment.

use clap::Args;
use pactwright_core::broker_api::{ReleasedVersion, ReleasedVersions};
use pactwright_core::names::EnvironmentName;
use serde_json::json;

use super::RecordError;
use crate::broker::{Broker, BrokerError, Whole, with_query};
use crate::exit::Exit;
use crate::options::{BrokerOptions, ParticipantVersion};
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  pactwright record-support-ended --pacticipant android-app --version 5.0.0 --environment production

From then on can-i-deploy does not ask for that version any more.")]
pub(crate) struct RecordSupportEnded {
    #[command(flatten)]
    what: ParticipantVersion,
    /// Where its support ended
    #[arg(long, value_name = "NAME")]
    environment: EnvironmentName,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl RecordSupportEnded {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, RecordError> {
        let broker = Broker::new(&self.broker)?;
        let index = broker.index().await?;
        let environment = broker.environment(&index, &self.environment).await?;
        let relations = ["pb:currently-supported-released-versions", "pb:currently-supported-versions"];
        let place = relations.iter().find_map(|relation| environment.links.href(relation));
        let place = place
            .ok_or_else(|| BrokerError::NoLink { base: environment.name.clone(), relation: relations[0] })?;
        let (participant, version) = (self.what.pacticipant, self.what.version);
        let query = with_query(place, &[("pacticipant", participant.as_str())]);
        let supported: ReleasedVersions = broker.get(&query).await?;
        let supported = supported.embedded.released_versions;
        let number =
            |release: &ReleasedVersion| release.embedded.version["number"].as_str().map(str::to_owned);
        let Some(release) =
            supported.iter().find(|release| number(release).as_deref() == Some(version.as_str()))
        else {
            let supported = supported.iter().filter_map(number).collect();
            let environment = self.environment;
            return Err(RecordError::NotSupported { participant, version, environment, supported });
        };
        let address = release.links.href("self").ok_or_else(|| BrokerError::NoLink {
            base: format!("a release of {participant}"),
            relation: "self",
        })?;
        let ended: Whole<ReleasedVersion> =
            broker.patch(address, &json!({ "currentlySupported": false })).await?;
        printer.answer(self.output, &ended, || {
            format!(
                "Recorded that {participant} {version} is not supported in {} any more.",
                self.environment
            )
        });
        Ok(Exit::Yes)
    }
}
