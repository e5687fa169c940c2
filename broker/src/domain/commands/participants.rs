use pactwright_core::names::{BranchName, ParticipantName};

use super::{Command, Existing, Rejection, Work};
use crate::domain::{event::Event, model::Profile};

/// Creates a participant. One that is there stays as it is.
#[derive(Debug, Clone)]
pub struct CreateParticipant {
    /// Its name.
    pub participant: ParticipantName,
    /// What is said about it.
    pub profile: Profile,
}

impl Command for CreateParticipant {
    type Answer = Existing;

    fn decide(self, work: &mut Work<'_>) -> Result<Existing, Rejection> {
        if work.state.participant(self.participant.as_str()).is_some() {
            return Ok(Existing::Known);
        }
        work.record(Event::ParticipantCreated { participant: self.participant, profile: self.profile });
        Ok(Existing::New)
    }
}

/// Says something else about a participant.
#[derive(Debug, Clone)]
pub struct ChangeParticipant {
    /// Which.
    pub participant: ParticipantName,
    /// What is to be said.
    pub change: ProfileChange,
    /// Whether to create it where it is not there.
    pub may_create: bool,
}

/// What is to be said about a participant: leave it (`None`), or set it to this, or to nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// A name for people.
    pub display_name: Option<Option<String>>,
    /// The branch that is released from.
    pub main_branch: Option<Option<BranchName>>,
    /// Where its code is.
    pub repository_url: Option<Option<String>>,
    /// The name of its repository.
    pub repository_name: Option<Option<String>>,
    /// Whose repository it is.
    pub repository_namespace: Option<Option<String>>,
}

impl ProfileChange {
    /// What comes out for a profile.
    pub fn applied_to(self, profile: Profile) -> Profile {
        Profile {
            display_name: self.display_name.unwrap_or(profile.display_name),
            main_branch: self.main_branch.unwrap_or(profile.main_branch),
            repository_url: self.repository_url.unwrap_or(profile.repository_url),
            repository_name: self.repository_name.unwrap_or(profile.repository_name),
            repository_namespace: self.repository_namespace.unwrap_or(profile.repository_namespace),
        }
    }
}

impl Command for ChangeParticipant {
    type Answer = Existing;

    fn decide(self, work: &mut Work<'_>) -> Result<Existing, Rejection> {
        let known = work.state.participant(self.participant.as_str()).cloned();
        let Some(known) = known else {
            if !self.may_create {
                return Err(Rejection::UnknownParticipant { name: self.participant.to_string() });
            }
            let profile = self.change.applied_to(Profile::default());
            work.record(Event::ParticipantCreated { participant: self.participant, profile });
            return Ok(Existing::New);
        };
        let profile = self.change.applied_to(known.profile.clone());
        if profile != known.profile {
            work.record(Event::ParticipantChanged { participant: self.participant, profile });
        }
        Ok(Existing::Known)
    }
}
