//! Reading members of a request's body, with one way to say what is wrong with them.

use pactwright_core::{
    json::{Json, Object},
    names::InvalidName,
};

use super::errors::FieldErrors;

/// A text that has to be there, as a name of some kind.
pub(crate) fn required<N: std::str::FromStr<Err = InvalidName>>(
    object: &Object<'_>,
    field: &str,
    errors: &mut FieldErrors,
) -> Option<N> {
    match object.get(field) {
        None => {
            errors.add(field, "is missing");
            None
        }
        Some(Json::Null) => {
            errors.add(field, "cannot be blank");
            None
        }
        Some(_) => optional(object, field, errors),
    }
}

/// A text that may be there, as a name of some kind.
pub(crate) fn optional<N: std::str::FromStr<Err = InvalidName>>(
    object: &Object<'_>,
    field: &str,
    errors: &mut FieldErrors,
) -> Option<N> {
    match object.get(field)? {
        Json::Null => None,
        Json::String(text) => {
            text.parse().map_err(|error: InvalidName| errors.add(field, error.to_string())).ok()
        }
        _ => {
            errors.add(field, "must be a string");
            None
        }
    }
}

/// A text of one line that may be there: absent, set to nothing, or set.
#[expect(clippy::option_option, reason = "absent and set to nothing are different wishes")]
pub(crate) fn line(object: &Object<'_>, field: &str, errors: &mut FieldErrors) -> Option<Option<String>> {
    match object.get(field)? {
        Json::Null => Some(None),
        Json::String(text) if text.contains(['\n', '\r']) => {
            errors.add(field, "cannot contain multiple lines");
            None
        }
        Json::String(text) if text.contains(char::is_control) => {
            errors.add(field, "cannot contain control characters");
            None
        }
        Json::String(text) => Some(Some(text.to_string())),
        _ => {
            errors.add(field, "must be a string");
            None
        }
    }
}

/// A text of one line that may be there. Numbers are taken as they are written: build tools send them.
pub(crate) fn line_or_number(object: &Object<'_>, field: &str, errors: &mut FieldErrors) -> Option<String> {
    match object.get(field) {
        Some(Json::Number(number)) => Some(number.to_string()),
        _ => line(object, field, errors).flatten(),
    }
}
