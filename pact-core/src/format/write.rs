//! From the model to files.

use thiserror::Error;

use super::attributes::Findings;
use super::{read, write_rules};
use crate::json::{Json, JsonBuf, Number, ObjectBuf};
use crate::model::{
    Body, Category, Content, ContentType, Data, Generators, Headers, Interaction, InteractionKind, Message,
    Pact, Party, ProviderState, Request, Response, SpecVersion, encode_base64, metadata_content_type,
};

/// Something that a version of the file format has no words for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Inexpressible {
    /// Messages before V3.
    #[error("messages")]
    Message,
    /// Messages with responses before V4.
    #[error("messages with responses")]
    SyncMessage,
    /// Interactions of a type of their own before V4.
    #[error("interactions of other types")]
    UnknownType,
    /// More than one provider state, or one with parameters, before V3.
    #[error("several provider states, or provider states with parameters")]
    States,
    /// Several rules for one place before V3.
    #[error("several matching rules for one place")]
    SeveralRules,
    /// Other matching rules than those for types, sizes of lists and regular expressions, before V3.
    #[error("matching rules other than `type`, `min`, `max` and `regex`")]
    RuleKind,
    /// Matching rules before V2.
    #[error("matching rules")]
    Rules,
    /// Generators before V3.
    #[error("generators")]
    Generators,
    /// What a plugin is to do with an interaction, before V4.
    #[error("plugins")]
    Plugins,
    /// A transport that has to be asked for, before V4.
    #[error("a transport of its own")]
    Transport,
    /// A content type that only the body of a response states, before V4. In a header it would say more: that the header is there.
    #[error("a content type that only a body states")]
    ContentType,
    /// A body, a header or a rule that would read otherwise in that version. Only [`super::convert`] finds these.
    #[error("a body or a matching rule in a form")]
    Form,
}

/// Why a pact cannot be written as a file of its version.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "the interaction `{description}` needs {what}, which version {version} of the Pact specification does not have"
)]
pub struct WriteError {
    /// The interaction.
    pub description: String,
    /// What it needs.
    pub what: Inexpressible,
    /// The version that the pact is to be written in.
    pub version: SpecVersion,
}

/// The text of a pact file, ending with a line break. The same pact always gives the same bytes.
///
/// # Errors
/// When the version of the pact has no words for something in it.
pub fn write(pact: &Pact) -> Result<String, WriteError> {
    to_json(pact).map(|json| json.to_pretty() + "\n")
}

/// A pact as the JSON document that its file holds.
///
/// # Errors
/// As [`write()`].
pub fn to_json(pact: &Pact) -> Result<JsonBuf, WriteError> {
    let mut file = ObjectBuf::new();
    file.insert("consumer", party(&pact.consumer));
    file.insert("provider", party(&pact.provider));
    let is_message = |interaction: &&Interaction| {
        pact.version < SpecVersion::V4 && matches!(interaction.kind, InteractionKind::AsyncMessage(_))
    };
    let (messages, interactions): (Vec<_>, Vec<_>) = pact.interactions.iter().partition(is_message);
    let all = |list: Vec<&Interaction>| {
        list.into_iter().map(|one| spelt(one, pact.version)).collect::<Result<_, _>>()
    };
    if !interactions.is_empty() || messages.is_empty() {
        file.insert("interactions", Json::Array(all(interactions)?));
    }
    if !messages.is_empty() {
        file.insert("messages", Json::Array(all(messages)?));
    }
    merge(&pact.extra, &mut file);
    file.insert("metadata", metadata(pact));
    Ok(Json::Object(file))
}

/// A message alone, as it stands in a pact file of that version.
///
/// ```
/// use pactwright_core::format;
/// use pactwright_core::model::{Body, Message, SpecVersion};
/// let message = Message { contents: Body::json(true), ..Message::default() };
/// let written = format::write_message(&message, SpecVersion::V4)?;
/// assert_eq!(
///     written.to_compact(),
///     r#"{"contents":{"content":true,"contentType":"application/json","encoded":false}}"#
/// );
/// # Ok::<(), format::Inexpressible>(())
/// ```
///
/// # Errors
/// When the version has no words for something in it.
pub fn write_message(content: &Message, version: SpecVersion) -> Result<JsonBuf, Inexpressible> {
    let mut object = ObjectBuf::new();
    message(content, version, &mut object)?;
    Ok(Json::Object(object))
}

fn party(party: &Party) -> ObjectBuf {
    let mut object = ObjectBuf::new();
    object.insert("name", party.name.as_str());
    merge(&party.extra, &mut object);
    object
}

