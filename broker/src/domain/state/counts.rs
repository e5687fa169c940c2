//! How much there is of what cannot simply be counted.

use std::collections::BTreeMap;

use imbl::OrdMap;
use pactwright_core::names::TagName;

use super::State;
use crate::domain::model::{BranchId, ContentId, ParticipantId, VersionId};

/// Counts that are kept while things come and go, so that nobody has to count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// The versions of each participant.
    versions: OrdMap<ParticipantId, u32>,
    /// The versions of each branch.
    members: OrdMap<BranchId, u32>,
    /// The results of each content.
    results: OrdMap<ContentId, u32>,
    /// Those of them that are successes.
    content_successes: OrdMap<ContentId, u32>,
    /// How many participants have versions with a tag of that name.
    tag_names: OrdMap<TagName, u32>,
    pub(super) tags_in_use: usize,
    pub(super) tag_uses: usize,
    pub(super) on_branch: usize,
    pub(super) on_chosen_branch: usize,
    pub(super) publications: usize,
    pub(super) publications_per_version: OrdMap<u32, u32>,
    pub(super) successes: usize,
    pub(super) distinct_results: usize,
    pub(super) results_per_content: OrdMap<u32, u32>,
    pub(super) chosen_deployments: usize,
}

/// One more; says how many there are then.
fn one_more<K: Ord + Clone>(counts: &mut OrdMap<K, u32>, key: K) -> u32 {
    let count = counts.entry(key).or_insert(0);
    *count += 1;
    *count
}

/// One less; what there is none of is not there. Says how many are left.
fn one_less<K: Ord + Clone>(counts: &mut OrdMap<K, u32>, key: &K) -> u32 {
    let Some(count) = counts.get_mut(key) else { return 0 };
    *count = count.saturating_sub(1);
    let left = *count;
    if left == 0 {
        counts.remove(key);
    }
    left
}

/// Something that there was so many of, there is another number of now. What there is none of does not count.
fn regroup(groups: &mut OrdMap<u32, u32>, before: u32, after: u32) {
    if before == after {
        return;
    }
    if before > 0 {
        one_less(groups, &before);
    }
    if after > 0 {
        one_more(groups, after);
    }
}

fn number(count: Option<&u32>) -> usize {
    count.map_or(0, |count| *count as usize)
}

impl Counts {
    pub(super) fn version_added(&mut self, owner: ParticipantId) {
        one_more(&mut self.versions, owner);
    }

    pub(super) fn version_removed(&mut self, owner: ParticipantId) {
        one_less(&mut self.versions, &owner);
    }

    pub(super) fn member_added(&mut self, branch: BranchId) {
        one_more(&mut self.members, branch);
    }

    pub(super) fn member_removed(&mut self, branch: BranchId) {
        one_less(&mut self.members, &branch);
    }

    /// A participant uses a tag of that name.
    pub(super) fn tag_begun(&mut self, tag: &TagName) {
        self.tags_in_use += 1;
        one_more(&mut self.tag_names, tag.clone());
    }

    /// A participant uses it no longer.
    pub(super) fn tag_ended(&mut self, tag: &TagName) {
        self.tags_in_use = self.tags_in_use.saturating_sub(1);
        one_less(&mut self.tag_names, tag);
    }

    pub(super) fn result_added(&mut self, content: ContentId, success: bool, is_distinct: bool) {
        let count = one_more(&mut self.results, content);
        regroup(&mut self.results_per_content, count - 1, count);
        if success {
            self.successes += 1;
            one_more(&mut self.content_successes, content);
        }
        self.distinct_results += usize::from(is_distinct);
    }

    /// As many results of a content that had none.
    pub(super) fn results_added(
        &mut self,
        content: ContentId,
        results: u32,
        successes: u32,
        distinct: usize,
    ) {
        self.results.insert(content, results);
        regroup(&mut self.results_per_content, 0, results);
        self.successes += successes as usize;
        if successes > 0 {
            self.content_successes.insert(content, successes);
        }
        self.distinct_results += distinct;
    }

