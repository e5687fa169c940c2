use pactwright_core::{
    broker_api::{Link, Links},
    names::TagName,
};
use serde_json::{Value, json};

use crate::{
    domain::{
        commands::{AddLabel, Existing, RemoveLabel},
        model::{Participant, Timestamp},
    },
    http::{answer::Answer, call::Call, errors::Failure, hal},
};

fn document(call: &Call, participant: &Participant, label: &str, created_at: Timestamp) -> Value {
    let paths = &call.paths;
    let links = Links::new()
        .with("self", Link::to(paths.label(&participant.name, label)).titled("Label").named(label))
        .with(
            "pacticipant",
            Link::to(paths.participant(&participant.name))
                .titled("Pacticipant")
                .named(participant.name.to_string()),
        );
    json!({ "name": label, "createdAt": created_at.to_wire(), "_links": links })
}

pub(crate) async fn read(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?;
    let found = participant.labels.iter().find(|(label, _)| label == call.var("label"));
    let (label, created_at) = found.ok_or(Failure::NotFound)?;
    Answer::document(&document(&call, participant, label, *created_at))
}

pub(crate) async fn add(call: Call) -> Result<Answer, Failure> {
    // Nothing is asked of the body but that it is an object, if it is there.
    call.object()?;
    let name = call.participant_name()?;
    // A label is a name as tags are.
    let label = call.name::<TagName>("label")?.to_string();
    let done = call.submit(AddLabel { participant: name.clone(), label: label.clone() }).await?;
    let participant = done.state.participant(name.as_str()).ok_or(Failure::NotFound)?;
    let created_at = participant.labels.iter().find(|(known, _)| *known == label).map(|(_, at)| *at);
    let answer =
        Answer::document(&document(&call, participant, &label, created_at.ok_or(Failure::NotFound)?))?;
    Ok(match done.answer {
        Existing::New => answer.created(call.paths.label(&name, &label)),
        Existing::Known => answer,
    })
}

pub(crate) async fn remove(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?.name.clone();
    call.submit(RemoveLabel { participant, label: call.var("label").to_owned() }).await?;
    Ok(Answer::no_content())
}

/// All labels there are.
pub(crate) async fn list(call: Call) -> Result<Answer, Failure> {
    let mut labels: Vec<_> = call
        .state
        .participants()
        .flat_map(|participant| participant.labels.iter().map(|(label, _)| label.clone()))
        .collect();
    labels.sort();
    labels.dedup();
    let page = call.page()?;
    let total = labels.len();
    let shown: Vec<_> = match page {
        Some(page) => labels.into_iter().skip(page.skip()).take(page.size).collect(),
        None => labels,
    };
    let mut links = Links::new().with("self", Link::to(call.address_without_query()).titled("Labels"));
    let labels: Vec<_> = shown.into_iter().map(|label| json!({ "name": label })).collect();
    let mut document = json!({ "_embedded": { "labels": labels } });
    if let Some(page) = page {
        hal::page_links(&call, page, total, &mut links);
        document["page"] = hal::page_info(page, total);
    }
    document["_links"] = json!(links);
    Answer::document(&document)
}
