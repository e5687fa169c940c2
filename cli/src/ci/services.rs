//! Build servers, and how they tell what they build.

/// A build server: the variables by which it is known, and those in which it says something.
///
/// What it says is written as templates: `{NAME}` stands for a variable, and a template with a variable that is not set
/// says nothing. The first that says something counts.
#[derive(Debug)]
pub(super) struct Service {
    /// As its users call it.
    pub(super) name: &'static str,
    /// It runs the build where one of these is set; after `=`, to that value.
    marks: &'static [&'static str],
    commit: &'static [&'static str],
    /// The branch that a change comes from stands before the one that it is to go to.
    branch: &'static [&'static str],
    /// Where one of these is set, a tag is built: what [`Service::branch`] would say is its name.
    tag: &'static [&'static str],
    url: &'static [&'static str],
}

/// In the order in which they are asked. Those that set variables of others for compatibility come before them.
pub(super) const SERVICES: &[Service] = &[
    Service {
        name: "GitHub Actions",
        marks: &["GITHUB_ACTIONS"],
        commit: &["{GITHUB_SHA}"],
        branch: &["{GITHUB_HEAD_REF}", "{GITHUB_REF}"],
        tag: &[],
        url: &["{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}"],
    },
    Service {
        name: "GitLab CI",
        marks: &["GITLAB_CI"],
        commit: &["{CI_COMMIT_SHA}"],
        branch: &[
            "{CI_MERGE_REQUEST_SOURCE_BRANCH_NAME}",
            "{CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME}",
            "{CI_COMMIT_BRANCH}",
            "{CI_COMMIT_REF_NAME}",
        ],
        tag: &["CI_COMMIT_TAG"],
        url: &["{CI_JOB_URL}", "{CI_PIPELINE_URL}"],
    },
    Service {
        name: "Buildkite",
        marks: &["BUILDKITE"],
        commit: &["{BUILDKITE_COMMIT}"],
        branch: &["{BUILDKITE_BRANCH}"],
        tag: &["BUILDKITE_TAG"],
        url: &["{BUILDKITE_BUILD_URL}"],
    },
    Service {
        name: "CircleCI",
        marks: &["CIRCLECI"],
        commit: &["{CIRCLE_SHA1}"],
        branch: &["{CIRCLE_BRANCH}"],
        tag: &["CIRCLE_TAG"],
        url: &["{CIRCLE_BUILD_URL}"],
    },
    Service {
        name: "Travis CI",
        marks: &["TRAVIS"],
        commit: &["{TRAVIS_COMMIT}"],
        branch: &["{TRAVIS_PULL_REQUEST_BRANCH}", "{TRAVIS_BRANCH}"],
        tag: &["TRAVIS_TAG"],
        url: &["{TRAVIS_BUILD_WEB_URL}"],
    },
    Service {
        name: "Azure DevOps",
        marks: &["TF_BUILD"],
        commit: &["{BUILD_SOURCEVERSION}"],
        // Not BUILD_SOURCEBRANCHNAME: of `feat/x` it keeps `x`.
        branch: &["{SYSTEM_PULLREQUEST_SOURCEBRANCH}", "{BUILD_SOURCEBRANCH}"],
        tag: &[],
        url: &[
            "{SYSTEM_TEAMFOUNDATIONCOLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}",
        ],
    },
    Service {
        name: "Bitbucket Pipelines",
        marks: &["BITBUCKET_BUILD_NUMBER"],
        commit: &["{BITBUCKET_COMMIT}"],
        branch: &["{BITBUCKET_BRANCH}"],
        tag: &["BITBUCKET_TAG"],
        url: &["https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}"],
    },
    Service {
        name: "AppVeyor",
        marks: &["APPVEYOR"],
        commit: &["{APPVEYOR_REPO_COMMIT}"],
        branch: &["{APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH}", "{APPVEYOR_REPO_BRANCH}"],
        tag: &["APPVEYOR_REPO_TAG_NAME"],
        url: &[
            "{APPVEYOR_URL}/project/{APPVEYOR_ACCOUNT_NAME}/{APPVEYOR_PROJECT_SLUG}/builds/{APPVEYOR_BUILD_ID}",
        ],
    },
    Service {
        name: "Drone",
        marks: &["DRONE"],
        commit: &["{DRONE_COMMIT_SHA}", "{DRONE_COMMIT}"],
        branch: &["{DRONE_SOURCE_BRANCH}", "{DRONE_BRANCH}"],
        tag: &["DRONE_TAG"],
        url: &["{DRONE_BUILD_LINK}", "{DRONE_BUILD_URL}"],
    },
    Service {
        name: "Woodpecker",
        marks: &["CI=woodpecker"],
        commit: &["{CI_COMMIT_SHA}"],
        branch: &["{CI_COMMIT_SOURCE_BRANCH}", "{CI_COMMIT_BRANCH}"],
        tag: &["CI_COMMIT_TAG"],
        url: &["{CI_PIPELINE_URL}"],
    },
    Service {
        name: "Semaphore",
        marks: &["SEMAPHORE"],
        commit: &["{SEMAPHORE_GIT_SHA}"],
        branch: &["{SEMAPHORE_GIT_PR_BRANCH}", "{SEMAPHORE_GIT_BRANCH}"],
        tag: &["SEMAPHORE_GIT_TAG_NAME"],
        url: &["{SEMAPHORE_ORGANIZATION_URL}/workflows/{SEMAPHORE_WORKFLOW_ID}"],
    },
    Service {
        name: "Codeship",
        marks: &["CI_NAME=codeship"],
        commit: &["{CI_COMMIT_ID}"],
        branch: &["{CI_BRANCH}"],
        tag: &[],
        url: &["{CI_BUILD_URL}"],
    },
    Service {
        name: "Cirrus CI",
        marks: &["CIRRUS_CI"],
        commit: &["{CIRRUS_CHANGE_IN_REPO}"],
        branch: &["{CIRRUS_BRANCH}"],
        tag: &["CIRRUS_TAG"],
        url: &["https://cirrus-ci.com/build/{CIRRUS_BUILD_ID}"],
    },
    Service {
        name: "AWS CodeBuild",
        marks: &["CODEBUILD_BUILD_ID"],
        commit: &["{CODEBUILD_RESOLVED_SOURCE_VERSION}"],
        branch: &["{CODEBUILD_WEBHOOK_HEAD_REF}"],
        tag: &[],
        url: &["{CODEBUILD_PUBLIC_BUILD_URL}"],
    },
    Service {
        name: "Bamboo",
        marks: &["bamboo_buildKey"],
        commit: &["{bamboo_planRepository_revision}"],
        branch: &["{bamboo_repository_pr_sourceBranch}", "{bamboo_planRepository_branch}"],
        tag: &[],
        url: &["{bamboo_buildResultsUrl}"],
    },
    // It has no variable for the branch; what it checks out says it.
    Service {
        name: "TeamCity",
        marks: &["TEAMCITY_VERSION"],
        commit: &["{BUILD_VCS_NUMBER}"],
        branch: &[],
        tag: &[],
        url: &["{BUILD_URL}"],
    },
    // Last, because it has the most general names, which others set, too.
    Service {
        name: "Jenkins",
        marks: &["JENKINS_URL", "HUDSON_URL"],
        commit: &["{GIT_COMMIT}"],
        branch: &["{CHANGE_BRANCH}", "{BRANCH_NAME}", "{GIT_LOCAL_BRANCH}", "{GIT_BRANCH}"],
        tag: &["TAG_NAME"],
        url: &["{BUILD_URL}"],
    },
];

