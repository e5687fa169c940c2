//! Reading a request to its end, within bounds.

use http_body_util::BodyExt;
use hyper::Request;
use hyper::body::{Body, Incoming};
use hyper::header::EXPECT;
use pactwright_core::matching::ActualRequest;

use super::limits::Limits;
use crate::report::{Failure, request_line};

/// Reads a request to its end. A body that is too long is read, too, but not kept: a client that is still sending
/// would not see the answer.
///
/// `abandoned` hears of a request whose end nobody waits for any more: nothing is returned then.
pub(super) async fn read(
    request: Request<Incoming>,
    limits: Limits,
    abandoned: impl FnOnce(Failure),
) -> Result<ActualRequest, Failure> {
    let (head, body) = request.into_parts();
    let mut headers: Vec<_> = head
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    // HTTP/2 says in the address what HTTP/1.1 says in a header.
    if let (Some(authority), false) = (head.uri.authority(), head.headers.contains_key(hyper::header::HOST)) {
        headers.push(("host".to_owned(), authority.as_str().to_owned()));
    }
    let mut actual = ActualRequest {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        headers,
        body: Vec::new(),
    };
    if body.is_end_stream() {
        return Ok(actual);
    }
    let Limits { body: limit, body_time, .. } = limits;
    let too_large = || Failure::TooLarge { request: request_line(&actual), limit };
    // A client that asks before it sends is told before it has sent.
    let announced = body.size_hint().lower();
    if head.headers.contains_key(EXPECT) && usize::try_from(announced).is_ok_and(|bytes| bytes > limit) {
        return Err(too_large());
    }
    let broken_off = |reason: String| Failure::BrokenOff { request: request_line(&actual), reason };
    let waiting = Waiting { request: &actual, abandoned: Some(abandoned) };
    let collected = tokio::time::timeout(body_time, collect(body, limit)).await;
    waiting.has_ended();
    match collected {
        Ok(Ok(Some(body))) => {
            actual.body = body;
            Ok(actual)
        }
        Ok(Ok(None)) => Err(too_large()),
        Ok(Err(error)) => Err(broken_off(error.to_string())),
        Err(_) => Err(broken_off(format!("its body did not come within {body_time:?}"))),
    }
}

/// While a body comes. A server that is stopped drops what it was doing, and a client may take a request back: neither
/// shows as an error.
struct Waiting<'r, F: FnOnce(Failure)> {
    request: &'r ActualRequest,
    abandoned: Option<F>,
}

impl<F: FnOnce(Failure)> Waiting<'_, F> {
    fn has_ended(mut self) {
        self.abandoned = None;
    }
}

impl<F: FnOnce(Failure)> Drop for Waiting<'_, F> {
    fn drop(&mut self) {
        if let Some(abandoned) = self.abandoned.take() {
            let reason = "its body was still coming when the connection ended".to_owned();
            abandoned(Failure::BrokenOff { request: request_line(self.request), reason });
        }
    }
}

/// A body, or nothing when it is too long.
async fn collect(mut body: Incoming, limit: usize) -> Result<Option<Vec<u8>>, hyper::Error> {
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    // What a client announces is not taken for granted.
    let mut kept = Some(Vec::with_capacity(expected.min(limit).min(AHEAD)));
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        kept = kept.filter(|kept| kept.len() + data.len() <= limit);
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&data);
        }
    }
    Ok(kept)
}

/// How much memory is taken for a body before any of it has come.
const AHEAD: usize = 64 * 1024;
