//! Documents with all that the broker said.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A document as a type that this build knows, together with everything else that is in it: who asks for JSON gets what
/// the broker said, members of newer and other brokers included.
#[derive(Debug, Clone)]
pub(crate) struct Whole<T> {
    /// What is understood.
    pub(crate) known: T,
    /// What was said.
    pub(crate) said: Value,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let said = Value::deserialize(deserializer)?;
        let known = T::deserialize(&said).map_err(serde::de::Error::custom)?;
        Ok(Self { known, said })
    }
}

impl<T> Serialize for Whole<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.said.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_are_not_known_stay() {
        #[derive(Deserialize)]
        struct Known {
            name: String,
        }
        let whole: Whole<Known> = serde_json::from_str(r#"{"name": "a", "other": [1]}"#).unwrap();
        assert_eq!(whole.known.name, "a");
        assert_eq!(serde_json::to_string(&whole).unwrap(), r#"{"name":"a","other":[1]}"#);
    }
}
