//! Whether a request was sent by a program of this machine. A broker that asks nobody who is calling does something for
//! those only, unless it is told otherwise.
//!
//! That a connection comes from this machine does not say so yet: a proxy on it passes on what others send, and a browser
//! on it sends what the pages of others want. Such a page can be made to look like one of the broker's own, by a name that
//! leads to its own server first and to this machine afterwards; the name that the browser asked for tells.

use std::net::IpAddr;

use http::{Extensions, HeaderMap, HeaderName, Uri, header};

use super::credentials::{Peer, remote_address};
use crate::Config;

/// Why a request may come from somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Elsewhere {
    #[error(
        "This broker asks nobody who is calling, and so does nothing for other machines. Whoever operates it can make \
         users and tokens, or start it with --allow-anyone."
    )]
    Machine,
    #[error(
        "This was passed on by a proxy, for whom is not known, and this broker asks nobody who is calling. Whoever \
         operates it can make users and tokens, name the proxy (access.trusted_proxies), or start it with --allow-anyone."
    )]
    Proxy,
    #[error(
        "A browser was told to find this broker under another name than its own, and it asks nobody who is calling. \
         Whoever operates it can say what it is called (http.base_urls), make users and tokens, or start it with \
         --allow-anyone."
    )]
    Page,
}

/// What proxies add that pass on what others send.
const PASSED_ON: [HeaderName; 3] =
    [header::FORWARDED, HeaderName::from_static("x-forwarded-for"), HeaderName::from_static("x-real-ip")];

/// Whether a request comes from elsewhere. Whoever calls the router without a server is here.
pub(super) fn elsewhere(
    config: &Config,
    extensions: &Extensions,
    uri: &Uri,
    headers: &HeaderMap,
) -> Option<Elsewhere> {
    let trusted = &config.access.trusted_proxies;
    let is_there = |address: IpAddr| !address.is_loopback();
    if remote_address(extensions, headers, trusted).is_some_and(is_there) {
        return Some(Elsewhere::Machine);
    }
    let peer = extensions.get::<Peer>();
    let is_trusted = peer.is_some_and(|Peer(peer)| trusted.iter().any(|network| network.contains(*peer)));
    if !is_trusted && PASSED_ON.iter().any(|name| headers.contains_key(name)) {
        return Some(Elsewhere::Proxy);
    }
    let host = headers.get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    let host = host.or_else(|| uri.authority().map(http::uri::Authority::as_str));
    let is_ours = |host: &str| is_of_this_machine(host) || is_known(&config.http.base_urls, host);
    (is_browser(headers) && !host.is_some_and(is_ours)).then_some(Elsewhere::Page)
}

/// Whether a browser sends it. A page can keep its browser from sending one or another of these, but not all of them.
fn is_browser(headers: &HeaderMap) -> bool {
    let by_name =
        headers.get(header::USER_AGENT).is_some_and(|agent| agent.as_bytes().starts_with(b"Mozilla/"));
    let of_browsers = [header::ORIGIN, header::REFERER, header::ACCEPT_LANGUAGE];
    by_name
        || of_browsers.iter().any(|name| headers.contains_key(name))
        || headers.keys().any(|name| name.as_str().starts_with("sec-fetch-"))
}

/// A name with its port, without the port.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn is_of_this_machine(host: &str) -> bool {
    let name = without_port(host).to_ascii_lowercase();
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name.ends_with(".localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

fn is_known(base_urls: &[String], host: &str) -> bool {
    let known = |url: &String| {
        let url = url::Url::parse(url).ok()?;
        Some(url.host_str()?.eq_ignore_ascii_case(without_port(host)))
    };
    base_urls.iter().any(|url| known(url) == Some(true))
}

#[cfg(test)]
mod tests {
    use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Uri};

    use super::{Elsewhere, elsewhere};
    use crate::{Config, http::access::Peer};

    fn found(config: &Config, peer: &str, headers: &[(&'static str, &'static str)]) -> Option<Elsewhere> {
        let mut extensions = Extensions::new();
        extensions.insert(Peer(peer.parse().unwrap()));
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        elsewhere(config, &extensions, &Uri::from_static("/pacticipants"), &headers)
    }

    #[test]
    fn only_what_programs_of_this_machine_send_is_from_here() {
        let mut config = Config::default();
        config.http.base_urls = vec!["https://broker.example.org/".to_owned()];
        let agent = ("user-agent", "Mozilla/5.0 (X11)");
        for (peer, headers, expected) in [
            ("127.0.0.1", &[("host", "127.0.0.1:9292")][..], None),
            ("::1", &[("host", "[::1]:9292"), agent], None),
            ("127.0.0.1", &[("host", "localhost:9292"), agent], None),
            ("127.0.0.1", &[("host", "broker.localhost"), agent], None),
            ("127.0.0.1", &[("host", "broker.example.org"), agent], None),
            ("127.0.0.1", &[("host", "ci-alias:9292"), ("x-forwarded-proto", "https")], None),
            ("192.0.2.1", &[("host", "127.0.0.1")], Some(Elsewhere::Machine)),
            ("2001:db8::1", &[], Some(Elsewhere::Machine)),
            ("127.0.0.1", &[("x-forwarded-for", "127.0.0.1")], Some(Elsewhere::Proxy)),
            ("127.0.0.1", &[("forwarded", "for=192.0.2.1")], Some(Elsewhere::Proxy)),
            ("127.0.0.1", &[("x-real-ip", "192.0.2.1")], Some(Elsewhere::Proxy)),
            ("127.0.0.1", &[("host", "evil.example:9292"), agent], Some(Elsewhere::Page)),
            (
                "127.0.0.1",
                &[("host", "evil.example"), ("origin", "http://evil.example")],
                Some(Elsewhere::Page),
            ),
            ("127.0.0.1", &[("host", "evil.example"), ("accept-language", "en")], Some(Elsewhere::Page)),
            (
                "127.0.0.1",
                &[("host", "evil.example"), ("sec-fetch-site", "same-origin")],
                Some(Elsewhere::Page),
            ),
            ("127.0.0.1", &[("host", "127.0.0.1.evil.example"), agent], Some(Elsewhere::Page)),
            ("127.0.0.1", &[agent], Some(Elsewhere::Page)),
        ] {
            assert_eq!(found(&config, peer, headers), expected, "{peer} {headers:?}");
        }
        config.access.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        let by_proxy = |address| found(&config, "127.0.0.1", &[("x-forwarded-for", address)]);
        assert_eq!(by_proxy("127.0.0.2"), None);
        assert_eq!(by_proxy("192.0.2.1"), Some(Elsewhere::Machine));
    }
}
