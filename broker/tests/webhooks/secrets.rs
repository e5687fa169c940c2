//! Secrets as they are kept, and what happens without the key.

use std::sync::Arc;

use http::Method;
use pactwright_broker::{
    delivery::Deliveries,
    store::{MemoryStore, SledStore, Store},
};
use serde_json::{Value, json};

use crate::{
    app::{App, LOCAL},
    rebuilt::assert_rebuilt,
    receiver::{PATIENCE, Receiver, sent_on, status},
};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER: &str = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=";

/// A key in the settings.
fn with_key(key: &str) -> [(&str, &str); 2] {
    [LOCAL, ("PACTWRIGHT_SECRET_KEY", key)]
}

fn request(receiver: &Receiver) -> Value {
    json!({
        "method": "POST", "url": receiver.url("/"), "username": "robot", "password": "hidden password",
        "headers": { "X-Token": "hidden token" }, "signingSecret": "hidden key",
        "secrets": { "word": "hidden word" }, "body": "say ${secret.word}",
    })
}

/// Everything that a store has in its log.
fn log(store: &dyn Store) -> String {
    let records = store.read(pactwright_broker::store::Position(0), 10_000).unwrap();
    records.iter().map(|record| String::from_utf8_lossy(&record.payload).into_owned()).collect()
}

#[tokio::test]
async fn with_a_key_nothing_secret_is_in_the_log_and_it_arrives_all_the_same() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let store = Arc::new(MemoryStore::new());
    let app = App::open(store.clone(), &with_key(KEY), &[]);
    let webhook = app.webhook(request(&receiver)).await;
    assert!(!webhook.to_string().contains("hidden"), "{webhook}");
    let path = format!("/webhooks/{}", webhook["uuid"].as_str().unwrap());
    // Neither what was shown, sent back, nor the same again changes anything.
    let events = json!([{ "name": "contract_published" }]);
    for request in [webhook["request"].clone(), request(&receiver)] {
        app.send(Method::PUT, &path, Some(json!({ "events": events, "request": request }))).await;
    }
    app.publish("1").await;
    let deliveries = Deliveries::start(app.broker.clone());
    let told = receiver.next().await;
    assert_eq!(told.header("x-token"), "hidden token");
    assert_eq!(told.header("authorization"), "Basic cm9ib3Q6aGlkZGVuIHBhc3N3b3Jk");
    assert!(told.header("x-pactwright-signature").starts_with("t="));
    assert_eq!(told.body, "say hidden word");
    app.settled(deliveries).await;
    let log = log(store.as_ref());
    assert!(!log.contains("hidden") && log.contains("sealed"), "{log}");
    assert_eq!(log.matches("\"WebhookCreated\"").count(), 1);
    assert_eq!(log.matches("\"WebhookChanged\"").count(), 0, "{log}");
    let shown = app.get("/events").await.to_string();
    assert!(!shown.contains("hidden") && !shown.contains("sealed"), "{shown}");
    let tried = app.send(Method::POST, &format!("{path}/execute"), None).await;
    assert_eq!(tried["success"], true, "{tried}");
}

/// Everything that a store has: its log, the texts beside it, and its snapshot.
fn everything(store: &dyn Store) -> String {
    let texts = store.blob_keys(None, 10_000).unwrap().into_iter();
    let texts = texts.map(|key| store.blob(key).unwrap().unwrap());
    let parts = store.load_snapshot().unwrap().unwrap().parts.map(Result::unwrap);
    let all = texts.chain(parts).map(|bytes| String::from_utf8(bytes).unwrap());
    log(store) + &all.collect::<String>()
}

#[tokio::test]
async fn a_folder_that_was_always_sealed_has_no_secret_anywhere() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    // Without a key they are there: what is looked for can be found.
    for (settings, expected) in [(&with_key(KEY)[..], false), (&[LOCAL][..], true)] {
        let folder = tempfile::tempdir().unwrap();
        let open = || App::open(Arc::new(SledStore::open(folder.path()).unwrap()), settings, &[]);
        let app = open();
        app.webhook(request(&receiver)).await;
        app.publish("1").await;
        let deliveries = Deliveries::start(app.broker.clone());
        receiver.next().await;
        app.settled(deliveries).await;
        app.broker.close().await;
        drop(app);
        open().broker.close().await;
        let kept = everything(&SledStore::open(folder.path()).unwrap());
        assert!(kept.contains("contract_published") && kept.contains("x-token"), "{kept}");
        for secret in ["hidden password", "hidden token", "hidden key", "hidden word"] {
            assert_eq!(kept.contains(secret), expected, "{secret}");
        }
    }
}

