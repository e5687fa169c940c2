//! Webhooks over the whole way: from a publication to a receiver on the loopback device, and across restarts.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests: a failed expectation should stop them"
)]

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, extract::Request};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Method, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use pactwright_broker::{
    Broker, Config, Source,
    check::SnapshotReport,
    delivery::{Deliveries, Resolution, Resolver},
    domain::model::Timestamp,
    http::router,
    store::{MemoryStore, SledStore, Store},
};
use rebuilt::assert_rebuilt;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
};
use tower::ServiceExt as _;
use uuid::Uuid;

#[path = "support/rebuilt.rs"]
mod rebuilt;

/// No test waits longer for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request that a receiver got.
#[derive(Debug, Clone)]
struct Received {
    method: Method,
    path: String,
    headers: http::HeaderMap,
    body: String,
}

impl Received {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A server that notes what it gets, and answers as it is told.
struct Receiver {
    address: SocketAddr,
    received: Mutex<mpsc::UnboundedReceiver<Received>>,
}

impl Receiver {
    /// `answer`: how to answer the request of that number, from 0; `None` is never.
    async fn start(answer: impl Fn(usize) -> Option<Response<Body>> + Clone + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (notes, received) = mpsc::unbounded_channel();
        let count = Arc::new(AtomicUsize::new(0));
        let app = Router::new().fallback(move |request: Request| {
            let (notes, count, answer) = (notes.clone(), count.clone(), answer.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                let _ = notes.send(Received {
                    method: parts.method,
                    path: parts.uri.to_string(),
                    headers: parts.headers,
                    body: String::from_utf8(body.to_vec()).unwrap(),
                });
                match answer(count.fetch_add(1, Ordering::SeqCst)) {
                    Some(answer) => answer,
                    None => std::future::pending().await,
                }
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, received: Mutex::new(received) }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn next(&self) -> Received {
        let mut received = self.received.lock().await;
        tokio::time::timeout(PATIENCE, received.recv()).await.expect("nothing came").unwrap()
    }

    async fn is_empty(&self) -> bool {
        self.received.lock().await.is_empty()
    }
}

fn status(code: u16) -> Response<Body> {
    let mut response = Response::new(Body::from("{}"));
    *response.status_mut() = StatusCode::from_u16(code).unwrap();
    response
}

fn sent_on(code: u16, to: &str) -> Response<Body> {
    let mut response = status(code);
    response.headers_mut().insert(header::LOCATION, to.parse().unwrap());
    response
}

/// The machine's clock, and names that lead where the test says: those that begin with `turning.` elsewhere each time.
struct World {
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

struct App {
    broker: Broker,
    router: Router,
}

impl App {
    fn open(store: Arc<dyn Store>, settings: &[(&str, &str)], names: &[(&'static str, &str)]) -> Self {
        let fixed = [
            ("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http https"),
            ("PACT_BROKER_WEBHOOK_RETRY_SCHEDULE", "0 0 0 0 0 0"),
        ];
        let mut config =
            Config::default().with_settings(fixed.into_iter().chain(settings.iter().copied())).unwrap();
        // As often as possible.
        config.snapshots.changes = 1;
        let names = || World {
            names: names.iter().map(|(name, address)| (*name, address.parse().unwrap())).collect(),
            asked: AtomicUsize::new(0),
        };
        let broker = Broker::open_with(store, config, Arc::new(names()), Arc::new(names())).unwrap();
        Self { router: router(broker.clone()), broker }
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Value {
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

    async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await
    }

    async fn webhook(&self, request: Value) -> Value {
        let body = json!({ "events": [{ "name": "contract_published" }], "request": request });
        self.send(Method::POST, "/webhooks", Some(body)).await
    }

    async fn publish(&self, version: &str) -> Value {
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
    async fn settled(&self, deliveries: Deliveries) -> Value {
        deliveries.stop().await;
        assert_rebuilt(&self.broker);
        self.get("/pacts/provider/api/consumer/web/webhooks/status").await
    }

    /// Tries a webhook out.
    async fn try_out(&self, request: Value) -> Value {
        let body = json!({ "events": [{ "name": "contract_published" }], "request": request });
        self.send(Method::POST, "/webhooks/execute", Some(body)).await
    }
}

const LOCAL: (&str, &str) = ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "127.0.0.1");

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

#[tokio::test]
async fn no_request_leaves_for_an_address_inside() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let port = receiver.address.port();
    let names = [
        ("inside.example.org", "10.0.0.1"),
        ("loop.example.org", "127.0.0.1"),
        ("mapped.example.org", "::ffff:127.0.0.1"),
        ("metadata.example.org", "169.254.169.254"),
        ("both.example.org", "8.8.8.8"),
        ("both.example.org", "127.0.0.1"),
    ];
    let app = App::open(Arc::new(MemoryStore::new()), &[], &names);
    for host in [
        "127.0.0.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "loop.example.org",
        "inside.example.org",
        "mapped.example.org",
        "metadata.example.org",
        "both.example.org",
    ] {
        let told = app.try_out(json!({ "method": "POST", "url": format!("http://{host}:{port}/") })).await;
        assert_eq!(told["success"], false, "{host}");
        let why = told["error"]["message"].as_str().unwrap();
        assert!(why.contains("not a public address"), "{host}: {why}");
    }
    assert!(receiver.is_empty().await);
}

#[tokio::test]
async fn what_is_allowed_by_name_or_network_is_gone_to() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let port = receiver.address.port();
    let names = [("ci.example.org", "127.0.0.1")];
    for (name, value, expected) in [
        ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "ci.example.org", true),
        ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "*.example.org", false),
        ("PACTWRIGHT_WEBHOOK_ALLOWED_NETWORKS", "127.0.0.0/8", true),
        ("PACTWRIGHT_WEBHOOK_ALLOWED_NETWORKS", "10.0.0.0/8", false),
    ] {
        let app = App::open(Arc::new(MemoryStore::new()), &[(name, value)], &names);
        let url = format!("http://ci.example.org:{port}/");
        let told = app.try_out(json!({ "method": "POST", "url": url })).await;
        assert_eq!(told["success"], expected, "{name} {value}: {told}");
    }
}

#[tokio::test]
async fn being_sent_on_is_followed_but_neither_inside_nor_with_secrets() {
    let last = Receiver::start(|_| Some(status(200))).await;
    let names = [("first.example.org", "127.0.0.1"), ("inside.example.org", "127.0.0.1")];
    let settings = [("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "first.example.org /./")];
    for (code, to, expected) in [
        (307, last.url("/last"), false),
        (302, format!("http://inside.example.org:{}/", last.address.port()), false),
        (308, format!("http://[::ffff:127.0.0.1]:{}/", last.address.port()), false),
        (301, "ftp://example.org/".to_owned(), false),
        (307, format!("http://first.example.org:{}/last", last.address.port()), true),
    ] {
        let target = to.clone();
        let first = Receiver::start(move |_| Some(sent_on(code, &target))).await;
        let app = App::open(Arc::new(MemoryStore::new()), &settings, &names);
        let told = app
            .try_out(json!({
                "method": "POST", "url": format!("http://first.example.org:{}/", first.address.port()),
                "body": "text", "username": "user", "password": "pass-word", "headers": { "X-Plain": "1" },
            }))
            .await;
        assert_eq!(told["success"], expected, "{to}: {told}");
        assert!(first.next().await.header("authorization").starts_with("Basic "));
        assert!(!told.to_string().contains("pass-word"), "{told}");
    }
    let received = last.next().await;
    assert_eq!(
        (received.method.as_str(), received.path.as_str(), received.body.as_str()),
        ("POST", "/last", "text")
    );
    assert_eq!(
        (received.header("authorization"), received.header("x-plain")),
        ("", "1"),
        "it is another receiver"
    );
    assert!(last.is_empty().await);
}

#[tokio::test]
async fn a_name_that_turns_inside_is_refused_from_then_on() {
    let receiver = Receiver::start(|_| Some(status(200))).await;
    let names = [("turning.example.org", "127.0.0.2"), ("turning.example.org", "127.0.0.1")];
    let settings = [("PACTWRIGHT_WEBHOOK_ALLOWED_NETWORKS", "127.0.0.2")];
    let app = App::open(Arc::new(MemoryStore::new()), &settings, &names);
    let request = json!({
        "method": "POST", "url": format!("http://turning.example.org:{}/", receiver.address.port()),
    });
    let mut why = Vec::new();
    for _ in 0..2 {
        let told = app.try_out(request.clone()).await;
        why.push(told["error"]["message"].as_str().unwrap().contains("not a public address"));
    }
    assert_eq!(why, [false, true], "first nobody listens where it leads, then it leads inside");
    assert!(receiver.is_empty().await);
}

#[tokio::test]
async fn a_receiver_can_ask_for_a_pause() {
    let receiver = Receiver::start(|_| {
        let mut response = status(503);
        response.headers_mut().insert(header::RETRY_AFTER, "1800".parse().unwrap());
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
    let seconds: u32 = pause.split(' ').next().unwrap().parse().unwrap();
    assert!((1800..=1980).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn a_receiver_that_takes_too_long_is_not_waited_for() {
    let silent = Receiver::start(|_| None).await;
    let settings = [LOCAL, ("PACTWRIGHT_WEBHOOK_TIMEOUT", "1")];
    let app = App::open(Arc::new(MemoryStore::new()), &settings, &[]);
    let told = app.try_out(json!({ "method": "POST", "url": silent.url("/") })).await;
    assert_eq!(told["error"]["message"], "no answer came within 1 seconds");
}
