use std::time::Duration;

use super::files::{Certificates, KeyFile};
use crate::domain::webhooks::{egress::Egress, outbox::Limits, vault::Vault};

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
    /// How long a receiver may take, from the connection until its answer begins (`PACTWRIGHT_WEBHOOK_TIMEOUT`, in
    /// seconds: 15).
    pub timeout: Duration,
    /// How much is sent at once.
    pub limits: Limits,
    /// How many webhooks are tried out at once; whoever wants more has to come back.
    pub tries: usize,
    /// The keys that secrets are sealed with before they are kept (`PACTWRIGHT_SECRET_KEY`); none leaves them as they
    /// are.
    pub secret_key: Vault,
    /// A file with more of them (`PACTWRIGHT_SECRET_KEY_FILE`).
    pub secret_key_file: Option<KeyFile>,
    /// Certificates that receivers may have, beside those that the machine trusts, as PEM (`webhook_certificates`).
    pub certificates: Certificates,
    /// The proxy that webhooks go through (`PACTWRIGHT_WEBHOOK_PROXY`: none). Those that the surroundings name for other
    /// programs are not used.
    pub proxy: Option<String>,
    /// How long what is being sent may take once the broker is told to stop.
    pub grace: Duration,
}

impl WebhookConfig {
    /// All keys that secrets are sealed with, those of the setting before those of the file.
    pub fn secrets(&self) -> Vault {
        let of_file = self.secret_key_file.as_ref().map(|file| file.keys.clone());
        self.secret_key.clone().and(of_file.unwrap_or_default())
    }
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
            tries: 8,
            secret_key: Vault::default(),
            secret_key_file: None,
            certificates: Certificates::default(),
            proxy: None,
            grace: Duration::from_secs(5),
        }
    }
}
