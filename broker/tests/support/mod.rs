//! A broker in memory, and a way to ask it.

mod rebuilt;

use std::sync::Arc;

use axum::{Router, body::Body};
use http::{Request, header};
use http_body_util::BodyExt as _;
use pactwright_broker::{Broker, Config, http::router, store::MemoryStore};
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub(crate) const JSON: &str = "application/json";

/// What came back.
pub(crate) struct Found {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
}

impl Found {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) struct App {
    broker: Broker,
    router: Router,
}

impl Drop for App {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            rebuilt::assert_rebuilt(self.broker());
        }
    }
}

impl App {
    pub(crate) fn new(config: Config) -> Self {
        let broker = Broker::open(Arc::new(MemoryStore::new()), config).unwrap();
        Self { router: router(broker.clone()), broker }
    }

    /// What it asks.
    pub(crate) fn broker(&self) -> &Broker {
        &self.broker
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Found {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "broker");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_vec())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Found {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    pub(crate) async fn send(&self, method: &str, path: &str, kind: &str, body: &Value) -> Found {
        self.ask(method, path, &[("content-type", kind)], body.to_string().as_bytes()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.ask("GET", path, &[], b"").await.json()
    }

    /// Sends JSON that has to be taken.
    pub(crate) async fn tell(&self, method: &str, path: &str, body: &Value) -> Value {
        let found = self.send(method, path, JSON, body).await;
        assert!(found.status < 300, "{method} {path} {body}: {} {}", found.status, found.text);
        found.json()
    }
}

/// The path of a link.
pub(crate) fn path(document: &Value, relation: &str) -> String {
    let link = &document["_links"][relation]["href"];
    link.as_str().and_then(|href| href.strip_prefix("http://broker")).unwrap_or_default().to_owned()
}

/// A pact whose interactions have these descriptions.
pub(crate) fn pact(descriptions: &[&str]) -> Value {
    let interaction = |description: &&str| json!({ "description": description, "request": { "path": format!("/{description}") } });
    json!({ "interactions": descriptions.iter().map(interaction).collect::<Vec<_>>() })
}
