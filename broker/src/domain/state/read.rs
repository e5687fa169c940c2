//! Looking things up. What takes a range of an index costs what it gives back.

use std::{collections::BTreeSet, sync::Arc};

use pactwright_core::{
    digest::ContentSha,
    names::{BranchName, ParticipantName, TagName, VersionNumber},
};
use uuid::Uuid;

use super::State;
use crate::domain::model::{
    Branch, BranchId, Content, ContentId, Deployment, DeploymentId, Environment, EnvironmentId, Pact, PactId,
    Participant, ParticipantId, Release, ResultNumber, Timestamp, VerificationResult, Version, VersionId,
};

impl State {
    /// The participant of that name.
    pub fn participant(&self, name: &str) -> Option<&Arc<Participant>> {
        self.participants_by_name.get(name).and_then(|id| self.participants.get(id))
    }

    /// The participant with that identifier.
    pub fn participant_by_id(&self, id: ParticipantId) -> Option<&Arc<Participant>> {
        self.participants.get(&id)
    }

    /// All participants, by name.
    pub fn participants(&self) -> impl DoubleEndedIterator<Item = &Arc<Participant>> {
        self.participants_by_name.values().filter_map(|id| self.participants.get(id))
    }

    /// The names of all participants, in order.
    pub fn participant_names(&self) -> impl Iterator<Item = &ParticipantName> {
        self.participants_by_name.keys()
    }

    /// The version with that number.
    pub fn version(&self, owner: ParticipantId, number: &str) -> Option<&Arc<Version>> {
        let number = VersionNumber::new(number).ok()?;
        self.versions_by_number.get(&(owner, number)).and_then(|id| self.versions.get(id))
    }

    /// The version with that identifier.
    pub fn version_by_id(&self, id: VersionId) -> Option<&Arc<Version>> {
        self.versions.get(&id)
    }

    /// All versions, in the order they were first seen.
    pub fn versions(&self) -> impl Iterator<Item = &Arc<Version>> {
        self.versions.values()
    }

    /// The versions of a participant, in their order.
    pub fn version_ids(&self, owner: ParticipantId) -> impl DoubleEndedIterator<Item = VersionId> {
        let first_seen = self
            .versions_of
            .range((owner, VersionId::FIRST)..=(owner, VersionId::LAST))
            .map(|(_, version)| *version);
        self.in_order(first_seen, |version| *version)
    }

    /// The versions of a participant, in their order.
    pub fn versions_of(&self, owner: ParticipantId) -> impl DoubleEndedIterator<Item = &Arc<Version>> {
        self.version_ids(owner).filter_map(|id| self.versions.get(&id))
    }

    /// The branch of that name.
    pub fn branch(&self, owner: ParticipantId, name: &str) -> Option<&Arc<Branch>> {
        let name = BranchName::new(name).ok()?;
        self.branches_by_name.get(&(owner, name)).and_then(|id| self.branches.get(id))
    }

    /// The branch with that identifier.
    pub fn branch_by_id(&self, id: BranchId) -> Option<&Arc<Branch>> {
        self.branches.get(&id)
    }

    /// The branches of a participant, by name.
    pub fn branches_of(&self, owner: ParticipantId) -> impl Iterator<Item = &Arc<Branch>> {
        self.branches_by_name
            .range((owner, BranchName::range_start())..)
            .take_while(move |((other, _), _)| *other == owner)
            .filter_map(|(_, id)| self.branches.get(id))
    }

    /// The versions of a branch, in the order they were added.
    pub fn branch_version_ids(&self, branch: BranchId) -> impl DoubleEndedIterator<Item = VersionId> {
        self.branch_members
            .range((branch, 0, VersionId::FIRST)..=(branch, u32::MAX, VersionId::LAST))
            .map(|(.., version)| *version)
    }

    /// The version that was added to a branch last.
    pub fn branch_head(&self, branch: BranchId) -> Option<VersionId> {
        self.branch_version_ids(branch).next_back()
    }

