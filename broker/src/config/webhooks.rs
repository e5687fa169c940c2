use std::{collections::BTreeMap, time::Duration};

use reqwest::Certificate;

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
    /// How long a receiver may take, from the connection to the end of its answer (`PACTWRIGHT_WEBHOOK_TIMEOUT`, in
    /// seconds: 15).
    pub timeout: Duration,
    /// How much is sent at once.
    pub limits: Limits,
    /// How many webhooks are tried out at once; whoever wants more has to come back.
    pub tries: usize,
    /// The keys that secrets are sealed with before they are kept (`PACTWRIGHT_SECRET_KEY`, or a file that
    /// `PACTWRIGHT_SECRET_KEY_FILE` names); none leaves them as they are.
    pub secrets: Vault,
    /// Certificates that receivers may have, beside those that the machine trusts, as PEM (`webhook_certificates`).
    pub certificates: Certificates,
    /// The proxy that webhooks go through (`PACTWRIGHT_WEBHOOK_PROXY`: none). Those that the surroundings name for other
    /// programs are not used.
    pub proxy: Option<String>,
}

/// Certificates in PEM, by what they are for or where they are from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Certificates(BTreeMap<String, Vec<u8>>);

impl Certificates {
    /// The texts.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.0.values().map(Vec::as_slice)
    }

    /// Takes one or several certificates, as PEM. `false` where there is none in the text, or one that is damaged.
    pub(super) fn add(&mut self, name: &str, text: &[u8]) -> bool {
        let is_sound = Certificate::from_pem_bundle(text).is_ok_and(|found| !found.is_empty());
        if is_sound {
            self.0.insert(name.to_owned(), text.to_vec());
        }
        is_sound
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
            secrets: Vault::default(),
            certificates: Certificates::default(),
            proxy: None,
        }
    }
}
