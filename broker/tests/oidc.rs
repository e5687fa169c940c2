//! People that an identity provider vouches for. The provider is a stub that signs what it is told to sign.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a failed expectation should stop them")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{Json, Router, routing::get};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use pactwright_broker::Config;
use serde_json::{Value, json};
use support::{App, Found};

/// A key, by its name.
fn key(name: &str) -> (Algorithm, EncodingKey) {
    match name {
        "first" => {
            (Algorithm::ES256, EncodingKey::from_ec_der(include_bytes!("identity_provider/first.ec.der")))
        }
        "second" => {
            (Algorithm::ES256, EncodingKey::from_ec_der(include_bytes!("identity_provider/second.ec.der")))
        }
        _ => (Algorithm::RS256, EncodingKey::from_rsa_der(include_bytes!("identity_provider/third.rsa.der"))),
    }
}

/// A key as the provider shows it.
fn shown(name: &str) -> Value {
    let (algorithm, key) = key(name);
    let mut shown = serde_json::to_value(Jwk::from_encoding_key(&key, algorithm).unwrap()).unwrap();
    shown["kid"] = json!(name);
    shown
}

struct Provider {
    issuer: String,
    keys: Arc<Mutex<Vec<Value>>>,
    asked: Arc<AtomicUsize>,
}

impl Provider {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/realm", listener.local_addr().unwrap());
        let strange = json!({ "kty": "oct", "kid": "secret", "k": "c2VjcmV0" });
        let keys =
            Arc::new(Mutex::new(vec![strange, json!({ "kty": "future" }), shown("first"), shown("third")]));
        let asked = Arc::new(AtomicUsize::new(0));
        let about = json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/keys") });
        let (known, count) = (keys.clone(), asked.clone());
        let routes = Router::new()
            .route("/realm/.well-known/openid-configuration", get(move || async move { Json(about) }))
            .route(
                "/realm/keys",
                get(move || async move {
                    count.fetch_add(1, Ordering::Relaxed);
                    Json(json!({ "keys": *known.lock().unwrap() }))
                }),
            );
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { issuer, keys, asked }
    }

    fn claims(&self) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        json!({
            "iss": self.issuer, "aud": "broker", "sub": "u-1", "email": "ann@example.org",
            "groups": ["developers"], "exp": now + 600, "nbf": now - 10, "iat": now,
        })
    }
}

fn signed(name: &str, claims: &Value) -> String {
    let (algorithm, key) = key(name);
    let header = Header { kid: Some(name.to_owned()), ..Header::new(algorithm) };
    encode(&header, claims, &key).unwrap()
}

fn with(mut claims: Value, member: &str, value: Value) -> Value {
    claims[member] = value;
    claims
}

async fn ask(app: &App, token: &str, method: &str, path: &str, body: &str) -> Found {
    let authorization = format!("Bearer {token}");
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    app.ask(method, path, &headers, body.as_bytes()).await
}

/// A broker that believes the provider: developers contribute to the team web.
async fn believing(provider: &Provider) -> App {
    let admin = "0123456789abcdef0123456789abcdef";
    let settings = [
        ("PACTWRIGHT_OIDC_ISSUER", provider.issuer.as_str()),
        ("PACTWRIGHT_OIDC_AUDIENCE", "broker"),
        ("PACTWRIGHT_OIDC_GRANTS", "developers=web:contributor boss=*:admin"),
        ("PACTWRIGHT_ADMIN_TOKEN", admin),
    ];
    let app = App::new(Config::default().with_settings(settings).unwrap());
    assert_eq!(ask(&app, admin, "PUT", "/access/teams/web", "{}").await.status, 201);
    app
}

