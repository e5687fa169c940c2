//! `retry-webhook`: what was given up is tried again.

use clap::Args;
use serde_json::{Value, json};

use super::{WebhookError, text};
use crate::broker::{Broker, BrokerError};
use crate::exit::{CommandError as _, Exit};
use crate::options::BrokerOptions;
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright retry-webhook --delivery 9f1f7c3e-21c4-4c7c-9a3e-6d1f0a9f4d52
  pactwright retry-webhook --uuid d40f38c3-7c4f-4e6b-8d5b-3f6f0a9f4d52
  pactwright retry-webhook --all

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
    /// All that any webhook was given up to be told; webhooks that are disabled or of other teams are left out
    #[arg(long)]
    all: bool,
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
        let webhooks = match self.which.uuid {
            Some(uuid) => vec![uuid],
            None => known(&broker).await?,
        };
        let mut retried = 0;
        for uuid in webhooks {
            match retry_all_of(&broker, &uuid).await {
                Ok(count) => retried += count,
                // What one webhook cannot be told is no reason not to tell the others.
                Err(error) if self.which.all && error.exit() == Exit::No => {
                    printer.note(&format!("{uuid} is left out: {error}"));
                }
                Err(error) => return Err(error.into()),
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

/// The webhooks that whoever asks may see.
async fn known(broker: &Broker) -> Result<Vec<String>, BrokerError> {
    let all: Value = broker.get(&broker.index().await?.address("pb:webhooks", &[])?).await?;
    let links = all["_links"]["pb:webhooks"].as_array().cloned().unwrap_or_default();
    let uuids = links.iter().filter_map(|link| text(link, "href").rsplit('/').next());
    Ok(uuids.map(str::to_owned).collect())
}

/// Tries all again that a webhook was given up to be told, and says how many that are.
async fn retry_all_of(broker: &Broker, uuid: &str) -> Result<u64, BrokerError> {
    let address = broker.below(&format!("webhooks/{uuid}/retry"));
    let mut retried = 0;
    loop {
        let document: Value = broker.post(&address, &json!({})).await?;
        let count = |member: &str| document[member].as_u64().unwrap_or_default();
        retried += count("retried");
        // The broker takes so many at a time.
        if count("retried") == 0 || count("remaining") == 0 {
            return Ok(retried);
        }
    }
}
