//! Branches, and the versions on them.

use http::StatusCode;
use pactwright_core::{
    broker_api::{Branch as BranchDocument, BranchVersion, Link, Links, Notice, NoticeKind},
    names::{BranchName, ParticipantName, VersionNumber},
};
use serde_json::json;

use super::{
    answer::Answer, call::Call, errors::Failure, hal, participants, query::Param,
    versions as version_documents,
};
use crate::domain::{
    commands::{AddBranchVersion, Existing, RemoveBranch, RemoveBranchVersion},
    model::{Branch, Participant},
    state::State,
};

fn document(call: &Call, participant: &Participant, branch: &Branch) -> BranchDocument {
    let address = call.paths.branch(&participant.name, &branch.name);
    let latest = Link::to(format!("{address}/latest-version")).titled("Latest version for branch");
    let links =
        Links::new().with("self", Link::to(address).titled("Branch")).with("pb:latest-version", latest);
    BranchDocument {
        name: branch.name.to_string(),
        updated_at: None,
        created_at: Some(branch.created_at.to_wire()),
        links,
    }
}

/// The branch that the path names.
fn branch(call: &Call) -> Result<(&Participant, &Branch), Failure> {
    let participant = call.participant("pacticipant")?;
    let branch = call.state.branch(participant.id, call.var("branch")).ok_or(Failure::NotFound)?;
    Ok((participant, branch))
}

pub(super) async fn list(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?;
    let page = participants::page_or_first(&call)?;
    let wanted = call.query.filled("q").map(str::to_lowercase);
    let mut branches: Vec<_> = call
        .state
        .branches_of(participant.id)
        .filter(|branch| {
            wanted.as_ref().is_none_or(|part| branch.name.as_str().to_lowercase().contains(part))
        })
        .collect();
    // The newest first.
    branches.sort_by_key(|branch| std::cmp::Reverse(branch.id));
    let shown: Vec<_> = branches.iter().skip(page.skip()).take(page.size).collect();
    let documents: Vec<_> = shown.iter().map(|branch| document(&call, participant, branch)).collect();
    let listed: Vec<_> = shown
        .iter()
        .map(|branch| {
            Link::to(call.paths.branch(&participant.name, &branch.name)).named(branch.name.to_string())
        })
        .collect();
    let title = format!("{} branches", participant.name);
    let mut links =
        Links::new().with("self", Link::to(call.address()).titled(title)).with_all("pb:branches", listed);
    hal::page_links(&call, page, branches.len(), &mut links);
    let info = hal::page_info(page, branches.len());
    Answer::document(&json!({ "page": info, "_embedded": { "branches": documents }, "_links": links }))
}

pub(super) async fn read(call: Call) -> Result<Answer, Failure> {
    let (participant, branch) = branch(&call)?;
    Answer::document(&document(&call, participant, branch))
}

pub(super) async fn remove(call: Call) -> Result<Answer, Failure> {
    let (participant, branch) = branch(&call)?;
    let command = RemoveBranch { participant: participant.name.clone(), branch: branch.name.clone() };
    call.broker.submit(command).await?;
    Ok(Answer::no_content())
}

/// Removes all branches but the main branch and those that are excluded.
pub(super) async fn remove_others(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?;
    let excluded: Vec<&str> = match call.query.get("exclude") {
        Some(Param::List(names)) => names.iter().filter_map(Param::as_text).collect(),
        Some(Param::Text(Some(name))) => vec![name.as_str()],
        _ => Vec::new(),
    };
    let main = participant.profile.main_branch.as_ref();
    let (kept, removed): (Vec<_>, Vec<_>) = call
        .state
        .branches_of(participant.id)
        .map(|branch| branch.name.clone())
        .partition(|name| main == Some(name) || excluded.contains(&name.as_str()));
    let count = removed.len();
    for branch in removed {
        call.broker.submit(RemoveBranch { participant: participant.name.clone(), branch }).await?;
    }
    let kept: Vec<_> = kept.iter().map(ToString::to_string).collect();
    let text = format!(
        "Deleted {count} branches for pacticipant {}. Remaining branches are: {}",
        participant.name,
        kept.join(", ")
    );
    let notices = [Notice::new(NoticeKind::Success, text)];
    Ok(Answer::document(&json!({ "notices": notices }))?.status(StatusCode::ACCEPTED))
}

pub(super) async fn latest_version(call: Call) -> Result<Answer, Failure> {
    let (participant, branch) = branch(&call)?;
    version_documents::by_id(&call, participant, call.state.branch_head(branch.id))
}

pub(super) async fn versions(call: Call) -> Result<Answer, Failure> {
    let (participant, branch) = branch(&call)?;
    let newest_first = call.state.branch_version_ids(branch.id).rev();
    let total = call.state.branch_version_count(branch.id);
    version_documents::collection(&call, participant, newest_first, total)
}

fn branch_version(call: &Call, state: &State) -> Result<BranchVersion, Failure> {
    let participant = state.participant(call.var("pacticipant")).ok_or(Failure::NotFound)?;
    let branch = state.branch(participant.id, call.var("branch")).ok_or(Failure::NotFound)?;
    let version = state.version(participant.id, call.var("version")).ok_or(Failure::NotFound)?;
    let membership = version.branches.iter().find(|on| on.branch == branch.id).ok_or(Failure::NotFound)?;
    let paths = &call.paths;
    let address = paths.branch_version(&participant.name, &branch.name, &version.number);
    let branch_link = Link::to(paths.branch(&participant.name, &branch.name));
    let links = Links::new()
        .with("self", Link::to(address).titled("Branch version"))
        .with("pb:branch", branch_link.titled("Branch").named(branch.name.to_string()))
        .with("pb:version", hal::version_link(paths, participant, version));
    Ok(BranchVersion { created_at: Some(membership.created_at.to_wire()), links })
}

pub(super) async fn read_version(call: Call) -> Result<Answer, Failure> {
    call.participant("pacticipant")?;
    Answer::document(&branch_version(&call, &call.state)?)
}

pub(super) async fn add_version(call: Call) -> Result<Answer, Failure> {
    // Nothing is asked of the body but that it is an object, if it is there.
    call.object()?;
    let participant: ParticipantName = call.participant_name()?;
    let branch: BranchName = call.name("branch")?;
    let version: VersionNumber = call.name("version")?;
    let address = call.paths.branch_version(&participant, &branch, &version);
    let done = call.broker.submit(AddBranchVersion { participant, branch, version }).await?;
    let answer = Answer::document(&branch_version(&call, &done.state)?)?;
    Ok(match done.answer {
        Existing::New => answer.created(address),
        Existing::Known => answer,
    })
}

pub(super) async fn remove_version(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?.name.clone();
    let (branch, version) = (call.name("branch")?, call.name("version")?);
    call.broker.submit(RemoveBranchVersion { participant, branch, version }).await?;
    Ok(Answer::no_content())
}
