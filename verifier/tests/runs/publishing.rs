use pactwright_core::names::{BranchName, TagName, VersionNumber};
use pactwright_verifier::sources::{BrokerSource, Selection};
use pactwright_verifier::{ExitCode, Filter, NotPublished, ProviderVersion, Publication, Verifier};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Broker, access, bodies, calls, get, given, pact, provider, report, state, verifier};

fn version() -> ProviderVersion {
    ProviderVersion::new(VersionNumber::new("2.0.0").unwrap())
}

fn with_id(mut interaction: Value, id: &str) -> Value {
    interaction["_id"] = id.into();
    interaction
}

fn publishing(broker: &Broker, provider: &MockServer) -> Verifier {
    let source = BrokerSource::new(broker.uri()).access(access()).select(Selection::default());
    Verifier::new("orders-api").source(source).base_url(provider.uri()).publish(version())
}

#[tokio::test]
async fn branch_and_tags_come_before_results() {
    let provider = provider(&[("/a", json!({ "id": 7 })), ("/b", json!({ "id": 7 }))]).await;
    let interactions = [pact(&[with_id(get("/a"), "a1")]), pact(&[get("/b")])];
    let broker = Broker::with(&interactions.map(|pact| (pact, json!({})))).await;
    let version = version()
        .branch(BranchName::new("feat/x").unwrap())
        .tags([TagName::new("dev").unwrap(), TagName::new("ci").unwrap()])
        .build_url("http://ci/1");
    let (summary, text) = report(publishing(&broker, &provider).publish(version)).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    assert!(text.contains("web 1.0: success published"), "{text}");
    let asked = calls(&broker.server).await;
    let from = asked.iter().position(|call| call.contains("pacticipants")).unwrap();
    assert_eq!(
        asked[from..],
        [
            "GET /pacticipants/orders-api",
            "PUT /branches/feat%2Fx/versions/2.0.0",
            "PUT /versions/2.0.0/tags/dev",
            "PUT /versions/2.0.0/tags/ci",
            "POST /results/0",
            "POST /results/1",
        ]
    );
    assert_eq!(
        bodies(&broker.server, "/results/0").await,
        [json!({
            "success": true,
            "providerApplicationVersion": "2.0.0",
            "buildUrl": "http://ci/1",
            "testResults": [{
                "interactionId": "a1",
                "interactionDescription": "a request for /a",
                "success": true,
                "mismatches": [],
                "exceptions": [],
            }],
            "verifiedBy": { "implementation": "pactwright", "version": env!("CARGO_PKG_VERSION") },
        })]
    );
}

#[tokio::test]
async fn failures_are_published_with_what_was_wrong() {
    let provider = provider(&[("/a", json!({ "id": "seven" }))]).await;
    let message = json!({ "description": "an event", "contents": {}, "providerStates": [state("s")] });
    let mut contract = pact(&[with_id(given(get("/a"), &[state("a is there")]), "a1")]);
    contract["messages"] = json!([message]);
    let broker = Broker::with(&[(contract, json!({}))]).await;
    let (summary, text) = report(publishing(&broker, &provider)).await;
    assert_eq!(summary.exit_code(), ExitCode::Failed);
    assert!(text.contains("web 1.0: failure published"), "{text}");
    let sent = bodies(&broker.server, "/results/0").await;
    assert_eq!(sent[0]["success"], json!(false));
    assert_eq!(
        sent[0]["testResults"],
        json!([
            {
                "interactionId": "a1",
                "interactionDescription": "a request for /a",
                "interactionProviderState": "a is there",
                "success": false,
                "mismatches": [{
                    "attribute": "body",
                    "identifier": "$.id",
                    "description": "body $.id: expected 7 (Integer) but was 'seven' (String)",
                }],
                "exceptions": [],
            },
            {
                "interactionDescription": "an event",
                "interactionProviderState": "s",
                "success": false,
                "mismatches": [],
                "exceptions": [{
                    "message": format!(
                        "the provider gave no answer that can be verified: {} was asked for the message and answered with status 404",
                        provider.uri()
                    ),
                }],
            },
        ])
    );
}

#[tokio::test]
async fn a_pending_contract_that_fails_is_published_as_failed() {
    let provider = provider(&[]).await;
    let broker = Broker::with(&[(pact(&[get("/a")]), json!({ "pending": true }))]).await;
    let (summary, _) = report(publishing(&broker, &provider)).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified);
    assert_eq!(bodies(&broker.server, "/results/0").await[0]["success"], json!(false));
}

