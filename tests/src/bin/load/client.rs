//! Asking a broker, ours or another.

use std::time::Duration;

use reqwest::{Client, Method, Url};
use serde_json::Value;

use super::Failure;

/// Who does not answer for so long is broken.
const PATIENCE: Duration = Duration::from_secs(60);

/// A broker at an address.
#[derive(Debug, Clone)]
pub(crate) struct Broker {
    client: Client,
    url: Url,
    credentials: Option<(String, String)>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Below the broker's address, or a whole address that it gave.
    pub(crate) path: String,
    pub(crate) body: Option<String>,
}

impl Request {
    pub(crate) fn get(path: String) -> Self {
        Self { method: Method::GET, path, body: None }
    }

    pub(crate) fn post(path: String, body: String) -> Self {
        Self { method: Method::POST, path, body: Some(body) }
    }

    pub(crate) fn put(path: String) -> Self {
        Self { method: Method::PUT, path, body: Some("{}".to_owned()) }
    }
}

impl Broker {
    pub(crate) fn new(url: &str, credentials: Option<(String, String)>) -> Result<Self, Failure> {
        let address = |why| Failure::Address { url: url.to_owned(), why };
        // A path below the host is a folder: links are joined to it.
        let url = Url::parse(&format!("{}/", url.trim_end_matches('/')))
            .map_err(|error| address(error.to_string()))?;
        let client = Client::builder().no_proxy().timeout(PATIENCE).build()?;
        Ok(Self { client, url, credentials })
    }

    /// The text of a successful answer; any other is an error.
    pub(crate) async fn ask(&self, request: &Request) -> Result<bytes::Bytes, Failure> {
        let url = if request.path.starts_with("http") {
            Url::parse(&request.path)
        } else {
            self.url.join(request.path.trim_start_matches('/'))
        };
        let url =
            url.map_err(|error| Failure::Address { url: request.path.clone(), why: error.to_string() })?;
        let mut asked =
            self.client.request(request.method.clone(), url).header("accept", "application/hal+json");
        if let Some((name, password)) = &self.credentials {
            asked = asked.basic_auth(name, Some(password));
        }
        if let Some(body) = &request.body {
            asked = asked.header("content-type", "application/json").body(body.clone());
        }
        let response = asked.send().await?;
        let status = response.status().as_u16();
        let text = response.bytes().await?;
        if !(200..300).contains(&status) {
            let (request, text) = (request.path.clone(), String::from_utf8_lossy(&text).into_owned());
            return Err(Failure::Answer { request, status, text });
        }
        Ok(text)
    }

    /// The document of a successful answer.
    pub(crate) async fn document(&self, request: &Request) -> Result<Value, Failure> {
        Ok(serde_json::from_slice(&self.ask(request).await?)?)
    }
}
