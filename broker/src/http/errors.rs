//! Refusals: one envelope for all of them, in the two forms that clients know.

use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use pactwright_core::broker_api::{Notice, NoticeKind, Problem, ProblemItem};
use serde_json::{Value, json};

use super::{access::Challenge, answer::Answer, media};
use crate::{
    domain::{
        access::Denied,
        commands::{Conflict, Rejection},
        model::SecretField,
    },
    rebuild::RebuildError,
    store::StoreError,
    writer::Refusal,
};

/// Why a request is not answered as it wished.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Fields of the body or parameters are wrong.
    Invalid(FieldErrors),
    /// Parameters are wrong, told as a plain list.
    InvalidList(Vec<String>),
    /// A status with one sentence.
    Told(StatusCode, String),
    /// A status with one sentence in plain text.
    Plain(StatusCode, String),
    /// There is no such thing.
    NotFound,
    /// Contracts cannot be published.
    Conflicts { notices: Vec<Notice>, errors: Vec<String> },
    /// The path cannot be.
    Path(StatusCode, &'static str),
    /// Something is wrong with the broker; the details are in the log under the reference.
    Internal { reference: String },
    /// Come back later.
    Busy(String),
    /// It has to be said who asks, or what was said is not right.
    Unauthorised(Challenge),
    /// Whoever asks may not do it.
    Denied(Box<Denied>),
    /// Too many attempts to log in have failed.
    TooManyAttempts(Duration),
    /// Whoever asks sends too many requests.
    TooManyRequests(Duration),
}

/// What is wrong with which field.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct FieldErrors {
    entries: Vec<(String, String)>,
    in_parameters: bool,
    /// The status, where it is not 400.
    status: Option<StatusCode>,
}

