//! How fast mocks and stubs answer, beside a server that only answers, in one run.
//!
//! `cargo bench -p pactwright --features standalone --bench serve` prints requests per second and ratios, and ends with
//! status 1 when a ratio misses its target. Client and servers share this machine, so only ratios mean anything.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on should stop, and prints"
)]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use pactwright::pactwright_core::format;
use pactwright::pactwright_core::model::Pact;
use pactwright::prelude::*;
use pactwright::standalone::{Stub, StubOptions};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How many clients ask at once, each over a connection of its own.
const CLIENTS: u64 = 16;
/// How long each server is asked, in each round.
const SPELL: Duration = Duration::from_millis(700);
const ROUNDS: usize = 5;

fn body() -> Value {
    json!({ "id": 7, "state": "open", "lines": [{ "sku": "SKU-1", "count": 2 }, { "sku": "SKU-2", "count": 1 }] })
}

/// As clients of GraphQL ask.
fn question(number: u64) -> Value {
    json!({ "query": "query($id: ID!) { order(id: $id) { state } }", "variables": { "id": format!("order {number}") } })
}

/// What differs between the interactions of a pact.
#[derive(Clone, Copy)]
enum Kind {
    Path,
    Query,
    RuledPath,
    Body,
    /// The question may be put in other words, which a rule says; its variables may not.
    RuledBody,
}

impl Kind {
    fn target(self, number: u64) -> String {
        match self {
            Self::Path => format!("/orders/{number}"),
            Self::Body | Self::RuledBody => "/graphql".to_owned(),
            Self::Query => format!("/orders?number={number}"),
            Self::RuledPath => format!("/orders/{number}/lines/5"),
        }
    }

