//! Environments, and what is recorded to be in them, against a running broker of ours.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{BrokerProcess, fixture, outcome, run};

struct Story {
    broker: BrokerProcess,
    _data: tempfile::TempDir,
}

impl Story {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        Self { broker: BrokerProcess::start(data.path()), _data: data }
    }

    fn asks(&self, arguments: &[&str]) -> (i32, String) {
        let all: Vec<&str> = arguments.iter().copied().chain(["-b", &self.broker.url]).collect();
        let (status, text) = outcome(&run(&all));
        (status.unwrap(), text)
    }

    /// What is printed by what has to end well.
    #[track_caller]
    fn done(&self, arguments: &[&str]) -> String {
        let (status, text) = self.asks(arguments);
        assert_eq!(status, 0, "{arguments:?}\n{text}");
        text
    }

    #[track_caller]
    fn document(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(&[arguments, &["--output", "json"]].concat())).unwrap()
    }

    /// The exit status and the words, without what differs each time.
    fn told_to(&self, arguments: &[&str]) -> String {
        let (status, text) = self.asks(arguments);
        format!("{status}\n{}", text.split_inclusive('\n').map(masked).collect::<String>())
    }

    fn published(&self, versions: &[&str]) {
        let pact = fixture("interop/checkout-web-orders-api.json");
        for version in versions {
            self.done(&["publish", pact.to_str().unwrap(), "-a", version, "--branch", "main"]);
        }
    }
}

/// A line with `UUID` and `TIME` where there are some.
fn masked(line: &str) -> String {
    let hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    let mut text = line.to_owned();
    for word in line.split(|c: char| !(c.is_alphanumeric() || "-:+".contains(c))) {
        if word.len() == 36 && word.chars().all(hex) {
            text = text.replace(word, "UUID");
        } else if word.len() > 15 && word.contains('T') && word.ends_with(":00") {
            text = text.replace(word, "TIME");
        }
    }
    text
}

#[test]
fn environments_come_change_and_go() {
    let story = Story::new();
    assert_snapshot!("environments-none", story.told_to(&["list-environments"]));
    let create = ["create-environment", "--name", "staging", "--contact-name", "Team A"];
    let create = [&create[..], &["--contact-email-address", "a@example.org"]].concat();
    assert_snapshot!("environment-created", story.told_to(&create));
    let production = ["create-environment", "--name", "production", "--production", "--output", "id"];
    let uuid = story.done(&production).trim().to_owned();
    assert_eq!(uuid.len(), 36, "{uuid}");
    assert_snapshot!("environments-listed", story.told_to(&["list-environments"]));
    let all = story.document(&["list-environments"]);
    assert_eq!(all["_embedded"]["environments"].as_array().map(Vec::len), Some(2));

    let update = ["update-environment", "--environment", "staging"];
    assert_snapshot!(
        "environment-updated",
        story.told_to(&[&update[..], &["--name", "acceptance"]].concat())
    );
    let update = ["update-environment", "--environment", "acceptance", "--production"];
    story.done(&[&update[..], &["--display-name", "Acceptance", "--contact-name", "Team B"]].concat());
    assert_snapshot!(
        "environment-described",
        story.told_to(&["describe-environment", "--environment", "acceptance"])
    );
    story.done(&["update-environment", "--environment", "acceptance", "--no-production"]);
    let described = story.document(&["describe-environment", "--environment", "acceptance"]);
    assert_eq!(described["production"], false);
    assert_eq!(described["contacts"][0]["name"], "Team B");
    assert_eq!(described["contacts"][0]["details"]["emailAddress"], "a@example.org");
    let by_uuid = story.document(&["describe-environment", "--uuid", &uuid]);
    assert_eq!((&by_uuid["name"], &by_uuid["production"]), (&Value::from("production"), &Value::from(true)));

    assert_snapshot!(
        "environment-deleted",
        story.told_to(&["delete-environment", "--environment", "acceptance"])
    );
    let deleted = story.document(&["delete-environment", "--uuid", &uuid]);
    assert_eq!(deleted["uuid"], Value::from(uuid));
    assert!(story.told_to(&["list-environments"]).starts_with("0\nNAME"));
}

