use pactwright_core::broker_api::{Link, Links};
use serde_json::json;

use super::{answer::Answer, call::Call, errors::Failure};

/// That the broker answers.
pub(super) async fn heartbeat(call: Call) -> Result<Answer, Failure> {
    Answer::document(&json!({ "ok": true, "_links": Links::new().with("self", Link::to(call.address())) }))
}

/// That what the broker needs answers: its store, which can be read and written.
pub(super) async fn dependencies(call: Call) -> Result<Answer, Failure> {
    let can_write = call.broker.failure().is_none();
    let ok = can_write && call.broker.text(crate::store::BlobKey::of(b"")).await.is_ok();
    let document =
        json!({ "database": { "ok": ok }, "_links": Links::new().with("self", Link::to(call.address())) });
    let answer = Answer::document(&document)?;
    Ok(if ok { answer } else { answer.status(http::StatusCode::INTERNAL_SERVER_ERROR) })
}
