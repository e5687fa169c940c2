//! `retry-webhook`: what was given up is tried again.

use clap::Args;
use serde_json::{Value, json};

use super::{WebhookError, text};
use crate::broker::Broker;
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright retry-webhook --delivery 9f1f7c3e-21c4-4c7c-9a3e-6d1f0a9f4d52
  pactwright retry-webhook --uuid d40f38c3-7c4f-4e6b-8d5b-3f6f0a9f4d52

What is sent is about the same as before, under the same Idempotency-Key, by the webhook as it
is now: correct what is wrong with it first.")]
pub(crate) struct RetryWebhook {
    #[command(flatten)]
    which: Which,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

/// What to try again.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// One delivery, as `list-dead-letters` shows it
    #[arg(long, value_name = "UUID")]
    delivery: Option<String>,
    /// All that this webhook was given up to be told
    #[arg(long, value_name = "UUID")]
    uuid: Option<String>,
}

impl RetryWebhook {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, WebhookError> {
        let broker = Broker::new(&self.broker)?;
        if let Some(delivery) = &self.which.delivery {
            let address = broker.below(&format!("triggered-webhooks/{delivery}/retry"));
            let document: Value = broker.post(&address, &json!({})).await?;
            printer.answer(self.output, &document, || {
                format!("Tries again to tell {}.", text(&document["webhook"], "description"))
            });
            return Ok(Exit::Yes);
        }
        let uuid = self.which.uuid.unwrap_or_default();
        let address = broker.below(&format!("webhooks/{uuid}/retry"));
        let mut retried = 0;
        loop {
            let document: Value = broker.post(&address, &json!({})).await?;
            let count = |member: &str| document[member].as_u64().unwrap_or_default();
            retried += count("retried");
            // The broker takes so many at a time.
            if count("retried") == 0 || count("remaining") == 0 {
                break;
            }
        }
        let document = json!({ "retried": retried });
        printer.answer(self.output, &document, || match retried {
            0 => "There was nothing to try again.".to_owned(),
            1 => "Tries 1 delivery again.".to_owned(),
            many => format!("Tries {many} deliveries again."),
        });
        Ok(Exit::Yes)
    }
}
