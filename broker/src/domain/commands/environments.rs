use uuid::Uuid;

use super::{Command, Rejection, Work};
use crate::domain::event::{EnvironmentDetails, Event};

/// Creates an environment.
#[derive(Debug, Clone)]
pub struct CreateEnvironment {
    /// What it is like.
    pub details: EnvironmentDetails,
}

impl Command for CreateEnvironment {
    type Answer = Uuid;

    fn decide(self, work: &mut Work<'_>) -> Result<Uuid, Rejection> {
        if work.state.environment_by_name(self.details.name.as_str()).is_some() {
            return Err(Rejection::EnvironmentNameTaken { name: self.details.name });
        }
        let environment = work.fresh_uuid();
        work.record(Event::EnvironmentCreated { environment, details: self.details });
        Ok(environment)
    }
}

/// Says something else about an environment.
#[derive(Debug, Clone)]
pub struct ReplaceEnvironment {
    /// Which.
    pub environment: Uuid,
    /// What it is like now.
    pub details: EnvironmentDetails,
}

impl Command for ReplaceEnvironment {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        if work.state.environment(self.environment).is_none() {
            return Err(Rejection::NotFound { what: "the environment" });
        }
        let named = work.state.environment_by_name(self.details.name.as_str());
        if named.is_some_and(|known| known.uuid != self.environment) {
            return Err(Rejection::EnvironmentNameTaken { name: self.details.name });
        }
        work.record(Event::EnvironmentChanged { environment: self.environment, details: self.details });
        Ok(())
    }
}

/// Removes an environment, with its deployments and releases.
#[derive(Debug, Clone)]
pub struct RemoveEnvironment {
    /// Which.
    pub environment: Uuid,
}

impl Command for RemoveEnvironment {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        if work.state.environment(self.environment).is_none() {
            return Err(Rejection::NotFound { what: "the environment" });
        }
        work.record(Event::EnvironmentRemoved { environment: self.environment });
        Ok(())
    }
}
