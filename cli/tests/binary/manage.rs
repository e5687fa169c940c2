//! The commands that keep what the broker knows of applications, versions and contracts in order, against a broker.

use std::path::Path;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{BrokerProcess, fixture, get, outcome, post, run};

/// A broker with a contract of `checkout-web` with `orders-api`, in its version 1.0.0 from `main`.
fn broker(data: &Path) -> BrokerProcess {
    let broker = BrokerProcess::start(data);
    let pact = fixture("interop/checkout-web-orders-api.json");
    let publish = ["publish", pact.to_str().unwrap(), "-a", "1.0.0", "--branch", "main", "-b", &broker.url];
    let (status, text) = outcome(&run(&publish));
    assert_eq!(status, Some(0), "{text}");
    broker
}

/// The exit status and what is printed, without what differs from run to run.
fn ask(broker: &BrokerProcess, arguments: &[&str]) -> String {
    let all: Vec<&str> = arguments.iter().copied().chain(["-b", &broker.url]).collect();
    let (status, text) = outcome(&run(&all));
    let text = text.replace(&broker.url, "http://BROKER");
    let mut shown = String::new();
    for word in text.split_inclusive([' ', '\n', '"']) {
        let bare = word.trim_end_matches([' ', '\n', '"']);
        let is_time = bare.len() == 25 && bare.ends_with("+00:00") && bare.as_bytes()[10] == b'T';
        shown.push_str(&if is_time { word.replace(bare, "TIME") } else { word.to_owned() });
    }
    format!("{}\n{shown}", status.unwrap())
}

