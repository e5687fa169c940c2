//! From files to the model.

use super::attributes::{Attributes, Findings, Placed};
use super::read_body::body;
use super::{Problem, ProblemKind, Problems, ReadError, read_generators, read_rules, write};
use crate::json::{Json, JsonBuf, ObjectBuf, Pointer};
use crate::model::{
    Headers, Interaction, InteractionKind, MatchingRules, Message, Pact, Party, ProviderState, Query,
    Request, Response, SpecVersion, metadata_content_type, parse_pairs,
};

/// The most headers that a request or response may have: they are searched one by one.
const HEADERS: usize = 1_000;

/// Reads a pact file of any version. A file that states no version is read as V3, as existing tools do.
///
/// ```
/// let text = br#"{"consumer": {"name": "web"}, "provider": {"name": "orders"}, "interactions": []}"#;
/// let pact = pactwright_core::format::read(text)?;
/// assert_eq!(pact.consumer.name, "web");
/// # Ok::<(), pactwright_core::format::ReadError>(())
/// ```
///
/// # Errors
/// When it is not JSON, or not a pact: then with everything that is wrong, each with a JSON pointer.
pub fn read(bytes: &[u8]) -> Result<Pact, ReadError> {
    read_as(bytes, Spelling::Kept)
}

/// Reads a pact file of any version to match with it, in less time and memory than [`read`]: how it was spelt is
/// forgotten. Should it be written after all, it is in the spelling of this crate.
///
/// # Errors
/// As [`read`].
pub fn read_for_matching(bytes: &[u8]) -> Result<Pact, ReadError> {
    read_as(bytes, Spelling::Forgotten)
}

fn read_as(bytes: &[u8], spelling: Spelling) -> Result<Pact, ReadError> {
    let document = Json::parse(bytes)?;
    let mut findings = Findings::default();
    let pact = document_as_pact(document, spelling, &mut findings);
    let problems = findings.into_problems();
    if problems.is_empty() { Ok(pact) } else { Err(ReadError::NotAPact(Problems(problems))) }
}

/// What becomes of the spelling of interactions, where this crate would spell them in another way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Kept,
    Forgotten,
}

/// Reads what can be read of a pact, and says what is wrong with the rest and where its rules stand.
pub(crate) fn read_with_places(document: JsonBuf) -> (Pact, Vec<Problem>, Vec<Placed>) {
    let mut findings = Findings::with_places();
    let pact = document_as_pact(document, Spelling::Kept, &mut findings);
    let (problems, placed) = findings.into_both();
    (pact, problems, placed)
}

fn document_as_pact(mut document: Json<'_>, spelling: Spelling, findings: &mut Findings) -> Pact {
    const LISTS: [&str; 2] = ["interactions", "messages"];
    let root = Pointer::root();
    // These are nearly all of the document. They get text of their own one by one, so that there is never twice of it all.
    let lists = LISTS.map(|name| taken_out(&mut document, name));
    let mut attributes = Attributes::of(document.into_owned(), root, findings);
    let consumer = party(&mut attributes, "consumer", findings);
    let provider = party(&mut attributes, "provider", findings);
    let metadata = attributes.object(&["metadata"], findings);
    let version = version(&metadata, findings).unwrap_or(SpecVersion::V3);
    let mut interactions = Vec::with_capacity(lists.iter().map(Vec::len).sum());
    for (name, list) in LISTS.into_iter().zip(lists) {
        let at = root.name(name);
        // What is no list is still there, to be complained about.
        attributes.list(name, findings);
        for (index, value) in list.into_iter().enumerate() {
            let (value, at) = (value.into_owned(), at.index(index));
            interactions.push(interaction(value, version, name == "messages", spelling, at, findings));
        }
    }
    Pact { consumer, provider, interactions, version, metadata, extra: attributes.rest }
}

