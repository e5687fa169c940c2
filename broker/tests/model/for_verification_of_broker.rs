//! What the broker gives providers to verify, told in the words of the model.

use std::collections::BTreeSet;

use pactwright_broker::domain::{
    model::{Timestamp, VersionId},
    queries::pacts_for_verification::{self as query, Choice, Match, Selector, ToVerify, selectors::Reason},
    rules::Rules,
    state::State,
};
use pactwright_core::names::{BranchName, EnvironmentName, ParticipantName, TagName};

use crate::{
    for_verification::{self as model, Question, Selected},
    names::Name,
};

/// What is compared.
#[derive(Debug, PartialEq)]
pub(crate) struct Told {
    consumer: String,
    number: String,
    why: BTreeSet<String>,
    /// How many reasons are told: none twice.
    reasons: usize,
    wip: bool,
    pending: Option<(bool, Vec<String>)>,
}

/// What the model says.
pub(crate) fn expected(answer: &[Selected]) -> Vec<Told> {
    let told = |selected: &Selected| Told {
        consumer: selected.consumer.to_owned(),
        number: selected.number.to_owned(),
        why: selected
            .why
            .iter()
            .map(|why| format!("{} of_consumer={} {}", why.number, why.of_consumer, words(&why.reason)))
            .collect(),
        reasons: selected.why.len(),
        wip: selected.wip,
        pending: selected
            .pending
            .as_ref()
            .map(|(is_pending, tags)| (*is_pending, tags.iter().map(|tag| (*tag).to_owned()).collect())),
    };
    answer.iter().map(told).collect()
}

/// What the broker says.
pub(crate) fn found(state: &State, rules: &Rules, now: Timestamp, question: &Question) -> Vec<Told> {
    let provider = state.participant(question.provider).unwrap();
    let asked = query::Question {
        provider_branch: question.branch.map(branch),
        provider_tags: question.tags.iter().map(|name| tag(name)).collect(),
        include_pending: question.with_pending,
        include_wip_since: question.with_wip.map(|age| now.minus_seconds(age)),
        selectors: question.selectors.iter().map(selector).collect(),
    };
    let number = |id: VersionId| state.version_by_id(id).unwrap().number.to_string();
    let why = |found: &Match| {
        let reason = words_of_broker(&found.reason);
        format!("{} of_consumer={} {reason}", number(found.pact.version), found.of_consumer)
    };
    let told = |entry: &ToVerify| Told {
        consumer: state.participant_by_id(entry.pact.consumer).unwrap().name.to_string(),
        number: number(entry.pact.version),
        why: entry.matches.iter().map(why).collect(),
        reasons: entry.matches.len(),
        wip: entry.wip,
        pending: entry
            .pending
            .as_ref()
            .map(|status| (status.is_pending, status.pending_tags.iter().map(ToString::to_string).collect())),
    };
    query::answer(state, rules, now, provider, &asked).iter().map(told).collect()
}

fn words(reason: &model::Reason) -> String {
    let other = |name: &Option<Name>| name.map_or(String::new(), |name| format!(" instead of {name}"));
    match reason {
        model::Reason::Latest => "latest".to_owned(),
        model::Reason::LatestTagged { tag, instead_of } => {
            format!("latest tagged {tag}{}", other(instead_of))
        }
        model::Reason::Tagged(tag) => format!("tagged {tag}"),
        model::Reason::Range { range, latest } => format!("range {range} latest={latest}"),
        model::Reason::Branch { branch, instead_of, matching } => {
            format!("branch {branch}{} matching={matching}", other(instead_of))
        }
        model::Reason::Deployed(environment) => format!("deployed {environment}"),
        model::Reason::Released(environment) => format!("released {environment}"),
        model::Reason::MainBranch(branch) => format!("main branch {branch}"),
    }
}

fn words_of_broker(reason: &Reason) -> String {
    fn other(name: Option<&impl std::fmt::Display>) -> String {
        name.map_or(String::new(), |name| format!(" instead of {name}"))
    }
    match reason {
        Reason::Latest => "latest".to_owned(),
        Reason::LatestTagged { tag, instead_of } => {
            format!("latest tagged {tag}{}", other(instead_of.as_ref()))
        }
        Reason::Tagged(tag) => format!("tagged {tag}"),
        Reason::Range { range, latest } => format!("range {range} latest={latest}"),
        Reason::Branch { branch, instead_of, matching } => {
            format!("branch {branch}{} matching={matching}", other(instead_of.as_ref()))
        }
        Reason::Deployed(environment) => format!("deployed {environment}"),
        Reason::Released(environment) => format!("released {environment}"),
        Reason::MainBranch(branch) => format!("main branch {branch}"),
    }
}

fn selector(selector: &model::Selector) -> Selector {
    let environment = |name: Option<Name>| name.map(|name| EnvironmentName::new(name).unwrap());
    let choice = match selector.choice {
        model::Choice::Latest => Choice::Latest,
        model::Choice::LatestTagged { tag: name, fallback } => {
            Choice::LatestTagged { tag: tag(name), fallback: fallback.map(tag) }
        }
        model::Choice::Tagged(name) => Choice::Tagged(tag(name)),
        model::Choice::Range { range, latest } => Choice::Range { range: range.parse().unwrap(), latest },
        model::Choice::Branch { branch: name, fallback } => {
            Choice::Branch { branch: branch(name), fallback: fallback.map(branch), matching: false }
        }
        model::Choice::MatchingBranch(name) => {
            Choice::Branch { branch: branch(name), fallback: None, matching: true }
        }
        model::Choice::EveryBranch => Choice::EveryBranch,
        model::Choice::MainBranch => Choice::MainBranch,
        model::Choice::Deployed(name) => Choice::Deployed(environment(name)),
        model::Choice::Released(name) => Choice::Released(environment(name)),
    };
    Selector { choice, consumer: selector.consumer.map(|name| ParticipantName::new(name).unwrap()) }
}

fn tag(name: Name) -> TagName {
    TagName::new(name).unwrap()
}

fn branch(name: Name) -> BranchName {
    BranchName::new(name).unwrap()
}
