//! Environments.

use pactwright_core::{
    broker_api::{
        Contact, EmbeddedEnvironments, Environment as EnvironmentDocument, Environments, Link, Links,
    },
    json::{Json, ObjectBuf},
    names::EnvironmentName,
};

use super::{
    answer::Answer,
    call::Call,
    errors::{Failure, FieldErrors},
    fields, hal, participants, versions,
};
use crate::domain::{
    commands::{CreateEnvironment, RemoveEnvironment, ReplaceEnvironment},
    event::EnvironmentDetails,
    model::{Environment, Timestamp},
};

pub(super) fn document(call: &Call, environment: &Environment) -> EnvironmentDocument {
    let paths = &call.paths;
    let address = paths.environment(&environment.uuid);
    let shown = versions::shown_name(environment);
    let links = Links::new()
        .with("self", Link::to(address.clone()).titled("Environment").named(environment.name.to_string()))
        .with(
            "pb:currently-deployed-deployed-versions",
            Link::to(format!("{address}/deployed-versions/currently-deployed"))
                .titled(format!("Versions currently deployed to {shown} environment")),
        )
        .with(
            "pb:currently-supported-released-versions",
            Link::to(format!("{address}/released-versions/currently-supported"))
                .titled(format!("Versions released and supported in {shown} environment")),
        )
        .with("pb:environments", Link::to(paths.environments()).titled("Environments"));
    EnvironmentDocument {
        uuid: environment.uuid.to_string(),
        name: environment.name.to_string(),
        display_name: Some(shown),
        production: environment.production,
        contacts: environment.contacts.clone(),
        updated_at: environment.updated_at.map(Timestamp::to_wire),
        created_at: Some(environment.created_at.to_wire()),
        links,
    }
}

/// The environment that the path names.
pub(super) fn environment(call: &Call) -> Result<&Environment, Failure> {
    call.state.environment(call.uuid("uuid")?).map(AsRef::as_ref).ok_or(Failure::NotFound)
}

pub(super) async fn list(call: Call) -> Result<Answer, Failure> {
    let wanted = call.query.text("name");
    let mut known: Vec<_> = call
        .state
        .environments()
        .filter(|environment| wanted.is_none_or(|name| environment.name == *name))
        .collect();
    known.sort_by_key(|environment| versions::shown_name(environment));
    let listed = known
        .iter()
        .map(|environment| {
            let link = Link::to(call.paths.environment(&environment.uuid));
            link.titled("Environment").named(environment.name.to_string())
        })
        .collect();
    let environments = known.iter().map(|environment| document(&call, environment)).collect();
    let links = Links::new()
        .with("self", Link::to(call.paths.environments()).titled("Environments"))
        .with_all("pb:environments", listed);
    Answer::document(&Environments { embedded: EmbeddedEnvironments { environments }, links })
}

pub(super) async fn read(call: Call) -> Result<Answer, Failure> {
    Answer::document(&document(&call, environment(&call)?))
}

pub(super) async fn create(call: Call) -> Result<Answer, Failure> {
    let details = details(&call.object()?)?;
    let done = call.submit(CreateEnvironment { details }).await?;
    let created = done.state.environment(done.answer).ok_or(Failure::NotFound)?;
    Ok(Answer::document(&document(&call, created))?.created(call.paths.environment(&done.answer)))
}

pub(super) async fn replace(call: Call) -> Result<Answer, Failure> {
    let details = details(&call.object()?)?;
    let environment = call.uuid("uuid")?;
    let done = call.submit(ReplaceEnvironment { environment, details }).await?;
    let replaced = done.state.environment(environment).ok_or(Failure::NotFound)?;
    Answer::document(&document(&call, replaced))
}

pub(super) async fn remove(call: Call) -> Result<Answer, Failure> {
    call.submit(RemoveEnvironment { environment: call.uuid("uuid")? }).await?;
    Ok(Answer::no_content())
}

/// All versions that are live in an environment.
pub(super) async fn versions(call: Call) -> Result<Answer, Failure> {
    let environment = environment(&call)?;
    let state = &call.state;
    let deployed = state.deployed_to(environment.id).map(|known| known.version);
    let mut ids: Vec<_> =
        deployed.chain(state.supported_in(environment.id).map(|known| known.version)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.sort_by_cached_key(|version| std::cmp::Reverse(state.place(*version)));
    let page = participants::page_or_first(&call)?;
    let documents: Vec<_> = ids
        .iter()
        .skip(page.skip())
        .take(page.size)
        .filter_map(|id| {
            let version = state.version_by_id(*id)?;
            let participant = state.participant_by_id(version.participant)?;
            let address = call.paths.version(&participant.name, &version.number);
            Some(versions::document(&call, state, participant, version, address))
        })
        .collect();
    let mut links = Links::new().with("self", Link::to(call.address()).titled("Versions"));
    hal::page_links(&call, page, ids.len(), &mut links);
    let info = hal::page_info(page, ids.len());
    Answer::document(
        &serde_json::json!({ "page": info, "_embedded": { "versions": documents }, "_links": links }),
    )
}

fn details(object: &ObjectBuf) -> Result<EnvironmentDetails, Failure> {
    let mut errors = FieldErrors::default();
    let name: Option<EnvironmentName> = fields::required(object, "name", &mut errors);
    if name.as_ref().is_some_and(|name| name.as_str().contains(char::is_whitespace)) {
        errors.add("name", "cannot contain spaces");
    }
    let display_name = fields::line(object, "displayName", &mut errors).flatten();
    let production = match object.get("production") {
        None => {
            errors.add("production", "is missing");
            None
        }
        Some(Json::Bool(value)) => Some(*value),
        Some(_) => {
            errors.add("production", "must be one of: true, false");
            None
        }
    };
    let contacts = contacts(object, &mut errors);
    match (errors.is_empty(), name, production) {
        (true, Some(name), Some(production)) => {
            Ok(EnvironmentDetails { name, display_name, production, contacts })
        }
        _ => Err(Failure::Invalid(errors)),
    }
}

/// Whom to ask, as a body says it.
pub(super) fn contacts(object: &ObjectBuf, errors: &mut FieldErrors) -> Vec<Contact> {
    let items = match object.get("contacts") {
        None | Some(Json::Null) => return Vec::new(),
        Some(Json::Array(items)) => items,
        Some(_) => {
            errors.add("contacts", "must be an array");
            return Vec::new();
        }
    };
    let mut contacts = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mut wrong = |what: &str| errors.add("contacts", format!("{what} (at index {index})"));
        let Some(contact) = item.as_object() else {
            wrong("must be a hash");
            continue;
        };
        let name = match contact.get("name") {
            Some(Json::String(name)) => name.to_string(),
            None => {
                wrong("name is missing");
                continue;
            }
            Some(_) => {
                wrong("name must be a string");
                continue;
            }
        };
        let details = match contact.get("details") {
            None | Some(Json::Null) => None,
            Some(details @ Json::Object(_)) => serde_json::to_value(details).ok(),
            Some(_) => {
                wrong("details must be a hash");
                continue;
            }
        };
        contacts.push(Contact { name, details });
    }
    contacts
}
