use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pactwright_core::json::{JsonBuf, ObjectBuf};
use pactwright_core::matching::ActualMessage;
use pactwright_core::model::ContentType;
use serde::Serialize;

use super::{BoxError, MessageTransport, TransportError, WantedMessage};
use crate::guard;

type Function =
    Arc<dyn Fn(WantedMessage) -> BoxFuture<'static, Result<Vec<ProvidedMessage>, BoxError>> + Send + Sync>;

/// Functions in this process that make the messages which a provider publishes: for tests that call the provider's own
/// code, with no queue and no server in between.
///
/// They are found by the description of the interaction. A message without a function is an error.
///
/// ```
/// use pactwright_verifier::transport::{MessageFunctions, ProvidedMessage};
///
/// # #[derive(serde::Serialize)] struct OrderPlaced { id: u64 }
/// # fn place_order(id: u64) -> OrderPlaced { OrderPlaced { id } }
/// let messages = MessageFunctions::new()
///     .message("an order was placed", async |wanted| {
///         // Values that setting up provider states gave, and parameters of the states.
///         let id = wanted.state_values.get("id").and_then(|id| id.as_u64()).unwrap_or(7);
///         let event = place_order(id); // the provider's own code
///         Ok(ProvidedMessage::json(&event)?.metadata("topic", "orders"))
///     })
///     .message("a question about stock", async |wanted| {
///         // The contents of the request that the consumer sends, where the message is an answer to one.
///         let question = wanted.request_contents();
///         # let _ = question;
///         Ok(ProvidedMessage::bytes("text/plain", "plenty"))
///     });
/// ```
#[derive(Clone)]
pub struct MessageFunctions {
    functions: BTreeMap<String, Function>,
    timeout: Duration,
}

impl Default for MessageFunctions {
    fn default() -> Self {
        Self { functions: BTreeMap::new(), timeout: Duration::from_secs(5) }
    }
}

/// A message that a provider made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProvidedMessage(ActualMessage);

/// What a [function](MessageFunctions) gives: a message, or several where that many responses are expected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProvidedMessages(Vec<ProvidedMessage>);

impl ProvidedMessage {
    /// A message with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// A message that carries a value as JSON.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        Ok(Self::bytes("application/json", serde_json::to_vec(value)?))
    }

    /// A message that carries bytes of a media type, such as `text/plain`. With a type that is none, the contents are
    /// taken for what they look like.
    pub fn bytes(content_type: &str, contents: impl Into<Vec<u8>>) -> Self {
        let content_type = ContentType::parse(content_type);
        Self(ActualMessage { contents: contents.into(), content_type, metadata: ObjectBuf::new() })
    }

    /// With a value beside the contents: a topic, a key.
    #[must_use]
    pub fn metadata(mut self, name: &str, value: impl Into<JsonBuf>) -> Self {
        self.0.metadata.insert(name.to_owned(), value);
        self
    }
}

impl From<ActualMessage> for ProvidedMessage {
    fn from(message: ActualMessage) -> Self {
        Self(message)
    }
}

impl From<ProvidedMessage> for ProvidedMessages {
    fn from(message: ProvidedMessage) -> Self {
        Self(vec![message])
    }
}

impl From<ActualMessage> for ProvidedMessages {
    fn from(message: ActualMessage) -> Self {
        Self(vec![message.into()])
    }
}

impl From<Vec<ProvidedMessage>> for ProvidedMessages {
    fn from(messages: Vec<ProvidedMessage>) -> Self {
        Self(messages)
    }
}

impl MessageFunctions {
    /// No functions yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a function that makes the message of that description.
    #[must_use]
    pub fn message<F, R, M>(mut self, description: &str, function: F) -> Self
    where
        F: Fn(WantedMessage) -> R + Send + Sync + 'static,
        R: Future<Output = Result<M, BoxError>> + Send + 'static,
        M: Into<ProvidedMessages>,
    {
        let function: Function =
            Arc::new(move |wanted| function(wanted).map(|made| made.map(|made| made.into().0)).boxed());
        self.functions.insert(description.to_owned(), function);
        self
    }

    /// How long a function may take. 5 seconds unless set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn make(&self, wanted: &WantedMessage) -> Result<Vec<ActualMessage>, TransportError> {
        let Some(function) = self.functions.get(&wanted.description) else {
            let known = self.functions.keys().map(|description| format!("\"{description}\"")).collect();
            return Err(TransportError::NoHandler { description: wanted.description.clone(), known });
        };
        let made = guard::call(self.timeout, || function(wanted.clone())).await;
        let made = made.map_err(|_| TransportError::HandlerTimeout { after: self.timeout })?;
        let made = made.map_err(TransportError::Handler)?;
        Ok(made.into_iter().map(|message| message.0).collect())
    }
}

impl fmt::Debug for MessageFunctions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.functions.keys()).finish()
    }
}

impl MessageTransport for MessageFunctions {
    fn fetch<'a>(
        &'a self,
        wanted: &'a WantedMessage,
    ) -> BoxFuture<'a, Result<Vec<ActualMessage>, TransportError>> {
        self.make(wanted).boxed()
    }

    fn target(&self) -> String {
        "message handlers in this process".to_owned()
    }
}
