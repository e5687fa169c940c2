//! What a request says about who sends it.

use std::{fmt, net::IpAddr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Extensions, HeaderMap, header};

use crate::domain::webhooks::egress::Network;

/// Where a connection comes from. The server puts it into every request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// What a request says about who sends it.
pub(super) enum Credentials {
    /// Nothing.
    None,
    Basic {
        user: String,
        password: String,
    },
    Bearer(String),
    /// Something that cannot be understood.
    Unknown,
}

impl Credentials {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let (first, more) = (values.next(), values.next());
        let Some(value) = first else { return Self::None };
        if more.is_some() {
            return Self::Unknown;
        }
        let parts = value.to_str().ok().and_then(|value| value.trim().split_once(' '));
        let Some((scheme, rest)) = parts else { return Self::Unknown };
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("bearer") && !rest.is_empty() {
            return Self::Bearer(rest.to_owned());
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return Self::Unknown;
        }
        let decoded = STANDARD.decode(rest).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        match decoded.as_deref().and_then(|text| text.split_once(':')) {
            Some((user, password)) => Self::Basic { user: user.to_owned(), password: password.to_owned() },
            None => Self::Unknown,
        }
    }
}

/// Why somebody is asked to say who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// Nothing was said.
    Missing,
    /// What was said cannot be understood.
    Unknown,
    /// User name and password do not fit.
    WrongPassword,
    /// The token is not known.
    UnknownToken,
    /// The token was revoked.
    RevokedToken,
    /// The token has ended.
    ExpiredToken,
    /// What an identity provider gave is not right.
    InvalidToken(String),
    /// Whoever asks may only read.
    ReadOnly,
}

impl Challenge {
    /// The value of `WWW-Authenticate`.
    pub(crate) fn header(&self) -> &'static str {
        match self {
            Self::Missing | Self::Unknown | Self::WrongPassword | Self::ReadOnly => {
                "Basic realm=\"Restricted area\""
            }
            Self::UnknownToken | Self::RevokedToken | Self::ExpiredToken | Self::InvalidToken(_) => {
                "Bearer realm=\"Restricted area\", error=\"invalid_token\""
            }
        }
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => {
                "The broker has to know who is calling: send a user name and a password (basic authentication) or a \
                 token (Authorization: Bearer ...)."
            }
            Self::Unknown => {
                "The header Authorization cannot be understood: it should be sent once, and be \"Basic\" with \
                 user:password in Base64, or \"Bearer\" with a token."
            }
            Self::WrongPassword => "This user name with this password is not known here.",
            Self::UnknownToken => "This token is not known here.",
            Self::RevokedToken => "This token was revoked; an administrator of its team can make another one.",
            Self::ExpiredToken => "This token has expired; an administrator of its team can make another one.",
            Self::ReadOnly => "Whoever is logged in may read, and change nothing: log in as somebody who may.",
            Self::InvalidToken(why) => {
                return write!(formatter, "What the identity provider gave is not taken: {why}.");
            }
        })
    }
}

/// The address that a request comes from. What proxies say about it is believed where they are trusted: the last address
/// that is none of theirs.
pub(super) fn remote_address(
    extensions: &Extensions,
    headers: &HeaderMap,
    trusted: &[Network],
) -> Option<IpAddr> {
    let Peer(peer) = *extensions.get::<Peer>()?;
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return Some(peer);
    }
    let mut last = peer;
    for value in headers.get_all("x-forwarded-for").iter().rev() {
        for part in value.to_str().unwrap_or_default().rsplit(',') {
            let Ok(address) = part.trim().parse::<IpAddr>() else { return Some(last) };
            last = address;
            if !is_trusted(address) {
                return Some(last);
            }
        }
    }
    Some(last)
}

#[cfg(test)]
mod tests {
    use http::{Extensions, HeaderMap, HeaderValue};

    use super::{Peer, remote_address};

    #[test]
    fn the_last_address_that_no_trusted_proxy_added_is_whoever_asks() {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        for (peer, said, expected) in [
            ("192.0.2.1", &[][..], "192.0.2.1"),
            // Whoever is no proxy says what it likes.
            ("192.0.2.1", &["198.51.100.7"], "192.0.2.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", &["2001:db8::7"], "2001:db8::7"),
            // The first was sent by whoever asked, and may be wrong.
            ("10.0.0.1", &["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.0.0.2"], "198.51.100.7"),
            ("10.0.0.1", &["203.0.113.9", "198.51.100.7", " 10.0.0.2 ,fd00::2"], "198.51.100.7"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            // What cannot be understood ends what is believed.
            ("10.0.0.1", &["198.51.100.7, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.7, unknown, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &["198.51.100.7:4711"], "10.0.0.1"),
            ("10.0.0.1", &[""], "10.0.0.1"),
            ("10.0.0.1", &["\u{e9}"], "10.0.0.1"),
        ] {
            let mut extensions = Extensions::new();
            extensions.insert(Peer(peer.parse().unwrap()));
            let mut headers = HeaderMap::new();
            for value in said {
                headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
            }
            let found = remote_address(&extensions, &headers, &trusted).unwrap().to_string();
            assert_eq!(found, expected, "{peer} {said:?}");
        }
        assert_eq!(remote_address(&Extensions::new(), &HeaderMap::new(), &trusted), None);
    }
}
