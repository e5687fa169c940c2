//! What a contract says, in one vocabulary for every version of the file format.
//!
//! [`crate::format`] reads files into these types and writes them back. Everything here is plain data: rules are
//! parsed, but nothing is compared; that is the job of [`crate::matching`].

mod body;
mod charset;
mod content_type;
mod detect;
mod generators;
mod http;
mod message;
mod remarks;
mod rules;

use std::fmt;

pub use body::{Body, Content, ContentHint, Data};
pub(crate) use body::{decode_base64, encode_base64};
pub(crate) use charset::{Charset, Decoded, decode as decode_text, encode as encode_text};
pub use content_type::ContentType;
pub(crate) use detect::{detect, looks_like};
pub use generators::Generators;
pub use http::{Headers, Query, Request, Response};
pub(crate) use http::{decode_component, encode_component, parse_pairs, parse_pairs_in};
pub use message::Message;
pub(crate) use message::metadata_content_type;
pub use remarks::Markup;
pub use rules::{Category, Combine, MatchingRules, RuleList};

use crate::json::{JsonBuf, ObjectBuf};

/// A contract between a consumer and a provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Pact {
    /// Who asks.
    pub consumer: Party,
    /// Who answers.
    pub provider: Party,
    /// What was agreed, in the order of the file.
    pub interactions: Vec<Interaction>,
    /// The version of the file format.
    pub version: SpecVersion,
    /// `metadata` as it was written: specification version, tools, plugins.
    pub metadata: ObjectBuf,
    /// Attributes at the top level that this crate does not know.
    pub extra: ObjectBuf,
}

impl Pact {
    /// A contract without interactions, whose metadata state the version.
    pub fn new(consumer: impl Into<String>, provider: impl Into<String>, version: SpecVersion) -> Self {
        let stated: ObjectBuf = [("version", JsonBuf::from(version.as_str()))].into_iter().collect();
        Self {
            consumer: Party::new(consumer),
            provider: Party::new(provider),
            interactions: Vec::new(),
            version,
            metadata: [("pactSpecification", JsonBuf::Object(stated))].into_iter().collect(),
            extra: ObjectBuf::new(),
        }
    }
}

/// One side of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The name that brokers know it by.
    pub name: String,
    /// Attributes that this crate does not know.
    pub extra: ObjectBuf,
}

impl Party {
    /// A side that is known by its name only.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), extra: ObjectBuf::new() }
    }
}

/// A version of the Pact specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpecVersion {
    /// 1.0: equality only.
    V1,
    /// 1.1: absent, empty and null bodies are told apart.
    V1_1,
    /// 2.0: matching rules.
    V2,
    /// 3.0: messages, generators, provider states with parameters.
    V3,
    /// 4.0: several kinds of interaction in one file.
    V4,
}

impl SpecVersion {
    /// As files state it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1.0.0",
            Self::V1_1 => "1.1.0",
            Self::V2 => "2.0.0",
            Self::V3 => "3.0.0",
            Self::V4 => "4.0",
        }
    }

    /// Reads a version as files state it: the major number decides, except that 1.1 differs from 1.0.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim().split('.');
        let major = numbers.next()?.parse::<u32>().ok()?;
        Some(match (major, numbers.next()) {
            (1, Some("1")) => Self::V1_1,
            (1, _) => Self::V1,
            (2, _) => Self::V2,
            (3, _) => Self::V3,
            (4, _) => Self::V4,
            _ => return None,
        })
    }
}

