//! Contracts and what they say, coming and going.

use std::{ops::Bound, sync::Arc};

use pactwright_core::digest::ContentSha;

use super::{Mark, Place, State, take};
use crate::{
    domain::model::{Content, ContentId, Pact, PactId, ParticipantId, Timestamp, VersionId},
    store::BlobKey,
};

impl State {
    pub(super) fn set_contract(
        &mut self,
        at: Timestamp,
        version: VersionId,
        (consumer, provider): (ParticipantId, ParticipantId),
        sha: &ContentSha,
        body: BlobKey,
    ) {
        let key = (consumer, provider, sha.clone());
        let content = if let Some(&content) = self.contents_by_sha.get(&key) {
            content
        } else {
            let id = take(&mut self.next.content);
            self.add_content(Content { id, consumer, provider, sha: sha.clone(), body, created_at: at });
            id
        };
        let before =
            self.pacts_by_version.get(&(version, provider)).and_then(|id| self.pacts.get(id)).copied();
        let id = before.map_or_else(|| take(&mut self.next.pact), |pact| pact.id);
        let revision = before.map_or(1, |pact| pact.revision + 1);
        // What it said before stays known, with its results: published again, it is verified already.
        self.put_pact(Pact { id, consumer, provider, version, content, revision, created_at: at });
    }

    pub(super) fn add_content(&mut self, content: Content) {
        let Content { id, consumer, provider, .. } = content;
        self.contents_by_sha.insert((consumer, provider, content.sha.clone()), id);
        self.contents_by_pair.insert((consumer, provider, id));
        self.contents_by_party.insert((consumer, id));
        self.contents_by_party.insert((provider, id));
        self.contents.insert(id, Arc::new(content));
    }

    /// Adds a contract, or sets another in its place.
    pub(super) fn put_pact(&mut self, pact: Pact) {
        let (version, provider) = (pact.version, pact.provider);
        let mut concerned = self.beside_pact(version, provider);
        let published = self.publications_of(version);
        if let Some(before) = self.pacts.get(&pact.id).copied() {
            self.unindex_pact(&before);
        }
        self.index_pact(pact);
        self.counts.publications_changed(published, self.publications_of(version));
        concerned.extend(self.beside_pact(version, provider));
        self.look_again(concerned);
    }

    /// `forget`: with the content, if no other contract has it.
    pub(super) fn remove_pact(&mut self, id: PactId, forget: bool) {
        let Some(pact) = self.pacts.get(&id).copied() else { return };
        let mut concerned = self.beside_pact(pact.version, pact.provider);
        let published = self.publications_of(pact.version);
        self.unindex_pact(&pact);
        self.counts.publications_changed(published, self.publications_of(pact.version));
        concerned.extend(self.beside_pact(pact.version, pact.provider));
        self.look_again(concerned);
        if forget {
            self.forget_unused_content(pact.content);
        }
    }

    fn index_pact(&mut self, pact: Pact) {
        let Pact { id, consumer, provider, version, content, created_at, .. } = pact;
        let Some(known) = self.versions.get(&version).cloned() else { return };
        let place = self.place_of(&known);
        let last = self.last_result_of_used(content);
        self.pacts.insert(id, pact);
        self.pacts_by_version.insert((version, provider), id);
        self.pacts_by_pair.insert((consumer, provider, place.clone()), id);
        self.pacts_by_time.insert((consumer, provider, created_at, id));
        self.pacts_by_content.insert((content, place.clone(), id));
        for mark in self.marks_of(&known) {
            self.pacts_by_mark.insert((mark, provider, place.clone()), id);
        }
        if known.tags.is_empty() {
            self.pacts_untagged.insert((consumer, provider, place.clone()), id);
        }
        *self.consumers_of.entry((provider, consumer)).or_insert(0) += 1;
        self.providers_of.insert((consumer, provider));
        self.settle_turns(consumer, provider, &place);
        self.last_result_changed(content, last);
    }

