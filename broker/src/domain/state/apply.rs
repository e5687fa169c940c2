use std::sync::Arc;

use pactwright_core::{
    digest::ContentSha,
    names::{BranchName, ParticipantName, TagName, VersionNumber},
};
use uuid::Uuid;

use super::{State, take};
use crate::{
    domain::{
        event::{Commit, EnvironmentDetails, Event},
        model::{
            Attempt, Branch, BranchMembership, Content, ContentId, Deployment, Environment, EnvironmentId,
            Occasion, Pact, Participant, ParticipantId, Profile, Release, ResultNumber, TagUse, Timestamp,
            VerificationResult, Version, VersionId, WebhookId, WebhookKey,
        },
    },
    store::BlobKey,
};

/// An event speaks of something that is not there: the log was not written by these rules, or is damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} is not known")]
pub struct Inconsistent {
    what: String,
}

fn missing(what: impl std::fmt::Display) -> Inconsistent {
    Inconsistent { what: what.to_string() }
}

impl State {
    /// Takes note of all that one command changed.
    ///
    /// # Errors
    /// When an event speaks of something that is not there. The state is then of no further use.
    pub fn apply_commit(&mut self, commit: &Commit) -> Result<(), Inconsistent> {
        commit.events.iter().try_for_each(|event| self.apply(commit.at, event))
    }

