use serde_json::Value;

use crate::domain::{commands::AttemptOutcome, model::Timestamp};

/// What an attempt came to. Nothing in it is secret.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) outcome: AttemptOutcome,
    pub(crate) request: ShownRequest,
    /// What was answered, if anything was.
    pub(crate) response: Option<ShownResponse>,
    /// What went wrong before an answer came.
    pub(crate) error: Option<String>,
    pub(crate) log: String,
}

/// A request, as people may see it.
#[derive(Debug, Clone, Default)]
pub(crate) struct ShownRequest {
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
}

/// An answer, as people may see it.
#[derive(Debug, Clone)]
pub(crate) struct ShownResponse {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
}

impl Report {
    /// Nothing was sent, and that will not change by itself.
    pub(crate) fn refused(now: Timestamp, why: &str) -> Self {
        Self::nothing_sent(AttemptOutcome::Refused, now, why)
    }

    /// Nothing was sent, and it may go better later.
    pub(crate) fn failed(now: Timestamp, why: &str) -> Self {
        Self::nothing_sent(AttemptOutcome::Failed { retry_after: None }, now, why)
    }

    fn nothing_sent(outcome: AttemptOutcome, now: Timestamp, why: &str) -> Self {
        Self {
            outcome,
            request: ShownRequest::default(),
            response: None,
            error: Some(why.to_owned()),
            log: format!("[{now}] ERROR: {why}\n"),
        }
    }
}
