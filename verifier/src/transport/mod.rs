//! How a stimulus gets to the provider, and its reaction back.
//!
//! There is one trait for each kind of exchange, so that a transport can only be asked for what it can do.

mod filter;
mod functions;
mod http;
mod messages;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use pactwright_core::json::ObjectBuf;
use pactwright_core::matching::{ActualMessage, ActualRequest, ActualResponse};
use pactwright_core::model::{Message, ProviderState};

use crate::client::HttpError;

pub(crate) use filter::RequestFilters;
pub use functions::{MessageFunctions, ProvidedMessage, ProvidedMessages};
pub use http::HttpProvider;
pub use messages::HttpMessages;

/// What functions of whoever uses this crate fail with: anything that `?` can make an error of.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Takes requests to a provider.
///
/// [`HttpProvider`] does so over the network. Write one to call a service within the same process. To change requests
/// on the way, there is [`Verifier::request_filter`](crate::Verifier::request_filter).
pub trait HttpTransport: fmt::Debug + Send + Sync {
    /// Sends a request and waits for the response.
    fn send<'a>(
        &'a self,
        request: &'a ActualRequest,
    ) -> BoxFuture<'a, Result<ActualResponse, TransportError>>;

    /// Where requests go, as people write it: an address.
    fn target(&self) -> String;
}

/// Gets messages from a provider.
///
/// [`HttpMessages`] asks for them over HTTP, [`MessageFunctions`] calls functions in this process. Write one to listen
/// to a queue.
pub trait MessageTransport: fmt::Debug + Send + Sync {
    /// Makes the provider produce a message and waits for it. There is one, but for messages that answer another: of
    /// those there are as many as the provider gave.
    fn fetch<'a>(
        &'a self,
        wanted: &'a WantedMessage,
    ) -> BoxFuture<'a, Result<Vec<ActualMessage>, TransportError>>;

    /// Where messages come from, as people write it.
    fn target(&self) -> String;
}

/// The message that a provider is asked for.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct WantedMessage {
    /// The description of the interaction.
    pub description: String,
    /// The provider states, which are set up by now.
    pub states: Vec<ProviderState>,
    /// The parameters of the provider states, overlaid by what setting them up gave.
    pub state_values: ObjectBuf,
    /// The message that the wanted one answers; none for a message that the provider publishes by itself.
    pub request: Option<Message>,
    /// How many messages are expected: 1, unless an interaction has several responses.
    pub answers: usize,
}

impl WantedMessage {
    /// What the message carries that the wanted one answers; empty where there is none.
    pub fn request_contents(&self) -> Cow<'_, [u8]> {
        self.request.as_ref().map_or(Cow::Borrowed(&[]), |request| request.contents.bytes())
    }
}

/// Why there is nothing to be verified.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Over HTTP.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The provider has no such message, or failed to make it.
    #[error("{place} was asked for the message and answered with status {status}{}", if body.is_empty() { String::new() } else { format!(": {body}") })]
    NoMessage {
        /// The address.
        place: String,
        /// The status.
        status: u16,
        /// What it said, shortened.
        body: String,
    },
    /// What goes beside a message cannot be read.
    #[error("its header `Pact-Message-Metadata` is not a JSON object in base64: {found}")]
    Metadata {
        /// What is there, shortened.
        found: String,
    },
    /// More responses are expected than can be had over HTTP.
    #[error(
        "the contract expects {expected} responses, and over HTTP there is only one: give a message handler"
    )]
    OneResponse {
        /// How many are expected.
        expected: usize,
    },
    /// There is no function for the message.
    #[error("there is no message handler for \"{description}\"{}", if known.is_empty() { String::new() } else { format!("; handlers exist for {}", known.join(", ")) })]
    NoHandler {
        /// The description of the interaction.
        description: String,
        /// The descriptions that have one.
        known: Vec<String>,
    },
    /// A function that makes a message failed.
    #[error("the message handler failed")]
    Handler(#[source] BoxError),
    /// A function that makes a message took too long.
    #[error("the message handler did not finish within {after:?}")]
    HandlerTimeout {
        /// How long was waited.
        after: Duration,
    },
    /// A function that changes requests failed.
    #[error("the request filter failed, so nothing was sent")]
    Filter(#[source] BoxError),
    /// A function that changes requests took too long.
    #[error("the request filter did not finish within {after:?}, so nothing was sent")]
    FilterTimeout {
        /// How long was waited.
        after: Duration,
    },
    /// Anything else that a transport of your own has to say.
    #[error("{0}")]
    Other(BoxError),
}

/// The ways to a provider: those by default, others by the name that interactions give in `transport`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Transports {
    pub(crate) http: Option<Arc<dyn HttpTransport>>,
    pub(crate) messages: Option<Arc<dyn MessageTransport>>,
    pub(crate) named: BTreeMap<String, Arc<dyn HttpTransport>>,
    pub(crate) named_messages: BTreeMap<String, Arc<dyn MessageTransport>>,
    pub(crate) filters: RequestFilters,
}

impl Transports {
    /// The way for requests of interactions that ask for a transport of that name.
    pub(crate) fn http(&self, name: Option<&str>) -> Option<&Arc<dyn HttpTransport>> {
        match name.filter(|name| !matches!(*name, "" | "http" | "https")) {
            Some(name) => self.named.get(name),
            None => self.named.get(name.unwrap_or("http")).or(self.http.as_ref()),
        }
    }

    /// The way for messages of interactions that ask for a transport of that name. Names such as `kafka` say how
    /// messages travel in production; in a test they may all come from the same place.
    pub(crate) fn messages(
        &self,
        name: Option<&str>,
        usual: &'static str,
    ) -> Option<Arc<dyn MessageTransport>> {
        let named = |name: &str| {
            let own = self.named_messages.get(name).cloned();
            own.or_else(|| self.named.get(name).map(|transport| self.messages_over(transport)))
        };
        let asked = name.filter(|name| !name.is_empty()).and_then(named);
        asked
            .or_else(|| named(usual))
            .or_else(|| named("message"))
            .or_else(|| self.messages.clone())
            .or_else(|| self.http.as_ref().map(|transport| self.messages_over(transport)))
    }

    /// Where the provider is, as people write it.
    pub(crate) fn target(&self) -> Option<String> {
        let http = self.http(None).map(|transport| transport.target());
        http.or_else(|| self.messages.as_ref().map(|transport| transport.target()))
    }

    fn messages_over(&self, transport: &Arc<dyn HttpTransport>) -> Arc<dyn MessageTransport> {
        Arc::new(HttpMessages::over(Arc::clone(transport), self.filters.clone()))
    }
}
