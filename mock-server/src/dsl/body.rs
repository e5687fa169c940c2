//! Bodies of requests and responses.

use pactwright_core::json::JsonBuf;
use pactwright_core::model::{Body, Category, Content, ContentType, Data, Headers, MatchingRules};
use serde::Serialize;
use serde_json::Value;

use super::mistake::{Mistake, Part, Place, Problem};
use super::value::Written;
use crate::matchers::{split, tree};

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
    let content = match value {
        BodyValue::Empty => return Body::Empty,
        BodyValue::Json(tree) => {
            let split = split(JsonBuf::from(tree.clone()));
            for (path, list) in split.rules {
                rules.insert(Category::Body, path.to_string(), list);
            }
            for finding in split.mistakes {
                mistakes.push(Mistake {
                    interaction: interaction.to_owned(),
                    place: place(Part::Body(finding.path)),
                    problem: finding.problem,
                    source_line: finding.source.or_else(|| Some(source.to_string())),
                });
            }
            let content_type = headers.content_type().unwrap_or_else(ContentType::json);
            Content { data: Data::Json(split.example), content_type: Some(content_type), hint: None }
        }
        BodyValue::Text(text, content_type) => Content {
            data: Data::Text(text.clone()),
            content_type: ContentType::parse(content_type),
            hint: None,
        },
        BodyValue::Bytes(bytes, content_type) => Content {
            data: Data::Binary(bytes.clone()),
            content_type: ContentType::parse(content_type),
            hint: None,
        },
    };
    match (&content.content_type, value) {
        (None, BodyValue::Text(_, stated) | BodyValue::Bytes(_, stated)) => mistakes.push(Mistake {
            interaction: interaction.to_owned(),
            place: place(Part::Header("Content-Type".to_owned())),
            problem: Problem::MediaType(stated.clone()),
            source_line: Some(source.to_string()),
        }),
        (Some(content_type), _) if headers.get("content-type").is_empty() => {
            headers.append("Content-Type", content_type.to_string());
        }
        _ => {}
    }
    Body::Present(content)
}
