//! Bodies and message contents.

use std::borrow::Cow;

use base64::Engine;

use super::{ContentType, detect};
use crate::json::{Json, JsonBuf};

/// What a contract says about a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Body {
    /// Nothing is said: any body will do.
    #[default]
    Missing,
    /// The body must be empty.
    Empty,
    /// The body must be `null` where the content type has one, otherwise empty.
    Null,
    /// The body must match this content.
    Present(Content),
}

/// The content of a body that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The content itself.
    pub data: Data,
    /// The content type that goes with it (V4 states it; in earlier versions a header does).
    pub content_type: Option<ContentType>,
    /// How to treat content whose type does not tell (V4).
    pub hint: Option<ContentHint>,
}

/// The forms that content comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// A JSON document.
    Json(JsonBuf),
    /// Text of any other type, or a JSON document given as text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
}

/// How to treat content whose type does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentHint {
    /// As the content type says.
    Default,
    /// As bytes.
    Binary,
    /// As text.
    Text,
}

impl Body {
    /// A JSON document.
    pub fn json(value: impl Into<JsonBuf>) -> Self {
        Self::Present(Content {
            data: Data::Json(value.into()),
            content_type: Some(ContentType::json()),
            hint: None,
        })
    }

    /// The content, when there is some.
    pub fn content(&self) -> Option<&Content> {
        if let Self::Present(content) = self { Some(content) } else { None }
    }

    /// The bytes that travel: none for a body that is missing or empty, `null` for one that is null.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Missing | Self::Empty => Cow::Borrowed(b""),
            Self::Null => Cow::Borrowed(b"null"),
            Self::Present(content) => content.bytes(),
        }
    }

    /// The content type that the body itself states or shows. A header may say otherwise, and wins.
    pub fn own_content_type(&self) -> Option<ContentType> {
        let content = self.content()?;
        content.content_type.clone().or_else(|| match &content.data {
            Data::Json(_) => Some(ContentType::json()),
            Data::Text(text) => Some(detect(text.as_bytes())),
            Data::Binary(bytes) => Some(detect(bytes)),
        })
    }

    /// The content type that the body states, where it would not be known without.
    pub(crate) fn merely_stated_type(&self) -> Option<&ContentType> {
        let content = self.content()?;
        let stated = content.content_type.as_ref()?;
        let silent = Self::Present(Content { content_type: None, ..content.clone() });
        (silent.own_content_type().as_ref() != Some(stated)).then_some(stated)
    }
}

impl Content {
    /// The bytes that travel.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match &self.data {
            Data::Json(value) => Cow::Owned(value.to_compact().into_bytes()),
            Data::Text(text) => Cow::Borrowed(text.as_bytes()),
            Data::Binary(bytes) => Cow::Borrowed(bytes),
        }
    }

    /// The content as a JSON document, when it is one.
    pub fn as_json(&self) -> Option<Cow<'_, Json<'_>>> {
        match &self.data {
            Data::Json(value) => Some(Cow::Borrowed(value)),
            Data::Text(text) => Json::parse(text.as_bytes()).ok().map(Cow::Owned),
            Data::Binary(bytes) => Json::parse(bytes).ok().map(Cow::Owned),
        }
    }
}

impl ContentHint {
    /// As V4 files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "DEFAULT",
            Self::Binary => "BINARY",
            Self::Text => "TEXT",
        }
    }

    /// Reads what V4 files write.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Default, Self::Binary, Self::Text].into_iter().find(|hint| hint.as_str() == text)
    }
}

/// Base64 as contracts write it, and the variants that other tools write.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
    let compact: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE].into_iter().find_map(|engine| engine.decode(&compact).ok())
}

/// Base64 as contracts write it.
pub(crate) fn encode_base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
