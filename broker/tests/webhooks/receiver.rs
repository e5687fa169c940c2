//! Somebody who is told.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
};
use http::{Method, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::Frame;
use tokio::{
    net::TcpListener,
    sync::{Mutex, Semaphore, mpsc},
};

/// No test waits longer for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A request that a receiver got.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A server that notes what it gets, and answers as it is told.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    received: Mutex<mpsc::UnboundedReceiver<Received>>,
}

impl Receiver {
    /// `answer`: how to answer the request of that number, from 0; `None` is never.
    pub(crate) async fn start(
        answer: impl Fn(usize) -> Option<Response<Body>> + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::answering(move |number| {
            let answer = answer(number);
            async move { answer }
        })
        .await
    }

    /// One that answers only whom the gate lets through.
    pub(crate) async fn behind(gate: Arc<Gate>) -> Self {
        Self::answering(move |_| {
            let gate = gate.clone();
            async move {
                gate.pass().await;
                Some(status(200))
            }
        })
        .await
    }

    async fn answering<F, A>(answer: F) -> Self
    where
        F: Fn(usize) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Option<Response<Body>>> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (notes, received) = mpsc::unbounded_channel();
        let count = Arc::new(AtomicUsize::new(0));
        let app = Router::new().fallback(move |request: Request| {
            let (notes, count, answer) = (notes.clone(), count.clone(), answer.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                let _ = notes.send(Received {
                    method: parts.method,
                    path: parts.uri.to_string(),
                    headers: parts.headers,
                    body: String::from_utf8(body.to_vec()).unwrap(),
                });
                match answer(count.fetch_add(1, Ordering::SeqCst)).await {
                    Some(answer) => answer,
                    None => std::future::pending().await,
                }
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, received: Mutex::new(received) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn next(&self) -> Received {
        let mut received = self.received.lock().await;
        tokio::time::timeout(PATIENCE, received.recv()).await.expect("nothing came").unwrap()
    }

    pub(crate) async fn is_empty(&self) -> bool {
        self.received.lock().await.is_empty()
    }
}

/// Lets requests through one by one, and knows how many waited at once.
pub(crate) struct Gate {
    waiting: AtomicUsize,
    most: AtomicUsize,
    places: Semaphore,
}

impl Gate {
    pub(crate) fn closed() -> Arc<Self> {
        Arc::new(Self { waiting: 0.into(), most: 0.into(), places: Semaphore::new(0) })
    }

    async fn pass(&self) {
        let waiting = self.waiting.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(waiting, Ordering::SeqCst);
        self.places.acquire().await.unwrap().forget();
        // Before it is answered: whoever asked cannot have begun anything else yet.
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn let_through(&self, count: usize) {
        self.places.add_permits(count);
    }

    /// How many waited at once, at most.
    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

pub(crate) fn status(code: u16) -> Response<Body> {
    let mut response = Response::new(Body::from("{}"));
    *response.status_mut() = StatusCode::from_u16(code).unwrap();
    response
}

pub(crate) fn sent_on(code: u16, to: &str) -> Response<Body> {
    let mut response = status(code);
    response.headers_mut().insert(header::LOCATION, to.parse().unwrap());
    response
}

/// An answer that says whether it was taken, begins to say more, and never ends.
pub(crate) fn unending(code: u16) -> Response<Body> {
    let mut response = status(code);
    *response.body_mut() = Body::new(Unending { begun: false });
    response
}

struct Unending {
    begun: bool,
}

impl hyper::body::Body for Unending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.begun {
            return Poll::Pending;
        }
        self.begun = true;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"taken, and")))))
    }
}
