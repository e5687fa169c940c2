//! `create-environment`: a place that versions are deployed or released to.

use clap::Args;
use pactwright_core::broker_api::{Environment, EnvironmentRequest};
use pactwright_core::names::EnvironmentName;

use super::{ContactOptions, Production, shown};
use crate::broker::{Broker, BrokerError, Whole};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::OutputOrId;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright create-environment --name production --production --contact-name 'Team Orders'
  pactwright create-environment --name staging --display-name 'Staging (Frankfurt)' --no-production")]
pub(crate) struct CreateEnvironment {
    /// Its name, unique, as deployment scripts will know it
    #[arg(long)]
    name: EnvironmentName,
    /// A name for people
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    // Without either of its flags, it is none that customers use.
    #[command(flatten)]
    production: Production,
    #[command(flatten)]
    contact: ContactOptions,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: OutputOrId,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl CreateEnvironment {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let address = broker.index().await?.address("pb:environments", &[])?;
        let request = EnvironmentRequest {
            name: self.name.to_string(),
            display_name: self.display_name,
            production: self.production.wanted().unwrap_or(false),
            contacts: self.contact.contact(None).into_iter().collect(),
        };
        let created: Whole<Environment> = broker.post(&address, &request).await?;
        printer.answer_or_id(self.output, &created, &created.known.uuid, || {
            format!("Created the environment {}.", shown(&created.known))
        });
        Ok(Exit::Yes)
    }
}
