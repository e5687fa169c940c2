//! `update-environment`: what is said of an environment changes, and all else stays as it is.

use clap::Args;
use pactwright_core::broker_api::Environment;
use pactwright_core::names::EnvironmentName;
use serde_json::{Map, Value, json};

use super::{ContactOptions, Production, Which, shown};
use crate::broker::{Broker, BrokerError, Whole};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::OutputOrId;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright update-environment --environment staging --name acceptance
  pactwright update-environment --uuid 7c9e6679-7425-40de-944b-e07fc1f90ae7 --production

What is not given stays as it is.")]
pub(crate) struct UpdateEnvironment {
    #[command(flatten)]
    which: Which,
    /// The new name
    #[arg(long, value_name = "NAME")]
    name: Option<EnvironmentName>,
    /// The new name for people
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
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

impl UpdateEnvironment {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let index = broker.index().await?;
        let (address, before) = self.which.find(&broker, &index).await?;
        let output = self.output;
        let updated: Whole<Environment> = broker.put(&address, &self.request(&before)).await?;
        printer.answer_or_id(output, &updated, &updated.known.uuid, || {
            format!("Updated the environment {}.", shown(&updated.known))
        });
        Ok(Exit::Yes)
    }

    /// The environment as it shall be. A broker replaces all that it knows of it.
    fn request(self, before: &Whole<Environment>) -> Value {
        let mut members: Map<_, _> = before.said.as_object().cloned().unwrap_or_default();
        for derived in ["uuid", "createdAt", "updatedAt", "_links", "_embedded"] {
            members.remove(derived);
        }
        let mut change = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                members.insert(name.to_owned(), value);
            }
        };
        change("name", self.name.map(|name| json!(name)));
        change("displayName", self.display_name.map(|name| json!(name)));
        change("production", self.production.wanted().map(|is| json!(is)));
        let contact = self.contact.contact(before.known.contacts.first());
        let others = before.known.contacts.iter().skip(1).cloned();
        change(
            "contacts",
            contact.map(|contact| json!(std::iter::once(contact).chain(others).collect::<Vec<_>>())),
        );
        Value::Object(members)
    }
}
