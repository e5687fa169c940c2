use std::fmt;

use pactwright_core::names::ParticipantName;
use uuid::Uuid;

use super::{Access, Identity, Ownership, Permission, Principal, Role, Scope, TeamName};

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
    Environment(Uuid),
    /// A team.
    Team(TeamName),
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
}

impl fmt::Display for Owned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} belongs to the team '{}'", self.what, self.team)?;
        if self.contacts.is_empty() {
            return Ok(());
        }
        write!(formatter, " ({})", self.contacts.join(", "))
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
        let who_gives = match (&need.object, owned.first()) {
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
                if is_free(need.permission) { "" } else { " everywhere" }
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
                owner.team == *team || (permission.is_delegated() && owner.delegates.contains(team))
            }
            (Scope::Team(_), None) => is_free(permission),
        })
    };
    let allowed = match &need.object {
        Object::Anything => has(&|_| true),
        Object::Broker => has(&|scope| *scope == Scope::Everywhere),
        Object::Participant(name) => owned_by(access.owner(name)),
        Object::OneOf(names) => names.iter().any(|name| owned_by(access.owner(name))),
        Object::Environment(uuid) => owned_by(access.environment_owner(*uuid)),
        Object::Team(team) => {
            has(&|scope| matches!(scope, Scope::Everywhere) || *scope == Scope::Team(team.clone()))
        }
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

/// What any team may do to what nobody owns.
fn is_free(permission: Permission) -> bool {
    permission.is_delegated()
}

fn denied(access: &Access, principal: &Principal, need: &Need) -> Denied {
    let mut owned = Vec::new();
    let mut belongs = |what: String, owner: Option<&Ownership>| {
        if let Some(owner) = owner {
            owned.push(Owned { what, team: owner.team.clone(), contacts: access.contacts_of(owner) });
        }
    };
    let what = match &need.object {
        Object::Anything => "anything".to_owned(),
        Object::Broker => "the whole broker".to_owned(),
        Object::Participant(name) => {
            let what = format!("'{name}'");
            belongs(what.clone(), access.owner(name));
            what
        }
        Object::OneOf(names) => {
            for name in names {
                belongs(format!("'{name}'"), access.owner(name));
            }
            names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(" or ")
        }
        Object::Environment(uuid) => {
            let what = format!("the environment {uuid}");
            belongs("it".to_owned(), access.environment_owner(*uuid));
            what
        }
        Object::Team(team) => format!("the team '{team}'"),
    };
    Denied { who: principal.identity.clone(), need: need.clone(), what, owned }
}
