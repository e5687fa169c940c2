//! What is deployed and released where.

use http::StatusCode;
use pactwright_core::{
    broker_api::{
        DeployedVersion, DeployedVersionContext, DeployedVersions, EmbeddedDeployedVersions,
        EmbeddedReleasedVersions, Link, Links, ReleasedVersion, ReleasedVersions,
    },
    json::Json,
};

use super::{
    answer::Answer,
    call::Call,
    environments,
    errors::{Failure, FieldErrors},
    fields, hal, versions,
};
use crate::domain::{
    commands::{EndDeployment, EndSupport, Existing, RecordDeployment, RecordRelease},
    model::{Deployment, EnvironmentId, ParticipantId, Release, Timestamp, VersionId},
    state::State,
};

fn context(
    call: &Call,
    state: &State,
    (participant, version): (ParticipantId, VersionId),
    environment: Option<EnvironmentId>,
) -> DeployedVersionContext {
    let owner = state.participant_by_id(participant);
    let version = owner.zip(state.version_by_id(version));
    DeployedVersionContext {
        pacticipant: owner.map(|owner| hal::participant_stub(&call.paths, owner)).unwrap_or_default(),
        version: version
            .map(|(owner, version)| hal::version_stub(&call.paths, owner, version))
            .unwrap_or_default(),
        environment: environment
            .and_then(|id| state.environment_by_id(id))
            .map(|environment| environments::document(call, environment)),
    }
}

fn deployed(call: &Call, state: &State, deployment: &Deployment, with_environment: bool) -> DeployedVersion {
    let instance = deployment.instance.as_deref().map(str::to_owned);
    let environment = with_environment.then_some(deployment.environment);
    DeployedVersion {
        uuid: deployment.uuid.to_string(),
        currently_deployed: deployment.undeployed_at.is_none(),
        target: instance.clone(),
        application_instance: instance,
        undeployed_at: deployment.undeployed_at.map(Timestamp::to_wire),
        created_at: Some(deployment.created_at.to_wire()),
        embedded: context(call, state, (deployment.participant, deployment.version), environment),
        links: Links::new().with("self", Link::to(call.paths.deployed_version(&deployment.uuid))),
    }
}

fn released(call: &Call, state: &State, release: &Release, with_environment: bool) -> ReleasedVersion {
    let environment = with_environment.then_some(release.environment);
    ReleasedVersion {
        uuid: release.uuid.to_string(),
        currently_supported: release.support_ended_at.is_none(),
        support_ended_at: release.support_ended_at.map(Timestamp::to_wire),
        created_at: Some(release.created_at.to_wire()),
        embedded: context(call, state, (release.participant, release.version), environment),
        links: Links::new().with("self", Link::to(call.paths.released_version(&release.uuid))),
    }
}

/// Whether something is of the participant and version that the query asks for.
fn is_wanted(call: &Call, participant: ParticipantId, version: VersionId) -> bool {
    let state = &call.state;
    let name = call.query.filled("pacticipant");
    let number = call.query.filled("version");
    name.is_none_or(|name| state.participant(name).is_some_and(|known| known.id == participant))
        && number
            .is_none_or(|number| state.version_by_id(version).is_some_and(|known| known.number == *number))
}

pub(super) async fn deployed_now(call: Call) -> Result<Answer, Failure> {
    let environment = environments::environment(&call)?;
    let instance = ["applicationInstance", "target"].into_iter().find_map(|name| call.query.get(name));
    // A blank instance is none.
    let instance = instance.map(|value| value.as_text().filter(|text| !text.trim().is_empty()));
    let mut known: Vec<_> = call
        .state
        .deployed_to(environment.id)
        .filter(|deployment| is_wanted(&call, deployment.participant, deployment.version))
        .filter(|deployment| instance.is_none_or(|instance| deployment.instance.as_deref() == instance))
        .collect();
    known.sort_by_key(|deployment| std::cmp::Reverse(deployment.id));
    let page = call.page_or_whole()?;
    let shown = known.iter().skip(page.skip()).take(page.size);
    let deployed_versions = shown.map(|deployment| deployed(&call, &call.state, deployment, false)).collect();
    let title = format!("Currently deployed versions for {}", versions::shown_name(environment));
    let mut links = Links::new().with("self", Link::to(call.address()).titled(title));
    hal::page_links(&call, page, known.len(), &mut links);
    Answer::document(&DeployedVersions { embedded: EmbeddedDeployedVersions { deployed_versions }, links })
}

pub(super) async fn supported_now(call: Call) -> Result<Answer, Failure> {
    let environment = environments::environment(&call)?;
    let mut known: Vec<_> = call
        .state
        .supported_in(environment.id)
        .filter(|release| is_wanted(&call, release.participant, release.version))
        .collect();
    known.sort_by_key(|release| std::cmp::Reverse(release.id));
    let page = call.page_or_whole()?;
    let shown = known.iter().skip(page.skip()).take(page.size);
    let released_versions = shown.map(|release| released(&call, &call.state, release, false)).collect();
    let title = format!("Currently supported versions in {}", versions::shown_name(environment));
    let mut links = Links::new().with("self", Link::to(call.address()).titled(title));
    hal::page_links(&call, page, known.len(), &mut links);
    Answer::document(&ReleasedVersions { embedded: EmbeddedReleasedVersions { released_versions }, links })
}

