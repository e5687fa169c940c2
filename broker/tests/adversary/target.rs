//! A broker on a socket, and a client that sends whatever it is told to, byte by byte.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, Once,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use pactwright_broker::{
    Broker, Config,
    config::Hidden,
    http,
    store::{MemoryStore, Position},
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::rebuilt::assert_rebuilt;

pub(crate) const JSON: &str = "application/json";
/// Who may do everything, where it is asked who calls.
pub(crate) const ADMIN: &str = "0123456789abcdef0123456789abcdef";
/// For so long a client may be silent: tests need not wait long, and nothing else is late.
pub(crate) const SHORT: Duration = Duration::from_secs(1);
/// Whatever takes longer hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// How many panics there were in this process, other than of tests that fail.
static PANICS: AtomicUsize = AtomicUsize::new(0);
static COUNTS_PANICS: Once = Once::new();

fn count_panics() {
    COUNTS_PANICS.call_once(|| {
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let is_of_a_test = panic.location().is_some_and(|place| place.file().contains("tests/adversary"));
            PANICS.fetch_add(usize::from(!is_of_a_test), Ordering::SeqCst);
            told(panic);
        }));
    });
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Whether a text stands anywhere in it.
    pub(crate) fn says(&self, text: &str) -> bool {
        self.text().contains(text) || self.headers.iter().any(|(_, value)| value.contains(text))
    }
}

/// Reads answers, one after the other. What is no whole answer at the end is left; what is none at all is a mistake.
fn answers(mut bytes: &[u8]) -> Vec<Answer> {
    let mut found = Vec::new();
    while let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
        let head = std::str::from_utf8(&bytes[..end]).expect("the head of an answer is not text");
        let mut lines = head.split("\r\n");
        let first = lines.next().unwrap_or_default();
        let status = first.strip_prefix("HTTP/1.1 ").or_else(|| first.strip_prefix("HTTP/1.0 "));
        let status = status.and_then(|rest| rest.get(..3)?.parse::<u16>().ok());
        let Some(status) = status else { panic!("not an answer: {first:?} in {head:?}") };
        let headers: Vec<_> = lines
            .map(|line| {
                let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no header: {line:?}"));
                assert!(!line.contains(['\r', '\n', '\0']), "a header of several lines: {line:?}");
                (name.to_ascii_lowercase(), value.trim().to_owned())
            })
            .collect();
        bytes = &bytes[end + 4..];
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(0, |(_, length)| length.parse::<usize>().unwrap());
        if bytes.len() < length {
            break;
        }
        let (body, rest) = bytes.split_at(length);
        bytes = rest;
        if status >= 200 {
            found.push(Answer { status, headers, body: body.to_vec() });
        }
    }
    found
}

/// A request that is the last on its connection.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !headers.iter().any(|(name, _)| *name == "host") {
        text.push_str("host: broker\r\n");
    }
    if !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH") {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    [text.as_bytes(), body].concat()
}

/// A broker that is served.
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) broker: Broker,
    seen: Mutex<Vec<u16>>,
    panics: usize,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

/// Settings of a broker that is impatient.
pub(crate) fn impatient() -> Config {
    let mut config = Config::default();
    config.http.head_timeout = SHORT;
    config.http.body_timeout = SHORT;
    config.http.write_timeout = SHORT;
    config
}

/// Settings of a broker that asks who calls.
pub(crate) fn asking() -> Config {
    let mut config = Config::default();
    config.access.admin_token = Some(Hidden::new(ADMIN));
    config
}

impl Target {
    pub(crate) async fn start(config: Config) -> Self {
        count_panics();
        let broker = Broker::open(Arc::new(MemoryStore::new()), config).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        let serving = tokio::spawn(http::serve(broker.clone(), listener, shutdown));
        let panics = PANICS.load(Ordering::SeqCst);
        Self { address, broker, seen: Mutex::default(), panics, stop, serving }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Everything that is answered to some bytes, until the connection is closed. A broker that has heard enough may close
    /// it before all is sent, and what it said may then be lost.
    pub(crate) async fn send(&self, bytes: &[u8]) -> Vec<Answer> {
        let mut stream = self.connect().await;
        let heard = async {
            let (mut reads, mut writes) = stream.split();
            let mut heard = Vec::new();
            let (_, _) = tokio::join!(writes.write_all(bytes), reads.read_to_end(&mut heard));
            heard
        };
        let heard = tokio::time::timeout(PATIENCE, heard).await;
        let Ok(heard) = heard else {
            panic!("it hangs: {}", String::from_utf8_lossy(&bytes[..bytes.len().min(500)]))
        };
        self.understood(&heard)
    }

    /// The answers in some bytes; that nothing went wrong inside is looked at.
    pub(crate) fn understood(&self, heard: &[u8]) -> Vec<Answer> {
        let answers = answers(heard);
        for answer in &answers {
            assert!(answer.status < 500 || answer.status == 501, "{} {}", answer.status, answer.text());
            self.seen.lock().unwrap().push(answer.status);
        }
        answers
    }

    /// The one answer to a request that is well-formed.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let bytes = request(method, path, headers, body);
        let mut answers = self.send(&bytes).await;
        assert_eq!(answers.len(), 1, "{method} {path} {headers:?}: {answers:?}");
        answers.remove(0)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"").await
    }

    /// Sends JSON as the administrator; it has to be taken.
    pub(crate) async fn tell(&self, method: &str, path: &str, body: &Value) -> Value {
        let bearer = format!("Bearer {ADMIN}");
        self.tell_as(&bearer, method, path, body).await
    }

    pub(crate) async fn tell_as(&self, authorization: &str, method: &str, path: &str, body: &Value) -> Value {
        let headers = [("content-type", JSON), ("authorization", authorization)];
        let answer = self.ask(method, path, &headers, body.to_string().as_bytes()).await;
        assert!(answer.status < 300, "{method} {path} {body}: {} {}", answer.status, answer.text());
        answer.json()
    }

    /// How far the log goes.
    pub(crate) async fn end(&self) -> Position {
        self.broker
            .changes(Position(0), usize::MAX)
            .await
            .unwrap()
            .last()
            .map_or(Position(0), |last| last.position)
    }

    /// Every status that was answered.
    pub(crate) fn seen(&self) -> Vec<u16> {
        self.seen.lock().unwrap().clone()
    }

    /// The storm is over: the broker answers, nothing panicked, its state is what its log says, and it stops when told to.
    pub(crate) async fn calm(self) {
        let ready = self.get("/health/ready").await;
        assert_eq!(ready.status, 200, "{}", ready.text());
        assert_eq!(PANICS.load(Ordering::SeqCst), self.panics, "something panicked");
        self.stop.send(()).unwrap();
        tokio::time::timeout(PATIENCE, self.serving).await.expect("it does not stop").unwrap();
        assert_rebuilt(&self.broker);
    }
}
