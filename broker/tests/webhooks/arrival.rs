//! What is owed arrives: across restarts, after failures, and at its pace.

use std::sync::Arc;

use http::{Method, header};
use pactwright_broker::{
    check::SnapshotReport,
    delivery::Deliveries,
    store::{MemoryStore, SledStore, Store},
};
use serde_json::{Value, json};

use crate::{
    app::{App, LOCAL},
    rebuilt::assert_rebuilt,
    receiver::{Receiver, status, unending},
};

#[tokio::test]
async fn what_was_owed_when_the_broker_ended_is_delivered_after_the_next_start_as_it_was_recorded() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let folder = tempfile::tempdir().unwrap();
    let request = json!({
        "method": "POST", "url": receiver.url("/hook/${pactbroker.consumerVersionNumber}"),
        "headers": { "X-Token": "s3cret" },
        "body": { "url": "${pactbroker.pactUrl}", "branch": "${pactbroker.consumerVersionBranch}" },
    });
    let app = App::open(Arc::new(SledStore::open(folder.path()).unwrap()), &[LOCAL], &[]);
    let webhook = app.webhook(request).await;
    assert_eq!(webhook["request"]["headers"]["x-token"], "**********");
    let published = app.publish("1").await.to_string();
    // Afterwards nothing of what it was about is as it was.
    let changed = json!({ "request": { "method": "POST", "url": receiver.url("/other") } });
    let path = format!("/webhooks/{}", webhook["uuid"].as_str().unwrap());
    app.send(Method::PUT, &path, Some(changed)).await;
    app.send(Method::PUT, "/pacticipants/web/branches/feat/versions/1", Some(json!({}))).await;
    app.broker.close().await;
    drop(app);

    let app = App::open(Arc::new(SledStore::open(folder.path()).unwrap()), &[LOCAL], &[]);
    let deliveries = Deliveries::start(app.broker.clone());
    let told = receiver.next().await;
    assert_eq!((told.method.as_str(), told.path.as_str()), ("POST", "/hook/1"));
    assert_eq!(told.header("x-token"), "s3cret");
    let body: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(body["branch"], "main");
    let contract = body["url"].as_str().unwrap().strip_prefix("http://broker").unwrap();
    assert!(app.get(contract).await["interactions"].is_array());
    let key = told.header("idempotency-key");
    assert!(published.contains(&format!("/triggered-webhooks/{key}/logs")), "{key} is not in {published}");
    let standing = app.settled(deliveries).await;
    assert_eq!(standing["summary"], json!({ "successful": 1, "failed": 0 }));
    assert!(receiver.is_empty().await);
}

#[tokio::test]
async fn what_is_owed_is_delivered_by_a_broker_that_starts_from_a_snapshot() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let folder = tempfile::tempdir().unwrap();
    let store = || Arc::new(SledStore::open(folder.path()).unwrap());
    let request = |to: &str| {
        let url = receiver.url(&format!("/{to}/${{pactbroker.consumerVersionNumber}}"));
        json!({ "method": "POST", "url": url, "headers": { "X-Token": "s3cret" }, "signingSecret": "key" })
    };
    let app = App::open(store(), &[LOCAL], &[]);
    let webhook = app.webhook(request("first")).await;
    app.publish("1").await;
    let path = format!("/webhooks/{}", webhook["uuid"].as_str().unwrap());
    let events = json!([{ "name": "contract_published" }]);
    app.send(Method::PUT, &path, Some(json!({ "events": events, "request": request("second") }))).await;
    app.publish("2").await;
    app.broker.close().await;
    drop(app);
    // A start that read something takes a snapshot of it.
    App::open(store(), &[LOCAL], &[]).broker.close().await;

    let kept = store();
    assert_eq!(kept.load_snapshot().unwrap().unwrap().position, kept.end().unwrap(), "it has everything");
    let app = App::open(kept, &[LOCAL], &[]);
    let snapshot = app.broker.check().unwrap().snapshot;
    assert!(matches!(snapshot, SnapshotReport::Agrees(_)), "{snapshot:?}");
    assert_rebuilt(&app.broker);
    let deliveries = Deliveries::start(app.broker.clone());
    let mut paths = Vec::new();
    for _ in 0..2 {
        let told = receiver.next().await;
        assert_eq!(told.header("x-token"), "s3cret");
        assert!(told.header("x-pactwright-signature").starts_with("t="), "{told:?}");
        paths.push(told.path);
    }
    paths.sort_unstable();
    assert_eq!(paths, ["/first/1", "/second/2"], "each as it was recorded");
    let standing = app.settled(deliveries).await;
    assert_eq!(standing["summary"], json!({ "successful": 1, "failed": 0 }), "one webhook, told twice");
    assert!(receiver.is_empty().await);
    app.broker.close().await;
    drop(app);

    // And nothing is delivered again: what was delivered is in the next snapshot, too.
    App::open(store(), &[LOCAL], &[]).broker.close().await;
    let app = App::open(store(), &[LOCAL], &[]);
    assert!(app.broker.state().next_receiver(None).is_none());
    assert_rebuilt(&app.broker);
}

