use crate::{
    domain::queries::{
        can_i_deploy::{Destination, question},
        matrix::Selector,
    },
    http::{
        answer::Answer,
        call::Call,
        canonical,
        errors::{Failure, FieldErrors},
        matrix::{request, view},
    },
};

/// `/can-i-deploy?pacticipant=...&version=...&environment=...` (or `to=TAG`).
pub(crate) async fn version(call: Call) -> Result<Answer, Failure> {
    let mut errors = FieldErrors::default();
    let mut required = |name: &str| {
        let value = call.query.filled(name);
        if value.is_none() {
            errors.add(name, "is missing");
        }
        value.unwrap_or_default().to_owned()
    };
    let mut selector = Selector {
        participant: required("pacticipant"),
        version: Some(required("version")),
        ..Selector::default()
    };
    if call.any_case() {
        canonical::selector(&call.state, &mut selector);
    }
    let participant = &selector.participant;
    if !participant.is_empty() && call.state.participant(participant).is_none() {
        errors.add("pacticipant", "does not match an existing pacticipant");
    }
    let environment = call.environment("environment");
    let destination = match (environment, call.query.filled("to")) {
        (Some(_), Some(_)) => {
            errors.add("", "Cannot specify both a 'to' tag and an environment.");
            None
        }
        (None, None) => {
            errors.add("", "Must specify either an environment or a 'to' tag.");
            None
        }
        (Some(environment), None) => {
            if call.state.environment_by_name(&environment).is_none() {
                errors.add("environment", format!("with name '{environment}' does not exist"));
            }
            Some(Destination::Environment(environment))
        }
        (None, Some(tag)) => Some(Destination::Tag(tag.to_owned())),
    };
    let (Some(destination), true) = (destination, errors.is_empty()) else {
        return Err(Failure::Invalid(errors.in_parameters()));
    };
    let ignore = request::ignore(&call)?;
    view::answer(&call, &question(selector, destination, ignore))
}

/// Whether the latest version with a tag may go to where another tag is.
pub(crate) async fn tagged(call: Call) -> Result<Answer, Failure> {
    let participant = call.participant("pacticipant")?;
    call.state.tag_head(participant.id, call.var("tag")).ok_or(Failure::NotFound)?;
    let selector = Selector {
        participant: participant.name.to_string(),
        tag: Some(call.var("tag").to_owned()),
        latest: true,
        ..Selector::default()
    };
    let ignore = request::ignore(&call)?;
    view::answer(&call, &question(selector, Destination::Tag(call.var("to").to_owned()), ignore))
}

/// Whether the latest version of a branch may go to an environment.
pub(crate) async fn branch(call: Call) -> Result<Answer, Failure> {
    let selector = Selector {
        participant: call.participant("pacticipant")?.name.to_string(),
        branch: Some(call.var("branch").to_owned()),
        latest: true,
        ..Selector::default()
    };
    let environment = call.var("environment");
    let participant = call.participant("pacticipant")?;
    call.state.branch(participant.id, call.var("branch")).ok_or(Failure::NotFound)?;
    call.state.environment_by_name(environment).ok_or(Failure::NotFound)?;
    let ignore = request::ignore(&call)?;
    view::answer(&call, &question(selector, Destination::Environment(environment.to_owned()), ignore))
}
