//! Where contracts come from.
//!
//! A [`PactSource`] is asked once per run and gives what it has. What could not be had does not keep the rest from
//! being verified: it is reported as a [`SourceError`], and the run as a whole counts as one that could not be done.

mod broker;
mod consumer;
mod file;
mod url;

use std::fmt;
use std::path::PathBuf;

use futures_util::future::BoxFuture;
use pactwright_core::broker_api::{ConsumerVersionSelector, Links, VerificationNotice};
use pactwright_core::format::{self, ReadError};
use pactwright_core::json::JsonBuf;
use pactwright_core::model::Pact;

use crate::client::{Access, HttpClient, RemoteError};

pub use broker::{BrokerSource, Selection};
pub use consumer::{ConsumerAddress, ConsumerDetails};
pub use file::{FileSource, FolderSource};
pub use url::UrlSource;

/// A place that contracts come from.
///
/// Write one for contracts that are kept elsewhere: in a bucket, in an archive, in a test.
pub trait PactSource: fmt::Debug + Send + Sync {
    /// What people call it: a path, an address.
    fn name(&self) -> String;

    /// Gets all contracts that it has for the provider.
    fn load<'a>(&'a self, context: &'a LoadContext) -> BoxFuture<'a, Loaded>;
}

/// What a source may use and know.
#[derive(Debug, Clone)]
pub struct LoadContext {
    /// The client of the run.
    pub client: HttpClient,
    /// The provider whose contracts are wanted; none when those of any provider are.
    pub provider: Option<String>,
}

impl LoadContext {
    /// Whether a contract with that provider is wanted.
    pub fn wants(&self, pact: &Pact) -> bool {
        self.provider.as_ref().is_none_or(|name| *name == pact.provider.name)
    }
}

/// What a source gave.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The contracts, in an order that does not change from run to run.
    pub pacts: Vec<LoadedPact>,
    /// What could not be had.
    pub failures: Vec<SourceError>,
}

impl Loaded {
    fn one(result: Result<LoadedPact, SourceError>) -> Self {
        match result {
            Ok(pact) => Self { pacts: vec![pact], failures: Vec::new() },
            Err(error) => Self { pacts: Vec::new(), failures: vec![error] },
        }
    }
}

/// A contract, and what is known about it.
#[derive(Debug, Clone)]
pub struct LoadedPact {
    /// The contract.
    pub pact: Pact,
    /// Where it comes from.
    pub origin: Origin,
    /// What the place that it comes from says about it.
    pub context: PactContext,
}

impl LoadedPact {
    /// A contract about which nothing more is known.
    pub fn new(pact: Pact, origin: Origin) -> Self {
        Self { pact, origin, context: PactContext::default() }
    }
}

/// Where a contract comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// An address.
    Url(String),
    /// A broker.
    Broker {
        /// The broker's address.
        broker: String,
        /// The contract's address there.
        url: String,
    },
    /// Somewhere else, in a few words.
    Other(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(formatter),
            Self::Url(url) | Self::Broker { url, .. } => formatter.write_str(url),
            Self::Other(text) => formatter.write_str(text),
        }
    }
}

/// What a broker says about a contract.
#[derive(Debug, Clone, Default)]
pub struct PactContext {
    /// Why the broker chose it, in a few words.
    pub short_description: Option<String>,
    /// The version of the consumer that published it.
    pub consumer_version: Option<String>,
    /// Whether a failure is to be let pass, because this provider never succeeded with it.
    pub pending: bool,
    /// Whether it is here only because it is work in progress.
    pub wip: bool,
    /// What the broker wants to be told, and when.
    pub notices: Vec<VerificationNotice>,
    /// Where results go; none when there is no such place.
    pub results: Option<ResultsAddress>,
    /// Where there is more to know about the consumer; none when there is no such place.
    pub consumer: Option<ConsumerAddress>,
}

impl PactContext {
    /// The notices for a moment, such as `before_verification`.
    pub fn notices_for<'n>(&'n self, moment: &'n str) -> impl Iterator<Item = &'n str> {
        self.notices.iter().filter(move |notice| notice.when == moment).map(|notice| notice.text.as_str())
    }
}

/// Where the results of a contract's verification go.
#[derive(Debug, Clone)]
pub struct ResultsAddress {
    /// Takes the results.
    pub results: String,
    /// Describes the provider, and how to say which branch and tags its versions have.
    pub provider: Option<String>,
    /// How to access it.
    pub access: Access,
}

