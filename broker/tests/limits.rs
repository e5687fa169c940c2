//! What a client can ask of a broker at most, over sockets.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[path = "support/around.rs"]
mod around;

use std::{
    future::pending,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};

use around::{Around, Way};
use pactwright_broker::{
    Broker, Config, http,
    store::{BlobKey, MemoryStore, Position, Store, StoreError},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// So short that a test does not take long, and so long that nothing else is late.
const SHORT: Duration = Duration::from_millis(150);

/// Whoever writes is kept waiting.
struct Held {
    /// Told when somebody begins to write.
    begun: Sender<()>,
    /// Each of these lets one go on; none more are needed once the other side is gone.
    go: Mutex<Receiver<()>>,
}

impl Way for Held {
    fn append(
        &self,
        kept: &dyn Store,
        expected: Position,
        records: &[Vec<u8>],
        blobs: &[(BlobKey, Vec<u8>)],
    ) -> Result<Position, StoreError> {
        let _ = self.begun.send(());
        let _ = self.go.lock().unwrap().recv();
        kept.append(expected, records, blobs)
    }
}

async fn serve_on(store: Arc<dyn Store>, config: Config) -> SocketAddr {
    let broker = Broker::open(store, config).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(http::serve(broker, listener, pending()));
    address
}

async fn serve(config: Config) -> SocketAddr {
    serve_on(Arc::new(MemoryStore::new()), config).await
}

async fn connect(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// Everything that is said until the connection is closed, by whomever.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // A broker that does not read what is sent closes the connection hard.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: broker\r\nconnection: close\r\n\r\n")
}

fn post(path: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: broker\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

async fn ask(address: SocketAddr, text: &str) -> String {
    rest(connect(address, text).await).await
}

fn environment(name: &str) -> String {
    post("/environments", &format!(r#"{{"name": "{name}", "production": false}}"#))
}

/// Asks what is measured until it is as expected: those who watch are answered whatever else happens.
async fn until_measured(address: SocketAddr, line: &str) {
    for _ in 0..10_000 {
        if ask(address, &get("/metrics/prometheus")).await.lines().any(|found| found == line) {
            return;
        }
    }
    panic!("it never said {line}");
}

fn assert_status(answer: &str, status: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{status} is not what it says: {answer}");
}

fn assert_come_back(answer: &str) {
    assert_status(answer, 503);
    assert!(answer.to_ascii_lowercase().contains("\r\nretry-after: 1\r\n"), "{answer}");
}

#[tokio::test]
async fn bodies_are_as_large_as_the_limit_allows() {
    let mut config = Config::default();
    config.http.body_limit = 1024;
    let address = serve(config).await;
    let fits = format!(r#"{{"name": "a", "production": false, "displayName": "{}"}}"#, "x".repeat(900));
    assert_status(&ask(address, &post("/environments", &fits)).await, 201);
    let large = "x".repeat(1025);
    assert_status(&ask(address, &post("/environments", &large)).await, 413);
    let chunked = format!(
        "POST /environments HTTP/1.1\r\nhost: broker\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n401\r\n{large}\r\n0\r\n\r\n"
    );
    assert_status(&ask(address, &chunked).await, 413);
}

#[tokio::test]
async fn json_is_as_deep_as_the_limit_allows() {
    let mut config = Config::default();
    config.http.json_depth = 12;
    let address = serve(config).await;
    let nested = |depth: usize| {
        let inner = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        post("/pacticipants", &format!(r#"{{"name": "a{depth}", "unknown": {inner}}}"#))
    };
    assert_status(&ask(address, &nested(11)).await, 201);
    let refused = ask(address, &nested(12)).await;
    assert_status(&refused, 400);
    assert!(refused.contains("12"), "{refused}");
}

#[tokio::test]
async fn pages_are_as_long_as_the_limit_allows() {
    let mut config = Config::default();
    config.http.page_limit = 2;
    let address = serve(config).await;
    for name in ["a", "b", "c"] {
        let body = format!(r#"{{"name": "{name}"}}"#);
        assert_status(&ask(address, &post("/pacticipants", &body)).await, 201);
    }
    let page = ask(address, &get("/pacticipants?page=1&size=1000000")).await;
    assert_status(&page, 200);
    assert!(page.contains("/pacticipants/b\"") && !page.contains("/pacticipants/c\""), "{page}");
    assert!(page.contains(r#""size":2,"totalElements":3"#), "{page}");
}

#[tokio::test]
async fn who_is_silent_or_slow_before_a_request_is_left() {
    let mut config = Config::default();
    config.http.head_timeout = SHORT;
    let address = serve(config).await;
    // What is shown is that reading ends.
    assert!(!ask(address, "").await.contains("200"));
    assert!(!ask(address, "GET / HTTP/1.1\r\nhost: bro").await.contains("200"));
    let kept = ask(address, "GET /health/live HTTP/1.1\r\nhost: broker\r\n\r\n").await;
    assert_status(&kept, 200);
}

#[tokio::test]
async fn who_is_slow_with_a_body_is_told_so() {
    let mut config = Config::default();
    config.http.body_timeout = SHORT;
    let address = serve(config).await;
    let half = post("/environments", "{}").replace("content-length: 2", "content-length: 200");
    assert_status(&ask(address, &half).await, 408);
}

#[tokio::test]
async fn who_takes_nothing_of_an_answer_makes_room_for_others() {
    let mut config = Config::default();
    config.http.write_timeout = SHORT;
    config.http.connections = 1;
    let address = serve(config).await;
    let many = "GET /openapi.json HTTP/1.1\r\nhost: broker\r\n\r\n".repeat(400);
    let _greedy = connect(address, &many).await;
    // There is only one place, and it is given up although nobody closed the connection.
    assert_status(&ask(address, &get("/health/live")).await, 200);
}

#[tokio::test]
async fn who_comes_when_too_many_are_answered_is_told_to_come_back() {
    let mut config = Config::default();
    (config.http.requests, config.http.waiting) = (1, 0);
    let address = serve(config).await;
    let body = r#"{"name": "a", "production": false}"#;
    let whole = post("/environments", body);
    let (first, second) = whole.split_at(whole.len() - 5);
    let mut slow = connect(address, first).await;
    // The other one is who asks.
    until_measured(address, "pactwright_http_requests_in_flight 2").await;
    assert_come_back(&ask(address, &get("/environments")).await);
    assert_status(&ask(address, &get("/health/ready")).await, 200);
    slow.write_all(second.as_bytes()).await.unwrap();
    assert_status(&rest(slow).await, 201);
    assert_status(&ask(address, &get("/environments")).await, 200);
    until_measured(address, "pactwright_http_requests_turned_away_total 1").await;
}

#[tokio::test]
async fn what_comes_when_too_many_changes_wait_is_told_to_come_back() {
    let (begun, is_begun) = channel();
    let (go, may_go) = channel();
    let store = Around::new(Arc::new(MemoryStore::new()), Held { begun, go: Mutex::new(may_go) });
    let mut config = Config::default();
    (config.queue.length, config.queue.batch) = (1, 1);
    let address = serve_on(store, config).await;
    let ask_for = |name: &str| {
        let text = environment(name);
        tokio::spawn(async move { ask(address, &text).await })
    };
    let first = ask_for("first");
    tokio::task::spawn_blocking(move || is_begun.recv().unwrap()).await.unwrap();
    let second = ask_for("second");
    until_measured(address, "pactwright_queue_length 1").await;
    assert_come_back(&ask_for("third").await.unwrap());
    drop(go);
    assert_status(&first.await.unwrap(), 201);
    assert_status(&second.await.unwrap(), 201);
    let (first, third) = (ask(address, &get("/environments")).await, ask_for("third").await.unwrap());
    assert!(!first.contains("third"), "{first}");
    assert_status(&third, 201);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_told_so() {
    let (begun, is_begun) = channel();
    let (go, may_go) = channel();
    let store = Around::new(Arc::new(MemoryStore::new()), Held { begun, go: Mutex::new(may_go) });
    let mut config = Config::default();
    config.http.request_timeout = SHORT;
    let address = serve_on(store, config).await;
    assert_come_back(&ask(address, &environment("a")).await);
    is_begun.recv_timeout(Duration::from_secs(60)).unwrap();
    drop(go);
    until_measured(address, r#"pactwright_kept{kind="environments"} 1"#).await;
}

#[tokio::test]
async fn a_broker_that_is_told_to_stop_says_so_and_still_answers() {
    let broker = Broker::open(Arc::new(MemoryStore::new()), {
        let mut config = Config::default();
        config.http.drain = Duration::from_secs(3600);
        config
    })
    .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(http::serve(broker, listener, async { stopped.await.unwrap() }));
    assert_status(&ask(address, &get("/health/ready")).await, 200);
    stop.send(()).unwrap();
    let mut ready = ask(address, &get("/health/ready")).await;
    while ready.starts_with("HTTP/1.1 200") {
        ready = ask(address, &get("/health/ready")).await;
    }
    assert_status(&ready, 503);
    assert!(ready.contains(r#""reason":"stopping""#), "{ready}");
    assert_status(&ask(address, &get("/health/live")).await, 200);
    assert_status(&ask(address, &environment("a")).await, 201);
    serving.abort();
}
