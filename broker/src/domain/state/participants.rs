//! Participants, coming and going.

use std::sync::Arc;

use pactwright_core::names::ParticipantName;

use super::{State, take};
use crate::domain::model::{ContentId, PactId, Participant, ParticipantId, Profile, Timestamp};

impl State {
    pub(super) fn create_participant(&mut self, at: Timestamp, name: &ParticipantName, profile: &Profile) {
        if self.participants_by_name.contains_key(name) {
            return;
        }
        let id = take(&mut self.next.participant);
        self.participants_by_name.insert(name.clone(), id);
        let participant = Participant {
            id,
            name: name.clone(),
            profile: profile.clone(),
            labels: Vec::new(),
            created_at: at,
            updated_at: None,
        };
        self.participants.insert(id, Arc::new(participant));
    }

    pub(super) fn edit_participant(&mut self, id: ParticipantId, edit: impl FnOnce(&mut Participant)) {
        if let Some(known) = self.participants.get_mut(&id) {
            edit(Arc::make_mut(known));
        }
    }

    /// Removes a participant: its versions with all that belongs to them, and the contracts that others have with it.
    pub(super) fn remove_participant(&mut self, id: ParticipantId) {
        let versions: Vec<_> = self.version_ids(id).collect();
        for version in versions {
            self.remove_version(version);
        }
        let as_provider: Vec<PactId> = self
            .consumers_of_provider(id)
            .flat_map(|consumer| self.pacts_between(consumer, id).map(|pact| pact.id).collect::<Vec<_>>())
            .collect();
        for pact in as_provider {
            self.remove_pact(pact, true);
        }
        let contents: Vec<_> = self
            .contents_by_party
            .range((id, ContentId::FIRST)..=(id, ContentId::LAST))
            .map(|(_, content)| *content)
            .collect();
        for content in contents {
            self.forget_unused_content(content);
        }
        let branches: Vec<_> = self.branches_of(id).map(|branch| branch.id).collect();
        for branch in branches {
            self.remove_branch(branch);
        }
        let tags: Vec<_> = self.tags_ever_used_by(id).cloned().collect();
        for tag in tags {
            self.tags.remove(&(id, tag));
        }
        self.remove_webhooks_of(id);
        if let Some(known) = self.participants.remove(&id) {
            self.participants_by_name.remove(&known.name);
        }
    }
}