/// Why a contract could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file or folder could not be read.
    #[error("{} could not be read", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no contract.
    #[error("{origin} is not a pact that can be read")]
    NotAPact {
        /// Where it is.
        origin: Origin,
        /// What is wrong with it.
        source: ReadError,
    },
    /// A broker or another place did not give what it should.
    #[error("contracts could not be fetched from {place}")]
    Remote {
        /// The address of the broker, or of the contract.
        place: String,
        /// Why.
        source: RemoteError,
    },
    /// Anything else that a source of your own has to say.
    #[error("{0}")]
    Other(String),
}

/// Reads a contract that was fetched, with what its links say.
fn read_remote(bytes: &[u8], origin: Origin, access: &Access) -> Result<LoadedPact, SourceError> {
    let pact = format::read_for_matching(bytes)
        .map_err(|source| SourceError::NotAPact { origin: origin.clone(), source })?;
    let links = links(pact.extra.get("_links"));
    let results = links.href("pb:publish-verification-results").map(|results| ResultsAddress {
        results: results.to_owned(),
        provider: links.href("pb:provider").map(str::to_owned),
        access: access.clone(),
    });
    let version = links.get("pb:consumer-version");
    let consumer = ConsumerAddress {
        version: version.map(|link| link.href.clone()),
        participant: links.href("pb:consumer").map(str::to_owned),
        access: access.clone(),
    };
    let known = consumer.version.is_some() || consumer.participant.is_some();
    let context = PactContext {
        results,
        consumer_version: version.and_then(|link| link.name.clone()),
        consumer: known.then_some(consumer),
        ..PactContext::default()
    };
    Ok(LoadedPact { pact, origin, context })
}

/// Links as a document has them; a document that has none is not from a broker, which is fine.
fn links(value: Option<&JsonBuf>) -> Links {
    value
        .and_then(|value| serde_json::to_value(value).ok())
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or_default()
}

/// Selectors that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SelectorError {
    /// The text is no JSON object.
    #[error(
        "`{text}` is not a consumer version selector, which is a JSON object such as {{\"mainBranch\": true}}"
    )]
    NotASelector {
        /// The text.
        text: String,
        /// Why.
        source: serde_json::Error,
    },
    /// It selects nothing, or has a member that no broker knows.
    #[error("`{text}` has the member `{member}`, which no selector has")]
    UnknownMember {
        /// The text.
        text: String,
        /// The member.
        member: String,
    },
    /// It says nothing.
    #[error("`{text}` selects nothing: name a branch, a tag, an environment, or \"mainBranch\": true")]
    Empty {
        /// The text.
        text: String,
    },
}

/// Reads consumer version selectors, as the command lines of Pact tools take them: one object, or a list of them.
///
/// ```
/// let selectors = pactwright_verifier::sources::parse_selectors(r#"{"mainBranch": true}"#)?;
/// assert_eq!(selectors[0].main_branch, Some(true));
/// assert!(pactwright_verifier::sources::parse_selectors(r#"{"mainBrunch": true}"#).is_err());
/// # Ok::<(), pactwright_verifier::sources::SelectorError>(())
/// ```
///
/// # Errors
/// When a selector cannot be read or selects nothing. None is left out silently: a build that verifies less than it
/// was asked to is worse than one that stops.
pub fn parse_selectors(text: &str) -> Result<Vec<ConsumerVersionSelector>, SelectorError> {
    let not_a_selector = |source| SelectorError::NotASelector { text: text.to_owned(), source };
    let value: serde_json::Value = serde_json::from_str(text).map_err(not_a_selector)?;
    let values = match value {
        serde_json::Value::Array(values) => values,
        single => vec![single],
    };
    values.iter().map(|value| selector(value, text)).collect()
}

fn selector(value: &serde_json::Value, text: &str) -> Result<ConsumerVersionSelector, SelectorError> {
    let not_a_selector = |source| SelectorError::NotASelector { text: text.to_owned(), source };
    let selector: ConsumerVersionSelector = serde_json::from_value(value.clone()).map_err(not_a_selector)?;
    if selector == ConsumerVersionSelector::default()
        && value.as_object().is_none_or(serde_json::Map::is_empty)
    {
        return Err(SelectorError::Empty { text: text.to_owned() });
    }
    // Members that say nothing (`null`) are fine; members that nobody knows are a mistake in writing.
    let known = serde_json::to_value(&selector).map_err(not_a_selector)?;
    let unknown = value
        .as_object()
        .into_iter()
        .flatten()
        .find(|(name, value)| !value.is_null() && known.get(name.as_str()).is_none());
    match unknown {
        Some((member, _)) => {
            Err(SelectorError::UnknownMember { text: text.to_owned(), member: member.clone() })
        }
        None => Ok(selector),
    }
}

#[cfg(test)]
mod tests;
