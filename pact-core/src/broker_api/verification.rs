use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Links, is_false};

/// The body of `POST /pacts/provider/{provider}/for-verification`: which contracts a provider wants to verify.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PactsForVerificationRequest {
    /// The branch of the provider version that verifies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_version_branch: Option<String>,
    /// The tags of the provider version that verifies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provider_version_tags: Vec<String>,
    /// Whether to tell which contracts are pending. Absent means yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_pending_status: Option<bool>,
    /// The date (or time) from which on work in progress is wanted too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_wip_pacts_since: Option<String>,
    /// Which consumer versions' contracts are wanted. None means what the broker thinks best.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consumer_version_selectors: Vec<ConsumerVersionSelector>,
}

/// Says which consumer versions' contracts are wanted.
///
/// ```
/// use pactwright_core::broker_api::ConsumerVersionSelector;
/// let selector: ConsumerVersionSelector = serde_json::from_str(r#"{"deployedOrReleased": true}"#)?;
/// assert_eq!(selector.deployed_or_released, Some(true));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsumerVersionSelector {
    /// The latest of each consumer's main branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_branch: Option<bool>,
    /// The latest of the branch of this name; `true` as a name is not possible here, see the reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The latest of the branch that is called as the provider's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matching_branch: Option<bool>,
    /// The branch to take where there is none of the wanted name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback_branch: Option<String>,
    /// Versions with this tag; with [`Self::latest`] only the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The tag to take where no version has the wanted one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback_tag: Option<String>,
    /// Versions whose numbers are in this range of semantic versions, such as `>=1.4, <2`; with [`Self::latest`] only
    /// the greatest. Only pactwright's broker knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_range: Option<String>,
    /// Only the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<bool>,
    /// Versions that are deployed now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployed: Option<bool>,
    /// Versions that are released and supported now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released: Option<bool>,
    /// Both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployed_or_released: Option<bool>,
    /// Only in this environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Only of this consumer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumer: Option<String>,
}

/// The contracts that a provider is to verify.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PactsForVerification {
    /// The contracts.
    #[serde(rename = "_embedded")]
    pub embedded: EmbeddedPacts,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
}

/// What [`PactsForVerification`] holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct EmbeddedPacts {
    /// The contracts.
    #[serde(default)]
    pub pacts: Vec<PactForVerification>,
}

/// A contract to verify: fetch it from the link `self`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PactForVerification {
    /// Why it is here, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_description: Option<String>,
    /// How its result is to be taken.
    #[serde(default)]
    pub verification_properties: VerificationProperties,
    /// `self` is the contract.
    #[serde(rename = "_links")]
    pub links: Links,
}

/// How the result of a verification is to be taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VerificationProperties {
    /// Whether a failure is to be let pass, because this provider never succeeded with it. Absent when not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<bool>,
    /// Whether it is here only because it is work in progress.
    #[serde(default, skip_serializing_if = "is_false")]
    pub wip: bool,
    /// What to tell the person who verifies.
    #[serde(default)]
    pub notices: Vec<VerificationNotice>,
}

/// A message about a verification, and when to show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationNotice {
    /// `before_verification`, or `after_verification:success_{true|false}_published_{true|false}`.
    #[serde(default)]
    pub when: String,
    /// The message.
    pub text: String,
}

/// The body of a `POST` to a contract's `pb:publish-verification-results`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerificationResultRequest {
    /// Whether the provider did all that the contract asks.
    pub success: bool,
    /// The provider's version.
    pub provider_application_version: String,
    /// Where the build can be looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_url: Option<String>,
    /// What happened with each interaction, in the verifier's own form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_results: Option<Value>,
    /// What did the verification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<VerifiedBy>,
    /// How long the provider took to answer. An extension: brokers that do not know it leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_times: Option<ResponseTimes>,
}

/// How long a provider took to answer the requests of a contract, in milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseTimes {
    /// How many answers there were.
    pub answers: usize,
    /// Half of the answers took no longer.
    pub median_ms: f64,
    /// None took longer.
    pub worst_ms: f64,
    /// The description of the interaction that took longest.
    pub slowest: String,
}

/// The program that did a verification.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VerifiedBy {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implementation: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A verification result as a broker shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerificationResult {
    /// The provider.
    #[serde(default)]
    pub provider_name: String,
    /// The provider's version.
    #[serde(default)]
    pub provider_application_version: String,
    /// Whether the provider did all that the contract asks.
    pub success: bool,
    /// When it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_date: Option<String>,
    /// Where the build can be looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_url: Option<String>,
    /// What happened with each interaction, in the verifier's own form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_results: Option<Value>,
    /// What did the verification, as it was sent.
    #[serde(default)]
    pub verified_by: Value,
    /// Links.
    #[serde(rename = "_links", default)]
    pub links: Links,
}