    /// The versions that have a tag, in their order.
    pub fn tagged_version_ids(
        &self,
        owner: ParticipantId,
        tag: &str,
    ) -> impl DoubleEndedIterator<Item = VersionId> {
        let key = TagName::new(tag).ok().map(|tag| (owner, tag));
        let versions = key.and_then(|key| self.tagged.get(&key)).into_iter();
        self.in_order(versions.flat_map(|versions| versions.iter().copied()), |version| *version)
    }

    /// The latest version that has a tag.
    pub fn tag_head(&self, owner: ParticipantId, tag: &str) -> Option<VersionId> {
        self.tagged_version_ids(owner, tag).next_back()
    }

    /// The tags that versions of a participant have now.
    pub fn tags_of(&self, owner: ParticipantId) -> impl Iterator<Item = &TagName> {
        self.tagged
            .range((owner, TagName::range_start())..)
            .map(|((other, tag), _)| (*other, tag))
            .take_while(move |(other, _)| *other == owner)
            .map(|(_, tag)| tag)
    }

    /// The tags that versions of a participant have or had.
    pub(crate) fn tags_ever_used_by(&self, owner: ParticipantId) -> impl Iterator<Item = &TagName> {
        self.tag_first_used
            .range((owner, TagName::range_start())..)
            .map(|((other, tag), _)| (*other, tag))
            .take_while(move |(other, _)| *other == owner)
            .map(|(_, tag)| tag)
    }

    /// When a tag was used first by a participant.
    pub fn tag_first_used(&self, owner: ParticipantId, tag: &TagName) -> Option<Timestamp> {
        self.tag_first_used.get(&(owner, tag.clone())).copied()
    }

    /// A content by its digest.
    pub fn content(
        &self,
        consumer: ParticipantId,
        provider: ParticipantId,
        sha: &ContentSha,
    ) -> Option<&Arc<Content>> {
        self.contents_by_sha.get(&(consumer, provider, sha.clone())).and_then(|id| self.contents.get(id))
    }

    /// The content with that identifier.
    pub fn content_by_id(&self, id: ContentId) -> Option<&Arc<Content>> {
        self.contents.get(&id)
    }

    /// All contents.
    pub fn contents(&self) -> impl Iterator<Item = &Arc<Content>> {
        self.contents.values()
    }

    /// The contents of the contracts between two participants, those that no contract has any more too.
    pub fn contents_between(
        &self,
        consumer: ParticipantId,
        provider: ParticipantId,
    ) -> impl Iterator<Item = &Arc<Content>> {
        self.contents.values().filter(move |known| (known.consumer, known.provider) == (consumer, provider))
    }

    /// The contents of the contracts that there are between two participants, each once.
    pub fn contents_with_pacts(
        &self,
        consumer: ParticipantId,
        provider: ParticipantId,
    ) -> impl Iterator<Item = ContentId> {
        let contents: BTreeSet<_> = self.pacts_between(consumer, provider).map(|pact| pact.content).collect();
        contents.into_iter()
    }

    /// All contracts.
    pub fn pacts(&self) -> impl Iterator<Item = &Pact> {
        self.pacts.values()
    }

    /// What a consumer version asks of a provider.
    pub fn pact(&self, version: VersionId, provider: ParticipantId) -> Option<&Pact> {
        self.pacts_by_version.get(&(version, provider)).and_then(|id| self.pacts.get(id))
    }

    /// Everything that a consumer version asks.
    pub fn pacts_of_version(&self, version: VersionId) -> impl Iterator<Item = &Pact> {
        self.pacts_by_version
            .range((version, ParticipantId::FIRST)..=(version, ParticipantId::LAST))
            .filter_map(|(_, id)| self.pacts.get(id))
    }

    /// The contracts between two participants, in the order of the consumer's versions.
    pub fn pacts_between(
        &self,
        consumer: ParticipantId,
        provider: ParticipantId,
    ) -> impl DoubleEndedIterator<Item = &Pact> {
        let first_seen = self
            .pacts_by_pair
            .range((consumer, provider, VersionId::FIRST)..=(consumer, provider, VersionId::LAST))
            .filter_map(|(_, id)| self.pacts.get(id));
        self.in_order(first_seen, |pact| pact.version)
    }

