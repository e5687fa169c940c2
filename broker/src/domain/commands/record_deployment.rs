use pactwright_core::names::{ParticipantName, VersionNumber};
use uuid::Uuid;

use super::{Command, Existing, Rejection, Work};
use crate::domain::event::Event;

/// Records that a version was deployed. Whatever was on the same instance is not any more.
#[derive(Debug, Clone)]
pub struct RecordDeployment {
    /// Whose version.
    pub participant: ParticipantName,
    /// The version.
    pub version: VersionNumber,
    /// Where.
    pub environment: Uuid,
    /// On which instance.
    pub instance: Option<String>,
}

impl Command for RecordDeployment {
    /// The deployment: a new one, or the one that is current.
    type Answer = Uuid;

    fn decide(self, work: &mut Work<'_>) -> Result<Uuid, Rejection> {
        let participant = work.known_participant(self.participant.as_str())?;
        let version = work.state.version(participant.id, self.version.as_str());
        let version = version.ok_or(Rejection::NotFound { what: "the version" })?.id;
        let environment = work.state.environment(self.environment);
        let environment = environment.ok_or(Rejection::NotFound { what: "the environment" })?.id;
        let current = work.state.deployed_on(environment, participant.id, self.instance.as_deref());
        if let Some(current) = current.filter(|current| current.version == version) {
            return Ok(current.uuid);
        }
        let deployment = work.fresh_uuid();
        work.record(Event::DeploymentRecorded {
            deployment,
            participant: self.participant,
            version: self.version,
            environment: self.environment,
            instance: self.instance,
            auto_created: false,
        });
        Ok(deployment)
    }
}

/// Records that a version was released, or is supported again.
#[derive(Debug, Clone)]
pub struct RecordRelease {
    /// Whose version.
    pub participant: ParticipantName,
    /// The version.
    pub version: VersionNumber,
    /// Where.
    pub environment: Uuid,
}

impl Command for RecordRelease {
    type Answer = (Uuid, Existing);

    fn decide(self, work: &mut Work<'_>) -> Result<(Uuid, Existing), Rejection> {
        let participant = work.known_participant(self.participant.as_str())?;
        let version = work.state.version(participant.id, self.version.as_str());
        let version = version.ok_or(Rejection::NotFound { what: "the version" })?.id;
        let environment = work.state.environment(self.environment);
        let environment = environment.ok_or(Rejection::NotFound { what: "the environment" })?.id;
        let known = work.state.release_of(version, environment).cloned();
        if let Some(known) = known.as_ref().filter(|known| known.support_ended_at.is_none()) {
            return Ok((known.uuid, Existing::Known));
        }
        let release = known.as_ref().map_or_else(|| work.fresh_uuid(), |known| known.uuid);
        work.record(Event::ReleaseRecorded {
            release,
            participant: self.participant,
            version: self.version,
            environment: self.environment,
        });
        Ok((release, Existing::new(known.is_none())))
    }
}
