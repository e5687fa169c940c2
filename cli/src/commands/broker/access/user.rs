//! `broker user`: people who log in with a password.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{GrantOptions, in_words, listed, segment, text};
use crate::broker::{Broker, BrokerError};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Output, Table};
use crate::printer::Printer;

/// Make and list users
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make a user, or give one another password or other roles; what is not said stays
    #[command(visible_alias = "update")]
    Create(Create),
    /// Give yourself another password
    Password(Password),
    /// Show all users
    List(List),
    /// Delete a user
    Delete(Delete),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright broker user create --name ann --password-file ann.txt --everywhere --role admin
  echo \"$PASSWORD\" | pactwright broker user create --name bob --password-file - --team web --role contributor

A password is never an argument: other programs could see it.")]
pub(crate) struct Create {
    /// The name to log in with
    #[arg(long)]
    name: String,
    /// A name for people
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// A file with the password in its first line, or `-` for standard input; without, the user's password stays
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    grants: GrantOptions,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  PACT_BROKER_PASSWORD=$OLD pactwright broker user password --name ann --broker-username ann --password-file new.txt")]
pub(crate) struct Password {
    /// The name to log in with
    #[arg(long)]
    name: String,
    /// A file with the new password in its first line, or `-` for standard input
    #[arg(long = "password-file", value_name = "FILE")]
    file: PathBuf,
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
    /// The name to log in with
    #[arg(long)]
    name: String,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl UserCommand {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        match self {
            Self::Create(command) => command.run(printer).await,
            Self::Password(command) => command.run(printer).await,
            Self::List(command) => command.run(printer).await,
            Self::Delete(command) => command.run(printer).await,
        }
    }
}

/// The first line of a file, or of standard input.
fn password(path: &Path) -> Result<String, BrokerError> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(path).map(|found| text = found)
    };
    read.map_err(|source| BrokerError::PasswordFile { path: path.to_owned(), source })?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

impl Create {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let mut request = json!({});
        let grants = self.grants.grants();
        if !grants.is_empty() {
            request["grants"] = json!(grants);
        }
        if let Some(display_name) = &self.display_name {
            request["displayName"] = json!(display_name);
        }
        if let Some(path) = &self.password_file {
            request["password"] = json!(password(path)?);
        }
        let address = broker.below(&format!("access/users/{}", segment(&self.name)));
        let saved: Value = broker.put(&address, &request).await?;
        printer.answer(self.output, &saved, || {
            format!("The user {} is there ({}).", self.name, in_words(&saved["grants"]))
        });
        if saved["hasPassword"].as_bool() == Some(false) {
            printer.note("Without a password (--password-file), nobody can log in as this user.");
        }
        Ok(Exit::Yes)
    }
}

impl Password {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let request = json!({ "password": password(&self.file)? });
        let address = broker.below(&format!("access/users/{}", segment(&self.name)));
        let _: Value = broker.put(&address, &request).await?;
        printer.data(&format!("The user {} has another password.", self.name));
        Ok(Exit::Yes)
    }
}

impl List {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let all: Value = broker.get(&broker.below("access/users")).await?;
        let rows = listed(&all, "users").map(|user| {
            let has_password = user["hasPassword"].as_bool() == Some(true);
            let password = if has_password { "yes" } else { "no" };
            [text(user, "name"), text(user, "displayName"), password.to_owned(), in_words(&user["grants"])]
        });
        let table = Table::new(["NAME", "DISPLAY NAME", "PASSWORD", "GRANTS"]).rows(rows);
        printer.answer(self.output, &all, || table.to_string());
        Ok(Exit::Yes)
    }
}

impl Delete {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        broker.delete(&broker.below(&format!("access/users/{}", segment(&self.name)))).await?;
        printer.data(&format!("Deleted the user {}.", self.name));
        Ok(Exit::Yes)
    }
}
