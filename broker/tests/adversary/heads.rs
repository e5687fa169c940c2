//! Heads of requests that are too large, or nonsense.

use crate::target::{Target, impatient};

fn get(target: &str, headers: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nhost: broker\r\nconnection: close\r\n{headers}\r\n")
}

#[tokio::test]
async fn heads_of_any_size_are_answered_or_refused() {
    let target = Target::start(impatient()).await;
    let mut samples = Vec::new();
    for size in [100, 10_000, 60_000, 70_000, 500_000, 3_000_000] {
        let long = "x".repeat(size);
        samples.push(get(&format!("/{long}"), ""));
        samples.push(get(&format!("/pacticipants/{long}"), ""));
        samples.push(get(&format!("/pacticipants?{}", "a=b&".repeat(size / 4)), ""));
        samples.push(get(&format!("/matrix?{}", "q[][pacticipant]=web&".repeat(size / 21)), ""));
        samples.push(get(&format!("/matrix?q{}=web", "[]".repeat(size / 2)), ""));
        samples.push(get("/", &format!("x: {long}\r\n")));
        samples.push(get("/", &format!("{long}: x\r\n")));
        samples.push(get("/", &format!("accept: {}\r\n", "text/html;q=0.1,".repeat(size / 16))));
        samples.push(get("/", &format!("authorization: Basic {long}\r\n")));
        samples.push(get("/", &format!("authorization: Bearer {long}\r\n")));
        samples.push(get("/", &format!("x-forwarded-host: {long}\r\n")));
        samples.push(get("/", &format!("x-request-id: {long}\r\n")));
        samples.push(get("/", &format!("traceparent: {long}\r\n")));
        samples.push(get("/", &format!("if-none-match: {}\r\n", "\"a\",".repeat(size / 4))));
        samples.push(format!("{long} / HTTP/1.1\r\nhost: broker\r\nconnection: close\r\n\r\n"));
        samples.push(long);
    }
    for count in [50, 99, 100, 101, 200, 5000, 50_000] {
        samples.push(get("/", &(0..count).map(|number| format!("x-{number}: y\r\n")).collect::<String>()));
        samples.push(get("/", &"x: y\r\n".repeat(count)));
    }
    for sample in samples {
        let answers = target.send(sample.as_bytes()).await;
        let shown = &sample[..sample.len().min(80)];
        assert!(answers.len() <= 1, "{shown}: {answers:?}");
        let fits = sample.len() < 5000 && sample.matches("\r\n").count() < 60 && sample.contains("\r\n\r\n");
        assert!(!fits || answers.len() == 1, "{shown} is not answered");
    }
    for status in [200, 414, 431] {
        assert!(target.seen().contains(&status), "{status} was never said");
    }
    target.calm().await;
}

#[tokio::test]
async fn nonsense_is_refused() {
    let target = Target::start(impatient()).await;
    for sample in [
        &b"\r\n\r\n\r\n"[..],
        b"\0\0\0\0\0\0\0\0",
        b"GET\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / http/1.1\r\nhost: broker\r\n\r\n",
        b"GET / HTTP/1.1\nhost: broker\n\n",
        b"GET  /  HTTP/1.1\r\nhost: broker\r\n\r\n",
        b"GET\t/\tHTTP/1.1\r\nhost: broker\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: broker\r\nx: \xff\xfe\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nhost: broker\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nhost: broker\r\n\r\n",
        b"CONNECT broker:443 HTTP/1.1\r\nhost: broker\r\n\r\n",
        b"CONNECT / HTTP/1.1\r\nhost: broker\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nhost: broker\r\n\r\n",
        b"QUERY / HTTP/1.1\r\nhost: broker\r\n\r\n",
        b"PROPFIND / HTTP/1.1\r\nhost: broker\r\n\r\n",
        b"get / HTTP/1.1\r\nhost: broker\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/0.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\xff\xff\xff\x01\x01\0\0\0\0",
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
        b"\x16\x03\x01\xff\xff",
        b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\nGET / HTTP/1.1\r\nhost: broker\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        b"EHLO broker\r\n",
    ] {
        let answers = target.send(sample).await;
        assert!(answers.len() <= 1, "{}: {answers:?}", String::from_utf8_lossy(sample));
    }
    target.calm().await;
}
