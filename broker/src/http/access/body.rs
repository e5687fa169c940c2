//! What bodies say of grants and of teams.

use std::str::FromStr;

use pactwright_core::json::{Json, ObjectBuf};
use serde_json::{Value, json};

use crate::{
    domain::access::{Grant, InvalidAccessName, Role, Scope, TeamName},
    http::errors::FieldErrors,
};

/// How many grants somebody has at most, and how many delegates something.
const MOST: usize = 100;

/// A grant, as it is shown and sent: `{"team": "web", "role": "contributor"}`, or `{"everywhere": true, "role": "admin"}`.
pub(super) fn shown(grant: &Grant) -> Value {
    match &grant.scope {
        Scope::Everywhere => json!({ "everywhere": true, "role": grant.role.name() }),
        Scope::Team(team) => json!({ "team": team, "role": grant.role.name() }),
    }
}

/// All grants, shown.
pub(super) fn all_shown(grants: &[Grant]) -> Vec<Value> {
    grants.iter().map(shown).collect()
}

/// The items of a list; none where the member is not there.
fn items<'a>(object: &'a ObjectBuf, field: &str, errors: &mut FieldErrors) -> Option<&'a [Json<'static>]> {
    match object.get(field)? {
        Json::Null => None,
        Json::Array(items) if items.len() > MOST => {
            errors.add(field, format!("cannot have more than {MOST} entries"));
            None
        }
        Json::Array(items) => Some(items),
        _ => {
            errors.add(field, "must be an array");
            None
        }
    }
}

/// Grants; none where nothing is said of them.
pub(super) fn grants(object: &ObjectBuf, errors: &mut FieldErrors) -> Option<Vec<Grant>> {
    let mut grants = Vec::new();
    for (index, item) in items(object, "grants", errors)?.iter().enumerate() {
        match grant(item) {
            Ok(grant) if grants.contains(&grant) => {}
            Ok(grant) => grants.push(grant),
            Err(why) => errors.add("grants", format!("{why} (at index {index})")),
        }
    }
    Some(grants)
}

fn grant(item: &Json<'_>) -> Result<Grant, String> {
    let object = item.as_object().ok_or("must be a hash")?;
    let text = |member: &str| object.get(member).and_then(Json::as_str);
    let role = role(text("role").unwrap_or_default())?;
    // What is neither has to be refused, however it was meant: it would be everywhere.
    match (object.get("team"), object.get("everywhere")) {
        (Some(Json::String(team)), None) => {
            let team = team.parse().map_err(|error: InvalidAccessName| format!("team {error}"))?;
            Ok(Grant::of(team, role))
        }
        (None, Some(Json::Bool(true))) => Ok(Grant::everywhere(role)),
        _ => Err("must have either a team or \"everywhere\": true".to_owned()),
    }
}

fn role(name: &str) -> Result<Role, String> {
    Role::named(name).ok_or_else(|| {
        let names: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
        format!("role must be one of: {}", names.join(", "))
    })
}

/// A list of roles.
pub(super) fn roles(object: &ObjectBuf, errors: &mut FieldErrors) -> Vec<Role> {
    let Some(items) = items(object, "roles", errors) else {
        errors.add("roles", "is missing");
        return Vec::new();
    };
    let mut roles = Vec::new();
    for item in items {
        match role(item.as_str().unwrap_or_default()) {
            Ok(role) => roles.push(role),
            Err(why) => errors.add("roles", why),
        }
    }
    roles
}

/// A name of one kind.
pub(super) fn name<N: FromStr<Err = InvalidAccessName>>(
    object: &ObjectBuf,
    field: &str,
    errors: &mut FieldErrors,
) -> Option<N> {
    match object.get(field).map(Json::as_str) {
        None => errors.add(field, "is missing"),
        Some(None) => errors.add(field, "must be a string"),
        Some(Some(text)) => match text.parse() {
            Ok(name) => return Some(name),
            Err(error) => {
                let error: InvalidAccessName = error;
                errors.add(field, error.to_string());
            }
        },
    }
    None
}

/// Names of teams; none where nothing is said of them.
pub(super) fn teams(object: &ObjectBuf, field: &str, errors: &mut FieldErrors) -> Vec<TeamName> {
    let mut teams = Vec::new();
    for item in items(object, field, errors).unwrap_or_default() {
        match item.as_str().unwrap_or_default().parse() {
            Ok(team) if teams.contains(&team) => {}
            Ok(team) => teams.push(team),
            Err(error) => {
                let error: InvalidAccessName = error;
                errors.add(field, error.to_string());
            }
        }
    }
    teams
}
