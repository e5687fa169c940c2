use std::{fmt, str::FromStr, sync::Arc};

use pactwright_core::names::ParticipantName;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ParticipantId, ResultNumber, Secret, Timestamp, TriggerId, VersionId, WebhookId, shared};
use crate::store::BlobKey;

/// What identifies a webhook to clients: at least 16 of the characters `A-Z a-z 0-9 _ -`. Clients may choose it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookKey(String);

/// Text that is no [`WebhookKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "The UUID can only contain the characters A-Z, a-z, 0-9, _ and -, and must have between 16 and 255 of them."
)]
pub struct InvalidWebhookKey;

impl WebhookKey {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebhookKey {
    type Err = InvalidWebhookKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (16..=255).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidWebhookKey) }
    }
}

impl From<Uuid> for WebhookKey {
    fn from(uuid: Uuid) -> Self {
        Self(uuid.to_string())
    }
}

impl fmt::Display for WebhookKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Which consumers, or which providers, a webhook is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The one of that name.
    Name(ParticipantName),
    /// Those with that label.
    Label(String),
}

/// What a webhook can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookEvent {
    /// A contract was published, whatever it says.
    ContractPublished,
    /// A contract was published that says something new.
    ContractContentChanged,
    /// A contract was published that a provider version which matters has no result for.
    ContractRequiringVerificationPublished,
    /// A result was recorded.
    ProviderVerificationPublished,
    /// A result was recorded, and it is a success.
    ProviderVerificationSucceeded,
    /// A result was recorded, and it is a failure.
    ProviderVerificationFailed,
    /// A version was deployed to an environment. (Ours.)
    DeploymentRecorded,
    /// A version that is live in an environment could have been deployed there until now, and cannot any more. (Ours.)
    CanIDeployTurnedToNo,
    /// A contract that counts is without any result for longer than the broker's settings allow. (Ours.)
    ContractVerificationOverdue,
}

impl WebhookEvent {
    /// The first in the order of events.
    pub(crate) const FIRST: Self = Self::ContractPublished;

    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ContractPublished,
        Self::ContractContentChanged,
        Self::ContractRequiringVerificationPublished,
        Self::ProviderVerificationPublished,
        Self::ProviderVerificationSucceeded,
        Self::ProviderVerificationFailed,
        Self::DeploymentRecorded,
        Self::CanIDeployTurnedToNo,
        Self::ContractVerificationOverdue,
    ];

    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::ContractPublished => "contract_published",
            Self::ContractContentChanged => "contract_content_changed",
            Self::ContractRequiringVerificationPublished => "contract_requiring_verification_published",
            Self::ProviderVerificationPublished => "provider_verification_published",
            Self::ProviderVerificationSucceeded => "provider_verification_succeeded",
            Self::ProviderVerificationFailed => "provider_verification_failed",
            Self::DeploymentRecorded => "deployment_recorded",
            Self::CanIDeployTurnedToNo => "can_i_deploy_turned_to_no",
            Self::ContractVerificationOverdue => "contract_verification_overdue",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }

    /// Whether it is about the publication of a contract.
    pub fn is_of_contract(self) -> bool {
        matches!(
            self,
            Self::ContractPublished
                | Self::ContractContentChanged
                | Self::ContractRequiringVerificationPublished
        )
    }
}

/// What a webhook is about, and what it sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookDetails {
    /// What people say about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it is told of anything.
    pub enabled: bool,
    /// Which consumers it is about; none is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer: Option<Side>,
    /// Which providers it is about; none is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Side>,
    /// What it is told of.
    pub events: Vec<WebhookEvent>,
    /// What it sends.
    pub request: WebhookRequest,
}

/// What a webhook sends, with `${pactbroker...}` where values come in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookRequest {
    /// The method, in capitals.
    pub method: String,
    /// The address. Its host is fixed.
    pub url: String,
    /// Headers, with names in small letters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<RequestHeader>,
    /// The body: a string is sent as text, anything else as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<serde_json::Value>,
    /// The user name for basic authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The password for basic authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// What requests are signed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_secret: Option<Secret>,
    /// Secrets that stand in the address, in headers and in the body by their names: `${secret.name}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named_secrets: Vec<NamedSecret>,
}

/// A secret that a webhook's request speaks of by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedSecret {
    /// Its name: letters, digits, `_` and `-`.
    pub name: String,
    /// What is sent in the place of the name.
    pub value: Secret,
}

impl WebhookRequest {
    /// What it is in a few words: `POST ci.example.org`.
    pub fn summary(&self) -> String {
        let host = url::Url::parse(&self.url).ok().and_then(|url| url.host_str().map(str::to_owned));
        format!("{} {}", self.method, host.as_deref().unwrap_or(&self.url))
    }

    /// Everything in it that is for nobody to see, with where it stands.
    pub fn secrets(&self) -> impl Iterator<Item = (SecretField, &Secret)> {
        let headers = self.headers.iter().filter(|header| header.is_sensitive());
        headers
            .map(|header| (SecretField::Header(header.name.clone()), &header.value))
            .chain(self.password.iter().map(|secret| (SecretField::Password, secret)))
            .chain(self.signing_secret.iter().map(|secret| (SecretField::SigningSecret, secret)))
            .chain(self.named_secrets.iter().map(|known| (known.field(), &known.value)))
    }

