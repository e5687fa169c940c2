//! Bad input of every kind is refused with a body that says what is wrong, in both forms, and changes nothing.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a failed expectation should stop them")]

use std::sync::Arc;

use axum::{Router, body::Body};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use pactwright_broker::{Broker, Config, http::router, store::MemoryStore};
use serde_json::Value;
use tower::ServiceExt as _;

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

/// A broker that knows nothing yet.
fn empty() -> Router {
    router(Broker::open(Arc::new(MemoryStore::new()), Config::default()).unwrap())
}

struct Asked<'a> {
    method: &'a str,
    path: &'a str,
    accept: Option<&'a str>,
    body: Option<(&'a str, &'a [u8])>,
}

struct Told {
    status: StatusCode,
    media: String,
    text: String,
}

async fn ask(router: &Router, asked: Asked<'_>) -> Told {
    let method = Method::from_bytes(asked.method.as_bytes()).unwrap();
    let mut request = Request::builder().method(method).uri(asked.path).header(header::HOST, "broker");
    if let Some(accept) = asked.accept {
        request = request.header(header::ACCEPT, accept);
    }
    if let Some((media, _)) = asked.body {
        request = request.header(header::CONTENT_TYPE, media);
    }
    let body = asked.body.map(|(_, body)| body.to_vec()).unwrap_or_default();
    let response = router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = response.status();
    let media = response.headers().get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap().to_owned());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Told { status, media: media.unwrap_or_default(), text: String::from_utf8(body.to_vec()).unwrap() }
}

async fn get(router: &Router, path: &str) -> String {
    ask(router, Asked { method: "GET", path, accept: None, body: None }).await.text
}

/// Everything that the broker knows, told in its own words.
async fn everything(router: &Router) -> Vec<String> {
    let mut told = Vec::new();
    for path in [
        "/metrics",
        "/pacticipants",
        "/pacticipants/web",
        "/pacticipants/web/versions",
        "/environments",
        "/labels",
    ] {
        told.push(get(router, path).await);
    }
    told
}

