//! Teams, users, tokens and owners.

use pactwright_core::names::ParticipantName;
use uuid::Uuid;

use super::{Command, Existing, Rejection, Work};
use crate::domain::{
    access::{Grant, Ownership, PasswordHash, Role, TeamDetails, TeamName, TokenDetails, UserName},
    event::Event,
};

/// Teams that are named have to be there.
fn known_teams<'a>(work: &Work<'_>, teams: impl IntoIterator<Item = &'a TeamName>) -> Result<(), Rejection> {
    let is_known = |team: &TeamName| work.state.access().team(team.as_str()).is_some();
    match teams.into_iter().find(|team| !is_known(team)) {
        Some(team) => Err(Rejection::UnknownTeam { team: team.clone() }),
        None => Ok(()),
    }
}

/// Whether nobody is asked who calls, and the settings name no administrator who could help when somebody is.
fn is_first(work: &Work<'_>, has_administrator: bool) -> bool {
    !has_administrator && !work.state.access().is_used()
}

/// Grants are for teams that are there; and the first that are given must not leave the broker without an
/// administrator, unless its settings name one.
fn check_grants(work: &Work<'_>, grants: &[Grant], has_administrator: bool) -> Result<(), Rejection> {
    known_teams(work, grants.iter().filter_map(Grant::team))?;
    if is_first(work, has_administrator) && !grants.contains(&Grant::everywhere(Role::Admin)) {
        return Err(Rejection::FirstIsNoAdministrator);
    }
    Ok(())
}

/// Creates a team, or says something else about one.
#[derive(Debug, Clone)]
pub struct SaveTeam {
    /// The team.
    pub team: TeamName,
    /// What is said about it.
    pub details: TeamDetails,
}

impl Command for SaveTeam {
    type Answer = Existing;

    fn decide(self, work: &mut Work<'_>) -> Result<Existing, Rejection> {
        let known = work.state.access().team(self.team.as_str());
        let (is_new, differs) = (known.is_none(), known.is_none_or(|known| known.details != self.details));
        if differs {
            work.record(Event::TeamSaved { team: self.team, details: self.details });
        }
        Ok(Existing::new(is_new))
    }
}

/// Removes a team that owns nothing, with what was granted for it.
#[derive(Debug, Clone)]
pub struct RemoveTeam {
    /// The team.
    pub team: TeamName,
}

impl Command for RemoveTeam {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let access = work.state.access();
        if access.team(self.team.as_str()).is_none() {
            return Err(Rejection::NotFound { what: "the team" });
        }
        match access.owned_by(&self.team) {
            0 => work.record(Event::TeamRemoved { team: self.team }),
            count => return Err(Rejection::TeamOwns { team: self.team, count }),
        }
        Ok(())
    }
}

/// Creates a user, or says something else about one.
#[derive(Debug, Clone)]
pub struct SaveUser {
    /// The user.
    pub user: UserName,
    /// A name for people: leave it (`None`), or set it to this, or to nothing.
    pub display_name: Option<Option<String>>,
    /// Another password.
    pub password: Option<PasswordHash>,
    /// Other grants.
    pub grants: Option<Vec<Grant>>,
    /// Whether it has to be there: nobody who was removed comes back with another password.
    pub must_exist: bool,
    /// Whether the settings of the broker name an administrator.
    pub has_administrator: bool,
}

impl Command for SaveUser {
    type Answer = Existing;

    fn decide(self, work: &mut Work<'_>) -> Result<Existing, Rejection> {
        let known = work.state.access().user(self.user.as_str()).map(|known| known.details.clone());
        if self.must_exist && known.is_none() {
            return Err(Rejection::NotFound { what: "the user" });
        }
        let mut details = known.clone().unwrap_or_default();
        if let Some(display_name) = self.display_name {
            details.display_name = display_name;
        }
        if self.password.is_some() {
            details.password = self.password;
        }
        if let Some(grants) = self.grants {
            details.grants = grants;
        }
        check_grants(work, &details.grants, self.has_administrator)?;
        if is_first(work, self.has_administrator) && details.password.is_none() {
            return Err(Rejection::FirstHasNoPassword);
        }
        let is_new = known.is_none();
        if known.as_ref() != Some(&details) {
            work.record(Event::UserSaved { user: self.user, details });
        }
        Ok(Existing::new(is_new))
    }
}

