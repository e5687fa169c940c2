//! The only place that reads the environment.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::dsl::Contract;

/// The folder of pact files.
pub(crate) const OUTPUT_DIR: &str = "PACTWRIGHT_OUTPUT_DIR";
/// The folder of pact files, as other Pact tools name it.
pub(crate) const PACT_OUTPUT_DIR: &str = "PACT_OUTPUT_DIR";
/// Whether interactions of earlier test runs are dropped.
pub(crate) const PACT_OVERWRITE: &str = "PACT_OVERWRITE";
/// What joins several processes into one test run.
pub(crate) const RUN_ID: &str = "PACTWRIGHT_RUN_ID";
/// What cargo-nextest, which gives every test a process of its own, calls one run.
const NEXTEST_RUN_ID: &str = "NEXTEST_RUN_ID";
/// The folder of the package whose tests run.
const MANIFEST_DIR: &str = "CARGO_MANIFEST_DIR";

/// Where and how the pact file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// Whether interactions of earlier test runs are dropped.
    pub(crate) overwrite: bool,
    /// The name of this test run. None where this process is all of it.
    pub(crate) run: Option<String>,
}

impl Output {
    /// What the contract says, then the environment, then what is usual.
    pub(crate) fn of(contract: &Contract, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let folder = contract
            .output_dir
            .clone()
            .or_else(|| variable(OUTPUT_DIR).map(PathBuf::from))
            .or_else(|| variable(PACT_OUTPUT_DIR).map(PathBuf::from))
            .unwrap_or_else(|| {
                let package = variable(MANIFEST_DIR).map(PathBuf::from);
                workspace(package.as_deref().unwrap_or(Path::new("."))).join("target").join("pacts")
            });
        let text = |name| variable(name).map(|value| value.to_string_lossy().into_owned());
        let overwrite = contract.overwrite.unwrap_or_else(|| {
            text(PACT_OVERWRITE).is_some_and(|value| matches!(value.as_str(), "1" | "true" | "TRUE"))
        });
        Self { folder, overwrite, run: text(RUN_ID).or_else(|| text(NEXTEST_RUN_ID)) }
    }
}

/// The workspace of a package: the nearest folder with a `Cargo.lock`, which every test was built by.
fn workspace(package: &Path) -> &Path {
    package.ancestors().find(|folder| folder.join("Cargo.lock").is_file()).unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(contract: &Contract, variables: &[(&str, &str)]) -> Output {
        Output::of(contract, |name| {
            variables.iter().find(|(other, _)| *other == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_nearest_says_where_pacts_go() {
        let contract = crate::consumer("web").provider("orders");
        let both = [(OUTPUT_DIR, "ours"), (PACT_OUTPUT_DIR, "theirs")];
        assert_eq!(output(&contract.clone().output_dir("code"), &both).folder, Path::new("code"));
        assert_eq!(output(&contract, &both).folder, Path::new("ours"));
        assert_eq!(output(&contract, &both[1..]).folder, Path::new("theirs"));
        assert_eq!(
            output(&contract, &[(OUTPUT_DIR, ""), (PACT_OUTPUT_DIR, "theirs")]).folder,
            Path::new("theirs")
        );
    }

    #[test]
    fn by_default_pacts_go_to_the_target_folder_of_the_workspace() {
        let workspace = tempfile::tempdir().unwrap();
        let package = workspace.path().join("crates").join("web");
        std::fs::create_dir_all(&package).unwrap();
        std::fs::write(workspace.path().join("Cargo.lock"), "").unwrap();
        let contract = crate::consumer("web").provider("orders");
        let found = output(&contract, &[(MANIFEST_DIR, package.to_str().unwrap())]);
        assert_eq!(found.folder, workspace.path().join("target").join("pacts"));
    }

    #[test]
    fn a_run_is_named_by_the_environment() {
        let contract = crate::consumer("web").provider("orders");
        assert_eq!(output(&contract, &[]).run, None);
        let found = output(&contract, &[(NEXTEST_RUN_ID, "n"), (RUN_ID, "r"), (PACT_OVERWRITE, "true")]);
        assert_eq!((found.run.as_deref(), found.overwrite), (Some("r"), true));
        assert!(!output(&contract.overwrite(false), &[(PACT_OVERWRITE, "true")]).overwrite);
    }
}
