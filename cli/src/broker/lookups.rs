//! What commands look up before they do anything: each is found, or there is an error that says what to do.

use pactwright_core::broker_api::{Environment, Environments, Participant, Version};
use pactwright_core::names::{EnvironmentName, ParticipantName, VersionNumber};

use super::{Broker, BrokerError, EntryPoint, Whole};

impl Broker {
    /// A participant.
    pub(crate) async fn participant(
        &self,
        index: &EntryPoint,
        participant: &ParticipantName,
    ) -> Result<Whole<Participant>, BrokerError> {
        let address = index.address("pb:pacticipant", &[("pacticipant", participant.as_str())])?;
        let none = || BrokerError::NoSuchParticipant { participant: participant.clone() };
        self.find(&address).await?.ok_or_else(none)
    }

    /// A version of a participant.
    pub(crate) async fn version(
        &self,
        index: &EntryPoint,
        participant: &ParticipantName,
        version: &VersionNumber,
    ) -> Result<Whole<Version>, BrokerError> {
        let variables = [("pacticipant", participant.as_str()), ("version", version.as_str())];
        let address = index.address("pb:pacticipant-version", &variables)?;
        let none =
            || BrokerError::NoSuchVersion { participant: participant.clone(), version: version.clone() };
        self.find(&address).await?.ok_or_else(none)
    }

    /// The environment of that name.
    pub(crate) async fn environment(
        &self,
        index: &EntryPoint,
        name: &EnvironmentName,
    ) -> Result<Environment, BrokerError> {
        let all: Environments = self.get(&index.address("pb:environments", &[])?).await?;
        let all = all.embedded.environments;
        let known: Vec<_> = all.iter().map(|environment| environment.name.as_str()).collect();
        let none = BrokerError::NoSuchEnvironment { name: name.clone(), known: known.join(", ") };
        all.into_iter().find(|environment| *name == *environment.name).ok_or(none)
    }
}
