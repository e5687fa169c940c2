use std::{fmt, net::IpAddr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Access, Denied, Grant, Need, Permission, Role, TeamName, UserName, may_all};

/// Who somebody is.
///
/// **Stored**, in the log, with every change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Identity {
    /// Nobody was asked, or nobody said.
    Anyone,
    /// The broker itself: deliveries of webhooks, scheduled work, and programs that embed it.
    Broker,
    /// Whoever operates the machine: may use the files of the broker.
    Operator,
    /// A user of the settings: those that the Pact Broker has.
    Configured {
        /// The user name.
        name: String,
        /// Whether it may only read.
        #[serde(default)]
        read_only: bool,
    },
    /// Whoever has the administrator's token of the settings.
    AdminToken,
    /// A user with a password.
    User {
        /// The user.
        name: UserName,
    },
    /// A service token.
    Token {
        /// The token.
        token: Uuid,
        /// What it is called.
        name: String,
        /// How its text begins.
        prefix: String,
    },
    /// A person that an identity provider vouches for.
    Person {
        /// What the person is called there.
        name: String,
        /// What identifies the person there.
        subject: String,
    },
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anyone => formatter.write_str("anyone"),
            Self::Broker => formatter.write_str("the broker"),
            Self::Operator => formatter.write_str("the operator"),
            Self::Configured { name, .. } => write!(formatter, "the configured user '{name}'"),
            Self::AdminToken => formatter.write_str("the administrator's token"),
            Self::User { name } => write!(formatter, "the user '{name}'"),
            Self::Token { name, prefix, .. } => write!(formatter, "the token '{name}' ({prefix}...)"),
            Self::Person { name, .. } => write!(formatter, "'{name}'"),
        }
    }
}

/// Somebody, with what was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Who.
    pub identity: Identity,
    /// What was granted.
    pub grants: Vec<Grant>,
    /// Whether whoever it is may read what all may read, although nothing was granted.
    pub reads: bool,
}

impl Principal {
    /// Somebody with grants.
    pub fn new(identity: Identity, grants: Vec<Grant>) -> Self {
        Self { identity, grants, reads: false }
    }

    /// Somebody with a role everywhere.
    pub fn everywhere(identity: Identity, role: Role) -> Self {
        Self::new(identity, vec![Grant::everywhere(role)])
    }

    /// Nobody in particular, who may read.
    pub fn reader() -> Self {
        Self { identity: Identity::Anyone, grants: Vec::new(), reads: true }
    }

    /// The team that what is new becomes the property of: the only one that this is a contributor (or administrator)
    /// of. Somebody who contributes to several, or everywhere, does not say for which.
    pub fn home(&self) -> Option<&TeamName> {
        let mut homes = self.grants.iter().filter(|grant| grant.role.allows(Permission::Publish));
        let first = homes.next()?.team()?;
        homes.all(|other| other.team() == Some(first)).then_some(first)
    }
}

/// Who changed something, and from where.
///
/// **Stored**, in the log, with every change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// Who.
    pub who: Identity,
    /// From which address, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<IpAddr>,
}

/// Whoever asks for a change, with what has to be allowed for it at the moment when it is decided.
#[derive(Debug, Clone)]
pub struct Asker {
    /// Whoever asks.
    pub principal: Principal,
    /// From which address.
    pub from: Option<IpAddr>,
    /// What has to be allowed.
    pub needs: Vec<Need>,
}

impl Asker {
    /// The broker itself, which may do everything.
    pub fn broker() -> Self {
        let principal = Principal::everywhere(Identity::Broker, Role::Admin);
        Self { principal, from: None, needs: Vec::new() }
    }

    /// Whoever operates the machine, and may do everything.
    pub fn operator() -> Self {
        let principal = Principal::everywhere(Identity::Operator, Role::Admin);
        Self { principal, from: None, needs: Vec::new() }
    }

    /// What is put on record.
    pub fn by(&self) -> By {
        By { who: self.principal.identity.clone(), from: self.from }
    }

    /// Whoever asks, as it is now, when all that is needed is allowed to it now: a user who was removed meanwhile, and a
    /// token that was revoked, may do nothing any more.
    ///
    /// # Errors
    /// What is not, and why.
    pub fn check(&self, access: &Access) -> Result<Principal, Box<Denied>> {
        let identity = &self.principal.identity;
        let grants = match identity {
            Identity::User { name } => {
                Some(access.user(name.as_str()).map(|known| known.details.grants.clone()))
            }
            Identity::Token { token, .. } => {
                let known = access.token(*token).filter(|known| known.revoked_at.is_none());
                Some(known.map(|known| known.details.grants.clone()))
            }
            _ => None,
        };
        let now = match grants {
            None => self.principal.clone(),
            Some(grants) => Principal::new(identity.clone(), grants.unwrap_or_default()),
        };
        may_all(access, &now, &self.needs)?;
        Ok(now)
    }
}
