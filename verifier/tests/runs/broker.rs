use pactwright_core::names::VersionNumber;
use pactwright_verifier::client::{Access, Auth, ClientOptions, Proxies};
use pactwright_verifier::report::JsonReporter;
use pactwright_verifier::sources::{BrokerSource, FolderSource, Selection, UrlSource, parse_selectors};
use pactwright_verifier::{ExitCode, ProviderVersion, RunError, Verifier};
use serde_json::{Value, json};
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Broker, Given, access, bodies, calls, folder, get, pact, provider, report};

const LIST: &str = "/pacts/provider/orders-api/for-verification";

#[tokio::test]
async fn the_latest_contracts_are_fetched() {
    let provider = provider(&[("/a", json!({ "id": 7 })), ("/b", json!({ "id": 7 }))]).await;
    let broker = Broker::with(&[(pact(&[get("/a")]), json!({})), (pact(&[get("/b")]), json!({}))]).await;
    let source = BrokerSource::new(broker.uri()).access(access());
    let verifier = Verifier::new("orders-api").source(source).base_url(provider.uri());
    let (summary, text) = report(verifier).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    assert!(text.contains("web 1.1"), "{text}");
    let asked = calls(&broker.server).await;
    assert_eq!(asked[..2], ["GET /", "GET /pacts/provider/orders-api/latest"]);
    assert_eq!(calls(&provider).await, ["GET /a", "GET /b"]);
}

#[tokio::test]
async fn selectors_are_passed_on_and_the_choice_is_heeded() {
    let provider = provider(&[("/a", json!({ "id": 7 })), ("/b", json!({ "id": "wrong" }))]).await;
    let notices = json!([
        { "when": "before_verification", "text": "chosen because of a test" },
        { "when": "after_verification:success_false_published_false", "text": "still pending" },
        { "when": "after_verification:success_true_published_false", "text": "well done" },
    ]);
    let pending = json!({ "pending": true, "wip": true, "notices": notices });
    let broker = Broker::with(&[
        (pact(&[get("/a")]), json!({ "pending": false, "notices": notices })),
        (pact(&[get("/b")]), pending),
    ])
    .await;
    let selection = Selection {
        selectors: parse_selectors(
            r#"[{"mainBranch": true}, {"deployedOrReleased": true}, {"versionRange": ">=1.4, <2", "latest": true}]"#,
        )
        .unwrap(),
        provider_branch: Some("main".to_owned()),
        provider_tags: vec!["dev".to_owned()],
        pending: true,
        wip_since: Some("2024-01-01".to_owned()),
    };
    let source = BrokerSource::new(broker.uri()).access(access()).select(selection);
    let (summary, text) = report(Verifier::new("orders-api").source(source).base_url(provider.uri())).await;
    assert_eq!(
        bodies(&broker.server, LIST).await,
        [json!({
            "consumerVersionSelectors": [
                { "mainBranch": true }, { "deployedOrReleased": true }, { "versionRange": ">=1.4, <2", "latest": true },
            ],
            "providerVersionBranch": "main",
            "providerVersionTags": ["dev"],
            "includePendingStatus": true,
            "includeWipPactsSince": "2024-01-01",
        })]
    );
    assert_eq!(summary.exit_code(), ExitCode::Verified, "pending failures do not fail a run: {text}");
    assert_eq!(summary.counts().pending, 1);
    for expected in [
        "web 1.0 (latest from main branch)",
        "work in progress, pending: a failure does not fail the run",
        "| chosen because of a test",
        "| still pending",
        "| well done",
        "Pending, so these do not fail the run",
    ] {
        assert!(text.contains(expected), "{expected} is missing in\n{text}");
    }
}

