//! Secrets of webhooks as they are kept: sealed, so that whoever reads the log, a snapshot or a backup does not learn them.
//!
//! A text is sealed with AES-256-GCM under a random nonce, and bound to where it stands (the webhook and the field), so
//! that it cannot be moved to another webhook. Each says which key it was sealed with. The first of several keys seals,
//! all of them open: a key is replaced by putting the new one before the old one; at the next start everything is sealed
//! with the new one, and then the old one can go.
//!
//! What is sealed: the password, the signing secret, the values of headers whose names say that they are secret, and
//! secrets with names. What stands in an address or in a body as it is, is not: those are shown, too. What is secret there
//! stands there by its name, `${secret.name}`.

use std::{collections::BTreeMap, fmt, str::FromStr, sync::Arc};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::domain::model::{KeyId, Revealed, Sealed, Secret, SecretField, WebhookKey, WebhookRequest};

/// How many bytes a key has.
const KEY_BYTES: usize = 32;

/// The keys that secrets are sealed with; none leaves them as they are.
#[derive(Clone, Default)]
pub struct Vault {
    keys: Vec<Arc<Key>>,
}

struct Key {
    id: KeyId,
    cipher: LessSafeKey,
}

/// Text that is no list of keys. It does not say what it is instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "key {number} is not 32 bytes in base 64 or 64 hexadecimal digits (`openssl rand -base64 32` makes one)"
)]
pub struct InvalidKey {
    /// Which of them, from 1.
    pub number: usize,
}

/// Why a secret cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Locked {
    /// It was sealed with a key that is not there.
    #[error(
        "the {field} of webhook {webhook} is sealed with key {key}, which the broker does not have: add that key to \
         PACTWRIGHT_SECRET_KEY or its file, or give the secret again"
    )]
    NoKey {
        /// The webhook.
        webhook: WebhookKey,
        /// Where it stands.
        field: SecretField,
        /// The key.
        key: KeyId,
    },
    /// It is not what was sealed there.
    #[error(
        "the {field} of webhook {webhook} is damaged, or was sealed for another place: give the secret again"
    )]
    Damaged {
        /// The webhook.
        webhook: WebhookKey,
        /// Where it stands.
        field: SecretField,
    },
}

/// The secrets of a request, ready to be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// All headers, with their values.
    pub headers: Vec<(String, Revealed)>,
    /// The password for basic authentication.
    pub password: Option<Revealed>,
    /// What requests are signed with.
    pub signing_secret: Option<Revealed>,
    /// Secrets by their names.
    pub named: BTreeMap<String, Revealed>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.keys.iter().map(|key| &key.id)).finish()
    }
}

impl PartialEq for Vault {
    fn eq(&self, other: &Self) -> bool {
        self.keys.iter().map(|key| &key.id).eq(other.keys.iter().map(|key| &key.id))
    }
}

impl Eq for Vault {}

impl FromStr for Vault {
    type Err = InvalidKey;

    /// Keys between white space, the one that seals first. Lines that begin with `#` are left out.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let words = lines.flat_map(str::split_whitespace).enumerate();
        let keys = words.map(|(index, word)| key(word).map(Arc::new).ok_or(InvalidKey { number: index + 1 }));
        Ok(Self { keys: keys.collect::<Result<_, _>>()? })
    }
}

fn key(word: &str) -> Option<Key> {
    let bytes = if word.len() == 2 * KEY_BYTES {
        HEXLOWER_PERMISSIVE.decode(word.as_bytes()).ok()?
    } else {
        STANDARD.decode(word).ok()?
    };
    if bytes.len() != KEY_BYTES {
        return None;
    }
    let digest = Sha256::new().chain_update(b"pactwright secret key").chain_update(&bytes).finalize();
    let id = KeyId(HEXLOWER.encode(&digest[..8]));
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &bytes).ok()?);
    Some(Key { id, cipher })
}

/// What a sealed text is bound to.
fn place(webhook: &WebhookKey, field: &SecretField) -> String {
    format!("pactwright webhook {webhook} {field}")
}

impl Vault {
    /// Whether there is a key.
    pub fn is_open(&self) -> bool {
        !self.keys.is_empty()
    }