/// The metadata as they were, stating the version that is written. A file that states none is V3.
fn metadata(pact: &Pact) -> ObjectBuf {
    let mut metadata = pact.metadata.clone();
    let stated = read::version(&metadata, &mut Findings::default());
    if stated.unwrap_or(SpecVersion::V3) != pact.version {
        metadata.remove("pact-specification");
        metadata.remove("pactSpecificationVersion");
        let version: ObjectBuf = [("version", JsonBuf::from(pact.version.as_str()))].into_iter().collect();
        metadata.insert("pactSpecification", version);
    }
    metadata
}

/// The interaction in the spelling that it was read in, if that still says the same.
fn spelt(one: &Interaction, version: SpecVersion) -> Result<JsonBuf, WriteError> {
    match &one.spelling {
        Some(spelling) if read::says(spelling, version, one) => Ok(JsonBuf::clone(spelling)),
        _ => interaction(one, version).map_err(|what| WriteError {
            description: one.description.clone(),
            what,
            version,
        }),
    }
}

/// The interaction in our own spelling.
pub(super) fn interaction(one: &Interaction, version: SpecVersion) -> Result<JsonBuf, Inexpressible> {
    let mut object = ObjectBuf::new();
    let v4 = version >= SpecVersion::V4;
    if v4 {
        object.insert("type", one.kind.type_name());
    }
    if let Some(id) = &one.id {
        object.insert("_id", id.as_str());
    }
    object.insert("description", one.description.as_str());
    if v4 {
        if let Some(key) = &one.key {
            object.insert("key", key.as_str());
        }
        object.insert("pending", one.pending);
    }
    states(&one.states, version, &mut object)?;
    if v4 && !one.comments.is_empty() {
        object.insert("comments", one.comments.clone());
    }
    if let Some(transport) = one.transport.as_ref().filter(|_| v4) {
        object.insert("transport", transport.as_str());
    }
    match &one.kind {
        InteractionKind::Http { request: sent, response: returned } => {
            object.insert("request", request(sent, version)?);
            object.insert("response", response(returned, version)?);
        }
        InteractionKind::AsyncMessage(_) if version < SpecVersion::V3 => return Err(Inexpressible::Message),
        InteractionKind::AsyncMessage(content) => message(content, version, &mut object)?,
        InteractionKind::SyncMessage { .. } if !v4 => return Err(Inexpressible::SyncMessage),
        InteractionKind::SyncMessage { request, responses } => {
            let part = |content: &Message| {
                let mut part = ObjectBuf::new();
                message(content, version, &mut part).map(|()| Json::Object(part))
            };
            object.insert("request", part(request)?);
            object.insert("response", Json::Array(responses.iter().map(part).collect::<Result<_, _>>()?));
        }
        InteractionKind::Unknown { .. } if !v4 => return Err(Inexpressible::UnknownType),
        InteractionKind::Unknown { content, .. } => merge(content, &mut object),
    }
    merge(&one.extra, &mut object);
    Ok(Json::Object(object))
}

fn merge(extra: &ObjectBuf, into: &mut ObjectBuf) {
    into.extend(extra.iter().map(|(name, value)| (name.to_owned(), value.clone())));
}

fn states(
    states: &[ProviderState],
    version: SpecVersion,
    object: &mut ObjectBuf,
) -> Result<(), Inexpressible> {
    match states {
        [] => {}
        [state] if version < SpecVersion::V3 && state.params.is_empty() => {
            object.insert("providerState", state.name.as_str());
        }
        _ if version < SpecVersion::V3 => return Err(Inexpressible::States),
        states => {
            let state = |state: &ProviderState| {
                let mut object = ObjectBuf::new();
                object.insert("name", state.name.as_str());
                if !state.params.is_empty() {
                    object.insert("params", state.params.clone());
                }
                Json::Object(object)
            };
            object.insert("providerStates", Json::Array(states.iter().map(state).collect()));
        }
    }
    Ok(())
}

fn request(request: &Request, version: SpecVersion) -> Result<ObjectBuf, Inexpressible> {
    let mut object = ObjectBuf::new();
    object.insert("method", request.method.as_str());
    object.insert("path", request.path.as_str());
    match &request.query {
        None => {}
        Some(query) if version < SpecVersion::V3 => object.insert("query", query.to_text().into_owned()),
        Some(query) => {
            let value =
                |value: &Option<String>| value.as_ref().map_or(Json::Null, |text| Json::from(text.as_str()));
            let pairs = query.pairs();
            let pairs = pairs
                .iter()
                .map(|(name, values)| (name.clone(), Json::Array(values.iter().map(value).collect())));
            object.insert("query", pairs.collect::<ObjectBuf>());
        }
    }
    headers(&request.headers, version, &mut object);
    body("body", &request.body, request.headers.content_type(), version, &mut object);
    write_rules::rules(&request.rules, version, &mut object)?;
    generators(&request.generators, version, &mut object)?;
    merge(&request.extra, &mut object);
    Ok(object)
}

