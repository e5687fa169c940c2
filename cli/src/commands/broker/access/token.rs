//! `broker token`: what programs show to say who they are.

use clap::{Args, Subcommand};
#[cfg(unix)]
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::StartError;
use super::super::folder::{self, DataFolder, Keeper, OperateError};
use super::{GrantOptions, in_words, listed, segment, text};
use crate::broker::{Broker, BrokerError};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Output, OutputOrId, Table};
use crate::printer::Printer;

/// Make, list and revoke service tokens
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token, and print it: it is not shown again
    Create(Create),
    /// Make a token that may do everything, on the broker's own machine: the first one, or where nobody is left who could
    Admin(Admin),
    /// Show the tokens of the teams that you administer
    List(List),
    /// Revoke a token: it is never taken again
    Revoke(Revoke),
}

#[derive(Debug, Args)]
#[command(mut_arg("role", |role| role.required(true)), after_help = "\
Examples:
  pactwright broker token create --name 'web ci' --team web --role contributor --role deployer
  pactwright broker token create --name first --everywhere --role admin --expires-in-days 1

The token alone goes to standard output, so that a script can keep it.")]
pub(crate) struct Create {
    /// What it is for
    #[arg(long)]
    name: String,
    #[command(flatten)]
    grants: GrantOptions,
    /// After how many days it ends; without, it does not
    #[arg(long, value_name = "DAYS")]
    expires_in_days: Option<u32>,
    /// The form of the answer; with `id`, the token itself is lost
    #[arg(short, long, value_enum, default_value = "text")]
    output: OutputOrId,
    #[command(flatten)]
    broker: BrokerOptions,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  export PACT_BROKER_TOKEN=$(pactwright broker token admin --data /var/lib/pactwright)

Whoever may use the data folder may do that, whether a broker uses it or not. From then on the broker asks everybody who
is calling. Make users and tokens with it that last, or set PACTWRIGHT_ADMIN_TOKEN instead.")]
pub(crate) struct Admin {
    #[command(flatten)]
    folder: DataFolder,
    /// After how many days it ends
    #[arg(long, value_name = "DAYS", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=365))]
    expires_in_days: u16,
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
pub(crate) struct Revoke {
    /// What identifies it, as `broker token list` shows it
    #[arg(long)]
    uuid: String,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl TokenCommand {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, StartError> {
        match self {
            Self::Create(command) => Ok(command.run(printer).await?),
            Self::Admin(command) => Ok(command.run(printer).await?),
            Self::List(command) => Ok(command.run(printer).await?),
            Self::Revoke(command) => Ok(command.run(printer).await?),
        }
    }
}

impl Create {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let mut request = json!({ "name": self.name, "grants": self.grants.grants() });
        if let Some(days) = self.expires_in_days {
            request["expiresInDays"] = json!(days);
        }
        let made: Value = broker.post(&broker.below("access/tokens"), &request).await?;
        if self.output == OutputOrId::Text {
            let (uuid, end) = (text(&made, "uuid"), text(&made, "expiresAt"));
            let end = if end.is_empty() { "does not end".to_owned() } else { format!("ends {end}") };
            printer.note(&format!(
                "The token '{}' ({uuid}; {}) {end}. It is not shown again:",
                self.name,
                in_words(&made["grants"])
            ));
        }
        printer.answer_or_id(self.output, &made, &text(&made, "uuid"), || text(&made, "token"));
        Ok(Exit::Yes)
    }
}

/// What a running broker answers.
#[cfg(unix)]
#[derive(Deserialize)]
struct Made {
    token: String,
}

impl Admin {
    async fn run(self, printer: Printer) -> Result<Exit, OperateError> {
        let days = self.expires_in_days;
        let token = match self.folder.keeper().await? {
            #[cfg(unix)]
            Keeper::Running(client) => {
                let made: Made = folder::ask(client, "/admin-token", &[("days", days.to_string())]).await?;
                made.token
            }
            Keeper::Idle(store) => {
                let broker = folder::open(store)?;
                let made = broker.make_admin_token(days).await;
                broker.close().await;
                made?
            }
        };
        let ends = if days == 1 { "in a day".to_owned() } else { format!("in {days} days") };
        printer.note(&format!("A token that may do everything. It ends {ends}, and is not shown again:"));
        printer.data(&token);
        Ok(Exit::Yes)
    }
}

impl List {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let all: Value = broker.get(&broker.below("access/tokens")).await?;
        let rows = listed(&all, "tokens").map(|token| {
            let is_valid = token["valid"].as_bool() == Some(true);
            let state = match (is_valid, token.get("revokedAt")) {
                (true, _) => "valid",
                (false, Some(_)) => "revoked",
                (false, None) => "expired",
            };
            [
                text(token, "name"),
                format!("{}...", text(token, "prefix")),
                state.to_owned(),
                in_words(&token["grants"]),
                text(token, "lastUsedAt"),
                text(token, "expiresAt"),
                text(token, "uuid"),
            ]
        });
        let header = ["NAME", "TOKEN", "STATE", "GRANTS", "LAST USED", "EXPIRES", "UUID"];
        let table = Table::new(header).rows(rows);
        printer.answer(self.output, &all, || table.to_string());
        Ok(Exit::Yes)
    }
}

impl Revoke {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let address = broker.below(&format!("access/tokens/{}", segment(&self.uuid)));
        broker.delete(&address).await?;
        printer.data(&format!("Revoked the token {}.", self.uuid));
        Ok(Exit::Yes)
    }
}
