//! The compatibility suite: what implementations must do, told in Gherkin.
//!
//! `DIR/features` holds the stories, `DIR/fixtures` the bodies, rules and generators that they name. The steps are in
//! one file per theme, each with a table of what they are called; a step that is in none of them has failed.
#![expect(
    clippy::unnecessary_wraps,
    reason = "all steps have the same signature, also those that cannot fail"
)]

mod contracts;
mod definitions;
mod fixtures;
mod generators;
mod gherkin;
mod interactions;
mod matching;
mod messages;
mod mock_server;
mod pact_files;
mod pattern;
mod providers;
mod steps;
mod verification;

use std::path::{Path, PathBuf};

use pactwright_core::model::SpecVersion;
use thiserror::Error;

use super::Outcome;
use fixtures::Fixtures;
use gherkin::{Feature, GherkinError, Scenario};
use steps::{Call, Catalogue, Failure, World};

/// Why the suite cannot be run.
#[derive(Debug, Error)]
pub(crate) enum SuiteError {
    #[error("{path} cannot be read: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{path}: {source}")]
    Gherkin { path: PathBuf, source: GherkinError },
    #[error("there is no feature `{wanted}`; there are: {}", known.join(", "))]
    NoFeature { wanted: String, known: Vec<String> },
    #[error(transparent)]
    Pattern(#[from] pattern::PatternError),
}

/// Runs the features that `only` names (such as `V3/generators`), or all.
pub(crate) fn run(dir: &Path, only: &[String]) -> Result<Outcome, SuiteError> {
    let mut features = Vec::new();
    find(&dir.join("features"), "", &mut features)?;
    if let Some(wanted) = only.iter().find(|wanted| !features.iter().any(|(name, _)| name == *wanted)) {
        let known = features.into_iter().map(|(name, _)| name).collect();
        return Err(SuiteError::NoFeature { wanted: wanted.clone(), known });
    }
    let catalogue = Catalogue::new()?;
    let fixtures = Fixtures::new(dir.join("fixtures"));
    let mut outcome = Outcome { passed: 0, failed: 0 };
    for (name, path) in features.into_iter().filter(|(name, _)| only.is_empty() || only.contains(name)) {
        let text =
            std::fs::read_to_string(&path).map_err(|source| SuiteError::Io { path: path.clone(), source })?;
        let feature = Feature::parse(&text).map_err(|source| SuiteError::Gherkin { path, source })?;
        let (passed_before, version) = (outcome.passed, version(&name));
        for scenario in &feature.scenarios {
            match play(scenario, version, &catalogue, &fixtures) {
                Ok(()) => outcome.passed += 1,
                Err((step, failure)) => {
                    outcome.failed += 1;
                    println!("FAILED {name}: {}: {step}: {failure}", scenario.name);
                }
            }
        }
        println!("{name}: {} of {} passed", outcome.passed - passed_before, feature.scenarios.len());
    }
    Ok(outcome)
}

/// The feature files below a folder with their names, in order.
fn find(dir: &Path, prefix: &str, found: &mut Vec<(String, PathBuf)>) -> Result<(), SuiteError> {
    let io = |source| SuiteError::Io { path: dir.to_owned(), source };
    let mut paths = std::fs::read_dir(dir)
        .map_err(io)?
        .map(|entry| entry.map(|entry| entry.path()).map_err(io))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    for path in paths {
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        let name = format!("{prefix}{stem}");
        if path.is_dir() {
            find(&path, &format!("{name}/"), found)?;
        } else if path.extension().is_some_and(|extension| extension == "feature") {
            found.push((name, path));
        }
    }
    Ok(())
}

/// The version of the specification that a feature such as `V3/generators` is about.
fn version(feature: &str) -> SpecVersion {
    let version = feature.split('/').next().and_then(|folder| folder.strip_prefix('V'));
    version.and_then(SpecVersion::parse).unwrap_or(SpecVersion::V4)
}

/// Plays a scenario to its end, or to the first step that fails.
fn play<'s>(
    scenario: &'s Scenario,
    version: SpecVersion,
    catalogue: &Catalogue,
    fixtures: &Fixtures,
) -> Result<(), (&'s str, Failure)> {
    let mut world = World::new(version);
    for step in &scenario.steps {
        let played = catalogue
            .find(&step.text)
            .and_then(|(action, arguments)| action(&mut world, &Call { arguments, step, fixtures }));
        played.map_err(|failure| (step.text.as_str(), failure))?;
    }
    if scenario.steps.is_empty() { Err(("", Failure::NoSteps)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::*;

    /// Compiled once: there are many steps, and many scenarios in these tests.
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();

    /// The fixture `basic.json`; `other.txt` says `other`.
    pub(super) const BASIC: &str = r#"{"one": "a", "two": "b"}"#;

    /// Plays the steps of one scenario of version 4; answers the step that failed, and why.
    pub(super) fn played(steps: &str) -> Result<(), (String, String)> {
        played_in(SpecVersion::V4, steps)
    }

    pub(super) fn played_in(version: SpecVersion, steps: &str) -> Result<(), (String, String)> {
        let feature = Feature::parse(&format!("Feature: F\nScenario: s\n{steps}")).unwrap();
        let catalogue = CATALOGUE.get_or_init(|| Catalogue::new().unwrap());
        let fixtures = tempfile::tempdir().unwrap();
        std::fs::write(fixtures.path().join("basic.json"), BASIC).unwrap();
        std::fs::write(fixtures.path().join("other.txt"), "other").unwrap();
        play(&feature.scenarios[0], version, catalogue, &Fixtures::new(fixtures.path().to_owned()))
            .map_err(|(step, failure)| (step.to_owned(), failure.to_string()))
    }

    const COMPARED: &str = "Given an expected request configured with the following:\n| body |\n| JSON: {\"a\": 1} |\n\
                            And a request is received with the following:\n| body |\n| JSON: {\"a\": 2} |\n\
                            When the request is compared to the expected one\n";

    #[test]
    fn what_the_suite_asks_for_is_held_against_what_is() {
        let sentence = "Expected 2 (Integer) to be equal to 1 (Integer)";
        let error = |place: &str, sentence: &str| {
            played(&format!(
                "{COMPARED}Then the comparison should NOT be OK\n\
                 And the mismatches will contain a mismatch with error \"{place}\" -> \"{sentence}\""
            ))
        };
        assert_eq!(error("$.a", sentence), Ok(()));
        assert!(error("$.b", sentence).is_err());
        assert!(error("$.a", "Expected 2 (Integer)").is_err());
        let (step, reason) = played(&format!("{COMPARED}Then the comparison should be OK")).unwrap_err();
        assert_eq!(step, "the comparison should be OK");
        assert_eq!(reason, format!("it is not: body \"$.a\" -> \"{sentence}\""));
    }

    #[test]
    fn steps_that_are_not_known_and_scenarios_without_any_have_failed() {
        assert_eq!(
            played("Given whatever").unwrap_err(),
            ("whatever".to_owned(), "this step is not known".to_owned())
        );
        assert!(played("").is_err());
    }

    #[test]
    fn a_comparison_that_never_was_is_neither_right_nor_wrong() {
        assert!(played("Then the comparison should be OK").is_err());
        assert!(played("Then the comparison should NOT be OK").is_err());
    }
}
