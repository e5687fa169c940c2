//! Where webhooks may go. Whoever may create a webhook makes the broker send requests from inside of a network, so what
//! is inside is out of reach unless whoever runs the broker says otherwise.
//!
//! Two questions are asked, and both of every address that is gone to, redirects included:
//!
//! - [`Egress::check_target`], of the address as it is written: are scheme and host among those allowed?
//! - [`Egress::check_address`], of each network address that the host's name resolves to, at the moment when the
//!   connection is made to it: is it public, or allowed?

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use regex::Regex;
use url::{Host, Url};

/// The rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Egress {
    /// The schemes that may be used.
    pub schemes: Vec<String>,
    /// The methods that may be used.
    pub methods: Vec<String>,
    /// The hosts that may be gone to; none is all that are public.
    pub hosts: Vec<HostRule>,
    /// Networks that may be gone to although they are not public.
    pub networks: Vec<Network>,
}

impl Default for Egress {
    fn default() -> Self {
        Self {
            schemes: vec!["https".to_owned()],
            methods: vec!["POST".to_owned()],
            hosts: Vec::new(),
            networks: Vec::new(),
        }
    }
}

/// Why a request is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The scheme is not allowed.
    #[error("the scheme {scheme} is not allowed for webhooks, only {allowed}")]
    Scheme {
        /// The scheme.
        scheme: String,
        /// Those that are.
        allowed: String,
    },
    /// The host is not allowed.
    #[error("the host {host} is not among those that webhooks may go to")]
    Host {
        /// The host.
        host: String,
    },
    /// The address is inside of a network. What is said of it does not tell the address: who may try webhooks out would
    /// learn from it how the network is made.
    #[error(
        "{host} is not at a public address; whoever runs the broker finds the address in the broker's log, and can allow \
         it by its name or its network"
    )]
    Address {
        /// The host, as it is written.
        host: String,
        /// The address.
        address: IpAddr,
    },
}

/// A rule about hosts.
#[derive(Debug, Clone)]
pub enum HostRule {
    /// The host of that name, wherever it is.
    Name(String),
    /// Hosts one level below: `*.example.org`.
    Below(String),
    /// Hosts whose names match an expression: `/regex/`.
    Pattern(Regex),
    /// Hosts that are written as addresses in a network.
    Network(Network),
}

impl PartialEq for HostRule {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for HostRule {}

/// Text that is no rule about hosts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no host, wildcard, /regular expression/ or network")]
pub struct InvalidHostRule(String);

impl FromStr for HostRule {
    type Err = InvalidHostRule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidHostRule(text.to_owned());
        if let Some(pattern) = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
            return Regex::new(pattern).map(Self::Pattern).map_err(|_| invalid());
        }
        if let Ok(network) = text.parse() {
            return Ok(Self::Network(network));
        }
        let (wildcard, name) = match text.strip_prefix("*.") {
            Some(parent) => (true, parent),
            None => (false, text),
        };
        match Host::parse(name) {
            Ok(Host::Domain(name)) if wildcard => Ok(Self::Below(format!(".{}", plain_name(&name)))),
            Ok(Host::Domain(name)) => Ok(Self::Name(plain_name(&name))),
            Ok(_) | Err(_) => Err(invalid()),
        }
    }
}

impl fmt::Display for HostRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => formatter.write_str(name),
            Self::Below(suffix) => write!(formatter, "*{suffix}"),
            Self::Pattern(pattern) => write!(formatter, "/{pattern}/"),
            Self::Network(network) => network.fmt(formatter),
        }
    }
}

/// A network: `10.0.0.0/8`, `fd00::/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: u128,
    mask: u128,
    shown: (IpAddr, u8),
}

/// Text that is no [`Network`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no network (for instance 10.0.0.0/8)")]
pub struct InvalidNetwork(String);

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidNetwork(text.to_owned());
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim_matches(['[', ']']).parse().map_err(|_| invalid())?;
        let width: u8 = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(width), str::parse).map_err(|_| invalid())?;
        if bits > width {
            return Err(invalid());
        }
        // An IPv4 network is looked at where it lies among IPv6 addresses.
        let kept = 128 - u32::from(width) + u32::from(bits);
        let mask = if kept == 0 { 0 } else { u128::MAX << (128 - kept) };
        Ok(Self { base: number(address) & mask, mask, shown: (address, bits) })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.shown.0, self.shown.1)
    }
}

