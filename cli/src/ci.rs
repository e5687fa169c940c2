//! What a build server says about the build that runs, and what git says where there is none.

use std::process::Command;

/// The properties of a version that can be found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Build {
    pub(crate) commit: Option<String>,
    pub(crate) branch: Option<String>,
    pub(crate) url: Option<String>,
}

/// Environment variables of Buildkite, Circle CI, Travis CI, GitHub Actions, Jenkins, AppVeyor, GitLab, CodeShip,
/// Bitbucket and Azure DevOps.
const COMMIT: [&str; 10] = [
    "BUILDKITE_COMMIT",
    "CIRCLE_SHA1",
    "TRAVIS_COMMIT",
    "GITHUB_SHA",
    "GIT_COMMIT",
    "APPVEYOR_REPO_COMMIT",
    "CI_COMMIT_SHA",
    "CI_COMMIT_ID",
    "BITBUCKET_COMMIT",
    "BUILD_SOURCEVERSION",
];
const BRANCH: [&str; 11] = [
    "BUILDKITE_BRANCH",
    "CIRCLE_BRANCH",
    "TRAVIS_BRANCH",
    "GITHUB_HEAD_REF",
    "GITHUB_REF",
    "GIT_BRANCH",
    "APPVEYOR_REPO_BRANCH",
    "CI_COMMIT_REF_NAME",
    "CI_BRANCH",
    "BITBUCKET_BRANCH",
    "BUILD_SOURCEBRANCH",
];
const URL: [&str; 6] = [
    "BUILDKITE_BUILD_URL",
    "CIRCLE_BUILD_URL",
    "TRAVIS_BUILD_WEB_URL",
    "BUILD_URL",
    "CI_JOB_URL",
    "CI_BUILD_URL",
];

impl Build {
    /// What can be found out here and now.
    pub(crate) fn detect() -> Self {
        let found =
            Self::from_variables(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()));
        Self {
            commit: found.commit.or_else(|| git(&["rev-parse", "HEAD"])),
            branch: found
                .branch
                .or_else(|| git(&["rev-parse", "--abbrev-ref", "HEAD"]).filter(|name| name != "HEAD")),
            url: found.url,
        }
    }

    fn from_variables(get: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: &[&str]| names.iter().find_map(|name| get(name));
        let github = || {
            Some(format!(
                "{}/{}/actions/runs/{}",
                get("GITHUB_SERVER_URL")?,
                get("GITHUB_REPOSITORY")?,
                get("GITHUB_RUN_ID")?
            ))
        };
        let branch =
            first(&BRANCH).filter(|name| !name.starts_with("refs/tags/") && !name.starts_with("refs/pull/"));
        let short = |name: String| {
            let plain = ["refs/heads/", "origin/"].iter().find_map(|prefix| name.strip_prefix(prefix));
            plain.map_or_else(|| name.clone(), str::to_owned)
        };
        Self { commit: first(&COMMIT), branch: branch.map(short), url: first(&URL).or_else(github) }
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let output =
        Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_servers_are_understood() {
        let github = |name: &str| {
            let value = match name {
                "GITHUB_SHA" => "abc",
                "GITHUB_REF" => "refs/heads/feat/x",
                "GITHUB_SERVER_URL" => "https://git.example",
                "GITHUB_REPOSITORY" => "o/r",
                "GITHUB_RUN_ID" => "7",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let build = Build::from_variables(github);
        assert_eq!(build.commit.as_deref(), Some("abc"));
        assert_eq!(build.branch.as_deref(), Some("feat/x"));
        assert_eq!(build.url.as_deref(), Some("https://git.example/o/r/actions/runs/7"));
        assert_eq!(Build::from_variables(|_| None), Build::default());
    }
}
