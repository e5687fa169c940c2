//! HTTP as the verifier needs it: one client for a whole run, bounded bodies, errors that say who is at fault.
//!
//! One client fetches contracts and publishes results, one calls the provider and changes its states. They are built
//! once per run: reading certificates and pooling connections anew for each request is what makes other verifiers slow.

mod access;
mod clients;
mod failure;
mod patience;
mod proxies;
mod reach;
mod retry;

use std::time::Duration;

use pactwright_core::matching::ActualResponse;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};

pub use access::{Access, Auth, Remote, RemoteError};
pub(crate) use access::{HAL, excerpt};
use clients::Clients;
pub use failure::{HttpError, NoConnectionReason};
use patience::within;
pub use proxies::Proxies;
pub(crate) use reach::Reach;
pub use retry::Retries;

use crate::secrets::is_secret;

/// How connections are made, for everything that a run talks to.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// How long a connection may take to come about. 10 seconds unless set.
    pub connect_timeout: Duration,
    /// Which proxies connections go through. None unless set: a library that is used in tests does not look at its
    /// surroundings by itself.
    pub proxies: Proxies,
    /// Certificates to trust beside those of the system, each a text in PEM form that may have several. Without the
    /// `tls` feature they have no effect.
    pub trusted_certificates: Vec<Vec<u8>>,
    /// Whether the certificates of the system are trusted. They are unless this is unset; then only those in
    /// `trusted_certificates` are. Without the `tls` feature it has no effect.
    pub system_certificates: bool,
    /// Accepts any certificate. Whoever is on the way can read and change everything; for closed test networks only.
    /// Without the `tls` feature it has no effect.
    pub accept_any_certificate: bool,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            proxies: Proxies::default(),
            trusted_certificates: Vec::new(),
            system_certificates: true,
            accept_any_certificate: false,
        }
    }
}

/// A client that can be cloned cheaply: clones share connections.
#[derive(Debug, Clone)]
pub struct HttpClient {
    clients: Clients,
}

/// The HTTP client could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct ClientError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// A request, ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) timeout: Duration,
    /// The largest body that is read, in bytes.
    pub(crate) limit: usize,
}

impl HttpClient {
    /// Sets up a client.
    ///
    /// # Errors
    /// When `trusted_certificates` are none (with the `tls` feature), or a proxy's address is none.
    pub fn new(options: &ClientOptions) -> Result<Self, ClientError> {
        Ok(Self { clients: Clients::new(options)? })
    }

    /// Gets ready for an address. What is wrong with that is said by whoever sends something there.
    pub(crate) fn prepare(&self, url: &Url) {
        let _ = self.clients.of(url.scheme());
    }

    /// Sends a request and reads the whole answer, within the request's limits.
    pub(crate) async fn send(&self, outgoing: Outgoing) -> Result<ActualResponse, HttpError> {
        let (after, url) = (outgoing.timeout, shown(&outgoing.url));
        let answer = within(after, self.ask(outgoing, &url)).await;
        answer.unwrap_or(Err(HttpError::Timeout { url, after }))
    }

    async fn ask(&self, outgoing: Outgoing, shown: &str) -> Result<ActualResponse, HttpError> {
        let Outgoing { method, url, headers, body, timeout, limit } = outgoing;
        let failed = |source: reqwest::Error| HttpError::of(source, shown.to_owned(), timeout);
        let client = self.clients.of(url.scheme());
        let client = client.map_err(|cause| HttpError::without_tls(cause, shown.to_owned()))?;
        let mut request = client.request(method, url).headers(headers);
        if !body.is_empty() {
            request = request.body(body);
        }
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let too_large = || HttpError::TooLarge { url: shown.to_owned(), limit };
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(ActualResponse { status, headers, body })
    }
}

/// Reads an address, and makes sure that this build can call it.
pub(crate) fn parse_url(text: &str) -> Result<Url, HttpError> {
    let invalid = |reason: String| HttpError::InvalidUrl { url: presentable(text), reason };
    let url = Url::parse(text).map_err(|error| invalid(error.to_string()))?;
    match url.scheme() {
        "http" => {}
        "https" if cfg!(feature = "tls") => {}
        "https" => return Err(HttpError::NoTls { url: shown(&url) }),
        other => return Err(invalid(format!("`{other}` is neither http nor https"))),
    }
    Ok(url)
}

/// Header lines as they are sent.
pub(crate) fn header_map(lines: &[(String, String)]) -> Result<HeaderMap, HttpError> {
    let mut map = HeaderMap::with_capacity(lines.len());
    for (name, value) in lines {
        let invalid = || HttpError::InvalidHeader { name: name.clone() };
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
        let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| invalid())?;
        value.set_sensitive(is_secret(name));
        map.append(key, value);
    }
    Ok(map)
}

/// An address that can be shown: without a password.
pub(crate) fn shown(url: &Url) -> String {
    if url.password().is_none() && url.username().is_empty() {
        return url.to_string();
    }
    let mut url = url.clone();
    // Neither can fail for an address that has a host, and only such addresses have credentials.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url.to_string()
}

/// The text of an address as it can be shown: without a password, also where it is mistyped.
pub(crate) fn presentable(text: &str) -> String {
    let start = text.find("://").map_or(0, |end| end + 3);
    let (scheme, rest) = text.split_at(start);
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..host].rfind('@') {
        Some(end) => format!("{scheme}{}", &rest[end + 1..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_can_be_called_are_taken() {
        assert!(parse_url("http://localhost:8080/a").is_ok());
        assert!(matches!(parse_url("localhost:8080"), Err(HttpError::InvalidUrl { .. })));
        assert!(matches!(parse_url("ftp://x/"), Err(HttpError::InvalidUrl { .. })));
        assert_eq!(parse_url("https://x/").is_ok(), cfg!(feature = "tls"));
    }

    #[test]
    fn passwords_are_not_shown() {
        let url = Url::parse("http://me:secret@broker/pacts").unwrap();
        assert_eq!(shown(&url), "http://broker/pacts");
        assert_eq!(presentable("http://me:secret@broker/pacts"), "http://broker/pacts");
        assert_eq!(presentable("http://broker:80"), "http://broker:80");
        assert_eq!(presentable("no address"), "no address");
        for (mistyped, expected) in [
            ("me:secret@broker:9292", "broker:9292"),
            ("http://me:sec@ret@no host/a@b", "http://no host/a@b"),
            ("ftp://me:secret@broker/", "ftp://broker/"),
        ] {
            assert_eq!(presentable(mistyped), expected);
        }
        let error = parse_url("http://me:secret@no host/").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }

    #[test]
    fn a_client_can_be_set_up() {
        HttpClient::new(&ClientOptions::default()).unwrap();
    }
}
