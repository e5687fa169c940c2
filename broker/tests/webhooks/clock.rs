//! What time brings about, and deployments, over the whole way.

use std::sync::Arc;

use http::Method;
use pactwright_broker::{delivery::Deliveries, store::SledStore};
use serde_json::{Value, json};

use crate::{
    app::{App, LOCAL},
    rebuilt::assert_rebuilt,
    receiver::{Receiver, status},
};

/// What webhooks of these events say of what happened.
async fn webhook(app: &App, receiver: &Receiver, event: &str) -> Value {
    let say = "${pactbroker.eventName} ${pactbroker.pacticipantName} ${pactbroker.environmentName} \
               ${pactbroker.consumerName} ${pactbroker.providerName} ${pactbroker.reason} ${pactbroker.pactUrl}";
    let request = json!({ "method": "POST", "url": receiver.url("/"), "body": say });
    app.send(Method::POST, "/webhooks", Some(json!({ "events": [{ "name": event }], "request": request })))
        .await
}

#[tokio::test]
async fn a_contract_that_nobody_verifies_is_told_of_once_across_restarts() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let folder = tempfile::tempdir().unwrap();
    // No hour has to pass.
    let settings = [
        LOCAL,
        ("PACTWRIGHT_WEBHOOK_UNVERIFIED_HOURS", "0"),
        ("PACT_BROKER_BASE_URL", "https://broker.example.org"),
    ];
    let open = || App::open(Arc::new(SledStore::open(folder.path()).unwrap()), &settings, &[]);
    let app = open();
    webhook(&app, &receiver, "contract_verification_overdue").await;
    app.publish("1").await;
    app.broker.close().await;
    drop(app);
    for round in 0..2 {
        let app = open();
        let deliveries = Deliveries::start(app.broker.clone());
        if round == 0 {
            let told = receiver.next().await;
            assert!(told.body.starts_with("contract_verification_overdue "), "{}", told.body);
            assert!(told.body.contains(" web api The contract was published 0 hours ago"), "{}", told.body);
            assert!(told.body.contains(" https://broker.example.org/pacts/provider/api"), "{}", told.body);
        }
        app.settled(deliveries).await;
        assert_eq!(app.broker.state().trigger_count(), 1);
        assert_rebuilt(&app.broker);
        app.broker.close().await;
    }
    assert!(receiver.is_empty().await);
}

#[tokio::test]
async fn a_deployment_and_what_it_breaks_are_told_with_links_that_lead_back() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let app = App::open(Arc::new(pactwright_broker::store::MemoryStore::new()), &[LOCAL], &[]);
    app.publish("1").await;
    let environment = app
        .send(Method::POST, "/environments", Some(json!({ "name": "production", "production": true })))
        .await;
    let environment = environment["uuid"].as_str().unwrap().to_owned();
    let deploy = async |participant: &str, version: &str| {
        let path = format!(
            "/pacticipants/{participant}/versions/{version}/deployed-versions/environment/{environment}"
        );
        app.send(Method::POST, &path, Some(json!({}))).await
    };
    let pact = app.get("/pacts/provider/api/consumer/web/version/1").await;
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap().to_owned();
    let results = results.strip_prefix("http://broker").unwrap();
    app.send(Method::POST, results, Some(json!({ "success": true, "providerApplicationVersion": "7" })))
        .await;
    deploy("api", "7").await;
    webhook(&app, &receiver, "deployment_recorded").await;
    webhook(&app, &receiver, "can_i_deploy_turned_to_no").await;
    let deliveries = Deliveries::start(app.broker.clone());
    deploy("web", "1").await;
    assert_eq!(receiver.next().await.body, "deployment_recorded web production web   ");
    app.send(Method::POST, results, Some(json!({ "success": false, "providerApplicationVersion": "7" })))
        .await;
    let mut told = [receiver.next().await.body, receiver.next().await.body];
    told.sort_unstable();
    let why = [
        "between the version of web currently in production (1) and version 7 of api failed",
        "between version 1 of web and the version of api currently in production (7) failed",
    ];
    for ((told, who), why) in told.iter().zip(["api", "web"]).zip(why) {
        let expected = format!(
            "can_i_deploy_turned_to_no {who} production web api The verification for the pact {why} \
             http://broker/pacts/provider/api"
        );
        assert!(told.starts_with(&expected), "{told}\n{expected}");
    }
    app.settled(deliveries).await;
    assert!(receiver.is_empty().await);
}
