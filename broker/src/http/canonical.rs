//! Names written with other capitals than the known ones, where the broker is set to take them for the same.

use pactwright_core::names::{ParticipantName, TagName};

use crate::domain::{
    model::Participant,
    queries::matrix::{Ignore, Selector},
    state::State,
};

/// Puts the known names into the variables of a path.
pub(super) fn variables(state: &State, variables: &mut [(String, String)]) {
    let mut owner = None;
    for role in ["provider", "consumer", "pacticipant"] {
        let Some((_, name)) = variables.iter_mut().find(|(variable, _)| variable == role) else { continue };
        owner = participant(state, name);
        if let Some(known) = owner {
            *name = known.name.to_string();
        }
    }
    if let Some((_, name)) = variables.iter_mut().find(|(variable, _)| variable == "environment")
        && let Some(found) = environment(state, name)
    {
        *name = found;
    }
    let Some(owner) = owner else { return };
    for (variable, value) in variables {
        let found = match variable.as_str() {
            "version" | "other" => version(state, owner, value),
            "branch" => known(value, state.branches_of(owner.id).map(|branch| branch.name.as_str())),
            "tag" => known(value, state.tags_of(owner.id).map(TagName::as_str)),
            "label" => known(value, owner.labels.iter().map(|(label, _)| label.as_str())),
            _ => None,
        };
        if let Some(found) = found {
            *value = found;
        }
    }
}

/// Puts the known names into a selector of the matrix.
pub(super) fn selector(state: &State, selector: &mut Selector) {
    let Some(owner) = participant(state, &selector.participant) else { return };
    selector.participant = owner.name.to_string();
    let put = |name: &mut Option<String>, found: &dyn Fn(&str) -> Option<String>| {
        if let Some(name) = name
            && let Some(found) = found(name)
        {
            *name = found;
        }
    };
    put(&mut selector.version, &|number| version(state, owner, number));
    put(&mut selector.branch, &|name| {
        known(name, state.branches_of(owner.id).map(|branch| branch.name.as_str()))
    });
    put(&mut selector.tag, &|name| known(name, state.tags_of(owner.id).map(TagName::as_str)));
    put(&mut selector.environment, &|name| environment(state, name));
}

/// Puts the known names into what is to be left out.
pub(super) fn ignored(state: &State, ignore: &mut Ignore) {
    let Some(owner) = participant(state, &ignore.participant) else { return };
    ignore.participant = owner.name.to_string();
    if let Some(found) = ignore.version.as_deref().and_then(|number| version(state, owner, number)) {
        ignore.version = Some(found);
    }
}

/// The environment that is meant, where it is known by a name with other capitals.
pub(super) fn environment(state: &State, name: &str) -> Option<String> {
    known(name, state.environments().map(|environment| environment.name.as_str()))
}

fn version(state: &State, owner: &Participant, number: &str) -> Option<String> {
    known(number, state.versions_of(owner.id).map(|version| version.number.as_str()))
}

/// The name that a participant is known by, or the name as it is.
pub(super) fn participant_name(state: &State, name: ParticipantName) -> ParticipantName {
    participant(state, name.as_str()).map_or(name, |known| known.name.clone())
}

fn participant<'a>(state: &'a State, name: &str) -> Option<&'a Participant> {
    let exact = state.participant(name);
    exact.or_else(|| state.participants().find(|known| is_same(known.name.as_str(), name))).map(AsRef::as_ref)
}

/// The one of the known names that is meant: the same if it is there, or one with other capitals.
fn known<'a>(name: &str, all: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut similar = None;
    for known in all {
        if known == name {
            return None;
        }
        if similar.is_none() && is_same(known, name) {
            similar = Some(known.to_owned());
        }
    }
    similar
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::variables;
    use crate::domain::state::tests::Story;

    #[test]
    fn known_names_are_found_in_any_case() {
        let mut story = Story::default();
        story.publish("Web", "1.0-Beta", "Api", "a");
        story.publish("Web", "1.0-beta", "Api", "a");
        story.publish("Web", "2-RC", "Api", "a");
        story.tag("Web", "2-RC", "Dev");
        let put_right = |given: &[(&str, &str)]| {
            let mut given: Vec<_> =
                given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            variables(&story.state, &mut given);
            given.into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            put_right(&[("provider", "API"), ("consumer", "wEB"), ("version", "2-rc")]),
            "Api Web 2-RC"
        );
        assert_eq!(
            put_right(&[("pacticipant", "web"), ("version", "1.0-beta"), ("tag", "DEV")]),
            "Web 1.0-beta Dev"
        );
        assert_eq!(put_right(&[("pacticipant", "web"), ("branch", "MAIN")]), "Web main");
        assert_eq!(put_right(&[("pacticipant", "other"), ("version", "x")]), "other x");
    }
}
