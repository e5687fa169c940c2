use pactwright_core::model::{Pact, SpecVersion};

use super::*;
use crate::client::HttpError;
use crate::plan::{Filter, Plan};
use crate::sources::{LoadedPact, Origin};
use crate::states::{StateAction, StateError, StateErrorReason};
use crate::transport::TransportError;

fn summary(counts: Counts, publication: Option<Publication>, failures: usize) -> RunSummary {
    let loaded = LoadedPact::new(Pact::new("a", "b", SpecVersion::V3), Origin::Other("x".into()));
    let pact = Plan::new(vec![loaded], &Filter::default()).pacts.remove(0);
    let failure = || Arc::new(SourceError::Other("x".into()));
    RunSummary {
        pacts: vec![PactSummary {
            pact,
            counts,
            verdict: Verdict::Passed,
            response_times: None,
            publication,
        }],
        source_failures: std::iter::repeat_with(failure).take(failures).collect(),
        ..RunSummary::default()
    }
}

fn counts(passed: usize, failed: usize, errored: usize, pending: usize) -> Counts {
    Counts { passed, failed, errored, pending }
}

#[test]
fn the_worst_that_happened_decides_the_exit_code() {
    let refused = || Some(Publication::Refused(NotPublished::Filtered));
    let failed = || {
        let source = crate::client::RemoteError::NotFound { url: "u".into() };
        Some(Publication::Failed(Arc::new(PublishError::Result(source))))
    };
    for (summary, expected) in [
        (RunSummary::default(), ExitCode::Verified),
        (summary(counts(1, 0, 0, 1), Some(Publication::Published), 0), ExitCode::Verified),
        (summary(counts(1, 0, 0, 0), refused(), 0), ExitCode::NotPublished),
        (summary(counts(1, 1, 0, 0), failed(), 1), ExitCode::Failed),
        (summary(counts(1, 1, 1, 0), None, 0), ExitCode::Failed),
        (summary(counts(1, 0, 1, 0), None, 0), ExitCode::CouldNotRun),
        (
            summary(counts(1, 0, 1, 0), Some(Publication::Refused(NotPublished::NoVerdict)), 0),
            ExitCode::CouldNotRun,
        ),
        // What is pending may have no verdict.
        (
            summary(counts(1, 0, 0, 1), Some(Publication::Refused(NotPublished::NoVerdict)), 0),
            ExitCode::Verified,
        ),
        (summary(counts(1, 0, 0, 0), failed(), 1), ExitCode::CouldNotRun),
        (summary(counts(1, 0, 0, 0), failed(), 0), ExitCode::NotPublished),
    ] {
        assert_eq!(summary.exit_code(), expected, "{summary:?}");
        assert_eq!(summary.passed(), expected == ExitCode::Verified);
    }
}

#[test]
fn exit_codes_are_as_documented() {
    let codes = [ExitCode::Verified, ExitCode::Failed, ExitCode::CouldNotRun, ExitCode::NotPublished]
        .map(ExitCode::code);
    assert_eq!(codes, [0, 1, 2, 3]);
}

fn mismatch() -> InteractionResult {
    let detail = pactwright_core::report::Detail::Missing { expected: true.into() };
    let mismatch = Mismatch::new(pactwright_core::report::Part::Body, "$", detail);
    InteractionResult { mismatches: vec![mismatch], ..InteractionResult::default() }
}

fn no_transport() -> InteractionError {
    InteractionError::NoTransport { name: None }
}

fn not_ready() -> InteractionError {
    let reason = StateErrorReason::NoHandler { known: Vec::new() };
    StateError { state: "s".into(), action: StateAction::Setup, reason }.into()
}

fn timeout() -> InteractionError {
    TransportError::Http(HttpError::Timeout { url: "u".into(), after: Duration::ZERO }).into()
}

#[test]
fn only_what_the_provider_did_is_a_failure() {
    let with = |mut result: InteractionResult, error: InteractionError| {
        result.add(error);
        result
    };
    for (result, verdict, excusable) in [
        (InteractionResult::default(), Verdict::Passed, false),
        (mismatch(), Verdict::Failed, true),
        (InteractionResult::error(timeout()), Verdict::Failed, true),
        (InteractionResult::error(not_ready()), Verdict::Errored, true),
        (InteractionResult::error(no_transport()), Verdict::Errored, false),
        (with(mismatch(), not_ready()), Verdict::Failed, true),
        (with(mismatch(), no_transport()), Verdict::Failed, false),
        (with(InteractionResult::error(not_ready()), timeout()), Verdict::Failed, true),
    ] {
        assert_eq!(result.verdict(), verdict, "{result:?}");
        assert_eq!(result.can_be_pending(), excusable, "{result:?}");
        assert_eq!(result.passed(), verdict == Verdict::Passed);
    }
}

#[test]
fn each_interaction_is_counted_once() {
    let mut counted = Counts::default();
    for (result, pending) in [
        (InteractionResult::default(), true),
        (mismatch(), true),
        (InteractionResult::error(not_ready()), true),
        // Nobody is excused by a provider that is down.
        (InteractionResult::error(no_transport()), true),
        (mismatch(), false),
        (InteractionResult::error(not_ready()), false),
    ] {
        counted.add(&result, pending);
    }
    assert_eq!(counted, counts(1, 1, 2, 2));
    assert_eq!(counted.total(), 6);
}

#[test]
fn every_error_names_the_party_at_fault() {
    for (error, party) in [
        (timeout(), Party::Provider),
        (not_ready(), Party::StateHandler),
        (no_transport(), Party::Caller),
        (TransportError::Filter("x".into()).into(), Party::Caller),
        (TransportError::Handler("x".into()).into(), Party::Provider),
        (TransportError::Http(HttpError::InvalidHeader { name: "x".into() }).into(), Party::Contract),
    ] {
        assert_eq!(error.party(), party, "{error}");
    }
}
