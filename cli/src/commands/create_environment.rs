//! `create-environment`: a place that versions are deployed or released to.

use clap::Args;
use pactwright_core::broker_api::{Contact, Environment, EnvironmentRequest};
use pactwright_core::names::EnvironmentName;

use crate::broker::{Broker, BrokerError};
use crate::exit::Exit;
use crate::options::{BrokerOptions, Output};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  pactwright create-environment --name staging --no-production")]
pub(crate) struct CreateEnvironment {
    /// Its name, unique, as deployment scripts will know it
    #[arg(long)]
    name: EnvironmentName,
    /// A name for people
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// It is what customers use
    #[arg(long)]
    production: bool,
    /// It is not what customers use (this is the default)
    #[arg(long, conflicts_with = "production")]
    no_production: bool,
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    contact_name: Option<String>,
    /// How to reach them
    #[arg(long, value_name = "ADDRESS")]
    contact_email_address: Option<String>,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl CreateEnvironment {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let address = broker.index().await?.address("pb:environments", &[])?;
        let details =
            self.contact_email_address.map(|address| serde_json::json!({ "emailAddress": address }));
        let contact = self.contact_name.or_else(|| details.as_ref().map(|_| "unnamed".to_owned()));
        let request = EnvironmentRequest {
            name: self.name.to_string(),
            display_name: self.display_name,
            production: self.production,
            contacts: contact.map(|name| Contact { name, details }).into_iter().collect(),
        };
        let created: Environment = broker.post(&address, &request).await?;
        match self.output {
            Output::Json => printer.json(&created),
            Output::Text => {
                printer.data(&format!("Created the environment {} ({}).", created.name, created.uuid));
            }
        }
        Ok(Exit::Yes)
    }
}
