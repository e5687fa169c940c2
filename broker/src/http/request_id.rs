//! What a request is called in every line of the log that is about it, and which trace it belongs to.

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use crate::tokens::without_tokens;

pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ones are not for people to look for.
const LONGEST: usize = 128;

/// What the client calls its request, where that can be put into a log; otherwise something new.
pub(super) fn of(headers: &HeaderMap) -> HeaderValue {
    let given = headers.get(HEADER).filter(|value| {
        let bytes = value.as_bytes();
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=@~".contains(byte);
        // Whoever puts a token there has it nowhere in a log.
        let is_token = || value.to_str().is_ok_and(|text| without_tokens(text) != text);
        (1..=LONGEST).contains(&bytes.len()) && bytes.iter().all(is_plain) && !is_token()
    });
    given.cloned().unwrap_or_else(|| {
        let made = Uuid::new_v4().simple().to_string();
        HeaderValue::from_str(&made).unwrap_or(HeaderValue::from_static("-"))
    })
}

/// The identifier of the trace that the client's request belongs to, as W3C Trace Context has it in `traceparent`.
pub(super) fn trace(headers: &HeaderMap) -> Option<&str> {
    let mut parts = headers.get("traceparent")?.to_str().ok()?.trim().split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_some = |text: &str| text.bytes().any(|byte| byte != b'0');
    let is_right = is_hex(version, 2)
        && version != "ff"
        && is_hex(trace, 32)
        && is_some(trace)
        && is_hex(span, 16)
        && is_some(span)
        && is_hex(flags, 2)
        // Later versions may have more.
        && (version != "00" || parts.next().is_none());
    is_right.then_some(trace)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::{HEADER, of, trace};

    #[test]
    fn a_sane_name_is_kept_and_any_other_replaced() {
        let long = "a".repeat(129);
        for (given, kept) in [
            (Some("build-7/step.2"), true),
            (Some("a b"), false),
            (Some("\"quoted\""), false),
            (Some(""), false),
            (Some("pactw_0123456789_secret"), false),
            (Some(long.as_str()), false),
            (None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(given) = given {
                headers.insert(HEADER, HeaderValue::from_str(given).unwrap());
            }
            let name = of(&headers);
            assert_eq!(given.is_some_and(|given| name == given), kept, "{given:?}");
            assert!(kept || name.len() == 32, "{name:?}");
        }
    }

    #[test]
    fn traces_are_read_as_they_are_specified() {
        const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
        let zero = "0".repeat(32);
        for (given, expected) in [
            (format!("00-{TRACE}-00f067aa0ba902b7-01"), Some(TRACE)),
            (format!("01-{TRACE}-00f067aa0ba902b7-01-more"), Some(TRACE)),
            (format!("00-{TRACE}-00f067aa0ba902b7-01-more"), None),
            (format!("ff-{TRACE}-00f067aa0ba902b7-01"), None),
            (format!("00-{zero}-00f067aa0ba902b7-01"), None),
            (format!("00-{TRACE}-0000000000000000-01"), None),
            (format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()), None),
            ("nonsense".to_owned(), None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", HeaderValue::from_str(&given).unwrap());
            assert_eq!(trace(&headers), expected, "{given}");
        }
    }
}