    /// Takes note of one fact.
    ///
    /// # Errors
    /// When it speaks of something that is not there. The state is then of no further use.
    #[expect(clippy::too_many_lines, reason = "one short arm for each kind of event")]
    pub fn apply(&mut self, at: Timestamp, event: &Event) -> Result<(), Inconsistent> {
        match event {
            Event::ParticipantCreated { participant, profile } => {
                self.create_participant(at, participant, profile);
            }
            Event::ParticipantChanged { participant, profile } => {
                let id = self.known_participant(participant)?;
                self.edit_participant(id, |known| {
                    known.profile = profile.clone();
                    known.updated_at = Some(at);
                });
            }
            Event::ParticipantRemoved { participant } => {
                let id = self.known_participant(participant)?;
                self.remove_participant(id);
            }
            Event::LabelAdded { participant, label } => {
                let id = self.known_participant(participant)?;
                self.edit_participant(id, |known| {
                    if let Err(place) = known.labels.binary_search_by(|(other, _)| other.cmp(label)) {
                        known.labels.insert(place, (label.clone(), at));
                    }
                });
            }
            Event::LabelRemoved { participant, label } => {
                let id = self.known_participant(participant)?;
                self.edit_participant(id, |known| known.labels.retain(|(other, _)| other != label));
            }
            Event::VersionCreated { participant, version, build_url } => {
                let owner = self.known_participant(participant)?;
                self.create_version(at, owner, version, build_url.as_deref());
            }
            Event::VersionChanged { participant, version, build_url } => {
                let id = self.known_version(participant, version)?;
                self.edit_version(id, |known| {
                    known.build_url = build_url.as_deref().map(Arc::from);
                    known.updated_at = Some(at);
                });
            }
            Event::VersionRemoved { participant, version } => {
                let id = self.known_version(participant, version)?;
                self.remove_version(id);
            }
            Event::BranchVersionAdded { participant, branch, version, auto_created } => {
                let id = self.known_version(participant, version)?;
                self.add_to_branch(at, id, branch, *auto_created);
            }
            Event::BranchVersionRemoved { participant, branch, version } => {
                let id = self.known_version(participant, version)?;
                self.take_off_branch(id, self.known_branch(participant, branch)?);
            }
            Event::BranchRemoved { participant, branch } => {
                let id = self.known_branch(participant, branch)?;
                self.remove_branch(id);
            }
            Event::TagAdded { participant, version, tag } => {
                let id = self.known_version(participant, version)?;
                self.add_tag(at, id, tag);
            }
            Event::TagRemoved { participant, version, tag } => {
                let id = self.known_version(participant, version)?;
                self.remove_tag(id, tag);
            }
            Event::ContractPublished { consumer, version, provider, sha, body } => {
                let version = self.known_version(consumer, version)?;
                let pair = (self.known_participant(consumer)?, self.known_participant(provider)?);
                self.set_contract(at, version, pair, sha, *body);
            }
            Event::ContractRemoved { consumer, version, provider } => {
                let version = self.known_version(consumer, version)?;
                let provider_id = self.known_participant(provider)?;
                let pact = self
                    .pact(version, provider_id)
                    .ok_or_else(|| missing(format!("the contract with {provider}")))?;
                // Its content stays known, with its results: published again, it is verified already.
                let id = pact.id;
                self.remove_pact(id, false);
            }
            Event::VerificationRecorded {
                number,
                consumer,
                provider,
                sha,
                version,
                success,
                wip,
                pending,
                build_url,
                verified_by,
                response_times,
                test_results,
                failed,
                ..
            } => {
                let version = self.known_version(provider, version)?;
                let pair = (self.known_participant(consumer)?, self.known_participant(provider)?);
                let content = self.known_content(pair, sha)?;
                self.add_result(VerificationResult {
                    number: *number,
                    content,
                    version,
                    success: *success,
                    wip: *wip,
                    pending: *pending,
                    created_at: at,
                    build_url: build_url.as_deref().map(Arc::from),
                    verified_by: verified_by.as_ref().map(|value| Arc::from(value.to_string())),
                    response_times: response_times.as_ref().map(|value| Arc::from(value.to_string())),
                    test_results: *test_results,
                    failed: failed.as_slice().into(),
                });
            }
            Event::VerificationRemoved { number } => self.remove_result(*number),
            Event::EnvironmentCreated { environment, details } => {
                self.create_environment(at, *environment, details);
            }
            Event::EnvironmentChanged { environment, details } => {
                let id = self.known_environment(*environment)?;
                self.change_environment(at, id, details);
            }
            Event::EnvironmentRemoved { environment } => {
                let id = self.known_environment(*environment)?;
                self.remove_environment(id);
            }
            Event::DeploymentRecorded {
                deployment,
                participant,
                version,
                environment,
                instance,
                auto_created,
            } => {
                let id = take(&mut self.next.deployment);
                let deployment = Deployment {
                    id,
                    uuid: *deployment,
                    participant: self.known_participant(participant)?,
                    version: self.known_version(participant, version)?,
                    environment: self.known_environment(*environment)?,
                    instance: instance.as_deref().map(Arc::from),
                    auto_created: *auto_created,
                    created_at: at,
                    undeployed_at: None,
                };
                self.add_deployment(at, deployment);
            }
            Event::DeploymentEnded { deployment } => {
                let known = self
                    .deployment(*deployment)
                    .ok_or_else(|| missing(format!("deployment {deployment}")))?
                    .clone();
                self.end_deployment(at, &known);
            }
            Event::ReleaseRecorded { release, participant, version, environment } => {
                let participant_id = self.known_participant(participant)?;
                let version = self.known_version(participant, version)?;
                let environment = self.known_environment(*environment)?;
                self.add_release(at, *release, participant_id, version, environment);
            }
            Event::SupportEnded { release } => {
                let known =
                    self.release(*release).ok_or_else(|| missing(format!("release {release}")))?.clone();
                self.supported.remove(&(known.environment, known.participant, known.version));
                let ended = Release { support_ended_at: Some(at), ..(*known).clone() };
                self.releases.insert(ended.id, Arc::new(ended));
            }
            Event::WebhookCreated { webhook, details } => self.create_webhook(at, webhook, details),
            Event::WebhookChanged { webhook, details } => {
                let id = self.known_webhook(webhook)?;
                self.change_webhook(at, id, details);
            }
            Event::WebhookRemoved { webhook } => {
                let id = self.known_webhook(webhook)?;
                self.remove_webhook(id);
            }
            Event::WebhookSecretsSealed { webhook, since, request } => {
                self.seal_webhook(webhook, *since, request);
            }
            Event::WebhookRetried { trigger } => {
                let known = self.trigger(*trigger);
                let known = known.ok_or_else(|| missing(format!("triggered webhook {trigger}")))?.id;
                self.retry_trigger(at, known);
            }
            Event::VerificationOverdue { consumer, provider, sha } => {
                let pair = (self.known_participant(consumer)?, self.known_participant(provider)?);
                let content = self.known_content(pair, sha)?;
                self.overdue.insert(content);
            }
            Event::WebhookTriggered {
                trigger,
                webhook,
                event,
                consumer,
                provider,
                version,
                result,
                context,
            } => {
                let webhook = self.known_webhook(webhook)?;
                let pair = (self.known_participant(consumer)?, self.known_participant(provider)?);
                let occasion = match result {
                    Some(number) => Occasion::Verification(*number),
                    None => Occasion::Publication(self.known_version(consumer, version)?, pair.1),
                };
                self.add_trigger(at, *trigger, webhook, *event, pair, occasion, *context);
            }
            Event::WebhookAttempted { trigger, success, log, next_at } => {
                let known = self.trigger(*trigger);
                let known = known.ok_or_else(|| missing(format!("triggered webhook {trigger}")))?.id;
                let attempt = Attempt { at, success: *success, log: *log };
                self.add_attempt(known, attempt, *next_at);
            }
        }
        Ok(())
    }

