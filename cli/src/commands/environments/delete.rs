//! `delete-environment`: the place is gone, and what was recorded there with it.

use clap::Args;

use super::{Which, shown};
use crate::broker::{Broker, BrokerError};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright delete-environment --environment staging
  pactwright delete-environment --uuid 7c9e6679-7425-40de-944b-e07fc1f90ae7

The deployments and releases that were recorded there are deleted with it.")]
pub(crate) struct DeleteEnvironment {
    #[command(flatten)]
    which: Which,
    /// The form of the answer; as JSON, it is the environment as it was
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl DeleteEnvironment {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let index = broker.index().await?;
        let (address, found) = self.which.find(&broker, &index).await?;
        broker.delete(&address).await?;
        printer.answer(self.output, &found, || format!("Deleted the environment {}.", shown(&found.known)));
        Ok(Exit::Yes)
    }
}
