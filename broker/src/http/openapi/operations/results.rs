use super::{Operation, delete, get, post};

pub(super) fn all() -> Vec<Operation> {
    let record = |path, id, summary| {
        post(path, id, summary).takes("NewVerificationResult").creates("VerificationResult")
    };
    vec![
        record(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results",
            "recordResult",
            "Record the result of a verification",
        ),
        record(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results",
            "recordResultWithMetadata",
            "Record the result of a verification, with what the pact was fetched for",
        ),
        get(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/latest",
            "latestResultOfContent",
            "Read the latest result of a content",
        )
        .gives("VerificationResult"),
        get(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}",
            "readResult",
            "Read a result",
        )
        .gives("VerificationResult"),
        delete(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}",
            "removeResult",
            "Remove a result",
        )
        .gives_nothing(),
        get(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}",
            "readResultWithMetadata",
            "Read a result",
        )
        .gives("VerificationResult"),
        delete(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}",
            "removeResultWithMetadata",
            "Remove a result",
        )
        .gives_nothing(),
        get(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/interactions",
            "interactionResults",
            "Read what became of the single interactions",
        )
        .gives("InteractionResults"),
        get(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}/interactions",
            "interactionResultsWithMetadata",
            "Read what became of the single interactions",
        )
        .gives("InteractionResults"),
        get(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/triggered-webhooks",
            "webhooksTriggeredByResult",
            "Read which webhooks a result triggered",
        )
        .query(&["page", "size"])
        .gives("TriggeredWebhooks"),
        get(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/verification-results/latest",
            "latestResultOfPact",
            "Read the latest result of the pact of a consumer version",
        )
        .gives("VerificationResult"),
        get(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest",
            "latestResultOfLatestPact",
            "Read the latest result of the latest pact",
        )
        .gives("VerificationResult"),
        get(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest",
            "latestResultOfLatestTaggedPact",
            "Read the latest result of the latest pact with a tag",
        )
        .gives("VerificationResult"),
        get(
            "/verification-results/consumer/{consumer}/version/{version}/latest",
            "latestResultsOfConsumerVersion",
            "Read the latest results of everything that a consumer version asks",
        )
        .gives("VerificationResults"),
    ]
}
