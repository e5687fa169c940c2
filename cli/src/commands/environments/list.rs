//! `list-environments`: all that the broker knows.

use clap::Args;
use pactwright_core::broker_api::{Environment, Environments};

use super::yes_or_no;
use crate::broker::{Broker, BrokerError, Whole};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Output, Table};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright list-environments
  pactwright list-environments --output json")]
pub(crate) struct ListEnvironments {
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl ListEnvironments {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let address = broker.index().await?.address("pb:environments", &[])?;
        let all: Whole<Environments> = broker.get(&address).await?;
        let rows = all.known.embedded.environments.iter().map(row);
        let table = Table::new(["NAME", "DISPLAY NAME", "PRODUCTION", "UUID"]).rows(rows);
        printer.answer(self.output, &all, || table.to_string());
        if all.known.embedded.environments.is_empty() {
            printer.note("There are no environments yet; `pactwright create-environment` makes one.");
        }
        Ok(Exit::Yes)
    }
}

fn row(environment: &Environment) -> [String; 4] {
    [
        environment.name.clone(),
        environment.display_name.clone().unwrap_or_default(),
        yes_or_no(environment.production).to_owned(),
        environment.uuid.clone(),
    ]
}
