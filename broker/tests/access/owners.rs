//! What belongs to whom: what is a team's alone, who may remove it, and whom others are told to ask.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    support::pact,
    world::{World, ask, publication, tell, tell_as},
};

#[tokio::test]
async fn where_webhooks_go_and_what_was_not_delivered_is_for_the_teams_that_they_are_about() {
    let world = World::new().await;
    let app = &world.app;
    let dead = async |by: &str| ask(app, world.by(by), "GET", "/webhooks/dead-letters", None).await;
    let of_web = dead("web viewer").await.json();
    assert_eq!(of_web["page"]["totalElements"], 1, "{of_web}");
    assert_eq!(of_web["_embedded"]["triggeredWebhooks"][0]["uuid"], world.delivery.as_str());
    let others = dead("orders admin").await;
    assert_eq!(others.json()["page"]["totalElements"], 0, "{}", others.text);
    let told = "/pacts/provider/orders/consumer/web/version/1.1/triggered-webhooks";
    let lists = ["/webhooks", told, "/webhooks/provider/orders/consumer/web/status"];
    for list in lists {
        let seen = ask(app, world.by("web viewer"), "GET", list, None).await.text;
        let hidden = ask(app, world.by("orders admin"), "GET", list, None).await.text;
        assert!(!hidden.contains("ci.example.org"), "{list}: {hidden}");
        assert!(seen.contains("ci.example.org"), "{list}: {seen}");
    }
    let retry = format!("/triggered-webhooks/{}/retry", world.delivery);
    assert_eq!(ask(app, world.by("orders admin"), "POST", &retry, None).await.status, 403);
    assert_eq!(ask(app, world.by("web admin"), "POST", &retry, None).await.status, 202);
    let events = ask(app, world.by("viewer everywhere"), "GET", "/events?size=1000", None).await.json();
    let events = events["events"].as_array().unwrap().clone();
    let retried = events.iter().find(|event| event["event"]["type"] == "WebhookRetried").unwrap();
    assert_eq!(retried["by"]["who"]["name"], "web admin", "{retried}");
}

