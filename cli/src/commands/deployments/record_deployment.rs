//! `record-deployment`: a version is in an environment now.

use clap::Args;
use pactwright_core::broker_api::{DeployedVersion, RecordDeployment as Request};
use pactwright_core::names::EnvironmentName;

use super::{RecordError, given, on, place};
use crate::broker::{Broker, Whole};
use crate::exit::Exit;
use crate::options::{BrokerOptions, ParticipantVersion};
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright record-deployment --pacticipant orders-api --version 2.0.0 --environment production
  pactwright record-deployment -a orders-api -e 2.0.0 --environment production --application-instance blue

The version that was there before, on the same instance, is not any more.")]
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
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, RecordError> {
        let broker = Broker::new(&self.broker)?;
        let (participant, version) = (&self.what.pacticipant, &self.what.version);
        let index = broker.index().await?;
        let known = broker.version(&index, participant, version).await?.known;
        let place = place(&known, "pb:record-deployment", &self.environment)?;
        let instance = given(self.application_instance);
        // Older brokers know the instance by its older name only.
        let request = Request { application_instance: instance.clone(), target: instance.clone() };
        let recorded: Whole<DeployedVersion> = broker.post(&place.href, &request).await?;
        printer.answer(self.output, &recorded, || {
            let on = on(instance.as_deref());
            format!("Recorded that {participant} {version} is deployed to {}{on}.", self.environment)
        });
        Ok(Exit::Yes)
    }
}
