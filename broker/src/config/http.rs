use std::time::Duration;

/// Settings of the HTTP side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// The addresses that clients know the broker by, without a slash at the end. Where none is set, links follow the
    /// request (`X-Forwarded-*`, `Host`). Of several the one with the request's host counts, otherwise the first.
    pub base_urls: Vec<String>,
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