fn response(response: &Response, version: SpecVersion) -> Result<ObjectBuf, Inexpressible> {
    let mut object = ObjectBuf::new();
    object.insert("status", Json::Number(Number::from(u64::from(response.status))));
    headers(&response.headers, version, &mut object);
    body("body", &response.body, response.headers.content_type(), version, &mut object);
    write_rules::rules(&response.rules, version, &mut object)?;
    generators(&response.generators, version, &mut object)?;
    merge(&response.extra, &mut object);
    Ok(object)
}

fn message(message: &Message, version: SpecVersion, object: &mut ObjectBuf) -> Result<(), Inexpressible> {
    body("contents", &message.contents, metadata_content_type(&message.metadata), version, object);
    if !message.metadata.is_empty() {
        object.insert("metadata", message.metadata.clone());
    }
    write_rules::rules(&message.rules, version, object)?;
    generators(&message.generators, version, object)?;
    merge(&message.extra, object);
    Ok(())
}

fn generators(
    generators: &Generators,
    version: SpecVersion,
    object: &mut ObjectBuf,
) -> Result<(), Inexpressible> {
    if generators.is_empty() {
        return Ok(());
    }
    if version < SpecVersion::V3 {
        return Err(Inexpressible::Generators);
    }
    let category = |category: Category| {
        let mut entries =
            generators.category(category).map(|(name, one)| (name.to_owned(), one.definition()));
        let written = match entries.next().filter(|_| category.is_single()) {
            Some((_, only)) => only,
            None => {
                generators.category(category).map(|(name, one)| (name.to_owned(), one.definition())).collect()
            }
        };
        (category.as_str(), written)
    };
    object.insert("generators", generators.categories().map(category).collect::<ObjectBuf>());
    Ok(())
}

fn headers(headers: &Headers, version: SpecVersion, object: &mut ObjectBuf) {
    if headers.is_empty() {
        return;
    }
    let value = |values: &[String]| match values {
        [single] if version < SpecVersion::V4 => Json::from(single.as_str()),
        several if version >= SpecVersion::V3 => {
            Json::Array(several.iter().map(|value| Json::from(value.as_str())).collect())
        }
        several => Json::from(several.join(", ")),
    };
    let all: ObjectBuf = headers.iter().map(|(name, values)| (name.to_owned(), value(values))).collect();
    object.insert("headers", all);
}

/// Writes a body. `stated` is the media type that headers or metadata give.
fn body(
    name: &'static str,
    body: &Body,
    stated: Option<ContentType>,
    version: SpecVersion,
    object: &mut ObjectBuf,
) {
    if version >= SpecVersion::V4 {
        let written = match body {
            Body::Missing => return,
            Body::Empty => [("content", JsonBuf::from(""))].into_iter().collect(),
            Body::Null => [("content", Json::Null)].into_iter().collect(),
            Body::Present(content) => v4_content(content, stated),
        };
        object.insert(name, written);
        return;
    }
    let written = match body {
        Body::Missing => return,
        Body::Empty => Json::from(""),
        Body::Null => Json::Null,
        Body::Present(content) => match &content.data {
            Data::Json(value) => value.clone(),
            Data::Text(text) => Json::from(text.as_str()),
            Data::Binary(bytes) => Json::from(encode_base64(bytes)),
        },
    };
    object.insert(name, written);
}

fn v4_content(content: &Content, stated: Option<ContentType>) -> ObjectBuf {
    let kind = content.content_type.clone().or(stated);
    let is_json = kind.as_ref().is_some_and(ContentType::is_json);
    let base64 = |bytes: &[u8]| (Json::from(encode_base64(bytes)), Json::from("base64"));
    let (value, encoded) = match &content.data {
        // Plain, these would read as a body that is null or empty, or as text.
        Data::Json(Json::Null) => (Json::from("null"), Json::from("JSON")),
        Data::Json(value @ Json::String(text)) if text.is_empty() || !is_json => {
            (Json::from(value.to_compact()), Json::from("JSON"))
        }
        Data::Json(value) => (value.clone(), Json::Bool(false)),
        // JSON that stands in quotes must say so, or it would be read as a JSON string.
        Data::Text(text) if is_json && Json::parse(text.as_bytes()).is_ok() => {
            (Json::from(text.as_str()), Json::from("JSON"))
        }
        // Text that is none could not be read back.
        Data::Text(text) if is_json => base64(text.as_bytes()),
        Data::Text(text) => (Json::from(text.as_str()), Json::Bool(false)),
        Data::Binary(bytes) => base64(bytes),
    };
    let mut object = ObjectBuf::new();
    object.insert("content", value);
    if let Some(content_type) = &content.content_type {
        object.insert("contentType", content_type.to_string());
    }
    if let Some(hint) = content.hint {
        object.insert("contentTypeHint", hint.as_str());
    }
    object.insert("encoded", encoded);
    object
}