impl FieldErrors {
    pub(crate) fn add(&mut self, field: &str, message: impl Into<String>) {
        self.entries.push((field.to_owned(), message.into()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// An error if there is one.
    pub(crate) fn check(self) -> Result<(), Failure> {
        if self.is_empty() { Ok(()) } else { Err(Failure::Invalid(self)) }
    }

    /// Marks the fields as parameters of the path or the query.
    pub(crate) fn in_parameters(mut self) -> Self {
        self.in_parameters = true;
        self
    }

    /// Refuses with another status than 400.
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    fn status(&self) -> StatusCode {
        self.status.unwrap_or(StatusCode::BAD_REQUEST)
    }

    pub(crate) fn one(field: &str, message: impl Into<String>) -> Failure {
        let mut errors = Self::default();
        errors.add(field, message);
        Failure::Invalid(errors)
    }

    /// Messages by field; a slash in a field's name is a step into it.
    fn tree(&self) -> Value {
        let mut tree = json!({});
        for (field, message) in &self.entries {
            if let Some(Value::Array(messages)) = tree.pointer_mut(&format!("/{field}")) {
                messages.push(json!(message));
                continue;
            }
            put(&mut tree, &mut field.split('/'), json!([message]));
        }
        tree
    }

    fn items(&self, base: &str) -> Vec<ProblemItem> {
        self.entries
            .iter()
            .map(|(field, message)| {
                let (what, title) = if self.in_parameters {
                    ("request-parameter", "Invalid query parameter")
                } else {
                    ("body-property", "Invalid body parameter")
                };
                let kind = if message.contains("missing") {
                    format!("missing-{what}")
                } else if message.contains("format") {
                    format!("invalid-{what}-format")
                } else {
                    format!("invalid-{what}-value")
                };
                let mut item = ProblemItem {
                    kind: format!("{base}/problems/{kind}"),
                    title: title.to_owned(),
                    detail: message.clone(),
                    ..ProblemItem::default()
                };
                if self.in_parameters {
                    item.parameter = Some(field.clone());
                } else {
                    item.pointer = Some(format!("/{}", field.replace('.', "/")));
                }
                item
            })
            .collect()
    }
}

/// Puts a value into an object, under names one inside the other.
fn put(place: &mut Value, names: &mut dyn Iterator<Item = &str>, value: Value) {
    match names.next() {
        None => *place = value,
        Some(name) => {
            if !place.is_object() {
                *place = json!({});
            }
            put(&mut place[name], names, value);
        }
    }
}

impl Failure {
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::Told(StatusCode::BAD_REQUEST, message.into())
    }

    pub(crate) fn unknown(role: &str, name: &str) -> Self {
        Self::Told(StatusCode::NOT_FOUND, format!("No {role} with name '{name}' found"))
    }

    /// Something that should not happen: logged under a reference, and nothing of it told.
    pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let reference: String = uuid::Uuid::new_v4().simple().to_string().chars().take(10).collect();
        tracing::error!(reference, error, "a request failed");
        Self::Internal { reference }
    }

    /// The answer, in the form that the client accepts.
    pub(crate) fn into_answer(self, headers: &HeaderMap, base: &str) -> Answer {
        let problem = media::wants_problem(headers);
        match self {
            Self::Invalid(errors) if problem => problem_answer(&Problem {
                errors: errors.items(base),
                instance: Some("/".to_owned()),
                status: errors.status().as_u16(),
                ..validation_problem(base)
            }),
            Self::Invalid(errors) => body(errors.status(), &json!({ "errors": errors.tree() })),
            Self::InvalidList(messages) if problem => {
                let items = messages.into_iter().map(|detail| ProblemItem {
                    kind: format!("{base}/problems/invalid-request-parameter-value"),
                    title: "Invalid query parameter".to_owned(),
                    detail,
                    ..ProblemItem::default()
                });
                let instance = Some("/".to_owned());
                problem_answer(&Problem { errors: items.collect(), instance, ..validation_problem(base) })
            }
            Self::InvalidList(messages) => body(StatusCode::BAD_REQUEST, &json!({ "errors": messages })),
            Self::Told(status, message) => told(problem, status, &message, base),
            Self::Plain(status, message) if problem => told(problem, status, &message, base),
            Self::Plain(status, message) => {
                let mut answer = Answer::text(message).status(status);
                answer.content_type = Some("text/plain;charset=utf-8".to_owned());
                answer
            }
            Self::NotFound => {
                let mut answer = told(
                    problem,
                    StatusCode::NOT_FOUND,
                    "The requested document was not found on this server.",
                    base,
                );
                answer.content_type.get_or_insert_with(|| "application/json;charset=utf-8".to_owned());
                answer
            }
            Self::Conflicts { notices, errors } => {
                let value = json!({ "notices": notices, "errors": { "contracts": errors } });
                let mut answer = body(StatusCode::CONFLICT, &value);
                answer.content_type = Some("application/json;charset=utf-8".to_owned());
                answer
            }
            Self::Path(status, detail) => problem_answer(&custom_problem(status, detail, base)),
            Self::Internal { reference } => {
                let message = format!(
                    "An error has occurred. The details have been logged with the reference {reference}"
                );
                if problem {
                    problem_answer(&Problem {
                        title: "Server error".to_owned(),
                        kind: format!("{base}/problems/server-error"),
                        detail: Some(message),
                        status: 500,
                        ..Problem::default()
                    })
                } else {
                    let value = json!({ "error": { "message": message, "reference": reference } });
                    body(StatusCode::INTERNAL_SERVER_ERROR, &value)
                }
            }
            Self::Busy(message) => told(problem, StatusCode::SERVICE_UNAVAILABLE, &message, base)
                .header(header::RETRY_AFTER, "1"),
            Self::Unauthorised(challenge) => {
                told(problem, StatusCode::UNAUTHORIZED, &challenge.to_string(), base)
                    .header(header::WWW_AUTHENTICATE, challenge.header())
            }
            Self::Denied(denied) => told(problem, StatusCode::FORBIDDEN, &denied.to_string(), base),
            Self::TooManyAttempts(pause) => {
                let seconds = whole_seconds(pause);
                let why = format!(
                    "Too many attempts to log in have failed; what is sent now is not looked at. Try again in {seconds} seconds."
                );
                told(problem, StatusCode::TOO_MANY_REQUESTS, &why, base)
                    .header(header::RETRY_AFTER, seconds.to_string())
            }
            Self::TooManyRequests(pause) => {
                let seconds = whole_seconds(pause);
                let why = format!(
                    "Too many requests were sent with these credentials, or from this address without any; nothing was done. \
                     Try again in {seconds} seconds."
                );
                told(problem, StatusCode::TOO_MANY_REQUESTS, &why, base)
                    .header(header::RETRY_AFTER, seconds.to_string())
            }
        }
    }
}

/// Rounded up: who comes so much later is not told to wait again.
fn whole_seconds(pause: Duration) -> u64 {
    pause.as_secs() + u64::from(pause.subsec_nanos() > 0).max(u64::from(pause.is_zero()))
}

fn validation_problem(base: &str) -> Problem {
    Problem {
        title: "Validation errors".to_owned(),
        kind: format!("{base}/problems/validation-error"),
        status: 400,
        ..Problem::default()
    }
}

fn custom_problem(status: StatusCode, detail: &str, base: &str) -> Problem {
    let slug = match status {
        StatusCode::NOT_FOUND => "not-found",
        StatusCode::CONFLICT => "conflict",
        StatusCode::METHOD_NOT_ALLOWED => "method-not-allowed",
        StatusCode::NOT_ACCEPTABLE => "not-acceptable",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported-media-type",
        StatusCode::TOO_MANY_REQUESTS => "too-many-requests",
        status if status.is_server_error() => "server-error",
        StatusCode::UNPROCESSABLE_ENTITY => "invalid-request-parameter-value",
        _ => "bad-request",
    };
    let title = status.canonical_reason().unwrap_or("Error").to_owned();
    let kind = format!("{base}/problem/{slug}");
    Problem { title, kind, detail: Some(detail.to_owned()), status: status.as_u16(), ..Problem::default() }
}

fn told(problem: bool, status: StatusCode, message: &str, base: &str) -> Answer {
    if problem {
        problem_answer(&custom_problem(status, message, base))
    } else {
        body(status, &json!({ "error": message }))
    }
}

fn problem_answer(problem: &Problem) -> Answer {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
    let value = serde_json::to_value(problem).unwrap_or_default();
    let mut answer = body(status, &value);
    answer.content_type = Some(format!("{};charset=utf-8", media::PROBLEM));
    answer
}

fn body(status: StatusCode, value: &Value) -> Answer {
    let mut answer = Answer::text(value.to_string()).status(status);
    answer.content_type = None;
    answer
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::internal(&error)
    }
}