    /// The contracts with that content, in the order of the consumer's versions.
    pub fn pacts_with_content(&self, content: ContentId) -> impl DoubleEndedIterator<Item = &Pact> {
        let first_seen = self
            .pacts_by_content
            .range((content, VersionId::FIRST, PactId::FIRST)..=(content, VersionId::LAST, PactId::LAST))
            .filter_map(|(.., id)| self.pacts.get(id));
        self.in_order(first_seen, |pact| pact.version)
    }

    /// The participants that have contracts with a provider.
    pub fn consumers_of_provider(&self, provider: ParticipantId) -> impl Iterator<Item = ParticipantId> {
        self.consumers_of
            .range((provider, ParticipantId::FIRST)..=(provider, ParticipantId::LAST))
            .map(|((_, consumer), _)| *consumer)
    }

    /// All pairs that have contracts: (consumer, provider).
    pub fn pairs(&self) -> impl Iterator<Item = (ParticipantId, ParticipantId)> {
        self.consumers_of.keys().map(|(provider, consumer)| (*consumer, *provider))
    }

    /// All results, by number.
    pub fn results(&self) -> impl Iterator<Item = &Arc<VerificationResult>> {
        self.results.values()
    }

    /// A result by its number.
    pub fn result(&self, number: ResultNumber) -> Option<&Arc<VerificationResult>> {
        self.results.get(&number)
    }

    /// The results for a content, by provider version, then by number.
    pub fn results_of_content(
        &self,
        content: ContentId,
    ) -> impl DoubleEndedIterator<Item = &Arc<VerificationResult>> {
        self.results_by_content
            .range(
                (content, VersionId::FIRST, ResultNumber::FIRST)
                    ..=(content, VersionId::LAST, ResultNumber::LAST),
            )
            .filter_map(|(.., number)| self.results.get(number))
    }

    /// The results of one provider version for a content, by number.
    pub fn results_of_content_by(
        &self,
        content: ContentId,
        version: VersionId,
    ) -> impl DoubleEndedIterator<Item = &Arc<VerificationResult>> {
        self.results_by_content
            .range((content, version, ResultNumber::FIRST)..=(content, version, ResultNumber::LAST))
            .filter_map(|(.., number)| self.results.get(number))
    }

    /// The last result for a content.
    pub fn latest_result(&self, content: ContentId) -> Option<&Arc<VerificationResult>> {
        self.results_of_content(content).max_by_key(|result| result.number)
    }

    /// The results of a provider version, by number.
    pub fn results_of_version(&self, version: VersionId) -> impl Iterator<Item = &Arc<VerificationResult>> {
        self.results_by_version
            .range((version, ResultNumber::FIRST)..=(version, ResultNumber::LAST))
            .filter_map(|(_, number)| self.results.get(number))
    }

    /// All environments, in the order they were created.
    pub fn environments(&self) -> impl Iterator<Item = &Arc<Environment>> {
        self.environments.values()
    }

    /// The environment with that UUID.
    pub fn environment(&self, uuid: Uuid) -> Option<&Arc<Environment>> {
        self.environments_by_uuid.get(&uuid).and_then(|id| self.environments.get(id))
    }

    /// The environment of that name.
    pub fn environment_by_name(&self, name: &str) -> Option<&Arc<Environment>> {
        self.environments_by_name.get(name).and_then(|id| self.environments.get(id))
    }

    /// The environment with that identifier.
    pub fn environment_by_id(&self, id: EnvironmentId) -> Option<&Arc<Environment>> {
        self.environments.get(&id)
    }

    /// All deployments, ended ones too, in their order.
    pub fn deployments(&self) -> impl Iterator<Item = &Arc<Deployment>> {
        self.deployments.values()
    }

    /// All releases, those whose support ended too, in their order.
    pub fn releases(&self) -> impl Iterator<Item = &Arc<Release>> {
        self.releases.values()
    }

    /// The deployment with that UUID.
    pub fn deployment(&self, uuid: Uuid) -> Option<&Arc<Deployment>> {
        self.deployments_by_uuid.get(&uuid).and_then(|id| self.deployments.get(id))
    }

