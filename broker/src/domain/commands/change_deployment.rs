use uuid::Uuid;

use super::{Command, Rejection, Work};
use crate::domain::event::Event;

/// Records that a version is not deployed any more.
#[derive(Debug, Clone)]
pub struct EndDeployment {
    /// The deployment.
    pub deployment: Uuid,
}

impl Command for EndDeployment {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let known = work.state.deployment(self.deployment);
        let known = known.ok_or(Rejection::NotFound { what: "the deployed version" })?;
        if known.undeployed_at.is_none() {
            work.record(Event::DeploymentEnded { deployment: self.deployment });
        }
        Ok(())
    }
}

/// Records that a released version is not supported any more.
#[derive(Debug, Clone)]
pub struct EndSupport {
    /// The release.
    pub release: Uuid,
}

impl Command for EndSupport {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let known = work.state.release(self.release);
        let known = known.ok_or(Rejection::NotFound { what: "the released version" })?;
        if known.support_ended_at.is_none() {
            work.record(Event::SupportEnded { release: self.release });
        }
        Ok(())
    }
}
