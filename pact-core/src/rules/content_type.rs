//! `contentType`: the content type that the bytes show.

use std::borrow::Cow;

use super::{Kind, RuleError, Subject, text_attribute};
use crate::json::{Json, JsonBuf, Object, ObjectBuf};
use crate::model::{ContentType, detect, looks_like};

/// The bytes look like content of this type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentTypeRule {
    /// The media type.
    pub value: String,
}

impl ContentTypeRule {
    /// The bytes that a subject stands for. Bytes inside a JSON document are base64; text that is not is itself.
    pub(crate) fn bytes(actual: Subject<'_>) -> Cow<'_, [u8]> {
        match actual {
            Subject::Bytes(bytes) => Cow::Borrowed(bytes),
            Subject::Text(text) => Cow::Borrowed(text.as_bytes()),
            Subject::Json(Json::String(text)) => match crate::model::decode_base64(text) {
                Some(decoded) => Cow::Owned(decoded),
                None => Cow::Borrowed(text.as_bytes()),
            },
            Subject::Json(value) => Cow::Owned(value.to_compact().into_bytes()),
        }
    }
}

impl Kind for ContentTypeRule {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
        text_attribute(definition, "contentType", "value").map(|value| Self { value })
    }

    fn definition(&self) -> ObjectBuf {
        [("match", "contentType"), ("value", &self.value)]
            .map(|(name, value)| (name, JsonBuf::from(value)))
            .into_iter()
            .collect()
    }

    fn cascades(&self) -> bool {
        false
    }

    fn check(&self, _: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        let bytes = Self::bytes(actual);
        ContentType::parse(&self.value).is_some_and(|wanted| looks_like(&bytes, &wanted))
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        let detected = detect(&Self::bytes(actual));
        format!(
            "Expected binary contents to have content type '{}' but detected contents was '{detected}'",
            self.value
        )
    }
}
