use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that nobody is shown, as it is kept.
///
/// **Stored** with the way in which it is kept: `{"plain": "..."}`, or `{"sealed": {"key": "...", "text": "..."}}`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secret {
    /// As it was given.
    Plain(String),
    /// So that only whoever has the key can read it.
    Sealed(Sealed),
}

/// A sealed text: see [`Vault`](crate::domain::webhooks::vault::Vault).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Which key it was sealed with.
    pub key: KeyId,
    /// The nonce and the text under the cipher, in base 64.
    pub text: String,
}

/// What identifies a key: sixteen hexadecimal digits that follow from it, and do not tell it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub(in crate::domain) String);

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Secret {
    /// What is shown instead.
    pub const STARS: &'static str = "**********";

    /// Keeps a text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self::Plain(text.into())
    }

    /// The text, where it is kept as it was given.
    pub fn plain(&self) -> Option<&str> {
        match self {
            Self::Plain(text) => Some(text),
            Self::Sealed(_) => None,
        }
    }

    /// Whether it is what a client was shown, sent back: the known one is meant.
    pub fn is_stars(&self) -> bool {
        self.plain() == Some(Self::STARS)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Self::STARS)
    }
}

/// A text that nobody is shown, ready to be used. Whoever needs it has to ask for it by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Revealed(String);

impl Revealed {
    /// Takes a text that is for nobody to see.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: only for sending it to where it belongs.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Revealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Secret::STARS)
    }
}
