//! `record-undeployment`: an application is not in an environment any more.

use clap::Args;
use pactwright_core::broker_api::{DeployedVersion, DeployedVersionChange, DeployedVersions};
use pactwright_core::names::{EnvironmentName, ParticipantName};

use super::{RecordError, given, on};
use crate::broker::{Broker, BrokerError, Whole, with_query};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright record-undeployment --pacticipant orders-api --environment production
  pactwright record-undeployment -a orders-api --environment production --application-instance blue

Only for what is gone for good: `record-deployment` of another version ends the one before by itself.")]
pub(crate) struct RecordUndeployment {
    /// The application
    #[arg(short = 'a', long, visible_alias = "participant", value_name = "NAME")]
    pacticipant: ParticipantName,
    /// Where it was
    #[arg(long, value_name = "NAME")]
    environment: EnvironmentName,
    /// Which of several instances of the application in that environment; without it, the one without a name
    #[arg(long, visible_alias = "target", value_name = "NAME")]
    application_instance: Option<String>,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl RecordUndeployment {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, RecordError> {
        let broker = Broker::new(&self.broker)?;
        let index = broker.index().await?;
        let environment = broker.environment(&index, &self.environment).await?;
        let relations = ["pb:currently-deployed-deployed-versions", "pb:currently-deployed-versions"];
        let place = relations.iter().find_map(|relation| environment.links.href(relation));
        let place = place
            .ok_or_else(|| BrokerError::NoLink { base: environment.name.clone(), relation: relations[0] })?;
        let participant = self.pacticipant;
        let query = with_query(place, &[("pacticipant", participant.as_str())]);
        let deployed: DeployedVersions = broker.get(&query).await?;
        let wanted = given(self.application_instance);
        let deployed = deployed.embedded.deployed_versions;
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            deployed.into_iter().partition(|deployed| instance(deployed) == wanted.as_deref());
        if here.is_empty() {
            // Perhaps it is only mistyped.
            broker.participant(&index, &participant).await?;
            let instances = elsewhere.iter().map(|other| instance(other).map(str::to_owned)).collect();
            let environment = self.environment;
            return Err(RecordError::NotDeployed { participant, environment, instance: wanted, instances });
        }
        let mut ended: Vec<Whole<DeployedVersion>> = Vec::new();
        for deployed in here {
            let address = deployed.links.href("self").ok_or_else(|| BrokerError::NoLink {
                base: format!("a deployment of {participant}"),
                relation: "self",
            })?;
            ended.push(broker.patch(address, &DeployedVersionChange { currently_deployed: false }).await?);
        }
        printer.answer(self.output, &ended, || {
            let on = on(wanted.as_deref());
            let sentences: Vec<_> = ended
                .iter()
                .map(|ended| {
                    let version = ended.known.embedded.version["number"].as_str().unwrap_or_default();
                    let what = format!("{participant} {version}");
                    let what = what.trim_end();
                    format!("Recorded that {what} is not deployed to {}{on} any more.", self.environment)
                })
                .collect();
            sentences.join("\n")
        });
        Ok(Exit::Yes)
    }
}

/// Which instance a version is deployed on; none for the one without a name.
fn instance(deployed: &DeployedVersion) -> Option<&str> {
    let name = deployed.application_instance.as_deref().or(deployed.target.as_deref());
    name.filter(|name| !name.trim().is_empty())
}
