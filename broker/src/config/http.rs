use std::{fmt, str::FromStr, time::Duration};

use url::Url;

/// Settings of the HTTP side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// The addresses that clients know the broker by, without a slash at the end. Where none is set, links follow the
    /// request (`X-Forwarded-*`, `Host`). Of several the one with the request's host counts, otherwise the first.
    pub base_urls: Vec<String>,
    /// The pages of other sites whose scripts may ask: their origins, such as `https://ui.example.org`. None: no script of
    /// another site gets to see an answer.
    pub cors_origins: Vec<WebOrigin>,
    /// Whether a name in a path or a question finds one that is written with other capitals
    /// (`use_case_sensitive_resource_names`: no).
    pub names_in_any_case: bool,
    /// Where another service makes badges (`shields_io_base_url`): then clients are sent there. Without, the broker draws
    /// its own, and nobody else learns the names of applications.
    pub badge_service: Option<String>,
    /// How long a badge of the main branch may be kept (`badge_default_cache_setting`).
    pub badge_cache_control: String,
    /// How many participants a network has at most (`network_diagram_max_pacticipants`).
    pub most_in_network: usize,

    /// How many bytes the body of a request may have.
    pub body_limit: usize,
    /// How many levels JSON may have.
    pub json_depth: usize,
    /// How many entries a page of a list has at most; who asks for more gets so many.
    pub page_limit: usize,
    /// How many connections are served at once. More wait in the system's queue.
    pub connections: usize,
    /// How many requests are answered at once.
    pub requests: usize,
    /// How many requests may wait for that. More are told to come back later.
    pub waiting: usize,
    /// How long a client may take until the head of its next request is there: for as long it is kept waiting for, too.
    pub head_timeout: Duration,
    /// How long a client may take to send the body of a request.
    pub body_timeout: Duration,
    /// How long a request may take in all, from its head to its answer.
    pub request_timeout: Duration,
    /// How long a client may take nothing of its answer.
    pub write_timeout: Duration,
    /// How long the broker, told to stop, goes on as if nothing had happened, except that it says that it is not ready.
    pub drain: Duration,
    /// How long answers that are under way may take after that.
    pub grace: Duration,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            base_urls: Vec::new(),
            cors_origins: Vec::new(),
            names_in_any_case: false,
            badge_service: None,
            badge_cache_control: "max-age=30".to_owned(),
            most_in_network: 150,
            body_limit: 16 * 1024 * 1024,
            json_depth: 50,
            page_limit: 1000,
            connections: 2048,
            requests: 512,
            waiting: 1024,
            head_timeout: Duration::from_secs(75),
            body_timeout: Duration::from_secs(60),
            request_timeout: Duration::from_secs(120),
            write_timeout: Duration::from_secs(30),
            drain: Duration::ZERO,
            grace: Duration::from_secs(10),
        }
    }
}

/// Where a page comes from, as browsers say it: scheme, host and port (RFC 6454, section 6.2).
///
/// ```
/// use pactwright_broker::config::WebOrigin;
/// assert!("https://ui.example.org".parse::<WebOrigin>().is_ok());
/// // A path is no part of it, and no origin stands for all of them.
/// assert!("https://ui.example.org/x".parse::<WebOrigin>().is_err());
/// assert!("*".parse::<WebOrigin>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebOrigin(String);

impl WebOrigin {
    /// As browsers write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Text that is no origin of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an origin is http or https, a host and perhaps a port, such as https://ui.example.org")]
pub struct InvalidOrigin;

impl FromStr for WebOrigin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let url = Url::parse(text).map_err(|_| InvalidOrigin)?;
        let origin = url.origin().ascii_serialization();
        // Written otherwise, it would never be what a browser sends.
        let is_plain = matches!(url.scheme(), "http" | "https")
            && origin == text.trim_end_matches('/')
            && !origin.contains('*');
        if is_plain { Ok(Self(origin)) } else { Err(InvalidOrigin) }
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::WebOrigin;

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        for right in
            ["https://ui.example.org", "http://localhost:3000", "http://[::1]:8080", "https://a.b:8443/"]
        {
            let origin: WebOrigin = right.parse().unwrap();
            assert_eq!(origin.as_str(), right.trim_end_matches('/'));
        }
        for wrong in [
            "*",
            "null",
            "https://*.example.org",
            "https://ui.example.org:443",
            "https://UI.example.org",
            "https://me@ui.example.org",
            "https://ui.example.org/app",
            "ui.example.org",
            "file:///home",
            "",
        ] {
            assert!(wrong.parse::<WebOrigin>().is_err(), "{wrong}");
        }
    }
}
