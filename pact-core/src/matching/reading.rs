//! A request that is held against several contracts.

use std::cell::OnceCell;

use super::ActualRequest;
use crate::json::{Json, JsonError};
use crate::xml::{Element, XmlError};

/// A request with what was found out about it: its body is parsed once, however many contracts it is held against, and
/// not before one of them asks.
///
/// ```
/// use pactwright_core::matching::{ActualRequest, CompiledRequest, Reading};
/// # use pactwright_core::model::Request;
/// # let contracts = [CompiledRequest::new(Request::default())?];
/// let request = ActualRequest { method: "GET".into(), path: "/".into(), ..ActualRequest::default() };
/// let reading = Reading::new(&request);
/// let fitting = contracts.iter().find(|contract| contract.matches(&reading));
/// # assert!(fitting.is_some());
/// # Ok::<(), pactwright_core::matching::CompileError>(())
/// ```
#[derive(Debug)]
pub struct Reading<'r> {
    request: &'r ActualRequest,
    json: OnceCell<Result<Json<'r>, JsonError>>,
    xml: OnceCell<Result<Element, XmlError>>,
}

impl<'r> Reading<'r> {
    /// A request of which nothing is known yet.
    pub fn new(request: &'r ActualRequest) -> Self {
        Self { request, json: OnceCell::new(), xml: OnceCell::new() }
    }

    /// The request.
    pub fn request(&self) -> &'r ActualRequest {
        self.request
    }

    /// The body as a JSON document (in UTF-8, as RFC 8259 has it), whatever the headers say that it is.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<&Json<'r>, &JsonError> {
        self.json.get_or_init(|| Json::parse(&self.request.body)).as_ref()
    }
}

/// A body, with the reading that it is part of where it is the body of a request.
#[derive(Clone, Copy)]
pub(super) struct Sent<'s, 'r> {
    pub(super) bytes: &'s [u8],
    reading: Option<&'s Reading<'r>>,
}

impl<'s, 'r> Sent<'s, 'r> {
    pub(super) fn of(reading: &'s Reading<'r>) -> Self {
        Self { bytes: &reading.request.body, reading: Some(reading) }
    }

    /// Whether it was parsed as JSON already, so that reading it again would be in vain.
    pub(super) fn is_parsed(self) -> bool {
        self.reading.is_some_and(|reading| reading.json.get().is_some())
    }

    /// What `then` says of the JSON document.
    pub(super) fn as_json<T>(self, then: impl FnOnce(Result<&Json<'_>, &JsonError>) -> T) -> T {
        match self.reading {
            Some(reading) => then(reading.json()),
            None => then(Json::parse(self.bytes).as_ref()),
        }
    }

    /// What `then` says of the XML document, which is in the encoding that it states itself.
    pub(super) fn as_xml<T>(self, then: impl FnOnce(Result<&Element, &XmlError>) -> T) -> T {
        let parse = || Element::parse_in(self.bytes, None);
        match self.reading {
            Some(reading) => then(reading.xml.get_or_init(parse).as_ref()),
            None => then(parse().as_ref()),
        }
    }
}

impl<'s> From<&'s [u8]> for Sent<'s, 's> {
    /// What nobody else will read.
    fn from(bytes: &'s [u8]) -> Self {
        Self { bytes, reading: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::read_request;
    use crate::matching::CompiledRequest;
    use crate::model::SpecVersion;

    #[test]
    fn what_was_parsed_for_one_is_what_another_finds_by_itself() {
        let contracts = [
            r#"{"content": {"a": 1}, "contentType": "application/json", "encoded": false}"#,
            r#"{"content": {"a": 2}, "contentType": "application/json", "encoded": false}"#,
            r#"{"content": "<a>1</a>", "contentType": "application/xml", "encoded": false}"#,
            r#"{"content": "<a>2</a>", "contentType": "application/xml", "encoded": false}"#,
            r#"{"content": "a=1", "contentType": "application/x-www-form-urlencoded", "encoded": false}"#,
            r#"{"content": "plain", "contentType": "text/plain", "encoded": false}"#,
        ];
        let contracts = contracts.map(|body| {
            let text = format!(r#"{{"method": "POST", "path": "/", "body": {body}}}"#);
            let expected = Json::parse(text.as_bytes()).unwrap().into_owned();
            CompiledRequest::new(read_request(expected, SpecVersion::V4).unwrap()).unwrap()
        });
        for body in [r#"{"a": 1}"#, r#"{"a": "#, "<a>2</a>", "<a>", "a=1", "plain", "null", "", "\u{e9}"] {
            for stated in
                [None, Some("application/json"), Some("application/xml; charset=latin1"), Some("text/plain")]
            {
                let headers = stated.map(|stated| ("content-type".to_owned(), stated.to_owned()));
                let request = ActualRequest {
                    method: "POST".to_owned(),
                    path: "/".to_owned(),
                    headers: headers.into_iter().collect(),
                    body: body.as_bytes().to_vec(),
                    ..ActualRequest::default()
                };
                let shared = Reading::new(&request);
                let _ = shared.json();
                for contract in &contracts {
                    let alone = contract.mismatches(&request);
                    assert_eq!(contract.mismatches_of(&shared), alone, "{body} as {stated:?}");
                    assert_eq!(contract.matches(&shared), alone.is_empty(), "{body} as {stated:?}");
                }
            }
        }
    }
}