#[tokio::test]
async fn a_person_has_the_roles_of_the_groups() {
    let provider = Provider::start().await;
    let app = believing(&provider).await;
    for key in ["first", "third"] {
        let me = ask(&app, &signed(key, &provider.claims()), "GET", "/access/me", "").await;
        assert_eq!(me.status, 200, "{key}: {}", me.text);
        let me = me.json();
        assert_eq!(me["who"], json!({ "kind": "person", "name": "ann@example.org", "subject": "u-1" }));
        assert_eq!(me["grants"], json!([{ "team": "web", "role": "contributor" }]));
    }
    let ann = signed("first", &provider.claims());
    assert_eq!(ask(&app, &ann, "POST", "/pacticipants", r#"{"name": "shop"}"#).await.status, 201);
    assert_eq!(ask(&app, &ann, "GET", "/pacticipants/shop/owner", "").await.json()["team"], "web");
    assert_eq!(ask(&app, &ann, "DELETE", "/pacticipants/shop", "").await.status, 403);
    let boss = signed("first", &with(provider.claims(), "groups", json!("boss")));
    assert_eq!(ask(&app, &boss, "DELETE", "/pacticipants/shop", "").await.status, 204);
    let events = ask(&app, &boss, "GET", "/events?type=ParticipantRemoved", "").await.json();
    assert_eq!(events["events"][0]["by"]["who"]["subject"], "u-1");
    let nobody = signed("first", &with(provider.claims(), "groups", json!([])));
    assert_eq!(
        ask(&app, &nobody, "GET", "/pacticipants", "").await.status,
        403,
        "without a group there is nothing"
    );
    assert_eq!(provider.asked.load(Ordering::Relaxed), 1, "keys are kept");
}

#[tokio::test]
async fn what_is_not_right_is_refused_with_the_reason() {
    let provider = Provider::start().await;
    let app = believing(&provider).await;
    let claims = || provider.claims();
    let other_key = {
        let (algorithm, key) = key("second");
        let header = Header { kid: Some("first".to_owned()), ..Header::new(algorithm) };
        encode(&header, &claims(), &key).unwrap()
    };
    let by_secret = {
        let header = Header { kid: Some("secret".to_owned()), ..Header::new(Algorithm::HS256) };
        encode(&header, &claims(), &EncodingKey::from_secret(b"secret")).unwrap()
    };
    let unsigned = {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(json!({ "alg": "none", "kid": "first" })), part(claims()))
    };
    let good = signed("first", &claims());
    let changed = {
        let mut parts: Vec<_> = good.split('.').map(str::to_owned).collect();
        parts[1] = URL_SAFE_NO_PAD.encode(with(claims(), "sub", json!("u-2")).to_string());
        parts.join(".")
    };
    let mut without_audience = claims();
    without_audience.as_object_mut().unwrap().remove("aud");
    let for_two = |given_to: &str| {
        let both = json!([claims()["aud"], "somebody"]);
        with(with(claims(), "aud", both), "azp", json!(given_to))
    };
    for (token, why) in [
        (signed("first", &with(claims(), "exp", json!(1))), "expired"),
        (signed("first", &with(claims(), "nbf", json!(99_999_999_999_u64))), "not valid yet"),
        (signed("first", &with(claims(), "iss", json!("https://other.example.org"))), "another issuer"),
        (signed("first", &with(claims(), "aud", json!("somebody"))), "somebody else"),
        (signed("first", &without_audience), "lacks"),
        (signed("first", &for_two("somebody")), "given to somebody else"),
        (other_key, "signature"),
        (by_secret, "RS256 or ES256"),
        (unsigned, "header"),
        (changed, "signature"),
        ("a.b.c".to_owned(), "header"),
        (format!("{good}{}", "x".repeat(20_000)), "too long"),
    ] {
        let refused = ask(&app, &token, "GET", "/access/me", "").await;
        assert_eq!(refused.status, 401, "{why}: {}", refused.text);
        assert!(refused.text.contains(why), "{why}: {}", refused.text);
        assert!(refused.header("www-authenticate").starts_with("Bearer"));
    }
    assert_eq!(ask(&app, &good, "GET", "/access/me", "").await.status, 200);
    let given_to_us = signed("first", &for_two(claims()["aud"].as_str().unwrap()));
    assert_eq!(ask(&app, &given_to_us, "GET", "/access/me", "").await.status, 200);
    let unverified = signed("first", &with(claims(), "email_verified", json!(false)));
    let me = ask(&app, &unverified, "GET", "/access/me", "").await.json();
    assert_eq!(me["who"]["name"], "u-1", "whoever it is, the address may be somebody else's");
}

#[tokio::test]
async fn keys_may_change_and_made_up_ones_do_not_make_the_broker_ask_and_ask() {
    let provider = Provider::start().await;
    let app = believing(&provider).await;
    let status = |key: &'static str| {
        let token = signed(key, &provider.claims());
        let app = &app;
        async move { ask(app, &token, "GET", "/access/me", "").await.status }
    };
    assert_eq!(status("first").await, 200);
    *provider.keys.lock().unwrap() = vec![shown("second")];
    assert_eq!(status("second").await, 200, "a new key is asked for");
    assert_eq!(status("first").await, 401, "and the one that is gone counts no longer");
    for _ in 0..20 {
        assert_eq!(status("first").await, 401);
    }
    assert_eq!(status("second").await, 200);
    assert_eq!(provider.asked.load(Ordering::Relaxed), 3);
}
