//! `get-pacts`: the contracts of a provider, to look at or to keep as files.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::Args;
use pactwright_core::json::{Json, JsonError, Object, ObjectBuf};
use pactwright_core::names::{BranchName, ParticipantName};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};
use thiserror::Error;

use crate::broker::{Broker, BrokerError};
use crate::exit::{CommandError, Exit};
use crate::options::BrokerOptions;
use crate::output::{Output, Table, counted};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright get-pacts --provider orders-api
  pactwright get-pacts --provider orders-api --consumer checkout-web --branch feat/new-basket
  pactwright get-pacts --provider orders-api --latest --download --download-dir target/pacts")]
pub(crate) struct GetPacts {
    /// Whose contracts: the provider
    #[arg(short = 'r', long, value_name = "NAME")]
    provider: ParticipantName,
    /// Only those of this consumer
    #[arg(long, value_name = "NAME")]
    consumer: Option<ParticipantName>,
    /// Those of this branch of the consumers; without it, those of their main branches
    #[arg(long, value_name = "NAME")]
    branch: Option<BranchName>,
    /// Only the latest of each consumer
    #[arg(long)]
    latest: bool,
    /// Write each into a file of its own
    #[arg(long)]
    download: bool,
    /// Where to
    #[arg(long, value_name = "FOLDER", default_value = "pacts")]
    download_dir: PathBuf,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

/// Why there are no files.
#[derive(Debug, Error)]
pub(crate) enum GetPactsError {
    #[error(transparent)]
    Broker(#[from] BrokerError),
    #[error("{address} is no contract")]
    NotAPact { address: String, source: JsonError },
    #[error("{} cannot be written", path.display())]
    Unwritable { path: PathBuf, source: std::io::Error },
}

impl CommandError for GetPactsError {
    fn exit(&self) -> Exit {
        match self {
            Self::Broker(error) => error.exit(),
            Self::NotAPact { .. } | Self::Unwritable { .. } => Exit::CouldNotRun,
        }
    }
}

/// A contract in the broker.
#[derive(Debug, PartialEq, Eq)]
struct Listed {
    consumer: String,
    title: String,
    address: String,
}

impl GetPacts {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, GetPactsError> {
        let broker = Broker::new(&self.broker)?;
        let index = broker.index().await?;
        let consumer = self.consumer.as_ref().map(ParticipantName::as_str);
        let branch = self.branch.as_ref().map(BranchName::as_str);
        let mut variables = vec![("provider", self.provider.as_str())];
        variables.extend(consumer.map(|name| ("consumer", name)));
        variables.extend(branch.map(|name| ("branch", name)));
        let relation = relation(consumer.is_some(), branch.is_some(), self.latest);
        let found: Option<Value> = broker.find(&index.address(relation, &variables)?).await?;
        let Some(document) = found else {
            for name in [Some(&self.provider), self.consumer.as_ref()].into_iter().flatten() {
                broker.participant(&index, name).await?;
            }
            return Ok(self.tell(printer, &json!({ "pacts": [] }), &[], &[]));
        };
        let listed = listed(&document, consumer);
        let mut files = Vec::new();
        if self.download {
            std::fs::create_dir_all(&self.download_dir)
                .map_err(|source| GetPactsError::Unwritable { path: self.download_dir.clone(), source })?;
            let mut taken = HashSet::new();
            for pact in &listed {
                files.push(self.download(&broker, pact, &mut taken).await?);
            }
        }
        let links = &document["_links"]["pb:pacts"];
        let document = if links.is_array() { json!({ "pacts": links }) } else { document };
        Ok(self.tell(printer, &document, &listed, &files))
    }

    fn tell(
        &self,
        printer: Printer,
        document: &impl Serialize,
        listed: &[Listed],
        files: &[PathBuf],
    ) -> Exit {
        let row = |pact: &Listed| [pact.consumer.clone(), pact.title.clone(), pact.address.clone()];
        let table = Table::new(["CONSUMER", "CONTRACT", "ADDRESS"]).rows(listed.iter().map(row));
        printer.answer(self.output, document, || table.to_string());
        if listed.is_empty() {
            let branch = match &self.branch {
                Some(branch) => format!("from branch {branch}"),
                None => "from the consumers' main branches".to_owned(),
            };
            printer.note(&format!("There are no contracts with {} {branch}.", self.provider));
        }
        if !files.is_empty() {
            let folder = self.download_dir.display();
            printer.note(&format!("Wrote {} to {folder}.", counted(files.len(), "file")));
        }
        Exit::Yes
    }

