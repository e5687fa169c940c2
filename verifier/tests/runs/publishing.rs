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

/// The results that were sent there, without how long things took.
async fn sent(broker: &Broker, at: &str) -> Vec<Value> {
    let mut sent = bodies(&broker.server, at).await;
    for result in &mut sent {
        if let Some(times) = result.as_object_mut().and_then(|result| result.get_mut("responseTimes")) {
            assert!(times["medianMs"].as_f64() <= times["worstMs"].as_f64(), "{times}");
            (times["medianMs"], times["worstMs"]) = ("measured".into(), "measured".into());
        }
    }
    for result in sent.iter_mut().flat_map(|sent| sent["testResults"].as_array_mut().unwrap()) {
        if result["responseTimeMs"].as_f64().is_some_and(|time| time >= 0.0) {
            result["responseTimeMs"] = "measured".into();
        }
    }
    sent
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
        sent(&broker, "/results/0").await,
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
                "responseTimeMs": "measured",
            }],
            "verifiedBy": { "implementation": "pactwright", "version": env!("CARGO_PKG_VERSION") },
            "responseTimes": {
                "answers": 1,
                "medianMs": "measured",
                "worstMs": "measured",
                "slowest": "a request for /a",
            },
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
    let sent = sent(&broker, "/results/0").await;
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
                "responseTimeMs": "measured",
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

#[tokio::test]
async fn a_provider_that_is_down_is_not_published_as_one_that_fails() {
    let broker =
        Broker::with(&[(pact(&[get("/a")]), json!({ "pending": true })), (pact(&[get("/b")]), json!({}))])
            .await;
    let source = BrokerSource::new(broker.uri()).access(access()).select(Selection::default());
    let down = Verifier::new("orders-api").source(source).base_url("http://127.0.0.1:1").publish(version());
    let (summary, text) = report(down).await;
    assert_eq!(summary.exit_code(), ExitCode::CouldNotRun, "{text}");
    assert_eq!(summary.counts().pending, 0, "nothing is known about what is pending either");
    for pact in &summary.pacts {
        assert!(matches!(pact.publication, Some(Publication::Refused(NotPublished::NoVerdict))));
    }
    let asked = calls(&broker.server).await;
    assert!(!asked.iter().any(|call| call.contains("/results/")), "{asked:?}");
}

#[tokio::test]
async fn contracts_with_a_verdict_are_published_and_others_are_not() {
    let provider = provider(&[("/a", json!({ "id": 7 })), ("/c", json!({ "id": "x" }))]).await;
    let unset = |path| given(get(path), &[state("nobody sets it up")]);
    let contracts = [vec![get("/a")], vec![get("/a"), unset("/b")], vec![unset("/b"), get("/c")]];
    let broker = Broker::with(&contracts.map(|interactions| (pact(&interactions), json!({})))).await;
    let states = pactwright_verifier::states::StateFunctions::new();
    let (summary, text) = report(publishing(&broker, &provider).states(states)).await;
    assert_eq!(summary.exit_code(), ExitCode::Failed, "{text}");
    assert_eq!(bodies(&broker.server, "/results/0").await[0]["success"], json!(true));
    assert!(
        bodies(&broker.server, "/results/1").await.is_empty(),
        "nothing wrong was seen, but not all was seen"
    );
    let failed = &bodies(&broker.server, "/results/2").await[0];
    assert_eq!(failed["success"], json!(false));
    // What could not be verified did not fail.
    assert_eq!(failed["testResults"].as_array().unwrap().len(), 1);
    assert_eq!(failed["testResults"][0]["interactionDescription"], json!("a request for /c"));
}

#[tokio::test]
async fn what_is_pending_and_has_no_verdict_does_not_fail_the_run() {
    let provider = provider(&[]).await;
    let contract = pact(&[given(get("/a"), &[state("something new")])]);
    let broker = Broker::with(&[(contract, json!({ "pending": true }))]).await;
    let states = pactwright_verifier::states::StateFunctions::new();
    let (summary, text) = report(publishing(&broker, &provider).states(states)).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    assert!(bodies(&broker.server, "/results/0").await.is_empty());
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

#[tokio::test]
async fn a_dry_run_shows_what_would_be_published_and_sends_nothing() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let broker = Broker::with(&[(pact(&[get("/a")]), json!({}))]).await;
    let version = version().branch(BranchName::new("main").unwrap()).tags([TagName::new("dev").unwrap()]);
    let (summary, text) = report(publishing(&broker, &provider).publish(version).dry_run(true)).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified);
    let Some(Publication::DryRun(draft)) = &summary.pacts[0].publication else { panic!("{summary:?}") };
    assert_eq!(draft.url, format!("{}/results/0", broker.uri()));
    assert!(draft.result.success);
    assert!(text.contains("web 1.0: success not published: this is a dry run"), "{text}");
    assert!(
        text.contains("as the result of version 2.0.0 (branch main, tag dev), with 1 interaction"),
        "{text}"
    );
    let asked = calls(&broker.server).await;
    assert!(!asked.iter().any(|call| call.starts_with("PUT") || call.contains("/results/")), "{asked:?}");
}

#[tokio::test]
async fn whatever_goes_wrong_with_publishing_is_one_clear_sentence() {
    let json = "application/json";
    for (at, answer, expected) in [
        (
            "/pacticipants/orders-api",
            ResponseTemplate::new(200).set_body_raw("<html>Sign in</html>", "text/html"),
            "the branch of the provider's version could not be recorded, so the result was not published: \
             http://BROKER/pacticipants/orders-api did not answer with a participant but with text/html: \
             <html>Sign in</html>: expected value at line 1 column 1",
        ),
        (
            "/pacticipants/orders-api",
            ResponseTemplate::new(200).set_body_raw("{\"_links\": {}}", json),
            "http://BROKER/pacticipants/orders-api has no link `pb:branch-version`: is it a Pact broker, and recent \
             enough?",
        ),
        (
            "/branches/main/versions/2.0.0",
            ResponseTemplate::new(403),
            "http://BROKER/branches/main/versions/2.0.0 refused access with status 403: check user name and password, \
             or the token",
        ),
        (
            "/results/0",
            ResponseTemplate::new(500).set_body_string("boom"),
            "the result could not be published: http://BROKER/results/0 answered with status 500: boom",
        ),
        (
            "/results/0",
            ResponseTemplate::new(404),
            "the result could not be published: there is nothing at http://BROKER/results/0 (status 404)",
        ),
        (
            "/results/0",
            ResponseTemplate::new(302).insert_header("Location", "/elsewhere"),
            "the result could not be published: http://BROKER/results/0 answered with status 302",
        ),
    ] {
        let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
        let broker = Broker::with(&[(pact(&[get("/a")]), json!({}))]).await;
        Mock::given(path(at)).respond_with(answer).with_priority(1).mount(&broker.server).await;
        let version = version().branch(BranchName::new("main").unwrap());
        let (summary, text) = report(publishing(&broker, &provider).publish(version)).await;
        assert_eq!((summary.exit_code(), summary.counts().passed), (ExitCode::NotPublished, 1), "{text}");
        let text = text.replace(&broker.uri(), "http://BROKER");
        assert!(text.contains("web 1.0: success NOT PUBLISHED"), "{text}");
        assert!(text.contains(expected), "{expected}\nis missing in\n{text}");
    }
}
