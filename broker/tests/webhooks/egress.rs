//! Where requests do not go.

use std::sync::Arc;

use pactwright_broker::store::MemoryStore;
use serde_json::json;

use crate::{
    app::App,
    receiver::{Receiver, sent_on, status},
};

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
        assert!(why.contains("not at a public address"), "{host}: {why}");
        // Where a name leads to inside is nothing to be learnt from here.
        let is_told = host.contains("example.org") && why.contains(|letter: char| letter.is_ascii_digit());
        assert!(!is_told, "{host}: {why}");
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
        why.push(told["error"]["message"].as_str().unwrap().contains("not at a public address"));
    }
    assert_eq!(why, [false, true], "first nobody listens where it leads, then it leads inside");
    assert!(receiver.is_empty().await);
}

#[tokio::test]
async fn a_proxy_that_was_named_is_gone_through_and_does_not_lead_inside() {
    let proxy = Receiver::start(|_| Some(status(200))).await;
    let names = [("ci.example.org", "8.8.8.8"), ("inside.example.org", "10.0.0.1")];
    let app =
        App::open(Arc::new(MemoryStore::new()), &[("PACTWRIGHT_WEBHOOK_PROXY", &proxy.url(""))], &names);
    let told = app.try_out(json!({ "method": "POST", "url": "http://ci.example.org/hook" })).await;
    assert_eq!(told["success"], true, "{told}");
    assert_eq!(proxy.next().await.path, "http://ci.example.org/hook");
    for url in ["http://inside.example.org/", "http://10.0.0.1/", "http://[::ffff:10.0.0.1]/"] {
        let told = app.try_out(json!({ "method": "POST", "url": url })).await;
        let why = told["error"]["message"].as_str().unwrap();
        assert!(why.contains("not at a public address"), "{url}: {why}");
    }
    assert!(proxy.is_empty().await);
}
