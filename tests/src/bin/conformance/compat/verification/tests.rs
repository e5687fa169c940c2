use pactwright_core::model::SpecVersion;

use super::super::tests::played_in;

const DEFINED: &str = "Given the following HTTP interactions have been defined:\n\
    | No | method | path | response | response headers | response content | response body    |\n\
    | 1  | GET    | /a   | 200      | 'X-A: 1'         | application/json | file: basic.json |\n\
    | 2  | GET    | /b   | 200      |                  |                  |                  |\n";
const STARTED: &str = "Given a provider is started that returns the response from interaction 1\n";
const OTHER: &str =
    "Given a provider is started that returns the response from interaction 1, with the following changes:\n";
const FILE: &str = "And a Pact file for interaction 1 is to be verified";
const RUN: &str = "When the verification is run\n";

/// After these steps, the first of the claims hold, the others do not.
fn judged(version: SpecVersion, steps: &str, right: &[&str], wrong: &[&str]) {
    let play = |claim: &str| played_in(version, &format!("{DEFINED}{steps}Then {claim}"));
    for claim in right {
        assert_eq!(play(claim), Ok(()), "{claim}");
    }
    for claim in wrong {
        let (step, reason) = play(claim).unwrap_err();
        assert_eq!(step, claim.lines().next().unwrap());
        assert_ne!(reason, "this step is not known", "{claim}");
    }
}

#[test]
fn a_provider_that_answers_as_agreed_is_verified() {
    judged(
        SpecVersion::V1,
        &format!("{STARTED}{FILE}\n{RUN}"),
        &["the verification will be successful"],
        &[
            "the verification will NOT be successful",
            "the verification results will contain a \"Body had differences\" error",
            "there will be a pending \"Body had differences\" error",
            "a verification result will NOT be published back",
            "a successful verification result will be published back for interaction {1}",
            "the provider state callback will be called before the verification is run",
            "the provider state callback will NOT receive a teardown call",
            "a warning will be displayed that there was no provider state callback configured for provider state \"interaction\"",
            "the request to the provider will contain the header \"A: 1\"",
            "the comment \"Verified\" will have been printed to the console",
            "the \"Verified\" will displayed as the original test name",
        ],
    );
}

#[test]
fn what_differs_is_told_apart() {
    let run = |change: &str| format!("{OTHER}{change}{FILE}\n{RUN}");
    let error = |what: &str| format!("the verification results will contain a \"{what}\" error");
    let (status, headers, body) = (
        error("Response status did not match"),
        error("Headers had differences"),
        error("Body had differences"),
    );
    let failed = "the verification will NOT be successful";
    let passed = "the verification will be successful";
    let v1 = SpecVersion::V1;
    judged(v1, &run("| response |\n| 400 |\n"), &[failed, &status], &[passed, &headers, &body]);
    judged(v1, &run("| response headers |\n| 'X-A: 2' |\n"), &[failed, &headers], &[passed, &status, &body]);
    judged(v1, &run("| response body |\n| JSON: {} |\n"), &[failed, &body], &[passed, &status, &headers]);
    let missing = format!("{STARTED}And a Pact file for interaction 2 is to be verified\n{RUN}");
    judged(v1, &missing, &[failed, &status], &[passed, &body]);
}

#[test]
fn a_pending_failure_is_told_and_lets_the_run_pass() {
    let steps = format!("{OTHER}| response body |\n| JSON: {{}} |\n{FILE}, but is marked pending\n{RUN}");
    judged(
        SpecVersion::V4,
        &steps,
        &["the verification will be successful", "there will be a pending \"Body had differences\" error"],
        &[
            "the verification results will contain a \"Body had differences\" error",
            "there will be a pending \"Headers had differences\" error",
        ],
    );
}

