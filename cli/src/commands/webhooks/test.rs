//! `test-webhook`: sends the request of a webhook now.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde_json::{Value, json};

use super::{WebhookError, text};
use crate::broker::Broker;
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Output, plain};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  pactwright test-webhook --uuid d40f38c3-7c4f-4e6b-8d5b-3f6f0a9f4d52

The request is about the latest contract that the webhook is about, or about one that was made up.
Nothing of it is recorded. The exit status is 1 where the receiver did not take it.")]
pub(crate) struct TestWebhook {
    /// What identifies the webhook, as `list-webhooks` shows it
    #[arg(long, value_name = "UUID", value_parser = NonEmptyStringValueParser::new())]
    uuid: String,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl TestWebhook {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, WebhookError> {
        let broker = Broker::new(&self.broker)?;
        let address = broker.index().await?.address("pb:webhook", &[("uuid", &self.uuid)])?;
        let webhook: Option<Value> = broker.find(&address).await?;
        let webhook = webhook.ok_or_else(|| WebhookError::NoSuchWebhook { uuid: self.uuid.clone() })?;
        let execute = webhook["_links"]["pb:execute"]["href"].as_str().map(str::to_owned);
        let execute = execute.unwrap_or_else(|| format!("{address}/execute"));
        let result: Value = broker.post(&execute, &json!({})).await?;
        let success = result["success"] == true;
        printer.answer(self.output, &result, || {
            let verdict = if success { "The receiver took it." } else { "The receiver did not take it." };
            let logs: Vec<_> = text(&result, "logs").lines().map(plain).collect();
            format!("{}\n{verdict}", logs.join("\n"))
        });
        Ok(if success { Exit::Yes } else { Exit::No })
    }
}
