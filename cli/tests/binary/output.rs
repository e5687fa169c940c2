//! What people see: pinned, so that a change of it is seen, too.

use insta::assert_snapshot;

use crate::support::{BrokerProcess, fixture, outcome, pactwright, run};

/// Help as it reads in a terminal of 100 columns.
fn help(arguments: &[&str]) -> String {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--help"]).collect();
    let (status, text) = outcome(&run(&arguments));
    assert_eq!(status, Some(0), "{text}");
    text
}

#[test]
fn help_texts() {
    assert_snapshot!("help", help(&[]));
    for command in [
        "demo",
        "lint",
        "mock",
        "stub",
        "publish",
        "verify",
        "can-i-deploy",
        "can-i-merge",
        "record-deployment",
        "record-undeployment",
        "record-release",
        "record-support-ended",
        "create-environment",
        "update-environment",
        "describe-environment",
        "list-environments",
        "delete-environment",
        "create-or-update-pacticipant",
        "describe-pacticipant",
        "list-pacticipants",
        "create-or-update-version",
        "describe-version",
        "create-version-tag",
        "delete-version-tag",
        "delete-branch",
        "describe-verification",
        "get-pacts",
        "list-latest-pact-versions",
        "provider-states",
        "create-webhook",
        "create-or-update-webhook",
        "test-webhook",
        "list-webhooks",
        "delete-webhook",
        "list-dead-letters",
        "retry-webhook",
        "completions",
        "generate-uuid",
    ] {
        assert_snapshot!(format!("help-{command}"), help(&[command]));
    }
    for command in ["start", "create", "verify", "shutdown-master"] {
        assert_snapshot!(format!("help-mock-{command}"), help(&["mock", command]));
    }
    assert_snapshot!("help-provider-states-list", help(&["provider-states", "list"]));
    for command in ["start", "config", "ping"] {
        assert_snapshot!(format!("help-broker-{command}"), help(&["broker", command]));
    }
}

#[test]
fn the_demo_ends_with_a_yes_and_a_no() {
    let (status, text) = outcome(&run(&["demo"]));
    assert_eq!(status, Some(0), "{text}");
    let (_, end) = text.split_once("In short").unwrap();
    assert_snapshot!("demo-end", end);
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &["publish"][..],
        &["can-i-deploy", "--version", "1", "--pacticipant", "a", "-b", "http://127.0.0.1:1"],
        &["verify", "--publish", "--file", "x.json"],
        &["verify"],
        &["unknown"],
        &["stub"],
        &["stub", "--file", "x.json", "--cors-referer"],
        &["stub", "--file", "x.json", "--provider-state", "("],
        &["stub", "--file", "x.json", "--tls", "--tls-certificate", "x.pem"],
        &["stub", "--file", "x.json", "--tls-write-certificate", "x.pem"],
        &["stub", "--file", "x.json", "--loglevel", "loud"],
        &["stub", "--file", "nowhere.json"],
        &["mock", "start", "--file", "nowhere.json"],
        &["mock", "verify"],
        &["mock", "create", "--file", "nowhere.json"],
        &["mock", "list", "--port", "1"],
        &["broker", "start", "--listen", "nowhere"],
        &["create-version-tag", "-a", "x", "-e", "1", "-b", "http://127.0.0.1:1"],
        &["describe-version", "-a", "x", "-e", "1", "--latest", "-b", "http://127.0.0.1:1"],
        &["describe-version", "-a", "x", "--deployed", "-b", "http://127.0.0.1:1"],
        &[
            "provider-states",
            "list",
            "-r",
            "x",
            "--branch",
            "a",
            "--environment",
            "b",
            "-b",
            "http://127.0.0.1:1",
        ],
        &["delete-branch", "-a", "x", "--branch", " ", "-b", "http://127.0.0.1:1"],
        &["list-pacticipants", "-b", "http://127.0.0.1:1", "--retries", "0"],
    ] {
        let (status, text) = outcome(&run(arguments));
        assert_eq!(status, Some(2), "{arguments:?}\n{text}");
        assert!(text.starts_with("error:"), "{arguments:?}\n{text}");
    }
}

#[test]
fn what_the_broker_does_not_know_is_named() {
    let data = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(data.path());
    let pact = fixture("interop/checkout-web-orders-api.json");
    let publish = ["publish", pact.to_str().unwrap(), "-a", "1.0.0", "--branch", "main", "-b", &broker.url];
    assert_eq!(outcome(&run(&publish)).0, Some(0));
    let ask = |arguments: &[&str]| {
        let all: Vec<&str> = arguments.iter().copied().chain(["-b", &broker.url]).collect();
        let (status, text) = outcome(&run(&all));
        format!("{}\n{}", status.unwrap(), text.replace(&broker.url, "http://BROKER"))
    };
    let create = ["create-environment", "--name", "production", "--production"];
    assert!(ask(&create).starts_with("0\nCreated the environment production"));
    let deploy = |participant, environment| {
        ask(&[
            "can-i-deploy",
            "--pacticipant",
            participant,
            "--version",
            "1.0.0",
            "--to-environment",
            environment,
        ])
    };
    assert_snapshot!("unknown-participant", deploy("nobody", "production"));
    assert_snapshot!("unknown-environment", deploy("checkout-web", "nowhere"));
    assert_snapshot!("not-verified-yet", deploy("checkout-web", "production"));
    let record = ["record-deployment", "-a", "checkout-web", "-e", "1.0.0", "--environment", "nowhere"];
    assert_snapshot!("record-unknown-environment", ask(&record));
    let record = ["record-deployment", "-a", "checkout-web", "-e", "9.9.9", "--environment", "production"];
    assert_snapshot!("record-unknown-version", ask(&record));
    assert_snapshot!("create-environment-twice", ask(&create));
}

#[test]
fn secrets_do_not_show() {
    let output = pactwright(&["verify", "--help"]).env("PACT_BROKER_TOKEN", "hush").output().unwrap();
    assert!(!outcome(&output).1.contains("hush"));
    let arguments =
        ["can-i-deploy", "-a", "x", "-e", "1", "-b", "http://me:hush@127.0.0.1:1", "--retries", "0"];
    let (status, text) = outcome(&run(&arguments));
    assert_eq!(status, Some(2), "{text}");
    assert!(!text.contains("hush"), "{text}");
}

#[test]
fn servers_say_their_version_as_those_before_them_do() {
    for arguments in [["stub", "-v"], ["stub", "--version"], ["mock", "-v"], ["mock", "--version"]] {
        let (status, text) = outcome(&run(&arguments));
        assert_eq!(status, Some(0), "{text}");
        assert!(text.trim_end().ends_with(env!("CARGO_PKG_VERSION")), "{text}");
    }
    assert_eq!(outcome(&run(&["mock", "start", "-v"])).0, Some(0));
}

#[test]
fn every_shell_is_given_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (status, script) = outcome(&run(&["completions", shell]));
        assert_eq!(status, Some(0), "{script}");
        for word in ["can-i-deploy", "auto-detect-version-properties"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let (status, text) = outcome(&run(&["completions", "cmd"]));
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("powershell"), "{text}");
}