/// The items of the list of that name, of which an empty one stays behind.
fn taken_out<'a>(document: &mut Json<'a>, name: &str) -> Vec<Json<'a>> {
    match document {
        Json::Object(object) => match object.get_mut(name) {
            Some(Json::Array(items)) => std::mem::take(items),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Reads a request alone, as it stands in a pact file of that version.
///
/// # Errors
/// When it is no request, with everything that is wrong.
pub fn read_request(value: JsonBuf, version: SpecVersion) -> Result<Request, ReadError> {
    alone(|findings| request(value, version, Pointer::root(), findings))
}

/// Reads a response alone, as it stands in a pact file of that version.
///
/// # Errors
/// When it is no response, with everything that is wrong.
pub fn read_response(value: JsonBuf, version: SpecVersion) -> Result<Response, ReadError> {
    alone(|findings| response(value, version, Pointer::root(), findings))
}

/// Reads a message alone, as it stands in a pact file of that version.
///
/// # Errors
/// When it is no message, with everything that is wrong.
pub fn read_message(value: JsonBuf, version: SpecVersion) -> Result<Message, ReadError> {
    alone(|findings| message(&mut Attributes::of(value, Pointer::root(), findings), version, findings))
}

fn alone<T>(read: impl FnOnce(&mut Findings) -> T) -> Result<T, ReadError> {
    let mut findings = Findings::default();
    let value = read(&mut findings);
    let problems = findings.into_problems();
    if problems.is_empty() { Ok(value) } else { Err(ReadError::NotAPact(Problems(problems))) }
}

fn party(pact: &mut Attributes<'_>, role: &'static str, findings: &mut Findings) -> Party {
    let at = pact.at;
    let at = at.name(role);
    let Some(value) = pact.take(&[role]) else {
        findings.add(&pact.at, ProblemKind::Missing(role));
        return Party::new("");
    };
    let mut attributes = Attributes::of(value, at, findings);
    match attributes.take(&["name"]) {
        Some(Json::String(name)) if name.trim().is_empty() => {
            findings.add(&at.name("name"), ProblemKind::BlankName);
        }
        Some(Json::String(name)) => return Party { name: name.into_owned(), extra: attributes.rest },
        Some(other) => findings.unexpected(&at.name("name"), "text", &other),
        None => findings.add(&at, ProblemKind::Missing("name")),
    }
    Party::new("")
}

/// The specification version that metadata state, in one of the spellings in use.
pub(super) fn version(metadata: &ObjectBuf, findings: &mut Findings) -> Option<SpecVersion> {
    let nested = |name| metadata.get(name).and_then(|specification: &JsonBuf| specification.get("version"));
    let stated = nested("pactSpecification")
        .or_else(|| nested("pact-specification"))
        .or_else(|| metadata.get("pactSpecificationVersion"))
        .filter(|version| **version != Json::Null)?;
    let text = match stated {
        Json::String(text) => text.as_ref().to_owned(),
        other => other.to_compact(),
    };
    let version = SpecVersion::parse(&text);
    if version.is_none() {
        let at = Pointer::root();
        findings.add(&at.name("metadata"), ProblemKind::UnknownVersion(text));
    }
    version
}

fn interaction(
    source: JsonBuf,
    version: SpecVersion,
    is_message: bool,
    spelling: Spelling,
    at: Pointer<'_>,
    findings: &mut Findings,
) -> Interaction {
    if spelling == Spelling::Forgotten {
        return parse_interaction(source, version, is_message, at, findings);
    }
    let mut read = parse_interaction(source.clone(), version, is_message, at, findings);
    // What cannot be written at all in this version keeps its spelling, too.
    if write::interaction(&read, version).ok().as_ref() != Some(&source) {
        read.spelling = Some(Box::new(source));
    }
    read
}

/// Whether a spelling still says what an interaction says.
pub(super) fn says(spelling: &JsonBuf, version: SpecVersion, interaction: &Interaction) -> bool {
    let is_message =
        matches!(interaction.kind, InteractionKind::AsyncMessage(_)) && version < SpecVersion::V4;
    let mut findings = Findings::default();
    let read = parse_interaction(spelling.clone(), version, is_message, Pointer::root(), &mut findings);
    findings.into_problems().is_empty() && read == *interaction
}

fn parse_interaction(
    source: JsonBuf,
    version: SpecVersion,
    is_message: bool,
    at: Pointer<'_>,
    findings: &mut Findings,
) -> Interaction {
    let mut attributes = Attributes::of(source, at, findings);
    let description = attributes.text("description", findings).unwrap_or_default();
    let states = states(&mut attributes, findings);
    let id = attributes.text("_id", findings);
    let kind_name = if version >= SpecVersion::V4 { attributes.text("type", findings) } else { None };
    let mut interaction = Interaction::new(description, InteractionKind::AsyncMessage(Box::default()));
    if version >= SpecVersion::V4 {
        interaction.key = attributes.text("key", findings);
        interaction.pending = attributes.flag("pending", findings).unwrap_or_default();
        interaction.comments = attributes.object(&["comments"], findings);
        interaction.transport = attributes.text("transport", findings);
    }
    interaction.states = states;
    interaction.id = id;
    interaction.kind = match kind_name.as_deref() {
        None if is_message => {
            InteractionKind::AsyncMessage(Box::new(message(&mut attributes, version, findings)))
        }
        None | Some("Synchronous/HTTP") => http(&mut attributes, version, findings),
        Some("Asynchronous/Messages") => {
            InteractionKind::AsyncMessage(Box::new(message(&mut attributes, version, findings)))
        }
        Some("Synchronous/Messages") => sync_message(&mut attributes, version, findings),
        Some(other) => {
            let content = std::mem::take(&mut attributes.rest);
            InteractionKind::Unknown { type_name: other.to_owned(), content }
        }
    };
    interaction.extra = attributes.rest;
    interaction
}

fn states(attributes: &mut Attributes<'_>, findings: &mut Findings) -> Vec<ProviderState> {
    let at = attributes.at;
    match attributes.take(&["providerStates", "providerState", "provider_state"]) {
        None => Vec::new(),
        Some(Json::String(name)) if name.is_empty() => Vec::new(),
        Some(Json::String(name)) => vec![ProviderState::new(name)],
        Some(Json::Array(items)) => {
            let at = at.name("providerStates");
            items
                .into_iter()
                .enumerate()
                .map(|(index, item)| state(item, at.index(index), findings))
                .collect()
        }
        Some(other) => {
            findings.unexpected(&at.name("providerStates"), "a list of provider states", &other);
            Vec::new()
        }
    }
}

fn state(value: JsonBuf, at: Pointer<'_>, findings: &mut Findings) -> ProviderState {
    if let Json::String(name) = value {
        return ProviderState::new(name);
    }
    let mut attributes = Attributes::of(value, at, findings);
    let name = attributes.text("name", findings);
    if name.is_none() {
        findings.add(&at, ProblemKind::Missing("name"));
    }
    ProviderState { name: name.unwrap_or_default(), params: attributes.object(&["params"], findings) }
}

fn http(attributes: &mut Attributes<'_>, version: SpecVersion, findings: &mut Findings) -> InteractionKind {
    let at = attributes.at;
    let mut part = |name: &'static str, findings: &mut Findings| {
        let value = attributes.take(&[name]).unwrap_or_else(|| Json::Object(ObjectBuf::new()));
        if value.as_object().is_some() {
            return value;
        }
        findings.unexpected(&at.name(name), "an object", &value);
        Json::Object(ObjectBuf::new())
    };
    let (request_value, response_value) = (part("request", findings), part("response", findings));
    // The first Ruby tools wrote the rules beside the request and the response.
    let mut beside = |name: &'static str| attributes.take(&[name]).map(|rules| (rules, at.name(name)));
    let (for_request, for_response) = (beside("requestMatchingRules"), beside("responseMatchingRules"));
    InteractionKind::Http {
        request: Box::new(request_with(request_value, for_request, version, at.name("request"), findings)),
        response: Box::new(response_with(
            response_value,
            for_response,
            version,
            at.name("response"),
            findings,
        )),
    }
}

/// Rules that stand elsewhere than in what they are for, with their place.
type RulesBeside<'p> = Option<(JsonBuf, Pointer<'p>)>;

