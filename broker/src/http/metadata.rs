//! What travels in the address of a contract that is to be verified, and comes back with the result.
//!
//! URL-safe Base64 of a query string, without padding, as the Pact Broker has it; clients do not look inside.
//! `w=true`: work in progress; `p=true`: pending; `s[][cvn]`: the consumer versions that it stands for.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use pactwright_core::names::VersionNumber;

use super::{
    paths::Segment,
    query::{Param, Params},
};

/// What is known about the verification of a contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub(crate) wip: bool,
    pub(crate) pending: bool,
    pub(crate) consumer_versions: Vec<VersionNumber>,
}

impl Metadata {
    pub(crate) fn encode(&self) -> String {
        let mut parts: Vec<String> =
            self.consumer_versions.iter().map(|number| format!("s[][cvn]={}", Segment(number))).collect();
        if self.pending {
            parts.push("p=true".to_owned());
        }
        if self.wip {
            parts.push("w=true".to_owned());
        }
        URL_SAFE_NO_PAD.encode(parts.join("&"))
    }

    /// Reads what was encoded. What cannot be read says nothing.
    pub(crate) fn decode(text: &str) -> Self {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).unwrap_or_default();
        let params = Params::parse(&String::from_utf8_lossy(&bytes));
        let selectors = params.get("s").and_then(Param::as_list).unwrap_or_default();
        let mut consumer_versions: Vec<VersionNumber> = selectors
            .iter()
            .filter_map(|selector| selector.as_object()?.text("cvn"))
            .chain(params.text("cvn"))
            .filter_map(|number| VersionNumber::new(number).ok())
            .collect();
        consumer_versions.dedup();
        Self { wip: params.is_true("w"), pending: params.is_true("p"), consumer_versions }
    }
}

#[cfg(test)]
mod tests {
    use pactwright_core::names::VersionNumber;

    use super::Metadata;

    #[test]
    fn metadata_comes_back_as_it_went() {
        let number = |text| VersionNumber::new(text).unwrap();
        for metadata in [
            Metadata::default(),
            Metadata { wip: true, ..Metadata::default() },
            Metadata { pending: true, wip: false, consumer_versions: vec![number("1/2&3=4"), number("5+6")] },
        ] {
            let text = metadata.encode();
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{text}");
            assert_eq!(Metadata::decode(&text), metadata);
        }
    }

    #[test]
    fn nonsense_says_nothing() {
        assert_eq!(Metadata::decode("%%%"), Metadata::default());
    }
}
