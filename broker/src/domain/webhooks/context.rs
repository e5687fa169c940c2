//! What a webhook's templates can speak of.

use std::collections::BTreeMap;

use pactwright_core::{
    digest::ContentSha,
    names::{ParticipantName, VersionNumber},
};
use serde::{Deserialize, Serialize};

use crate::domain::{
    model::{Content, Participant, ResultNumber, VerificationResult, Version},
    state::State,
};

/// What a delivery is about, with the values for its templates as they were when it happened.
///
/// **Stored** beside the log; new members get a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The address that links begin with, as whoever caused this knows the broker.
    pub base: String,
    /// The contract, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractContext>,
    /// Values by the names of their variables. Those that are addresses are not here: they follow from the rest.
    pub values: BTreeMap<String, String>,
}

/// The contract that a delivery is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractContext {
    /// The consumer.
    pub consumer: ParticipantName,
    /// The provider.
    pub provider: ParticipantName,
    /// The consumer's version.
    pub version: VersionNumber,
    /// The content.
    pub sha: ContentSha,
    /// The verification result that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<ResultNumber>,
}

/// A provider version that a webhook is told about, and why it matters.
#[derive(Debug, Clone, Copy)]
pub struct ProviderVersion<'a> {
    /// The version.
    pub version: &'a Version,
    /// Why it matters: `latest from main branch`.
    pub descriptions: &'a [String],
}

/// What a context is made of.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The address that links begin with.
    pub base: &'a str,
    /// The consumer.
    pub consumer: &'a Participant,
    /// The provider.
    pub provider: &'a Participant,
    /// The consumer's version.
    pub version: &'a Version,
    /// The content.
    pub content: &'a Content,
    /// The result that it is about.
    pub result: Option<&'a VerificationResult>,
    /// The provider version that it is about, where that is not the result's.
    pub provider_version: Option<ProviderVersion<'a>>,
    /// Where the build that caused it can be looked at.
    pub build_url: Option<&'a str>,
    /// More values, by the names of their variables.
    pub more: &'a [(&'static str, String)],
}

/// A version that was deployed, and where.
#[derive(Debug, Clone, Copy)]
pub struct Deployed<'a> {
    /// The address that links begin with.
    pub base: &'a str,
    /// Whose version.
    pub participant: &'a Participant,
    /// The version.
    pub version: &'a Version,
    /// The name of the environment.
    pub environment: &'a str,
    /// On which instance.
    pub instance: Option<&'a str>,
}

impl Context {
    /// Gathers the values.
    pub fn new(state: &State, facts: &Facts<'_>) -> Self {
        let of_result = facts.result.and_then(|result| state.version_by_id(result.version));
        let provider_version =
            facts.provider_version.map(|given| given.version).or_else(|| of_result.map(AsRef::as_ref));
        let descriptions = facts.provider_version.map(|given| given.descriptions).unwrap_or_default();
        let mut values = BTreeMap::new();
        let mut set = |name: &str, value: String| values.insert(name.to_owned(), value);
        set("consumerName", facts.consumer.name.to_string());
        set("providerName", facts.provider.name.to_string());
        set("consumerVersionNumber", facts.version.number.to_string());
        set("consumerVersionTags", tags(Some(facts.version)));
        set("consumerVersionBranch", branch(state, Some(facts.version)));
        set("consumerLabels", labels(facts.consumer));
        set("providerVersionNumber", provider_version.map(|v| v.number.to_string()).unwrap_or_default());
        set("providerVersionTags", tags(provider_version));
        set("providerVersionBranch", branch(state, provider_version));
        set("providerVersionDescriptions", descriptions.join(", "));
        set("providerLabels", labels(facts.provider));
        set("buildUrl", facts.build_url.unwrap_or_default().to_owned());
        for (name, words) in STATUS_WORDS {
            set(name, words.of(facts.result.map(|result| result.success)).to_owned());
        }
        for (name, value) in facts.more {
            set(name, value.clone());
        }
        let contract = ContractContext {
            consumer: facts.consumer.name.clone(),
            provider: facts.provider.name.clone(),
            version: facts.version.number.clone(),
            sha: facts.content.sha.clone(),
            result: facts.result.map(|result| result.number),
        };
        Self { base: facts.base.to_owned(), contract: Some(contract), values }
    }

