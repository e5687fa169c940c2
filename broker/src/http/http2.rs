//! Connections on which many requests are under way at once.
//!
//! What bounds a connection of HTTP/1 by itself is counted here: an answer of which its client takes nothing is taken back,
//! while everything else on its connection goes on, and a connection on which nothing is asked ends. How many requests are
//! answered at once is bounded for all connections together ([`Admission`](super::admission::Admission)), whatever they come
//! on.

use std::{
    convert::Infallible,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, PoisonError,
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
    rt::Executor,
    server::conn::http2,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
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
    /// Requests whose answer is not given away yet.
    streams: AtomicUsize,
    /// How often one came or went.
    steps: AtomicU64,
}

impl Activity {
    fn step(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether it is the client that is waited for, and nothing went on since there were so many steps.
    fn is_idle(&self, steps: u64) -> bool {
        self.streams.load(Ordering::Relaxed) == 0 && self.steps.load(Ordering::Relaxed) == steps
    }
}

/// A request that is under way.
struct UnderWay(Arc<Activity>);

impl UnderWay {
    fn on(activity: &Arc<Activity>) -> Self {
        activity.step();
        activity.streams.fetch_add(1, Ordering::Relaxed);
        Self(activity.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.step();
        self.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

/// When a client took something of an answer last, once there is one. How long there may be none is bounded elsewhere.
#[derive(Debug, Default)]
struct Taken(Mutex<Option<Instant>>);

impl Taken {
    fn now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Comes when nothing was taken for so long.
    async fn never(&self, patience: Duration) {
        loop {
            let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match last.map(|at| at + patience) {
                Some(end) if end <= Instant::now() => return,
                Some(end) => tokio::time::sleep_until(end).await,
                None => tokio::time::sleep(patience).await,
            }
        }
    }
}

tokio::task_local! {
    /// Of the answer that is given here.
    static TAKEN: Arc<Taken>;
}

/// Answers requests side by side, each for as long as its client does not neglect its answer.
#[derive(Clone)]
struct SideBySide {
    activity: Arc<Activity>,
    patience: Duration,
}

impl<F> Executor<F> for SideBySide
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let (under_way, patience) = (UnderWay::on(&self.activity), self.patience);
        tokio::spawn(async move {
            let taken = Arc::<Taken>::default();
            tokio::select! {
                () = TAKEN.scope(taken.clone(), stream) => {}
                // A stream that is dropped before its end is reset.
                () = taken.never(patience) => {}
            }
            drop(under_way);
        });
    }
}

/// An answer that is given away piece by piece.
struct Given {
    body: Body,
    rest: Bytes,
    taken: Arc<Taken>,
}

impl Given {
    fn new(body: Body) -> Self {
        let taken = TAKEN.try_with(Arc::clone).unwrap_or_default();
        taken.now();
        Self { body, rest: Bytes::new(), taken }
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
        self.taken.now();
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
    let service = service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let answered = answer(router, arrival, request).await?;
            Ok::<Response<Given>, Infallible>(answered.map(Given::new))
        }
    });
    let activity = Arc::new(Activity::default());
    let side_by_side = SideBySide { activity: activity.clone(), patience: patience.write };
    let connection = http2::Builder::new(side_by_side)
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
    let (mut is_stopping, mut was_idle) = (false, false);
    loop {
        let steps = activity.steps.load(Ordering::Relaxed);
        tokio::select! {
            _ = stopping.changed(), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            _ = connection.as_mut() => return,
            () = tokio::time::sleep(patience.head) => {
                let is_idle = activity.is_idle(steps);
                if is_idle && was_idle {
                    return;
                }
                if is_idle {
                    // What was given away may still be on its way, so there is some time more.
                    connection.as_mut().graceful_shutdown();
                }
                was_idle = is_idle;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::pending,
        sync::{Arc, atomic::Ordering},
        time::Duration,
    };

    use axum::body::Body;
    use http_body_util::BodyExt as _;
    use hyper::{body::Body as _, rt::Executor as _};
    use tokio::{
        sync::oneshot,
        time::{Instant, sleep},
    };

    use super::{Activity, Given, PIECE, SideBySide};

    const PATIENCE: Duration = Duration::from_secs(30);
    const SLOW: &[Duration] = &[Duration::from_secs(29); 3];

    #[tokio::test]
    async fn an_answer_is_given_away_in_pieces() {
        let text: Vec<u8> = (0..=u8::MAX).cycle().take(2 * PIECE + 5).collect();
        let mut given = Given::new(Body::from(text.clone()));
        assert_eq!(given.size_hint().exact(), Some(text.len() as u64));
        let mut taken = Vec::new();
        for length in [PIECE, PIECE, 5] {
            assert!(!given.is_end_stream());
            let piece = given.frame().await.unwrap().unwrap().into_data().unwrap();
            assert_eq!(piece.len(), length);
            taken.extend_from_slice(&piece);
            assert_eq!(given.size_hint().exact(), Some((text.len() - taken.len()) as u64));
        }
        assert!(given.is_end_stream() && given.frame().await.is_none());
        assert_eq!(taken, text);
    }

    #[test]
    fn an_answer_without_text_is_at_its_end() {
        let given = Given::new(Body::empty());
        assert!(given.is_end_stream());
        assert_eq!(given.size_hint().exact(), Some(0));
    }

    /// How long a request is under way whose answer begins after some time, of which then a piece is taken every now and
    /// then, and which ends or not.
    async fn under_way(begins: Duration, pauses: &'static [Duration], ends: bool) -> Duration {
        let activity = Arc::new(Activity::default());
        let (told, ended) = oneshot::channel::<()>();
        let begin = Instant::now();
        SideBySide { activity: activity.clone(), patience: PATIENCE }.execute(async move {
            let _told = told;
            sleep(begins).await;
            let mut given = Given::new(Body::from(vec![0; 10 * PIECE]));
            for pause in pauses {
                sleep(*pause).await;
                given.frame().await;
            }
            if !ends {
                pending::<()>().await;
            }
        });
        let steps = activity.steps.load(Ordering::Relaxed);
        assert!(!activity.is_idle(steps), "it is not the client that is waited for");
        assert!(ended.await.is_err());
        // It is counted until it is over.
        while !activity.is_idle(steps + 1) {
            tokio::task::yield_now().await;
        }
        begin.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_neglected_is_dropped_and_nothing_else() {
        let seconds = Duration::from_secs;
        let about = |expected: Duration, found: Duration| {
            assert!(found >= expected && found < expected + seconds(1), "{found:?} instead of {expected:?}");
        };
        about(seconds(0), under_way(seconds(0), &[], true).await);
        about(seconds(100), under_way(seconds(100), &[], true).await);
        about(seconds(130), under_way(seconds(100), &[], false).await);
        about(seconds(87), under_way(seconds(0), SLOW, true).await);
        about(seconds(117), under_way(seconds(0), SLOW, false).await);
    }
}
