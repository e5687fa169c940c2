//! Answers that are made while they are sent.

use std::{
    io::{self, ErrorKind, Write},
    pin::Pin,
    task::{Context, Poll},
};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::StatusCode;
use hyper::body::Frame;
use tokio::sync::mpsc;

/// How much is sent at once.
const CHUNK: usize = 64 * 1024;
/// How many chunks may wait for the network.
const WAITING: usize = 4;

type Chunk = Result<Bytes, io::Error>;

/// Sends what a function writes, on a thread that may wait. What fails before the first chunk is an answer with the
/// reason; what fails later cuts the answer off, which the other side notices.
pub(super) async fn answer<E>(
    write: impl FnOnce(&mut dyn Write) -> Result<(), E> + Send + 'static,
) -> Response
where
    E: std::error::Error + Send + 'static,
{
    let (sender, mut chunks) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut out = Out { sender: sender.clone(), buffer: Vec::with_capacity(CHUNK) };
        let written = write(&mut out).map_err(|error| in_words(&error));
        let written = written.and_then(|()| out.flush().map_err(|error| error.to_string()));
        if let Err(reason) = written {
            tracing::warn!(reason, "an operator's question could not be answered");
            // Nobody may be there any more.
            let _ = sender.blocking_send(Err(io::Error::other(reason)));
        }
    });
    let (status, body) = match chunks.recv().await {
        Some(Err(reason)) => (StatusCode::INTERNAL_SERVER_ERROR, Body::from(reason.to_string())),
        first => (StatusCode::OK, Body::new(Chunks { first: first.and_then(Result::ok), chunks })),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

/// An error with its causes, in one line.
pub(super) fn in_words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !words.contains(&more) {
            words.push_str(": ");
            words.push_str(&more);
        }
        source = cause.source();
    }
    words
}

struct Out {
    sender: mpsc::Sender<Chunk>,
    buffer: Vec<u8>,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK));
        self.sender.blocking_send(Ok(chunk.into())).map_err(|_| ErrorKind::BrokenPipe.into())
    }
}

struct Chunks {
    first: Option<Bytes>,
    chunks: mpsc::Receiver<Chunk>,
}

impl hyper::body::Body for Chunks {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        self.chunks.poll_recv(context).map(|next| next.map(|chunk| chunk.map(Frame::data)))
    }
}