    /// What is deployed to an environment now.
    pub fn deployed_to(&self, environment: EnvironmentId) -> impl Iterator<Item = &Arc<Deployment>> {
        self.deployed
            .range((environment, ParticipantId::FIRST, None)..)
            .take_while(move |((place, ..), _)| *place == environment)
            .filter_map(|(_, id)| self.deployments.get(id))
    }

    /// The versions of a participant that are deployed to an environment now.
    pub fn deployed_versions(
        &self,
        environment: EnvironmentId,
        participant: ParticipantId,
    ) -> impl Iterator<Item = VersionId> {
        self.deployed
            .range((environment, participant, None)..)
            .take_while(move |((place, owner, _), _)| (*place, *owner) == (environment, participant))
            .filter_map(|(_, id)| self.deployments.get(id).map(|known| known.version))
    }

    /// What is deployed on one instance now.
    pub fn deployed_on(
        &self,
        environment: EnvironmentId,
        participant: ParticipantId,
        instance: Option<&str>,
    ) -> Option<&Arc<Deployment>> {
        let place = (environment, participant, instance.map(Arc::from));
        self.deployed.get(&place).and_then(|id| self.deployments.get(id))
    }

    /// The deployments of a version, ended ones too, in their order.
    pub fn deployments_of_version(&self, version: VersionId) -> impl Iterator<Item = &Arc<Deployment>> {
        self.deployments_by_version
            .range((version, DeploymentId::FIRST)..=(version, DeploymentId::LAST))
            .filter_map(|(_, id)| self.deployments.get(id))
    }

    /// The release with that UUID.
    pub fn release(&self, uuid: Uuid) -> Option<&Arc<Release>> {
        self.releases_by_uuid.get(&uuid).and_then(|id| self.releases.get(id))
    }

    /// The release of a version to an environment.
    pub fn release_of(&self, version: VersionId, environment: EnvironmentId) -> Option<&Arc<Release>> {
        self.releases_by_version.get(&(version, environment)).and_then(|id| self.releases.get(id))
    }

    /// The releases of a version, by environment.
    pub fn releases_of_version(&self, version: VersionId) -> impl Iterator<Item = &Arc<Release>> {
        self.releases_by_version
            .range((version, EnvironmentId::FIRST)..=(version, EnvironmentId::LAST))
            .filter_map(|(_, id)| self.releases.get(id))
    }

    /// What is supported in an environment now.
    pub fn supported_in(&self, environment: EnvironmentId) -> impl Iterator<Item = &Arc<Release>> {
        self.supported
            .range(
                (environment, ParticipantId::FIRST, VersionId::FIRST)
                    ..=(environment, ParticipantId::LAST, VersionId::LAST),
            )
            .filter_map(|(_, id)| self.releases.get(id))
    }

    /// The versions of a participant that are supported in an environment now.
    pub fn supported_versions(
        &self,
        environment: EnvironmentId,
        participant: ParticipantId,
    ) -> impl Iterator<Item = VersionId> {
        self.supported
            .range((environment, participant, VersionId::FIRST)..=(environment, participant, VersionId::LAST))
            .map(|((.., version), _)| *version)
    }

    /// The versions of a participant that are live in an environment: deployed or supported; each once, in their order.
    pub fn live_versions(&self, environment: EnvironmentId, participant: ParticipantId) -> Vec<VersionId> {
        let mut versions: Vec<_> = self
            .deployed_versions(environment, participant)
            .chain(self.supported_versions(environment, participant))
            .collect();
        versions.sort_unstable();
        versions.dedup();
        versions
    }

    /// The latest version of a participant's main branch: the branch's head, or the latest version with a tag of that
    /// name where there is no such branch.
    pub fn main_branch_head(&self, participant: &Participant) -> Option<VersionId> {
        let main = participant.profile.main_branch.as_ref()?;
        match self.branch(participant.id, main.as_str()) {
            Some(branch) => self.branch_head(branch.id),
            None => self.tag_head(participant.id, main.as_str()),
        }
    }
}