impl Service {
    /// Whether this server runs the build.
    pub(super) fn runs(&self, get: &impl Fn(&str) -> Option<String>) -> bool {
        self.marks.iter().any(|mark| match mark.split_once('=') {
            Some((name, value)) => get(name).is_some_and(|text| text == value),
            None => get(mark).is_some(),
        })
    }

    pub(super) fn commit(&self, get: &impl Fn(&str) -> Option<String>) -> Option<String> {
        // Buildkite says that for a build that was started by hand, before it knows better.
        first(self.commit, get).filter(|commit| commit != "HEAD")
    }

    pub(super) fn branch(&self, get: &impl Fn(&str) -> Option<String>) -> Option<String> {
        if self.tag.iter().any(|name| get(name).is_some()) {
            return None;
        }
        branch_name(&first(self.branch, get)?).map(str::to_owned)
    }

    pub(super) fn url(&self, get: &impl Fn(&str) -> Option<String>) -> Option<String> {
        first(self.url, get).map(|url| url.replace(' ', "%20"))
    }
}

/// The branch in what a server calls one. Tags and the references that stand for pull requests are none.
fn branch_name(text: &str) -> Option<&str> {
    let plain = ["refs/heads/", "refs/remotes/origin/", "remotes/origin/", "origin/"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    let other = ["refs/", "pull/", "tags/"].iter().any(|prefix| plain.starts_with(prefix));
    (!plain.is_empty() && plain != "HEAD" && !other).then_some(plain)
}

fn first(templates: &[&str], get: &impl Fn(&str) -> Option<String>) -> Option<String> {
    templates.iter().find_map(|template| fill(template, get))
}

/// The template with its variables filled in; none when one of them is not set.
fn fill(template: &str, get: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        text.push_str(before);
        text.push_str(&get(name)?);
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}
