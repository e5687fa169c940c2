use super::super::tests::played;

#[test]
fn what_was_defined_stands_in_the_file_and_nothing_else() {
    let defined = "Given a message interaction is being defined for a consumer test\n\
        And a key of \"k\" is specified for the message interaction\n\
        And a comment \"one\" is added to the message interaction\n\
        And a comment \"two\" is added to the message interaction\n\
        When the Pact file for the test is generated\n";
    let holds = |step: &str| {
        played(&format!("{defined}Then the first interaction in the Pact file will have {step}"))
    };
    for right in
        ["\"key\" = '\"k\"'", "\"pending\" = 'false'", "\"comments\" = '{\"text\":[\"one\",\"two\"]}'"]
    {
        assert_eq!(holds(right), Ok(()), "{right}");
    }
    for wrong in ["\"key\" = '\"K\"'", "\"pending\" = 'true'", "\"comments\" = '{}'", "\"other\" = 'null'"] {
        assert!(holds(wrong).is_err(), "{wrong}");
    }
    assert_eq!(holds("a type of \"Asynchronous/Messages\""), Ok(()));
    assert!(holds("a type of \"Synchronous/HTTP\"").is_err());
}

#[test]
fn states_come_with_their_parameters() {
    let defined = "Given an integration is being defined for a consumer test\n\
        And a provider state \"one\" is specified\n\
        And a provider state \"two\" is specified with the following data:\n| id | name |\n| 7 | \"n\" |\n\
        When the Pact file for the test is generated\n";
    let holds = |step: &str| played(&format!("{defined}Then {step}"));
    let data = |state: &str, parameters: &str| {
        holds(&format!(
            "the provider state \"{state}\" in the Pact file will contain the following parameters:\n\
             | parameters |\n| {parameters} |"
        ))
    };
    assert_eq!(holds("the interaction in the Pact file will contain 2 provider states"), Ok(()));
    assert!(holds("the interaction in the Pact file will contain 1 provider state").is_err());
    assert!(holds("the interaction in the Pact file will contain provider state \"three\"").is_err());
    assert_eq!(data("two", r#"{"name": "n", "id": 7}"#), Ok(()));
    assert!(data("two", r#"{"name": "n"}"#).is_err());
    assert!(data("one", r#"{"name": "n"}"#).is_err());
}

#[test]
fn nothing_holds_of_a_file_that_was_not_written() {
    let undefined = "Given an HTTP interaction is being defined for a consumer test\n";
    assert!(
        played(&format!("{undefined}Then the first interaction in the Pact file will have a type of \"\""))
            .is_err()
    );
    assert!(played("Given the HTTP interaction is marked as pending").is_err());
}
