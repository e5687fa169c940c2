use pactwright_core::model::SpecVersion;

use super::super::tests::played_in;

const DEFINED: &str = "Given the following HTTP interactions have been defined:\n\
    | No | method | path | query | body            | response | response body    |\n\
    | 1  | POST   | /a   | x=1   | JSON: {\"a\": 1} | 201      | file: basic.json |\n\
    | 2  | GET    | /b   |       |                 | 204      |                  |\n";
const AGREED: &str =
    "When the mock server is started with interaction 1\nAnd request 1 is made to the mock server\n";
const OTHER_BODY: &str = "When the mock server is started with interaction 1\n\
    And request 1 is made to the mock server with the following changes:\n| body |\n| JSON: {\"a\": 2} |\n";
const OTHER_ADDRESS: &str =
    "When the mock server is started with interaction 1\nAnd request 2 is made to the mock server\n";
const NOT_ALL: &str =
    "When the mock server is started with interactions \"1, 2\"\nAnd request 1 is made to the mock server\n";
const DONE: &str = "When the pact test is done\n";

/// After these steps, the first of the claims hold, the others do not.
fn judged(steps: &str, right: &[&str], wrong: &[&str]) {
    let play = |claim: &str| played_in(SpecVersion::V2, &format!("{DEFINED}{steps}Then {claim}"));
    for claim in right {
        assert_eq!(play(claim), Ok(()), "{claim}");
    }
    for claim in wrong {
        let (step, reason) = play(claim).unwrap_err();
        assert_eq!(step, *claim);
        assert_ne!(reason, "this step is not known", "{claim}");
    }
}

#[test]
fn an_answer_is_as_agreed_or_the_mocks_own() {
    judged(
        AGREED,
        &[
            "a 201 success response is returned",
            "the payload will contain the \"basic\" JSON document",
            "the content type will be set as \"application/json\"",
        ],
        &[
            "a 200 success response is returned",
            "a 201 error response is returned",
            "the content type will be set as \"text/plain\"",
        ],
    );
    judged(
        OTHER_BODY,
        &[
            "a 500 error response is returned",
            "the mismatches will contain a \"body\" mismatch with path \"$.a\" with error \"Expected 2 (Integer) to be equal to 1 (Integer)\"",
        ],
        &[
            "a 500 success response is returned",
            "the payload will contain the \"basic\" JSON document",
            "the mismatches will contain a \"body\" mismatch with path \"$.b\" with error \"Expected 2 (Integer) to be equal to 1 (Integer)\"",
            "the mismatches will contain a \"query\" mismatch with error \"Expected 2 (Integer) to be equal to 1 (Integer)\"",
        ],
    );
}

#[test]
fn a_test_that_kept_to_the_contract_is_ok_and_has_a_file() {
    judged(
        &format!("{AGREED}{DONE}"),
        &[
            "the mock server status will be OK",
            "the mock server will write out a Pact file for the interaction when done",
            "the pact file will contain {1} interaction",
            "the {first} interaction request will be for a \"POST\"",
            "the {first} interaction request query parameters will be \"x=1\"",
            "the {first} interaction request content type will be \"application/json\"",
            "the {first} interaction response will contain the \"basic.json\" document",
        ],
        &[
            "the mock server status will NOT be OK",
            "the mock server status will be mismatches",
            "the mock server will NOT write out a Pact file for the interactions when done",
            "the pact file will contain {2} interactions",
            "the {second} interaction request will be for a \"POST\"",
            "the {first} interaction request will be for a \"GET\"",
            "the {first} interaction request query parameters will be \"x=2\"",
            "the {first} interaction request will contain the header \"X\" with value \"1\"",
            "the {first} interaction request will contain the \"basic.json\" document",
        ],
    );
}

#[test]
fn a_test_that_did_not_is_told_why() {
    let not_received = "the mock server status will be an expected but not received error for interaction";
    let unexpected = |method: &str| {
        format!("the mock server status will be an unexpected \"{method}\" request received error for")
    };
    let not_written = "the mock server will NOT write out a Pact file for the interaction when done";
    let written = "the mock server will write out a Pact file for the interaction when done";
    judged(
        &format!("{OTHER_BODY}{DONE}"),
        &["the mock server status will NOT be OK", "the mock server status will be mismatches", not_written],
        &["the mock server status will be OK", &format!("{} interaction {{1}}", unexpected("POST")), written],
    );
    judged(
        &format!("{NOT_ALL}{DONE}"),
        &["the mock server status will NOT be OK", &format!("{not_received} {{2}}"), not_written],
        &["the mock server status will be mismatches", &format!("{not_received} {{1}}")],
    );
    judged(
        &format!("{OTHER_ADDRESS}{DONE}"),
        &[&format!("{} interaction {{2}}", unexpected("GET")), &format!("{} path \"/b\"", unexpected("GET"))],
        &[
            "the mock server status will be mismatches",
            &format!("{} interaction {{2}}", unexpected("POST")),
            &format!("{} interaction {{1}}", unexpected("GET")),
            &format!("{} path \"/a\"", unexpected("GET")),
        ],
    );
}

#[test]
fn nothing_holds_of_a_mock_that_was_not_started_or_asked() {
    let started = "When the mock server is started with interaction 1\n";
    judged(
        started,
        &[],
        &[
            "a 201 success response is returned",
            "a 500 error response is returned",
            "the mock server status will be OK",
            "the mock server status will NOT be OK",
            "the mock server will write out a Pact file for the interaction when done",
            "the mock server will NOT write out a Pact file for the interaction when done",
            "the pact file will contain {0} interactions",
        ],
    );
    judged("", &[], &["request 1 is made to the mock server", "the pact test is done"]);
    judged(
        &format!("{started}{DONE}"),
        &["the mock server status will NOT be OK"],
        &["the mock server status will be OK"],
    );
}
