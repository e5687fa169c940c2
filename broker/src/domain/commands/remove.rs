use pactwright_core::names::{BranchName, ParticipantName, TagName, VersionNumber};

use super::{Command, Rejection, Work};
use crate::domain::{event::Event, model::ResultNumber};

/// Removes a participant with everything that belongs to it.
#[derive(Debug, Clone)]
pub struct RemoveParticipant {
    /// Which.
    pub participant: ParticipantName,
}

impl Command for RemoveParticipant {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        work.known_participant(self.participant.as_str())?;
        work.record(Event::ParticipantRemoved { participant: self.participant });
        Ok(())
    }
}

/// Removes a version with its contracts and results.
#[derive(Debug, Clone)]
pub struct RemoveVersion {
    /// Whose version.
    pub participant: ParticipantName,
    /// Which.
    pub version: VersionNumber,
}

impl Command for RemoveVersion {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let owner = work.known_participant(self.participant.as_str())?;
        if work.state.version(owner.id, self.version.as_str()).is_none() {
            return Err(Rejection::NotFound { what: "the version" });
        }
        work.record(Event::VersionRemoved {
            participant: self.participant,
            version: self.version,
            by_clean_up: false,
        });
        Ok(())
    }
}

/// Removes a branch; its versions stay.
#[derive(Debug, Clone)]
pub struct RemoveBranch {
    /// Whose branch.
    pub participant: ParticipantName,
    /// Which.
    pub branch: BranchName,
}

impl Command for RemoveBranch {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let owner = work.known_participant(self.participant.as_str())?;
        if work.state.branch(owner.id, self.branch.as_str()).is_none() {
            return Err(Rejection::NotFound { what: "the branch" });
        }
        work.record(Event::BranchRemoved { participant: self.participant, branch: self.branch });
        Ok(())
    }
}

/// Takes a version off a branch.
#[derive(Debug, Clone)]
pub struct RemoveBranchVersion {
    /// Whose version.
    pub participant: ParticipantName,
    /// The branch.
    pub branch: BranchName,
    /// The version.
    pub version: VersionNumber,
}

impl Command for RemoveBranchVersion {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let owner = work.known_participant(self.participant.as_str())?;
        let branch = work.state.branch(owner.id, self.branch.as_str());
        let version = work.state.version(owner.id, self.version.as_str());
        if !branch.zip(version).is_some_and(|(branch, version)| version.is_on(branch.id)) {
            return Err(Rejection::NotFound { what: "the branch version" });
        }
        work.record(Event::BranchVersionRemoved {
            participant: self.participant,
            branch: self.branch,
            version: self.version,
        });
        Ok(())
    }
}

/// Takes a tag off a version.
#[derive(Debug, Clone)]
pub struct RemoveTag {
    /// Whose version.
    pub participant: ParticipantName,
    /// The version.
    pub version: VersionNumber,
    /// The tag.
    pub tag: TagName,
}

impl Command for RemoveTag {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let owner = work.known_participant(self.participant.as_str())?;
        let version = work.state.version(owner.id, self.version.as_str());
        if !version.is_some_and(|version| version.has_tag(self.tag.as_str())) {
            return Err(Rejection::NotFound { what: "the tag" });
        }
        work.record(Event::TagRemoved {
            participant: self.participant,
            version: self.version,
            tag: self.tag,
        });
        Ok(())
    }
}

/// Removes contracts between a consumer and a provider: those of the given consumer versions.
#[derive(Debug, Clone)]
pub struct RemoveContracts {
    /// The consumer.
    pub consumer: ParticipantName,
    /// The provider.
    pub provider: ParticipantName,
    /// The consumer's versions.
    pub versions: Vec<VersionNumber>,
}

impl Command for RemoveContracts {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let consumer = work.known_participant(self.consumer.as_str())?;
        let provider = work.known_participant(self.provider.as_str())?;
        for number in self.versions {
            let version = work.state.version(consumer.id, number.as_str()).map(|version| version.id);
            if version.and_then(|version| work.state.pact(version, provider.id)).is_none() {
                return Err(Rejection::NotFound { what: "the pact" });
            }
            work.record(Event::ContractRemoved {
                consumer: self.consumer.clone(),
                version: number,
                provider: self.provider.clone(),
            });
        }
        Ok(())
    }
}

/// Removes a verification result.
#[derive(Debug, Clone)]
pub struct RemoveResult {
    /// Its number.
    pub number: ResultNumber,
}

impl Command for RemoveResult {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        if work.state.result(self.number).is_none() {
            return Err(Rejection::NotFound { what: "the verification result" });
        }
        work.record(Event::VerificationRemoved { number: self.number });
        Ok(())
    }
}
