//! Teams, users, tokens and owners by the command line, against a broker that asks who is calling.

use std::process::Output;

use crate::support::{BrokerProcess, fixture, outcome, pactwright, run};

const ADMIN: &str = "0123456789abcdef0123456789abcdef";

/// Runs a command against a broker with a token, which stands in the surroundings.
fn ask(broker: &BrokerProcess, token: &str, arguments: &[&str]) -> Output {
    let mut command = pactwright(arguments);
    command.env("PACT_BROKER_BASE_URL", &broker.url).env("PACT_BROKER_TOKEN", token);
    command.output().unwrap()
}

#[track_caller]
fn done(output: &Output) -> String {
    let (status, text) = outcome(output);
    assert_eq!(status, Some(0), "{text}");
    String::from_utf8(output.stdout.clone()).unwrap().trim().to_owned()
}

#[test]
fn from_the_first_token_to_a_team_that_owns_what_it_publishes() {
    let data = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start_with(data.path(), &[], &[("PACTWRIGHT_ADMIN_TOKEN", ADMIN)]);
    let admin = |arguments: &[&str]| done(&ask(&broker, ADMIN, arguments));
    for team in ["web", "orders"] {
        admin(&["broker", "team", "create", "--name", team, "--contact-name", &format!("Team {team}")]);
    }
    let token = |team: &str| {
        let arguments =
            ["broker", "token", "create", "--name", team, "--team", team, "--role", "contributor"];
        admin(&arguments)
    };
    let (web, orders) = (token("web"), token("orders"));
    assert!(web.starts_with("pactw_") && !web.contains(char::is_whitespace), "the token alone: {web}");

    let pact = fixture("interop/checkout-web-orders-api.json");
    let publish = ["publish", pact.to_str().unwrap(), "-a", "1.0.0", "--branch", "main"];
    let (status, text) = outcome(&ask(&broker, "", &publish));
    assert_eq!(status, Some(2), "without a token: {text}");
    done(&ask(&broker, &web, &publish));
    let again = ["publish", pact.to_str().unwrap(), "-a", "1.0.1", "--branch", "main"];
    let (status, text) = outcome(&ask(&broker, &orders, &again));
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("belongs to the team 'web' (Team web)"), "{text}");
    let owner = admin(&["broker", "owner", "show", "--pacticipant", "checkout-web"]);
    assert!(owner.contains("web (its token was the first)"), "{owner}");
    let given = ["broker", "owner", "set", "-a", "checkout-web", "--team", "orders", "--delegate", "web"];
    assert!(admin(&given).contains("Delegates:"), "it is given away");
    let about =
        ["broker", "owner", "set", "-a", "checkout-web", "--team", "orders", "--contact-name", "#shop"];
    let said = admin(&about);
    assert!(said.contains("#shop") && said.contains("Delegates:  web"), "what is not said stays: {said}");
    let named = ["broker", "team", "create", "--name", "web", "--display-name", "Web"];
    admin(&named);
    assert!(admin(&["broker", "team", "list"]).contains("Team web"), "its contacts stay");
    done(&ask(&broker, &orders, &again));

    let files = tempfile::tempdir().unwrap();
    let password = files.path().join("ann.txt");
    std::fs::write(&password, "correct horse battery staple\n").unwrap();
    let path = password.to_str().unwrap();
    let ann = [
        "broker",
        "user",
        "create",
        "--name",
        "ann",
        "--password-file",
        path,
        "--team",
        "web",
        "--role",
        "admin",
    ];
    admin(&ann);
    let other = files.path().join("other.txt");
    std::fs::write(&other, "battery staple correct horse\n").unwrap();
    let change = ["broker", "user", "password", "--name", "ann", "--password-file", other.to_str().unwrap()];
    let mut by_herself = pactwright(&change);
    by_herself.env("PACT_BROKER_BASE_URL", &broker.url).env("PACT_BROKER_USERNAME", "ann");
    done(&by_herself.env("PACT_BROKER_PASSWORD", "correct horse battery staple").output().unwrap());
    let (status, text) = outcome(&by_herself.output().unwrap());
    assert_eq!((status, text.contains("not known here")), (Some(2), true), "the one before is none: {text}");
    admin(&["broker", "user", "update", "--name", "ann", "--display-name", "Ann"]);
    admin(&["broker", "team", "add-member", "--team", "orders", "--user", "ann", "--role", "viewer"]);
    let teams = admin(&["broker", "team", "list"]);
    assert!(teams.contains("ann (viewer)") && teams.contains("ann (admin)"), "{teams}");
    let users = admin(&["broker", "user", "list"]);
    assert!(users.contains("web: admin, orders: viewer") && !users.contains("argon2"), "{users}");

    let tokens = admin(&["broker", "token", "list"]);
    let line = tokens.lines().find(|line| line.starts_with("web ")).unwrap();
    let uuid = line.split_whitespace().last().unwrap();
    assert!(line.contains("valid") && !tokens.contains(&web), "{tokens}");
    admin(&["broker", "token", "revoke", "--uuid", uuid]);
    admin(&["broker", "owner", "remove", "-a", "checkout-web"]);
    let (status, text) = outcome(&ask(&broker, &orders, &["broker", "owner", "show", "-a", "checkout-web"]));
    assert!(status == Some(1) && text.contains("belongs to nobody"), "{text}");
    let (status, text) = outcome(&ask(&broker, &web, &["list-pacticipants"]));
    assert_eq!((status, text.contains("revoked")), (Some(2), true), "{text}");
}

#[test]
fn whoever_has_the_folder_makes_the_first_administrator_and_is_never_locked_out() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("data");
    let admin = || {
        let arguments = ["broker", "token", "admin", "--data", folder.to_str().unwrap()];
        done(&run(&arguments))
    };
    std::fs::create_dir(&folder).unwrap();
    let first = admin();
    assert!(first.starts_with("pactw_") && !first.contains(char::is_whitespace), "{first}");
    let broker = BrokerProcess::start(&folder);
    let (status, text) = outcome(&ask(&broker, "", &["list-pacticipants"]));
    assert_eq!(status, Some(2), "it asks from then on: {text}");
    let tokens = done(&ask(&broker, &first, &["broker", "token", "list", "--output", "json"]));
    let tokens: serde_json::Value = serde_json::from_str(&tokens).unwrap();
    let uuid = tokens["tokens"][0]["uuid"].as_str().unwrap();
    done(&ask(&broker, &first, &["broker", "token", "revoke", "--uuid", uuid]));
    // Nobody is left; whoever has the folder still is.
    let second = admin();
    let listed = done(&ask(&broker, &second, &["broker", "token", "list"]));
    assert!(listed.contains("revoked") && listed.contains("everywhere: admin"), "{listed}");
}

#[test]
fn where_others_can_reach_it_the_broker_asks_who_is_calling_or_does_not_start() {
    let data = tempfile::tempdir().unwrap();
    let open = ["broker", "start", "--listen", "0.0.0.0:0", "--data", data.path().to_str().unwrap()];
    let (status, text) = outcome(&run(&open));
    assert_eq!(status, Some(2), "{text}");
    for words in ["anybody could change anything", "PACT_BROKER_BASIC_AUTH_USERNAME", "--allow-anyone"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let mut half = pactwright(&open);
    let (status, text) = outcome(&half.env("PACT_BROKER_BASIC_AUTH_PASSWORD", "hush").output().unwrap());
    assert_eq!((status, text.contains("hush")), (Some(2), false), "{text}");
}