    /// The same, to be replaced.
    pub fn secrets_mut(&mut self) -> impl Iterator<Item = (SecretField, &mut Secret)> {
        let headers = self.headers.iter_mut().filter(|header| header.is_sensitive());
        headers
            .map(|header| (SecretField::Header(header.name.clone()), &mut header.value))
            .chain(self.password.iter_mut().map(|secret| (SecretField::Password, secret)))
            .chain(self.signing_secret.iter_mut().map(|secret| (SecretField::SigningSecret, secret)))
            .chain(self.named_secrets.iter_mut().map(|known| (known.field(), &mut known.value)))
    }

    /// Who gets it: scheme, host and port.
    pub fn receiver(&self) -> String {
        url::Url::parse(&self.url)
            .map_or_else(|_| self.url.clone(), |url| url[..url::Position::BeforePath].to_owned())
    }
}

impl NamedSecret {
    fn field(&self) -> SecretField {
        SecretField::Named(self.name.clone())
    }
}

/// Where a secret stands in a webhook's request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretField {
    /// The value of a header; its name, in small letters.
    Header(String),
    /// The password for basic authentication.
    Password,
    /// What requests are signed with.
    SigningSecret,
    /// A secret with a name.
    Named(String),
}

impl fmt::Display for SecretField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(formatter, "header {name}"),
            Self::Password => formatter.write_str("password"),
            Self::SigningSecret => formatter.write_str("signing secret"),
            Self::Named(name) => write!(formatter, "secret {name}"),
        }
    }
}

/// A header of a webhook's request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestHeader {
    /// Its name, in small letters.
    pub name: String,
    /// Its value; whether it may be shown, its name says.
    pub value: Secret,
}

impl RequestHeader {
    /// Whether its value is for nobody to see.
    pub fn is_sensitive(&self) -> bool {
        is_sensitive_header(&self.name)
    }
}

/// Whether the value of a header of that name (in small letters) is for nobody to see. Rather one too many: what is taken
/// for a secret and is none is only not shown.
pub fn is_sensitive_header(name: &str) -> bool {
    const PARTS: [&str; 9] =
        ["auth", "token", "secret", "pass", "key", "cookie", "credential", "session", "signature"];
    // What a delivery is known by, to its receiver and to whoever reads its log.
    name != "idempotency-key" && PARTS.iter().any(|part| name.contains(part))
}

/// Something that is told what happens here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its identifier inside this state.
    pub id: WebhookId,
    /// What identifies it to clients.
    pub key: WebhookKey,
    /// What it is about, and what it sends.
    pub details: WebhookDetails,
    /// Who gets it: deliveries to one receiver wait for each other.
    #[serde(with = "shared::word")]
    pub receiver: Arc<str>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Option<Timestamp>,
}

impl Webhook {
    /// Since when it is as it is.
    pub fn since(&self) -> Timestamp {
        self.updated_at.unwrap_or(self.created_at)
    }

    /// What people call it.
    pub fn description(&self) -> String {
        self.details.description.clone().unwrap_or_else(|| self.details.request.summary())
    }
}

/// Something that a webhook has to be told, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// Its identifier inside this state.
    pub id: TriggerId,
    /// What identifies it to clients and receivers.
    pub uuid: Uuid,
    /// The webhook as it was then: what is delivered does not change on the way.
    pub webhook: Arc<Webhook>,
    /// What happened.
    pub event: WebhookEvent,
    /// The consumer.
    pub consumer: ParticipantId,
    /// The provider.
    pub provider: ParticipantId,
    /// What it happened to.
    pub occasion: Occasion,
    /// Where the values for the request are.
    pub context: BlobKey,
    /// When it happened.
    pub triggered_at: Timestamp,
    /// The attempts to deliver it, in their order.
    pub attempts: Arc<[Attempt]>,
    /// How many of them were made before somebody asked for it to be tried again: those do not count any more.
    pub spent: u32,
    /// When it is to be tried next; none when it was delivered, given up or cancelled.
    pub next_at: Option<Timestamp>,
}

impl Trigger {
    /// What became of it.
    pub fn status(&self) -> TriggerStatus {
        match (self.next_at, self.attempts.last()) {
            (Some(_), None) => TriggerStatus::NotRun,
            (Some(_), Some(_)) => TriggerStatus::Retrying,
            (None, Some(last)) if last.success => TriggerStatus::Success,
            (None, _) => TriggerStatus::Failure,
        }
    }

    /// How many attempts were made since it was to be told, or was to be told again.
    pub fn attempts_that_count(&self) -> usize {
        self.attempts.len().saturating_sub(usize::try_from(self.spent).unwrap_or(usize::MAX))
    }
}

/// What a webhook is told about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// A consumer version's contract with a provider.
    Publication(VersionId, ParticipantId),
    /// A verification result.
    Verification(ResultNumber),
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriggerStatus {
    /// It was not tried yet.
    NotRun,
    /// It failed, and will be tried again.
    Retrying,
    /// It was delivered.
    Success,
    /// It was given up.
    Failure,
}

/// An attempt to deliver something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it ended.
    pub at: Timestamp,
    /// Whether the receiver took it.
    pub success: bool,
    /// Where its log is.
    pub log: BlobKey,
}
