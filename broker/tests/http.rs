//! The whole way through the HTTP side: the router is called directly, over a store in memory or in a folder.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests: a failed expectation should stop them"
)]

use std::{path::Path, sync::Arc};

use axum::{Router, body::Body};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use pactwright_broker::{
    Broker, Config,
    http::router,
    store::{MemoryStore, SledStore, Store},
};
use rebuilt::assert_rebuilt;
use serde_json::{Value, json};
use tower::ServiceExt as _;

#[path = "support/rebuilt.rs"]
mod rebuilt;

struct App {
    broker: Broker,
    router: Router,
}

impl Drop for App {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_rebuilt(&self.broker);
        }
    }
}

impl App {
    fn over(store: Arc<dyn Store>) -> Self {
        Self::with(store, Config::default())
    }

    fn with(store: Arc<dyn Store>, config: Config) -> Self {
        let broker = Broker::open(store, config).unwrap();
        Self { router: router(broker.clone()), broker }
    }

    fn in_memory() -> Self {
        Self::over(Arc::new(MemoryStore::new()))
    }

    fn in_folder(folder: &Path) -> Self {
        Self::over(Arc::new(SledStore::open(folder).unwrap()))
    }

    async fn send(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> (StatusCode, Vec<u8>) {
        let mut request = Request::builder().method(&method).uri(path).header(header::HOST, "broker");
        if body.is_some() {
            let kind =
                if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(Body::from(body.unwrap_or_default())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        (status, response.into_body().collect().await.unwrap().to_bytes().to_vec())
    }

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "it takes what `send` gives")]
    fn expect(found: (StatusCode, Vec<u8>), status: u16) -> Value {
        let text = String::from_utf8_lossy(&found.1).into_owned();
        assert_eq!(found.0.as_u16(), status, "{text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    async fn get(&self, path: &str) -> Value {
        Self::expect(self.send(Method::GET, path, None).await, 200)
    }

    async fn post(&self, path: &str, body: Value, status: u16) -> Value {
        Self::expect(self.send(Method::POST, path, Some(body.to_string().into_bytes())).await, status)
    }

    async fn put(&self, path: &str, body: Value, status: u16) -> Value {
        Self::expect(self.send(Method::PUT, path, Some(body.to_string().into_bytes())).await, status)
    }
}

/// The path of a link.
fn path(document: &Value, relation: &str) -> String {
    let href = document["_links"][relation]["href"]
        .as_str()
        .unwrap_or_else(|| panic!("no {relation} in {document}"));
    href.strip_prefix("http://broker").unwrap().to_owned()
}

fn pact(description: &str) -> String {
    format!(
        r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"orders/api"}},"interactions":[{{"description":"{description}","request":{{"method":"GET","path":"/"}},"response":{{"status":200,"body":{{"price":1.10,"id":18446744073709551617}}}}}}],"metadata":{{"pactSpecification":{{"version":"2.0.0"}},"x":1e3}}}}"#
    )
}

fn publication(version: &str, content: &[u8]) -> Value {
    json!({
        "pacticipantName": "web", "pacticipantVersionNumber": version, "branch": "main",
        "contracts": [{
            "consumerName": "web", "providerName": "orders/api", "specification": "pact",
            "contentType": "application/json", "content": STANDARD.encode(content),
        }],
    })
}