#[tokio::test]
async fn credentials_and_headers_go_along() {
    for (auth, expected) in [
        (Auth::Bearer("t0ken".into()), "Bearer t0ken"),
        (Auth::Basic { user: "me".into(), password: Some("pw".into()) }, "Basic bWU6cHc="),
    ] {
        let server = MockServer::start().await;
        let list =
            json!({ "_links": { "pb:latest-provider-pacts": { "href": format!("{}/l", server.uri()) } } });
        Mock::given(method("GET"))
            .and(path("/"))
            .and(header("authorization", expected))
            .and(header("x-team", "a"))
            .respond_with(ResponseTemplate::new(200).set_body_json(list))
            .mount(&server)
            .await;
        let access = Access { auth: Some(auth), headers: vec![("X-Team".into(), "a".into())], ..access() };
        let source = BrokerSource::new(server.uri()).access(access);
        // The list is not there, so there are no contracts; but the index was given.
        let error = Verifier::new("orders-api").source(source).run(&mut ()).await.unwrap_err();
        assert!(matches!(error, RunError::NoPacts { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_broker_that_recovers_is_asked_again() {
    let server = MockServer::start().await;
    Mock::given(path("/"))
        .respond_with(ResponseTemplate::new(503).insert_header("Retry-After", "0"))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    let index =
        json!({ "_links": { "pb:latest-provider-pacts": { "href": format!("{}/l", server.uri()) } } });
    Mock::given(path("/")).respond_with(ResponseTemplate::new(200).set_body_json(index)).mount(&server).await;
    let source = BrokerSource::new(server.uri()).access(access());
    let error = Verifier::new("orders-api").source(source).run(&mut ()).await.unwrap_err();
    assert!(matches!(error, RunError::NoPacts { .. }), "{error}");
    assert_eq!(calls(&server).await, ["GET /", "GET /", "GET /l"]);
}

#[tokio::test]
async fn each_way_in_which_a_broker_fails_has_its_sentence() {
    let html = "<html>Sign in</html>";
    for (answer, expected) in [
        (ResponseTemplate::new(500).set_body_string("boom"), "answered with status 500: boom"),
        (ResponseTemplate::new(401), "refused access with status 401"),
        (ResponseTemplate::new(403), "refused access with status 403"),
        (ResponseTemplate::new(204), "did not answer with the index of a Pact broker but with nothing"),
        (ResponseTemplate::new(200).set_body_raw(html, "text/html"), "with text/html: <html>Sign in</html>"),
        (ResponseTemplate::new(200).set_body_raw("{\"_links\": {", "application/json"), "EOF while parsing"),
        (ResponseTemplate::new(200).set_body_json(json!({ "_links": {} })), "has no link"),
        (ResponseTemplate::new(404), "there is nothing at"),
    ] {
        let server = MockServer::start().await;
        Mock::given(path("/")).respond_with(answer).mount(&server).await;
        let source = BrokerSource::new(server.uri()).access(access());
        let (summary, text) = report(Verifier::new("orders-api").source(source)).await;
        assert_eq!(summary.exit_code(), ExitCode::CouldNotRun);
        assert!(text.contains("contracts could not be fetched from http://"), "{text}");
        assert!(text.contains(expected), "{expected} is missing in\n{text}");
    }
}

#[tokio::test]
async fn a_broker_may_refuse_a_selector() {
    let server = MockServer::start().await;
    let link = json!({ "href": format!("{}/list", server.uri()) });
    let index = json!({ "_links": { "pb:provider-pacts-for-verification": link } });
    Mock::given(path("/")).respond_with(ResponseTemplate::new(200).set_body_json(index)).mount(&server).await;
    let refusal = json!({ "errors": { "consumerVersionSelectors": ["no such environment (at index 0)"] } });
    Mock::given(path("/list"))
        .and(body_json(json!({ "includePendingStatus": false })))
        .respond_with(ResponseTemplate::new(400).set_body_json(refusal))
        .mount(&server)
        .await;
    let source = BrokerSource::new(server.uri()).access(access()).select(Selection::default());
    let (_, text) = report(Verifier::new("orders-api").source(source)).await;
    assert!(text.contains("consumerVersionSelectors: no such environment (at index 0)"), "{text}");
}

#[tokio::test]
async fn one_contract_that_cannot_be_fetched_does_not_keep_others_from_being_verified() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let half = json!({ "consumer": { "name": "broken" } });
    let broker = Broker::with(&[(half, json!({})), (pact(&[get("/a")]), json!({}))]).await;
    let source = BrokerSource::new(broker.uri()).access(access());
    let (summary, text) = report(Verifier::new("orders-api").source(source).base_url(provider.uri())).await;
    assert_eq!(summary.exit_code(), ExitCode::CouldNotRun);
    assert_eq!(summary.counts().passed, 1);
    assert!(text.contains("the attribute `provider` is missing"), "{text}");
}

#[tokio::test]
async fn a_broker_that_is_not_there_is_not_taken_for_one_without_contracts() {
    for url in ["http://127.0.0.1:1", "http://127.0.0.1:1/"] {
        let source = BrokerSource::new(url).access(access());
        let (summary, text) = report(Verifier::new("orders-api").source(source)).await;
        assert_eq!(summary.exit_code(), ExitCode::CouldNotRun);
        assert!(text.contains("could not connect to http://127.0.0.1:1/"), "{text}");
    }
}

#[tokio::test]
async fn a_password_in_an_address_is_used_and_not_shown() {
    let provider = provider(&[("/a", json!({ "id": "wrong" }))]).await;
    let broker = Broker::with(&[(pact(&[get("/a")]), json!({}))]).await;
    let url = broker.uri().replace("http://", "http://me:hush@");
    let source = BrokerSource::new(&url).access(access()).select(Selection::default());
    let missing = BrokerSource::new(format!("{url}/missing")).access(access());
    let verifier = Verifier::new("orders-api").source(source).source(missing).base_url(provider.uri());
    assert!(!format!("{verifier:?}").contains("hush"), "{verifier:?}");
    let (summary, text) = report(verifier).await;
    assert_eq!((summary.counts().failed, summary.source_failures.len()), (1, 1), "{text}");
    assert!(!text.contains("hush"), "{text}");
    let asked = broker.server.received_requests().await.unwrap();
    assert!(asked[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn redirects_are_followed_and_secrets_stay_at_home() {
    let (front, back) = (MockServer::start().await, MockServer::start().await);
    let moved = ResponseTemplate::new(307).insert_header("Location", format!("{}/index", back.uri()));
    Mock::given(path("/")).respond_with(moved).mount(&front).await;
    let index = json!({ "_links": { "pb:latest-provider-pacts": { "href": format!("{}/l", front.uri()) } } });
    Mock::given(path("/index"))
        .respond_with(ResponseTemplate::new(200).set_body_json(index))
        .mount(&back)
        .await;
    let access = Access {
        auth: Some(Auth::Bearer("hush".into())),
        headers: vec![("X-Key".into(), "hush".into())],
        ..access()
    };
    let source = BrokerSource::new(front.uri()).access(access);
    let error = Verifier::new("orders-api").source(source).run(&mut ()).await.unwrap_err();
    assert!(matches!(error, RunError::NoPacts { .. }), "{error}");
    for (server, secret) in [(&front, true), (&back, false)] {
        for request in server.received_requests().await.unwrap() {
            assert_eq!(request.headers.contains_key("authorization"), secret, "{}", request.url);
            assert_eq!(request.headers.contains_key("x-key"), secret, "{}", request.url);
        }
    }
}

#[tokio::test]
async fn redirects_in_a_circle_come_to_an_end() {
    let server = MockServer::start().await;
    let again = ResponseTemplate::new(302).insert_header("Location", "/");
    Mock::given(path("/")).respond_with(again).mount(&server).await;
    let source = BrokerSource::new(server.uri()).access(access());
    let (_, text) = report(Verifier::new("orders-api").source(source)).await;
    assert!(text.contains("more than 5 redirects"), "{text}");
}

#[tokio::test]
async fn whose_contract_it_is_that_failed_is_asked_for_and_said() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let broker = Broker::with(&[(pact(&[get("/a")]), json!({})), (pact(&[get("/b")]), json!({}))]).await;
    let source = BrokerSource::new(broker.uri()).access(access());
    let verifier = Verifier::new("orders-api").source(source).base_url(provider.uri());
    let (_, text) = report(verifier.clone()).await;
    let expected = "of the consumer's branch feat/x, owner Checkout team, source https://git/web";
    assert_eq!(text.matches(expected).count(), 1, "{text}");
    let asked = calls(&broker.server).await;
    assert_eq!(asked[asked.len() - 2..], ["GET /v", "GET /pacticipants/web"]);
    let mut json = JsonReporter::new(Vec::new());
    verifier.run(&mut json).await.unwrap();
    let report: Value = serde_json::from_slice(&json.into_inner()).unwrap();
    assert_eq!(report["contracts"][1]["branches"], json!(["feat/x"]));
    assert_eq!(report["contracts"][1]["owner"], json!("Checkout team"));
    assert_eq!(report["contracts"][0].get("owner"), None, "nobody asks about contracts that are fulfilled");
}

#[tokio::test]
async fn a_broker_that_does_not_know_whose_contract_it_is_changes_nothing() {
    for answer in [ResponseTemplate::new(500), ResponseTemplate::new(200).set_body_string("<html>")] {
        let provider = provider(&[]).await;
        let broker = Broker::with(&[(pact(&[get("/a")]), json!({}))]).await;
        for at in ["/v", "/pacticipants/web"] {
            Mock::given(path(at)).respond_with(answer.clone()).with_priority(1).mount(&broker.server).await;
        }
        let source = BrokerSource::new(broker.uri()).access(access());
        let (summary, text) =
            report(Verifier::new("orders-api").source(source).base_url(provider.uri())).await;
        assert_eq!(summary.exit_code(), ExitCode::Failed);
        assert!(!text.contains("of the consumer's"), "{text}");
    }
}

#[tokio::test]
async fn a_single_contract_of_a_broker_can_be_published() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let broker = Broker::with(&[(pact(&[get("/a")]), json!({}))]).await;
    let source = UrlSource::new(format!("{}/pact/0", broker.uri())).access(access());
    let version = ProviderVersion::new(VersionNumber::new("2.0.0").unwrap());
    let verifier = Verifier::new("orders-api").source(source).base_url(provider.uri()).publish(version);
    let (summary, text) = report(verifier).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    assert!(text.contains("web 1.0: success published"), "{text}");
    assert_eq!(bodies(&broker.server, "/results/0").await.len(), 1);
}

#[tokio::test]
async fn a_broker_that_hangs_is_given_up_on() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let silent = tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            kept.push(stream);
        }
    });
    let access = Access { timeout: std::time::Duration::from_secs(1), ..access() };
    let source = BrokerSource::new(&url).access(access);
    let (summary, text) = report(Verifier::new("orders-api").source(source)).await;
    assert_eq!(summary.exit_code(), ExitCode::CouldNotRun);
    assert!(text.contains(&format!("{url}/ did not answer within 1s")), "{text}");
    silent.abort();
}

#[tokio::test]
async fn what_other_sources_have_is_verified_when_a_broker_is_down() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let (_keep, path) = folder(&[("web.json", pact(&[get("/a")]).to_string())]);
    let verifier = Verifier::new("orders-api")
        .source(BrokerSource::new("http://127.0.0.1:1").access(access()))
        .source(FolderSource::new(path))
        .base_url(provider.uri());
    let (summary, text) = report(verifier).await;
    assert_eq!((summary.exit_code(), summary.counts().passed), (ExitCode::CouldNotRun, 1));
    assert!(text.contains("could not connect to http://127.0.0.1:1/: nothing listens there"), "{text}");
}

#[tokio::test]
async fn proxies_are_not_asked_about_this_machine() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let proxies = Proxies {
        http: Some("http://127.0.0.1:1".to_owned()),
        https: Some("http://127.0.0.1:1".to_owned()),
        except: String::new(),
    };
    let options = ClientOptions { proxies, ..ClientOptions::default() };
    let run = async |url: String| {
        let source = Given(vec![pact(&[get("/a")])]);
        let verifier = Verifier::new("orders-api").source(source).base_url(url).client(options.clone());
        report(verifier).await
    };
    let (summary, text) = run(provider.uri()).await;
    assert_eq!(summary.counts().passed, 1, "{text}");
    // Elsewhere is behind the proxy, where nobody listens.
    let (_, text) = run("http://192.0.2.1".to_owned()).await;
    assert!(text.contains("could not connect to http://192.0.2.1/a"), "{text}");
}
