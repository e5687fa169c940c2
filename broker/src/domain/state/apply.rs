//! What each kind of event changes. How, is beside the things that change.

use std::sync::Arc;

use pactwright_core::{
    digest::ContentSha,
    names::{BranchName, ParticipantName, VersionNumber},
};
use uuid::Uuid;

use super::{Horizon, State, take};
use crate::domain::{
    event::{Commit, Event, Forgotten},
    model::{
        Attempt, BranchId, ContentId, Deployment, EnvironmentId, More, Occasion, ParticipantId, Release,
        ResultNumber, ResultSource, Timestamp, VerificationResult, VersionId, WebhookId, WebhookKey,
    },
};
use crate::store::Position;

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
        self.access.apply(at, event);
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
            Event::VersionRemoved { participant, version, .. } => {
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
                let source = ResultSource {
                    build_url: build_url.as_deref().map(Box::from),
                    verified_by: verified_by.as_ref().map(|value| value.to_string().into()),
                };
                let more = More {
                    response_times: response_times.as_ref().map(|value| value.to_string().into()),
                    test_results: *test_results,
                    failed: failed.as_slice().into(),
                };
                self.use_up_number(*number);
                self.add_result(VerificationResult {
                    number: *number,
                    content,
                    version,
                    success: *success,
                    wip: *wip,
                    pending: *pending,
                    created_at: at,
                    source: (source != ResultSource::default()).then(|| Arc::new(source)),
                    more: (more != More::default()).then(|| Box::new(more)),
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
                match self.trigger(*trigger).map(|known| known.id) {
                    Some(known) => self.retry_trigger(at, known),
                    // As with attempts.
                    None => self.use_up(Forgotten::Retry),
                }
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
                match self.trigger(*trigger).map(|known| known.id) {
                    Some(known) => {
                        let attempt = Attempt { at, success: *success, log: *log };
                        self.add_attempt(known, attempt, *next_at);
                    }
                    // It was forgotten since, and this is kept for another reason.
                    None => self.use_up(Forgotten::Attempt),
                }
            }
            Event::TeamSaved { .. }
            | Event::TeamRemoved { .. }
            | Event::UserSaved { .. }
            | Event::UserRemoved { .. }
            | Event::TokenCreated { .. }
            | Event::TokenRevoked { .. }
            | Event::TokenUsed { .. }
            | Event::ParticipantOwned { .. }
            | Event::ParticipantDisowned { .. }
            | Event::EnvironmentOwned { .. }
            | Event::EnvironmentDisowned { .. } => {}
            Event::DeliveriesRemoved { triggers } => {
                // Those that are not known were forgotten since.
                let known: Vec<_> = triggers.iter().filter_map(|uuid| self.trigger(*uuid)).collect();
                for id in known.into_iter().map(|trigger| trigger.id).collect::<Vec<_>>() {
                    self.remove_trigger(id);
                }
            }
            Event::HistoryForgotten { since, before } => {
                self.horizon = Some(Horizon { since: *since, before: Position(*before) });
            }
            Event::Forgotten { what } => self.use_up(*what),
        }
        Ok(())
    }

    /// Takes note of a fact that is not known any more, but had got an identifier.
    fn use_up(&mut self, what: Forgotten) {
        match what {
            Forgotten::Verification(number) => self.use_up_number(number),
            Forgotten::Delivery => self.next.trigger += 1,
            Forgotten::Attempt => self.attempts += 1,
            // It got no identifier.
            Forgotten::Retry => {}
        }
    }

    fn use_up_number(&mut self, number: ResultNumber) {
        self.next.result = self.next.result.max(number.get().saturating_add(1));
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

    fn known_branch(&self, name: &ParticipantName, branch: &BranchName) -> Result<BranchId, Inconsistent> {
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
}
