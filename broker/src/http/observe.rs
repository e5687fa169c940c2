//! What is noted of every request: its name, in the answer and in every line of the log; how long it took, by route.

use std::{future::Future, time::Instant};

use axum::{body::Body, extract::Request};
use http::{Method, Response};
use tracing::{Instrument as _, Span, field::Empty};

use super::request_id;
use crate::{Broker, telemetry::Asked, tokens::without_tokens};

/// The template of the path that an answer comes from; the answer brings it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Route(pub(super) &'static str);

/// Where a path leads nowhere.
const NOWHERE: Route = Route("none");

/// A method as text that lasts. There are not more of them, however many somebody makes up.
fn lasting(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        _ => "other",
    }
}

/// Answers a request, and takes note of it.
pub(super) async fn observe<F>(
    broker: Broker,
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response<Body>
where
    F: Future<Output = Response<Body>>,
{
    let begun = Instant::now();
    let _in_flight = broker.telemetry().begin();
    let name = request_id::of(request.headers());
    let method = lasting(request.method());
    let span = span(&name, method, &request);
    let mut response = answer(request).instrument(span.clone()).await;
    let route = response.extensions().get().copied().unwrap_or(NOWHERE);
    let took = begun.elapsed();
    let status = response.status();
    broker.telemetry().answered(&Asked { method, route: route.0 }, status, took);
    let _entered = span.enter();
    tell(&span, method, route, status);
    tracing::info!(
        route = route.0,
        status = status.as_u16(),
        milliseconds = took.as_secs_f64() * 1000.0,
        "answered"
    );
    response.headers_mut().insert(request_id::HEADER, name);
    response
}

/// What every line of the log about a request has. It is made whatever is logged: an error has to say which request it
/// is about.
fn span(name: &http::HeaderValue, method: &'static str, request: &Request) -> Span {
    let span = tracing::error_span!(
        "request",
        id = name.to_str().unwrap_or_default(),
        method,
        trace = request_id::trace(request.headers()),
        "otel.kind" = Empty
    );
    #[cfg(feature = "otel")]
    super::trace::join(&span, request.headers());
    // Names of applications are in it.
    tracing::debug!(parent: &span, path = %without_tokens(request.uri().path()), "asked");
    span
}

#[cfg(feature = "otel")]
fn tell(span: &Span, method: &'static str, route: Route, status: http::StatusCode) {
    super::trace::tell(span, method, route.0, status);
}

#[cfg(not(feature = "otel"))]
fn tell(_: &Span, _: &'static str, _: Route, _: http::StatusCode) {}