impl Network {
    /// Whether an address is in it, in whichever of its forms.
    pub fn contains(&self, address: IpAddr) -> bool {
        number(address) & self.mask == self.base
    }
}

fn number(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl Egress {
    /// Whether a request may go to an address, as far as it is written.
    ///
    /// # Errors
    /// Why it may not.
    pub fn check_target(&self, url: &Url) -> Result<(), Refused> {
        if !self.schemes.iter().any(|allowed| allowed == url.scheme()) {
            let allowed = self.schemes.join(", ");
            return Err(Refused::Scheme { scheme: url.scheme().to_owned(), allowed });
        }
        let host = url.host().ok_or_else(|| Refused::Host { host: String::new() })?;
        if !self.hosts.is_empty() && !self.hosts.iter().any(|rule| rule.covers(&host)) {
            return Err(Refused::Host { host: host.to_string() });
        }
        match host {
            Host::Ipv4(address) => self.check_address(&host.to_string(), address.into()),
            Host::Ipv6(address) => self.check_address(&host.to_string(), address.into()),
            Host::Domain(_) => Ok(()),
        }
    }

    /// Whether the host of an address is one that is allowed, wherever it is.
    pub fn allows_host(&self, url: &Url) -> bool {
        self.hosts.is_empty()
            || url.host().is_some_and(|host| self.hosts.iter().any(|rule| rule.covers(&host)))
    }

    /// Whether a connection may be made to an address that a host's name resolves to.
    ///
    /// A host that is allowed by its very name is trusted to be wherever it is; one that only fits a wildcard or an
    /// expression is not, because others may make such names.
    ///
    /// # Errors
    /// Why it may not.
    pub fn check_address(&self, host: &str, address: IpAddr) -> Result<(), Refused> {
        let is_named = || {
            let host = plain_name(host);
            self.hosts.iter().any(|rule| matches!(rule, HostRule::Name(name) if *name == host))
        };
        let is_in_network = || {
            let rules = self.hosts.iter().filter_map(|rule| match rule {
                HostRule::Network(network) => Some(network),
                _ => None,
            });
            self.networks.iter().chain(rules).any(|network| network.contains(address))
        };
        if is_public(address) || is_in_network() || is_named() {
            Ok(())
        } else {
            Err(Refused::Address { host: host.to_owned(), address })
        }
    }
}

impl HostRule {
    fn covers(&self, host: &Host<&str>) -> bool {
        let address = match host {
            Host::Domain(name) => {
                let name = plain_name(name);
                return match self {
                    Self::Name(known) => *known == name,
                    Self::Below(suffix) => name
                        .strip_suffix(suffix.as_str())
                        .is_some_and(|label| !label.is_empty() && !label.contains('.')),
                    Self::Pattern(pattern) => pattern.is_match(&name),
                    Self::Network(_) => false,
                };
            }
            Host::Ipv4(address) => IpAddr::V4(*address),
            Host::Ipv6(address) => IpAddr::V6(*address),
        };
        match self {
            Self::Network(network) => network.contains(address),
            Self::Pattern(pattern) => pattern.is_match(&address.to_string()),
            Self::Name(_) | Self::Below(_) => false,
        }
    }
}

/// A name without the dot that some end with, in small letters.
fn plain_name(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether an address is anybody's to talk to: not of this machine, not of the local network, not reserved for something.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    // The IANA registry of special purposes, and multicast.
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // What is translated to IPv4 goes where that goes.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        // Documentation, tunnels (6to4, Teredo and the like), segment routing.
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        [0x2002 | 0x5f00, ..] => false,
        [0x3fff, second, ..] => second >= 0x1000,
        // Everything that is public begins with the bits 001.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests;