#[tokio::test]
async fn notices_depend_on_each_contract_alone() {
    let notice = |moment: &str, text: &str| json!({ "when": moment, "text": text });
    let notices = |name: &str| {
        json!({ "notices": [
            notice("after_verification:success_true_published_true", &format!("{name} went well")),
            notice("after_verification:success_false_published_true", &format!("{name} went wrong")),
        ]})
    };
    let provider = provider(&[("/b", json!({ "id": 7 }))]).await;
    let broker =
        Broker::with(&[(pact(&[get("/a")]), notices("first")), (pact(&[get("/b")]), notices("second"))])
            .await;
    let (_, text) = report(publishing(&broker, &provider)).await;
    assert!(text.contains("first went wrong") && text.contains("second went well"), "{text}");
    assert!(!text.contains("first went well") && !text.contains("second went wrong"), "{text}");
}

#[tokio::test]
async fn a_filtered_run_is_not_published_and_says_so() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let broker = Broker::with(&[(pact(&[get("/a"), get("/b")]), json!({}))]).await;
    let filter = Filter::default().description("/a$").unwrap();
    let (summary, text) = report(publishing(&broker, &provider).filter(filter)).await;
    assert!(matches!(summary.pacts[0].publication, Some(Publication::Refused(NotPublished::Filtered))));
    assert_eq!(summary.exit_code(), ExitCode::NotPublished);
    assert!(text.contains("success not published: only a part of the contract was verified"), "{text}");
    assert!(text.contains("1 interaction left out by the filter"), "{text}");
    assert!(bodies(&broker.server, "/results/0").await.is_empty());
}

#[tokio::test]
async fn choosing_consumers_leaves_contracts_whole() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let broker = Broker::with(&[(pact(&[get("/a")]), json!({}))]).await;
    let filter = Filter::default().consumers(["web"]);
    report(publishing(&broker, &provider).filter(filter)).await;
    assert_eq!(bodies(&broker.server, "/results/0").await.len(), 1);
}

#[tokio::test]
async fn contracts_without_a_broker_are_not_published_and_it_is_said() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let (summary, text) = report(verifier(&[get("/a")], &provider).publish(version())).await;
    assert_eq!(summary.exit_code(), ExitCode::NotPublished);
    assert!(text.contains("success not published: the contract does not come from a broker"), "{text}");
}

#[tokio::test]
async fn a_result_that_cannot_be_published_fails_the_run() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let broker = Broker::with(&[(pact(&[get("/a")]), json!({}))]).await;
    refuse(&broker, "POST", "/results/0").await;
    let (summary, text) = report(publishing(&broker, &provider)).await;
    assert_eq!(summary.exit_code(), ExitCode::NotPublished);
    assert!(text.contains("success NOT PUBLISHED: the result could not be published: http"), "{text}");
    assert!(text.contains("answered with status 422: no"), "{text}");
}

#[tokio::test]
async fn results_are_not_sent_when_the_branch_cannot_be_recorded() {
    let provider = provider(&[("/a", json!({ "id": 7 })), ("/b", json!({ "id": 7 }))]).await;
    let pacts = [pact(&[get("/a")]), pact(&[get("/b")])].map(|pact| (pact, json!({})));
    let broker = Broker::with(&pacts).await;
    refuse(&broker, "PUT", "/branches/main/versions/2.0.0").await;
    let version = version().branch(BranchName::new("main").unwrap());
    let (summary, text) = report(publishing(&broker, &provider).publish(version)).await;
    assert_eq!(summary.exit_code(), ExitCode::NotPublished);
    assert!(text.contains("the branch of the provider's version could not be recorded"), "{text}");
    let asked = calls(&broker.server).await;
    assert!(!asked.iter().any(|call| call.contains("/results/")), "{asked:?}");
    assert_eq!(asked.iter().filter(|call| call.starts_with("PUT")).count(), 1, "tried once: {asked:?}");
}

/// Makes the broker refuse something that it would have done.
async fn refuse(broker: &Broker, verb: &str, at: &str) {
    Mock::given(method(verb))
        .and(path(at))
        .respond_with(ResponseTemplate::new(422).set_body_json(json!({ "error": "no" })))
        .with_priority(1)
        .mount(&broker.server)
        .await;
}