    fn known_participant(&self, name: &ParticipantName) -> Result<ParticipantId, Inconsistent> {
        self.participants_by_name.get(name).copied().ok_or_else(|| missing(format!("participant {name}")))
    }

    fn known_version(
        &self,
        name: &ParticipantName,
        number: &VersionNumber,
    ) -> Result<VersionId, Inconsistent> {
        let owner = self.known_participant(name)?;
        let version = self.versions_by_number.get(&(owner, number.clone())).copied();
        version.ok_or_else(|| missing(format!("version {number} of {name}")))
    }

    fn known_branch(
        &self,
        name: &ParticipantName,
        branch: &BranchName,
    ) -> Result<crate::domain::model::BranchId, Inconsistent> {
        let owner = self.known_participant(name)?;
        let known = self.branches_by_name.get(&(owner, branch.clone())).copied();
        known.ok_or_else(|| missing(format!("branch {branch} of {name}")))
    }

    fn known_content(
        &self,
        (consumer, provider): (ParticipantId, ParticipantId),
        sha: &ContentSha,
    ) -> Result<ContentId, Inconsistent> {
        let content = self.contents_by_sha.get(&(consumer, provider, sha.clone())).copied();
        content.ok_or_else(|| missing(format!("content {sha}")))
    }

    fn known_environment(&self, uuid: Uuid) -> Result<EnvironmentId, Inconsistent> {
        self.environments_by_uuid.get(&uuid).copied().ok_or_else(|| missing(format!("environment {uuid}")))
    }

    fn known_webhook(&self, key: &WebhookKey) -> Result<WebhookId, Inconsistent> {
        self.webhooks_by_key.get(key).copied().ok_or_else(|| missing(format!("webhook {key}")))
    }

    fn create_participant(&mut self, at: Timestamp, name: &ParticipantName, profile: &Profile) {
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

    fn edit_participant(&mut self, id: ParticipantId, edit: impl FnOnce(&mut Participant)) {
        if let Some(known) = self.participants.get_mut(&id) {
            edit(Arc::make_mut(known));
        }
    }

    fn create_version(
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
        self.versions_by_number.insert(key, id);
        self.versions_of.insert((owner, id));
        let version = Version {
            id,
            participant: owner,
            number: number.clone(),
            build_url: build_url.map(Arc::from),
            created_at: at,
            updated_at: None,
            branches: Vec::new(),
            tags: Vec::new(),
        };
        self.versions.insert(id, Arc::new(version));
    }

    pub(super) fn edit_version(&mut self, id: VersionId, edit: impl FnOnce(&mut Version)) {
        if let Some(known) = self.versions.get_mut(&id) {
            edit(Arc::make_mut(known));
        }
    }

    fn add_to_branch(&mut self, at: Timestamp, version: VersionId, name: &BranchName, auto_created: bool) {
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
        let sequence = take(&mut self.next.branch_sequence);
        self.branch_members.insert((branch, sequence, version));
        self.edit_version(version, |known| {
            known.branches.push(BranchMembership { branch, sequence, created_at: at });
        });
        if let Some(known) = self.branches.get_mut(&branch) {
            Arc::make_mut(known).updated_at = at;
        }
    }

    fn add_tag(&mut self, at: Timestamp, version: VersionId, tag: &TagName) {
        let Some(known) = self.versions.get(&version) else { return };
        if known.has_tag(tag.as_str()) {
            return;
        }
        let key = (known.participant, tag.clone());
        self.edit_version(version, |known| known.tags.push(TagUse { tag: tag.clone(), created_at: at }));
        if !self.tag_first_used.contains_key(&key) {
            self.tag_first_used.insert(key.clone(), at);
        }
        self.tagged.entry(key).or_default().insert(version);
    }

    fn set_contract(
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
            self.contents_by_sha.insert(key, id);
            let content = Content { id, consumer, provider, sha: sha.clone(), body, created_at: at };
            self.contents.insert(id, Arc::new(content));
            id
        };
        let before =
            self.pacts_by_version.get(&(version, provider)).and_then(|id| self.pacts.get(id)).copied();
        let id = before.map_or_else(|| take(&mut self.next.pact), |pact| pact.id);
        let revision = before.map_or(1, |pact| pact.revision + 1);
        self.pacts.insert(id, Pact { id, consumer, provider, version, content, revision, created_at: at });
        self.pacts_by_content.insert((content, version, id));
        if let Some(before) = before {
            if before.content != content {
                // What it said before stays known, with its results: published again, it is verified already.
                self.pacts_by_content.remove(&(before.content, version, id));
            }
        } else {
            self.pacts_by_version.insert((version, provider), id);
            self.pacts_by_pair.insert((consumer, provider, version), id);
            *self.consumers_of.entry((provider, consumer)).or_insert(0) += 1;
        }
    }

