use pactwright_core::broker_api::{Index, Link, Links};

use super::{answer::Answer, call::Call, errors::Failure};

/// Relation, path, title.
pub(super) const RELATIONS: &[(&str, &str, &str)] = &[
    (
        "pb:publish-pact",
        "/pacts/provider/{provider}/consumer/{consumer}/version/{consumerApplicationVersion}",
        "Publish a pact",
    ),
    ("pb:publish-contracts", "/contracts/publish", "Publish contracts"),
    ("pb:latest-pact-versions", "/pacts/latest", "Latest pact versions"),
    (
        "pb:tagged-pact-versions",
        "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}",
        "All versions of a pact for a given consumer, provider and consumer version tag",
    ),
    (
        "pb:branch-pact-versions",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}",
        "All versions of pacts between a consumer and a provider, of a branch of the consumer",
    ),
    (
        "pb:latest-branch-pact-versions",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions",
        "Latest pact between a consumer and a provider, of a branch of the consumer",
    ),
    (
        "pb:main-branch-pact-versions",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/versions",
        "All versions of pacts between a consumer and a provider, of the consumer's main branch",
    ),
    (
        "pb:latest-main-branch-pact-versions",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions",
        "Latest pact between a consumer and a provider, of the consumer's main branch",
    ),
    (
        "pb:provider-pacts-with-main-branch",
        "/pacts/provider/{provider}/branch",
        "All pacts of a provider, of the consumers' main branches",
    ),
    (
        "pb:provider-pacts-with-branch",
        "/pacts/provider/{provider}/branch/{branch}",
        "All pacts of a provider, of a branch of the consumers",
    ),
    (
        "pb:latest-provider-pacts-with-main-branch",
        "/pacts/provider/{provider}/branch/latest",
        "Latest pacts of a provider, of the consumers' main branches",
    ),
    (
        "pb:latest-provider-pacts-with-branch",
        "/pacts/provider/{provider}/branch/{branch}/latest",
        "Latest pacts of a provider, of a branch of the consumers",
    ),
    ("pb:pacticipants", "/pacticipants", "Pacticipants"),
    ("pb:pacticipant", "/pacticipants/{pacticipant}", "Fetch pacticipant by name"),
    ("pb:latest-provider-pacts", "/pacts/provider/{provider}/latest", "Latest pacts by provider"),
    (
        "pb:latest-provider-pacts-with-tag",
        "/pacts/provider/{provider}/latest/{tag}",
        "Latest pacts for provider with the specified tag",
    ),
    (
        "pb:provider-pacts-with-tag",
        "/pacts/provider/{provider}/tag/{tag}",
        "All pact versions for the provider with the specified consumer version tag",
    ),
    ("pb:provider-pacts", "/pacts/provider/{provider}", "All pact versions for the specified provider"),
    ("pb:latest-version", "/pacticipants/{pacticipant}/latest-version", "Latest pacticipant version"),
    (
        "pb:latest-tagged-version",
        "/pacticipants/{pacticipant}/latest-version/{tag}",
        "Latest pacticipant version with the specified tag",
    ),
    ("pb:webhooks", "/webhooks", "Webhooks"),
    ("pb:webhook", "/webhooks/{uuid}", "Webhook"),
    ("pb:integrations", "/integrations", "Integrations"),
    (
        "pb:pacticipant-version-tag",
        "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
        "Get, create or delete a tag for a pacticipant version",
    ),
    (
        "pb:pacticipant-branch",
        "/pacticipants/{pacticipant}/branches/{branch}",
        "Get or delete a pacticipant branch",
    ),
    (
        "pb:pacticipant-branch-version",
        "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
        "Get or add/create a pacticipant version for a branch",
    ),
    (
        "pb:pacticipant-version",
        "/pacticipants/{pacticipant}/versions/{version}",
        "Get, create or delete a pacticipant version",
    ),
    ("pb:metrics", "/metrics", "Get Pact Broker metrics"),
    (
        "pb:can-i-deploy-pacticipant-version-to-tag",
        "/can-i-deploy?pacticipant={pacticipant}&version={version}&to={tag}",
        "Determine if an application version can be safely deployed to an environment identified by the given tag",
    ),
    (
        "pb:can-i-deploy-pacticipant-version-to-environment",
        "/can-i-deploy?pacticipant={pacticipant}&version={version}&environment={environment}",
        "Determine if an application version can be safely deployed to an environment",
    ),
    (
        "pb:provider-pacts-for-verification",
        "/pacts/provider/{provider}/for-verification",
        "Pact versions to be verified for the specified provider",
    ),
    ("pb:environments", "/environments", "Environments"),
    ("pb:environment", "/environments/{uuid}", "Environment"),
];

/// The entry point, from which clients find everything else.
pub(super) async fn read(call: Call) -> Result<Answer, Failure> {
    let paths = &call.paths;
    let mut links = Links::new().with("self", Link::to(paths.base.clone()).titled("Index").templated(false));
    for (relation, path, title) in RELATIONS {
        // Clients of old are used to this one being marked wrongly, and fill it in all the same.
        let templated = path.contains('{') && *relation != "pb:tagged-pact-versions";
        let link = Link::to(paths.template(path)).titled(*title);
        links.push(*relation, if *relation == "pb:metrics" { link } else { link.templated(templated) });
    }
    let beta = Link::to(paths.template("/pacts/provider/{provider}/for-verification"));
    links.push(
        "beta:provider-pacts-for-verification",
        beta.named("beta")
            .titled("DEPRECATED - please use pb:provider-pacts-for-verification")
            .templated(true),
    );
    let curie = |name: &str| Link::to(paths.doc("index")).named(name).templated(true);
    links.push_all("curies", vec![curie("pb"), curie("beta")]);
    Answer::document(&Index { links })
}
