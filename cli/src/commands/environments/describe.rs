//! `describe-environment`: all that is known of an environment.

use clap::Args;
use pactwright_core::broker_api::{Contact, Environment};
use serde_json::Value;

use super::{Which, yes_or_no};
use crate::broker::{Broker, BrokerError};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Fields, Output};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright describe-environment --environment production
  pactwright describe-environment --uuid 7c9e6679-7425-40de-944b-e07fc1f90ae7 --output json")]
pub(crate) struct DescribeEnvironment {
    #[command(flatten)]
    which: Which,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl DescribeEnvironment {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let index = broker.index().await?;
        let (_, found) = self.which.find(&broker, &index).await?;
        printer.answer(self.output, &found, || described(&found.known).to_string());
        Ok(Exit::Yes)
    }
}

fn described(environment: &Environment) -> Fields {
    let fields = Fields::default()
        .with("Name", &environment.name)
        .maybe("Display name", environment.display_name.as_ref())
        .with("UUID", &environment.uuid)
        .with("Production", yes_or_no(environment.production));
    let fields = environment.contacts.iter().fold(fields, |fields, who| fields.with("Contact", contact(who)));
    fields.maybe("Created", environment.created_at.as_ref()).maybe("Updated", environment.updated_at.as_ref())
}

/// `Team A (emailAddress: a@example.org)`.
fn contact(contact: &Contact) -> String {
    let details: Vec<_> = contact
        .details
        .as_ref()
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name}: {text}"),
            other => format!("{name}: {other}"),
        })
        .collect();
    if details.is_empty() {
        contact.name.clone()
    } else {
        format!("{} ({})", contact.name, details.join(", "))
    }
}
