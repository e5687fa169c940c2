//! Where the original is wrong, this broker is right: each difference that the crate's documentation names is held here.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a failed expectation should stop them")]

mod support;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pactwright_broker::Config;
use serde_json::{Value, json};

use support::{App, JSON, pact, path};

const PAIR: &str = "/pacts/provider/api/consumer/web";
const ASK: &str = "/pacts/provider/api/for-verification";

fn app() -> App {
    App::new(Config::default())
}

fn publication(version: &str, branch: &str, descriptions: &[&str], on_conflict: &str) -> Value {
    json!({
        "pacticipantName": "web", "pacticipantVersionNumber": version, "branch": branch,
        "contracts": [{
            "consumerName": "web", "providerName": "api", "specification": "pact", "contentType": JSON,
            "content": STANDARD.encode(pact(descriptions).to_string()), "onConflict": on_conflict,
        }],
    })
}

async fn publish(app: &App, version: &str, branch: &str, descriptions: &[&str]) {
    app.tell("POST", "/contracts/publish", &publication(version, branch, descriptions, "overwrite")).await;
}

async fn verify(app: &App, consumer_version: &str, provider_version: &str, success: bool) {
    let contract = app.get(&format!("{PAIR}/version/{consumer_version}")).await;
    let results = path(&contract, "pb:publish-verification-results");
    let result = json!({ "success": success, "providerApplicationVersion": provider_version });
    app.tell("POST", &results, &result).await;
}

async fn sha(app: &App, version: &str) -> Value {
    app.get(&format!("{PAIR}/version/{version}")).await["_links"]["pb:pact-version"]["name"].clone()
}

/// An environment that provider versions are deployed to, each on an instance of its own.
async fn deploy(app: &App, versions: &[&str]) -> String {
    let environment =
        app.tell("POST", "/environments", &json!({ "name": "production", "production": true })).await;
    let uuid = environment["uuid"].as_str().unwrap();
    for version in versions {
        app.tell("PUT", &format!("/pacticipants/api/versions/{version}"), &json!({})).await;
        let deployments =
            format!("/pacticipants/api/versions/{version}/deployed-versions/environment/{uuid}");
        app.tell("POST", &deployments, &json!({ "applicationInstance": version })).await;
    }
    uuid.to_owned()
}

#[tokio::test]
async fn a_merged_contract_has_the_digest_of_the_whole() {
    let app = app();
    publish(&app, "whole", "main", &["a", "b"]).await;
    publish(&app, "patched", "main", &["a"]).await;
    app.tell("PATCH", &format!("{PAIR}/version/patched"), &pact(&["b"])).await;
    publish(&app, "merged", "main", &["a"]).await;
    app.tell("POST", "/contracts/publish", &publication("merged", "main", &["b"], "merge")).await;
    let whole = sha(&app, "whole").await;
    assert_eq!((sha(&app, "patched").await, sha(&app, "merged").await), (whole.clone(), whole));
}

#[tokio::test]
async fn merging_two_requests_under_one_description_is_a_conflict_in_both_forms() {
    let app = app();
    publish(&app, "1", "main", &["a"]).await;
    let other = json!({ "interactions": [{ "description": "a", "request": { "path": "/other" } }] });
    let patched = app.send("PATCH", &format!("{PAIR}/version/1"), JSON, &other).await;
    let mut publication = publication("1", "main", &[], "merge");
    publication["contracts"][0]["content"] = json!(STANDARD.encode(other.to_string()));
    let published = app.send("POST", "/contracts/publish", JSON, &publication).await;
    assert_eq!((patched.status, published.status), (409, 409), "{} {}", patched.text, published.text);
    assert_eq!(app.get(&format!("{PAIR}/version/1")).await["interactions"][0]["request"]["path"], "/a");
}

#[tokio::test]
async fn messages_are_merged_with_messages() {
    let app = app();
    let message = |description: &str| json!({ "messages": [{ "description": description, "contents": 1 }] });
    app.tell("PUT", &format!("{PAIR}/version/1"), &message("a")).await;
    let merged = app.tell("PATCH", &format!("{PAIR}/version/1"), &message("b")).await;
    assert_eq!(merged["messages"].as_array().unwrap().len(), 2, "{merged}");
}

