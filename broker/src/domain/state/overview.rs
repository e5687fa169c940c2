//! Which contracts are on the dashboard, and which may be work in progress: known, not searched for.
//!
//! Whatever changes asks before and after which contracts may be concerned, and has only those looked at again.

use std::collections::BTreeSet;

use pactwright_core::names::TagName;

use super::{Mark, Place, State};
use crate::domain::model::{Pact, PactId, ParticipantId, Timestamp, VersionId};

impl State {
    /// The contracts that may become, or cease to be, the latest of something with a contract of a version.
    pub(super) fn beside_pact(&self, version: VersionId, provider: ParticipantId) -> BTreeSet<PactId> {
        let Some(known) = self.versions.get(&version) else { return BTreeSet::new() };
        let mut beside: BTreeSet<_> =
            self.pacts_by_version.get(&(version, provider)).copied().into_iter().collect();
        beside.extend(self.pacts_between(known.participant, provider).next_back().map(|pact| pact.id));
        for mark in self.marks_of(known).into_iter().filter(|mark| matches!(mark, Mark::Tag(_))) {
            beside.extend(self.last_marked(mark, provider));
        }
        beside
    }

    /// The contracts that are concerned when a version gets, or loses, a branch or a tag.
    pub(super) fn beside_mark(&self, version: VersionId, mark: Mark) -> BTreeSet<PactId> {
        let head = self.mark_head(mark);
        let of_head = head.into_iter().flat_map(|head| self.pacts_of_version(head).map(|pact| pact.id));
        let mut beside: BTreeSet<_> = of_head.collect();
        for pact in self.pacts_of_version(version) {
            beside.insert(pact.id);
            beside.extend(self.last_marked(mark, pact.provider));
        }
        beside
    }

    /// The contract with a provider of the latest version of a branch or with a tag that has one.
    fn last_marked(&self, mark: Mark, provider: ParticipantId) -> Option<PactId> {
        let range = (mark, provider, Place::FIRST)..(mark, provider.next(), Place::FIRST);
        self.pacts_by_mark.range(range).next_back().map(|(_, id)| *id)
    }

    /// Looks at contracts again.
    pub(super) fn look_again(&mut self, pacts: impl IntoIterator<Item = PactId>) {
        for id in pacts {
            let Some(pact) = self.pacts.get(&id).copied() else { continue };
            let Some(version) = self.versions.get(&pact.version) else { continue };
            let marks = self.marks_of(version);
            let is_head_of = |mark: &Mark| self.mark_head(*mark) == Some(pact.version);
            let is_head = marks.iter().any(is_head_of);
            let is_last_with = |mark: &Mark| match mark {
                Mark::Branch(_) => is_head_of(mark),
                Mark::Tag(_) => self.last_marked(*mark, pact.provider) == Some(id),
            };
            let latest = self.pacts_between(pact.consumer, pact.provider).next_back();
            let is_shown = latest.is_some_and(|latest| latest.id == id) || marks.iter().any(is_last_with);
            let (head, shown) = self.overview_keys(&pact);
            if is_head {
                self.heads.insert(head);
            } else {
                self.heads.remove(&head);
            }
            if is_shown {
                self.shown.insert(shown, id);
            } else {
                self.shown.remove(&shown);
            }
        }
    }

    pub(super) fn overview_keys(
        &self,
        pact: &Pact,
    ) -> ((ParticipantId, Timestamp, PactId), (ParticipantId, Place, ParticipantId)) {
        let place = self.place(pact.version);
        ((pact.provider, pact.created_at, pact.id), (pact.consumer, place, pact.provider))
    }

    /// The contracts of a consumer that matter now, newest version first: the latest with each provider, and the latest
    /// with each tag and of each branch.
    pub fn shown_pacts(&self, consumer: ParticipantId) -> impl Iterator<Item = &Pact> {
        let begin = (consumer, Place::FIRST, ParticipantId::FIRST);
        let end = (consumer.next(), Place::FIRST, ParticipantId::FIRST);
        self.shown.range(begin..end).rev().filter_map(|(_, id)| self.pacts.get(id))
    }

    /// The tags that a contract is the latest of its pair with, by name.
    pub fn tags_latest_with(&self, pact: &Pact) -> Vec<TagName> {
        let Some(version) = self.versions.get(&pact.version) else { return Vec::new() };
        let is_latest = |tag: &TagName| {
            let tag = self.tag_id(version.participant, tag);
            tag.is_some_and(|tag| self.last_marked(Mark::Tag(tag), pact.provider) == Some(pact.id))
        };
        let tags = version.tags.iter().map(|used| &used.tag);
        let mut tags: Vec<_> = tags.filter(|tag| is_latest(tag)).cloned().collect();
        tags.sort_unstable();
        tags
    }

    /// How many contracts matter now.
    pub fn shown_count(&self) -> usize {
        self.shown.len()
    }

    /// The contracts with a provider whose versions are the head of a branch, or the latest with a tag, and that were
    /// set after a moment.
    pub fn head_pacts_since(&self, provider: ParticipantId, after: Timestamp) -> impl Iterator<Item = &Pact> {
        self.heads
            .range((provider, after, PactId::FIRST)..(provider.next(), Timestamp::MIN, PactId::FIRST))
            .filter(move |(_, at, _)| *at > after)
            .filter_map(|(.., id)| self.pacts.get(id))
    }
}
