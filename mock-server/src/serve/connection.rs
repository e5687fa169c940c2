//! One request after another.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::Request;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use pactwright_core::matching::ActualRequest;
use tokio::sync::oneshot;

use super::answer::{self, Answer};
use super::select::{Scenes, Selection};
use crate::dsl::Contract;
use crate::report::{Failure, Unmatched};

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a client may take to send a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);
/// How long answers that are under way may take once the mock is finished.
const GRACE: Duration = Duration::from_secs(1);
/// How long to wait before accepting again, when the system has no more connections to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// What all connections share.
pub(super) struct Stage {
    pub(super) scenes: Scenes,
    /// What went wrong so far. Taken only when something does.
    failures: Mutex<Vec<Failure>>,
    body_limit: usize,
    cors_preflight: bool,
}

impl Stage {
    pub(super) fn new(scenes: Scenes, contract: &Contract) -> Self {
        let Contract { body_limit, cors_preflight, .. } = *contract;
        Self { scenes, failures: Mutex::default(), body_limit, cors_preflight }
    }

    /// Everything that is wrong by now: requests in the order they came, then interactions that were not requested.
    pub(super) fn failures(&self) -> Vec<Failure> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let never = self.scenes.iter().filter(|scene| !scene.was_requested());
        failures.extend(never.map(|scene| Failure::NeverRequested(scene.name.clone())));
        failures
    }

    fn answer(&self, request: Result<ActualRequest, Failure>) -> Answer {
        let failure = match request.map(|request| (self.scenes.select(&request), request)) {
            Ok((Selection::Match(scene), _)) => return scene.answer.answer(),
            Ok((Selection::Nothing(_), request)) if self.cors_preflight && answer::is_preflight(&request) => {
                return answer::preflight(&request);
            }
            Ok((Selection::Nothing(closest), request)) => {
                Failure::Unmatched(Box::new(Unmatched { request, closest }))
            }
            Err(failure) => failure,
        };
        let answer = answer::failure(&failure);
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
        answer
    }
}

/// Serves until told to stop, then lets answers that are under way finish.
pub(super) async fn serve(listener: TcpListener, stage: Arc<Stage>, mut stop: oneshot::Receiver<()>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let connections = GracefulShutdown::new();
    loop {
        let accepted = poll_fn(|context| match Pin::new(&mut stop).poll(context) {
            Poll::Ready(_) => Poll::Ready(None),
            Poll::Pending => listener.poll_accept(context).map(Some),
        });
        let Some(accepted) = accepted.await else { break };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // Small answers should not wait for more; where that cannot be had, they do.
        let _ = stream.set_nodelay(true);
        let stage = Arc::clone(&stage);
        let service = service_fn(move |request| {
            let stage = Arc::clone(&stage);
            async move {
                let request = read(request, stage.body_limit).await;
                Ok::<_, Infallible>(stage.answer(request))
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connections.watch(connection));
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
}

/// Reads a request to its end. A body that is too long is read, too, but not kept: a client that is still sending
/// would not see the answer.
async fn read(request: Request<Incoming>, limit: usize) -> Result<ActualRequest, Failure> {
    let (head, body) = request.into_parts();
    let mut actual = ActualRequest {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect(),
        body: Vec::new(),
    };
    let line = || crate::report::request_line(&actual);
    let broken_off = |reason: String| Failure::BrokenOff { request: line(), reason };
    match tokio::time::timeout(BODY_TIMEOUT, collect(body, limit)).await {
        Ok(Ok(Some(body))) => {
            actual.body = body;
            Ok(actual)
        }
        Ok(Ok(None)) => Err(Failure::TooLarge { request: line(), limit }),
        Ok(Err(error)) => Err(broken_off(error.to_string())),
        Err(_) => Err(broken_off(format!("its body did not come within {} s", BODY_TIMEOUT.as_secs()))),
    }
}

/// A body, or nothing when it is too long.
async fn collect(mut body: Incoming, limit: usize) -> Result<Option<Vec<u8>>, hyper::Error> {
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut kept = Some(Vec::with_capacity(expected.min(limit)));
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        kept = kept.filter(|kept| kept.len() + data.len() <= limit);
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&data);
        }
    }
    Ok(kept)
}
