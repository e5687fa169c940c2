//! Teams and users.

use pactwright_core::broker_api::{Link, Links};
use pactwright_core::json::{Json, ObjectBuf};
use serde_json::{Value, json};

use super::{body, passwords};
use crate::{
    domain::{
        access::{
            Access, Identity, InvalidAccessName, Need, Object, Permission, Team, TeamDetails, TeamName, User,
            UserName, may,
        },
        commands::{Existing, RemoveTeam, RemoveUser, SaveTeam, SaveUser, SetMember},
    },
    http::{
        answer::Answer,
        call::Call,
        environments,
        errors::{Failure, FieldErrors},
        fields,
    },
};

/// How many characters a password has at least, and at most.
const PASSWORD: std::ops::RangeInclusive<usize> = 12..=1024;

fn team_name(call: &Call) -> Result<TeamName, Failure> {
    named(call, "team")
}

fn user_name(call: &Call) -> Result<UserName, Failure> {
    named(call, "user")
}

fn named<N: std::str::FromStr<Err = InvalidAccessName>>(call: &Call, variable: &str) -> Result<N, Failure> {
    call.var(variable).parse().map_err(|error: InvalidAccessName| {
        let mut errors = FieldErrors::default();
        errors.add(variable, error.to_string());
        Failure::Invalid(errors.in_parameters())
    })
}

/// Who has which roles in a team.
fn members(access: &Access, team: &Team) -> Vec<Value> {
    let members = access.users().filter_map(|user| {
        let grants = user.details.grants.iter().filter(|grant| grant.team() == Some(&team.name));
        let roles: Vec<_> = grants.map(|grant| grant.role.name()).collect();
        (!roles.is_empty()).then(|| json!({ "user": user.name, "roles": roles }))
    });
    members.collect()
}

fn team_document(call: &Call, access: &Access, team: &Team) -> Value {
    let links = Links::new()
        .with("self", Link::to(call.paths.team(&team.name)).titled("Team"))
        .with("teams", Link::to(call.paths.template("/access/teams")).titled("Teams"));
    let mut document = json!({
        "name": team.name,
        "contacts": team.details.contacts,
        "createdAt": team.created_at.to_wire(),
        "_links": links,
    });
    // With names, guessing is half done.
    if !call.caller.principal.reads {
        document["members"] = json!(members(access, team));
    }
    if let Some(display_name) = &team.details.display_name {
        document["displayName"] = json!(display_name);
    }
    document
}

/// `GET /access/teams`
pub(in crate::http) async fn list_teams(call: Call) -> Result<Answer, Failure> {
    let access = call.state.access();
    let teams: Vec<_> = access.teams().map(|team| team_document(&call, access, team)).collect();
    let links = Links::new().with("self", Link::to(call.address_without_query()).titled("Teams"));
    Answer::document(&json!({ "teams": teams, "_links": links }))
}

/// `GET /access/teams/{team}`
pub(in crate::http) async fn read_team(call: Call) -> Result<Answer, Failure> {
    let access = call.state.access();
    let team = access.team(call.var("team")).ok_or(Failure::NotFound)?;
    Answer::document(&team_document(&call, access, team))
}

/// `PUT /access/teams/{team}`
pub(in crate::http) async fn save_team(call: Call) -> Result<Answer, Failure> {
    let team = team_name(&call)?;
    let object = call.object()?;
    let mut errors = FieldErrors::default();
    let display_name = fields::line(&object, "displayName", &mut errors).flatten();
    let contacts = environments::contacts(&object, &mut errors);
    errors.check()?;
    let details = TeamDetails { display_name, contacts };
    let done = call.submit(SaveTeam { team: team.clone(), details }).await?;
    let access = done.state.access();
    let saved = access.team(team.as_str()).ok_or(Failure::NotFound)?;
    let answer = Answer::document(&team_document(&call, access, saved))?;
    Ok(match done.answer {
        Existing::New => answer.created(call.paths.team(&team)),
        Existing::Known => answer,
    })
}

/// `DELETE /access/teams/{team}`
pub(in crate::http) async fn remove_team(call: Call) -> Result<Answer, Failure> {
    call.submit(RemoveTeam { team: team_name(&call)? }).await?;
    Ok(Answer::no_content())
}

/// `PUT /access/teams/{team}/members/{user}`
pub(in crate::http) async fn save_member(call: Call) -> Result<Answer, Failure> {
    let object = call.object()?;
    let mut errors = FieldErrors::default();
    let roles = body::roles(&object, &mut errors);
    errors.check()?;
    member(&call, roles).await
}

/// `DELETE /access/teams/{team}/members/{user}`
pub(in crate::http) async fn remove_member(call: Call) -> Result<Answer, Failure> {
    member(&call, Vec::new()).await
}

