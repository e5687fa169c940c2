//! Connections on which many requests are under way at once.
//!
//! What bounds a connection of HTTP/1 by itself is counted here: one on which nothing is asked ends, and one whose client
//! takes nothing of one of its answers. How many requests are answered at once is bounded for all connections together
//! ([`Admission`](super::admission::Admission)), whatever they come on.

use std::{
    collections::HashMap,
    convert::Infallible,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{Request, Response};
use hyper::{
    body::{Body as HttpBody, Frame, Incoming, SizeHint},
    server::conn::http2,
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::Instant,
};

use super::connection::{Arrival, Patience, answer};

/// How many requests may be under way on one connection.
const STREAMS: u32 = 100;
/// How large the head of a request may be when it is written out: an address may name many versions.
const HEAD: u32 = 64 * 1024;
/// How many requests may have been taken back before anybody looked at them, and how many were wrong, until the connection
/// is closed: more are no mistake.
const TAKEN_BACK: usize = 20;
const WRONG: usize = 64;
/// How often a client that is waited for is asked whether it is still there.
const PING: Duration = Duration::from_secs(30);
/// How much of an answer is given away at once. What is not, is known not to be taken.
const PIECE: usize = 16 * 1024;

/// What is under way on a connection.
#[derive(Debug, Default)]
struct Activity {
    /// Requests whose answer does not begin yet: how long that may take is bounded elsewhere.
    asked: AtomicUsize,
    /// Answers that are not given away yet, each with when something of it was taken last.
    answers: Mutex<HashMap<u64, Instant>>,
    /// How often anything went on.
    steps: AtomicU64,
}

impl Activity {
    fn step(&self) -> u64 {
        self.steps.fetch_add(1, Ordering::Relaxed)
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<u64, Instant>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Since when the client has taken nothing of the answer that it neglects longest, whatever else it asks meanwhile.
    fn neglects_since(&self) -> Option<Instant> {
        self.answers().values().min().copied()
    }

    /// Whether it is the client that is waited for, and nothing went on since there were so many steps.
    fn is_idle(&self, steps: u64) -> bool {
        self.asked.load(Ordering::Relaxed) == 0 && self.steps.load(Ordering::Relaxed) == steps
    }
}

/// A request that is being answered.
struct Asked(Arc<Activity>);

impl Asked {
    fn on(activity: &Arc<Activity>) -> Self {
        activity.step();
        activity.asked.fetch_add(1, Ordering::Relaxed);
        Self(activity.clone())
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.step();
        self.0.asked.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An answer that is given away piece by piece.
struct Given {
    body: Body,
    rest: Bytes,
    activity: Arc<Activity>,
    number: u64,
}

impl Given {
    fn on(activity: &Arc<Activity>, body: Body) -> Self {
        let number = activity.step();
        activity.answers().insert(number, Instant::now());
        Self { body, rest: Bytes::new(), activity: activity.clone(), number }
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        self.activity.step();
        self.activity.answers().remove(&self.number);
    }
}

impl HttpBody for Given {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            let Some(frame) = ready!(Pin::new(&mut self.body).poll_frame(context)) else {
                return Poll::Ready(None);
            };
            match frame?.into_data() {
                Ok(data) => self.rest = data,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
        self.activity.step();
        self.activity.answers().insert(self.number, Instant::now());
        let length = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, inner) = (self.rest.len() as u64, self.body.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(inner.lower() + rest);
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

/// Serves a connection until its end.
pub(super) async fn serve<C>(
    stream: C,
    router: Router,
    arrival: Arrival,
    patience: Patience,
    mut stopping: watch::Receiver<()>,
) where
    C: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let activity = Arc::new(Activity::default());
    let service = {
        let activity = activity.clone();
        service_fn(move |request: Request<Incoming>| {
            let (asked, router) = (Asked::on(&activity), router.clone());
            async move {
                let answered = answer(router, arrival, request).await?;
                Ok::<Response<Given>, Infallible>(answered.map(|body| Given::on(&asked.0, body)))
            }
        })
    };
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD)
        .max_pending_accept_reset_streams(TAKEN_BACK)
        .max_local_error_reset_streams(WRONG)
        .max_send_buf_size(PIECE)
        .keep_alive_interval(PING)
        .keep_alive_timeout(patience.write)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let (mut is_stopping, mut was_stuck) = (false, false);
    // What is waited for changes meanwhile, so it is looked at as often as the shorter patience says: whoever is left is left
    // that much later, at most twice.
    let pause = patience.head.min(patience.write);
    let mut quiet_since = Instant::now();
    loop {
        let steps = activity.steps.load(Ordering::Relaxed);
        tokio::select! {
            _ = stopping.changed(), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            _ = connection.as_mut() => return,
            () = tokio::time::sleep(pause) => {
                if !activity.is_idle(steps) {
                    quiet_since = Instant::now();
                }
                let is_stuck = match activity.neglects_since() {
                    Some(since) => since.elapsed() >= patience.write,
                    None => quiet_since.elapsed() >= patience.head,
                };
                if is_stuck && was_stuck {
                    return;
                }
                if is_stuck {
                    // What was given away may still be on its way, so there is some time more.
                    connection.as_mut().graceful_shutdown();
                }
                was_stuck = is_stuck;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, atomic::Ordering};

    use axum::body::Body;
    use http_body_util::BodyExt as _;
    use hyper::body::Body as _;

    use super::{Activity, Given, PIECE};

    #[tokio::test]
    async fn an_answer_is_given_away_in_pieces_and_counted_until_its_end() {
        let activity = Arc::new(Activity::default());
        let text: Vec<u8> = (0..=u8::MAX).cycle().take(2 * PIECE + 5).collect();
        let mut given = Given::on(&activity, Body::from(text.clone()));
        assert_eq!(given.size_hint().exact(), Some(text.len() as u64));
        let mut taken = Vec::new();
        for length in [PIECE, PIECE, 5] {
            assert!(!given.is_end_stream());
            let steps = activity.steps.load(Ordering::Relaxed);
            let piece = given.frame().await.unwrap().unwrap().into_data().unwrap();
            assert_eq!(piece.len(), length);
            taken.extend_from_slice(&piece);
            assert_eq!(given.size_hint().exact(), Some((text.len() - taken.len()) as u64));
            assert!(!activity.is_idle(steps), "something went on");
        }
        assert!(given.is_end_stream() && given.frame().await.is_none());
        assert_eq!(taken, text);
        assert!(activity.neglects_since().is_some());
        drop(given);
        assert_eq!(activity.neglects_since(), None);
    }

    #[test]
    fn an_answer_without_text_is_at_its_end() {
        let given = Given::on(&Arc::default(), Body::empty());
        assert!(given.is_end_stream());
        assert_eq!(given.size_hint().exact(), Some(0));
    }
}
