//! Against a broker that we did not write: answers in the shape that a Pact Broker gives, played back.

use pactwright_core::names::{BranchName, TagName, VersionNumber};
use pactwright_verifier::sources::{BrokerSource, Selection, parse_selectors};
use pactwright_verifier::{ExitCode, ProviderVersion, Verifier};
use serde_json::{Value, json};
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{access, bodies, calls, provider, report};

const LIST: &str = "/pacts/provider/Order%20API/for-verification";
const RESULTS: [&str; 2] = [
    "/pacts/provider/Order%20API/consumer/Web/pact-version/a5f45af1/metadata/c1tdW2JdPW1haW4/verification-results",
    "/pacts/provider/Order%20API/consumer/Mobile/pact-version/77bd1e02/metadata/c1tdW2JdPW1haW4/verification-results",
];

/// A broker that answers as it was recorded, and to nothing else.
async fn recorded() -> MockServer {
    let server = MockServer::start().await;
    let answers = [
        ("GET", "/", 200, include_str!("recorded/index.json")),
        ("GET", "/pacts/provider/Order%20API/latest", 200, include_str!("recorded/latest.json")),
        (
            "GET",
            "/pacts/provider/Order%20API/consumer/Web/version/1",
            200,
            include_str!("recorded/pact-web.json"),
        ),
        (
            "GET",
            "/pacts/provider/Order%20API/consumer/Web/pact-version/a5f45af1/metadata/c1tdW2JdPW1haW4",
            200,
            include_str!("recorded/pact-web.json"),
        ),
        (
            "GET",
            "/pacts/provider/Order%20API/consumer/Mobile/pact-version/77bd1e02/metadata/c1tdW2JdPW1haW4",
            200,
            include_str!("recorded/pact-mobile.json"),
        ),
        ("GET", "/pacticipants/Order%20API", 200, include_str!("recorded/provider.json")),
        ("GET", "/pacticipants/Mobile", 200, include_str!("recorded/consumer.json")),
        ("GET", "/pacticipants/Mobile/versions/9", 200, include_str!("recorded/consumer-version.json")),
        ("PUT", "/pacticipants/Order%20API/branches/feat%2Fy/versions/2.0.0", 201, "{}"),
        ("PUT", "/pacticipants/Order%20API/versions/2.0.0/tags/dev", 200, "{}"),
        ("POST", RESULTS[0], 201, include_str!("recorded/result.json")),
        ("POST", RESULTS[1], 201, include_str!("recorded/result.json")),
    ];
    for (verb, at, status, body) in answers {
        let body = body.replace("{base}", &server.uri());
        let answer = ResponseTemplate::new(status).set_body_raw(body, "application/hal+json;charset=utf-8");
        Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&server).await;
    }
    // It takes only JSON, and a list of selectors only with members that it knows.
    let list = include_str!("recorded/for-verification.json").replace("{base}", &server.uri());
    Mock::given(method("POST"))
        .and(path(LIST))
        .and(header("content-type", "application/json"))
        .and(body_partial_json(json!({
            "consumerVersionSelectors": [{ "mainBranch": true }, { "deployedOrReleased": true }],
            "includePendingStatus": true,
            "includeWipPactsSince": "2026-01-01",
            "providerVersionBranch": "feat/y",
        })))
        .respond_with(ResponseTemplate::new(200).set_body_raw(list, "application/hal+json;charset=utf-8"))
        .mount(&server)
        .await;
    server
}

fn selection() -> Selection {
    Selection {
        selectors: parse_selectors(r#"[{"mainBranch": true}, {"deployedOrReleased": true}]"#).unwrap(),
        provider_branch: Some("feat/y".to_owned()),
        provider_tags: Vec::new(),
        pending: true,
        wip_since: Some("2026-01-01".to_owned()),
    }
}

#[tokio::test]
async fn a_verification_from_beginning_to_end() {
    let broker = recorded().await;
    // What is there for the web, but not for the mobile application.
    let provider = provider(&[("/orders/7", json!({ "id": 7 }))]).await;
    let version = ProviderVersion::new(VersionNumber::new("2.0.0").unwrap())
        .branch(BranchName::new("feat/y").unwrap())
        .tags([TagName::new("dev").unwrap()]);
    let source = BrokerSource::new(broker.uri()).access(access()).select(selection());
    let verifier = Verifier::new("Order API").source(source).base_url(provider.uri()).publish(version);
    let (summary, text) = report(verifier).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    for expected in [
        "Web 1 (latest from main branch)",
        "| Chosen: the latest of the main branch",
        "Mobile 9 (latest from branch feat/x)",
        "work in progress, pending: a failure does not fail the run",
        "of the consumer's branch feat/x, source https://git.example/mobile",
        "Web 1: success published\n  | All is well, and known",
        "Mobile 9: failure published\n  | Still pending",
    ] {
        assert!(text.contains(expected), "{expected} is missing in\n{text}");
    }
    assert!(!text.contains("No longer pending") && !text.contains("It was fulfilled before"), "{text}");
    let mut calls = calls(&broker).await;
    // They are fetched at the same time.
    calls[2..4].sort_unstable();
    assert_eq!(
        calls,
        [
            "GET /",
            &format!("POST {LIST}"),
            "GET /pacts/provider/Order%20API/consumer/Mobile/pact-version/77bd1e02/metadata/c1tdW2JdPW1haW4",
            "GET /pacts/provider/Order%20API/consumer/Web/pact-version/a5f45af1/metadata/c1tdW2JdPW1haW4",
            "GET /pacticipants/Mobile/versions/9",
            "GET /pacticipants/Mobile",
            "GET /pacticipants/Order%20API",
            "PUT /pacticipants/Order%20API/branches/feat%2Fy/versions/2.0.0",
            "PUT /pacticipants/Order%20API/versions/2.0.0/tags/dev",
            &format!("POST {}", RESULTS[0]),
            &format!("POST {}", RESULTS[1]),
        ]
    );
    let sent = |results: Vec<Value>| results[0]["testResults"][0].clone();
    let web = sent(bodies(&broker, RESULTS[0]).await);
    assert_eq!((&web["interactionId"], &web["success"]), (&json!("8106f184768e0dbd"), &json!(true)));
    let mobile = sent(bodies(&broker, RESULTS[1]).await);
    assert_eq!((&mobile["interactionId"], &mobile["success"]), (&json!("0f1e2d3c4b5a6978"), &json!(false)));
    assert_eq!(mobile["interactionProviderState"], json!("there is one"));
    assert_eq!(mobile["mismatches"][0]["attribute"], json!("status"));
}

#[tokio::test]
async fn the_latest_contract_of_each_consumer() {
    let broker = recorded().await;
    let provider = provider(&[("/orders/7", json!({ "id": 7 }))]).await;
    let source = BrokerSource::new(broker.uri()).access(access());
    let (summary, text) = report(Verifier::new("Order API").source(source).base_url(provider.uri())).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    assert_eq!(
        calls(&broker).await,
        [
            "GET /",
            "GET /pacts/provider/Order%20API/latest",
            "GET /pacts/provider/Order%20API/consumer/Web/version/1",
        ]
    );
}
