//! Addresses that try to be others: up and out, around the gate, out of a header.

use pactwright_broker::Config;
use serde_json::{Value, json};

use crate::target::{ADMIN, Answer, JSON, Target, asking, request};

/// Ways to write one level up.
const UPWARDS: [&str; 16] = [
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "..%252f",
    "%252e%252e%252f",
    "..\\",
    "..%5c",
    "%2e%2e%5c",
    "..%c0%af",
    "%c0%ae%c0%ae/",
    "..%e0%80%af",
    "....//",
    "..;/",
    "..%00/",
    "%uff0e%uff0e/",
];

/// What is not to be reached without saying who one is.
const CLOSED: &str = "/events";

/// It and what else is there, in other words.
const WRITTEN: [&str; 47] = [
    "/events",
    "/EVENTS",
    "//events",
    "///events",
    "/./events",
    "/events/",
    "/events/.",
    "/events;x",
    "/events%20",
    "/events%00",
    "/events.json",
    "/events?",
    "/events#",
    "/events%23",
    "/%65vents",
    "/events%2f",
    "/health/live%2f..%2f..%2fevents",
    "/health/live?/../../events",
    "/health/live#/../../events",
    "/health/live/events",
    "/health/live;/events",
    "/events/health/live",
    "/events?x=/health/live",
    "http://broker/events",
    "http://broker:80/events",
    "http://user:pass@broker/events",
    "https://other/events",
    "http:///events",
    "file:///etc/passwd",
    "events",
    "*",
    "broker:80",
    "/events\\",
    "\\events",
    "/e%76ents",
    "/%2e/events",
    "/\u{fe}vents",
    "?",
    "",
    "/?/events",
    "/x/badge",
    "/pacticipants/badge",
    "/diagnostic/status/heartbeat/../../../events",
    "/health/live.json",
    "/health%2flive",
    "/pacts/provider/../consumer/../latest/badge",
    "/events/latest/badge",
];

/// A request target as it is, whatever is in it.
fn raw(method: &str, target: &str) -> Vec<u8> {
    [method.as_bytes(), b" ", target.as_bytes(), b" HTTP/1.1\r\nhost: broker\r\nconnection: close\r\n\r\n"]
        .concat()
}

