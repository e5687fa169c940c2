//! What goes when something goes.

use super::State;
use crate::domain::model::{
    BranchId, ContentId, DeploymentId, EnvironmentId, PactId, ParticipantId, ReleaseId, ResultNumber,
    VersionId,
};
use pactwright_core::names::TagName;

impl State {
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
            .contents()
            .filter(|content| content.consumer == id || content.provider == id)
            .map(|content| content.id)
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
            self.tag_first_used.remove(&(id, tag));
        }
        self.remove_webhooks_of(id);
        if let Some(known) = self.participants.remove(&id) {
            self.participants_by_name.remove(&known.name);
        }
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
        self.versions_of.remove(&(version.participant, id));
        self.versions_by_number.remove(&(version.participant, version.number.clone()));
        self.versions.remove(&id);
    }

    pub(super) fn take_off_branch(&mut self, version: VersionId, branch: BranchId) {
        let mut sequence = None;
        self.edit_version(version, |known| {
            sequence = known.branches.iter().find(|on| on.branch == branch).map(|on| on.sequence);
            known.branches.retain(|on| on.branch != branch);
        });
        if let Some(sequence) = sequence {
            self.branch_members.remove(&(branch, sequence, version));
        }
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
        let Some(owner) = self.versions.get(&version).map(|known| known.participant) else { return };
        self.edit_version(version, |known| known.tags.retain(|used| used.tag != *tag));
        let key = (owner, tag.clone());
        if let Some(versions) = self.tagged.get_mut(&key) {
            versions.remove(&version);
            if versions.is_empty() {
                self.tagged.remove(&key);
            }
        }
    }

    /// `forget`: with the content, if no other contract has it.
    pub(super) fn remove_pact(&mut self, id: PactId, forget: bool) {
        let Some(pact) = self.pacts.remove(&id) else { return };
        self.pacts_by_version.remove(&(pact.version, pact.provider));
        self.pacts_by_pair.remove(&(pact.consumer, pact.provider, pact.version));
        self.pacts_by_content.remove(&(pact.content, pact.version, id));
        let pair = (pact.provider, pact.consumer);
        if let Some(count) = self.consumers_of.get_mut(&pair) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.consumers_of.remove(&pair);
            }
        }
        if forget {
            self.forget_unused_content(pact.content);
        }
    }

    /// Removes a content that no contract has any more, with its results.
    pub(super) fn forget_unused_content(&mut self, id: ContentId) {
        let first = (id, VersionId::FIRST, PactId::FIRST);
        let used = self.pacts_by_content.range(first..).next().is_some_and(|(content, ..)| *content == id);
        if used {
            return;
        }
        let results: Vec<_> = self.results_of_content(id).map(|result| result.number).collect();
        for result in results {
            self.remove_result(result);
        }
        self.overdue.remove(&id);
        if let Some(content) = self.contents.remove(&id) {
            self.contents_by_sha.remove(&(content.consumer, content.provider, content.sha.clone()));
        }
    }

    pub(super) fn remove_result(&mut self, number: ResultNumber) {
        if let Some(result) = self.results.remove(&number) {
            self.results_by_content.remove(&(result.content, result.version, number));
            self.results_by_version.remove(&(result.version, number));
        }
    }

    pub(super) fn remove_environment(&mut self, id: EnvironmentId) {
        let deployments: Vec<_> =
            self.deployments.values().filter(|known| known.environment == id).map(|known| known.id).collect();
        for deployment in deployments {
            self.remove_deployment(deployment);
        }
        let releases: Vec<_> =
            self.releases.values().filter(|known| known.environment == id).map(|known| known.id).collect();
        for release in releases {
            self.remove_release(release);
        }
        if let Some(known) = self.environments.remove(&id) {
            self.environments_by_uuid.remove(&known.uuid);
            self.environments_by_name.remove(&known.name);
        }
    }

    fn remove_deployment(&mut self, id: DeploymentId) {
        if let Some(known) = self.deployments.remove(&id) {
            let place = (known.environment, known.participant, known.instance.clone());
            if self.deployed.get(&place) == Some(&id) {
                self.deployed.remove(&place);
            }
            self.deployments_by_uuid.remove(&known.uuid);
            self.deployments_by_version.remove(&(known.version, id));
        }
    }

    fn remove_release(&mut self, id: ReleaseId) {
        if let Some(known) = self.releases.remove(&id) {
            self.supported.remove(&(known.environment, known.participant, known.version));
            self.releases_by_version.remove(&(known.version, known.environment));
            self.releases_by_uuid.remove(&known.uuid);
        }
    }
}
