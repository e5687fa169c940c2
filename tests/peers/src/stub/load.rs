//! A client that costs as little as possible: it shares the processors with the server that is measured.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

use crate::{Failure, contract};

/// Several connections that are kept, each with one request after another.
#[derive(Debug)]
pub(crate) struct Load {
    runtime: Runtime,
    requests: Arc<Vec<Vec<u8>>>,
    clients: usize,
    spell: Duration,
}

impl Load {
    pub(crate) fn new(orders: usize, clients: usize, spell: Duration) -> Result<Self, Failure> {
        let requests = (0..orders).map(|number| {
            let path = contract::path(number);
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n").into_bytes()
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        Ok(Self { runtime, requests: Arc::new(requests.collect()), clients: clients.max(1), spell })
    }

    /// Every request is answered as the contract says. Also lets the server make what it makes only once.
    pub(crate) fn check(&self, address: SocketAddr) -> Result<(), Failure> {
        self.runtime.block_on(async {
            let mut connection = Connection::new(address).await?;
            for request in self.requests.iter() {
                let body: Value = serde_json::from_slice(connection.exchange(request).await?)?;
                if body != contract::example() && body != contract::answer() {
                    return Err(format!("answered {body}").into());
                }
            }
            Ok(())
        })
    }

    /// How many requests are answered per second.
    pub(crate) fn rate(&self, address: SocketAddr) -> Result<f64, Failure> {
        self.runtime.block_on(async {
            let start = Instant::now();
            let clients: Vec<_> = (0..self.clients)
                .map(|first| {
                    tokio::spawn(ask(address, Arc::clone(&self.requests), first, start + self.spell))
                })
                .collect();
            let mut answered = 0;
            for client in clients {
                answered += client.await??;
            }
            Ok(f64::from(answered) / start.elapsed().as_secs_f64())
        })
    }
}

/// Asks until it is time to stop. Gives the number of answers.
async fn ask(
    address: SocketAddr,
    requests: Arc<Vec<Vec<u8>>>,
    first: usize,
    end: Instant,
) -> Result<u32, Failure> {
    let mut connection = Connection::new(address).await?;
    let mut answered = 0;
    // Each client begins somewhere else, and steps so that neighbours do not follow each other.
    let mut at = first;
    while Instant::now() < end {
        at = (at + 7919) % requests.len();
        connection.exchange(&requests[at]).await?;
        answered += 1;
    }
    Ok(answered)
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn new(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a request, and gives the body of the answer. Only a good answer of known length is one.
    async fn exchange(&mut self, request: &[u8]) -> Result<&[u8], Failure> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("hung up".into());
            }
            if let Some(body) = body_start(&self.buffer) {
                let length = content_length(&self.buffer[..body])?;
                if self.buffer.len() >= body + length {
                    return Ok(&self.buffer[body..body + length]);
                }
            }
        }
    }
}

fn body_start(answer: &[u8]) -> Option<usize> {
    answer.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

fn content_length(head: &[u8]) -> Result<usize, Failure> {
    let head = std::str::from_utf8(head)?;
    if !head.starts_with("HTTP/1.1 200") {
        return Err(format!("answered {head}").into());
    }
    let value = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim())
    });
    Ok(value.ok_or_else(|| format!("answered without a length: {head}"))?.parse()?)
}