fn request(value: JsonBuf, version: SpecVersion, at: Pointer<'_>, findings: &mut Findings) -> Request {
    request_with(value, None, version, at, findings)
}

fn request_with(
    value: JsonBuf,
    rules_beside: RulesBeside<'_>,
    version: SpecVersion,
    at: Pointer<'_>,
    findings: &mut Findings,
) -> Request {
    let mut attributes = Attributes::of(value, at, findings);
    let headers = headers(&mut attributes, findings);
    Request {
        method: attributes.text("method", findings).unwrap_or_else(|| "GET".to_owned()),
        path: attributes.text("path", findings).unwrap_or_else(|| "/".to_owned()),
        query: query(&mut attributes, version, findings),
        body: body(&mut attributes, "body", version, headers.content_type(), findings),
        headers,
        rules: rules(rules_beside, &mut attributes, findings),
        generators: read_generators::generators(&mut attributes, findings),
        extra: attributes.rest,
    }
}

fn response(value: JsonBuf, version: SpecVersion, at: Pointer<'_>, findings: &mut Findings) -> Response {
    response_with(value, None, version, at, findings)
}

fn response_with(
    value: JsonBuf,
    rules_beside: RulesBeside<'_>,
    version: SpecVersion,
    at: Pointer<'_>,
    findings: &mut Findings,
) -> Response {
    let mut attributes = Attributes::of(value, at, findings);
    let headers = headers(&mut attributes, findings);
    let status = match attributes.take(&["status"]) {
        None => 200,
        Some(value) => value.as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_else(|| {
            findings.unexpected(&at.name("status"), "a status code such as 200", &value);
            200
        }),
    };
    Response {
        status,
        body: body(&mut attributes, "body", version, headers.content_type(), findings),
        headers,
        rules: rules(rules_beside, &mut attributes, findings),
        generators: read_generators::generators(&mut attributes, findings),
        extra: attributes.rest,
    }
}

