use pactwright_core::model::{Pact, SpecVersion};

use super::*;
use crate::plan::{Filter, Plan};
use crate::sources::{LoadedPact, Origin};

fn summary(counts: Counts, publication: Option<Publication>, failures: usize) -> RunSummary {
    let loaded = LoadedPact::new(Pact::new("a", "b", SpecVersion::V3), Origin::Other("x".into()));
    let pact = Plan::new(vec![loaded], &Filter::default()).pacts.remove(0);
    let failure = || Arc::new(SourceError::Other("x".into()));
    RunSummary {
        pacts: vec![PactSummary { pact, counts, publication }],
        source_failures: std::iter::repeat_with(failure).take(failures).collect(),
        duration: Duration::ZERO,
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
        (summary(counts(0, 0, 1, 0), None, 0), ExitCode::Failed),
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

#[test]
fn brokers_hear_of_success_only_when_everything_passed() {
    let success = |counts| summary(counts, None, 0).pacts[0].success();
    assert!(success(counts(0, 0, 0, 0)));
    assert!(success(counts(3, 0, 0, 0)));
    assert!(!success(counts(3, 0, 0, 1)));
    assert!(!success(counts(3, 1, 0, 0)));
}

#[test]
fn each_interaction_is_counted_once() {
    let mut counted = Counts::default();
    for (verdict, pending) in [
        (Verdict::Passed, true),
        (Verdict::Failed, true),
        (Verdict::Errored, true),
        (Verdict::Failed, false),
        (Verdict::Errored, false),
    ] {
        counted.add(verdict, pending);
    }
    assert_eq!(counted, counts(1, 1, 1, 2));
    assert_eq!(counted.total(), 5);
}
