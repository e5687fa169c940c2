//! How a stimulus gets to the provider, and its reaction back.
//!
//! There is one trait for each kind of exchange, so that a transport can only be asked for what it can do.

mod http;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use pactwright_core::matching::{ActualRequest, ActualResponse};

use crate::client::HttpError;

pub use http::HttpProvider;

/// Takes requests to a provider.
///
/// [`HttpProvider`] does so over the network. Write one to change requests on the way (add a token that is made anew
/// each time), or to call a service within the same process.
pub trait HttpTransport: fmt::Debug + Send + Sync {
    /// Sends a request and waits for the response.
    fn send<'a>(
        &'a self,
        request: &'a ActualRequest,
    ) -> BoxFuture<'a, Result<ActualResponse, TransportError>>;

    /// Where requests go, as people write it: an address.
    fn target(&self) -> String;
}

/// Why the provider gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Over HTTP.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// Anything else that a transport of your own has to say.
    #[error("{0}")]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

/// The ways to a provider: one by default, others by the name that interactions give in `transport`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Transports {
    pub(crate) http: Option<Arc<dyn HttpTransport>>,
    pub(crate) named: BTreeMap<String, Arc<dyn HttpTransport>>,
}

impl Transports {
    /// The way for interactions that ask for a transport of that name.
    pub(crate) fn http(&self, name: Option<&str>) -> Option<&dyn HttpTransport> {
        let name = name.filter(|name| !matches!(*name, "" | "http" | "https"));
        match name {
            Some(name) => self.named.get(name).map(AsRef::as_ref),
            None => self.http.as_deref(),
        }
    }
}
