//! Versions of participants.

use pactwright_core::{
    broker_api::{Link, Links},
    json::{Json, ObjectBuf},
    names::{ParticipantName, TagName, VersionNumber},
};
use serde_json::{Value, json};

use super::{
    answer::Answer,
    call::Call,
    environments,
    errors::{Failure, FieldErrors},
    fields, hal, participants,
    paths::Paths,
};
use crate::domain::{
    commands::{ChangeVersion, Existing, RemoveVersion, VersionChange},
    model::{Deployment, Environment, Participant, Timestamp, Version, VersionId},
    state::State,
};

pub(super) async fn list(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?.clone();
    let newest_first = call.state.version_ids(participant.id).rev();
    collection(&call, &participant, newest_first, call.state.version_count(participant.id))
}

/// A page of versions, in the given order; `total` is how many there are.
pub(super) fn collection(
    call: &Call,
    participant: &Participant,
    versions: impl Iterator<Item = VersionId>,
    total: usize,
) -> Result<Answer, Failure> {
    let page = participants::page_or_first(call)?;
    let state = &call.state;
    let shown: Vec<_> =
        versions.skip(page.skip()).take(page.size).filter_map(|id| state.version_by_id(id)).collect();
    let documents: Vec<_> = shown
        .iter()
        .map(|version| {
            let address = call.paths.version(&participant.name, &version.number);
            document(call, state, participant, version, address)
        })
        .collect();
    let old: Vec<_> = shown
        .iter()
        .map(|version| {
            Link::to(call.paths.version(&participant.name, &version.number))
                .named(version.number.to_string())
                .titled("Version")
        })
        .collect();
    let mut links = Links::new()
        .with(
            "self",
            Link::to(call.address()).titled(format!("All application versions of {}", participant.name)),
        )
        .with(
            "pb:pacticipant",
            Link::to(call.paths.participant(&participant.name)).titled(participant.name.to_string()),
        );
    let deprecated = Link::to(call.paths.participant(&participant.name));
    links.push("pacticipant", deprecated.titled("Deprecated - please use pb:pacticipant"));
    links.push_all("pb:versions", old.clone());
    links.push_all("versions", old);
    hal::page_links(call, page, total, &mut links);
    let info = hal::page_info(page, total);
    Answer::document(&json!({ "page": info, "_embedded": { "versions": documents }, "_links": links }))
}

pub(super) async fn read(call: Call) -> Result<Answer, Failure> {
    let (participant, version) = call.version()?;
    shown(&call, &call.state, participant, version)
}

/// One version, under the address that was asked for.
pub(super) fn shown(
    call: &Call,
    state: &State,
    participant: &Participant,
    version: &Version,
) -> Result<Answer, Failure> {
    Answer::document(&document(call, state, participant, version, call.address_without_query()))
}

pub(super) async fn latest(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?;
    let latest = call.state.version_ids(participant.id).next_back();
    by_id(&call, participant, latest)
}

pub(super) async fn latest_tagged(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?;
    by_id(&call, participant, call.state.tag_head(participant.id, call.var("tag")))
}

/// The version with that identifier, if there is one.
pub(super) fn by_id(
    call: &Call,
    participant: &Participant,
    id: Option<VersionId>,
) -> Result<Answer, Failure> {
    let version = id.and_then(|id| call.state.version_by_id(id)).ok_or(Failure::NotFound)?;
    shown(call, &call.state, participant, version)
}

pub(super) async fn tagged(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?.clone();
    let total = call.state.tagged_count(participant.id, call.var("tag"));
    if total == 0 {
        // There is no such tag.
        return Err(Failure::NotFound);
    }
    let newest_first = call.state.tagged_version_ids(participant.id, call.var("tag")).rev();
    collection(&call, &participant, newest_first, total)
}

/// The versions of a participant that were ever deployed or released to an environment.
pub(super) async fn in_environment(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?.clone();
    let environment = environments::environment(&call)?.id;
    let state = &call.state;
    let mut versions = state.versions_ever_in(environment, participant.id);
    versions.sort_by_cached_key(|version| std::cmp::Reverse(state.place(*version)));
    let total = versions.len();
    collection(&call, &participant, versions.into_iter(), total)
}

pub(super) async fn put(call: Call) -> Result<Answer, Failure> {
    store(call, true).await
}

pub(super) async fn change(call: Call) -> Result<Answer, Failure> {
    store(call, false).await
}

async fn store(call: Call, whole: bool) -> Result<Answer, Failure> {
    let change = version_change(&call.object()?, whole)?;
    let participant: ParticipantName = call.participant_name()?;
    let version: VersionNumber = call.name("version")?;
    let command = ChangeVersion { participant: participant.clone(), version: version.clone(), change };
    let done = call.submit(command).await?;
    let known = done.state.participant(participant.as_str()).ok_or(Failure::NotFound)?;
    let changed = done.state.version(known.id, version.as_str()).ok_or(Failure::NotFound)?;
    let answer = shown(&call, &done.state, known, changed)?;
    Ok(match done.answer {
        Existing::New => answer.created(call.paths.version(&participant, &version)),
        Existing::Known => answer,
    })
}

fn version_change(object: &ObjectBuf, whole: bool) -> Result<VersionChange, Failure> {
    let mut errors = FieldErrors::default();
    let build_url = fields::line(object, "buildUrl", &mut errors).or_else(|| whole.then_some(None));
    let tags = tags(object, &mut errors).or_else(|| whole.then(Vec::new));
    errors.check()?;
    Ok(VersionChange { build_url, tags })
}

