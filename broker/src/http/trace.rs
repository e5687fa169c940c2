//! What OpenTelemetry wants to know of a request.

use http::{HeaderMap, StatusCode};
use opentelemetry::{
    Context, KeyValue,
    trace::{SpanContext, SpanId, Status, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::request_id;

/// The span is of a server, and belongs to the trace that the client's request belongs to.
pub(super) fn join(span: &Span, headers: &HeaderMap) {
    span.record("otel.kind", "server");
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
    let context = span.context();
    let told = context.span();
    // The route is not known before the span has begun, so that a field of it would come too late.
    told.update_name(format!("{method} {route}"));
    if status.is_server_error() {
        told.set_status(Status::error(""));
    }
    told.set_attribute(KeyValue::new("http.request.method", method));
    told.set_attribute(KeyValue::new("http.route", route));
    told.set_attribute(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
}