#[test]
fn states_are_changed_around_the_request() {
    let called = "the provider state callback will";
    let table = "| State Name | Parameters |\n| one | { \"a\": 1 } |\n";
    let steps = format!(
        "{STARTED}And a provider state callback is configured\n{FILE} with the following provider states defined:\n{table}{RUN}"
    );
    judged(
        SpecVersion::V3,
        &steps,
        &[
            &format!("{called} be called before the verification is run"),
            &format!("{called} be called after the verification is run"),
            &format!("{called} receive a setup call with \"one\" as the provider state parameter"),
            &format!("{called} receive a teardown call \"one\" and the following parameters:\n| a |\n| 1 |"),
        ],
        &[
            &format!("{called} receive a setup call with \"two\" as the provider state parameter"),
            &format!("{called} receive a teardown call \"one\" and the following parameters:\n| a |\n| 2 |"),
            &format!("{called} NOT receive a teardown call"),
        ],
    );
    let refused = format!(
        "{STARTED}And a provider state callback is configured, but will return a failure\n{FILE} with a provider state \"one\" defined\n{RUN}"
    );
    judged(
        SpecVersion::V3,
        &refused,
        &[
            &format!("{called} be called before the verification is run"),
            &format!("{called} NOT receive a teardown call"),
            "the verification results will contain a \"State change request failed\" error",
        ],
        &[
            "the verification will be successful",
            &format!("{called} be called after the verification is run"),
        ],
    );
    let unasked = format!("{STARTED}{FILE} with a provider state \"one\" defined\n{RUN}");
    let warning =
        "a warning will be displayed that there was no provider state callback configured for provider state";
    judged(SpecVersion::V3, &unasked, &[&format!("{warning} \"one\"")], &[&format!("{warning} \"two\"")]);
}

#[test]
fn results_go_back_to_the_broker_only_when_asked_for() {
    let success = "a successful verification result will be published back for interaction {1}";
    let failure = "a failed verification result will be published back for the interaction {1}";
    let nothing = "a verification result will NOT be published back";
    let asked =
        format!("{FILE} from a Pact broker\nAnd publishing of verification results is enabled\n{RUN}");
    let other = format!("{OTHER}| response |\n| 400 |\n{asked}");
    let unasked = format!("{STARTED}{FILE} from a Pact broker\n{RUN}");
    judged(SpecVersion::V1, &format!("{STARTED}{asked}"), &[success], &[failure, nothing]);
    judged(SpecVersion::V1, &other, &[failure], &[success, nothing]);
    judged(SpecVersion::V1, &unasked, &[nothing], &[success, failure]);
}

#[test]
fn messages_are_asked_for_by_their_description() {
    let started = "Given a provider is started that can generate the \"m\" message with \"file: basic.json\" and the following metadata:\n\
        | key | value |\n| A | 1 |\n";
    let file = |metadata: &str| {
        format!(
            "And a Pact file for \"m\":\"file: basic.json\" is to be verified with the following metadata:\n\
             | key | value |\n| A | {metadata} |\n"
        )
    };
    let metadata = "the verification results will contain a \"Metadata had differences\" error";
    let body = "the verification results will contain a \"Body had differences\" error";
    let (passed, failed) = ("the verification will be successful", "the verification will NOT be successful");
    let v3 = SpecVersion::V3;
    judged(v3, &format!("{started}{}{RUN}", file("1")), &[passed], &[failed, metadata, body]);
    judged(v3, &format!("{started}{}{RUN}", file("2")), &[failed, metadata], &[passed, body]);
    let other = "And a Pact file for \"m\" is to be verified with the following:\n\
        | body | JSON: {\"one\": 1} |\n| metadata | A=1 |\n";
    judged(v3, &format!("{started}{other}{RUN}"), &[failed, body], &[passed, metadata]);
    let unknown = "And a Pact file for \"n\":\"file: basic.json\" is to be verified\n";
    judged(v3, &format!("{started}{unknown}{RUN}"), &[failed], &[passed, metadata, body]);
}

#[test]
fn remarks_and_headers_are_found_where_they_are() {
    let comments = "| comment | type |\n| look here | text |\n| suite | testname |\n";
    let steps = format!(
        "{STARTED}And a request filter is configured to make the following changes:\n| headers |\n| 'A: 1' |\n\
         {FILE} with the following comments:\n{comments}{RUN}"
    );
    judged(
        SpecVersion::V4,
        &steps,
        &[
            "the comment \"look here\" will have been printed to the console",
            "the \"suite\" will displayed as the original test name",
            "the request to the provider will contain the header \"A: 1\"",
        ],
        &[
            "the comment \"look there\" will have been printed to the console",
            "the \"look here\" will displayed as the original test name",
            "the request to the provider will contain the header \"A: 2\"",
        ],
    );
}

#[test]
fn nothing_holds_of_what_was_not_verified() {
    judged(
        SpecVersion::V3,
        &format!("{STARTED}{FILE}\n"),
        &[],
        &[
            "the verification will be successful",
            "the verification will NOT be successful",
            "a verification result will NOT be published back",
            "the provider state callback will be called after the verification is run",
            "the request to the provider will contain the header \"A: 1\"",
        ],
    );
    judged(SpecVersion::V3, "", &[], &["the verification is run"]);
    judged(SpecVersion::V3, STARTED, &[], &["the verification is run"]);
}
