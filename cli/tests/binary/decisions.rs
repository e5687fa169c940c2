//! can-i-deploy and can-i-merge, against a running broker of ours and against answers of others.

use insta::assert_snapshot;
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{BrokerProcess, ServerProcess, ask, fixture, get, outcome, pactwright, post, run};

/// A broker that knows checkout-web 1.0.0, whose contract orders-api 2.0.0 broke and 2.1.0 keeps.
struct Story {
    broker: BrokerProcess,
    _data: tempfile::TempDir,
}

impl Story {
    fn told() -> Self {
        let data = tempfile::tempdir().unwrap();
        let broker = BrokerProcess::start(data.path());
        let story = Self { broker, _data: data };
        let pact = fixture("interop/checkout-web-orders-api.json");
        story.done(&["publish", pact.to_str().unwrap(), "-a", "1.0.0", "--branch", "main"]);
        story.done(&["create-environment", "--name", "production", "--production"]);
        story.verified("2.0.0", false);
        story.verified("2.1.0", true);
        story.done(&["record-deployment", "-a", "orders-api", "-e", "2.0.0", "--environment", "production"]);
        story
    }

    /// What `orders-api` publishes about its latest build.
    fn verified(&self, version: &str, success: bool) {
        let url = &self.broker.url;
        let (_, pact) = get(&format!("{url}/pacts/provider/orders-api/consumer/checkout-web/latest"));
        let tests: Vec<_> = (pact["interactions"].as_array().unwrap().iter().enumerate())
            .map(|(number, interaction)| {
                json!({ "interactionId": interaction["_id"], "success": success || number == 0 })
            })
            .collect();
        let result = json!({
            "success": success,
            "providerApplicationVersion": version,
            "testResults": { "tests": tests },
        });
        let address = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
        assert_eq!(post(address, result.to_string()), 201);
    }

    /// The exit status, and what is said.
    fn asks(&self, arguments: &[&str]) -> (i32, String) {
        let all: Vec<&str> = arguments.iter().copied().chain(["-b", &self.broker.url]).collect();
        let (status, text) = outcome(&run(&all));
        (status.unwrap(), text.replace(&self.broker.url, "http://BROKER"))
    }

    #[track_caller]
    fn done(&self, arguments: &[&str]) {
        let (status, text) = self.asks(arguments);
        assert_eq!(status, 0, "{arguments:?}\n{text}");
    }

    /// As [`Self::asks`], for a snapshot. What identifies contents and metadata is left out.
    fn told_to(&self, arguments: &[&str]) -> String {
        let (status, text) = self.asks(arguments);
        let text: Vec<_> = text.split_inclusive('\n').map(without_shas).collect();
        format!("{status}\n{}", text.concat())
    }
}

/// `.../pact-version/SHA/metadata/M/verification-results/1`
fn without_shas(line: &str) -> String {
    match (line.find("/pact-version/"), line.find("/verification-results/")) {
        (Some(start), Some(end)) => format!("{}/pact-version/SHA{}", &line[..start], &line[end..]),
        _ => line.to_owned(),
    }
}

#[test]
fn a_no_names_what_failed() {
    let story = Story::told();
    let question = ["can-i-deploy", "-a", "checkout-web", "-e", "1.0.0", "--to-environment", "production"];
    assert_snapshot!("can-i-deploy-failed", story.told_to(&question));

    let (status, text) = story.asks(&[&question[..], &["--output", "json"]].concat());
    assert_eq!(status, 1, "{text}");
    let answer: Value = serde_json::from_str(&text).unwrap();
    let failed = &answer["matrix"][0]["verificationResult"]["failedInteractions"];
    assert_eq!(failed[0]["description"], "reading an order that is not there");
    assert_eq!(failed[0]["failingSinceProviderVersion"], "2.0.0");
    assert_eq!(answer["summary"]["failed"], 1);
    // `table` is what the existing clients call it.
    assert_eq!(story.asks(&[&question[..], &["-o", "table"]].concat()), story.asks(&question));

    let (status, text) = story.asks(&[&question[..], &["--dry-run"]].concat());
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("No: checkout-web 1.0.0 cannot") && text.contains("dry run"), "{text}");
    let dry = |value: &str| {
        let mut command = pactwright(&[&question[..], &["-b", &story.broker.url]].concat());
        outcome(&command.env("PACT_BROKER_CAN_I_DEPLOY_DRY_RUN", value).output().unwrap()).0
    };
    assert_eq!((dry("true"), dry("false"), dry("")), (Some(0), Some(1), Some(1)));

    story.done(&["record-deployment", "-a", "orders-api", "-e", "2.1.0", "--environment", "production"]);
    assert_snapshot!("can-i-deploy-yes", story.told_to(&question));
}

