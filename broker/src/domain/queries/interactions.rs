//! What became of the single interactions of a contract when it was verified.

use pactwright_core::json::{Json, JsonBuf};

use crate::domain::{
    model::{FailedInteraction, VerificationResult, VersionId},
    state::State,
};

/// What became of one interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InteractionResult {
    /// What identifies it: the `_id` that the broker gave it.
    pub id: String,
    /// Its description.
    pub description: String,
    /// The names of its provider states.
    pub provider_states: Vec<String>,
    /// Whether the provider did what it asks; none where no test told of it.
    pub success: Option<bool>,
    /// What was wrong, as the verifier said it.
    pub mismatches: Vec<JsonBuf>,
}

/// Every interaction of a pact in its order, with what the tests of a verification say of it.
///
/// `tests` is what a verifier sent as `testResults`: a list of tests, or an object with such a list as `tests`. A test
/// belongs to the interaction with its `interactionId`, or to the one with its `interactionDescription` and
/// `interactionProviderState`. What is otherwise told of nobody.
pub fn of_tests(pact: &Json<'_>, tests: &Json<'_>) -> Vec<InteractionResult> {
    let tests = tests_in(tests);
    let lists = ["interactions", "messages"].into_iter().filter_map(|list| pact.get(list)?.as_array());
    lists.flatten().map(|interaction| result(interaction, tests)).collect()
}

fn tests_in<'j>(tests: &'j Json<'j>) -> &'j [Json<'j>] {
    tests.as_array().or_else(|| tests.get("tests")?.as_array()).unwrap_or_default()
}

/// What a single test says.
fn success(test: &Json<'_>) -> Option<bool> {
    match (test.get("success").and_then(Json::as_bool), test.get("status").and_then(Json::as_str)) {
        (Some(success), _) => Some(success),
        (None, Some("passed")) => Some(true),
        (None, Some("failed")) => Some(false),
        (None, _) => None,
    }
}

/// Whether any test failed, of whatever interaction: otherwise the pact need not be read to say which.
pub fn any_failed(tests: &Json<'_>) -> bool {
    tests_in(tests).iter().any(|test| success(test) == Some(false))
}

/// The interactions that failed.
pub fn failed(pact: &Json<'_>, tests: &Json<'_>) -> Vec<FailedInteraction> {
    let results = of_tests(pact, tests).into_iter();
    results
        .filter(|result| result.success == Some(false))
        .map(|result| FailedInteraction { id: result.id, description: result.description })
        .collect()
}

fn result(interaction: &Json<'_>, tests: &[Json<'_>]) -> InteractionResult {
    let text = |name: &str| interaction.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let mut found = InteractionResult {
        id: text("_id"),
        description: text("description"),
        provider_states: provider_states(interaction),
        success: None,
        mismatches: Vec::new(),
    };
    let of_this: Vec<_> = tests.iter().filter(|test| is_of(test, &found)).collect();
    for test in of_this {
        // One interaction may be tested in several ways; it holds if it does in all of them.
        found.success = match (found.success, success(test)) {
            (Some(before), Some(now)) => Some(before && now),
            (before, now) => now.or(before),
        };
        for list in ["mismatches", "differences", "exceptions"] {
            let items = test.get(list).and_then(Json::as_array).unwrap_or_default();
            found.mismatches.extend(items.iter().map(|item| item.clone().into_owned()));
        }
        if let Some(exception) = test.get("exception").filter(|exception| **exception != Json::Null) {
            found.mismatches.push(exception.clone().into_owned());
        }
    }
    found
}

fn provider_states(interaction: &Json<'_>) -> Vec<String> {
    let single =
        ["providerState", "provider_state"].into_iter().filter_map(|name| interaction.get(name)?.as_str());
    let list = interaction.get("providerStates").and_then(Json::as_array).unwrap_or_default();
    single.chain(list.iter().filter_map(|state| state.get("name")?.as_str())).map(str::to_owned).collect()
}

