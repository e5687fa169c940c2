//! One connection after another, and what goes over them.

use std::convert::Infallible;
use std::future::poll_fn;
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
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::Secure;
use super::answer::Answer;
use super::limits::Limits;
use super::read::read;
use crate::report::Failure;

/// How long answers that are under way may take once the server is stopped.
const GRACE: Duration = Duration::from_secs(1);
/// How long to wait before accepting again, when the system has no more connections to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Whoever answers requests. All connections share it.
pub(super) trait Play: Send + Sync + 'static {
    /// What clients may use of it.
    fn limits(&self) -> Limits;

    /// Answers a request, or one that could not be read.
    fn answer(&self, request: Result<ActualRequest, Failure>) -> Answer;
}

/// What happens next.
enum Next {
    Client(TcpStream),
    /// The system has no more connections to give.
    Refused,
    Stop {
        at_once: bool,
    },
}

/// Serves until told to stop, then lets answers that are under way finish; or until whoever might tell is gone, then at
/// once. When this ends, all connections have ended.
pub(super) async fn serve<P: Play>(
    listener: TcpListener,
    secure: Secure,
    play: Arc<P>,
    mut stop: oneshot::Receiver<()>,
) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let connections = GracefulShutdown::new();
    let mut talks = JoinSet::new();
    let at_once = loop {
        let next = poll_fn(|context| {
            if let Poll::Ready(told) = Pin::new(&mut stop).poll(context) {
                return Poll::Ready(Next::Stop { at_once: told.is_err() });
            }
            while let Poll::Ready(Some(_)) = talks.poll_join_next(context) {}
            listener.poll_accept(context).map(|accepted| match accepted {
                Ok((stream, _)) => Next::Client(stream),
                Err(_) => Next::Refused,
            })
        });
        match next.await {
            Next::Client(stream) => {
                talks.spawn(connection(stream, secure.clone(), Arc::clone(&play), connections.watcher()));
            }
            Next::Refused => tokio::time::sleep(ACCEPT_PAUSE).await,
            Next::Stop { at_once } => break at_once,
        }
    };
    drop(listener);
    if !at_once {
        let _ = timeout(GRACE, connections.shutdown()).await;
    }
    talks.shutdown().await;
}

async fn connection<P: Play>(stream: TcpStream, secure: Secure, play: Arc<P>, watcher: Watcher) {
    // Small answers should not wait for more; where that cannot be had, they do.
    let _ = stream.set_nodelay(true);
    match secure {
        Secure::No => speak(stream, play, watcher).await,
        #[cfg(feature = "tls")]
        Secure::Yes(tls) => {
            // Here, and not where connections are accepted: a client that does not go on holds up nobody else.
            let agreed = timeout(play.limits().head_time, tls.acceptor().accept(stream)).await;
            match agreed {
                Ok(Ok(stream)) => speak(stream, play, watcher).await,
                #[cfg_attr(not(feature = "standalone"), expect(unused_variables, reason = "only tools log"))]
                Ok(Err(error)) => {
                    #[cfg(feature = "standalone")]
                    super::log::not_secure(&error);
                }
                // A client that says nothing wants nothing.
                Err(_) => {}
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
    let limits = play.limits();
    let begun = Arc::new(AtomicBool::new(false));
    let (heard, player) = (Arc::clone(&begun), Arc::clone(&play));
    let service = service_fn(move |request| {
        begun.store(true, Ordering::Relaxed);
        let play = Arc::clone(&player);
        async move {
            let request = read(request, limits, |failure| drop(play.answer(Err(failure)))).await;
            Ok::<_, Infallible>(play.answer(request))
        }
    });
    // A client that has said all it has to say may close its half of the connection, and still wants an answer.
    #[cfg(feature = "http2")]
    let protocol = {
        let mut protocol = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
        protocol.http2().timer(TokioTimer::new());
        protocol.http1().timer(TokioTimer::new()).header_read_timeout(limits.head_time).half_close(true);
        protocol
    };
    #[cfg(not(feature = "http2"))]
    let protocol = {
        let mut protocol = hyper::server::conn::http1::Builder::new();
        protocol.timer(TokioTimer::new()).header_read_timeout(limits.head_time).half_close(true);
        protocol
    };
    let mut talk = pin!(watcher.watch(protocol.serve_connection(TokioIo::new(stream), service)));
    // The protocol knows the time of a head only once it knows that there is one: not before it knows which HTTP it
    // is, and not within HTTP/2.
    let first = poll_fn(|context| match talk.as_mut().poll(context) {
        Poll::Ready(ended) => Poll::Ready(Some(ended)),
        Poll::Pending if heard.load(Ordering::Relaxed) => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    });
    let ended = match timeout(limits.head_time, first).await {
        Ok(Some(ended)) => ended,
        Ok(None) => talk.await,
        // A client that says nothing wants nothing.
        Err(_) => return,
    };
    let Err(error) = ended else { return };
    #[cfg(feature = "http2")]
    let error = error.downcast_ref::<hyper::Error>();
    #[cfg(not(feature = "http2"))]
    let error = Some(&error);
    if let Some(error) = error.filter(|error| error.is_parse()) {
        // The protocol has answered by itself.
        drop(play.answer(Err(Failure::NotHttp { reason: error.to_string() })));
    }
}