#[tokio::test]
async fn the_audit_trail_names_what_webhooks_were_told_and_no_secret() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let app = App::open(Arc::new(MemoryStore::new()), &[LOCAL], &[]);
    let request = |token: &str| {
        json!({
            "method": "POST", "url": receiver.url("/"), "username": "robot", "password": "hidden password",
            "headers": { "Authorization": token, "X-Api-Key": "hidden too", "X-Kind": "build" },
            "signingSecret": "hidden key",
        })
    };
    let body = |token: &str| {
        json!({
            "events": [{ "name": "contract_published" }], "consumer": { "name": "web" }, "request": request(token),
        })
    };
    // It can be about somebody only who is there.
    app.send(Method::POST, "/pacticipants", Some(json!({ "name": "web" }))).await;
    let webhook = app.send(Method::POST, "/webhooks", Some(body("hidden token"))).await;
    let address = format!("/webhooks/{}", webhook["uuid"].as_str().unwrap());
    app.send(Method::PUT, &address, Some(body("hidden otherwise"))).await;
    app.publish("1").await;
    let all = app.get("/events").await;
    let before = all["events"].as_array().unwrap().last().unwrap()["at"].as_str().unwrap().to_owned();
    let deliveries = Deliveries::start(app.broker.clone());
    receiver.next().await;
    app.settled(deliveries).await;
    app.send(Method::DELETE, &address, None).await;

    let all = app.get("/events").await;
    assert!(!all.to_string().contains("hidden"), "{all}");
    let of = |kind: &str| {
        let events = all["events"].as_array().unwrap().iter();
        let found: Vec<_> = events.filter(|event| event["event"]["type"] == kind).cloned().collect();
        assert_eq!(found.len(), 1, "{kind} in {all}");
        found[0]["event"].clone()
    };
    for kind in ["WebhookCreated", "WebhookChanged"] {
        let stars = "**********";
        let expected = json!({
            "method": "POST", "url": receiver.url("/"), "username": "robot", "password": stars,
            "headers": { "authorization": stars, "x-api-key": stars, "x-kind": "build" }, "signingSecret": stars,
        });
        assert_eq!(of(kind)["request"], expected);
    }
    assert_eq!(of("WebhookTriggered")["webhook"], webhook["uuid"]);
    assert_eq!(of("WebhookAttempted")["trigger"], of("WebhookTriggered")["trigger"]);
    assert_eq!(of("WebhookRemoved")["webhook"], webhook["uuid"]);
    let created = app.get("/events?type=WebhookCreated&pacticipant=web").await;
    assert_eq!(created["events"].as_array().unwrap().len(), 1);
    assert_eq!(app.get("/events?type=WebhookCreated&pacticipant=api").await["events"], json!([]));

    // As of then, it was still to be delivered, and the webhook was there; asking does not deliver anything.
    let status = "/pacts/provider/api/consumer/web/webhooks/status";
    let then = app.get(&format!("{status}?asOf={before}")).await;
    assert_eq!(then["_embedded"]["triggeredWebhooks"][0]["status"], "not_run", "{then}");
    let now = app.get(status).await;
    assert_eq!(now["_embedded"]["triggeredWebhooks"][0]["status"], "success", "{now}");
    let then = app.get(&format!("{address}?asOf={before}")).await;
    assert_eq!(then["uuid"], webhook["uuid"]);
    assert!(!then.to_string().contains("hidden"), "{then}");
    assert!(receiver.is_empty().await);
    assert_rebuilt(&app.broker);
}

#[tokio::test]
async fn a_receiver_that_fails_six_times_gets_the_seventh() {
    let receiver = Receiver::start(|number| Some(status(if number < 6 { 503 } else { 200 }))).await;
    let app = App::open(Arc::new(MemoryStore::new()), &[LOCAL], &[]);
    let request = json!({
        "method": "POST", "url": receiver.url("/"), "body": { "a": 1 }, "signingSecret": "shared secret",
    });
    app.webhook(request).await;
    app.publish("1").await;
    let deliveries = Deliveries::start(app.broker.clone());
    let mut keys = Vec::new();
    for _ in 0..7 {
        let told = receiver.next().await;
        assert!(told.header("x-pactwright-signature").starts_with("t="), "{told:?}");
        keys.push(told.header("idempotency-key").to_owned());
    }
    let standing = app.settled(deliveries).await;
    let triggered = &standing["_embedded"]["triggeredWebhooks"][0];
    assert_eq!((&triggered["status"], &triggered["attemptsMade"]), (&json!("success"), &json!(7)));
    keys.dedup();
    assert_eq!(keys.len(), 1, "it is always the same that is told");
    let logs = app.get(&format!("/triggered-webhooks/{}/logs", keys[0])).await;
    let logs = logs.as_str().unwrap();
    assert_eq!(logs.matches("Retrying webhook in").count(), 6, "{logs}");
    assert!(!logs.contains("shared secret"), "{logs}");
}

