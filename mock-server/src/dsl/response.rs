//! What a consumer needs back.

use std::panic::Location;

use pactwright_core::model::{Category, MatchingRules, Response};
use pactwright_core::rules::{Rule, StatusClass, StatusCode};
use serde::Serialize;

use super::body::{self, BodyValue};
use super::mistake::{Mistake, Part, Place, Problem};
use super::request::headers;
use super::value::{TextValue, Written};

/// A response, as the consumer needs it.
///
/// Only what is said counts: the provider may send more headers, and more members in JSON objects.
#[derive(Debug, Clone)]
#[must_use = "a response says something only where it is part of an interaction: pass it to `.respond(..)`"]
pub struct ResponseBuilder {
    status: Written<u16>,
    class: Option<StatusClass>,
    headers: Vec<(String, Written<TextValue>)>,
    body: Option<Written<BodyValue>>,
}

/// A response with any status from 200 to 599.
#[track_caller]
pub fn status(code: u16) -> ResponseBuilder {
    let source = Location::caller();
    ResponseBuilder { status: Written { value: code, source }, class: None, headers: Vec::new(), body: None }
}

macro_rules! statuses {
    ($($function:ident $code:literal $name:literal;)+) => {
        $(
            #[doc = concat!("A response with status ", $code, " ", $name, ".")]
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
    pub fn any_status_in(self, class: StatusClass) -> Self {
        Self { class: Some(class), ..self }
    }

    /// A header that the consumer needs, with this value.
    #[track_caller]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<TextValue>) -> Self {
        self.headers.push((name.into(), Written { value: value.into(), source: Location::caller() }));
        self
    }

    /// A JSON body, with matchers where not the value itself is meant. Without a `Content-Type` header it is
    /// `application/json`.
    #[track_caller]
    pub fn json(mut self, body: impl Serialize) -> Self {
        self.body = Some(Written { value: BodyValue::json(&body), source: Location::caller() });
        self
    }

    /// A body of plain text, which must be equal.
    #[track_caller]
    pub fn text(self, body: impl Into<String>) -> Self {
        self.text_as("text/plain", body)
    }

    /// A body of text of another media type, such as `text/csv`.
    #[track_caller]
    pub fn text_as(mut self, media_type: impl Into<String>, body: impl Into<String>) -> Self {
        let value = BodyValue::Text(body.into(), media_type.into());
        self.body = Some(Written { value, source: Location::caller() });
        self
    }

    /// A body of bytes of a media type, such as `image/png`.
    #[track_caller]
    pub fn bytes(mut self, media_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        let value = BodyValue::Bytes(body.into(), media_type.into());
        self.body = Some(Written { value, source: Location::caller() });
        self
    }

    /// The body must be empty. Where nothing is said about the body, any will do.
    #[track_caller]
    pub fn without_body(mut self) -> Self {
        self.body = Some(Written { value: BodyValue::Empty, source: Location::caller() });
        self
    }

    pub(super) fn resolve(&self, interaction: &str, mistakes: &mut Vec<Mistake>) -> Response {
        let mut rules = MatchingRules::default();
        let code = self.status.value;
        let mut mistake = |problem| {
            mistakes.push(Mistake {
                interaction: interaction.to_owned(),
                place: Place::Response(Part::Status),
                problem,
                source_line: Some(self.status.source.to_string()),
            });
        };
        if !(200..600).contains(&code) {
            mistake(Problem::Status(code));
        }
        if let Some(class) = &self.class {
            if !class.contains(code) {
                let class = class.clone();
                mistake(Problem::StatusOutsideClass { code, class });
            }
            rules.insert(Category::Status, "", Rule::StatusCode(StatusCode { class: class.clone() }));
        }
        let mut headers = headers(&self.headers, interaction, Place::Response, &mut rules, mistakes);
        let body = body::resolve(
            self.body.as_ref(),
            interaction,
            Place::Response,
            &mut headers,
            &mut rules,
            mistakes,
        );
        Response { status: code, headers, body, rules, ..Response::default() }
    }
}
