use serde::{Deserialize, Serialize};

use super::{Links, Notice, is_false};

/// The answer to `/matrix` and `/can-i-deploy`: which versions were verified with which, and what follows from it.
///
/// Who writes it can lend the same `Party` to many rows, as in `Matrix<&MatrixParty>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "Party: Deserialize<'de>"))]
pub struct Matrix<Party = MatrixParty> {
    /// The verdict.
    pub summary: Summary,
    /// The verdict's reasons one by one.
    #[serde(default)]
    pub notices: Vec<Notice>,
    /// What it rests on.
    #[serde(default)]
    pub matrix: Vec<MatrixRow<Party>>,
}

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Yes, no, or (`None`) not known yet.
    pub deployable: Option<bool>,
    /// Why, for people; one line per reason.
    pub reason: String,
    /// How many rows are successful.
    #[serde(default)]
    pub success: u64,
    /// How many rows have failed.
    #[serde(default)]
    pub failed: u64,
    /// How many results are missing.
    #[serde(default)]
    pub unknown: u64,
    /// How many rows were left out on request; absent when nothing was asked to be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignored: Option<u64>,
}

/// A consumer version's contract, and its verification by one provider version if there was one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MatrixRow<Party = MatrixParty> {
    /// The consumer.
    pub consumer: Party,
    /// The provider.
    pub provider: Party,
    /// The contract.
    #[serde(default)]
    pub pact: MatrixPact,
    /// The result.
    pub verification_result: Option<MatrixResult>,
    /// Whether the row was left out of the verdict on request.
    #[serde(default, skip_serializing_if = "is_false")]
    pub ignored: bool,
}

/// One side of a row. Environments are documents of which nothing is known here; who writes them may know more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixParty<Environment = serde_json::Map<String, serde_json::Value>> {
    /// The participant.
    pub name: String,
    /// Its version; none for a provider that has not verified.
    pub version: Option<MatrixVersion<Environment>>,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
}

/// A version in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "Environment: Deserialize<'de>"))]
pub struct MatrixVersion<Environment = serde_json::Map<String, serde_json::Value>> {
    /// Its number.
    pub number: String,
    /// The branch that it was added to last.
    #[serde(default)]
    pub branch: Option<String>,
    /// The branches that it belongs to.
    #[serde(default)]
    pub branches: Vec<MatrixBranch>,
    /// The same under an older name.
    #[serde(default)]
    pub branch_versions: Vec<MatrixBranch>,
    /// The environments that it is deployed or released to.
    #[serde(default)]
    pub environments: Vec<Environment>,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<MatrixTag>,
}

/// A branch of a version in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixBranch {
    /// The branch.
    pub name: String,
    /// Whether the version is its head.
    #[serde(default)]
    pub latest: bool,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
}

/// A tag of a version in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixTag {
    /// The tag.
    pub name: String,
    /// Whether the version is the latest that has it.
    #[serde(default)]
    pub latest: bool,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
}

/// The contract in a row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MatrixPact {
    /// When it was published.
    #[serde(default)]
    pub created_at: String,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
}

/// The result in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MatrixResult {
    /// Whether the provider did all that the contract asks.
    pub success: bool,
    /// When.
    #[serde(default)]
    pub verified_at: String,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
    /// The interactions that failed, as far as the broker knows them. The Pact Broker does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_interactions: Vec<MatrixFailedInteraction>,
}

/// An interaction that failed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MatrixFailedInteraction {
    /// What identifies it among those of its contract.
    pub id: String,
    /// What it is about, in words.
    pub description: String,
    /// The first of the provider's versions since which it has failed in each.
    pub failing_since_provider_version: Option<String>,
}
