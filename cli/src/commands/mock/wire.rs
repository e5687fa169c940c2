//! The documents of the master server's API.

use pactwright::{Closest, Failure, Report, Unmatched};
use pactwright_core::json::JsonBuf;
use pactwright_core::matching::ActualRequest;
use pactwright_core::report::{Detail, Mismatch, Part};
use serde_json::{Value, json};

use super::start::Running;

/// A mock server, and whether anything is wrong with it by now.
pub(super) fn describe(running: &Running) -> Value {
    let mock = &running.mock;
    json!({
        "id": running.id,
        "port": mock.address().port(),
        "address": mock.address().to_string(),
        "scheme": if running.certificate.is_some() { "https" } else { "http" },
        "url": mock.url(),
        "consumer": mock.pact().consumer.name,
        "provider": mock.pact().provider.name,
        "status": if mock.problems().is_none() { "ok" } else { "error" },
    })
}

/// What clients must trust, where a mock server is behind https.
pub(super) fn add_certificate(document: &mut Value, running: &Running) {
    if let Some(certificate) = &running.certificate {
        document["certificate"] = certificate.as_str().into();
    }
}

/// Why a mock server is not verified.
pub(super) fn verification(running: &Running, report: &Report) -> Value {
    let mismatches: Vec<_> = report.failures().iter().filter_map(problem).collect();
    let mut document = json!({ "mockServer": describe(running), "report": report.to_string() });
    if mismatches.is_empty() {
        document["error"] = report.to_string().into();
    } else {
        document["mismatches"] = mismatches.into();
    }
    document
}

/// One thing that was wrong with what was asked; nothing for what was wrong afterwards.
fn problem(failure: &Failure) -> Option<Value> {
    Some(match failure {
        Failure::Unmatched(unmatched) => unexpected(unmatched),
        Failure::NeverRequested(name) => {
            let (method, target) = name.request.split_once(' ').unwrap_or((&name.request, ""));
            let (path, query) = match target.split_once('?') {
                Some((path, query)) => (path, Some(query)),
                None => (target, None),
            };
            let mut request = json!({ "method": method, "path": path });
            if let Some(query) = query {
                request["query"] = query.into();
            }
            let description = &name.description;
            json!({
                "type": "missing-request", "method": method, "path": path, "request": request,
                "interaction": description,
            })
        }
        Failure::TooLarge { request, .. } | Failure::BrokenOff { request, .. } => {
            let (method, path) = request.split_once(' ').unwrap_or((request, ""));
            json!({
                "type": "request-not-found", "method": method, "path": path,
                "request": { "method": method, "path": path }, "message": failure.to_string(),
            })
        }
        Failure::NotHttp { .. } | Failure::Omitted { .. } => {
            json!({ "type": "request-not-found", "method": "", "path": "", "request": {}, "message": failure.to_string() })
        }
        _ => return None,
    })
}

fn unexpected(unmatched: &Unmatched) -> Value {
    let Unmatched { request, closest } = unmatched;
    let ActualRequest { method, path, .. } = request;
    let near = closest.as_ref().filter(|closest| {
        !closest.mismatches.iter().any(|mismatch| matches!(mismatch.part, Part::Method | Part::Path))
    });
    match near {
        Some(Closest { interaction, mismatches, .. }) => json!({
            "type": "request-mismatch", "method": method, "path": path, "request": shown(request),
            "interaction": interaction.description,
            "mismatches": mismatches.iter().map(mismatch).collect::<Vec<_>>(),
        }),
        None => {
            json!({ "type": "request-not-found", "method": method, "path": path, "request": shown(request) })
        }
    }
}

fn shown(request: &ActualRequest) -> Value {
    let mut shown = json!({ "method": request.method, "path": request.path });
    if let Some(query) = &request.query {
        shown["query"] = query.as_str().into();
    }
    if !request.headers.is_empty() {
        let mut headers = json!({});
        for (name, value) in &request.headers {
            match &mut headers[name] {
                Value::Array(values) => values.push(value.as_str().into()),
                missing => *missing = json!([value]),
            }
        }
        shown["headers"] = headers;
    }
    if !request.body.is_empty() {
        shown["body"] = String::from_utf8_lossy(&request.body).into();
    }
    shown
}

fn mismatch(mismatch: &Mismatch) -> Value {
    let (expected, actual) = mismatch.detail.sides();
    let (kind, place) = match (mismatch.part, &mismatch.detail) {
        (Part::Body, Detail::ContentType { .. }) => ("BodyTypeMismatch", None),
        (Part::Body, _) => ("BodyMismatch", Some("path")),
        (Part::Header, _) => ("HeaderMismatch", Some("key")),
        (Part::Query, _) => ("QueryMismatch", Some("parameter")),
        (Part::Path, _) => ("PathMismatch", None),
        (Part::Method, _) => ("MethodMismatch", None),
        (Part::Status, _) => ("StatusMismatch", None),
        (Part::Metadata, _) => ("MetadataMismatch", Some("key")),
    };
    let mut document = json!({
        "type": kind, "expected": value(expected), "actual": value(actual), "mismatch": mismatch.to_string(),
    });
    if let Some(place) = place {
        document[place] = mismatch.location.as_str().into();
    }
    document
}

fn value(json: Option<JsonBuf>) -> Value {
    json.map_or(Value::Null, |json| serde_json::from_str(&json.to_compact()).unwrap_or_default())
}
