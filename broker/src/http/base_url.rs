//! The address that the client knows the broker by.

use http::{Extensions, HeaderMap, Uri, header};

use super::access::is_by_proxy;
use crate::Config;

/// A connection is secure. The server puts it into every request on one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Secure;

/// The configured address, or what the request says: `X-Forwarded-*` before `Host`, unless proxies are named and it comes
/// from none of them.
pub(super) fn base_url(config: &Config, headers: &HeaderMap, uri: &Uri, extensions: &Extensions) -> String {
    let proxies = &config.access.trusted_proxies;
    let is_believed = proxies.is_empty() || is_by_proxy(extensions, proxies);
    let requested = requested(headers, uri, extensions.get().copied(), is_believed);
    match config.http.base_urls.as_slice() {
        [] => requested,
        [only] => only.clone(),
        [first, ..] => {
            config.http.base_urls.iter().find(|url| host(url) == host(&requested)).unwrap_or(first).clone()
        }
    }
}

/// The host and the port of an address.
pub(super) fn host(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next().unwrap_or_default()
}

fn requested(headers: &HeaderMap, uri: &Uri, secure: Option<Secure>, is_believed: bool) -> String {
    let text = |name: &str| {
        let value = headers.get(name).filter(|_| is_believed || !name.starts_with("x-forwarded-"));
        value.and_then(|value| value.to_str().ok()).map(first).filter(|text| is_plain(text))
    };
    let scheme = text("x-forwarded-proto")
        .or_else(|| text("x-forwarded-scheme"))
        .or_else(|| (text("x-forwarded-ssl") == Some("on")).then_some("https"))
        .or_else(|| secure.map(|Secure| "https"))
        .or_else(|| uri.scheme_str())
        .filter(|scheme| matches!(*scheme, "http" | "https"))
        .unwrap_or("http");
    let authority = text("x-forwarded-host")
        .or_else(|| text(header::HOST.as_str()))
        .or_else(|| uri.authority().map(http::uri::Authority::as_str))
        .unwrap_or("localhost");
    let default_port = if scheme == "https" { "443" } else { "80" };
    let (name, port) = split_port(authority);
    let port = port
        .or_else(|| text("x-forwarded-port").filter(|_| text("x-forwarded-host").is_none()))
        .filter(|port| port.parse::<u16>().is_ok() && *port != default_port);
    match port {
        Some(port) => format!("{scheme}://{name}:{port}"),
        None => format!("{scheme}://{name}"),
    }
}

/// Behind several proxies the first entry is the client's.
fn first(value: &str) -> &str {
    value.split(',').next().unwrap_or_default().trim()
}

/// Whether a text may be put into an address as it is.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|character| character.is_ascii_alphanumeric() || "-._~:[]".contains(character))
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (name, Some(port))
        }
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Uri};

    use super::{Secure, base_url};
    use crate::{Config, http::access::Peer};

    #[test]
    fn links_follow_the_request_unless_configured() {
        let one = ["https://broker.example.org".to_owned()];
        let two = ["https://a.example.org".to_owned(), "http://b.example.org:8080".to_owned()];
        for (configured, headers, expected) in [
            (&[][..], &[("host", "localhost:9292")][..], "http://localhost:9292"),
            (&[], &[("host", "[::1]:9292")], "http://[::1]:9292"),
            (
                &[],
                &[("host", "x"), ("x-forwarded-host", "b.org"), ("x-forwarded-proto", "https")],
                "https://b.org",
            ),
            (&[], &[("x-forwarded-host", "b.org"), ("x-forwarded-port", "8080")], "http://b.org"),
            (&[], &[("host", "b.org:80")], "http://b.org"),
            (&[], &[("host", "a\"b<script>")], "http://localhost"),
            (&one, &[("host", "x")], "https://broker.example.org"),
            (&two, &[("host", "b.example.org:8080")], "http://b.example.org:8080"),
            (&two, &[("host", "c.example.org")], "https://a.example.org"),
        ] {
            let (headers, nothing) = (map(headers), Extensions::new());
            let mut config = Config::default();
            config.http.base_urls = configured.to_vec();
            let found = base_url(&config, &headers, &Uri::from_static("/"), &nothing);
            assert_eq!(found, expected, "{headers:?}");
        }
    }

    #[test]
    fn where_proxies_are_named_only_they_say_how_the_broker_is_called() {
        let mut config = Config::default();
        config.access.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        let headers =
            map(&[("host", "b.org"), ("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "https")]);
        for (peer, expected) in [("10.0.0.1", "https://evil.example"), ("192.0.2.1", "http://b.org")] {
            let mut by = Extensions::new();
            by.insert(Peer(peer.parse().unwrap()));
            assert_eq!(base_url(&config, &headers, &Uri::from_static("/"), &by), expected, "{peer}");
        }
    }

    fn map(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        let entry = |(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
        headers.iter().copied().map(entry).collect()
    }

    #[test]
    fn links_are_secure_where_the_connection_is_unless_a_proxy_says_otherwise() {
        let mut secure = Extensions::new();
        secure.insert(Secure);
        for (uri, headers, expected) in [
            ("/", &[("host", "b.org:9292")][..], "https://b.org:9292"),
            ("/", &[("host", "b.org:443")], "https://b.org"),
            // As HTTP/2 has it.
            ("https://b.org:9292/", &[], "https://b.org:9292"),
            ("http://b.org:9292/", &[], "https://b.org:9292"),
            ("/", &[("host", "b.org"), ("x-forwarded-proto", "http")], "http://b.org"),
        ] {
            assert_eq!(
                base_url(&Config::default(), &map(headers), &Uri::from_static(uri), &secure),
                expected,
                "{uri}"
            );
        }
        let plain = base_url(
            &Config::default(),
            &HeaderMap::new(),
            &Uri::from_static("http://b.org:9292/"),
            &Extensions::new(),
        );
        assert_eq!(plain, "http://b.org:9292", "HTTP/2 without TLS");
    }
}
