use super::{Operation, delete, get, patch, post, put};

pub(super) fn participants() -> Vec<Operation> {
    vec![
        get("/pacticipants", "listPacticipants", "List pacticipants")
            .query(&["q", "page", "size"])
            .gives("Pacticipants"),
        post("/pacticipants", "createPacticipant", "Create a pacticipant")
            .takes("NewPacticipant")
            .creates("Pacticipant")
            .refuses(409),
        get("/pacticipants/label/{label}", "listPacticipantsWithLabel", "List pacticipants with a label")
            .gives("Pacticipants"),
        get("/pacticipants/{pacticipant}", "readPacticipant", "Read a pacticipant").gives("Pacticipant"),
        put("/pacticipants/{pacticipant}", "replacePacticipant", "Replace what is known about a pacticipant")
            .takes("PacticipantChange")
            .gives("Pacticipant"),
        patch("/pacticipants/{pacticipant}", "changePacticipant", "Change a pacticipant, or create it")
            .takes("PacticipantChange")
            .gives("Pacticipant")
            .creates("Pacticipant"),
        delete(
            "/pacticipants/{pacticipant}",
            "removePacticipant",
            "Remove a pacticipant and everything of it",
        )
        .gives_nothing(),
        get("/pacticipants/{pacticipant}/labels/{label}", "readLabel", "Read a label").gives("Label"),
        put("/pacticipants/{pacticipant}/labels/{label}", "addLabel", "Put a label on a pacticipant")
            .may_take("Anything")
            .gives("Label")
            .creates("Label"),
        delete("/pacticipants/{pacticipant}/labels/{label}", "removeLabel", "Take a label off a pacticipant")
            .gives_nothing(),
        get("/labels", "listLabels", "List all labels").query(&["page", "size"]).gives("Labels"),
    ]
}

pub(super) fn versions() -> Vec<Operation> {
    vec![
        get("/pacticipants/{pacticipant}/versions", "listVersions", "List versions, the newest first")
            .query(&["page", "size"])
            .gives("Versions"),
        get("/pacticipants/{pacticipant}/versions/{version}", "readVersion", "Read a version")
            .gives("Version"),
        put(
            "/pacticipants/{pacticipant}/versions/{version}",
            "replaceVersion",
            "Create or replace a version",
        )
        .may_take("VersionChange")
        .gives("Version")
        .creates("Version"),
        patch(
            "/pacticipants/{pacticipant}/versions/{version}",
            "changeVersion",
            "Create or change a version",
        )
        .may_take("VersionChange")
        .gives("Version")
        .creates("Version"),
        delete(
            "/pacticipants/{pacticipant}/versions/{version}",
            "removeVersion",
            "Remove a version and everything of it",
        )
        .gives_nothing(),
        get("/pacticipants/{pacticipant}/latest-version", "latestVersion", "Read the latest version")
            .gives("Version"),
        get(
            "/pacticipants/{pacticipant}/latest-version/{tag}",
            "latestTaggedVersion",
            "Read the latest version with a tag",
        )
        .gives("Version"),
        get(
            "/pacticipants/{pacticipant}/tags/{tag}/versions",
            "listTaggedVersions",
            "List versions with a tag",
        )
        .query(&["page", "size"])
        .gives("Versions"),
        get("/pacticipants/{pacticipant}/versions/{version}/tags/{tag}", "readTag", "Read a tag")
            .gives("Tag"),
        put("/pacticipants/{pacticipant}/versions/{version}/tags/{tag}", "addTag", "Tag a version")
            .may_take("Anything")
            .gives("Tag")
            .creates("Tag"),
        delete(
            "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
            "removeTag",
            "Take a tag off a version",
        )
        .gives_nothing(),
    ]
}

