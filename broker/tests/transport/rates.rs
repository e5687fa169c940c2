//! How many requests whoever asks may send. The clock stands still but where a test moves it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{Router, body::Body};
use http::{Request, Response};
use http_body_util::BodyExt as _;
use pactwright_broker::{
    Broker, Config, Source, delivery::SystemResolver, domain::model::Timestamp, http::router,
    store::MemoryStore,
};
use serde_json::Value;
use tower::ServiceExt as _;
use uuid::Uuid;

const ADMIN: &str = "0123456789abcdef0123456789abcdef";
/// `rw:one`
const BASIC: &str = "Basic cnc6b25l";

struct Clock(AtomicI64);

impl Source for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000 + self.0.load(Ordering::Relaxed) * 1_000_000)
    }

    fn random(&self) -> Uuid {
        Uuid::new_v4()
    }
}

struct App {
    clock: Arc<Clock>,
    router: Router,
}

impl App {
    fn with(settings: &[(&str, &str)]) -> Self {
        let login = [
            ("PACT_BROKER_BASIC_AUTH_USERNAME", "rw"),
            ("PACT_BROKER_BASIC_AUTH_PASSWORD", "one"),
            ("PACTWRIGHT_ADMIN_TOKEN", ADMIN),
        ];
        let config = Config::default().with_settings(login.iter().chain(settings).copied()).unwrap();
        let clock = Arc::new(Clock(AtomicI64::new(0)));
        let (store, resolver) = (Arc::new(MemoryStore::new()), Arc::new(SystemResolver));
        let broker = Broker::open_with(store, config, clock.clone(), resolver).unwrap();
        Self { clock, router: router(broker) }
    }

    async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn status(&self, path: &str, authorization: &str) -> u16 {
        self.ask(path, &[("authorization", authorization)]).await.status().as_u16()
    }
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn one_token_leaves_something_for_others() {
    let app = App::with(&[("PACTWRIGHT_RATE_PER_MINUTE", "30"), ("PACTWRIGHT_RATE_BURST", "3")]);
    let token = format!("Bearer {ADMIN}");
    for _ in 0..3 {
        assert_eq!(app.status("/pacticipants", &token).await, 200);
    }
    let headers = [("authorization", token.as_str()), ("accept", "application/problem+json")];
    let refused = app.ask("/pacticipants", &headers).await;
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (429, &"2".parse().unwrap()));
    assert_eq!(refused.headers()["content-type"], "application/problem+json;charset=utf-8");
    let problem: Value = serde_json::from_str(&text(refused).await).unwrap();
    assert_eq!((&problem["status"], &problem["title"]), (&429.into(), &"Too Many Requests".into()));
    assert!(problem["detail"].as_str().unwrap().contains("again in 2 seconds"), "{problem}");
    assert_eq!(app.status("/nowhere", &token).await, 429, "whatever is asked for");

    assert_eq!(app.status("/pacticipants", BASIC).await, 200, "others are not held back");
    assert_eq!(app.status("/health/ready", &token).await, 200, "neither is who watches");
    app.clock.0.store(2, Ordering::Relaxed);
    assert_eq!(app.status("/pacticipants", &token).await, 200);
    assert_eq!(app.status("/pacticipants", &token).await, 429);
    let measured = text(app.ask("/metrics/prometheus", &[("authorization", BASIC)]).await).await;
    assert!(measured.contains("\npactwright_http_requests_held_back_total 3\n"), "{measured}");
}

#[tokio::test]
async fn who_does_not_say_who_it_is_is_counted_by_its_address() {
    let app = App::with(&[
        ("PACT_BROKER_ALLOW_PUBLIC_READ", "true"),
        ("PACTWRIGHT_RATE_ANONYMOUS_PER_MINUTE", "60"),
        ("PACTWRIGHT_RATE_ANONYMOUS_BURST", "2"),
    ]);
    assert_eq!(app.ask("/pacticipants", &[]).await.status().as_u16(), 200);
    assert_eq!(app.status("/pacticipants", "Bearer nothing").await, 401);
    assert_eq!(
        app.status("/pacticipants", "Bearer nothing").await,
        429,
        "a wrong token makes nobody somebody"
    );
    assert_eq!(app.ask("/pacticipants", &[]).await.status().as_u16(), 429);
    assert_eq!(app.status("/pacticipants", &format!("Bearer {ADMIN}")).await, 200);
}

/// What stands in the settings for that is written down there, with the reason.
#[tokio::test]
async fn a_fleet_behind_one_token_is_not_held_back_where_nothing_is_set() {
    let app = App::with(&[]);
    let token = format!("Bearer {ADMIN}");
    for _ in 0..3_000 {
        assert_eq!(app.status("/pacticipants", &token).await, 200);
    }
    for _ in 0..100 {
        assert_eq!(app.ask("/pacticipants", &[]).await.status().as_u16(), 401);
    }
}
