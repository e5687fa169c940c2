use axum::body::Body;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use super::errors::Failure;

/// What is sent back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The media type, where it is not the one that was negotiated; an empty one is not sent.
    pub(crate) content_type: Option<String>,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A document; its media type is what was negotiated.
    pub(crate) fn document<T: Serialize + ?Sized>(value: &T) -> Result<Self, Failure> {
        let body = serde_json::to_vec(value).map_err(|error| Failure::internal(&error))?;
        Ok(Self { status: StatusCode::OK, content_type: None, headers: Vec::new(), body })
    }

    /// A document that is text already.
    pub(crate) fn text(body: String) -> Self {
        Self { status: StatusCode::OK, content_type: None, headers: Vec::new(), body: body.into_bytes() }
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, content_type: Some(String::new()), headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn no_content() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Made, and to be found there.
    pub(crate) fn created(self, location: impl Into<String>) -> Self {
        self.status(StatusCode::CREATED).header(header::LOCATION, location)
    }

    pub(crate) fn into_response(self, content_type: &str) -> Response<Body> {
        let content_type = self.content_type.unwrap_or_else(|| content_type.to_owned());
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        // A table without lines is a table, too.
        if !content_type.is_empty()
            && let Ok(value) = HeaderValue::try_from(content_type)
        {
            headers.insert(header::CONTENT_TYPE, value);
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        response
    }
}
