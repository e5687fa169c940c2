//! Whatever is wrong with a request: the answer is a 4xx whose body says what and why, and nothing has changed.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a failed expectation should stop them")]

mod support;

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pactwright_broker::Config;
use serde_json::{Value, json};

use support::{App, JSON, pact, path};

const PATCH: &str = "application/merge-patch+json";

/// Everything that can be seen of the broker.
async fn everything(app: &App) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in [
        "/pacticipants",
        "/pacticipants/web/versions",
        "/pacticipants/api/versions",
        "/pacticipants/web/branches",
        "/pacts/latest",
        "/pacts/provider/api/consumer/web/versions",
        "/matrix?q%5B%5D%5Bpacticipant%5D=web&q%5B%5D%5Bpacticipant%5D=api",
        "/environments",
        "/labels",
        "/metrics",
        "/dashboard",
    ] {
        seen.push(app.get(path).await);
    }
    seen
}

/// An application with a verified contract, an environment and a deployment; with the addresses of what has UUIDs.
async fn told() -> (App, Vec<(&'static str, String)>) {
    let app = App::new(Config::default());
    let contract = json!({
        "consumerName": "web", "providerName": "api", "specification": "pact",
        "contentType": JSON, "content": STANDARD.encode(pact(&["a"]).to_string()),
    });
    let publication = json!({
        "pacticipantName": "web", "pacticipantVersionNumber": "1", "branch": "main", "contracts": [contract],
    });
    app.tell("POST", "/contracts/publish", &publication).await;
    let contract = app.get("/pacts/provider/api/consumer/web/version/1").await;
    let results = path(&contract, "pb:publish-verification-results");
    let result = json!({ "success": true, "providerApplicationVersion": "9" });
    app.tell("POST", &results, &result).await;
    let environment =
        app.tell("POST", "/environments", &json!({ "name": "test", "production": false })).await;
    let uuid = environment["uuid"].as_str().unwrap();
    let deploy = format!("/pacticipants/api/versions/9/deployed-versions/environment/{uuid}");
    let deployed = app.tell("POST", &deploy, &json!({})).await;
    let places = vec![
        ("results", results),
        ("environment", path(&environment, "self")),
        ("deploy", deploy),
        ("deployed", path(&deployed, "self")),
    ];
    (app, places)
}

#[tokio::test]
async fn a_bad_body_is_named_and_changes_nothing() {
    let (app, places) = told().await;
    let place = |name: &str| places.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    let before = everything(&app).await;
    let contract = "/pacts/provider/api/consumer/web/version/2";
    let verify = "/pacts/provider/api/for-verification";
    let version = "/pacticipants/web/versions/1";
    let targets = [
        ("POST", "/contracts/publish".to_owned(), JSON),
        ("POST", "/pacticipants".to_owned(), JSON),
        ("PUT", "/pacticipants/web".to_owned(), JSON),
        ("PATCH", "/pacticipants/web".to_owned(), PATCH),
        ("PUT", version.to_owned(), JSON),
        ("PATCH", version.to_owned(), PATCH),
        ("PUT", format!("{version}/tags/x"), JSON),
        ("PUT", "/pacticipants/web/branches/b/versions/1".to_owned(), JSON),
        ("PUT", "/pacticipants/web/labels/x".to_owned(), JSON),
        ("POST", "/environments".to_owned(), JSON),
        ("PUT", place("environment"), JSON),
        ("POST", place("deploy"), JSON),
        ("PATCH", place("deployed"), PATCH),
        ("POST", place("results"), JSON),
        ("PUT", contract.to_owned(), JSON),
        ("PATCH", contract.to_owned(), JSON),
        ("POST", verify.to_owned(), JSON),
    ];
    let deep = "{\"a\":".repeat(100);
    for (method, path, kind) in &targets {
        for body in [&b"{"[..], b"[]", b"\"x\"", b"null", b"1", b"\xff", b"{\"a\":\xff}", deep.as_bytes()] {
            let found = app.ask(method, path, &[("content-type", kind)], body).await;
            let shown = String::from_utf8_lossy(body);
            assert_eq!(found.status, 400, "{method} {path} {shown}: {}", found.text);
            assert!(found.json()["error"].is_string(), "{method} {path} {shown}: {}", found.text);
        }
        let found = app.ask(method, path, &[("content-type", "text/plain")], b"{}").await;
        assert_eq!(found.status, 415, "{method} {path}");
        assert!(found.json()["error"].as_str().unwrap().contains("'text/plain'"), "{}", found.text);
    }
    for (method, path, kind, body, field) in [
        ("POST", "/pacticipants", JSON, json!({ "name": "a\u{7}" }), "name"),
        ("PATCH", "/pacticipants/web", PATCH, json!({ "displayName": "a\u{0}b" }), "displayName"),
        ("PATCH", "/pacticipants/web", PATCH, json!({ "mainBranch": "a b" }), "mainBranch"),
        ("PUT", version, JSON, json!({ "buildUrl": "http://ci/\u{7}" }), "buildUrl"),
        ("PUT", version, JSON, json!({ "tags": ["x"] }), "tags"),
        ("POST", "/environments", JSON, json!({ "name": "test", "production": true }), "name"),
        ("POST", "/environments", JSON, json!({ "name": "a b", "production": 1 }), "production"),
        ("POST", &place("deploy"), JSON, json!({ "applicationInstance": "a\nb" }), "applicationInstance"),
        ("PATCH", &place("deployed"), PATCH, json!({ "currentlyDeployed": "no" }), "currentlyDeployed"),
        ("POST", &place("results"), JSON, json!({ "success": "yes" }), "success"),
        ("POST", verify, JSON, json!({ "consumerVersionSelectors": [{}] }), "consumerVersionSelectors"),
    ] {
        let found = app.send(method, path, kind, &body).await;
        assert_eq!(found.status, 400, "{method} {path} {body}: {}", found.text);
        assert!(found.json()["errors"][field][0].is_string(), "{method} {path} {body}: {}", found.text);
    }
    assert_eq!(everything(&app).await, before);
}

#[tokio::test]
async fn a_bad_path_or_query_is_named() {
    let (app, _) = told().await;
    for (path, status, part) in [
        ("/pacticipants/%ff", 400, "UTF-8"),
        ("/pacts/provider/api/consumer/%C3%28/latest", 400, "UTF-8"),
        ("/pacticipants/100%", 404, "%25"),
        ("/pacticipants/%zz", 404, "%25"),
        ("/pacticipants//web", 404, "Empty path component"),
        ("/pacticipants/web/tags/nobody/versions", 404, "not found"),
        ("/pacticipants/web/latest-version/nobody/can-i-deploy/to/prod", 404, "not found"),
        ("/pacticipants?page=0", 400, "must be greater than or equal to 1"),
        ("/pacticipants?page=-1", 400, "must be greater than or equal to 1"),
        ("/pacticipants?size=99999999999999999999", 400, "is too large"),
        ("/pacticipants?size=x", 400, "must be an integer"),
        ("/groups/web?maxPacticipants=x", 400, "maxPacticipants"),
        ("/matrix?q%5B%5D%5Bpacticipant%5D=web&latest=maybe", 400, "latest must be one of: true, false"),
        ("/matrix?q%5B%5D%5Bpacticipant%5D=web&q%5B%5D%5BmainBranch%5D=1", 400, "mainBranch must be one of"),
        ("/matrix?q%5B%5D%5Bpacticipant%5D=web&q%5B%5D%5BversionRange%5D=zzz", 400, "versionRange"),
    ] {
        let found = app.ask("GET", path, &[("accept", "*/*")], b"").await;
        assert_eq!(found.status, status, "{path}: {}", found.text);
        assert!(
            found.header("content-type").contains("json") && found.text.contains(part),
            "{path}: {} {}",
            found.header("content-type"),
            found.text
        );
    }
    let label = app.ask("PUT", "/pacticipants/web/labels/%07", &[("content-type", JSON)], b"").await;
    assert_eq!(label.status, 400);
    assert!(label.json()["errors"]["label"][0].is_string(), "{}", label.text);
}

#[tokio::test]
async fn what_cannot_be_done_or_sent_is_said() {
    let (app, _) = told().await;
    let found = app.ask("POST", "/pacticipants/web", &[], b"").await;
    assert_eq!((found.status, found.header("allow")), (405, "GET, PUT, PATCH, DELETE, OPTIONS, HEAD"));
    assert!(found.json()["error"].as_str().unwrap().contains("GET, PUT"), "{}", found.text);
    let found = app.ask("GET", "/metrics", &[("accept", "image/png")], b"").await;
    assert_eq!(found.status, 406);
    assert!(found.json()["error"].as_str().unwrap().contains("application/hal+json"), "{}", found.text);
    let problem = [("accept", "application/problem+json"), ("content-type", "text/plain")];
    let found = app.ask("POST", "/pacticipants", &problem, b"{}").await;
    assert_eq!((found.status, found.header("content-type")), (415, "application/problem+json;charset=utf-8"));
    assert_eq!(found.json()["status"], 415);
}

#[tokio::test]
async fn a_result_for_a_pact_that_is_gone_is_refused_and_not_kept() {
    let (app, places) = told().await;
    let results = &places.iter().find(|(known, _)| *known == "results").unwrap().1;
    assert_eq!(app.ask("DELETE", "/pacticipants/web/versions/1", &[], b"").await.status, 204);
    let before = everything(&app).await;
    let found = app
        .send("POST", results, JSON, &json!({ "success": true, "providerApplicationVersion": "10" }))
        .await;
    assert_eq!(found.status, 404, "{}", found.text);
    assert_eq!(everything(&app).await, before);
}

#[tokio::test]
async fn only_what_is_read_is_known_without_its_extension() {
    let (app, _) = told().await;
    assert_eq!(app.ask("GET", "/pacticipants/web.json", &[], b"").await.status, 200);
    let branch = "/pacticipants/web/branches/feat.json/versions/1";
    assert_eq!(app.ask("PUT", branch, &[("content-type", JSON)], b"").await.status, 201);
    assert_eq!(app.get("/pacticipants/web/branches").await["_embedded"]["branches"][0]["name"], "feat.json");
}

#[tokio::test]
async fn every_byte_counts_where_it_is_set_so() {
    let publish = async |app: &App, text: &str| {
        app.ask(
            "PUT",
            "/pacts/provider/api/consumer/web/version/1",
            &[("content-type", JSON)],
            text.as_bytes(),
        )
        .await
    };
    for (by_meaning, second) in [(true, 200), (false, 409)] {
        let mut config = Config::default();
        config.rules.equality_by_meaning = by_meaning;
        let app = App::new(config);
        let found = publish(&app, r#"{"interactions": [], "metadata": 1}"#).await;
        assert_eq!(found.status, 201);
        assert_eq!(publish(&app, r#"{"metadata": 1, "interactions": []}"#).await.status, second);
        assert_eq!(publish(&app, r#"{"interactions": [], "metadata": 1}"#).await.status, 200);
    }
}

#[tokio::test]
async fn people_are_shown_the_way() {
    let (app, _) = told().await;
    for (path, status, part) in [
        ("/dashboard", 200, "<strong class=\"good\">verified</strong>"),
        ("/matrix/provider/api/consumer/web", 200, "<strong class=\"good\">success</strong>"),
        ("/pacticipants/web/network", 200, "Applications connected with web"),
        ("/ui/relationships", 200, "<td>web</td><td>api</td>"),
        ("/pacticipants/web/versions", 200, "<th>number</th>"),
        ("/doc/publish-contracts?context=index", 200, "/contracts/publish"),
        ("/doc/pb:tag", 200, "PUT adds it"),
        ("/doc/nothing", 404, "404 Not Found"),
        ("/pacticipants/nobody/network", 404, "nobody"),
    ] {
        let found = app.ask("GET", path, &[("accept", "text/html")], b"").await;
        assert_eq!(
            (found.status, found.header("content-type")),
            (status, "text/html;charset=utf-8"),
            "{path}: {}",
            found.text
        );
        assert!(found.text.contains(part), "{part} is not in {path}: {}", found.text);
        assert!(found.text.contains("<a href=\"http://broker/dashboard\">"), "{path}: {}", found.text);
    }
}

/// All relations of a document, and of those inside of it.
fn relations(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let links = members.get("_links").and_then(Value::as_object);
            found.extend(links.into_iter().flat_map(|links| links.keys().cloned()));
            members.values().for_each(|member| relations(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| relations(item, found)),
        _ => {}
    }
}

/// Every relation that a document has can be looked up where its curies lead to.
#[tokio::test]
async fn every_relation_is_explained() {
    let (app, _) = told().await;
    let webhook = json!({
        "events": [{ "name": "contract_published" }],
        "request": { "method": "POST", "url": "https://hooks.example.org/" },
    });
    let of_pair = "/webhooks/provider/api/consumer/web";
    let webhook = path(&app.tell("POST", of_pair, &webhook).await, "self");
    // Nobody delivers here: it waits.
    app.tell("PUT", "/pacts/provider/api/consumer/web/version/2", &pact(&["b"])).await;
    let of_webhooks = format!("{of_pair}/status");
    let triggered = app.get(&of_webhooks).await;
    let triggered = &triggered["_embedded"]["triggeredWebhooks"][0];
    let logs = path(triggered, "pb:logs");
    for path in [
        "/",
        "/pacticipants",
        "/pacticipants/web",
        "/pacticipants/web/versions/1",
        "/environments",
        "/pacts/provider/api/consumer/web/version/1",
        "/pacts/provider/api",
        "/integrations?page=1",
        "/dashboard",
        "/webhooks",
        &webhook,
        of_pair,
        &of_webhooks,
        &logs,
    ] {
        let document: Value = app.ask("GET", path, &[("accept", "application/hal+json")], b"").await.json();
        let explained = document["_links"]["curies"][0]["href"].as_str().unwrap_or("http://broker/doc/{rel}");
        let mut found = BTreeSet::new();
        relations(&document, &mut found);
        assert!(!found.is_empty(), "{path}: {document}");
        for relation in found.iter().filter_map(|name| name.strip_prefix("pb:")) {
            let address = explained.strip_prefix("http://broker").unwrap().replace("{rel}", relation);
            let found = app.ask("GET", &address, &[], b"").await;
            assert_eq!(found.status, 200, "{address}, for {relation} of {path}");
        }
    }
}

/// Whoever may read what was changed is not told what is secret in it.
#[tokio::test]
async fn the_audit_trail_keeps_secrets() {
    let (app, _) = told().await;
    let mut webhook = json!({
        "consumer": { "name": "web" },
        "request": {
            "method": "POST", "url": "https://hooks.example.org/", "headers": { "X-Api-Key": "hush-1", "X-Plain": "seen" },
            "username": "pacts", "password": "hush-2", "signingSecret": "hush-3",
        },
    });
    let made = path(&app.tell("POST", "/webhooks", &webhook).await, "self");
    webhook["request"]["password"] = json!("hush-4");
    app.tell("PUT", &made, &webhook).await;
    for of in ["", "&pacticipant=web"] {
        for kind in ["WebhookCreated", "WebhookChanged"] {
            let told = app.ask("GET", &format!("/events?type={kind}{of}"), &[], b"").await;
            let request = &told.json()["events"][0]["event"]["request"];
            for (member, shown) in [("/username", "pacts"), ("/headers/x-plain", "seen")] {
                assert_eq!(request.pointer(member), Some(&json!(shown)), "{kind}: {}", told.text);
            }
            for secret in ["/password", "/signingSecret", "/headers/x-api-key"] {
                assert_eq!(request.pointer(secret), Some(&json!("**********")), "{kind}: {}", told.text);
            }
            assert!(!told.text.contains("hush"), "{}", told.text);
        }
    }
}
