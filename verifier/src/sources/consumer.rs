use std::time::Duration;

use pactwright_core::broker_api::Links;
use serde::Deserialize;

use crate::client::{Access, HttpClient, Remote, Retries};

/// How long a broker may take to say whose contract it is. A report is worth having without.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a broker says more about a contract's consumer. It is only asked about contracts that are not fulfilled.
#[derive(Debug, Clone)]
pub struct ConsumerAddress {
    /// Describes the version that published the contract.
    pub version: Option<String>,
    /// Describes the consumer.
    pub participant: Option<String>,
    /// How to access it.
    pub access: Access,
}

/// Whose contract it is, as far as its broker knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsumerDetails {
    /// The branches that the consumer's version is on.
    pub branches: Vec<String>,
    /// Who answers for the consumer.
    pub owner: Option<String>,
    /// Where its source is.
    pub repository: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Version {
    #[serde(default, rename = "_embedded")]
    embedded: Embedded,
    #[serde(default, rename = "_links")]
    links: Links,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Embedded {
    branch_versions: Vec<BranchVersion>,
}

#[derive(Debug, Deserialize)]
struct BranchVersion {
    name: String,
}

/// `owner` is an extension that other brokers do not have.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Participant {
    owner: Option<String>,
    repository_url: Option<String>,
}

impl ConsumerAddress {
    /// Asks. What cannot be had is left out: it must not keep anybody from knowing what failed.
    pub(crate) async fn ask(&self, client: &HttpClient) -> ConsumerDetails {
        let access = Access { retries: Retries::NONE, timeout: PATIENCE, ..self.access.clone() };
        let remote = Remote::new(client.clone(), access);
        let version: Version = match &self.version {
            Some(url) => remote.get_json(url, "a version").await.unwrap_or_default(),
            None => Version::default(),
        };
        let participant = self.participant.as_deref().or_else(|| version.links.href("pb:pacticipant"));
        let participant: Participant = match participant {
            Some(url) => remote.get_json(url, "a participant").await.unwrap_or_default(),
            None => Participant::default(),
        };
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        ConsumerDetails {
            branches: version.embedded.branch_versions.into_iter().map(|branch| branch.name).collect(),
            owner: given(participant.owner),
            repository: given(participant.repository_url),
        }
    }
}
