use std::time::Duration;

use crate::domain::webhooks::{egress::Egress, outbox::Limits};

/// Settings of webhooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookConfig {
    /// Where webhooks may go, and how (`webhook_scheme_whitelist`, `webhook_http_method_whitelist`,
    /// `webhook_host_whitelist`; `PACTWRIGHT_WEBHOOK_ALLOWED_NETWORKS`).
    pub egress: Egress,
    /// The status codes that mean that a receiver took it (`webhook_http_code_success`: 200 to 206).
    pub success_codes: Vec<u16>,
    /// Whether a receiver's certificate has to be right (`disable_ssl_verification`: yes, it has).
    pub verify_certificates: bool,
    /// What webhooks call themselves (`user_agent`).
    pub user_agent: String,
    /// How long a receiver may take, from the connection to the end of its answer (`PACTWRIGHT_WEBHOOK_TIMEOUT`, in
    /// seconds: 15).
    pub timeout: Duration,
    /// How much is sent at once.
    pub limits: Limits,
    /// How long what is being sent may take once the broker is told to stop.
    pub grace: Duration,
}

impl Default for WebhookConfig {
    fn default() -> Self {
        Self {
            egress: Egress::default(),
            success_codes: (200..=206).collect(),
            verify_certificates: true,
            user_agent: concat!("Pactwright v", env!("CARGO_PKG_VERSION")).to_owned(),
            timeout: Duration::from_secs(15),
            limits: Limits::default(),
            grace: Duration::from_secs(5),
        }
    }
}
