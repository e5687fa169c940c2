//! What a tool cannot be faster than: a server that only answers, and a client that only asks.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use clap::ValueEnum;
use http_body_util::Full;
use hyper::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

use crate::{Failure, contract};

/// Gives the provider's answer to everything, each after a while, until somebody ends this process.
pub(crate) fn serve(port: u16, delay_ms: u64) -> Result<(), Failure> {
    let body = Bytes::from(contract::answer().to_string());
    let delay = Duration::from_millis(delay_ms);
    Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(connection(stream, body.clone(), delay));
        }
    })
}

async fn connection(stream: TcpStream, body: Bytes, delay: Duration) {
    let service = service_fn(|_| async {
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let mut answer = Response::new(Full::new(body.clone()));
        answer
            .headers_mut()
            .insert("content-type", hyper::header::HeaderValue::from_static("application/json"));
        Ok::<_, Infallible>(answer)
    });
    // A client that hangs up is no failure: that is how a measurement ends.
    let _ = stream.set_nodelay(true);
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// What a client runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Runtime {
    /// As `#[tokio::main]` gives it.
    Usual,
    /// The quickest for one who only waits.
    OneThread,
}

impl Runtime {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::OneThread => "one-thread",
        }
    }
}

/// Asks for so many orders, one after another, and reads the answers.
pub(crate) fn ask(address: SocketAddr, orders: usize, runtime: Runtime) -> Result<(), Failure> {
    let mut builder = match runtime {
        Runtime::Usual => Builder::new_multi_thread(),
        Runtime::OneThread => Builder::new_current_thread(),
    };
    builder.enable_all().build()?.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build()?;
        for number in 0..orders {
            let url = format!("http://{address}{}", contract::path(number));
            let answer =
                client.get(url).header("accept", "application/json").send().await?.error_for_status()?;
            if answer.bytes().await?.is_empty() {
                return Err("the provider answered with nothing".into());
            }
        }
        Ok(())
    })
}
