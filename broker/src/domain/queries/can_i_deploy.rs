//! Whether one version may go somewhere: the matrix, asked in the way that is right for it.

use super::matrix::{self, Answer, Ignore, LatestBy, OtherSide, Query, Selector};
use crate::domain::state::State;

/// Where a version is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// To where the versions are that are live in an environment.
    Environment(String),
    /// To where the latest versions with a tag are.
    Tag(String),
    /// Into the main branches: beside their heads.
    MainBranches,
}

/// Whether what a selector means may go somewhere.
pub fn ask(
    state: &State,
    selector: Selector,
    destination: Destination,
    ignore: Option<Vec<Ignore>>,
) -> Answer {
    matrix::answer(state, &question(selector, destination, ignore))
}

/// The same, as a question to the matrix.
pub fn question(selector: Selector, destination: Destination, ignore: Option<Vec<Ignore>>) -> Query {
    let (other_side, latest_by) = match destination {
        Destination::Environment(environment) => (
            OtherSide { environment: Some(environment), ..OtherSide::default() },
            LatestBy::ConsumerVersionAndProviderVersion,
        ),
        Destination::Tag(tag) => (
            OtherSide { tag: Some(tag), latest: true, ..OtherSide::default() },
            LatestBy::ConsumerVersionAndProvider,
        ),
        Destination::MainBranches => (
            OtherSide { main_branch: true, latest: true, ..OtherSide::default() },
            LatestBy::ConsumerVersionAndProvider,
        ),
    };
    Query {
        selectors: vec![selector],
        other_side,
        ignore,
        latest_by: Some(latest_by),
        success: Vec::new(),
        limit: usize::MAX,
        history: false,
    }
}
