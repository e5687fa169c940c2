//! `describe-pacticipant`: all that is known of an application.

use clap::Args;
use pactwright_core::broker_api::Participant;
use pactwright_core::names::ParticipantName;

use super::{labels, latest_version};
use crate::broker::{Broker, BrokerError};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Fields, Output};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright describe-pacticipant --name orders-api
  pactwright describe-pacticipant --name orders-api --output json")]
pub(crate) struct DescribePacticipant {
    /// Its name
    #[arg(long, value_name = "NAME")]
    name: ParticipantName,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl DescribePacticipant {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let found = broker.participant(&broker.index().await?, &self.name).await?;
        printer.answer(self.output, &found, || described(&found.known).to_string());
        Ok(Exit::Yes)
    }
}

fn described(participant: &Participant) -> Fields {
    let labels = labels(participant).join(", ");
    let deployed = participant.links.all("pb:deployed-environments");
    let deployed: Vec<_> = deployed.iter().filter_map(|link| link.name.as_deref()).collect();
    Fields::default()
        .with("Name", &participant.name)
        .maybe("Display name", participant.display_name.as_ref())
        .maybe("Main branch", participant.main_branch.as_ref())
        .maybe("Repository", participant.repository_url.as_ref())
        .maybe("Latest version", latest_version(participant))
        .maybe("Labels", (!labels.is_empty()).then_some(labels))
        .maybe("Deployed to", (!deployed.is_empty()).then(|| deployed.join(", ")))
        .maybe("Created", participant.created_at.as_ref())
        .maybe("Updated", participant.updated_at.as_ref())
}
