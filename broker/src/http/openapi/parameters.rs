//! What variables of paths and parameters of queries mean.

use serde_json::{Value, json};

use super::shape;

/// What there is to say about a parameter.
pub(super) struct Parameter {
    pub(super) description: &'static str,
    pub(super) schema: Value,
    pub(super) example: Value,
}

fn parameter(description: &'static str, schema: Value, example: Value) -> Parameter {
    Parameter { description, schema, example }
}

/// A name in a path. What is asked for may have any name: it is not there, then. What is made is held to the rules of names.
fn name(description: &'static str, example: &str) -> Parameter {
    parameter(description, json!({ "type": "string", "minLength": 1 }), json!(example))
}

fn text(description: &'static str, example: &str) -> Parameter {
    parameter(description, json!({ "type": "string" }), json!(example))
}

/// Something that holds where it is `true`, and not where it is anything else.
fn flag(description: &'static str) -> Parameter {
    text(description, "true")
}

fn count(description: &'static str, example: u32) -> Parameter {
    // Build scripts send a blank where they have no number: it says nothing.
    let blank = json!({ "type": "string", "pattern": "^[\\s\\x85]*$" });
    let schema = json!({ "anyOf": [{ "type": "integer", "minimum": 1 }, blank] });
    parameter(description, schema, json!(example))
}

/// A moment.
fn moment(description: &'static str) -> Parameter {
    // A blank says nothing.
    let schema = json!({ "anyOf": [
        { "type": "string", "format": "date-time" },
        { "type": "string", "format": "date" },
        { "type": "string", "pattern": "^[\\s\\x85]*$" },
    ] });
    parameter(description, schema, json!("2026-01-01T00:00:00Z"))
}

fn texts(description: &'static str, example: &str) -> Parameter {
    parameter(description, json!({ "type": "array", "items": { "type": "string" } }), json!([example]))
}

/// A variable of a path.
pub(super) fn variable(path: &str, variable: &str) -> Option<Parameter> {
    // That of the pact in `examples.json`.
    const SHA: &str = "a7c29e851d41ae41a8484977562c9cfe94db1e36";
    let sha = |description| {
        parameter(description, json!({ "type": "string", "pattern": "^[0-9a-f]{40}$" }), json!(SHA))
    };
    Some(match variable {
        "pacticipant" | "consumer" => name("The name of an application.", "web-shop"),
        "provider" => name("The name of the provider.", "orders-api"),
        "version" => name("The number of a version.", "1.4.2"),
        "other" if path.contains("{sha}") => text("The hash of the content to compare with.", SHA),
        "other" => name("The number of the version to compare with.", "1.4.1"),
        "branch" => name("The name of a branch.", "main"),
        "tag" | "provider_tag" | "to" => name("The name of a tag.", "prod"),
        "label" => name("A label.", "team-a"),
        "environment" => name("The name of an environment.", "production"),
        "uuid" if path.starts_with("/webhooks/") => {
            let schema = json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{16,255}$" });
            let example = json!("6bd0dcf2-3f0c-4a43-8a5c-0d2b6f9b6f0e");
            parameter("The identifier of a webhook, which clients may choose.", schema, example)
        }
        "uuid" if path.starts_with("/triggered-webhooks/") => {
            let example = json!("9f1f7c3e-21c4-4c7c-9a3e-6d1f0a9f4d52");
            parameter("The identifier of what a webhook was told.", shape::schema(&json!("uuid")), example)
        }
        "team" => name("The name of a team.", "team-orders"),
        "user" => name("The name of a user.", "ann"),
        "uuid" if path.starts_with("/access/tokens/") => {
            let example = json!("5f0e6a0b-0c0f-4b43-9a05-5d3b4d0f2c11");
            parameter("The identifier of a service token.", shape::schema(&json!("uuid")), example)
        }
        "rel" => name("The name of a relation, with `pb:` or without.", "publish-pact"),
        "uuid" => {
            let example = json!("2a4e6b1c-58d1-4c5e-9a53-0d9f1f3c7b11");
            parameter(
                "The identifier of an environment, a deployment or a release.",
                shape::schema(&json!("uuid")),
                example,
            )
        }
        "sha" => sha("The hash of a pact's content."),
        "number" => {
            let schema = json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX });
            parameter("The number of a verification result.", schema, json!(1))
        }
        "metadata" => {
            let schema = json!({ "type": "string", "minLength": 1 });
            parameter(
                "What the pact was fetched for, as the broker wrote it into the address.",
                schema,
                json!("c1tdW2N2bl09MS40LjI"),
            )
        }
        _ => return None,
    })
}