/// Whom somebody is told to ask.
fn asked(document: &Value) -> Vec<&str> {
    let notices = document["notices"].as_array().unwrap().iter();
    let info = notices.filter(|notice| notice["type"] == "info");
    info.map(|notice| notice["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn where_something_fails_it_is_said_whom_to_ask() {
    let world = World::new().await;
    let app = &world.app;
    let contact = |name: &str| json!({ "contacts": [{ "name": name }] });
    for team in ["web", "orders"] {
        tell(app, "PUT", &format!("/access/teams/{team}"), &contact(&format!("#{team}"))).await;
    }
    let delegates = json!({ "team": "orders", "delegates": ["web"] });
    tell(app, "PUT", "/pacticipants/orders/owner", &delegates).await;
    let of_web = "'web' belongs to the team 'web' (#web)";
    let of_orders = "'orders' belongs to the team 'orders' (#orders, delegates: 'web')";
    let of_test = "the environment 'test' belongs to the team 'web' (#web)";
    let viewer = world.by("web viewer");
    let question = "/can-i-deploy?pacticipant=web&version=1.1&environment=test";
    let no = ask(app, viewer, "GET", question, None).await.json();
    assert_eq!(no["summary"]["deployable"].as_bool(), None, "{no}");
    assert_eq!(asked(&no), [of_web, of_orders, of_test]);
    // Where there is no row, either: the version is not known.
    let question = "/matrix?q[][pacticipant]=web&q[][version]=7&environment=test&latestby=cvp";
    let no = ask(app, viewer, "GET", question, None).await.json();
    assert_eq!((&no["matrix"], no["summary"]["deployable"].as_bool()), (&json!([]), Some(false)), "{no}");
    assert_eq!(asked(&no), [of_web, of_test]);
    let matrix =
        "/matrix?q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=orders&q[][version]=9&latestby=cvpv";
    let yes = ask(app, viewer, "GET", matrix, None).await.json();
    assert_eq!(asked(&yes), [""; 0], "{yes}");
    let failed = json!({ "success": false, "providerApplicationVersion": "10" });
    let results =
        format!("/pacts/provider/orders/consumer/web/pact-version/{}/verification-results", world.sha);
    tell_as(app, world.by("orders contributor"), "POST", &results, &failed).await;
    let matrix = matrix.replace("=9&", "=10&");
    let no = ask(app, viewer, "GET", &matrix, None).await.json();
    assert_eq!((no["summary"]["deployable"].as_bool(), asked(&no)), (Some(false), vec![of_web, of_orders]));
    let headers = [("authorization", viewer), ("accept", "text/plain")];
    let text = app.ask("GET", &matrix, &headers, b"").await.text;
    assert!(text.ends_with(&format!("\nAsk: {of_web}\nAsk: {of_orders}\n")), "{text}");

    let mut other = publication("web", "1", "orders");
    other["contracts"][0]["content"] = json!(STANDARD.encode(pact(&["other"]).to_string()));
    let refused = ask(app, world.by("web contributor"), "POST", "/contracts/publish", Some(&other)).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(asked(&refused.json()).contains(&of_web), "{}", refused.text);

    let body = json!({ "consumerVersionSelectors": [{ "latest": true }], "includePendingStatus": true, "providerVersionBranch": "main" });
    let found = ask(app, viewer, "POST", "/pacts/provider/orders/for-verification", Some(&body)).await.json();
    let notices = found["_embedded"]["pacts"][0]["verificationProperties"]["notices"].as_array().unwrap();
    let whom = format!("Whom to ask about it: {of_web}.");
    let told = notices.iter().filter(|notice| notice["text"] == whom.as_str());
    let when: Vec<_> = told.map(|notice| notice["when"].as_str().unwrap()).collect();
    assert_eq!(when.len(), 2, "{notices:?}");
    assert!(when.iter().all(|when| when.starts_with("after_verification:success_false")), "{when:?}");
}

#[tokio::test]
async fn what_goes_with_it_is_not_removed_for_others() {
    let world = World::new().await;
    let app = &world.app;
    let refused = ask(app, world.by("orders admin"), "DELETE", "/pacticipants/orders", None).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("'web' belongs to the team 'web'"), "{}", refused.text);
    for path in ["/pacticipants/web/versions/1/tags/x", "/pacticipants/web/labels/x"] {
        assert_eq!(ask(app, world.by("web contributor"), "DELETE", path, None).await.status, 403, "{path}");
    }
    assert_eq!(ask(app, world.by("web admin"), "DELETE", "/pacticipants/web", None).await.status, 204);
    assert_eq!(ask(app, world.by("orders admin"), "DELETE", "/pacticipants/orders", None).await.status, 204);
}

#[tokio::test]
async fn a_token_is_revoked_by_whoever_administers_any_of_its_teams() {
    let world = World::new().await;
    let app = &world.app;
    let grants = json!([{ "team": "web", "role": "viewer" }, { "team": "orders", "role": "viewer" }]);
    let made = tell(app, "POST", "/access/tokens", &json!({ "name": "both", "grants": grants })).await;
    let at = format!("/access/tokens/{}", made["uuid"].as_str().unwrap());
    assert_eq!(ask(app, world.by("orders contributor"), "DELETE", &at, None).await.status, 403);
    assert_eq!(ask(app, world.by("orders admin"), "DELETE", &at, None).await.status, 204);
    let everywhere = json!([{ "team": "web", "role": "viewer" }, { "everywhere": true, "role": "viewer" }]);
    let made = tell(app, "POST", "/access/tokens", &json!({ "name": "all", "grants": everywhere })).await;
    let at = format!("/access/tokens/{}", made["uuid"].as_str().unwrap());
    assert_eq!(ask(app, world.by("web admin"), "DELETE", &at, None).await.status, 403);
}
