//! What versions are known by besides their numbers: branches and tags; and whose successes count for whom.

use std::{collections::BTreeSet, sync::Arc};

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

/// Provider versions whose successes are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Circle {
    /// Those that are on any branch.
    OnAnyBranch(Origin),
    /// Those of a branch.
    Branch(Origin, BranchId),
    /// Those that have any tag.
    WithAnyTag(Origin),
    /// Those with a tag.
    Tag(Origin, TagId),
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

    /// The circles that a version is in.
    fn circles(&self, version: &Version, origin: Origin) -> BTreeSet<Circle> {
        let marks = self.marks_of(version);
        let circle = |mark: &Mark| match mark {
            Mark::Branch(branch) => [Circle::OnAnyBranch(origin), Circle::Branch(origin, *branch)],
            Mark::Tag(tag) => [Circle::WithAnyTag(origin), Circle::Tag(origin, *tag)],
        };
        marks.iter().flat_map(circle).collect()
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
        for origin in [Origin::Asked, Origin::WorkInProgress] {
            let (old, new) = (self.circles(before, origin), self.circles(after, origin));
            let successes: Vec<_> = self
                .results_of_version(after.id)
                .filter(|result| result.success && origin_of(result) == origin)
                .map(|result| (result.content, result.created_at, result.number))
                .collect();
            for (content, at, number) in successes {
                for circle in old.difference(&new) {
                    self.successes.remove(&(content, *circle, at, number));
                }
                for circle in new.difference(&old) {
                    self.successes.insert((content, *circle, at, number));
                }
            }
        }
    }

    /// Takes note of a success, or of its removal.
    pub(super) fn index_success(&mut self, result: &VerificationResult, is_there: bool) {
        let Some(version) = self.versions.get(&result.version).cloned() else { return };
        for circle in self.circles(&version, origin_of(result)) {
            let key = (result.content, circle, result.created_at, result.number);
            if is_there {
                self.successes.insert(key);
            } else {
                self.successes.remove(&key);
            }
        }
    }

    /// Whether a version of some circle succeeded with a content, from one moment on, and before another one.
    pub fn has_succeeded_within(
        &self,
        content: ContentId,
        circle: Circle,
        since: Timestamp,
        before: Timestamp,
    ) -> bool {
        since < before
            && self
                .successes
                .range(
                    (content, circle, since, ResultNumber::FIRST)
                        ..(content, circle, before, ResultNumber::FIRST),
                )
                .next()
                .is_some()
    }
}

fn origin_of(result: &VerificationResult) -> Origin {
    if result.wip { Origin::WorkInProgress } else { Origin::Asked }
}
