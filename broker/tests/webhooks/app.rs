//! A broker, as clients meet it.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, body::Body};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Method, header};
use http_body_util::BodyExt as _;
use pactwright_broker::{
    Broker, Config, Source,
    delivery::{Deliveries, Resolution, Resolver},
    domain::model::Timestamp,
    http::router,
    store::Store,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::{rebuilt::assert_rebuilt, receiver::PATIENCE};

/// The machine's clock, and names that lead where the test says: those that begin with `turning.` elsewhere each time.
pub(crate) struct World {
    names: Vec<(&'static str, IpAddr)>,
    asked: AtomicUsize,
}

impl Source for World {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
    }

    fn random(&self) -> Uuid {
        Uuid::new_v4()
    }
}

impl Resolver for World {
    fn resolve(&self, host: String) -> Resolution {
        let known = self.names.iter().filter(|(name, _)| *name == host).map(|(_, address)| *address);
        let mut known: Vec<_> = known.collect();
        if host.starts_with("turning.") {
            known = vec![known[self.asked.fetch_add(1, Ordering::SeqCst) % known.len()]];
        }
        Box::pin(async move { Ok(known) })
    }
}

pub(crate) struct App {
    pub(crate) broker: Broker,
    router: Router,
}

fn config(settings: &[(&str, &str)]) -> Config {
    let fixed = [
        ("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http https"),
        ("PACT_BROKER_WEBHOOK_RETRY_SCHEDULE", "0 0 0 0 0 0"),
    ];
    let mut config =
        Config::default().with_settings(fixed.into_iter().chain(settings.iter().copied())).unwrap();
    // As often as possible.
    config.snapshots.changes = 1;
    config
}

impl App {
    pub(crate) fn open(
        store: Arc<dyn Store>,
        settings: &[(&str, &str)],
        names: &[(&'static str, &str)],
    ) -> Self {
        Self::with(store, config(settings), names)
    }

    /// A broker that gives up what fails once, and may tell receivers on this machine.
    pub(crate) fn without_retries(store: Arc<dyn Store>) -> Self {
        let mut config = config(&[LOCAL]);
        config.rules.retry_schedule = Vec::new();
        Self::with(store, config, &[])
    }

    pub(crate) fn with(store: Arc<dyn Store>, config: Config, names: &[(&'static str, &str)]) -> Self {
        let names = || World {
            names: names.iter().map(|(name, address)| (*name, address.parse().unwrap())).collect(),
            asked: AtomicUsize::new(0),
        };
        let broker = Broker::open_with(store, config, Arc::new(names()), Arc::new(names())).unwrap();
        Self { router: router(broker.clone()), broker }
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let request = http::Request::builder().method(method).uri(path).header(header::HOST, "broker");
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let found = response.status();
        let text = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&text);
        assert!(found.is_success(), "{path}: {found} {text}");
        serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.into_owned()))
    }

    /// The status and the body of what need not go well.
    pub(crate) async fn refused(&self, method: Method, path: &str, body: Option<Value>) -> (u16, String) {
        let request = http::Request::builder().method(method).uri(path).header(header::HOST, "broker");
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let found = response.status().as_u16();
        let text = response.into_body().collect().await.unwrap().to_bytes();
        (found, String::from_utf8_lossy(&text).into_owned())
    }

    /// The document that answers a request without a body.
    pub(crate) async fn answer(&self, request: http::request::Builder) -> Value {
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
        serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn webhook(&self, request: Value) -> Value {
        let body = json!({ "events": [{ "name": "contract_published" }], "request": request });
        self.send(Method::POST, "/webhooks", Some(body)).await
    }

    pub(crate) async fn publish(&self, version: &str) -> Value {
        let pact = r#"{"interactions":[{"description":"a","request":{"method":"GET","path":"/"},"response":{"status":200}}]}"#;
        let body = json!({
            "pacticipantName": "web", "pacticipantVersionNumber": version, "branch": "main",
            "contracts": [{
                "consumerName": "web", "providerName": "api", "specification": "pact",
                "contentType": "application/json", "content": STANDARD.encode(pact),
            }],
        });
        self.send(Method::POST, "/contracts/publish", Some(body)).await
    }

    /// How it stands, once all that is being sent has come to an end.
    pub(crate) async fn settled(&self, deliveries: Deliveries) -> Value {
        deliveries.stop().await;
        assert_rebuilt(&self.broker);
        self.get("/pacts/provider/api/consumer/web/webhooks/status").await
    }

    /// The list of what was given up, once it has so many entries.
    pub(crate) async fn until_given_up(&self, count: usize) -> Value {
        tokio::time::timeout(PATIENCE, async {
            while self.broker.state().dead_letter_count() < count {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("it was not given up");
        self.get("/webhooks/dead-letters").await
    }

    /// Tries a webhook out.
    pub(crate) async fn try_out(&self, request: Value) -> Value {
        let body = json!({ "events": [{ "name": "contract_published" }], "request": request });
        self.send(Method::POST, "/webhooks/execute", Some(body)).await
    }
}

pub(crate) const LOCAL: (&str, &str) = ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "127.0.0.1");
