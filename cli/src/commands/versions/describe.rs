//! `describe-version`: all that is known of a version, or which versions are in an environment.

use clap::Args;
use pactwright_core::broker_api::{
    DeployedVersion, DeployedVersions, ReleasedVersion, ReleasedVersions, Version,
};
use pactwright_core::names::{EnvironmentName, InvalidName, ParticipantName, TagName, VersionNumber};
use serde_json::Value;

use super::{VersionError, embedded_names};
use crate::broker::{Broker, BrokerError, EntryPoint, Whole, with_query};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Fields, Output, Table};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright describe-version --pacticipant orders-api --version 2.0.0
  pactwright describe-version --pacticipant orders-api --latest
  pactwright describe-version --pacticipant orders-api --latest prod --output json
  pactwright describe-version --pacticipant orders-api --environment production

Without any of these, it is the latest version.")]
pub(crate) struct DescribeVersion {
    /// The application
    #[arg(short = 'a', long, visible_alias = "participant", value_name = "NAME")]
    pacticipant: ParticipantName,
    /// This version
    #[arg(short = 'e', long, value_name = "VERSION", conflicts_with_all = ["latest", "environment"])]
    version: Option<VersionNumber>,
    /// The latest version, or the latest with a tag
    #[arg(
        short = 'l',
        long,
        value_name = "TAG",
        num_args = 0..=1,
        default_missing_value = "",
        value_parser = tag,
        conflicts_with = "environment"
    )]
    latest: Option<Latest>,
    /// The versions that are deployed or released there
    #[arg(long, value_name = "NAME")]
    environment: Option<EnvironmentName>,
    /// Of these, only those that are deployed
    #[arg(long, requires = "environment")]
    deployed: bool,
    /// Of these, only those that are released
    #[arg(long, requires = "environment")]
    released: bool,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

/// The latest version of all, or of those with a tag.
type Latest = Option<TagName>;

fn tag(text: &str) -> Result<Latest, InvalidName> {
    if text.is_empty() { Ok(None) } else { TagName::new(text).map(Some) }
}

impl DescribeVersion {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, VersionError> {
        let broker = Broker::new(&self.broker)?;
        let index = broker.index().await?;
        if let Some(environment) = &self.environment {
            let found = self.there(&broker, &index, environment).await?;
            let header = ["VERSION", "STATUS", "ENVIRONMENT", "INSTANCE", "SINCE"];
            let table = Table::new(header).rows(found.iter().map(|there| there.row(environment)));
            let documents: Vec<_> = found.iter().map(There::said).collect();
            printer.answer(self.output, &documents, || table.to_string());
            if found.is_empty() {
                printer.note(&format!("No version of {} is in {environment}.", self.pacticipant));
            }
            return Ok(Exit::Yes);
        }
        let found = match &self.version {
            Some(version) => broker.version(&index, &self.pacticipant, version).await?,
            None => latest(&broker, &index, self.pacticipant.clone(), self.latest.flatten()).await?,
        };
        printer.answer(self.output, &found, || described(&found.known).to_string());
        Ok(Exit::Yes)
    }

