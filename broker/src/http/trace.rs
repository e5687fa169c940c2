//! What OpenTelemetry wants to know of a request.

use std::collections::HashMap;

use http::{HeaderMap, StatusCode};
use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::request_id;

/// The span belongs to the trace that the client's request belongs to.
pub(super) fn join(span: &Span, headers: &HeaderMap) {
    let Some(parent) = parent(headers) else { return };
    // Where nothing is exported, there is nothing to join.
    let _ = span.set_parent(Context::new().with_remote_span_context(parent));
}

fn parent(headers: &HeaderMap) -> Option<SpanContext> {
    let trace = request_id::trace(headers)?;
    let mut parts = headers.get("traceparent")?.to_str().ok()?.trim().split('-').skip(2);
    let span = SpanId::from_hex(parts.next()?).ok()?;
    let flags = TraceFlags::new(u8::from_str_radix(parts.next()?, 16).ok()?);
    Some(SpanContext::new(TraceId::from_hex(trace).ok()?, span, flags, true, TraceState::NONE))
}

/// Names are those of the semantic conventions for HTTP.
pub(super) fn tell(span: &Span, method: &'static str, route: &'static str, status: StatusCode) {
    span.record("otel.name", format!("{method} {route}"));
    span.record("otel.kind", "server");
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    let attributes = HashMap::from([("http.request.method", method), ("http.route", route)]);
    for (name, value) in attributes {
        span.set_attribute(name, value);
    }
    span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
}
