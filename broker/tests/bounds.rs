//! No answer grows without limit, and the past can be asked about.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failed expectation should stop them")]

#[expect(dead_code, reason = "not all of it is needed here")]
mod support;

use pactwright_broker::Config;
use serde_json::{Value, json};

use support::{App, JSON, pact, path};

const PAIR: &str = "/pacts/provider/api/consumer/web";

/// An application with contracts of some versions.
async fn published(versions: &[&str]) -> App {
    let app = App::new(Config::default());
    for version in versions {
        app.tell("PUT", &format!("{PAIR}/version/{version}"), &pact(&[version])).await;
    }
    app
}

fn texts(document: &Value, list: &str, member: &str) -> Vec<String> {
    let items = document.pointer(list).and_then(Value::as_array).unwrap();
    items.iter().map(|item| item.pointer(member).and_then(Value::as_str).unwrap().to_owned()).collect()
}

/// What all pages have, one after the other.
async fn on_all_pages(app: &App, first: &str, list: &str, member: &str) -> Vec<String> {
    let mut address = first.to_owned();
    let mut found = Vec::new();
    while !address.is_empty() {
        let page = app.get(&address).await;
        found.extend(texts(&page, list, member));
        address = path(&page, "next");
    }
    found
}

#[tokio::test]
async fn pages_have_an_upper_bound_and_lead_on_with_the_same_question() {
    let app = published(&["1"]).await;
    for branch in ["feat-a", "feat-b", "feat-c", "other"] {
        app.tell("PUT", &format!("/pacticipants/web/branches/{branch}/versions/1"), &json!({})).await;
    }
    let longest = app.get("/pacticipants/web/versions?size=1000000").await;
    assert_eq!(longest["page"]["size"], 1000);
    let first = "/pacticipants/web/branches?q=feat&pageSize=2";
    let names = on_all_pages(&app, first, "/_embedded/branches", "/name").await;
    assert_eq!(names, ["feat-c", "feat-b", "feat-a"]);
    let second = app.get("/pacticipants/web/branches?q=feat&pageSize=2&page=2").await;
    assert_eq!(path(&second, "previous"), "/pacticipants/web/branches?size=2&page=1&q=feat");
}

#[tokio::test]
async fn what_is_given_whole_has_pages_for_whoever_wants_them() {
    let app = published(&["1", "2", "3"]).await;
    for (list, items, member) in [
        (format!("{PAIR}/versions"), "/_embedded/pacts", "/_embedded/consumerVersion/number"),
        ("/pacts/provider/api".to_owned(), "/_links/pb:pacts", "/title"),
    ] {
        let whole = app.get(&list).await;
        assert_eq!(whole.pointer(items).unwrap().as_array().unwrap().len(), 3, "{list}");
        assert_eq!(path(&whole, "next"), "");
        let paged = on_all_pages(&app, &format!("{list}?size=2"), items, member).await;
        assert_eq!(paged, texts(&whole, items, member));
    }
}

#[tokio::test]
async fn the_history_of_a_pair_is_as_long_as_its_limit() {
    let app = published(&["1", "2", "3"]).await;
    let rows = async |query: &str| {
        let answer = app.get(&format!("/matrix/provider/api/consumer/web{query}")).await;
        texts(&answer, "/matrix", "/consumer/version/number")
    };
    assert_eq!(rows("").await, ["3", "2", "1"]);
    assert_eq!(rows("?limit=2").await, ["3", "2"], "the last of it");
    assert_eq!(rows("?limit=99999999").await.len(), 3);
    let refused = app.ask("GET", "/matrix/provider/api/consumer/web?limit=0", &[], b"").await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn what_only_asks_can_ask_about_the_past_and_nothing_changes_it() {
    let app = published(&["1"]).await;
    let events = app.get("/events").await;
    let then = events["events"].as_array().unwrap().last().unwrap()["at"].as_str().unwrap();
    app.tell("PUT", &format!("{PAIR}/version/2"), &pact(&["2"])).await;

    let question = "/pacts/provider/api/for-verification";
    let latest = json!({ "consumerVersionSelectors": [{ "latest": true }] });
    let asked = async |query: &str| {
        let answer = app.tell("POST", &format!("{question}{query}"), &latest).await;
        texts(&answer, "/_embedded/pacts", "/_links/self/name")
    };
    assert_eq!(asked("").await, ["Pact between web (2) and api"]);
    assert_eq!(asked(&format!("?asOf={then}")).await, ["Pact between web (1) and api"]);

    let tag = format!("/pacticipants/web/versions/1/tags/dev?asOf={then}");
    let refused = app.send("PUT", &tag, JSON, &json!({})).await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.text.contains("asOf asks for what was once, but PUT changes what is now"),
        "{}",
        refused.text
    );
    let untouched = app.ask("GET", "/pacticipants/web/versions/1/tags/dev", &[], b"").await;
    assert_eq!(untouched.status, 404);
}

/// What was work in progress then is told as it was then: successes that came long before now, but shortly before that
/// moment, count.
#[tokio::test]
async fn the_clock_of_a_question_about_the_past_stands_at_that_moment() {
    let app = published(&["1"]).await;
    app.tell("PUT", "/pacticipants/web/branches/feat/versions/1", &json!({})).await;
    let pact_of_first = app.get(&format!("{PAIR}/version/1")).await;
    let results = path(&pact_of_first, "pb:publish-verification-results");
    app.tell("PUT", "/pacticipants/api/branches/main/versions/9", &json!({})).await;
    let result = json!({ "success": true, "providerApplicationVersion": "9" });
    app.tell("POST", &results, &result).await;
    let question = json!({
        "providerVersionBranch": "main", "includePendingStatus": true, "includeWipPactsSince": "2020-01-01",
        "consumerVersionSelectors": [{ "branch": "nowhere" }],
    });
    let pacts = async |as_of: &str| {
        let address = format!("/pacts/provider/api/for-verification?asOf={as_of}");
        texts(&app.tell("POST", &address, &question).await, "/_embedded/pacts", "/_links/self/name").len()
    };
    // A moment that has not come yet is now: 30 days and more from now, the success would be forgotten.
    assert_eq!(pacts("2999-01-01").await, 0);
    let before = app.ask("GET", "/pacts/provider/api/for-verification?asOf=2000-01-01", &[], b"").await;
    assert_eq!(before.status, 404, "nobody knew the provider");
}
