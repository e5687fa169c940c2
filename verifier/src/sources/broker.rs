use std::fmt;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use pactwright_core::broker_api::{
    ConsumerVersionSelector, Index, Link, Links, PactForVerification, PactsForVerification,
    PactsForVerificationRequest,
};

use super::{LoadContext, Loaded, LoadedPact, Origin, PactSource, SourceError, read_remote};
use crate::client::{Access, HAL, Remote, RemoteError, presentable};

/// How many contracts are fetched at once.
const FETCHED_AT_ONCE: usize = 4;

/// The contracts that a broker has for the provider.
///
/// Without a [`Selection`] these are the latest of each consumer; with one, the broker chooses, and says which of them
/// are pending or work in progress.
#[derive(Clone)]
pub struct BrokerSource {
    url: String,
    access: Access,
    selection: Option<Selection>,
    of_all: bool,
}

/// What to ask a broker for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Which consumer versions' contracts are wanted; none means what the broker thinks best.
    pub selectors: Vec<ConsumerVersionSelector>,
    /// The branch of the provider version that verifies: decides what is pending and what is work in progress.
    pub provider_branch: Option<String>,
    /// The tags of the provider version that verifies: the same, for teams that use tags.
    pub provider_tags: Vec<String>,
    /// Whether failures of contracts that this provider never fulfilled are to be let pass.
    pub pending: bool,
    /// The date from which on work in progress is wanted too, as `YYYY-MM-DD`.
    pub wip_since: Option<String>,
}

/// The list of a provider's latest contracts, as far as it matters here.
#[derive(Debug, serde::Deserialize)]
struct LatestPacts {
    #[serde(rename = "_links", default)]
    links: Links,
}

/// A contract to fetch, and what the list says about it.
struct Listed {
    url: String,
    entry: Option<PactForVerification>,
}

impl fmt::Debug for BrokerSource {
    /// Without a password that the address may have.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("BrokerSource");
        shown.field("url", &presentable(&self.url)).field("access", &self.access);
        shown.field("selection", &self.selection).field("of_all", &self.of_all).finish()
    }
}

