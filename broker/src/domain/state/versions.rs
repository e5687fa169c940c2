//! Versions, their branches and their tags, coming and going.

use std::{collections::BTreeSet, sync::Arc};

use pactwright_core::names::{BranchName, TagName, VersionNumber};

use super::{Mark, State, Tag, take};
use crate::domain::model::{
    Branch, BranchId, BranchMembership, PactId, ParticipantId, TagId, TagUse, Timestamp, Version, VersionId,
};

impl State {
    pub(super) fn create_version(
        &mut self,
        at: Timestamp,
        owner: ParticipantId,
        number: &VersionNumber,
        build_url: Option<&str>,
    ) {
        let key = (owner, number.clone());
        if self.versions_by_number.contains_key(&key) {
            return;
        }
        let id = take(&mut self.next.version);
        self.add_version(Version {
            id,
            participant: owner,
            number: number.clone(),
            build_url: build_url.map(Arc::from),
            created_at: at,
            updated_at: None,
            branches: Vec::new(),
            tags: Vec::new(),
        });
    }

    /// Adds a version that has no branches, tags, contracts and results yet.
    fn add_version(&mut self, version: Version) {
        let owner = version.participant;
        self.versions_by_number.insert((owner, version.number.clone()), version.id);
        self.versions_of.insert((owner, self.place_of(&version)));
        self.count_version(&version);
        self.versions.insert(version.id, Arc::new(version));
    }

    /// Counts a version that was not there before, with its branches and tags.
    pub(super) fn count_version(&mut self, version: &Version) {
        let owner = version.participant;
        self.counts.version_added(owner);
        let bare = Version { branches: Vec::new(), tags: Vec::new(), ..version.clone() };
        self.count_marks(&bare, version);
        for on in &version.branches {
            self.counts.member_added(on.branch);
        }
        for used in &version.tags {
            self.use_tag(owner, &used.tag);
        }
    }

    fn use_tag(&mut self, owner: ParticipantId, tag: &TagName) {
        let Some(known) = self.tags.get_mut(&(owner, tag.clone())) else { return };
        known.uses += 1;
        if known.uses == 1 {
            self.counts.tag_begun(tag);
        }
    }

    fn no_longer_use_tag(&mut self, owner: ParticipantId, tag: &TagName) {
        let Some(known) = self.tags.get_mut(&(owner, tag.clone())) else { return };
        known.uses = known.uses.saturating_sub(1);
        if known.uses == 0 {
            self.counts.tag_ended(tag);
        }
    }

    pub(super) fn add_to_branch(
        &mut self,
        at: Timestamp,
        version: VersionId,
        name: &BranchName,
        auto_created: bool,
    ) {
        let Some(owner) = self.versions.get(&version).map(|known| known.participant) else { return };
        let key = (owner, name.clone());
        let branch = if let Some(&branch) = self.branches_by_name.get(&key) {
            branch
        } else {
            let id = take(&mut self.next.branch);
            self.branches_by_name.insert(key, id);
            let branch = Branch {
                id,
                participant: owner,
                name: name.clone(),
                auto_created,
                created_at: at,
                updated_at: at,
            };
            self.branches.insert(id, Arc::new(branch));
            id
        };
        if self.versions.get(&version).is_some_and(|known| known.is_on(branch)) {
            return;
        }
        let mark = Mark::Branch(branch);
        let mut concerned = self.beside_mark(version, mark);
        let sequence = take(&mut self.next.branch_sequence);
        self.branch_members.insert((branch, sequence, version));
        self.counts.member_added(branch);
        self.edit_version(version, |known| {
            // Most versions are on one branch, and there are very many.
            known.branches.reserve_exact(1);
            known.branches.push(BranchMembership { branch, sequence, created_at: at });
        });
        concerned.extend(self.beside_mark(version, mark));
        self.look_again(concerned);
        if let Some(known) = self.branches.get_mut(&branch) {
            Arc::make_mut(known).updated_at = at;
        }
    }