fn is_of(test: &Json<'_>, interaction: &InteractionResult) -> bool {
    let member = |name: &str| test.get(name).and_then(Json::as_str);
    match member("interactionId") {
        Some(id) => id == interaction.id,
        None => {
            member("interactionDescription") == Some(interaction.description.as_str())
                && match test.get("interactionProviderState") {
                    None => true,
                    // Said to be in no state: another one of that description may have one.
                    Some(Json::Null) => interaction.provider_states.is_empty(),
                    Some(state) => {
                        interaction.provider_states.iter().any(|known| state.as_str() == Some(known))
                    }
                }
        }
    }
}

/// What was known of a pair when a result came, to see since when its failures last.
#[derive(Debug)]
pub struct History<'a> {
    state: &'a State,
    result: &'a VerificationResult,
}

impl<'a> History<'a> {
    /// The history of a result.
    pub fn of(state: &'a State, result: &'a VerificationResult) -> Self {
        Self { state, result }
    }

    /// Since which provider version an interaction fails that failed in the result: the first of those, in their order,
    /// up to the result's in which it did not hold once. Versions that nothing is known of are passed over.
    ///
    /// It costs as much as it has failed since.
    pub fn failing_since(&self, interaction: &str) -> VersionId {
        let Self { state, result } = self;
        let Some(content) = state.content_by_id(result.content) else { return result.version };
        let until = result.version;
        let held = self.last_held(interaction);
        let mut failures = state.failures_between(content.consumer, content.provider, held, until);
        let first = failures.find(|known| self.counts(known) && known.has_failed(interaction));
        first.map_or(until, |known| known.version)
    }

    /// Whether a result was there already, and is for something that there still is a contract with.
    fn counts(&self, known: &VerificationResult) -> bool {
        known.number <= self.result.number
            && (known.content == self.result.content || self.state.is_used(known.content))
    }

    /// The last version up to the result's in which an interaction held. What the same content says is counted; of
    /// another one it is only known what failed, not what it has.
    fn last_held(&self, interaction: &str) -> Option<VersionId> {
        let Self { state, result } = self;
        let mut looked_at = None;
        let known = state.results_of_content_until(result.content, result.version).rev();
        for known in known.filter(|known| known.number <= result.number) {
            // The last result of a version counts.
            if looked_at.replace(known.version) == Some(known.version) || known.has_failed(interaction) {
                continue;
            }
            let later = state.results_of_version(known.version).rev();
            let mut later = later.take_while(|other| other.number > known.number);
            if !later.any(|other| self.failed_beside(other, interaction)) {
                return Some(known.version);
            }
        }
        None
    }

    /// Whether an interaction failed in another contract of the same consumer.
    fn failed_beside(&self, other: &VerificationResult, interaction: &str) -> bool {
        let pair = |result: &VerificationResult| {
            self.state.content_by_id(result.content).map(|known| (known.consumer, known.provider))
        };
        self.counts(other) && other.has_failed(interaction) && pair(other) == pair(self.result)
    }
}

#[cfg(test)]
mod tests {
    use pactwright_core::json::{Json, JsonBuf};

    use super::{History, any_failed, failed, of_tests};
    use crate::domain::{model::FailedInteraction, state::tests::Story};

    fn json(text: &str) -> JsonBuf {
        Json::parse(text.as_bytes()).unwrap().into_owned()
    }

