//! `delete-webhook`: it is told nothing any more.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde_json::Value;

use super::{WebhookError, shown};
use crate::broker::Broker;
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  pactwright delete-webhook --uuid d40f38c3-7c4f-4e6b-8d5b-3f6f0a9f4d52

What it was not told yet, it is not told any more; what it was told stays on record.")]
pub(crate) struct DeleteWebhook {
    /// What identifies it, as `list-webhooks` shows it
    #[arg(long, value_name = "UUID", value_parser = NonEmptyStringValueParser::new())]
    uuid: String,
    /// The form of the answer; as JSON, it is the webhook as it was
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl DeleteWebhook {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, WebhookError> {
        let broker = Broker::new(&self.broker)?;
        let address = broker.index().await?.address("pb:webhook", &[("uuid", &self.uuid)])?;
        let webhook: Option<Value> = broker.find(&address).await?;
        let webhook = webhook.ok_or_else(|| WebhookError::NoSuchWebhook { uuid: self.uuid.clone() })?;
        broker.delete(&address).await?;
        printer.answer(self.output, &webhook, || format!("Deleted the webhook {}.", shown(&webhook)));
        Ok(Exit::Yes)
    }
}