    fn unindex_pact(&mut self, pact: &Pact) {
        let Pact { id, consumer, provider, version, content, created_at, .. } = *pact;
        let Some(known) = self.versions.get(&version).cloned() else { return };
        let place = self.place_of(&known);
        let last = self.last_result_of_used(content);
        let (head, shown) = self.overview_keys(pact);
        self.heads.remove(&head);
        self.shown.remove(&shown);
        self.pacts.remove(&id);
        self.pacts_by_version.remove(&(version, provider));
        self.pacts_by_pair.remove(&(consumer, provider, place.clone()));
        self.pacts_by_time.remove(&(consumer, provider, created_at, id));
        self.pacts_by_content.remove(&(content, place.clone(), id));
        for mark in self.marks_of(&known) {
            self.pacts_by_mark.remove(&(mark, provider, place.clone()));
        }
        self.pacts_untagged.remove(&(consumer, provider, place.clone()));
        let pair = (provider, consumer);
        if let Some(count) = self.consumers_of.get_mut(&pair) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.consumers_of.remove(&pair);
                self.providers_of.remove(&(consumer, provider));
            }
        }
        self.settle_turns(consumer, provider, &place);
        self.last_result_changed(content, last);
    }

    /// Finds out whether the contract at a place, and the one after it, say something else than the one before.
    fn settle_turns(&mut self, consumer: ParticipantId, provider: ParticipantId, place: &Place) {
        self.settle_turn(consumer, provider, place);
        let behind = Bound::Excluded((consumer, provider, place.clone()));
        let end = Bound::Excluded((consumer, provider.next(), Place::FIRST));
        let next = self.pacts_by_pair.range((behind, end)).next().map(|((.., next), _)| next.clone());
        if let Some(next) = next {
            self.settle_turn(consumer, provider, &next);
        }
    }

    fn settle_turn(&mut self, consumer: ParticipantId, provider: ParticipantId, place: &Place) {
        let key = (consumer, provider, place.clone());
        let content = |id: &PactId| self.pacts.get(id).map(|pact| pact.content);
        let this = self.pacts_by_pair.get(&key).and_then(content);
        let before = self.pacts_by_pair.range((consumer, provider, Place::FIRST)..key.clone()).next_back();
        let before = before.and_then(|(_, id)| content(id));
        if this.is_some() && this != before {
            self.turns.insert(key);
        } else {
            self.turns.remove(&key);
        }
    }

    /// The nearest contract before a version's that says something else than its neighbour behind it.
    pub fn pact_before_turn(
        &self,
        consumer: ParticipantId,
        provider: ParticipantId,
        version: VersionId,
    ) -> Option<&Pact> {
        let first = (consumer, provider, Place::FIRST);
        let this = (consumer, provider, self.place(version));
        let turn = self.turns.range(first.clone()..=this).next_back()?.clone();
        let (_, id) = self.pacts_by_pair.range(first..turn).next_back()?;
        self.pacts.get(id)
    }

    /// Whether a contract has that content.
    pub fn is_used(&self, content: ContentId) -> bool {
        self.pacts_by_content.range(in_content(content)).next().is_some()
    }

    /// Removes a content that no contract has any more, with its results.
    pub(super) fn forget_unused_content(&mut self, id: ContentId) {
        if self.is_used(id) {
            return;
        }
        let results: Vec<_> = self.results_of_content(id).map(|result| result.number).collect();
        for result in results {
            self.remove_result(result);
        }
        self.overdue.remove(&id);
        if let Some(content) = self.contents.remove(&id) {
            let Content { consumer, provider, .. } = *content;
            self.contents_by_sha.remove(&(consumer, provider, content.sha.clone()));
            self.contents_by_pair.remove(&(consumer, provider, id));
            self.contents_by_party.remove(&(consumer, id));
            self.contents_by_party.remove(&(provider, id));
        }
    }

    /// The contracts between two participants whose content was set at a moment or later.
    pub fn pacts_since(
        &self,
        consumer: ParticipantId,
        provider: ParticipantId,
        since: Timestamp,
    ) -> impl DoubleEndedIterator<Item = &Pact> {
        self.pacts_by_time
            .range(
                (consumer, provider, since, PactId::FIRST)
                    ..(consumer, provider.next(), Timestamp::MIN, PactId::FIRST),
            )
            .filter_map(|(.., id)| self.pacts.get(id))
    }

    /// The contracts between two participants of the versions without tags, in their order.
    pub fn untagged_pacts(
        &self,
        consumer: ParticipantId,
        provider: ParticipantId,
    ) -> impl DoubleEndedIterator<Item = &Pact> {
        self.pacts_untagged
            .range((consumer, provider, Place::FIRST)..(consumer, provider.next(), Place::FIRST))
            .filter_map(|(_, id)| self.pacts.get(id))
    }

    /// The last of them before a version.
    pub fn untagged_pact_before(
        &self,
        consumer: ParticipantId,
        provider: ParticipantId,
        version: VersionId,
    ) -> Option<&Pact> {
        let range = (consumer, provider, Place::FIRST)..(consumer, provider, self.place(version));
        let (_, id) = self.pacts_untagged.range(range).next_back()?;
        self.pacts.get(id)
    }

    /// The last contract with a provider of a version that has a tag and comes before another one.
    pub fn pact_with_tag_before(
        &self,
        tag: crate::domain::model::TagId,
        provider: ParticipantId,
        version: VersionId,
    ) -> Option<&Pact> {
        let mark = Mark::Tag(tag);
        let range = (mark, provider, Place::FIRST)..(mark, provider, self.place(version));
        let (_, id) = self.pacts_by_mark.range(range).next_back()?;
        self.pacts.get(id)
    }

    /// The contracts with a provider of the versions of a branch, in the order of the versions.
    pub fn pacts_of_branch(
        &self,
        branch: crate::domain::model::BranchId,
        provider: ParticipantId,
    ) -> impl DoubleEndedIterator<Item = &Pact> {
        self.pacts_marked(Mark::Branch(branch), provider)
    }

    /// The contracts with a provider of the versions with a tag, in the order of the versions.
    pub fn pacts_with_tag(
        &self,
        tag: crate::domain::model::TagId,
        provider: ParticipantId,
    ) -> impl DoubleEndedIterator<Item = &Pact> {
        self.pacts_marked(Mark::Tag(tag), provider)
    }

    fn pacts_marked(&self, mark: Mark, provider: ParticipantId) -> impl DoubleEndedIterator<Item = &Pact> {
        self.pacts_by_mark
            .range((mark, provider, Place::FIRST)..(mark, provider.next(), Place::FIRST))
            .filter_map(|(_, id)| self.pacts.get(id))
    }
}

/// All that an index has of a content.
pub(super) fn in_content(content: ContentId) -> std::ops::Range<(ContentId, Place, PactId)> {
    (content, Place::FIRST, PactId::FIRST)..(content.next(), Place::FIRST, PactId::FIRST)
}
