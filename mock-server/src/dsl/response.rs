//! What a consumer needs back.

use pactwright_core::model::{Category, Response};
use pactwright_core::path::DocPath;
use pactwright_core::rules::{Rule, StatusClass, StatusCode};

use super::body::{BodyDraft, BodyValue, Example, Multipart, XmlBody, body_methods};
use super::headers::{HeaderDraft, state_content_type};
use super::mistake::{Mistake, Part, Place, Problem};
use super::pad::Pad;
use super::value::{StatusValue, TextValue, Written};

/// A response, as the consumer needs it.
///
/// Only what is said counts: the provider may send more headers, and more members in JSON objects.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::ResponseBuilder;
///
/// /// What our client does with every refusal.
/// fn refusal(response: ResponseBuilder, title: &str) -> ResponseBuilder {
///     response.header("content-type", "application/problem+json").json(json!({ "title": string(title) }))
/// }
/// let response = refusal(not_found(), "no such order");
/// # let _ = response;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a response says something only where it is part of an interaction: pass it to `.respond(..)`"]
pub struct ResponseBuilder {
    status: Written<TextValue>,
    class: Option<Written<StatusClass>>,
    headers: HeaderDraft,
    body: BodyDraft,
}

/// A response with any status from 200 to 599, or a matcher for it.
///
/// ```
/// # use pactwright::prelude::*;
/// let response = status(418).text("a teapot");
/// # let _ = response;
/// ```
#[track_caller]
pub fn status(code: impl Into<StatusValue>) -> ResponseBuilder {
    let status = Written::here(TextValue::from(code.into()));
    ResponseBuilder { status, class: None, headers: HeaderDraft::default(), body: BodyDraft::default() }
}

macro_rules! statuses {
    ($($function:ident $code:literal $name:literal;)+) => {
        $(
            #[doc = concat!("A response with status ", $code, " ", $name, ".")]
            ///
            /// ```
            /// # use pactwright::prelude::*;
            #[doc = concat!("let response = ", stringify!($function), "();")]
            /// # let _ = response;
            /// ```
            #[track_caller]
            pub fn $function() -> ResponseBuilder {
                status($code)
            }
        )+
    };
}

statuses! {
    ok 200 "OK";
    created 201 "Created";
    accepted 202 "Accepted";
    no_content 204 "No Content";
    not_modified 304 "Not Modified";
    bad_request 400 "Bad Request";
    unauthorized 401 "Unauthorized";
    forbidden 403 "Forbidden";
    not_found 404 "Not Found";
    conflict 409 "Conflict";
    gone 410 "Gone";
    unprocessable 422 "Unprocessable Content";
    too_many_requests 429 "Too Many Requests";
    internal_server_error 500 "Internal Server Error";
    service_unavailable 503 "Service Unavailable";
}

impl ResponseBuilder {
    /// Any status of a class will do; the mock answers with the one that was given.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let response = status(422).any_status_in(StatusClass::ClientError);
    /// # let _ = response;
    /// ```
    #[track_caller]
    pub fn any_status_in(self, class: StatusClass) -> Self {
        Self { class: Some(Written::here(class)), ..self }
    }

    /// A header that the consumer needs, with this value. Given several times, it comes several times, in that order.
    ///
    /// `Content-Length` goes into the contract as it is given; the mock sends that of the body which it sends. Only to
    /// `HEAD`, where no body follows, it sends the one of the contract.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let response = created().header("location", regex("/orders/7", r"/orders/\d+"));
    /// # let _ = response;
    /// ```
    #[track_caller]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<TextValue>) -> Self {
        self.headers.push(name.into(), Written::here(value.into()));
        self
    }

    /// The body must be empty. Where nothing is said about the body, any will do.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let response = ok().without_body();
    /// # let _ = response;
    /// ```
    #[track_caller]
    pub fn without_body(self) -> Self {
        self.with_body(BodyValue::Empty)
    }

    /// The line that says something about a part.
    pub(super) fn line_of(&self, part: &Part) -> Option<String> {
        match part {
            Part::Status => Some(match &self.class {
                Some(class) => class.source.to_string(),
                None => self.status.line(),
            }),
            Part::Header(name) => {
                self.headers.line_of(name).or_else(|| self.body.line_of(&DocPath::default()))
            }
            Part::Body(path) => self.body.line_of(path),
            Part::Method | Part::Path | Part::Query(_) | Part::Metadata(_) | Part::Whole => None,
        }
    }

    pub(super) fn resolve(&self, interaction: &str, mistakes: &mut Vec<Mistake>) -> Response {
        let mut pad = Pad::http(interaction, Place::Response, mistakes);
        let status = self.resolve_status(&mut pad);
        let mut headers = self.headers.resolve(&mut pad);
        let body = self.body.resolve(&mut pad, headers.content_type().as_ref());
        if let (204 | 304, Some(source), false) = (status, self.body.source(), body.bytes().is_empty()) {
            pad.mistake(Part::Body(DocPath::default()), Problem::NoBodyThere(status), source);
        }
        state_content_type(&mut headers, &body);
        let Pad { rules, generators, .. } = pad;
        Response { status, headers, body, rules, generators, ..Response::default() }
    }

    fn resolve_status(&self, pad: &mut Pad<'_>) -> u16 {
        let source = self.status.source;
        let values = pad.text(Category::Status, &Part::Status, "", &self.status);
        let text = values.join(" ");
        let Ok(code @ 200..600) = text.parse() else {
            pad.mistake(Part::Status, Problem::Status(text), source);
            return 200;
        };
        if let Some(Written { value: class, source }) = &self.class {
            if !class.contains(code) {
                let class = class.clone();
                pad.mistake(Part::Status, Problem::StatusOutsideClass { code, class }, source);
            }
            let rule = Rule::StatusCode(StatusCode { class: class.clone() });
            pad.rules.insert(Category::Status, "", rule);
        }
        code
    }
}

body_methods!(ResponseBuilder, "ok()", "the body of the response");
