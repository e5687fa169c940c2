use pactwright_core::names::ParticipantName;

use super::{Basis, Ownership, TeamName};
use crate::domain::{event::Event, state::State};

/// What becomes the property of a team because somebody of it was the first to say something of it: participants and
/// environments that it made, and participants that nobody owned and that it published or verified. Whoever is only named
/// by somebody else's contract is not owned by that. `before` is what was known before the events.
pub fn derive_owners(before: &State, team: &TeamName, events: &[Event]) -> Vec<Event> {
    let access = before.access();
    let ownership = |basis| Ownership::of(team.clone(), basis);
    let mut participants: Vec<&ParticipantName> = Vec::new();
    // Who is only named, perhaps by what others ask for, has said nothing yet.
    let is_new = |wanted: &ParticipantName| {
        let known = before.participant(wanted.as_str());
        known.is_none_or(|known| before.versions_of(known.id).next().is_none())
    };
    let mut environments = Vec::new();
    let is_asked_of = |name: &ParticipantName| {
        let of = |event: &Event| matches!(event, Event::ContractPublished { provider, consumer, .. } if provider == name && consumer != name);
        events.iter().any(of)
    };
    for event in events {
        match event {
            Event::ContractPublished { consumer: name, .. }
            | Event::VerificationRecorded { provider: name, .. } => participants.push(name),
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
    let of_participants = participants.map(|name| {
        let basis = if is_new(name) { Basis::Made } else { Basis::Used };
        Event::ParticipantOwned { participant: name.clone(), ownership: ownership(basis) }
    });
    let environments = environments.into_iter().filter(|known| access.environment_owner(*known).is_none());
    let of_environments = environments
        .map(|environment| Event::EnvironmentOwned { environment, ownership: ownership(Basis::Made) });
    of_participants.chain(of_environments).collect()
}