    fn pact() -> JsonBuf {
        json(
            r#"{"interactions": [
                {"_id": "1", "description": "a", "providerStates": [{"name": "s"}, {"name": "t"}]},
                {"_id": "2", "description": "a", "providerState": "other"},
                {"_id": "3", "description": "b"}]}"#,
        )
    }

    #[test]
    fn tests_find_their_interactions() {
        for (tests, expected) in [
            (
                r#"[{"interactionId": "1", "success": true}, {"interactionId": "3", "success": false}]"#,
                [Some(true), None, Some(false)],
            ),
            (r#"{"tests": [{"interactionId": "2", "status": "failed"}]}"#, [None, Some(false), None]),
            (
                r#"[{"interactionDescription": "a", "interactionProviderState": "t", "status": "passed"}]"#,
                [Some(true), None, None],
            ),
            (r#"[{"interactionDescription": "a", "success": true}]"#, [Some(true), Some(true), None]),
            (
                r#"[{"interactionDescription": "a", "interactionProviderState": null, "success": true},
                    {"interactionDescription": "b", "interactionProviderState": null, "success": false}]"#,
                [None, None, Some(false)],
            ),
            (
                r#"[{"interactionId": "3", "success": true}, {"interactionId": "3", "success": false}, {"interactionId": "3", "success": true}]"#,
                [None, None, Some(false)],
            ),
            (
                r#"[{"interactionId": "3"}, {"interactionId": "3", "success": true}]"#,
                [None, None, Some(true)],
            ),
            (r#"[{"interactionId": "9", "success": false}, 1, null, {}]"#, [None, None, None]),
            (r#""log""#, [None, None, None]),
        ] {
            let told: Vec<_> = of_tests(&pact(), &json(tests)).iter().map(|result| result.success).collect();
            assert_eq!(told, expected, "{tests}");
            let is_failed = !failed(&pact(), &json(tests)).is_empty();
            assert!(!is_failed || any_failed(&json(tests)), "{tests}");
        }
    }

    #[test]
    fn whether_any_test_failed_is_seen_without_the_pact() {
        for (tests, expected) in [
            (r#"[{"interactionId": "1", "success": true}, {"interactionId": "3", "success": false}]"#, true),
            (r#"{"tests": [{"status": "failed"}]}"#, true),
            (r#"[{"success": true}, {"status": "passed"}, {}, null]"#, false),
            (r#""log""#, false),
        ] {
            assert_eq!(any_failed(&json(tests)), expected, "{tests}");
        }
    }

    #[test]
    fn what_was_wrong_is_kept_as_it_was_said() {
        let tests = json(
            r#"[{"interactionId": "3", "success": false, "mismatches": [{"attribute": "status"}], "exceptions": [{"message": "x"}]},
                {"interactionId": "3", "success": false, "exception": {"message": "y"}}]"#,
        );
        let told: Vec<_> = of_tests(&pact(), &tests)[2].mismatches.iter().map(Json::to_compact).collect();
        assert_eq!(told, [r#"{"attribute":"status"}"#, r#"{"message":"x"}"#, r#"{"message":"y"}"#]);
        let expected = [FailedInteraction { id: "3".to_owned(), description: "b".to_owned() }];
        assert_eq!(failed(&pact(), &tests), expected);
    }

    #[test]
    fn it_is_known_since_when_an_interaction_fails() {
        let mut story = Story::default();
        story.publish("web", "1", "api", "a");
        let fails = |story: &mut Story, version: &str, ids: &[&str]| {
            story.failing(ids);
            story.verify(("web", "1"), ("api", version), ids.is_empty())
        };
        fails(&mut story, "1", &["x"]);
        fails(&mut story, "2", &[]);
        fails(&mut story, "3", &["x"]);
        story.branch("api", "main", "4");
        fails(&mut story, "5", &["y"]);
        fails(&mut story, "5", &["x", "y"]);
        let last = fails(&mut story, "6", &["x", "y"]);
        fails(&mut story, "7", &[]);
        let since = |id: &str| {
            let result = story.state.result(last).unwrap();
            story
                .state
                .version_by_id(History::of(&story.state, result).failing_since(id))
                .unwrap()
                .number
                .to_string()
        };
        assert_eq!(since("x"), "3", "it held in 2; of 4 nothing is known");
        assert_eq!(since("y"), "5");
    }
}