/// The JSON that a command prints.
fn json(broker: &BrokerProcess, arguments: &[&str]) -> Value {
    let all = [arguments, &["--output", "json", "-b", &broker.url]].concat();
    let output = run(&all);
    assert_eq!(output.status.code(), Some(0), "{}", outcome(&output).1);
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn applications() {
    let data = tempfile::tempdir().unwrap();
    let empty = BrokerProcess::start(data.path());
    assert_snapshot!("pacticipants-none", ask(&empty, &["list-pacticipants"]));
    drop(empty);
    let data = tempfile::tempdir().unwrap();
    let broker = broker(data.path());
    let create = |more: &[&str]| {
        ask(&broker, &[&["create-or-update-pacticipant", "--name", "a/b shop"], more].concat())
    };
    assert_eq!(create(&["--main-branch", "main"]), "0\nCreated the application a/b shop.\n");
    let url = "https://git.example/shop";
    assert_eq!(create(&["--repository-url", url]), "0\nUpdated the application a/b shop.\n");
    let (status, stored) = get(&format!("{}/pacticipants/a%2Fb%20shop", broker.url));
    assert_eq!(status, 200);
    assert_eq!((&stored["mainBranch"], &stored["repositoryUrl"]), (&json!("main"), &json!(url)));
    assert_snapshot!("pacticipants", ask(&broker, &["list-pacticipants"]));
    assert_snapshot!("pacticipant", ask(&broker, &["describe-pacticipant", "--name", "a/b shop"]));
    assert_snapshot!("pacticipant-unknown", ask(&broker, &["describe-pacticipant", "--name", "nobody"]));
    let described = json(&broker, &["describe-pacticipant", "--name", "checkout-web"]);
    assert_eq!(described["_embedded"]["latestVersion"]["number"], "1.0.0");
    let listed = json(&broker, &["list-pacticipants"]);
    assert_eq!(listed["_embedded"]["pacticipants"].as_array().map(Vec::len), Some(3));
}

#[test]
fn versions_and_tags() {
    let data = tempfile::tempdir().unwrap();
    let broker = broker(data.path());
    let of = |command: &'static str, version: &'static str, more: &[&str]| {
        ask(&broker, &[&[command, "-a", "orders-api", "-e", version], more].concat())
    };
    let create = "create-or-update-version";
    assert_eq!(of(create, "1.0.0", &[]), "0\nCreated orders-api 1.0.0.\n");
    let more = ["--branch", "feat/x", "--tag", "rc,dev", "--build-url", "http://ci/7"];
    assert_eq!(
        of(create, "2.0.0", &more),
        "0\nCreated orders-api 2.0.0, on branch feat/x, tagged rc, dev.\n"
    );
    assert_eq!(of(create, "2.0.0", &["--tag", "prod"]), "0\nUpdated orders-api 2.0.0, tagged prod.\n");
    assert_snapshot!("version", of("describe-version", "2.0.0", &[]));
    let stored = json(&broker, &["describe-version", "-a", "orders-api", "-e", "2.0.0"]);
    assert_eq!(stored["buildUrl"], "http://ci/7");

    let tag = "create-version-tag";
    assert_eq!(of(tag, "1.0.0", &["--tag", "prod"]), "0\nTagged orders-api 1.0.0 as prod.\n");
    assert_snapshot!("tag-no-version", of(tag, "3.0.0", &["--tag", "prod"]));
    assert_eq!(get(&format!("{}/pacticipants/orders-api/versions/3.0.0", broker.url)).0, 404);
    let created = of(tag, "3.0.0", &["--tag", "prod", "--auto-create-version"]);
    assert_eq!(created, "0\nTagged orders-api 3.0.0 as prod.\n");

    let latest = |tag: &[&str]| {
        let arguments = [&["describe-version", "-a", "orders-api"], tag].concat();
        json(&broker, &arguments)["number"].clone()
    };
    assert_eq!(latest(&[]), "3.0.0");
    assert_eq!(latest(&["--latest"]), "3.0.0");
    assert_eq!(latest(&["--latest", "rc"]), "2.0.0");
    let delete = "delete-version-tag";
    assert_eq!(of(delete, "3.0.0", &["-t", "prod"]), "0\nDeleted the tag prod of orders-api 3.0.0.\n");
    assert_eq!(latest(&["--latest", "prod"]), "2.0.0");
    assert_snapshot!("tag-unknown", of(delete, "3.0.0", &["-t", "prod"]));
    assert_snapshot!("tag-unknown-version", of(delete, "9.0.0", &["-t", "prod"]));
    let none = ["describe-version", "-a", "orders-api", "--latest", "nothing"];
    assert_snapshot!("version-none-with-tag", ask(&broker, &none));
    assert_snapshot!("version-unknown", of("describe-version", "9.0.0", &[]));
}

#[test]
fn versions_in_an_environment() {
    let data = tempfile::tempdir().unwrap();
    let broker = broker(data.path());
    let there = ["describe-version", "-a", "checkout-web", "--environment", "production"];
    assert_snapshot!("environment-unknown", ask(&broker, &there));
    for arguments in [
        &["create-environment", "--name", "production", "--production"][..],
        &["record-deployment", "-a", "checkout-web", "-e", "1.0.0", "--environment", "production"],
        &["record-release", "-a", "checkout-web", "-e", "1.0.0", "--environment", "production"],
    ] {
        assert!(ask(&broker, arguments).starts_with("0\n"), "{arguments:?}");
    }
    assert_snapshot!("environment-versions", ask(&broker, &there));
    let released = json(&broker, &[&there[..], &["--released"]].concat());
    assert_eq!(released.as_array().map(Vec::len), Some(1));
    assert_eq!(released[0]["currentlySupported"], true);
    let other = ["describe-version", "-a", "orders-api", "--environment", "production"];
    assert_snapshot!("environment-no-versions", ask(&broker, &other));
}

#[test]
fn branches() {
    let data = tempfile::tempdir().unwrap();
    let broker = broker(data.path());
    let version = ["create-or-update-version", "-a", "checkout-web", "-e", "1.1.0", "--branch", "feat/x"];
    assert!(ask(&broker, &version).starts_with("0\n"));
    let delete = |participant: &str, more: &[&str]| {
        ask(&broker, &[&["delete-branch", "-a", participant, "--branch", "feat/x"], more].concat())
    };
    assert_eq!(delete("checkout-web", &[]), "0\nDeleted the branch feat/x of checkout-web.\n");
    assert_eq!(get(&format!("{}/pacticipants/checkout-web/branches/feat%2Fx", broker.url)).0, 404);
    assert_eq!(get(&format!("{}/pacticipants/checkout-web/versions/1.1.0", broker.url)).0, 200);
    let again = "0\ncheckout-web has no branch feat/x; nothing was deleted.\n";
    assert_eq!(delete("checkout-web", &[]), again);
    assert_eq!(delete("checkout-web", &["--error-when-not-found", "false"]), again);
    assert_eq!(delete("checkout-web", &["--no-error-when-not-found"]), again);
    for flag in [&["--error-when-not-found"][..], &["--error-when-not-found", "true"]] {
        assert!(delete("checkout-web", flag).starts_with("1\nerror: checkout-web has no branch `feat/x`"));
    }
    assert!(delete("nobody", &["--error-when-not-found"]).contains("no application nobody"));
}

#[test]
fn contracts() {
    let data = tempfile::tempdir().unwrap();
    let broker = broker(data.path());
    assert_snapshot!("latest-pacts", ask(&broker, &["list-latest-pact-versions"]));
    let listed = json(&broker, &["list-latest-pact-versions"]);
    assert_eq!(listed["pacts"][0]["_embedded"]["provider"]["name"], "orders-api");

    let pacts = ["get-pacts", "--provider", "orders-api"];
    assert_snapshot!("pacts", ask(&broker, &pacts));
    for more in [
        &["--latest"][..],
        &["--branch", "main"],
        &["--branch", "main", "--latest"],
        &["--consumer", "checkout-web"],
        &["--consumer", "checkout-web", "--latest"],
        &["--consumer", "checkout-web", "--branch", "main"],
        &["--consumer", "checkout-web", "--branch", "main", "--latest"],
    ] {
        let text = ask(&broker, &[&pacts[..], more].concat());
        assert!(text.starts_with("0\n") && text.contains("/version/1.0.0"), "{more:?}: {text}");
    }
    assert_eq!(json(&broker, &pacts)["pacts"][0]["name"], "checkout-web");
    assert_snapshot!("pacts-none", ask(&broker, &[&pacts[..], &["--branch", "feat/x"]].concat()));
    assert_snapshot!("pacts-unknown-provider", ask(&broker, &["get-pacts", "--provider", "nobody"]));

    let folder = data.path().join("to/here");
    let download = ["--download", "--download-dir", folder.to_str().unwrap()];
    let text = ask(&broker, &[&pacts[..], &download].concat());
    assert!(text.starts_with("0\n") && text.contains("Wrote 1 file to"), "{text}");
    let path = folder.join("checkout-web-orders-api-1.0.0.json");
    let written: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!((written.get("_links"), written["interactions"].as_array().map(Vec::len)), (None, Some(3)));
    let (status, text) = outcome(&run(&["lint", "--strict", path.to_str().unwrap()]));
    assert_eq!(status, Some(0), "{text}");
}

#[test]
fn provider_states() {
    let data = tempfile::tempdir().unwrap();
    let broker = broker(data.path());
    let list = ["provider-states", "list", "--provider", "orders-api"];
    assert_snapshot!("provider-states", ask(&broker, &list));
    let listed = json(&broker, &list);
    assert_eq!(listed["providerStates"].as_array().map(Vec::len), Some(3));
    let (status, text) = outcome(&run(&[&list[..], &["--json", "-b", &broker.url]].concat()));
    assert_eq!((status, serde_json::from_str(&text).ok()), (Some(0), Some(listed)));
    assert_eq!(ask(&broker, &[&list[..], &["--branch", "main"]].concat()), ask(&broker, &list));
    assert_snapshot!("provider-states-none", ask(&broker, &[&list[..], &["--branch", "feat/x"]].concat()));
    let there = [&list[..], &["--environment", "production"]].concat();
    assert_snapshot!("provider-states-unknown-environment", ask(&broker, &there));
    let unknown = ask(&broker, &["provider-states", "list", "--provider", "nobody"]);
    assert!(unknown.starts_with("1\nerror: the broker knows no application nobody"), "{unknown}");
}

/// Records a result for the contract, in the form in which a verifier sends it.
fn record(broker: &BrokerProcess, version: &str, success: bool, tests: &Value) {
    let pact = "/pacts/provider/orders-api/consumer/checkout-web/version/1.0.0";
    let (_, pact) = get(&format!("{}{pact}", broker.url));
    let place = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    let result = json!({
        "success": success,
        "providerApplicationVersion": version,
        "buildUrl": "http://ci/7",
        "testResults": tests,
        "verifiedBy": { "implementation": "some verifier", "version": "1.2.3" },
    });
    assert_eq!(post(place, result.to_string()), 201);
}

#[test]
fn verifications() {
    let data = tempfile::tempdir().unwrap();
    let broker = broker(data.path());
    let pact = std::fs::read(fixture("interop/checkout-web-orders-api.json")).unwrap();
    let pact: Value = serde_json::from_slice(&pact).unwrap();
    let descriptions: Vec<&str> = pact["interactions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["description"].as_str().unwrap())
        .collect();
    let test = |description: &str, mismatches: Value| {
        let success = mismatches.as_array().unwrap().is_empty();
        json!({ "interactionDescription": description, "success": success, "mismatches": mismatches })
    };
    let describe = |more: &[&str]| {
        let pair = ["describe-verification", "--consumer", "checkout-web", "--provider", "orders-api"];
        ask(&broker, &[&pair[..], more].concat())
    };
    assert_snapshot!("verification-none", describe(&[]));
    let wrong = json!([
        { "attribute": "body", "identifier": "$.id", "description": "expected an integer but was 'x'\n(a string)" },
        { "attribute": "status", "description": "expected status 200 but was 500" },
    ]);
    record(
        &broker,
        "1.0.0",
        true,
        &json!([test(descriptions[0], json!([])), test(descriptions[1], json!([]))]),
    );
    for version in ["2.0.0", "2.1.0"] {
        let tests = json!([test(descriptions[0], json!([])), test(descriptions[1], wrong.clone())]);
        record(&broker, version, false, &tests);
    }
    assert_snapshot!("verification-failed", describe(&[]));
    assert_snapshot!(
        "verification-good",
        describe(&["--provider-version", "1.0.0", "--consumer-version", "1.0.0"])
    );
    assert_snapshot!("verification-unknown-version", describe(&["--provider-version", "9.0.0"]));
    let pair = ["describe-verification", "--consumer", "checkout-web", "--provider", "orders-api"];
    let described = json(&broker, &pair);
    assert_eq!(described["provider"], json!({ "name": "orders-api", "version": "2.1.0" }));
    assert_eq!(described["result"]["success"], false);
    let failed = &described["interactions"][1];
    assert_eq!(failed["success"], false);
    assert_eq!(failed["failingSince"]["providerVersion"]["number"], "2.0.0");
    assert_eq!(failed["mismatches"], wrong);
    assert_eq!(described["interactions"][2]["success"], Value::Null);

    record(&broker, "3.0.0", false, &json!("a log"));
    assert_snapshot!("verification-untold", describe(&[]));
    let turned = ["describe-verification", "--consumer", "orders-api", "--provider", "checkout-web"];
    assert_snapshot!("verification-no-contract", ask(&broker, &turned));
}

#[test]
fn every_uuid_is_another() {
    let made = [run(&["generate-uuid"]), run(&["generate-uuid"])].map(|output| outcome(&output));
    assert_eq!((made[0].0, made[0].1.trim().len()), (Some(0), 36));
    assert_ne!(made[0], made[1]);
}