    /// The versions that are in an environment.
    async fn there(
        &self,
        broker: &Broker,
        index: &EntryPoint,
        environment: &EnvironmentName,
    ) -> Result<Vec<There>, BrokerError> {
        // A name that is mistyped is no empty list.
        broker.participant(index, &self.pacticipant).await?;
        let environment = broker.environment(index, environment).await?;
        let place = |relation: &'static str| {
            let place = environment.links.href(relation);
            let place =
                place.ok_or_else(|| BrokerError::NoLink { base: environment.name.clone(), relation })?;
            Ok::<_, BrokerError>(with_query(place, &[("pacticipant", self.pacticipant.as_str())]))
        };
        let both = self.deployed == self.released;
        let mut found = Vec::new();
        if both || self.deployed {
            let all: Whole<DeployedVersions> =
                broker.get(&place("pb:currently-deployed-deployed-versions")?).await?;
            let said = said(&all.said, "deployedVersions");
            let known = all.known.embedded.deployed_versions;
            found.extend(known.into_iter().zip(said).map(|(known, said)| There::Deployed(known, said)));
        }
        if both || self.released {
            let all: Whole<ReleasedVersions> =
                broker.get(&place("pb:currently-supported-released-versions")?).await?;
            let said = said(&all.said, "releasedVersions");
            let known = all.known.embedded.released_versions;
            found.extend(known.into_iter().zip(said).map(|(known, said)| There::Released(known, said)));
        }
        // Brokers that do not know the parameter answer with all.
        found.retain(|there| there.of(&self.pacticipant));
        Ok(found)
    }
}

/// A version in an environment, as this build knows it and as it was said.
enum There {
    Deployed(DeployedVersion, Value),
    Released(ReleasedVersion, Value),
}

fn said(document: &Value, list: &str) -> Vec<Value> {
    document["_embedded"][list].as_array().cloned().unwrap_or_default()
}

impl There {
    fn said(&self) -> &Value {
        match self {
            Self::Deployed(_, said) | Self::Released(_, said) => said,
        }
    }

    fn of(&self, participant: &ParticipantName) -> bool {
        self.said()["_embedded"]["pacticipant"]["name"].as_str().is_none_or(|name| participant == name)
    }

    fn row(&self, environment: &EnvironmentName) -> [String; 5] {
        let number = self.said()["_embedded"]["version"]["number"].as_str().unwrap_or_default().to_owned();
        let (status, instance, since) = match self {
            Self::Deployed(known, _) => {
                let instance = known.application_instance.as_ref().or(known.target.as_ref());
                ("deployed", instance, &known.created_at)
            }
            Self::Released(known, _) => ("released", None, &known.created_at),
        };
        let instance = instance.cloned().unwrap_or_default();
        [number, status.to_owned(), environment.to_string(), instance, since.clone().unwrap_or_default()]
    }
}

async fn latest(
    broker: &Broker,
    index: &EntryPoint,
    participant: ParticipantName,
    tag: Option<TagName>,
) -> Result<Whole<Version>, VersionError> {
    let of = ("pacticipant", participant.as_str());
    let address = match &tag {
        Some(tag) => index.address("pb:latest-tagged-version", &[of, ("tag", tag.as_str())])?,
        None => index.address("pb:latest-version", &[of])?,
    };
    match broker.find(&address).await? {
        Some(found) => Ok(found),
        None => {
            broker.participant(index, &participant).await?;
            Err(VersionError::NoLatest { participant, tag })
        }
    }
}

fn described(version: &Version) -> Fields {
    let listed = |names: Vec<String>| (!names.is_empty()).then(|| names.join(", "));
    let branches = match embedded_names(&version.embedded, "branchVersions") {
        none if none.is_empty() => embedded_names(&version.embedded, "branches"),
        some => some,
    };
    let links = |relation: &str| {
        let links = version.links.all(relation).iter();
        listed(links.filter_map(|link| link.name.clone()).collect())
    };
    let participant = version.links.get("pb:pacticipant").and_then(|link| link.name.clone());
    let fields = Fields::default()
        .maybe("Application", participant)
        .with("Version", &version.number)
        .maybe("Branches", listed(branches))
        .maybe("Tags", listed(embedded_names(&version.embedded, "tags")))
        .maybe("Deployed to", links("pb:deployed-environments"))
        .maybe("Released to", links("pb:released-environments"))
        .maybe("Build", version.build_url.as_ref());
    let contracts = version.links.all("pb:pact-versions").iter().filter_map(|link| link.name.as_ref());
    contracts
        .fold(fields, |fields, contract| fields.with("Contract", contract))
        .maybe("Created", version.created_at.as_ref())
}
