use std::fmt;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{LoadContext, Loaded, LoadedPact, Origin, PactSource, SourceError, read_remote};
use crate::client::{Access, HAL, Remote, presentable};

/// One contract at an address: a file on any web server, or a contract in a broker.
///
/// A contract in a broker says itself where results go, so that they can be published.
#[derive(Clone)]
pub struct UrlSource {
    url: String,
    access: Access,
}

impl fmt::Debug for UrlSource {
    /// Without a password that the address may have.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = presentable(&self.url);
        formatter.debug_struct("UrlSource").field("url", &url).field("access", &self.access).finish()
    }
}

impl UrlSource {
    /// The contract at an address.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), access: Access::default() }
    }

    /// With a way to access it.
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    async fn fetch(&self, context: &LoadContext) -> Result<LoadedPact, SourceError> {
        let remote = Remote::new(context.client.clone(), self.access.clone());
        let response = remote
            .get(&self.url, HAL)
            .await
            .map_err(|source| SourceError::Remote { place: self.name(), source })?;
        read_remote(&response.body, Origin::Url(self.name()), &self.access)
    }
}

impl PactSource for UrlSource {
    fn name(&self) -> String {
        presentable(&self.url)
    }

    fn load<'a>(&'a self, context: &'a LoadContext) -> BoxFuture<'a, Loaded> {
        async { Loaded::one(self.fetch(context).await) }.boxed()
    }
}