#[test]
fn ranges_of_versions_can_be_asked_about() {
    let story = Story::told();
    let beside = |range: &[&str]| {
        let question =
            ["can-i-deploy", "-a", "checkout-web", "-e", "1.0.0", "-a", "orders-api", "--version-range"];
        story.told_to(&[&question[..], range].concat())
    };
    assert_snapshot!("can-i-deploy-range", beside(&[">=2, <3"]));
    assert_snapshot!("can-i-deploy-range-latest", beside(&[">=2, <3", "--latest"]));
    assert!(beside(&[">=2.1"]).starts_with("0\n"));
    assert_snapshot!("can-i-deploy-range-empty", beside(&[">=3"]));
    assert_snapshot!("can-i-deploy-range-wrong", beside(&["new"]));
}

#[test]
fn what_is_ignored_does_not_count() {
    let story = Story::told();
    let question = ["can-i-deploy", "-a", "checkout-web", "-e", "1.0.0", "--to-environment", "production"];
    assert_snapshot!(
        "can-i-deploy-ignored",
        story.told_to(&[&question[..], &["--ignore", "orders-api"]].concat())
    );
    let (status, text) =
        story.asks(&[&question[..], &["--ignore", "orders-api", "--version", "1.9"]].concat());
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("Cannot ignore version 1.9 of orders-api"), "{text}");
    let mut command = pactwright(&[&question[..], &["-b", &story.broker.url]].concat());
    let (status, text) =
        outcome(&command.env("PACT_BROKER_CAN_I_DEPLOY_IGNORE", "nobody, orders-api").output().unwrap());
    assert_eq!(status, Some(0), "{text}");
}

#[test]
fn a_merge_asks_the_main_branches() {
    let story = Story::told();
    let question = ["can-i-merge", "-a", "checkout-web", "-e", "1.0.0"];
    assert_snapshot!("can-i-merge-unknown", story.told_to(&question));
    let on_main = |version: &str| {
        let branch = format!("{}/pacticipants/orders-api/branches/main/versions", story.broker.url);
        let json = ("content-type", "application/json");
        assert_eq!(ask("PUT", &format!("{branch}/{version}"), &[json], "{}").0, 201);
    };
    on_main("2.0.0");
    let (status, text) = story.asks(&question);
    assert_eq!(status, 1);
    assert!(text.contains("No: checkout-web 1.0.0 cannot be merged."), "{text}");
    on_main("2.1.0");
    assert_snapshot!("can-i-merge-yes", story.told_to(&question));
}

