//! Scripts in pages of other sites (<https://fetch.spec.whatwg.org/#http-cors-protocol>): none gets to see an answer unless
//! the settings name its site.
//!
//! What browsers keep for a site, such as a password that a person gave once, is never sent along
//! (`Access-Control-Allow-Credentials` is not said): a script brings its own token.

use http::{HeaderMap, HeaderValue, Method, header};

use super::answer::Answer;
use crate::config::WebOrigin;

/// What scripts may send beside what they always may.
const SENT: &str = "authorization, content-type, traceparent, x-request-id";
/// What scripts may see beside what they always may.
const SEEN: &str =
    "location, retry-after, www-authenticate, x-pact-broker-version, x-pactwright-version, x-request-id";
/// For how many seconds a browser need not ask again.
const KEPT: &str = "600";

/// Where a request comes from, if scripts from there may ask.
pub(super) fn allowed<'a>(origins: &[WebOrigin], headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    origins.iter().any(|known| known.as_str().as_bytes() == origin.as_bytes()).then_some(origin)
}

/// Whether a browser asks whether a script may ask. It says nothing yet about who asks.
pub(super) fn is_preflight(origins: &[WebOrigin], method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        && allowed(origins, headers).is_some()
}

/// The answer to that, beside the methods.
pub(super) fn permit(answer: Answer) -> Answer {
    answer.header(header::ACCESS_CONTROL_ALLOW_HEADERS, SENT).header(header::ACCESS_CONTROL_MAX_AGE, KEPT)
}

/// Lets scripts see an answer, where those of its origin may.
pub(super) fn show(origins: &[WebOrigin], asked_by: Option<HeaderValue>, headers: &mut HeaderMap) {
    if origins.is_empty() {
        return;
    }
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = asked_by {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(SEEN));
    }
}
