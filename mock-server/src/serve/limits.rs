use std::time::Duration;

/// How much of a server a client may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How many bytes a body may have.
    pub(crate) body: usize,
    /// How long a client may take to send the head of a request, and to agree on a secure connection before the first.
    pub(crate) head_time: Duration,
    /// How long it may take to send a body.
    pub(crate) body_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 16 * 1024 * 1024,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(60),
        }
    }
}

impl Limits {
    /// The same time for each of both.
    pub(crate) fn client_timeout(self, time: Duration) -> Self {
        Self { head_time: time, body_time: time, ..self }
    }
}