async fn member(call: &Call, roles: Vec<crate::domain::access::Role>) -> Result<Answer, Failure> {
    let (team, user) = (team_name(call)?, user_name(call)?);
    let done = call.submit(SetMember { team: team.clone(), user, roles }).await?;
    let access = done.state.access();
    let team = access.team(team.as_str()).ok_or(Failure::NotFound)?;
    Answer::document(&team_document(call, access, team))
}

fn user_document(call: &Call, user: &User) -> Value {
    let links = Links::new()
        .with("self", Link::to(call.paths.user(&user.name)).titled("User"))
        .with("users", Link::to(call.paths.template("/access/users")).titled("Users"));
    let mut document = json!({
        "name": user.name,
        "hasPassword": user.details.password.is_some(),
        "grants": body::all_shown(&user.details.grants),
        "createdAt": user.created_at.to_wire(),
        "_links": links,
    });
    if let Some(display_name) = &user.details.display_name {
        document["displayName"] = json!(display_name);
    }
    document
}

/// `GET /access/users`
pub(in crate::http) async fn list_users(call: Call) -> Result<Answer, Failure> {
    let users: Vec<_> = call.state.access().users().map(|user| user_document(&call, user)).collect();
    let links = Links::new().with("self", Link::to(call.address_without_query()).titled("Users"));
    Answer::document(&json!({ "users": users, "_links": links }))
}

/// `GET /access/users/{user}`
pub(in crate::http) async fn read_user(call: Call) -> Result<Answer, Failure> {
    let user = call.state.access().user(call.var("user")).ok_or(Failure::NotFound)?;
    Answer::document(&user_document(&call, user))
}

/// Whether somebody only gives oneself another password. Whoever does has just sent the one before.
fn is_own_password(call: &Call, user: &UserName, object: &ObjectBuf) -> bool {
    let is_own = matches!(&call.caller.principal.identity, Identity::User { name } if name == user);
    is_own && object.iter().all(|(member, _)| member == "password")
}

/// `PUT /access/users/{user}`
pub(in crate::http) async fn save_user(call: Call) -> Result<Answer, Failure> {
    let user = user_name(&call)?;
    let object = call.object()?;
    let is_own_password = is_own_password(&call, &user, &object);
    let need = if is_own_password {
        Need::new(Permission::Read, Object::Anything)
    } else {
        Need::new(Permission::Administer, Object::Broker)
    };
    let call = call.needing([need])?;
    let mut errors = FieldErrors::default();
    let display_name = fields::line(&object, "displayName", &mut errors);
    let grants = body::grants(&object, &mut errors);
    let password = match object.get("password") {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) if PASSWORD.contains(&text.chars().count()) => Some(text.to_string()),
        Some(_) => {
            let (least, most) = (PASSWORD.start(), PASSWORD.end());
            errors.add("password", format!("must be a text of {least} to {most} characters"));
            None
        }
    };
    errors.check()?;
    let password = match password {
        None => None,
        Some(password) => {
            let hashed = tokio::task::spawn_blocking(move || passwords::hash(&password)).await;
            let hashed = hashed.map_err(|error| Failure::internal(&error))?;
            Some(hashed.map_err(|error| Failure::internal(&error))?)
        }
    };
    let has_administrator = call.broker.config().access.names_administrator();
    let must_exist = is_own_password;
    let command =
        SaveUser { user: user.clone(), display_name, password, grants, must_exist, has_administrator };
    let done = call.submit(command).await?;
    let saved = done.state.access().user(user.as_str()).ok_or(Failure::NotFound)?;
    let answer = Answer::document(&user_document(&call, saved))?;
    Ok(match done.answer {
        Existing::New => answer.created(call.paths.user(&user)),
        Existing::Known => answer,
    })
}

/// `DELETE /access/users/{user}`
pub(in crate::http) async fn remove_user(call: Call) -> Result<Answer, Failure> {
    call.submit(RemoveUser { user: user_name(&call)? }).await?;
    Ok(Answer::no_content())
}

/// `GET /access/me`: who the broker takes whoever asks for.
pub(in crate::http) async fn me(call: Call) -> Result<Answer, Failure> {
    let principal = &call.caller.principal;
    let who = serde_json::to_value(&principal.identity).map_err(|error| Failure::internal(&error))?;
    let access = call.state.access();
    let everything = Need::new(Permission::Operate, Object::Broker);
    let links = Links::new().with("self", Link::to(call.address_without_query()).titled("Who asks"));
    Answer::document(&json!({
        "who": who,
        "grants": body::all_shown(&principal.grants),
        "isAdministrator": may(access, principal, &everything).is_ok(),
        "asksWhoCalls": call.broker.asks_who_calls(),
        "_links": links,
    }))
}