#[tokio::test]
async fn a_receiver_that_always_fails_is_given_up() {
    let receiver = Receiver::start(|_| Some(status(500))).await;
    let settings = [LOCAL, ("PACT_BROKER_WEBHOOK_RETRY_SCHEDULE", "0")];
    let app = App::open(Arc::new(MemoryStore::new()), &settings, &[]);
    app.webhook(json!({ "method": "POST", "url": receiver.url("/") })).await;
    app.publish("1").await;
    let deliveries = Deliveries::start(app.broker.clone());
    receiver.next().await;
    receiver.next().await;
    let standing = app.settled(deliveries).await;
    assert_eq!(standing["summary"], json!({ "successful": 0, "failed": 1 }));
    assert!(receiver.is_empty().await);
}

#[tokio::test]
async fn a_receiver_that_never_answers_stands_in_nobodys_way() {
    let silent = Receiver::start(|_| None).await;
    let other = Receiver::start(|_| Some(status(200))).await;
    let app = App::open(Arc::new(MemoryStore::new()), &[LOCAL], &[]);
    app.webhook(json!({ "method": "POST", "url": silent.url("/") })).await;
    let _deliveries = Deliveries::start(app.broker.clone());
    for version in 0..100 {
        app.publish(&version.to_string()).await;
    }
    app.webhook(json!({ "method": "POST", "url": other.url("/") })).await;
    app.publish("100").await;
    other.next().await;
    for _ in 0..4 {
        silent.next().await;
    }
    assert!(silent.is_empty().await, "no more than four at a time wait for one receiver");
}

/// For how many seconds a receiver that asks for a pause is left alone.
async fn pause(asked_for: &'static str) -> u32 {
    let receiver = Receiver::start(move |_| {
        let mut response = status(503);
        response.headers_mut().insert(header::RETRY_AFTER, asked_for.parse().unwrap());
        Some(response)
    })
    .await;
    let app = App::open(Arc::new(MemoryStore::new()), &[LOCAL], &[]);
    app.webhook(json!({ "method": "POST", "url": receiver.url("/") })).await;
    app.publish("1").await;
    let deliveries = Deliveries::start(app.broker.clone());
    let key = receiver.next().await.header("idempotency-key").to_owned();
    let standing = app.settled(deliveries).await;
    assert_eq!(standing["summary"], json!({ "successful": 0, "failed": 0, "retrying": 1 }));
    let logs = app.get(&format!("/triggered-webhooks/{key}/logs")).await;
    let (_, pause) = logs.as_str().unwrap().split_once("Retrying webhook in ").unwrap();
    pause.split(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_receiver_can_ask_for_a_pause_of_up_to_an_hour() {
    let seconds = pause("1800").await;
    assert!((1800..=1980).contains(&seconds), "{seconds}");
    for far in ["99999999999", "999999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let seconds = pause(far).await;
        assert!((3600..=3960).contains(&seconds), "{far}: {seconds}");
    }
}

#[tokio::test]
async fn what_a_receiver_took_is_not_told_again_because_its_answer_does_not_end() {
    let receiver = Receiver::start(|number| Some(unending(if number == 0 { 503 } else { 200 }))).await;
    let settings = [LOCAL, ("PACTWRIGHT_WEBHOOK_TIMEOUT", "1")];
    let app = App::open(Arc::new(MemoryStore::new()), &settings, &[]);
    app.webhook(json!({ "method": "POST", "url": receiver.url("/") })).await;
    app.publish("1").await;
    let deliveries = Deliveries::start(app.broker.clone());
    let key = receiver.next().await.header("idempotency-key").to_owned();
    receiver.next().await;
    let standing = app.settled(deliveries).await;
    let triggered = &standing["_embedded"]["triggeredWebhooks"][0];
    assert_eq!((&triggered["status"], &triggered["attemptsMade"]), (&json!("success"), &json!(2)));
    assert!(receiver.is_empty().await);
    let logs = app.get(&format!("/triggered-webhooks/{key}/logs")).await;
    let logs = logs.as_str().unwrap();
    assert!(logs.contains("HTTP/1.1 503") && logs.contains("HTTP/1.1 200"), "{logs}");
    assert!(logs.contains("taken, and"), "what came of it is shown: {logs}");
}

#[tokio::test]
async fn a_receiver_that_takes_too_long_is_not_waited_for() {
    let silent = Receiver::start(|_| None).await;
    let settings = [LOCAL, ("PACTWRIGHT_WEBHOOK_TIMEOUT", "1")];
    let app = App::open(Arc::new(MemoryStore::new()), &settings, &[]);
    let told = app.try_out(json!({ "method": "POST", "url": silent.url("/") })).await;
    assert_eq!(told["error"]["message"], "no answer came within 1 seconds");
}
