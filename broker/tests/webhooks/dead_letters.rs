//! What was given up: a list, and another try.

use std::sync::Arc;

use http::Method;
use pactwright_broker::{
    delivery::Deliveries,
    domain::{
        access::{Basis, Ownership, TeamDetails, TeamName},
        commands::{OwnerOf, SaveTeam, SetOwner},
    },
    store::{MemoryStore, SledStore},
};
use pactwright_core::names::ParticipantName;
use serde_json::{Value, json};

use crate::{
    app::App,
    rebuilt::assert_rebuilt,
    receiver::{Receiver, status},
};

fn letters(list: &Value) -> Vec<Value> {
    list["_embedded"]["triggeredWebhooks"].as_array().unwrap().clone()
}

fn key(document: &Value) -> String {
    document["uuid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_was_given_up_is_listed_and_tried_again_under_the_same_key() {
    let receiver = Receiver::start(|number| Some(status(if number < 3 { 500 } else { 200 }))).await;
    let folder = tempfile::tempdir().unwrap();
    let open = || App::without_retries(Arc::new(SledStore::open(folder.path()).unwrap()));
    let app = open();
    let webhook = app.webhook(json!({ "method": "POST", "url": receiver.url("/old"), "body": "${pactbroker.consumerVersionNumber}" })).await;
    for version in ["1", "2", "3"] {
        app.publish(version).await;
    }
    let deliveries = Deliveries::start(app.broker.clone());
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(receiver.next().await);
    }
    let list = app.until_given_up(3).await;
    deliveries.stop().await;
    assert_eq!(list["page"]["totalElements"], 3);
    let newest = &letters(&list)[0];
    assert_eq!((&newest["status"], &newest["attemptsMade"]), (&json!("failure"), &json!(1)));
    assert_eq!(newest["consumerName"], "web");
    let paged = app.get("/webhooks/dead-letters?size=2&page=2&consumer=web").await;
    assert_eq!((letters(&paged).len(), &paged["page"]["totalPages"]), (1, &json!(2)));
    assert!(paged["_links"]["previous"]["href"].as_str().unwrap().ends_with("&consumer=web"), "{paged}");
    for (query, count) in [
        ("event=contract_published", 3),
        ("event=provider_verification_failed", 0),
        ("provider=web", 0),
        ("provider=nobody", 0),
        (&format!("webhook={}", key(&webhook)), 3),
        ("webhook=other", 0),
    ] {
        assert_eq!(
            letters(&app.get(&format!("/webhooks/dead-letters?{query}")).await).len(),
            count,
            "{query}"
        );
    }
    assert_eq!(app.refused(Method::GET, "/webhooks/dead-letters?event=nonsense", None).await.0, 400);

    // What was wrong is put right; what is told again is told to where it is right, and is the same.
    let path = format!("/webhooks/{}", key(&webhook));
    let events = json!([{ "name": "contract_published" }]);
    let right = json!({ "method": "POST", "url": receiver.url("/new"), "body": "${pactbroker.consumerVersionNumber}" });
    app.send(Method::PUT, &path, Some(json!({ "events": events, "request": right }))).await;
    let one = app.send(Method::POST, &format!("/triggered-webhooks/{}/retry", key(newest)), None).await;
    assert_eq!((&one["status"], &one["attemptsRemaining"]), (&json!("retrying"), &json!(1)));
    let again = app.refused(Method::POST, &format!("/triggered-webhooks/{}/retry", key(newest)), None).await;
    assert!(again.0 == 409 && again.1.contains("still to be delivered"), "{again:?}");
    assert_rebuilt(&app.broker);
    app.broker.close().await;
    drop(app);

    // It is owed across a restart, as everything is.
    let app = open();
    assert_rebuilt(&app.broker);
    let deliveries = Deliveries::start(app.broker.clone());
    let first = receiver.next().await;
    assert_eq!((first.path.as_str(), first.header("idempotency-key")), ("/new", key(newest).as_str()));
    let rest = app.send(Method::POST, &format!("{path}/retry"), None).await;
    assert_eq!((&rest["retried"], &rest["remaining"]), (&json!(2), &json!(0)));
    let mut again = vec![first, receiver.next().await, receiver.next().await];
    for list in [&mut told, &mut again] {
        list.sort_by(|one, other| one.header("idempotency-key").cmp(other.header("idempotency-key")));
    }
    for (before, after) in told.iter().zip(&again) {
        assert_eq!(before.header("idempotency-key"), after.header("idempotency-key"));
        assert_eq!(before.body, after.body);
    }
    app.settled(deliveries).await;
    assert_eq!(letters(&app.get("/webhooks/dead-letters").await).len(), 0);
    let done = app.refused(Method::POST, &format!("/triggered-webhooks/{}/retry", key(newest)), None).await;
    assert!(done.0 == 409 && done.1.contains("was delivered"), "{done:?}");
    let events = app.get("/events?type=WebhookRetried").await;
    assert_eq!(events["events"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_webhook_that_is_disabled_or_gone_is_not_told_again() {
    let receiver = Receiver::start(|_| Some(status(500))).await;
    let app = App::without_retries(Arc::new(MemoryStore::new()));
    let webhook = app.webhook(json!({ "method": "POST", "url": receiver.url("/") })).await;
    app.publish("1").await;
    let deliveries = Deliveries::start(app.broker.clone());
    let list = app.until_given_up(1).await;
    deliveries.stop().await;
    let path = format!("/webhooks/{}", key(&webhook));
    let retry = format!("/triggered-webhooks/{}/retry", key(&letters(&list)[0]));
    let request = json!({ "method": "POST", "url": receiver.url("/") });
    app.send(Method::PUT, &path, Some(json!({ "enabled": false, "request": request }))).await;
    for (path, code) in [(&retry, 409), (&format!("{path}/retry"), 409)] {
        let (found, text) = app.refused(Method::POST, path, None).await;
        assert!(found == code && text.contains("disabled"), "{found} {text}");
    }
    app.send(Method::DELETE, &path, None).await;
    assert_eq!(letters(&app.get("/webhooks/dead-letters").await).len(), 0, "nobody can be told");
    assert_eq!(app.refused(Method::POST, &retry, None).await.0, 409);
    assert_eq!(app.refused(Method::POST, &format!("{path}/retry"), None).await.0, 404);
    let nowhere = "/triggered-webhooks/00000000-0000-0000-0000-000000000000/retry";
    assert_eq!(app.refused(Method::POST, nowhere, None).await.0, 404);
    assert_rebuilt(&app.broker);
}

#[tokio::test]
async fn what_was_given_up_names_whom_to_ask() {
    let receiver = Receiver::start(|_| Some(status(500))).await;
    let app = App::without_retries(Arc::new(MemoryStore::new()));
    app.webhook(json!({ "method": "POST", "url": receiver.url("/"), "body": "${pactbroker.consumerOwner}" }))
        .await;
    app.publish("1").await;
    let team: TeamName = "web-team".parse().unwrap();
    let contacts = vec![serde_json::from_value(json!({ "name": "#web" })).unwrap()];
    let details = TeamDetails { display_name: None, contacts };
    app.broker.submit(SaveTeam { team: team.clone(), details }).await.unwrap();
    let ownership = Ownership::of(team, Basis::Said);
    let of = OwnerOf::Participant(ParticipantName::new("web").unwrap());
    app.broker.submit(SetOwner { of, ownership: Some(ownership) }).await.unwrap();
    let deliveries = Deliveries::start(app.broker.clone());
    assert_eq!(receiver.next().await.body, "", "nobody owned it when it happened");
    let list = app.until_given_up(1).await;
    deliveries.stop().await;
    let owners = json!([{ "name": "web", "team": "web-team", "contacts": ["#web"] }]);
    assert_eq!(letters(&list)[0]["owners"], owners, "{list}");
    let standing = app.get("/pacts/provider/api/consumer/web/webhooks/status").await;
    assert_eq!(standing["_embedded"]["triggeredWebhooks"][0]["owners"], owners, "{standing}");
    let logs = format!("/triggered-webhooks/{}/logs", key(&letters(&list)[0]));
    let request =
        http::Request::builder().uri(logs).header("host", "broker").header("accept", "application/hal+json");
    assert_eq!(app.answer(request).await["owners"], owners);
}
