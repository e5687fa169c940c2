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
use serde_json::{Value, json};
use tower::ServiceExt as _;

struct App {
    broker: Broker,
    router: Router,
}

impl App {
    fn over(store: Arc<dyn Store>) -> Self {
        let broker = Broker::open(store, Config::default()).unwrap();
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
    let result = json!({ "success": true, "providerApplicationVersion": "9", "testResults": [{ "n": 1 }] });
    let recorded = app.post(&path(&contract, "pb:publish-verification-results"), result, 201).await;
    assert_eq!(app.get(&path(&recorded, "self")).await["testResults"], json!([{ "n": 1 }]));
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