#[tokio::test]
async fn the_fallback_branch_is_used_where_the_branch_has_no_contract() {
    let app = app();
    publish(&app, "1", "main", &["a"]).await;
    publish(&app, "2", "feat", &["b"]).await;
    let found = async |branch: &str| {
        let selector = json!([{ "branch": branch, "fallbackBranch": "main" }]);
        let found = app.tell("POST", ASK, &json!({ "consumerVersionSelectors": selector })).await;
        found["_embedded"]["pacts"][0]["_links"]["self"]["name"].clone()
    };
    assert_eq!(found("feat").await, "Pact between web (2) and api");
    assert_eq!(found("other").await, "Pact between web (1) and api");
}

#[tokio::test]
async fn the_difference_to_a_version_is_to_that_version() {
    let app = app();
    for (version, description) in [("1", "first"), ("2", "second"), ("3", "third")] {
        publish(&app, version, "main", &[description]).await;
    }
    let diff = async |other: &str| {
        app.ask("GET", &format!("{PAIR}/version/3/diff/{other}"), &[("accept", "text/plain")], b"").await.text
    };
    let (first, previous) = (diff("version/1").await, diff("previous-distinct").await);
    assert!(first.contains("first") && !first.contains("second"), "{first}");
    assert!(previous.contains("second") && !previous.contains("first"), "{previous}");
}

#[tokio::test]
async fn the_location_of_a_created_participant_leads_to_it() {
    let app = app();
    let created = app.send("POST", "/pacticipants", JSON, &json!({ "name": "it's a/b" })).await;
    let location = created.header("location");
    assert_eq!(location, "http://broker/pacticipants/it%27s%20a%2Fb");
    assert_eq!(app.get(location.strip_prefix("http://broker").unwrap()).await["name"], "it's a/b");
}

#[tokio::test]
async fn provider_states_of_an_environment_are_found_by_name_and_by_uuid() {
    let app = app();
    let mut contract = pact(&["a"]);
    contract["interactions"][0]["providerState"] = json!("an order");
    app.tell("PUT", &format!("{PAIR}/version/1"), &contract).await;
    let uuid = deploy(&app, &[]).await;
    app.tell(
        "POST",
        &format!("/pacticipants/web/versions/1/deployed-versions/environment/{uuid}"),
        &json!({}),
    )
    .await;
    for environment in ["production", uuid.as_str()] {
        let found = app.get(&format!("/pacts/provider/api/provider-states/environment/{environment}")).await;
        assert_eq!(found["providerStates"][0]["name"], "an order", "{environment}: {found}");
    }
}

#[tokio::test]
async fn every_version_that_is_live_has_to_be_verified() {
    let app = app();
    publish(&app, "1", "main", &["a"]).await;
    deploy(&app, &["old", "new"]).await;
    let questions = [
        "/can-i-deploy?pacticipant=web&version=1&environment=production",
        "/matrix?q%5B%5D%5Bpacticipant%5D=web&q%5B%5D%5Bversion%5D=1&environment=production&latestby=cvp",
    ];
    let told = async || {
        let (one, other) = (app.get(questions[0]).await, app.get(questions[1]).await);
        assert_eq!(one["summary"]["deployable"], other["summary"]["deployable"]);
        one["summary"]["deployable"].clone()
    };
    verify(&app, "1", "new", true).await;
    assert_eq!(told().await, Value::Null, "nobody knows about the old one");
    verify(&app, "1", "old", false).await;
    assert_eq!(told().await, false);
    verify(&app, "1", "old", true).await;
    assert_eq!(told().await, true);
}

/// As in the original: clients map "unknown" to waiting. But what failed already is in the reasons.
#[tokio::test]
async fn unknown_counts_before_failed_and_the_failure_is_told() {
    let app = app();
    publish(&app, "1", "main", &["a"]).await;
    deploy(&app, &["old", "new"]).await;
    verify(&app, "1", "old", false).await;
    let told = app.get("/can-i-deploy?pacticipant=web&version=1&environment=production").await;
    assert_eq!(told["summary"]["deployable"], Value::Null, "{told}");
    let reason = told["summary"]["reason"].as_str().unwrap();
    assert!(reason.contains("failed") && reason.contains("There is no verified pact"), "{reason}");
}