impl From<RebuildError> for Failure {
    fn from(error: RebuildError) -> Self {
        match error {
            forgotten @ RebuildError::Forgotten { .. } => Self::Told(StatusCode::GONE, forgotten.to_string()),
            busy @ RebuildError::Busy => Self::Busy(busy.to_string()),
            error => Self::internal(&error),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Rejected(rejection) => rejection.into(),
            unreadable @ Refusal::Unreadable(_) => Self::bad_request(unreadable.to_string()),
            // Why is in the log, from when it happened.
            failed @ Refusal::Store(_) => Self::Told(StatusCode::SERVICE_UNAVAILABLE, failed.to_string()),
            busy @ (Refusal::Busy | Refusal::Stopping) => Self::Busy(busy.to_string()),
            failed => Self::internal(&failed),
        }
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::UnknownParticipant { name } => Self::unknown("pacticipant", &name),
            Rejection::NotFound { .. } => Self::NotFound,
            taken @ Rejection::EnvironmentNameTaken { .. } => FieldErrors::one("name", taken.to_string()),
            secret @ Rejection::SecretOfOtherReceiver => FieldErrors::one("request.url", secret.to_string()),
            Rejection::NoSecretToKeep { ref field } => {
                let place = match field {
                    SecretField::Header(_) => "request.headers",
                    SecretField::Password => "request.password",
                    SecretField::SigningSecret => "request.signingSecret",
                    SecretField::Named(_) => "request.secrets",
                };
                FieldErrors::one(place, rejection.to_string())
            }
            nothing @ Rejection::NothingToRetry { .. } => {
                Self::Told(StatusCode::CONFLICT, nothing.to_string())
            }
            Rejection::Conflicts { conflicts } => {
                let errors: Vec<_> = conflicts.iter().map(Conflict::to_string).collect();
                let notices =
                    errors.iter().map(|text| Notice::new(NoticeKind::Error, text.clone())).collect();
                Self::Conflicts { notices, errors }
            }
            Rejection::Denied(denied) => Self::Denied(denied),
            first @ Rejection::FirstIsNoAdministrator => FieldErrors::one("grants", first.to_string()),
            first @ Rejection::FirstHasNoPassword => FieldErrors::one("password", first.to_string()),
            unknown @ Rejection::UnknownTeam { .. } => FieldErrors::one("team", unknown.to_string()),
            owns @ Rejection::TeamOwns { .. } => Self::Told(StatusCode::CONFLICT, owns.to_string()),
            flaw @ Rejection::Flaw(_) => Self::internal(&flaw),
        }
    }
}
