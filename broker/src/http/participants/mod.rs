//! Participants.

pub(super) mod labels;

use pactwright_core::{
    broker_api::{Link, Links},
    json::{Json, ObjectBuf},
    names::{BranchName, ParticipantName},
};
use serde_json::{Value, json};

use super::{
    answer::Answer,
    call::{Call, Page},
    errors::{Failure, FieldErrors},
    fields, hal, versions,
};
use crate::domain::{
    commands::{ChangeParticipant, CreateParticipant, Existing, ProfileChange, RemoveParticipant},
    model::{Participant, Profile},
    state::State,
};

pub(super) async fn list(call: Call) -> Result<Answer, Failure> {
    let wanted = call.query.filled("q").map(str::to_lowercase);
    let mut participants: Vec<_> = call
        .state
        .participants()
        .filter(|known| wanted.as_ref().is_none_or(|part| known.name.as_str().to_lowercase().contains(part)))
        .collect();
    // As people look for names: capitals do not count.
    participants.sort_by_cached_key(|known| (known.name.as_str().to_lowercase(), known.name.clone()));
    let page = call.page()?;
    let shown: Vec<_> = match page {
        Some(page) => participants.iter().skip(page.skip()).take(page.size).copied().collect(),
        None => participants.clone(),
    };
    let mut document = collection(&call, &shown);
    if let Some(page) = page {
        let mut links = Links::new();
        hal::page_links(&call, page, participants.len(), &mut links);
        extend(&mut document["_links"], hal::links_value(&links));
        document["page"] = hal::page_info(page, participants.len());
    }
    Answer::document(&document)
}

pub(super) async fn with_label(call: Call) -> Result<Answer, Failure> {
    let label = call.var("label");
    let shown: Vec<_> = call
        .state
        .participants()
        .filter(|known| known.labels.iter().any(|(name, _)| name == label))
        .collect();
    Answer::document(&collection(&call, &shown))
}

fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(value), Value::Object(more)) = (value, more) {
        value.extend(more);
    }
}

fn collection(call: &Call, participants: &[&std::sync::Arc<Participant>]) -> Value {
    let paths = &call.paths;
    let documents: Vec<_> =
        participants.iter().map(|known| document(call, &call.state, known, false)).collect();
    let old_documents: Vec<_> = documents
        .iter()
        .cloned()
        .map(|mut document| {
            document["title"] = json!("DEPRECATED - Please use the embedded pacticipants collection");
            document
        })
        .collect();
    let links: Vec<_> = participants
        .iter()
        .map(|known| {
            Link::to(paths.participant(&known.name))
                .titled(known.name.to_string())
                .named(known.name.to_string())
        })
        .collect();
    let old: Vec<_> =
        links.iter().cloned().map(|link| link.named("DEPRECATED - please use pb:pacticipants")).collect();
    let links = Links::new()
        .with("self", Link::to(paths.template("/pacticipants")))
        .with(
            "pb:pacticipants-with-label",
            Link::to(paths.template("/pacticipants/label/{label}"))
                .titled("Find pacticipants by label")
                .templated(true),
        )
        .with_all("pb:pacticipants", links)
        .with_all("pacticipants", old);
    json!({ "_embedded": { "pacticipants": documents }, "_links": links, "pacticipants": old_documents })
}

pub(super) async fn read(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?;
    Answer::document(&document(&call, &call.state, participant, true))
}

pub(super) async fn create(call: Call) -> Result<Answer, Failure> {
    call.require_body()?;
    let object = call.object()?;
    let mut errors = FieldErrors::default();
    let name: Option<ParticipantName> = fields::required(&object, "name", &mut errors);
    let change = profile_change(&object, &mut errors, false);
    errors.check()?;
    let Some(participant) = name else { return Err(FieldErrors::one("name", "is missing")) };
    let command = CreateParticipant {
        participant: participant.clone(),
        profile: change.applied_to(Profile::default()),
    };
    let done = call.broker.submit(command).await?;
    let answer = answer(&call, &done.state, participant.as_str(), false)?;
    Ok(answer.created(call.paths.participant(&participant)))
}

pub(super) async fn replace(call: Call) -> Result<Answer, Failure> {
    store(call, true).await
}

pub(super) async fn change(call: Call) -> Result<Answer, Failure> {
    store(call, false).await
}

async fn store(call: Call, whole: bool) -> Result<Answer, Failure> {
    call.require_body()?;
    let object = call.object()?;
    let mut errors = FieldErrors::default();
    let change = profile_change(&object, &mut errors, whole);
    errors.check()?;
    let participant = call.participant_name()?;
    let command = ChangeParticipant { participant: participant.clone(), change, may_create: !whole };
    let done = call.broker.submit(command).await?;
    let answer = answer(&call, &done.state, participant.as_str(), true)?;
    Ok(match done.answer {
        Existing::New => answer.created(call.paths.participant(&participant)),
        Existing::Known => answer,
    })
}

pub(super) async fn remove(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?.name.clone();
    call.broker.submit(RemoveParticipant { participant }).await?;
    Ok(Answer::no_content())
}

