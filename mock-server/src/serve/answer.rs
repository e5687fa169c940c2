//! What a mock answers.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap,
    HeaderName, HeaderValue, ORIGIN,
};
use hyper::{Method, Response, StatusCode};
use pactwright_core::generators::{Context, Mode, apply_to_response, makes_anew};
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::matching::{ActualRequest, ActualResponse};
use pactwright_core::model;
use pactwright_core::report::{Detail, Mismatch, Part};

use crate::chance;
use crate::report::{Closest, Failure, InteractionName, Unmatched, request_line};

pub(super) type Answer = Response<Full<Bytes>>;

/// The header that says that an answer is the mock's own, and why.
const X_PACT: HeaderName = HeaderName::from_static("x-pact");

/// The response of an interaction, ready to be sent, or to be made anew for every request.
pub(super) enum Prepared {
    Fixed(Fixed),
    Anew(Box<Anew>),
}

/// A response that is made anew for every request.
pub(super) struct Anew {
    response: model::Response,
    context: Context,
    length: Length,
}

/// What becomes of a `Content-Length` in a contract.
#[derive(Clone, Copy)]
enum Length {
    /// It is sent: that of the body which `HEAD` leaves out.
    Stated,
    /// The server counts. What a contract says is the length of some other body, recorded once, and would break off
    /// the one that is sent, or have the client wait for more.
    Counted,
}

impl Length {
    fn of(request: &model::Request, response: &model::Response) -> Self {
        let left_out =
            request.method.eq_ignore_ascii_case(Method::HEAD.as_str()) && response.body.bytes().is_empty();
        if left_out { Self::Stated } else { Self::Counted }
    }
}

/// A response as it is sent.
pub(super) struct Fixed {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Prepared {
    /// `url` is where the mock is.
    pub(super) fn new(request: &model::Request, response: &model::Response, url: &str) -> Self {
        let length = Length::of(request, response);
        if makes_anew(&response.generators, &response.rules, Mode::Consumer) {
            let context = Context::consumer(Some(url.to_owned()));
            Self::Anew(Box::new(Anew { response: response.clone(), context, length }))
        } else {
            Self::Fixed(Fixed::new(response, length))
        }
    }

    pub(super) fn answer(&self) -> Answer {
        match self {
            Self::Fixed(fixed) => fixed.answer(),
            Self::Anew(anew) => {
                let Anew { response, context, length } = anew.as_ref();
                // What cannot be made was found out when the mock was started.
                let made = apply_to_response(response, context, &mut chance::source()).example;
                Fixed::new(&made, *length).answer()
            }
        }
    }
}

impl Fixed {
    fn new(response: &model::Response, length: Length) -> Self {
        let actual = ActualResponse::from(response);
        let mut headers = HeaderMap::new();
        for (name, value) in &actual.headers {
            // The contract was checked: every name and value can travel.
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
            {
                headers.append(name, value);
            }
        }
        if matches!(length, Length::Counted) {
            headers.remove(CONTENT_LENGTH);
        }
        // A consumer that runs in a browser, or pretends to, may read the answer.
        if !headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        Self {
            status: StatusCode::from_u16(actual.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers,
            body: actual.body.into(),
        }
    }

    fn answer(&self) -> Answer {
        let mut answer = Response::new(Full::new(self.body.clone()));
        *answer.status_mut() = self.status;
        *answer.headers_mut() = self.headers.clone();
        answer
    }
}

/// Whether a browser asks if it may send another request.
pub(super) fn is_preflight(request: &ActualRequest) -> bool {
    request.method == Method::OPTIONS.as_str()
        && header(request, &ORIGIN).is_some()
        && header(request, &ACCESS_CONTROL_REQUEST_METHOD).is_some()
}

/// Allows a browser what it asks for.
pub(super) fn preflight(request: &ActualRequest) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    for (allowed, asked) in [
        (ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN),
        (ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_REQUEST_METHOD),
        (ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS),
    ] {
        if let Some(value) = header(request, &asked).and_then(|value| HeaderValue::from_str(value).ok()) {
            answer.headers_mut().insert(allowed, value);
        }
    }
    answer
}

pub(super) fn header<'r>(request: &'r ActualRequest, name: &HeaderName) -> Option<&'r str> {
    request.headers.iter().find(|(other, _)| other == name.as_str()).map(|(_, value)| value.as_str())
}

/// Why the mock answers by itself, as clients know it from the `X-Pact` header.
#[derive(Clone, Copy)]
enum Reason {
    /// An interaction has that method and path, but something else differs.
    Mismatch,
    /// No interaction has that method and path.
    Unexpected,
    /// The body is too long.
    TooLarge,
    /// The request could not be read.
    BrokenOff,
    /// A stub has no answer.
    #[cfg(feature = "standalone")]
    Nothing,
    /// A stub does not understand which provider state is meant.
    #[cfg(feature = "standalone")]
    NoSuchState,
}

