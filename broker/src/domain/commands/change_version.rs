use pactwright_core::names::{BranchName, ParticipantName, TagName, VersionNumber};

use super::{Command, Existing, Rejection, Work};
use crate::domain::event::Event;

/// Creates a version, or changes it.
#[derive(Debug, Clone)]
pub struct ChangeVersion {
    /// Whose version.
    pub participant: ParticipantName,
    /// The version.
    pub version: VersionNumber,
    /// What is to be.
    pub change: VersionChange,
}

/// What is to be said about a version.
#[derive(Debug, Clone, Default)]
pub struct VersionChange {
    /// Where its build can be looked at: leave it (`None`), or set it to this, or to nothing.
    pub build_url: Option<Option<String>>,
    /// A branch to put it on.
    pub branch: Option<BranchName>,
    /// Tags to put on it.
    pub tags: Vec<TagName>,
}

impl Command for ChangeVersion {
    type Answer = Existing;

    fn decide(self, work: &mut Work<'_>) -> Result<Existing, Rejection> {
        let owner = work.state.participant(self.participant.as_str());
        let known = owner.and_then(|owner| work.state.version(owner.id, self.version.as_str())).is_some();
        let version = work.ensure_version(&self.participant, &self.version);
        if let Some(build_url) = self.change.build_url
            && build_url.as_deref() != version.build_url.as_deref()
        {
            work.record(Event::VersionChanged {
                participant: self.participant.clone(),
                version: self.version.clone(),
                build_url,
            });
        }
        if let Some(branch) = &self.change.branch {
            work.add_to_branch(&self.participant, branch, &self.version);
        }
        for tag in &self.change.tags {
            work.add_tag(&self.participant, &self.version, tag);
        }
        Ok(Existing::new(!known))
    }
}
