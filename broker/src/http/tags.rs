//! Tags on versions.

use pactwright_core::{
    broker_api::{Link, Links, Tag},
    names::{ParticipantName, TagName, VersionNumber},
};

use super::{answer::Answer, call::Call, errors::Failure, hal};
use crate::domain::{
    commands::{AddTag, Existing, RemoveTag},
    model::{Participant, Version},
};

fn document(call: &Call, participant: &Participant, version: &Version, tag: &str) -> Result<Tag, Failure> {
    let paths = &call.paths;
    let used = version.tags.iter().find(|used| used.tag == *tag).ok_or(Failure::NotFound)?;
    let address = paths.tag(&participant.name, &version.number, &used.tag);
    let links = Links::new()
        .with("self", Link::to(address).titled("Tag").named(tag))
        .with("version", hal::version_link(paths, participant, version))
        .with(
            "pacticipant",
            Link::to(paths.participant(&participant.name))
                .titled("Pacticipant")
                .named(participant.name.to_string()),
        );
    Ok(Tag { name: tag.to_owned(), created_at: Some(used.created_at.to_wire()), links })
}

pub(super) async fn read(call: Call) -> Result<Answer, Failure> {
    let (participant, version) = call.version()?;
    Answer::document(&document(&call, participant, version, call.var("tag"))?)
}

pub(super) async fn add(call: Call) -> Result<Answer, Failure> {
    // Nothing is asked of the body but that it is an object, if it is there.
    call.object()?;
    let participant: ParticipantName = call.participant_name()?;
    let version: VersionNumber = call.name("version")?;
    let tag: TagName = call.name("tag")?;
    let address = call.paths.tag(&participant, &version, &tag);
    let command = AddTag { participant: participant.clone(), version: version.clone(), tag: tag.clone() };
    let done = call.submit(command).await?;
    let known = done.state.participant(participant.as_str()).ok_or(Failure::NotFound)?;
    let tagged = done.state.version(known.id, version.as_str()).ok_or(Failure::NotFound)?;
    let answer = Answer::document(&document(&call, known, tagged, tag.as_str())?)?;
    Ok(match done.answer {
        Existing::New => answer.created(address),
        Existing::Known => answer,
    })
}

pub(super) async fn remove(call: Call) -> Result<Answer, Failure> {
    let (participant, version) = call.version()?;
    let tag = call.name("tag")?;
    let command = RemoveTag { participant: participant.name.clone(), version: version.number.clone(), tag };
    call.broker.submit(command).await?;
    Ok(Answer::no_content())
}
