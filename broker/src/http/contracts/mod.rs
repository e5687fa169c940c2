//! Publishing contracts.

mod notices;
mod request;

use pactwright_core::broker_api::{Link, Links, LogLine, Notice, NoticeKind, PublishedContracts};
use pactwright_core::names::{ParticipantName, TagName};
use serde_json::json;

use self::notices::Asked;
use super::{access::needs::of_tag, answer::Answer, call::Call, canonical, errors::Failure, hal};
use crate::{
    domain::access::{Need, Object, Permission},
    domain::commands::{Conflict, Rejection},
    writer::Refusal,
};

pub(super) async fn publish(call: Call) -> Result<Answer, Failure> {
    let mut command = request::read(&call.borrowed_object()?, call.limits())?;
    if call.any_case() {
        command.consumer = canonical::participant_name(&call.state, command.consumer);
        for contract in &mut command.contracts {
            contract.provider = canonical::participant_name(&call.state, contract.provider.clone());
        }
    }
    let publish = Need::new(Permission::Publish, Object::Participant(command.consumer.clone()));
    let rules = &call.broker.config().rules;
    let of_tag = |tag: &TagName| of_tag(&call.state, rules, &command.consumer, tag.as_str());
    let needs: Vec<_> = std::iter::once(publish).chain(command.tags.iter().flat_map(of_tag)).collect();
    let call = call.needing(needs)?;
    let asked = Asked::of(&command);
    let done = match call.submit(command).await {
        Ok(done) => done,
        Err(Refusal::Rejected(Rejection::Conflicts { conflicts })) => {
            return Err(conflicting(&call, &asked.consumer, &conflicts).await?);
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let paths = &call.paths;
    let consumer = done.state.participant(asked.consumer.as_str()).ok_or(Failure::NotFound)?;
    let version = done.state.version(consumer.id, asked.version.as_str()).ok_or(Failure::NotFound)?;
    let notices = notices::notices(paths, &asked, &done.answer);
    let logs = notices
        .iter()
        .map(|notice| LogLine {
            level: notice.kind,
            message: notice.text.clone(),
            deprecation_warning: Some("Replaced by notices".to_owned()),
        })
        .collect();
    let tags = asked
        .tags
        .iter()
        .map(|tag| {
            Link::to(paths.tag(&consumer.name, &version.number, tag)).titled("Tag").named(tag.to_string())
        })
        .collect();
    let contracts = done
        .answer
        .contracts
        .iter()
        .map(|contract| {
            let name =
                format!("Pact between {} ({}) and {}", consumer.name, version.number, contract.provider);
            Link::to(paths.pact(&contract.provider, &consumer.name, &version.number))
                .titled("Pact")
                .named(name)
        })
        .collect();
    let participant =
        Link::to(paths.participant(&consumer.name)).titled("Pacticipant").named(consumer.name.to_string());
    let version_link = hal::version_link(paths, consumer, version).titled("Pacticipant version");
    let links = Links::new()
        .with("pb:pacticipant", participant)
        .with("pb:pacticipant-version", version_link)
        .with_all("pb:pacticipant-version-tags", tags)
        .with_all("pb:contracts", contracts);
    let embedded = json!({
        "pacticipant": hal::participant_stub(paths, consumer),
        "version": hal::version_stub(paths, consumer, version),
    });
    Answer::document(&PublishedContracts { logs, notices, embedded, links })
}

/// Tells what is in the way, where contents differ, how, and whom to ask.
async fn conflicting(
    call: &Call,
    consumer: &ParticipantName,
    conflicts: &[Conflict],
) -> Result<Failure, Failure> {
    let mut notices = Vec::new();
    let mut errors = Vec::new();
    for conflict in conflicts {
        let text = conflict.to_string();
        notices.push(Notice::new(NoticeKind::Error, text.clone()));
        errors.push(text);
        if let Conflict::ContentDiffers { published, offered, .. } = conflict
            && let Some(published) = call.broker.json(*published).await?
        {
            notices.push(Notice::new(NoticeKind::Info, notices::differences(&published, offered)));
        }
    }
    if let Some(owned) = call.state.access().owned(consumer) {
        notices.push(Notice::new(NoticeKind::Info, owned.to_string()));
    }
    Ok(Failure::Conflicts { notices, errors })
}