#[tokio::test]
async fn without_the_key_nothing_is_sent_and_with_it_a_retry_is() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let store = Arc::new(MemoryStore::new());
    let app = App::open(store.clone(), &with_key(KEY), &[]);
    let webhook = app.webhook(request(&receiver)).await;
    app.publish("1").await;
    app.broker.close().await;
    drop(app);

    let app = App::open(store.clone(), &with_key(OTHER), &[]);
    let deliveries = Deliveries::start(app.broker.clone());
    let given_up = app.until_given_up(1).await;
    deliveries.stop().await;
    assert!(receiver.is_empty().await);
    let letter = &given_up["_embedded"]["triggeredWebhooks"][0];
    let key = letter["uuid"].as_str().unwrap().to_owned();
    let logs = app.get(&format!("/triggered-webhooks/{key}/logs")).await;
    let logs = logs.as_str().unwrap();
    assert!(
        logs.contains(webhook["uuid"].as_str().unwrap()) && logs.contains("PACTWRIGHT_SECRET_KEY"),
        "{logs}"
    );
    let path = format!("/webhooks/{}/execute", webhook["uuid"].as_str().unwrap());
    let (code, text) = app.refused(Method::POST, &path, None).await;
    assert!(code == 400 && text.contains("PACTWRIGHT_SECRET_KEY"), "{code} {text}");
    app.broker.close().await;
    drop(app);

    let both = format!("{OTHER} {KEY}");
    let app = App::open(store, &with_key(&both), &[]);
    app.send(Method::POST, &format!("/triggered-webhooks/{key}/retry"), None).await;
    let deliveries = Deliveries::start(app.broker.clone());
    let told = receiver.next().await;
    assert_eq!((told.header("x-token"), told.header("idempotency-key")), ("hidden token", key.as_str()));
    let standing = app.settled(deliveries).await;
    assert_eq!(standing["summary"], json!({ "successful": 1, "failed": 0 }));
}

