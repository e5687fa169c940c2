//! Environments, and what is deployed and released to them, coming and going.

use std::sync::Arc;

use uuid::Uuid;

use super::{State, take};
use crate::domain::{
    event::EnvironmentDetails,
    model::{
        Deployment, DeploymentId, Environment, EnvironmentId, ParticipantId, Release, ReleaseId, Timestamp,
        VersionId,
    },
};

impl State {
    pub(super) fn create_environment(&mut self, at: Timestamp, uuid: Uuid, details: &EnvironmentDetails) {
        if self.environments_by_uuid.contains_key(&uuid) {
            return;
        }
        let id = take(&mut self.next.environment);
        self.put_environment(Environment {
            id,
            uuid,
            name: details.name.clone(),
            display_name: details.display_name.clone(),
            production: details.production,
            contacts: details.contacts.clone(),
            created_at: at,
            updated_at: None,
        });
    }

    pub(super) fn put_environment(&mut self, environment: Environment) {
        self.environments_by_uuid.insert(environment.uuid, environment.id);
        self.environments_by_name.insert(environment.name.clone(), environment.id);
        self.environments.insert(environment.id, Arc::new(environment));
    }

    pub(super) fn change_environment(
        &mut self,
        at: Timestamp,
        id: EnvironmentId,
        details: &EnvironmentDetails,
    ) {
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

    pub(super) fn add_deployment(&mut self, at: Timestamp, deployment: Deployment) {
        let place = (deployment.environment, deployment.participant, deployment.instance.clone());
        let before = self.deployed.get(&place).and_then(|id| self.deployments.get(id)).cloned();
        if let Some(before) = before {
            self.end_deployment(at, &before);
        }
        self.put_deployment(deployment);
    }

    pub(super) fn put_deployment(&mut self, deployment: Deployment) {
        let Deployment { id, uuid, participant, version, environment, .. } = deployment;
        if deployment.undeployed_at.is_none() {
            self.deployed.insert((environment, participant, deployment.instance.clone()), id);
        }
        self.deployments_by_uuid.insert(uuid, id);
        self.deployments_by_version.insert((version, id));
        self.deployments_by_place.insert((environment, participant, version, id));
        self.counts.chosen_deployments += usize::from(!deployment.auto_created);
        self.deployments.insert(id, Arc::new(deployment));
    }

    pub(super) fn end_deployment(&mut self, at: Timestamp, known: &Deployment) {
        let place = (known.environment, known.participant, known.instance.clone());
        if self.deployed.get(&place) == Some(&known.id) {
            self.deployed.remove(&place);
        }
        let ended = Deployment { undeployed_at: known.undeployed_at.or(Some(at)), ..known.clone() };
        self.deployments.insert(ended.id, Arc::new(ended));
    }

    pub(super) fn add_release(
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
        self.put_release(release);
    }

    pub(super) fn put_release(&mut self, release: Release) {
        let Release { id, uuid, participant, version, environment, .. } = release;
        if release.support_ended_at.is_none() {
            self.supported.insert((environment, participant, version), id);
        }
        self.releases_by_version.insert((version, environment), id);
        self.releases_by_place.insert((environment, participant, version), id);
        self.releases_by_uuid.insert(uuid, id);
        self.releases.insert(id, Arc::new(release));
    }

    pub(super) fn remove_environment(&mut self, id: EnvironmentId) {
        let from = (id, ParticipantId::FIRST, VersionId::FIRST, DeploymentId::FIRST);
        let until = (id.next(), ParticipantId::FIRST, VersionId::FIRST, DeploymentId::FIRST);
        let deployments: Vec<_> = self.deployments_by_place.range(from..until).map(|(.., id)| *id).collect();
        for deployment in deployments {
            self.remove_deployment(deployment);
        }
        let from = (id, ParticipantId::FIRST, VersionId::FIRST);
        let until = (id.next(), ParticipantId::FIRST, VersionId::FIRST);
        let releases: Vec<_> = self.releases_by_place.range(from..until).map(|(_, id)| *id).collect();
        for release in releases {
            self.remove_release(release);
        }
        if let Some(known) = self.environments.remove(&id) {
            self.environments_by_uuid.remove(&known.uuid);
            self.environments_by_name.remove(&known.name);
        }
    }

    pub(super) fn remove_deployment(&mut self, id: DeploymentId) {
        if let Some(known) = self.deployments.remove(&id) {
            let place = (known.environment, known.participant, known.instance.clone());
            if self.deployed.get(&place) == Some(&id) {
                self.deployed.remove(&place);
            }
            self.deployments_by_uuid.remove(&known.uuid);
            self.deployments_by_version.remove(&(known.version, id));
            self.deployments_by_place.remove(&(known.environment, known.participant, known.version, id));
            self.counts.chosen_deployments =
                self.counts.chosen_deployments.saturating_sub(usize::from(!known.auto_created));
        }
    }

    pub(super) fn remove_release(&mut self, id: ReleaseId) {
        if let Some(known) = self.releases.remove(&id) {
            self.supported.remove(&(known.environment, known.participant, known.version));
            self.releases_by_version.remove(&(known.version, known.environment));
            self.releases_by_place.remove(&(known.environment, known.participant, known.version));
            self.releases_by_uuid.remove(&known.uuid);
        }
    }

    /// The versions of a participant that are or were in an environment, each once.
    pub fn versions_ever_in(&self, environment: EnvironmentId, participant: ParticipantId) -> Vec<VersionId> {
        let from = (environment, participant, VersionId::FIRST, DeploymentId::FIRST);
        let until = (environment, participant, VersionId::LAST, DeploymentId::LAST);
        let deployed = self.deployments_by_place.range(from..=until).map(|(_, _, version, _)| *version);
        let released = self.releases_by_place.range(
            (environment, participant, VersionId::FIRST)..=(environment, participant, VersionId::LAST),
        );
        let mut versions: Vec<_> = deployed.chain(released.map(|((.., version), _)| *version)).collect();
        versions.sort_unstable();
        versions.dedup();
        versions
    }
}
