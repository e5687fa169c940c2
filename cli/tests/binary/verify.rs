//! `verify`: what it reads from options and the environment, and the reports that it writes.

use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{BrokerProcess, ServerProcess, outcome, pactwright, run};

/// A contract between `web` and `orders` about these paths, each of which is answered with `{"id": 7}`.
fn contract(folder: &Path, paths: &[&str]) -> PathBuf {
    let interactions: Vec<_> = paths
        .iter()
        .map(|path| {
            json!({
                "description": format!("a request for {path}"),
                "request": { "method": "GET", "path": path },
                "response": { "status": 200, "headers": { "Content-Type": "application/json" }, "body": { "id": 7 } },
            })
        })
        .collect();
    let file = folder.join(format!("web-orders-{}.json", paths.len()));
    let pact = json!({
        "consumer": { "name": "web" }, "provider": { "name": "orders" }, "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    });
    std::fs::write(&file, pact.to_string()).unwrap();
    file
}

/// A provider that does what a contract asks.
fn provider(contract: &Path) -> ServerProcess {
    ServerProcess::start(&["stub", "--file", contract.to_str().unwrap(), "--port", "0"])
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn all_reports_of_a_run_agree() {
    let folder = tempfile::tempdir().unwrap();
    let good = contract(folder.path(), &["/a"]);
    let wanted = contract(folder.path(), &["/a", "/b"]);
    let provider = provider(&good);
    let file = |name: &str| folder.path().join("made/on/the/way").join(name);
    let (json, junit, html) = (file("a.json"), file("a.xml"), file("a.html"));
    let github = format!("github={}", text(&file("a.txt")));
    let port = ["--port", provider.port(), "--hostname", "127.0.0.1"];
    let reports = ["-j", text(&json), "-x", text(&junit), "--html", text(&html), "--reporter", &github];
    let arguments = [&["verify", "--file", text(&wanted)][..], &port, &reports].concat();
    let (status, shown) = outcome(&run(&arguments));
    assert_eq!(status, Some(1), "{shown}");
    assert!(shown.contains("2 interactions: 1 passed, 1 failed"), "{shown}");
    let report = read(&json);
    assert_eq!(report["summary"], json!({ "passed": 1, "failed": 1, "errored": 0, "pending": 0 }));
    let written = |path: &Path| std::fs::read_to_string(path).unwrap();
    assert!(written(&junit).contains(r#"tests="2" failures="1" errors="0" skipped="0""#));
    assert!(written(&html).contains("1 passed, 1 failed"));
    assert_eq!(written(&file("a.txt")).matches("::error").count(), 1);

    // What failed then can be run alone, and is not taken for all of it.
    let again =
        [&["verify", "--file", text(&wanted), "--last-failed", "--json", text(&json)][..], &port].concat();
    let (status, shown) = outcome(&run(&again));
    assert_eq!(status, Some(1), "{shown}");
    assert!(shown.contains("Only where failed in the last run (1 did)"), "{shown}");
    assert_eq!(read(&json)["interactionResults"].as_array().unwrap().len(), 1);
}

#[test]
fn a_document_on_standard_output_is_alone_there() {
    let folder = tempfile::tempdir().unwrap();
    let contract = contract(folder.path(), &["/a"]);
    let provider = provider(&contract);
    let arguments = ["verify", "--file", text(&contract), "--port", provider.port(), "-h", "127.0.0.1"];
    let output = run(&[&arguments[..], &["--reporter", "json", "--reporter", "terminal"]].concat());
    assert_eq!(output.status.code(), Some(0));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["result"], json!(true));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Verified: 1 contract"));
    let (status, shown) = outcome(&run(&[&arguments[..], &["--reporter", "none"]].concat()));
    assert_eq!((status, shown.as_str()), (Some(0), ""));
    let (status, shown) =
        outcome(&run(&[&arguments[..], &["--reporter", "json", "--reporter", "junit"]].concat()));
    assert_eq!(status, Some(2), "{shown}");
}

#[test]
fn variables_of_the_environment_are_heeded() {
    let folder = tempfile::tempdir().unwrap();
    let good = contract(folder.path(), &["/a"]);
    let wanted = contract(folder.path(), &["/a", "/b"]);
    let provider = provider(&good);
    let json = folder.path().join("report.json");
    let mut command = pactwright(&["verify", "--file", text(&wanted)]);
    command
        .env("PACT_PROVIDER_HOSTNAME", "127.0.0.1")
        .env("PACT_PROVIDER_PORT", provider.port())
        .env("PACT_PROVIDER_NAME", "orders")
        .env("PACT_DESCRIPTION", "/a$")
        .env("PACT_PROVIDER_NO_STATE", "true")
        .env("PACT_PROVIDER_STATE_CHANGE_TEARDOWN", "false")
        .env("PACT_BROKER_BASE_URL", "")
        .env("PACT_VERIFIER_JSON_REPORT", &json)
        // Proxies are not asked about this machine.
        .env("HTTP_PROXY", "http://127.0.0.1:1");
    let (status, shown) = outcome(&command.output().unwrap());
    assert_eq!(status, Some(0), "{shown}");
    assert_eq!(read(&json)["contracts"][0]["leftOut"], json!(1));
}

#[test]
fn results_go_to_the_broker_and_what_did_not_go_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let contract = contract(folder.path(), &["/a"]);
    let provider = provider(&contract);
    let broker = BrokerProcess::start(&folder.path().join("broker"));
    let publish = ["publish", text(&contract), "-a", "1.0.0", "--branch", "main", "-b", &broker.url];
    assert_eq!(outcome(&run(&publish)).0, Some(0));
    let verify = |more: &[&str]| {
        let usual = ["verify", "-h", "127.0.0.1", "--port", provider.port(), "--provider-version", "2.0.0"];
        outcome(&run(&[&usual[..], more].concat()))
    };
    let from_broker = ["--broker-url", &broker.url, "--provider-name", "orders"];
    let selectors = ["--consumer-version-selectors", r#"{"mainBranch": true}"#, "--enable-pending"];
    let with = |more: &[&'static str]| verify(&[&from_broker[..], &selectors, more].concat());

    let (status, shown) = with(&["--dry-run", "--provider-branch", "main"]);
    assert_eq!(status, Some(0), "{shown}");
    assert!(shown.contains("success not published: this is a dry run"), "{shown}");
    assert!(shown.contains("the result of version 2.0.0 (branch main), with 1 interaction"), "{shown}");
    let (status, shown) = with(&["--publish", "--filter-description", "a"]);
    assert_eq!(status, Some(3), "{shown}");
    let in_range = |range| verify(&[&from_broker[..], &["--consumer-version-selectors", range]].concat());
    let (status, shown) = in_range(r#"{"versionRange": ">=1, <2"}"#);
    assert_eq!(status, Some(0), "{shown}");
    assert!(shown.contains("web 1.0.0"), "{shown}");
    let (_, shown) = in_range(r#"{"versionRange": "^2"}"#);
    assert!(!shown.contains("web 1.0.0"), "what is not in the range is not verified\n{shown}");
    let (status, shown) = in_range(r#"{"versionRange": "new"}"#);
    assert!(status != Some(0) && shown.contains("versionRange 'new' is not a range"), "{shown}");
    let (status, shown) = with(&["--publish", "--provider-branch", "main"]);
    assert_eq!(status, Some(0), "{shown}");
    assert!(shown.contains("web 1.0.0: success published"), "{shown}");
    assert!(shown.contains("pending"), "the first run is told that the contract was pending\n{shown}");
    let (status, shown) = verify(&["--publish", "--file", text(&contract)]);
    assert_eq!(status, Some(3), "{shown}");

    let pact = format!("{}/pacts/provider/orders/consumer/web/version/1.0.0", broker.url);
    let callback = ["--broker-url", &broker.url, "--webhook-callback-url", &pact, "--publish"];
    let (status, shown) = verify(&callback);
    assert_eq!(status, Some(0), "{shown}");
    assert!(shown.contains("web 1.0.0: success published"), "{shown}");
}

#[test]
fn a_broker_that_is_not_there_takes_one_sentence() {
    let ask = ["can-i-deploy", "-a", "web", "-e", "1", "-b", "http://127.0.0.1:1", "--retries", "0"];
    let (status, shown) = outcome(&run(&ask));
    assert_eq!(status, Some(2));
    assert_snapshot!("no-broker", shown);
    let verify = ["verify", "-b", "http://127.0.0.1:1", "-n", "orders", "--port", "1", "--retries", "0"];
    let (status, shown) = outcome(&run(&verify));
    assert_eq!(status, Some(2));
    assert_snapshot!("no-broker-to-verify-from", shown);
}

#[test]
fn logs_are_for_who_asks() {
    let folder = tempfile::tempdir().unwrap();
    let contract = contract(folder.path(), &["/a"]);
    let arguments =
        ["verify", "--file", text(&contract), "-h", "127.0.0.1", "--port", "1", "--reporter", "none"];
    let log = |more: &[&str]| {
        let output = run(&[&arguments[..], more].concat());
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(log(&[]), "");
    assert!(log(&["--loglevel", "info"]).contains("an interaction is finished"));
    assert!(log(&["-l", "debug", "--compact-log"]).contains("this travelled"));
    assert!(log(&["-l", "info", "--pretty-log"]).lines().count() > log(&["-l", "info"]).lines().count());
}

#[test]
fn no_secret_is_in_a_log_or_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, request: Value, cookie: &str| {
        let file = folder.path().join(name);
        let pact = json!({
            "consumer": { "name": "web" }, "provider": { "name": "orders" },
            "interactions": [{
                "description": "a log-in",
                "request": { "method": "GET", "path": "/login", "headers": request },
                "response": { "status": 200, "headers": { "Set-Cookie": cookie } },
            }],
            "metadata": { "pactSpecification": { "version": "3.0.0" } },
        });
        std::fs::write(&file, pact.to_string()).unwrap();
        file
    };
    // The provider gives another cookie than the contract has, so everything that travelled is told.
    let provider = provider(&write("provider.json", json!({}), "id-hush"));
    let wanted = write("wanted.json", json!({ "Authorization": "Bearer hush", "Cookie": "hush" }), "id-1");
    let (json, junit) = (folder.path().join("a.json"), folder.path().join("a.xml"));
    let secrets = ["-H", "Authorization=Bearer hush", "-H", "X-Mine=hush", "--token", "hush"];
    let reports = ["-l", "trace", "-j", text(&json), "-x", text(&junit), "--custom-header", "X-Key: hush"];
    let arguments = ["verify", "-f", text(&wanted), "-h", "127.0.0.1", "-p", provider.port()];
    let (status, shown) = outcome(&run(&[&arguments[..], &secrets, &reports].concat()));
    assert_eq!(status, Some(1), "{shown}");
    assert!(shown.contains("this travelled") && shown.contains(r#"("Authorization", "***")"#), "{shown}");
    for told in [shown, std::fs::read_to_string(&json).unwrap(), std::fs::read_to_string(&junit).unwrap()] {
        assert!(told.to_ascii_lowercase().contains("set-cookie") && told.contains("***"), "{told}");
        assert!(!told.contains("hush"), "{told}");
    }
    for wrong in [&["-H", "Authorization: Bearer hush=="][..], &["-H", "hush"], &["--custom-header", "hush"]]
    {
        let (status, shown) = outcome(&run(&[&arguments[..], wrong].concat()));
        assert_eq!(status, Some(2), "{shown}");
        assert!(shown.contains("number 1 is not of the form") && !shown.contains("hush"), "{shown}");
    }
}

#[test]
fn a_run_that_cannot_begin_has_a_report_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let contract = contract(folder.path(), &["/a"]);
    let (json, junit) = (folder.path().join("a.json"), folder.path().join("a.xml"));
    let reports = ["--json", text(&json), "--junit", text(&junit)];
    for (wrong, reason) in [
        (&["--file", text(&contract), "-c", "nobody"][..], "no interaction is left to verify"),
        (&["--file", text(&contract), "--filter-description", "("], "is not a regular expression"),
        (&["--file", text(&contract), "--hostname", "no host"], "is not an address that can be called"),
    ] {
        for file in [&json, &junit] {
            std::fs::write(file, "of an earlier run").unwrap();
        }
        let (status, shown) = outcome(&run(&[&["verify", "-n", "orders"], wrong, &reports].concat()));
        assert_eq!(status, Some(2), "{shown}");
        assert_eq!(shown.matches(reason).count(), 1, "{shown}");
        let report = read(&json);
        assert_eq!((&report["result"], &report["exitCode"]), (&json!(false), &json!(2)));
        assert!(report["error"]["message"].as_str().unwrap().contains(reason), "{report:#}");
        let junit = std::fs::read_to_string(&junit).unwrap();
        assert!(junit.contains(r#"tests="1" failures="0" errors="1""#) && junit.contains(reason), "{junit}");
    }
    // Lists of consumers are taken apart.
    let some = ["verify", "--list-states", "--file", text(&contract), "-c", "nobody,web"];
    assert_eq!(outcome(&run(&some)).0, Some(0));
}

#[test]
fn the_states_that_contracts_need_can_be_listed() {
    let pact = crate::support::fixture("pacts/v3-http.json");
    let (status, shown) = outcome(&run(&["verify", "--list-states", "--file", text(&pact)]));
    assert_eq!(status, Some(0), "{shown}");
    assert_snapshot!("list-states", shown);
    let json =
        ["verify", "--list-states", "--reporter", "json", "--file", text(&pact), "--file", "nowhere.json"];
    let output = run(&json);
    assert_eq!(output.status.code(), Some(2));
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(!listed["states"].as_array().unwrap().is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("nowhere.json could not be read"));
}

#[test]
fn a_certificate_has_to_be_trusted() {
    use pactwright::prelude::{get, ok};

    let folder = tempfile::tempdir().unwrap();
    let contract = contract(folder.path(), &["/a"]);
    let tls = pactwright::Tls::self_signed().unwrap();
    let certificate = folder.path().join("ca.pem");
    std::fs::write(&certificate, tls.certificate_pem()).unwrap();
    let orders = pactwright::consumer("web").provider("orders").output_dir(folder.path().join("made"));
    let answer = ok().json(json!({ "id": 7 }));
    let provider = orders.upon_receiving("a request").request(get("/a")).respond(answer);
    let provider = provider.start_tls_blocking(&tls).unwrap();
    let port = provider.address().port().to_string();
    let verify = |more: &[&str]| {
        let usual =
            ["verify", "--file", text(&contract), "--transport", "https", "-h", "127.0.0.1", "-p", &port];
        outcome(&run(&[&usual[..], more].concat()))
    };
    let (status, shown) = verify(&[]);
    assert_eq!(status, Some(2), "{shown}");
    assert!(shown.contains(": TLS could not be agreed on (invalid peer certificate: "), "{shown}");
    for trust in [&["--ca-file", text(&certificate)][..], &["--disable-ssl-verification"]] {
        let (status, shown) = verify(trust);
        assert_eq!(status, Some(0), "{trust:?}\n{shown}");
    }
    let (status, shown) = verify(&["--ca-file", text(&contract)]);
    assert_eq!(status, Some(2), "a file without certificates is a mistake\n{shown}");
    provider.finish().unwrap();
}
