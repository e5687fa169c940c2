//! The consumer: a client that sends what it is told, and says what came back.

use reqwest::{Client, Method};

/// A service, by its address.
pub(crate) struct Service {
    base: String,
    http: Client,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Service {
    pub(crate) fn new(base: impl Into<String>) -> reqwest::Result<Self> {
        Ok(Self { base: base.into(), http: Client::builder().no_proxy().build()? })
    }

    /// Sends a request; `target` is a path with a query.
    pub(crate) async fn send(
        &self,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> reqwest::Result<Answer> {
        let mut request = self.http.request(method, format!("{}{target}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_empty() {
            request = request.body(body.to_vec());
        }
        let response = request.send().await?;
        Ok(Answer { status: response.status().as_u16(), body: response.bytes().await?.to_vec() })
    }

    /// A `GET` with these headers.
    pub(crate) async fn get(&self, target: &str, headers: &[(&str, &str)]) -> reqwest::Result<Answer> {
        self.send(Method::GET, target, headers, b"").await
    }
}

impl Answer {
    /// What was answered, in words, for a test that fails.
    pub(crate) fn shown(&self) -> String {
        format!("{} {}", self.status, String::from_utf8_lossy(&self.body))
    }

    pub(crate) fn json(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::from_slice(&self.body)
    }
}