impl fmt::Display for SpecVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One thing that was agreed.
#[derive(Debug, Clone)]
pub struct Interaction {
    /// What happens, in the consumer's words. Together with the provider states it names the interaction.
    pub description: String,
    /// What must be true at the provider before.
    pub states: Vec<ProviderState>,
    /// The id that a broker gave it (`_id`).
    pub id: Option<String>,
    /// A key chosen by the author, which names the interaction across renamings (V4).
    pub key: Option<String>,
    /// Whether the provider is not expected to honour it yet (V4).
    pub pending: bool,
    /// Remarks (V4): `text`, `testname`, `references` and whatever authors add.
    pub comments: ObjectBuf,
    /// Which transport of the provider it goes over (V4), such as `http` or `message`.
    pub transport: Option<String>,
    /// Attributes that this crate does not know or only passes on, among them `interactionMarkup` and `pluginConfiguration`
    /// ([`Interaction::markup`], [`Interaction::plugin_configuration`]).
    pub extra: ObjectBuf,
    /// The exchange itself.
    pub kind: InteractionKind,
    /// How it stood in the file, where our way of writing the same would differ.
    pub(crate) spelling: Option<Box<JsonBuf>>,
}

/// Interactions are equal when they say the same, however it was spelt.
impl PartialEq for Interaction {
    fn eq(&self, other: &Self) -> bool {
        let (Self { spelling: _, .. }, Self { spelling: _, .. }) = (self, other);
        self.description == other.description
            && self.states == other.states
            && self.id == other.id
            && self.key == other.key
            && self.pending == other.pending
            && self.comments == other.comments
            && self.transport == other.transport
            && self.extra == other.extra
            && self.kind == other.kind
    }
}

/// The exchange of an interaction.
#[derive(Debug, Clone, PartialEq)]
pub enum InteractionKind {
    /// A request over HTTP and its response.
    Http {
        /// What the consumer sends.
        request: Box<Request>,
        /// What it needs back.
        response: Box<Response>,
    },
    /// A message that the provider publishes and the consumer handles.
    AsyncMessage(Box<Message>),
    /// A message with the messages that answer it.
    SyncMessage {
        /// What the consumer sends.
        request: Box<Message>,
        /// What it needs back.
        responses: Vec<Message>,
    },
    /// A type of interaction that this crate does not know. It is kept, written back and never verified.
    Unknown {
        /// The value of its `type` attribute.
        type_name: String,
        /// Its attributes, apart from those that every interaction has.
        content: ObjectBuf,
    },
}

impl Interaction {
    /// An interaction without provider states.
    pub fn new(description: impl Into<String>, kind: InteractionKind) -> Self {
        Self {
            description: description.into(),
            states: Vec::new(),
            id: None,
            key: None,
            pending: false,
            comments: ObjectBuf::new(),
            transport: None,
            extra: ObjectBuf::new(),
            kind,
            spelling: None,
        }
    }

    /// The transport that an interaction of its kind goes over when it says nothing.
    pub(crate) fn usual_transport(&self) -> &'static str {
        if matches!(self.kind, InteractionKind::Http { .. }) { "http" } else { "message" }
    }

    /// Whether it goes over the transport that interactions of its kind go over.
    pub(crate) fn goes_the_usual_way(&self) -> bool {
        self.transport.as_deref().is_none_or(|transport| transport == self.usual_transport())
    }

    /// Request and response, when this is an exchange over HTTP.
    pub fn as_http(&self) -> Option<(&Request, &Response)> {
        match &self.kind {
            InteractionKind::Http { request, response } => Some((request, response)),
            _ => None,
        }
    }
}

impl InteractionKind {
    /// The `type` attribute of V4 files.
    pub fn type_name(&self) -> &str {
        match self {
            Self::Http { .. } => "Synchronous/HTTP",
            Self::AsyncMessage(_) => "Asynchronous/Messages",
            Self::SyncMessage { .. } => "Synchronous/Messages",
            Self::Unknown { type_name, .. } => type_name,
        }
    }
}

/// Something that must be true at the provider before an interaction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProviderState {
    /// The name that the provider's handlers know.
    pub name: String,
    /// Values that go with it (V3).
    pub params: ObjectBuf,
}

impl ProviderState {
    /// A state without parameters.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), params: ObjectBuf::new() }
    }
}
