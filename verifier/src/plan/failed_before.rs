use pactwright_core::model::Interaction;
use serde::Deserialize;

/// The interactions that did not pass in an earlier run, as its JSON report has them: ours, or that of another verifier.
///
/// ```
/// use pactwright_verifier::{FailedBefore, Filter};
/// let report = br#"{ "interactionResults": [
///     { "description": "a request for an order", "result": "Error" },
///     { "description": "a request for all orders", "result": "OK" }
/// ]}"#;
/// let failed = FailedBefore::from_report(report)?;
/// assert_eq!(failed.len(), 1);
/// let filter = Filter::default().failed_before(failed);
/// assert!(filter.is_narrowing());
/// # Ok::<(), pactwright_verifier::InvalidReport>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FailedBefore {
    interactions: Vec<Entry>,
}

/// A file is no JSON report of a verification.
#[derive(Debug, thiserror::Error)]
#[error("this is no JSON report of a verification")]
pub struct InvalidReport(#[from] serde_json::Error);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    interaction_results: Vec<Entry>,
}

/// Reports of other verifiers lack some of these.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    result: String,
    interaction_id: Option<String>,
    interaction_key: Option<String>,
    consumer: Option<String>,
    provider: Option<String>,
    description: Option<String>,
    provider_states: Option<Vec<String>>,
}

impl FailedBefore {
    /// Reads a JSON report.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_report(bytes: &[u8]) -> Result<Self, InvalidReport> {
        let mut interactions = serde_json::from_slice::<Report>(bytes)?.interaction_results;
        interactions.retain(|entry| entry.result == "Error");
        Ok(Self { interactions })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.interactions.len()
    }

    /// Whether everything passed.
    pub fn is_empty(&self) -> bool {
        self.interactions.is_empty()
    }

    /// Whether an interaction of a contract between those two is one of them.
    pub(super) fn has(&self, parties: (&str, &str), interaction: &Interaction) -> bool {
        self.interactions.iter().any(|entry| entry.is(parties, interaction))
    }
}

impl Entry {
    fn is(&self, (consumer, provider): (&str, &str), interaction: &Interaction) -> bool {
        let same = |known: &Option<String>, name: &str| known.as_deref().is_none_or(|known| known == name);
        if !same(&self.consumer, consumer) || !same(&self.provider, provider) {
            return false;
        }
        // A key is made to name an interaction; an id changes with what it says, which may just have been mended.
        if self.interaction_key.is_some() && self.interaction_key == interaction.key {
            return true;
        }
        if self.interaction_id.is_some() && self.interaction_id == interaction.id {
            return true;
        }
        let states = || interaction.states.iter().map(|state| &state.name);
        self.description.as_ref() == Some(&interaction.description)
            && self.provider_states.as_ref().is_none_or(|names| names.iter().eq(states()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(entry: &str) -> FailedBefore {
        let report = format!(r#"{{"interactionResults": [{entry}]}}"#);
        FailedBefore::from_report(report.as_bytes()).unwrap()
    }

    fn interaction() -> Interaction {
        let text = br#"{
            "consumer": { "name": "web" }, "provider": { "name": "orders" },
            "interactions": [{
                "_id": "abc", "description": "a request", "providerStates": [{ "name": "s" }],
                "request": { "method": "GET", "path": "/" }, "response": { "status": 200 }
            }],
            "metadata": { "pactSpecification": { "version": "3.0.0" } }
        }"#;
        pactwright_core::format::read(text).unwrap().interactions.remove(0)
    }

    #[test]
    fn interactions_are_found_by_what_a_report_has() {
        for (entry, expected) in [
            (r#"{"result": "Error", "interactionId": "abc"}"#, true),
            (r#"{"result": "OK", "interactionId": "abc"}"#, false),
            (r#"{"result": "Error", "interactionId": "other", "description": "a request"}"#, true),
            (r#"{"result": "Error", "description": "a request"}"#, true),
            (r#"{"result": "Error", "description": "a request", "providerStates": ["s"]}"#, true),
            (r#"{"result": "Error", "description": "a request", "providerStates": []}"#, false),
            (r#"{"result": "Error", "description": "a request", "consumer": "web"}"#, true),
            (r#"{"result": "Error", "description": "a request", "consumer": "mobile"}"#, false),
            (r#"{"result": "Error", "description": "another"}"#, false),
            (r#"{"result": "Error"}"#, false),
        ] {
            assert_eq!(failed(entry).has(("web", "orders"), &interaction()), expected, "{entry}");
        }
    }

    #[test]
    fn other_files_are_refused() {
        for text in ["", "{}", "[]", r#"{"interactionResults": 7}"#] {
            assert!(FailedBefore::from_report(text.as_bytes()).is_err(), "{text}");
        }
    }
}