    /// Gathers what can be said of a deployment. What webhooks can say of a consumer is there, too: it is the one that was
    /// deployed.
    pub fn of_deployment(state: &State, deployed: &Deployed<'_>) -> Self {
        let Deployed { base, participant, version, environment, instance } = *deployed;
        let mut context = Self::placeholder(base);
        let mut set = |name: &str, value: String| context.values.insert(name.to_owned(), value);
        for (role, name) in [("pacticipant", "pacticipantName"), ("consumer", "consumerName")] {
            set(name, participant.name.to_string());
            set(&format!("{role}VersionNumber"), version.number.to_string());
            set(&format!("{role}VersionBranch"), branch(state, Some(version)));
            set(&format!("{role}VersionTags"), tags(Some(version)));
            set(&format!("{role}Labels"), labels(participant));
        }
        set("environmentName", environment.to_owned());
        set("applicationInstance", instance.unwrap_or_default().to_owned());
        set("buildUrl", version.build_url.as_deref().unwrap_or_default().to_owned());
        for name in ["providerName", "providerVersionNumber", "pactUrl"] {
            set(name, String::new());
        }
        context
    }

    /// Stands in where a webhook is tried out, and there is no contract that it is about.
    pub fn placeholder(base: &str) -> Self {
        let mut values: BTreeMap<_, _> = [
            ("consumerName", "placeholder-consumer"),
            ("providerName", "placeholder-provider"),
            ("consumerVersionNumber", "1"),
            ("providerVersionNumber", "1"),
            ("consumerVersionTags", ""),
            ("consumerVersionBranch", ""),
            ("consumerLabels", ""),
            ("providerVersionTags", ""),
            ("providerVersionBranch", ""),
            ("providerVersionDescriptions", ""),
            ("providerLabels", ""),
            ("buildUrl", ""),
            ("pacticipantName", "placeholder-consumer"),
            ("pacticipantVersionNumber", "1"),
            ("pacticipantVersionBranch", ""),
            ("environmentName", "placeholder-environment"),
            ("applicationInstance", ""),
            ("reason", ""),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        for (name, words) in STATUS_WORDS {
            values.insert(name.to_owned(), words.of(None).to_owned());
        }
        Self { base: base.to_owned(), contract: None, values }
    }
}

/// How a service calls what may become of a build.
struct StatusWords {
    success: &'static str,
    failure: &'static str,
    pending: &'static str,
}

impl StatusWords {
    fn of(&self, success: Option<bool>) -> &'static str {
        match success {
            Some(true) => self.success,
            Some(false) => self.failure,
            None => self.pending,
        }
    }
}

const STATUS_WORDS: [(&str, StatusWords); 4] = [
    ("githubVerificationStatus", StatusWords { success: "success", failure: "failure", pending: "pending" }),
    (
        "bitbucketVerificationStatus",
        StatusWords { success: "SUCCESSFUL", failure: "FAILED", pending: "INPROGRESS" },
    ),
    (
        "azureDevOpsVerificationStatus",
        StatusWords { success: "succeeded", failure: "failed", pending: "pending" },
    ),
    ("gitlabVerificationStatus", StatusWords { success: "success", failure: "failed", pending: "pending" }),
];

fn tags(version: Option<&Version>) -> String {
    let tags = version.iter().flat_map(|version| &version.tags);
    tags.map(|used| used.tag.to_string()).collect::<Vec<_>>().join(", ")
}

fn branch(state: &State, version: Option<&Version>) -> String {
    version
        .and_then(|version| version.branches.last())
        .and_then(|membership| state.branch_by_id(membership.branch))
        .map(|branch| branch.name.to_string())
        .unwrap_or_default()
}

fn labels(participant: &Participant) -> String {
    participant.labels.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>().join(", ")
}
