//! Looking things up. What takes a range of an index costs what it gives back.

use std::sync::Arc;

use pactwright_core::{
    digest::ContentSha,
    names::{BranchName, ParticipantName, TagName, VersionNumber},
};
use uuid::Uuid;

use super::{Horizon, Place, State, Tag, contracts::in_content};
use crate::domain::model::{
    Branch, BranchId, Content, ContentId, Deployment, DeploymentId, Environment, EnvironmentId, Pact,
    Participant, ParticipantId, Release, TagId, Timestamp, Version, VersionId,
};

impl State {
    /// Where the history that is kept begins; none where everything is known from the beginning.
    pub fn horizon(&self) -> Option<Horizon> {
        self.horizon
    }

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
        self.versions_of
            .range((owner, Place::FIRST)..(owner.next(), Place::FIRST))
            .map(|(_, place)| place.version())
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
        let tag = TagName::new(tag).ok().and_then(|tag| self.tag_id(owner, &tag));
        tag.into_iter().flat_map(|tag| self.tagged_ids(tag))
    }

    /// The same, of a known tag.
    pub(super) fn tagged_ids(&self, tag: TagId) -> impl DoubleEndedIterator<Item = VersionId> {
        self.tagged.range((tag, Place::FIRST)..(tag.next(), Place::FIRST)).map(|(_, place)| place.version())
    }

    /// How many versions of a participant have a tag.
    pub fn tagged_count(&self, owner: ParticipantId, tag: &str) -> usize {
        let key = TagName::new(tag).ok().map(|tag| (owner, tag));
        key.and_then(|key| self.tags.get(&key)).map_or(0, |known| known.uses as usize)
    }

    /// The latest version that has a tag.
    pub fn tag_head(&self, owner: ParticipantId, tag: &str) -> Option<VersionId> {
        self.tagged_version_ids(owner, tag).next_back()
    }

    /// The tags that versions of a participant have now.
    pub fn tags_of(&self, owner: ParticipantId) -> impl Iterator<Item = &TagName> {
        self.tags_of_owner(owner).filter(|(_, known)| known.uses > 0).map(|(tag, _)| tag)
    }

    fn tags_of_owner(&self, owner: ParticipantId) -> impl Iterator<Item = (&TagName, &Tag)> {
        self.tags
            .range((owner, TagName::range_start())..)
            .take_while(move |((other, _), _)| *other == owner)
            .map(|((_, tag), known)| (tag, known))
    }

    /// The tags that versions of a participant have or had.
    pub(crate) fn tags_ever_used_by(&self, owner: ParticipantId) -> impl Iterator<Item = &TagName> {
        self.tags_of_owner(owner).map(|(tag, _)| tag)
    }

    /// When a tag was used first by a participant.
    pub fn tag_first_used(&self, owner: ParticipantId, tag: &TagName) -> Option<Timestamp> {
        self.tags.get(&(owner, tag.clone())).map(|known| known.first_used)
    }

    /// When tags were used first, each with its identifier.
    pub(super) fn tag_rows(&self) -> impl Iterator<Item = (TagId, &ParticipantId, &TagName, &Timestamp)> {
        self.tags.iter().map(|((owner, tag), known)| (known.id, owner, tag, &known.first_used))
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
        self.contents_by_pair
            .range((consumer, provider, ContentId::FIRST)..=(consumer, provider, ContentId::LAST))
            .filter_map(|(.., id)| self.contents.get(id))
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
        self.pacts_by_pair
            .range((consumer, provider, Place::FIRST)..(consumer, provider.next(), Place::FIRST))
            .filter_map(|(_, id)| self.pacts.get(id))
    }

    /// The contracts with that content, in the order of the consumer's versions.
    pub fn pacts_with_content(&self, content: ContentId) -> impl DoubleEndedIterator<Item = &Pact> {
        self.pacts_by_content.range(in_content(content)).filter_map(|(.., id)| self.pacts.get(id))
    }

    /// The participants that have contracts with a provider.
    pub fn consumers_of_provider(&self, provider: ParticipantId) -> impl Iterator<Item = ParticipantId> {
        self.consumers_of
            .range((provider, ParticipantId::FIRST)..=(provider, ParticipantId::LAST))
            .map(|((_, consumer), _)| *consumer)
    }

    /// The participants that a consumer has contracts with.
    pub fn providers_of_consumer(&self, consumer: ParticipantId) -> impl Iterator<Item = ParticipantId> {
        self.providers_of
            .range((consumer, ParticipantId::FIRST)..=(consumer, ParticipantId::LAST))
            .map(|(_, provider)| *provider)
    }

    /// All pairs that have contracts: (consumer, provider).
    pub fn pairs(&self) -> impl Iterator<Item = (ParticipantId, ParticipantId)> {
        self.consumers_of.keys().map(|(provider, consumer)| (*consumer, *provider))
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

    /// What is deployed of a participant to an environment now.
    pub fn deployed_of(
        &self,
        environment: EnvironmentId,
        participant: ParticipantId,
    ) -> impl Iterator<Item = &Arc<Deployment>> {
        self.deployed
            .range((environment, participant, None)..)
            .take_while(move |((place, owner, _), _)| (*place, *owner) == (environment, participant))
            .filter_map(|(_, id)| self.deployments.get(id))
    }

    /// The versions of a participant that are deployed to an environment now.
    pub fn deployed_versions(
        &self,
        environment: EnvironmentId,
        participant: ParticipantId,
    ) -> impl Iterator<Item = VersionId> {
        self.deployed_of(environment, participant).map(|known| known.version)
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

    /// Whether a version of a participant is deployed to an environment, or supported there.
    pub fn is_live(
        &self,
        environment: EnvironmentId,
        participant: ParticipantId,
        version: VersionId,
    ) -> bool {
        self.supported.contains_key(&(environment, participant, version))
            || self.deployed_versions(environment, participant).any(|deployed| deployed == version)
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
