use std::{fmt, str::FromStr};

use url::{Host, Url};

use crate::domain::{
    access::{Grant, Role, Scope},
    webhooks::egress::Network,
};

/// A setting that nobody is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    /// What is shown instead.
    pub const STARS: &'static str = "**********";

    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: only for comparing something with it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Self::STARS)
    }
}

/// Who may ask the broker something. Where nothing of it is set, and there are neither users nor tokens, anybody may do
/// anything.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct AccessConfig {
    /// The name of a user who may do everything (`basic_auth_username`), with
    pub user: Option<String>,
    /// the password (`basic_auth_password`).
    pub password: Option<Hidden>,
    /// The name of a user who may read everything (`basic_auth_read_only_username`), with
    pub read_only_user: Option<String>,
    /// the password (`basic_auth_read_only_password`).
    pub read_only_password: Option<Hidden>,
    /// Whether anybody may read (`allow_public_read`: no).
    pub public_read: bool,
    /// Whether anybody may ask whether the broker is there (`public_heartbeat`: no).
    pub public_heartbeat: bool,
    /// Whether anybody may see badges (`enable_public_badge_access`: yes).
    pub public_badges: bool,
    /// A token that may do everything, to begin with.
    pub admin_token: Option<Hidden>,
    /// Whether the broker may be reached by other machines although anybody may do anything (for whoever starts the process).
    pub allow_anyone: bool,
    /// Networks of proxies that are believed when they say where a request comes from.
    pub trusted_proxies: Vec<Network>,
    /// The identity provider that vouches for people.
    pub oidc: OidcConfig,
}

impl Default for AccessConfig {
    fn default() -> Self {
        Self {
            user: None,
            password: None,
            read_only_user: None,
            read_only_password: None,
            public_read: false,
            public_heartbeat: false,
            public_badges: true,
            admin_token: None,
            allow_anyone: false,
            trusted_proxies: Vec::new(),
            oidc: OidcConfig::default(),
        }
    }
}

impl AccessConfig {
    /// The user who may do everything.
    pub fn read_write(&self) -> Option<(&str, &Hidden)> {
        self.user.as_deref().zip(self.password.as_ref())
    }

    /// The user who may read everything.
    pub fn read_only(&self) -> Option<(&str, &Hidden)> {
        self.read_only_user.as_deref().zip(self.read_only_password.as_ref())
    }

    /// Whether the settings name anybody who is asked for.
    pub fn names_anybody(&self) -> bool {
        self.read_write().is_some()
            || self.read_only().is_some()
            || self.admin_token.is_some()
            || self.oidc.issuer.is_some()
    }

    /// Whether the settings name somebody who may do everything.
    pub fn names_administrator(&self) -> bool {
        let everything = Grant::everywhere(Role::Admin);
        let is_granted = || self.oidc.grants.iter().any(|rule| rule.grant == everything);
        self.read_write().is_some()
            || self.admin_token.is_some()
            || (self.oidc.issuer.is_some() && is_granted())
    }
}

/// An identity provider (OpenID Connect).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcConfig {
    /// Its address, exactly as it stands in its tokens.
    pub issuer: Option<String>,
    /// Whom its tokens have to be meant for: the identifier of the broker there.
    pub audience: Option<String>,
    /// Where its keys are, where it does not say so itself (`/.well-known/openid-configuration`).
    pub jwks_url: Option<String>,
    /// The claim with the name of the person.
    pub name_claim: String,
    /// The claim with the groups of the person.
    pub groups_claim: String,
    /// What is granted to groups.
    pub grants: Vec<GroupGrant>,
}

impl Default for OidcConfig {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: None,
            jwks_url: None,
            name_claim: "email".to_owned(),
            groups_claim: "groups".to_owned(),
            grants: Vec::new(),
        }
    }
}

impl OidcConfig {
    /// Whether what comes from an address can be believed: https, or this machine.
    pub fn is_safe(address: &str) -> bool {
        let Ok(url) = Url::parse(address) else { return false };
        let is_here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        url.has_host() && (url.scheme() == "https" || (url.scheme() == "http" && is_here))
    }
}

/// What is granted to a group of people: `developers=web:contributor`; `*` is every group, or every team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupGrant {
    /// The group, or `*` for everybody that the identity provider vouches for.
    pub group: String,
    /// What is granted.
    pub grant: Grant,
}

/// Text that grants nothing to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a grant has the form group=team:role, with * for every group or every team")]
pub struct InvalidGroupGrant;

impl FromStr for GroupGrant {
    type Err = InvalidGroupGrant;

    fn from_str(text: &str) -> Result<Self, InvalidGroupGrant> {
        let (group, granted) = text.rsplit_once('=').ok_or(InvalidGroupGrant)?;
        let (team, role) = granted.split_once(':').ok_or(InvalidGroupGrant)?;
        let role = Role::named(role).ok_or(InvalidGroupGrant)?;
        let grant = match team {
            "*" => Grant::everywhere(role),
            team => Grant::of(team.parse().map_err(|_| InvalidGroupGrant)?, role),
        };
        if group.is_empty() { Err(InvalidGroupGrant) } else { Ok(Self { group: group.to_owned(), grant }) }
    }
}

impl fmt::Display for GroupGrant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let team = match &self.grant.scope {
            Scope::Everywhere => "*",
            Scope::Team(team) => team.as_str(),
        };
        write!(formatter, "{}={team}:{}", self.group, self.grant.role.name())
    }
}

#[cfg(test)]
mod tests {
    use super::{GroupGrant, OidcConfig};

    #[test]
    fn what_groups_are_granted_is_read_as_it_is_written() {
        for text in ["developers=web:contributor", "*=web:viewer", "admins=*:admin", "a=b=web:deployer"] {
            assert_eq!(text.parse::<GroupGrant>().unwrap().to_string(), text);
        }
        for text in ["", "web:viewer", "=web:viewer", "a=web", "a=web:king", "a=w b:viewer", "a=:viewer"] {
            assert!(text.parse::<GroupGrant>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_issuer_is_reached_safely_or_on_this_machine() {
        for right in
            ["https://id.example.org/realm", "http://127.0.0.1:8080", "http://localhost", "http://[::1]/"]
        {
            assert!(OidcConfig::is_safe(right), "{right}");
        }
        for wrong in
            ["http://id.example.org", "http://127.0.0.1.example.org", "file:///etc", "id.example.org", ""]
        {
            assert!(!OidcConfig::is_safe(wrong), "{wrong}");
        }
    }
}