/// What a body says about a participant. `whole`: what is not there is to be nothing.
fn profile_change(object: &ObjectBuf, errors: &mut FieldErrors, whole: bool) -> ProfileChange {
    let absent = whole.then_some(None);
    let mut line = |field: &str| match object.get(field) {
        Some(Json::String(text)) if text.trim().is_empty() && field == "displayName" => {
            errors.add(field, "cannot be blank");
            None
        }
        _ => fields::line(object, field, errors).or_else(|| absent.clone()),
    };
    let mut change = ProfileChange {
        display_name: line("displayName"),
        main_branch: None,
        repository_url: line("repositoryUrl"),
        repository_name: line("repositoryName"),
        repository_namespace: line("repositoryNamespace"),
    };
    let main: Option<BranchName> = fields::optional(object, "mainBranch", errors);
    if main.as_ref().is_some_and(|main| main.as_str().contains(char::is_whitespace)) {
        errors.add("mainBranch", "cannot contain spaces");
    }
    change.main_branch = match object.get("mainBranch") {
        None => whole.then_some(None),
        Some(_) => Some(main),
    };
    change
}

fn answer(call: &Call, state: &State, name: &str, full: bool) -> Result<Answer, Failure> {
    let participant = state.participant(name).ok_or(Failure::NotFound)?;
    Answer::document(&document(call, state, participant, full))
}

/// The name for people, made from the name where none was given: `some-nice_app` is "Some Nice App".
fn display_name(participant: &Participant) -> String {
    let given = participant.profile.display_name.clone();
    given.unwrap_or_else(|| made_display_name(participant.name.as_str()))
}

/// Words begin at separators and at capitals, and with a capital.
pub(crate) fn made_display_name(name: &str) -> String {
    let mut words: Vec<String> = vec![String::new()];
    let mut before = ' ';
    for character in name.chars() {
        let separates = character.is_whitespace() || matches!(character, '-' | '_' | '.');
        let begins = character.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit());
        if separates || begins {
            words.push(String::new());
        }
        if !separates && let Some(word) = words.last_mut() {
            if word.is_empty() { word.extend(character.to_uppercase()) } else { word.push(character) }
        }
        before = character;
    }
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// A participant as a document.
pub(super) fn document(call: &Call, state: &State, participant: &Participant, full: bool) -> Value {
    let paths = &call.paths;
    let name = &participant.name;
    let profile = &participant.profile;
    let latest = state.version_ids(participant.id).next_back().and_then(|id| state.version_by_id(id));
    let labels: Vec<_> = participant
        .labels
        .iter()
        .map(|(label, _)| {
            let links = Links::new()
                .with("self", Link::to(paths.label(name, label)).titled("Label").named(label.clone()));
            json!({ "name": label, "_links": links })
        })
        .collect();
    let mut embedded = json!({ "labels": labels });
    if let Some(latest) = latest {
        let stub = hal::version_stub(paths, participant, latest);
        embedded["latestVersion"] = stub.clone();
        let mut old = stub;
        old["title"] = json!("DEPRECATED - please use latestVersion");
        old["name"] = json!("DEPRECATED - please use latestVersion");
        embedded["latest-version"] = old;
    }
    let this = paths.participant(name);
    let template = |path: &str| Link::to(format!("{this}{path}")).templated(true);
    let mut links = Links::new()
        .with("self", Link::to(this.clone()))
        .with("pb:versions", Link::to(format!("{this}/versions")))
        .with("pb:branches", Link::to(format!("{this}/branches")));
    links.push(
        "pb:version",
        template("/versions/{version}").titled("Get, create or delete a pacticipant version"),
    );
    let title = format!("Get, create or delete a tag for a version of {name}");
    links.push("pb:version-tag", template("/versions/{version}/tags/{tag}").titled(title));
    let title = format!("Get or add/create a version for a branch of {name}");
    links.push("pb:branch-version", template("/branches/{branch}/versions/{version}").titled(title));
    let title = format!("Get, create or delete a label for {name}");
    links.push("pb:label", template("/labels/{label}").titled(title));
    links.push("versions", Link::to(format!("{this}/versions")).titled("Deprecated - use pb:versions"));
    let badge = template("/latest-version/{tag}/can-i-deploy/to/{environmentTag}/badge");
    links.push("pb:can-i-deploy-badge", badge.titled(format!("Can I Deploy {name} badge")));
    let badge = template("/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge");
    let title = format!("Can I Deploy {name} from branch to environment badge");
    links.push("pb:can-i-deploy-branch-to-environment-badge", badge.titled(title));
    links.push_all("curies", hal::curies(paths, "pacticipant"));

    let mut links = hal::links_value(&links);
    if full {
        links["pb:deployed-environments"] = json!(deployed_environments(call, state, participant));
    }
    let mut document = json!({
        "name": name,
        "displayName": display_name(participant),
        "createdAt": participant.created_at.to_wire(),
        "_embedded": embedded,
        "_links": links,
    });
    for (member, value) in [
        ("repositoryUrl", profile.repository_url.clone()),
        ("repositoryName", profile.repository_name.clone()),
        ("repositoryNamespace", profile.repository_namespace.clone()),
        ("mainBranch", profile.main_branch.as_ref().map(ToString::to_string)),
        ("updatedAt", participant.updated_at.map(crate::domain::model::Timestamp::to_wire)),
    ] {
        if let Some(value) = value {
            document[member] = json!(value);
        }
    }
    document
}

fn deployed_environments(call: &Call, state: &State, participant: &Participant) -> Vec<Value> {
    state
        .environments()
        .flat_map(|environment| state.deployed_of(environment.id, participant.id))
        .filter_map(|deployment| versions::deployment_link(&call.paths, state, deployment))
        .collect()
}

/// The first page where nothing was said.
pub(super) fn page_or_first(call: &Call) -> Result<Page, Failure> {
    Ok(call.page()?.unwrap_or(Page::FIRST))
}
