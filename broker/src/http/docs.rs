//! What the relations between documents mean: the pages that `curies` lead to.

use http::{StatusCode, header};
use serde_json::json;

use super::{answer::Answer, call::Call, errors::Failure, index};

/// What there is to say about relations beside what the entry point says of its own, in the order of the alphabet.
const RELATIONS: [(&str, &str); 53] = [
    (
        "all-pact-versions",
        "All versions of the contract between this consumer and this provider. DELETE removes them.",
    ),
    ("branch", "The branch. DELETE removes the branch, not its versions."),
    (
        "branch-version",
        "Whether a version is on a branch. PUT puts it there, and makes version and branch where needed.",
    ),
    ("branches", "The branches of an application, the newest first."),
    (
        "can-i-deploy-badge",
        "An image that says whether the latest version with one tag goes with those that have another.",
    ),
    (
        "can-i-deploy-branch-to-environment-badge",
        "An image that says whether the head of a branch can be deployed to an environment.",
    ),
    ("consumer", "The application that uses the other, and says how."),
    ("consumer-version", "The version of the consumer that the contract was published for."),
    ("consumer-versions", "The versions of the consumer that the contract was chosen for, newest first."),
    ("consumer-webhooks", "The webhooks that are triggered by whatever happens to this consumer."),
    ("contracts", "The contracts that were published."),
    ("create", "POST makes a new one of what is listed."),
    (
        "currently-deployed-deployed-versions",
        "What is deployed to an environment now; ?pacticipant= and ?applicationInstance= narrow it.",
    ),
    (
        "currently-supported-released-versions",
        "What is released to an environment and still supported; ?pacticipant= and ?version= narrow it.",
    ),
    ("dashboard", "The latest contracts of a pair, and whether they are verified."),
    (
        "delete_integration",
        "DELETE removes all contracts between consumer and provider, with what was only there for them.",
    ),
    (
        "deployed-environments",
        "The environments that a version, or any version of an application, is deployed to.",
    ),
    ("diff", "What differs between two contents of a contract, as text."),
    (
        "diff-previous-distinct",
        "What differs between a contract and the one before that was not the same, as text.",
    ),
    ("error-logs", "What was sent and answered where a webhook failed, or is tried again."),
    (
        "execute",
        "POST sends the request of the webhook now, about the latest contract that it is for. Nothing of it is recorded.",
    ),
    ("group", "The applications that are connected with this one by contracts."),
    ("label", "A label of an application. PUT adds it, DELETE removes it."),
    ("latest-pact-version", "The contract of the latest version of the consumer that has one."),
    ("latest-tagged-pact-version", "The contract of the latest version of the consumer that has a tag."),
    ("latest-untagged-pact-version", "The contract of the latest version of the consumer that has no tag."),
    ("latest-verification-results", "The latest result of verifying this content."),
    (
        "latest-verification-results-where-pacticipant-is-consumer",
        "The latest result of every provider for the contracts of this version.",
    ),
    ("logs", "What a webhook sent, and what was answered, without what is secret."),
    ("matrix", "All versions of consumer and provider with the results between them."),
    ("matrix-for-consumer-version", "The results of all contracts of a consumer version."),
    ("pact-version", "The content of a contract, under its digest. Results belong to it."),
    ("pact-versions", "Contracts."),
    ("pact-webhooks", "The webhooks of a consumer and a provider."),
    ("pacticipant-version-tags", "The tags that were put on the version."),
    ("pacticipants-with-label", "The applications that have a label."),
    ("pacts", "Contracts that a provider takes part in."),
    ("previous-distinct", "The contract before this one that was not the same."),
    ("provider", "The application that is used, and verifies that it does what contracts say."),
    (
        "publish-verification-results",
        "POST tells the result of a verification: success, providerApplicationVersion, and if you like buildUrl, testResults, verifiedBy.",
    ),
    (
        "record-deployment",
        "POST records that a version is deployed to an environment now, in place of the one before. applicationInstance tells several instances apart.",
    ),
    ("record-release", "POST records that a version is released to an environment, beside those before."),
    ("released-environments", "The environments that a version is released to."),
    ("tag", "A tag on a version. PUT adds it, DELETE removes it."),
    ("tag-prod-version", "PUT marks the version as the one in production. Recording a deployment says more."),
    ("tag-version", "A tag on the version of the consumer. PUT adds it, DELETE removes it."),
    ("triggered-webhooks", "What webhooks did because of this, and whether it worked."),
    ("verification-result", "The result of one verification."),
    ("version", "A version of an application."),
    ("version-tag", "A tag on a version. PUT adds it, DELETE removes it."),
    ("versions", "The versions of an application, the newest first."),
    ("webhook-status", "What the webhooks of a consumer and a provider did last."),
    (
        "webhooks",
        "A webhook is a request that is sent when a contract or a result is published, a version is deployed, what is \
         live cannot be deployed any more, or a contract waits too long for a result. Where requests may go, \
         the whitelists of the broker say: https to public addresses, unless whoever runs it sets \
         PACT_BROKER_WEBHOOK_SCHEME_WHITELIST, PACT_BROKER_WEBHOOK_HTTP_METHOD_WHITELIST, \
         PACT_BROKER_WEBHOOK_HOST_WHITELIST or PACTWRIGHT_WEBHOOK_ALLOWED_NETWORKS. Beside the variables \
         of the Pact Broker there are ${pactbroker.eventSummary} (what happened, in a sentence), eventUrl, slackText (both, \
         as Slack writes them), reason, consumerOwner and providerOwner (the team and whom to ask), pacticipantName, \
         pacticipantVersionNumber, environmentName, applicationInstance and unverifiedHours; what does not apply to an \
         event is empty. What is secret in an address, a header or a body stands in `secrets` of the request, and where it belongs as ${secret.NAME}. A webhook with a \
         `signingSecret` signs what it sends: the header X-Pactwright-Signature is `t=SECONDS,v1=DIGITS`, where DIGITS is \
         the HMAC-SHA-256, in hexadecimal digits, of SECONDS, a full stop, the value of the header Idempotency-Key, a \
         full stop, and the body as it came. A receiver works it out again, `{ printf '%s.%s.' \"$SECONDS\" \"$KEY\"; cat \
         body; } | openssl dgst -sha256 -hmac \"$SECRET\"`, compares the two in constant time, and refuses what is more \
         than a few minutes old and keys that it has seen.",
    ),
];

