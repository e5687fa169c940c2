//! `list-dead-letters`: what webhooks could not be told.

use std::collections::BTreeSet;

use clap::Args;
use serde_json::Value;

use super::{WebhookError, text};
use crate::broker::{Broker, with_query};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Output, Table, plain};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright list-dead-letters
  pactwright list-dead-letters --uuid d40f38c3-7c4f-4e6b-8d5b-3f6f0a9f4d52 --output json

A delivery is given up when its receiver did not take it at any attempt, or when it must not be sent.
`pactwright retry-webhook` has it tried again.")]
pub(crate) struct ListDeadLetters {
    /// Only what this webhook was to be told
    #[arg(long, value_name = "UUID")]
    uuid: Option<String>,
    /// Only what is about this consumer
    #[arg(long, value_name = "NAME")]
    consumer: Option<String>,
    /// Only what is about this provider
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// Only what was to be told of this event
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// Which page of the list
    #[arg(long, value_name = "N", default_value_t = 1)]
    page: u32,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl ListDeadLetters {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, WebhookError> {
        let broker = Broker::new(&self.broker)?;
        let page = self.page.to_string();
        let filters = [
            ("webhook", self.uuid.as_deref()),
            ("consumer", self.consumer.as_deref()),
            ("provider", self.provider.as_deref()),
            ("event", self.event.as_deref()),
            ("page", Some(page.as_str())),
        ];
        let query: Vec<_> = filters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let all: Value = broker.get(&with_query(&broker.below("webhooks/dead-letters"), &query)).await?;
        let letters = all["_embedded"]["triggeredWebhooks"].as_array().cloned().unwrap_or_default();
        let rows = letters.iter().map(|letter| {
            let webhook = text(&letter["webhook"], "description").to_owned();
            let about = format!("{} / {}", text(letter, "consumerName"), text(letter, "providerName"));
            let attempts = letter["attemptsMade"].to_string();
            let event = text(letter, "eventName").to_owned();
            [
                event,
                about,
                webhook,
                attempts,
                text(letter, "triggeredAt").to_owned(),
                text(letter, "uuid").to_owned(),
            ]
        });
        let header = ["EVENT", "CONSUMER / PROVIDER", "WEBHOOK", "ATTEMPTS", "SINCE", "DELIVERY"];
        let table = Table::new(header).rows(rows);
        printer.answer(self.output, &all, || {
            let owners = owners(&letters);
            if owners.is_empty() { table.to_string() } else { format!("{table}\n{}", owners.join("\n")) }
        });
        let total = all["page"]["totalElements"].as_u64().unwrap_or_default();
        match usize::try_from(total).unwrap_or(usize::MAX) {
            0 => printer.note("Nothing was given up."),
            total if total > letters.len() => {
                printer.note(&format!("There are {total} in all; --page shows more."));
            }
            _ => {}
        }
        Ok(Exit::Yes)
    }
}

/// Whom to ask: `web belongs to the team web (#web, web@example.org)`, each once.
fn owners(letters: &[Value]) -> Vec<String> {
    let owners = letters.iter().filter_map(|letter| letter["owners"].as_array()).flatten();
    let lines = owners.map(|owner| {
        let contacts = owner["contacts"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let contacts = contacts.map(plain).collect::<Vec<_>>().join(", ");
        let contacts = if contacts.is_empty() { String::new() } else { format!(" ({contacts})") };
        format!("{} belongs to the team {}{contacts}", plain(text(owner, "name")), plain(text(owner, "team")))
    });
    lines.collect::<BTreeSet<_>>().into_iter().collect()
}
