//! Secure connections.

use std::{fs, sync::Arc};

use pactwright_broker::{Config, http::serve_tls};
use reqwest::Version;
use rustls::version::{TLS12, TLS13};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::oneshot,
    time::timeout,
};

use crate::support::{PATIENCE, SHORT, Secure, certificate, client, greet, open, put, rest, say};

const GET: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn clients_speak_what_they_like_and_links_are_secure() {
    let broker = Secure::start(Config::default()).await;
    for (client, version) in [
        (client(&broker.made).build().unwrap(), Version::HTTP_2),
        (client(&broker.made).http1_only().build().unwrap(), Version::HTTP_11),
    ] {
        let answer = client.get(broker.url("/")).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.version()), (200, version));
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=15552000");
        let document: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(document["_links"]["self"]["href"], broker.url(""), "{version:?}");
        let made = client
            .post(broker.url("/pacticipants"))
            .header("content-type", "application/json")
            .body(format!(r#"{{"name": "{version:?}"}}"#))
            .send()
            .await
            .unwrap();
        assert_eq!(made.status().as_u16(), 201);
        assert!(made.headers()["location"].to_str().unwrap().starts_with(&broker.url("/")));
        let forwarded = client.get(broker.url("/")).header("x-forwarded-proto", "http").send().await.unwrap();
        assert!(forwarded.text().await.unwrap().contains("\"http://localhost:"));
    }
}

#[tokio::test]
async fn where_the_settings_say_so_browsers_are_not_held_to_it() {
    let mut config = Config::default();
    config.tls.hsts_days = 0;
    let broker = Secure::start(config).await;
    let answer = client(&broker.made).build().unwrap().get(broker.url("/")).send().await.unwrap();
    assert!(!answer.headers().contains_key("strict-transport-security"));
}

#[tokio::test]
async fn both_versions_that_are_safe_are_spoken() {
    let broker = Secure::start(Config::default()).await;
    for (version, expected) in
        [(&TLS12, rustls::ProtocolVersion::TLSv1_2), (&TLS13, rustls::ProtocolVersion::TLSv1_3)]
    {
        let mut stream = greet(broker.address, &[&broker.made], &[version]).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(expected));
        stream.write_all(GET).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    }
    // A greeting of TLS 1.1 with one cipher of its time.
    let mut hello = vec![0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0xc0, 0x13, 1, 0]);
    let answer = say(broker.address, &hello).await;
    assert_eq!(answer.first(), Some(&0x15), "an alert, and nothing else: {answer:?}");
}

#[tokio::test]
async fn who_does_not_speak_tls_is_left_at_once() {
    let broker = Secure::start(Config::default()).await;
    let answer = say(broker.address, GET).await;
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP/1.1 200"), "{answer:?}");
    let answer = say(broker.address, b"\x16\x03\x01\xff\xff no greeting").await;
    assert!(answer.len() < 100, "{answer:?}");
}

#[tokio::test]
async fn who_is_silent_instead_of_greeting_makes_room_for_others() {
    let mut config = Config::default();
    (config.http.head_timeout, config.http.connections) = (SHORT, 1);
    let broker = Secure::start(config).await;
    let silent = TcpStream::connect(broker.address).await.unwrap();
    let half = TcpStream::connect(broker.address).await.unwrap();
    let answer = client(&broker.made).build().unwrap().get(broker.url("/health/live")).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert!(rest(silent).await.is_empty());
    drop(half);
}

#[tokio::test]
async fn who_is_slow_to_greet_keeps_nobody_waiting() {
    let broker = Secure::start(Config::default()).await;
    let mut slow = Vec::new();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(broker.address).await.unwrap();
        stream.write_all(b"\x16\x03\x01").await.unwrap();
        slow.push(stream);
    }
    let answer = client(&broker.made).build().unwrap().get(broker.url("/health/live")).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
}

/// What a new client is shown.
async fn shown(broker: &Secure, trusted: &[&crate::support::Made]) -> Vec<u8> {
    let stream = greet(broker.address, trusted, &[&TLS13]).await.unwrap();
    stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

#[tokio::test]
async fn a_new_certificate_is_shown_and_connections_go_on() {
    let broker = Secure::start(Config::default()).await;
    let next = certificate();
    let both = [&broker.made, &next];
    let mut before = greet(broker.address, &both, &[&TLS13]).await.unwrap();
    fs::write(broker.folder.path().join("tls.pem"), "nothing of use").unwrap();
    broker.tls.check().await;
    assert_eq!(shown(&broker, &both).await, broker.made.certificate.as_ref(), "what is broken is not shown");
    put(broker.folder.path(), &next);
    assert!(broker.tls.reload().unwrap());
    assert_eq!(shown(&broker, &both).await, next.certificate.as_ref());
    before.write_all(GET).await.unwrap();
    let mut text = String::new();
    before.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
}

#[tokio::test]
async fn files_are_looked_at_again_and_again() {
    let mut config = Config::default();
    config.tls.check_every = std::time::Duration::from_millis(10);
    let broker = Secure::start(config).await;
    let next = certificate();
    put(broker.folder.path(), &next);
    let both = [&broker.made, &next];
    let is_shown = async { while shown(&broker, &both).await != next.certificate.as_ref() {} };
    timeout(PATIENCE, is_shown).await.expect("it never showed the new one");
}

#[tokio::test]
async fn a_broker_that_stops_does_not_wait_for_those_who_say_nothing() {
    let secure = Secure::start(Config::default()).await;
    let mut config = Config::default();
    // Only a client that is not told to go could take that long.
    config.http.grace = std::time::Duration::from_secs(3600);
    let (broker, listener, address) = open(config).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap() };
    let serving = tokio::spawn(serve_tls(broker, listener, secure.tls.clone(), shutdown));
    let silent = TcpStream::connect(address).await.unwrap();
    let idle = Arc::new(client(&secure.made).build().unwrap());
    let url = format!("https://localhost:{}/health/live", address.port());
    let answer = idle.get(&url).send().await.unwrap();
    assert_eq!(answer.version(), Version::HTTP_2);
    answer.text().await.unwrap();
    stop.send(()).unwrap();
    timeout(PATIENCE, serving).await.expect("it waits").unwrap();
    assert!(rest(silent).await.is_empty());
    assert!(idle.get(&url).send().await.is_err());
}
