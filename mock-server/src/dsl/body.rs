//! Bodies of requests and responses.

use pactwright_core::integration;
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::model::{Body, Category, Content, ContentType, Data, Headers, MatchingRules};
use pactwright_core::path::DocPath;
use serde::Serialize;
use serde_json::Value;

use super::mistake::{Mistake, Part, Place, Problem};
use super::value::Written;
use crate::matchers::tree;

/// What a body is to be.
#[derive(Debug, Clone)]
pub(super) enum BodyValue {
    /// JSON with matchers in it.
    Json(Value),
    /// Text of a media type.
    Text(String, String),
    /// Bytes of a media type.
    Bytes(Vec<u8>, String),
    /// Nothing at all.
    Empty,
}

impl BodyValue {
    pub(super) fn json(value: &impl Serialize) -> Self {
        Self::Json(tree(value))
    }
}

/// Writes a body into its part of an interaction. The media type becomes a header where none is given: other tools
/// look for it there.
pub(super) fn resolve(
    body: Option<&Written<BodyValue>>,
    interaction: &str,
    place: impl Fn(Part) -> Place,
    headers: &mut Headers,
    rules: &mut MatchingRules,
    mistakes: &mut Vec<Mistake>,
) -> Body {
    let Some(Written { value, source }) = body else { return Body::Missing };
    let mut mistake = |part, problem, line: Option<String>| {
        mistakes.push(Mistake {
            interaction: interaction.to_owned(),
            place: place(part),
            problem,
            source_line: line.or_else(|| Some(source.to_string())),
        });
    };
    let (data, media_type) = match value {
        BodyValue::Empty => return Body::Empty,
        BodyValue::Json(tree) => {
            let read = integration::read(JsonBuf::from(tree.clone()));
            for finding in read.findings {
                mistake(Part::Body(finding.path), finding.problem.into(), finding.source);
            }
            // Files have a word for a body that is null, but none for rules about it.
            if read.example == Json::Null && !read.rules.is_empty() {
                mistake(Part::Body(DocPath::default()), Problem::NullBody, None);
            }
            for (path, list) in read.rules {
                rules.insert(Category::Body, path.to_string(), list);
            }
            let data = match read.example {
                Json::Null => None,
                example => Some(Data::Json(example)),
            };
            (data, Some(headers.content_type().unwrap_or_else(ContentType::json)))
        }
        BodyValue::Text(text, stated) => (Some(Data::Text(text.clone())), media_type(stated, &mut mistake)),
        BodyValue::Bytes(bytes, stated) => {
            (Some(Data::Binary(bytes.clone())), media_type(stated, &mut mistake))
        }
    };
    if let Some(media_type) = media_type.as_ref().filter(|_| headers.get("content-type").is_empty()) {
        headers.append("Content-Type", media_type.to_string());
    }
    match data {
        Some(data) => Body::Present(Content { data, content_type: media_type, hint: None }),
        None => Body::Null,
    }
}

fn media_type(stated: &str, mistake: &mut impl FnMut(Part, Problem, Option<String>)) -> Option<ContentType> {
    let parsed = ContentType::parse(stated);
    if parsed.is_none() {
        mistake(Part::Header("Content-Type".to_owned()), Problem::MediaType(stated.to_owned()), None);
    }
    parsed
}
