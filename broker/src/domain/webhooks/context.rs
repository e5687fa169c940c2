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

/// The names of all variables that are recorded with what happened. Those that follow from others, such as addresses, are
/// not among them. What does not apply to an event is there, too, and says nothing, so that no receiver is ever sent the
/// name of a variable instead of a value.
pub const NAMES: [&str; 23] = [
    "consumerName",
    "consumerVersionNumber",
    "consumerVersionTags",
    "consumerVersionBranch",
    "consumerLabels",
    "consumerOwner",
    "providerName",
    "providerVersionNumber",
    "providerVersionTags",
    "providerVersionBranch",
    "providerVersionDescriptions",
    "providerLabels",
    "providerOwner",
    "pacticipantName",
    "pacticipantVersionNumber",
    "pacticipantVersionTags",
    "pacticipantVersionBranch",
    "pacticipantLabels",
    "environmentName",
    "applicationInstance",
    "buildUrl",
    "reason",
    "unverifiedHours",
];

impl Context {
    /// All that can be said, with nothing said yet.
    fn blank(base: &str) -> Self {
        let mut values: BTreeMap<_, _> =
            NAMES.into_iter().map(|name| (name.to_owned(), String::new())).collect();
        for (name, words) in STATUS_WORDS {
            values.insert(name.to_owned(), words.of(None).to_owned());
        }
        Self { base: base.to_owned(), contract: None, values }
    }

    fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), value.into());
    }

    /// Gathers the values.
    pub fn new(state: &State, facts: &Facts<'_>) -> Self {
        let of_result = facts.result.and_then(|result| state.version_by_id(result.version));
        let provider_version =
            facts.provider_version.map(|given| given.version).or_else(|| of_result.map(AsRef::as_ref));
        let descriptions = facts.provider_version.map(|given| given.descriptions).unwrap_or_default();
        let mut context = Self::blank(facts.base);
        context.set_participant(state, "consumer", facts.consumer, Some(facts.version));
        context.set_participant(state, "provider", facts.provider, provider_version);
        context.set("consumerOwner", owner(state, facts.consumer));
        context.set("providerOwner", owner(state, facts.provider));
        context.set("providerVersionDescriptions", descriptions.join(", "));
        context.set("buildUrl", facts.build_url.unwrap_or_default());
        for (name, words) in STATUS_WORDS {
            context.set(name, words.of(facts.result.map(|result| result.success)));
        }
        for (name, value) in facts.more {
            context.set(name, value.clone());
        }
        context.contract = Some(ContractContext {
            consumer: facts.consumer.name.clone(),
            provider: facts.provider.name.clone(),
            version: facts.version.number.clone(),
            sha: facts.content.sha.clone(),
            result: facts.result.map(|result| result.number),
        });
        context
    }

    /// What is said of a participant in a role, and of a version of it.
    fn set_participant(
        &mut self,
        state: &State,
        role: &str,
        participant: &Participant,
        version: Option<&Version>,
    ) {
        let number = version.map(|version| version.number.to_string()).unwrap_or_default();
        for (what, value) in [
            ("Name", participant.name.to_string()),
            ("VersionNumber", number),
            ("VersionTags", tags(version)),
            ("VersionBranch", branch(state, version)),
            ("Labels", labels(participant)),
        ] {
            self.set(&format!("{role}{what}"), value);
        }
    }

    /// Gathers what can be said of a deployment. What webhooks can say of a consumer is there, too: it is the one that was
    /// deployed.
    pub fn of_deployment(state: &State, deployed: &Deployed<'_>) -> Self {
        let Deployed { base, participant, version, environment, instance } = *deployed;
        let mut context = Self::blank(base);
        for role in ["pacticipant", "consumer"] {
            context.set_participant(state, role, participant, Some(version));
        }
        context.set("consumerOwner", owner(state, participant));
        context.set("environmentName", environment);
        context.set("applicationInstance", instance.unwrap_or_default());
        context.set("buildUrl", version.build_url.as_deref().unwrap_or_default());
        // It is about no contract.
        context.set("pactUrl", "");
        context
    }

    /// Stands in where a webhook is tried out, and there is no contract that it is about.
    pub fn placeholder(base: &str) -> Self {
        let mut context = Self::blank(base);
        for (name, value) in [
            ("consumerName", "placeholder-consumer"),
            ("providerName", "placeholder-provider"),
            ("consumerVersionNumber", "1"),
            ("providerVersionNumber", "1"),
            ("pacticipantName", "placeholder-consumer"),
            ("pacticipantVersionNumber", "1"),
            ("environmentName", "placeholder-environment"),
        ] {
            context.set(name, value);
        }
        context
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

/// To whom a participant belongs, and whom to ask: `web (#web, web@example.org)`; nothing where nobody owns it.
fn owner(state: &State, participant: &Participant) -> String {
    match state.access().owned(&participant.name) {
        Some(owned) if owned.contacts.is_empty() => owned.team.to_string(),
        Some(owned) => format!("{} ({})", owned.team, owned.contacts.join(", ")),
        None => String::new(),
    }
}

fn labels(participant: &Participant) -> String {
    participant.labels.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
