//! A mock: answers as its contract says, and remembers what was not as agreed.

use std::sync::{Mutex, PoisonError};

use pactwright_core::matching::ActualRequest;

use super::answer::{self, Answer};
use super::connection::Play;
use super::select::{Scenes, Selection};
use crate::report::{Failure, Unmatched};

/// What all connections of a mock share.
pub(super) struct Stage {
    scenes: Scenes,
    /// What went wrong so far. Taken only when something does.
    failures: Mutex<Vec<Failure>>,
    rules: StageRules,
}

/// What a mock accepts beside its contract.
#[derive(Debug, Clone, Copy)]
pub(super) struct StageRules {
    /// How many bytes a body may have.
    pub(super) body_limit: usize,
    /// Whether browsers may ask ahead.
    pub(super) cors_preflight: bool,
}

impl Stage {
    pub(super) fn new(scenes: Scenes, rules: StageRules) -> Self {
        Self { scenes, failures: Mutex::default(), rules }
    }

    /// Everything that is wrong by now: requests in the order they came, then interactions that were not requested.
    pub(super) fn failures(&self) -> Vec<Failure> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let never = self.scenes.iter().filter(|scene| !scene.was_requested());
        failures.extend(never.map(|scene| Failure::NeverRequested(scene.name.clone())));
        failures
    }
}

impl Play for Stage {
    fn body_limit(&self) -> usize {
        self.rules.body_limit
    }

    fn answer(&self, request: Result<ActualRequest, Failure>) -> Answer {
        let failure = match request.map(|request| (self.scenes.select(&request), request)) {
            Ok((Selection::Match(scene), _)) => return scene.answer.answer(),
            Ok((Selection::Nothing(_), request))
                if self.rules.cors_preflight && answer::is_preflight(&request) =>
            {
                return answer::preflight(&request);
            }
            Ok((Selection::Nothing(closest), request)) => {
                Failure::Unmatched(Box::new(Unmatched { request, closest }))
            }
            Err(failure) => failure,
        };
        let answer = answer::failure(&failure);
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
        answer
    }
}
