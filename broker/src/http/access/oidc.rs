//! People that an identity provider vouches for (OpenID Connect): a signed token from the one issuer that is configured.
//!
//! The keys are fetched from the issuer and kept. They are fetched again every hour, and when a token names a key that is
//! not known (keys are rotated), but at most three times a minute, so that made-up tokens do not make the broker ask and ask.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    errors::ErrorKind,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use crate::{
    config::OidcConfig,
    domain::access::{Grant, Identity, Principal},
};

/// How long keys are used without asking whether they still are.
const FRESH: Duration = Duration::from_secs(3600);
/// How long keys are used while the issuer does not answer.
const STALE: Duration = Duration::from_secs(24 * 3600);
/// How often the issuer is asked at most, and in which time.
const MOST_QUESTIONS: (u32, Duration) = (3, Duration::from_secs(60));
/// How long the issuer may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How many bytes an answer of the issuer may have.
const MOST_BYTES: usize = 256 * 1024;
/// How many keys it may have.
const MOST_KEYS: usize = 100;
/// How many bytes a token may have.
const MOST_TOKEN: usize = 16 * 1024;
/// How far the clocks may be apart, in seconds.
const LEEWAY: u64 = 30;
/// How long names may be, in characters.
const LONGEST_NAME: usize = 255;

/// A key that signatures are checked with.
struct Key {
    algorithm: Algorithm,
    key: DecodingKey,
}

/// The keys of the issuer, by their names.
#[derive(Default)]
struct Keys {
    by_name: HashMap<String, Arc<Key>>,
    /// When they were fetched.
    fetched: Option<Instant>,
}

impl Keys {
    fn age(&self) -> Option<Duration> {
        self.fetched.map(|at| at.elapsed())
    }
}

/// Checks what an identity provider gave.
pub(super) struct Oidc {
    settings: OidcConfig,
    keys: RwLock<Keys>,
    /// Whoever has it asks for keys: how often that was done since a moment.
    asking: Mutex<Option<(u32, Instant)>>,
}

/// Why the keys cannot be had.
#[derive(Debug, thiserror::Error)]
enum Unreachable {
    #[error("the identity provider cannot be asked")]
    Http(#[from] reqwest::Error),
    #[error("the identity provider answers with status {0}")]
    Status(u16),
    #[error("the answer of the identity provider is too large")]
    TooLarge,
    #[error("the answer of the identity provider cannot be understood")]
    Json(#[from] serde_json::Error),
    #[error("the identity provider calls itself '{0}', not what is configured")]
    OtherIssuer(String),
    #[error("the identity provider has its keys at an address that is not https")]
    Insecure,
}

/// What the issuer says about itself.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

/// Whether a token is of the form that identity providers give: three parts.
pub(super) fn looks_like(text: &str) -> bool {
    text.split('.').count() == 3
}

impl Oidc {
    pub(super) fn new(settings: OidcConfig) -> Self {
        Self { settings, keys: RwLock::default(), asking: Mutex::default() }
    }

    /// Who a token is for; why it is not taken, otherwise.
    pub(super) async fn person(&self, text: &str) -> Result<Principal, String> {
        if text.len() > MOST_TOKEN {
            return Err("it is too long".to_owned());
        }
        let header = decode_header(text).map_err(|_| "its header cannot be understood".to_owned())?;
        // Before anything else: what is signed with a secret, or not at all, everybody could make.
        if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
            return Err("it is not signed with RS256 or ES256".to_owned());
        }
        let name = header.kid.unwrap_or_default();
        let key = self.key(&name).await.ok_or("the identity provider has no such key, or does not answer")?;
        if key.algorithm != header.alg {
            return Err("its key is for another algorithm".to_owned());
        }
        let mut validation = Validation::new(key.algorithm);
        validation.set_issuer(&[self.settings.issuer.as_deref().unwrap_or_default()]);
        validation.set_audience(&[self.settings.audience.as_deref().unwrap_or_default()]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY;
        let claims = decode::<Map<String, Value>>(text, &key.key, &validation);
        let claims = claims.map_err(|error| reason(error.kind()).to_owned())?.claims;
        self.principal(&claims)
    }

    fn principal(&self, claims: &Map<String, Value>) -> Result<Principal, String> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| is_name(text));
        let subject = text("sub").ok_or("it does not say whom it is about")?;
        // One that is meant for several says to whom it was given.
        let audience = self.settings.audience.as_deref().unwrap_or_default();
        if text("azp").is_some_and(|given_to| given_to != audience)
            && claims.get("aud").is_some_and(|meant| meant.as_array().is_some_and(|all| all.len() > 1))
        {
            return Err("it was given to somebody else".to_owned());
        }
        let name_claim = self.settings.name_claim.as_str();
        // Anybody can say that an address is theirs.
        let is_unverified =
            name_claim == "email" && claims.get("email_verified") == Some(&Value::Bool(false));
        let name = text(name_claim).filter(|_| !is_unverified).unwrap_or(subject);
        let groups: Vec<&str> = match claims.get(&self.settings.groups_claim) {
            Some(Value::String(group)) => vec![group],
            Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let is_in = |group: &str| group == "*" || groups.contains(&group);
        let granted = self.settings.grants.iter().filter(|rule| is_in(&rule.group));
        let mut grants: Vec<Grant> = granted.map(|rule| rule.grant.clone()).collect();
        grants.sort_unstable();
        grants.dedup();
        let identity = Identity::Person { name: name.to_owned(), subject: subject.to_owned() };
        Ok(Principal::new(identity, grants))
    }

    /// A key that is known, and whether it was fetched not long ago.
    fn known(&self, name: &str) -> Option<(Arc<Key>, bool)> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = keys.age().is_some_and(|age| age <= FRESH);
        keys.by_name.get(name).map(|key| (key.clone(), is_fresh))
    }

