use pactwright_core::model::SpecVersion;

use super::super::tests::{played, played_in};

const PUBLISHED: &str = "Given a message integration is being defined for a consumer test\n\
    And the message is configured with the following:\n| body | metadata | generators |\n\
    | file: basic.json | { \"ID\": \"x\", \"weight\": 2 } | JSON: { \"body\": { \"$.one\": { \"type\": \"RandomInt\", \"min\": 1, \"max\": 9 } }, \
    \"metadata\": { \"ID\": { \"type\": \"RandomInt\", \"min\": 1, \"max\": 9 } } } |\n";
const PLAIN: &str = "Given a message integration is being defined for a consumer test\n\
    And the message payload contains the \"basic\" JSON document\n";
const EXCHANGED: &str = "Given a synchronous message interaction is being defined for a consumer test\n\
    And the message request payload contains the \"basic\" JSON document\n\
    And the message request contains the following metadata:\n| key | value |\n| ID | x |\n\
    And the message response payload contains the \"other.txt\" document\n\
    And the message response payload contains the \"basic\" document\n";
const PROCESSED: &str = "When the message is successfully processed\n";
const FAILED: &str = "When the message is NOT successfully processed with a \"broken\" exception\n";

fn judged(version: SpecVersion, steps: &str, right: &[&str], wrong: &[&str]) {
    let play = |claim: &str| played_in(version, &format!("{steps}Then {claim}"));
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
fn a_message_that_is_handled_is_written() {
    judged(
        SpecVersion::V3,
        &format!("{PLAIN}{PROCESSED}"),
        &[
            "the received message payload will contain the \"basic\" JSON document",
            "the received message content type will be \"application/json\"",
            "the consumer test will have passed",
            "a Pact file for the message interaction will have been written",
            "the pact file will contain 1 message interaction",
            "the first message in the pact file will contain the \"basic.json\" document",
            "the first message in the pact file content type will be \"application/json\"",
        ],
        &[
            "the received message payload will contain the \"other.txt\" document",
            "the received message content type will be \"text/plain\"",
            "the consumer test will have failed",
            "a Pact file for the message interaction will NOT have been written",
            "the pact file will contain 2 message interactions",
            "the first message in the pact file will contain the \"other.txt\" document",
            "the first message in the pact file content type will be \"text/plain\"",
            "the message contents for \"$.one\" will have been replaced with an \"integer\"",
            "the received message metadata will contain \"ID\" == \"x\"",
        ],
    );
}

#[test]
fn a_message_that_is_not_handled_is_not_written() {
    judged(
        SpecVersion::V3,
        &format!("{PLAIN}{FAILED}"),
        &[
            "the consumer test will have failed",
            "the consumer test error will be \"broken\"",
            "a Pact file for the message interaction will NOT have been written",
        ],
        &[
            "the consumer test will have passed",
            "the consumer test error will be \"other\"",
            "a Pact file for the message interaction will have been written",
        ],
    );
}

#[test]
fn what_is_made_anew_differs_from_the_file() {
    judged(
        SpecVersion::V3,
        &format!("{PUBLISHED}{PROCESSED}"),
        &[
            "the message contents for \"$.one\" will have been replaced with an \"integer\"",
            "the received message metadata will contain \"ID\" replaced with an \"integer\"",
            "the received message metadata will contain \"weight\" == \"JSON: 2\"",
            "the first message in the pact file will contain the message metadata \"ID\" == \"x\"",
        ],
        &[
            "the message contents for \"$.two\" will have been replaced with an \"integer\"",
            "the message contents for \"$.one\" will have been replaced with a \"UUID\"",
            "the received message metadata will contain \"weight\" replaced with an \"integer\"",
            "the received message metadata will contain \"weight\" == \"2\"",
            "the first message in the pact file will contain the message metadata \"ID\" == \"y\"",
        ],
    );
}

#[test]
fn messages_are_sent_and_answered() {
    judged(
        SpecVersion::V4,
        &format!("{EXCHANGED}{PROCESSED}"),
        &[
            "the received message payload will contain the \"other.txt\" document",
            "the first interaction in the pact file will contain the \"basic.json\" document as the request",
            "the first interaction in the pact file will contain the \"basic.json\" document as a response",
            "the first interaction in the pact file will contain the \"other.txt\" document as the first response message",
            "the first interaction in the pact file will contain the \"basic.json\" document as the second response message",
            "the first interaction in the pact file request content type will be \"application/json\"",
            "the first interaction in the pact file response content type will be \"text/plain\"",
            "the first interaction in the pact file will contain 2 response messages",
            "the received message request metadata will contain \"ID\" == \"x\"",
        ],
        &[
            "the received message payload will contain the \"basic\" JSON document",
            "the first interaction in the pact file will contain the \"other.txt\" document as the request",
            "the first interaction in the pact file will contain the \"basic.json\" document as the first response message",
            "the first interaction in the pact file will contain the \"basic.json\" document as the third response message",
            "the first interaction in the pact file request content type will be \"text/plain\"",
            "the first interaction in the pact file will contain 1 response messages",
            "the received message request metadata will contain \"ID\" == \"y\"",
        ],
    );
}

#[test]
fn nothing_holds_of_a_message_that_was_not_processed() {
    judged(
        SpecVersion::V4,
        EXCHANGED,
        &[],
        &[
            "the received message payload will contain the \"basic\" JSON document",
            "the consumer test will have passed",
            "the consumer test will have failed",
            "a Pact file for the message interaction will have been written",
            "a Pact file for the message interaction will NOT have been written",
            "the first interaction in the pact file will contain 0 response messages",
        ],
    );
    assert!(played("When the message is successfully processed").is_err());
}