    fn sent(self, number: u64) -> String {
        let target = self.target(number);
        let head = format!("{target} HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n");
        match self {
            Self::Body | Self::RuledBody => {
                let body = question(number).to_string();
                let length = body.len();
                format!("POST {head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
            }
            _ => format!("GET {head}\r\n"),
        }
    }

    fn request(self, number: u64) -> Value {
        let headers = json!({ "Accept": ["application/json"] });
        match self {
            Self::Path => json!({ "method": "GET", "path": format!("/orders/{number}"), "headers": headers }),
            Self::Query => {
                json!({ "method": "GET", "path": "/orders", "query": { "number": [number.to_string()] }, "headers": headers })
            }
            Self::Body => json!({
                "method": "POST", "path": "/graphql", "headers": headers,
                "body": { "content": question(number), "contentType": "application/json", "encoded": false },
            }),
            Self::RuledBody => json!({
                "method": "POST", "path": "/graphql", "headers": headers,
                "body": { "content": question(number), "contentType": "application/json", "encoded": false },
                "matchingRules": { "body": { "$.query": { "matchers": [{ "match": "regex", "regex": r"query[\s\S]*" }] } } },
            }),
            Self::RuledPath => json!({
                "method": "GET", "path": format!("/orders/{number}/lines/1"), "headers": headers,
                "matchingRules": { "path": { "matchers": [{ "match": "regex", "regex": format!(r"/orders/{number}/lines/\d+") }] } },
            }),
        }
    }

    fn pact(self, size: u64) -> Pact {
        let interactions: Vec<_> = (0..size)
            .map(|number| {
                json!({
                    "type": "Synchronous/HTTP", "description": format!("order {number}"), "request": self.request(number),
                    "response": { "status": 200, "body": { "content": body(), "contentType": "application/json", "encoded": false } },
                })
            })
            .collect();
        let document = json!({
            "consumer": { "name": "web" }, "provider": { "name": "orders" }, "interactions": interactions,
            "metadata": { "pactSpecification": { "version": "4.0" } },
        });
        format::read(document.to_string().as_bytes()).unwrap()
    }
}

/// A server that gives the same answer to everything.
async fn bare() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let body = Bytes::from(body().to_string());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            let body = body.clone();
            let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let answer = hyper::Response::builder().header("content-type", "application/json");
                let answer = answer.body(Full::new(body.clone())).unwrap();
                async move {
                    // A server that only answers has read what it answers, too.
                    request.into_body().collect().await.unwrap();
                    Ok::<_, Infallible>(answer)
                }
            });
            tokio::spawn(async move {
                // A client that goes away is the end of a spell.
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    address
}

struct Subject {
    name: &'static str,
    address: SocketAddr,
    size: u64,
    kind: Kind,
    /// Requests per second in each round.
    rates: Vec<f64>,
}

impl Subject {
    /// The middle one: what else happens on this machine makes some rounds slow.
    fn rate(&self) -> f64 {
        let mut rates = self.rates.clone();
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    }

    /// Asks for everything twice: what an expression needs is made when it is first asked, by each thread for itself.
    async fn warm_up(&self) {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (address, size, kind) = (self.address, self.size, self.kind);
                tokio::spawn(async move {
                    let mut stream = TcpStream::connect(address).await.unwrap();
                    let mut buffer = vec![0; 4096];
                    for number in (0..2 * size).filter(|number| number % CLIENTS == client) {
                        stream.write_all(kind.sent(number % size).as_bytes()).await.unwrap();
                        read_answer(&mut stream, &mut buffer).await;
                    }
                })
            })
            .collect();
        for client in clients {
            client.await.unwrap();
        }
    }

    async fn spell(&mut self) {
        let answered = Arc::new(AtomicU64::new(0));
        let begun = Instant::now();
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (answered, address, size, kind) =
                    (Arc::clone(&answered), self.address, self.size, self.kind);
                tokio::spawn(async move {
                    let mut stream = TcpStream::connect(address).await.unwrap();
                    stream.set_nodelay(true).unwrap();
                    let mut buffer = vec![0; 4096];
                    let mut number = client;
                    while begun.elapsed() < SPELL {
                        number = (number + 7919) % size;
                        let request = kind.sent(number);
                        stream.write_all(request.as_bytes()).await.unwrap();
                        read_answer(&mut stream, &mut buffer).await;
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for client in clients {
            client.await.unwrap();
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of requests are far from where that matters")]
        self.rates.push(answered.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64());
    }
}

/// Reads an answer to its end; any other than a good one is a mistake of this benchmark.
async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.unwrap();
        assert!(read > 0, "the server has gone");
        filled += read;
        let text = std::str::from_utf8(&buffer[..filled]).unwrap();
        if let Some(head) = text.find("\r\n\r\n") {
            assert!(text.starts_with("HTTP/1.1 200"), "{text}");
            let length = text[..head].split("content-length: ").nth(1).unwrap();
            let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
            if filled == head + 4 + length {
                return;
            }
        }
    }
}

/// How long it takes until a mock listens, in the middle of many times.
fn start() -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let orders = consumer("web").provider("orders").output_dir(folder.path());
    let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
    let mut times: Vec<_> = (0..101)
        .map(|_| {
            let begun = Instant::now();
            let mock = ping.clone().start_blocking().unwrap();
            let time = begun.elapsed();
            // Nothing was asked, which is an error that nobody wonders about here.
            assert!(mock.finish().is_err());
            time
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let subjects = runtime.block_on(async {
        let mut stubs = Vec::new();
        let mut subjects = Vec::new();
        for (name, kind) in [("bare hyper", Kind::Path), ("bare hyper, POST", Kind::Body)] {
            subjects.push(Subject { name, address: bare().await, size: 100, kind, rates: Vec::new() });
        }
        for (name, kind, size) in [
            ("stub, 100 interactions", Kind::Path, 100),
            ("stub, 10 interactions", Kind::Path, 10),
            ("stub, 10,000 interactions", Kind::Path, 10_000),
            ("stub, 10 queries of one path", Kind::Query, 10),
            ("stub, 10,000 queries of one path", Kind::Query, 10_000),
            ("stub, 10 paths with rules", Kind::RuledPath, 10),
            ("stub, 10,000 paths with rules", Kind::RuledPath, 10_000),
            ("stub, 10 bodies for one path", Kind::Body, 10),
            ("stub, 10,000 bodies for one path", Kind::Body, 10_000),
            ("stub, 100 bodies for one path", Kind::Body, 100),
            ("stub, 10 bodies with rules", Kind::RuledBody, 10),
            ("stub, 100 bodies with rules", Kind::RuledBody, 100),
            ("stub, 10,000 bodies with rules", Kind::RuledBody, 10_000),
        ] {
            let stub = Stub::start(&[kind.pact(size)], StubOptions::default()).unwrap();
            subjects.push(Subject { name, address: stub.address(), size, kind, rates: Vec::new() });
            stubs.push(stub);
        }
        for subject in &subjects {
            subject.warm_up().await;
        }
        // Round by round, so that a slow moment of the machine is everybody's.
        for _ in 0..ROUNDS {
            for subject in &mut subjects {
                subject.spell().await;
            }
        }
        subjects
    });
    for subject in &subjects {
        println!("{:34} {:>10.0} requests/s", subject.name, subject.rate());
    }
    let rate = |index: usize| subjects[index].rate();
    let start = start();
    println!("{:34} {:>10.2} ms", "start of a mock", start.as_secs_f64() * 1000.0);
    let mut missed = false;
    for (what, ratio, target) in [
        ("stub with 100 / bare hyper", rate(2) / rate(0), 0.5),
        ("10,000 / 10 interactions", rate(4) / rate(3), 0.5),
        ("10,000 / 10 queries", rate(6) / rate(5), 0.5),
        ("10,000 / 10 paths with rules", rate(8) / rate(7), 0.5),
        ("10,000 / 10 bodies", rate(10) / rate(9), 0.5),
        ("stub with 100 bodies / bare hyper", rate(11) / rate(1), 0.5),
        ("10,000 / 10 bodies with rules", rate(14) / rate(12), 0.5),
        ("100 bodies with rules / bare hyper", rate(13) / rate(1), 0.5),
        ("5 ms / start of a mock", 0.005 / start.as_secs_f64(), 1.0),
    ] {
        missed |= ratio < target;
        println!("{what:34} {ratio:>10.2}   (at least {target})");
    }
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
