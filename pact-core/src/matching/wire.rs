//! What really travels.

use crate::json::{JsonBuf, ObjectBuf};
use crate::model::{Body, ContentType, Headers, Message, Request, Response};

/// A request as it came in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActualRequest {
    /// The method.
    pub method: String,
    /// The path, not decoded.
    pub path: String,
    /// The query without `?`; none when there was no `?`.
    pub query: Option<String>,
    /// The headers, one entry per line.
    pub headers: Vec<(String, String)>,
    /// The body; empty when there was none.
    pub body: Vec<u8>,
}

/// A response as it came back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActualResponse {
    /// The status code.
    pub status: u16,
    /// The headers, one entry per line.
    pub headers: Vec<(String, String)>,
    /// The body; empty when there was none.
    pub body: Vec<u8>,
}

/// A message as it was published.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActualMessage {
    /// What it carries; empty when there was nothing.
    pub contents: Vec<u8>,
    /// The media type that came with it, where that is not among the metadata.
    pub content_type: Option<ContentType>,
    /// What went beside it.
    pub metadata: ObjectBuf,
}

impl From<&Request> for ActualRequest {
    /// The request as a client that keeps to the contract would send it.
    fn from(request: &Request) -> Self {
        Self {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.as_ref().map(|query| query.to_text().into_owned()),
            headers: lines(&request.headers, &request.body),
            body: request.body.bytes().into_owned(),
        }
    }
}

impl From<&Response> for ActualResponse {
    /// The response as a provider that keeps to the contract would send it.
    fn from(response: &Response) -> Self {
        Self {
            status: response.status,
            headers: lines(&response.headers, &response.body),
            body: response.body.bytes().into_owned(),
        }
    }
}

impl From<&Message> for ActualMessage {
    /// The message as a provider that keeps to the contract would publish it.
    fn from(message: &Message) -> Self {
        Self {
            contents: message.contents.bytes().into_owned(),
            content_type: message.content_type().or_else(|| message.contents.own_content_type()),
            metadata: message
                .metadata
                .iter()
                .map(|(name, value)| (name.to_owned(), JsonBuf::clone(value)))
                .collect(),
        }
    }
}

/// Header lines, with the content type that the body states where no header does.
fn lines(headers: &Headers, body: &Body) -> Vec<(String, String)> {
    let mut lines: Vec<_> = headers
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (name.to_owned(), value.clone())))
        .collect();
    let stated = body.content().and_then(|content| content.content_type.as_ref());
    if let (Some(content_type), []) = (stated, headers.get("content-type")) {
        lines.push(("Content-Type".to_owned(), content_type.to_string()));
    }
    lines
}