pub(super) async fn deployed_of_version(call: Call) -> Result<Answer, Failure> {
    let (participant, version) = call.version()?;
    let environment = environments::environment(&call)?;
    let known =
        call.state.deployments_of_version(version.id).filter(|known| known.environment == environment.id);
    let mut known: Vec<_> = known.collect();
    known.sort_by_key(|deployment| std::cmp::Reverse(deployment.id));
    let deployed_versions =
        known.iter().map(|deployment| deployed(&call, &call.state, deployment, false)).collect();
    let title = format!("Deployed versions for {} version {}", participant.name, version.number);
    let links = Links::new().with("self", Link::to(call.address()).titled(title));
    Answer::document(&DeployedVersions { embedded: EmbeddedDeployedVersions { deployed_versions }, links })
}

pub(super) async fn released_of_version(call: Call) -> Result<Answer, Failure> {
    let (participant, version) = call.version()?;
    let environment = environments::environment(&call)?;
    let known = call.state.release_of(version.id, environment.id);
    let released_versions =
        known.iter().map(|release| released(&call, &call.state, release, false)).collect();
    let title = format!("Released versions for {} version {}", participant.name, version.number);
    let links = Links::new().with("self", Link::to(call.address()).titled(title));
    Answer::document(&ReleasedVersions { embedded: EmbeddedReleasedVersions { released_versions }, links })
}

pub(super) async fn deploy(call: Call) -> Result<Answer, Failure> {
    let object = call.object()?;
    let mut errors = FieldErrors::default();
    let instance = fields::line_or_number(&object, "applicationInstance", &mut errors);
    let target = fields::line_or_number(&object, "target", &mut errors);
    errors.check()?;
    let (participant, version) = call.version()?;
    let environment = environments::environment(&call)?.uuid;
    let instance = instance.or(target).filter(|instance| !instance.is_empty());
    let command = RecordDeployment {
        participant: participant.name.clone(),
        version: version.number.clone(),
        environment,
        instance,
    };
    let done = call.submit(command).await?;
    let deployment = done.state.deployment(done.answer).ok_or(Failure::NotFound)?;
    let answer = Answer::document(&deployed(&call, &done.state, deployment, true))?;
    Ok(answer.created(call.paths.deployed_version(&done.answer)))
}

pub(super) async fn release(call: Call) -> Result<Answer, Failure> {
    call.object()?;
    let (participant, version) = call.version()?;
    let environment = environments::environment(&call)?.uuid;
    let command =
        RecordRelease { participant: participant.name.clone(), version: version.number.clone(), environment };
    let done = call.submit(command).await?;
    let (uuid, existing) = done.answer;
    let release = done.state.release(uuid).ok_or(Failure::NotFound)?;
    let answer = Answer::document(&released(&call, &done.state, release, true))?;
    let answer = answer.created(call.paths.released_version(&uuid));
    Ok(match existing {
        Existing::New => answer,
        Existing::Known => answer.status(StatusCode::OK),
    })
}

pub(super) async fn read_deployed(call: Call) -> Result<Answer, Failure> {
    let deployment = call.state.deployment(call.uuid("uuid")?).ok_or(Failure::NotFound)?;
    Answer::document(&deployed(&call, &call.state, deployment, true))
}

pub(super) async fn read_released(call: Call) -> Result<Answer, Failure> {
    let release = call.state.release(call.uuid("uuid")?).ok_or(Failure::NotFound)?;
    Answer::document(&released(&call, &call.state, release, true))
}

/// What a change says about a property that can only be ended.
enum Wish {
    Nothing,
    End,
}

fn wish(call: &Call, property: &str, instead: &str) -> Result<Wish, Failure> {
    match call.object()?.get(property) {
        None => Ok(Wish::Nothing),
        Some(Json::Bool(false)) => Ok(Wish::End),
        Some(Json::Bool(true)) => {
            let message =
                format!("The {property} property cannot be set back to true. Please record a new {instead}.");
            let mut errors = FieldErrors::default();
            errors.add(property, message);
            Err(Failure::Invalid(errors.with_status(StatusCode::UNPROCESSABLE_ENTITY)))
        }
        Some(_) => Err(FieldErrors::one(property, "must be one of: true, false")),
    }
}

pub(super) async fn change_deployed(call: Call) -> Result<Answer, Failure> {
    let wish = wish(&call, "currentlyDeployed", "deployment");
    let deployment = call.uuid("uuid")?;
    call.state.deployment(deployment).ok_or(Failure::NotFound)?;
    let state = match wish? {
        Wish::Nothing => call.state.clone(),
        Wish::End => call.submit(EndDeployment { deployment }).await?.state,
    };
    let changed = state.deployment(deployment).ok_or(Failure::NotFound)?;
    Answer::document(&deployed(&call, &state, changed, true))
}

pub(super) async fn change_released(call: Call) -> Result<Answer, Failure> {
    let wish = wish(&call, "currentlySupported", "release");
    let release = call.uuid("uuid")?;
    call.state.release(release).ok_or(Failure::NotFound)?;
    let state = match wish? {
        Wish::Nothing => call.state.clone(),
        Wish::End => call.submit(EndSupport { release }).await?.state,
    };
    let changed = state.release(release).ok_or(Failure::NotFound)?;
    Answer::document(&released(&call, &state, changed, true))
}
