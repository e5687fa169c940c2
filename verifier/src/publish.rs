//! Telling brokers what came of a run.
//!
//! The branch and the tags of the provider's version come first, results after them: a broker that hears of a result
//! decides at once what it means, and for that it must know which branch the version is on.

use std::collections::BTreeMap;
use std::sync::Arc;

use pactwright_core::broker_api::{Links, VerificationResultRequest, VerifiedBy};
use pactwright_core::names::{BranchName, TagName, VersionNumber};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::client::{HttpClient, Remote, RemoteError, presentable};
use crate::outcome::{InteractionResult, NotPublished, Publication, ResponseTimes, milliseconds};
use crate::plan::{PlannedInteraction, PlannedPact};
use crate::report::chain;
use crate::sources::ResultsAddress;

/// Which version of the provider results are published for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderVersion {
    /// The version: a commit, say.
    pub number: VersionNumber,
    /// The branch that it was built from.
    pub branch: Option<BranchName>,
    /// Tags to put on it.
    pub tags: Vec<TagName>,
    /// Where its build can be looked at.
    pub build_url: Option<String>,
}

impl ProviderVersion {
    /// A version of which nothing more is known.
    pub fn new(number: VersionNumber) -> Self {
        Self { number, branch: None, tags: Vec::new(), build_url: None }
    }

    /// On a branch.
    #[must_use]
    pub fn branch(mut self, branch: BranchName) -> Self {
        self.branch = Some(branch);
        self
    }

    /// With tags.
    #[must_use]
    pub fn tags(mut self, tags: impl IntoIterator<Item = TagName>) -> Self {
        self.tags.extend(tags);
        self
    }

    /// With an address where its build can be looked at.
    #[must_use]
    pub fn build_url(mut self, url: impl Into<String>) -> Self {
        self.build_url = Some(url.into());
        self
    }
}

/// What would be published about one contract, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The address that takes the result.
    pub url: String,
    /// The version that it is about. Its branch and its tags would be recorded first.
    pub version: ProviderVersion,
    /// The result.
    pub result: VerificationResultRequest,
}

/// Why a result could not be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The version's branch or tags could not be recorded, so results were not sent either.
    #[error("the {what} of the provider's version could not be recorded, so the result was not published")]
    Version {
        /// Branch or tag.
        what: &'static str,
        /// Why.
        source: Arc<RemoteError>,
    },
    /// The result could not be sent.
    #[error("the result could not be published")]
    Result(#[source] RemoteError),
}

/// The result of a contract's interactions, in their order.
pub(crate) type Results = [(Arc<PlannedInteraction>, Arc<InteractionResult>)];

/// Publishes the results of one run.
pub(crate) struct Publisher<'a> {
    client: &'a HttpClient,
    version: &'a ProviderVersion,
    narrowed: bool,
    dry_run: bool,
    /// What came of recording branch and tags, by the provider's address in its broker.
    recorded: BTreeMap<String, Result<(), Recording>>,
}

