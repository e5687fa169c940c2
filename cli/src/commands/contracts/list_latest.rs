//! `list-latest-pact-versions`: who works with whom, and since which version as now.

use clap::Args;
use serde::Deserialize;

use crate::broker::{Broker, BrokerError, Whole};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Output, Table};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright list-latest-pact-versions
  pactwright list-latest-pact-versions --output json")]
pub(crate) struct ListLatestPactVersions {
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

#[derive(Debug, Deserialize)]
struct LatestPacts {
    #[serde(default)]
    pacts: Vec<LatestPact>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LatestPact {
    #[serde(rename = "_embedded")]
    embedded: Sides,
    #[serde(default)]
    created_at: String,
}

#[derive(Debug, Deserialize)]
struct Sides {
    consumer: Side,
    provider: Side,
}

#[derive(Debug, Deserialize)]
struct Side {
    name: String,
    #[serde(rename = "_embedded", default)]
    embedded: serde_json::Value,
}

impl ListLatestPactVersions {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let address = broker.index().await?.address("pb:latest-pact-versions", &[])?;
        let all: Whole<LatestPacts> = broker.get(&address).await?;
        let table = Table::new(["CONSUMER", "C.VERSION", "PROVIDER", "PUBLISHED"]);
        let table = table.rows(all.known.pacts.iter().map(row));
        printer.answer(self.output, &all, || table.to_string());
        if all.known.pacts.is_empty() {
            printer.note("There are no contracts yet; `pactwright publish` gives some to the broker.");
        }
        Ok(Exit::Yes)
    }
}

fn row(pact: &LatestPact) -> [String; 4] {
    let Sides { consumer, provider } = &pact.embedded;
    let version = consumer.embedded["version"]["number"].as_str().unwrap_or_default();
    [consumer.name.clone(), version.to_owned(), provider.name.clone(), pact.created_at.clone()]
}
