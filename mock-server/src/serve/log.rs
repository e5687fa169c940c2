//! What is logged about requests, for tools: where they went and what became of them.
//!
//! Never a query, a header or a body: those hold secrets. The answer to the client says what differs.

use pactwright_core::matching::ActualRequest;
use pactwright_core::report::Mismatch;

use super::select::Scene;
use crate::report::{Failure, Unmatched};

/// An interaction has answered.
pub(super) fn answered(request: &ActualRequest, scene: &Scene) {
    let ActualRequest { method, path, .. } = request;
    tracing::info!(%method, %path, interaction = %scene.name.description, "answered");
}

/// A browser was told what it may.
pub(super) fn preflight(request: &ActualRequest) {
    let ActualRequest { method, path, .. } = request;
    tracing::info!(%method, %path, "answered a browser that asked ahead");
}

/// A request was not answered by an interaction.
pub(super) fn refused(failure: &Failure) {
    match failure {
        Failure::Unmatched(request) => unmatched(request),
        Failure::TooLarge { request, limit } => {
            tracing::warn!(request = without_query(request), limit, "the body is too long");
        }
        Failure::BrokenOff { request, .. } => {
            tracing::warn!(request = without_query(request), "the request broke off");
        }
        Failure::NotHttp { reason } => tracing::warn!(%reason, "this is no HTTP request"),
        Failure::NeverRequested(_) | Failure::Omitted { .. } | Failure::NotSaved(_) | Failure::Stopped => {}
    }
}

/// A client and the server did not agree on a secure connection.
#[cfg(feature = "tls")]
pub(super) fn not_secure(error: &std::io::Error) {
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        // Those that only look whether somebody listens go like this.
        tracing::debug!(%error, "a client left before there was a secure connection");
    } else {
        tracing::warn!(%error, "a client and the server did not agree on a secure connection");
    }
}

/// The provider state that a request names cannot be understood.
pub(super) fn no_such_state(request: &ActualRequest) {
    let ActualRequest { method, path, .. } = request;
    tracing::warn!(%method, %path, "the provider state in the header is no expression");
}

/// No interaction matches.
pub(super) fn unmatched(unmatched: &Unmatched) {
    let ActualRequest { method, path, .. } = &unmatched.request;
    let Some(closest) = &unmatched.closest else {
        tracing::warn!(%method, %path, "no interaction matches");
        return;
    };
    let places: Vec<_> = closest.mismatches.iter().map(place).collect();
    let (interaction, differs) = (&closest.interaction.description, places.join(", "));
    tracing::warn!(%method, %path, closest = %interaction, %differs, "no interaction matches");
}

fn place(mismatch: &Mismatch) -> String {
    format!("{} {}", mismatch.part.as_str(), mismatch.location).trim_end().to_owned()
}

fn without_query(line: &str) -> &str {
    line.split('?').next().unwrap_or_default()
}
