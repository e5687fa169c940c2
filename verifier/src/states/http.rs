use std::fmt;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};

use super::{StateChange, StateError, StateErrorReason, StateHandler};
use crate::client::{
    HttpClient, HttpError, Outgoing, Reach, excerpt, header_map, parse_url, shown as shown_url,
};
use crate::secrets;

/// The largest answer of a state handler that is read, in bytes.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// Where a call that changes a state says what it wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ParametersIn {
    /// In a JSON body: `{"state": "order exists", "params": {"id": 7}, "action": "setup"}`.
    #[default]
    Body,
    /// In the query: `?state=order%20exists&id=7&action=setup`. Values that are not text are written as JSON.
    Query,
}

/// States are changed by calling an address of the provider, with `POST`.
///
/// Any answer with a status of 2xx is success. Where it is a JSON object, its members are values for the interaction.
#[derive(Clone)]
pub struct HttpStates {
    client: HttpClient,
    url: Url,
    parameters: ParametersIn,
    teardown: bool,
    headers: Vec<(String, String)>,
    timeout: Duration,
    reach: Reach,
}

impl fmt::Debug for HttpStates {
    /// Without secrets: the address and headers may have some.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("HttpStates");
        shown.field("url", &shown_url(&self.url)).field("headers", &secrets::names(&self.headers));
        shown.field("parameters", &self.parameters).field("teardown", &self.teardown);
        shown.field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl HttpStates {
    /// States are set up by calling this address; nothing is torn down.
    ///
    /// # Errors
    /// When the address cannot be called.
    pub fn new(client: HttpClient, url: &str) -> Result<Self, HttpError> {
        Ok(Self {
            client,
            url: parse_url(url)?,
            parameters: ParametersIn::Body,
            teardown: false,
            headers: Vec::new(),
            timeout: Duration::from_secs(30),
            reach: Reach::default(),
        })
    }

    /// Says what is wanted in that part of the call.
    #[must_use]
    pub fn parameters_in(mut self, parameters: ParametersIn) -> Self {
        self.parameters = parameters;
        self
    }

    /// Whether there is a call after each interaction, too.
    #[must_use]
    pub fn teardown(mut self, teardown: bool) -> Self {
        self.teardown = teardown;
        self
    }

    /// Headers that go with every call.
    #[must_use]
    pub fn headers(mut self, headers: Vec<(String, String)>) -> Self {
        self.headers = headers;
        self
    }

    /// How long a call may take. 30 seconds unless set: setting up a database takes its time.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    fn outgoing(&self, change: StateChange<'_>) -> Result<Outgoing, HttpError> {
        let mut headers: HeaderMap = header_map(&self.headers)?;
        let (url, body) = match self.parameters {
            ParametersIn::Body => {
                headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
                (self.url.clone(), body(change).to_compact().into_bytes())
            }
            ParametersIn::Query => (with_query(&self.url, change), Vec::new()),
        };
        let (timeout, limit) = (self.timeout, LARGEST_ANSWER);
        Ok(Outgoing { method: Method::POST, url, headers, body, timeout, limit })
    }

    async fn call(&self, change: StateChange<'_>) -> Result<ObjectBuf, StateError> {
        let outgoing = self.outgoing(change).map_err(|error| change.failed(error))?;
        let answer = self.reach.send(&self.client, outgoing).await.map_err(|error| change.failed(error))?;
        if !(200..300).contains(&answer.status) {
            let (url, body) = (shown_url(&self.url), excerpt(&answer.body));
            return Err(change.failed(StateErrorReason::Refused { url, status: answer.status, body }));
        }
        // Handlers answer with all kinds of things; only an object has values.
        match Json::parse(&answer.body).map(Json::into_owned) {
            Ok(Json::Object(values)) => Ok(values),
            _ => Ok(ObjectBuf::new()),
        }
    }
}

impl StateHandler for HttpStates {
    fn change<'a>(&'a self, change: StateChange<'a>) -> BoxFuture<'a, Result<ObjectBuf, StateError>> {
        self.call(change).boxed()
    }

    fn tears_down(&self) -> bool {
        self.teardown
    }
}

fn body(change: StateChange<'_>) -> JsonBuf {
    let mut body = ObjectBuf::new();
    body.insert("state", change.state.name.clone());
    body.insert("params", change.state.params.clone());
    body.insert("action", change.action.as_str());
    Json::Object(body)
}

fn with_query(url: &Url, change: StateChange<'_>) -> Url {
    let mut url = url.clone();
    let mut pairs = url.query_pairs_mut();
    pairs.append_pair("state", &change.state.name);
    for (name, value) in change.state.params.iter() {
        match value {
            Json::String(text) => pairs.append_pair(name, text),
            other => pairs.append_pair(name, &other.to_compact()),
        };
    }
    pairs.append_pair("action", change.action.as_str());
    drop(pairs);
    url
}