/// Says which roles a user has in a team.
#[derive(Debug, Clone)]
pub struct SetMember {
    /// The team.
    pub team: TeamName,
    /// The user.
    pub user: UserName,
    /// The roles; none takes the user out of the team.
    pub roles: Vec<Role>,
}

impl Command for SetMember {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let access = work.state.access();
        if access.team(self.team.as_str()).is_none() {
            return Err(Rejection::NotFound { what: "the team" });
        }
        let Some(known) = access.user(self.user.as_str()) else {
            return Err(Rejection::NotFound { what: "the user" });
        };
        let mut details = known.details.clone();
        details.grants.retain(|grant| grant.team() != Some(&self.team));
        for role in self.roles {
            let grant = Grant::of(self.team.clone(), role);
            if !details.grants.contains(&grant) {
                details.grants.push(grant);
            }
        }
        if details != known.details {
            work.record(Event::UserSaved { user: self.user, details });
        }
        Ok(())
    }
}

/// Removes a user.
#[derive(Debug, Clone)]
pub struct RemoveUser {
    /// The user.
    pub user: UserName,
}

impl Command for RemoveUser {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        if work.state.access().user(self.user.as_str()).is_none() {
            return Err(Rejection::NotFound { what: "the user" });
        }
        work.record(Event::UserRemoved { user: self.user });
        Ok(())
    }
}

/// Takes note of a token that was made. Its text is known to nobody but who is told it now.
#[derive(Debug, Clone)]
pub struct CreateToken {
    /// What it is like.
    pub details: TokenDetails,
    /// Whether the settings of the broker name an administrator.
    pub has_administrator: bool,
}

impl Command for CreateToken {
    type Answer = Uuid;

    fn decide(self, work: &mut Work<'_>) -> Result<Uuid, Rejection> {
        check_grants(work, &self.details.grants, self.has_administrator)?;
        let token = work.fresh_uuid();
        work.record(Event::TokenCreated { token, details: self.details });
        Ok(token)
    }
}

/// Revokes a token: it is never taken again.
#[derive(Debug, Clone)]
pub struct RevokeToken {
    /// The token.
    pub token: Uuid,
}

impl Command for RevokeToken {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let Some(known) = work.state.access().token(self.token) else {
            return Err(Rejection::NotFound { what: "the token" });
        };
        if known.revoked_at.is_none() {
            work.record(Event::TokenRevoked { token: self.token });
        }
        Ok(())
    }
}

/// Takes note that a token was used: at most once a day, so that reading does not fill the log.
#[derive(Debug, Clone)]
pub struct NoteTokenUse {
    /// The token.
    pub token: Uuid,
}

impl Command for NoteTokenUse {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let Some(known) = work.state.access().token(self.token) else {
            return Err(Rejection::NotFound { what: "the token" });
        };
        if known.last_used_at.is_none_or(|last| last <= work.now.minus_days(1)) {
            work.record(Event::TokenUsed { token: self.token });
        }
        Ok(())
    }
}

/// What belongs to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerOf {
    /// A participant.
    Participant(ParticipantName),
    /// An environment.
    Environment(Uuid),
}

/// Says to whom something belongs, or that it belongs to nobody.
#[derive(Debug, Clone)]
pub struct SetOwner {
    /// What.
    pub of: OwnerOf,
    /// To whom.
    pub ownership: Option<Ownership>,
}

impl Command for SetOwner {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let access = work.state.access();
        let known = match &self.of {
            OwnerOf::Participant(name) => {
                work.known_participant(name.as_str())?;
                access.owner(name)
            }
            OwnerOf::Environment(uuid) if work.state.environment(*uuid).is_none() => {
                return Err(Rejection::NotFound { what: "the environment" });
            }
            OwnerOf::Environment(uuid) => access.environment_owner(*uuid),
        };
        if known == self.ownership.as_ref() {
            return Ok(());
        }
        if let Some(ownership) = &self.ownership {
            known_teams(work, std::iter::once(&ownership.team).chain(&ownership.delegates))?;
        }
        work.record(match (self.of, self.ownership) {
            (OwnerOf::Participant(participant), Some(ownership)) => {
                Event::ParticipantOwned { participant, ownership }
            }
            (OwnerOf::Participant(participant), None) => Event::ParticipantDisowned { participant },
            (OwnerOf::Environment(environment), Some(ownership)) => {
                Event::EnvironmentOwned { environment, ownership }
            }
            (OwnerOf::Environment(environment), None) => Event::EnvironmentDisowned { environment },
        });
        Ok(())
    }
}