#[tokio::test]
async fn nobody_climbs_out_of_the_broker_or_around_its_gate() {
    let target = Target::start(asking()).await;
    target.tell("POST", "/pacticipants", &json!({ "name": "kept-to-themselves" })).await;
    let open = ["/health/live", "/health/ready", "/", "/pacticipants", "/doc", "/openapi"];
    let mut asked = Vec::new();
    for upwards in UPWARDS {
        for from in open {
            for depth in [1, 2, 8] {
                let up = upwards.repeat(depth);
                for to in ["etc/passwd", "events", "pacticipants", "proc/self/environ", "Cargo.toml"] {
                    asked.push(format!("{}/{up}{to}", from.trim_end_matches('/')));
                }
            }
        }
    }
    asked.extend(WRITTEN.map(str::to_owned));
    for path in &asked {
        for method in ["GET", "POST", "OPTIONS", "DELETE"] {
            for answer in target.send(&raw(method, path)).await {
                // Badges are for everybody, also of what is not there.
                let is_open = path.starts_with("/health/live")
                    || path.starts_with("/health/ready")
                    || path.ends_with("/badge");
                assert!(
                    (400..500).contains(&answer.status) || (is_open && answer.status == 200),
                    "{method} {path}: {}",
                    answer.status
                );
                for secret in ["root:", "kept-to-themselves", "ParticipantCreated", "[package]", "PATH="] {
                    assert!(!answer.says(secret), "{method} {path}: {}", answer.text());
                }
            }
        }
    }
    // What is known to be understood by other servers is not understood here.
    for (name, value) in [
        ("x-original-url", CLOSED),
        ("x-rewrite-url", CLOSED),
        ("x-http-method-override", "DELETE"),
        ("x-method-override", "DELETE"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-user", "admin"),
        ("x-remote-user", "admin"),
        ("remote-user", "admin"),
        ("forwarded", "for=127.0.0.1;by=admin"),
        ("x-forwarded-prefix", CLOSED),
        ("cookie", "session=admin"),
    ] {
        for (path, status) in
            [(CLOSED, 401), ("/pacticipants/kept-to-themselves", 401), ("/health/live", 200)]
        {
            let answer = target.ask("GET", path, &[(name, value)], b"").await;
            assert_eq!(
                (answer.status, answer.says("ParticipantCreated")),
                (status, false),
                "{name} for {path}"
            );
        }
    }
    target.calm().await;
}

#[tokio::test]
async fn names_that_look_like_paths_are_names() {
    let target = Target::start(Config::default()).await;
    for (place, name) in [
        "..",
        ".",
        "../../etc/passwd",
        "..\\..\\x",
        "%2e%2e",
        "a/../b",
        "~",
        "-rf",
        "$(id)",
        "${x}",
        "{name}",
        "*",
        "?a=b",
        "#a",
    ]
    .into_iter()
    .enumerate()
    {
        let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let path = format!("/pacticipants/{encoded}");
        let made = target
            .ask("PUT", &format!("{path}/versions/{place}"), &[("content-type", "application/json")], b"{}")
            .await;
        assert_eq!(made.status, 201, "{name}: {}", made.text());
        let found = target.get(&path).await;
        assert_eq!((found.status, &found.json()["name"]), (200, &json!(name)), "{}", found.text());
        // What it says of itself leads back to it.
        let this = found.json()["_links"]["self"]["href"].as_str().unwrap().to_owned();
        let this = target.get(this.strip_prefix("http://broker").unwrap()).await;
        assert_eq!(this.json()["name"], json!(name));
    }
    target.calm().await;
}

/// What was to be got into the head of an answer. (That each of its lines is a header is looked at where it is read.)
fn is_injected((name, value): &(String, String)) -> bool {
    matches!(name.as_str(), "set-cookie" | "refresh" | "evil") || value.contains("Set-Cookie: ")
}

#[tokio::test]
async fn what_is_sent_never_becomes_a_header() {
    let target = Target::start(Config::default()).await;
    let evil = [
        "%0d%0aSet-Cookie:%20evil=1",
        "%0aSet-Cookie:%20evil=1",
        "%0d%0a%0d%0a<script>",
        "%0dSet-Cookie:%20evil=1",
        "%E5%98%8A%E5%98%8DSet-Cookie:%20evil=1",
        "%c4%8d%c4%8aSet-Cookie:%20evil=1",
        "a%0d%0a%20b",
        "%00",
        "%7f",
        "%c2%85Set-Cookie:%20evil=1",
        "%e2%80%a8Set-Cookie:%20evil=1",
    ];
    for name in evil {
        for (method, path) in [
            ("PUT", format!("/pacticipants/{name}/versions/1")),
            ("PUT", format!("/pacticipants/web/versions/{name}")),
            ("PUT", format!("/pacticipants/web/branches/{name}/versions/1")),
            ("PUT", format!("/pacticipants/web/versions/1/tags/{name}")),
            ("PUT", format!("/pacticipants/web/labels/{name}")),
            ("PUT", format!("/pacts/provider/{name}/consumer/web/version/1")),
            ("GET", format!("/pacticipants?page=1&size=1&x={name}")),
            ("GET", format!("/matrix?q[][pacticipant]={name}")),
            ("GET", format!("/{name}")),
            ("GET", format!("/doc/{name}")),
            ("GET", format!("/pacts/provider/{name}/consumer/{name}/latest/badge")),
            ("GET", format!("/pacticipants/{name}/network")),
        ] {
            for form in ["application/hal+json", "text/html", "image/svg+xml"] {
                let body: &[u8] = if method == "PUT" { b"{}" } else { b"" };
                let answer = target
                    .ask(method, &path, &[("content-type", "application/json"), ("accept", form)], body)
                    .await;
                assert!(!answer.headers.iter().any(is_injected), "{method} {path}: {:?}", answer.headers);
                assert!(!answer.text().contains("<script"), "{method} {path}: {}", answer.text());
            }
        }
    }
    target.calm().await;
}

/// That nothing of a request became a part of a page, a document or a head.
fn is_whole(answer: &Answer, of: &str) {
    let text = answer.text();
    for broken in ["<script", "onmouseover=\"", "href=\"javascript:", "\"javascript:", "evil.example/\""] {
        assert!(!text.contains(broken), "{of}: {text}");
    }
    if answer.header("content-type").contains("json") {
        serde_json::from_slice::<Value>(&answer.body).unwrap_or_else(|error| panic!("{of}: {error}: {text}"));
    }
    assert!(!answer.headers.iter().any(is_injected), "{of}: {:?}", answer.headers);
}

#[tokio::test]
async fn what_a_request_says_of_the_broker_breaks_out_of_nothing() {
    let target = Target::start(Config::default()).await;
    target.ask("PUT", "/pacticipants/web/versions/1", &[("content-type", "application/json")], b"{}").await;
    let evil = [
        "a\"><script>alert(1)</script>",
        "evil.example/\"onmouseover=\"x",
        "javascript:alert(1)//",
        "a b",
        "a\\b",
        "a\tb",
        "[::1]\"}",
        "{{x}}",
        "a,b\"",
        "%0d%0a",
        "broker#",
        "broker?x",
        "user:pass@evil.example",
        "'",
        "`",
        "\u{e9}",
        "broker:99999",
        "broker:-1",
        "broker:",
        ":",
        "-",
        "..",
    ];
    for value in evil {
        for name in [
            "host",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-forwarded-scheme",
            "x-forwarded-port",
            "x-forwarded-ssl",
            "x-request-id",
            "traceparent",
            "origin",
            "referer",
            "accept",
            "accept-language",
            "user-agent",
        ] {
            for (path, form) in [
                ("/", "application/hal+json"),
                ("/pacticipants/web", "text/html"),
                ("/nowhere", "text/html"),
                ("/nowhere", "application/problem+json"),
                ("/doc/pb:tag", "text/html"),
            ] {
                let mut headers = vec![(name, value)];
                if name != "accept" {
                    headers.push(("accept", form));
                }
                let answers = target.send(&request("GET", path, &headers, b"")).await;
                assert!(answers.len() <= 1, "{name}: {value}");
                for answer in answers {
                    is_whole(&answer, &format!("{name}: {value} at {path}"));
                }
            }
        }
        let bytes = request("GET", "/openapi.json", &[("x-forwarded-host", value)], b"");
        for answer in target.send(&bytes).await {
            is_whole(&answer, &format!("{value} in the description"));
        }
    }
    // A way to say who asks that is no such thing.
    for value in [
        "Bearer",
        "Bearer \u{0}",
        "Basic ====",
        "Basic Og==",
        "Basic AAAA",
        "\u{fe}",
        "Bearer a, Bearer b",
        ADMIN,
    ] {
        let bytes =
            request("GET", "/pacticipants", &[("authorization", value), ("authorization", value)], b"");
        assert!(target.send(&bytes).await.len() <= 1, "{value}");
    }
    target.calm().await;
}

#[tokio::test]
async fn where_a_change_comes_from_is_what_the_socket_says_or_a_proxy_that_is_named() {
    let authorization = format!("Bearer {ADMIN}");
    for (proxies, said, expected) in [
        ("", "203.0.113.7", "127.0.0.1"),
        ("10.0.0.0/8", "203.0.113.7", "127.0.0.1"),
        ("127.0.0.0/8", "203.0.113.7", "203.0.113.7"),
        // What the proxy did not write itself is what its client says.
        ("127.0.0.0/8", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.0/8", "198.51.100.1, nonsense", "127.0.0.1"),
    ] {
        let mut config = asking();
        config.access.trusted_proxies =
            proxies.split_whitespace().map(|proxy| proxy.parse().unwrap()).collect();
        let target = Target::start(config).await;
        let headers =
            [("authorization", authorization.as_str()), ("content-type", JSON), ("x-forwarded-for", said)];
        let made = target.ask("POST", "/pacticipants", &headers, br#"{"name": "web"}"#).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let listed = target.ask("GET", "/events?size=1", &headers[..1], b"").await.json();
        assert_eq!(listed["events"][0]["by"]["from"], expected, "{proxies:?} {said}: {listed}");
    }
}
