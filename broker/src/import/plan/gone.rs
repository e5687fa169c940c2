//! What happened to versions that are gone, and still counts.

use std::collections::HashMap;

use pactwright_core::names::{ParticipantName, VersionNumber};

use super::{KnownBranch, Plan, Rank, Taken, Told, VersionKey, published};
use crate::{
    domain::{event::Event, model::Timestamp},
    export,
};

/// The number of the versions that are gone: what happened to them is told with it.
const GONE: &str = "removed-before-the-import";

impl Plan<'_> {
    /// What happened to versions that are gone, and still counts.
    pub(super) fn tell_what_is_gone(&mut self) -> Taken {
        let gone = |known: &HashMap<VersionKey, Timestamp>, owner: &ParticipantName| {
            let numbers = std::iter::once(GONE.to_owned()).chain((2..).map(|more| format!("{GONE}-{more}")));
            let mut numbers = numbers.filter_map(|number| VersionNumber::new(number).ok());
            numbers.find(|number| !known.contains_key(&(owner.clone(), number.clone())))
        };
        for ((owner, tag), at) in std::mem::take(&mut self.tags_first_used) {
            let first = self.tags.get(&(owner.clone(), tag.clone())).copied();
            if first.is_some_and(|first| first.at == at) {
                continue;
            }
            let Some(version) = gone(&self.versions, &owner) else { continue };
            let place = earliest(at.max(self.known_participant(&owner)?), first);
            let added = Event::TagAdded { participant: owner.clone(), version: version.clone(), tag };
            self.tell(place, Rank::First, at, come_and_go(&owner, &version, vec![added]));
        }
        for (_, KnownBranch { said, first, last }) in std::mem::take(&mut self.branches) {
            let export::Branch { participant: owner, branch, auto_created, created_at, updated_at } = said;
            let Some(version) = gone(&self.versions, &owner) else { continue };
            let added = Event::BranchVersionAdded {
                participant: owner.clone(),
                branch,
                version: version.clone(),
                auto_created,
            };
            let events = || come_and_go(&owner, &version, vec![added.clone()]);
            let own = created_at.max(self.known_participant(&owner)?);
            let is_told = first.is_some_and(|first| first.at == created_at);
            if !is_told {
                self.tell(earliest(own, first), Rank::First, created_at, events());
            }
            let last = last.map_or((own, created_at), |last| (last.place, last.at));
            if last.1 != updated_at {
                self.tell(updated_at.max(last.0), Rank::Last, updated_at, events());
            }
        }
        for ((pair, sha), content) in std::mem::take(&mut self.contents) {
            if content.first.is_some_and(|first| first.at == content.created_at) {
                continue;
            }
            let (consumer, provider) = &pair;
            let Some(version) = gone(&self.versions, consumer) else { continue };
            let place = earliest(self.place_of_content(&pair, &content)?, content.first);
            let events = vec![
                published((consumer, &version), provider, &sha, content.body),
                Event::ContractRemoved {
                    consumer: consumer.clone(),
                    version: version.clone(),
                    provider: provider.clone(),
                },
            ];
            let events = come_and_go(consumer, &version, events);
            self.tell(place, Rank::First, content.created_at, events);
        }
        Ok(())
    }
}

/// Not after the first one of the same kind.
fn earliest(own: Timestamp, first: Option<Told>) -> Timestamp {
    first.map_or(own, |first| own.min(first.place))
}

/// What happened to a version that was there then.
fn come_and_go(owner: &ParticipantName, version: &VersionNumber, between: Vec<Event>) -> Vec<Event> {
    let (participant, version) = (owner.clone(), version.clone());
    let created =
        Event::VersionCreated { participant: participant.clone(), version: version.clone(), build_url: None };
    let removed = Event::VersionRemoved { participant, version, by_clean_up: false };
    std::iter::once(created).chain(between).chain(std::iter::once(removed)).collect()
}
