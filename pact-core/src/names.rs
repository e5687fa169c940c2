//! The names that consumers, providers, their versions, branches, tags and environments go by.
//!
//! Each kind has its own type, so that a branch cannot be passed where a version number is wanted. A name is any text
//! that is not blank and has no line break; what else a broker asks of it (no spaces in an environment's name, say) is
//! the broker's rule. Clones are cheap: the text is shared.

use std::{borrow::Borrow, fmt, sync::Arc};

/// Why a text cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// Nothing, or nothing but white space.
    #[error("cannot be blank")]
    Blank,
    /// It has a line break.
    #[error("cannot contain multiple lines")]
    SeveralLines,
    /// It has a control character, which terminals would obey.
    #[error("cannot contain control characters")]
    ControlCharacter,
    /// It is longer than [`LONGEST`].
    #[error("cannot be longer than {LONGEST} characters")]
    TooLong,
}

/// How many characters a name may have.
pub const LONGEST: usize = 255;

fn check(text: &str) -> Result<(), InvalidName> {
    if text.trim().is_empty() {
        Err(InvalidName::Blank)
    } else if text.contains(['\n', '\r']) {
        Err(InvalidName::SeveralLines)
    } else if text.contains(char::is_control) {
        Err(InvalidName::ControlCharacter)
    } else if text.chars().nth(LONGEST).is_some() {
        Err(InvalidName::TooLong)
    } else {
        Ok(())
    }
}

macro_rules! names {
    ($($(#[$docs:meta])* $name:ident)*) => {$(
        $(#[$docs])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a text for a name.
            ///
            /// # Errors
            /// When it is blank or has a line break.
            pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidName> {
                let text = text.as_ref();
                check(text).map(|()| Self(Arc::from(text)))
            }

            /// What comes before every name in order: the beginning of a range. It is no name itself.
            pub fn range_start() -> Self {
                Self(Arc::from(""))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, formatter)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::new(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

names! {
    /// The name of an application that takes part in contracts, as consumer, provider or both.
    ///
    /// ```
    /// use pactwright_core::names::{InvalidName, ParticipantName};
    /// assert_eq!(ParticipantName::new("orders-api")?.as_str(), "orders-api");
    /// assert_eq!(ParticipantName::new(" "), Err(InvalidName::Blank));
    /// # Ok::<(), InvalidName>(())
    /// ```
    ParticipantName
    /// What one build of a participant is called: a commit, a semantic version, anything that is used once.
    VersionNumber
    /// A branch of a participant's repository.
    BranchName
    /// A tag on a participant's version.
    TagName
    /// The name of a place that versions are deployed or released to.
    EnvironmentName
}

#[cfg(test)]
mod tests {
    use super::{BranchName, InvalidName, VersionNumber};

    #[test]
    fn names_are_text_in_one_line() {
        for (text, expected) in [
            ("main", Ok("main")),
            ("feat/a b#1", Ok("feat/a b#1")),
            ("服务", Ok("服务")),
            ("", Err(InvalidName::Blank)),
            (" \t", Err(InvalidName::Blank)),
            ("a\nb", Err(InvalidName::SeveralLines)),
            ("a\u{1b}[31m", Err(InvalidName::ControlCharacter)),
            ("a\0", Err(InvalidName::ControlCharacter)),
            (&"x".repeat(256), Err(InvalidName::TooLong)),
        ] {
            assert_eq!(BranchName::new(text).as_ref().map(BranchName::as_str), expected.as_ref().copied());
        }
    }

    #[test]
    fn names_are_plain_text_in_json() {
        let number: VersionNumber = serde_json::from_str(r#""1.0\u0021""#).unwrap();
        assert_eq!(serde_json::to_string(&number).unwrap(), r#""1.0!""#);
        assert!(serde_json::from_str::<VersionNumber>(r#"" ""#).is_err());
    }
}