/// An answer as a broker gives it that says only what it must.
fn answer(deployable: Option<bool>) -> Value {
    let unknown = u32::from(deployable.is_none());
    json!({
        "summary": { "deployable": deployable, "reason": "Because", "success": 0, "failed": 0, "unknown": unknown },
        "matrix": [{
            "consumer": { "name": "web", "version": { "number": "1" } },
            "provider": { "name": "api", "version": null },
            "verificationResult": null,
        }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_results_are_waited_for() {
    let broker = MockServer::start().await;
    let asked = || {
        Mock::given(method("GET"))
            .and(path("/matrix"))
            .and(query_param("q[][pacticipant]", "web"))
            .and(query_param("q[][version]", "1"))
            .and(query_param("environment", "production"))
            .and(query_param("latestby", "cvpv"))
            .and(query_param("limit", "1000"))
            .and(header("authorization", "Bearer hush"))
            .and(header("x-team", "orders"))
    };
    let answers = |deployable| ResponseTemplate::new(200).set_body_json(answer(deployable));
    asked().respond_with(answers(None)).up_to_n_times(2).expect(2).mount(&broker).await;
    asked().respond_with(answers(Some(true))).expect(1).mount(&broker).await;
    let arguments = [
        "can-i-deploy",
        "-a",
        "web",
        "-e",
        "1",
        "--to-environment",
        "production",
        "--retry-while-unknown",
        "5",
        "--retry-interval",
        "0",
        "-k",
        "hush",
        "--custom-header",
        "X-Team: orders",
        "-b",
        &broker.uri(),
    ];
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", outcome(&output).1);
    assert_snapshot!("can-i-deploy-retry", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Yes: web 1 can be deployed to production."));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stays_unknown_is_a_no() {
    let broker = MockServer::start().await;
    let unknown = ResponseTemplate::new(200).set_body_json(answer(None));
    Mock::given(method("GET")).and(path("/matrix")).respond_with(unknown).expect(4).mount(&broker).await;
    let ask = |times: &str| {
        let uri = broker.uri();
        let retry = ["--retry-while-unknown", times, "--retry-interval", "0", "-o", "json", "-b", &uri];
        run(&[&["can-i-merge", "-a", "web", "--latest"][..], &retry].concat())
    };
    let output = ask("2");
    assert_eq!(output.status.code(), Some(1), "{}", outcome(&output).1);
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 2);
    // What waits is told elsewhere: the answer can be read by a machine all the same.
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap(), answer(None));
    assert_eq!(ask("0").status.code(), Some(1));
    let asked = &broker.received_requests().await.unwrap()[0];
    let query: Vec<_> = asked.url.query_pairs().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        query,
        [
            "q[][pacticipant]=web",
            "q[][latest]=true",
            "latestby=cvp",
            "latest=true",
            "mainBranch=true",
            "limit=1000"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_and_nonsense_are_told_apart() {
    for (response, status, says) in [
        (ResponseTemplate::new(401), 2, "check user name and password, or the token"),
        (ResponseTemplate::new(403).set_body_json(json!({ "error": "Not yours" })), 1, "Not yours"),
        (
            ResponseTemplate::new(400).set_body_json(json!({ "errors": ["No such thing"] })),
            1,
            "No such thing",
        ),
        (ResponseTemplate::new(200).set_body_string("<html>Welcome</html>"), 2, "<html>Welcome</html>"),
        (ResponseTemplate::new(500), 2, "500"),
    ] {
        let broker = MockServer::start().await;
        Mock::given(method("GET")).respond_with(response).mount(&broker).await;
        let arguments = ["can-i-deploy", "-a", "web", "-e", "1", "--retries", "0", "-b", &broker.uri()];
        let (code, text) = outcome(&run(&arguments));
        assert_eq!(code, Some(status), "{text}");
        assert!(text.starts_with("error: ") && text.contains(says), "{text}");
    }
}

#[test]
fn a_broker_behind_https_has_to_be_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let pact = json!({
        "consumer": { "name": "a" },
        "provider": { "name": "broker" },
        "interactions": [{
            "description": "a question",
            "request": { "method": "GET", "path": "/matrix", "query": {
                "q[][pacticipant]": ["web"], "q[][version]": ["1"], "latestby": ["cvp"], "latest": ["true"], "limit": ["1000"],
            } },
            "response": { "status": 200, "body": answer(Some(true)), "headers": { "content-type": "application/hal+json" } },
        }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    });
    std::fs::write(file("pact.json"), pact.to_string()).unwrap();
    let certificate = file("certificate.pem");
    let tls = ["--tls", "--tls-write-certificate", &certificate];
    let server = ServerProcess::start(&[&["stub", "--file", &file("pact.json")][..], &tls].concat());
    let question = ["can-i-deploy", "-a", "web", "-e", "1", "-b", &server.url];
    let asks = |options: &[&str]| outcome(&run(&[&question[..], options].concat()));

    let (status, text) = asks(&[]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("TLS could not be agreed on"), "{text}");
    assert_eq!(asks(&["--ssl-trust-store", "false"]).0, Some(2));
    for trusting in [
        &["--ssl-certificate", &certificate][..],
        &["-c", &certificate, "--ssl-trust-store", "false"],
        &["--skip-ssl-verification"],
    ] {
        let (status, text) = asks(trusting);
        assert_eq!(status, Some(0), "{trusting:?}\n{text}");
    }
    for (variable, value, expected) in [
        ("SSL_SKIP_VERIFICATION", "true", 0),
        ("PACT_DISABLE_SSL_VERIFICATION", "true", 0),
        ("PACT_DISABLE_SSL_VERIFICATION", "false", 2),
        ("SSL_CERT_FILE", certificate.as_str(), 0),
    ] {
        let (status, text) = outcome(&pactwright(&question).env(variable, value).output().unwrap());
        assert_eq!(status, Some(expected), "{variable}={value}\n{text}");
    }
    let (status, text) = asks(&["-c", &file("none.pem")]);
    assert_eq!(status, Some(2));
    assert!(text.contains("none.pem cannot be read"), "{text}");
    assert_eq!(asks(&["-c", &file("pact.json")]).0, Some(2), "there is no certificate in it");
}

#[test]
fn what_is_asked_can_be_followed() {
    let story = Story::told();
    let question = ["can-i-deploy", "-a", "checkout-web", "-e", "1.0.0", "--to-environment", "production"];
    for loud in [&["--verbose"][..], &["--log-level", "debug"]] {
        let address = story.broker.url.replace("http://", "http://me:hush@");
        let (_, text) = outcome(&run(&[&question[..], &["-b", &address], loud].concat()));
        assert!(text.contains("GET http://127.0.0.1") && text.contains("/matrix?q"), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }
    let (_, text) = story.asks(&[&question[..], &["--log-level", "off"]].concat());
    assert!(!text.contains("GET "), "{text}");
}