#[test]
fn environments_that_are_not_there_are_named() {
    let story = Story::new();
    let uuid = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
    for command in ["describe-environment", "update-environment", "delete-environment"] {
        let (status, text) = story.asks(&[command, "--uuid", uuid]);
        assert_eq!(status, 1, "{text}");
        assert!(
            text.starts_with(&format!("error: there is no environment with the UUID `{uuid}`")),
            "{text}"
        );
        let (status, text) = story.asks(&[command, "--environment", "nowhere"]);
        assert_eq!(status, 1, "{text}");
        assert!(
            text.starts_with("error: there is no environment `nowhere`; the broker knows none"),
            "{text}"
        );
        // Neither, and both.
        assert_eq!(story.asks(&[command]).0, 2);
        assert_eq!(story.asks(&[command, "--uuid", uuid, "--environment", "nowhere"]).0, 2);
        assert_eq!(story.asks(&[command, "--uuid", ""]).0, 2);
    }
    story.done(&["create-environment", "--name", "a"]);
    story.done(&["create-environment", "--name", "b"]);
    let (status, text) = story.asks(&["update-environment", "--environment", "a", "--name", "b"]);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("already used"), "{text}");
    assert_eq!(story.asks(&["create-environment", "--name", "c", "--production", "--no-production"]).0, 2);
}

#[test]
fn deployments_begin_and_end_on_each_instance() {
    let story = Story::new();
    story.published(&["1.0.0", "1.1.0"]);
    story.done(&["create-environment", "--name", "production", "--production"]);
    let at = ["-a", "checkout-web", "--environment", "production"];
    let deploy = |version: &'static str, more: &[&'static str]| {
        [&["record-deployment", "-e", version][..], &at, more].concat()
    };
    let undeploy = |more: &[&'static str]| [&["record-undeployment"][..], &at, more].concat();

    assert_snapshot!("deployment-recorded", story.told_to(&deploy("1.0.0", &[])));
    assert_snapshot!(
        "deployment-on-instance",
        story.told_to(&deploy("1.0.0", &["--application-instance", "blue"]))
    );
    let green = story.document(&deploy("1.1.0", &["--target", "green"]));
    assert_eq!(green["applicationInstance"], "green");
    assert_eq!(green["currentlyDeployed"], true);

    assert_snapshot!("undeployment-elsewhere", story.told_to(&undeploy(&["--application-instance", "red"])));
    assert_snapshot!("undeployment-on-instance", story.told_to(&undeploy(&["--target", "blue"])));
    // An instance of no name is not one of any name.
    let ended = story.document(&undeploy(&["--application-instance", ""]));
    assert_eq!(ended.as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&ended[0]["currentlyDeployed"], &ended[0]["applicationInstance"]),
        (&false.into(), &Value::Null)
    );
    assert_snapshot!("undeployment-twice", story.told_to(&undeploy(&[])));
    story.done(&undeploy(&["--application-instance", "green"]));
    assert_snapshot!("undeployment-of-nothing", story.told_to(&undeploy(&[])));
    let unknown = ["record-undeployment", "-a", "nobody", "--environment", "production"];
    assert_snapshot!("undeployment-of-nobody", story.told_to(&unknown));
    let (status, text) =
        story.asks(&["record-undeployment", "-a", "checkout-web", "--environment", "nowhere"]);
    assert_eq!(status, 1);
    assert!(text.contains("the broker knows production"), "{text}");
}

#[test]
fn releases_are_supported_until_that_ends() {
    let story = Story::new();
    story.published(&["1.0.0", "1.1.0"]);
    story.done(&["create-environment", "--name", "production", "--production"]);
    let of = |command: &'static str, version: &'static str| {
        [command, "-a", "checkout-web", "-e", version, "--environment", "production"]
    };
    assert_snapshot!("release-recorded", story.told_to(&of("record-release", "1.0.0")));
    // Once more is the same.
    let released = story.document(&of("record-release", "1.0.0"));
    assert_eq!(released["currentlySupported"], true);
    assert_snapshot!("support-of-what-was-not-released", story.told_to(&of("record-support-ended", "1.1.0")));
    story.done(&of("record-release", "1.1.0"));
    assert_snapshot!("support-ended", story.told_to(&of("record-support-ended", "1.0.0")));
    let ended = story.document(&of("record-support-ended", "1.1.0"));
    assert_eq!(ended["currentlySupported"], false);
    assert_snapshot!("support-ended-twice", story.told_to(&of("record-support-ended", "1.1.0")));
    let (status, text) = story.asks(&of("record-release", "9.9.9"));
    assert_eq!(status, 1);
    assert!(text.contains("the broker knows no version 9.9.9 of checkout-web"), "{text}");
}
