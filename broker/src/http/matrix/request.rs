//! Reading a question for the matrix from a query string.

use crate::{
    domain::{
        model::InvalidRange,
        queries::matrix::{Ignore, LatestBy, OtherSide, Query, Selector, unknown_participants},
        state::State,
    },
    http::{
        errors::Failure,
        query::{Param, Params},
    },
};

/// How many rows are looked at where nothing was said.
pub(super) const LIMIT: usize = 100;

pub(super) fn read(state: &State, params: &Params) -> Result<Query, Failure> {
    let mut errors: Vec<String> = Vec::new();
    let selectors: Vec<Selector> = match params.get("q") {
        None => Vec::new(),
        Some(Param::List(items)) => {
            let objects = items.iter().filter_map(Param::as_object);
            objects.map(|params| selector(params, &mut errors)).collect()
        }
        Some(_) => {
            return Err(Failure::InvalidList(vec![
                "q must be a list of selectors, q[][pacticipant]=...".to_owned(),
            ]));
        }
    };
    for selector in &selectors {
        let name = &selector.participant;
        if name.is_empty() {
            errors.push("Please specify the pacticipant name".to_owned());
        } else if selector.range.is_some() && selector.version.is_some() {
            errors.push(format!("A version number and a range cannot both be specified for {name}"));
        } else if selector.version.is_some() && selector.latest {
            errors.push(format!("A version number and latest flag cannot both be specified for {name}"));
        }
    }
    errors.extend(
        unknown_participants(state, &selectors).iter().map(|name| format!("Pacticipant {name} not found")),
    );
    if selectors.is_empty() {
        errors.push("Please provide 1 or more version selectors.".to_owned());
    }
    let text = |name: &str| params.filled(name).map(str::to_owned);
    let other_side = OtherSide {
        latest: truth(params, "latest", &mut errors),
        tag: text("tag"),
        environment: text("environment"),
        main_branch: truth(params, "mainBranch", &mut errors),
    };
    let described = [other_side.tag.is_some(), other_side.environment.is_some(), other_side.main_branch]
        .iter()
        .filter(|is| **is)
        .count();
    if described > 1 {
        errors.push("Cannot specify more than one of tag, environment and mainBranch.".to_owned());
    }
    if other_side.latest && other_side.environment.is_some() {
        errors.push("Cannot specify both latest=true and an environment.".to_owned());
    }
    let environments = selectors.iter().filter_map(|selector| selector.environment.as_ref());
    for name in environments.chain(&other_side.environment) {
        if state.environment_by_name(name).is_none() {
            errors.push(format!("Environment with name '{name}' does not exist"));
        }
    }
    let limit = match params.filled("limit") {
        None => LIMIT,
        Some(text) => text.trim().parse().ok().filter(|limit| *limit > 0).unwrap_or_else(|| {
            errors.push("The limit must be 1 or greater.".to_owned());
            LIMIT
        }),
    };
    let latest_by = match params.filled("latestby") {
        None => None,
        Some("cvpv") => Some(LatestBy::ConsumerVersionAndProviderVersion),
        Some("cvp") => Some(LatestBy::ConsumerVersionAndProvider),
        Some("cp") => Some(LatestBy::ConsumerAndProvider),
        Some(_) => {
            errors.push("latestby must be one of: cvpv, cvp, cp".to_owned());
            None
        }
    };
    let success = success(params, &mut errors);
    if !errors.is_empty() {
        return Err(Failure::InvalidList(errors));
    }
    Ok(Query { selectors, other_side, ignore: ignore(params)?, latest_by, success, limit })
}

fn selector(params: &Params, errors: &mut Vec<String>) -> Selector {
    let range = params.filled("versionRange").and_then(|range| {
        range.parse().map_err(|error: InvalidRange| errors.push(format!("versionRange {error}"))).ok()
    });
    let text = |name: &str| params.filled(name).map(str::to_owned);
    Selector {
        participant: text("pacticipant").unwrap_or_default(),
        version: text("version"),
        latest: truth(params, "latest", errors),
        tag: text("tag"),
        range,
        branch: text("branch"),
        main_branch: truth(params, "mainBranch", errors),
        environment: text("environment"),
    }
}

/// A flag: another word than these would be taken for another question than was meant.
fn truth(params: &Params, name: &str, errors: &mut Vec<String>) -> bool {
    match params.get(name) {
        None | Some(Param::Text(None)) => false,
        Some(value) => match value.as_text() {
            Some("true") => true,
            Some("false" | "") => false,
            _ => {
                errors.push(format!("{name} must be one of: true, false"));
                false
            }
        },
    }
}

fn success(params: &Params, errors: &mut Vec<String>) -> Vec<Option<bool>> {
    let mut one = |value: &Param| match value.as_text() {
        Some("true") => Some(Some(true)),
        Some("false") => Some(Some(false)),
        None | Some("" | "null") => Some(None),
        Some(_) => {
            errors.push("success must be one of: true, false, or nothing".to_owned());
            None
        }
    };
    match params.get("success") {
        None => Vec::new(),
        Some(Param::List(items)) => items.iter().filter_map(one).collect(),
        Some(value) => one(value).into_iter().collect(),
    }
}

/// What is to be left out: `ignore[]=Name`, or `ignore[][pacticipant]=Name&ignore[][version]=1`.
pub(super) fn ignore(params: &Params) -> Result<Option<Vec<Ignore>>, Failure> {
    let Some(Param::List(items)) = params.get("ignore") else { return Ok(None) };
    let mut ignored = Vec::new();
    for item in items {
        let (participant, version) = match item {
            Param::Text(name) => (name.clone(), None),
            Param::Object(params) => {
                (params.filled("pacticipant").map(str::to_owned), params.filled("version").map(str::to_owned))
            }
            Param::List(_) => (None, None),
        };
        match participant.filter(|name| !name.trim().is_empty()) {
            Some(participant) => ignored.push(Ignore { participant, version }),
            None => {
                return Err(Failure::InvalidList(vec![
                    "Please specify the pacticipant name to ignore".to_owned(),
                ]));
            }
        }
    }
    Ok(Some(ignored))
}
