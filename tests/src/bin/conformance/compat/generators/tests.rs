use super::super::tests::played;

/// A response whose header only its generator knows.
const HEADER: &str = "Given a response configured with the following generators:\n| generators |\n\
    | JSON: { \"header\": { \"X-TEST\": { \"type\": \"RandomInt\", \"min\": 7, \"max\": 7 } } } |\n\
    When the response is prepared for use\n";
/// A message with something to make in a list, and in its metadata.
const MESSAGE: &str = "Given a message configured with the following generators:\n| body | metadata | generators |\n\
    | JSON: { \"a\": [ \"x\" ] } | { \"ID\": \"x\" } | \
    JSON: { \"body\": { \"$.a[0]\": { \"type\": \"Uuid\", \"format\": \"simple\" } }, \
    \"metadata\": { \"ID\": { \"type\": \"ProviderState\", \"expression\": \"${id}\" } } } |\n\
    When the message is prepared for use with a \"providerState\" context:\n| { \"id\": 9 } |\n";

#[test]
fn parts_are_named_with_and_without_quotes() {
    for part in ["header[X-TEST]", "header['x-test']"] {
        assert_eq!(played(&format!("{HEADER}Then the response \"{part}\" will be set as \"7\"")), Ok(()));
        assert!(played(&format!("{HEADER}Then the response \"{part}\" will be set as \"8\"")).is_err());
        assert!(played(&format!("{HEADER}Then the response \"{part}\" will not be \"7\"")).is_err());
    }
    assert!(played(&format!("{HEADER}Then the response \"header[X-OTHER]\" will match \".*\"")).is_err());
    assert!(played(&format!("{HEADER}Then the response \"path\" will match \".*\"")).is_err());
}

#[test]
fn messages_are_made_anew_as_requests_are() {
    let made = |step: &str| played(&format!("{MESSAGE}{step}"));
    let replaced =
        |kind| made(&format!("Then the body value for \"$.a[0]\" will have been replaced with a \"{kind}\""));
    assert_eq!(replaced("simple UUID"), Ok(()));
    assert_eq!(replaced("random hexadecimal"), Ok(()));
    assert!(replaced("UUID").is_err());
    assert!(replaced("whatever").is_err());
    assert_eq!(made("Then the message \"metadata[ID]\" will be set as \"9\""), Ok(()));
    assert!(
        made("Then the body value for \"$.a[1]\" will have been replaced with a \"simple UUID\"").is_err()
    );
}

#[test]
fn what_is_given_tells_the_side_unless_a_mode_is_set() {
    let value = "Then the message \"metadata[ID]\" will be set as \"9\"";
    let consumer =
        MESSAGE.replace("When the", "And the generator test mode is set as \"Consumer\"\nWhen the");
    assert_eq!(played(&format!("{MESSAGE}{value}")), Ok(()));
    assert!(played(&format!("{consumer}{value}")).is_err());
}
