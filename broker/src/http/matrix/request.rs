//! Reading a question for the matrix from a query string.

use crate::{
    domain::{
        model::InvalidRange,
        queries::matrix::{Ignore, LatestBy, OtherSide, Query, Selector, unknown_participants},
    },
    http::{
        call::Call,
        canonical,
        errors::Failure,
        query::{Param, Params},
    },
};

/// How many rows are looked at where nothing was said.
const LIMIT: usize = 100;

/// How many rows can be asked for. Whoever asks for more gets these.
const MOST: usize = 10_000;

/// How many rows are wanted.
pub(super) fn limit(params: &Params) -> Result<usize, String> {
    let Some(text) = params.filled("limit") else { return Ok(LIMIT) };
    let limit: Option<usize> = text.trim().parse().ok().filter(|limit| *limit > 0);
    limit.map(|limit| limit.min(MOST)).ok_or_else(|| "The limit must be 1 or greater.".to_owned())
}

pub(super) fn read(call: &Call) -> Result<Query, Failure> {
    let (state, params) = (&call.state, &call.query);
    let mut errors: Vec<String> = Vec::new();
    let mut selectors: Vec<Selector> = match params.get("q") {
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
    if call.any_case() {
        for selector in &mut selectors {
            canonical::selector(state, selector);
        }
    }
    for selector in &selectors {
        errors.extend(contradiction(selector));
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
        environment: call.environment("environment"),
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
    let limit = limit(params).unwrap_or_else(|error| {
        errors.push(error);
        LIMIT
    });
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
    Ok(Query { selectors, other_side, ignore: ignore(call)?, latest_by, success, limit, history: false })
}

/// What a selector says that cannot be meant. One thing says which versions: a second one would be passed over in
/// silence, and the answer would be about other versions than those that were asked for.
fn contradiction(selector: &Selector) -> Option<String> {
    let name = &selector.participant;
    if name.is_empty() {
        return Some("Please specify the pacticipant name".to_owned());
    }
    if selector.version.is_some() && selector.latest {
        return Some(format!("A version number and latest flag cannot both be specified for {name}"));
    }
    if selector.environment.is_some() && selector.latest {
        return Some(format!("An environment and latest flag cannot both be specified for {name}"));
    }
    let given = [
        ("a version number", selector.version.is_some()),
        ("a range", selector.range.is_some()),
        ("a tag", selector.tag.is_some()),
        ("a branch", selector.branch.is_some()),
        ("the main branch", selector.main_branch),
        ("an environment", selector.environment.is_some()),
    ];
    let given: Vec<&str> = given.iter().filter(|(_, is_given)| *is_given).map(|(what, _)| *what).collect();
    (given.len() > 1).then(|| format!("Cannot specify {} together for {name}", given.join(" and ")))
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
pub(super) fn ignore(call: &Call) -> Result<Option<Vec<Ignore>>, Failure> {
    let Some(Param::List(items)) = call.query.get("ignore") else { return Ok(None) };
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
            Some(participant) => {
                let mut entry = Ignore { participant, version };
                if call.any_case() {
                    canonical::ignored(&call.state, &mut entry);
                }
                ignored.push(entry);
            }
            None => {
                return Err(Failure::InvalidList(vec![
                    "Please specify the pacticipant name to ignore".to_owned(),
                ]));
            }
        }
    }
    Ok(Some(ignored))
}
