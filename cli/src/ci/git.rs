//! What git says about the working folder.
//!
//! The program is asked, and its files are not read: worktrees, submodules, packed references, the newer reference
//! format and `GIT_DIR` are its own business, and it is there wherever code is checked out. Where it is not, there is
//! nothing to find out, and the options say the same.

use std::process::Command;

use super::Checkout;

pub(super) fn checkout() -> Checkout {
    let commit = git(&["rev-parse", "--verify", "HEAD"]);
    // That fails where HEAD is detached, while `rev-parse --abbrev-ref` would call the branch "HEAD".
    let branch = git(&["symbolic-ref", "--quiet", "HEAD"]).ok();
    let branch = branch.and_then(|name| name.strip_prefix("refs/heads/").map(str::to_owned));
    let complaint = commit.as_ref().err().cloned();
    Checkout { commit: commit.ok(), branch, complaint }
}

/// What git answers, or the first line of what it complains of.
fn git(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .args(arguments)
        .output()
        .map_err(|error| format!("the program cannot be run: {error}"))?;
    let told = if output.status.success() { &output.stdout } else { &output.stderr };
    let told = String::from_utf8_lossy(told).lines().next().unwrap_or_default().trim().to_owned();
    if output.status.success() && !told.is_empty() { Ok(told) } else { Err(told) }
}
