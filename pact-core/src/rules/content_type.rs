//! `contentType`: the content type that the bytes show.

use super::{Kind, RuleError, Subject, text_attribute};
use crate::json::{JsonBuf, Object, ObjectBuf};
use crate::model::ContentType;

/// The bytes look like content of this type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentTypeRule {
    /// The media type.
    pub value: String,
}

impl ContentTypeRule {
    fn detected(actual: Subject<'_>) -> ContentType {
        match actual {
            Subject::Bytes(bytes) => crate::model::detect(bytes),
            Subject::Text(text) => crate::model::detect(text.as_bytes()),
            Subject::Json(value) => {
                let bytes = value.as_str().and_then(crate::model::decode_base64);
                crate::model::detect(&bytes.unwrap_or_else(|| value.to_compact().into_bytes()))
            }
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

    fn check(&self, _: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        ContentType::parse(&self.value).is_some_and(|wanted| wanted.accepts(&Self::detected(actual)))
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        let detected = Self::detected(actual);
        format!(
            "Expected binary contents to have content type '{}' but detected contents was '{detected}'",
            self.value
        )
    }
}
