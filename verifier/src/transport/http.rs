use std::fmt;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pactwright_core::matching::{ActualRequest, ActualResponse};
use reqwest::{Method, Url};

use super::{HttpTransport, TransportError};
use crate::client::{HttpClient, HttpError, Outgoing, Reach, header_map, parse_url, shown as shown_url};
use crate::secrets;

/// The largest response body that is read unless set otherwise, in bytes.
const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// A provider that is reached over HTTP.
///
/// Redirects are not followed: a contract may be about one.
#[derive(Clone)]
pub struct HttpProvider {
    client: HttpClient,
    base: Url,
    headers: Vec<(String, String)>,
    timeout: Duration,
    limit: usize,
    reach: Reach,
}

impl fmt::Debug for HttpProvider {
    /// Without secrets: headers may have some.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("HttpProvider");
        shown.field("base", &shown_url(&self.base)).field("headers", &secrets::names(&self.headers));
        shown.field("timeout", &self.timeout).field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl HttpProvider {
    /// The provider at an address, which may have a path: `http://localhost:8080/api`.
    ///
    /// # Errors
    /// When the address cannot be called.
    pub fn new(client: HttpClient, base_url: &str) -> Result<Self, HttpError> {
        let base = parse_url(base_url)?;
        // Now, and not while somebody measures how long the provider takes.
        client.prepare(&base);
        Ok(Self {
            client,
            base,
            headers: Vec::new(),
            timeout: Duration::from_secs(5),
            limit: LARGEST_BODY,
            reach: Reach::default(),
        })
    }

    /// How long the provider may take for a whole answer. 5 seconds unless set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Headers that go with every request, in place of those of the same name in the contract.
    #[must_use]
    pub fn headers(mut self, headers: Vec<(String, String)>) -> Self {
        self.headers = headers;
        self
    }

    /// The largest response body that is read, in bytes. 32 MiB unless set.
    #[must_use]
    pub fn body_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    fn outgoing(&self, request: &ActualRequest) -> Result<Outgoing, HttpError> {
        let method = Method::from_bytes(request.method.to_ascii_uppercase().as_bytes())
            .map_err(|_| HttpError::InvalidMethod(request.method.clone()))?;
        let mut headers = header_map(&without_framing(&request.headers))?;
        // Extending puts values in place of those of the same name.
        headers.extend(header_map(&self.headers)?);
        Ok(Outgoing {
            method,
            url: address(&self.base, request)?,
            headers,
            body: request.body.clone(),
            timeout: self.timeout,
            limit: self.limit,
        })
    }
}

impl HttpTransport for HttpProvider {
    fn send<'a>(
        &'a self,
        request: &'a ActualRequest,
    ) -> BoxFuture<'a, Result<ActualResponse, TransportError>> {
        async {
            let outgoing = self.outgoing(request)?;
            Ok(self.reach.send(&self.client, outgoing).await?)
        }
        .boxed()
    }

    fn target(&self) -> String {
        shown_url(&self.base).trim_end_matches('/').to_owned()
    }
}

/// Headers that say how a body is framed are up to the connection: those of the consumer's test may be wrong here.
fn without_framing(headers: &[(String, String)]) -> Vec<(String, String)> {
    const FRAMING: [&str; 4] = ["content-length", "transfer-encoding", "connection", "keep-alive"];
    let framing = |name: &str| FRAMING.iter().any(|other| other.eq_ignore_ascii_case(name));
    headers.iter().filter(|(name, _)| !framing(name)).cloned().collect()
}

/// The path of the contract below that of the provider; an empty path is that of the provider itself. A path is only a
/// path: a `?` or `#` in it is part of a name.
fn address(base: &Url, request: &ActualRequest) -> Result<Url, HttpError> {
    let mut text =
        base.as_str().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_owned();
    let path = request.path.trim_start_matches('/');
    // A path of several slashes stays one, but must not become another host.
    let slashes = &request.path[..request.path.len() - path.len()];
    text.push_str(if slashes.is_empty() && !path.is_empty() { "/" } else { slashes });
    text.push_str(&path.replace('?', "%3F").replace('#', "%23"));
    if let Some(query) = &request.query {
        text.push('?');
        text.push_str(&query.replace('#', "%23"));
    }
    parse_url(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(base: &str, path: &str, query: Option<&str>) -> String {
        let request =
            ActualRequest { path: path.into(), query: query.map(str::to_owned), ..ActualRequest::default() };
        address(&Url::parse(base).unwrap(), &request).unwrap().to_string()
    }

    #[test]
    fn paths_go_below_the_base() {
        for (base, path, query, expected) in [
            ("http://p:80", "/a/b", None, "http://p/a/b"),
            ("http://p/", "", None, "http://p/"),
            ("http://p/messages", "", None, "http://p/messages"),
            ("http://p/messages/", "", Some("a"), "http://p/messages?a"),
            ("http://p/api/", "/a", Some("x=1&y=a%20b"), "http://p/api/a?x=1&y=a%20b"),
            ("http://p/api?z#f", "a", None, "http://p/api/a"),
            ("http://p", "/a b/ä", None, "http://p/a%20b/%C3%A4"),
            ("http://p", "/a?b#c", Some("d#e"), "http://p/a%3Fb%23c?d%23e"),
            ("http://p", "//evil.example/x", None, "http://p//evil.example/x"),
            ("http://p", "/a%2Fb", Some(""), "http://p/a%2Fb?"),
        ] {
            assert_eq!(at(base, path, query), expected);
        }
    }

    #[test]
    fn headers_of_the_provider_win_and_framing_is_left_to_the_connection() {
        let client = HttpClient::new(&crate::client::ClientOptions::default()).unwrap();
        let provider = HttpProvider::new(client, "http://p")
            .unwrap()
            .headers(vec![("authorization".into(), "Bearer fresh".into())]);
        let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let request = ActualRequest {
            method: "post".into(),
            path: "/".into(),
            headers: vec![
                line("Authorization", "Bearer stale"),
                line("Content-Length", "999"),
                line("X-A", "1"),
                line("X-A", "2"),
            ],
            ..ActualRequest::default()
        };
        let outgoing = provider.outgoing(&request).unwrap();
        assert_eq!(outgoing.method, Method::POST);
        let values: Vec<_> = outgoing.headers.get_all("authorization").iter().collect();
        assert_eq!(values, ["Bearer fresh"]);
        assert_eq!(outgoing.headers.get_all("x-a").iter().count(), 2);
        assert!(!outgoing.headers.contains_key("content-length"));
    }
}
