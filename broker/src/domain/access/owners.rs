use pactwright_core::names::ParticipantName;

use super::{Access, Ownership, TeamName};
use crate::domain::event::Event;

/// What becomes the property of a team because somebody of it was the first to say something of it: participants that
/// were published or verified, and environments that were created. Whoever is only named by somebody else's contract is
/// not owned by that.
pub fn derive_owners(access: &Access, team: &TeamName, events: &[Event]) -> Vec<Event> {
    let ownership =
        || Ownership { team: team.clone(), contacts: Vec::new(), delegates: Vec::new(), derived: true };
    let mut participants: Vec<&ParticipantName> = Vec::new();
    let mut environments = Vec::new();
    let is_asked_of = |name: &ParticipantName| {
        let of = |event: &Event| matches!(event, Event::ContractPublished { provider, consumer, .. } if provider == name && consumer != name);
        events.iter().any(of)
    };
    for event in events {
        match event {
            Event::ContractPublished { consumer: name, .. }
            | Event::VerificationRecorded { provider: name, .. }
            | Event::VersionCreated { participant: name, .. }
            | Event::VersionChanged { participant: name, .. }
            | Event::BranchVersionAdded { participant: name, .. }
            | Event::TagAdded { participant: name, .. } => participants.push(name),
            Event::ParticipantCreated { participant: name, .. } if !is_asked_of(name) => {
                participants.push(name);
            }
            Event::EnvironmentCreated { environment, .. } => environments.push(*environment),
            _ => {}
        }
    }
    participants.sort_unstable();
    participants.dedup();
    let participants = participants.into_iter().filter(|name| access.owner(name).is_none());
    let of_participants = participants
        .map(|name| Event::ParticipantOwned { participant: name.clone(), ownership: ownership() });
    let environments = environments.into_iter().filter(|known| access.environment_owner(*known).is_none());
    let of_environments =
        environments.map(|environment| Event::EnvironmentOwned { environment, ownership: ownership() });
    of_participants.chain(of_environments).collect()
}
