//! What versions are known by besides their numbers: branches and tags; and whose successes count for whom.

use std::sync::Arc;

use pactwright_core::names::TagName;

use super::State;
use crate::domain::model::{
    BranchId, ContentId, Pact, ParticipantId, ResultNumber, TagId, Timestamp, VerificationResult, Version,
    VersionId,
};

/// A branch or a tag of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Branch(BranchId),
    Tag(TagId),
}

/// How a contract came to be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// It was asked for.
    Asked,
    /// It was sent along as work in progress.
    WorkInProgress,
}

/// Provider versions whose successes are looked for, where it does not matter which branch or tag they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Circle {
    /// Those that are on any branch.
    OnAnyBranch(Origin),
    /// Those that have any tag.
    WithAnyTag(Origin),
}

impl State {
    /// The branches and tags of a version.
    pub(super) fn marks_of(&self, version: &Version) -> Vec<Mark> {
        let branches = version.branches.iter().map(|on| Mark::Branch(on.branch));
        let tags = version.tags.iter().filter_map(|used| self.tag_id(version.participant, &used.tag));
        branches.chain(tags.map(Mark::Tag)).collect()
    }

    /// The identifier of a tag that versions of a participant have or had.
    pub fn tag_id(&self, owner: ParticipantId, tag: &TagName) -> Option<TagId> {
        self.tags.get(&(owner, tag.clone())).map(|known| known.id)
    }

    /// The head of a branch, or the latest version with a tag.
    pub(super) fn mark_head(&self, mark: Mark) -> Option<VersionId> {
        match mark {
            Mark::Branch(branch) => self.branch_head(branch),
            Mark::Tag(tag) => self.tagged_ids(tag).next_back(),
        }
    }

    /// Changes a version, and what follows from its branches and tags.
    pub(super) fn edit_version(&mut self, id: VersionId, edit: impl FnOnce(&mut Version)) {
        let Some(before) = self.versions.get(&id).cloned() else { return };
        let mut after = Version::clone(&before);
        edit(&mut after);
        let after = Arc::new(after);
        self.versions.insert(id, after.clone());
        if before.branches != after.branches || before.tags != after.tags {
            self.count_marks(&before, &after);
            self.remark_pacts(&before, &after);
            self.remark_successes(&before, &after);
        }
    }

    /// Whether somebody put a version on a branch, not the broker because of a tag.
    fn is_on_chosen(&self, version: &Version) -> bool {
        let is_chosen = |branch| self.branch_by_id(branch).is_some_and(|branch| !branch.auto_created);
        version.branches.iter().any(|on| is_chosen(on.branch))
    }

    pub(super) fn count_marks(&mut self, before: &Version, after: &Version) {
        let (was_chosen, is_chosen) = (self.is_on_chosen(before), self.is_on_chosen(after));
        let counts = &mut self.counts;
        counts.on_chosen_branch = counts.on_chosen_branch + usize::from(is_chosen) - usize::from(was_chosen);
        counts.on_branch = counts.on_branch + usize::from(!after.branches.is_empty())
            - usize::from(!before.branches.is_empty());
        counts.tag_uses = counts.tag_uses + after.tags.len() - before.tags.len();
    }

    fn remark_pacts(&mut self, before: &Version, after: &Version) {
        let (old, new) = (self.marks_of(before), self.marks_of(after));
        let place = self.place_of(after);
        let pacts: Vec<Pact> = self.pacts_of_version(after.id).copied().collect();
        for Pact { id, consumer, provider, .. } in pacts {
            for mark in old.iter().filter(|mark| !new.contains(mark)) {
                self.pacts_by_mark.remove(&(*mark, provider, place.clone()));
            }
            for mark in new.iter().filter(|mark| !old.contains(mark)) {
                self.pacts_by_mark.insert((*mark, provider, place.clone()), id);
            }
            if after.tags.is_empty() {
                self.pacts_untagged.insert((consumer, provider, place.clone()), id);
            } else {
                self.pacts_untagged.remove(&(consumer, provider, place.clone()));
            }
        }
    }

