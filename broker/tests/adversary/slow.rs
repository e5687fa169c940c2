//! Clients that take their time: they are left, and others are answered meanwhile.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::target::{Target, impatient};

/// How many at once of each kind.
const CROWD: usize = 40;

/// Everything until the connection is closed.
async fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard).await;
    heard
}

#[tokio::test]
async fn a_crowd_that_is_slow_in_every_way_keeps_nobody_waiting() {
    let target = Target::start(impatient()).await;
    let body = "POST /pacticipants HTTP/1.1\r\nhost: broker\r\ncontent-type: application/json\r\n";
    let kinds = [
        // Nothing at all; half a line; half a head; no body; half a body; half a chunk; half the size of one.
        String::new(),
        "GET /pac".to_owned(),
        "GET / HTTP/1.1\r\nhost: broker\r\nx: ".to_owned(),
        format!("{body}content-length: 20\r\n\r\n"),
        format!("{body}content-length: 20\r\n\r\n{{\"name\""),
        format!("{body}transfer-encoding: chunked\r\n\r\n14\r\n{{\"name\""),
        format!("{body}transfer-encoding: chunked\r\n\r\n1"),
        format!("{body}expect: 100-continue\r\ncontent-length: 20\r\n\r\n"),
    ];
    let mut crowd = JoinSet::new();
    for kind in &kinds {
        for _ in 0..CROWD {
            let mut stream = target.connect().await;
            stream.write_all(kind.as_bytes()).await.unwrap();
            crowd.spawn(rest(stream));
        }
    }
    // All of them are there, and each has to be left before it says anything more.
    let made = target
        .ask("POST", "/pacticipants", &[("content-type", "application/json")], br#"{"name": "web"}"#)
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    while let Some(heard) = crowd.join_next().await {
        for answer in target.understood(&heard.unwrap()) {
            assert!((400..500).contains(&answer.status), "{} {}", answer.status, answer.text());
        }
    }
    target.calm().await;
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_not_waited_for() {
    let target = Target::start(impatient()).await;
    let mut slow = target.connect().await;
    slow.write_all(b"GET / HTTP/1.1\r\nhost: broker\r\nx: ").await.unwrap();
    let mut sent = 0;
    // Between two bytes somebody else is answered. It never stops by itself.
    while slow.write_all(b"x").await.is_ok() {
        assert_eq!(target.get("/health/live").await.status, 200);
        sent += 1;
        assert!(sent < 1_000_000, "it is still read");
    }
    target.calm().await;
}

#[tokio::test]
async fn a_body_that_comes_byte_by_byte_is_not_waited_for() {
    let target = Target::start(impatient()).await;
    let mut slow = target.connect().await;
    let head = "POST /pacticipants HTTP/1.1\r\nhost: broker\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n";
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut sent = 0;
    while slow.write_all(b" ").await.is_ok() {
        assert_eq!(target.get("/health/live").await.status, 200);
        sent += 1;
        assert!(sent < 1_000_000, "it is still read");
    }
    assert!(target.broker.state().participants().next().is_none());
    target.calm().await;
}

#[tokio::test]
async fn whoever_only_holds_connections_gives_them_up() {
    let mut config = impatient();
    config.http.connections = 8;
    let target = Target::start(config).await;
    let mut held = Vec::new();
    for _ in 0..24 {
        held.push(target.connect().await);
    }
    // Three times as many as there are places wait before it.
    assert_eq!(target.get("/pacticipants").await.status, 200);
    // One after the other, as none of those who are waiting says a word.
    for stream in held {
        rest(stream).await;
    }
    target.calm().await;
}

#[tokio::test]
async fn whoever_takes_nothing_of_many_answers_is_left() {
    let mut config = impatient();
    config.http.connections = 4;
    let target = Target::start(config).await;
    let many = "GET /openapi.json HTTP/1.1\r\nhost: broker\r\n\r\n".repeat(400);
    let mut greedy = Vec::new();
    for _ in 0..8 {
        let mut stream = target.connect().await;
        stream.write_all(many.as_bytes()).await.unwrap();
        greedy.push(stream);
    }
    assert_eq!(target.get("/pacticipants").await.status, 200);
    drop(greedy);
    target.calm().await;
}

#[tokio::test]
async fn whoever_goes_away_in_the_middle_leaves_nothing() {
    let target = Target::start(impatient()).await;
    let whole = "PUT /pacticipants/gone/versions/1 HTTP/1.1\r\nhost: broker\r\ncontent-type: application/json\r\ncontent-length: 30\r\n\r\n{}";
    for end in 0..whole.len() {
        let mut stream = target.connect().await;
        stream.write_all(&whole.as_bytes()[..end]).await.unwrap();
    }
    assert_eq!(target.get("/pacticipants/gone").await.status, 404);
    target.calm().await;
}
