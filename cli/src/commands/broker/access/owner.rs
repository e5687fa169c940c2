//! `broker owner`: to whom applications and environments belong.

use clap::{Args, Subcommand};
use pactwright_core::names::{EnvironmentName, ParticipantName};
use serde_json::{Value, json};

use super::{listed, segment, text};
use crate::broker::{Broker, BrokerError};
use crate::commands::environments::ContactOptions;
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Fields, Output};
use crate::printer::Printer;

/// Show and say which team something belongs to
#[derive(Debug, Subcommand)]
pub(crate) enum OwnerCommand {
    /// Show which team something belongs to, and whom to ask
    Show(Show),
    /// Give something to a team, or say something else about its owner; what is not said stays
    Set(Set),
    /// Take something from its team: it belongs to nobody then
    Remove(Remove),
}

/// What belongs to somebody.
#[derive(Debug, Clone, Args)]
#[group(id = "owned", required = true, multiple = false)]
pub(crate) struct What {
    /// An application
    #[arg(short = 'a', long, visible_alias = "participant", value_name = "NAME")]
    pacticipant: Option<ParticipantName>,
    /// An environment
    #[arg(long, value_name = "NAME")]
    environment: Option<EnvironmentName>,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    what: What,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright broker owner set --pacticipant orders-api --team orders
  pactwright broker owner set --environment production --team platform --delegate web --delegate orders

Delegates may publish, verify and deploy as well as the owner, but not delete or give away.")]
pub(crate) struct Set {
    #[command(flatten)]
    what: What,
    /// The team
    #[arg(long)]
    team: String,
    /// Another team that may publish, verify and deploy it, instead of those before; can be repeated
    #[arg(long, value_name = "TEAM", conflicts_with = "no_delegates")]
    delegate: Vec<String>,
    /// No other team may publish, verify and deploy it
    #[arg(long)]
    no_delegates: bool,
    #[command(flatten)]
    contact: ContactOptions,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  pactwright broker owner remove --pacticipant orders-api

Any team may publish and verify what belongs to nobody; the first that does owns it.")]
pub(crate) struct Remove {
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl OwnerCommand {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        match self {
            Self::Show(command) => command.run(printer).await,
            Self::Set(command) => command.run(printer).await,
            Self::Remove(command) => command.run(printer).await,
        }
    }
}

impl What {
    /// Its name, and the address of its owner.
    async fn find(&self, broker: &Broker) -> Result<(String, String), BrokerError> {
        match (&self.pacticipant, &self.environment) {
            (Some(name), _) => {
                let path = format!("pacticipants/{}/owner", segment(name.as_str()));
                Ok((name.to_string(), broker.below(&path)))
            }
            (None, Some(name)) => {
                let index = broker.index().await?;
                let uuid = broker.environment(&index, name).await?.uuid;
                Ok((name.to_string(), broker.below(&format!("environments/{}/owner", segment(&uuid)))))
            }
            // Clap sees to it that there is one.
            (None, None) => Ok((String::new(), broker.below(""))),
        }
    }
}

fn shown(name: &str, owner: &Value) -> String {
    let words = |member: &str, inner: Option<&str>| {
        let one = |value: &Value| match inner {
            Some(inner) => text(value, inner),
            None => value.as_str().unwrap_or_default().to_owned(),
        };
        listed(owner, member).map(one).collect::<Vec<_>>().join(", ")
    };
    let is = |member: &str| owner[member].as_bool() == Some(true);
    let how = match (is("derived"), is("confirmed")) {
        (false, _) => "",
        (true, true) => " (its token was the first)",
        (true, false) => " (its token was the first that published or verified it; to be confirmed)",
    };
    let fields = Fields::default()
        .with("Name", name)
        .with("Team", format!("{}{how}", text(owner, "team")))
        .with("Contacts", words("contacts", Some("name")))
        .with("Delegates", words("delegates", None));
    fields.to_string()
}

impl Show {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let (name, address) = self.what.find(&broker).await?;
        let found: Option<Value> = broker.find(&address).await?;
        let Some(owner) = found else {
            printer.note(&format!("{name} is not there, or belongs to nobody yet."));
            return Ok(Exit::No);
        };
        printer.answer(self.output, &owner, || shown(&name, &owner));
        Ok(Exit::Yes)
    }
}

impl Set {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let (name, address) = self.what.find(&broker).await?;
        let known: Option<Value> = broker.find(&address).await?;
        let mut request = json!({ "team": self.team });
        for member in ["delegates", "contacts"] {
            if let Some(value) = known.as_ref().map(|known| &known[member]).filter(|value| value.is_array()) {
                request[member] = value.clone();
            }
        }
        if self.no_delegates || !self.delegate.is_empty() {
            request["delegates"] = json!(self.delegate);
        }
        if let Some(contact) = self.contact.contact(None) {
            request["contacts"] = json!([contact]);
        }
        let saved: Value = broker.put(&address, &request).await?;
        printer.answer(self.output, &saved, || shown(&name, &saved));
        Ok(Exit::Yes)
    }
}

impl Remove {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let (name, address) = self.what.find(&broker).await?;
        broker.delete(&address).await?;
        printer.data(&format!("{name} belongs to nobody now."));
        Ok(Exit::Yes)
    }
}
