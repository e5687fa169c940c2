use std::sync::Arc;

use base64::Engine;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pactwright_core::format::write_message;
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::matching::{ActualMessage, ActualRequest, ActualResponse};
use pactwright_core::model::{ContentType, MatchingRules, Message, ProviderState, SpecVersion};

use super::{HttpTransport, MessageTransport, RequestFilters, TransportError, WantedMessage};
use crate::client::excerpt;

/// The header that carries what goes beside a message.
const METADATA: &str = "pact-message-metadata";

/// Asks a provider for messages over HTTP, in the way that providers tested with Pact implement: a `POST` with
///
/// ```json
/// {
///   "description": "an order was placed",
///   "providerStates": [{"name": "order exists", "params": {"id": 7}}],
///   "request": {"contents": {"content": {"id": 7}, "contentType": "application/json", "encoded": false}, "metadata": {}}
/// }
/// ```
///
/// The answer's body is the message. What goes beside it is in the header `Pact-Message-Metadata`, as a JSON object in
/// base64. `providerStates` is only there where there are some, `request` only where the message is an answer to one.
#[derive(Debug, Clone)]
pub struct HttpMessages {
    transport: Arc<dyn HttpTransport>,
    filters: RequestFilters,
}

impl HttpMessages {
    /// Asks in the place where the transport sends requests with an empty path.
    pub fn new(transport: impl HttpTransport + 'static) -> Self {
        Self { transport: Arc::new(transport), filters: RequestFilters::default() }
    }

    pub(super) fn over(transport: Arc<dyn HttpTransport>, filters: RequestFilters) -> Self {
        Self { transport, filters }
    }

    async fn fetch(&self, wanted: &WantedMessage) -> Result<Vec<ActualMessage>, TransportError> {
        // Only one response fits into an answer; taking it for all of them would be a false yes.
        if wanted.answers > 1 {
            return Err(TransportError::OneResponse { expected: wanted.answers });
        }
        let request = self.filters.apply(request(wanted)?).await?;
        let response = self.transport.send(&request).await?;
        if !(200..300).contains(&response.status) {
            return Err(TransportError::NoMessage {
                place: self.transport.target(),
                status: response.status,
                body: excerpt(&response.body),
            });
        }
        Ok(vec![message(response)?])
    }
}

impl MessageTransport for HttpMessages {
    fn fetch<'a>(
        &'a self,
        wanted: &'a WantedMessage,
    ) -> BoxFuture<'a, Result<Vec<ActualMessage>, TransportError>> {
        self.fetch(wanted).boxed()
    }

    fn target(&self) -> String {
        self.transport.target()
    }
}

fn request(wanted: &WantedMessage) -> Result<ActualRequest, TransportError> {
    let mut body = ObjectBuf::new();
    body.insert("description", wanted.description.as_str());
    if let Some(message) = &wanted.request {
        body.insert("request", plain(message)?);
    }
    if !wanted.states.is_empty() {
        body.insert("providerStates", Json::Array(wanted.states.iter().map(state).collect()));
    }
    Ok(ActualRequest {
        method: "POST".to_owned(),
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: Json::Object(body).to_compact().into_bytes(),
        ..ActualRequest::default()
    })
}

/// Contents and metadata; rules are not the provider's business.
fn plain(message: &Message) -> Result<JsonBuf, TransportError> {
    let plain = Message {
        contents: message.contents.clone(),
        metadata: message.metadata.clone(),
        rules: MatchingRules::default(),
        ..Message::default()
    };
    write_message(&plain, SpecVersion::V4).map_err(|error| TransportError::Other(Box::new(error)))
}

fn state(state: &ProviderState) -> JsonBuf {
    let mut object = ObjectBuf::new();
    object.insert("name", state.name.as_str());
    if !state.params.is_empty() {
        object.insert("params", state.params.clone());
    }
    Json::Object(object)
}

fn message(response: ActualResponse) -> Result<ActualMessage, TransportError> {
    let header = |name: &str| {
        let same = |(other, _): &&(String, String)| other.eq_ignore_ascii_case(name);
        response.headers.iter().find(same).map(|(_, value)| value.as_str())
    };
    let mut metadata = header(METADATA).map_or(Ok(ObjectBuf::new()), decode)?;
    let says_type =
        |name: &str| ["contenttype", "content-type"].contains(&name.to_ascii_lowercase().as_str());
    // Many frameworks answer everything as JSON; what a provider says about the message itself is nearer to the truth.
    if !metadata.names().any(says_type)
        && let Some(kind) = header("content-type")
    {
        metadata.insert("contentType", kind.to_owned());
    }
    let stated = metadata.iter().find(|(name, _)| says_type(name)).and_then(|(_, value)| value.as_str());
    let content_type = stated.and_then(ContentType::parse);
    Ok(ActualMessage { contents: response.body, content_type, metadata })
}

fn decode(text: &str) -> Result<ObjectBuf, TransportError> {
    let broken = || TransportError::Metadata { found: excerpt(text.as_bytes()) };
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).map_err(|_| broken())?;
    match Json::parse(&bytes).map(Json::into_owned) {
        Ok(Json::Object(metadata)) => Ok(metadata),
        _ => Err(broken()),
    }
}