type Recording = (&'static str, Arc<RemoteError>);

#[derive(Debug, Deserialize)]
struct Provider {
    #[serde(rename = "_links", default)]
    links: Links,
}

impl<'a> Publisher<'a> {
    pub(crate) fn new(client: &'a HttpClient, version: &'a ProviderVersion, narrowed: bool) -> Self {
        Self { client, version, narrowed, dry_run: false, recorded: BTreeMap::new() }
    }

    /// Whether to say what would be sent, and send nothing.
    pub(crate) fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    pub(crate) async fn publish(
        &mut self,
        pact: &PlannedPact,
        success: bool,
        results: &Results,
        response_times: Option<&ResponseTimes>,
    ) -> Publication {
        // Whatever part of the contract was left out is not known, even where it happens to be nothing.
        if self.narrowed {
            return Publication::Refused(NotPublished::Filtered);
        }
        let Some(address) = &pact.context.results else {
            return Publication::Refused(NotPublished::NoBroker);
        };
        let request = request(self.version, success, results, response_times);
        if self.dry_run {
            return Publication::DryRun(Arc::new(Draft {
                url: presentable(&address.results),
                version: self.version.clone(),
                result: request,
            }));
        }
        match self.send(address, &request).await {
            Ok(()) => Publication::Published,
            Err(error) => Publication::Failed(Arc::new(error)),
        }
    }

    async fn send(
        &mut self,
        address: &ResultsAddress,
        request: &VerificationResultRequest,
    ) -> Result<(), PublishError> {
        let remote = Remote::new(self.client.clone(), address.access.clone());
        let place = address.provider.clone().unwrap_or_default();
        if !self.recorded.contains_key(&place) {
            let outcome = self.record_version(&remote, address).await;
            self.recorded.insert(place.clone(), outcome);
        }
        if let Some(Err((what, source))) = self.recorded.get(&place) {
            return Err(PublishError::Version { what, source: Arc::clone(source) });
        }
        remote.send(Method::POST, &address.results, request).await.map(drop).map_err(PublishError::Result)
    }

    async fn record_version(&self, remote: &Remote, address: &ResultsAddress) -> Result<(), Recording> {
        if self.version.branch.is_none() && self.version.tags.is_empty() {
            return Ok(());
        }
        let what = if self.version.branch.is_some() { "branch" } else { "tags" };
        let failed = |what| move |error| (what, Arc::new(error));
        let url = address.provider.as_deref();
        let no_link = |url: &str, relation| RemoteError::NoLink { url: url.to_owned(), relation };
        let url = url.ok_or_else(|| failed(what)(no_link(&address.results, "pb:provider")))?;
        let provider: Provider = remote.get_json(url, "a participant").await.map_err(failed(what))?;
        let number = self.version.number.as_str();
        let put = async |relation, variable, value: &str| -> Result<(), RemoteError> {
            let link = provider.links.get(relation).ok_or_else(|| no_link(url, relation))?;
            let target = link.expand(&[("version", number), (variable, value)]);
            remote.send(Method::PUT, &target, &json!({})).await.map(drop)
        };
        if let Some(branch) = &self.version.branch {
            put("pb:branch-version", "branch", branch.as_str()).await.map_err(failed("branch"))?;
        }
        for tag in &self.version.tags {
            put("pb:version-tag", "tag", tag.as_str()).await.map_err(failed("tags"))?;
        }
        Ok(())
    }
}

fn request(
    version: &ProviderVersion,
    success: bool,
    results: &Results,
    response_times: Option<&ResponseTimes>,
) -> VerificationResultRequest {
    VerificationResultRequest {
        success,
        provider_application_version: version.number.as_str().to_owned(),
        build_url: version.build_url.clone(),
        test_results: Some(
            results.iter().map(|(interaction, result)| test_result(interaction, result)).collect(),
        ),
        verified_by: Some(VerifiedBy {
            implementation: Some("pactwright".to_owned()),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        response_times: response_times.map(ResponseTimes::on_the_wire),
    }
}

/// One interaction, as brokers read it. Those that have no id are found by description and first provider state.
///
/// Descriptions of mismatches are those for people: brokers store and show them, and do not interpret them.
fn test_result(planned: &PlannedInteraction, result: &InteractionResult) -> serde_json::Value {
    let interaction = &planned.interaction;
    let mismatches: Vec<_> = result
        .sentences()
        .map(|(mismatch, sentence)| {
            let mut value = json!({ "attribute": mismatch.part.as_str(), "description": sentence });
            if !mismatch.location.is_empty() {
                value["identifier"] = mismatch.location.clone().into();
            }
            value
        })
        .collect();
    let exceptions: Vec<_> = result.errors.iter().map(|error| json!({ "message": chain(error) })).collect();
    let mut value = json!({
        "interactionDescription": interaction.description,
        "success": result.passed(),
        "mismatches": mismatches,
        "exceptions": exceptions,
    });
    if let Some(id) = &interaction.id {
        value["interactionId"] = id.clone().into();
    }
    if let Some(state) = interaction.states.first() {
        value["interactionProviderState"] = state.name.clone().into();
    }
    // An extension: brokers that do not know it keep it, or leave it out.
    if let Some(time) = result.response_time {
        value["responseTimeMs"] = milliseconds(time).into();
    }
    value
}

/// The moment of a notice that is shown after publishing, or not publishing.
pub(crate) fn moment_after(success: bool, published: bool) -> String {
    format!("after_verification:success_{success}_published_{published}")
}