/// The rules beside a part take the place of those in it.
fn rules(beside: RulesBeside<'_>, attributes: &mut Attributes<'_>, findings: &mut Findings) -> MatchingRules {
    match beside {
        Some((rules, at)) => {
            attributes.rest.remove("matchingRules");
            read_rules::rules_at(rules, at, findings)
        }
        None => read_rules::rules(attributes, findings),
    }
}

fn message(attributes: &mut Attributes<'_>, version: SpecVersion, findings: &mut Findings) -> Message {
    let metadata = attributes.object(&["metadata", "metaData"], findings);
    Message {
        contents: body(attributes, "contents", version, metadata_content_type(&metadata), findings),
        rules: read_rules::rules(attributes, findings),
        generators: read_generators::generators(attributes, findings),
        metadata,
        extra: ObjectBuf::new(),
    }
}

fn sync_message(
    attributes: &mut Attributes<'_>,
    version: SpecVersion,
    findings: &mut Findings,
) -> InteractionKind {
    let at = attributes.at;
    let part = |value, at: Pointer<'_>, findings: &mut Findings| {
        let mut attributes = Attributes::of(value, at, findings);
        let message = message(&mut attributes, version, findings);
        Message { extra: attributes.rest, ..message }
    };
    let request = attributes.take(&["request"]).map(|value| part(value, at.name("request"), findings));
    let responses = match attributes.take(&["response"]) {
        None => Vec::new(),
        Some(Json::Array(items)) => {
            let at = at.name("response");
            items.into_iter().enumerate().map(|(index, item)| part(item, at.index(index), findings)).collect()
        }
        Some(single) => vec![part(single, at.name("response"), findings)],
    };
    InteractionKind::SyncMessage { request: Box::new(request.unwrap_or_default()), responses }
}

fn headers(attributes: &mut Attributes<'_>, findings: &mut Findings) -> Headers {
    let at = attributes.at;
    let at = at.name("headers");
    let mut headers = Headers::default();
    let written = attributes.object(&["headers"], findings);
    if written.len() > HEADERS {
        findings.add(&at, ProblemKind::TooMany { what: "headers", limit: HEADERS });
        return headers;
    }
    for (name, value) in written {
        let at = at.name(&name);
        let values = match value {
            Json::Array(items) => items,
            single => vec![single],
        };
        for value in values {
            match value {
                Json::String(text) => headers.append(name.as_ref(), text),
                Json::Number(_) | Json::Bool(_) => headers.append(name.as_ref(), value.to_compact()),
                other => findings.unexpected(&at, "the text of a header, or a list of texts", &other),
            }
        }
    }
    headers
}

fn query(attributes: &mut Attributes<'_>, version: SpecVersion, findings: &mut Findings) -> Option<Query> {
    let at = attributes.at;
    let at = at.name("query");
    match attributes.take(&["query"])? {
        Json::String(text) if version == SpecVersion::V1 => Some(Query::Text(text.into_owned())),
        Json::String(text) => Some(Query::Pairs(parse_pairs(&text))),
        Json::Object(object) => {
            let mut pairs = Vec::new();
            for (name, values) in object {
                let at = at.name(&name);
                let values = match values {
                    Json::Array(items) => {
                        items.into_iter().map(|item| query_value(item, &at, findings)).collect()
                    }
                    single => vec![query_value(single, &at, findings)],
                };
                pairs.push((name.into_owned(), values));
            }
            Some(Query::Pairs(pairs))
        }
        other => {
            findings.unexpected(&at, "the text of a query, or an object of names and values", &other);
            None
        }
    }
}

fn query_value(value: JsonBuf, at: &Pointer<'_>, findings: &mut Findings) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.into_owned()),
        Json::Number(_) | Json::Bool(_) => Some(value.to_compact()),
        other => {
            findings.unexpected(at, "the text of a query parameter", &other);
            None
        }
    }
}
