//! `create-or-update-webhook`: the same as `create-webhook`, under an identifier of one's own.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde_json::Value;

use super::options::{WebhookBroker, WebhookOptions};
use super::{WebhookError, shown, templates, text};
use crate::broker::Broker;
use crate::exit::Exit;
use crate::output::OutputOrId;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = format!("\
Example:
  pactwright create-or-update-webhook --uuid d40f38c3-7c4f-4e6b-8d5b-3f6f0a9f4d52 \\
    https://ci.example.org/build --contract-content-changed

`pactwright generate-uuid` makes an identifier; keep it with what calls this.

{}", templates::listed()))]
pub(crate) struct CreateOrUpdateWebhook {
    /// What identifies it: at least 16 of the characters A-Z a-z 0-9 _ -
    #[arg(long, value_name = "UUID", value_parser = NonEmptyStringValueParser::new())]
    uuid: String,
    #[command(flatten)]
    webhook: WebhookOptions,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: OutputOrId,
    #[command(flatten)]
    broker: WebhookBroker,
}

impl CreateOrUpdateWebhook {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, WebhookError> {
        let webhook = self.webhook.document()?;
        let broker = Broker::new(&self.broker.0)?;
        let address = broker.index().await?.address("pb:webhook", &[("uuid", &self.uuid)])?;
        let saved: Value = broker.put(&address, &webhook).await?;
        printer.answer_or_id(self.output, &saved, text(&saved, "uuid"), || {
            format!("Saved the webhook {}.", shown(&saved))
        });
        Ok(Exit::Yes)
    }
}