impl BrokerSource {
    /// All latest contracts with the provider in the broker at an address.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), access: Access::default(), selection: None, of_all: false }
    }

    /// Takes the latest contracts of all providers, whatever provider is asked for. A selection means nothing then.
    #[must_use]
    pub fn of_all_providers(mut self) -> Self {
        self.of_all = true;
        self
    }

    /// With a way to access it.
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Lets the broker choose.
    #[must_use]
    pub fn select(mut self, selection: Selection) -> Self {
        self.selection = Some(selection);
        self
    }

    async fn load_all(&self, context: &LoadContext) -> Loaded {
        let remote = Remote::new(context.client.clone(), self.access.clone());
        let provider = context.provider.as_ref().filter(|_| !self.of_all);
        if provider.is_none() && !self.of_all {
            let error = "a broker can only be asked for the contracts of a provider whose name is known";
            return Loaded { pacts: Vec::new(), failures: vec![SourceError::Other(error.to_owned())] };
        }
        let listed = match self.list(&remote, provider.map(String::as_str)).await {
            Ok(listed) => listed,
            Err(source) => return Loaded { pacts: Vec::new(), failures: vec![self.failure(source)] },
        };
        let fetched: Vec<_> = stream::iter(listed)
            .map(|listed| self.fetch(&remote, listed))
            .buffered(FETCHED_AT_ONCE)
            .collect()
            .await;
        let mut loaded = Loaded::default();
        for result in fetched {
            match result {
                Ok(pact) => loaded.pacts.push(pact),
                Err(error) => loaded.failures.push(error),
            }
        }
        loaded
    }

    /// Without a provider: those of all of them.
    async fn list(&self, remote: &Remote, provider: Option<&str>) -> Result<Vec<Listed>, RemoteError> {
        let index: Index = remote.get_json(&self.index(), "the index of a Pact broker").await?;
        let listed = match (provider, &self.selection) {
            (Some(provider), Some(selection)) => self.chosen(remote, &index.links, provider, selection).await,
            (Some(provider), None) => {
                let link = self.link(&index.links, ["pb:latest-provider-pacts"])?;
                Self::latest(remote, &link.expand(&[("provider", provider)])).await
            }
            (None, _) => {
                Self::latest(remote, &self.link(&index.links, ["pb:latest-pact-versions"])?.href).await
            }
        };
        match listed {
            // The broker knows no such provider: it has no contracts, which is for the run to judge.
            Err(RemoteError::NotFound { .. }) => Ok(Vec::new()),
            listed => listed,
        }
    }

    async fn chosen(
        &self,
        remote: &Remote,
        index: &Links,
        provider: &str,
        selection: &Selection,
    ) -> Result<Vec<Listed>, RemoteError> {
        let relations = ["pb:provider-pacts-for-verification", "beta:provider-pacts-for-verification"];
        let list = self.link(index, relations)?.expand(&[("provider", provider)]);
        // The address is asked directly. Asking it with GET first, as older clients do, makes some brokers compute a
        // whole answer that nobody reads.
        let answer: PactsForVerification =
            remote.post_json(&list, &request(selection), "a list of contracts").await?;
        answer.embedded.pacts.into_iter().map(|entry| listed(&list, entry)).collect()
    }

    async fn latest(remote: &Remote, list: &str) -> Result<Vec<Listed>, RemoteError> {
        let latest: LatestPacts = remote.get_json(list, "a list of contracts").await?;
        // Brokers that are older know only the second name.
        let links = match latest.links.all("pb:pacts") {
            [] => latest.links.all("pacts"),
            links => links,
        };
        Ok(links.iter().map(|link| Listed { url: link.href.clone(), entry: None }).collect())
    }

    fn link<'l, const N: usize>(
        &self,
        links: &'l Links,
        relations: [&'static str; N],
    ) -> Result<&'l Link, RemoteError> {
        let found = relations.iter().find_map(|relation| links.get(relation));
        found.ok_or_else(|| RemoteError::NoLink { url: self.name(), relation: relations[0] })
    }

    async fn fetch(&self, remote: &Remote, listed: Listed) -> Result<LoadedPact, SourceError> {
        let response = remote.get(&listed.url, HAL).await.map_err(|source| self.failure(source))?;
        let origin = Origin::Broker { broker: self.name(), url: presentable(&listed.url) };
        let mut loaded = read_remote(&response.body, origin, &self.access)?;
        if let Some(entry) = listed.entry {
            loaded.context.short_description = entry.short_description;
            loaded.context.pending = entry.verification_properties.pending.unwrap_or_default();
            loaded.context.wip = entry.verification_properties.wip;
            loaded.context.notices = entry.verification_properties.notices;
        }
        Ok(loaded)
    }

    /// The index has to be asked for with a slash at its end: brokers below a path need it.
    fn index(&self) -> String {
        format!("{}/", self.url.trim_end_matches('/'))
    }

    fn failure(&self, source: RemoteError) -> SourceError {
        SourceError::Remote { place: self.name(), source }
    }
}

impl PactSource for BrokerSource {
    fn name(&self) -> String {
        presentable(&self.url)
    }

    fn load<'a>(&'a self, context: &'a LoadContext) -> BoxFuture<'a, Loaded> {
        self.load_all(context).boxed()
    }
}

fn request(selection: &Selection) -> PactsForVerificationRequest {
    // An empty name of a branch is what a pipeline passes when a variable is not set.
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    PactsForVerificationRequest {
        provider_version_branch: given(&selection.provider_branch),
        provider_version_tags: selection.provider_tags.clone(),
        // Said in either case: brokers differ in what they take silence for.
        include_pending_status: Some(selection.pending),
        include_wip_pacts_since: given(&selection.wip_since),
        consumer_version_selectors: selection.selectors.clone(),
    }
}

fn listed(list: &str, entry: PactForVerification) -> Result<Listed, RemoteError> {
    let url = entry.links.href("self").map(str::to_owned);
    let url = url.ok_or_else(|| RemoteError::NoLink { url: list.to_owned(), relation: "self" })?;
    Ok(Listed { url, entry: Some(entry) })
}