#[tokio::test]
async fn the_latest_result_for_a_tag_that_nobody_has_is_none() {
    let app = app();
    publish(&app, "1", "main", &["a"]).await;
    verify(&app, "1", "9", true).await;
    let results = |tag: &str| format!("{PAIR}/latest{tag}/verification-results/latest");
    assert_eq!(app.ask("GET", &results(""), &[], b"").await.status, 200);
    assert_eq!(app.ask("GET", &results("/nobody"), &[], b"").await.status, 404);
}

#[tokio::test]
async fn a_provider_is_named_once_in_what_is_said_about_a_consumer_version() {
    let app = app();
    publish(&app, "1", "main", &["a"]).await;
    publish(&app, "2", "main", &["a"]).await;
    verify(&app, "1", "8", false).await;
    verify(&app, "2", "9", true).await;
    let told = app.get("/verification-results/consumer/web/version/2/latest").await;
    assert_eq!(
        (&told["success"], &told["providerSummary"]["successful"]),
        (&json!(true), &json!(["api"])),
        "{told}"
    );
}

#[tokio::test]
async fn no_spelling_of_exclude_removes_the_main_branch() {
    let app = app();
    publish(&app, "1", "main", &["a"]).await;
    publish(&app, "2", "feat", &["a"]).await;
    for exclude in ["?exclude=feat", "?exclude%5Bx%5D=feat", ""] {
        let removed = app.ask("DELETE", &format!("/pacticipants/web/branches{exclude}"), &[], b"").await;
        assert_eq!(removed.status, 202, "{exclude}: {}", removed.text);
        assert_eq!(
            app.ask("GET", "/pacticipants/web/branches/main", &[], b"").await.status,
            200,
            "{exclude}"
        );
    }
    assert_eq!(app.ask("GET", "/pacticipants/web/branches/feat", &[], b"").await.status, 404);
}

#[tokio::test]
async fn names_in_paths_may_be_in_any_script() {
    let app = app();
    let tag = "/pacticipants/%C5%BB%C3%B3%C5%82%C4%87/versions/1.0%2F%E6%9C%8D/tags/feat%2F%E6%9C%8D%20%25";
    let made = app.tell("PUT", tag, &json!({})).await;
    assert_eq!((made["name"].as_str().unwrap(), path(&made, "self").as_str()), ("feat/服 %", tag));
    assert_eq!(app.get(tag).await, made);
}

#[tokio::test]
async fn an_empty_list_of_contracts_is_refused_and_makes_no_version() {
    let app = app();
    let mut publication = publication("1", "main", &[], "overwrite");
    publication["contracts"] = json!([]);
    let found = app.send("POST", "/contracts/publish", JSON, &publication).await;
    assert_eq!(found.status, 400);
    assert!(found.json()["errors"]["contracts"][0].is_string(), "{}", found.text);
    assert_eq!(app.get("/pacticipants").await["_embedded"]["pacticipants"], json!([]));
}

#[tokio::test]
async fn blank_tags_and_branches_are_refused() {
    let app = app();
    for path in ["/pacticipants/web/versions/1/tags/%20", "/pacticipants/web/branches/%20/versions/1"] {
        assert_eq!(app.send("PUT", path, JSON, &json!({})).await.status, 400, "{path}");
    }
    assert_eq!(app.get("/pacticipants").await["_embedded"]["pacticipants"], json!([]));
}

/// With a base address set, nothing is said in terms of the address that the request came by.
#[tokio::test]
async fn every_link_follows_the_base_address() {
    let mut config = Config::default();
    config.http.base_urls = vec!["https://example.org/pacts".to_owned()];
    let app = App::new(config);
    app.tell("PUT", &format!("{PAIR}/version/1"), &pact(&["a"])).await;
    for (method, path) in
        [("POST", ASK), ("GET", "/environments"), ("GET", "/pacticipants/web"), ("GET", "/dashboard")]
    {
        let body = if method == "POST" { &b"{}"[..] } else { b"" };
        let found = app.ask(method, path, &[("content-type", JSON)], body).await;
        assert!(found.text.contains("https://example.org/pacts/"), "{path}: {}", found.text);
        assert!(!found.text.contains("http://broker"), "{path}: {}", found.text);
    }
}
