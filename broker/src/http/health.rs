//! Whether the broker lives, and whether it should be asked.

use http::StatusCode;
use serde_json::json;

use super::{answer::Answer, call::Call, errors::Failure, media::Media};
use crate::{
    domain::queries::metrics,
    telemetry::{Moment, as_prometheus},
};

/// That the process answers: where it does not, it should be started again.
pub(super) async fn live(_: Call) -> Result<Answer, Failure> {
    Answer::document(&json!({ "live": true }))
}

/// Whether requests should be sent here: 503 where they should not, with the reasons.
pub(super) async fn ready(call: Call) -> Result<Answer, Failure> {
    let reasons = call.broker.not_ready();
    let told: Vec<_> = reasons
        .iter()
        .map(|reason| json!({ "reason": reason.name(), "message": reason.to_string() }))
        .collect();
    let answer = Answer::document(&json!({ "ready": reasons.is_empty(), "reasons": told }))?;
    Ok(if reasons.is_empty() { answer } else { answer.status(StatusCode::SERVICE_UNAVAILABLE) })
}

/// What is measured, for Prometheus.
pub(super) async fn prometheus(call: Call) -> Result<Answer, Failure> {
    let Call { broker, state, media, .. } = call;
    // Counting takes as long as there is something to count.
    let counted = tokio::task::spawn_blocking(move || {
        let mut owed = 0;
        let mut receiver = state.next_receiver(None);
        while let Some(known) = receiver {
            owed += state.owed_to(&known).count();
            receiver = state.next_receiver(Some(&known));
        }
        (metrics::count(&state), state.webhooks().count(), owed, state.dead_letter_count())
    });
    let (counts, webhooks, owed, given_up) = counted.await.map_err(|error| Failure::internal(&error))?;
    let moment = Moment {
        counts,
        webhooks,
        owed,
        given_up,
        queue: broker.waiting(),
        queue_limit: broker.config().queue.length,
        ready: broker.not_ready().is_empty(),
    };
    let text = broker.telemetry().encode(&moment).map_err(|error| Failure::internal(&error))?;
    if media == Media::OpenMetrics {
        return Ok(Answer::text(text));
    }
    let mut answer = Answer::text(as_prometheus(&text));
    answer.content_type = Some("text/plain; version=0.0.4; charset=utf-8".to_owned());
    Ok(answer)
}
