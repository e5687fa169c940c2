//! What git says about the working folder.
//!
//! The program is asked, and its files are not read: worktrees, submodules, packed references, the newer reference
//! format and `GIT_DIR` are its own business, and it is there wherever code is checked out. Where it is not, there is
//! nothing to find out, and the options say the same.

use std::process::Command;

use super::Checkout;

pub(super) fn checkout() -> Checkout {
    Checkout {
        commit: git(&["rev-parse", "--verify", "--quiet", "HEAD"]),
        // That fails where HEAD is detached, while `rev-parse --abbrev-ref` would call the branch "HEAD".
        branch: git(&["symbolic-ref", "--quiet", "HEAD"])
            .and_then(|name| name.strip_prefix("refs/heads/").map(str::to_owned)),
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let output =
        Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