    pub(super) fn result_removed(&mut self, content: ContentId, success: bool, was_distinct: bool) {
        let count = one_less(&mut self.results, &content);
        regroup(&mut self.results_per_content, count + 1, count);
        if success {
            self.successes = self.successes.saturating_sub(1);
            one_less(&mut self.content_successes, &content);
        }
        self.distinct_results = self.distinct_results.saturating_sub(usize::from(was_distinct));
    }

    /// A version has another number of publications than before.
    pub(super) fn publications_changed(&mut self, before: u32, after: u32) {
        self.publications = self.publications.saturating_sub(before as usize) + after as usize;
        regroup(&mut self.publications_per_version, before, after);
    }
}

impl State {
    /// How many versions a participant has.
    pub fn version_count(&self, owner: ParticipantId) -> usize {
        number(self.counts.versions.get(&owner))
    }

    /// How many versions a branch has.
    pub fn branch_version_count(&self, branch: BranchId) -> usize {
        number(self.counts.members.get(&branch))
    }

    /// How many results a content has.
    pub fn result_count(&self, content: ContentId) -> usize {
        number(self.counts.results.get(&content))
    }

    /// Whether any provider version succeeded with a content.
    pub fn has_succeeded(&self, content: ContentId) -> bool {
        self.counts.content_successes.contains_key(&content)
    }

    /// How often a version's contracts were set.
    pub(super) fn publications_of(&self, version: VersionId) -> u32 {
        self.pacts_of_version(version).map(|pact| pact.revision).sum()
    }

    /// How many things there are, of all kinds: how large the state is, roughly.
    pub fn size(&self) -> usize {
        let published = self.contents.len() + self.pacts.len() + self.versions.len();
        published + self.results.len() + self.deployments.len() + self.releases.len() + self.triggers.len()
    }

    /// How much of everything there is, as far as it is kept.
    pub fn totals(&self) -> Totals {
        let counts = &self.counts;
        let plain = |groups: &OrdMap<u32, u32>| -> BTreeMap<usize, usize> {
            groups.iter().map(|(size, many)| (*size as usize, *many as usize)).collect()
        };
        Totals {
            versions: self.versions.len(),
            on_branch: counts.on_branch,
            on_chosen_branch: counts.on_chosen_branch,
            tags: counts.tag_uses,
            distinct_tags: counts.tag_names.len(),
            distinct_tags_of_participants: counts.tags_in_use,
            integrations: self.consumers_of.len(),
            contents: self.contents.len(),
            publications: counts.publications,
            publications_per_version: plain(&counts.publications_per_version),
            results: self.results.len(),
            successes: counts.successes,
            distinct_results: counts.distinct_results,
            results_per_content: plain(&counts.results_per_content),
            environments: self.environments.len(),
            deployments: self.deployments.len(),
            chosen_deployments: counts.chosen_deployments,
            current_deployments: self.deployed.len(),
            releases: self.releases.len(),
            supported_releases: self.supported.len(),
        }
    }
}

/// How much of everything there is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Versions of participants.
    pub versions: usize,
    /// Those of them that are on a branch.
    pub on_branch: usize,
    /// Those of them that somebody put on a branch, not the broker because of a tag.
    pub on_chosen_branch: usize,
    /// Uses of tags.
    pub tags: usize,
    /// Distinct tags.
    pub distinct_tags: usize,
    /// Distinct tags, those of each participant counted for themselves.
    pub distinct_tags_of_participants: usize,
    /// Pairs that have contracts.
    pub integrations: usize,
    /// Distinct contents.
    pub contents: usize,
    /// Publications, overwritten ones too.
    pub publications: usize,
    /// How many consumer versions have so many publications.
    pub publications_per_version: BTreeMap<usize, usize>,
    /// Verification results.
    pub results: usize,
    /// Those of them that are successes.
    pub successes: usize,
    /// Results, where those that say the same of the same content and version are one.
    pub distinct_results: usize,
    /// How many contents have so many results.
    pub results_per_content: BTreeMap<usize, usize>,
    /// Environments.
    pub environments: usize,
    /// Deployments, ended ones too.
    pub deployments: usize,
    /// Those of them that somebody recorded, not the broker because of a tag.
    pub chosen_deployments: usize,
    /// Those of them that last.
    pub current_deployments: usize,
    /// Releases, those whose support ended too.
    pub releases: usize,
    /// Those of them that are supported.
    pub supported_releases: usize,
}
