use std::fmt;

use pactwright_core::names::{EnvironmentName, ParticipantName};
use uuid::Uuid;

use super::{Access, Basis, Identity, Ownership, Permission, Principal, Role, Scope, TeamName};

/// What something is done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// Nothing in particular: whoever has the permission for anything has it for this.
    Anything,
    /// The broker as a whole.
    Broker,
    /// A participant, known or not.
    Participant(ParticipantName),
    /// One of some participants: whoever has the permission for one of them has it for this.
    OneOf(Vec<ParticipantName>),
    /// An environment.
    Environment {
        /// What identifies it.
        uuid: Uuid,
        /// What it is called, for people.
        name: Option<EnvironmentName>,
    },
    /// A team.
    Team(TeamName),
    /// One of some teams: whoever has the permission for one of them has it for this.
    OneOfTeams(Vec<TeamName>),
}

/// A permission that is needed, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The permission.
    pub permission: Permission,
    /// For what.
    pub object: Object,
}

impl Need {
    /// A permission for something.
    pub fn new(permission: Permission, object: Object) -> Self {
        Self { permission, object }
    }
}

/// What belongs to whom, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// What.
    pub what: String,
    /// The owning team.
    pub team: TeamName,
    /// Whom to ask.
    pub contacts: Vec<String>,
    /// Other teams that publish, verify and deploy it.
    pub delegates: Vec<TeamName>,
    /// How it came to belong to the team.
    pub basis: Basis,
}

impl fmt::Display for Owned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} belongs to the team '{}'", self.what, self.team)?;
        let mut more = self.contacts.clone();
        if !self.delegates.is_empty() {
            let delegates: Vec<_> = self.delegates.iter().map(|team| format!("'{team}'")).collect();
            more.push(format!("delegates: {}", delegates.join(", ")));
        }
        if more.is_empty() { Ok(()) } else { write!(formatter, " ({})", more.join(", ")) }
    }
}

/// Why somebody may not do something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Denied {
    /// Who.
    pub who: Identity,
    /// What would be needed.
    pub need: Need,
    /// What the permission is missing for, in words.
    pub what: String,
    /// What belongs to others.
    pub owned: Vec<Owned>,
}

impl fmt::Display for Denied {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { who, need, what, owned } = self;
        write!(formatter, "{who} may not {} {what}", need.permission.verb())?;
        for owned in owned {
            write!(formatter, "; {owned}")?;
        }
        let role = Role::for_permission(need.permission).name();
        let unconfirmed = || owned.iter().any(|owned| owned.basis == Basis::Used);
        let who_gives = match (&need.object, owned.first()) {
            (_, Some(owned)) if !need.permission.is_delegated() && unconfirmed() => format!(
                "that was concluded from what '{}' published or verified first, and an administrator of the broker has to \
                 confirm it before more can be done",
                owned.team
            ),
            (_, Some(owned)) => format!("an administrator of '{}' can give the role {role}", owned.team),
            (Object::Team(team), None) => format!("an administrator of '{team}' can give the role {role}"),
            (Object::Anything, None) => format!("an administrator of a team can give the role {role}"),
            (_, None) if need.permission == Permission::Audit || need.object == Object::Broker => {
                format!(
                    "the role {role} everywhere would be needed, which an administrator of the broker can give"
                )
            }
            (_, None) => format!(
                "nobody owns it yet: the role {role} would be needed{}",
                if need.permission.is_delegated() { "" } else { " everywhere" }
            ),
        };
        write!(formatter, "; {who_gives}")
    }
}

/// Whether somebody may do something.
///
/// # Errors
/// Why not.
pub fn may(access: &Access, principal: &Principal, need: &Need) -> Result<(), Box<Denied>> {
    let is_common = need.object == Object::Anything && need.permission != Permission::Audit;
    if principal.reads && is_common && need.permission.only_reads() {
        return Ok(());
    }
    let permission = need.permission;
    let has = |fits: &dyn Fn(&Scope) -> bool| {
        principal.grants.iter().any(|grant| grant.role.allows(permission) && fits(&grant.scope))
    };
    let owned_by = |owner: Option<&Ownership>| {
        has(&|scope| match (scope, owner) {
            (Scope::Everywhere, _) => true,
            (Scope::Team(team), Some(owner)) => {
                let is_owner =
                    owner.team == *team && (owner.basis != Basis::Used || permission.is_delegated());
                is_owner || (permission.is_delegated() && owner.delegates.contains(team))
            }
            // What nobody owns, any team may use.
            (Scope::Team(_), None) => permission.is_delegated(),
        })
    };
    let allowed = match &need.object {
        Object::Anything => has(&|_| true),
        Object::Broker => has(&|scope| *scope == Scope::Everywhere),
        Object::Participant(name) => owned_by(access.owner(name)),
        Object::OneOf(names) => names.iter().any(|name| owned_by(access.owner(name))),
        Object::Environment { uuid, .. } => owned_by(access.environment_owner(*uuid)),
        Object::Team(team) => has(&|scope| scope.covers(team)),
        Object::OneOfTeams(teams) => has(&|scope| teams.iter().any(|team| scope.covers(team))),
    };
    if allowed { Ok(()) } else { Err(Box::new(denied(access, principal, need))) }
}

/// Whether somebody may do all of that.
///
/// # Errors
/// The first that is not allowed, and why.
pub fn may_all(access: &Access, principal: &Principal, needs: &[Need]) -> Result<(), Box<Denied>> {
    needs.iter().try_for_each(|need| may(access, principal, need))
}

fn denied(access: &Access, principal: &Principal, need: &Need) -> Denied {
    let (what, owned) = match &need.object {
        Object::Anything => ("anything".to_owned(), Vec::new()),
        Object::Broker => ("the whole broker".to_owned(), Vec::new()),
        Object::Participant(name) => (format!("'{name}'"), access.owned(name).into_iter().collect()),
        Object::OneOf(names) => {
            let what: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
            (what.join(" or "), names.iter().filter_map(|name| access.owned(name)).collect())
        }
        Object::Environment { uuid, name } => {
            let what = name.as_ref().map_or_else(|| uuid.to_string(), |name| format!("'{name}'"));
            let owned = access.environment_owner(*uuid).map(|owner| access.owned_as("it".to_owned(), owner));
            (format!("the environment {what}"), owned.into_iter().collect())
        }
        Object::Team(team) => (format!("the team '{team}'"), Vec::new()),
        Object::OneOfTeams(teams) => {
            let names: Vec<_> = teams.iter().map(|team| format!("'{team}'")).collect();
            (format!("the team {}", names.join(" or ")), Vec::new())
        }
    };
    Denied { who: principal.identity.clone(), need: need.clone(), what, owned }
}
