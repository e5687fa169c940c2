use pactwright_core::names::{BranchName, ParticipantName, VersionNumber};

use super::{Command, Existing, Rejection, Work};

/// Puts a version on a branch. Participant, version and branch are created where they are not there.
#[derive(Debug, Clone)]
pub struct AddBranchVersion {
    /// Whose version.
    pub participant: ParticipantName,
    /// The branch.
    pub branch: BranchName,
    /// The version.
    pub version: VersionNumber,
}

impl Command for AddBranchVersion {
    type Answer = Existing;

    fn decide(self, work: &mut Work<'_>) -> Result<Existing, Rejection> {
        Ok(Existing::new(work.add_to_branch(&self.participant, &self.branch, &self.version)))
    }
}
