//! `create-or-update-pacticipant`: an application, and what people want to know of it.

use clap::Args;
use pactwright_core::broker_api::{Participant, ParticipantRequest};
use pactwright_core::names::{BranchName, ParticipantName};

use crate::broker::{Broker, BrokerError, Whole};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright create-or-update-pacticipant --name orders-api --main-branch main
  pactwright create-or-update-pacticipant --name orders-api --repository-url https://git.example/orders-api

What is not given stays as it is. Applications also come to be by publishing contracts and results.")]
pub(crate) struct CreateOrUpdatePacticipant {
    /// Its name, as contracts have it
    #[arg(long, value_name = "NAME")]
    name: ParticipantName,
    /// A name for people
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// The branch that it is released from
    #[arg(long, value_name = "NAME")]
    main_branch: Option<BranchName>,
    /// Where its code is
    #[arg(long, value_name = "URL")]
    repository_url: Option<String>,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl CreateOrUpdatePacticipant {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let index = broker.index().await?;
        let address = index.address("pb:pacticipant", &[("pacticipant", self.name.as_str())])?;
        let before: Option<Participant> = broker.find(&address).await?;
        let request = ParticipantRequest {
            name: Some(self.name.to_string()),
            display_name: self.display_name,
            main_branch: self.main_branch.map(|branch| branch.to_string()),
            repository_url: self.repository_url,
            ..ParticipantRequest::default()
        };
        let stored: Whole<Participant> = broker.patch(&address, &request).await?;
        let done = if before.is_some() { "Updated" } else { "Created" };
        printer.answer(self.output, &stored, || format!("{done} the application {}.", stored.known.name));
        Ok(Exit::Yes)
    }
}
