//! `describe-verification`: which interactions of a contract a provider does not keep to, since when, and what is wrong.

mod text;

use clap::Args;
use pactwright_core::broker_api::{Matrix, MatrixRow, VerificationResult};
use pactwright_core::names::{ParticipantName, VersionNumber};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::broker::{Broker, BrokerError, Whole, with_query};
use crate::exit::{CommandError, Exit};
use crate::options::BrokerOptions;
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright describe-verification --consumer checkout-web --provider orders-api
  pactwright describe-verification --consumer checkout-web --consumer-version 1.4.0 \\
      --provider orders-api --provider-version 2.0.0 --output json

It ends with 0 when there is a result, also one that failed; `can-i-deploy` is the command that decides.")]
pub(crate) struct DescribeVerification {
    /// Whose contract it is
    #[arg(long, value_name = "NAME")]
    consumer: ParticipantName,
    /// Which version of the consumer; without it, its latest
    #[arg(long, visible_alias = "consumer-app-version", value_name = "VERSION")]
    consumer_version: Option<VersionNumber>,
    /// Who was verified
    #[arg(short = 'r', long, value_name = "NAME")]
    provider: ParticipantName,
    /// Which version of the provider; without it, the latest that was verified
    #[arg(long, visible_alias = "provider-app-version", value_name = "VERSION")]
    provider_version: Option<VersionNumber>,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

/// Why nothing can be described.
#[derive(Debug, Error)]
pub(crate) enum DescribeError {
    #[error(transparent)]
    Broker(#[from] BrokerError),
    #[error(
        "there is no contract of {consumer} with {provider}; publish one, or say with --consumer-version which version is meant"
    )]
    NoContract { consumer: String, provider: String },
    #[error(
        "no verification of the contract between {consumer} and {provider} is known; `pactwright verify --publish` records one"
    )]
    NotVerified { consumer: String, provider: String },
    #[error(
        "the broker tells nothing of single interactions; that takes the broker of pactwright, recent enough"
    )]
    NoInteractions,
}

impl CommandError for DescribeError {
    fn exit(&self) -> Exit {
        match self {
            Self::Broker(error) => error.exit(),
            Self::NoContract { .. } | Self::NotVerified { .. } => Exit::No,
            Self::NoInteractions => Exit::CouldNotRun,
        }
    }
}

/// A result with what became of each interaction.
#[derive(Debug, Serialize)]
struct Description {
    consumer: Party,
    provider: Party,
    /// As the broker tells it, without what the verifier said in its own form.
    result: Whole<VerificationResult>,
    interactions: Vec<Interaction>,
}

/// A version of an application.
#[derive(Debug, Serialize)]
struct Party {
    name: String,
    version: String,
}

#[derive(Debug, Deserialize)]
struct Interactions {
    #[serde(default)]
    interactions: Vec<Interaction>,
}

/// What became of an interaction.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Interaction {
    #[serde(default)]
    id: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    provider_states: Vec<String>,
    /// None where no test told of it.
    success: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failing_since: Option<Since>,
    #[serde(default)]
    mismatches: Vec<Value>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Since {
    provider_version: Value,
}

impl Since {
    fn number(&self) -> Option<&str> {
        self.provider_version["number"].as_str()
    }
}

impl DescribeVerification {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, DescribeError> {
        let broker = Broker::new(&self.broker)?;
        let matrix: Matrix = broker.get(&with_query(&broker.below("matrix"), &self.query())).await?;
        let (row, address) = self.verified(&matrix.matrix)?;
        let mut result: Whole<VerificationResult> = broker.get(address).await?;
        let place = result.known.links.href("pactwright:interaction-results");
        let place = place.ok_or(DescribeError::NoInteractions)?;
        let interactions: Interactions = broker.get(place).await?;
        if let Value::Object(members) = &mut result.said {
            members.remove("testResults");
        }
        let party = |side: &pactwright_core::broker_api::MatrixParty| Party {
            name: side.name.clone(),
            version: side.version.as_ref().map(|version| version.number.clone()).unwrap_or_default(),
        };
        let description = Description {
            consumer: party(&row.consumer),
            provider: party(&row.provider),
            result,
            interactions: interactions.interactions,
        };
        printer.answer(self.output, &description, || text::described(&description));
        Ok(Exit::Yes)
    }

    fn query(&self) -> Vec<(&'static str, &str)> {
        let mut query = vec![("q[][pacticipant]", self.consumer.as_str())];
        query.push(match &self.consumer_version {
            Some(version) => ("q[][version]", version.as_str()),
            None => ("q[][latest]", "true"),
        });
        query.push(("q[][pacticipant]", self.provider.as_str()));
        query.extend(self.provider_version.as_ref().map(|version| ("q[][version]", version.as_str())));
        query.push(("latestby", "cvpv"));
        query
    }

    /// The newest of the rows with a result, and where that is.
    fn verified<'m>(&self, rows: &'m [MatrixRow]) -> Result<(&'m MatrixRow, &'m str), DescribeError> {
        let of_pair =
            |row: &&MatrixRow| self.consumer == *row.consumer.name && self.provider == *row.provider.name;
        // They come with the newest version of the provider first.
        let mut found = rows.iter().filter(of_pair).filter_map(|row| {
            row.verification_result.as_ref()?.links.href("self").map(|address| (row, address))
        });
        found.next().ok_or_else(|| {
            let unverified = rows.iter().find(of_pair).and_then(|row| row.consumer.version.as_ref());
            match (unverified, &self.consumer_version) {
                (Some(version), _) => DescribeError::NotVerified {
                    consumer: format!("{} {}", self.consumer, version.number),
                    provider: named(&self.provider, self.provider_version.as_ref()),
                },
                (None, Some(_)) => DescribeError::NoContract {
                    consumer: named(&self.consumer, self.consumer_version.as_ref()),
                    provider: self.provider.to_string(),
                },
                (None, None) => DescribeError::NoContract {
                    consumer: format!("the latest version of {}", self.consumer),
                    provider: self.provider.to_string(),
                },
            }
        })
    }
}

/// `orders-api 2.0.0`, or without the version.
fn named(name: &ParticipantName, version: Option<&VersionNumber>) -> String {
    match version {
        Some(version) => format!("{name} {version}"),
        None => name.to_string(),
    }
}
