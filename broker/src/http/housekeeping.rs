//! `POST /clean-up`: removing what nobody needs.

use http::StatusCode;
use pactwright_core::{
    broker_api::{Link, Links},
    json::Json,
};
use serde_json::json;

use super::{
    answer::Answer,
    call::Call,
    errors::{Failure, FieldErrors},
};
use crate::housekeeping::{CleanUpOrder, TidyError};

impl From<TidyError> for Failure {
    fn from(error: TidyError) -> Self {
        match error {
            running @ TidyError::Running => Self::Told(StatusCode::CONFLICT, running.to_string()),
            TidyError::Refused(refusal) => refusal.into(),
            TidyError::Log(error) => error.into(),
        }
    }
}

pub(super) async fn clean_up(call: Call) -> Result<Answer, Failure> {
    // It is looked at as JSON first, which says what is wrong and is bounded.
    let text = Json::Object(call.object()?).to_compact();
    let order: CleanUpOrder =
        serde_json::from_str(&text).map_err(|error| Failure::bad_request(error.to_string()))?;
    let request = order
        .request(&call.broker.config().housekeeping)
        .map_err(|error| FieldErrors::one("keep", error.to_string()))?;
    let done = call.broker.clean_up(request).await?;
    let mut document = serde_json::to_value(&done).map_err(|error| Failure::internal(&error))?;
    document["_links"] = json!(Links::new().with("self", Link::to(call.address()).titled("Clean-up")));
    Answer::document(&document)
}
