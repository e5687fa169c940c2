//! What a broker tells those who watch it: names of requests, lines of the log, measures.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use std::{
    io,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pactwright_broker::Config;
use serde_json::{Value, json};
use support::{App, pact};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// Everything that was logged by the tests of this file.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The lines about a request.
    fn about(&self, id: &str) -> Vec<Value> {
        let lines = self.text();
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["span"]["id"] == id).collect()
    }
}

/// As the command line logs at its most talkative.
fn log() -> &'static Lines {
    static LOG: LazyLock<Lines> = LazyLock::new(|| {
        let lines = Lines::default();
        tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_env_filter(EnvFilter::new("warn,pactwright=trace"))
            .with_writer(lines.clone())
            .init();
        lines
    });
    &LOG
}

#[tokio::test]
async fn a_request_has_a_name_in_its_answer_and_in_the_log() {
    let log = log();
    let app = App::new(Config::default());
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let headers = [("x-request-id", "build-7"), ("traceparent", parent.as_str())];
    let found = app.ask("GET", "/pacticipants/Secret%20Project", &headers, b"").await;
    assert_eq!((found.status, found.header("x-request-id")), (404, "build-7"));
    let lines = log.about("build-7");
    let answered = lines.iter().find(|line| line["message"] == "answered").unwrap();
    assert_eq!(answered["route"], "/pacticipants/{pacticipant}");
    assert_eq!((&answered["status"], &answered["span"]["method"]), (&json!(404), &json!("GET")));
    assert_eq!(answered["span"]["trace"], trace);
    assert!(answered["milliseconds"].as_f64().unwrap() >= 0.0);
    // Names of applications are for whoever asked for details.
    for line in lines.iter().filter(|line| line.to_string().contains("Secret")) {
        assert_eq!(line["level"], "DEBUG", "{line}");
    }
    let made = app.ask("GET", "/", &[("x-request-id", "a\" b")], b"").await;
    assert_eq!(made.header("x-request-id").len(), 32);
    assert_eq!(log.about(made.header("x-request-id")).len(), 2);
}

#[tokio::test]
async fn no_secret_is_in_any_line() {
    let log = log();
    let mut config = Config::default();
    config.webhooks.egress.schemes.push("http".to_owned());
    config.webhooks.egress.networks = vec!["127.0.0.0/8".parse().unwrap()];
    config.webhooks.timeout = Duration::from_millis(200);
    // Nobody is there: what fails is told about, too.
    let vacant = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let receiver = vacant.local_addr().unwrap();
    drop(vacant);
    let app = App::new(config);
    let credentials = [("authorization", "Basic aHVzaDpodXNo"), ("cookie", "session=hush")];
    let webhook = |authority: String| {
        json!({
            "events": [{ "name": "contract_published" }],
            "request": {
                "method": "POST",
                "url": format!("http://{authority}/hook?token=hush"),
                "username": "me",
                "password": "hush",
                "headers": { "Authorization": "Bearer hush", "X-Api-Key": "hush" },
                "body": "hush ${secret.one}",
                "secrets": { "one": "hush-hush" },
                "signingSecret": "hush-hush-hush-hush-hush-hush-hush",
            },
        })
    };
    let mut headers = credentials.to_vec();
    headers.push(("content-type", "application/json"));
    for (authority, status) in [(format!("me:hush@{receiver}"), 400), (receiver.to_string(), 201)] {
        let body = webhook(authority).to_string();
        let created = app.ask("POST", "/webhooks", &headers, body.as_bytes()).await;
        assert_eq!(created.status, status, "{}", created.text);
    }
    let broker = app.broker();
    let deliveries = pactwright_broker::delivery::Deliveries::start(broker.clone());
    app.tell("PUT", "/pacts/provider/api/consumer/web/version/1", &pact(&["a"])).await;
    let is_told = async {
        while !log.text().contains("told a webhook") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), is_told).await.unwrap();
    deliveries.stop().await;
    let text = log.text();
    let receiver = receiver.to_string();
    assert!(text.lines().any(|line| line.contains("told a webhook") && line.contains(&receiver)), "{text}");
    for secret in ["hush", "aHVzaDpodXNo"] {
        let found = text.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "{secret} is in the log");
    }
}

