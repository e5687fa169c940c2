//! What earlier versions of the specification have no words for, and would silently be left out.

use pactwright_core::model::{Category, Interaction, InteractionKind, MatchingRules, SpecVersion};
use pactwright_core::path::DocPath;
use pactwright_core::rules::Rule;

use super::mistake::{Part, Place, Problem};

/// Everything in the exchange of an interaction that the version cannot say.
pub(super) fn problems(interaction: &Interaction, version: SpecVersion) -> Vec<(Place, Problem)> {
    let mut found = Vec::new();
    if version >= SpecVersion::V4 {
        return found;
    }
    match &interaction.kind {
        InteractionKind::Http { request, response } => {
            rules(&request.rules, Place::Request, version, &mut found);
            rules(&response.rules, Place::Response, version, &mut found);
        }
        InteractionKind::AsyncMessage(message) => {
            rules(&message.rules, Place::Message, version, &mut found);
        }
        // Writing says that there are none of these.
        InteractionKind::SyncMessage { .. } | InteractionKind::Unknown { .. } => {}
    }
    found
}

fn rules(
    rules: &MatchingRules,
    place: fn(Part) -> Place,
    version: SpecVersion,
    found: &mut Vec<(Place, Problem)>,
) {
    for category in rules.categories() {
        for (name, list) in rules.category(category) {
            for rule in list.rules.iter().filter(|rule| since(rule) > version) {
                let definition = rule.definition();
                let kind = definition.get("match").and_then(|kind| kind.as_str()).unwrap_or_default();
                let what = format!("the matching rule `{kind}`");
                found.push((place(part(category, name)), Problem::NotInVersion { what, version }));
            }
        }
    }
}

/// The first version that has a rule.
fn since(rule: &Rule) -> SpecVersion {
    match rule {
        Rule::Like(_) | Rule::Regex(_) => SpecVersion::V2,
        Rule::NotEmpty(_) | Rule::Semver(_) | Rule::StatusCode(_) | Rule::EachKey(_) | Rule::EachValue(_) => {
            SpecVersion::V4
        }
        // Those of V4 that pact-js writes into files of V3, and verifiers read there, count as V3.
        _ => SpecVersion::V3,
    }
}

/// The part of a request, response or message that a rule or a generator is for.
pub(super) fn part(category: Category, name: &str) -> Part {
    match category {
        Category::Method => Part::Method,
        Category::Path => Part::Path,
        Category::Status => Part::Status,
        Category::Header => Part::Header(name.to_owned()),
        Category::Query => Part::Query(name.to_owned()),
        Category::Metadata => Part::Metadata(name.to_owned()),
        Category::Body => Part::Body(name.parse::<DocPath>().unwrap_or_default()),
    }
}
