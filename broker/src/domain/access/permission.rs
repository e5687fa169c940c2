use serde::{Deserialize, Serialize};

use super::TeamName;

/// One kind of thing that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Ask whether the broker is there.
    Heartbeat,
    /// See a badge.
    Badge,
    /// Read contracts, results, deployments, and what follows from them.
    Read,
    /// Read the audit trail.
    Audit,
    /// Say something of a participant: its contracts, versions, branches and tags, and what it is like.
    Publish,
    /// Record results of verifications.
    Verify,
    /// Record deployments and releases, and their end.
    Deploy,
    /// Remove something.
    Delete,
    /// Create environments, and change them.
    ManageEnvironments,
    /// Create, change and try webhooks.
    ManageWebhooks,
    /// Say who is in a team, what it owns, and make tokens for it.
    Administer,
    /// Do what concerns the whole broker.
    Operate,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Heartbeat,
        Self::Badge,
        Self::Read,
        Self::Audit,
        Self::Publish,
        Self::Verify,
        Self::Deploy,
        Self::Delete,
        Self::ManageEnvironments,
        Self::ManageWebhooks,
        Self::Administer,
        Self::Operate,
    ];

    /// What it lets somebody do, after "may" or "may not".
    pub fn verb(self) -> &'static str {
        match self {
            Self::Heartbeat => "ask whether the broker is there",
            Self::Badge => "see badges",
            Self::Read => "read",
            Self::Audit => "read the audit trail of",
            Self::Publish => "publish for",
            Self::Verify => "record verification results for",
            Self::Deploy => "record deployments for",
            Self::Delete => "delete what belongs to",
            Self::ManageEnvironments => "create or change environments of",
            Self::ManageWebhooks => "manage webhooks of",
            Self::Administer => "administer",
            Self::Operate => "operate",
        }
    }

    /// Whether nothing is changed by it.
    pub fn only_reads(self) -> bool {
        matches!(self, Self::Heartbeat | Self::Badge | Self::Read | Self::Audit)
    }

    /// Whether a team that is a delegate of something has it.
    pub(super) fn is_delegated(self) -> bool {
        self.only_reads() || matches!(self, Self::Publish | Self::Verify | Self::Deploy)
    }
}

/// A set of permissions that makes sense for somebody.
///
/// Somebody can have several: a pipeline that publishes and deploys is a contributor and a deployer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads, publishes and verifies.
    Contributor,
    /// Reads, and records deployments and releases.
    Deployer,
    /// Does everything.
    Admin,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Contributor, Self::Deployer, Self::Admin];

    /// Its name in the API and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Contributor => "contributor",
            Self::Deployer => "deployer",
            Self::Admin => "admin",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether it has a permission.
    pub fn allows(self, permission: Permission) -> bool {
        match self {
            Self::Viewer => permission.only_reads(),
            Self::Contributor => {
                permission.only_reads() || matches!(permission, Permission::Publish | Permission::Verify)
            }
            Self::Deployer => permission.only_reads() || permission == Permission::Deploy,
            Self::Admin => true,
        }
    }

    /// The smallest role that has a permission.
    pub fn for_permission(permission: Permission) -> Self {
        Self::ALL.into_iter().find(|role| role.allows(permission)).unwrap_or(Self::Admin)
    }
}

/// For what a role is given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// For everything, also for what concerns no team.
    Everywhere,
    /// For what a team owns.
    Team(TeamName),
}

impl Scope {
    /// Whether what a team owns is meant, among others.
    pub fn covers(&self, team: &TeamName) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Team(known) => known == team,
        }
    }
}

/// A role, and for what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// For what.
    pub scope: Scope,
    /// The role.
    pub role: Role,
}

impl Grant {
    /// A role everywhere.
    pub const fn everywhere(role: Role) -> Self {
        Self { scope: Scope::Everywhere, role }
    }

    /// A role for what a team owns.
    pub const fn of(team: TeamName, role: Role) -> Self {
        Self { scope: Scope::Team(team), role }
    }

    /// The team, where it is for one.
    pub fn team(&self) -> Option<&TeamName> {
        match &self.scope {
            Scope::Everywhere => None,
            Scope::Team(team) => Some(team),
        }
    }
}
