use pactwright_core::names::{ParticipantName, TagName, VersionNumber};

use super::{Command, Existing, Rejection, Work};

/// Puts a tag on a version. Participant and version are created where they are not there.
#[derive(Debug, Clone)]
pub struct AddTag {
    /// Whose version.
    pub participant: ParticipantName,
    /// The version.
    pub version: VersionNumber,
    /// The tag.
    pub tag: TagName,
}

impl Command for AddTag {
    type Answer = Existing;

    fn decide(self, work: &mut Work<'_>) -> Result<Existing, Rejection> {
        Ok(Existing::new(work.add_tag(&self.participant, &self.version, &self.tag)))
    }
}
