//! Passwords and tokens: what they are good for, and how long.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{Router, body::Body};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use pactwright_broker::{
    Broker, Config, Source, delivery::SystemResolver, domain::model::Timestamp, http::router,
    store::MemoryStore,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::world::{ADMIN, ask, asking, basic, bearer, tell, tell_as};

const HOUR: i64 = 3600;

/// A clock that stands still but where a test moves it, by seconds.
#[derive(Default)]
struct Clock(AtomicI64);

impl Source for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000 + self.0.load(Ordering::Relaxed) * 1_000_000)
    }

    fn random(&self) -> Uuid {
        Uuid::new_v4()
    }
}

/// A broker with a clock of its own.
struct Timed {
    clock: Arc<Clock>,
    router: Router,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Timed {
    fn with(settings: &[(&str, &str)]) -> Self {
        let settings = [("PACTWRIGHT_ADMIN_TOKEN", ADMIN)].into_iter().chain(settings.iter().copied());
        let config = Config::default().with_settings(settings).unwrap();
        let (store, resolver) = (Arc::new(MemoryStore::new()), Arc::new(SystemResolver));
        let clock = Arc::new(Clock::default());
        let broker = Broker::open_with(store, config, clock.clone(), resolver).unwrap();
        Self { clock, router: router(broker) }
    }

    async fn ask(&self, authorization: &str, method: Method, path: &str, body: &Value) -> Answer {
        let request = Request::builder().method(method).uri(path).header("authorization", authorization);
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = request.header("content-type", "application/json").body(body).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into());
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, authorization: &str, path: &str) -> Answer {
        self.ask(authorization, Method::GET, path, &Value::Null).await
    }

    fn is_at(&self, seconds: i64) {
        self.clock.0.store(seconds, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn users_log_in_with_a_password() {
    let app = asking();
    tell(&app, "PUT", "/access/teams/web", &json!({})).await;
    let ann = json!({ "password": "correct horse battery staple", "grants": [{ "team": "web", "role": "viewer" }] });
    tell(&app, "PUT", "/access/users/ann", &ann).await;
    let right = basic("ann", "correct horse battery staple");
    let me = ask(&app, &right, "GET", "/access/me", None).await.json();
    assert_eq!((&me["who"]["name"], &me["isAdministrator"]), (&json!("ann"), &json!(false)), "{me}");
    tell(&app, "PUT", "/access/teams/web/members/ann", &json!({ "roles": ["admin"] })).await;
    let team = tell_as(&app, &right, "PUT", "/access/teams/web", &json!({ "displayName": "Web" })).await;
    assert_eq!(team["members"], json!([{ "user": "ann", "roles": ["admin"] }]));
    // Her password is hers to change, and nothing else of her.
    let other = json!({ "password": "battery staple correct horse" });
    for body in [json!({ "grants": [] }), json!({ "password": other["password"], "displayName": "Root" })] {
        assert_eq!(ask(&app, &right, "PUT", "/access/users/ann", Some(&body)).await.status, 403, "{body}");
    }
    tell(&app, "PUT", "/access/users/bob", &other).await;
    assert_eq!(ask(&app, &right, "PUT", "/access/users/bob", Some(&other)).await.status, 403);
    let found = tell_as(&app, &right, "PUT", "/access/users/ann", &other).await;
    assert_eq!(found["grants"], json!([{ "team": "web", "role": "admin" }]));
    assert_eq!(ask(&app, &right, "GET", "/access/me", None).await.status, 401, "the one before is none");
    let right = basic("ann", "battery staple correct horse");
    assert_eq!(ask(&app, &right, "GET", "/access/me", None).await.status, 200);
    for password in [json!("short"), json!(7)] {
        let body = json!({ "password": password });
        let refused = ask(&app, &bearer(ADMIN), "PUT", "/access/users/bob", Some(&body)).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
    }
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let app =
        Timed::with(&[("PACT_BROKER_BASIC_AUTH_USERNAME", "rw"), ("PACT_BROKER_BASIC_AUTH_PASSWORD", "one")]);
    let ask = async |authorization: &str| app.get(authorization, "/pacticipants").await;
    for _ in 0..10 {
        let wrong = ask(&basic("rw", "guess")).await;
        assert_eq!(
            (wrong.status, wrong.headers["www-authenticate"].as_bytes()[0]),
            (StatusCode::UNAUTHORIZED, b'B')
        );
    }
    let slowed = ask(&basic("rw", "one")).await;
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS, "also for the right one");
    let pause: i64 = slowed.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(pause >= 1);
    assert_eq!(
        ask(&basic("bob", "guess")).await.status,
        StatusCode::UNAUTHORIZED,
        "others are not slowed down"
    );
    assert_eq!(ask(&bearer(ADMIN)).await.status, StatusCode::OK);
    app.is_at(pause);
    assert_eq!(ask(&basic("rw", "one")).await.status, StatusCode::OK, "it is said how long");
}

#[tokio::test]
async fn a_token_is_good_until_it_expires_and_says_when_it_was_used() {
    let app = Timed::with(&[]);
    let admin = bearer(ADMIN);
    for days in [json!(0), json!(-1), json!(1.5), json!("1"), json!(1_000_000)] {
        let grants = json!([{ "everywhere": true, "role": "viewer" }]);
        let body = json!({ "name": "ci", "expiresInDays": days, "grants": grants });
        let refused = app.ask(&admin, Method::POST, "/access/tokens", &body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{days}: {}", refused.body);
        assert!(refused.body.to_string().contains("expiresInDays"), "{}", refused.body);
    }
    let grants = json!([{ "everywhere": true, "role": "viewer" }]);
    let body = json!({ "name": "ci", "expiresInDays": 30, "grants": grants });
    let made = app.ask(&admin, Method::POST, "/access/tokens", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let token = bearer(made.body["token"].as_str().unwrap());
    let path = format!("/access/tokens/{}", made.body["uuid"].as_str().unwrap());
    let shown = async || app.get(&admin, &path).await.body;
    let fresh = shown().await;
    assert_eq!((&fresh["valid"], &fresh["lastUsedAt"]), (&json!(true), &Value::Null), "{fresh}");
    assert_eq!(fresh["createdAt"], "2027-01-15T08:00:00+00:00");
    assert_eq!(fresh["expiresAt"], "2027-02-14T08:00:00+00:00");

    app.is_at(HOUR);
    assert_eq!(app.get(&token, "/pacticipants").await.status, StatusCode::OK);
    assert_eq!(shown().await["lastUsedAt"], "2027-01-15T09:00:00+00:00");
    // Nothing is written for every request.
    app.is_at(24 * HOUR);
    assert_eq!(app.get(&token, "/pacticipants").await.status, StatusCode::OK);
    assert_eq!(shown().await["lastUsedAt"], "2027-01-15T09:00:00+00:00");
    app.is_at(26 * HOUR);
    assert_eq!(app.get(&token, "/pacticipants").await.status, StatusCode::OK);
    assert_eq!(shown().await["lastUsedAt"], "2027-01-16T10:00:00+00:00");

    app.is_at(30 * 24 * HOUR - 1);
    assert_eq!(app.get(&token, "/pacticipants").await.status, StatusCode::OK);
    app.is_at(30 * 24 * HOUR);
    let refused = app.get(&token, "/pacticipants").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.body.to_string().contains("expired"), "{}", refused.body);
    let expired = shown().await;
    assert_eq!((&expired["valid"], &expired["revokedAt"]), (&json!(false), &Value::Null), "{expired}");
}
