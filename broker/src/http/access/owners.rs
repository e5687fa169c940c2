//! To whom participants and environments belong.

use pactwright_core::broker_api::{Link, Links};
use serde_json::json;

use super::body;
use crate::{
    domain::{
        access::{Access, Basis, Ownership},
        commands::{OwnerOf, SetOwner},
    },
    http::{
        answer::Answer,
        call::Call,
        environments,
        errors::{Failure, FieldErrors},
    },
};

fn of_participant(call: &Call) -> Result<OwnerOf, Failure> {
    Ok(OwnerOf::Participant(call.participant("pacticipant")?.name.clone()))
}

fn of_environment(call: &Call) -> Result<OwnerOf, Failure> {
    Ok(OwnerOf::Environment(environments::environment(call)?.uuid))
}

fn owner<'a>(access: &'a Access, of: &OwnerOf) -> Option<&'a Ownership> {
    match of {
        OwnerOf::Participant(name) => access.owner(name),
        OwnerOf::Environment(uuid) => access.environment_owner(*uuid),
    }
}

fn document(call: &Call, ownership: &Ownership) -> Result<Answer, Failure> {
    let links = Links::new()
        .with("self", Link::to(call.address_without_query()).titled("Owner"))
        .with("team", Link::to(call.paths.team(&ownership.team)).titled("Team"));
    Answer::document(&json!({
        "team": ownership.team,
        "contacts": ownership.contacts,
        "delegates": ownership.delegates,
        // What the team does not have to be told, and what somebody should look at.
        "derived": ownership.basis != Basis::Said,
        "confirmed": ownership.basis != Basis::Used,
        "_links": links,
    }))
}

fn read(call: &Call, of: &OwnerOf) -> Result<Answer, Failure> {
    document(call, owner(call.state.access(), of).ok_or(Failure::NotFound)?)
}

async fn save(call: &Call, of: OwnerOf) -> Result<Answer, Failure> {
    call.require_body()?;
    let object = call.object()?;
    let mut errors = FieldErrors::default();
    let team = body::name(&object, "team", &mut errors);
    let contacts = environments::contacts(&object, &mut errors);
    let delegates = body::teams(&object, "delegates", &mut errors);
    errors.check()?;
    let Some(team) = team else { return Err(FieldErrors::one("team", "is missing")) };
    let ownership = Some(Ownership { team, contacts, delegates, basis: Basis::Said });
    let done = call.submit(SetOwner { of: of.clone(), ownership }).await?;
    document(call, owner(done.state.access(), &of).ok_or(Failure::NotFound)?)
}

async fn remove(call: &Call, of: OwnerOf) -> Result<Answer, Failure> {
    call.submit(SetOwner { of, ownership: None }).await?;
    Ok(Answer::no_content())
}

/// `GET /pacticipants/{pacticipant}/owner`
pub(in crate::http) async fn read_participant(call: Call) -> Result<Answer, Failure> {
    read(&call, &of_participant(&call)?)
}

/// `PUT /pacticipants/{pacticipant}/owner`
pub(in crate::http) async fn save_participant(call: Call) -> Result<Answer, Failure> {
    let of = of_participant(&call)?;
    save(&call, of).await
}

/// `DELETE /pacticipants/{pacticipant}/owner`
pub(in crate::http) async fn remove_participant(call: Call) -> Result<Answer, Failure> {
    let of = of_participant(&call)?;
    remove(&call, of).await
}

/// `GET /environments/{uuid}/owner`
pub(in crate::http) async fn read_environment(call: Call) -> Result<Answer, Failure> {
    read(&call, &of_environment(&call)?)
}

/// `PUT /environments/{uuid}/owner`
pub(in crate::http) async fn save_environment(call: Call) -> Result<Answer, Failure> {
    let of = of_environment(&call)?;
    save(&call, of).await
}

/// `DELETE /environments/{uuid}/owner`
pub(in crate::http) async fn remove_environment(call: Call) -> Result<Answer, Failure> {
    let of = of_environment(&call)?;
    remove(&call, of).await
}
