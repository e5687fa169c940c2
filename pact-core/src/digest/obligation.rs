//! What an interaction demands of a provider, by name.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::canonical;
use crate::json::{Json, JsonBuf, ObjectBuf};
use crate::model::{
    Category, Headers, Interaction, InteractionKind, Message, ProviderState, Query, Request, Response,
};

/// Raised when what is digested, or how, changes: digests of different kinds are never the same.
const FORMAT: u64 = 1;

macro_rules! digests {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The 64 digits.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidDigest;

            fn try_from(text: String) -> Result<Self, InvalidDigest> {
                let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                if text.len() == 64 && text.bytes().all(digit) { Ok(Self(text)) } else { Err(InvalidDigest(text)) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidDigest;

            fn from_str(text: &str) -> Result<Self, InvalidDigest> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(digest: $name) -> Self {
                digest.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    )+};
}

digests! {
    /// What is replayed at the provider, as 64 hexadecimal digits (SHA-256). See [`stimulus`].
    StimulusDigest;
    /// What is replayed at the provider and what is expected back, as 64 hexadecimal digits (SHA-256). See [`obligation`].
    ObligationDigest;
}

/// Text that is no [`StimulusDigest`] and no [`ObligationDigest`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a digest is 64 hexadecimal digits in lower case, but this is `{0}`")]
pub struct InvalidDigest(String);

/// The digest of what is replayed at the provider: the type of the interaction, the transport, the provider states with
/// their parameters, the request with the generators that change it, the configuration of plugins.
///
/// What does not count: the version of the file, description, key, id, pending flag, comments, content type hints and
/// attributes that this crate does not know; the order of members, headers and query parameters, the case of header names and of the method, how
/// numbers and queries are spelt. The rules of a request do not count either: they are about the consumer.
///
/// The description of a message does count. Whoever verifies messages asks the provider for them by description, so it
/// is what is replayed: the same answer to another description says nothing.
pub fn stimulus(interaction: &Interaction) -> StimulusDigest {
    StimulusDigest(digest("stimulus", stimulus_of(interaction)))
}

/// The digest of what is replayed at the provider ([`stimulus`]) and what is expected back, with the rules for it.
///
/// What counts and what does not is as in [`stimulus`]. The order of rules for the same place and rules that are given twice do
/// not count, nor does how rules and their paths are spelt. The generators of a response do not count: they are about the
/// consumer.
///
/// ```
/// use pactwright_core::{digest, format};
/// let v2 = br#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [{
///   "description": "one way", "request": {"method": "get", "path": "/", "query": "b=2&a=1"},
///   "response": {"status": 200, "body": {"x": 1.0}, "matchingRules": {"$.body.x": {"match": "type"}}}
/// }], "metadata": {"pactSpecification": {"version": "2.0.0"}}}"#;
/// let v4 = br#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [{
///   "type": "Synchronous/HTTP", "description": "another", "request": {"method": "GET", "path": "/", "query": {"a": ["1"], "b": ["2"]}},
///   "response": {
///     "status": 200, "body": {"content": {"x": 1.00}, "contentType": "application/json"},
///     "matchingRules": {"body": {"$['x']": {"combine": "AND", "matchers": [{"match": "type"}]}}}
///   }
/// }], "metadata": {"pactSpecification": {"version": "4.0"}}}"#;
/// let digests = [v2.as_slice(), v4].map(|file| digest::obligation(&format::read(file).unwrap().interactions[0]));
/// assert_eq!(digests[0], digests[1]);
/// ```
pub fn obligation(interaction: &Interaction) -> ObligationDigest {
    let expected = match &interaction.kind {
        InteractionKind::Http { response, .. } => response_of(response),
        InteractionKind::AsyncMessage(message) => message_of(message),
        InteractionKind::SyncMessage { responses, .. } => {
            Json::Array(responses.iter().map(message_of).collect())
        }
        InteractionKind::Unknown { .. } => Json::Null,
    };
    let demand = object([("stimulus", stimulus_of(interaction)), ("expected", expected)]);
    ObligationDigest(digest("obligation", demand))
}

fn digest(what: &str, content: JsonBuf) -> String {
    let text =
        object([("digest", what.into()), ("format", FORMAT.into()), ("content", content)]).to_compact();
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn stimulus_of(interaction: &Interaction) -> JsonBuf {
    let is_http = matches!(interaction.kind, InteractionKind::Http { .. });
    let usual = interaction.usual_transport();
    let mut stimulus: ObjectBuf = [
        ("type", JsonBuf::from(interaction.kind.type_name())),
        ("transport", interaction.transport.as_deref().unwrap_or(usual).into()),
        ("states", Json::Array(interaction.states.iter().map(state).collect())),
    ]
    .into_iter()
    .collect();
    if !is_http {
        stimulus.insert("description", interaction.description.as_str());
    }
    if let Some(plugins) = interaction.extra.get("pluginConfiguration") {
        stimulus.insert("plugins", canonical::value(plugins));
    }
    match &interaction.kind {
        InteractionKind::Http { request, .. } => stimulus.insert("request", request_of(request)),
        InteractionKind::AsyncMessage(_) => {}
        InteractionKind::SyncMessage { request, .. } => {
            stimulus.insert("request", replayed_message(request));
        }
        InteractionKind::Unknown { content, .. } => {
            stimulus.insert("content", canonical::value(&Json::Object(content.clone())));
        }
    }
    Json::Object(stimulus)
}

/// The order of provider states counts: they are set up in it.
fn state(state: &ProviderState) -> JsonBuf {
    let params = canonical::value(&Json::Object(state.params.clone()));
    object([("name", state.name.as_str().into()), ("params", params)])
}

fn request_of(request: &Request) -> JsonBuf {
    object([
        ("method", request.method.to_ascii_uppercase().into()),
        ("path", request.path.as_str().into()),
        ("query", query(request.query.as_ref())),
        ("headers", canonical::headers(&sent_headers(request))),
        ("body", canonical::body(&request.body, request.headers.content_type())),
        ("generators", canonical::generators(&request.generators)),
    ])
}

/// The headers, with the content type where only the body states it: it is sent all the same.
fn sent_headers(request: &Request) -> Cow<'_, Headers> {
    let mut headers = Cow::Borrowed(&request.headers);
    if request.headers.get("content-type").is_empty()
        && let Some(stated) = request.body.merely_stated_type()
    {
        headers.to_mut().append("Content-Type", stated.to_string());
    }
    headers
}

fn query(query: Option<&Query>) -> JsonBuf {
    let mut pairs = query.map(|query| query.pairs().into_owned()).unwrap_or_default();
    pairs.sort_by(|(left, _), (right, _)| left.cmp(right));
    let value = |value: Option<String>| value.map_or(Json::Null, Json::from);
    let pair = |(name, values): (String, Vec<Option<String>>)| {
        Json::Array(vec![name.into(), Json::Array(values.into_iter().map(value).collect())])
    };
    Json::Array(pairs.into_iter().map(pair).collect())
}

fn response_of(response: &Response) -> JsonBuf {
    object([
        ("status", u64::from(response.status).into()),
        ("headers", canonical::headers(&response.headers)),
        ("body", canonical::body(&response.body, response.headers.content_type())),
        (
            "rules",
            canonical::rules(
                &response.rules,
                &[Category::Status, Category::Header, Category::Body],
                &response.body,
                response.headers.content_type(),
            ),
        ),
    ])
}

fn replayed_message(message: &Message) -> JsonBuf {
    object([
        ("metadata", metadata(message)),
        ("contents", canonical::body(&message.contents, message.content_type())),
        ("generators", canonical::generators(&message.generators)),
    ])
}

fn message_of(message: &Message) -> JsonBuf {
    object([
        ("metadata", metadata(message)),
        ("contents", canonical::body(&message.contents, message.content_type())),
        (
            "rules",
            canonical::rules(
                &message.rules,
                &[Category::Metadata, Category::Body],
                &message.contents,
                message.content_type(),
            ),
        ),
    ])
}

/// Metadata, but for a content type without rules: that of the contents stands for it, as V3 files give it here and V4 files
/// there.
fn metadata(message: &Message) -> JsonBuf {
    let ruled = |name: &str| {
        message
            .rules
            .category(Category::Metadata)
            .any(|(place, _)| crate::matching::name_of(place).eq_ignore_ascii_case(name))
    };
    let is_type = |name: &str| ["contenttype", "content-type"].contains(&name.to_ascii_lowercase().as_str());
    let has_contents = message.contents.content().is_some();
    let kept = message.metadata.iter().filter(|(name, _)| !(has_contents && is_type(name) && !ruled(name)));
    let lowered = kept.map(|(name, value)| (name.to_ascii_lowercase(), canonical::value(value)));
    canonical::value(&Json::Object(lowered.collect()))
}

fn object<const N: usize>(members: [(&'static str, JsonBuf); N]) -> JsonBuf {
    Json::Object(members.into_iter().collect())
}

#[cfg(test)]
mod tests;
