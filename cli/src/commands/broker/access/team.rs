//! `broker team`: those who own something together.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{Role, listed, segment, text};
use crate::broker::{Broker, BrokerError};
use crate::commands::environments::ContactOptions;
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Output, Table};
use crate::printer::Printer;

/// Make and list teams, and say who is in them
#[derive(Debug, Subcommand)]
pub(crate) enum TeamCommand {
    /// Make a team, or say something else about it; what is not said stays
    #[command(visible_alias = "update")]
    Create(Create),
    /// Show all teams, with their members
    List(List),
    /// Delete a team that owns nothing, with what was granted for it
    Delete(Delete),
    /// Say which roles a user has in a team
    AddMember(AddMember),
    /// Take a user out of a team
    RemoveMember(RemoveMember),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  pactwright broker team create --name web --contact-name 'Team Web' --contact-email-address web@example.org")]
pub(crate) struct Create {
    /// Its name, as it stands in scripts
    #[arg(long)]
    name: String,
    /// A name for people
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    #[command(flatten)]
    contact: ContactOptions,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Its name
    #[arg(long)]
    name: String,
    #[command(flatten)]
    broker: BrokerOptions,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  pactwright broker team add-member --team web --user ann --role contributor --role deployer")]
pub(crate) struct AddMember {
    /// The team
    #[arg(long)]
    team: String,
    /// The user
    #[arg(long)]
    user: String,
    /// What the user may do there, instead of what was said before; can be repeated
    #[arg(long, value_enum, required = true)]
    role: Vec<Role>,
    #[command(flatten)]
    broker: BrokerOptions,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveMember {
    /// The team
    #[arg(long)]
    team: String,
    /// The user
    #[arg(long)]
    user: String,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl TeamCommand {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        match self {
            Self::Create(command) => command.run(printer).await,
            Self::List(command) => command.run(printer).await,
            Self::Delete(command) => command.run(printer).await,
            Self::AddMember(command) => command.run(printer).await,
            Self::RemoveMember(command) => command.run(printer).await,
        }
    }
}

impl Create {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let address = broker.below(&format!("access/teams/{}", segment(&self.name)));
        let known: Option<Value> = broker.find(&address).await?;
        let mut request = json!({});
        for member in ["displayName", "contacts"] {
            if let Some(value) = known.as_ref().map(|known| &known[member]).filter(|value| !value.is_null()) {
                request[member] = value.clone();
            }
        }
        if let Some(contact) = self.contact.contact(None) {
            request["contacts"] = json!([contact]);
        }
        if let Some(display_name) = &self.display_name {
            request["displayName"] = json!(display_name);
        }
        let saved: Value = broker.put(&address, &request).await?;
        printer.answer(self.output, &saved, || format!("The team {} is there.", self.name));
        Ok(Exit::Yes)
    }
}

impl List {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let all: Value = broker.get(&broker.below("access/teams")).await?;
        let rows = listed(&all, "teams").map(|team| {
            let members = listed(team, "members").map(|member| {
                let roles: Vec<_> = listed(member, "roles").filter_map(Value::as_str).collect();
                format!("{} ({})", text(member, "user"), roles.join(", "))
            });
            let contacts = listed(team, "contacts").map(|contact| text(contact, "name"));
            [
                text(team, "name"),
                text(team, "displayName"),
                contacts.collect::<Vec<_>>().join(", "),
                members.collect::<Vec<_>>().join(", "),
            ]
        });
        let table = Table::new(["NAME", "DISPLAY NAME", "CONTACTS", "MEMBERS"]).rows(rows);
        printer.answer(self.output, &all, || table.to_string());
        Ok(Exit::Yes)
    }
}

impl Delete {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        broker.delete(&broker.below(&format!("access/teams/{}", segment(&self.name)))).await?;
        printer.data(&format!("Deleted the team {}.", self.name));
        Ok(Exit::Yes)
    }
}

fn member(broker: &Broker, team: &str, user: &str) -> String {
    broker.below(&format!("access/teams/{}/members/{}", segment(team), segment(user)))
}

impl AddMember {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let roles: Vec<_> = self.role.iter().map(|role| role.name()).collect();
        let address = member(&broker, &self.team, &self.user);
        let _: Value = broker.put(&address, &json!({ "roles": roles })).await?;
        printer.data(&format!("{} is in the team {}: {}.", self.user, self.team, roles.join(", ")));
        Ok(Exit::Yes)
    }
}

impl RemoveMember {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        broker.delete(&member(&broker, &self.team, &self.user)).await?;
        printer.data(&format!("{} is not in the team {} any more.", self.user, self.team));
        Ok(Exit::Yes)
    }
}
