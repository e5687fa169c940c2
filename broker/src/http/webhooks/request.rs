//! Reading a webhook, with everything that can be wrong with it.

use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use pactwright_core::{
    json::{Json, ObjectBuf},
    names::ParticipantName,
};
use url::Url;

use super::Parties;
use crate::{
    domain::{
        model::{
            NamedSecret, Participant, RequestHeader, Secret, Side, WebhookDetails, WebhookEvent,
            WebhookRequest,
        },
        webhooks::{
            egress::Egress,
            template::{OPENING, SECRET_OPENING, is_secret_name, secrets_in},
        },
    },
    http::{
        call::Call,
        errors::{Failure, FieldErrors},
        fields,
    },
};

/// Where it is explained what may be gone to.
const SEE: &str = "See /doc/webhooks#whitelist for more information.";
/// How many headers a webhook may have.
const MOST_HEADERS: usize = 100;
/// How many bytes the body of a webhook may have: it is kept with the webhook, and filled in for each delivery.
const MOST_BODY: usize = 256 * 1024;
/// How long an address, a header's value, a name or a secret may be.
const MOST_TEXT: usize = 8 * 1024;
/// How many secrets with names a webhook may have.
const MOST_SECRETS: usize = 20;
/// A shorter secret with a name would turn up in any text, and could not be hidden there.
const SHORTEST_SECRET: usize = 4;
/// Headers that a request has anyway, or that would change where it ends.
const RESERVED_HEADERS: [&str; 7] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
    "idempotency-key",
    "x-pactwright-signature",
];

/// Reads a webhook. What the path says about whom it is for counts where the body says nothing.
pub(super) fn read(call: &Call, object: &ObjectBuf, parties: &Parties) -> Result<WebhookDetails, Failure> {
    let mut errors = FieldErrors::default();
    let description = fields::line(object, "description", &mut errors).flatten();
    if description.as_ref().is_some_and(|text| text.len() > MOST_TEXT) {
        errors.add("description", format!("cannot have more than {MOST_TEXT} bytes"));
    }
    let enabled = match object.get("enabled") {
        None | Some(Json::Null) => true,
        Some(Json::Bool(enabled)) => *enabled,
        Some(_) => {
            errors.add("enabled", "must be boolean");
            true
        }
    };
    let from_path = |participant: &Option<Arc<Participant>>| {
        participant.as_ref().map(|participant| Side::Name(participant.name.clone()))
    };
    let consumer = side(call, object, "consumer", &mut errors).or_else(|| from_path(&parties.consumer));
    let provider = side(call, object, "provider", &mut errors).or_else(|| from_path(&parties.provider));
    let events = events(object, &mut errors);
    let request = match object.get("request") {
        None => {
            errors.add("request", "is missing");
            None
        }
        Some(Json::Object(request)) => {
            Reader { egress: &call.broker.config().webhooks.egress, errors: &mut errors }.request(request)
        }
        Some(_) => {
            errors.add("request", "must be a hash");
            None
        }
    };
    match (errors.is_empty(), request) {
        (true, Some(request)) => Ok(WebhookDetails {
            description: description.filter(|text| !text.trim().is_empty()),
            enabled,
            consumer,
            provider,
            events,
            request,
        }),
        _ => Err(Failure::Invalid(errors)),
    }
}

fn side(call: &Call, object: &ObjectBuf, role: &str, errors: &mut FieldErrors) -> Option<Side> {
    let given = match object.get(role)? {
        Json::Null => return None,
        Json::Object(given) => given,
        _ => {
            errors.add(role, "must be a hash");
            return None;
        }
    };
    let text = |member: &str| given.get(member).filter(|value| **value != Json::Null).map(Json::as_str);
    match (text("name"), text("label")) {
        (Some(Some(name)), None) => match ParticipantName::new(name) {
            Ok(name) if call.state.participant(name.as_str()).is_some() => Some(Side::Name(name)),
            Ok(_) => {
                errors.add(&format!("{role}.name"), "does not match an existing pacticipant");
                None
            }
            Err(error) => {
                errors.add(&format!("{role}.name"), error.to_string());
                None
            }
        },
        (None, Some(Some(label))) if !label.trim().is_empty() => Some(Side::Label(label.to_owned())),
        (None, Some(Some(_))) => {
            errors.add(&format!("{role}.label"), "cannot be blank");
            None
        }
        (Some(_), Some(_)) => {
            errors.add(role, "must have either a name or a label, not both");
            None
        }
        (Some(None), None) => {
            errors.add(&format!("{role}.name"), "must be a string");
            None
        }
        (None, Some(None)) => {
            errors.add(&format!("{role}.label"), "must be a string");
            None
        }
        (None, None) => {
            errors.add(role, "must have a name or a label");
            None
        }
    }
}

