//! `record-deployment`: a version is in an environment now.

use clap::Args;
use pactwright_core::broker_api::{DeployedVersion, RecordDeployment as Request, Version};
use pactwright_core::names::EnvironmentName;
use pactwright_verifier::client::RemoteError;

use crate::broker::{Broker, BrokerError};
use crate::exit::Exit;
use crate::options::{BrokerOptions, Output, ParticipantVersion};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  pactwright record-deployment --pacticipant orders-api --version 2.0.0 --environment production"
)]
pub(crate) struct RecordDeployment {
    #[command(flatten)]
    what: ParticipantVersion,
    /// Where it was deployed to
    #[arg(long, value_name = "NAME")]
    environment: EnvironmentName,
    /// Which of several instances of the application in that environment
    #[arg(long, visible_alias = "target", value_name = "NAME")]
    application_instance: Option<String>,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl RecordDeployment {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let (participant, version) = (&self.what.pacticipant, &self.what.version);
        let variables = [("pacticipant", participant.as_str()), ("version", version.as_str())];
        let address = broker.index().await?.address("pb:pacticipant-version", &variables)?;
        let known: Version = broker.get(&address).await.map_err(|error| match error {
            BrokerError::Remote(RemoteError::NotFound { .. }) => {
                BrokerError::NoSuchVersion { participant: participant.clone(), version: version.clone() }
            }
            other => other,
        })?;
        let places = known.links.all("pb:record-deployment");
        let place = places.iter().find(|link| link.name.as_deref() == Some(self.environment.as_str()));
        let Some(place) = place else {
            let names: Vec<_> = places.iter().filter_map(|link| link.name.as_deref()).collect();
            return Err(BrokerError::NoSuchEnvironment { name: self.environment, known: names.join(", ") });
        };
        let request = Request { application_instance: self.application_instance, target: None };
        let recorded: DeployedVersion = broker.post(&place.href, &request).await?;
        match self.output {
            Output::Json => printer.json(&recorded),
            Output::Text => {
                printer.data(&format!(
                    "Recorded that {participant} {version} is deployed to {}.",
                    self.environment
                ));
            }
        }
        Ok(Exit::Yes)
    }
}