#[tokio::test]
async fn from_a_publication_to_a_decision_by_links() {
    let app = App::in_memory();
    let published = app.post("/contracts/publish", publication("1", pact("a").as_bytes()), 200).await;
    assert_eq!(published["notices"][1]["type"], "success");
    let environment =
        app.post("/environments", json!({ "name": "production", "production": true }), 201).await["uuid"]
            .clone();
    let environment = environment.as_str().unwrap();

    let question = json!({ "consumerVersionSelectors": [{ "mainBranch": true }], "includePendingStatus": true,
        "providerVersionBranch": "main" });
    let for_verification = "/pacts/provider/orders%2Fapi/for-verification";
    assert_eq!(path(&app.get(for_verification).await, "self"), for_verification, "clients look there first");
    let found = app.post(for_verification, question.clone(), 200).await;
    let first = &found["_embedded"]["pacts"][0];
    assert_eq!(first["verificationProperties"]["pending"], true);

    let contract = app.get(&path(first, "self")).await;
    app.put("/pacticipants/orders%2Fapi/branches/main/versions/9", json!({}), 201).await;
    let times = json!({ "answers": 2, "medianMs": 1.5, "worstMs": 7.0, "slowest": "an order" });
    let result = json!({
        "success": true, "providerApplicationVersion": "9", "testResults": [{ "n": 1 }], "responseTimes": times,
    });
    let recorded = app.post(&path(&contract, "pb:publish-verification-results"), result, 201).await;
    let shown = app.get(&path(&recorded, "self")).await;
    assert_eq!(shown["testResults"], json!([{ "n": 1 }]));
    assert_eq!(shown["responseTimes"], times);
    let found = app.post(for_verification, question, 200).await;
    assert_eq!(found["_embedded"]["pacts"][0]["verificationProperties"]["pending"], false);

    let ask = "/can-i-deploy?pacticipant=web&version=1&environment=production";
    assert_eq!(app.get(ask).await["summary"]["deployable"], Value::Null);
    let deployments =
        format!("/pacticipants/orders%2Fapi/versions/9/deployed-versions/environment/{environment}");
    let deployed = app.post(&deployments, json!({}), 201).await;
    let answer = app.get(ask).await;
    assert_eq!(answer["summary"]["deployable"], true, "{answer}");
    assert_eq!(answer["matrix"][0]["provider"]["version"]["number"], "9");

    let end = Some(br#"{"currentlyDeployed": false}"#.to_vec());
    App::expect(app.send(Method::PATCH, &path(&deployed, "self"), end).await, 200);
    assert_eq!(app.get(ask).await["summary"]["deployable"], Value::Null);
}

#[tokio::test]
async fn a_contract_comes_back_digit_for_digit() {
    let app = App::in_memory();
    app.post("/contracts/publish", publication("1", pact("a").as_bytes()), 200).await;
    let address = "/pacts/provider/orders%2Fapi/consumer/web/version/1";
    let (status, text) = app.send(Method::GET, address, None).await;
    let text = String::from_utf8(text).unwrap();
    assert_eq!(status, 200);
    for part in [r#""price":1.10"#, r#""id":18446744073709551617"#, r#""x":1e3"#, r#"{"_id":""#] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let again = pact("a").into_bytes();
    App::expect(app.send(Method::PUT, address, Some(again)).await, 200);
    App::expect(app.send(Method::PUT, address, Some(pact("b").into_bytes())).await, 409);
}

#[tokio::test]
async fn what_is_no_pact_is_refused_and_nothing_is_stored() {
    let app = App::in_memory();
    let address = "/pacts/provider/orders%2Fapi/consumer/web/version/1";
    for content in [
        "",
        "{",
        "[]",
        "null",
        r#"{"consumer": {"name": "web"}, "provider": {"name": "other"}}"#,
        r#"{"consumer": {"name": 1}, "provider": {"name": "orders/api"}}"#,
        &"[".repeat(100_000),
    ] {
        let answer = app.post("/contracts/publish", publication("1", content.as_bytes()), 400).await;
        assert!(answer["errors"]["contracts"][0].is_string(), "{answer}");
        let put = app.send(Method::PUT, address, Some(content.as_bytes().to_vec())).await;
        App::expect(put, 400);
    }
    App::expect(app.send(Method::PUT, address, Some(vec![b'"', 0xff, b'"'])).await, 400);
    let listed = app.get("/pacticipants").await;
    assert_eq!(listed["_embedded"]["pacticipants"], json!([]));
    assert_eq!(app.get("/pacts/latest").await["pacts"], json!([]));
}

#[tokio::test]
async fn paths_methods_and_types_are_checked() {
    let app = App::in_memory();
    for (method, path, status) in [
        (Method::GET, "/nope", 404),
        (Method::GET, "/pacticipants//x", 404),
        (Method::GET, "/pacticipants/a%0Ab", 422),
        (Method::GET, "/pacticipants/", 200),
        (Method::HEAD, "/pacticipants", 200),
        (Method::OPTIONS, "/pacticipants", 200),
        (Method::DELETE, "/pacticipants", 405),
        (Method::POST, "/pacticipants", 415),
        (Method::GET, "/matrix", 400),
        (Method::GET, "/matrix?q=1", 400),
        (Method::GET, "/environments/nonsense", 404),
        (Method::from_bytes(b"BREW").unwrap(), "/", 501),
    ] {
        let (found, body) = app.send(method.clone(), path, None).await;
        assert_eq!(found.as_u16(), status, "{method} {path}: {}", String::from_utf8_lossy(&body));
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let mut config = Config::default();
    config.http.body_limit = 100;
    let broker = Broker::open(Arc::new(MemoryStore::new()), config).unwrap();
    let app = App { router: router(broker.clone()), broker };
    let body = json!({ "name": "x".repeat(200) }).to_string().into_bytes();
    App::expect(app.send(Method::POST, "/pacticipants", Some(body)).await, 413);
    assert_eq!(app.broker.state().participants().count(), 0);
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let paths = [
        "/pacticipants",
        "/pacticipants/web/versions/1",
        "/environments",
        "/pacts/provider/orders%2Fapi/consumer/web/latest",
        "/matrix?q[][pacticipant]=web&q[][version]=1&latestby=cvpv",
    ];
    let app = App::in_folder(folder.path());
    app.post("/environments", json!({ "name": "production", "production": true }), 201).await;
    app.post("/contracts/publish", publication("1", pact("a").as_bytes()), 200).await;
    let contract = app.get(paths[3]).await;
    let result = json!({ "success": true, "providerApplicationVersion": "9" });
    app.post(&path(&contract, "pb:publish-verification-results"), result, 201).await;
    let mut before = Vec::new();
    for address in paths {
        before.push(app.get(address).await);
    }
    app.broker.close().await;
    drop(app);

    let app = App::in_folder(folder.path());
    for (address, before) in paths.into_iter().zip(before) {
        assert_eq!(app.get(address).await, before, "{address}");
    }
}

/// Asks as a client that accepts something: status, media type, text.
async fn ask_as(app: &App, accept: &str, path: &str) -> (u16, String, String) {
    let request = Request::builder().uri(path).header(header::HOST, "broker").header(header::ACCEPT, accept);
    let response = app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.map_or(String::new(), |kind| kind.to_str().unwrap().to_owned());
    let kind = kind.split(';').next().unwrap().to_owned();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, kind, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn everybody_gets_the_form_that_they_can_read() {
    let app = App::in_memory();
    app.post("/contracts/publish", publication("1", pact("a").as_bytes()), 200).await;
    let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
    for (accept, path, status, kind, part) in [
        (browser, "/", 200, "text/html", "pb:pacticipants"),
        (browser, "/pacticipants/web", 200, "text/html", "<h1>web</h1>"),
        (browser, "/pacticipants/nobody", 404, "text/html", "nobody"),
        (browser, "/nowhere", 404, "text/html", "404 Not Found"),
        (
            "application/hal+json",
            "/dashboard",
            200,
            "application/hal+json",
            "\"verificationStatus\":\"never\"",
        ),
        ("text/plain", "/dashboard", 200, "text/plain", "CONSUMER_NAME"),
        ("application/json", "/dashboard", 406, "application/hal+json", "text/plain"),
        ("*/*", "/integrations", 200, "text/vnd.graphviz", "web -> \"orders/api\""),
        ("application/hal+json", "/integrations?q=ORDERS", 200, "application/hal+json", "\"orders/api\""),
        ("text/csv", "/relationships", 200, "text/csv", "web,1,1,0,1,2"),
        ("application/hal+json", "/groups/web.csv", 200, "text/csv", "orders/api"),
        ("application/hal+json", "/groups/nobody.csv", 404, "application/hal+json", "nobody"),
        ("application/json", "/metrics", 200, "application/json", "\"latestInteractionsCount\":1"),
        (
            "text/html",
            "/pacts/provider/orders%2Fapi/consumer/web/latest/badge",
            200,
            "image/svg+xml",
            "web/orders/api pact: unknown",
        ),
        (
            "image/*",
            "/pacts/provider/nobody/consumer/web/latest/badge.svg",
            200,
            "image/svg+xml",
            "pact not found",
        ),
        (
            "*/*",
            "/pacticipants/web/main-branch/can-i-merge/badge",
            200,
            "image/svg+xml",
            "can-i-merge: unknown",
        ),
        (
            "text/plain",
            "/pacts/provider/orders%2Fapi/consumer/web/version/1/diff/previous-distinct",
            200,
            "text/plain",
            "No previous",
        ),
        (
            "application/hal+json",
            "/pacts/provider/orders%2Fapi/provider-states",
            200,
            "application/hal+json",
            "\"providerStates\":[]",
        ),
    ] {
        let (found_status, found_kind, text) = ask_as(&app, accept, path).await;
        assert_eq!((found_status, found_kind.as_str()), (status, kind), "{path} as {accept}: {text}");
        assert!(text.contains(part), "{part} is not in {path} as {accept}: {text}");
    }
}

#[tokio::test]
async fn a_failure_says_which_interaction_and_since_when() {
    let app = App::in_memory();
    app.post("/contracts/publish", publication("1", pact("a").as_bytes()), 200).await;
    let contract = app.get("/pacts/provider/orders%2Fapi/consumer/web/version/1").await;
    let id = &contract["interactions"][0]["_id"];
    let record = path(&contract, "pb:publish-verification-results");
    let result = |version: &str| {
        json!({ "success": false, "providerApplicationVersion": version, "testResults": [
            { "interactionId": id, "success": false, "mismatches": [{ "attribute": "status", "actual": 5.10 }] },
        ] })
    };
    app.post(&record, result("8"), 201).await;
    let recorded = app.post(&record, result("9"), 201).await;
    let told = app.get(&path(&recorded, "pactwright:interaction-results")).await;
    let first = &told["interactions"][0];
    assert_eq!((&first["id"], &first["success"], &first["description"]), (id, &json!(false), &json!("a")));
    assert_eq!(first["failingSince"]["providerVersion"]["number"], "8");
    assert_eq!(first["mismatches"], json!([{ "attribute": "status", "actual": 5.10 }]));

    let matrix = "/matrix?q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=orders/api&q[][version]=9";
    let answer = app.get(&matrix.replace('[', "%5B").replace(']', "%5D")).await;
    let failed = &answer["matrix"][0]["verificationResult"]["failedInteractions"];
    assert_eq!(failed, &json!([{ "id": id, "description": "a", "failingSinceProviderVersion": "8" }]));
    assert!(answer["summary"]["reason"].as_str().unwrap().ends_with("failed in \"a\""), "{answer}");
}

#[tokio::test]
async fn ranges_of_versions_are_selectors() {
    let app = App::in_memory();
    for version in ["1.3", "1.10.0", "2.0.0"] {
        app.post("/contracts/publish", publication(version, pact(version).as_bytes()), 200).await;
    }
    let address = "/pacts/provider/orders%2Fapi/for-verification";
    let ask = |selector: Value| json!({ "consumerVersionSelectors": [selector] });
    let found = app.post(address, ask(json!({ "versionRange": ">=1.4, <2" })), 200).await;
    let names: Vec<_> = found["_embedded"]["pacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pact| &pact["_links"]["self"]["name"])
        .collect();
    assert_eq!(names, [&json!("Pact between web (1.10.0) and orders/api")]);
    for wrong in [
        json!({ "versionRange": "nonsense" }),
        json!({ "versionRange": ">=1", "branch": "main" }),
        json!({ "versionRange": ">=1", "deployed": true }),
        json!({ "versionRange": 1 }),
    ] {
        let refused = app.post(address, ask(wrong), 400).await;
        assert!(refused["errors"]["consumerVersionSelectors"][0].is_string(), "{refused}");
    }
    let matrix = "/matrix?q%5B%5D%5Bpacticipant%5D=web&q%5B%5D%5BversionRange%5D=";
    let answer = app.get(&format!("{matrix}%5E1")).await;
    let numbers: Vec<_> = answer["matrix"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["consumer"]["version"]["number"])
        .collect();
    assert_eq!(numbers, ["1.10.0", "1.3"]);
    let greatest = app.get(&format!("{matrix}%5E1&q%5B%5D%5Blatest%5D=true")).await;
    assert_eq!(greatest["matrix"].as_array().unwrap().len(), 1);
    assert_eq!(greatest["matrix"][0]["consumer"]["version"]["number"], "1.10.0");
    App::expect(app.send(Method::GET, &format!("{matrix}nonsense"), None).await, 400);
}

#[tokio::test]
async fn a_selector_of_the_matrix_says_one_thing() {
    let app = App::in_memory();
    app.post("/contracts/publish", publication("1", pact("a").as_bytes()), 200).await;
    for (wrong, told) in [
        ("version]=1&q[][tag]=dev", "Cannot specify a version number and a tag together for web"),
        ("branch]=main&q[][versionRange]=*", "Cannot specify a range and a branch together for web"),
        ("mainBranch]=true&q[][tag]=dev", "Cannot specify a tag and the main branch together for web"),
        ("version]=1&q[][latest]=true", "A version number and latest flag cannot both be specified for web"),
    ] {
        let question =
            format!("/matrix?q[][pacticipant]=web&q[][{wrong}").replace('[', "%5B").replace(']', "%5D");
        let refused = App::expect(app.send(Method::GET, &question, None).await, 400);
        assert_eq!(refused["errors"], json!([told]));
    }
}

#[tokio::test]
async fn names_in_questions_are_found_in_any_case_where_that_is_set() {
    let mut any_case = Config::default();
    any_case.http.names_in_any_case = true;
    for (config, is_found) in [(any_case, true), (Config::default(), false)] {
        let app = App::with(Arc::new(MemoryStore::new()), config);
        app.post("/contracts/publish", publication("1-A", pact("a").as_bytes()), 200).await;
        app.post("/environments", json!({ "name": "production", "production": true }), 201).await;
        let status = if is_found { 200 } else { 400 };
        for question in [
            "/matrix?q[][pacticipant]=WEB&q[][version]=1-a&ignore[][pacticipant]=ORDERS/api",
            "/matrix?q[][pacticipant]=Web&q[][branch]=MAIN&environment=Production",
            "/can-i-deploy?pacticipant=WEB&version=1-a&environment=Production",
        ] {
            let question = question.replace('[', "%5B").replace(']', "%5D");
            let answer = App::expect(app.send(Method::GET, &question, None).await, status);
            if is_found {
                assert_eq!(answer["matrix"][0]["consumer"]["version"]["number"], "1-A", "{answer}");
            }
        }
        let by_branch =
            "/pacticipants/web/branches/main/latest-version/can-i-deploy/to-environment/Production";
        let status = if is_found { 200 } else { 404 };
        App::expect(app.send(Method::GET, by_branch, None).await, status);
        let question = json!({ "consumerVersionSelectors": [{ "latest": true, "consumer": "Web" }] });
        let found = app.post("/pacts/provider/orders%2Fapi/for-verification", question, 200).await;
        let found = found["_embedded"]["pacts"].as_array().unwrap().len();
        assert_eq!(found, usize::from(is_found));
    }
}

#[tokio::test]
async fn a_provider_without_a_branch_may_say_so() {
    let app = App::in_memory();
    app.post("/contracts/publish", publication("1", pact("a").as_bytes()), 200).await;
    let address = "/pacts/provider/orders%2Fapi/for-verification";
    for (question, status) in [
        (json!({ "providerVersionBranch": "", "includePendingStatus": false }), 200),
        (json!({ "providerVersionBranch": "", "providerVersionTags": ["dev"] }), 200),
        (json!({ "providerVersionBranch": null }), 200),
        (json!({ "providerVersionBranch": "" }), 400),
        (
            json!({ "providerVersionBranch": "", "includePendingStatus": false, "includeWipPactsSince": "2020-01-01" }),
            400,
        ),
        (json!({ "providerVersionBranch": " ", "includePendingStatus": false }), 400),
    ] {
        app.post(address, question, status).await;
    }
}

#[tokio::test]
async fn an_integration_goes_with_what_only_it_needed() {
    let app = App::in_memory();
    app.post("/contracts/publish", publication("1", pact("a").as_bytes()), 200).await;
    app.post("/pacticipants", json!({ "name": "lonely" }), 201).await;
    let integration = "/integrations/provider/orders%2Fapi/consumer/web";
    assert_eq!(app.send(Method::DELETE, integration, None).await.0, StatusCode::NO_CONTENT);
    App::expect(app.send(Method::DELETE, integration, None).await, 404);
    let left = app.get("/pacticipants").await;
    let names: Vec<_> =
        left["_embedded"]["pacticipants"].as_array().unwrap().iter().map(|known| &known["name"]).collect();
    assert_eq!(names, [&json!("lonely")]);
    assert_eq!(app.send(Method::DELETE, "/integrations", None).await.0, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn what_was_true_then_can_be_asked_for() {
    let app = App::in_memory();
    app.post("/contracts/publish", publication("1", pact("a").as_bytes()), 200).await;
    let first = app.get("/events").await["events"][0]["at"].as_str().unwrap().to_owned();
    let dashboard = app.get("/dashboard").await["items"].clone();
    app.post("/contracts/publish", publication("2", pact("b").as_bytes()), 200).await;
    app.post("/environments", json!({ "name": "production", "production": true }), 201).await;

    let then = app.get(&format!("/dashboard?asOf={first}")).await;
    assert_eq!(then["items"], dashboard);
    assert_ne!(app.get("/dashboard").await["items"], dashboard);
    let environments = app.get(&format!("/environments?asOf={first}")).await;
    assert_eq!(environments["_embedded"]["environments"], json!([]), "{environments}");
    let matrix = "/matrix?q%5B%5D%5Bpacticipant%5D=web&latestby=cvpv";
    assert_eq!(app.get(matrix).await["matrix"].as_array().unwrap().len(), 2);
    let then = app.get(&format!("{matrix}&asOf={first}")).await;
    assert_eq!(then["matrix"].as_array().unwrap().len(), 1);
    let future = app.get("/dashboard?asOf=2999-01-01").await;
    assert_eq!(future["items"], app.get("/dashboard").await["items"]);
    let past = app.get("/dashboard?asOf=2000-01-01").await;
    assert_eq!(past["items"], json!([]));
    App::expect(app.send(Method::GET, "/dashboard?asOf=yesterday", None).await, 400);
}

#[tokio::test]
async fn every_change_is_in_the_audit_trail() {
    let app = App::in_memory();
    app.post("/contracts/publish", publication("1", pact("a").as_bytes()), 200).await;
    app.put("/pacticipants/web/versions/1/tags/dev", json!({}), 201).await;
    app.put("/pacticipants/lonely/versions/5/tags/dev", json!({}), 201).await;
    let all = app.get("/events").await;
    let events = all["events"].as_array().unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event["event"]["type"].as_str().unwrap()).collect();
    assert_eq!((kinds[0], events[0]["position"].as_u64()), ("ParticipantCreated", Some(0)));
    assert!(kinds.contains(&"ContractPublished"), "{kinds:?}");
    assert_eq!(all["_links"]["next"], Value::Null);

    let tags = app.get("/events?type=TagAdded&pacticipant=web").await;
    assert_eq!(tags["events"][0]["event"]["version"], "1");
    assert_eq!(tags["events"].as_array().unwrap().len(), 1);
    let provider = app.get("/events?pacticipant=orders/api").await;
    assert!(provider["events"].as_array().unwrap().len() < events.len());
    let last = events.last().unwrap();
    let since = app.get(&format!("/events?since={}", last["at"].as_str().unwrap())).await;
    assert_eq!(since["events"].as_array().unwrap().last(), Some(last));
    let until = app.get(&format!("/events?until={}", events[0]["at"].as_str().unwrap())).await;
    assert_eq!(until["events"][0], events[0]);
    assert_eq!(app.get("/events?until=2000-01-01").await["events"], json!([]));

    let mut paged = Vec::new();
    let mut next = Some("/events?size=2".to_owned());
    while let Some(address) = next {
        let page = app.get(&address).await;
        paged.extend(page["events"].as_array().unwrap().clone());
        next = page["_links"]["next"]["href"].as_str().map(|_| path(&page, "next"));
    }
    assert_eq!(&paged, events, "every event once, a change with all of its events on one page");
    for wrong in ["/events?since=now", "/events?from=first", "/events?size=0"] {
        App::expect(app.send(Method::GET, wrong, None).await, 400);
    }
}
