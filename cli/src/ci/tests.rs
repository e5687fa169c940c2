use super::*;

/// The commit, the branch and the URL that these variables tell, each with who says so.
fn told(variables: &[(&str, &str)]) -> [Option<(String, &'static str)>; 3] {
    let build = Build::from_variables(|name| {
        variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
    });
    [build.commit, build.branch, build.url].map(|found| {
        found.map(|found| match found.source {
            Source::Service(name) => (found.value, name),
            Source::Git => panic!("git has no variables"),
        })
    })
}

#[track_caller]
fn assert_told(service: &'static str, variables: &[(&str, &str)], expected: [&str; 3]) {
    let expected = expected.map(|value| (!value.is_empty()).then(|| (value.to_owned(), service)));
    assert_eq!(told(variables), expected, "{service}: {variables:?}");
}

/// Variables as the documentation of each server shows them, for a push, for a change that is proposed, and for a tag; then
/// the commit, the branch and the URL that they tell.
const BUILDS: &[(&str, &str, [&str; 3])] = &[
    (
        "GitHub Actions",
        "GITHUB_ACTIONS=true; GITHUB_SHA=abc; GITHUB_SERVER_URL=https://git.example; \
         GITHUB_REPOSITORY=o/r; GITHUB_RUN_ID=7; GITHUB_REF=refs/heads/feat/x",
        ["abc", "feat/x", "https://git.example/o/r/actions/runs/7"],
    ),
    (
        "GitHub Actions",
        "GITHUB_ACTIONS=true; GITHUB_SHA=abc; GITHUB_SERVER_URL=https://git.example; \
         GITHUB_REPOSITORY=o/r; GITHUB_RUN_ID=7; GITHUB_HEAD_REF=feat/x; \
         GITHUB_REF=refs/pull/12/merge",
        ["abc", "feat/x", "https://git.example/o/r/actions/runs/7"],
    ),
    // On a push, the first is there and says nothing.
    (
        "GitHub Actions",
        "GITHUB_ACTIONS=true; GITHUB_SHA=abc; GITHUB_SERVER_URL=https://git.example; \
         GITHUB_REPOSITORY=o/r; GITHUB_RUN_ID=7; GITHUB_HEAD_REF=; GITHUB_REF=refs/heads/main",
        ["abc", "main", "https://git.example/o/r/actions/runs/7"],
    ),
    (
        "GitHub Actions",
        "GITHUB_ACTIONS=true; GITHUB_SHA=abc; GITHUB_SERVER_URL=https://git.example; \
         GITHUB_REPOSITORY=o/r; GITHUB_RUN_ID=7; GITHUB_REF=refs/tags/v1.0.0",
        ["abc", "", "https://git.example/o/r/actions/runs/7"],
    ),
    (
        "GitLab CI",
        "GITLAB_CI=true; CI_COMMIT_SHA=abc; CI_COMMIT_BRANCH=feat/x; CI_COMMIT_REF_NAME=feat/x; \
         CI_JOB_URL=https://g/-/jobs/7",
        ["abc", "feat/x", "https://g/-/jobs/7"],
    ),
    (
        "GitLab CI",
        "GITLAB_CI=true; CI_COMMIT_SHA=abc; CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=feat/x; \
         CI_COMMIT_REF_NAME=refs/merge-requests/1/head",
        ["abc", "feat/x", ""],
    ),
    (
        "GitLab CI",
        "GITLAB_CI=true; CI_COMMIT_SHA=abc; CI_COMMIT_REF_NAME=v1; CI_COMMIT_TAG=v1",
        ["abc", "", ""],
    ),
    (
        "Buildkite",
        "BUILDKITE=true; BUILDKITE_COMMIT=abc; BUILDKITE_BRANCH=main; BUILDKITE_BUILD_URL=https://b/1",
        ["abc", "main", "https://b/1"],
    ),
    ("Buildkite", "BUILDKITE=true; BUILDKITE_COMMIT=HEAD; BUILDKITE_BRANCH=main", ["", "main", ""]),
    (
        "CircleCI",
        "CIRCLECI=true; CIRCLE_SHA1=abc; CIRCLE_BRANCH=main; CIRCLE_BUILD_URL=https://c/1",
        ["abc", "main", "https://c/1"],
    ),
    // From a fork.
    ("CircleCI", "CIRCLECI=true; CIRCLE_SHA1=abc; CIRCLE_BRANCH=pull/12", ["abc", "", ""]),
    (
        "Travis CI",
        "TRAVIS=true; TRAVIS_COMMIT=abc; TRAVIS_BRANCH=main; TRAVIS_PULL_REQUEST_BRANCH=feat/x; \
         TRAVIS_BUILD_WEB_URL=https://t/1",
        ["abc", "feat/x", "https://t/1"],
    ),
    ("Travis CI", "TRAVIS=true; TRAVIS_COMMIT=abc; TRAVIS_BRANCH=v1; TRAVIS_TAG=v1", ["abc", "", ""]),
    (
        "Azure DevOps",
        "TF_BUILD=True; BUILD_SOURCEVERSION=abc; BUILD_SOURCEBRANCH=refs/heads/feat/x; \
         BUILD_SOURCEBRANCHNAME=x; SYSTEM_TEAMFOUNDATIONCOLLECTIONURI=https://dev.azure.com/org/; \
         SYSTEM_TEAMPROJECT=My project; BUILD_BUILDID=7",
        ["abc", "feat/x", "https://dev.azure.com/org/My%20project/_build/results?buildId=7"],
    ),
    (
        "Azure DevOps",
        "TF_BUILD=True; BUILD_SOURCEVERSION=abc; BUILD_SOURCEBRANCH=refs/pull/1/merge; \
         SYSTEM_PULLREQUEST_SOURCEBRANCH=refs/heads/feat/x",
        ["abc", "feat/x", ""],
    ),
    (
        "Bitbucket Pipelines",
        "BITBUCKET_BUILD_NUMBER=7; BITBUCKET_COMMIT=abc; BITBUCKET_BRANCH=main; \
         BITBUCKET_REPO_FULL_NAME=o/r",
        ["abc", "main", "https://bitbucket.org/o/r/pipelines/results/7"],
    ),
    (
        "AppVeyor",
        "APPVEYOR=True; APPVEYOR_REPO_COMMIT=abc; APPVEYOR_REPO_BRANCH=main; \
         APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH=feat/x; APPVEYOR_URL=https://ci.appveyor.com; \
         APPVEYOR_ACCOUNT_NAME=o; APPVEYOR_PROJECT_SLUG=r; APPVEYOR_BUILD_ID=7",
        ["abc", "feat/x", "https://ci.appveyor.com/project/o/r/builds/7"],
    ),
    // Drone sets the last two for compatibility.
    (
        "Drone",
        "DRONE=true; DRONE_COMMIT_SHA=abc; DRONE_BRANCH=main; DRONE_SOURCE_BRANCH=feat/x; \
         DRONE_BUILD_LINK=https://d/1; CI_COMMIT_SHA=other; GIT_COMMIT=other",
        ["abc", "feat/x", "https://d/1"],
    ),
    (
        "Woodpecker",
        "CI=woodpecker; CI_COMMIT_SHA=abc; CI_COMMIT_BRANCH=main; CI_PIPELINE_URL=https://w/1",
        ["abc", "main", "https://w/1"],
    ),
    (
        "Semaphore",
        "SEMAPHORE=true; SEMAPHORE_GIT_SHA=abc; SEMAPHORE_GIT_BRANCH=main; \
         SEMAPHORE_GIT_PR_BRANCH=feat/x; SEMAPHORE_ORGANIZATION_URL=https://o.semaphoreci.com; \
         SEMAPHORE_WORKFLOW_ID=7",
        ["abc", "feat/x", "https://o.semaphoreci.com/workflows/7"],
    ),
    (
        "Codeship",
        "CI_NAME=codeship; CI_COMMIT_ID=abc; CI_BRANCH=main; CI_BUILD_URL=https://cs/1",
        ["abc", "main", "https://cs/1"],
    ),
    (
        "Cirrus CI",
        "CIRRUS_CI=true; CIRRUS_CHANGE_IN_REPO=abc; CIRRUS_BRANCH=pull/12; CIRRUS_BUILD_ID=7",
        ["abc", "", "https://cirrus-ci.com/build/7"],
    ),
    (
        "AWS CodeBuild",
        "CODEBUILD_BUILD_ID=p:1; CODEBUILD_RESOLVED_SOURCE_VERSION=abc; \
         CODEBUILD_WEBHOOK_HEAD_REF=refs/heads/main",
        ["abc", "main", ""],
    ),
    (
        "Bamboo",
        "bamboo_buildKey=P-J; bamboo_planRepository_revision=abc; bamboo_planRepository_branch=main; \
         bamboo_buildResultsUrl=https://ba/1",
        ["abc", "main", "https://ba/1"],
    ),
    (
        "TeamCity",
        "TEAMCITY_VERSION=2024.1; BUILD_VCS_NUMBER=abc; BUILD_URL=https://tc/1",
        ["abc", "", "https://tc/1"],
    ),
    (
        "Jenkins",
        "JENKINS_URL=https://j; GIT_COMMIT=abc; GIT_BRANCH=origin/feat/x; BUILD_URL=https://j/1",
        ["abc", "feat/x", "https://j/1"],
    ),
    (
        "Jenkins",
        "JENKINS_URL=https://j; GIT_COMMIT=abc; GIT_BRANCH=PR-12; BRANCH_NAME=PR-12; \
         CHANGE_BRANCH=feat/x",
        ["abc", "feat/x", ""],
    ),
    ("Jenkins", "JENKINS_URL=https://j; GIT_COMMIT=abc; BRANCH_NAME=v1; TAG_NAME=v1", ["abc", "", ""]),
];

#[test]
fn build_servers_are_understood() {
    for (service, variables, expected) in BUILDS {
        let variables: Vec<_> =
            variables.split("; ").map(|variable| variable.split_once('=').unwrap()).collect();
        assert_told(service, &variables, *expected);
    }
    for service in SERVICES {
        let shown = BUILDS.iter().any(|(name, ..)| *name == service.name);
        assert!(shown, "{} is not tested", service.name);
    }
}

#[test]
fn in_a_container_with_a_few_of_the_variables_these_are_used() {
    assert_told("Jenkins", &[("GIT_COMMIT", "abc"), ("GIT_BRANCH", "main")], ["abc", "main", ""]);
    assert_told(
        "GitHub Actions",
        &[("GITHUB_SHA", "abc"), ("GITHUB_REF", "refs/heads/main")],
        ["abc", "main", ""],
    );
}

#[test]
fn where_a_server_is_known_no_other_is_asked() {
    let variables = [("CIRCLECI", "true"), ("CIRCLE_SHA1", "abc"), ("GIT_BRANCH", "other")];
    assert_told("CircleCI", &variables, ["abc", "", ""]);
}

#[test]
fn nothing_is_made_up() {
    assert_eq!(told(&[]), [None, None, None]);
    assert_eq!(told(&[("CI", "true"), ("DEFAULT_BRANCH", "main"), ("GITHUB_SHA", "  ")]), [None, None, None]);
}

#[test]
fn git_fills_the_gaps() {
    let said = Build::from_variables(|name| {
        let value = match name {
            "TEAMCITY_VERSION" => "1",
            "BUILD_VCS_NUMBER" => "abc",
            _ => return None,
        };
        Some(value.to_owned())
    });
    let checkout =
        Checkout { commit: Some("def".to_owned()), branch: Some("main".to_owned()), complaint: None };
    let build = said.or_git(checkout);
    assert_eq!(build.commit.unwrap().to_string(), "abc (from TeamCity)");
    assert_eq!(build.branch.unwrap().to_string(), "main (from git)");
    assert_eq!(build.url, None);
}
