//! Headers of requests and responses.

use hyper::header::{HeaderName, HeaderValue};
use pactwright_core::model::{Body, Category, Headers};

use super::mistake::{Part, Problem};
use super::pad::Pad;
use super::value::{TextValue, Written};

/// Headers as they were written.
#[derive(Debug, Clone, Default)]
pub(super) struct HeaderDraft(Vec<(String, Written<TextValue>)>);

impl HeaderDraft {
    pub(super) fn push(&mut self, name: String, value: Written<TextValue>) {
        self.0.push((name, value));
    }

    /// The line of a header; of several with one name, the last is what the others are at odds with.
    pub(super) fn line_of(&self, name: &str) -> Option<String> {
        let named = self.0.iter().rfind(|(other, _)| other.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.line())
    }

    pub(super) fn resolve(&self, pad: &mut Pad<'_>) -> Headers {
        let mut headers = Headers::default();
        for (name, value) in &self.0 {
            let part = Part::Header(name.clone());
            let values = pad.text(Category::Header, &part, name, value);
            if HeaderName::from_bytes(name.as_bytes()).is_err() {
                pad.mistake(part.clone(), Problem::HeaderName(name.clone()), value.source);
            }
            for text in values {
                if HeaderValue::from_str(&text).is_err() {
                    pad.mistake(part.clone(), Problem::HeaderValue(text.clone()), value.source);
                }
                headers.append(name.clone(), text);
            }
        }
        headers
    }
}

/// The media type of a body becomes a header where none is given: other tools look for it there.
pub(super) fn state_content_type(headers: &mut Headers, body: &Body) {
    let stated = body.content().and_then(|content| content.content_type.as_ref());
    if let (Some(content_type), []) = (stated, headers.get("content-type")) {
        headers.append("Content-Type", content_type.to_string());
    }
}
