//! Many deliveries, and receivers that are slow.

use std::sync::Arc;

use http::Method;
use pactwright_broker::{Config, delivery::Deliveries, domain::webhooks::outbox::Limits, store::MemoryStore};
use serde_json::json;

use crate::{
    app::{App, LOCAL},
    rebuilt::assert_rebuilt,
    receiver::{Gate, PATIENCE, Receiver, status},
};

/// Webhooks that each publication is told to.
const WEBHOOKS: usize = 100;
/// Publications.
const VERSIONS: usize = 100;

#[tokio::test]
async fn ten_thousand_deliveries_to_a_slow_receiver_hold_up_nobody() {
    let slow = Receiver::start(|_| None).await;
    let quick = Receiver::start(|_| Some(status(200))).await;
    // Nobody loses patience here.
    let patient = ("PACTWRIGHT_WEBHOOK_TIMEOUT", "600");
    let settings = [LOCAL, patient, ("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http https")];
    let config = Config::default().with_settings(settings).unwrap();
    let limits = config.webhooks.limits;
    let app = App::with(Arc::new(MemoryStore::new()), config, &[]);
    for number in 0..WEBHOOKS {
        let url = slow.url(&format!("/{number}"));
        app.webhook(json!({ "method": "POST", "url": url, "body": { "to": "${pactbroker.pactUrl}" } })).await;
    }
    let deliveries = Deliveries::start(app.broker.clone());
    // Every publication is answered while whoever is told of it is not.
    for version in 0..VERSIONS {
        app.publish(&version.to_string()).await;
    }
    app.webhook(json!({ "method": "POST", "url": quick.url("/") })).await;
    app.publish("last").await;
    quick.next().await;
    for _ in 0..limits.per_receiver {
        slow.next().await;
    }
    assert!(slow.is_empty().await, "no more than {} at a time wait for one receiver", limits.per_receiver);
    let state = app.broker.state();
    let receiver = Arc::from(slow.url(""));
    assert_eq!(state.owed_to(&receiver).count(), WEBHOOKS * (VERSIONS + 1), "the rest waits in the log");
    drop(deliveries);
    assert_rebuilt(&app.broker);
}

/// A broker that sends so much at once, and may tell receivers on this machine.
fn limited(limits: Limits, timeout: &str) -> App {
    let settings = [
        ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "127.0.0.1 quick.example.org"),
        ("PACTWRIGHT_WEBHOOK_TIMEOUT", timeout),
        ("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http https"),
    ];
    let mut config = Config::default().with_settings(settings).unwrap();
    config.webhooks.limits = limits;
    App::with(Arc::new(MemoryStore::new()), config, &[("quick.example.org", "127.0.0.1")])
}

#[tokio::test]
async fn no_more_is_under_way_at_once_than_the_limit() {
    const RECEIVERS: usize = 6;
    let limits = Limits { per_receiver: 2, total: 8 };
    let gate = Gate::closed();
    let app = limited(limits, "600");
    for _ in 0..RECEIVERS {
        let receiver = Receiver::behind(gate.clone()).await;
        app.webhook(json!({ "method": "POST", "url": receiver.url("/") })).await;
    }
    for version in 0..20 {
        app.publish(&version.to_string()).await;
    }
    let deliveries = Deliveries::start(app.broker.clone());
    let until = async |done: &dyn Fn() -> bool| {
        let waiting = async {
            while !done() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("it takes too long");
    };
    until(&|| gate.most() == limits.total).await;
    gate.let_through(RECEIVERS * 20);
    until(&|| app.broker.state().next_receiver(None).is_none()).await;
    assert_eq!(gate.most(), limits.total, "all places were used, and no more");
    deliveries.stop().await;
    assert_rebuilt(&app.broker);
}

#[tokio::test]
async fn receivers_that_never_answer_leave_their_places_to_a_quick_one() {
    let limits = Limits { per_receiver: 2, total: 8 };
    let app = limited(limits, "1");
    let mut silent = Vec::new();
    for _ in 0..limits.total / limits.per_receiver {
        let receiver = Receiver::start(|_| None).await;
        app.webhook(json!({ "method": "POST", "url": receiver.url("/") })).await;
        silent.push(receiver);
    }
    for version in 0..50 {
        app.publish(&version.to_string()).await;
    }
    let deliveries = Deliveries::start(app.broker.clone());
    // All places are taken before somebody comes who would answer at once, and sorts behind all others.
    for receiver in &silent {
        for _ in 0..limits.per_receiver {
            receiver.next().await;
        }
    }
    let quick = Receiver::start(|_| Some(status(200))).await;
    let url = format!("http://quick.example.org:{}/", quick.address.port());
    app.webhook(json!({ "method": "POST", "url": url })).await;
    app.publish("last").await;
    quick.next().await;
    let attempts = app.broker.state().attempt_count();
    assert!(attempts < 40, "it had to wait for {attempts} attempts of others");
    drop(deliveries);
    assert_rebuilt(&app.broker);
}

#[tokio::test]
async fn only_so_many_webhooks_are_tried_out_at_once() {
    let slow = Receiver::start(|_| None).await;
    // Nobody loses patience here.
    let patient = ("PACTWRIGHT_WEBHOOK_TIMEOUT", "600");
    let settings = [LOCAL, patient, ("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http https")];
    let mut config = Config::default().with_settings(settings).unwrap();
    config.webhooks.tries = 2;
    let app = Arc::new(App::with(Arc::new(MemoryStore::new()), config, &[]));
    let request = json!({ "method": "POST", "url": slow.url("/") });
    let body = json!({ "events": [{ "name": "contract_published" }], "request": request });
    for _ in 0..2 {
        let (app, body) = (app.clone(), body.clone());
        tokio::spawn(async move { app.refused(Method::POST, "/webhooks/execute", Some(body)).await });
    }
    for _ in 0..2 {
        slow.next().await;
    }
    let (code, text) = app.refused(Method::POST, "/webhooks/execute", Some(body)).await;
    assert!(code == 503 && text.contains("tried out"), "{code} {text}");
}