    fn remark_successes(&mut self, before: &Version, after: &Version) {
        let (old, new) = (self.marks_of(before), self.marks_of(after));
        let successes: Vec<_> =
            self.results_of_version(after.id).filter(|result| result.success).cloned().collect();
        for result in successes {
            for circle in circles(&old, origin_of(&result)) {
                self.successes.remove(&(result.content, circle, result.created_at, result.number));
            }
            for circle in circles(&new, origin_of(&result)) {
                self.successes.insert((result.content, circle, result.created_at, result.number));
            }
            for mark in old.iter().filter(|mark| !new.contains(mark)) {
                self.no_longer_last(&result, *mark);
            }
            for mark in new.iter().filter(|mark| !old.contains(mark)) {
                self.perhaps_last(&result, *mark);
            }
        }
    }

    pub(super) fn add_success(&mut self, result: &VerificationResult) {
        let marks = self.versions.get(&result.version).map(|version| self.marks_of(version));
        let marks = marks.unwrap_or_default();
        for circle in circles(&marks, origin_of(result)) {
            self.successes.insert((result.content, circle, result.created_at, result.number));
        }
        for mark in marks {
            self.perhaps_last(result, mark);
        }
    }

    /// Takes note that a success is gone. It is in no other index any more.
    pub(super) fn remove_success(&mut self, result: &VerificationResult) {
        let marks = self.versions.get(&result.version).map(|version| self.marks_of(version));
        let marks = marks.unwrap_or_default();
        for circle in circles(&marks, origin_of(result)) {
            self.successes.remove(&(result.content, circle, result.created_at, result.number));
        }
        for mark in marks {
            self.no_longer_last(result, mark);
        }
    }

    fn perhaps_last(&mut self, result: &VerificationResult, mark: Mark) {
        let last = self.last_successes.entry((result.content, origin_of(result), mark));
        let last = last.or_insert(result.number);
        *last = (*last).max(result.number);
    }

    /// Where it was the last, the one before it is: that is looked for from there on.
    fn no_longer_last(&mut self, result: &VerificationResult, mark: Mark) {
        let origin = origin_of(result);
        let key = (result.content, origin, mark);
        if self.last_successes.get(&key) != Some(&result.number) {
            return;
        }
        let has_mark =
            |version| self.versions.get(&version).is_some_and(|known| self.marks_of(known).contains(&mark));
        let last = {
            let earlier = self.results_in_turn_before(result.content, result.number).rev();
            let mut successes = earlier.filter(|known| known.success && origin_of(known) == origin);
            successes.find(|known| has_mark(known.version)).map(|known| known.number)
        };
        match last {
            Some(number) => self.last_successes.insert(key, number),
            None => self.last_successes.remove(&key),
        };
    }

    /// Whether a version of some circle succeeded with a content, from one moment on, and before another one.
    pub fn has_succeeded_within(
        &self,
        content: ContentId,
        circle: Circle,
        since: Timestamp,
        before: Timestamp,
    ) -> bool {
        let begin = (content, circle, since, ResultNumber::FIRST);
        let end = (content, circle, before, ResultNumber::FIRST);
        since < before && self.successes.range(begin..end).next().is_some()
    }

    /// When a version of a branch succeeded last with a content.
    pub fn last_success_on(&self, content: ContentId, origin: Origin, branch: BranchId) -> Option<Timestamp> {
        self.last_success(content, origin, Mark::Branch(branch))
    }

    /// When a version with a tag succeeded last with a content.
    pub fn last_success_with(&self, content: ContentId, origin: Origin, tag: TagId) -> Option<Timestamp> {
        self.last_success(content, origin, Mark::Tag(tag))
    }

    fn last_success(&self, content: ContentId, origin: Origin, mark: Mark) -> Option<Timestamp> {
        let number = self.last_successes.get(&(content, origin, mark))?;
        self.results.get(number).map(|result| result.created_at)
    }
}

/// The circles of a version with these marks.
pub(super) fn circles(marks: &[Mark], origin: Origin) -> impl Iterator<Item = Circle> {
    let is_branch = |mark: &Mark| matches!(mark, Mark::Branch(_));
    let branch = marks.iter().any(is_branch).then_some(Circle::OnAnyBranch(origin));
    let tag = marks.iter().any(|mark| !is_branch(mark)).then_some(Circle::WithAnyTag(origin));
    branch.into_iter().chain(tag)
}

pub(super) fn origin_of(result: &VerificationResult) -> Origin {
    if result.wip { Origin::WorkInProgress } else { Origin::Asked }
}