#[tokio::test]
async fn nothing_that_somebody_logs_in_with_is_in_any_line() {
    const ADMIN: &str = "silence-0123456789abcdef0123456789abcdef";
    let log = log();
    let settings = [
        ("PACTWRIGHT_ADMIN_TOKEN", ADMIN),
        ("PACT_BROKER_BASIC_AUTH_USERNAME", "rw"),
        ("PACT_BROKER_BASIC_AUTH_PASSWORD", "silence-of-rw"),
    ];
    let app = App::new(Config::default().with_settings(settings).unwrap());
    let ask = async |authorization: &str, method: &str, path: &str, body: &Value| {
        let headers = [
            ("authorization", authorization),
            ("content-type", "application/json"),
            ("x-request-id", "logs-in"),
        ];
        app.ask(method, path, &headers, body.to_string().as_bytes()).await
    };
    let admin = format!("Bearer {ADMIN}");
    let grants = json!([{ "everywhere": true, "role": "viewer" }]);
    let ann = json!({ "password": "silence-of-ann", "grants": grants });
    assert_eq!(ask(&admin, "PUT", "/access/users/ann", &ann).await.status, 201);
    let made = ask(&admin, "POST", "/access/tokens", &json!({ "name": "ci", "grants": grants })).await.json();
    let token = made["token"].as_str().unwrap();
    let basic = |login: &str| format!("Basic {}", STANDARD.encode(login));
    let logins = ["rw:silence-of-rw", "ann:silence-of-ann", "ann:silence-wrong", "silence:silence"];
    let mut secrets = vec!["silence".to_owned(), token.to_owned()];
    for (login, status) in logins.into_iter().zip([200, 200, 401, 401]) {
        assert_eq!(ask(&basic(login), "GET", "/access/me", &json!({})).await.status, status, "{login}");
        secrets.push(STANDARD.encode(login));
    }
    for (sent, status) in [(token, 200), ("silence", 401), ("a.silence.c", 401)] {
        let found = ask(&format!("Bearer {sent}"), "GET", "/access/me", &json!({})).await;
        assert_eq!(found.status, status, "{}", found.text);
        assert!(!found.text.contains("silence"), "{}", found.text);
    }
    let text = log.text();
    assert!(text.contains("logs-in"));
    for secret in secrets {
        let found = text.lines().find(|line| line.contains(&secret));
        assert_eq!(found, None, "{secret} is in the log");
    }
}

#[tokio::test]
async fn what_is_measured_has_as_many_series_as_there_are_routes() {
    let app = App::new(Config::default());
    app.tell("PUT", "/pacts/provider/api/consumer/web/version/1", &pact(&["a"])).await;
    let series = async || {
        let found = app.ask("GET", "/metrics/prometheus", &[], b"").await;
        assert_eq!(
            found.header("content-type"),
            "application/openmetrics-text; version=1.0.0; charset=utf-8"
        );
        found.text
    };
    series().await;
    let before = series().await.lines().count();
    for number in 0..50 {
        app.ask("GET", &format!("/nowhere/{number}"), &[], b"").await;
        app.ask("GET", &format!("//{number}"), &[], b"").await;
        app.ask(&format!("METHOD{number}"), "/", &[], b"").await;
        app.ask("GET", &format!("/pacticipants/name{number}"), &[], b"").await;
    }
    let text = series().await;
    // Three that are new: a method, nowhere, and the route of a participant, each with its durations.
    let added = text.lines().count() - before;
    assert!(added <= 3 * 17, "{added} lines were added: {text}");
    for line in [
        r#"pactwright_http_requests_total{method="GET",route="/pacticipants/{pacticipant}",status="4xx"} 50"#,
        r#"pactwright_http_requests_total{method="GET",route="none",status="4xx"} 100"#,
        r#"pactwright_http_requests_total{method="other",route="none",status="5xx"} 50"#,
        r#"pactwright_kept{kind="participants"} 2"#,
        "pactwright_log_end 1",
        "pactwright_change_duration_seconds_count 1",
        "pactwright_log_batch_size_sum 1.0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(!text.contains("name7") && !text.contains("METHOD7"));
    let old = app.ask("GET", "/metrics/prometheus", &[("accept", "text/plain;version=0.0.4")], b"").await;
    assert_eq!(old.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert!(old.text.contains("# TYPE pactwright_http_requests_total counter\n"));
}

#[tokio::test]
async fn a_broker_says_why_it_should_not_be_asked() {
    let app = App::new(Config::default());
    assert_eq!(app.get("/health/live").await, json!({ "live": true }));
    assert_eq!(app.get("/health/ready").await, json!({ "ready": true, "reasons": [] }));
    app.broker().announce_stop();
    let found = app.ask("GET", "/health/ready", &[], b"").await;
    assert_eq!(found.status, 503);
    assert_eq!(
        found.json(),
        json!({ "ready": false, "reasons": [{ "reason": "stopping", "message": "the broker is stopping" }] })
    );
}
