//! One connection after another, and what goes over them.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::net::TcpListener;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use pactwright_core::matching::ActualRequest;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::Secure;
use super::answer::Answer;
use super::read::read;
use crate::report::Failure;

/// How long a client may take to send the head of a request, and to agree on a secure connection before the first.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long answers that are under way may take once the server is stopped.
const GRACE: Duration = Duration::from_secs(1);
/// How long to wait before accepting again, when the system has no more connections to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Whoever answers requests. All connections share it.
pub(super) trait Play: Send + Sync + 'static {
    /// How many bytes a body may have.
    fn body_limit(&self) -> usize;

    /// Answers a request, or one that could not be read.
    fn answer(&self, request: Result<ActualRequest, Failure>) -> Answer;
}

/// Serves until told to stop, then lets answers that are under way finish.
pub(super) async fn serve<P: Play>(
    listener: TcpListener,
    secure: Secure,
    play: Arc<P>,
    stop: impl Future<Output = ()>,
) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = poll_fn(|context| match stop.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => listener.poll_accept(context).map(Some),
        });
        let Some(accepted) = accepted.await else { break };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        tokio::spawn(connection(stream, secure.clone(), Arc::clone(&play), connections.watcher()));
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
}

async fn connection<P: Play>(stream: TcpStream, secure: Secure, play: Arc<P>, watcher: Watcher) {
    // Small answers should not wait for more; where that cannot be had, they do.
    let _ = stream.set_nodelay(true);
    match secure {
        Secure::No => speak(stream, play, watcher).await,
        #[cfg(feature = "tls")]
        Secure::Yes(tls) => {
            // Here, and not where connections are accepted: a client that does not go on holds up nobody else.
            let agreed = tokio::time::timeout(HEAD_TIMEOUT, tls.acceptor().accept(stream)).await;
            if let Ok(Ok(stream)) = agreed {
                speak(stream, play, watcher).await;
            }
        }
    }
}

/// Speaks HTTP until the client has gone.
async fn speak<S, P>(stream: S, play: Arc<P>, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    P: Play,
{
    let begun = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&begun);
    let service = service_fn(move |request| {
        begun.store(true, Ordering::Relaxed);
        let play = Arc::clone(&play);
        async move {
            let request = read(request, play.body_limit()).await;
            Ok::<_, Infallible>(play.answer(request))
        }
    });
    #[cfg(feature = "http2")]
    let protocol = {
        let mut protocol = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
        protocol.http2().timer(TokioTimer::new());
        protocol.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
        protocol
    };
    #[cfg(not(feature = "http2"))]
    let protocol = {
        let mut protocol = hyper::server::conn::http1::Builder::new();
        protocol.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
        protocol
    };
    let mut talk = pin!(watcher.watch(protocol.serve_connection(TokioIo::new(stream), service)));
    // The protocol knows the time of a head only once it knows that there is one: not before it knows which HTTP it
    // is, and not within HTTP/2.
    let first = poll_fn(|context| {
        let ended = talk.as_mut().poll(context).is_ready();
        if ended || heard.load(Ordering::Relaxed) { Poll::Ready(ended) } else { Poll::Pending }
    });
    if let Ok(false) = tokio::time::timeout(HEAD_TIMEOUT, first).await {
        let _ = talk.await;
    }
}

/// A signal that comes when its sender sends or is dropped.
pub(super) async fn sent(mut signal: tokio::sync::oneshot::Receiver<()>) {
    let _ = Pin::new(&mut signal).await;
}