fn tags(object: &ObjectBuf, errors: &mut FieldErrors) -> Option<Vec<TagName>> {
    let items = match object.get("tags")? {
        Json::Array(items) => items,
        Json::Null => return None,
        _ => {
            errors.add("tags", "must be an array");
            return None;
        }
    };
    let mut tags: Vec<TagName> = Vec::new();
    for item in items {
        match item.get("name").and_then(Json::as_str).map(TagName::new) {
            Some(Ok(tag)) => tags.push(tag),
            Some(Err(error)) => errors.add("tags", error.to_string()),
            None => errors.add("tags", "must be objects with a name"),
        }
    }
    Some(tags)
}

pub(super) async fn remove(call: Call) -> Result<Answer, Failure> {
    let (participant, version) = call.version()?;
    let command = RemoveVersion { participant: participant.name.clone(), version: version.number.clone() };
    call.broker.submit(command).await?;
    Ok(Answer::no_content())
}

/// A version as a document.
pub(super) fn document(
    call: &Call,
    state: &State,
    participant: &Participant,
    version: &Version,
    address: String,
) -> Value {
    let paths = &call.paths;
    let (name, number) = (&participant.name, &version.number);
    let tags: Vec<_> = version
        .tags
        .iter()
        .map(|used| {
            let link = Link::to(paths.tag(name, number, &used.tag)).titled("Tag").named(used.tag.to_string());
            json!({ "name": used.tag, "_links": Links::new().with("self", link) })
        })
        .collect();
    let pacts: Vec<_> = state
        .pacts_of_version(version.id)
        .filter_map(|pact| {
            let provider = state.participant_by_id(pact.provider)?;
            let title = format!("Pact between {name} ({number}) and {}", provider.name);
            Some(Link::to(paths.pact(&provider.name, name, number)).titled("Pact").named(title))
        })
        .collect();
    let deployed: Vec<_> = state
        .deployments_of_version(version.id)
        .filter_map(|deployment| deployment_link(paths, state, deployment))
        .collect();
    let released: Vec<_> = state
        .releases_of_version(version.id)
        .filter_map(|release| {
            let shown = shown_name(state.environment_by_id(release.environment)?);
            let title = format!("Version released to {shown}");
            let link = Link::to(paths.released_version(&release.uuid)).titled(title).named(shown);
            let mut link = json!(link);
            link["currently_supported"] = json!(release.support_ended_at.is_none());
            Some(link)
        })
        .collect();
    let record = |address: &dyn Fn(&Environment) -> String, what: &str| -> Vec<Link> {
        state
            .environments()
            .map(|environment| {
                let title = format!("Record {what} to {}", shown_name(environment));
                Link::to(address(environment)).titled(title).named(environment.name.to_string())
            })
            .collect()
    };
    let links = Links::new()
        .with("self", Link::to(address).titled("Version").named(number.to_string()))
        .with(
            "pb:pacticipant",
            Link::to(paths.participant(name)).titled("Pacticipant").named(name.to_string()),
        )
        .with(
            "pb:tag",
            Link::to(format!("{}/tags/{{tag}}", paths.version(name, number)))
                .titled("Get, create or delete a tag for this pacticipant version")
                .templated(true),
        )
        .with(
            "pb:latest-verification-results-where-pacticipant-is-consumer",
            Link::to(paths.results_for_consumer_version(name, number))
                .titled("Latest verification results for consumer version"),
        )
        .with_all("pb:pact-versions", pacts)
        .with_all(
            "pb:record-deployment",
            record(&|environment| paths.record_deployment(name, number, &environment.uuid), "deployment"),
        )
        .with_all(
            "pb:record-release",
            record(&|environment| paths.record_release(name, number, &environment.uuid), "release"),
        )
        .with_all("curies", hal::curies(paths, "version"));
    let mut links = hal::links_value(&links);
    links["pb:deployed-environments"] = json!(deployed);
    links["pb:released-environments"] = json!(released);
    let branch_versions = hal::branch_versions(paths, state, participant, version);
    let mut document = json!({
        "number": number,
        "createdAt": version.created_at.to_wire(),
        "_embedded": { "branches": branch_versions, "branchVersions": branch_versions, "tags": tags },
        "_links": links,
    });
    if let Some(build_url) = &version.build_url {
        document["buildUrl"] = json!(build_url.as_ref());
    }
    if let Some(at) = version.updated_at.map(Timestamp::to_wire) {
        document["updatedAt"] = json!(at);
    }
    document
}

/// The link to a deployment, with what links do not usually say: whether it is still there, and on which instance.
pub(super) fn deployment_link(paths: &Paths, state: &State, deployment: &Deployment) -> Option<Value> {
    let shown = shown_name(state.environment_by_id(deployment.environment)?);
    let title = format!("Version deployed to {shown}");
    let mut link = json!(Link::to(paths.deployed_version(&deployment.uuid)).titled(title).named(shown));
    link["currently_deployed"] = json!(deployment.undeployed_at.is_none());
    if let Some(instance) = &deployment.instance {
        link["application_instance"] = json!(instance.as_ref());
    }
    Some(link)
}

/// An environment's name for people.
pub(super) fn shown_name(environment: &Environment) -> String {
    let given = environment.display_name.clone();
    given.unwrap_or_else(|| participants::made_display_name(environment.name.as_str()))
}
