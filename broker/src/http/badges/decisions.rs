//! Badges for decisions: whether something may be deployed or merged.

use http::header;

use super::{Badge, answer};
use crate::{
    domain::queries::{
        can_i_deploy::{Destination, ask},
        matrix::{Deployable, Selector},
    },
    http::{answer::Answer, call::Call, errors::Failure},
};

fn decide(call: &Call, selector: Selector, destination: Destination) -> Deployable {
    ask(&call.state, selector, destination, None).verdict.deployable
}

fn label(call: &Call) -> Option<&str> {
    call.query.filled("label")
}

pub(crate) async fn can_i_deploy_to_tag(call: Call) -> Result<Answer, Failure> {
    let (tag, to) = (call.var("tag"), call.var("to"));
    let Some(participant) = call.state.participant(call.var("pacticipant")) else {
        return Ok(answer(&call, &Badge::not_found("pacticipant")));
    };
    if call.state.tag_head(participant.id, tag).is_none() {
        return Ok(answer(&call, &Badge::not_found("version")));
    }
    let selector = Selector {
        participant: participant.name.to_string(),
        tag: Some(tag.to_owned()),
        latest: true,
        ..Selector::default()
    };
    let deployable = decide(&call, selector, Destination::Tag(to.to_owned()));
    Ok(answer(&call, &Badge::can_i_deploy(tag, to, label(&call), deployable)))
}

pub(crate) async fn can_i_deploy_to_environment(call: Call) -> Result<Answer, Failure> {
    let (branch, environment) = (call.var("branch"), call.var("environment"));
    let missing = match call.state.participant(call.var("pacticipant")) {
        None => Some("pacticipant"),
        Some(participant) if call.state.branch(participant.id, branch).is_none() => Some("branch"),
        Some(_) if call.state.environment_by_name(environment).is_none() => Some("environment"),
        Some(_) => None,
    };
    if let Some(missing) = missing {
        return Ok(answer(&call, &Badge::not_found(missing)));
    }
    let selector = Selector {
        participant: call.var("pacticipant").to_owned(),
        branch: Some(branch.to_owned()),
        latest: true,
        ..Selector::default()
    };
    let deployable = decide(&call, selector, Destination::Environment(environment.to_owned()));
    Ok(answer(&call, &Badge::can_i_deploy(branch, environment, label(&call), deployable)))
}

/// Whether the head of the main branch fits to the heads of the main branches of everybody else.
pub(crate) async fn can_i_merge(call: Call) -> Result<Answer, Failure> {
    let Some(participant) = call.state.participant(call.var("pacticipant")) else {
        return Ok(answer(&call, &Badge::not_found("pacticipant")));
    };
    let selector = Selector {
        participant: participant.name.to_string(),
        main_branch: true,
        latest: true,
        ..Selector::default()
    };
    let deployable = decide(&call, selector, Destination::MainBranches);
    let answer = answer(&call, &Badge::can_i_merge(label(&call), deployable));
    Ok(answer.header(header::CACHE_CONTROL, call.broker.config().http.badge_cache_control.clone()))
}
