//! `list-webhooks`: all that there are.

use clap::Args;
use serde_json::Value;

use super::{WebhookError, text};
use crate::broker::Broker;
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Output, Table};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright list-webhooks
  pactwright list-webhooks --output json")]
pub(crate) struct ListWebhooks {
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl ListWebhooks {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, WebhookError> {
        let broker = Broker::new(&self.broker)?;
        let address = broker.index().await?.address("pb:webhooks", &[])?;
        let all: Value = broker.get(&address).await?;
        let links = all["_links"]["pb:webhooks"].as_array().cloned().unwrap_or_default();
        let rows = links.iter().map(|link| {
            let uuid = text(link, "href").rsplit('/').next().unwrap_or_default();
            [text(link, "name"), text(link, "title"), uuid].map(str::to_owned)
        });
        let table = Table::new(["DESCRIPTION", "ABOUT", "UUID"]).rows(rows);
        printer.answer(self.output, &all, || table.to_string());
        if links.is_empty() {
            printer.note("There are no webhooks yet; `pactwright create-webhook` makes one.");
        }
        Ok(Exit::Yes)
    }
}
