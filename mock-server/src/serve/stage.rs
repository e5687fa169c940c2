//! A mock: answers as its contract says, and remembers what was not as agreed.

use std::sync::{Mutex, PoisonError};

use pactwright_core::matching::ActualRequest;

use super::answer::{self, Answer};
use super::connection::Play;
use super::limits::Limits;
#[cfg(feature = "standalone")]
use super::log;
use super::select::{Scenes, Selection};
use crate::report::{Failure, Unmatched};

/// How many failed requests are kept, and how many bytes of their bodies: a client that tries for ever must not take
/// all memory.
const KEPT: usize = 1000;
const KEPT_BYTES: usize = 64 * 1024 * 1024;

/// What all connections of a mock share.
pub(super) struct Stage {
    scenes: Scenes,
    /// What went wrong so far. Taken only when something does.
    failed: Mutex<Failed>,
    rules: StageRules,
}

/// What a mock accepts beside its contract.
#[derive(Debug, Clone, Copy)]
pub(super) struct StageRules {
    pub(super) limits: Limits,
    /// Whether browsers may ask ahead.
    pub(super) cors_preflight: bool,
}

/// Requests that were not as agreed, in the order they came.
#[derive(Default)]
struct Failed {
    kept: Vec<Failure>,
    bytes: usize,
    omitted: u64,
}

impl Failed {
    fn push(&mut self, failure: Failure) {
        let bytes = match &failure {
            Failure::Unmatched(unmatched) => unmatched.request.body.len(),
            _ => 0,
        };
        if self.kept.len() < KEPT && self.bytes + bytes <= KEPT_BYTES {
            self.bytes += bytes;
            self.kept.push(failure);
        } else {
            self.omitted += 1;
        }
    }
}

impl Stage {
    pub(super) fn new(scenes: Scenes, rules: StageRules) -> Self {
        Self { scenes, failed: Mutex::default(), rules }
    }

    /// Everything that is wrong by now: requests in the order they came, then interactions that were not requested.
    pub(super) fn failures(&self) -> Vec<Failure> {
        let (mut failures, omitted) = {
            let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            (failed.kept.clone(), failed.omitted)
        };
        if omitted > 0 {
            failures.push(Failure::Omitted { requests: omitted });
        }
        let never = self.scenes.iter().filter(|scene| !scene.was_requested());
        failures.extend(never.map(|scene| Failure::NeverRequested(scene.name.clone())));
        failures
    }
}

impl Play for Stage {
    fn limits(&self) -> Limits {
        self.rules.limits
    }

    fn answer(&self, request: Result<ActualRequest, Failure>) -> Answer {
        let failure = match request.map(|request| (self.scenes.select(&request), request)) {
            #[cfg_attr(not(feature = "standalone"), expect(unused_variables, reason = "only tools log"))]
            Ok((Selection::Match(scene), request)) => {
                #[cfg(feature = "standalone")]
                log::answered(&request, scene);
                return scene.answer.answer();
            }
            Ok((Selection::Nothing(_), request))
                if self.rules.cors_preflight && answer::is_preflight(&request) =>
            {
                #[cfg(feature = "standalone")]
                log::preflight(&request);
                return answer::preflight(&request);
            }
            Ok((Selection::Nothing(closest), request)) => {
                Failure::Unmatched(Box::new(Unmatched { request, closest }))
            }
            Err(failure) => failure,
        };
        #[cfg(feature = "standalone")]
        log::refused(&failure);
        let answer = answer::failure(&failure);
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unmatched(body: usize) -> Failure {
        let request = ActualRequest { body: vec![0; body], ..ActualRequest::default() };
        Failure::Unmatched(Box::new(Unmatched { request, closest: None }))
    }

    #[test]
    fn what_a_client_gets_wrong_for_ever_is_counted_at_last() {
        let mut many = Failed::default();
        (0..KEPT + 5).for_each(|_| many.push(unmatched(0)));
        assert_eq!((many.kept.len(), many.omitted), (KEPT, 5));
        let mut large = Failed::default();
        (0..5).for_each(|_| large.push(unmatched(KEPT_BYTES / 3)));
        large.push(unmatched(1));
        assert_eq!((large.kept.len(), large.omitted), (4, 2));
    }
}
