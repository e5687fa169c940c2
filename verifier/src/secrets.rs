//! What nobody is told: values of headers and metadata that let their reader act as someone else.
//!
//! Reports and logs end up in the output of build servers, and results in brokers. There such a value has its name,
//! and stars.

use pactwright_core::json::{JsonBuf, ObjectBuf};
use pactwright_core::report::{Detail, Mismatch, Part};

/// What stands for a secret.
pub(crate) const STARS: &str = "***";

/// Names, or parts of names, of what is secret; in small letters.
const SECRET: [&str; 15] = [
    "authorization",
    "cookie",
    "api-key",
    "apikey",
    "api_key",
    "auth-token",
    "access-token",
    "security-token",
    "session-token",
    "private-token",
    "secret",
    "password",
    "credential",
    "csrf",
    "xsrf",
];

/// Whether what has this name is told to nobody.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

/// Header lines that can be shown.
pub(crate) fn shown(lines: &[(String, String)]) -> Vec<(&str, &str)> {
    lines.iter().map(|(name, value)| (name.as_str(), if is_secret(name) { STARS } else { value })).collect()
}

/// Header lines that can be shown, when nobody knows which of the values are secret.
pub(crate) fn names(lines: &[(String, String)]) -> Vec<(&str, &str)> {
    lines.iter().map(|(name, _)| (name.as_str(), STARS)).collect()
}

/// Metadata that can be shown.
pub(crate) fn shown_metadata(metadata: &ObjectBuf) -> JsonBuf {
    let shown = metadata.iter().map(|(name, value)| {
        (name.to_owned(), if is_secret(name) { JsonBuf::from(STARS) } else { value.clone() })
    });
    JsonBuf::Object(shown.collect())
}

/// Takes secrets that came from a provider out of what is told about them. What the contract has stays: whoever reads a
/// report can read the contract.
pub(crate) fn conceal(mismatches: &mut [Mismatch]) {
    let named = |mismatch: &&mut Mismatch| {
        matches!(mismatch.part, Part::Header | Part::Metadata) && is_secret(&mismatch.location)
    };
    for mismatch in mismatches.iter_mut().filter(named) {
        match &mut mismatch.detail {
            Detail::NotEqual { actual, .. }
            | Detail::Undecided { actual, .. }
            | Detail::Unexpected { actual } => *actual = STARS.into(),
            Detail::Refused { actual, explanation, .. } => {
                *actual = STARS.into();
                STARS.clone_into(explanation);
            }
            // These say nothing of what came.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use pactwright_core::matching::{ActualResponse, CompiledResponse};
    use pactwright_core::model::InteractionKind;

    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [
            "Authorization",
            "Proxy-Authorization",
            "Cookie",
            "Set-Cookie",
            "X-Api-Key",
            "X-API-KEY",
            "X-Amz-Security-Token",
            "X-CSRF-Token",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in
            ["Content-Type", "Location", "key", "partitionKey", "X-Next-Page-Token", "WWW-Authenticate"]
        {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn lines_keep_their_names() {
        let lines = [("Cookie", "id=hush"), ("Accept", "text/plain")];
        let lines = lines.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(shown(&lines), [("Cookie", "***"), ("Accept", "text/plain")]);
        assert_eq!(names(&lines), [("Cookie", "***"), ("Accept", "***")]);
    }

    #[test]
    fn what_is_told_of_a_secret_is_that_it_is_wrong() {
        let text = br#"{
            "consumer": { "name": "web" }, "provider": { "name": "orders" },
            "interactions": [{
                "description": "a log-in",
                "request": { "method": "POST", "path": "/" },
                "response": {
                    "status": 200,
                    "headers": { "Set-Cookie": "a=1", "X-Api-Key": "k-1", "X-Version": "1" },
                    "matchingRules": { "header": {
                        "X-Api-Key": { "matchers": [{ "match": "regex", "regex": "k-[0-9]+" }] }
                    } }
                }
            }],
            "metadata": { "pactSpecification": { "version": "3.0.0" } }
        }"#;
        let interaction = pactwright_core::format::read(text).unwrap().interactions.remove(0);
        let InteractionKind::Http { response, .. } = interaction.kind else { panic!("it is a request") };
        let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let actual = ActualResponse {
            status: 200,
            headers: vec![line("Set-Cookie", "a=hush"), line("X-Api-Key", "hush"), line("X-Version", "2")],
            body: Vec::new(),
        };
        let mut mismatches = CompiledResponse::new(*response).unwrap().mismatches(&actual);
        assert_eq!(format!("{mismatches:?}").matches("hush").count(), 3, "{mismatches:#?}");
        conceal(&mut mismatches);
        let told: Vec<_> = mismatches.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "header 'Set-Cookie': expected 'a=1' but was '***'",
                "header 'X-Api-Key': expected text that matches 'k-[0-9]+' but was '***'",
                "header 'X-Version': expected '1' but was '2'",
            ]
        );
        assert!(!format!("{mismatches:?}").contains("hush"), "{mismatches:?}");
    }
}