#[tokio::test]
async fn a_start_with_the_wrong_key_gives_nothing_up_at_once() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let store = Arc::new(MemoryStore::new());
    let app = App::open(store.clone(), &with_key(KEY), &[]);
    app.webhook(request(&receiver)).await;
    app.publish("1").await;
    app.broker.close().await;
    drop(app);

    let hourly = ("PACT_BROKER_WEBHOOK_RETRY_SCHEDULE", "3600");
    let settings = [with_key(OTHER)[0], with_key(OTHER)[1], hourly];
    let app = App::open(store, &settings, &[]);
    let deliveries = Deliveries::start(app.broker.clone());
    tokio::time::timeout(PATIENCE, async {
        while app.broker.state().attempt_count() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("it was not tried");
    let standing = app.settled(deliveries).await;
    assert_eq!(standing["summary"], json!({ "successful": 0, "failed": 0, "retrying": 1 }));
    assert!(receiver.is_empty().await);
    assert!(app.broker.state().next_receiver(None).is_some(), "it is still owed");
}

#[tokio::test]
async fn what_was_kept_in_clear_is_sealed_at_the_next_start_with_a_key() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let store = Arc::new(MemoryStore::new());
    let app = App::open(store.clone(), &[LOCAL], &[]);
    let webhook = app.webhook(request(&receiver)).await;
    app.publish("1").await;
    // What is owed keeps the webhook as it was; both are sealed.
    let path = format!("/webhooks/{}", webhook["uuid"].as_str().unwrap());
    let mut changed = request(&receiver);
    changed["headers"] = json!({ "X-Token": "hidden otherwise" });
    app.send(Method::PUT, &path, Some(json!({ "request": changed }))).await;
    app.broker.close().await;
    drop(app);
    assert!(log(store.as_ref()).contains("hidden password"));

    for (key, sealed) in [(KEY, true), (KEY, false)] {
        let app = App::open(store.clone(), &with_key(key), &[]);
        let before = store.end().unwrap();
        let deliveries = Deliveries::start(app.broker.clone());
        if sealed {
            assert_eq!(receiver.next().await.header("x-token"), "hidden token", "as it was recorded");
        }
        deliveries.stop().await;
        let is_plain = app
            .broker
            .state()
            .parts()
            .any(|part| String::from_utf8(part.unwrap()).unwrap().contains("hidden"));
        assert!(!is_plain, "nothing that is known now is in clear");
        assert_eq!(store.end().unwrap() > before, sealed, "it is done once");
        assert_rebuilt(&app.broker);
        let read = app.get(&path).await;
        assert_eq!(read["request"]["password"], "**********");
        app.broker.close().await;
    }
    // A new key in front of the old one takes over; then the old one can go.
    let both = format!("{OTHER}\n{KEY}");
    let app = App::open(store.clone(), &with_key(&both), &[]);
    app.send(Method::POST, &format!("{path}/execute"), None).await;
    receiver.next().await;
    let deliveries = Deliveries::start(app.broker.clone());
    tokio::time::timeout(PATIENCE, async {
        while log(store.as_ref()).matches("\"WebhookSecretsSealed\"").count() < 4 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("both versions are sealed with the new key");
    deliveries.stop().await;
    app.broker.close().await;
    let app = App::open(store.clone(), &with_key(OTHER), &[]);
    // What was written in clear is gone with the history that is not kept.
    assert!(log(store.as_ref()).contains("hidden"));
    app.broker.compact("0d".parse().unwrap()).await.unwrap();
    assert!(!log(store.as_ref()).contains("hidden"));
    assert_rebuilt(&app.broker);
    let tried = app.send(Method::POST, &format!("{path}/execute"), None).await;
    assert_eq!(tried["success"], true, "{tried}");
    assert_eq!(receiver.next().await.header("x-token"), "hidden otherwise");
}

#[tokio::test]
async fn stars_are_no_secret() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let app = App::open(Arc::new(MemoryStore::new()), &[LOCAL], &[]);
    let stars = "**********";
    for (request, field) in [
        (json!({ "method": "POST", "url": receiver.url("/"), "password": stars }), "request.password"),
        (
            json!({ "method": "POST", "url": receiver.url("/"), "signingSecret": stars }),
            "request.signingSecret",
        ),
        (
            json!({ "method": "POST", "url": receiver.url("/"), "headers": { "Authorization": stars } }),
            "request.headers",
        ),
        (
            json!({ "method": "POST", "url": receiver.url("/"), "secrets": { "path": stars } }),
            "request.secrets",
        ),
    ] {
        let body = json!({ "events": [{ "name": "contract_published" }], "request": request });
        let unknown = "/webhooks/0123456789abcdef";
        for (method, path) in
            [(Method::POST, "/webhooks"), (Method::PUT, unknown), (Method::POST, "/webhooks/execute")]
        {
            let (code, text) = app.refused(method.clone(), path, Some(body.clone())).await;
            assert!(code == 400 && text.contains(field), "{method} {path}: {code} {text}");
        }
    }
    assert_eq!(app.broker.state().webhooks().count(), 0);
    assert!(receiver.is_empty().await);
}

#[tokio::test]
async fn what_a_webhook_may_have_is_bounded() {
    let app = App::open(Arc::new(MemoryStore::new()), &[LOCAL], &[]);
    let long = "x".repeat(300 * 1024);
    let url = "http://127.0.0.1:1/";
    for request in [
        json!({ "method": "POST", "url": url, "body": long }),
        json!({ "method": "POST", "url": format!("{url}{}", &long[..9000]) }),
        json!({ "method": "POST", "url": url, "password": &long[..9000] }),
        json!({ "method": "POST", "url": url, "headers": { "x-a": &long[..9000] } }),
    ] {
        let body = json!({ "events": [{ "name": "contract_published" }], "request": request });
        let (code, text) = app.refused(Method::POST, "/webhooks", Some(body)).await;
        assert!(code == 400 && text.contains("more than"), "{code} {text}");
    }
    let body = json!({
        "description": &long[..9000], "events": [{ "name": "contract_published" }], "request": { "method": "POST", "url": url },
    });
    assert_eq!(app.refused(Method::POST, "/webhooks", Some(body)).await.0, 400);
}

#[tokio::test]
async fn an_address_can_have_a_secret_in_it_that_is_seen_nowhere_but_at_the_receiver() {
    let receiver = Receiver::start(|number| {
        let mut response = status(if number == 0 { 500 } else { 200 });
        *response.body_mut() = if number == 0 {
            "no such place: /services/hidden?sig=hidden".into()
        } else {
            r#"{"taken": {"of": "hidden \"kind\"", "text": "hidden \"kind\" of thing"}}"#.into()
        };
        Some(response)
    })
    .await;
    let other = Receiver::start(|_| Some(status(200))).await;
    let app = App::open(Arc::new(MemoryStore::new()), &with_key(KEY), &[]);
    let request = json!({
        "method": "POST", "url": receiver.url("/${secret.path}"), "headers": { "X-Kind": "is ${secret.kind}" },
        "body": { "text": "${pactbroker.eventSummary}", "of": "${secret.kind}" },
        "secrets": { "path": "services/hidden?sig=hidden", "kind": "hidden \"kind\"" },
    });
    let webhook = app.webhook(request).await;
    assert_eq!(webhook["request"]["secrets"]["path"], "**********");
    app.publish("1").await;
    let deliveries = Deliveries::start(app.broker.clone());
    let told = receiver.next().await;
    let key = told.header("idempotency-key").to_owned();
    assert_eq!(
        (told.path.as_str(), told.header("x-kind")),
        ("/services/hidden?sig=hidden", "is hidden \"kind\"")
    );
    let body: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(body["of"], "hidden \"kind\"");
    receiver.next().await;
    app.settled(deliveries).await;
    let path = format!("/webhooks/{}", webhook["uuid"].as_str().unwrap());
    let tried = app.send(Method::POST, &format!("{path}/execute"), None).await;
    assert_eq!(tried["success"], true, "{tried}");
    receiver.next().await;
    let logs = app.get(&format!("/triggered-webhooks/{key}/logs")).await;
    for shown in [&webhook, &tried, &logs, &app.get("/events").await, &app.get(&path).await] {
        assert!(!shown.to_string().contains("hidden"), "{shown}");
    }
    assert!(logs.as_str().unwrap().contains("/**********"), "{logs}");
    assert!(logs.as_str().unwrap().contains(r#""text":"********** of thing""#), "{logs}");

    // What was shown, sent back, keeps it; but it goes to nobody else.
    let events = json!([{ "name": "contract_published" }]);
    let mut shown = webhook["request"].clone();
    app.send(Method::PUT, &path, Some(json!({ "events": events, "request": shown }))).await;
    app.send(Method::POST, &format!("{path}/execute"), None).await;
    assert_eq!(receiver.next().await.path, "/services/hidden?sig=hidden");
    shown["url"] = json!(other.url("/${secret.path}"));
    let moved = Some(json!({ "events": events, "request": shown }));
    let (code, text) = app.refused(Method::PUT, &path, moved).await;
    assert!(code == 400 && text.contains("request.url"), "{code} {text}");
    assert_rebuilt(&app.broker);
}

#[tokio::test]
async fn a_secret_in_a_body_is_not_sent_on_to_somebody_else() {
    let other = Receiver::start(|_| Some(status(200))).await;
    let to = other.url("/");
    let receiver = Receiver::start(move |_| Some(sent_on(307, &to))).await;
    let app = App::open(Arc::new(MemoryStore::new()), &[LOCAL], &[]);
    let request = |place: &str| {
        let mut request =
            json!({ "method": "POST", "url": receiver.url("/"), "secrets": { "key": "hidden" } });
        request[place] = match place {
            "headers" => json!({ "X-Kind": "${secret.key}", "X-Other": "shown" }),
            _ => json!("${secret.key}"),
        };
        request
    };
    let told = app.try_out(request("headers")).await;
    assert_eq!(told["success"], true, "{told}");
    let came = other.next().await;
    assert_eq!((came.header("x-kind"), came.header("x-other")), ("", "shown"));
    let told = app.try_out(request("body")).await;
    assert!(told["error"]["message"].as_str().unwrap().contains("secrets in the body"), "{told}");
    assert!(other.is_empty().await);
}

#[tokio::test]
async fn secrets_with_names_are_checked() {
    let app = App::open(Arc::new(MemoryStore::new()), &[LOCAL], &[]);
    let url = "http://127.0.0.1:1/";
    for (request, field, why) in [
        (json!({ "method": "POST", "url": format!("{url}${{secret.path}}") }), "request.url", "secret.path"),
        (
            json!({ "method": "POST", "url": url, "body": { "a": "${secret.key}" } }),
            "request.body",
            "secret.key",
        ),
        (
            json!({ "method": "POST", "url": url, "headers": { "x-a": "${secret.key}" } }),
            "request.headers",
            "secret.key",
        ),
        (
            json!({ "method": "POST", "url": url, "username": "${secret.key}", "password": "hidden" }),
            "request.username",
            "secret.key",
        ),
        (
            json!({ "method": "POST", "url": url, "username": "a", "password": "hidden${secret.key}" }),
            "request.password",
            "secret.key",
        ),
        (
            json!({ "method": "POST", "url": "http://${secret.key}/", "secrets": { "key": "hidden" } }),
            "request.url",
            "host",
        ),
        (json!({ "method": "POST", "url": url, "secrets": { "key": "abc" } }), "request.secrets", "4 to"),
        (
            json!({ "method": "POST", "url": url, "secrets": { "a b": "hidden" } }),
            "request.secrets",
            "is no name",
        ),
        (json!({ "method": "POST", "url": url, "secrets": { "key": 1 } }), "request.secrets", "a string"),
        (
            json!({ "method": "POST", "url": url, "secrets": { "key": "a\nhidden" } }),
            "request.secrets",
            "control",
        ),
        (json!({ "method": "POST", "url": url, "secrets": "hidden" }), "request.secrets", "hash"),
    ] {
        let body = json!({ "events": [{ "name": "contract_published" }], "request": request });
        let (code, text) = app.refused(Method::POST, "/webhooks", Some(body)).await;
        assert!(code == 400 && text.contains(field) && text.contains(why), "{field} {why}: {code} {text}");
        assert!(!text.contains("hidden"), "{text}");
    }
}