    /// The key of that name. It is asked for where it is not known; nobody whose key is known waits for that, whoever asks
    /// for keys that do not exist.
    async fn key(&self, name: &str) -> Option<Arc<Key>> {
        let mut asking = match self.known(name) {
            Some((key, true)) => return Some(key),
            Some((key, false)) => match self.asking.try_lock() {
                Ok(asking) => asking,
                Err(_) => return Some(key),
            },
            None => self.asking.lock().await,
        };
        // Somebody else may have asked meanwhile.
        if !self.known(name).is_some_and(|(_, is_fresh)| is_fresh) {
            self.refresh(&mut asking).await;
        }
        self.known(name).map(|(key, _)| key)
    }

    /// Fetches the keys, unless that was done too often.
    async fn refresh(&self, asked: &mut Option<(u32, Instant)>) {
        let (most, within) = MOST_QUESTIONS;
        let now = Instant::now();
        let (times, since) = asked.filter(|(_, since)| since.elapsed() < within).unwrap_or((0, now));
        if times >= most {
            return;
        }
        *asked = Some((times + 1, since));
        let fetched = self.fetch().await;
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        match fetched {
            Ok(found) => *keys = Keys { by_name: found, fetched: Some(now) },
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the keys of the identity provider cannot be had"
                );
                if keys.age().is_some_and(|age| age > STALE) {
                    keys.by_name.clear();
                }
            }
        }
    }

    async fn fetch(&self) -> Result<HashMap<String, Arc<Key>>, Unreachable> {
        let mut client =
            reqwest::Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
        if self.settings.issuer.as_ref().is_some_and(|issuer| issuer.starts_with("http:")) {
            // It is on this machine, where no proxy finds it.
            client = client.no_proxy();
        }
        let client = client.build()?;
        let address = match &self.settings.jwks_url {
            Some(address) => address.clone(),
            None => {
                let issuer = self.settings.issuer.as_deref().unwrap_or_default();
                let issuer = issuer.trim_end_matches('/');
                let bytes = get(&client, &format!("{issuer}/.well-known/openid-configuration")).await?;
                let found: Discovery = serde_json::from_slice(&bytes)?;
                if Some(&found.issuer) != self.settings.issuer.as_ref() {
                    return Err(Unreachable::OtherIssuer(found.issuer.chars().take(LONGEST_NAME).collect()));
                }
                found.jwks_uri
            }
        };
        if !OidcConfig::is_safe(&address) {
            return Err(Unreachable::Insecure);
        }
        let bytes = get(&client, &address).await?;
        Ok(usable(&bytes)?)
    }
}

fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LONGEST_NAME && !text.contains(char::is_control)
}

/// The keys that can be used. Those of other kinds, and those that cannot be understood, are left out: issuers have more
/// than one.
fn usable(bytes: &[u8]) -> Result<HashMap<String, Arc<Key>>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Loose {
        keys: Vec<Value>,
    }
    let Loose { keys } = serde_json::from_slice(bytes)?;
    let known = keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
    let set = JwkSet { keys: known.take(MOST_KEYS).collect() };
    let key = |jwk: &Jwk| {
        let common = &jwk.common;
        if common.public_key_use.as_ref().is_some_and(|used| *used != PublicKeyUse::Signature) {
            return None;
        }
        let algorithm = match (&jwk.algorithm, common.key_algorithm) {
            (AlgorithmParameters::RSA(_), None | Some(KeyAlgorithm::RS256)) => Algorithm::RS256,
            (AlgorithmParameters::EllipticCurve(curve), None | Some(KeyAlgorithm::ES256))
                if curve.curve == EllipticCurve::P256 =>
            {
                Algorithm::ES256
            }
            _ => return None,
        };
        let key = DecodingKey::from_jwk(jwk).ok()?;
        Some((common.key_id.clone().unwrap_or_default(), Arc::new(Key { algorithm, key })))
    };
    Ok(set.keys.iter().filter_map(key).collect())
}

async fn get(client: &reqwest::Client, address: &str) -> Result<Vec<u8>, Unreachable> {
    let mut response = client.get(address).header("accept", "application/json").send().await?;
    if !response.status().is_success() {
        return Err(Unreachable::Status(response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > MOST_BYTES {
            return Err(Unreachable::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn reason(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::ExpiredSignature => "it has expired",
        ErrorKind::ImmatureSignature => "it is not valid yet",
        ErrorKind::InvalidIssuer => "it is from another issuer",
        ErrorKind::InvalidAudience => "it is meant for somebody else",
        ErrorKind::InvalidSignature => "its signature is wrong",
        ErrorKind::MissingRequiredClaim(_) => "it lacks one of exp, iss, aud and sub",
        _ => "it cannot be understood",
    }
}
