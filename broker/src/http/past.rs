//! Questions about the past: `?asOf=2026-01-31T12:00:00Z`.

use std::sync::Arc;

use http::{Method, StatusCode};

use super::{errors::Failure, events, query::Params};
use crate::{
    Broker,
    domain::{model::Timestamp, state::State},
};

/// The name of the parameter.
const AS_OF: &str = "asOf";

/// What a request is answered from.
pub(super) struct Known {
    /// What was durable at that moment.
    pub(super) state: Arc<State>,
    /// That moment.
    pub(super) now: Timestamp,
}

/// What is known now, or what was known at the moment that is asked for.
pub(super) async fn known(
    broker: &Broker,
    method: &Method,
    path: &str,
    query: &Params,
) -> Result<Known, Failure> {
    let now = broker.now();
    let moment = events::time(query, AS_OF)?.filter(|_| !is_timeless(path));
    let Some(moment) = moment else { return Ok(Known { state: broker.state(), now }) };
    if *method != Method::GET && !is_question(path) {
        let why = format!(
            "The parameter {AS_OF} asks for what was once, but {method} changes what is now: leave the parameter out."
        );
        return Err(Failure::Told(StatusCode::BAD_REQUEST, why));
    }
    let moment = moment.min(now);
    Ok(Known { state: broker.state_at(moment).await?, now: moment })
}

/// What is the same whatever was published, or is about time itself.
pub(super) fn is_timeless(path: &str) -> bool {
    const PREFIXES: [&str; 5] = ["/diagnostic/", "/doc/", "/hal-browser/", "/health/", "/metrics/"];
    matches!(path, "/" | "/openapi" | "/openapi.json" | "/events")
        || PREFIXES.iter().any(|prefix| path.starts_with(prefix))
}

/// What only asks, although it is a `POST`.
pub(super) fn is_question(path: &str) -> bool {
    path.starts_with("/pacts/provider/") && path.ends_with("/for-verification")
}
