//! What the tests across the crates share.

pub mod chance;
pub mod process;

use std::path::{Path, PathBuf};

/// The folder with test data of our own.
pub fn fixtures() -> PathBuf {
    repository().join("fixtures")
}

/// The folder that holds the workspace.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_owned)
}

/// A folder of cases that others wrote, below the one that `PACTWRIGHT_CONFORMANCE` names. Without it a test has
/// nothing to run, and says so.
#[expect(clippy::print_stderr, reason = "a test that skips says so")]
pub fn conformance(part: &str) -> Option<PathBuf> {
    match std::env::var_os("PACTWRIGHT_CONFORMANCE") {
        Some(folder) => Some(PathBuf::from(folder).join(part)),
        None => {
            eprintln!("skipped: PACTWRIGHT_CONFORMANCE does not name the folder that holds `{part}`");
            None
        }
    }
}