/// The meaning of a relation.
fn meaning(relation: &str) -> Option<String> {
    let named = |known: &str| known.split_once(':').is_some_and(|(_, name)| name == relation);
    let entry = index::RELATIONS.iter().find(|(known, ..)| named(known));
    let found = RELATIONS.binary_search_by(|(known, _)| known.cmp(&relation)).ok();
    let of_entry = entry.map(|(_, path, title)| format!("{title}. Its address is {path}."));
    match (of_entry, found.map(|place| RELATIONS[place].1)) {
        (Some(of_entry), Some(more)) => Some(format!("{of_entry} {more}")),
        (Some(of_entry), None) => Some(of_entry),
        (None, more) => more.map(str::to_owned),
    }
}

/// What comes before the names of relations that webhooks have.
const OF_WEBHOOKS: &str = "webhooks-";

/// What a relation means: `rel` is its name, with `pb:` or without.
pub(super) async fn relation(call: Call) -> Result<Answer, Failure> {
    let asked = call.var("rel");
    let name = asked.split_once(':').map_or(asked, |(_, name)| name);
    let name = name.strip_prefix(OF_WEBHOOKS).unwrap_or(name);
    let meaning = meaning(name).ok_or(Failure::NotFound)?;
    Answer::document(&json!({ "name": format!("pb:{name}"), "meaning": meaning }))
}

/// Every document can be read in a browser: who comes for the other one finds the start.
pub(super) async fn browser(call: Call) -> Result<Answer, Failure> {
    let start = format!("{}/", call.paths.base);
    Ok(Answer::empty(StatusCode::SEE_OTHER).header(header::LOCATION, start))
}

#[cfg(test)]
mod tests {
    use super::{RELATIONS, meaning};

    #[test]
    fn relations_are_found_by_their_names() {
        assert!(RELATIONS.is_sorted(), "they are looked up by halves");
        assert!(
            meaning("publish-pact").is_some_and(|meaning| meaning.contains("/pacts/provider/{provider}"))
        );
        assert!(meaning("tag").is_some_and(|meaning| meaning.contains("PUT")));
        assert_eq!(meaning("nothing"), None);
    }
}