    /// These keys, and others after them.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.keys.extend(others.keys);
        self
    }

    /// Which key seals.
    pub fn sealing_key(&self) -> Option<&KeyId> {
        self.keys.first().map(|key| &key.id)
    }

    /// Seals a text, where there is a key. `random` is never the same twice.
    fn seal(
        &self,
        webhook: &WebhookKey,
        field: &SecretField,
        text: &str,
        random: [Uuid; 2],
    ) -> Option<Sealed> {
        let key = self.keys.first()?;
        let digest = random.iter().fold(Sha256::new(), |digest, uuid| digest.chain_update(uuid.as_bytes()));
        let nonce: [u8; NONCE_LEN] = digest.finalize()[..NONCE_LEN].try_into().ok()?;
        let mut bytes = text.as_bytes().to_vec();
        let bound = Aad::from(place(webhook, field));
        key.cipher.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut bytes).ok()?;
        let text = STANDARD.encode([&nonce[..], &bytes].concat());
        Some(Sealed { key: key.id.clone(), text })
    }

    /// Reads a secret.
    ///
    /// # Errors
    /// When it is sealed with an unknown key, or is not what was sealed.
    fn open(&self, webhook: &WebhookKey, field: &SecretField, secret: &Secret) -> Result<Revealed, Locked> {
        let sealed = match secret {
            Secret::Plain(text) => return Ok(Revealed::new(text)),
            Secret::Sealed(sealed) => sealed,
        };
        let key = self.keys.iter().find(|key| key.id == sealed.key).ok_or_else(|| Locked::NoKey {
            webhook: webhook.clone(),
            field: field.clone(),
            key: sealed.key.clone(),
        })?;
        let opened = (|| {
            let bytes = STANDARD.decode(&sealed.text).ok()?;
            let (nonce, text) = bytes.split_at_checked(NONCE_LEN)?;
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let mut text = text.to_vec();
            let text = key.cipher.open_in_place(nonce, Aad::from(place(webhook, field)), &mut text).ok()?;
            String::from_utf8(text.to_vec()).ok()
        })();
        opened
            .map(Revealed::new)
            .ok_or_else(|| Locked::Damaged { webhook: webhook.clone(), field: field.clone() })
    }

    /// The same request with sealed secrets, as far as there is a key. Stars stay stars. What `known` has sealed already,
    /// with the key that seals, stays as it is, so that saying the same again changes nothing.
    #[must_use]
    pub fn seal_request(
        &self,
        webhook: &WebhookKey,
        mut request: WebhookRequest,
        known: Option<&WebhookRequest>,
        mut random: impl FnMut() -> Uuid,
    ) -> WebhookRequest {
        for (field, secret) in request.secrets_mut() {
            let Some(text) = secret.plain().filter(|text| *text != Secret::STARS) else { continue };
            let before = known.and_then(|known| known.secrets().find(|(place, _)| *place == field));
            let is_same = |before: &Secret| {
                matches!(before, Secret::Sealed(sealed) if Some(&sealed.key) == self.sealing_key())
                    && self.open(webhook, &field, before).is_ok_and(|before| before.reveal() == text)
            };
            if let Some((_, before)) = before.filter(|(_, before)| is_same(before)) {
                *secret = before.clone();
            } else if let Some(sealed) = self.seal(webhook, &field, text, [random(), random()]) {
                *secret = Secret::Sealed(sealed);
            }
        }
        request
    }

    /// The same request with everything sealed with the key that seals now: what was plain, and what was sealed with
    /// another key. `None` where nothing is to be done, or nothing can be.
    pub fn reseal_request(
        &self,
        webhook: &WebhookKey,
        request: &WebhookRequest,
        mut random: impl FnMut() -> Uuid,
    ) -> Option<WebhookRequest> {
        let current = self.sealing_key()?;
        let mut resealed = request.clone();
        for (field, secret) in resealed.secrets_mut() {
            if matches!(secret, Secret::Sealed(sealed) if sealed.key == *current) {
                continue;
            }
            // What cannot be read stays as it is, for the day when its key is back.
            let Ok(text) = self.open(webhook, &field, secret) else { continue };
            if let Some(sealed) = self.seal(webhook, &field, text.reveal(), [random(), random()]) {
                *secret = Secret::Sealed(sealed);
            }
        }
        (resealed != *request).then_some(resealed)
    }

    /// The secrets of a request.
    ///
    /// # Errors
    /// The first that cannot be read.
    pub fn open_request(&self, webhook: &WebhookKey, request: &WebhookRequest) -> Result<Opened, Locked> {
        let open = |field: SecretField, secret: &Secret| self.open(webhook, &field, secret);
        let header = |header: &crate::domain::model::RequestHeader| {
            let field = SecretField::Header(header.name.clone());
            Ok((header.name.clone(), open(field, &header.value)?))
        };
        Ok(Opened {
            headers: request.headers.iter().map(header).collect::<Result<_, _>>()?,
            password: request.password.as_ref().map(|it| open(SecretField::Password, it)).transpose()?,
            signing_secret: request
                .signing_secret
                .as_ref()
                .map(|secret| open(SecretField::SigningSecret, secret))
                .transpose()?,
            named: request
                .named_secrets
                .iter()
                .map(|known| {
                    Ok((known.name.clone(), open(SecretField::Named(known.name.clone()), &known.value)?))
                })
                .collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests;
