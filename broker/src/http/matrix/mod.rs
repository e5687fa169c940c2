//! The matrix, and what follows from it.

pub(super) mod can_i_deploy;
mod request;
mod view;

use super::{answer::Answer, call::Call, errors::Failure};
use crate::domain::queries::matrix::{LatestBy, Query, Selector};

pub(super) async fn read(call: Call) -> Result<Answer, Failure> {
    let question = request::read(&call)?;
    view::answer(&call, &question)
}

/// The history between two participants: the last result of each pair of versions, as far back as the limit says.
pub(super) async fn of_pair(call: Call) -> Result<Answer, Failure> {
    let (consumer, provider) = call.pair()?;
    let named = |participant: &crate::domain::model::Participant| Selector {
        participant: participant.name.to_string(),
        ..Selector::default()
    };
    let question = Query {
        selectors: vec![named(consumer), named(provider)],
        latest_by: Some(LatestBy::ConsumerVersionAndProviderVersion),
        limit: request::limit(&call.query).map_err(|error| Failure::InvalidList(vec![error]))?,
        history: true,
        ..Query::default()
    };
    view::answer(&call, &question)
}