/// A parameter of a query.
pub(super) fn query(name: &str) -> Option<Parameter> {
    Some(match name {
        "page" => count("Which page of the list, from 1. Also called `pageNumber`.", 1),
        "size" => count("How many entries a page has, 1000 at most. Also called `pageSize`.", 100),
        "q" => text("Only what has this text in its name; capitals do not count.", "shop"),
        "name" => text("Only the environment with this name.", "production"),
        "pacticipant" | "q[][pacticipant]" => text("The name of an application.", "web-shop"),
        "version" | "q[][version]" => text("The number of a version.", "1.4.2"),
        "applicationInstance" => text("Only what is deployed as this instance; empty for none.", "blue"),
        "target" => text("The name of old for `applicationInstance`.", "blue"),
        "environment" => text("The name of the environment that it is to go to.", "production"),
        "to" => text("The tag that marks what it is to fit to, in place of an environment.", "prod"),
        "ignore[]" => texts("Pacticipants whose missing or failed results do not count.", "search-api"),
        "exclude[]" => texts("Branches to keep.", "release"),
        "maxPacticipants" => count("How many pacticipants are shown at most.", 50),
        "label" => text(
            "`consumer` or `provider` for one name only; for decisions, a label of one's own.",
            "provider",
        ),
        "initials" => flag("With `true`: names are shortened to their initials."),
        "q[][versionRange]" => text("Versions in a range of semantic versions.", ">=1.4, <2"),
        "q[][branch]" => text("Versions of a branch.", "main"),
        "q[][mainBranch]" => flag("With `true`: versions of the main branch."),
        "q[][tag]" => text("Versions with a tag.", "prod"),
        "q[][latest]" => flag("With `true`: only the latest of them."),
        "q[][environment]" => text("Versions that are in an environment.", "production"),
        "latestby" => parameter(
            "Only the latest row for each consumer version and provider version (`cvpv`), consumer version and provider \
             (`cvp`), or consumer and provider (`cp`).",
            json!({ "enum": ["cvpv", "cvp", "cp", ""] }),
            json!("cvpv"),
        ),
        "latest" => flag("With `true`: the other side: only its latest versions."),
        "tag" => text("The other side: its versions with a tag.", "prod"),
        "mainBranch" => flag("With `true`: the other side: the versions of its main branch."),
        "success[]" => parameter(
            "Only rows with these results; empty for rows without one.",
            json!({ "type": "array", "items": { "enum": ["true", "false", ""] } }),
            json!(["true"]),
        ),
        "asOf" => moment(
            "Everything as it was at that moment. A date is its beginning; times are UTC where they say nothing else.",
        ),
        "from" => {
            let schema = json!({ "anyOf": [
                { "type": "integer", "minimum": 0 }, { "type": "string", "pattern": "^[\\s\\x85]*$" },
            ] });
            parameter("From this position in the log on.", schema, json!(0))
        }
        "since" => moment("From this moment on, where no position is given."),
        "until" => moment("Until this moment."),
        "webhook" => {
            text("Only what this webhook was to be told: its UUID.", "6bd0dcf2-3f0c-4a43-8a5c-0d2b6f9b6f0e")
        }
        "consumer" => text("Only what is about this consumer.", "web-shop"),
        "provider" => text("Only what is about this provider.", "orders-api"),
        "event" => text("Only what was to be told of this event.", "contract_content_changed"),
        "type" => text("Only events of this type.", "ContractPublished"),
        "limit" => count("How many rows are shown at most; 10000 at most.", 100),
        _ => return None,
    })
}
