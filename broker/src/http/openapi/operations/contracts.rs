use super::{Operation, delete, get, patch, post, put};

const PACT: &str = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}";

pub(super) fn publishing() -> Vec<Operation> {
    let mut operations = vec![
        post("/contracts/publish", "publishContracts", "Publish contracts: all of them, or none")
            .takes("PublishContracts")
            .gives("PublishedContracts")
            .refuses(409),
        get("/pacts/latest", "latestPacts", "List the latest pact of every pair").gives("LatestPacts"),
    ];
    operations.extend(at(PACT, ["readPact", "publishPact", "mergePact", "removePact"]));
    let old = "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}";
    let ids = ["readPactAtVersions", "publishPactAtVersions", "mergePactAtVersions", "removePactAtVersions"];
    operations.extend(at(old, ids).map(Operation::deprecated));
    let older = "/pact/provider/{provider}/consumer/{consumer}/version/{version}";
    let ids = ["readPactOfOld", "publishPactOfOld", "mergePactOfOld", "removePactOfOld"];
    operations.extend(at(older, ids).map(Operation::deprecated));
    operations
}

/// What can be done with a pact, where it is.
fn at(
    path: &'static str,
    [read, publish, merge, remove]: [&'static str; 4],
) -> impl Iterator<Item = Operation> {
    let operations = [
        get(path, read, "Read the pact of a consumer version").gives("Pact"),
        put(path, publish, "Publish a pact")
            .takes("NewPact")
            .gives("Pact")
            .answers(201, Some("Pact"))
            .refuses(409),
        patch(path, merge, "Merge a pact into what the consumer version has published")
            .takes("NewPact")
            .gives("Pact")
            .answers(201, Some("Pact"))
            .refuses(409),
        delete(path, remove, "Remove a pact").gives("PactRemoved"),
    ];
    operations.into_iter()
}

pub(super) fn of_provider() -> Vec<Operation> {
    let list = |path, id, summary| get(path, id, summary).query(&["page", "size"]).gives("ProviderPacts");
    let states = |path, id, summary| get(path, id, summary).gives("ProviderStates");
    vec![
        post(
            "/pacts/provider/{provider}/for-verification",
            "pactsForVerification",
            "Ask which pacts a provider is to verify",
        )
        .query(&["asOf~"])
        .may_take("VerificationQuestion")
        .gives("PactsForVerification"),
        get(
            "/pacts/provider/{provider}/for-verification",
            "pactsForVerificationByDefault",
            "Ask which pacts a provider is to verify, where nothing is selected",
        )
        .gives("PactsForVerification"),
        list("/pacts/provider/{provider}", "pactsOfProvider", "List all pacts of a provider"),
        list(
            "/pacts/provider/{provider}/latest",
            "latestPactsOfProvider",
            "List the latest pact of every consumer",
        ),
        list(
            "/pacts/provider/{provider}/latest/{tag}",
            "latestTaggedPactsOfProvider",
            "List the latest pact with a tag of every consumer",
        ),
        list("/pacts/provider/{provider}/tag/{tag}", "taggedPactsOfProvider", "List all pacts with a tag"),
        list(
            "/pacts/provider/{provider}/branch",
            "mainBranchPactsOfProvider",
            "List all pacts of the consumers' main branches",
        ),
        list(
            "/pacts/provider/{provider}/branch/latest",
            "latestMainBranchPactsOfProvider",
            "List the latest pacts of the consumers' main branches",
        ),
        list(
            "/pacts/provider/{provider}/branch/{branch}",
            "branchPactsOfProvider",
            "List all pacts of a branch",
        ),
        list(
            "/pacts/provider/{provider}/branch/{branch}/latest",
            "latestBranchPactsOfProvider",
            "List the latest pacts of a branch",
        ),
        states(
            "/pacts/provider/{provider}/provider-states",
            "providerStates",
            "List the provider states that the consumers' main branches expect",
        ),
        states(
            "/pacts/provider/{provider}/provider-states/branch/{branch}",
            "providerStatesOfBranch",
            "List the provider states that a branch of the consumers expects",
        ),
        states(
            "/pacts/provider/{provider}/provider-states/environment/{environment}",
            "providerStatesOfEnvironment",
            "List the provider states that the consumers in an environment expect",
        ),
    ]
}

pub(super) fn of_pair() -> Vec<Operation> {
    let pact = |path, id, summary| get(path, id, summary).gives("Pact");
    let latest = |path, id, summary| pact(path, id, summary).header("X-Pact-Consumer-Version");
    let list = |path, id, summary| get(path, id, summary).query(&["page", "size"]).gives("PactVersions");
    vec![
        latest("/pacts/provider/{provider}/consumer/{consumer}/latest", "latestPact", "Read the latest pact"),
        latest(
            "/pact/provider/{provider}/consumer/{consumer}/latest",
            "latestPactOfOld",
            "Read the latest pact",
        )
        .deprecated(),
        latest(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}",
            "latestTaggedPact",
            "Read the latest pact with a tag",
        ),
        latest(
            "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged",
            "latestUntaggedPact",
            "Read the latest pact without a tag",
        ),
        latest(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest",
            "latestPactOfBranch",
            "Read the latest pact of a branch",
        ),
        list(
            "/pacts/provider/{provider}/consumer/{consumer}/versions",
            "pactVersions",
            "List the pacts of a pair",
        ),
        delete(
            "/pacts/provider/{provider}/consumer/{consumer}/versions",
            "removePactVersions",
            "Remove all pacts of a pair",
        )
        .gives_nothing(),
        list(
            "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}",
            "taggedPactVersions",
            "List the pacts of a pair with a tag",
        ),
        delete(
            "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}",
            "removeTaggedPactVersions",
            "Remove the pacts of a pair with a tag",
        )
        .gives("PactRemoved"),
        list(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}",
            "branchPactVersions",
            "List the pacts of a pair of a branch",
        ),
        delete(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}",
            "removeBranchPactVersions",
            "Remove the pacts of a pair of a branch",
        )
        .gives("PactRemoved"),
        list(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/versions",
            "mainBranchPactVersions",
            "List the pacts of a pair of the consumer's main branch",
        ),
        list(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions",
            "latestMainBranchPactVersions",
            "List the latest pact of the consumer's main branch",
        ),
        list(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions",
            "latestBranchPactVersions",
            "List the latest pact of a branch",
        ),
        pact(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}",
            "pactByContent",
            "Read the pact with a content",
        ),
        pact(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}",
            "pactByContentWithMetadata",
            "Read the pact with a content, to verify it",
        ),
        get(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks",
            "webhooksTriggeredByPact",
            "Read which webhooks the publication of a pact triggered",
        )
        .query(&["page", "size"])
        .gives("TriggeredWebhooks"),
    ]
}

pub(super) fn differences() -> Vec<Operation> {
    let diff = |path, id, summary| get(path, id, summary).gives_text();
    vec![
        get(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/previous-distinct",
            "previousDistinctPact",
            "Read the latest pact before that has another content",
        )
        .gives("Pact"),
        diff(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/previous-distinct",
            "diffWithPreviousDistinct",
            "Compare a pact with the latest one before that has another content",
        ),
        diff(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/version/{other}",
            "diffWithVersion",
            "Compare a pact with the one of another consumer version",
        ),
        diff(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/pact-version/{other}",
            "diffOfContents",
            "Compare two contents",
        ),
        diff(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/previous-distinct",
            "diffOfContentWithPreviousDistinct",
            "Compare a content with the latest one before",
        ),
    ]
}
