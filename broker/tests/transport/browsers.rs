//! What browsers are told, and what scripts of other sites get to see.

use std::sync::Arc;

use axum::{Router, body::Body};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use pactwright_broker::{Broker, Config, http::router, store::MemoryStore};
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;

const ADMIN: &str = "0123456789abcdef0123456789abcdef";
const UI: &str = "https://ui.example.org";
/// What browsers send beside, for a script of another site.
const FOREIGN: [(&str, &str); 2] = [("origin", UI), ("sec-fetch-site", "cross-site")];

struct App(Router);

impl App {
    fn with(settings: &[(&str, &str)]) -> Self {
        let config = Config::default().with_settings(settings.iter().copied()).unwrap();
        Self(router(Broker::open(Arc::new(MemoryStore::new()), config).unwrap()))
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (StatusCode, HeaderMap, String) {
        let mut request = Request::builder().method(method).uri(path).header("host", "broker");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let (parts, body) = self.0.clone().oneshot(request).await.unwrap().into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        (parts.status, parts.headers, text)
    }
}

fn said<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn pages_run_nothing_and_are_in_nobody_elses() {
    let app = App::with(&[]);
    for path in ["/", "/dashboard", "/openapi", "/environments", "/there/is/none", "/doc/self"] {
        let (_, headers, page) = app.ask("GET", path, &[("accept", "text/html")], "").await;
        assert_eq!(said(&headers, "content-type"), "text/html;charset=utf-8", "{path}");
        assert_eq!(said(&headers, "x-frame-options"), "DENY", "{path}");
        assert_eq!(said(&headers, "cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(said(&headers, "referrer-policy"), "no-referrer", "{path}");
        let policy = said(&headers, "content-security-policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'"]
        {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        // The one style that the page has is the one that it may have.
        let (_, rest) = page.split_once("<style>").unwrap();
        let (style, rest) = rest.split_once("</style>").unwrap();
        let digest = STANDARD.encode(Sha256::digest(style));
        assert!(policy.contains(&format!("style-src 'sha256-{digest}';")), "{path}: {policy}");
        for other in ["<style", " style=", "<script", "<link", "<img", "<form"] {
            assert!(!rest.contains(other), "{path} has {other}");
        }
    }
}

#[tokio::test]
async fn everything_says_what_it_is_and_only_badges_are_for_others() {
    let app = App::with(&[]);
    for (path, resource) in [
        ("/", "same-origin"),
        ("/metrics/prometheus", "same-origin"),
        ("/there/is/none", "same-origin"),
        ("/pacts/provider/a/consumer/b/latest/badge.svg", "cross-origin"),
    ] {
        let (_, headers, _) = app.ask("GET", path, &[], "").await;
        assert_eq!(said(&headers, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(said(&headers, "cross-origin-resource-policy"), resource, "{path}");
        assert!(!headers.contains_key("x-frame-options"), "{path}");
    }
    let elsewhere = App::with(&[("PACT_BROKER_SHIELDS_IO_BASE_URL", "https://badges.example.org")]);
    let (status, headers, _) =
        elsewhere.ask("GET", "/pacts/provider/a/consumer/b/latest/badge.svg", &[], "").await;
    assert!(status.is_redirection());
    assert_eq!(said(&headers, "cross-origin-resource-policy"), "cross-origin");
}

#[tokio::test]
async fn scripts_of_other_sites_see_nothing_unless_they_are_named() {
    let asked = [("origin", UI), ("access-control-request-method", "POST")];
    let app = App::with(&[]);
    for method in ["GET", "OPTIONS", "POST", "DELETE"] {
        let (_, headers, _) = app.ask(method, "/pacticipants", &asked, "").await;
        assert!(!headers.contains_key("access-control-allow-origin"), "{method}");
        assert_eq!(said(&headers, "vary"), "Accept");
    }
    let app = App::with(&[("PACTWRIGHT_HTTP_CORS_ORIGINS", "https://ui.example.org http://localhost:3000")]);
    for other in
        ["https://evil.example.org", "https://ui.example.org.evil.org", "http://ui.example.org", "null", "*"]
    {
        let headers = [("origin", other), ("access-control-request-method", "POST")];
        for method in ["GET", "OPTIONS"] {
            let (_, headers, _) = app.ask(method, "/pacticipants", &headers, "").await;
            assert!(!headers.contains_key("access-control-allow-origin"), "{other}");
            assert_eq!(said(&headers, "access-control-allow-headers"), "");
            assert!(headers.get_all("vary").iter().any(|value| value == "Origin"), "caches know it");
        }
    }
}

#[tokio::test]
async fn scripts_of_named_sites_may_ask_with_a_token_of_their_own() {
    let settings = [("PACTWRIGHT_HTTP_CORS_ORIGINS", UI), ("PACTWRIGHT_ADMIN_TOKEN", ADMIN)];
    let app = App::with(&settings);
    let preflight = [FOREIGN[0], FOREIGN[1], ("access-control-request-method", "POST")];
    let (status, headers, _) = app.ask("OPTIONS", "/pacticipants", &preflight, "").await;
    assert_eq!(status, StatusCode::NO_CONTENT, "browsers ask without a token");
    assert_eq!(said(&headers, "access-control-allow-origin"), UI);
    assert!(said(&headers, "access-control-allow-methods").contains("POST"));
    assert!(said(&headers, "access-control-allow-headers").contains("authorization"));
    assert!(
        !headers.contains_key("access-control-allow-credentials"),
        "what browsers keep is never sent along"
    );
    let (status, headers, _) = app.ask("OPTIONS", "/pacticipants", &[FOREIGN[0]], "").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "that is no preflight");
    assert_eq!(said(&headers, "access-control-allow-origin"), UI, "a refusal can be read, too");

    let bearer = format!("Bearer {ADMIN}");
    let with = |authorization| {
        [&FOREIGN[..], &[("authorization", authorization), ("content-type", "application/json")]].concat()
    };
    let (status, headers, text) =
        app.ask("POST", "/pacticipants", &with(bearer.as_str()), r#"{"name": "web"}"#).await;
    assert_eq!(status, StatusCode::CREATED, "{text}");
    assert_eq!(said(&headers, "access-control-allow-origin"), UI);
    assert!(said(&headers, "access-control-expose-headers").contains("location"));
}

#[tokio::test]
async fn what_a_browser_keeps_is_for_no_other_page() {
    let settings = [
        ("PACT_BROKER_BASIC_AUTH_USERNAME", "rw"),
        ("PACT_BROKER_BASIC_AUTH_PASSWORD", "one"),
        ("PACTWRIGHT_HTTP_CORS_ORIGINS", UI),
    ];
    let app = App::with(&settings);
    let kept = [("authorization", "Basic cnc6b25l"), ("content-type", "application/json")];
    for (of_page, expected) in [
        (&[][..], StatusCode::CREATED),
        (&[("origin", "http://BROKER")], StatusCode::CREATED),
        (
            &[("sec-fetch-site", "same-origin"), ("origin", "http://known-by-another-name")],
            StatusCode::CREATED,
        ),
        (&FOREIGN, StatusCode::FORBIDDEN),
        (&[("sec-fetch-site", "same-site")], StatusCode::FORBIDDEN),
        // Browsers say no more than that to addresses that are not secure.
        (&[("origin", UI)], StatusCode::FORBIDDEN),
        (&[("origin", "http://broker:8080")], StatusCode::FORBIDDEN),
        (&[("origin", "http://broker.example.org")], StatusCode::FORBIDDEN),
        (&[("origin", "null")], StatusCode::FORBIDDEN),
    ] {
        let headers = [&kept[..], of_page].concat();
        let (status, _, text) = app.ask("POST", "/pacticipants", &headers, r#"{"name": "web"}"#).await;
        assert_eq!(status, expected, "{of_page:?}: {text}");
        let (status, _, _) = app.ask("GET", "/pacticipants", &headers, "").await;
        assert_eq!(
            status,
            StatusCode::OK,
            "{of_page:?}: to read is harmless where the answer cannot be seen"
        );
        app.ask("DELETE", "/pacticipants/web", &kept, "").await;
    }
}

#[tokio::test]
async fn pages_of_named_sites_change_what_those_of_others_may_not() {
    let named = ("PACT_BROKER_BASE_URL", "http://broker");
    for (settings, expected) in [
        (&[named][..], StatusCode::FORBIDDEN),
        (&[named, ("PACTWRIGHT_HTTP_CORS_ORIGINS", UI)], StatusCode::CREATED),
    ] {
        let app = App::with(settings);
        let headers = [FOREIGN[0], FOREIGN[1], ("content-type", "application/json")];
        let (status, _, text) = app.ask("POST", "/pacticipants", &headers, r#"{"name": "web"}"#).await;
        assert_eq!(status, expected, "{text}");
    }
}