    pub(super) fn add_tag(&mut self, at: Timestamp, version: VersionId, tag: &TagName) {
        let Some(known) = self.versions.get(&version).cloned() else { return };
        if known.has_tag(tag.as_str()) {
            return;
        }
        let owner = known.participant;
        // The name is kept once, however many versions have it.
        let kept = self.tags.get_key_value(&(owner, tag.clone()));
        let kept = kept.map(|((_, name), known)| (name.clone(), known.id));
        let (tag, id) = kept.unwrap_or_else(|| {
            let id = take(&mut self.next.tag);
            self.tags.insert((owner, tag.clone()), Tag { id, first_used: at, uses: 0 });
            (tag.clone(), id)
        });
        let mut concerned = self.beside_tag(version, id);
        self.tagged.insert((id, self.place_of(&known)));
        self.use_tag(owner, &tag);
        self.edit_version(version, |known| {
            known.tags.reserve_exact(1);
            known.tags.push(TagUse { tag, created_at: at });
        });
        concerned.extend(self.beside_tag(version, id));
        self.look_again(concerned);
    }

    fn beside_tag(&self, version: VersionId, tag: TagId) -> BTreeSet<PactId> {
        self.beside_mark(version, Mark::Tag(tag))
    }

    /// Removes a version: its contracts, its results, its deployments and releases, its place on branches, its tags.
    pub(super) fn remove_version(&mut self, id: VersionId) {
        let Some(version) = self.versions.get(&id).cloned() else { return };
        let pacts: Vec<_> = self.pacts_of_version(id).map(|pact| pact.id).collect();
        for pact in pacts {
            self.remove_pact(pact, true);
        }
        let results: Vec<_> = self.results_of_version(id).map(|result| result.number).collect();
        for result in results {
            self.remove_result(result);
        }
        let deployments: Vec<_> = self.deployments_of_version(id).map(|known| known.id).collect();
        for deployment in deployments {
            self.remove_deployment(deployment);
        }
        let releases: Vec<_> = self.releases_of_version(id).map(|known| known.id).collect();
        for release in releases {
            self.remove_release(release);
        }
        for membership in &version.branches {
            self.take_off_branch(id, membership.branch);
        }
        for used in &version.tags {
            self.remove_tag(id, &used.tag);
        }
        self.versions_of.remove(&(version.participant, self.place_of(&version)));
        self.counts.version_removed(version.participant);
        self.versions_by_number.remove(&(version.participant, version.number.clone()));
        self.versions.remove(&id);
    }

    pub(super) fn take_off_branch(&mut self, version: VersionId, branch: BranchId) {
        let known = self.versions.get(&version);
        let on = known.and_then(|known| known.branches.iter().find(|on| on.branch == branch));
        let Some(sequence) = on.map(|on| on.sequence) else { return };
        let mark = Mark::Branch(branch);
        let mut concerned = self.beside_mark(version, mark);
        self.branch_members.remove(&(branch, sequence, version));
        self.counts.member_removed(branch);
        self.edit_version(version, |known| known.branches.retain(|on| on.branch != branch));
        concerned.extend(self.beside_mark(version, mark));
        self.look_again(concerned);
    }

    pub(super) fn remove_branch(&mut self, id: BranchId) {
        let members: Vec<_> = self.branch_version_ids(id).collect();
        for version in members {
            self.take_off_branch(version, id);
        }
        if let Some(known) = self.branches.remove(&id) {
            self.branches_by_name.remove(&(known.participant, known.name.clone()));
        }
    }

    pub(super) fn remove_tag(&mut self, version: VersionId, tag: &TagName) {
        let Some(known) = self.versions.get(&version).cloned() else { return };
        let owner = known.participant;
        let Some(id) = self.tag_id(owner, tag).filter(|_| known.has_tag(tag.as_str())) else { return };
        let mut concerned = self.beside_tag(version, id);
        self.tagged.remove(&(id, self.place_of(&known)));
        self.no_longer_use_tag(owner, tag);
        self.edit_version(version, |known| known.tags.retain(|used| used.tag != *tag));
        concerned.extend(self.beside_tag(version, id));
        self.look_again(concerned);
    }
}