fn events(object: &ObjectBuf, errors: &mut FieldErrors) -> Vec<WebhookEvent> {
    let items = match object.get("events") {
        None | Some(Json::Null) => return vec![WebhookEvent::ContractContentChanged],
        Some(Json::Array(items)) if items.is_empty() => {
            errors.add("events", "size cannot be less than 1");
            return Vec::new();
        }
        Some(Json::Array(items)) => items,
        Some(_) => {
            errors.add("events", "must be an array");
            return Vec::new();
        }
    };
    let mut events = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let name = item.get("name").and_then(Json::as_str);
        match name.and_then(WebhookEvent::named) {
            Some(event) if events.contains(&event) => {}
            Some(event) => events.push(event),
            None => {
                let known = WebhookEvent::ALL.map(WebhookEvent::name).join(", ");
                errors.add("events", format!("name must be one of: {known} (at index {index})"));
            }
        }
    }
    events
}

struct Reader<'a> {
    egress: &'a Egress,
    errors: &'a mut FieldErrors,
}

impl Reader<'_> {
    fn request(&mut self, object: &ObjectBuf) -> Option<WebhookRequest> {
        let method = self.method(object);
        let url = self.url(object);
        let headers = self.headers(object);
        let body = match object.get("body") {
            None | Some(Json::Null) => None,
            Some(body) => match serde_json::to_value(body) {
                Ok(body) if body.to_string().len() > MOST_BODY => {
                    self.errors.add("request.body", format!("cannot have more than {MOST_BODY} bytes"));
                    None
                }
                Ok(body) => Some(body),
                Err(_) => {
                    self.errors.add("request.body", "cannot be kept");
                    None
                }
            },
        };
        let username = self.text(object, "username");
        let password = self.text(object, "password").map(Secret::new);
        let signing_secret = self.text(object, "signingSecret").map(Secret::new);
        let named_secrets = self.named_secrets(object);
        let request = WebhookRequest {
            method: method?,
            url: url?,
            headers,
            body,
            username,
            password,
            signing_secret,
            named_secrets,
        };
        self.check_secrets_in_use(&request);
        Some(request)
    }

    fn named_secrets(&mut self, object: &ObjectBuf) -> Vec<NamedSecret> {
        let mut wrong = |what: String| self.errors.add("request.secrets", what);
        let given = match object.get("secrets") {
            None | Some(Json::Null) => return Vec::new(),
            Some(Json::Object(given)) => given,
            Some(_) => {
                wrong("must be a hash".to_owned());
                return Vec::new();
            }
        };
        let mut secrets: Vec<NamedSecret> = Vec::new();
        for (name, value) in given.iter() {
            let Some(value) = value.as_str() else {
                wrong(format!("{name:?} must have a string"));
                continue;
            };
            if !is_secret_name(name) {
                wrong(format!("{name:?} is no name: at most 64 of the characters A-Z, a-z, 0-9, _ and -"));
            } else if value.len() < SHORTEST_SECRET || value.len() > MOST_TEXT {
                wrong(format!("{name:?} must have {SHORTEST_SECRET} to {MOST_TEXT} bytes"));
            } else if value.chars().any(char::is_control) {
                wrong(format!("{name:?} cannot contain control characters"));
            } else {
                secrets.retain(|known| known.name != *name);
                secrets.push(NamedSecret { name: name.to_owned(), value: Secret::new(value) });
            }
        }
        if secrets.len() > MOST_SECRETS {
            wrong(format!("cannot be more than {MOST_SECRETS}"));
        }
        secrets
    }

    /// What is spoken of has to be there: otherwise the receiver would get the name of a secret.
    fn check_secrets_in_use(&mut self, request: &WebhookRequest) {
        let body = request.body.as_ref().map(serde_json::Value::to_string).unwrap_or_default();
        let headers = request.headers.iter().filter_map(|header| header.value.plain());
        let mut texts = vec![("request.url", request.url.as_str()), ("request.body", body.as_str())];
        texts.extend(headers.map(|value| ("request.headers", value)));
        texts.extend(request.username.as_deref().map(|value| ("request.username", value)));
        let password = request.password.as_ref().and_then(Secret::plain);
        texts.extend(password.map(|value| ("request.password", value)));
        for (field, text) in texts {
            for name in secrets_in(text) {
                if request.named_secrets.iter().all(|known| known.name != name) {
                    let what = format!("speaks of ${{secret.{name}}}, which is not in request.secrets");
                    self.errors.add(field, what);
                }
            }
        }
    }

    fn text(&mut self, object: &ObjectBuf, field: &str) -> Option<String> {
        match object.get(field)? {
            Json::Null => None,
            Json::String(text) if text.chars().any(char::is_control) => {
                self.errors.add(&format!("request.{field}"), "cannot contain control characters");
                None
            }
            Json::String(text) if text.len() > MOST_TEXT => {
                self.errors
                    .add(&format!("request.{field}"), format!("cannot have more than {MOST_TEXT} bytes"));
                None
            }
            Json::String(text) => Some(text.to_string()),
            _ => {
                self.errors.add(&format!("request.{field}"), "must be a string");
                None
            }
        }
    }

    fn needed(&mut self, object: &ObjectBuf, field: &str) -> Option<String> {
        if object.get(field).is_none() {
            self.errors.add(&format!("request.{field}"), "is missing");
            return None;
        }
        let text = self.text(object, field);
        if text.as_deref().is_none_or(|text| text.trim().is_empty()) {
            self.errors.add(&format!("request.{field}"), "cannot be blank");
            return None;
        }
        text
    }

    fn method(&mut self, object: &ObjectBuf) -> Option<String> {
        let method = self.needed(object, "method")?.trim().to_ascii_uppercase();
        let allowed = &self.egress.methods;
        if allowed.contains(&method) {
            return Some(method);
        }
        let text = match allowed.as_slice() {
            [only] => format!("must be {only}. {SEE}"),
            several => format!("must be one of {}. {SEE}", several.join(", ")),
        };
        self.errors.add("request.method", text);
        None
    }

    fn url(&mut self, object: &ObjectBuf) -> Option<String> {
        let text = self.needed(object, "url")?;
        let wrong = if is_host_templated(&text) {
            Some("cannot have a template parameter in the host".to_owned())
        } else {
            match Url::parse(&text) {
                Ok(url) => self.wrong_with(&url),
                Err(_) => Some("is not a valid URL eg. http://example.org".to_owned()),
            }
        };
        match wrong {
            Some(wrong) => {
                self.errors.add("request.url", wrong);
                None
            }
            None => Some(text),
        }
    }

    fn wrong_with(&self, url: &Url) -> Option<String> {
        let schemes = &self.egress.schemes;
        if !schemes.iter().any(|scheme| scheme == url.scheme()) {
            return Some(match schemes.as_slice() {
                [only] => format!("scheme must be {only}. {SEE}"),
                several => format!("scheme must be one of {}. {SEE}", several.join(", ")),
            });
        }
        if !url.has_host() {
            return Some("is not a valid URL eg. http://example.org".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Some(
                "cannot have a user name or a password; use username and password instead".to_owned(),
            );
        }
        if !self.egress.allows_host(url) {
            let quoted: Vec<_> = self.egress.hosts.iter().map(|rule| format!("\"{rule}\"")).collect();
            return Some(format!("host must be in the whitelist {}. {SEE}", quoted.join(", ")));
        }
        None
    }

    fn headers(&mut self, object: &ObjectBuf) -> Vec<RequestHeader> {
        let given = match object.get("headers") {
            None | Some(Json::Null) => return Vec::new(),
            Some(Json::Object(given)) => given,
            Some(_) => {
                self.errors.add("request.headers", "must be a hash");
                return Vec::new();
            }
        };
        if given.iter().count() > MOST_HEADERS {
            self.errors.add("request.headers", format!("cannot be more than {MOST_HEADERS}"));
            return Vec::new();
        }
        let mut headers: Vec<RequestHeader> = Vec::new();
        for (name, value) in given.iter() {
            let mut wrong = |what: &str| self.errors.add("request.headers", format!("{name:?} {what}"));
            let Ok(checked) = HeaderName::from_bytes(name.as_bytes()) else {
                wrong("is not the name of a header");
                continue;
            };
            if RESERVED_HEADERS.contains(&checked.as_str()) {
                wrong("is set by the broker");
                continue;
            }
            let value = match value {
                Json::String(value) => value.to_string(),
                Json::Null => String::new(),
                Json::Number(number) => number.to_string(),
                Json::Bool(value) => value.to_string(),
                _ => {
                    wrong("must have a string");
                    continue;
                }
            };
            if value.len() > MOST_TEXT {
                wrong(&format!("cannot have a value of more than {MOST_TEXT} bytes"));
                continue;
            }
            if HeaderValue::from_bytes(value.as_bytes()).is_err() {
                wrong("has a value that no header can have");
                continue;
            }
            let name = checked.as_str().to_owned();
            headers.retain(|known| known.name != name);
            headers.push(RequestHeader { name, value: Secret::new(value) });
        }
        headers
    }
}

/// Whether a variable stands before the path: then anybody who can name things could say where requests go.
fn is_host_templated(url: &str) -> bool {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = after_scheme.find(['/', '?', '#']).unwrap_or(after_scheme.len());
    let before_path = url.len() - after_scheme.len() + end;
    [OPENING, SECRET_OPENING].iter().any(|opening| url.find(opening).is_some_and(|at| at < before_path))
}