impl Reason {
    fn header(self) -> &'static str {
        match self {
            Self::Mismatch => "Request-Mismatch",
            Self::Unexpected => "Unexpected-Request",
            Self::TooLarge => "Request-Too-Large",
            Self::BrokenOff => "Broken-Request",
            #[cfg(feature = "standalone")]
            Self::Nothing => "No-Response",
            #[cfg(feature = "standalone")]
            Self::NoSuchState => "Invalid-Provider-State",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Mismatch | Self::Unexpected => StatusCode::INTERNAL_SERVER_ERROR,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokenOff => StatusCode::BAD_REQUEST,
            #[cfg(feature = "standalone")]
            Self::NoSuchState => StatusCode::BAD_REQUEST,
            #[cfg(feature = "standalone")]
            Self::Nothing => StatusCode::NOT_FOUND,
        }
    }
}

/// Answers what went wrong, so that the consumer's own log explains it.
pub(super) fn failure(failure: &Failure) -> Answer {
    let reason = match failure {
        Failure::Unmatched(unmatched) => match &unmatched.closest {
            Some(closest) if !closest.mismatches.iter().any(|mismatch| is_address(mismatch.part)) => {
                Reason::Mismatch
            }
            _ => Reason::Unexpected,
        },
        Failure::TooLarge { .. } => Reason::TooLarge,
        Failure::BrokenOff { .. }
        | Failure::NotHttp { .. }
        | Failure::NeverRequested(_)
        | Failure::Omitted { .. }
        | Failure::NotSaved(_)
        | Failure::Stopped => Reason::BrokenOff,
    };
    let unmatched = match failure {
        Failure::Unmatched(unmatched) => Some(unmatched.as_ref()),
        _ => None,
    };
    explain(reason, &failure.to_string(), unmatched)
}

/// Answers that a stub has no response for a request, and what came closest.
#[cfg(feature = "standalone")]
pub(super) fn nothing(unmatched: &Unmatched, message: &str) -> Answer {
    explain(Reason::Nothing, message, Some(unmatched))
}

/// Answers that the provider state that a request names cannot be understood.
#[cfg(feature = "standalone")]
pub(super) fn no_such_state(message: &str) -> Answer {
    explain(Reason::NoSuchState, message, None)
}

fn explain(reason: Reason, message: &str, unmatched: Option<&Unmatched>) -> Answer {
    let mut body = ObjectBuf::new();
    body.insert("error", reason.header());
    body.insert("message", message);
    if let Some(Unmatched { request, closest }) = unmatched {
        body.insert("request", request_line(request));
        body.insert(
            "closest",
            closest.as_ref().map_or(Json::Null, |closest| describe_closest(closest, request)),
        );
    }
    let mut answer = Response::new(Full::from(Json::Object(body).to_pretty()));
    *answer.status_mut() = reason.status();
    let headers = answer.headers_mut();
    headers.insert(X_PACT, HeaderValue::from_static(reason.header()));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

/// Whether that part says where a request goes.
pub(crate) fn is_address(part: Part) -> bool {
    matches!(part, Part::Method | Part::Path)
}

fn describe_closest(closest: &Closest, actual: &ActualRequest) -> JsonBuf {
    let InteractionName { description, states, request } = &closest.interaction;
    let mut described = ObjectBuf::new();
    described.insert("description", description.as_str());
    described.insert(
        "providerStates",
        Json::Array(states.iter().map(|state| Json::from(state.name.as_str())).collect()),
    );
    described.insert("request", request.as_str());
    described.insert("mismatches", Json::Array(closest.mismatches.iter().map(describe_mismatch).collect()));
    let diff = closest.report(actual).lines();
    if !diff.is_empty() {
        described.insert("diff", Json::Array(diff.iter().map(|line| line.to_string().into()).collect()));
    }
    Json::Object(described)
}

fn describe_mismatch(mismatch: &Mismatch) -> JsonBuf {
    let (expected, actual) = mismatch.detail.sides();
    let mut described = ObjectBuf::new();
    described.insert("part", mismatch.part.as_str());
    described.insert("path", mismatch.location.as_str());
    described.insert("expected", expected.unwrap_or_default());
    described.insert("actual", actual.unwrap_or_default());
    if let Detail::Refused { rule, .. } = &mismatch.detail {
        described.insert("rule", rule.definition());
    }
    described.insert("message", mismatch.to_string());
    Json::Object(described)
}
