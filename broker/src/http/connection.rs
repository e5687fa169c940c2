//! One connection, from its first byte to its last: what is spoken on it, and for how long it may take up a place.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{Request, Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite},
    net::TcpStream,
    sync::watch,
    time::timeout,
};
use tower::ServiceExt as _;

use super::{
    access::Peer,
    base_url::Secure,
    http2,
    patient::Patient,
    tls::{Tls, is_http2},
};
use crate::config::HttpConfig;

/// How a client begins that speaks HTTP/2 without asking (RFC 9113, section 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long a client may take until the connection is secure, where the settings do not say less.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Where a connection comes from, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    peer: Peer,
    is_secure: bool,
}

/// How long a client may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Until the head of its next request is there.
    pub(super) head: Duration,
    /// Without taking anything of an answer.
    pub(super) write: Duration,
}

/// What is done with a request.
pub(super) async fn answer(
    router: Router,
    arrival: Arrival,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let extensions = request.extensions_mut();
    extensions.insert(arrival.peer);
    if arrival.is_secure {
        extensions.insert(Secure);
    }
    router.oneshot(request).await
}

/// All that connections have in common.
#[derive(Clone)]
pub(super) struct Connections {
    router: Router,
    tls: Option<Tls>,
    patience: Patience,
    /// Says when to end; whoever says so knows by these when all have.
    stopping: watch::Receiver<()>,
}

impl Connections {
    pub(super) fn new(
        router: Router,
        tls: Option<Tls>,
        config: &HttpConfig,
        stopping: watch::Receiver<()>,
    ) -> Self {
        let patience = Patience { head: config.head_timeout, write: config.write_timeout };
        Self { router, tls, patience, stopping }
    }

    /// Serves one until its end. A client that goes away, or is too slow, has nobody left to be told.
    pub(super) async fn serve(mut self, stream: TcpStream, from: SocketAddr) {
        // Small answers should not wait for more; where that cannot be had, they do.
        let _ = stream.set_nodelay(true);
        let stream = Patient::new(stream, self.patience.write);
        let peer = Peer(from.ip().to_canonical());
        // Whoever has not even said what it speaks is not waited for.
        let mut stopping = self.stopping.clone();
        match self.tls.take() {
            None => {
                let begun = tokio::select! {
                    _ = stopping.changed() => return,
                    begun = begin(stream, self.patience.head) => begun,
                };
                let Ok((stream, is_http2)) = begun else { return };
                self.speak(stream, is_http2, Arrival { peer, is_secure: false }).await;
            }
            Some(tls) => {
                let patience = HANDSHAKE.min(self.patience.head);
                let greeted = tokio::select! {
                    _ = stopping.changed() => return,
                    greeted = timeout(patience, tls.accept(stream)) => greeted,
                };
                match greeted {
                    Ok(Ok(stream)) => {
                        let is_http2 = is_http2(&stream);
                        self.speak(stream, is_http2, Arrival { peer, is_secure: true }).await;
                    }
                    Ok(Err(error)) => tracing::debug!(%error, "a client could not be greeted by TLS"),
                    Err(_) => tracing::debug!("a client was too slow to be greeted by TLS"),
                }
            }
        }
    }

    async fn speak<C>(self, stream: C, is_http2: bool, arrival: Arrival)
    where
        C: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { router, patience, stopping, .. } = self;
        if is_http2 {
            http2::serve(stream, router, arrival, patience, stopping).await;
        } else {
            serve_http1(stream, router, arrival, patience, stopping).await;
        }
    }
}

/// Reads as much as says what is spoken: whether it is HTTP/2.
async fn begin<C>(mut stream: Patient<C>, patience: Duration) -> io::Result<(Patient<C>, bool)>
where
    C: AsyncRead + Unpin,
{
    let mut buffer = [0; PREFACE.len()];
    let mut length = 0;
    let read = async {
        while length < buffer.len() && buffer[..length] == PREFACE[..length] {
            match stream.read(&mut buffer[length..]).await? {
                0 => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
                more => length += more,
            }
        }
        io::Result::Ok(())
    };
    timeout(patience, read).await??;
    let is_http2 = buffer == *PREFACE;
    stream.put_back(Bytes::copy_from_slice(&buffer[..length]));
    Ok((stream, is_http2))
}

async fn serve_http1<C>(
    stream: C,
    router: Router,
    arrival: Arrival,
    patience: Patience,
    mut stopping: watch::Receiver<()>,
) where
    C: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let service = service_fn(move |request| answer(router.clone(), arrival, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = stopping.changed() => connection.as_mut().graceful_shutdown(),
        _ = connection.as_mut() => return,
    }
    let _ = connection.await;
}
