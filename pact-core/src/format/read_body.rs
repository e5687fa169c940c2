//! Bodies and message contents in files.

use super::ProblemKind;
use super::attributes::{Attributes, Findings};
use crate::json::{Json, JsonBuf, Pointer};
use crate::model::{Body, Content, ContentHint, ContentType, Data, SpecVersion, decode_base64};

/// Reads a body or message contents. `stated` is the media type that headers or metadata give.
pub(super) fn body(
    attributes: &mut Attributes<'_>,
    name: &str,
    version: SpecVersion,
    stated: Option<ContentType>,
    findings: &mut Findings,
) -> Body {
    let at = attributes.at;
    let at = at.name(name);
    let Some(value) = attributes.rest.remove(name) else { return Body::Missing };
    if version >= SpecVersion::V4 {
        return v4_body(value, stated, at, findings);
    }
    let data = match value {
        Json::Null => return Body::Null,
        Json::String(text) if text.is_empty() => return Body::Empty,
        Json::String(text) => v3_text(text.into_owned(), stated.as_ref()),
        value => Data::Json(value),
    };
    Body::Present(Content { data, content_type: None, hint: None })
}

/// A body that is text in the file may be a text, a JSON document in quotes, a JSON string, or bytes as base64.
fn v3_text(text: String, stated: Option<&ContentType>) -> Data {
    match stated {
        Some(content_type) if content_type.is_json() => match Json::parse(text.as_bytes()) {
            Ok(Json::String(_) | Json::Object(_) | Json::Array(_)) => Data::Text(text),
            _ => Data::Json(Json::from(text)),
        },
        // What is made of parts has line breaks and hyphens: as it is, it would not be base64.
        Some(content_type) if content_type.is_binary() || content_type.is_multipart() => {
            match decode_base64(&text) {
                Some(bytes) => Data::Binary(bytes),
                None => Data::Text(text),
            }
        }
        _ => Data::Text(text),
    }
}

fn v4_body(value: JsonBuf, stated: Option<ContentType>, at: Pointer<'_>, findings: &mut Findings) -> Body {
    match &value {
        Json::Null => return Body::Null,
        Json::Object(object) if object.is_empty() => return Body::Missing,
        // Some writers give the bare value as earlier versions have it.
        Json::Object(object) if object.get("content").is_some() || object.get("contentType").is_some() => {}
        _ => return Body::Present(Content { data: Data::Json(value), content_type: None, hint: None }),
    }
    let mut attributes = Attributes::of(value, at, findings);
    let content_type = attributes.text("contentType", findings).and_then(|text| ContentType::parse(&text));
    let hint = attributes.text("contentTypeHint", findings).and_then(|text| ContentHint::parse(&text));
    let content = attributes.rest.remove("content");
    let kind = content_type.clone().or(stated);
    let data = match (content, attributes.take(&["encoded"])) {
        (None, _) => return Body::Missing,
        (Some(Json::Null), _) => return Body::Null,
        (Some(Json::String(text)), _) if text.is_empty() => return Body::Empty,
        (Some(Json::String(text)), encoded) => {
            let encoding = encoded.as_ref().and_then(|encoded| match encoded {
                Json::Bool(true) => Some("base64".to_owned()),
                Json::String(name) => Some(name.to_ascii_lowercase()),
                _ => None,
            });
            encoded_text(text.into_owned(), encoding.as_deref(), kind.as_ref(), at, findings)
        }
        (Some(value), _) => Data::Json(value),
    };
    Body::Present(Content { data, content_type, hint })
}

fn encoded_text(
    text: String,
    encoding: Option<&str>,
    kind: Option<&ContentType>,
    at: Pointer<'_>,
    findings: &mut Findings,
) -> Data {
    match encoding {
        Some("json") => match Json::parse(text.as_bytes()) {
            Ok(value) => Data::Json(value.into_owned()),
            Err(error) => {
                findings.add(&at.name("content"), ProblemKind::NotJson(error));
                Data::Text(text)
            }
        },
        Some("base64") => match decode_base64(&text) {
            Some(bytes) => Data::Binary(bytes),
            None => {
                findings.add(&at.name("content"), ProblemKind::NotBase64);
                Data::Text(text)
            }
        },
        _ if kind.is_some_and(ContentType::is_json) => Data::Json(Json::from(text)),
        _ => Data::Text(text),
    }
}