pub(super) fn branches() -> Vec<Operation> {
    vec![
        get("/pacticipants/{pacticipant}/branches", "listBranches", "List branches, the newest first")
            .query(&["q", "page", "size"])
            .gives("Branches"),
        delete(
            "/pacticipants/{pacticipant}/branches",
            "removeBranches",
            "Remove all branches but the main branch and those that are excluded",
        )
        .query(&["exclude[]"])
        .answers(202, Some("Notices")),
        get("/pacticipants/{pacticipant}/branches/{branch}", "readBranch", "Read a branch").gives("Branch"),
        delete("/pacticipants/{pacticipant}/branches/{branch}", "removeBranch", "Remove a branch")
            .gives_nothing(),
        get(
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version",
            "latestVersionOfBranch",
            "Read the latest version of a branch",
        )
        .gives("Version"),
        get(
            "/pacticipants/{pacticipant}/branches/{branch}/versions",
            "listVersionsOfBranch",
            "List the versions of a branch, the newest first",
        )
        .query(&["page", "size"])
        .gives("Versions"),
        get(
            "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
            "readBranchVersion",
            "Read whether a version is of a branch",
        )
        .gives("BranchVersion"),
        put(
            "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
            "addBranchVersion",
            "Put a version on a branch; both are created where they are not there",
        )
        .may_take("Anything")
        .gives("BranchVersion")
        .creates("BranchVersion"),
        delete(
            "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
            "removeBranchVersion",
            "Take a version off a branch",
        )
        .gives_nothing(),
    ]
}

pub(super) fn environments() -> Vec<Operation> {
    vec![
        get("/environments", "listEnvironments", "List environments").query(&["name"]).gives("Environments"),
        post("/environments", "createEnvironment", "Create an environment")
            .takes("NewEnvironment")
            .creates("Environment"),
        get("/environments/{uuid}", "readEnvironment", "Read an environment").gives("Environment"),
        put("/environments/{uuid}", "replaceEnvironment", "Replace what is known about an environment")
            .takes("NewEnvironment")
            .gives("Environment"),
        delete("/environments/{uuid}", "removeEnvironment", "Remove an environment").gives_nothing(),
        get(
            "/environments/{uuid}/versions",
            "listVersionsInEnvironment",
            "List all versions that are live there",
        )
        .query(&["page", "size"])
        .gives("EnvironmentVersions"),
    ]
}

pub(super) fn deployments() -> Vec<Operation> {
    vec![
        get(
            "/environments/{uuid}/deployed-versions/currently-deployed",
            "listDeployedNow",
            "List what is deployed to an environment",
        )
        .query(&["pacticipant", "version", "applicationInstance", "target", "page", "size"])
        .gives("DeployedVersions"),
        get(
            "/environments/{uuid}/released-versions/currently-supported",
            "listSupportedNow",
            "List what is released and supported in an environment",
        )
        .query(&["pacticipant", "version", "page", "size"])
        .gives("ReleasedVersions"),
        get(
            "/pacticipants/{pacticipant}/environments/{uuid}/versions",
            "listVersionsOnceInEnvironment",
            "List versions that were ever deployed or released to an environment",
        )
        .query(&["page", "size"])
        .gives("Versions"),
        get(
            "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{uuid}",
            "listDeploymentsOfVersion",
            "List the deployments of a version to an environment",
        )
        .gives("DeployedVersions"),
        post(
            "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{uuid}",
            "recordDeployment",
            "Record that a version was deployed; what ran in its place no longer does",
        )
        .may_take("NewDeployment")
        .creates("DeployedVersion"),
        get(
            "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{uuid}",
            "listReleasesOfVersion",
            "List the releases of a version in an environment",
        )
        .gives("ReleasedVersions"),
        post(
            "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{uuid}",
            "recordRelease",
            "Record that a version was released; others stay supported",
        )
        .may_take("Anything")
        .gives("ReleasedVersion")
        .header("Location")
        .creates("ReleasedVersion"),
        get("/deployed-versions/{uuid}", "readDeployment", "Read a deployment").gives("DeployedVersion"),
        patch("/deployed-versions/{uuid}", "endDeployment", "Record that a deployment ended")
            .may_take("DeployedVersionChange")
            .gives("DeployedVersion"),
        get("/released-versions/{uuid}", "readRelease", "Read a release").gives("ReleasedVersion"),
        patch("/released-versions/{uuid}", "endSupport", "Record that the support of a release ended")
            .may_take("ReleasedVersionChange")
            .gives("ReleasedVersion"),
    ]
}