    /// Writes a contract into a file that is named after the consumer, its version and the provider.
    async fn download(
        &self,
        broker: &Broker,
        pact: &Listed,
        taken: &mut HashSet<String>,
    ) -> Result<PathBuf, GetPactsError> {
        let bytes = broker.get_bytes(&pact.address).await?;
        let not_a_pact = |source| GetPactsError::NotAPact { address: pact.address.clone(), source };
        let document = Json::parse(&bytes).map_err(not_a_pact)?;
        let version = linked_name(&document, "pb:consumer-version").unwrap_or_default();
        let name = file_name(&[&pact.consumer, self.provider.as_str(), version]);
        // The same contract may be listed twice; a file is written once.
        let path = self.download_dir.join(&name);
        if taken.insert(name) {
            write(&path, &contract(&document))
                .map_err(|source| GetPactsError::Unwritable { path: path.clone(), source })?;
        }
        Ok(path)
    }
}

/// Where the index says that those are.
fn relation(consumer: bool, branch: bool, latest: bool) -> &'static str {
    match (consumer, branch, latest) {
        (true, true, true) => "pb:latest-branch-pact-versions",
        (true, true, false) => "pb:branch-pact-versions",
        (true, false, true) => "pb:latest-main-branch-pact-versions",
        (true, false, false) => "pb:main-branch-pact-versions",
        (false, true, true) => "pb:latest-provider-pacts-with-branch",
        (false, true, false) => "pb:provider-pacts-with-branch",
        (false, false, true) => "pb:latest-provider-pacts-with-main-branch",
        (false, false, false) => "pb:provider-pacts-with-main-branch",
    }
}

/// The contracts in a list of either form: of a provider with all consumers, or with one.
fn listed(document: &Value, consumer: Option<&str>) -> Vec<Listed> {
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let links = items(&document["_links"]["pb:pacts"]).into_iter();
    let links = links.map(|link| Listed {
        consumer: text(&link["name"]),
        title: text(&link["title"]),
        address: text(&link["href"]),
    });
    let embedded = items(&document["_embedded"]["pacts"]).into_iter().map(|pact| {
        let link = &pact["_links"]["self"];
        let title = if link["name"].is_string() { &link["name"] } else { &link["title"] };
        Listed {
            consumer: consumer.unwrap_or_default().to_owned(),
            title: text(title),
            address: text(&link["href"]),
        }
    });
    links.chain(embedded).filter(|pact| !pact.address.is_empty()).collect()
}

fn linked_name<'d>(document: &'d Json<'_>, relation: &str) -> Option<&'d str> {
    document.get("_links")?.get(relation)?.get("name")?.as_str()
}

/// The contract as it was published, number for number: without what the broker put around it.
fn contract(document: &Json<'_>) -> String {
    let mut kept = ObjectBuf::new();
    for (name, value) in document.as_object().into_iter().flat_map(Object::iter) {
        if !["_links", "createdAt"].contains(&name) {
            kept.insert(name.to_owned(), value.clone().into_owned());
        }
    }
    Json::Object(kept).to_pretty()
}

/// A name for a file, the same on every system, and a different one for each list of parts. It leads nowhere else.
fn file_name(parts: &[&str]) -> String {
    const KEPT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
    let encoded = parts.iter().map(|part| utf8_percent_encode(part, &KEPT).to_string());
    format!("{}.json", encoded.collect::<Vec<_>>().join("-"))
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(path, format!("{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_lists_are_read() {
        let of_provider = json!({"_links": {"pb:pacts": [{"name": "web", "title": "t", "href": "http://b/1"}, {"name": "x"}]}});
        let expected = Listed { consumer: "web".into(), title: "t".into(), address: "http://b/1".into() };
        assert_eq!(listed(&of_provider, None), [expected]);
        let of_pair = json!({"_embedded": {"pacts": [{"_links": {"self": {"name": "n", "title": "Pact", "href": "http://b/2"}}}]}});
        let expected = Listed { consumer: "web".into(), title: "n".into(), address: "http://b/2".into() };
        assert_eq!(listed(&of_pair, Some("web")), [expected]);
        assert_eq!(listed(&json!([1]), None), []);
    }

    #[test]
    fn file_names_lead_nowhere_else() {
        assert_eq!(file_name(&["checkout-web", "orders-api", "1.0.0"]), "checkout-web-orders-api-1.0.0.json");
        assert_eq!(file_name(&["../a", "b\\c", "ä 1"]), "..%2Fa-b%5Cc-%C3%A4%201.json");
        assert_ne!(file_name(&["a/b", "c", "1"]), file_name(&["a_b", "c", "1"]));
    }

    #[test]
    fn numbers_stay_as_they_were_written() {
        let document = Json::parse(br#"{"createdAt": "now", "a": 1.10, "_links": {}, "b": 1e2}"#).unwrap();
        assert_eq!(contract(&document), "{\n  \"a\": 1.10,\n  \"b\": 1e2\n}");
    }
}
