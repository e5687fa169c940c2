//! What browsers are told to keep to with what they are sent.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};

use super::media::Media;

const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What a page may do that has this text in its only element `style`: it runs nothing, asks nobody for anything, sends
/// nothing, and is shown in nobody else's page.
pub(super) fn policy_of_page(style: &str) -> String {
    let digest = STANDARD.encode(Sha256::digest(style));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// What every answer says. A page brings its policy itself.
pub(super) fn protect(headers: &mut HeaderMap, status: StatusCode) {
    let mut say =
        |name: HeaderName, value| _ = headers.entry(name).or_insert(HeaderValue::from_static(value));
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Addresses have names of applications in them; who is linked to does not learn them.
    say(header::REFERRER_POLICY, "no-referrer");
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let (is_page, is_image) = (kind.starts_with(Media::Html.name()), kind.starts_with(Media::Svg.name()));
    let mut say =
        |name: HeaderName, value| _ = headers.entry(name).or_insert(HeaderValue::from_static(value));
    if is_page {
        say(header::X_FRAME_OPTIONS, "DENY");
        say(COOP, "same-origin");
    }
    if is_image {
        // An image that somebody opens by itself is a document.
        say(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    }
    // Badges are for other people's pages, and so is what leads to where others make them.
    let is_for_others = is_image || status.is_redirection();
    say(CORP, if is_for_others { "cross-origin" } else { "same-origin" });
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, StatusCode, header};

    use super::{policy_of_page, protect};

    fn protected(kind: &'static str, status: StatusCode) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        protect(&mut headers, status);
        headers
    }

    #[test]
    fn documents_stay_at_home_and_badges_do_not() {
        for (kind, status, frame, resource) in [
            ("application/hal+json", StatusCode::OK, None, "same-origin"),
            ("text/html;charset=utf-8", StatusCode::NOT_FOUND, Some("DENY"), "same-origin"),
            ("image/svg+xml;charset=utf-8", StatusCode::OK, None, "cross-origin"),
            ("", StatusCode::TEMPORARY_REDIRECT, None, "cross-origin"),
        ] {
            let headers = protected(kind, status);
            let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
            assert_eq!(said("x-frame-options"), frame, "{kind}");
            assert_eq!(said("cross-origin-opener-policy").is_some(), frame.is_some(), "{kind}");
            assert_eq!(said("cross-origin-resource-policy"), Some(resource), "{kind}");
            assert_eq!(said("x-content-type-options"), Some("nosniff"));
            assert_eq!(said("referrer-policy"), Some("no-referrer"));
        }
    }

    #[test]
    fn a_style_is_known_by_its_digest() {
        // `printf 'a{}' | openssl dgst -sha256 -binary | base64`
        let expected = "style-src 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk=';";
        assert!(policy_of_page("a{}").contains(expected), "{}", policy_of_page("a{}"));
        assert!(!policy_of_page("").contains("unsafe"));
    }
}
