//! The description of the API, as OpenAPI has it: for programs at `/openapi.json`, for people at `/openapi`.
//!
//! The table of routes says which paths, methods and media types there are; `operations/` says what each is for, and
//! `shapes/` what documents look like. A new route needs an entry in `operations/`, and a test says so.

mod operations;
mod page;
mod parameters;
mod shape;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use http::header;
use serde_json::{Map, Value, json};

use self::operations::{Operation, Success};
use super::{
    answer::Answer,
    call::Call,
    errors::Failure,
    media::{Media, PROBLEM},
    routes::{Endpoint, Takes, table},
    security,
};

/// Where the document is. It ends like an extension, but is none.
pub(super) const ADDRESS: &str = "/openapi.json";

const DESCRIPTION: &str = "The API of the Pact Broker, as pactwright has it. Every `GET` can be a `HEAD`; every path has \
    `OPTIONS`; other methods than those listed are refused with 405. Names in paths are percent-encoded, so that they may \
    have slashes. Who accepts `application/problem+json` is told of errors in that form. Browsers get pages.";

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(operations::all);
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| build(&table(), &OPERATIONS));
static PAGE: LazyLock<String> = LazyLock::new(|| page::render(&DOCUMENT, &OPERATIONS));
static POLICY: LazyLock<String> = LazyLock::new(|| security::policy_of_page(page::STYLE));

/// The document, for the address that the client knows.
pub(super) async fn document(call: Call) -> Result<Answer, Failure> {
    let mut document = DOCUMENT.clone();
    document["servers"] = json!([{ "url": call.paths.base }]);
    Answer::document(&document)
}

/// The same as a page, which needs no script and nothing from anywhere else.
pub(super) async fn page(_call: Call) -> Result<Answer, Failure> {
    let mut answer = Answer::text(PAGE.clone());
    answer.content_type = Some(Media::Html.content_type());
    Ok(answer.header(header::CONTENT_SECURITY_POLICY, POLICY.as_str()))
}

/// The refusals that many requests may meet, and when.
const REFUSALS: [(u16, &str); 13] = [
    (400, "Something about the request is wrong; the answer says what, and where."),
    (401, "It has to be said who asks, or what was said is not right."),
    (403, "Whoever asks may not do it; the answer says which team it belongs to, and which role is needed."),
    (404, "There is no such thing."),
    (406, "None of the accepted media types can be given."),
    (408, "The body did not come in time."),
    (409, "It cannot be done as things are."),
    (410, "It was done, and undone by somebody else at once."),
    (413, "The body is too large."),
    (415, "The body has another media type than is taken."),
    (422, "The path has a character that no name can have, or a change is asked for that cannot be made."),
    (
        429,
        "Too many attempts to log in have failed, or too many requests were sent; the answer says when to try again.",
    ),
    (503, "The broker has too much to do, or is stopping; try again."),
];

fn build(table: &[(&'static str, Vec<Endpoint>)], operations: &[Operation]) -> Value {
    let mut paths = Map::new();
    for (path, endpoints) in table {
        let entries = endpoints.iter().map(|endpoint| {
            let operation = operations
                .iter()
                .find(|operation| operation.path == *path && operation.method == endpoint.method);
            let entry =
                operation.map_or_else(|| json!({ "responses": {} }), |operation| entry(endpoint, operation));
            (endpoint.method.as_str().to_lowercase(), entry)
        });
        let mut item: Map<_, _> = entries.collect();
        let variables: Vec<_> =
            variables(path).filter_map(|variable| path_parameter(path, variable)).collect();
        if !variables.is_empty() {
            item.insert("parameters".to_owned(), json!(variables));
        }
        paths.insert((*path).to_owned(), Value::Object(item));
    }
    let mut groups: Vec<&str> = operations.iter().map(|operation| operation.group).collect();
    groups.dedup();
    let groups: Vec<_> = groups.into_iter().map(|group| json!({ "name": group })).collect();
    let refusals: Map<_, _> =
        REFUSALS.iter().map(|(status, description)| (status.to_string(), refusal(description))).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "pactwright broker",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "tags": groups,
        "paths": paths,
        "components": { "schemas": schemas(), "responses": refusals },
    })
}

/// What documents look like.
fn schemas() -> Map<String, Value> {
    let files = [
        include_str!("shapes/access.json"),
        include_str!("shapes/common.json"),
        include_str!("shapes/contracts.json"),
        include_str!("shapes/participants.json"),
        include_str!("shapes/overviews.json"),
        include_str!("shapes/webhooks.json"),
        include_str!("shapes/requests.json"),
    ];
    let shapes = files.into_iter().filter_map(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    shapes.flatten().map(|(name, shape)| (name, shape::schema(&shape))).collect()
}

/// A body of every request that has one, so that the document shows what to send.
fn example(schema: &str) -> Option<Value> {
    static EXAMPLES: LazyLock<Map<String, Value>> =
        LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).unwrap_or_default());
    EXAMPLES.get(schema).cloned()
}

fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

fn path_parameter(path: &str, name: &str) -> Option<Value> {
    let parameter = parameters::variable(path, name)?;
    Some(json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": parameter.description,
        "schema": parameter.schema,
        "example": parameter.example,
    }))
}

fn query_parameter(name: &str) -> Option<Value> {
    let plain = plain_name(name);
    let parameter = parameters::query(plain)?;
    let mut entry = json!({
        "name": plain,
        "in": "query",
        "description": parameter.description,
        "schema": parameter.schema,
    });
    if name.ends_with('!') {
        entry["required"] = json!(true);
    }
    if !name.ends_with('~') {
        entry["example"] = parameter.example;
    }
    Some(entry)
}

/// The name of a parameter, without what is said about it.
fn plain_name(name: &str) -> &str {
    name.trim_end_matches(['!', '~'])
}

fn entry(endpoint: &Endpoint, operation: &Operation) -> Value {
    let mut responses: Map<_, _> = operation
        .answers
        .iter()
        .map(|answer| (answer.status.to_string(), success(endpoint, answer)))
        .collect();
    for status in refusals(endpoint, operation) {
        let reference = json!({ "$ref": format!("#/components/responses/{status}") });
        responses.insert(status.to_string(), reference);
    }
    let mut entry = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.group],
        "responses": responses,
    });
    let query: Vec<_> = operation.query.iter().filter_map(|name| query_parameter(name)).collect();
    if !query.is_empty() {
        entry["parameters"] = json!(query);
    }
    if let Some((schema, required)) = operation.takes {
        let mut content = json!({ "schema": shape::reference(schema) });
        if let Some(example) = example(schema) {
            content["example"] = example;
        }
        let content: Map<_, _> =
            endpoint.takes.media_types().iter().map(|name| ((*name).to_owned(), content.clone())).collect();
        entry["requestBody"] = json!({ "required": required, "content": content });
    }
    if operation.deprecated {
        entry["deprecated"] = json!(true);
    }
    entry
}

/// An answer to a request that is done, in every form that the route gives.
fn success(endpoint: &Endpoint, answer: &Success) -> Value {
    let mut response = json!({ "description": description(answer.status) });
    if let Some(schema) = answer.schema {
        let of = |media: Media| match media {
            Media::Extended if schema == "Pact" => json!({ "schema": shape::reference("ExtendedPact") }),
            Media::Hal | Media::Json | Media::Extended => json!({ "schema": shape::reference(schema) }),
            Media::Text | Media::Html | Media::Csv | Media::Graphviz | Media::Svg | Media::OpenMetrics => {
                json!({ "schema": { "type": "string" } })
            }
        };
        // Browsers are given a page wherever programs are given a document.
        let is_shown = endpoint.method == http::Method::GET && endpoint.gives.contains(&Media::Hal);
        let given = endpoint.gives.iter().copied().chain(is_shown.then_some(Media::Html));
        let content: Map<_, _> = given.map(|media| (media.name().to_owned(), of(media))).collect();
        response["content"] = Value::Object(content);
    }
    if !answer.headers.is_empty() {
        let header =
            |name: &&str| ((*name).to_owned(), json!({ "required": true, "schema": { "type": "string" } }));
        response["headers"] = Value::Object(answer.headers.iter().map(header).collect());
    }
    response
}

fn description(status: u16) -> &'static str {
    match status {
        201 => "It is created.",
        202 => "It is done.",
        204 => "It is done, and there is nothing to add.",
        303 => "What is wanted is at another address.",
        _ => "As asked for.",
    }
}

fn refusal(description: &str) -> Value {
    let error = json!({ "schema": shape::reference("Error") });
    let problem = json!({ "schema": shape::reference("Problem") });
    let page = json!({ "schema": { "type": "string" } });
    let content = json!({
        Media::Hal.name(): error, Media::Json.name(): error, PROBLEM: problem, Media::Html.name(): page,
    });
    json!({ "description": description, "content": content })
}

/// The refusals that an operation may answer with: most follow from what it is.
fn refusals(endpoint: &Endpoint, operation: &Operation) -> Vec<u16> {
    let has_variables = operation.path.contains('{');
    let takes_body = endpoint.takes != Takes::Nothing;
    let mut statuses = operation.refuses.clone();
    statuses.extend([401, 403, 429]);
    if has_variables {
        statuses.extend([400, 404, 422]);
    }
    if takes_body || !operation.query.is_empty() {
        statuses.push(400);
    }
    if takes_body {
        statuses.extend([408, 413, 415]);
    }
    // An image is given whatever is accepted.
    if endpoint.gives != [Media::Svg] {
        statuses.push(406);
    }
    // Too many may ask at once.
    statuses.push(503);
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}