    fn add_result(&mut self, result: VerificationResult) {
        self.next.result = self.next.result.max(result.number.get().saturating_add(1));
        self.results_by_content.insert((result.content, result.version, result.number));
        self.results_by_version.insert((result.version, result.number));
        self.results.insert(result.number, Arc::new(result));
    }

    /// The number that the next verification result gets. The first one is 1.
    pub fn next_result_number(&self) -> ResultNumber {
        ResultNumber::new(self.next.result.max(1))
    }

    fn create_environment(&mut self, at: Timestamp, uuid: Uuid, details: &EnvironmentDetails) {
        if self.environments_by_uuid.contains_key(&uuid) {
            return;
        }
        let id = take(&mut self.next.environment);
        self.environments_by_uuid.insert(uuid, id);
        self.environments_by_name.insert(details.name.clone(), id);
        let environment = Environment {
            id,
            uuid,
            name: details.name.clone(),
            display_name: details.display_name.clone(),
            production: details.production,
            contacts: details.contacts.clone(),
            created_at: at,
            updated_at: None,
        };
        self.environments.insert(id, Arc::new(environment));
    }

    fn change_environment(&mut self, at: Timestamp, id: EnvironmentId, details: &EnvironmentDetails) {
        let Some(known) = self.environments.get_mut(&id) else { return };
        let known = Arc::make_mut(known);
        let old_name = std::mem::replace(&mut known.name, details.name.clone());
        known.display_name.clone_from(&details.display_name);
        known.production = details.production;
        known.contacts.clone_from(&details.contacts);
        known.updated_at = Some(at);
        self.environments_by_name.remove(&old_name);
        self.environments_by_name.insert(details.name.clone(), id);
    }

    fn add_deployment(&mut self, at: Timestamp, deployment: Deployment) {
        let place = (deployment.environment, deployment.participant, deployment.instance.clone());
        let before = self.deployed.get(&place).and_then(|id| self.deployments.get(id)).cloned();
        if let Some(before) = before {
            self.end_deployment(at, &before);
        }
        self.deployed.insert(place, deployment.id);
        self.deployments_by_uuid.insert(deployment.uuid, deployment.id);
        self.deployments_by_version.insert((deployment.version, deployment.id));
        self.deployments.insert(deployment.id, Arc::new(deployment));
    }

    fn end_deployment(&mut self, at: Timestamp, known: &Deployment) {
        let place = (known.environment, known.participant, known.instance.clone());
        if self.deployed.get(&place) == Some(&known.id) {
            self.deployed.remove(&place);
        }
        let ended = Deployment { undeployed_at: known.undeployed_at.or(Some(at)), ..known.clone() };
        self.deployments.insert(ended.id, Arc::new(ended));
    }

    fn add_release(
        &mut self,
        at: Timestamp,
        uuid: Uuid,
        participant: ParticipantId,
        version: VersionId,
        environment: EnvironmentId,
    ) {
        let before =
            self.releases_by_version.get(&(version, environment)).and_then(|id| self.releases.get(id));
        let release = match before {
            Some(before) => Release { support_ended_at: None, ..(**before).clone() },
            None => Release {
                id: take(&mut self.next.release),
                uuid,
                participant,
                version,
                environment,
                created_at: at,
                support_ended_at: None,
            },
        };
        self.supported.insert((environment, participant, version), release.id);
        self.releases_by_version.insert((version, environment), release.id);
        self.releases_by_uuid.insert(release.uuid, release.id);
        self.releases.insert(release.id, Arc::new(release));
    }
}