/// Method, path, body, status, what the answer has to name.
type Case<'a> = (&'a str, &'a str, Option<(&'a str, &'a [u8])>, u16, &'a [&'a str]);

fn cases<'a>(long: &'a str, deep: &'a [u8]) -> Vec<Case<'a>> {
    let json = |body: &'static str| Some((JSON, body.as_bytes()));
    let unknown = "/deployed-versions/2a4e6b1c-58d1-4c5e-9a53-0d9f1f3c7b11";
    vec![
        ("GET", "/nowhere", None, 404, &["not found"]),
        ("GET", "/pacticipants//versions", None, 404, &["Empty path component"]),
        ("GET", "/pacticipants/a%0Ab", None, 422, &["new line"]),
        ("GET", "/pacticipants/a%09b", None, 422, &["tab"]),
        ("GET", "/pacticipants/unknown", None, 404, &["pacticipant", "unknown"]),
        ("GET", "/pacticipants/%ff", None, 400, &["pacticipant", "UTF-8"]),
        ("PUT", "/pacticipants/web/labels/%C3", json("{}"), 400, &["label", "UTF-8"]),
        ("DELETE", "/pacts/latest", None, 405, &["DELETE", "GET, OPTIONS"]),
        ("TRACE", "/", None, 405, &["TRACE", "GET, OPTIONS"]),
        ("POST", "/pacticipants", Some(("text/plain", b"{}")), 415, &["Content-Type", JSON, "text/plain"]),
        ("POST", "/pacticipants", None, 415, &["Content-Type", JSON, "is missing"]),
        ("PATCH", unknown, json("{}"), 415, &["application/merge-patch+json"]),
        ("POST", "/pacticipants", json(""), 400, &["needs a body"]),
        ("POST", "/pacticipants", json("{"), 400, &["not JSON"]),
        ("POST", "/pacticipants", json("[]"), 400, &["Expected JSON Object"]),
        ("POST", "/pacticipants", Some((JSON, b"{\"name\": \"\xff\"}")), 400, &["non UTF-8", "char 11"]),
        ("POST", "/pacticipants", Some((JSON, deep)), 400, &["not JSON"]),
        ("POST", "/pacticipants", json("{}"), 400, &["name", "is missing"]),
        ("POST", "/pacticipants", json(r#"{"name": 1e400}"#), 400, &["name", "must be a string"]),
        ("POST", "/pacticipants", json(r#"{"name": "a\u0000"}"#), 400, &["name", "control characters"]),
        (
            "POST",
            "/pacticipants",
            json(r#"{"name": "a", "mainBranch": "b c"}"#),
            400,
            &["mainBranch", "spaces"],
        ),
        (
            "POST",
            "/pacticipants",
            json(r#"{"name": "a", "repositoryUrl": []}"#),
            400,
            &["repositoryUrl", "string"],
        ),
        ("PUT", "/pacticipants/a%00b/versions/1", json("{}"), 400, &["pacticipant", "control characters"]),
        ("PUT", "/pacticipants/web/versions/%20", json("{}"), 400, &["version", "blank"]),
        ("PUT", long, json("{}"), 400, &["pacticipant", "longer than 255"]),
        ("PUT", "/pacticipants/web/versions/1", json(r#"{"tags": {}}"#), 400, &["tags", "array"]),
        ("PUT", "/pacticipants/web/labels/%20", json("{}"), 400, &["label", "blank"]),
        ("PUT", "/pacticipants/web/labels/a%00b", json("{}"), 400, &["label", "control characters"]),
        ("PUT", "/pacticipants/web/versions/1/tags/%7F", json("{}"), 400, &["tag", "control characters"]),
        (
            "PUT",
            "/pacticipants/web/branches/%1b/versions/1",
            json("{}"),
            400,
            &["branch", "control characters"],
        ),
        ("GET", "/pacticipants?page=0&size=x", None, 400, &["page", "size", "integer"]),
        ("GET", "/dashboard?size=99999999999999999999999", None, 400, &["size", "too large"]),
        ("GET", "/groups/web?maxPacticipants=0", None, 400, &["maxPacticipants"]),
        ("GET", "/integrations?page=-1", None, 400, &["page", "greater than or equal to 1"]),
        ("GET", "/matrix", None, 400, &["selectors"]),
        ("GET", "/matrix?q[][pacticipant]=web&limit=0", None, 400, &["limit"]),
        ("GET", "/matrix?q[][pacticipant]=web&latestby=x", None, 400, &["latestby"]),
        ("GET", "/can-i-deploy", None, 400, &["pacticipant", "version", "environment"]),
        ("POST", "/environments", json("{}"), 400, &["name", "production", "is missing"]),
        ("POST", "/environments", json(r#"{"name": "a", "production": 1}"#), 400, &["production"]),
        ("POST", "/contracts/publish", json("{}"), 400, &["pacticipantName", "contracts", "is missing"]),
        (
            "POST",
            "/contracts/publish",
            json(r#"{"pacticipantName": "web", "pacticipantVersionNumber": "1", "contracts": [7]}"#),
            400,
            &["contracts", "index 0"],
        ),
        ("PUT", "/pacts/provider/api/consumer/web/version/1", json("7"), 400, &["a pact", "JSON object"]),
        (
            "PUT",
            "/pacts/provider/api/consumer/web/version/1",
            json(r#"{"consumer": {"name": "other"}}"#),
            400,
            &["consumer", "other", "web"],
        ),
        (
            "POST",
            "/pacts/provider/web/for-verification",
            json(r#"{"consumerVersionSelectors": [{"latest": "yes"}], "includePendingStatus": 1}"#),
            400,
            &["consumerVersionSelectors", "latest", "includePendingStatus"],
        ),
        ("GET", unknown, None, 404, &["not found"]),
    ]
}

#[tokio::test]
async fn a_refusal_says_what_is_wrong_and_changes_nothing() {
    let router = empty();
    let body = Some((JSON, br#"{"name": "web", "mainBranch": "main"}"#.as_slice()));
    let made = ask(&router, Asked { method: "POST", path: "/pacticipants", accept: None, body }).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let before = everything(&router).await;

    let long = format!("/pacticipants/{}/versions/1", "x".repeat(256));
    let deep = [br#"{"name": "a", "x": "#.as_slice(), &b"[".repeat(200), &b"]".repeat(200), b"}"].concat();
    for (method, path, body, status, named) in cases(&long, &deep) {
        let told = ask(&router, Asked { method, path, accept: None, body }).await;
        assert_eq!(told.status.as_u16(), status, "{method} {path}: {}", told.text);
        assert!(told.media.contains("json"), "{method} {path} is answered as {}", told.media);
        for part in named {
            assert!(told.text.contains(part), "{method} {path}: {part} is not in {}", told.text);
        }

        let told = ask(&router, Asked { method, path, accept: Some(PROBLEM), body }).await;
        assert_eq!(told.status.as_u16(), status, "{method} {path} as a problem: {}", told.text);
        assert!(told.media.starts_with(PROBLEM), "{method} {path} is answered as {}", told.media);
        let problem: Value = serde_json::from_str(&told.text).unwrap();
        assert_eq!(problem["status"], status, "{method} {path}: {problem}");
        for member in ["title", "type"] {
            assert!(problem[member].is_string(), "{method} {path}: no {member} in {problem}");
        }
        let detailed = problem["detail"].is_string()
            || problem["errors"].as_array().is_some_and(|errors| {
                !errors.is_empty() && errors.iter().all(|error| error["detail"].is_string())
            });
        assert!(detailed, "{method} {path}: {problem}");
        for part in named {
            assert!(told.text.contains(part), "{method} {path} as a problem: {part} is not in {problem}");
        }
    }
    assert_eq!(everything(&router).await, before);

    let told =
        ask(&router, Asked { method: "GET", path: "/pacticipants", accept: Some("image/png"), body: None })
            .await;
    assert_eq!(told.status.as_u16(), 406, "{}", told.text);
    assert!(told.text.contains("application/hal+json"), "{}", told.text);
}

#[tokio::test]
async fn the_description_is_served_to_programs_and_to_people() {
    let router = empty();
    // It ends like an extension; that it is none must not depend on what is accepted.
    for accept in [None, Some("*/*"), Some(JSON), Some("text/html,*/*;q=0.8")] {
        let told = ask(&router, Asked { method: "GET", path: "/openapi.json", accept, body: None }).await;
        assert_eq!(
            (told.status.as_u16(), told.media.as_str()),
            (200, "application/json;charset=utf-8"),
            "{accept:?}"
        );
        let document: Value = serde_json::from_str(&told.text).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["servers"][0]["url"], "http://broker");
    }
    for accept in [None, Some("text/html,application/xhtml+xml,*/*;q=0.8")] {
        let told = ask(&router, Asked { method: "GET", path: "/openapi", accept, body: None }).await;
        assert_eq!(
            (told.status.as_u16(), told.media.as_str()),
            (200, "text/html;charset=utf-8"),
            "{accept:?}"
        );
        assert!(told.text.contains("<h2 id=\"pacticipants\">"), "{}", told.text);
    }
}
